//! A new life of the database, after the server has said that this one is a copy of another.

use crate::document::{Change, Document, Edit, Fields, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, Generation};
use crate::key::random_bytes;
use crate::store::{Write, set_meta};

/// Starts a new generation and writes what waits again under its actor: nothing that the two copies send can then be
/// taken for the same.
pub(super) fn renew(write: &mut Write<'_>) -> Result<()> {
    let mut bytes = [0; 16];
    random_bytes(&mut bytes)?;
    set_meta(write.tx, "generation", Generation::from_bytes(bytes))?;
    set_meta(write.tx, "next_dev_seq", 1)?;
    write.identity_changed();
    write.tx.execute("DELETE FROM batch", [])?;
    let mut statement = write.tx.prepare("SELECT DISTINCT doc FROM outbox WHERE refused IS NULL")?;
    let docs: Vec<DocId> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    docs.into_iter().try_for_each(|doc| write_again(write, doc))
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
    let wanted = Document::load(all).map_err(|_| Error::Damaged)?.fields();
    let change = if accepted.is_empty() {
        let fields: Vec<_> = wanted.iter().map(|(key, field)| (key, field.value.clone())).collect();
        Some(Change::first(actor, at, &fields).map_err(|_| Error::Damaged)?)
    } else {
        let mut base = Document::load(accepted).map_err(|_| Error::Damaged)?;
        let edits = difference(&base.fields(), &wanted);
        base.edit(actor, at, &edits).map_err(|_| Error::Damaged)?
    };
    write.tx.execute("DELETE FROM outbox WHERE doc = ?1 AND refused IS NULL", [id])?;
    if let Some(change) = change {
        write.tx.execute(
            "INSERT INTO outbox (doc, space, change, written_at) VALUES (?1, ?2, ?3, ?4)",
            (id, doc.header.space, change.bytes(), at),
        )?;
    }
    write.project_again(id)
}

fn difference<'a>(base: &Fields, wanted: &'a Fields) -> Vec<Edit<'a>> {
    wanted
        .iter()
        .filter(|(key, field)| base.get(key) != Some(&field.value))
        .map(|(key, field)| match &field.value {
            Value::Text(text) => Edit::SetText(key, text),
            value => Edit::Put(key, value.clone()),
        })
        .collect()
}
