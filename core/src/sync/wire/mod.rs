//! The wire format, all of it: what phone and server say to each other.
//!
//! CBOR with numbered fields (unknown ones are skipped, new ones are optional), in an envelope of one byte that says
//! whether zstd follows. Everything that arrives is hostile until it is decoded here: bytes, counts and the unfolded
//! size are bounded before anything is allocated, and depth is bounded by the types. Bodies are POSTed to the paths
//! in [`path`]; a failure answers with a status of 400 or above and a [`Failure`].
//!
//! | call | asks | answers |
//! |---|---|---|
//! | [`path::ENROL`] | [`EnrolRequest`] | [`EnrolResponse`] |
//! | [`path::CHALLENGE`] | [`ChallengeRequest`] | [`Challenge`] |
//! | [`path::TOKEN`] | [`TokenRequest`] | [`Token`] |
//! | [`path::SYNC`] (token) | [`SyncRequest`] | [`SyncResponse`] |
//! | GET [`path::LIVE`] (token) | | server-sent events, each [`Hint`] as text |

use std::io::Read;

use minicbor::{Decode, Decoder, Encode};

/// Makes an enum a number on the wire, and a number that this version does not know its `Other`.
macro_rules! number_on_the_wire {
    ($name:ident) => {
        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u8(*self as u8)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let number = d.u32()?;
                Ok(Self::ALL.into_iter().find(|known| *known as u32 == number).unwrap_or(Self::Other))
            }
        }
    };
}

mod batch;
mod chain;
mod enrol;
mod exchange;

pub use batch::{AuthorCard, Batch, Entry, SignedBatch, Target};
pub use chain::{chain, chain_start, check_of, digest};
pub use enrol::{Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Failure, FailureCode, Token, TokenRequest};
pub use exchange::{
    Ask, Cursor, Entries, Follow, From, Hint, LogEntry, Page, PageOutcome, PushOutcome, Pushed, Refusal, Refused,
    SyncRequest, SyncResponse,
};

/// The version this crate speaks.
pub const VERSION: u16 = 1;
/// The most bytes of a request or response as sent.
pub const MAX_SENT: usize = 2 * 1024 * 1024;
/// The most bytes of a request or response unfolded.
pub const MAX_UNFOLDED: usize = 16 * 1024 * 1024;
/// The most bytes of one batch.
pub const MAX_BATCH: usize = 768 * 1024;
/// The most changes in one batch.
pub const MAX_BATCH_CHANGES: usize = 256;
/// The most batches in one request.
pub const MAX_PUSH: usize = 64;
/// The most spaces one request asks about.
pub const MAX_ASKS: usize = 1024;
/// The most bytes of entries a response may carry when the request names no smaller budget.
pub const MAX_BUDGET: u32 = 4 * 1024 * 1024;

const MAX_ENTRIES: usize = 65_536;
const MAX_TEXT: usize = 1024;
/// Below this size zstd makes a body longer, not shorter.
const COMPRESS_FROM: usize = 256;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Where each call goes.
pub mod path {
    /// Turns an invitation into a device.
    pub const ENROL: &str = "/v1/enrol";
    /// Asks for something to sign.
    pub const CHALLENGE: &str = "/v1/challenge";
    /// Turns a signed challenge into a token.
    pub const TOKEN: &str = "/v1/token";
    /// Pushes and pulls.
    pub const SYNC: &str = "/v1/sync";
    /// Hints, as server-sent events. The server sends a comment at least every 60 seconds: a stream silent for longer is
    /// dead, and is opened again.
    pub const LIVE: &str = "/v1/live";
}

/// The bytes are not what was expected; nothing of them was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// More bytes than allowed, as sent or unfolded.
    #[error("message too large")]
    TooLarge,
    /// Not this format, cut off, or more of something than allowed.
    #[error("malformed message")]
    Malformed,
}

/// Encodes `message`, compressed where that is worth it.
#[must_use]
pub fn encode<T: Encode<()>>(message: &T) -> Vec<u8> {
    let mut out = vec![PLAIN];
    // Writing into a Vec cannot fail, and every type here encodes.
    if minicbor::encode(message, &mut out).is_err() {
        return Vec::new();
    }
    if out.len() > COMPRESS_FROM
        && let Some(folded) = fold(&out[1..])
        && folded.len() + 1 < out.len()
    {
        out.truncate(1);
        out[0] = ZSTD;
        out.extend_from_slice(&folded);
    }
    out
}

/// Compresses with the thread's own compressor, whose tables would otherwise be allocated anew for every body.
fn fold(plain: &[u8]) -> Option<Vec<u8>> {
    std::thread_local! {
        static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
            std::cell::RefCell::new(zstd::bulk::Compressor::new(zstd::DEFAULT_COMPRESSION_LEVEL).ok());
    }
    COMPRESSOR.with_borrow_mut(|compressor| compressor.as_mut()?.compress(plain).ok())
}

/// Decodes what [`encode`] wrote.
///
/// # Errors
/// [`WireError`]; memory is bounded by [`MAX_UNFOLDED`] whatever the bytes say.
pub fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, WireError> {
    if bytes.len() > MAX_SENT {
        return Err(WireError::TooLarge);
    }
    match bytes.split_first() {
        Some((&PLAIN, plain)) => decode_exact(plain),
        Some((&ZSTD, folded)) => decode_exact(&unfold(folded)?),
        _ => Err(WireError::Malformed),
    }
}

fn unfold(folded: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut reader = zstd::Decoder::with_buffer(folded).map_err(|_| WireError::Malformed)?;
    // A frame may ask for a window of gigabytes; ours never need more than what they unfold to.
    reader.window_log_max(MAX_UNFOLDED.ilog2()).map_err(|_| WireError::Malformed)?;
    let mut out = Vec::new();
    reader.take(MAX_UNFOLDED as u64 + 1).read_to_end(&mut out).map_err(|_| WireError::Malformed)?;
    if out.len() > MAX_UNFOLDED { Err(WireError::TooLarge) } else { Ok(out) }
}

fn decode_exact<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, WireError> {
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode().map_err(|_| WireError::Malformed)?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(WireError::Malformed) }
}

/// Decodes a list of at most `N`.
fn list<'b, C, T: Decode<'b, C>, const N: usize>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Vec<T>, minicbor::decode::Error> {
    let too_many = || minicbor::decode::Error::message("too many items");
    let len = d.array()?.ok_or_else(|| minicbor::decode::Error::message("indefinite list"))?;
    if len > N as u64 {
        return Err(too_many());
    }
    // Not `with_capacity`: the count is only a claim until the items have been read.
    let mut out = Vec::new();
    for _ in 0..len {
        out.push(T::decode(d, ctx)?);
    }
    Ok(out)
}

/// Decodes a byte string of at most `N`.
fn blob<'b, C, const N: usize>(d: &mut Decoder<'b>, _: &mut C) -> Result<Vec<u8>, minicbor::decode::Error> {
    let bytes = d.bytes()?;
    if bytes.len() > N { Err(minicbor::decode::Error::message("too long")) } else { Ok(bytes.to_vec()) }
}

/// Decodes a text of at most [`MAX_TEXT`] bytes.
fn text<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<String, minicbor::decode::Error> {
    let text = d.str()?;
    if text.len() > MAX_TEXT { Err(minicbor::decode::Error::message("too long")) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
