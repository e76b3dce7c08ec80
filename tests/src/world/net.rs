//! A simulated network under the real driver: [`Link`] is a [`Transport`] from one phone to the server of a [`Site`].
//!
//! Everything is encoded and decoded on the way, by the same code as over HTTP. A request that has left arrives by
//! itself, whether or not its caller still waits; so answers get lost, and requests come twice and out of order.
//!
//! How a history is the same each time: the runtime has one thread and a paused clock, so time moves only when nothing
//! else can, and stands while a blocking part of a session runs (tokio counts those). Chance is drawn per link. And
//! every link has its own millisecond of each [`SEATS`], so that no two of them ever reach the server at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hongqi_core::ids::DeviceId;
use hongqi_core::sync::transport::{Hints, Stats, Transport, TransportError};
use hongqi_core::sync::wire::{
    self, Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Failure, FailureCode, Hint, SyncRequest,
    SyncResponse, Token, TokenRequest, path,
};
use hongqi_server::{Error, Server, Signal};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};

use super::site::Site;
use super::weather::{Outcome, Weather};

/// So many links can be told apart in time; the first belongs to the story.
pub const SEATS: u64 = 64;
/// As over HTTP: when a caller gives up.
const CALL: Duration = Duration::from_secs(180);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next moment at or after `at` that belongs to `seat`, counted from `began`.
#[must_use]
pub fn seated(began: Instant, at: Instant, seat: u64) -> Instant {
    let ms = u64::try_from((at - began).as_millis()).unwrap_or(0) + 1;
    let wait = (seat + SEATS - ms % SEATS) % SEATS;
    began + Duration::from_millis(ms + wait)
}

/// The way from one phone to the server.
pub struct Link(Arc<Inner>);

struct Inner {
    site: Arc<Site>,
    began: Instant,
    seat: u64,
    weather: Mutex<Weather>,
    /// Of calls, streams and hints: what happens at the same moment must not take each other's chance.
    calls: Mutex<fastrand::Rng>,
    streams: Mutex<fastrand::Rng>,
    hints: Mutex<fastrand::Rng>,
    last_answer: Mutex<Option<Reply>>,
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What stands in an HTTP response.
#[derive(Clone)]
struct Reply {
    status: u16,
    body: Vec<u8>,
    retry_after: Option<Duration>,
}

impl Reply {
    /// As the transport over HTTP reads it.
    fn read<R: for<'b> minicbor::Decode<'b, ()>>(self) -> Result<R, TransportError> {
        if self.status == 200 {
            return wire::decode(&self.body).map_err(|_| TransportError::Protocol);
        }
        if let Ok(Failure { code, retry_after_ms }) = wire::decode(&self.body) {
            let retry_after = retry_after_ms.map(Duration::from_millis).or(self.retry_after);
            return Err(TransportError::Failure { code, retry_after });
        }
        let retry_after = self.retry_after;
        Err(match self.status {
            429 => TransportError::Failure { code: FailureCode::RateLimited, retry_after },
            500.. => TransportError::Failure { code: FailureCode::Unavailable, retry_after },
            _ => TransportError::Protocol,
        })
    }
}

fn reply<A: minicbor::Encode<()>>(answer: Result<A, Error>) -> Reply {
    match answer {
        Ok(answer) => Reply { status: 200, body: wire::encode(&answer), retry_after: None },
        Err(error) => Reply { status: 400, body: wire::encode(&error.failure()), retry_after: None },
    }
}

/// What the server answers to `body`.
fn serve(server: &Server, path: &str, secret: Option<&str>, body: &[u8]) -> Reply {
    let bad = |_| Error::from(FailureCode::BadRequest);
    match path {
        path::ENROL => reply(wire::decode(body).map_err(bad).and_then(|ask| server.enrol(&ask))),
        path::CHALLENGE => reply(wire::decode(body).map_err(bad).and_then(|ask| server.challenge(&ask))),
        path::TOKEN => reply(wire::decode(body).map_err(bad).and_then(|ask| server.token(&ask))),
        _ => reply(
            server
                .authenticate(secret.unwrap_or_default())
                .and_then(|device| server.sync(device, wire::decode::<SyncRequest>(body).map_err(bad)?)),
        ),
    }
}

impl Link {
    /// A link with fair weather.
    #[must_use]
    pub fn new(site: Arc<Site>, began: Instant, seat: u64, seed: u64) -> Self {
        Self(Arc::new(Inner {
            site,
            began,
            seat,
            weather: Mutex::new(Weather::fair()),
            calls: Mutex::new(fastrand::Rng::with_seed(seed.wrapping_mul(3))),
            streams: Mutex::new(fastrand::Rng::with_seed(seed.wrapping_mul(3) + 1)),
            hints: Mutex::new(fastrand::Rng::with_seed(seed.wrapping_mul(3) + 2)),
            last_answer: Mutex::default(),
            requests: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
        }))
    }

    /// Changes the weather; what is on its way meets the old one.
    pub fn set_weather(&self, weather: Weather) {
        *lock(&self.0.weather) = weather;
    }

    async fn call<A, R>(&self, path: &'static str, token: Option<&Token>, ask: &A) -> Result<R, TransportError>
    where
        A: minicbor::Encode<()>,
        R: for<'b> minicbor::Decode<'b, ()>,
    {
        let inner = &self.0;
        let body = wire::encode(ask);
        inner.requests.fetch_add(1, Ordering::Relaxed);
        inner.sent.fetch_add(body.len() as u64, Ordering::Relaxed);
        let reply = inner.carry(path, token.map(|token| token.secret.clone()), body).await?;
        inner.received.fetch_add(reply.body.len() as u64, Ordering::Relaxed);
        reply.read()
    }
}

impl Inner {
    fn weather(&self) -> Weather {
        lock(&self.weather).clone()
    }

    async fn pause(&self, for_: Duration) {
        sleep_until(seated(self.began, Instant::now() + for_, self.seat)).await;
    }

    async fn carry(self: &Arc<Self>, path: &'static str, secret: Option<String>, mut body: Vec<u8>) -> Carried {
        let weather = self.weather();
        let (outcome, out, back, again) = {
            let mut rng = lock(&self.calls);
            let again = (rng.u32(..1_000) < weather.double).then(|| Duration::from_millis(rng.u64(..240_000)));
            (weather.outcome(&mut rng), weather.latency(&mut rng), weather.latency(&mut rng), again)
        };
        if !weather.up {
            self.pause(out).await;
            return Err(TransportError::Offline);
        }
        let arrives = !matches!(outcome, Outcome::LoseRequest | Outcome::Portal | Outcome::Unavailable(..))
            && outcome != (Outcome::Hang { arrives: false });
        if outcome == Outcome::CutRequest {
            body.truncate(body.len() / 2);
        }
        let answered = arrives.then(|| self.send(path, secret.clone(), body.clone(), out));
        if let Some(later) = again.filter(|_| arrives) {
            drop(self.send(path, secret, body, out + later));
        }
        match outcome {
            Outcome::LoseRequest => {
                self.pause(out + back).await;
                return Err(TransportError::Offline);
            }
            Outcome::Portal => {
                self.pause(out + back).await;
                let page = b"<html><body>Please log in to this network.</body></html>".to_vec();
                return Ok(Reply { status: 200, body: page, retry_after: None });
            }
            Outcome::Unavailable(status, retry_after) => {
                self.pause(out + back).await;
                return Ok(Reply { status, body: b"<html>".to_vec(), retry_after });
            }
            Outcome::Hang { .. } => {
                self.pause(CALL).await;
                return Err(TransportError::Timeout);
            }
            _ => {}
        }
        let Some(Ok(mut reply)) = (match answered {
            Some(answered) => Some(answered.await),
            None => None,
        }) else {
            return Err(TransportError::Offline);
        };
        self.pause(back).await;
        if outcome == Outcome::LoseAnswer || !self.weather().up {
            return Err(TransportError::Offline);
        }
        let older = (path == path::SYNC).then(|| lock(&self.last_answer).replace(reply.clone())).flatten();
        match (outcome, older) {
            (Outcome::OlderAnswer, Some(older)) => reply = older,
            (Outcome::CutAnswer, _) => reply.body.truncate(reply.body.len() / 2),
            _ => {}
        }
        Ok(reply)
    }

    /// Sends a request on its way. The receiver hears nothing if no server was there.
    fn send(
        self: &Arc<Self>,
        path: &'static str,
        secret: Option<String>,
        body: Vec<u8>,
        takes: Duration,
    ) -> oneshot::Receiver<Reply> {
        let (answer, answered) = oneshot::channel();
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            inner.pause(takes).await;
            if let Some(run) = inner.site.run() {
                // Nobody waiting is what a lost answer looks like.
                let _ = answer.send(serve(&run.server, path, secret.as_deref(), &body));
            }
        });
        answered
    }

    /// What the live stream says, with what the weather does to it, until it breaks.
    async fn listen(
        self: Arc<Self>,
        server: Arc<Server>,
        device: DeviceId,
        mut signals: tokio::sync::broadcast::Receiver<Signal>,
        out: mpsc::Sender<Hint>,
    ) {
        let mut runs = self.site.watch();
        let Ok(news) = server.news(device) else { return };
        for hint in news {
            if !self.hint(hint, &out).await {
                return;
            }
        }
        loop {
            let signal = tokio::select! {
                biased;
                _ = runs.changed() => return,
                () = out.closed() => return,
                signal = signals.recv() => signal,
            };
            let hints = match signal {
                Ok(Signal::Entry(event)) => match server.hears(device, &[event]) {
                    Ok(hints) => hints,
                    Err(_) => return,
                },
                Ok(Signal::Registry) | Err(RecvError::Lagged(_)) => match server.news(device) {
                    Ok(news) => news,
                    Err(_) => return,
                },
                Err(RecvError::Closed) => return,
            };
            for hint in hints {
                if !self.hint(hint, &out).await {
                    return;
                }
            }
        }
    }

    /// Passes one hint on; `false` ends the stream.
    async fn hint(self: &Arc<Self>, hint: Hint, out: &mpsc::Sender<Hint>) -> bool {
        let weather = self.weather();
        let (broken, lost, twice, takes) = {
            let mut rng = lock(&self.hints);
            let mut falls = |share: u32| rng.u32(..1_000) < share;
            let (broken, lost, twice, late) = (
                falls(weather.break_stream),
                falls(weather.lose_hint),
                falls(weather.double_hint),
                falls(weather.late_hint),
            );
            let wait = if late { Duration::from_millis(rng.u64(..60_000)) } else { Duration::ZERO };
            (broken, lost, twice, wait + weather.latency(&mut rng))
        };
        if broken || !weather.up {
            return false;
        }
        if !lost {
            for _ in 0..=u8::from(twice) {
                let (inner, out) = (Arc::clone(self), out.clone());
                tokio::spawn(async move {
                    inner.pause(takes).await;
                    let _ = out.send(hint).await;
                });
            }
        }
        true
    }
}

type Carried = Result<Reply, TransportError>;

impl Transport for Link {
    type Hints = LinkHints;

    async fn enrol(&self, _: &str, request: &EnrolRequest) -> Result<EnrolResponse, TransportError> {
        self.call(path::ENROL, None, request).await
    }

    async fn challenge(&self, _: &str, request: &ChallengeRequest) -> Result<Challenge, TransportError> {
        self.call(path::CHALLENGE, None, request).await
    }

    async fn token(&self, _: &str, request: &TokenRequest) -> Result<Token, TransportError> {
        self.call(path::TOKEN, None, request).await
    }

    async fn sync(&self, _: &str, token: &Token, request: &SyncRequest) -> Result<SyncResponse, TransportError> {
        let budget = request.budget.min(self.0.weather().budget);
        self.call(path::SYNC, Some(token), &SyncRequest { budget, ..request.clone() }).await
    }

    async fn live(&self, _: &str, token: &Token) -> Result<LinkHints, TransportError> {
        let inner = &self.0;
        inner.requests.fetch_add(1, Ordering::Relaxed);
        let weather = inner.weather();
        let (outcome, takes) = {
            let mut rng = lock(&inner.streams);
            (weather.outcome(&mut rng), weather.latency(&mut rng))
        };
        inner.pause(takes).await;
        match outcome {
            _ if !weather.up => return Err(TransportError::Offline),
            Outcome::Through | Outcome::OlderAnswer | Outcome::CutRequest => {}
            Outcome::Portal | Outcome::CutAnswer => return Err(TransportError::Protocol),
            Outcome::Unavailable(status, retry_after) => {
                return Reply { status, body: Vec::new(), retry_after }.read::<Challenge>().map(|_| unreachable!());
            }
            Outcome::LoseRequest | Outcome::LoseAnswer | Outcome::Hang { .. } => {
                sleep(Duration::from_secs(60)).await;
                return Err(TransportError::Timeout);
            }
        }
        let Some(run) = inner.site.run() else { return Err(TransportError::Offline) };
        let device = run.server.authenticate(&token.secret).map_err(|error| {
            let failure = error.failure();
            TransportError::Failure { code: failure.code, retry_after: None }
        })?;
        let (out, hints) = mpsc::channel(64);
        // Subscribed before the first look, so that nothing is missed in between.
        let signals = run.server.signals();
        tokio::spawn(Arc::clone(inner).listen(run.server, device, signals, out));
        Ok(LinkHints(hints))
    }

    fn stats(&self) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats { requests: get(&self.0.requests), sent: get(&self.0.sent), received: get(&self.0.received) }
    }
}

/// The live stream of a [`Link`].
#[derive(Debug)]
pub struct LinkHints(mpsc::Receiver<Hint>);

impl Hints for LinkHints {
    async fn next(&mut self) -> Result<Option<Hint>, TransportError> {
        Ok(self.0.recv().await)
    }
}
