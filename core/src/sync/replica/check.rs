//! Whether a page of a log holds: every batch signed by whom it names, and all of them chained without a gap.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{DeviceId, MemberId, SpaceId};
use crate::key::PublicKey;
use crate::store::{Write, set_meta};
use crate::sync::wire::{Batch, Entries, LogEntry, SignedBatch, chain, check_of};

/// A batch that holds.
pub(super) struct Taken<'a> {
    /// Its place in the log.
    pub(super) seq: u64,
    pub(super) signed: Cow<'a, SignedBatch>,
    /// Who signed it and what it says; `None` for one of a later version, of which nothing but its place is known.
    pub(super) opened: Option<(MemberId, Batch)>,
    pub(super) received_at: Timestamp,
}

/// What a page holds.
pub(super) struct Checked<'a> {
    pub(super) batches: Vec<Taken<'a>>,
    /// The numbers of those that this device wrote.
    pub(super) own: Vec<u64>,
    /// The chain hash at its end.
    pub(super) end: [u8; 32],
}

/// The member and the key of a device whose card is here.
pub(super) fn author(write: &Write<'_>, device: DeviceId) -> Result<Option<(MemberId, PublicKey)>> {
    let mut statement = write.tx.prepare_cached("SELECT member, public_key FROM author WHERE device = ?1")?;
    Ok(statement.query_row([device], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Checks the chain and every signature of a page, whose entries were opened to `list`; `None` if something does not
/// hold.
pub(super) fn check<'a>(
    write: &mut Write<'_>,
    space: SpaceId,
    entries: &Entries,
    list: &'a [LogEntry],
) -> Result<Option<Checked<'a>>> {
    let me = write.me()?;
    let mut at = entries.base_seq;
    let mut authors = BTreeMap::new();
    let batches = Vec::with_capacity(list.len());
    let mut checked = Checked { batches, own: Vec::new(), end: entries.base_chain };
    for entry in list {
        if entry.seq() <= at || entry.seq() > entries.up_to {
            return Ok(None);
        }
        at = entry.seq();
        let (signed, received_at, opened) = match entry {
            LogEntry::Own { received_at, dev_seq, .. } => {
                let Some(signed) = own_batch(write, *dev_seq)? else {
                    // Not here any more: next time they shall come whole.
                    set_meta(write.tx, "whole_batches", 1)?;
                    return Ok(None);
                };
                checked.own.push(*dev_seq);
                let opened = signed.batch().ok().map(|batch| (me.member, batch));
                (Cow::Owned(signed), Timestamp(*received_at), opened)
            }
            LogEntry::Batch { received_at, batch: signed, .. } => {
                let opened = match signed.batch() {
                    Ok(batch) => {
                        let (member, key) = match authors.get(&batch.device) {
                            Some(known) => *known,
                            None => {
                                let Some(known) = author(write, batch.device)? else { return Ok(None) };
                                authors.insert(batch.device, known);
                                known
                            }
                        };
                        if batch.space != space || !signed.verify(&key) {
                            return Ok(None);
                        }
                        if batch.device == me.device && batch.generation == me.generation {
                            checked.own.push(batch.dev_seq);
                        }
                        Some((member, batch))
                    }
                    // Of a later version: it has its place in the chain, and is kept unread.
                    Err(_) => None,
                };
                (Cow::Borrowed(signed), Timestamp(*received_at), opened)
            }
        };
        checked.end = chain(&checked.end, at, received_at, &signed);
        checked.batches.push(Taken { seq: at, signed, opened, received_at });
    }
    let gapless = at == entries.up_to && checked.batches.len() as u64 == entries.up_to - entries.base_seq;
    let holds = entries.filtered || (gapless && check_of(&checked.end) == entries.check);
    Ok(holds.then_some(checked))
}

fn own_batch(write: &Write<'_>, dev_seq: u64) -> Result<Option<SignedBatch>> {
    let mut statement = write.tx.prepare_cached("SELECT body, signature FROM batch WHERE dev_seq = ?1")?;
    let row = statement
        .query_row([dev_seq.cast_signed()], |row| Ok(SignedBatch { body: row.get(0)?, signature: row.get(1)? }));
    Ok(row.optional()?)
}
