//! Who holds an office of an organisation, as its board says.

use rusqlite::Connection;
use serde::Serialize;

use super::Directory;
use crate::clock::Timestamp;
use crate::document::About;
use crate::error::Result;
use crate::ids::{MemberId, OrgId, SpaceId};
use crate::live::Topic;
use crate::role::Role;
use crate::store::{Seen, Write};

/// Somebody who holds an office of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficerView {
    /// Who.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The highest office.
    pub role: Role,
    /// Until when, if it ends.
    pub until: Option<Timestamp>,
    /// Whether the member holds an office elsewhere that may set it against who asks for counsel.
    pub conflict: bool,
}

pub(crate) fn show_officer(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Member(member)) = seen.header.about else { return Ok(()) };
    let fields = &seen.fields;
    let org = seen.header.space.org();
    if fields.flag("ended") {
        write.tx.prepare_cached("DELETE FROM officer WHERE org = ?1 AND member = ?2")?.execute((org, member))?;
    } else {
        write
            .tx
            .prepare_cached(
                "INSERT OR REPLACE INTO officer (org, member, name, role, until, conflict)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                org,
                member,
                fields.text("name"),
                fields.int("role").unwrap_or(0),
                fields.time("until"),
                fields.flag("conflict"),
            ))?;
    }
    write.changed(Topic::Directory);
    Ok(())
}

/// The officers of the board are forgotten with it.
pub(super) fn forget(write: &Write<'_>, board: SpaceId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM officer WHERE org = ?1")?.execute([board.org()])?;
    Ok(())
}

/// Who holds an office of `org` at `now`, the highest first, then by name.
pub(crate) fn officers_in(connection: &Connection, org: OrgId, now: Timestamp) -> Result<Vec<OfficerView>> {
    let mut statement = connection.prepare_cached(
        "SELECT member, name, role, until, conflict FROM officer
         WHERE org = ?1 AND (until IS NULL OR until > ?2) ORDER BY role DESC, name, member",
    )?;
    let mut rows = statement.query((org, now))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        // An office of a later version is not shown, rather than shown as another.
        let Ok(role) = Role::try_from(row.get::<_, i64>(2)?) else { continue };
        out.push(OfficerView {
            member: row.get(0)?,
            name: row.get(1)?,
            role,
            until: row.get(3)?,
            conflict: row.get(4)?,
        });
    }
    Ok(out)
}

impl Directory<'_> {
    /// Who holds an office of `org` (from organiser on), the highest first, as far as its board is on this phone.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn officers(&self, org: OrgId) -> Result<Vec<OfficerView>> {
        self.0.read(|connection| officers_in(connection, org, self.0.wall(connection)?))
    }
}
