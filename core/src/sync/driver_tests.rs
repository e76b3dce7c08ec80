use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use super::*;
use crate::ids::DeviceId;
use crate::key::Signature;
use crate::sync::session::{Absorbed, SessionError};
use crate::sync::transport::Stats;
use crate::sync::wire::{Challenge, EnrolRequest, EnrolResponse, FailureCode, Follow, Hint, SyncRequest};

const UNAUTHENTICATED: TransportError = refused(FailureCode::Unauthenticated);

const fn refused(code: FailureCode) -> TransportError {
    TransportError::Failure { code, retry_after: None }
}

/// A store with so many batches to push, and the one server for it.
#[derive(Default)]
struct Fake {
    unsent: AtomicU32,
    attempts: AtomicU32,
    absorbed: AtomicU32,
    tidied: AtomicU32,
    busy: AtomicBool,
    paused: AtomicBool,
    /// A session that absorbs waits for this.
    gate: Mutex<Option<std::sync::mpsc::Receiver<()>>>,
    absorbing: AtomicBool,
    hangs: AtomicBool,
    tokens: AtomicU32,
    /// What the next exchanges fail with.
    script: Mutex<VecDeque<TransportError>>,
    hints: Mutex<Option<mpsc::Sender<Hint>>>,
}

impl Session for Fake {
    fn prepare(&self) -> Result<Option<SyncRequest>, SessionError> {
        if self.paused.load(SeqCst) {
            return Err(SessionError::Paused);
        }
        assert!(!self.busy.swap(true, SeqCst), "two exchanges at once");
        self.attempts.fetch_add(1, SeqCst);
        let follow = Follow::Asks(vec![]);
        Ok(Some(SyncRequest { version: VERSION, generation: None, follow, push: vec![], budget: 1 }))
    }

    fn absorb(&self, _: &SyncRequest, _: SyncResponse) -> Result<Absorbed, SessionError> {
        self.absorbing.store(true, SeqCst);
        let gate = self.gate.lock().unwrap().take();
        gate.map(|gate| gate.recv());
        self.absorbing.store(false, SeqCst);
        self.absorbed.fetch_add(1, SeqCst);
        self.busy.store(false, SeqCst);
        let before = self.unsent.fetch_update(SeqCst, SeqCst, |unsent| Some(unsent.saturating_sub(1)));
        Ok(Absorbed { more: before.unwrap_or(0) > 1 })
    }

    fn tidy_up(&self) {
        self.tidied.fetch_add(1, SeqCst);
    }

    fn device(&self) -> Option<DeviceId> {
        Some(DeviceId::from_bytes([1; 16]))
    }

    fn sign_challenge(&self, nonce: &[u8; 32]) -> Result<Signature, SessionError> {
        Ok([nonce[0]; 64])
    }

    fn server_url(&self) -> Option<String> {
        Some("https://server.example".into())
    }
}

impl Transport for Fake {
    type Hints = mpsc::Receiver<Hint>;

    async fn enrol(&self, _: &str, _: &EnrolRequest) -> Result<EnrolResponse, TransportError> {
        Err(TransportError::Protocol)
    }

    async fn challenge(&self, _: &str, _: &ChallengeRequest) -> Result<Challenge, TransportError> {
        Ok(Challenge { nonce: [7; 32] })
    }

    async fn token(&self, _: &str, request: &TokenRequest) -> Result<Token, TransportError> {
        assert_eq!(request.signature, [7; 64]);
        self.tokens.fetch_add(1, SeqCst);
        Ok(Token { secret: "t".into(), ttl_ms: 3_600_000 })
    }

    async fn sync(&self, _: &str, _: &Token, _: &SyncRequest) -> Result<SyncResponse, TransportError> {
        struct Over<'a>(&'a Fake, bool);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                if !self.1 {
                    self.0.busy.store(false, SeqCst);
                }
            }
        }
        let mut over = Over(self, false);
        if self.hangs.load(SeqCst) {
            pending::<()>().await;
        }
        if let Some(error) = self.script.lock().unwrap().pop_front() {
            return Err(error);
        }
        over.1 = true;
        Ok(SyncResponse {
            server_time: 0,
            pushed: vec![],
            pages: vec![],
            authors: vec![],
            more: false,
            ask_again: false,
        })
    }

    async fn live(&self, _: &str, _: &Token) -> Result<Self::Hints, TransportError> {
        let (sender, receiver) = mpsc::channel(1);
        *self.hints.lock().unwrap() = Some(sender);
        Ok(receiver)
    }

    fn stats(&self) -> Stats {
        Stats::default()
    }
}

impl Hints for mpsc::Receiver<Hint> {
    async fn next(&mut self) -> Result<Option<Hint>, TransportError> {
        Ok(self.recv().await)
    }
}

/// The idle exchange never comes. Time is simulated: it moves on when nothing else does.
fn quick() -> Timing {
    let (ms, hour) = (Duration::from_millis(10), Duration::from_secs(3600));
    Timing { debounce: ms, backoff: ms, idle: hour, idle_live: hour, ..Timing::default() }
}

fn at_rest(fake: &Arc<Fake>) -> Sync {
    Sync::new(&Handle::current(), Arc::clone(fake), Arc::clone(fake), quick())
}

fn start(fake: &Arc<Fake>) -> Sync {
    let sync = at_rest(fake);
    sync.start();
    sync
}

async fn reaches(sync: &Sync, state: SyncState) {
    let mut states = sync.state();
    let reached = states.wait_for(|now| *now == state);
    assert!(tokio::time::timeout(Duration::from_secs(20), reached).await.is_ok_and(|seen| seen.is_ok()));
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

const LIVE: SyncState = SyncState::Idle { live: true };

async fn run(fake: &Arc<Fake>, ms: u64) -> Result<(), RunError> {
    run_on(&at_rest(fake), ms).await
}

/// Never longer than its deadline: simulated time stands still while the session works.
async fn run_on(sync: &Sync, ms: u64) -> Result<(), RunError> {
    let deadline = Instant::now() + Duration::from_millis(ms);
    let ended = sync.run(deadline).await;
    assert!(Instant::now() <= deadline + Duration::from_millis(1));
    ended
}

#[tokio::test(start_paused = true)]
async fn a_run_exchanges_until_nothing_is_left_and_renews_a_refused_token() {
    let fake = Arc::new(Fake::default());
    fake.unsent.store(3, SeqCst);
    fake.script.lock().unwrap().push_back(UNAUTHENTICATED);
    assert_eq!(run(&fake, 20_000).await, Ok(()));
    assert_eq!((fake.attempts.load(SeqCst), fake.absorbed.load(SeqCst), fake.tokens.load(SeqCst)), (4, 3, 2));
}

#[tokio::test(start_paused = true)]
async fn a_run_says_why_it_ended_early() {
    let fake = Arc::new(Fake::default());
    fake.hangs.store(true, SeqCst);
    assert_eq!(run(&fake, 50).await, Err(RunError::Deadline));
    fake.hangs.store(false, SeqCst);
    for (code, class) in
        [(FailureCode::Revoked, FailureClass::Revoked), (FailureCode::UnsupportedVersion, FailureClass::Outdated)]
    {
        fake.script.lock().unwrap().push_back(refused(code));
        assert_eq!(run(&fake, 20_000).await, Err(RunError::Failed(class)));
    }
    fake.paused.store(true, SeqCst);
    assert_eq!(run(&fake, 20_000).await, Err(RunError::NotReady));
}

#[tokio::test(start_paused = true)]
async fn a_wake_and_a_hint_each_lead_to_an_exchange_and_a_failure_is_overcome() {
    let fake = Arc::new(Fake::default());
    let sync = start(&fake);
    reaches(&sync, LIVE).await;
    let seen = fake.absorbed.load(SeqCst);
    assert!(seen <= 2, "at the start, and after the stream stood: {seen}");
    fake.script.lock().unwrap().extend([TransportError::Offline, TransportError::Timeout]);
    sync.wake();
    until("a wake exchanges", || fake.absorbed.load(SeqCst) == seen + 1).await;
    let hints = fake.hints.lock().unwrap().clone().unwrap();
    hints.send("talk:00000000000000000000000000000000 1".parse().unwrap()).await.unwrap();
    until("a hint exchanges", || fake.absorbed.load(SeqCst) == seen + 2).await;
    // The stream breaks: it comes back, with one exchange.
    drop(hints);
    *fake.hints.lock().unwrap() = None;
    until("an exchange after the stream came back", || fake.absorbed.load(SeqCst) == seen + 3).await;
    sync.stop().await;
    assert!(!fake.busy.load(SeqCst));
    drop(sync);
    until("nothing holds the store", || Arc::strong_count(&fake) == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_keeps_the_token_and_what_the_server_wished() {
    let fake = Arc::new(Fake::default());
    let sync = start(&fake);
    reaches(&sync, LIVE).await;
    let busy = TransportError::Failure { code: FailureCode::Unavailable, retry_after: Some(Duration::from_secs(600)) };
    fake.script.lock().unwrap().push_back(busy);
    sync.wake();
    let mut states = sync.state();
    let waits = |state: &SyncState| matches!(state, SyncState::Waiting { cause: FailureClass::Busy, .. });
    states.wait_for(waits).await.unwrap();
    let attempts = fake.attempts.load(SeqCst);
    sync.stop().await;
    assert_eq!(run_on(&sync, 60_000).await, Err(RunError::Failed(FailureClass::Busy)));
    sync.start();
    assert!(states.wait_for(waits).await.is_ok_and(|state| match *state {
        SyncState::Waiting { until, .. } => sync.until(until) > Duration::from_secs(500),
        _ => false,
    }));
    tokio::time::sleep(Duration::from_secs(500)).await;
    assert_eq!(fake.attempts.load(SeqCst), attempts, "the server wished to be left alone");
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert!(fake.attempts.load(SeqCst) > attempts);
    assert_eq!(fake.tokens.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_beside_a_running_sync_ends_when_all_is_exchanged() {
    let fake = Arc::new(Fake::default());
    let sync = start(&fake);
    reaches(&sync, LIVE).await;
    fake.unsent.store(3, SeqCst);
    let before = fake.absorbed.load(SeqCst);
    let began = Instant::now();
    assert_eq!(run_on(&sync, 20_000).await, Ok(()));
    assert!(fake.absorbed.load(SeqCst) >= before + 3 && began.elapsed() < Duration::from_secs(1));
    // Two at once, and each has its own deadline.
    fake.hangs.store(true, SeqCst);
    let (short, long) = tokio::join!(run_on(&sync, 50), run_on(&sync, 5000));
    assert_eq!((short, long), (Err(RunError::Deadline), Err(RunError::Deadline)));
    assert_eq!(began.elapsed().as_secs(), 5);
    let (ended, ()) = tokio::join!(run_on(&sync, 5000), sync.stop());
    assert_eq!(ended, Err(RunError::Stopped));
}

#[tokio::test(start_paused = true)]
async fn another_network_takes_over_from_a_call_that_hangs() {
    let fake = Arc::new(Fake::default());
    let sync = start(&fake);
    sync.network(true);
    reaches(&sync, LIVE).await;
    fake.hangs.store(true, SeqCst);
    sync.wake();
    let attempts = fake.attempts.load(SeqCst);
    until("a call hangs", || fake.attempts.load(SeqCst) == attempts + 1).await;
    fake.hangs.store(false, SeqCst);
    let (absorbed, now) = (fake.absorbed.load(SeqCst), Instant::now());
    sync.network(true);
    until("it is made again", || fake.absorbed.load(SeqCst) > absorbed).await;
    assert!(now.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn stopping_and_losing_the_network_give_up_a_hanging_call() {
    let fake = Arc::new(Fake::default());
    fake.hangs.store(true, SeqCst);
    let sync = start(&fake);
    until("an attempt", || fake.attempts.load(SeqCst) == 1).await;
    sync.network(false);
    reaches(&sync, SyncState::Offline).await;
    until("given up", || !fake.busy.load(SeqCst)).await;
    sync.network(true);
    until("another attempt", || fake.attempts.load(SeqCst) == 2).await;
    tokio::time::timeout(Duration::from_secs(20), sync.stop()).await.unwrap();
    sync.stop().await;
    assert!(!fake.busy.load(SeqCst));
    assert_eq!((fake.absorbed.load(SeqCst), *sync.state().borrow()), (0, SyncState::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_what_the_session_has_begun() {
    let fake = Arc::new(Fake::default());
    let sync = start(&fake);
    reaches(&sync, LIVE).await;
    let (open, gate) = std::sync::mpsc::channel();
    *fake.gate.lock().unwrap() = Some(gate);
    sync.wake();
    // No sleep: simulated time stands still while the session works.
    while !fake.absorbing.load(SeqCst) {
        tokio::time::advance(Duration::from_millis(10)).await;
        tokio::task::yield_now().await;
    }
    let before = fake.absorbed.load(SeqCst);
    let mut stopping = std::pin::pin!(sync.stop());
    for _ in 0..1000 {
        tokio::select! {
            biased;
            () = &mut stopping => panic!("stopped under the session"),
            () = tokio::task::yield_now() => {}
        }
    }
    open.send(()).unwrap();
    stopping.await;
    assert_eq!(fake.absorbed.load(SeqCst), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_run_that_nobody_has_waited_for_yet() {
    let fake = Arc::new(Fake::default());
    let sync = at_rest(&fake);
    let run = sync.run(Instant::now() + Duration::from_secs(20));
    sync.stop().await;
    assert_eq!(run.await, Err(RunError::Stopped));
    assert_eq!(fake.attempts.load(SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_device_stays_silent() {
    let fake = Arc::new(Fake::default());
    fake.script.lock().unwrap().push_back(refused(FailureCode::Revoked));
    let sync = start(&fake);
    reaches(&sync, SyncState::Revoked).await;
    let attempts = fake.attempts.load(SeqCst);
    sync.wake();
    sync.network(true);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(fake.attempts.load(SeqCst), attempts);
    assert_eq!(run_on(&sync, 20_000).await, Err(RunError::Failed(FailureClass::Revoked)));
    sync.stop().await;
}
