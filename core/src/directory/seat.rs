//! Seats: the groups and cases in which the server says that this member takes part.

use rusqlite::{Connection, OptionalExtension};

use super::{follow_again, holds_role, purge};
use crate::clock::Timestamp;
use crate::document::{About, Document, Fields, Kind};
use crate::error::Result;
use crate::ids::{OrgId, SpaceId};
use crate::live::Topic;
use crate::role::Role;
use crate::store::{Seen, Store, StoredDocument, Write, meta};

pub(crate) fn show_seat(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Space(space)) = seen.header.about else { return Ok(()) };
    if meta::<i64>(write.tx, "roles_again")?.is_some() {
        // Half a log may say that a seat was left and not yet that it was taken again.
        return Ok(());
    }
    note(write, space, &seen.fields)?;
    write.changed(Topic::Directory);
    follow_again(write)
}

fn note(write: &Write<'_>, space: SpaceId, fields: &Fields) -> Result<()> {
    write.tx.prepare_cached("INSERT OR REPLACE INTO seat (space, left, until) VALUES (?1, ?2, ?3)")?.execute((
        space,
        fields.flag("left"),
        fields.int("until"),
    ))?;
    Ok(())
}

/// The server was set back and may have forgotten a group or a case, which who began it gives back: until then its seats
/// hold, or what others have said in it would be gone for good. Of a case only where the role is held that opened it.
pub(super) fn keep_forgotten(write: &mut Write<'_>) -> Result<()> {
    let mut statement = write.tx.prepare_cached(
        "SELECT s.space, c.desk FROM seat s LEFT JOIN consultation c ON c.space = s.space
         WHERE s.left OR s.space NOT IN (SELECT space FROM gathering WHERE org IS NULL)",
    )?;
    let seats = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let seats: Vec<(SpaceId, Option<OrgId>)> = seats.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    for (space, desk) in seats {
        let holds = desk.map(|desk| holds_role(write.tx, desk, Role::DESK, write.wall())).transpose()?;
        if holds != Some(true) {
            write.tx.prepare_cached("DELETE FROM seat WHERE space = ?1")?.execute([space])?;
        }
    }
    Ok(())
}

/// Whether the seat in this case is a word from before a server was set back, which has denied the case since: whoever is
/// not its asker sits in it by a role at its desk, and this member holds none any more. That server had no case of which to
/// say that the seat was left.
pub(crate) fn is_stale(write: &mut Write<'_>, space: SpaceId) -> Result<bool> {
    let me = write.me()?.member;
    let case = "SELECT desk FROM consultation WHERE space = ?1 AND asker <> ?2
                AND EXISTS (SELECT 1 FROM seat WHERE seat.space = ?1 AND NOT left)";
    let mut statement = write.tx.prepare_cached(case)?;
    let desk: Option<OrgId> = statement.query_row((space, me), |row| row.get(0)).optional()?;
    Ok(match desk {
        Some(desk) => !holds_role(write.tx, desk, Role::DESK, write.wall())?,
        None => false,
    })
}

/// Gives up such a seat, and what was read from it.
pub(crate) fn give_up(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM seat WHERE space = ?1")?.execute([space])?;
    purge(write, space)
}

/// Notes the seats among these documents of the personal space.
pub(super) fn note_all(write: &Write<'_>, docs: &[StoredDocument]) -> Result<()> {
    for doc in docs.iter().filter(|doc| doc.header.kind == Kind::Seat) {
        if let (Some(About::Space(space)), Ok(loaded)) = (doc.header.about, Document::load(doc.accepted())) {
            note(write, space, &loaded.fields())?;
        }
    }
    Ok(())
}

/// The discussions in which this member has a seat, and those whose card is the member's own and of which the server has
/// not spoken yet.
pub(super) fn seated(write: &mut Write<'_>) -> Result<Vec<SpaceId>> {
    let me = write.me()?.member;
    let mut statement = write.tx.prepare_cached(
        "SELECT space FROM seat WHERE NOT left AND (until IS NULL OR until > ?1)
         UNION SELECT s.id FROM space s JOIN document d ON d.space = s.id AND d.kind IN (?3, ?4) AND d.owner = ?2
         WHERE s.follow = 1 AND s.id NOT IN (SELECT space FROM seat)",
    )?;
    let rows = statement.query_map((write.wall(), me, Kind::Group as i64, Kind::Case as i64), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// When the first seat of which something is here ends.
fn first_end(connection: &Connection) -> Result<Option<Timestamp>> {
    let first = "SELECT min(until) FROM seat JOIN space ON space.id = seat.space";
    Ok(connection.prepare_cached(first)?.query_row([], |row| row.get(0))?)
}

/// Whether something is still here of a seat whose time is over.
pub(super) fn any_over(connection: &Connection, now: Timestamp) -> Result<bool> {
    Ok(first_end(connection)?.is_some_and(|end| end <= now))
}

/// Forgets what is of seats whose time is over, by the corrected clock of the phone. In how many milliseconds the next is.
pub(crate) fn end_seats(store: &Store) -> Result<Option<u64>> {
    let left = || {
        store.read(|connection| {
            let now = store.wall(connection)?;
            Ok(first_end(connection)?.map(|end| u64::try_from(end.0.saturating_sub(now.0)).unwrap_or(0)))
        })
    };
    match left()? {
        Some(0) => {
            store.write(follow_again)?;
            left()
        }
        next => Ok(next),
    }
}
