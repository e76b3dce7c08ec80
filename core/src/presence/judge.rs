//! How well founded a check-in or a scan is: what every reader of it finds out alone.
//!
//! The signatures are verified again, each once on a phone, and the door must be one of the activity. Whether a code was one
//! of its time is the word of who scanned it: no reader's clock knows it. A door that arrives after the evidence, or
//! that an organiser revokes, has it judged anew.

use super::rows::door;
use super::{Card, Code};
use crate::activity::{Doubt, Grade};
use crate::document::{About, Kind};
use crate::error::Result;
use crate::ids::{DocId, MemberId, sha256};
use crate::store::{Seen, Write};

/// The grade of a check-in or a scan, and what is wrong with it. Called whenever it is projected; what a door or its
/// activity says later projects it again.
pub(crate) fn judge_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<(Grade, Option<Doubt>)> {
    let (grade, doubt) = match seen.header.kind {
        Kind::CheckIn => (Grade::Scanned, check_in(write, seen)?),
        Kind::Scan if seen.fields.bytes("card").is_empty() => (Grade::Attested, scan(write, seen)?),
        Kind::Scan => (Grade::Witnessed, scan(write, seen)?),
        _ => (Grade::Claimed, Found::Unfounded),
    };
    Ok(match doubt {
        Found::Sound => (grade, None),
        Found::Unfounded => (Grade::Claimed, None),
        Found::Doubtful(doubt) => (Grade::Claimed, Some(doubt)),
    })
}

enum Found {
    Sound,
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
        Found::Sound
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
