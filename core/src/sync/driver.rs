//! Carries out what the [`Machine`] decides, over a [`Session`] and a [`Transport`].
//!
//! A call has three parts: the session prepares (blocking, off the loop), the network answers, the session takes the
//! answer in (blocking). Only the network part is ever given up; a session's part that has begun runs to its end, and
//! [`Sync::stop`] waits for it, so that the store can be closed afterwards.

use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep_until};

use super::machine::{Effect, Event, Machine};
use super::session::{FailureClass, Session, SessionError, Stop, SyncState, Timing};
use super::transport::{Hints, Transport, TransportError};
use super::wire::{ChallengeRequest, SyncResponse, Token, TokenRequest, VERSION};

/// No token is believed to hold longer.
const MAX_TTL: Duration = Duration::from_secs(24 * 3600);
/// Hints on their way from the stream to the loop; a fuller channel slows the stream down.
const HINTS: usize = 16;

/// The runtime of this process: two threads, started at the first use, never stopped.
///
/// # Errors
/// If the system gave no threads at the first use.
pub fn runtime() -> Result<&'static Handle, SessionError> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || Builder::new_multi_thread().worker_threads(2).thread_name("hongqi").enable_all().build().ok();
    RUNTIME.get_or_init(start).as_ref().map(Runtime::handle).ok_or(SessionError::Storage)
}

/// Why a run ended before everything was exchanged. What was exchanged stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is nobody to sync for: not enrolled, or the store is paused.
    #[error("not ready to sync")]
    NotReady,
    /// No attempt succeeded before the deadline; this is why the last one did not.
    #[error("sync failed")]
    Failed(FailureClass),
    /// The deadline came before the end.
    #[error("out of time")]
    Deadline,
}

/// Sync of one device, running. Dropping it stops it.
#[derive(Debug)]
pub struct Sync {
    wake: Arc<Notify>,
    network: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    state: watch::Receiver<SyncState>,
}

impl Sync {
    /// Starts on `runtime` (usually [`runtime()`]), and makes the first exchange at once.
    pub fn start<S: Session, T: Transport>(
        runtime: &Handle,
        session: Arc<S>,
        transport: Arc<T>,
        timing: Timing,
    ) -> Self {
        let wake = Arc::new(Notify::new());
        let (network, network_seen) = watch::channel(true);
        let (stop, stop_seen) = watch::channel(false);
        let (state_sender, state) = watch::channel(SyncState::Stopped);
        let signals = Signals { wake: Arc::clone(&wake), network: network_seen, stop: stop_seen };
        runtime.spawn(async move { Driver::new(session, transport, timing, state_sender).run_signals(signals).await });
        Self { wake, network, stop, state }
    }

    /// Something was written, or a space was opened: exchange soon. Cheap; call it after every write.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// What the platform says of the network. `true` again after `true` means another network: try now.
    pub fn network(&self, up: bool) {
        self.network.send_replace(up);
    }

    /// What the app may show; closed once sync has stopped.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<SyncState> {
        self.state.clone()
    }

    /// Stops, and returns once neither session nor transport is in use any more. Safe to call twice, and to drop: the
    /// stop goes on by itself.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut state = self.state.clone();
        while state.changed().await.is_ok() {}
    }
}

/// Exchanges until nothing is left to do or `deadline` from now has passed: a background run, or a command line's sync.
/// Authenticates first, tries again after failures, opens no live stream.
///
/// What the session has begun at the deadline is ended, so it may return a little later. May be dropped at any moment.
///
/// # Errors
/// [`RunError`].
pub async fn run_once<S: Session, T: Transport>(
    session: Arc<S>,
    transport: Arc<T>,
    deadline: Duration,
) -> Result<(), RunError> {
    let driver = Driver::new(session, transport, Timing::default(), watch::channel(SyncState::Stopped).0);
    driver.run(Event::BackgroundRun { deadline }, None).await
}

struct Signals {
    wake: Arc<Notify>,
    network: watch::Receiver<bool>,
    stop: watch::Receiver<bool>,
}

impl Signals {
    /// The next one. Dropping it loses none.
    async fn next(&mut self) -> Event {
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => Event::Stopped,
            Ok(()) = self.network.changed() => {
                if *self.network.borrow_and_update() { Event::NetworkUp } else { Event::NetworkDown }
            }
            () = self.wake.notified() => Event::Wrote,
        }
    }
}

/// With what, and where.
#[derive(Clone)]
struct Access {
    url: String,
    token: Token,
}

struct Answer {
    event: Event,
    access: Option<Access>,
}

type Call = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A task that ends with its handle.
struct LiveTask {
    events: mpsc::Receiver<Event>,
    task: AbortHandle,
}

impl Drop for LiveTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Driver<S, T> {
    session: Arc<S>,
    transport: Arc<T>,
    machine: Machine,
    began: Instant,
    access: Option<Access>,
    call: Option<Call>,
    abandon: Arc<Notify>,
    live: Option<LiveTask>,
    streams: JoinSet<()>,
    timer: Option<Instant>,
    /// What the last call came to.
    last: Result<(), RunError>,
    /// The last to be dropped: its end says that nothing else is in use any more.
    state: watch::Sender<SyncState>,
}

impl<S: Session, T: Transport> Driver<S, T> {
    fn new(session: Arc<S>, transport: Arc<T>, timing: Timing, state: watch::Sender<SyncState>) -> Self {
        let mut seed = [0; 8];
        // Without random bytes all phones share their jitter; sync works.
        let _ = crate::key::random_bytes(&mut seed);
        Self {
            session,
            transport,
            machine: Machine::new(timing, u64::from_ne_bytes(seed)),
            began: Instant::now(),
            state,
            access: None,
            call: None,
            abandon: Arc::default(),
            live: None,
            streams: JoinSet::new(),
            timer: None,
            last: Err(RunError::Deadline),
        }
    }

    async fn run_signals(self, signals: Signals) {
        // How it went was reported as it went.
        let _ = self.run(Event::Started, Some(signals)).await;
    }

    async fn run(mut self, first: Event, mut signals: Option<Signals>) -> Result<(), RunError> {
        self.handle(first);
        // A revoked device's driver stays until it is stopped: its state remains readable.
        let mut stopping = signals.is_none();
        while !(stopping && self.machine.is_at_rest()) {
            let timer = self.timer;
            let event = tokio::select! {
                biased;
                answer = next_answer(&mut self.call) => {
                    self.call = None;
                    self.access = answer.access.or_else(|| self.access.take());
                    answer.event
                }
                // Before what others send, so that no flood of it holds the timer up.
                () = sleep_until(timer.unwrap_or(self.began)), if timer.is_some() => {
                    self.timer = None;
                    Event::Timer
                }
                event = next_signal(&mut signals), if !stopping => {
                    stopping = event == Event::Stopped;
                    event
                }
                event = next_live(&mut self.live) => event,
            };
            self.handle(event);
        }
        self.streams.shutdown().await;
        self.last
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Exchanged { more: false } => self.last = Ok(()),
            Event::Exchanged { more: true } => self.last = Err(RunError::Deadline),
            Event::NotReady => self.last = Err(RunError::NotReady),
            Event::Failed { class: FailureClass::Abandoned, .. } => self.last = Err(RunError::Deadline),
            Event::Failed { class, .. } => self.last = Err(RunError::Failed(class)),
            Event::LiveClosed { .. } => self.live = None,
            _ => {}
        }
        for effect in self.machine.handle(event, self.began.elapsed()) {
            match effect {
                Effect::Authenticate => {
                    self.abandon = Arc::default();
                    let (session, transport) = (Arc::clone(&self.session), Arc::clone(&self.transport));
                    self.call = Some(Box::pin(authenticate(session, transport, Arc::clone(&self.abandon))));
                }
                Effect::Exchange => {
                    self.abandon = Arc::default();
                    let (session, transport) = (Arc::clone(&self.session), Arc::clone(&self.transport));
                    let (access, abandon) = (self.access.clone(), Arc::clone(&self.abandon));
                    self.call = Some(Box::pin(exchange(session, transport, access, abandon)));
                }
                Effect::Abandon => self.abandon.notify_one(),
                Effect::OpenLive => {
                    let (events, receiver) = mpsc::channel(HINTS);
                    let listen = listen(Arc::clone(&self.transport), self.access.clone(), events);
                    while self.streams.try_join_next().is_some() {}
                    let task = self.streams.spawn(listen);
                    self.live = Some(LiveTask { events: receiver, task });
                }
                Effect::CloseLive => self.live = None,
                Effect::SetTimer(at) => self.timer = Some(self.began + at),
                Effect::Report(state) => drop(self.state.send_replace(state)),
            }
        }
    }
}

async fn next_answer(call: &mut Option<Call>) -> Answer {
    match call {
        Some(call) => call.await,
        None => pending().await,
    }
}

async fn next_signal(signals: &mut Option<Signals>) -> Event {
    match signals {
        Some(signals) => signals.next().await,
        None => pending().await,
    }
}

async fn next_live(live: &mut Option<LiveTask>) -> Event {
    match live {
        // A task that ended without a word has panicked.
        Some(live) => live.events.recv().await.unwrap_or(Event::LiveClosed { class: None, retry_after: None }),
        None => pending().await,
    }
}

/// Runs a part of the session where it may block. Once begun it ends, whoever waits for it.
async fn blocking<S: Session, R: Send + 'static>(
    session: &Arc<S>,
    work: impl FnOnce(&S) -> Result<R, Stop> + Send + 'static,
) -> Result<R, Stop> {
    let session = Arc::clone(session);
    // It does not end only if it panicked: contained like any other failure of the store.
    spawn_blocking(move || work(&session)).await.unwrap_or(Err(FailureClass::Storage.into()))
}

/// Waits for the network, unless given up.
async fn or_abandon<R>(abandon: &Notify, call: impl Future<Output = Result<R, TransportError>>) -> Result<R, Stop> {
    tokio::select! {
        biased;
        () = abandon.notified() => Err(FailureClass::Abandoned.into()),
        answer = call => Ok(answer?),
    }
}

async fn authenticate<S: Session, T: Transport>(session: Arc<S>, transport: Arc<T>, abandon: Arc<Notify>) -> Answer {
    let access = async {
        let who = |session: &S| session.device().zip(session.server_url()).ok_or(Stop::NotReady);
        let (device, url) = blocking(&session, who).await?;
        let request = ChallengeRequest { version: VERSION, device };
        let nonce = or_abandon(&abandon, transport.challenge(&url, &request)).await?.nonce;
        let signature = blocking(&session, move |session| Ok(session.sign_challenge(&nonce)?)).await?;
        let request = TokenRequest { device, nonce, signature };
        let token = or_abandon(&abandon, transport.token(&url, &request)).await?;
        Ok::<_, Stop>(Access { url, token })
    };
    match access.await {
        Ok(access) => {
            let ttl = Duration::from_millis(access.token.ttl_ms).min(MAX_TTL);
            Answer { event: Event::TokenGot { ttl }, access: Some(access) }
        }
        Err(stop) => Answer { event: stop.into_event(), access: None },
    }
}

async fn exchange<S: Session, T: Transport>(
    session: Arc<S>,
    transport: Arc<T>,
    access: Option<Access>,
    abandon: Arc<Notify>,
) -> Answer {
    let exchanged = async {
        let Access { url, token } = access.ok_or(FailureClass::Unauthenticated)?;
        let request = blocking(&session, |session| session.prepare()?.ok_or(Stop::NotReady)).await?;
        let response: SyncResponse = or_abandon(&abandon, transport.sync(&url, &token, &request)).await?;
        blocking(&session, move |session| Ok(session.absorb(&request, response)?)).await
    };
    let event = match exchanged.await {
        Ok(absorbed) => Event::Exchanged { more: absorbed.more },
        Err(stop) => stop.into_event(),
    };
    Answer { event, access: None }
}

/// Opens the live stream and passes on what it says, up to its end.
async fn listen<T: Transport>(transport: Arc<T>, access: Option<Access>, events: mpsc::Sender<Event>) {
    let heard: Result<(), Stop> = async {
        let Access { url, token } = access.ok_or(FailureClass::Unauthenticated)?;
        let mut hints = transport.live(&url, &token).await?;
        let _ = events.send(Event::LiveOpened).await;
        while hints.next().await?.is_some() {
            let _ = events.send(Event::Hint).await;
        }
        Ok(())
    }
    .await;
    let (class, retry_after) = match heard {
        Ok(()) | Err(Stop::NotReady) => (None, None),
        Err(Stop::Failed { class, retry_after }) => (Some(class), retry_after),
    };
    let _ = events.send(Event::LiveClosed { class, retry_after }).await;
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

    use super::*;
    use crate::ids::DeviceId;
    use crate::key::Signature;
    use crate::sync::session::Absorbed;
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
        busy: AtomicBool,
        paused: AtomicBool,
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
            std::thread::sleep(Duration::from_millis(5));
            self.absorbed.fetch_add(1, SeqCst);
            self.busy.store(false, SeqCst);
            let before = self.unsent.fetch_update(SeqCst, SeqCst, |unsent| Some(unsent.saturating_sub(1)));
            Ok(Absorbed { more: before.unwrap_or(0) > 1 })
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

    /// Quick enough for tests in real time; the idle exchange never comes.
    fn quick() -> Timing {
        let (ms, hour) = (Duration::from_millis(10), Duration::from_secs(3600));
        Timing { debounce: ms, backoff: ms, idle: hour, idle_live: hour, ..Timing::default() }
    }

    fn start(fake: &Arc<Fake>) -> Sync {
        Sync::start(runtime().unwrap(), Arc::clone(fake), Arc::clone(fake), quick())
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
        let (session, transport) = (Arc::clone(fake), Arc::clone(fake));
        runtime().unwrap().spawn(run_once(session, transport, Duration::from_millis(ms))).await.unwrap()
    }

    #[tokio::test]
    async fn a_run_exchanges_until_nothing_is_left_and_renews_a_refused_token() {
        let fake = Arc::new(Fake::default());
        fake.unsent.store(3, SeqCst);
        fake.script.lock().unwrap().push_back(UNAUTHENTICATED);
        assert_eq!(run(&fake, 20_000).await, Ok(()));
        assert_eq!((fake.attempts.load(SeqCst), fake.absorbed.load(SeqCst), fake.tokens.load(SeqCst)), (4, 3, 2));
    }

    #[tokio::test]
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

    #[tokio::test]
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
        assert_eq!(Arc::strong_count(&fake), 1, "nothing holds the store after a stop");
    }

    #[tokio::test]
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
        assert_eq!((fake.absorbed.load(SeqCst), *sync.state().borrow()), (0, SyncState::Stopped));
    }

    #[tokio::test]
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
        sync.stop().await;
    }
}
