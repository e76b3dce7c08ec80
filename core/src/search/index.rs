//! Keeping the index behind what is written.
//!
//! Rows of documents only grow, so one number says what is indexed: all up to that row. A document below it whose text
//! has changed since is noted by its row. Taking a message in writes nothing for the search at all.

use rusqlite::Connection;

use super::{Search, TEXT, texts_of, tokens};
use crate::document::Kind;
use crate::error::Result;
use crate::store::{Seen, StoredDocument, Write, meta, set_meta};

/// Documents indexed in one transaction.
const STEP: usize = 2048;

/// So many pages of the index are swept in one transaction.
const SWEPT: i64 = 512;

/// The rows above `?1` that have a text. Not from the document rows, which are large and mostly others.
macro_rules! new {
    () => {
        "SELECT rowid FROM message WHERE rowid > ?1
         UNION ALL SELECT rowid FROM document WHERE rowid > ?1 AND kind IN (4, 5, 17, 18)"
    };
}

/// The rows that the index does not hold as they are, of which those above `?1` are new.
pub(super) const WAITING: &str = concat!(new!(), " UNION ALL SELECT rowid FROM search_stale");

const fn is_searchable(kind: Kind) -> bool {
    matches!(kind, Kind::Article | Kind::Message | Kind::Activity | Kind::Gathering | Kind::Group)
}

/// The row up to which all is indexed.
pub(super) fn up_to(connection: &Connection) -> Result<i64> {
    Ok(meta(connection, "search_up_to")?.unwrap_or(0))
}

fn set_up_to(connection: &Connection, row: i64) -> Result<()> {
    set_meta(connection, "search_up_to", row)
}

fn last_row(write: &Write<'_>) -> Result<i64> {
    let last = "SELECT coalesce(max(rowid), 0) FROM document";
    Ok(write.tx.prepare_cached(last)?.query_row([], |row| row.get(0))?)
}

/// Notes that a document's text may differ from what is indexed.
pub(crate) fn changed(write: &Write<'_>, seen: &Seen) -> Result<()> {
    if is_searchable(seen.header.kind) && seen.rowid <= up_to(write.tx)? {
        let mut note = write.tx.prepare_cached("INSERT OR IGNORE INTO search_stale (rowid) VALUES (?1)")?;
        note.execute([seen.rowid])?;
    }
    Ok(())
}

/// Takes a document out of the index after its row is gone.
pub(crate) fn forget(write: &Write<'_>, doc: &StoredDocument) -> Result<()> {
    let indexed = up_to(write.tx)?;
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
    if last < indexed { set_up_to(write.tx, last) } else { Ok(()) }
}

/// Notes that the tokens of what was forgotten are to go from the file too. The index only marks a row as deleted and keeps
/// its tokens until their pages happen to be merged: one could read in it what a purge has promised to forget.
pub(crate) fn sweep(write: &Write<'_>) -> Result<()> {
    set_meta(write.tx, "search_sweep", -SWEPT)
}

/// Merges the next pages of a sweep, which leaves deleted rows behind; `false` once none are left.
fn sweep_on(write: &Write<'_>) -> Result<bool> {
    let Some(pages) = meta::<i64>(write.tx, "search_sweep")? else { return Ok(false) };
    let before = write.tx.total_changes();
    // A negative number begins to merge everything, a positive one goes on; what changes nothing is at its end
    // (<https://www.sqlite.org/fts5.html#the_merge_command>).
    let merge = "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?1)";
    write.tx.prepare_cached(merge)?.execute([pages])?;
    if write.tx.total_changes() - before < 2 {
        write.tx.execute("DELETE FROM meta WHERE key = 'search_sweep'", [])?;
        return Ok(false);
    }
    set_meta(write.tx, "search_sweep", SWEPT)?;
    Ok(true)
}

fn stale(write: &Write<'_>) -> Result<Vec<i64>> {
    let mut statement = write.tx.prepare_cached("SELECT rowid FROM search_stale ORDER BY rowid LIMIT ?1")?;
    let rows = statement.query_map([STEP as i64], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Indexes the rows that `rows` names: how many, and the last of them (0: none). The text goes from one statement to
/// the other as it stands in the page.
fn insert<P: rusqlite::Params>(write: &Write<'_>, rows: &str, params: P) -> Result<(usize, i64)> {
    let mut texts = write.tx.prepare_cached(&texts_of(rows))?;
    let mut insert = write.tx.prepare_cached("INSERT INTO search_index (rowid, tokens) VALUES (?1, ?2)")?;
    let (mut count, mut last, mut tokens) = (0, 0, String::new());
    let mut rows = texts.query(params)?;
    while let Some(row) = rows.next()? {
        let rowid: i64 = row.get(0)?;
        tokens.clear();
        let text = row.get_ref(TEXT)?.as_str_or_null().map_err(rusqlite::Error::from)?.unwrap_or_default();
        tokens::append(&mut tokens, &tokens::fold(text));
        insert.execute((rowid, &tokens))?;
        count += 1;
        last = rowid.max(last);
    }
    Ok((count, last))
}

impl Search<'_> {
    /// Indexes the next many documents that wait, or clears the index of what was forgotten; `false` once nothing of it is
    /// left. Call it when nothing more urgent is to be done: every call is one transaction.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn index(&self) -> Result<bool> {
        self.0.write(|write| {
            let indexed = up_to(write.tx)?;
            let stale = stale(write)?;
            let mut delete = write.tx.prepare_cached("DELETE FROM search_index WHERE rowid = ?1")?;
            let mut fresh = write.tx.prepare_cached("DELETE FROM search_stale WHERE rowid = ?1")?;
            for row in &stale {
                delete.execute([row])?;
                insert(write, "SELECT ?1 AS rowid", [row])?;
                fresh.execute([row])?;
            }
            let room = STEP - stale.len();
            let (count, last) = insert(write, concat!(new!(), " ORDER BY 1 LIMIT ?2"), (indexed, room as i64))?;
            let last = if count == room { last.max(indexed) } else { last_row(write)? };
            if last != indexed {
                set_up_to(write.tx, last)?;
            }
            Ok(count == room || sweep_on(write)?)
        })
    }
}
