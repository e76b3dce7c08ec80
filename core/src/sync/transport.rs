//! The wire over HTTP: one POST a call, and a stream of server-sent events for hints.
//!
//! Everything that answers may be somebody else (a captive portal, a proxy): only a body in our own format is believed,
//! redirects are not followed, and no body is read beyond its limit.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, RequestBuilder, Response, Url};
use tokio::time::timeout;

use super::wire::{
    self, Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Failure, FailureCode, Hint, SyncRequest,
    SyncResponse, Token, TokenRequest, path,
};
use crate::ids::DeviceId;
use crate::key::{self, DeviceKey, KeyError, Purpose};

/// Connecting takes no longer.
const CONNECT: Duration = Duration::from_secs(10);
/// A whole call takes no longer: 2 MiB each way over a poor network.
const CALL: Duration = Duration::from_secs(180);
/// No pause in a live stream is longer: the server sends at least a comment within it.
const SILENCE: Duration = Duration::from_secs(60);
/// No line of a live stream is longer; a hint has under 64 bytes.
const MAX_LINE: usize = 512;
/// No failure is longer.
const MAX_FAILURE: usize = 1024;

/// A call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke.
    #[error("no connection to the server")]
    Offline,
    /// It took too long.
    #[error("the server did not answer in time")]
    Timeout,
    /// The server says why not.
    #[error("the server refused: {code}")]
    Failure {
        /// Why.
        code: FailureCode,
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// The address is none, or the answer is not in our format.
    #[error("not an answer of a Hongqi server")]
    Protocol,
}

/// What went over the wire since the transport was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Calls begun, live streams among them.
    pub requests: u64,
    /// Bytes of bodies sent (no headers, no TLS).
    pub sent: u64,
    /// Bytes of bodies received, as compressed.
    pub received: u64,
}

/// How calls reach a server. Every future may be dropped at any moment.
pub trait Transport: Send + Sync + 'static {
    /// A live stream.
    type Hints: Hints;

    /// [`path::ENROL`].
    fn enrol(
        &self,
        url: &str,
        request: &EnrolRequest,
    ) -> impl Future<Output = Result<EnrolResponse, TransportError>> + Send;
    /// [`path::CHALLENGE`].
    fn challenge(
        &self,
        url: &str,
        request: &ChallengeRequest,
    ) -> impl Future<Output = Result<Challenge, TransportError>> + Send;
    /// [`path::TOKEN`].
    fn token(&self, url: &str, request: &TokenRequest) -> impl Future<Output = Result<Token, TransportError>> + Send;
    /// [`path::SYNC`].
    fn sync(
        &self,
        url: &str,
        token: &Token,
        request: &SyncRequest,
    ) -> impl Future<Output = Result<SyncResponse, TransportError>> + Send;
    /// [`path::LIVE`]; returns once the stream stands.
    fn live(&self, url: &str, token: &Token) -> impl Future<Output = Result<Self::Hints, TransportError>> + Send;
    /// What went over the wire so far.
    fn stats(&self) -> Stats;
}

/// An open live stream.
pub trait Hints: Send + 'static {
    /// The next hint, or `None` at the stream's end. May be dropped and called again without losing one.
    fn next(&mut self) -> impl Future<Output = Result<Option<Hint>, TransportError>> + Send;
}

/// Why a device did not come to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The server was not reached or refuses; the code may still hold.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The key does not sign; nothing was sent.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Turns the one-time `code` into a device whose key is `key`.
///
/// # Errors
/// [`EnrolError`]; an answer about another key, or one that the server did not sign, is [`TransportError::Protocol`].
pub async fn enrol(
    transport: &impl Transport,
    url: &str,
    code: &str,
    key: Arc<dyn DeviceKey>,
) -> Result<EnrolResponse, EnrolError> {
    let code = code.to_owned();
    // A hardware key may take its time, or ask the member.
    let request = tokio::task::spawn_blocking(move || {
        let public_key = key.public_key();
        let signature = key::sign(&*key, Purpose::Enrol, code.as_bytes())?;
        Ok::<_, KeyError>(EnrolRequest { version: wire::VERSION, code, public_key, signature })
    });
    let request = request.await.map_err(|_| KeyError)??;
    let response = transport.enrol(url, &request).await?;
    let ours = response.card.public_key == request.public_key
        && response.card.device == DeviceId::of_key(&request.public_key)
        && response.card.verify(&response.server_key);
    if ours { Ok(response) } else { Err(TransportError::Protocol.into()) }
}

/// Calls over HTTPS; plain HTTP to this very machine only.
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
    /// [`TransportError::Protocol`] if the TLS library does not start.
    pub fn new() -> Result<Self, TransportError> {
        // Fails if the app installed another one before: then that is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| Certificate::from_der(der).ok());
        let client = Client::builder()
            .tls_certs_only(roots)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .build()
            .map_err(|_| TransportError::Protocol)?;
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

fn address(url: &str, path: &str) -> Result<Url, TransportError> {
    let url = Url::parse(url).map_err(|_| TransportError::Protocol)?;
    // Parsed, not compared by its beginning: 127.example.com is somebody's host.
    let loopback = |host: &str| host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let local = url.host_str().is_some_and(|host| host == "localhost" || loopback(host));
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && local);
    if allowed { url.join(path).map_err(|_| TransportError::Protocol) } else { Err(TransportError::Protocol) }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_builder() || error.is_redirect() {
        TransportError::Protocol
    } else {
        TransportError::Offline
    }
}

/// Of a status other than 200. Without a body of ours only "later" is believed: anybody in between may say 401.
fn failure(status: u16, body: &[u8], header: Option<Duration>) -> TransportError {
    if let Ok(Failure { code, retry_after_ms }) = wire::decode(body) {
        return TransportError::Failure { code, retry_after: retry_after_ms.map(Duration::from_millis).or(header) };
    }
    match status {
        429 => TransportError::Failure { code: FailureCode::RateLimited, retry_after: header },
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
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::ids::{OrgId, SpaceId};

    const ASK: ChallengeRequest = ChallengeRequest { version: 1, device: DeviceId::from_bytes([1; 16]) };

    /// A server for one connection that reads a request and says `answer`, whatever it was asked.
    fn says(answer: Vec<u8>) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&answer);
        });
        url
    }

    fn http(status: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\nretry-after: 7\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    fn failed(code: FailureCode, seconds: u64) -> TransportError {
        TransportError::Failure { code, retry_after: Some(Duration::from_secs(seconds)) }
    }

    #[tokio::test]
    async fn answers_are_believed_only_in_our_format() {
        let challenge = Challenge { nonce: [5; 32] };
        let ours = wire::encode(&Failure { code: FailureCode::Revoked, retry_after_ms: Some(9000) });
        let later = failed(FailureCode::Unavailable, 7);
        let protocol = Err(TransportError::Protocol);
        for (answer, expected) in [
            (http("200 OK", &wire::encode(&challenge)), Ok(challenge.clone())),
            (http("200 OK", b"<html>please log in"), protocol.clone()),
            (http("302 Found", b""), protocol.clone()),
            (http("401 Unauthorized", &ours), Err(failed(FailureCode::Revoked, 9))),
            (http("401 Unauthorized", b"<html>"), protocol.clone()),
            (http("503 Unavailable", b"<html>"), Err(later)),
            (http("429 Slow", b""), Err(failed(FailureCode::RateLimited, 7))),
            (http("200 OK", &vec![0; wire::MAX_SENT + 1]), protocol.clone()),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\nx".to_vec(), Err(TransportError::Offline)),
            (b"".to_vec(), Err(TransportError::Offline)),
        ] {
            let head = String::from_utf8_lossy(&answer[..answer.len().min(20)]).into_owned();
            let transport = HttpTransport::new().unwrap();
            assert_eq!(transport.challenge(&says(answer), &ASK).await, expected, "{head}");
            assert_eq!(transport.stats().requests, 1);
        }
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let transport = HttpTransport::new().unwrap();
        assert_eq!(transport.challenge(&format!("http://{nobody}"), &ASK).await, Err(TransportError::Offline));
    }

    #[tokio::test]
    async fn hints_come_out_of_a_stream() {
        let hint = Hint { space: SpaceId::board(OrgId::from_number("B1")), seq: 4 };
        let body = format!(": hello\n\nevent: x\r\ndata: {hint}\r\n\r\ndata: later version\n\ndata:{hint}\n\n");
        let transport = HttpTransport::new().unwrap();
        let token = Token { secret: "t".into(), ttl_ms: 1 };
        let mut hints = transport.live(&says(http("200 OK", body.as_bytes())), &token).await.unwrap();
        assert_eq!(hints.next().await, Ok(Some(hint)));
        assert_eq!(hints.next().await, Ok(Some(hint)));
        assert_eq!(hints.next().await, Ok(None));
        let mut endless = transport.live(&says(http("200 OK", &[b'x'; 4096])), &token).await.unwrap();
        assert_eq!(endless.next().await, Err(TransportError::Protocol));
        let bad = Token { secret: "a\nb".into(), ttl_ms: 1 };
        assert!(matches!(transport.live("http://127.0.0.1:1", &bad).await, Err(TransportError::Protocol)));
    }

    #[test]
    fn a_hint_cut_anywhere_is_put_together() {
        let hint = Hint { space: SpaceId::board(OrgId::from_number("B1")), seq: 4 };
        let bytes = format!("data: {hint}\n\n").into_bytes();
        for cut in 0..bytes.len() - 2 {
            let mut lines = Lines { pending: bytes[..cut].to_vec() };
            assert_eq!(lines.next_hint(), Ok(None), "{cut}");
            lines.pending.extend_from_slice(&bytes[cut..]);
            assert_eq!(lines.next_hint(), Ok(Some(hint)), "{cut}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["https://a.example", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1/x?y"] {
            assert_eq!(address(good, path::SYNC).map(|url| url.path().to_owned()), Ok(path::SYNC.into()), "{good}");
        }
        for bad in
            ["", "a.example", "http://a.example", "http://127.a.example", "http://localhost.a.example", "ftp://a"]
        {
            assert_eq!(address(bad, path::SYNC), Err(TransportError::Protocol), "{bad}");
        }
    }
}
