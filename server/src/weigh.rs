//! What a push will cost, weighed before it is decoded.
//!
//! A change of sixty bytes can empty a text of a hundred thousand characters: honest, and a hundred thousand operations
//! to decode. So every member has a share of operations, and a dear change is decoded only if its author may write its
//! document, which must be such as can have it. All of it before the write lock is taken.

use hongqi_core::clock::Timestamp;
use hongqi_core::document::Declared;
use hongqi_core::ids::{MemberId, SpaceId};
use hongqi_core::sync::wire::{Refusal, Target};

use crate::bucket::Buckets;
use crate::directory::Directory;
use crate::storage::{Result, Storage};

/// So many operations and predecessors of a member's changes are decoded at once: a second of CPU, four of the longest
/// texts emptied.
pub(crate) const BURST: f64 = 1_000_000.0;
/// So many a second in the long run: one part in fifty of a CPU.
pub(crate) const RATE: f64 = 20_000.0;
/// A change of fewer operations is cheaper to decode than to look anything up for (a long message has two).
const DEAR: u64 = 2_000;

/// Weighs pushes.
#[derive(Debug)]
pub(crate) struct Scales(Buckets<MemberId>);

impl Default for Scales {
    fn default() -> Self {
        Self(Buckets::new(BURST, RATE))
    }
}

impl Scales {
    /// Takes the cost of a batch from its author's share; `false` if there is not enough of it left at this moment of the
    /// server's monotonic clock.
    pub(crate) fn take(&self, author: MemberId, cost: u64, now_ms: u64) -> bool {
        self.0.take(author, cost as f64, now_ms).is_none()
    }
}

/// Refuses to decode a change that its document cannot have, or a dear one of who may not write that document.
pub(crate) fn judge(
    storage: &dyn Storage,
    directory: &Directory,
    (author, space, now): (MemberId, SpaceId, Timestamp),
    target: &Target,
    declared: &Declared<'_>,
) -> Result<std::result::Result<(), Refusal>> {
    let begun = target.header(space, author);
    if let Some(Err(invalid)) = begun.map(|header| declared.suits(header.kind)) {
        return Ok(Err(invalid.refusal()));
    }
    if declared.cost() < DEAR {
        return Ok(Ok(()));
    }
    let mut judged = Ok(());
    storage.read(&mut |reader| {
        let lookup = directory.at(reader)?;
        let doc = target.doc(space, author);
        let row = doc.map(|doc| reader.document(doc)).transpose()?.flatten().filter(|row| row.header.space == space);
        let hash = declared.hash();
        if let (Some(doc), Some(row)) = (doc, row)
            && (row.first == hash || reader.has_change(doc, &hash)?)
        {
            return Ok(());
        }
        let (person, place) = (lookup.author(author)?, lookup.place(space)?);
        judged = match (row.map(|row| row.header).or(begun), person, place) {
            (Some(header), Some(person), Some(place)) => declared
                .suits(header.kind)
                .map_err(hongqi_core::document::Invalid::refusal)
                .and_then(|()| person.writes(&header, &place, now, now)),
            // What is missing is named by whoever judges the batch; none of it has to be decoded for that.
            _ => Err(Refusal::UnknownDocument),
        };
        Ok(())
    })?;
    Ok(judged)
}
