//! Activities and who attended: plans on a board, evidence at its organisation's desk, status as a pure function.

mod commands;
mod queries;
mod status;

pub use commands::{Activities, ActivityEdit, NewActivity};
pub use queries::{ActivityView, AttendanceRow};
pub use status::{Evidence, Grade, LastWord, Mark, Status, status};

use crate::document::{About, Kind};
use crate::error::Result;
use crate::ids::DocId;
use crate::live::Topic;
use crate::store::{Seen, Write};

pub(crate) fn show_activity(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO activity (doc, space, title, note, place, starts, ends, cancelled, author, written_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            seen.id,
            seen.header.space,
            fields.text("title"),
            fields.text("note"),
            fields.text("place"),
            fields.int("starts").unwrap_or(0),
            fields.int("ends").unwrap_or(0),
            fields.flag("cancelled"),
            seen.header.owner,
            seen.written_at,
        ))?;
    write.changed(Topic::Activities);
    write.changed(Topic::Activity(seen.id));
    Ok(())
}

pub(crate) fn show_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let by = seen.header.owner;
    let (activity, member, mark) = match (seen.header.kind, seen.header.about) {
        (Kind::CheckIn, Some(About::Doc(activity))) => (activity, by, Mark::Present),
        (Kind::RollMark, Some(About::Member(member))) => {
            let activity = seen.fields.id::<DocId>("activity");
            let (Some(activity), Some(mark)) = (activity, Mark::from_name(seen.fields.text("mark"))) else {
                return Ok(());
            };
            (activity, member, mark)
        }
        _ => return Ok(()),
    };
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO evidence (doc, activity, member, by, mark, at, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            seen.id,
            activity,
            member,
            by,
            mark.name(),
            seen.fields.time("at").unwrap_or(seen.written_at),
            seen.received_at,
        ))?;
    write.changed(Topic::Activity(activity));
    Ok(())
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM activity WHERE doc = ?1")?.execute([id])?;
    write.tx.prepare_cached("DELETE FROM evidence WHERE doc = ?1")?.execute([id])?;
    write.changed(Topic::Activities);
    write.changed(Topic::Activity(id));
    Ok(())
}
