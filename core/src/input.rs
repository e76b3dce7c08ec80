//! What members type, checked at the door.

use crate::document::{Header, Kind, Nonce};
use crate::error::{Error, Result};
use crate::ids::SpaceId;
use crate::store::Write;
use crate::text::{is_invisible, turns_direction};

/// One line, such as a title or a name: something to see, at most `max` bytes of UTF-8, no control characters, no ends of
/// lines, and nothing that turns the direction of what stands beside it.
pub(crate) fn line(field: &'static str, text: &str, max: usize) -> Result<()> {
    visible(field, text)?;
    optional_line(field, text, max)
}

/// As [`line`], or empty.
pub(crate) fn optional_line(field: &'static str, text: &str, max: usize) -> Result<()> {
    optional_block(field, text, max)?;
    if text.contains(['\n', '\u{2028}', '\u{2029}']) {
        return Err(Error::Invalid { field, reason: "must be one line" });
    }
    if text.contains('\t') {
        return Err(Error::Invalid { field, reason: "control characters" });
    }
    if text.contains(turns_direction) {
        return Err(Error::Invalid { field, reason: "turns the writing direction" });
    }
    Ok(())
}

/// Several lines: something to see, no control characters but line ends and tabs, at most `max` bytes of UTF-8. A text has
/// its own place on the screen, so it may hold another direction of writing, but not override what its characters have.
pub(crate) fn block(field: &'static str, text: &str, max: usize) -> Result<()> {
    visible(field, text)?;
    optional_block(field, text, max)
}

fn visible(field: &'static str, text: &str) -> Result<()> {
    if text.chars().all(is_invisible) { Err(Error::Invalid { field, reason: "empty" }) } else { Ok(()) }
}

/// As [`block`], or empty.
pub(crate) fn optional_block(field: &'static str, text: &str, max: usize) -> Result<()> {
    if text.len() > max {
        return Err(Error::Invalid { field, reason: "too long" });
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Error::Invalid { field, reason: "control characters" });
    }
    if text.contains(['\u{202d}', '\u{202e}']) {
        return Err(Error::Invalid { field, reason: "turns the writing direction" });
    }
    Ok(())
}

/// The header of the card of a new hidden discussion of this member, which that card names.
pub(crate) fn new_hidden_header(write: &mut Write<'_>, kind: Kind) -> Result<Header> {
    let me = write.me()?.member;
    let mut header = new_header(write, kind, SpaceId::personal(me))?;
    header.space = SpaceId::hidden(me, &header.nonce);
    Ok(header)
}

/// The header of a new document of this member in `space`.
pub(crate) fn new_header(write: &mut Write<'_>, kind: Kind, space: SpaceId) -> Result<Header> {
    let mut nonce = [0; crate::document::MAX_NONCE];
    crate::key::random_bytes(&mut nonce)?;
    Ok(Header { kind, space, owner: write.me()?.member, about: None, nonce: Nonce::from_bytes(nonce) })
}
