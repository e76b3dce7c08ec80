//! The wire format, all of it: what phone and server say to each other.
//!
//! CBOR with numbered fields (unknown ones are skipped, new ones are optional), in an envelope of one byte that says
//! whether one zstd frame follows. The entries of a page stand in an envelope of their own ([`Stretch`]): the server
//! folds what many ask for once, and a response made mostly of that is not folded again. Everything that arrives is hostile until it is decoded here: bytes, counts and the unfolded
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
//!
//! # Phones and servers of different versions
//!
//! What an operator must know: the server is updated before the phones. What keeps that true in the code:
//!
//! - *A struct* gets new fields at its end, optional ones. Whoever does not know them skips them; none is ever removed or
//!   given another meaning. A header is no struct in this sense: every part of it counts in the document's id.
//! - *A reason* ([`Refusal`], [`FailureCode`]) gets new numbers; an unknown one reads as `Other`.
//! - *An answer* is made for one reader, whose [`VERSION`] is in the request: the server says nothing in it
//!   ([`PageOutcome`], [`PushOutcome`], [`LogEntry`]) that this version does not have, and a new form of it, or of a
//!   request, is a new version. A server speaks every version back to the oldest that is in use, and answers a newer one
//!   with [`FailureCode::UnsupportedVersion`]: the phone waits, and keeps what it has.
//! - *A batch* is made for all readers and relayed as it was signed, so phones meet what only later ones know: a
//!   [`KindCode`](crate::document::KindCode) without a kind, a new key or operation in a known kind, a new way to name a
//!   document ([`Target::Later`]), even a batch that does not open, since a limit was raised. A phone counts it in the
//!   chain, takes in what it understands, keeps the signed bytes, and reads them again after its update. A server admits
//!   only what it knows: a kind that it does not is refused for that document alone ([`Refusal::UnknownKind`]), which
//!   stays with its author and can be sent again; other forms need the updated server that comes first.

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
mod fold;
mod stretch;

pub use batch::{AuthorCard, Batch, Entry, SignedBatch, Target};
pub use chain::{chain, chain_hash, chain_start, check_of, digest};
pub use enrol::{Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Failure, FailureCode, Token, TokenRequest};
pub use exchange::{
    Ask, Cursor, Entries, Follow, From, Hint, LogEntry, Page, PageOutcome, PushOutcome, Pushed, Refusal, Refused,
    SyncRequest, SyncResponse,
};
pub use stretch::Stretch;

use fold::{PLAIN, fold, unfold};
use stretch::fold_again;

/// The version this crate speaks.
pub const VERSION: u16 = 1;
/// The most bytes of a request or response as sent, and of a request unfolded: one that does not fold has to fit too.
pub const MAX_SENT: usize = 2 * 1024 * 1024;
/// The most bytes of a response unfolded, and of all stretches of a response together once more: a phone
/// opens them one after the other, so that no answer makes it hold more than twice this.
pub const MAX_UNFOLDED: usize = 16 * 1024 * 1024;
/// The most bytes of one batch.
pub const MAX_BATCH: usize = 768 * 1024;
/// The most changes in one batch.
pub const MAX_BATCH_CHANGES: usize = 256;
/// The most batches in one request.
pub const MAX_PUSH: usize = 64;
/// The most spaces one request asks about.
pub const MAX_ASKS: usize = 1024;
/// The most bytes of entries, unfolded, that a response may carry whatever its request asks for: signatures and hashes
/// do not fold, and what does not fold at all must still fit into [`MAX_SENT`] with the cards of the authors.
pub const MAX_BUDGET: u32 = (MAX_SENT / 4 * 3) as u32;

const MAX_ENTRIES: usize = 65_536;
const MAX_TEXT: usize = 1024;

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

/// Encodes `message`, folded where that is worth it.
#[must_use]
pub fn encode<T: Encode<()>>(message: &T) -> Vec<u8> {
    fold(encode_plain(message))
}

/// As [`encode`], for the one body whose larger part may be folded already.
#[must_use]
pub fn encode_response(response: &SyncResponse) -> Vec<u8> {
    let plain = encode_plain(response);
    let folded = response.pages.iter().map(|page| match &page.outcome {
        PageOutcome::Entries(entries) => entries.entries.folded_len(),
        _ => 0,
    });
    if fold_again(plain.len(), folded.sum()) { fold(plain) } else { plain }
}

fn encode_plain<T: Encode<()>>(message: &T) -> Vec<u8> {
    let mut out = vec![PLAIN];
    // Writing into a Vec cannot fail, and every type here encodes.
    if minicbor::encode(message, &mut out).is_err() {
        return Vec::new();
    }
    out
}

/// Decodes what [`encode`] or [`encode_response`] wrote.
///
/// # Errors
/// [`WireError`]; memory is bounded by [`MAX_UNFOLDED`] whatever the bytes say.
pub fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, WireError> {
    decode_within(bytes, MAX_UNFOLDED)
}

/// As [`decode`], of a message that has at most `most` bytes unfolded: half a kilobyte can say 16 megabytes.
///
/// # Errors
/// [`WireError`]; memory is bounded by `most` whatever the bytes say.
pub fn decode_within<T: for<'b> Decode<'b, ()>>(bytes: &[u8], most: usize) -> Result<T, WireError> {
    if bytes.len() > MAX_SENT {
        return Err(WireError::TooLarge);
    }
    decode_exact(&unfold(bytes, most)?)
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
