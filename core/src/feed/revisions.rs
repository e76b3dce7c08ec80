//! What an article said before it was corrected.

use serde::Serialize;

use super::{Category, Feed};
use crate::clock::Timestamp;
use crate::document::{Change, Document, Fields};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::store::changes_of;

/// An article's wording from some moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// When it was written, by its author's clock.
    pub written_at: Timestamp,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// What sort it was.
    pub category: Category,
    /// Until when it was to be acknowledged.
    pub due: Option<Timestamp>,
}

impl Revision {
    /// Whether it is in the same words, whenever they were written.
    fn says(&self, other: &Self) -> bool {
        let words = |one: &Self| (one.category, one.due);
        words(self) == words(other) && self.title == other.title && self.body == other.body
    }
}

/// The most revisions that are read: each may be as long as an article.
const MOST: usize = 50;

fn wording(written_at: Timestamp, fields: &Fields) -> Revision {
    Revision {
        written_at,
        title: fields.text("title").to_owned(),
        body: fields.text("body").to_owned(),
        category: Category::from_name(fields.text("category")),
        due: fields.time("due"),
    }
}

impl Feed<'_> {
    /// The wordings that an article has had, the present one first and the first one last; at most 50 of the newest.
    /// Changes that leave title, text, category and date as they are (pinning) are none. What two wrote apart and merged shows as it
    /// came together on this phone. A wording that never left its author's phone is not among them.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a withdrawn article: what was withdrawn is not to be read; storage errors.
    pub fn revisions(&self, article: DocId) -> Result<Vec<Revision>> {
        self.0.read(|connection| {
            let shown = "SELECT 1 FROM article WHERE doc = ?1 AND NOT withdrawn";
            if !connection.prepare_cached(shown)?.exists([article])? {
                return Err(Error::NotFound);
            }
            let changes = changes_of(connection, article)?;
            let mut out: Vec<Revision> = Vec::new();
            // From the newest back, so that a long history costs no more than what is shown of it.
            for end in (1..=changes.len()).rev() {
                let Some(last) = changes.get(end - 1) else { break };
                let written_at = Change::decode(last).map_err(|_| Error::Damaged)?.written_at();
                let loaded = Document::load(changes.iter().take(end).map(Vec::as_slice)).map_err(|_| Error::Damaged)?;
                let wording = wording(written_at, &loaded.fields());
                let full = out.len() == MOST;
                match out.last_mut() {
                    // The same words since an earlier change: that is when they were written.
                    Some(newer) if newer.says(&wording) => {
                        newer.written_at = written_at;
                    }
                    _ if full => break,
                    _ => out.push(wording),
                }
            }
            Ok(out)
        })
    }
}
