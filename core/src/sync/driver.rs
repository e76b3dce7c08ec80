//! Carries out what the [`Machine`] decides, over a [`Session`] and a [`Transport`].
//!
//! A call has three parts: the session prepares (blocking, off the loop), the network answers, the session takes the
//! answer in (blocking). Only the network part is ever given up; a session's part that has begun runs to its end, and
//! [`Sync::stop`] waits for it, so that the store can be closed afterwards.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep_until};

use super::machine::{Effect, Event, Machine};
use super::session::{FailureClass, RunError, Session, Stop, SyncState, Timing};
use super::transport::{Hints, Transport, TransportError};
use super::wire::{ChallengeRequest, SyncResponse, Token, TokenRequest, VERSION};

/// No token is believed to hold longer.
const MAX_TTL: Duration = Duration::from_secs(24 * 3600);
/// Hints on their way from the stream to the loop; a fuller channel slows the stream down.
const HINTS: usize = 16;

/// Sync of one device: at rest at first, and again whenever it was stopped. Dropping it ends it.
///
/// Token and wishes of the server to be left alone are kept across a stop: an app goes and comes back many times a day.
#[derive(Debug)]
pub struct Sync {
    signals: mpsc::UnboundedSender<Signal>,
    wake: Arc<Notify>,
    state: watch::Receiver<SyncState>,
    began: Instant,
}

impl Sync {
    /// A device's sync on `runtime`, at rest.
    pub fn new<S: Session, T: Transport>(runtime: &Handle, session: Arc<S>, transport: Arc<T>, timing: Timing) -> Self {
        let wake = Arc::new(Notify::new());
        let (signals, receiver) = mpsc::unbounded_channel();
        let (state_sender, state) = watch::channel(SyncState::Stopped);
        let began = Instant::now();
        let driver = Driver::new(session, transport, timing, state_sender, began);
        runtime.spawn(driver.run(receiver, Arc::clone(&wake)));
        Self { signals, wake, state, began }
    }

    /// Exchanges from now on, and keeps a live stream.
    pub fn start(&self) {
        self.signal(Signal::Start);
    }

    /// Something was written, or a space was opened: exchange soon. Cheap; call it after every write.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// The member wants to see news now.
    pub fn ask(&self) {
        self.signal(Signal::Event(Event::Asked));
    }

    /// The device has another member or server than before.
    pub fn enrolled(&self) {
        self.signal(Signal::Event(Event::Enrolled));
    }

    /// What the platform says of the network. `true` again after `true` means another network.
    pub fn network(&self, up: bool) {
        self.signal(Signal::Event(if up { Event::NetworkUp } else { Event::NetworkDown }));
    }

    /// How it goes.
    pub fn state(&self) -> watch::Receiver<SyncState> {
        self.state.clone()
    }

    /// How long it is until `at` on the machine's clock.
    pub fn until(&self, at: Duration) -> Duration {
        at.saturating_sub(self.began.elapsed())
    }

    /// Exchanges until nothing is left to do, or `deadline`; tries again after failures, opens no live stream. What the
    /// session has begun at the deadline goes on: [`Sync::stop`] waits for it. Begins with the call, not with the first
    /// poll: a stop that is called after it ends it.
    pub fn run(&self, deadline: Instant) -> impl Future<Output = Result<(), RunError>> + use<> {
        let (done, answer) = oneshot::channel();
        self.signal(Signal::Run { deadline, done });
        async { answer.await.unwrap_or(Err(RunError::Stopped)) }
    }

    /// Stops, runs included, and returns once neither session nor transport is in use any more. Dropping the future
    /// does not take the stop back.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        self.signal(Signal::Stop(done));
        // Without an answer the driver is gone, and with it all that it used.
        let _ = stopped.await;
    }

    fn signal(&self, signal: Signal) {
        // Fails if the runtime has ended: then nothing runs.
        let _ = self.signals.send(signal);
    }
}

type Done = oneshot::Sender<Result<(), RunError>>;

#[derive(Debug)]
enum Signal {
    Start,
    Stop(oneshot::Sender<()>),
    Run { deadline: Instant, done: Done },
    Event(Event),
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
    /// Who waits for a run, and how long at most.
    runs: Vec<(Instant, Done)>,
    /// What the last call came to.
    last: Result<(), RunError>,
    /// Who waits for rest.
    stops: Vec<oneshot::Sender<()>>,
    state: watch::Sender<SyncState>,
}

impl<S: Session, T: Transport> Driver<S, T> {
    fn new(
        session: Arc<S>,
        transport: Arc<T>,
        timing: Timing,
        state: watch::Sender<SyncState>,
        began: Instant,
    ) -> Self {
        let mut seed = [0; 8];
        // Without random bytes all phones share their jitter; sync works.
        let _ = crate::key::random_bytes(&mut seed);
        Self {
            session,
            transport,
            machine: Machine::new(timing, u64::from_ne_bytes(seed)),
            began,
            access: None,
            call: None,
            abandon: Arc::default(),
            live: None,
            streams: JoinSet::new(),
            timer: None,
            runs: Vec::new(),
            last: Err(RunError::Deadline),
            stops: Vec::new(),
            state,
        }
    }

    async fn run(mut self, mut signals: mpsc::UnboundedReceiver<Signal>, wake: Arc<Notify>) {
        let mut held = true;
        while held || !self.machine.is_at_rest() {
            if self.machine.is_at_rest() && !self.stops.is_empty() {
                self.streams.shutdown().await;
                for stop in self.stops.drain(..) {
                    let _ = stop.send(());
                }
            }
            let deadline = self.runs.iter().map(|(deadline, _)| *deadline).min();
            let timer = [self.timer, deadline].into_iter().flatten().min();
            tokio::select! {
                biased;
                answer = next_answer(&mut self.call) => {
                    self.call = None;
                    self.access = answer.access.or_else(|| self.access.take());
                    self.handle(answer.event);
                }
                // Before what others send, so that no flood of it holds the timer up.
                () = sleep_until(timer.unwrap_or(self.began)), if timer.is_some() => {
                    self.timer = None;
                    self.handle(Event::Timer);
                }
                signal = signals.recv(), if held => match signal {
                    Some(signal) => self.take(signal),
                    None => {
                        held = false;
                        self.handle(Event::Stopped);
                    }
                },
                () = wake.notified(), if held => self.handle(Event::Wrote),
                event = next_live(&mut self.live) => self.handle(event),
            }
            self.end_runs();
        }
        self.streams.shutdown().await;
    }

    fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Start => self.handle(Event::Started),
            Signal::Stop(stopped) => {
                self.stops.push(stopped);
                for (_, done) in self.runs.drain(..) {
                    let _ = done.send(Err(RunError::Stopped));
                }
                self.handle(Event::Stopped);
            }
            Signal::Run { deadline, done } => {
                if self.runs.is_empty() {
                    self.last = Err(self.machine.trouble().map_or(RunError::Deadline, RunError::Failed));
                }
                self.runs.push((deadline, done));
                self.handle(Event::BackgroundRun { deadline: deadline.saturating_duration_since(self.began) });
            }
            Signal::Event(event) => self.handle(event),
        }
    }

    fn end_runs(&mut self) {
        let (over, now) = (!self.machine.is_in_run(), Instant::now());
        for (_, done) in self.runs.extract_if(.., |(deadline, _)| over || *deadline <= now) {
            let _ = done.send(self.last.clone());
        }
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
        let absorbed = blocking(&session, move |session| Ok(session.absorb(&request, response)?)).await?;
        if !absorbed.more {
            let tidy_up = |session: &S| {
                session.tidy_up();
                Ok(())
            };
            blocking(&session, tidy_up).await?;
        }
        Ok::<_, Stop>(absorbed)
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
#[path = "driver_tests.rs"]
mod tests;
