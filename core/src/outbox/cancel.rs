//! Taking back what has not left this device, with everything that stands on it: a message in a group that never was,
//! the roster of an activity that was not planned after all, would only be refused.

use crate::document::{About, Kind};
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::store::{StoredDocument, Write};

/// The discussion that is there because of a document.
fn discussion(doc: &StoredDocument) -> Option<SpaceId> {
    match doc.header.kind {
        Kind::Group | Kind::Case => Some(doc.header.space),
        Kind::Gathering | Kind::Article | Kind::Activity => Some(SpaceId::thread(doc.id)),
        _ => None,
    }
}

impl Write<'_> {
    /// Takes back a document of which nothing can have left this device, and what waits that stands on it; `false`, with
    /// nothing done, if something of it may have left.
    pub(crate) fn cancel(&mut self, id: DocId) -> Result<bool> {
        let Some(doc) = self.document(id)? else { return Err(Error::NotFound) };
        if self.has_left(&doc)? {
            return Ok(false);
        }
        let standing = self.standing_on(&doc)?;
        self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1")?.execute([id])?;
        self.drop_document(&doc)?;
        self.changed(Topic::Outbox);
        for id in standing {
            // One of them may have taken another with it.
            if self.document(id)?.is_some() {
                self.cancel(id)?;
            }
        }
        if let Some(space) = discussion(&doc) {
            let forgotten = "DELETE FROM space WHERE id = ?1 AND id NOT IN (SELECT space FROM document)";
            self.tx.prepare_cached(forgotten)?.execute([space])?;
            self.changed(Topic::Talks);
        }
        Ok(true)
    }

    /// What waits and is about a document, or said in its discussion.
    fn standing_on(&mut self, doc: &StoredDocument) -> Result<Vec<DocId>> {
        let discussion = discussion(doc);
        if discussion.is_none() && doc.header.kind != Kind::Resolution {
            return Ok(Vec::new());
        }
        let about = |about: About| minicbor::to_vec(about).map_err(|_| Error::Damaged);
        let about_space = discussion.map(|space| about(About::Space(space))).transpose()?;
        let mut statement = self.tx.prepare_cached(
            "SELECT DISTINCT d.id FROM outbox o JOIN document d ON d.id = o.doc
             WHERE d.id <> ?1 AND (d.about IN (?2, ?3) OR d.space = ?4
                 OR d.id IN (SELECT doc FROM evidence WHERE activity = ?1))",
        )?;
        let rows =
            statement.query_map((doc.id, about(About::Doc(doc.id))?, about_space, discussion), |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
