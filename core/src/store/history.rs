//! Reads a document's changes, one after another.

use rusqlite::{Connection, OptionalExtension};

use super::documents::split;
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
