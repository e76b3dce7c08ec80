//! A host at the door: opening it, the code of now, visitors, shutting it.

use rusqlite::Connection;
use serde::Serialize;

use super::code::{NONCE_LEN, PERIOD_MS, period};
use super::freshness::time_shown;
use super::rows::{Door, door};
use super::{Code, Presence, shown};
use crate::activity::org_of;
use crate::directory::require_role;
use crate::document::{About, Edit, Kind, MAX_TITLE, ORGANISE, RECEIVE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId};
use crate::input::{line, new_header};
use crate::key::random_bytes;
use crate::outbox::refused_sql;
use crate::store::Write;

/// A code to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCode {
    /// What a scanner reads.
    pub text: String,
    /// The same as a picture: a QR code as an SVG document.
    pub svg: String,
    /// The number of the period.
    pub counter: u64,
    /// After so many milliseconds ask for the next, at most 30,000.
    pub next_in_ms: u64,
}

/// A door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoorView {
    /// The door's document.
    pub id: DocId,
    /// The activity.
    pub activity: DocId,
    /// Whose phone it is.
    pub host: MemberId,
    /// What it is called.
    pub label: String,
    /// Whether it takes nobody in any more.
    pub shut: bool,
    /// Whether an organiser has revoked it: what it took in is in doubt.
    pub revoked: bool,
    /// How many people this phone knows to be at the activity, come in at any door and not gone, each once.
    pub present: u32,
    /// How many of them are expected.
    pub of_expected: u32,
    /// How many are expected.
    pub expected: u32,
    /// Visitors at all doors this phone knows of.
    pub guests: u32,
}

/// As many as an activity's `shut` holds.
const MAX_REVOKED_DOORS: usize = 64;
/// The most visitors that one call counts.
const MAX_GUESTS: i64 = 1_000;

/// The door of this phone, open.
pub(super) fn own_door(write: &mut Write<'_>, id: DocId) -> Result<Door> {
    let door = door(write.tx, id)?.ok_or(Error::NotFound)?;
    if door.owner != write.me()?.member {
        return Err(Error::NotAllowed);
    }
    if door.shut || door.revoked {
        return Err(Error::Invalid { field: "door", reason: "shut" });
    }
    Ok(door)
}

impl Presence<'_> {
    /// Opens a door of an activity on this phone: its key signs the codes. `label` is one line.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without a host's role; [`Error::NotFound`]; [`Error::Invalid`], for an activity that was
    /// cancelled or closed too.
    pub fn open_door(&self, activity: DocId, label: &str) -> Result<DocId> {
        line("label", label, MAX_TITLE)?;
        let key = Value::Bytes(self.key.public_key().to_vec());
        self.store.write(|write| {
            let org = org_of(write.tx, activity)?;
            require_role(write, org, RECEIVE)?;
            let over = "SELECT 1 FROM activity WHERE doc = ?1 AND (cancelled OR closed IS NOT NULL)";
            if write.tx.prepare_cached(over)?.exists([activity])? {
                return Err(Error::Invalid { field: "activity", reason: "cancelled or closed" });
            }
            let mut header = new_header(write, Kind::Door, SpaceId::board(org))?;
            header.about = Some(About::Doc(activity));
            write.create(&header, &[("key", key), ("label", label.into())])
        })
    }

    /// Shuts a door: it shows no code any more, and nobody's phone takes its last ones.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] for another host's; [`Error::Invalid`] if it is shut.
    pub fn shut_door(&self, id: DocId) -> Result<()> {
        self.store.write(|write| {
            own_door(write, id)?;
            write.edit(id, &[Edit::Put("shut", true.into())])
        })?;
        self.memory.lock().shown.remove(&id);
        Ok(())
    }

    /// Takes a door back, whoever's it is: it takes nobody in any more, and what it took in is in doubt wherever it is
    /// read. There is no way back. Again adds nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] without an organiser's role; [`Error::Invalid`] for the 65th door of an
    /// activity.
    pub fn revoke_door(&self, id: DocId) -> Result<()> {
        self.store.write(|write| {
            let door = door(write.tx, id)?.ok_or(Error::NotFound)?;
            require_role(write, org_of(write.tx, door.activity)?, ORGANISE)?;
            if door.revoked {
                return Ok(());
            }
            let mut statement = write.tx.prepare_cached("SELECT door FROM door_revoked WHERE activity = ?1")?;
            let rows = statement.query_map([door.activity], |row| row.get(0))?;
            let mut revoked: Vec<DocId> = rows.collect::<rusqlite::Result<_>>()?;
            drop(statement);
            revoked.push(id);
            if revoked.len() > MAX_REVOKED_DOORS {
                return Err(Error::Invalid { field: "door", reason: "too many" });
            }
            let bytes = revoked.iter().flat_map(|door| *door.as_bytes()).collect();
            write.edit(door.activity, &[Edit::Put("shut", Value::Bytes(bytes))])
        })
    }

    /// The code of now. Its counter is on the disk before this returns: it rises over restarts and whatever the clock
    /// does, and none is used twice.
    ///
    /// A code is shown until its period is over, and no longer than two: a door that is ahead of time, since it was
    /// restarted or its clock was set back, comes back to it.
    ///
    /// # Errors
    /// As [`Presence::shut_door`], and for a door that another device of the host's opened; [`Error::Key`].
    pub fn next_code(&self, id: DocId) -> Result<ShownCode> {
        let monotonic = self.store.clock.monotonic_ms();
        let held = self.memory.lock().shown.get(&id).cloned();
        let held = held.filter(|(_, until)| *until > monotonic);
        let key = self.key.public_key();
        let (activity, counter, lasts) = self.store.write(|write| {
            let door = own_door(write, id)?;
            if door.key != key {
                return Err(Error::NotAllowed);
            }
            if held.is_some() {
                return Ok((door.activity, 0, 0));
            }
            let now = time_shown(self.store, write.wall());
            let counter: i64 = write
                .tx
                .prepare_cached(
                    "INSERT INTO door_counter (door, last) VALUES (?1, ?2)
                     ON CONFLICT DO UPDATE SET last = max(last + 1, ?2) RETURNING last",
                )?
                .query_row((id, period(now).cast_signed()), |row| row.get(0))?;
            let ends = counter.saturating_add(1).saturating_mul(PERIOD_MS);
            Ok((door.activity, counter.cast_unsigned(), ends.saturating_sub(now.0).clamp(1, 2 * PERIOD_MS)))
        })?;
        if let Some((code, until)) = held {
            return Ok(ShownCode { next_in_ms: until - monotonic, ..code });
        }
        let mut nonce = [0; NONCE_LEN];
        random_bytes(&mut nonce)?;
        let code = Code::sign(&**self.key, activity, id, counter, nonce)?;
        let text = shown::to_text(&code.to_bytes());
        let next_in_ms = lasts.unsigned_abs();
        let code = ShownCode { svg: shown::to_svg(&text)?, text, counter, next_in_ms };
        self.memory.lock().shown.insert(id, (code.clone(), monotonic.saturating_add(next_in_ms)));
        Ok(code)
    }

    /// Counts visitors who came to a door, or (negative) takes back some that it has counted: a number, no names.
    ///
    /// # Errors
    /// As [`Presence::shut_door`]; [`Error::Invalid`] for none, more than 1,000, or to take back more than were counted at
    /// this door: whoever came to another or came later would be missing.
    pub fn guests(&self, id: DocId, count: i64) -> Result<DocId> {
        if count == 0 || count.abs() > MAX_GUESTS {
            return Err(Error::Invalid { field: "count", reason: "none or too many" });
        }
        self.store.write(|write| {
            let door = own_door(write, id)?;
            let org = org_of(write.tx, door.activity)?;
            let counted =
                concat!("SELECT total(count) FROM guests WHERE door = ?1 AND NOT ", refused_sql!("guests.doc"));
            let counted: f64 = write.tx.prepare_cached(counted)?.query_row([id], |row| row.get(0))?;
            if count < 0 && counted + (count as f64) < 0.0 {
                return Err(Error::Invalid { field: "count", reason: "more than were counted" });
            }
            let mut header = new_header(write, Kind::Guests, SpaceId::desk(org))?;
            header.about = Some(About::Doc(door.activity));
            let at = write.wall();
            let door = Value::Bytes(id.as_bytes().to_vec());
            write.create(&header, &[("door", door), ("count", Value::Int(count)), ("at", at.into())])
        })
    }

    /// The doors of an activity that are known here, in the order of their labels.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn doors(&self, activity: DocId) -> Result<Vec<DoorView>> {
        self.store.read(|connection| views(connection, activity))
    }

    /// One door; `None` if it is not on this phone.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn door(&self, id: DocId) -> Result<Option<DoorView>> {
        self.store.read(|connection| {
            let Some(found) = door(connection, id)? else { return Ok(None) };
            Ok(views(connection, found.activity)?.into_iter().find(|view| view.id == id))
        })
    }
}

/// Visitors at all doors of an activity; never below none.
pub(crate) fn guests_in(connection: &Connection, activity: DocId) -> Result<u64> {
    let mut sum = connection.prepare_cached(concat!(
        "SELECT coalesce(sum(max(min(count, 1000000), -1000000)), 0) FROM guests WHERE activity = ?1 AND NOT ",
        refused_sql!("guests.doc")
    ))?;
    let sum: i64 = sum.query_row([activity], |row| row.get(0))?;
    Ok(u64::try_from(sum).unwrap_or(0))
}

fn views(connection: &Connection, activity: DocId) -> Result<Vec<DoorView>> {
    let mut statement = connection.prepare_cached(concat!(
        "WITH came (member) AS (
             SELECT member FROM (SELECT DISTINCT member FROM evidence WHERE activity = ?1) seen WHERE ",
        there_sql!("seen.member"),
        "),
         expected (member) AS (SELECT DISTINCT member FROM roster WHERE activity = ?1)
         SELECT (SELECT count(*) FROM came), (SELECT count(*) FROM expected),
             (SELECT count(*) FROM came WHERE member IN (SELECT member FROM expected))"
    ))?;
    let (present, expected, of_expected) =
        statement.query_row([activity], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let guests = u32::try_from(guests_in(connection, activity)?).unwrap_or(u32::MAX);
    let mut statement = connection.prepare_cached(
        "SELECT doc, owner, label, shut, EXISTS (SELECT 1 FROM door_revoked r WHERE r.activity = ?1 AND r.door = doc)
         FROM door WHERE activity = ?1 ORDER BY label, doc",
    )?;
    let rows = statement.query_map([activity], |row| {
        Ok(DoorView {
            id: row.get(0)?,
            activity,
            host: row.get(1)?,
            label: row.get(2)?,
            shut: row.get(3)?,
            revoked: row.get(4)?,
            present,
            of_expected,
            expected,
            guests,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
