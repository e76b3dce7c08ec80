//! What a later version wrote: kept as it came, and taken in by the version that understands it.
//!
//! The server admits what *it* knows. A phone that was not updated yet may meet in a log a kind of document, a key or an
//! operation that it does not know, or a batch that it cannot even open. It counts such a batch in the chain like any
//! other, takes in whatever of it it does understand, and keeps the signed bytes. They stand apart from documents and
//! projections, go with their space, and are tried again once, when the app has become another version.

use super::check::author;
use crate::clock::Timestamp;
use crate::document::Kind;
use crate::error::Result;
use crate::ids::{DocId, MemberId, SpaceId};
use crate::store::{Store, Write, meta, set_meta};
use crate::sync::wire::{Batch, Entry, SignedBatch};

/// Batches tried again in one transaction.
const STEP: usize = 64;

/// Takes one change in; `false` if this version does not understand it.
pub(super) fn take_entry(
    write: &mut Write<'_>,
    space: SpaceId,
    member: MemberId,
    entry: &Entry,
    received_at: Timestamp,
) -> Result<bool> {
    match entry.target.doc(space, member) {
        Some(doc) if entry.target.is_understood() => {
            write.accept(doc, space, entry.target.header(space, member), &entry.change, received_at)
        }
        _ => Ok(false),
    }
}

/// Takes in what `member` wrote; `false` if some of it was not understood. What was taken in already is recognised.
pub(super) fn take(write: &mut Write<'_>, batch: &Batch, member: MemberId, received_at: Timestamp) -> Result<bool> {
    let mut understood = true;
    for entry in &batch.entries {
        understood &= take_entry(write, batch.space, member, entry, received_at)?;
    }
    Ok(understood)
}

/// Keeps a batch that was not understood.
pub(super) fn keep(
    write: &Write<'_>,
    space: SpaceId,
    seq: u64,
    signed: &SignedBatch,
    received_at: Timestamp,
) -> Result<()> {
    tracing::info!(kind = ?space.kind(), "a batch of a later version is kept until this app is updated");
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO later (space, seq, body, signature, received_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((space, seq.cast_signed(), &signed.body, &signed.signature[..], received_at))?;
    Ok(())
}

/// Tries again what an earlier version has kept, if this is another version than the last one that did. Killed on the
/// way, it begins anew.
pub(crate) fn take_in_again(store: &Store) -> Result<()> {
    let version = Kind::fingerprint();
    if store.read(|connection| meta::<[u8; 8]>(connection, "understood"))? == Some(version) {
        return Ok(());
    }
    let mut from = Some((Vec::new(), 0));
    while let Some(after) = from {
        from = store.write(|write| step(write, &after))?;
    }
    store.write(|write| {
        // Changes of those documents waited for them to begin, others for a change that was not understood.
        let mut statement =
            write.tx.prepare("SELECT DISTINCT doc FROM orphan WHERE doc IN (SELECT id FROM document)")?;
        let docs: Vec<DocId> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        docs.into_iter().try_for_each(|doc| write.adopt_orphans(doc))?;
        // Whatever this phone could not read of a log, it may now.
        write.tx.execute("UPDATE space SET troubles = 0", [])?;
        set_meta(write.tx, "understood", &version[..])
    })
}

type Place = (Vec<u8>, i64);

/// Tries the next batches behind `after`; the last of them, or none at the end.
fn step(write: &mut Write<'_>, after: &Place) -> Result<Option<Place>> {
    let mut statement = write.tx.prepare(
        "SELECT space, seq, body, signature, received_at FROM later WHERE (space, seq) > (?1, ?2)
         ORDER BY space, seq LIMIT ?3",
    )?;
    let rows = statement.query_map((&after.0, after.1, STEP as i64), |row| {
        let signed = SignedBatch { body: row.get(2)?, signature: row.get(3)? };
        Ok(((row.get(0)?, row.get(1)?), row.get(0)?, signed, row.get(4)?))
    })?;
    let kept: Vec<(Place, SpaceId, SignedBatch, Timestamp)> = rows.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    let last = if kept.len() == STEP { kept.last().map(|(place, ..)| place.clone()) } else { None };
    for (place, space, signed, received_at) in kept {
        // A grant among them may just have taken the space away.
        let still = "SELECT 1 FROM later WHERE space = ?1 AND seq = ?2";
        if !write.tx.prepare_cached(still)?.exists((space, place.1))? {
            continue;
        }
        let Ok(batch) = signed.batch() else { continue };
        // One that could not be opened was not verified either.
        let Some((member, key)) = author(write, batch.device)? else { continue };
        if batch.space != space || !signed.verify(&key) || !take(write, &batch, member, received_at)? {
            continue;
        }
        write.tx.execute("DELETE FROM later WHERE space = ?1 AND seq = ?2", (space, place.1))?;
    }
    Ok(last)
}

#[cfg(test)]
#[path = "later_tests.rs"]
mod tests;
