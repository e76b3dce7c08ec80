//! `converge`: 20 phones that wrote 100 messages each while offline come back together.
//!
//! In one process, bodies encoded and decoded as on the wire, the server on its own threads and on disk. Each phone
//! asks again when the server signals something new, 50 ms later, as its driver does.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hongqi_core::Core;
use hongqi_core::clock::SystemClock;
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::session::Session;
use hongqi_core::sync::wire;
use hongqi_server::Server;

use crate::park::{Device, folder, import, settle, talk};
use crate::report::{Aim, Outcome, RUNS, Report};
use crate::text;

const PHONES: usize = 20;
const EACH: usize = 100;
const WORKERS: usize = 2;
const DEBOUNCE: Duration = Duration::from_millis(50);

struct Call {
    device: DeviceId,
    body: Vec<u8>,
    answer: Sender<Vec<u8>>,
}

#[derive(Default)]
struct Used {
    requests: usize,
    bytes: usize,
}

struct Run {
    wall: f64,
    server: f64,
    requests: f64,
    bytes: f64,
}

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let texts = text::messages(7, PHONES * EACH);
    let bare = texts.concat();
    let folded = zstd::bulk::compress(bare.as_bytes(), 3)?.len() as f64;
    let runs = (0..RUNS).map(|_| once(&texts)).collect::<Outcome<Vec<Run>>>()?;
    let of = |value: fn(&Run) -> f64| runs.iter().map(value).collect::<Vec<_>>();
    let ratio: Vec<f64> = runs.iter().map(|run| run.bytes / folded).collect();
    report.add("wall until all hold 2,000 (in process)", of(|run| run.wall), "s", Aim::Most(1.0));
    report.add("server processor (no HTTP)", of(|run| run.server * 1e3), "ms", Aim::Most(30.0));
    report.add("requests a phone", of(|run| run.requests), "", Aim::Most(3.0));
    report.add("bytes a phone / zstd-3 of the bare texts", ratio, "x", Aim::Most(2.0));
    report.add("bytes a phone, both ways", of(|run| run.bytes), "B", Aim::None);
    report.add("zstd-3 of the bare texts, a message", [folded / texts.len() as f64], "B", Aim::None);
    report.add("characters, a message", [bare.chars().count() as f64 / texts.len() as f64], "", Aim::None);
    Ok(())
}

fn once(texts: &[String]) -> Outcome<Run> {
    let home = folder()?;
    let server = Arc::new(Server::open(home.path(), Arc::new(SystemClock))?);
    import(&server, 1, PHONES)?;
    let (calls, queue) = channel::<Call>();
    let queue = Arc::new(Mutex::new(queue));
    let start = Barrier::new(PHONES + 1);
    let ready = Barrier::new(PHONES + 1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (server, queue) = (Arc::clone(&server), Arc::clone(&queue));
                scope.spawn(move || serve(&server, &queue))
            })
            .collect();
        let phones: Vec<_> = texts
            .chunks(EACH)
            .enumerate()
            .map(|(index, texts)| {
                let (server, calls, ready, start) = (&*server, calls.clone(), &ready, &start);
                scope.spawn(move || {
                    let prepared = offline(server, index, texts);
                    ready.wait();
                    start.wait();
                    let (home, core) = prepared?;
                    let used = online(server, &core, &calls)?;
                    drop((core, home));
                    Ok::<_, Box<dyn std::error::Error + Send + Sync>>(used)
                })
            })
            .collect();
        drop(calls);
        ready.wait();
        let begun = Instant::now();
        start.wait();
        let mut total = Used::default();
        for phone in phones {
            let used = phone.join().map_err(|_| "a phone panicked")??;
            total.requests += used.requests;
            total.bytes += used.bytes;
        }
        let wall = begun.elapsed().as_secs_f64();
        let mut spent = 0.0;
        for worker in workers {
            spent += worker.join().map_err(|_| "the server panicked")??;
        }
        let phones = PHONES as f64;
        Ok(Run { wall, server: spent, requests: total.requests as f64 / phones, bytes: total.bytes as f64 / phones })
    })
}

/// Answers until nobody is left to ask; the processor's seconds that this thread used.
fn serve(server: &Server, queue: &Mutex<Receiver<Call>>) -> Outcome<f64> {
    let before = thread_seconds()?;
    loop {
        let call = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(call) = call else { break };
        let response = server.sync(call.device, wire::decode(&call.body)?)?;
        // A phone that has gone does not mind.
        let _ = call.answer.send(wire::encode(&response));
    }
    Ok(thread_seconds()? - before)
}

/// What this thread has used of a processor. The kernel brings the number up to date when the thread gives way.
fn thread_seconds() -> Outcome<f64> {
    std::thread::sleep(Duration::from_millis(1));
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = stat.split_whitespace().next().ok_or("schedstat")?.parse()?;
    Ok(nanoseconds / 1e9)
}

fn offline(server: &Server, index: usize, texts: &[String]) -> Outcome<(tempfile::TempDir, Core)> {
    let home = folder()?;
    let core = Device::enrol(server, index)?.core(home.path())?;
    core.talk().open(talk(0))?;
    settle(server, &core)?;
    texts.iter().try_for_each(|text| core.talk().post(talk(0), text, None).map(drop))?;
    Ok((home, core))
}

fn online(server: &Server, core: &Core, calls: &Sender<Call>) -> Outcome<Used> {
    let mut used = Used::default();
    let mut signals = server.signals();
    let device = core.device().ok_or("not enrolled")?;
    loop {
        while signals.try_recv().is_ok() {}
        let request = core.prepare()?.ok_or("not enrolled")?;
        let body = wire::encode(&request);
        let (answer, answered) = channel();
        used.requests += 1;
        used.bytes += body.len();
        calls.send(Call { device, body, answer })?;
        let answer = answered.recv()?;
        used.bytes += answer.len();
        if core.absorb(&request, wire::decode(&answer)?)?.more {
            continue;
        }
        if held(core)? == PHONES * EACH {
            return Ok(used);
        }
        while signals.is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(DEBOUNCE);
    }
}

fn held(core: &Core) -> Outcome<usize> {
    let mut before = None;
    let mut count = 0;
    loop {
        let page = core.talk().page(talk(0), before, 200)?;
        count += page.messages.len();
        before = page.before;
        if before.is_none() {
            return Ok(count);
        }
    }
}
