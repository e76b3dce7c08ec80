//! What sync and the rest of the phone say to each other: the store's side of an exchange (the next request, and
//! somewhere to put the answer; synchronous, no network), how patient sync is, and what the app may show of it.

use std::time::Duration;

use crate::error::Error;
use crate::ids::DeviceId;
use crate::key::{KeyError, Signature};
use crate::sync::machine::Event;
use crate::sync::transport::TransportError;
use crate::sync::wire::{FailureCode, SyncRequest, SyncResponse};

/// The store side of an exchange. Every function may block (SQLite, a hardware key): the driver calls them off its loop.
///
/// A function that has begun is never interrupted, and never has to be repeated: whatever is lost between
/// [`Session::prepare`] and [`Session::absorb`] (the request, the answer, the process) shows in the next request.
pub trait Session: Send + Sync + 'static {
    /// The next request, or `None` while there is nobody to sync for (not enrolled).
    ///
    /// Raises the attempt counters of the batches in it first, durably.
    ///
    /// # Errors
    /// [`SessionError`]; nothing is sent then.
    fn prepare(&self) -> Result<Option<SyncRequest>, SessionError>;

    /// Takes an answer in, in bounded transactions.
    ///
    /// # Errors
    /// [`SessionError`]; what was taken in before it stays, the rest comes again.
    fn absorb(&self, request: &SyncRequest, response: SyncResponse) -> Result<Absorbed, SessionError>;

    /// Does what may wait until all is exchanged (the search index), in bounded transactions, to the end. A failure
    /// loses nothing: the work is found again the next time.
    fn tidy_up(&self);

    /// This device, once enrolled.
    fn device(&self) -> Option<DeviceId>;

    /// Signs the server's challenge ([`Purpose::Challenge`](crate::key::Purpose::Challenge)).
    ///
    /// # Errors
    /// [`SessionError::Key`] or [`SessionError::Paused`].
    fn sign_challenge(&self, nonce: &[u8; 32]) -> Result<Signature, SessionError>;

    /// Where the server is, once enrolled: `https://host[:port]`.
    fn server_url(&self) -> Option<String>;
}

/// An answer was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absorbed {
    /// Another exchange is wanted at once: there are more pages, or more to push. It must say so only if that exchange
    /// will ask or give something else than this one did, or phone and server would go round for ever.
    pub more: bool,
}

/// The store side could not do its part. Nothing that was stored is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The store is closed for now; sync goes on after it was resumed.
    #[error("the store is paused")]
    Paused,
    /// The database did not take or give the data: busy, disk full. Another attempt may do.
    #[error("the store failed")]
    Storage,
    /// The device key does not sign.
    #[error("the device key cannot be used")]
    Key,
    /// The answer is not one to this request, or its proofs do not hold; nothing of it was taken in.
    #[error("the answer cannot be accepted")]
    BadAnswer,
}

impl SessionError {
    /// Stable, for logs and across the border.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Storage => "storage",
            Self::Key => "key",
            Self::BadAnswer => "bad_answer",
        }
    }

    /// Whether the same call may succeed soon without anybody doing something about it.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Storage)
    }
}

impl From<KeyError> for SessionError {
    fn from(_: KeyError) -> Self {
        Self::Key
    }
}

/// How long things wait. Times are counted from any fixed start, by a clock that never runs backwards.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long writes and hints are gathered before an exchange. Default 50 ms.
    pub debounce: Duration,
    /// The first backoff is between zero and this; each further one up to twice the one before. Default 1 s.
    pub backoff: Duration,
    /// No backoff is longer. Default 5 min.
    pub backoff_max: Duration,
    /// No wish of the server to be left alone is followed for longer. Default 1 h.
    pub retry_after_max: Duration,
    /// An exchange after this long without one, when the live stream is closed. Default 5 min.
    pub idle: Duration,
    /// The same when it is open: hints may be lost. Default 30 min.
    pub idle_live: Duration,
    /// A live stream that held this long was a good one: reopened without counting earlier failures. Default 30 s.
    pub live_good: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            debounce: Duration::from_millis(50),
            backoff: Duration::from_secs(1),
            backoff_max: Duration::from_secs(300),
            retry_after_max: Duration::from_secs(3600),
            idle: Duration::from_secs(300),
            idle_live: Duration::from_secs(1800),
            live_good: Duration::from_secs(30),
        }
    }
}

impl Timing {
    /// How long to wait after the `count`th failure in a row: exponential, with full jitter.
    fn jittered(&self, count: u32, random: &mut u64) -> Duration {
        let doubled = self.backoff.saturating_mul(1 << count.saturating_sub(1).min(20));
        // SplitMix64: small, and its output for one seed is the same everywhere and for ever.
        *random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = ((z ^ (z >> 31)) >> 32) as u32;
        doubled.min(self.backoff_max).mul_f64(f64::from(share) / f64::from(u32::MAX))
    }
}

/// What a row of failures leaves behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    pub(super) until: Duration,
    /// The server wished it: a new network does not lift it.
    pub(super) by_server: bool,
    pub(super) failures: u32,
}

impl Hold {
    pub(super) const NONE: Self = Self { until: Duration::ZERO, by_server: false, failures: 0 };

    pub(super) fn lift(&mut self) {
        if !self.by_server {
            *self = Self::NONE;
        }
    }

    pub(super) fn fail(&mut self, timing: &Timing, random: &mut u64, retry_after: Option<Duration>, now: Duration) {
        self.failures = self.failures.saturating_add(1);
        let wish = retry_after.unwrap_or_default().min(timing.retry_after_max);
        self.until = self.until.max(now + wish + timing.jittered(self.failures, random));
        self.by_server = retry_after.is_some();
    }
}

/// Why a call failed, as far as it matters to when the next one is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// No connection, or it broke, or took too long.
    Offline,
    /// What answers cannot prove to be the server: a captive portal, a wrong date on the phone, or an attack.
    Tls,
    /// The server's address is none that may be called.
    BadUrl,
    /// Given up because of an [`Effect::Abandon`]; nobody's fault.
    Abandoned,
    /// The token does not hold (any more).
    Unauthenticated,
    /// The device will never be let in again.
    Revoked,
    /// The server asks to be left alone for a while.
    Busy,
    /// The server does not speak this version: the app must be updated.
    Outdated,
    /// Not understood: a captive portal, or a defect on either side.
    Protocol,
    /// The phone's own store failed.
    Storage,
    /// The phone's own key failed.
    Key,
}

/// Why a run ended before everything was exchanged. What was exchanged stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is nobody to sync for: not enrolled.
    #[error("not ready to sync")]
    NotReady,
    /// No attempt succeeded before the deadline; this is why the last one did not.
    #[error("sync failed")]
    Failed(FailureClass),
    /// The deadline came before the end: there is more to exchange.
    #[error("out of time")]
    Deadline,
    /// The app was paused meanwhile.
    #[error("paused meanwhile")]
    Stopped,
    /// The database does not open.
    #[error(transparent)]
    Store(#[from] Error),
}

/// How it goes with sync; [`AppState`](crate::lifecycle::AppState) is what an app sees of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncState {
    /// Not running.
    Stopped,
    /// There is nobody to sync for.
    NotEnrolled,
    /// Running, without a network.
    Offline,
    /// Talking to the server.
    Syncing,
    /// All is exchanged.
    Idle {
        /// Whether news arrives by itself.
        live: bool,
    },
    /// The last attempt failed; another follows by itself.
    Waiting {
        /// Why it failed.
        cause: FailureClass,
        /// When the next one follows, on the machine's clock.
        until: Duration,
    },
    /// The device was revoked. Sync has ended for good.
    Revoked,
}

/// Why a call did not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    NotReady,
    Failed { class: FailureClass, retry_after: Option<Duration> },
}

impl From<FailureClass> for Stop {
    fn from(class: FailureClass) -> Self {
        Self::Failed { class, retry_after: None }
    }
}

impl From<SessionError> for Stop {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Paused => Self::NotReady,
            SessionError::Storage => FailureClass::Storage.into(),
            SessionError::Key => FailureClass::Key.into(),
            SessionError::BadAnswer => FailureClass::Protocol.into(),
        }
    }
}

impl From<TransportError> for Stop {
    fn from(error: TransportError) -> Self {
        let TransportError::Failure { code, retry_after } = error else {
            return match error {
                TransportError::Offline | TransportError::Timeout => FailureClass::Offline.into(),
                TransportError::Tls => FailureClass::Tls.into(),
                TransportError::BadUrl => FailureClass::BadUrl.into(),
                _ => FailureClass::Protocol.into(),
            };
        };
        let class = match code {
            FailureCode::Unauthenticated => FailureClass::Unauthenticated,
            FailureCode::Revoked => FailureClass::Revoked,
            FailureCode::UnsupportedVersion => FailureClass::Outdated,
            FailureCode::RateLimited | FailureCode::Unavailable => FailureClass::Busy,
            FailureCode::BadRequest | FailureCode::InvalidInvitation | FailureCode::Other => FailureClass::Protocol,
        };
        Self::Failed { class, retry_after }
    }
}

impl Stop {
    pub(super) fn into_event(self) -> Event {
        match self {
            Self::NotReady => Event::NotReady,
            Self::Failed { class, retry_after } => Event::Failed { class, retry_after },
        }
    }
}
