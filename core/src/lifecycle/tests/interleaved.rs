//! Whatever is wished in whatever order, awaited, dropped or at once.

use tokio::task::JoinSet;

use super::*;

const SEEDS: u64 = 24;
const STEPS: usize = 60;

#[test]
fn the_store_is_open_if_and_only_if_the_last_wish_says_so() {
    let base = std::env::var("HONGQI_SEED").ok().and_then(|seed| seed.parse().ok());
    let base = base.unwrap_or_else(|| fastrand::u64(..1_000_000));
    for seed in base..base + SEEDS {
        // Shown when it fails: HONGQI_SEED plays it again.
        println!("seed {seed}");
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(one(seed));
    }
}

/// In real time, with real threads.
#[test]
fn threads_may_call_all_at_once() {
    let seed = fastrand::u64(..1_000_000);
    println!("seed {seed}");
    let runtime = runtime().unwrap();
    let phone = runtime.block_on(Phone::enrolled());
    std::thread::scope(|scope| {
        for n in 0..4 {
            let phone = &phone;
            scope.spawn(move || {
                let mut rng = fastrand::Rng::with_seed(seed + n);
                for _ in 0..40 {
                    match rng.u8(0..6) {
                        0 => drop(phone.app.pause()),
                        1 => assert_eq!(runtime.block_on(phone.app.pause()), Ok(())),
                        2 => drop(phone.app.resume()),
                        3 => assert_eq!(runtime.block_on(phone.app.resume()), Ok(())),
                        4 => {
                            let ended = runtime.block_on(phone.app.background_run(MINUTE));
                            assert!(matches!(ended, Ok(_) | Err(RunError::Stopped)), "{ended:?}");
                        }
                        _ => drop(phone.write()),
                    }
                }
            });
        }
    });
    runtime.block_on(phone.app.pause()).unwrap();
    assert!(!phone.is_open());
    runtime.block_on(phone.app.resume()).unwrap();
    assert!(phone.is_open());
    assert_eq!(runtime.block_on(phone.app.background_run(MINUTE)), Ok(RunReport { waiting: 0, refused: 0 }));
}

async fn one(seed: u64) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let phone = Phone::enrolled().await;
    *phone.server.chance.lock().unwrap() = Some(rng.fork());
    let mut calls = JoinSet::new();
    let mut foreground = false;
    for _ in 0..STEPS {
        match rng.u8(0..10) {
            wish @ 0..4 => {
                foreground = wish < 2;
                let wished = phone.app.wish(foreground);
                match rng.u8(0..3) {
                    0 => drop(wished),
                    1 => wished_and_is(&phone, foreground, wished).await,
                    _ => drop(calls.spawn(async move { assert_eq!(wished.await, Ok(())) })),
                }
            }
            4 | 5 => {
                let deadline = Duration::from_millis(rng.u64(0..20_000));
                let (began, run) = (Instant::now(), phone.app.background_run(deadline));
                if rng.bool() {
                    calls.spawn(async move {
                        let ended = run.await;
                        let took = began.elapsed();
                        assert!(took <= deadline + Duration::from_millis(1), "{deadline:?} {took:?} {ended:?}");
                    });
                }
            }
            6 => phone.app.network(rng.bool()),
            7 => phone.app.sync_now(),
            8 => match phone.write() {
                Ok(()) | Err(Error::Paused) => {}
                Err(error) => panic!("{error}"),
            },
            _ => tokio::time::sleep(Duration::from_millis(rng.u64(0..5000))).await,
        }
        if rng.bool() {
            tokio::task::yield_now().await;
        }
    }
    let all = async { while calls.join_next().await.transpose().unwrap().is_some() {} };
    tokio::time::timeout(10 * MINUTE, all).await.expect("every call is answered");
    // Runs that nobody waits for end by their deadline too.
    tokio::time::sleep(MINUTE).await;
    assert_eq!(phone.is_open(), foreground);
    assert_eq!(*phone.app.state().borrow() == AppState::Paused, !foreground);
    if !foreground {
        assert_eq!(phone.server.in_use.load(SeqCst), 0);
    }
    // Nothing is stuck: with a good network all that was written leaves.
    *phone.server.chance.lock().unwrap() = None;
    phone.app.network(true);
    assert_eq!(phone.app.background_run(60 * MINUTE).await, Ok(RunReport { waiting: 0, refused: 0 }));
    assert_eq!(phone.is_open(), foreground);
}

async fn wished_and_is(phone: &Phone, foreground: bool, wished: impl Future<Output = crate::Result<()>>) {
    assert_eq!(wished.await, Ok(()));
    // A pause cuts every earlier run off, and nobody else has a wish between its end and here.
    assert_eq!(phone.is_open(), foreground);
}
