//! The wire over HTTP: one POST a call, and a stream of server-sent events for hints.
//!
//! Everything that answers may be somebody else (a captive portal, a proxy): only a body in our own format is believed,
//! redirects are not followed, and no body is read beyond its limit. Tokens never leave in clear text.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, Url};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::{Hints, Stats, Transport, TransportError};
use crate::sync::wire::{
    self, Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Failure, FailureCode, Hint, SyncRequest,
    SyncResponse, Token, TokenRequest, path,
};

/// Connecting takes no longer.
const CONNECT: Duration = Duration::from_secs(10);
/// A whole call takes no longer: 2 MiB each way over a poor network.
const CALL: Duration = Duration::from_secs(180);
/// No pause in a live stream is longer ([`path::LIVE`]): one that says nothing is dead.
const SILENCE: Duration = Duration::from_secs(60);
/// No line of a live stream is longer; a hint has under 64 bytes.
const MAX_LINE: usize = 512;
/// No failure is longer.
const MAX_FAILURE: usize = 1024;

/// Calls over HTTPS; plain HTTP to this very machine only, which is how tests and the demo run. There is no switch for
/// more: a token that once crossed a network in clear text is anybody's.
pub struct HttpTransport {
    client: Client,
    stats: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTransport").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

impl HttpTransport {
    /// A transport with its own connections. It trusts Mozilla's roots: the platform's verifier panics on Android
    /// unless Java code has set it up (reqwest 0.13, 2026-07).
    ///
    /// # Errors
    /// [`TransportError::Tls`] if the TLS library does not start.
    pub fn new() -> Result<Self, TransportError> {
        Self::with(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// As [`HttpTransport::new`], trusting these roots (X.509, DER) and no others: for a server with a certificate
    /// authority of its own.
    ///
    /// # Errors
    /// [`TransportError::Tls`] if one is no certificate, or the TLS library does not start.
    pub fn trusting<'a>(roots: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, TransportError> {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(root.into()).map_err(|_| TransportError::Tls)?;
        }
        Self::with(store)
    }

    fn with(roots: RootCertStore) -> Result<Self, TransportError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| TransportError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .build()
            .map_err(|_| TransportError::Tls)?;
        Ok(Self { client, stats: Arc::default() })
    }

    async fn call<A, R>(&self, url: &str, path: &str, token: Option<&Token>, ask: &A) -> Result<R, TransportError>
    where
        A: minicbor::Encode<()>,
        R: for<'b> minicbor::Decode<'b, ()>,
    {
        let body = wire::encode(ask);
        self.stats.sent.fetch_add(body.len() as u64, Ordering::Relaxed);
        let request = self.client.post(address(url, path)?).header(CONTENT_TYPE, "application/cbor");
        let response = self.send(request.timeout(CALL).body(body), token).await?;
        wire::decode(&read(response, wire::MAX_SENT, &self.stats).await?).map_err(|_| TransportError::Protocol)
    }

    /// Sends and takes failures out.
    async fn send(&self, request: RequestBuilder, token: Option<&Token>) -> Result<Response, TransportError> {
        let request = match token {
            Some(token) => {
                let value = HeaderValue::try_from(format!("Bearer {}", token.secret));
                let mut value = value.map_err(|_| TransportError::Protocol)?;
                value.set_sensitive(true);
                request.header(AUTHORIZATION, value)
            }
            None => request,
        };
        self.stats.requests.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await.map_err(|error| classify(&error))?;
        let status = response.status().as_u16();
        if status == 200 {
            return Ok(response);
        }
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = if status < 400 { Vec::new() } else { read(response, MAX_FAILURE, &self.stats).await? };
        Err(failure(status, &body, header.map(Duration::from_secs)))
    }
}

impl Transport for HttpTransport {
    type Hints = HttpHints;

    async fn enrol(&self, url: &str, request: &EnrolRequest) -> Result<EnrolResponse, TransportError> {
        self.call(url, path::ENROL, None, request).await
    }

    async fn challenge(&self, url: &str, request: &ChallengeRequest) -> Result<Challenge, TransportError> {
        self.call(url, path::CHALLENGE, None, request).await
    }

    async fn token(&self, url: &str, request: &TokenRequest) -> Result<Token, TransportError> {
        self.call(url, path::TOKEN, None, request).await
    }

    async fn sync(&self, url: &str, token: &Token, request: &SyncRequest) -> Result<SyncResponse, TransportError> {
        self.call(url, path::SYNC, Some(token), request).await
    }

    async fn live(&self, url: &str, token: &Token) -> Result<HttpHints, TransportError> {
        let opened = self.send(self.client.get(address(url, path::LIVE)?), Some(token));
        let response = timeout(SILENCE, opened).await.map_err(|_| TransportError::Timeout)??;
        Ok(HttpHints { response, lines: Lines::default(), stats: Arc::clone(&self.stats) })
    }

    fn stats(&self) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats { requests: get(&self.stats.requests), sent: get(&self.stats.sent), received: get(&self.stats.received) }
    }
}

/// The server's address in its one form, `https://host[:port]`. An address that says more than that (a user, a path) is
/// none: it would be called without.
///
/// # Errors
/// [`TransportError::BadUrl`], for plain HTTP to another machine too.
pub fn origin(url: &str) -> Result<String, TransportError> {
    let url = Url::parse(url.trim()).map_err(|_| TransportError::BadUrl)?;
    // Parsed, not compared by its beginning: 127.example.com is somebody's host.
    let loopback = |host: &str| host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let local = url.host_str().is_some_and(|host| host == "localhost" || loopback(host));
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    if safe && bare && nobody { Ok(url.origin().ascii_serialization()) } else { Err(TransportError::BadUrl) }
}

fn address(url: &str, path: &str) -> Result<Url, TransportError> {
    Url::parse(&(origin(url)? + path)).map_err(|_| TransportError::BadUrl)
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_builder() || error.is_redirect() {
        TransportError::Protocol
    } else if is_tls(error) {
        TransportError::Tls
    } else {
        TransportError::Offline
    }
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    // An I/O error hides what it wraps from `source`.
    let wrapped = error.downcast_ref().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || wrapped.is_some_and(|inner| is_tls(inner)) || error.source().is_some_and(is_tls)
}

/// Of a status other than 200. Without a body of ours only "later" is believed: anybody in between may say 401.
fn failure(status: u16, body: &[u8], header: Option<Duration>) -> TransportError {
    if let Ok(Failure { code, retry_after_ms }) = wire::decode(body) {
        return TransportError::Failure { code, retry_after: retry_after_ms.map(Duration::from_millis).or(header) };
    }
    match status {
        429 => TransportError::Failure { code: FailureCode::RateLimited, retry_after: header },
        // A network that wants a login says so.
        511 => TransportError::Protocol,
        500.. => TransportError::Failure { code: FailureCode::Unavailable, retry_after: header },
        _ => TransportError::Protocol,
    }
}

/// Reads a body, and no more than `limit` bytes of it.
async fn read(mut response: Response, limit: usize, stats: &Counters) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
        stats.received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        if body.len() + chunk.len() > limit {
            return Err(TransportError::Protocol);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The live stream of an [`HttpTransport`].
pub struct HttpHints {
    response: Response,
    lines: Lines,
    stats: Arc<Counters>,
}

impl std::fmt::Debug for HttpHints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpHints").finish_non_exhaustive()
    }
}

impl Hints for HttpHints {
    async fn next(&mut self) -> Result<Option<Hint>, TransportError> {
        loop {
            if let Some(hint) = self.lines.next_hint()? {
                return Ok(Some(hint));
            }
            let chunk = timeout(SILENCE, self.response.chunk()).await.map_err(|_| TransportError::Timeout)?;
            let Some(chunk) = chunk.map_err(|error| classify(&error))? else { return Ok(None) };
            self.stats.received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            self.lines.pending.extend_from_slice(&chunk);
        }
    }
}

/// Takes hints out of a stream of bytes. Of the format only `data` lines count: a hint is one line, comments are
/// signs of life, and what a later version sends besides is skipped.
#[derive(Debug, Default)]
struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    fn next_hint(&mut self) -> Result<Option<Hint>, TransportError> {
        loop {
            let Some(end) = self.pending.iter().take(MAX_LINE).position(|byte| *byte == b'\n') else {
                return if self.pending.len() < MAX_LINE { Ok(None) } else { Err(TransportError::Protocol) };
            };
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let text = std::str::from_utf8(&line).unwrap_or_default().trim_end();
            let data = text.strip_prefix("data:").map(str::trim_start);
            if let Some(hint) = data.and_then(|data| data.parse().ok()) {
                return Ok(Some(hint));
            }
        }
    }
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
#[cfg(test)]
#[path = "tls_tests.rs"]
mod tls_tests;
