//! What calls cost in Rust itself, for the packages' benches to set their own costs beside: `cost HOME`, a phone that is
//! enrolled and has 50 messages in its standing discussion. Prints a line for each: its name and nanoseconds.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a bench")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hongqi_core::ids::SpaceId;
use hongqi_core::live::Topic;
use hongqi_ffi::{Hongqi, HongqiError, SoftwareKey, TopicListener, probe_callbacks};

const ROUNDS: u32 = 5;
const CALLBACKS: u32 = 10_000;

struct Count(Mutex<(u32, Sender<()>)>);

impl TopicListener for Count {
    fn on_change(&self, _: Vec<Topic>) -> Result<(), HongqiError> {
        let mut count = self.0.lock().unwrap();
        count.0 += 1;
        if count.0 == CALLBACKS {
            let _ = count.1.send(());
        }
        Ok(())
    }
}

/// The best of the rounds: what else this machine does can only add.
fn least(name: &str, count: u32, mut round: impl FnMut() -> Duration) {
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    println!("{name} {}", (best / count).as_nanos());
}

fn timed<R>(count: u32, mut call: impl FnMut() -> R) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        black_box(call());
    }
    start.elapsed()
}

fn main() {
    let home = PathBuf::from(std::env::args_os().nth(1).expect("cost HOME"));
    let key = SoftwareKey::from_pkcs8(std::fs::read(home.join("device.key")).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let home = home.to_string_lossy().into_owned();
    let hongqi = runtime.block_on(async move {
        let hongqi = Hongqi::open(home, key, None, None).await.unwrap();
        hongqi.network(false).unwrap();
        hongqi.resume().await.unwrap();
        hongqi
    });
    let space = SpaceId::standing(runtime.block_on(hongqi.me()).unwrap().home);
    let talk = hongqi.talk().unwrap();

    least("sync_call", 100_000, || timed(100_000, || hongqi.state().unwrap()));
    least("async_call", 2_000, || timed(2_000, || runtime.block_on(hongqi.me()).unwrap()));
    least("page_of_50", 500, || timed(500, || runtime.block_on(talk.page(space, None, 50)).unwrap()));
    least("callback", CALLBACKS, || {
        let (done, is_done) = channel();
        let start = Instant::now();
        let handle = probe_callbacks(Arc::new(Count(Mutex::new((0, done)))), CALLBACKS).unwrap();
        is_done.recv().unwrap();
        let took = start.elapsed();
        drop(handle);
        took
    });
}
