//! From documents to rows.

use rusqlite::OptionalExtension;

use super::prepare;
use crate::activity::has_a_say;
use crate::document::{About, Fields, Header, Kind};
use crate::error::Result;
use crate::ids::{DeviceId, DocId, MemberId, ids_in};
use crate::key::{PUBLIC_KEY_LEN, PublicKey};
use crate::live::Topic;
use crate::seeded::bug;
use crate::store::{Seen, Write, set_meta};
use crate::sync::wire::AuthorCard;

/// What a phone knows of a door.
pub(super) struct Door {
    pub(super) activity: DocId,
    pub(super) owner: MemberId,
    pub(super) key: PublicKey,
    /// By its owner: it takes nobody in any more. What it took in stays.
    pub(super) shut: bool,
    /// By an organiser: what it took in is in doubt.
    pub(super) revoked: bool,
}

/// The door with this document, if it is on this phone.
pub(super) fn door(connection: &rusqlite::Connection, id: DocId) -> Result<Option<Door>> {
    let mut statement = connection.prepare_cached(
        "SELECT activity, owner, key, shut, EXISTS (SELECT 1 FROM door_revoked r WHERE r.activity = door.activity AND r.door = doc)
         FROM door WHERE doc = ?1",
    )?;
    let door = statement.query_row([id], |row| {
        Ok(Door {
            activity: row.get(0)?,
            owner: row.get(1)?,
            key: row.get(2)?,
            shut: row.get(3)?,
            revoked: row.get(4)?,
        })
    });
    Ok(door.optional()?)
}

pub(crate) fn show_door(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(activity) = Write::subject(&seen.header) else { return Ok(()) };
    let key = seen.fields.bytes("key");
    let known = door(write.tx, seen.id)?;
    if key.len() != PUBLIC_KEY_LEN || !has_a_say(write, activity, seen.header.space)? {
        remove(write, seen.id, &seen.header)?;
        return known.map_or(Ok(()), |_| judge_again(write, activity));
    }
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO door (doc, activity, owner, key, label, shut) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((seen.id, activity, seen.header.owner, key, seen.fields.text("label"), seen.fields.flag("shut")))?;
    if known.is_none_or(|known| known.key != key) && !bug("doubt-for-good") {
        judge_again(write, activity)?;
    }
    write.changed(Topic::Activity(activity));
    Ok(())
}

/// What an activity says of its doors: which are revoked, and that it is over.
pub(crate) fn show_activity(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    // Two who revoked at the same time have both done so.
    let now: Vec<DocId> = seen.fields.all_ids("shut").into_iter().collect();
    let mut statement = write.tx.prepare_cached("SELECT door FROM door_revoked WHERE activity = ?1 ORDER BY door")?;
    let before: Vec<DocId> = statement.query_map([seen.id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    if before != now {
        write.tx.prepare_cached("DELETE FROM door_revoked WHERE activity = ?1")?.execute([seen.id])?;
        let mut insert = write.tx.prepare_cached("INSERT INTO door_revoked (activity, door) VALUES (?1, ?2)")?;
        now.iter().try_for_each(|door| insert.execute((seen.id, door)).map(drop))?;
        drop(insert);
        judge_again(write, seen.id)?;
    }
    if seen.fields.int("closed").is_some() {
        prepare::leave(write, seen.id)?;
    }
    Ok(())
}

/// What was judged by doors that have changed is judged anew.
pub(crate) fn judge_again(write: &mut Write<'_>, activity: DocId) -> Result<()> {
    let mut statement = write.tx.prepare_cached("SELECT doc FROM evidence WHERE activity = ?1 AND kind IN (7, 26)")?;
    let docs: Vec<DocId> = statement.query_map([activity], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    docs.into_iter().try_for_each(|doc| write.project_again(doc))
}

pub(crate) fn show_guests(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(activity) = Write::subject(&seen.header) else { return Ok(()) };
    if !has_a_say(write, activity, seen.header.space)? {
        return remove(write, seen.id, &seen.header);
    }
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO guests (doc, activity, by, door, count, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            seen.id,
            activity,
            seen.header.owner,
            seen.fields.id::<DocId>("door"),
            seen.fields.int("count").unwrap_or(0),
            seen.fields.time("at").unwrap_or(seen.written_at),
        ))?;
    write.changed(Topic::Activity(activity));
    Ok(())
}

/// Removes the rows of an activity, a door or visitors.
pub(crate) fn remove(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    match header.kind {
        Kind::Activity => {
            for table in ["door_revoked", "signature_check", "kept_home", "kept_org"] {
                write.tx.prepare_cached(&format!("DELETE FROM {table} WHERE activity = ?1"))?.execute([id])?;
            }
            return Ok(());
        }
        Kind::Door => {
            write.tx.prepare_cached("DELETE FROM door WHERE doc = ?1")?.execute([id])?;
            write.tx.prepare_cached("DELETE FROM card_seen WHERE door = ?1")?.execute([id])?;
        }
        _ => {
            write.tx.prepare_cached("DELETE FROM guests WHERE doc = ?1")?.execute([id])?;
        }
    }
    if let Some(activity) = Write::subject(header) {
        write.changed(Topic::Activity(activity));
    }
    Ok(())
}

/// Notes which devices of a member no longer count.
pub(crate) fn note_revoked(write: &mut Write<'_>, header: &Header, fields: &Fields) -> Result<()> {
    let Some(About::Member(member)) = header.about else { return Ok(()) };
    let mut insert =
        write.tx.prepare_cached("INSERT OR IGNORE INTO revoked_device (device, member) VALUES (?1, ?2)")?;
    for device in ids_in::<DeviceId>(fields.bytes("revoked")) {
        insert.execute((device, member))?;
    }
    Ok(())
}

/// Keeps what the server says of this phone's own device: it is part of the card that the phone shows.
pub(crate) fn note_own_card(write: &mut Write<'_>, card: &AuthorCard) -> Result<()> {
    set_meta(write.tx, "own_card", minicbor::to_vec(card).unwrap_or_default())
}
