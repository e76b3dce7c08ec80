//! Verifies what doors and members have signed before the evidence that shows it is taken.
//!
//! Refused is what is forged or for something else. A code of yesterday, or of a door that was revoked meanwhile, is a fact all
//! the same, and how much it is worth is judged by who reads it; so is one of a door that is not known here, since a
//! host's scans may arrive before the door itself.

use hongqi_core::document::{About, Change, Document, Header, Kind};
use hongqi_core::ids::{DocId, MemberId, SpaceId, SpaceKind};
use hongqi_core::key::PublicKey;
use hongqi_core::presence::{Card, Code};
use hongqi_core::sync::wire::{Refusal, Target};

use crate::storage::{Reader, Result, Storage};

/// What verifying costs, in operations of [`crate::weigh`]: two signatures of 100 µs.
pub(crate) const COST: u64 = 200;

/// What a change shows: at most one code or card.
pub(crate) enum Shown<'a> {
    Nothing,
    Code(&'a [u8]),
    Card(&'a [u8]),
    TooMuch,
}

/// What a change of a document in `space` shows that has to be verified.
pub(crate) fn shown(space: SpaceId, change: &Change) -> Shown<'_> {
    if space.kind() != SpaceKind::Desk {
        return Shown::Nothing;
    }
    let mut found = change.bytes_under("code").map(Shown::Code).chain(change.bytes_under("card").map(Shown::Card));
    match (found.next(), found.next()) {
        (None, _) => Shown::Nothing,
        (Some(one), None) => one,
        _ => Shown::TooMuch,
    }
}

/// Refuses what is forged, or for something else than its document says.
pub(crate) fn judge(
    storage: &dyn Storage,
    server: &PublicKey,
    (author, space): (MemberId, SpaceId),
    target: &Target,
    shown: &Shown<'_>,
) -> Result<std::result::Result<(), Refusal>> {
    let mut holds = false;
    storage.read(&mut |reader| {
        let known = target.doc(space, author).map(|doc| reader.document(doc)).transpose()?.flatten();
        let Some(header) = target.header(space, author).or(known.map(|row| row.header)) else {
            // Whoever judges the batch says what is wrong with it.
            holds = true;
            return Ok(());
        };
        holds = match (shown, header.kind) {
            (Shown::Nothing, _) => true,
            (Shown::Code(bytes), Kind::CheckIn) => code_holds(reader, &header, SpaceId::board(space.org()), bytes)?,
            (Shown::Card(bytes), Kind::Scan) => card_holds(&header, bytes, server),
            _ => false,
        };
        Ok(())
    })?;
    Ok(if holds { Ok(()) } else { Err(Refusal::BadCode) })
}

fn code_holds(reader: &dyn Reader, header: &Header, board: SpaceId, bytes: &[u8]) -> Result<bool> {
    let Ok(code) = Code::from_bytes(bytes) else { return Ok(false) };
    if header.about != Some(About::Doc(code.activity)) {
        return Ok(false);
    }
    Ok(match door(reader, board, code.door)? {
        Door::Unknown => true,
        Door::Other => false,
        Door::Of(activity, key) => activity == code.activity && code.verify(&key),
    })
}

fn card_holds(header: &Header, bytes: &[u8], server: &PublicKey) -> bool {
    let of_subject = |card: &Card| header.about == Some(About::Member(card.member));
    Card::from_bytes(bytes).is_ok_and(|card| of_subject(&card) && card.is_certified(server) && card.verify())
}

enum Door {
    Unknown,
    /// Not a door, or one without a key.
    Other,
    Of(DocId, PublicKey),
}

/// The door with this id. What stands elsewhere than on the board is as unknown as what stands nowhere: who names an id
/// is not told whether there is such a document in a space that they may not read.
fn door(reader: &dyn Reader, board: SpaceId, id: DocId) -> Result<Door> {
    let row = reader.document(id)?.filter(|row| row.header.space == board);
    let Some(row) = row else { return Ok(Door::Unknown) };
    let (Kind::Door, Some(About::Doc(activity))) = (row.header.kind, row.header.about) else { return Ok(Door::Other) };
    let changes = reader.changes(id)?;
    let Ok(document) = Document::load(changes.iter().map(Vec::as_slice)) else { return Ok(Door::Other) };
    let key = PublicKey::try_from(document.fields().bytes("key"));
    Ok(key.map_or(Door::Other, |key| Door::Of(activity, key)))
}
