//! Activities and who attended: plans on a board, evidence at its organisation's desk, status as a pure function.

mod commands;
mod evidence;
mod queries;
mod roster;
mod status;

pub use commands::{Activities, ActivityEdit, NewActivity};
pub use evidence::{Doubt, Grade};
pub use queries::{ActivityView, AttendanceRow};
pub use roster::Place;
pub use status::{Evidence, LastWord, Mark, Status, status};

pub(crate) use roster::{remove_roster, show_roster};

use rusqlite::OptionalExtension;

use crate::clock::order_key;
use crate::document::{About, Kind};
use crate::error::Result;
use crate::ids::{DocId, MemberId};
use crate::live::Topic;
use crate::presence::judge_evidence;
use crate::store::{Seen, Write};

pub(crate) fn show_activity(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    let starts = fields.int("starts").unwrap_or(0);
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO activity (doc, space, title, note, place, starts, ends, cancelled, closed, author,
                                              written_at, edited)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute((
            seen.id,
            seen.header.space,
            fields.text("title"),
            fields.text("note"),
            fields.text("place"),
            starts,
            // Two who moved it at the same time may each have won one of the two.
            fields.int("ends").unwrap_or(0).max(starts),
            fields.flag("cancelled"),
            fields.int("closed"),
            seen.header.owner,
            seen.written_at,
            fields.int("edited").is_some(),
        ))?;
    changed(write, seen.id);
    Ok(())
}

fn changed(write: &mut Write<'_>, activity: DocId) {
    write.changed(Topic::Activities);
    write.changed(Topic::Activity(activity));
}

/// The list says of each activity whether this member is checked in, and nothing of others.
fn said(write: &mut Write<'_>, activity: DocId, by: MemberId) -> Result<()> {
    if by == write.me()?.member {
        write.changed(Topic::Activities);
    }
    write.changed(Topic::Activity(activity));
    Ok(())
}

pub(crate) fn show_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let (kind, by) = (seen.header.kind, seen.header.owner);
    let (activity, member) = match (kind, seen.header.about) {
        (Kind::CheckIn, Some(About::Doc(activity))) => (activity, by),
        (Kind::RollMark | Kind::Scan, Some(About::Member(member))) => {
            let Some(activity) = seen.fields.id::<DocId>("activity") else { return Ok(()) };
            (activity, member)
        }
        _ => return Ok(()),
    };
    let mark = match kind {
        Kind::RollMark => Mark::from_name(seen.fields.text("mark")),
        _ => Some(Mark::Present),
    };
    let Some(mark) = mark else { return Ok(()) };
    let (grade, doubt) = judge_evidence(write, seen)?;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO evidence (doc, activity, member, kind, by, mark, grade, doubt, undone, at, written_at,
                                              order_at, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute((
            seen.id,
            activity,
            member,
            kind as i64,
            by,
            mark.name(),
            grade as i64,
            doubt.map_or("", Doubt::name),
            seen.fields.flag("out"),
            seen.fields.time("at").unwrap_or(seen.written_at),
            seen.written_at,
            order_key(seen.written_at, seen.received_at),
            seen.received_at,
        ))?;
    said(write, activity, by)
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM activity WHERE doc = ?1")?.execute([id])?;
    let evidence = "DELETE FROM evidence WHERE doc = ?1 RETURNING activity, by";
    let evidence =
        write.tx.prepare_cached(evidence)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match evidence {
        Some((activity, by)) => said(write, activity, by),
        None => {
            changed(write, id);
            Ok(())
        }
    }
}
