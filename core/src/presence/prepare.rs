//! The names that a door phone has while it needs them.
//!
//! A roster holds ids. What people are called stands on the boards of their organisations, which a host may read and does
//! not follow. A door phone opens those boards the day before, and lets go of them, to the last byte, when the activity
//! is closed. A phone that reads the organisation's whole desk keeps whose members the people are, and no names: it still
//! shows the numbers by organisation.

use rusqlite::Connection;

use super::Presence;
use crate::activity::org_of;
use crate::directory::{purge, require_role};
use crate::document::RECEIVE;
use crate::error::{Error, Result};
use crate::ids::{DocId, OrgId, SpaceId};
use crate::live::Topic;
use crate::store::{Store, Write};

impl Presence<'_> {
    /// Opens the boards of the organisations that the activity's list names, and of those of all expected members whose
    /// home is known here: their names arrive with the next exchange, and are there without a network after that. Again
    /// opens what the list names since. Until the activity is closed, or [`Presence::leave_door`].
    ///
    /// # Errors
    /// [`crate::Error::NotAllowed`] without a host's role; [`crate::Error::NotFound`].
    pub fn prepare_door(&self, activity: DocId) -> Result<()> {
        self.store.write(|write| {
            let org = org_of(write.tx, activity)?;
            require_role(write, org, RECEIVE)?;
            let mut orgs = write.tx.prepare_cached(
                "SELECT m.home FROM roster r JOIN member m ON m.id = r.member WHERE r.activity = ?1
                 UNION SELECT org FROM roster_org WHERE activity = ?1",
            )?;
            let wanted = orgs.query_map([activity], |row| row.get(0))?;
            let wanted: Vec<OrgId> = wanted.collect::<rusqlite::Result<_>>()?;
            drop(orgs);
            open(write, activity, &wanted)
        })
    }

    /// Lets go of what [`Presence::prepare_door`] opened: the names are gone from the phone's files.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn leave_door(&self, activity: DocId) -> Result<()> {
        self.store.write(|write| leave(write, activity))
    }
}

fn open(write: &mut Write<'_>, activity: DocId, orgs: &[OrgId]) -> Result<()> {
    for space in orgs.iter().map(|org| SpaceId::board(*org)) {
        let opened = "INSERT OR IGNORE INTO space (id, follow) VALUES (?1, 2)";
        write.tx.prepare_cached(opened)?.execute([space])?;
        // What is always followed is not let go of either.
        let noted = "INSERT OR IGNORE INTO door_board (activity, space)
                     SELECT ?1, id FROM space WHERE id = ?2 AND follow = 2";
        write.tx.prepare_cached(noted)?.execute((activity, space))?;
    }
    write.wants_exchange();
    write.changed(Topic::Activity(activity));
    Ok(())
}

/// Somebody who reads the desk whole looks at the table, and whose members some people are is not known here, since this
/// is a new phone, say: opens the boards that the list names and that are not open, as a door phone does. Each once, since
/// a server that denies one would be asked again with every look; and none after the closing, when names are let go of.
pub(crate) fn open_unknown(store: &Store, activity: DocId) -> Result<()> {
    let unknown = |connection: &Connection| -> Result<Vec<OrgId>> {
        let mut statement = connection.prepare_cached(
            "SELECT DISTINCT r.org FROM roster_org r JOIN activity a ON a.doc = r.activity
             WHERE r.activity = ?1 AND a.closed IS NULL AND NOT a.cancelled
               AND r.org NOT IN (SELECT substr(id, 2) FROM space WHERE substr(id, 1, 1) = x'01')
               AND r.org NOT IN (SELECT substr(space, 2) FROM door_board WHERE activity = ?1)",
        )?;
        Ok(statement.query_map([activity], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    };
    let orgs = store.read(unknown)?;
    if orgs.is_empty() { Ok(()) } else { store.write(|write| open(write, activity, &orgs)) }
}

/// See [`Presence::leave_door`]. A board that another activity's door needs stays.
pub(super) fn leave(write: &mut Write<'_>, activity: DocId) -> Result<()> {
    let mut statement = write.tx.prepare_cached("DELETE FROM door_board WHERE activity = ?1 RETURNING space")?;
    let spaces: Vec<SpaceId> = statement.query_map([activity], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    if !spaces.is_empty() {
        keep_homes(write, activity)?;
    }
    for space in spaces {
        let goes = "SELECT 1 FROM space WHERE id = ?1 AND follow = 2 AND id NOT IN (SELECT space FROM door_board)";
        if write.tx.prepare_cached(goes)?.exists([space])? {
            purge(write, space)?;
        }
    }
    Ok(())
}

fn keep_homes(write: &Write<'_>, activity: DocId) -> Result<()> {
    let desk = match org_of(write.tx, activity) {
        Ok(org) => SpaceId::desk(org),
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    if !write.tx.prepare_cached("SELECT 1 FROM space WHERE id = ?1 AND whole")?.exists([desk])? {
        return Ok(());
    }
    let homes = "INSERT OR REPLACE INTO kept_home (activity, member, org)
                 SELECT ?1, id, home FROM member WHERE id IN
                     (SELECT member FROM roster WHERE activity = ?1 UNION SELECT member FROM evidence WHERE activity = ?1)";
    write.tx.prepare_cached(homes)?.execute([activity])?;
    let orgs = "INSERT OR REPLACE INTO kept_org (activity, org, number, name)
                SELECT ?1, id, number, name FROM org WHERE id IN (SELECT org FROM kept_home WHERE activity = ?1)";
    write.tx.prepare_cached(orgs)?.execute([activity])?;
    Ok(())
}

/// Forgets whose members the people of a desk's activities are: it is no longer read whole.
pub(crate) fn forget_homes(write: &Write<'_>, desk: SpaceId) -> Result<()> {
    for table in ["kept_home", "kept_org"] {
        let rows = format!("DELETE FROM {table} WHERE activity IN (SELECT doc FROM activity WHERE space = ?1)");
        write.tx.prepare_cached(&rows)?.execute([SpaceId::board(desk.org())])?;
    }
    Ok(())
}
