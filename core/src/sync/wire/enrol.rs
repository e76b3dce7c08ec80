//! Becoming a device, getting a token, and what a failed call says.

use minicbor::{Decode, Encode};

use super::{AuthorCard, text};
use crate::ids::DeviceId;
use crate::key::{PublicKey, Signature};

/// Turns a one-time code into a device.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct EnrolRequest {
    /// [`VERSION`].
    #[n(0)]
    pub version: u16,
    /// The code that `hongqi-server invite` printed.
    #[cbor(n(1), decode_with = "text")]
    pub code: String,
    /// The new device's key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public_key: PublicKey,
    /// Its signature over the code ([`Purpose::Enrol`]): nobody enrols a key that is not theirs.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub signature: Signature,
}

impl std::fmt::Debug for EnrolRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolRequest").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The device is enrolled.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct EnrolResponse {
    /// What the server says of the device.
    #[n(0)]
    pub card: AuthorCard,
    /// The key under which the server signs; the phone keeps it for good.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub server_key: PublicKey,
    /// A first token.
    #[n(2)]
    pub token: Token,
}

/// Asks for something to sign.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChallengeRequest {
    /// [`VERSION`].
    #[n(0)]
    pub version: u16,
    /// Who asks.
    #[n(1)]
    pub device: DeviceId,
}

/// Something to sign, once and soon.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Challenge {
    /// Random bytes.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub nonce: [u8; 32],
}

/// A signed challenge.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct TokenRequest {
    /// Who asks.
    #[n(0)]
    pub device: DeviceId,
    /// The challenge.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub nonce: [u8; 32],
    /// Signature over the nonce ([`Purpose::Challenge`]).
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature: Signature,
}

/// A short-lived secret that stands for the device in the `Authorization: Bearer` header.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Token {
    /// The secret: printable ASCII.
    #[cbor(n(0), decode_with = "text")]
    pub secret: String,
    /// How long it holds, in milliseconds from now.
    #[n(1)]
    pub ttl_ms: u64,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("ttl_ms", &self.ttl_ms).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EnrolResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolResponse").field("card", &self.card).finish_non_exhaustive()
    }
}

/// Why a call failed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FailureCode {
    /// The body is not what this call takes.
    #[error("bad request")]
    BadRequest = 0,
    /// The server does not speak this version.
    #[error("unsupported version")]
    UnsupportedVersion = 1,
    /// No token, or one that has run out: get another.
    #[error("not authenticated")]
    Unauthenticated = 2,
    /// The device was revoked or its member removed; no token will come.
    #[error("device revoked")]
    Revoked = 3,
    /// The invitation does not exist, was used, or has run out.
    #[error("invalid invitation")]
    InvalidInvitation = 4,
    /// Too much at once.
    #[error("too many requests")]
    RateLimited = 5,
    /// The server is stopping or cannot write.
    #[error("unavailable")]
    Unavailable = 6,
    /// A reason that this version does not know.
    #[error("failed for an unknown reason")]
    Other = 255,
}

impl FailureCode {
    /// Every reason, in the order of its number.
    pub const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::UnsupportedVersion,
        Self::Unauthenticated,
        Self::Revoked,
        Self::InvalidInvitation,
        Self::RateLimited,
        Self::Unavailable,
        Self::Other,
    ];
}

number_on_the_wire!(FailureCode);

/// The body of a response with a status of 400 or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Failure {
    /// Why.
    #[n(0)]
    pub code: FailureCode,
    /// When to try again, in milliseconds.
    #[n(1)]
    pub retry_after_ms: Option<u64>,
}
