//! From documents to rows: cards, and who takes part.

use rusqlite::{Connection, OptionalExtension};

use super::Window;
use super::queries::GatheringState;
use crate::document::{About, Header, Kind};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId};
use crate::live::Topic;
use crate::outbox::refused_sql;
use crate::store::{Seen, Write};

pub(crate) fn show_card(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let (space, org) = match seen.header.kind {
        Kind::Gathering => (SpaceId::thread(seen.id), Some(seen.header.space.org())),
        _ => (seen.header.space, None),
    };
    let fields = &seen.fields;
    let window = Window::of(fields);
    write
        .tx
        .prepare_cached(
            "INSERT INTO gathering (doc, space, org, author, topic, ends, closed, summary, written_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET topic = ?5, ends = ?6, closed = ?7, summary = ?8, written_at = ?9",
        )?
        .execute((
            seen.id,
            space,
            org,
            seen.header.owner,
            fields.text("topic"),
            window.ends,
            window.closed,
            fields.text("summary"),
            seen.written_at,
        ))?;
    changed(write, space);
    Ok(())
}

pub(crate) fn show_participant(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Member(member)) = seen.header.about else { return Ok(()) };
    // A word of which the server took nothing counts for nobody else: it would be the only phone to show that.
    let refused = concat!("SELECT 1 FROM document d WHERE d.id = ?1 AND d.count = 0 AND ", refused_sql!("d.id"));
    if write.tx.prepare_cached(refused)?.exists([seen.id])? {
        return remove(write, seen.id, &seen.header);
    }
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO participant (space, member, by, present, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            seen.header.space,
            member,
            seen.header.owner,
            seen.fields.flag("present"),
            seen.fields.time("at").unwrap_or(seen.written_at),
        ))?;
    changed(write, seen.header.space);
    Ok(())
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    match header.about {
        Some(About::Member(member)) => {
            let sql = "DELETE FROM participant WHERE space = ?1 AND member = ?2 AND by = ?3";
            write.tx.prepare_cached(sql)?.execute((header.space, member, header.owner))?;
        }
        _ => {
            write.tx.prepare_cached("DELETE FROM gathering WHERE doc = ?1")?.execute([id])?;
        }
    }
    changed(write, if header.kind == Kind::Gathering { SpaceId::thread(id) } else { header.space });
    Ok(())
}

fn changed(write: &mut Write<'_>, space: SpaceId) {
    write.changed(Topic::Talk(space));
    write.changed(Topic::Talks);
}

/// SQL: who takes part in the group whose discussion is `?1`. Its opener; and whom the opener says to be present, unless
/// they themselves say that they are not. What others say counts for nothing, and no order does.
pub(super) const PARTICIPANTS: &str = "SELECT author AS id FROM gathering WHERE space = ?1 AND org IS NULL
     UNION
     SELECT p.member FROM gathering g JOIN participant p ON p.space = g.space AND p.by = g.author AND p.present
     WHERE g.space = ?1 AND g.org IS NULL AND NOT EXISTS (
         SELECT 1 FROM participant own
         WHERE own.space = p.space AND own.member = p.member AND own.by = p.member AND NOT own.present)";

pub(super) fn takes_part(connection: &Connection, space: SpaceId, member: MemberId) -> Result<bool> {
    let sql = format!("SELECT 1 FROM ({PARTICIPANTS}) WHERE id = ?2");
    Ok(connection.prepare_cached(&sql)?.exists((space, member))?)
}

/// Refuses what is written into a gathering or a group that is over, as far as this phone knows, or in which this
/// member no longer takes part. Of other discussions nothing is known here.
pub(crate) fn require_running(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    let mut statement = write.tx.prepare_cached("SELECT ends, closed, org IS NULL FROM gathering WHERE space = ?1")?;
    let found = statement.query_row([space], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    drop(statement);
    let Some((ends, closed, is_group)) = found else { return Ok(()) };
    // By the reading that the change will carry: the server judges by that.
    if GatheringState::at(write.next_reading(), Window { ends, closed }) != GatheringState::Running {
        return Err(Error::Ended);
    }
    let me = write.me()?.member;
    if is_group && !takes_part(write.tx, space, me)? { Err(Error::NotAllowed) } else { Ok(()) }
}
