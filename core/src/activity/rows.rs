//! From documents to rows.

use rusqlite::OptionalExtension;

use super::evidence::{Doubt, Mark};
use super::roster::remove_roster;
use super::votes::Choice;
use crate::clock::order_key;
use crate::document::{About, Header, Kind};
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
            "INSERT OR REPLACE INTO activity (doc, space, title, note, agenda, minutes, place, starts, ends, cancelled,
                                              closed, author, written_at, edited)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute((
            seen.id,
            seen.header.space,
            fields.text("title"),
            fields.text("note"),
            fields.text("agenda"),
            fields.text("minutes"),
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

pub(super) fn changed(write: &mut Write<'_>, activity: DocId) {
    write.changed(Topic::Activities);
    write.changed(Topic::Activity(activity));
}

/// The list and the member's own history say of each activity what is said of this member, and nothing of others.
fn said(write: &mut Write<'_>, activity: DocId, member: MemberId) -> Result<()> {
    if member == write.me()?.member {
        write.changed(Topic::Activities);
    }
    write.changed(Topic::Activity(activity));
    Ok(())
}

pub(crate) fn show_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let (kind, by, fields) = (seen.header.kind, seen.header.owner, &seen.fields);
    let (activity, member) = match (kind, seen.header.about) {
        (Kind::CheckIn | Kind::LeaveRequest, Some(About::Doc(activity))) => (activity, by),
        (_, Some(About::Member(member))) => {
            let Some(activity) = fields.id::<DocId>("activity") else { return Ok(()) };
            (activity, member)
        }
        _ => return Ok(()),
    };
    let request = fields.id::<DocId>("request");
    let mark = match (fields.text("mark"), request) {
        // No to a request for leave.
        ("denied", Some(_)) => Mark::Absent.name(),
        (name, _) => name,
    };
    if kind == Kind::RollMark && Mark::from_name(mark).is_none() {
        return Ok(());
    }
    let (grade, doubt) = judge_evidence(write, seen)?;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO evidence (activity, member, order_at, written_at, doc, kind, by, at, received_at,
                                              grade, doubt, undone, mark, request, resolves, seconds, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(rusqlite::params![
            activity,
            member,
            order_key(seen.written_at, seen.received_at),
            seen.written_at,
            seen.id,
            kind as i64,
            by,
            fields.time("at").unwrap_or(seen.written_at),
            seen.received_at,
            grade as i64,
            doubt.map_or("", Doubt::name),
            fields.flag("out") || fields.flag("withdrawn"),
            mark,
            request,
            fields.flag("resolves"),
            fields.id::<DocId>("seconds"),
            fields.text("reason"),
        ])?;
    said(write, activity, member)
}

pub(crate) fn remove_evidence(write: &mut Write<'_>, id: DocId) -> Result<()> {
    let evidence = "DELETE FROM evidence WHERE doc = ?1 RETURNING activity, member";
    let evidence =
        write.tx.prepare_cached(evidence)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    evidence.map_or(Ok(()), |(activity, member)| said(write, activity, member))
}

pub(crate) fn remove_activity(write: &mut Write<'_>, id: DocId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM activity WHERE doc = ?1")?.execute([id])?;
    changed(write, id);
    Ok(())
}

pub(crate) fn show_resolution(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(activity) = Write::subject(&seen.header) else { return Ok(()) };
    let fields = &seen.fields;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO resolution (doc, activity, title, election, closed, withdrawn, written_at, edited)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            seen.id,
            activity,
            fields.text("title"),
            fields.flag("election"),
            fields.int("closed"),
            fields.flag("withdrawn"),
            seen.written_at,
            fields.int("edited").is_some(),
        ))?;
    write.changed(Topic::Activity(activity));
    Ok(())
}

pub(crate) fn show_vote(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(resolution) = Write::subject(&seen.header) else { return Ok(()) };
    let Some(choice) = seen.fields.int("choice").and_then(Choice::from_number) else { return Ok(()) };
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO vote (resolution, member, doc, choice, at, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            resolution,
            seen.header.owner,
            seen.id,
            choice as i64,
            seen.fields.time("at").unwrap_or(seen.written_at),
            seen.received_at,
        ))?;
    voted(write, resolution)
}

fn voted(write: &mut Write<'_>, resolution: DocId) -> Result<()> {
    let mut of = write.tx.prepare_cached("SELECT activity FROM resolution WHERE doc = ?1")?;
    let activity: Option<DocId> = of.query_row([resolution], |row| row.get(0)).optional()?;
    drop(of);
    if let Some(activity) = activity {
        write.changed(Topic::Activity(activity));
    }
    Ok(())
}

/// Removes a roster, a resolution or a vote.
pub(crate) fn remove_plan(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    let Some(subject) = Write::subject(header) else { return Ok(()) };
    match header.kind {
        Kind::Roster => {
            remove_roster(write, id, subject)?;
        }
        Kind::Resolution => {
            write.tx.prepare_cached("DELETE FROM resolution WHERE doc = ?1")?.execute([id])?;
        }
        _ => {
            write.tx.prepare_cached("DELETE FROM vote WHERE doc = ?1")?.execute([id])?;
            return voted(write, subject);
        }
    }
    write.changed(Topic::Activity(subject));
    Ok(())
}
