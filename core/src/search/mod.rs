//! Search over articles, messages and activities, the own unsent ones included.
//!
//! Keeping the index is two thirds to three quarters of what a received message costs when done row by row, so it is
//! done behind: a document that can be found says so in its row in the same transaction, [`Search::index`] takes
//! several hundred at a time, and a query reads what still waits directly. Nothing is ever missed in between.

mod tokens;

use rusqlite::Connection;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::document::Kind;
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId};
use crate::store::{Seen, Store, Write};

/// Documents indexed in one transaction.
const STEP: usize = 2048;
/// The longest query in bytes.
const MAX_QUERY: usize = 256;
const MAX_HITS: usize = 200;

/// Search; see [`crate::Core::search`].
pub struct Search<'a>(pub(crate) &'a Store);

/// What sort of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// An article.
    Article,
    /// A message.
    Message,
    /// An activity.
    Activity,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The document.
    pub doc: DocId,
    /// Where it stands.
    pub space: SpaceId,
    /// What it is.
    pub kind: HitKind,
    /// When it was written.
    pub at: Timestamp,
    /// Its text: of an article or activity the title on the first line.
    pub text: String,
}

/// Whether documents of this kind can be found; the value of `document.search` for a new one.
pub(crate) const fn is_searchable(kind: Kind) -> bool {
    matches!(kind, Kind::Article | Kind::Message | Kind::Activity)
}

/// Notes that a document's text may differ from what is indexed.
pub(crate) fn changed(write: &Write<'_>, seen: &Seen) -> Result<()> {
    if is_searchable(seen.header.kind) {
        write.tx.prepare_cached("UPDATE document SET search = 3 WHERE id = ?1 AND search = 2")?.execute([seen.id])?;
    }
    Ok(())
}

/// Takes a document out of the index before its row goes.
pub(crate) fn forget(write: &Write<'_>, id: DocId) -> Result<()> {
    write
        .tx
        .prepare_cached(
            "DELETE FROM search_index WHERE rowid = (SELECT rowid FROM document WHERE id = ?1 AND search IN (2, 3))",
        )?
        .execute([id])?;
    Ok(())
}

/// What can be found, from the projections; `{where}` follows.
const TEXTS: &str = "SELECT d.rowid, d.id, d.space, d.kind,
        coalesce(m.written_at, a.order_at, v.written_at),
        CASE WHEN m.doc IS NOT NULL AND NOT m.withdrawn THEN m.body
             WHEN a.doc IS NOT NULL AND NOT a.withdrawn THEN a.title || char(10) || a.body
             WHEN v.doc IS NOT NULL THEN v.title || char(10) || v.place || char(10) || v.note END,
        d.search = 3
     FROM document d
     LEFT JOIN message m ON m.doc = d.id AND d.kind = 9
     LEFT JOIN article a ON a.doc = d.id AND d.kind = 4
     LEFT JOIN activity v ON v.doc = d.id AND d.kind = 5 ";

struct Found {
    rowid: i64,
    /// Whether the index holds an older text of it.
    stale: bool,
    hit: Option<Hit>,
}

fn texts<P: rusqlite::Params>(connection: &Connection, condition: &str, params: P) -> Result<Vec<Found>> {
    let mut statement = connection.prepare_cached(&format!("{TEXTS} {condition}"))?;
    let rows = statement.query_map(params, |row| {
        let kind = match row.get::<_, i64>(3)? {
            4 => HitKind::Article,
            5 => HitKind::Activity,
            _ => HitKind::Message,
        };
        let (doc, space, at): (_, _, Option<Timestamp>) = (row.get(1)?, row.get(2)?, row.get(4)?);
        let text: Option<String> = row.get(5)?;
        let hit = text.map(|text| Hit { doc, space, kind, at: at.unwrap_or_default(), text });
        Ok(Found { rowid: row.get(0)?, stale: row.get(6)?, hit })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Search<'_> {
    /// At most `limit` (200 at the most) hits, newest arrival first. Every word and every run of Chinese characters
    /// must occur; the last letters of a word may be missing; case, accents and full-width forms do not count.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 256 bytes; storage errors. A query without a letter or digit finds nothing.
    pub fn find(&self, query: &str, limit: usize) -> Result<Vec<Hit>> {
        if query.len() > MAX_QUERY {
            return Err(Error::Invalid { field: "query", reason: "too long" });
        }
        let limit = limit.min(MAX_HITS);
        let query = tokens::fold(query);
        let Some(expression) = tokens::of_query(&query) else { return Ok(Vec::new()) };
        // One snapshot, or a document indexed between the two queries would be missed.
        self.0.read(|snapshot| {
            let waiting = texts(snapshot, "WHERE d.search IN (1, 3) ORDER BY d.rowid DESC", [])?;
            let mut found: Vec<Found> = waiting
                .into_iter()
                .filter(|found| found.hit.as_ref().is_some_and(|hit| tokens::matches(&tokens::fold(&hit.text), &query)))
                .take(limit)
                .collect();
            let indexed = "WHERE d.search = 2 AND d.rowid IN
                (SELECT rowid FROM search_index WHERE search_index MATCH ?1 ORDER BY rowid DESC LIMIT ?2)";
            // Stale rows are left out by `search = 2`, so as many more are asked for than are wanted.
            let stale = "SELECT count(*) FROM document WHERE search IN (1, 3) AND search = 3";
            let stale: i64 = snapshot.prepare_cached(stale)?.query_row([], |row| row.get(0))?;
            found.extend(texts(snapshot, indexed, (expression, limit as i64 + stale))?);
            found.sort_by_key(|found| std::cmp::Reverse(found.rowid));
            Ok(found.into_iter().filter_map(|found| found.hit).take(limit).collect())
        })
    }

    /// Indexes the next several hundred documents that wait; `false` once none is left. Call it when nothing more
    /// urgent is to be done: every call is one transaction.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn index(&self) -> Result<bool> {
        self.0.write(|write| {
            let waiting = texts(write.tx, "WHERE d.search IN (1, 3) ORDER BY d.rowid LIMIT ?1", [STEP as i64])?;
            let mut delete = write.tx.prepare_cached("DELETE FROM search_index WHERE rowid = ?1")?;
            let mut insert = write.tx.prepare_cached("INSERT INTO search_index (rowid, tokens) VALUES (?1, ?2)")?;
            for found in &waiting {
                if found.stale {
                    delete.execute([found.rowid])?;
                }
                let text = found.hit.as_ref().map_or("", |hit| &hit.text);
                insert.execute((found.rowid, tokens::of_text(&tokens::fold(text))))?;
            }
            if let (Some(first), Some(last)) = (waiting.first(), waiting.last()) {
                // All that waited in this range is among them: they came in the order of the rows.
                write
                    .tx
                    .prepare_cached(
                        "UPDATE document SET search = 2 WHERE search IN (1, 3) AND rowid BETWEEN ?1 AND ?2",
                    )?
                    .execute((first.rowid, last.rowid))?;
            }
            Ok(waiting.len() == STEP)
        })
    }
}
