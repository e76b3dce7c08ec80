//! Consultations: a member asks the desk of an organisation in private, around whoever should not read it.
//!
//! A case is a hidden discussion ([`crate::ids::SpaceId::hidden`]) that begins with its card. Its readers are the asker and
//! whoever holds a desk role for the organisation asked, but those whom the card leaves out; nobody else learns that it
//! exists. What was done with it are documents of their own, and how far it is is a pure function of them.

mod commands;
mod queries;
mod state;

pub use commands::{Category, Consult, NewCase};
pub use queries::{CaseView, Leave, LeaveOut, Office, Reader};
pub use state::{Entry, Phase, State, Step, state};

use rusqlite::{Connection, OptionalExtension};

use crate::clock::order_key;
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::live::Topic;
use crate::store::{Seen, Write};

pub(crate) fn show_case(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    let Some(desk) = fields.id::<OrgId>("desk") else { return Ok(()) };
    // As the server has it: of two lists of the asker's two phones both hold.
    let avoid: Vec<u8> = fields.all_ids::<MemberId>("avoid").iter().flat_map(|member| *member.as_bytes()).collect();
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO consultation (space, doc, asker, desk, subject, category, avoid, at, closed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
        )?
        .execute((
            seen.header.space,
            seen.id,
            seen.header.owner,
            desk,
            fields.text("subject"),
            fields.text("category"),
            avoid,
            order_key(seen.written_at, seen.received_at),
        ))?;
    changed(write, seen.header.space)
}

pub(crate) fn show_step(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO consultation_step (doc, space, by, step, receiver, written_at, order_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            seen.id,
            seen.header.space,
            seen.header.owner,
            seen.fields.text("step"),
            seen.fields.id::<MemberId>("to"),
            seen.written_at,
            order_key(seen.written_at, seen.received_at),
        ))?;
    changed(write, seen.header.space)
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId, space: SpaceId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM consultation WHERE doc = ?1")?.execute([id])?;
    write.tx.prepare_cached("DELETE FROM consultation_step WHERE doc = ?1")?.execute([id])?;
    changed(write, space)
}

/// Announces a case, and notes whether it is closed now.
fn changed(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    if let Some(phase) = phase(write.tx, space)? {
        let noted = "UPDATE consultation SET closed = ?2 WHERE space = ?1 AND closed <> ?2";
        write.tx.prepare_cached(noted)?.execute((space, phase == Phase::Closed))?;
    }
    write.changed(Topic::Consultations);
    write.changed(Topic::Talk(space));
    write.changed(Topic::Talks);
    Ok(())
}

/// How far a case is; `None` if it is not here.
fn phase(connection: &Connection, space: SpaceId) -> Result<Option<Phase>> {
    let asker = "SELECT asker FROM consultation WHERE space = ?1";
    let asker: Option<MemberId> = connection.prepare_cached(asker)?.query_row([space], |row| row.get(0)).optional()?;
    asker.map(|asker| Ok(state(asker, queries::entries(connection, space)?).phase)).transpose()
}

/// Refuses what is written into a consultation that is closed: it must be opened again first, so that the desk looks.
pub(crate) fn require_open(connection: &Connection, space: SpaceId) -> Result<()> {
    if phase(connection, space)? == Some(Phase::Closed) { Err(Error::Ended) } else { Ok(()) }
}
