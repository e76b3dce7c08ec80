//! How well founded a check-in or a scan is: what every reader of it finds out alone.
//!
//! The signatures are verified again, each once on a phone, and the door must be one of the activity. Whether a code was one
//! of its time is the word of who scanned it: no reader's clock knows it. A door that arrives after the evidence, or
//! that an organiser revokes, has it judged anew.

use super::code::starts;
use super::freshness::IN_TIME;
use super::rows::door;
use super::{Card, Code};
use crate::activity::{Doubt, Grade};
use crate::clock::Timestamp;
use crate::document::{About, Kind};
use crate::error::Result;
use crate::ids::{DocId, MemberId, sha256};
use crate::store::{Seen, Write};

/// What a check-in or a scan is worth.
pub(crate) struct Judged {
    /// How well it is founded.
    pub(crate) grade: Grade,
    /// What is wrong with it.
    pub(crate) doubt: Option<Doubt>,
    /// When it happened.
    pub(crate) at: Timestamp,
}

/// What a check-in or a scan is worth. Called whenever it is projected; what a door or its activity says later projects it
/// again.
///
/// It happened when its author's clock showed it, but no further from what the door showed than a code is taken: the door's
/// counter is the clock of those who came through it.
pub(crate) fn judge_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<Judged> {
    let mut at = seen.fields.time("at").unwrap_or(seen.written_at);
    let (grade, found) = match seen.header.kind {
        Kind::CheckIn => (Grade::Scanned, check_in(write, seen)?),
        Kind::Scan if seen.fields.bytes("card").is_empty() => (Grade::Attested, scan(write, seen)?),
        Kind::Scan => (Grade::Witnessed, scan(write, seen)?),
        _ => (Grade::Claimed, Found::Unfounded),
    };
    let (grade, doubt) = match found {
        Found::Shown(counter) => {
            at = at.clamp(starts(counter.saturating_sub(IN_TIME)), starts(counter.saturating_add(IN_TIME + 1)));
            (grade, None)
        }
        Found::Sound => (grade, None),
        Found::Unfounded => (Grade::Claimed, None),
        Found::Doubtful(doubt) => (Grade::Claimed, Some(doubt)),
    };
    Ok(Judged { grade, doubt, at })
}

enum Found {
    Sound,
    /// A door's code with this counter.
    Shown(u64),
    /// Nothing was shown for it.
    Unfounded,
    Doubtful(Doubt),
}

fn check_in(write: &mut Write<'_>, seen: &Seen) -> Result<Found> {
    let bytes = seen.fields.bytes("code");
    if bytes.is_empty() {
        return Ok(Found::Unfounded);
    }
    let bad = Found::Doubtful(Doubt::BadSignature);
    let Ok(code) = Code::from_bytes(bytes) else { return Ok(bad) };
    if Write::subject(&seen.header) != Some(code.activity) {
        return Ok(bad);
    }
    let Some(door) = door(write.tx, code.door)?.filter(|door| door.activity == code.activity) else {
        return Ok(Found::Doubtful(Doubt::UnknownDoor));
    };
    Ok(if !code_holds(write, &code, &door.key)? {
        bad
    } else if door.revoked {
        Found::Doubtful(Doubt::RevokedDoor)
    } else {
        Found::Shown(code.counter)
    })
}

fn scan(write: &mut Write<'_>, seen: &Seen) -> Result<Found> {
    let (fields, host) = (&seen.fields, seen.header.owner);
    let Some(About::Member(member)) = seen.header.about else { return Ok(Found::Unfounded) };
    let Some(activity) = fields.id::<DocId>("activity") else { return Ok(Found::Unfounded) };
    let card = fields.bytes("card");
    if !card.is_empty() && !shows(write, activity, card, member)? {
        return Ok(Found::Doubtful(Doubt::BadSignature));
    }
    let at = fields.id("door").map(|id| door(write.tx, id)).transpose()?.flatten();
    let Some(door) = at.filter(|door| door.activity == activity && door.owner == host) else {
        return Ok(Found::Doubtful(Doubt::UnknownDoor));
    };
    if door.revoked {
        return Ok(Found::Doubtful(Doubt::RevokedDoor));
    }
    Ok(Doubt::from_name(fields.text("doubt")).map_or(Found::Sound, Found::Doubtful))
}

/// Whether the bytes are a card of `member` with both signatures right.
fn shows(write: &mut Write<'_>, activity: DocId, bytes: &[u8], member: MemberId) -> Result<bool> {
    let Ok(card) = Card::from_bytes(bytes) else { return Ok(false) };
    Ok(card.member == member && certificate_holds(write, activity, &card)? && card_holds(write, activity, &card)?)
}

/// Whether the door with this key signed the code.
pub(super) fn code_holds(write: &mut Write<'_>, code: &Code, key: &[u8; 65]) -> Result<bool> {
    once(write, code.activity, &[key, &code.to_bytes()], || code.verify(key))
}

/// Whether the server vouches for the device of the card.
pub(super) fn certificate_holds(write: &mut Write<'_>, activity: DocId, card: &Card) -> Result<bool> {
    let server = write.me()?.server_key;
    once(write, activity, &[&server, &card.statement(), &card.certificate], || card.is_certified(&server))
}

/// Whether that device signed the card.
pub(super) fn card_holds(write: &mut Write<'_>, activity: DocId, card: &Card) -> Result<bool> {
    once(write, activity, &[&card.public_key, &card.message(), &card.signature], || card.verify())
}

/// What came of a signature when it was verified first: a door's code of one period is in the evidence of everybody who
/// came in it, and evidence is projected again when it is accepted and when a door changes.
fn once(write: &mut Write<'_>, activity: DocId, parts: &[&[u8]], verify: impl FnOnce() -> bool) -> Result<bool> {
    let digest = sha256(parts);
    let mut known = write.tx.prepare_cached("SELECT valid FROM signature_check WHERE activity = ?1 AND digest = ?2")?;
    let mut rows = known.query((activity, &digest[..16]))?;
    if let Some(row) = rows.next()? {
        return Ok(row.get(0)?);
    }
    drop(rows);
    drop(known);
    let valid = verify();
    write.tx.prepare_cached("INSERT INTO signature_check (activity, digest, valid) VALUES (?1, ?2, ?3)")?.execute((
        activity,
        &digest[..16],
        valid,
    ))?;
    Ok(valid)
}
