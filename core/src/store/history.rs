//! Reads a document's changes, one after another.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::documents::split;
use crate::document::Change;
use crate::error::Result;
use crate::ids::DocId;

/// The changes of a document in an order in which each stands after what it builds on: what is at the server, then what
/// waits. What was refused is not among them. Empty if the document is not here.
pub(crate) fn changes_of(connection: &Connection, id: DocId) -> Result<Vec<Vec<u8>>> {
    let accepted = connection
        .prepare_cached("SELECT changes FROM document WHERE id = ?1")?
        .query_row([id], |row| row.get::<_, Vec<u8>>(0))
        .optional()?
        .unwrap_or_default();
    let mut out: Vec<Vec<u8>> = split(&accepted).into_iter().map(<[u8]>::to_vec).collect();
    let mut waiting =
        connection.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 AND refused IS NULL ORDER BY id")?;
    for change in waiting.query_map([id], |row| row.get(0))? {
        out.push(change?);
    }
    Ok(out)
}

/// What is left of these accepted changes of a document when its author's device, by what the server has accepted, wrote
/// another change in the place of one of them; none if it did not.
///
/// A server that was set back forgets what it had accepted. The author gives it back, or nobody may: if the author's phone
/// had let go of it meanwhile, having left the space, and begins anew after coming back, that is what everybody reads from
/// then on, and what it wrote before is at no server any more. What builds on it goes too.
pub(super) fn without_rivals<'a>(known: &[&'a [u8]], accepted: &Change) -> Option<Vec<&'a [u8]>> {
    let mut gone = BTreeSet::new();
    let mut left = Vec::new();
    for bytes in known {
        let Ok(change) = Change::decode(bytes) else { continue };
        let rival = change.actor() == accepted.actor() && change.seq() >= accepted.seq();
        if rival || change.deps().iter().any(|dep| gone.contains(dep)) {
            gone.insert(change.hash());
        } else {
            left.push(*bytes);
        }
    }
    (!gone.is_empty()).then_some(left)
}
