//! The server over HTTP: thin, every call is one of [`Server`]'s.
//!
//! SQLite blocks, so each call runs on tokio's blocking threads. A failure has a status and a [`Failure`] as its body.
//! Who calls, and how often, is looked at before a byte of the body is read.
//! Logs say which call, how long and how many bytes; never who wrote what.

mod calls;
mod lent;
mod limit;
mod metrics;
mod open;
mod stream;

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Version};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::{
    EnrolRequest, Failure, FailureCode, MAX_SENT, PageOutcome, PushOutcome, SyncRequest, SyncResponse, decode_within,
    encode, encode_response, path,
};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use crate::{Error, Server};
use calls::{Call, Calls};
use lent::{Lender, Peer};
use limit::{Address, Limits};
use metrics::Metrics;
use open::Streams;

/// How often it is looked whether another process changed the registry.
const WATCH: Duration = Duration::from_millis(500);
/// How often it is looked for closed cases that have expired.
const SWEEP: Duration = Duration::from_secs(3600);
/// How long calls under way may take to end when the server stops, unless it is told otherwise.
const DRAIN: Duration = Duration::from_secs(10);
/// So many calls are in the database at once, or wait for its one writer. More would only take turns on the processors,
/// each with a connection and a cache of its own; 2,000 phones that heard one hint took 512 threads.
const AT_ONCE: usize = 64;
/// The most bytes of a call without a token, as sent and unfolded: none needs a tenth of it.
const MAX_UNKNOWN: usize = 4 * 1024;

#[derive(Clone)]
struct App {
    server: Arc<Server>,
    metrics: Arc<Metrics>,
    limits: Arc<Limits>,
    calls: Arc<Calls>,
    streams: Arc<Streams>,
    stopping: watch::Receiver<bool>,
    /// Held by every stream: closed when none is left.
    streaming: mpsc::Sender<Infallible>,
}

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// Reverse proxies with these addresses: what they say in `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// How long calls under way may take to end when the server stops; then their connections are cut.
    pub drain: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { proxies: Vec::new(), drain: DRAIN }
    }
}

/// What a server runs on.
///
/// # Errors
/// That of the system, which gives no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().max_blocking_threads(AT_ONCE).enable_all().build()
}

/// Serves until `stop` is done; what was accepted by then is finished and answered.
///
/// # Errors
/// That of the listener.
pub async fn serve(server: Arc<Server>, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    serve_with(server, listener, Options::default(), stop).await
}

/// As [`serve`], with `options`. Returns at the latest [`Options::drain`] after `stop` is done: a phone that has begun a
/// call and vanished would hold it up for ever. A call that is cut off has been committed or not, as when a connection
/// breaks: the phone asks again.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(
    server: Arc<Server>,
    listener: TcpListener,
    options: Options,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let (stopped, stopping) = watch::channel(false);
    let (streaming, mut ended) = mpsc::channel(1);
    let app = App {
        server: server.clone(),
        metrics: Arc::default(),
        limits: Arc::new(Limits::new(options.proxies)),
        calls: Arc::default(),
        streams: Arc::default(),
        stopping: stopping.clone(),
        streaming,
    };
    let watcher = tokio::spawn(watch_registry(server.clone()));
    let sweeper = tokio::spawn(sweep(server));
    let mut until = stopping.clone();
    let serving = tokio::spawn(
        axum::serve(Lender::new(listener), router(app).into_make_service_with_connect_info::<Peer>())
            .with_graceful_shutdown(async move { _ = until.wait_for(|stop| *stop).await })
            .into_future(),
    );
    stop.await;
    tracing::info!("stopping");
    stopped.send_replace(true);
    watcher.abort();
    sweeper.abort();
    let ending = async {
        let served = serving.await;
        // Nobody sends: it ends with the last stream.
        let _ = ended.recv().await;
        served
    };
    match tokio::time::timeout(options.drain, ending).await {
        Ok(Ok(served)) => served,
        Ok(Err(_)) => Err(std::io::Error::other("the listener panicked")),
        Err(_) => {
            tracing::warn!("calls that did not end were cut off");
            Ok(())
        }
    }
}

fn router(app: App) -> Router {
    let unknown = Router::new()
        .route(path::ENROL, post(enrol))
        .route(
            path::CHALLENGE,
            post(|app, body| call(app, path::CHALLENGE, body, |server, ask| Ok(encode(&server.challenge(&ask)?)))),
        )
        .route(
            path::TOKEN,
            post(|app, body| call(app, path::TOKEN, body, |server, ask| Ok(encode(&server.token(&ask)?)))),
        )
        .layer(DefaultBodyLimit::max(MAX_UNKNOWN))
        .route_layer(from_fn_with_state(app.clone(), by_address));
    let known = Router::new()
        .route(path::SYNC, post(sync))
        .route(path::LIVE, get(live))
        .layer(DefaultBodyLimit::max(MAX_SENT))
        .route_layer(from_fn_with_state(app.clone(), by_device));
    let looked_at = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(show_metrics))
        .route_layer(from_fn_with_state(app.clone(), by_watcher));
    unknown.merge(known).merge(looked_at).with_state(app)
}

async fn watch_registry(server: Arc<Server>) {
    let mut known = None;
    loop {
        let looking = server.clone();
        if let Ok(Ok(version)) = tokio::task::spawn_blocking(move || looking.registry_version()).await
            && known.replace(version).is_some_and(|known| known != version)
        {
            server.registry_changed();
        }
        tokio::time::sleep(WATCH).await;
    }
}

/// Deletes closed cases that have expired, now and every hour.
async fn sweep(server: Arc<Server>) {
    loop {
        let sweeping = server.clone();
        match tokio::task::spawn_blocking(move || sweeping.sweep()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(%error, "what has expired could not be deleted"),
            Err(_) => tracing::error!("the deletion of what has expired panicked"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}

fn failure(failure: Failure) -> Response {
    let status = match failure.code {
        FailureCode::BadRequest | FailureCode::UnsupportedVersion => StatusCode::BAD_REQUEST,
        FailureCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        FailureCode::Revoked | FailureCode::InvalidInvitation => StatusCode::FORBIDDEN,
        FailureCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        FailureCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FailureCode::Other => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, [(CONTENT_TYPE, "application/octet-stream")], encode(&failure)).into_response()
}

/// Lets a call without a token through within its address's share.
async fn by_address(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = app.limits.address(peer.address, request.headers());
    match app.limits.call(address) {
        Ok(()) => {
            request.extensions_mut().insert(address);
            next.run(request).await
        }
        Err(error) => app.limited(&error),
    }
}

/// Lets who watches the server look, within its address's share: that asks the database too.
async fn by_watcher(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    match app.limits.look(app.limits.address(peer.address, request.headers())) {
        Ok(()) => next.run(request).await,
        Err(error) => app.limited(&error),
    }
}

/// Lets a call of a device through, within the device's share. One that shows no good token counts against its address.
async fn by_device(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let error = match device(&app, request.headers()) {
        Ok(device) => match app.limits.device(device).and_then(|()| app.calls.begin(device)) {
            Ok(call) => {
                request.extensions_mut().insert(device);
                request.extensions_mut().insert(call);
                return next.run(request).await;
            }
            Err(error) => return app.limited(&error),
        },
        Err(error) => error,
    };
    match app.limits.call(app.limits.address(peer.address, request.headers())) {
        Ok(()) => refuse(&error),
        Err(error) => app.limited(&error),
    }
}

impl App {
    fn limited(&self, error: &Error) -> Response {
        self.metrics.limited.inc();
        refuse(error)
    }
}

async fn enrol(
    State(app): State<App>,
    Extension(address): Extension<Address>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Err(error) = app.limits.may_enrol(address) {
        return app.limited(&error);
    }
    let limits = app.limits.clone();
    let work = move |server: &Server, ask: EnrolRequest| {
        let done = server.enrol(&ask);
        if let Err(Error::Refused(Failure { code: FailureCode::InvalidInvitation | FailureCode::BadRequest, .. })) =
            &done
        {
            limits.enrolment_failed(address);
        }
        Ok(encode(&done?))
    };
    call(State(app), path::ENROL, body, work).await
}

fn refuse(error: &Error) -> Response {
    if let Error::Storage(_) | Error::Key(_) = error {
        tracing::error!(%error, "a call failed");
    }
    failure(error.failure())
}

/// As [`answered`], of a call without a token.
async fn call<Ask, Work>(
    State(app): State<App>,
    name: &'static str,
    body: Result<Bytes, BytesRejection>,
    work: Work,
) -> Response
where
    Ask: for<'b> minicbor::Decode<'b, ()> + Send + 'static,
    Work: FnOnce(&Server, Ask) -> Result<Vec<u8>, Error> + Send + 'static,
{
    answered(app, name, body, (MAX_UNKNOWN, None), work).await
}

/// Decodes the body, which has at most so many bytes unfolded, and runs `work`, which encodes its answer, where it may block.
async fn answered<Ask, Work>(
    app: App,
    name: &'static str,
    body: Result<Bytes, BytesRejection>,
    (most, call): (usize, Option<Arc<Call>>),
    work: Work,
) -> Response
where
    Ask: for<'b> minicbor::Decode<'b, ()> + Send + 'static,
    Work: FnOnce(&Server, Ask) -> Result<Vec<u8>, Error> + Send + 'static,
{
    let started = Instant::now();
    app.metrics.requests.inc();
    let Ok(body) = body else { return failure(Failure { code: FailureCode::BadRequest, retry_after_ms: None }) };
    app.metrics.bytes_received.inc_by(body.len() as u64);
    let server = app.server.clone();
    let received = body.len();
    let done = tokio::task::spawn_blocking(move || {
        let ask = decode_within(&body, most).map_err(|_| FailureCode::BadRequest)?;
        work(&server, ask)
    });
    let answer = match done.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return refuse(&error),
        Err(_) => {
            // What a panic says may be what a member wrote; the hook says where it was.
            tracing::error!(call = name, "a call panicked");
            return failure(Failure { code: FailureCode::Unavailable, retry_after_ms: Some(5_000) });
        }
    };
    app.metrics.bytes_sent.inc_by(answer.len() as u64);
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::debug!(call = name, received, sent = answer.len(), took_us, "answered");
    ([(CONTENT_TYPE, "application/octet-stream")], calls::answer(answer, call)).into_response()
}

/// The device of the bearer token. Whether it may still take part, the call that follows asks.
fn device(app: &App, headers: &HeaderMap) -> Result<DeviceId, Error> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    app.server.bearer(bearer.ok_or(FailureCode::Unauthenticated)?)
}

async fn sync(
    State(app): State<App>,
    Extension(device): Extension<DeviceId>,
    Extension(call): Extension<Arc<Call>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let metrics = app.metrics.clone();
    let work = move |server: &Server, ask: SyncRequest| {
        let response = server.sync(device, ask)?;
        count(&metrics, &response);
        Ok(encode_response(&response))
    };
    answered(app, path::SYNC, body, (MAX_SENT, Some(call)), work).await
}

fn count(metrics: &Metrics, response: &SyncResponse) {
    for pushed in &response.pushed {
        match pushed.outcome {
            PushOutcome::Accepted { .. } => metrics.accepted.inc(),
            _ => metrics.refused.inc(),
        };
    }
    for page in &response.pages {
        if let PageOutcome::Entries(entries) = &page.outcome {
            metrics.entries.inc_by(entries.up_to - entries.base_seq);
        }
    }
}

async fn live(
    State(app): State<App>,
    Extension(device): Extension<DeviceId>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    version: Version,
) -> Response {
    app.metrics.requests.inc();
    let server = app.server.clone();
    let active = tokio::task::spawn_blocking(move || server.active(device)).await;
    match active.map_err(|_| FailureCode::Unavailable.into()).flatten() {
        Ok(_) => stream::open(&app, device, peer.lent, version),
        Err(error) => refuse(&error),
    }
}

async fn health(State(app): State<App>) -> Response {
    let server = app.server.clone();
    match tokio::task::spawn_blocking(move || server.registry_version()).await {
        Ok(Ok(_)) if !*app.stopping.borrow() => "ok\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n").into_response(),
    }
}

async fn show_metrics(State(app): State<App>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match app.metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, content_type)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests;
