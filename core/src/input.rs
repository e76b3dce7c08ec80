//! What members type, checked at the door.

use crate::document::{Header, Kind, Nonce};
use crate::error::{Error, Result};
use crate::ids::SpaceId;
use crate::store::Write;

/// One line: not empty, no control characters, at most `max` bytes of UTF-8.
pub(crate) fn line(field: &'static str, text: &str, max: usize) -> Result<()> {
    block(field, text, max)?;
    if text.contains('\n') { Err(Error::Invalid { field, reason: "must be one line" }) } else { Ok(()) }
}

/// Several lines: not empty, no control characters but line ends and tabs, at most `max` bytes of UTF-8.
pub(crate) fn block(field: &'static str, text: &str, max: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::Invalid { field, reason: "empty" });
    }
    optional_block(field, text, max)
}

/// As [`block`], or empty.
pub(crate) fn optional_block(field: &'static str, text: &str, max: usize) -> Result<()> {
    if text.len() > max {
        return Err(Error::Invalid { field, reason: "too long" });
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Error::Invalid { field, reason: "control characters" });
    }
    Ok(())
}

/// The header of a new document of this member in `space`.
pub(crate) fn new_header(write: &mut Write<'_>, kind: Kind, space: SpaceId) -> Result<Header> {
    let mut nonce = [0; crate::document::MAX_NONCE];
    crate::key::random_bytes(&mut nonce)?;
    Ok(Header { kind, space, owner: write.me()?.member, about: None, nonce: Nonce::from_bytes(nonce) })
}
