//! Search over articles, messages, activities, gatherings and groups, the own unsent ones included.
//!
//! Keeping the index is two thirds to three quarters of what a received message costs when done row by row, so it is
//! done behind ([`index`]): [`Search::index`] takes many documents at a time, and a query reads what still waits
//! directly. Nothing is ever missed in between.

mod index;
mod tokens;

pub(crate) use index::{changed, forget, sweep};
pub(crate) use tokens::fold;

use rusqlite::Connection;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId};
use crate::store::Store;

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
    /// A gathering or a group.
    Gathering,
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
    /// Its text: of an article or activity the title on the first line, of a gathering or group its topic.
    pub text: String,
}

/// What stands in the rows that a query `{rows}` names. A message has the row of its document: one page for each.
const TEXTS: &str = "SELECT r.rowid, coalesce(m.doc, d.id), coalesce(m.space, d.space), coalesce(d.kind, 9),
        coalesce(m.written_at, a.order_at, v.written_at, g.written_at),
        CASE WHEN NOT m.withdrawn THEN m.body
             WHEN NOT a.withdrawn THEN a.title || char(10) || a.body
             WHEN v.doc IS NOT NULL THEN v.title || char(10) || v.place || char(10) || v.note
             ELSE g.topic || char(10) || g.summary END
     FROM ({rows}) r
     LEFT JOIN message m ON m.rowid = r.rowid
     LEFT JOIN document d ON d.rowid = CASE WHEN m.rowid IS NULL THEN r.rowid END
     LEFT JOIN article a ON a.doc = d.id
     LEFT JOIN activity v ON v.doc = d.id
     LEFT JOIN gathering g ON g.doc = d.id";

/// The column of the text.
const TEXT: usize = 5;

struct Found {
    rowid: i64,
    hit: Option<Hit>,
}

fn texts_of(rows: &str) -> String {
    TEXTS.replace("{rows}", rows)
}

/// What stands in the rows that `rows` names.
fn texts<P: rusqlite::Params>(connection: &Connection, rows: &str, params: P) -> Result<Vec<Found>> {
    let mut statement = connection.prepare_cached(&texts_of(rows))?;
    let rows = statement.query_map(params, |row| {
        let kind = match row.get::<_, i64>(3)? {
            4 => HitKind::Article,
            5 => HitKind::Activity,
            17 | 18 => HitKind::Gathering,
            _ => HitKind::Message,
        };
        let (doc, space, at): (_, _, Option<Timestamp>) = (row.get(1)?, row.get(2)?, row.get(4)?);
        let text: Option<String> = row.get(TEXT)?;
        let hit = text.map(|text| Hit { doc, space, kind, at: at.unwrap_or_default(), text });
        Ok(Found { rowid: row.get(0)?, hit })
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
        let query = fold(query);
        let Some(expression) = tokens::of_query(&query) else { return Ok(Vec::new()) };
        // One snapshot, or a document indexed between the two queries would be missed.
        self.0.read(|snapshot| {
            let mut found = texts(snapshot, index::WAITING, [index::up_to(snapshot)?])?;
            let matches = |hit: &Hit| tokens::matches(&fold(&hit.text), &query);
            found.retain(|found| found.hit.as_ref().is_some_and(matches));
            // What is stale is among those already; so as many more are asked for than are wanted.
            let stale: i64 =
                snapshot.prepare_cached("SELECT count(*) FROM search_stale")?.query_row([], |row| row.get(0))?;
            let indexed = "SELECT rowid FROM
                (SELECT rowid FROM search_index WHERE search_index MATCH ?1 ORDER BY rowid DESC LIMIT ?2)
                WHERE rowid NOT IN (SELECT rowid FROM search_stale)";
            found.extend(texts(snapshot, indexed, (expression, limit as i64 + stale))?);
            found.sort_by_key(|found| std::cmp::Reverse(found.rowid));
            Ok(found.into_iter().filter_map(|found| found.hit).take(limit).collect())
        })
    }
}
