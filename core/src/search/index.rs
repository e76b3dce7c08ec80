//! Keeping the index behind what is written.
//!
//! Rows of documents only grow, so one number says what is indexed: all up to that row. A document below it whose text
//! has changed since is noted by its row. Taking a message in writes nothing for the search at all.

use super::{Search, texts, tokens};
use crate::document::Kind;
use crate::error::Result;
use crate::store::{Seen, StoredDocument, Write, meta, set_meta};

/// Documents indexed in one transaction.
const STEP: usize = 2048;
/// In [`meta`]: the row up to which all is indexed.
const UP_TO: &str = "search_up_to";

/// The rows that the index does not hold as they are.
pub(super) const WAITING: &str = "SELECT rowid FROM document
     WHERE rowid > coalesce((SELECT value FROM meta WHERE key = 'search_up_to'), 0) AND kind IN (4, 5, 9)
     UNION ALL SELECT rowid FROM search_stale";

const fn is_searchable(kind: Kind) -> bool {
    matches!(kind, Kind::Article | Kind::Message | Kind::Activity)
}

fn up_to(write: &Write<'_>) -> Result<i64> {
    Ok(meta(write.tx, UP_TO)?.unwrap_or(0))
}

fn last_row(write: &Write<'_>) -> Result<i64> {
    let last = "SELECT coalesce(max(rowid), 0) FROM document";
    Ok(write.tx.prepare_cached(last)?.query_row([], |row| row.get(0))?)
}

/// Notes that a document's text may differ from what is indexed.
pub(crate) fn changed(write: &Write<'_>, seen: &Seen) -> Result<()> {
    if is_searchable(seen.header.kind) && seen.rowid <= up_to(write)? {
        let mut note = write.tx.prepare_cached("INSERT OR IGNORE INTO search_stale (rowid) VALUES (?1)")?;
        note.execute([seen.rowid])?;
    }
    Ok(())
}

/// Takes a document out of the index after its row is gone.
pub(crate) fn forget(write: &Write<'_>, doc: &StoredDocument) -> Result<()> {
    let indexed = up_to(write)?;
    if doc.rowid > indexed {
        return Ok(());
    }
    if is_searchable(doc.header.kind) {
        for table in ["search_index", "search_stale"] {
            write.tx.prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?1"))?.execute([doc.rowid])?;
        }
    }
    // The last row's number is given again.
    let last = last_row(write)?;
    if last < indexed { set_meta(write.tx, UP_TO, last) } else { Ok(()) }
}

impl Search<'_> {
    /// Indexes the next many documents that wait; `false` once none is left. Call it when nothing more urgent is to be
    /// done: every call is one transaction.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn index(&self) -> Result<bool> {
        self.0.write(|write| {
            let indexed = up_to(write)?;
            let stale = texts(write.tx, "SELECT rowid FROM search_stale LIMIT ?1", [STEP as i64])?;
            let new = "SELECT rowid FROM document WHERE rowid > ?1 AND kind IN (4, 5, 9) ORDER BY rowid LIMIT ?2";
            let new = texts(write.tx, new, (indexed, (STEP - stale.len()) as i64))?;
            let full = stale.len() + new.len() == STEP;

            let mut delete = write.tx.prepare_cached("DELETE FROM search_index WHERE rowid = ?1")?;
            let mut fresh = write.tx.prepare_cached("DELETE FROM search_stale WHERE rowid = ?1")?;
            for found in &stale {
                delete.execute([found.rowid])?;
                fresh.execute([found.rowid])?;
            }
            let mut insert = write.tx.prepare_cached("INSERT INTO search_index (rowid, tokens) VALUES (?1, ?2)")?;
            let mut tokens = String::new();
            for found in stale.iter().chain(&new) {
                tokens.clear();
                tokens::append(&mut tokens, found.hit.as_ref().map_or("", |hit| &hit.text));
                insert.execute((found.rowid, &tokens))?;
            }
            let last = if full { new.last().map_or(indexed, |found| found.rowid) } else { last_row(write)? };
            if last != indexed {
                set_meta(write.tx, UP_TO, last)?;
            }
            Ok(full)
        })
    }
}
