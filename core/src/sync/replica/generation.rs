//! A new life of the database: it is a copy of another, as the server or the generation file says, or was damaged.

use crate::document::{Change, Document};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::outbox::refuse;
use crate::store::{Recovery, Write, meta, set_meta};
use crate::sync::wire::Refusal;

/// Starts a new generation.
///
/// Edits of what the server has are written again at once, under the new actor: the old one may have used their
/// numbers up. Documents that this copy began may have reached the server from the other copy; they wait as they are
/// until everything there has been pulled ([`finish`]), and nothing is pushed before.
pub(crate) fn renew(write: &mut Write<'_>) -> Result<()> {
    write.new_generation()?;
    set_meta(write.tx, "renewing", 1)?;
    write.tx.execute("DELETE FROM meta WHERE key = 'digest'", [])?;
    write.tx.execute("DELETE FROM batch", [])?;
    write.tx.execute("UPDATE outbox SET batch = NULL WHERE refused IS NULL", [])?;
    waiting_docs(write, "AND d.count > 0")?.into_iter().try_for_each(|doc| write_again(write, doc))
}

/// Whether a new generation has begun and must see what is at the server before it pushes.
pub(super) fn is_renewing(write: &Write<'_>) -> Result<bool> {
    Ok(meta::<i64>(write.tx, "renewing")?.is_some())
}

/// Everything at the server has been pulled: what still waits was never there.
pub(super) fn finish(write: &mut Write<'_>) -> Result<()> {
    for doc in waiting_docs(write, "")? {
        renew_old(write, doc)?;
    }
    // Salvaged from a damaged database without the document: it would have come from the server if it were there.
    let headless = "FROM outbox WHERE NOT EXISTS (SELECT 1 FROM document WHERE id = outbox.doc)";
    if write.tx.execute(&format!("DELETE {headless}"), [])? > 0 {
        Recovery::note_loss(write)?;
    }
    write.tx.execute("DELETE FROM meta WHERE key = 'renewing'", [])?;
    write.forget_set_aside()
}

/// Writes what waits of a document again if any of it is of an earlier generation, whose changes nobody takes any more.
pub(crate) fn renew_document(write: &mut Write<'_>, doc: DocId) -> Result<()> {
    if is_renewing(write)? { Ok(()) } else { renew_old(write, doc) }
}

fn renew_old(write: &mut Write<'_>, doc: DocId) -> Result<()> {
    let actor = write.me()?.actor();
    let mut statement = write.tx.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 AND refused IS NULL")?;
    let changes: Vec<Vec<u8>> = statement.query_map([doc], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    let new = |change: &Vec<u8>| Change::decode(change).is_ok_and(|change| change.actor() == actor);
    if changes.iter().all(new) { Ok(()) } else { write_again(write, doc) }
}

fn waiting_docs(write: &Write<'_>, condition: &str) -> Result<Vec<DocId>> {
    let mut statement = write.tx.prepare(&format!(
        "SELECT DISTINCT o.doc FROM outbox o JOIN document d ON d.id = o.doc WHERE o.refused IS NULL {condition}"
    ))?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn write_again(write: &mut Write<'_>, id: DocId) -> Result<()> {
    let Some(doc) = write.document(id)? else { return Ok(()) };
    let mut statement =
        write.tx.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 AND refused IS NULL ORDER BY id")?;
    let waiting: Vec<Vec<u8>> = statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    let at = waiting.first().and_then(|change| Change::decode(change).ok()).map(|change| change.written_at());
    let (Some(at), actor) = (at, write.me()?.actor()) else { return Ok(()) };
    let accepted = doc.accepted();
    let all = accepted.iter().copied().chain(waiting.iter().map(Vec::as_slice));
    let Ok(loaded) = Document::load(all) else {
        // Both copies edited it under one number: what this one wrote cannot be told apart any more, but it is shown.
        return refuse(write, id, Refusal::Other);
    };
    let wanted = loaded.fields();
    let change = if accepted.is_empty() {
        Some(Change::first(actor, at, &wanted.values()).map_err(|_| Error::Damaged)?)
    } else {
        let mut base = Document::load(accepted).map_err(|_| Error::Damaged)?;
        let held = base.fields();
        let edits = held.edits_to(&wanted);
        base.edit(actor, at, &edits).map_err(|_| Error::Damaged)?
    };
    write.tx.execute("DELETE FROM outbox WHERE doc = ?1 AND refused IS NULL", [id])?;
    if let Some(change) = change {
        write.enqueue(&doc, &change)?;
    }
    write.project_again(id)
}
