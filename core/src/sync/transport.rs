//! The calls, as the driver makes them; [`HttpTransport`] makes them over HTTP.

mod http;

use std::future::Future;
use std::time::Duration;

pub use http::{HttpTransport, origin};

use super::wire::{
    Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, FailureCode, Hint, SyncRequest, SyncResponse, Token,
    TokenRequest,
};

/// A call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke.
    #[error("no connection to the server")]
    Offline,
    /// It took too long.
    #[error("the server did not answer in time")]
    Timeout,
    /// What answers does not prove to be the server: its certificate is not for this host, not signed by a trusted root
    /// or not valid today. A captive portal, a wrong date on this device, or an attack. Nothing was sent.
    #[error("the server does not prove who it is")]
    Tls,
    /// The address is none, or would be called in clear text. Nothing was sent.
    #[error("not an address of a server: https://host[:port]")]
    BadUrl,
    /// The server says why not.
    #[error("the server refused: {code}")]
    Failure {
        /// Why.
        code: FailureCode,
        /// When to try again.
        retry_after: Option<Duration>,
    },
    /// The answer is not in our format: a captive portal, a proxy, or another kind of server.
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

    /// [`ENROL`](super::wire::path::ENROL).
    fn enrol(
        &self,
        url: &str,
        request: &EnrolRequest,
    ) -> impl Future<Output = Result<EnrolResponse, TransportError>> + Send;
    /// [`CHALLENGE`](super::wire::path::CHALLENGE).
    fn challenge(
        &self,
        url: &str,
        request: &ChallengeRequest,
    ) -> impl Future<Output = Result<Challenge, TransportError>> + Send;
    /// [`TOKEN`](super::wire::path::TOKEN).
    fn token(&self, url: &str, request: &TokenRequest) -> impl Future<Output = Result<Token, TransportError>> + Send;
    /// [`SYNC`](super::wire::path::SYNC).
    fn sync(
        &self,
        url: &str,
        token: &Token,
        request: &SyncRequest,
    ) -> impl Future<Output = Result<SyncResponse, TransportError>> + Send;
    /// [`LIVE`](super::wire::path::LIVE); returns once the stream stands.
    fn live(&self, url: &str, token: &Token) -> impl Future<Output = Result<Self::Hints, TransportError>> + Send;
    /// What went over the wire so far.
    fn stats(&self) -> Stats;
}

/// An open live stream.
pub trait Hints: Send + 'static {
    /// The next hint, or `None` at the stream's end. May be dropped and called again without losing one.
    fn next(&mut self) -> impl Future<Output = Result<Option<Hint>, TransportError>> + Send;
}
