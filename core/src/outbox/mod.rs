//! What waits to be sent, its states, and what was refused.

mod cancel;

use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::clock::Timestamp;
use crate::document::Kind;
use crate::error::{Error, Result};
use crate::feed::DraftArticle;
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::personal::DraftView;
use crate::store::{Store, Write};
use crate::sync::replica::renew_document;
use crate::sync::wire::Refusal;

/// Where what a member wrote has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Only on this device so far.
    OnDevice,
    /// Everything of it is at the server.
    AtServer,
    /// The server did not take it, for this reason; the content is kept.
    Refused(Refusal),
}

/// SQL for the [`Delivery`] of the document `{doc}`; read it with [`Delivery::from_column`].
macro_rules! delivery_sql {
    ($doc:literal) => {
        concat!("(SELECT max(coalesce(o.refused, -1)) FROM outbox o WHERE o.doc = ", $doc, ")")
    };
}
pub(crate) use delivery_sql;

/// SQL for whether the server refused something of the document `{doc}`.
macro_rules! refused_sql {
    ($doc:literal) => {
        concat!("EXISTS (SELECT 1 FROM outbox o WHERE o.doc = ", $doc, " AND o.refused IS NOT NULL)")
    };
}
pub(crate) use refused_sql;

impl Delivery {
    pub(crate) fn from_column(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        Ok(match row.get::<_, Option<i64>>(index)? {
            None => Self::AtServer,
            Some(-1) => Self::OnDevice,
            Some(number) => Self::Refused(refusal(number)),
        })
    }
}

fn refusal(number: i64) -> Refusal {
    Refusal::ALL.into_iter().find(|reason| *reason as i64 == number).unwrap_or(Refusal::Other)
}

/// One document with something that has not been accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxItem {
    /// The document.
    pub doc: DocId,
    /// Its space.
    pub space: SpaceId,
    /// What it is, as in the table of kinds.
    #[serde(serialize_with = "kind_name")]
    pub kind: Kind,
    /// When the first waiting change was written.
    pub written_at: Timestamp,
    /// Whether it can still be taken back without a trace.
    pub cancellable: bool,
    /// Where it has got to.
    pub delivery: Delivery,
}

fn kind_name<S: serde::Serializer>(kind: &Kind, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{kind:?}"))
}

/// The outbox; see [`crate::Core::outbox`].
pub struct Outbox<'a>(pub(crate) &'a Store);

impl Outbox<'_> {
    /// Everything that waits or was refused, oldest first.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn items(&self) -> Result<Vec<OutboxItem>> {
        self.0.read(items)
    }

    /// Takes back what has not left this device, and with it what stands on it: what was said in the group, who was
    /// expected at the activity.
    ///
    /// # Errors
    /// [`Error::TooLate`] if a part of it may have left; [`Error::NotFound`].
    pub fn cancel(&self, doc: DocId) -> Result<()> {
        self.0.write(|write| if write.cancel(doc)? { Ok(()) } else { Err(Error::TooLate) })
    }

    /// Lets go of a refused change; what the server had accepted before stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing of this document was refused.
    pub fn discard(&self, doc: DocId) -> Result<()> {
        self.0.write(|write| {
            let gone = write.tx.execute("DELETE FROM outbox WHERE doc = ?1 AND refused IS NOT NULL", [doc])?;
            if gone == 0 {
                return Err(Error::NotFound);
            }
            write.changed(Topic::Outbox);
            write.project_again(doc)
        })
    }

    /// What was refused, as a draft: a refused edit of what the server has shows nowhere else. Title and text are
    /// empty where the document has none.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing of this document was refused.
    pub fn refused(&self, doc: DocId) -> Result<DraftView> {
        self.0.write(|write| {
            let refused = write.refused(doc)?.ok_or(Error::NotFound)?;
            let text = ["body", "note", "text", "summary"].map(|key| refused.wanted.text(key)).concat();
            let title = ["title", "topic"].map(|key| refused.wanted.text(key)).concat();
            let article = DraftArticle::refused(doc, &refused);
            Ok(DraftView { id: doc, title, text, target: Some(refused.space), article })
        })
    }

    /// Queues what was refused once more, for instance after a role was granted. If the document was edited since, what
    /// the refused edit said is said anew on what it holds now.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing of this document was refused.
    pub fn retry(&self, doc: DocId) -> Result<()> {
        self.0.write(|write| {
            let refused = write.refused(doc)?.ok_or(Error::NotFound)?;
            write.changed(Topic::Outbox);
            if refused.overtaken {
                return write.say_again(doc, &refused);
            }
            write.tx.execute(
                "UPDATE outbox SET refused = NULL, batch = NULL WHERE doc = ?1 AND refused IS NOT NULL",
                [doc],
            )?;
            renew_document(write, doc)?;
            write.wants_exchange();
            write.project_again(doc)
        })
    }
}

fn items(connection: &Connection) -> Result<Vec<OutboxItem>> {
    let mut statement = connection.prepare_cached(
        "SELECT o.doc, o.space, d.kind, min(o.written_at),
                max(o.batch) IS NULL AND d.count = 0 AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'renewing'),
                max(coalesce(o.refused, -1))
         FROM outbox o JOIN document d ON d.id = o.doc GROUP BY o.doc ORDER BY min(o.id)",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(OutboxItem {
            doc: row.get(0)?,
            space: row.get(1)?,
            kind: Kind::try_from(row.get::<_, i64>(2)?).unwrap_or(Kind::Draft),
            written_at: row.get(3)?,
            cancellable: row.get(4)?,
            delivery: Delivery::from_column(row, 5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Marks what waits of `doc` as refused and shows the document as it is without it.
pub(crate) fn refuse(write: &mut Write<'_>, doc: DocId, reason: Refusal) -> Result<()> {
    write
        .tx
        .prepare_cached("UPDATE outbox SET refused = ?2 WHERE doc = ?1 AND refused IS NULL")?
        .execute((doc, reason as i64))?;
    write.changed(Topic::Outbox);
    write.project_again(doc)
}

/// As [`refuse`], of this change and of what waits behind it.
pub(crate) fn refuse_from(write: &mut Write<'_>, doc: DocId, change: &[u8], reason: Refusal) -> Result<()> {
    write
        .tx
        .prepare_cached(
            "UPDATE outbox SET refused = ?2 WHERE doc = ?1 AND refused IS NULL
             AND id >= (SELECT min(id) FROM outbox WHERE doc = ?1 AND change = ?3)",
        )?
        .execute((doc, reason as i64, change))?;
    write.changed(Topic::Outbox);
    write.project_again(doc)
}
