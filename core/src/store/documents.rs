//! Document rows, the changes that wait, and the way from both to the projections.
//!
//! Accepted changes stand in the document's row, pending ones in the outbox; a projection shows both together. A
//! document of which nothing has left the phone is rewritten by an edit instead of edited, so that what was typed
//! first and thought better of never leaves either.

use rusqlite::{OptionalExtension, Row};

use super::Write;
use crate::clock::Timestamp;
use crate::document::{About, Change, Document, Edit, Fields, Header, Kind, Nonce, Outline, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::seeded::bug;

/// A document as it stands in its row.
#[derive(Debug, Clone)]
pub(crate) struct StoredDocument {
    pub(crate) id: DocId,
    pub(crate) header: Header,
    /// Accepted changes, each with its length (u32, little endian) before it.
    changes: Vec<u8>,
    received_at: Option<Timestamp>,
}

/// A document as the projections see it.
pub(crate) struct Seen {
    pub(crate) id: DocId,
    pub(crate) header: Header,
    pub(crate) fields: Fields,
    /// The hybrid reading of its first change.
    pub(crate) written_at: Timestamp,
    /// When the server received it; `None` while it is only on this device.
    pub(crate) received_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, kind, space, owner, about, nonce, changes, received_at";

fn split(mut changes: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    while let Some((len, rest)) = changes.split_first_chunk::<4>() {
        let Some((change, rest)) = rest.split_at_checked(u32::from_le_bytes(*len) as usize) else { break };
        out.push(change);
        changes = rest;
    }
    out
}

fn append(changes: &mut Vec<u8>, change: &[u8]) {
    changes.extend_from_slice(&(change.len() as u32).to_le_bytes());
    changes.extend_from_slice(change);
}

impl StoredDocument {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let bad = |index| rusqlite::Error::InvalidColumnType(index, "header".into(), rusqlite::types::Type::Blob);
        let about: Option<Vec<u8>> = row.get(4)?;
        let header = Header {
            kind: Kind::try_from(row.get::<_, i64>(1)?).map_err(|()| bad(1))?,
            space: row.get(2)?,
            owner: row.get(3)?,
            about: about.map(|bytes| minicbor::decode(&bytes)).transpose().map_err(|_| bad(4))?,
            nonce: Nonce::new(row.get_ref(5)?.as_blob()?).ok_or_else(|| bad(5))?,
        };
        Ok(Self { id: row.get(0)?, header, changes: row.get(6)?, received_at: row.get(7)? })
    }

    fn seen(&self, first: &Change, fields: Fields) -> Seen {
        Seen { id: self.id, header: self.header, fields, written_at: first.written_at(), received_at: self.received_at }
    }

    /// The accepted changes, each after those it builds on.
    pub(crate) fn accepted(&self) -> Vec<&[u8]> {
        split(&self.changes)
    }
}

struct Pending {
    change: Vec<u8>,
    sent: bool,
}

impl Write<'_> {
    /// The document with this id.
    pub(crate) fn document(&self, id: DocId) -> Result<Option<StoredDocument>> {
        let mut statement = self.tx.prepare_cached(&format!("SELECT {COLUMNS} FROM document WHERE id = ?1"))?;
        Ok(statement.query_row([id], StoredDocument::from_row).optional()?)
    }

    /// The documents of a space, in the order in which they came.
    pub(crate) fn documents_of(&self, space: SpaceId) -> Result<Vec<StoredDocument>> {
        let mut statement =
            self.tx.prepare_cached(&format!("SELECT {COLUMNS} FROM document WHERE space = ?1 ORDER BY rowid"))?;
        let rows = statement.query_map([space], StoredDocument::from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn insert_document(
        &self,
        header: &Header,
        accepted: Option<&Change>,
        received_at: Option<Timestamp>,
    ) -> Result<StoredDocument> {
        let id = header.id();
        let about = header.about.map(minicbor::to_vec).transpose().map_err(|_| Error::Damaged)?;
        let mut changes = Vec::new();
        if let Some(change) = accepted {
            append(&mut changes, change.bytes());
        }
        self.tx
            .prepare_cached(
                "INSERT INTO document (id, kind, space, owner, about, nonce, changes, count, received_at, search)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute((
                id,
                header.kind as i64,
                header.space,
                header.owner,
                about,
                header.nonce.as_bytes(),
                &changes,
                accepted.is_some(),
                received_at,
                crate::search::is_searchable(header.kind),
            ))?;
        Ok(StoredDocument { id, header: *header, changes, received_at })
    }

    fn pending(&self, id: DocId, refused: bool) -> Result<Vec<Pending>> {
        let mut statement = self.tx.prepare_cached(
            "SELECT change, batch IS NOT NULL FROM outbox WHERE doc = ?1 AND (refused IS NOT NULL) = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map((id, refused), |row| Ok(Pending { change: row.get(0)?, sent: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn enqueue(&mut self, doc: &StoredDocument, change: &Change) -> Result<()> {
        self.tx
            .prepare_cached("INSERT INTO outbox (doc, space, change, written_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute((doc.id, doc.header.space, change.bytes(), change.written_at()))?;
        self.changed(Topic::Outbox);
        self.wants_exchange();
        Ok(())
    }

    /// Begins a document, on this device first.
    pub(crate) fn create(&mut self, header: &Header, fields: &[(&str, Value)]) -> Result<DocId> {
        header.check().map_err(|_| Error::NotAllowed)?;
        let actor = self.me()?.actor();
        let at = self.tick();
        let change =
            Change::first(actor, at, fields).map_err(|_| Error::Invalid { field: "fields", reason: "too large" })?;
        let doc = self.insert_document(header, None, None)?;
        self.enqueue(&doc, &change)?;
        self.project(&doc)?;
        Ok(doc.id)
    }

    /// Begins a document of which one exists, or edits it if it does.
    pub(crate) fn put(&mut self, header: &Header, fields: &[(&str, Value)]) -> Result<DocId> {
        if self.document(header.id())?.is_none() {
            return self.create(header, fields);
        }
        let edits: Vec<_> = fields.iter().map(|(key, value)| Edit::Put(key, value.clone())).collect();
        self.edit(header.id(), &edits)?;
        Ok(header.id())
    }

    /// Edits a document; an edit that changes nothing leaves no trace.
    pub(crate) fn edit(&mut self, id: DocId, edits: &[Edit<'_>]) -> Result<()> {
        let doc = self.document(id)?.ok_or(Error::NotFound)?;
        let actor = self.me()?.actor();
        let pending = self.pending(id, false)?;
        let mut changes = doc.accepted();
        changes.extend(pending.iter().map(|pending| &pending.change[..]));
        if changes.is_empty() {
            return Err(Error::NotFound);
        }
        let first_at = Change::decode(changes[0]).map_err(|_| Error::Damaged)?.written_at();
        let mut loaded = Document::load(changes).map_err(|_| Error::Damaged)?;
        let invalid = |_| Error::Invalid { field: "edit", reason: "too large or out of range" };
        let at = self.tick();
        let Some(change) = loaded.edit(actor, at, edits).map_err(invalid)? else { return Ok(()) };
        if doc.changes.is_empty() && (pending.iter().all(|pending| !pending.sent) || bug("rewrite-sent")) {
            let rewritten = Change::first(actor, first_at, &loaded.fields().values()).map_err(invalid)?;
            self.forget_pending(id)?;
            self.enqueue(&doc, &rewritten)?;
        } else {
            self.enqueue(&doc, &change)?;
        }
        self.project(&doc)
    }

    fn forget_pending(&self, id: DocId) -> Result<usize> {
        Ok(self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1 AND batch IS NULL")?.execute([id])?)
    }

    /// Takes back a document of which nothing can have left this device; `false` if something may have.
    pub(crate) fn cancel(&mut self, id: DocId) -> Result<bool> {
        let Some(doc) = self.document(id)? else { return Err(Error::NotFound) };
        let sent = self.pending(id, false)?.iter().any(|pending| pending.sent) && !bug("cancel-sent");
        if !doc.changes.is_empty() || sent {
            return Ok(false);
        }
        self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1")?.execute([id])?;
        self.drop_document(&doc)?;
        self.changed(Topic::Outbox);
        Ok(true)
    }

    /// Removes a document with all that was made from it.
    pub(crate) fn drop_document(&mut self, doc: &StoredDocument) -> Result<()> {
        crate::search::forget(self, doc.id)?;
        crate::projection::remove(self, doc.id, &doc.header)?;
        self.tx.prepare_cached("DELETE FROM document WHERE id = ?1")?.execute([doc.id])?;
        Ok(())
    }

    /// Takes in a change that the server has accepted. `header` is `None` for a document that the log holds already.
    ///
    /// A change that cannot be used (damaged, or not such as this kind may have) is skipped: it never hurts another.
    /// One whose document or dependencies lie in a gap waits.
    pub(crate) fn accept(
        &mut self,
        id: DocId,
        space: SpaceId,
        header: Option<Header>,
        bytes: &[u8],
        received_at: Timestamp,
    ) -> Result<()> {
        let Ok(change) = Change::decode(bytes) else { return Ok(()) };
        let doc = match (self.document(id)?, header) {
            (Some(doc), _) if doc.header.space == space => doc,
            (Some(_), _) => return Ok(()),
            (None, Some(header)) if header.check().is_err() => return Ok(()),
            (None, Some(header)) if change.deps().is_empty() => {
                return self.accept_first(&header, &change, received_at);
            }
            (None, Some(header)) => self.insert_document(&header, None, None)?,
            (None, None) => return self.keep_orphan(id, space, bytes, received_at),
        };
        if self.accept_into(doc, &change, received_at)? {
            self.adopt_orphans(id)?;
        }
        Ok(())
    }

    /// The first change of a document that is new here: by far the most of what arrives, so nothing is looked up.
    fn accept_first(&mut self, header: &Header, change: &Change, received_at: Timestamp) -> Result<()> {
        if Outline::new(header.kind).admit(change).is_err() {
            tracing::warn!(kind = ?header.kind, "a change from the log was skipped: it is not valid");
            return Ok(());
        }
        let doc = self.insert_document(header, Some(change), Some(received_at))?;
        self.observe(change.written_at());
        if let Some(fields) = change.fields() {
            crate::projection::show(self, &doc.seen(change, fields))?;
        }
        self.adopt_orphans(doc.id)
    }

    fn accept_into(&mut self, mut doc: StoredDocument, change: &Change, received_at: Timestamp) -> Result<bool> {
        let known = doc.accepted();
        if known.contains(&change.bytes()) {
            self.settle(doc.id, change.bytes())?;
            return Ok(false);
        }
        let mut outline = Outline::new(doc.header.kind);
        for known in &known {
            let Ok(known) = Change::decode(known) else { continue };
            if outline.admit(&known).is_err() {
                tracing::warn!(kind = ?doc.header.kind, "a stored change no longer passes");
            }
        }
        let missing = change.deps().iter().any(|dep| !outline.contains(dep));
        if missing {
            self.keep_orphan(doc.id, doc.header.space, change.bytes(), received_at)?;
            return Ok(false);
        }
        if outline.admit(change).is_err() {
            tracing::warn!(kind = ?doc.header.kind, "a change from the log was skipped: it is not valid");
            return Ok(false);
        }
        append(&mut doc.changes, change.bytes());
        doc.received_at = Some(doc.received_at.unwrap_or(received_at));
        self.tx
            .prepare_cached("UPDATE document SET changes = ?2, count = count + 1, received_at = ?3 WHERE id = ?1")?
            .execute((doc.id, &doc.changes, doc.received_at))?;
        self.settle(doc.id, change.bytes())?;
        self.observe(change.written_at());
        self.project(&doc)?;
        Ok(true)
    }

    /// The own change that waited is now at the server.
    fn settle(&mut self, id: DocId, change: &[u8]) -> Result<()> {
        let mut delete = self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1 AND change = ?2")?;
        if !bug("keep-settled") && delete.execute((id, change))? > 0 {
            drop(delete);
            self.changed(Topic::Outbox);
        }
        Ok(())
    }

    /// Queues an accepted change once more, for a server that may have lost it.
    pub(crate) fn offer_again(&mut self, id: DocId, space: SpaceId, change: &[u8], at: Timestamp) -> Result<()> {
        self.tx
            .prepare_cached(
                "INSERT INTO outbox (doc, space, change, written_at) SELECT ?1, ?2, ?3, ?4
                 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE doc = ?1 AND change = ?3)",
            )?
            .execute((id, space, change, at))?;
        self.changed(Topic::Outbox);
        Ok(())
    }

    fn keep_orphan(&mut self, id: DocId, space: SpaceId, change: &[u8], received_at: Timestamp) -> Result<()> {
        self.orphans = Some(true);
        self.tx
            .prepare_cached("INSERT OR IGNORE INTO orphan (doc, space, change, received_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute((id, space, change, received_at))?;
        Ok(())
    }

    fn adopt_orphans(&mut self, id: DocId) -> Result<()> {
        if self.orphans.is_none() {
            self.orphans = Some(self.tx.prepare_cached("SELECT 1 FROM orphan LIMIT 1")?.exists([])?);
        }
        if self.orphans == Some(false) {
            return Ok(());
        }
        loop {
            let mut statement = self.tx.prepare_cached("SELECT id, change, received_at FROM orphan WHERE doc = ?1")?;
            let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let orphans: Vec<(i64, Vec<u8>, Timestamp)> = rows.collect::<rusqlite::Result<_>>()?;
            let mut adopted = false;
            for (orphan, bytes, received_at) in orphans {
                self.tx.prepare_cached("DELETE FROM orphan WHERE id = ?1")?.execute([orphan])?;
                if let (Ok(change), Some(doc)) = (Change::decode(&bytes), self.document(id)?) {
                    // Goes back among the orphans if something it builds on is still missing.
                    adopted |= self.accept_into(doc, &change, received_at)?;
                }
            }
            if !adopted {
                return Ok(());
            }
        }
    }

    /// Shows a document again after something about it changed.
    pub(crate) fn project_again(&mut self, id: DocId) -> Result<()> {
        match self.document(id)? {
            Some(doc) => self.project(&doc),
            None => Ok(()),
        }
    }

    fn project(&mut self, doc: &StoredDocument) -> Result<()> {
        let mut pending = self.pending(doc.id, false)?;
        if doc.changes.is_empty() && pending.is_empty() {
            // Refused as a whole: its author still sees what it was.
            pending = self.pending(doc.id, true)?;
        }
        let mut changes = doc.accepted();
        changes.extend(pending.iter().map(|pending| &pending.change[..]));
        let Some(first) = changes.first() else { return self.drop_document(doc) };
        let Ok(first) = Change::decode(first) else { return Ok(()) };
        let loaded = if changes.len() == 1 { first.fields() } else { None };
        let fields = match loaded {
            Some(fields) => fields,
            None => match Document::load(changes) {
                Ok(loaded) => loaded.fields(),
                Err(_) => {
                    tracing::warn!(kind = ?doc.header.kind, "a document could not be loaded");
                    return Ok(());
                }
            },
        };
        let seen = doc.seen(&first, fields);
        crate::search::changed(self, &seen)?;
        crate::projection::show(self, &seen)
    }

    /// What a document says something about, if that is a document.
    pub(crate) fn subject(header: &Header) -> Option<DocId> {
        match header.about {
            Some(About::Doc(doc)) => Some(doc),
            _ => None,
        }
    }
}
