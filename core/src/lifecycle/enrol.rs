//! Becoming a member's device, in one call.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;

use crate::core::{Core, Me};
use crate::error::Error;
use crate::ids::DeviceId;
use crate::key::{KeyError, Purpose, sign};
use crate::sync::transport::{Transport, TransportError, origin};
use crate::sync::wire::{EnrolRequest, FailureCode, VERSION};

/// No code is longer; a server's own have 19 characters.
const MAX_CODE: usize = 128;

/// Why a device did not come to be. The code still holds, unless it is the code that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The address is none, or not a safe one: it must read `https://host[:port]`.
    #[error("not an address of a server: https://host[:port]")]
    BadUrl,
    /// No connection: look at the network and try again.
    #[error("no connection to the server")]
    Offline,
    /// What answers cannot prove to be the server: look at the address, the network and this device's date.
    #[error("the server does not prove who it is")]
    Tls,
    /// What answers is no Hongqi server: look at the address, and whether the network asks for a login first.
    #[error("not an answer of a Hongqi server")]
    Protocol,
    /// The server asks to be left alone for a while.
    #[error("the server is busy")]
    Busy {
        /// For how long, if it said so.
        retry_after: Option<Duration>,
    },
    /// The server does not speak this version: update the app.
    #[error("the server needs another version of the app")]
    Outdated,
    /// The code does not exist, was used, or has run out: ask for a new one.
    #[error("the code does not hold")]
    InvalidCode,
    /// This device was revoked: begin anew with an empty folder and a new key.
    #[error("this device was revoked")]
    Revoked,
    /// The database belongs to another member already: enrol with another one.
    #[error("the database belongs to another member")]
    OtherMember,
    /// The device key does not sign.
    #[error("the device key cannot be used")]
    Key,
    /// The database does not take it in, or is paused.
    #[error(transparent)]
    Store(Error),
}

impl EnrolError {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::Offline => "offline",
            Self::Tls => "tls",
            Self::Protocol => "protocol",
            Self::Busy { .. } => "busy",
            Self::Outdated => "outdated",
            Self::InvalidCode => "invalid_code",
            Self::Revoked => "revoked",
            Self::OtherMember => "other_member",
            Self::Key => "key",
            Self::Store(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later without the caller changing anything in it.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Offline | Self::Tls | Self::Protocol | Self::Busy { .. } | Self::Key => true,
            Self::Store(error) => error.retryable(),
            Self::BadUrl | Self::Outdated | Self::InvalidCode | Self::Revoked | Self::OtherMember => false,
        }
    }
}

impl From<TransportError> for EnrolError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Offline | TransportError::Timeout => Self::Offline,
            TransportError::Tls => Self::Tls,
            TransportError::BadUrl => Self::BadUrl,
            TransportError::Protocol => Self::Protocol,
            TransportError::Failure { code, retry_after } => match code {
                FailureCode::UnsupportedVersion => Self::Outdated,
                FailureCode::InvalidInvitation => Self::InvalidCode,
                FailureCode::Revoked => Self::Revoked,
                FailureCode::RateLimited | FailureCode::Unavailable => Self::Busy { retry_after },
                FailureCode::BadRequest | FailureCode::Unauthenticated | FailureCode::Other => Self::Protocol,
            },
        }
    }
}

impl From<Error> for EnrolError {
    fn from(error: Error) -> Self {
        match error {
            Error::OtherMember => Self::OtherMember,
            Error::Key => Self::Key,
            error => Self::Store(error),
        }
    }
}

impl From<KeyError> for EnrolError {
    fn from(_: KeyError) -> Self {
        Self::Key
    }
}

/// Signs, asks the server, and takes its answer in.
pub(super) async fn enrol(
    core: Arc<Core>,
    transport: &impl Transport,
    url: &str,
    code: &str,
) -> Result<Me, EnrolError> {
    let url = origin(url)?;
    let code = code.trim().to_owned();
    if code.is_empty() || code.len() > MAX_CODE {
        return Err(EnrolError::InvalidCode);
    }
    let signing = Arc::clone(&core);
    let request = blocking(move || {
        // A code is used up by the server before the store takes the answer in: better look whether it can.
        signing.server_url()?;
        let signature = sign(&*signing.key, Purpose::Enrol, code.as_bytes())?;
        Ok(EnrolRequest { version: VERSION, code, public_key: signing.key.public_key(), signature })
    });
    let request = request.await?;
    let response = transport.enrol(&url, &request).await?;
    let card = &response.card;
    let ours = card.public_key == request.public_key
        && card.device == DeviceId::of_key(&request.public_key)
        && card.verify(&response.server_key);
    if !ours {
        return Err(EnrolError::Protocol);
    }
    blocking(move || {
        core.enrolled(&url, &response)?;
        Ok(core.me()?)
    })
    .await
}

/// A hardware key may take its time or ask the member, and the store may wait for another transaction.
async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, EnrolError> + Send + 'static,
) -> Result<R, EnrolError> {
    spawn_blocking(work).await.unwrap_or(Err(EnrolError::Store(Error::Storage("unexpected"))))
}
