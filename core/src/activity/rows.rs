//! From documents to rows.

use rusqlite::OptionalExtension;

use super::astray::{forget_astray, forget_stray_votes, has_a_say};
use super::evidence::{Doubt, Mark};
use super::roster::remove_roster;
use super::votes::Choice;
use crate::clock::order_key;
use crate::document::{About, Header, Kind};
use crate::error::Result;
use crate::ids::{DocId, MemberId};
use crate::live::Topic;
use crate::presence::{Judged, judge_evidence};
use crate::seeded::bug;
use crate::store::{Seen, Write};

pub(crate) fn show_activity(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    let starts = fields.int("starts").unwrap_or(0);
    let known = write.tx.prepare_cached("SELECT 1 FROM activity WHERE doc = ?1")?.exists([seen.id])?;
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
            // Of two who closed it apart the first did.
            fields.ints("closed").min(),
            seen.header.owner,
            seen.written_at,
            fields.int("edited").is_some(),
        ))?;
    if !known {
        forget_astray(write, seen.id, seen.header.space)?;
    }
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

/// Of which activity and which person this is evidence, and the mark that it gives (empty if it is none); `None` for what
/// this version does not understand.
fn said_of(seen: &Seen) -> Option<(DocId, MemberId, &str)> {
    let fields = &seen.fields;
    let (activity, member) = match (seen.header.kind, seen.header.about) {
        (Kind::CheckIn | Kind::LeaveRequest, Some(About::Doc(activity))) => (activity, seen.header.owner),
        (_, Some(About::Member(member))) => (fields.id::<DocId>("activity")?, member),
        _ => return None,
    };
    let mark = match (fields.text("mark"), fields.id::<DocId>("request")) {
        // No to a request for leave.
        ("denied", Some(_)) => Mark::Absent.name(),
        (name, _) => name,
    };
    let understood = seen.header.kind != Kind::RollMark || Mark::from_name(mark).is_some();
    understood.then_some((activity, member, mark))
}

pub(crate) fn show_evidence(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let (kind, by, fields) = (seen.header.kind, seen.header.owner, &seen.fields);
    // What it said before an edit goes with it.
    let Some((activity, member, mark)) = said_of(seen) else { return remove_evidence(write, seen.id) };
    if !has_a_say(write, activity, seen.header.space)? {
        return remove_evidence(write, seen.id);
    }
    let Judged { grade, doubt, at } = judge_evidence(write, seen)?;
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
            if bug("evidence-by-arrival") { write.now } else { order_key(seen.written_at, seen.received_at) },
            seen.written_at,
            seen.id,
            kind as i64,
            by,
            at,
            seen.received_at,
            grade as i64,
            doubt.map_or("", Doubt::name),
            fields.flag("out") || fields.flag("withdrawn"),
            mark,
            fields.id::<DocId>("request"),
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
    if !has_a_say(write, activity, seen.header.space)? {
        return remove_plan(write, seen.id, &seen.header);
    }
    let fields = &seen.fields;
    let known = write.tx.prepare_cached("SELECT 1 FROM resolution WHERE doc = ?1")?.exists([seen.id])?;
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
            fields.ints("closed").min(),
            fields.flag("withdrawn"),
            seen.written_at,
            fields.int("edited").is_some(),
        ))?;
    if !known {
        forget_stray_votes(write, seen.id, seen.header.space)?;
    }
    write.changed(Topic::Activity(activity));
    Ok(())
}

pub(crate) fn show_vote(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(resolution) = Write::subject(&seen.header) else { return Ok(()) };
    let choice = seen.fields.int("choice").and_then(Choice::from_number);
    let (Some(choice), true) = (choice, has_a_say(write, resolution, seen.header.space)?) else {
        return remove_plan(write, seen.id, &seen.header);
    };
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
