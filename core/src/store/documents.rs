//! Document rows, the changes that wait, and the way from both to the projections.
//!
//! Accepted changes stand in the document's row, pending ones in the outbox; a projection shows both together. A
//! document of which nothing has left the phone is rewritten by an edit instead of edited, so that what was typed
//! first and thought better of never leaves either.

use rusqlite::{OptionalExtension, Row};

use super::Write;
use super::history::without_rivals;
use crate::clock::Timestamp;
use crate::document::{About, Change, Document, Edit, Fields, Header, Invalid, Kind, Nonce, Outline, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::seeded::bug;
use crate::sync::wire::Entry;

/// A document as it stands in its row.
#[derive(Debug, Clone)]
pub(crate) struct StoredDocument {
    pub(crate) rowid: i64,
    pub(crate) id: DocId,
    pub(crate) header: Header,
    /// Accepted changes, each with its length (u32, little endian) before it.
    changes: Vec<u8>,
    received_at: Option<Timestamp>,
}

/// A document as the projections see it.
pub(crate) struct Seen {
    /// The row of the document, and of what the search index holds of it.
    pub(crate) rowid: i64,
    pub(crate) id: DocId,
    pub(crate) header: Header,
    pub(crate) fields: Fields,
    /// The hybrid reading of its first change.
    pub(crate) written_at: Timestamp,
    /// When the server received it; `None` while it is only on this device.
    pub(crate) received_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, kind, space, owner, about, nonce, changes, received_at, rowid";

pub(super) fn split(mut changes: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    while let Some((len, rest)) = changes.split_first_chunk::<4>() {
        let Some((change, rest)) = rest.split_at_checked(u32::from_le_bytes(*len) as usize) else { break };
        out.push(change);
        changes = rest;
    }
    out
}

pub(super) fn append(changes: &mut Vec<u8>, change: &[u8]) {
    changes.extend_from_slice(&(change.len() as u32).to_le_bytes());
    changes.extend_from_slice(change);
}

/// The outline of a document with these accepted changes.
fn outline_of(kind: Kind, known: &[&[u8]]) -> Outline {
    let mut outline = Outline::new(kind);
    for known in known.iter().filter_map(|known| Change::decode(known).ok()) {
        if outline.admit(&known).is_err() {
            tracing::warn!(?kind, "a stored change no longer passes");
        }
    }
    outline
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
        Ok(Self { id: row.get(0)?, header, changes: row.get(6)?, received_at: row.get(7)?, rowid: row.get(8)? })
    }

    fn seen(&self, first: &Change, fields: Fields) -> Seen {
        Seen {
            rowid: self.rowid,
            id: self.id,
            header: self.header,
            fields,
            written_at: first.written_at(),
            received_at: self.received_at,
        }
    }

    /// The accepted changes, each after those it builds on.
    pub(crate) fn accepted(&self) -> Vec<&[u8]> {
        split(&self.changes)
    }
}

/// What became of a change from the log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    New,
    /// It was here already.
    Held,
    /// Something it builds on is missing.
    Waits,
    /// Not such as this version's document of the kind may have.
    NotUnderstood,
}

fn says_something_new(held: &Fields, edit: &Edit<'_>) -> bool {
    match edit {
        Edit::Put(key, value) => held.get(key).unwrap_or(&Value::Null) != value || !held.others(key).is_empty(),
        Edit::SetText(key, text) => held.text(key) != *text,
        Edit::Splice { .. } => true,
    }
}

pub(super) struct Pending {
    pub(super) change: Vec<u8>,
    sent: bool,
}

/// What the server would not take is refused before it is queued, with the member still at it.
fn not_taken(field: &'static str, error: Invalid) -> Error {
    let reason = match error {
        Invalid::TooLarge => "too large",
        Invalid::OutOfRange => "out of range",
        Invalid::Full => "changed too often",
        _ => "not such as this document may have",
    };
    Error::Invalid { field, reason }
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

    /// Adds a row; `None` if the document has one.
    fn insert_document(
        &self,
        id: DocId,
        header: &Header,
        accepted: Option<&Change>,
        received_at: Option<Timestamp>,
    ) -> Result<Option<StoredDocument>> {
        let about = header.about.map(minicbor::to_vec).transpose().map_err(|_| Error::Damaged)?;
        let mut changes = Vec::with_capacity(accepted.map_or(0, |change| change.bytes().len() + 4));
        if let Some(change) = accepted {
            append(&mut changes, change.bytes());
        }
        let inserted = self
            .tx
            .prepare_cached(
                "INSERT INTO document (id, kind, space, owner, about, nonce, changes, count, received_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
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
            ))?;
        let doc = |rowid| StoredDocument { rowid, id, header: *header, changes, received_at };
        Ok((inserted > 0).then(|| doc(self.tx.last_insert_rowid())))
    }

    pub(super) fn pending(&self, id: DocId, refused: bool) -> Result<Vec<Pending>> {
        let mut statement = self.tx.prepare_cached(
            "SELECT change, batch IS NOT NULL FROM outbox WHERE doc = ?1 AND (refused IS NOT NULL) = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map((id, refused), |row| Ok(Pending { change: row.get(0)?, sent: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Queues a change of a document.
    pub(crate) fn enqueue(&mut self, doc: &StoredDocument, change: &Change) -> Result<()> {
        self.enqueue_once(doc.id, Some(&doc.header), doc.header.space, change, None).map(drop)
    }

    /// Queues a change, or keeps it as refused, if it is not there; whether it was not.
    pub(super) fn enqueue_once(
        &mut self,
        id: DocId,
        header: Option<&Header>,
        space: SpaceId,
        change: &Change,
        refused: Option<i64>,
    ) -> Result<bool> {
        let header = header.filter(|_| change.deps().is_empty()).map(minicbor::to_vec);
        let queued = self
            .tx
            .prepare_cached(
                "INSERT INTO outbox (doc, space, change, header, written_at, refused) SELECT ?1, ?2, ?3, ?4, ?5, ?6
                 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE doc = ?1 AND change = ?3)",
            )?
            .execute((
                id,
                space,
                change.bytes(),
                header.transpose().map_err(|_| Error::Damaged)?,
                change.written_at(),
                refused,
            ))?;
        self.changed(Topic::Outbox);
        self.wants_exchange();
        Ok(queued > 0)
    }

    /// Puts a document's row back as a damaged database had it, with `changes` that were validated.
    pub(super) fn restore_document(
        &self,
        header: &Header,
        changes: &[u8],
        received_at: Option<Timestamp>,
    ) -> Result<()> {
        let doc = self.insert_document(header.id(), header, None, None)?.ok_or(Error::Storage("document"))?;
        self.tx.execute(
            "UPDATE document SET changes = ?2, count = ?3, received_at = ?4 WHERE id = ?1",
            (doc.id, changes, split(changes).len() as i64, received_at),
        )?;
        Ok(())
    }

    /// Begins a document, on this device first.
    pub(crate) fn create(&mut self, header: &Header, fields: &[(&str, Value)]) -> Result<DocId> {
        header.check().map_err(|_| Error::NotAllowed)?;
        let doc = self.insert_document(header.id(), header, None, None)?.ok_or(Error::Storage("document"))?;
        self.begin(&doc, fields)?;
        Ok(doc.id)
    }

    /// Writes the first change of a document that holds nothing.
    pub(super) fn begin(&mut self, doc: &StoredDocument, fields: &[(&str, Value)]) -> Result<()> {
        let actor = self.me()?.actor();
        let at = self.tick();
        let change = Change::first(actor, at, fields).map_err(|error| not_taken("fields", error))?;
        Outline::new(doc.header.kind).admit(&change).map_err(|error| not_taken("fields", error))?;
        self.enqueue(doc, &change)?;
        self.project(doc)
    }

    /// Whether changes of a document wait that were not refused.
    pub(super) fn has_pending(&self, id: DocId) -> Result<bool> {
        let waits = "SELECT 1 FROM outbox WHERE doc = ?1 AND refused IS NULL";
        Ok(self.tx.prepare_cached(waits)?.exists([id])?)
    }

    /// Whether all that is here of a document was refused.
    pub(super) fn holds_nothing(&self, doc: &StoredDocument) -> Result<bool> {
        Ok(doc.changes.is_empty() && !self.has_pending(doc.id)?)
    }

    /// Begins a document of which one exists, or edits it if it does.
    pub(crate) fn put(&mut self, header: &Header, fields: &[(&str, Value)]) -> Result<DocId> {
        let Some(doc) = self.document(header.id())? else { return self.create(header, fields) };
        if self.holds_nothing(&doc)? {
            // What was refused of it waits for its author's decision all the same.
            return self.begin(&doc, fields).map(|()| doc.id);
        }
        let edits: Vec<_> = fields.iter().map(|(key, value)| Edit::Put(key, value.clone())).collect();
        self.edit(header.id(), &edits)?;
        Ok(header.id())
    }

    /// Edits a document; an edit that changes nothing leaves no trace.
    pub(crate) fn edit(&mut self, id: DocId, edits: &[Edit<'_>]) -> Result<()> {
        self.edit_noting(id, edits, false)
    }

    /// As [`Write::edit`], and notes under `edited` when it was, if anybody may have seen what was there before.
    pub(crate) fn revise(&mut self, id: DocId, edits: &[Edit<'_>]) -> Result<()> {
        self.edit_noting(id, edits, true)
    }

    fn edit_noting(&mut self, id: DocId, edits: &[Edit<'_>], note: bool) -> Result<()> {
        let doc = self.document(id)?.ok_or(Error::NotFound)?;
        let actor = self.me()?.actor();
        let pending = self.pending(id, false)?;
        let mut changes = doc.accepted();
        changes.extend(pending.iter().map(|pending| &pending.change[..]));
        let first = changes.first().ok_or(Error::NotFound)?;
        let first_at = Change::decode(first).map_err(|_| Error::Damaged)?.written_at();
        let mut outline = outline_of(doc.header.kind, &changes);
        let mut loaded = Document::load(changes).map_err(|_| Error::Damaged)?;
        let invalid = |error| not_taken("edit", error);
        let unsent = doc.changes.is_empty() && (!self.may_have_left(&pending)? || bug("rewrite-sent"));
        let mut edits = edits.to_vec();
        if note && !unsent {
            let held = loaded.fields();
            if edits.iter().any(|edit| says_something_new(&held, edit)) {
                edits.push(Edit::Put("edited", self.wall().into()));
            }
        }
        let at = self.tick();
        let Some(change) = loaded.edit(actor, at, &edits).map_err(invalid)? else { return Ok(()) };
        let rewritten = if unsent { Change::first(actor, first_at, &loaded.fields().values()).ok() } else { None };
        // A sheet of reactions may have become more than one change can hold: then another follows.
        match rewritten.filter(|rewritten| Outline::new(doc.header.kind).admit(rewritten).is_ok()) {
            Some(rewritten) => {
                self.forget_pending(id)?;
                self.enqueue(&doc, &rewritten)?;
            }
            None => {
                outline.admit(&change).map_err(invalid)?;
                self.enqueue(&doc, &change)?;
            }
        }
        self.project(&doc)
    }

    /// Whether any of it is in a batch, or of an earlier generation, of whose batches nothing is known any more.
    fn may_have_left(&mut self, pending: &[Pending]) -> Result<bool> {
        let actor = self.me()?.actor();
        let of_now = |change: &[u8]| Change::decode(change).is_ok_and(|change| change.actor() == actor);
        Ok(pending.iter().any(|pending| pending.sent || !of_now(&pending.change)))
    }

    fn forget_pending(&self, id: DocId) -> Result<usize> {
        Ok(self
            .tx
            .prepare_cached("DELETE FROM outbox WHERE doc = ?1 AND batch IS NULL AND refused IS NULL")?
            .execute([id])?)
    }

    /// Whether anything of a document may have left this device.
    pub(crate) fn has_left(&mut self, doc: &StoredDocument) -> Result<bool> {
        let pending = self.pending(doc.id, false)?;
        let sent = self.may_have_left(&pending)? && !bug("cancel-sent");
        Ok(!doc.changes.is_empty() || sent)
    }

    /// Removes a document with all that was made from it.
    pub(crate) fn drop_document(&mut self, doc: &StoredDocument) -> Result<()> {
        crate::projection::remove(self, doc.id, &doc.header)?;
        self.tx.prepare_cached("DELETE FROM document WHERE rowid = ?1")?.execute([doc.rowid])?;
        crate::search::forget(self, doc)
    }

    /// Removes a document, but not what is shown of it: it is about to come again, perhaps otherwise.
    pub(crate) fn unlearn(&mut self, doc: &StoredDocument) -> Result<()> {
        self.tx.prepare_cached("DELETE FROM document WHERE rowid = ?1")?.execute([doc.rowid])?;
        crate::search::forget(self, doc)
    }

    /// Takes in a change that the server has accepted. `header` is `None` for a document that the log holds already.
    ///
    /// One whose document or dependencies lie in a gap waits. `false`, with nothing done, for a change that cannot be
    /// used: the server has admitted it, so a later version may know what it is.
    pub(crate) fn accept(
        &mut self,
        id: DocId,
        space: SpaceId,
        header: Option<Header>,
        bytes: &[u8],
        received_at: Timestamp,
    ) -> Result<bool> {
        let Ok(change) = Change::decode(bytes) else { return Ok(false) };
        if header.is_some_and(|header| header.check().is_err()) {
            return Ok(false);
        }
        if let Some(header) = &header
            && change.deps().is_empty()
            && self.accept_first(id, header, &change, received_at)?
        {
            return Ok(true);
        }
        let doc = match (self.document(id)?, header) {
            (Some(doc), _) if doc.header.space == space => doc,
            // No server admits that; nothing is lost by it, since no document has two spaces.
            (Some(_), _) => return Ok(true),
            (None, Some(header)) if !change.deps().is_empty() => {
                self.insert_document(id, &header, None, None)?.ok_or(Error::Storage("document"))?
            }
            (None, Some(_)) => return Ok(false),
            (None, None) => return self.keep_orphan(id, space, bytes, received_at).map(|()| true),
        };
        let taken = self.accept_into(doc, &change, received_at)?;
        if taken == Taken::New {
            self.adopt_orphans(id)?;
        }
        Ok(taken != Taken::NotUnderstood)
    }

    /// The first change of a document that is new here: by far the most of what arrives, so nothing is looked up before.
    /// `false`, with nothing done, if the document is here already or may not begin so.
    fn accept_first(&mut self, id: DocId, header: &Header, change: &Change, received_at: Timestamp) -> Result<bool> {
        if Outline::new(header.kind).admit(change).is_err() {
            return Ok(false);
        }
        let Some(doc) = self.insert_document(id, header, Some(change), Some(received_at))? else { return Ok(false) };
        self.observe(change.written_at());
        if let Some(fields) = change.fields() {
            crate::projection::show(self, &doc.seen(change, fields))?;
        }
        self.adopt_orphans(id)?;
        Ok(true)
    }

    fn accept_into(&mut self, mut doc: StoredDocument, change: &Change, received_at: Timestamp) -> Result<Taken> {
        let mut known = doc.accepted();
        if known.contains(&change.bytes()) {
            let dated = known.first() == Some(&change.bytes()) && doc.received_at.is_none_or(|at| received_at < at);
            if dated {
                doc.received_at = Some(received_at);
                let sql = "UPDATE document SET received_at = ?2 WHERE rowid = ?1";
                self.tx.prepare_cached(sql)?.execute((doc.rowid, received_at))?;
            }
            // It had been offered once more, and shows again that it is at the server.
            if self.settle(doc.id, change.bytes())? || dated {
                self.project(&doc)?;
            }
            return Ok(Taken::Held);
        }
        let mut outline = outline_of(doc.header.kind, &known);
        let missing = change.deps().iter().any(|dep| !outline.contains(dep));
        if missing {
            self.keep_orphan(doc.id, doc.header.space, change.bytes(), received_at)?;
            return Ok(Taken::Waits);
        }
        if outline.admit(change).is_err() {
            let Some(left) = without_rivals(&known, change) else { return Ok(Taken::NotUnderstood) };
            if outline_of(doc.header.kind, &left).admit(change).is_err() {
                return Ok(Taken::NotUnderstood);
            }
            known = left;
        }
        let begun = (!known.is_empty()).then_some(doc.received_at).flatten();
        known.push(change.bytes());
        let count = known.len() as i64;
        let mut changes = Vec::new();
        known.into_iter().for_each(|known| append(&mut changes, known));
        doc.changes = changes;
        doc.received_at = Some(begun.unwrap_or(received_at));
        self.tx
            .prepare_cached("UPDATE document SET changes = ?2, count = ?4, received_at = ?3 WHERE id = ?1")?
            .execute((doc.id, &doc.changes, doc.received_at, count))?;
        self.settle(doc.id, change.bytes())?;
        // Kept as refused when its space was purged, and met again there.
        self.forget_kept(doc.id, change.bytes())?;
        self.observe(change.written_at());
        self.project(&doc)?;
        Ok(Taken::New)
    }

    /// The own change is now at the server; whether it waited.
    fn settle(&mut self, id: DocId, change: &[u8]) -> Result<bool> {
        let mut delete = self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1 AND change = ?2")?;
        let waited = !bug("keep-settled") && delete.execute((id, change))? > 0;
        drop(delete);
        if waited {
            self.changed(Topic::Outbox);
        }
        // What was refused because this was missing (the server had been set back) is no longer.
        self.tx
            .prepare_cached("UPDATE outbox SET refused = NULL, batch = NULL WHERE doc = ?1 AND refused IN (2, 3)")?
            .execute([id])?;
        Ok(waited)
    }

    /// Whether something of a document waits to be given besides these: they came too early.
    pub(crate) fn goes_before(&self, id: DocId, entries: &[Entry]) -> Result<bool> {
        let mut statement = self.tx.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 AND refused IS NULL")?;
        let waiting: Vec<Vec<u8>> = statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(waiting.iter().any(|change| entries.iter().all(|entry| entry.change != *change)))
    }

    /// Queues what this device has written to a document once more, behind what waits already, for a server that may have
    /// lost it.
    pub(crate) fn offer_again(&mut self, doc: &StoredDocument) -> Result<()> {
        let actor = self.me()?.actor();
        let accepted = doc.accepted().into_iter().filter_map(|change| Change::decode(change).ok());
        let own: Vec<Change> = accepted.filter(|change| change.actor() == actor).collect();
        for change in &own {
            let mut delete = self.tx.prepare_cached("DELETE FROM outbox WHERE doc = ?1 AND change = ?2")?;
            delete.execute((doc.id, change.bytes()))?;
            drop(delete);
            self.enqueue(doc, change)?;
        }
        if own.is_empty() { Ok(()) } else { self.project_again(doc.id) }
    }

    fn keep_orphan(&mut self, id: DocId, space: SpaceId, change: &[u8], received_at: Timestamp) -> Result<()> {
        if bug("edit-in-a-gap") {
            return Ok(());
        }
        self.orphans = Some(true);
        self.tx
            .prepare_cached("INSERT OR IGNORE INTO orphan (doc, space, change, received_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute((id, space, change, received_at))?;
        Ok(())
    }

    /// Takes in the changes that waited for something in this document, as far as it is there now.
    pub(crate) fn adopt_orphans(&mut self, id: DocId) -> Result<()> {
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
                    let space = doc.header.space;
                    match self.accept_into(doc, &change, received_at)? {
                        Taken::New => adopted = true,
                        Taken::NotUnderstood => self.keep_orphan(id, space, &bytes, received_at)?,
                        // Among the orphans again if something it builds on is still missing.
                        Taken::Held | Taken::Waits => {}
                    }
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
