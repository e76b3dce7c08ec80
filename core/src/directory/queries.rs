//! Questions to the directory.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{MemberId, OrgId};
use crate::role::Role;
use crate::store::{Identity, Store};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrgView {
    /// Its id.
    pub id: OrgId,
    /// Its number in the organisation's books.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What sort of organisation it is, in the words of the books.
    pub kind: String,
    /// The organisation above.
    pub parent: Option<OrgId>,
    /// Whether it no longer exists.
    pub closed: bool,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// The member's id.
    pub id: MemberId,
    /// Number in the books; empty if only the name is known here.
    pub number: String,
    /// Name.
    pub name: String,
    /// Full, probationary, applicant; empty if only the name is known here.
    pub standing: String,
    /// The home organisation.
    pub home: OrgId,
}

/// A role that the member of this phone holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// Where.
    pub org: OrgId,
    /// Which.
    pub role: Role,
    /// Until when; `None` without an end.
    pub until: Option<Timestamp>,
}

/// Who holds an office of an organisation: the highest role from organiser on that is held at that very organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficerView {
    /// Who.
    pub member: MemberId,
    /// Name.
    pub name: String,
    /// Which role.
    pub role: Role,
    /// Until when; `None` without an end.
    pub until: Option<Timestamp>,
    /// Whether another office of theirs may set them against who asks this organisation for counsel.
    pub conflict: bool,
}

/// The directory; see [`crate::Core::directory`].
pub struct Directory<'a>(pub(crate) &'a Store);

fn org(row: &Row<'_>) -> rusqlite::Result<OrgView> {
    Ok(OrgView {
        id: row.get(0)?,
        number: row.get(1)?,
        name: row.get(2)?,
        kind: row.get(3)?,
        parent: row.get(4)?,
        closed: row.get(5)?,
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<MemberView> {
    Ok(MemberView { id: row.get(0)?, number: row.get(1)?, name: row.get(2)?, standing: row.get(3)?, home: row.get(4)? })
}

pub(crate) fn org_in(connection: &Connection, id: OrgId) -> Result<Option<OrgView>> {
    let mut statement =
        connection.prepare_cached("SELECT id, number, name, type, parent, closed FROM org WHERE id = ?1")?;
    Ok(statement.query_row([id], org).optional()?)
}

pub(crate) fn officers_in(connection: &Connection, org: OrgId, now: Timestamp) -> Result<Vec<OfficerView>> {
    let mut statement = connection.prepare_cached(
        "SELECT member, name, role, until, conflict FROM officer
         WHERE org = ?1 AND (until IS NULL OR until > ?2) ORDER BY role DESC, name, member",
    )?;
    let mut rows = statement.query((org, now))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(role) = Role::try_from(row.get::<_, i64>(2)?) {
            let (until, conflict) = (row.get(3)?, row.get(4)?);
            out.push(OfficerView { member: row.get(0)?, name: row.get(1)?, role, until, conflict });
        }
    }
    Ok(out)
}

/// An organisation and those above it, itself first.
pub(crate) fn path_in(connection: &Connection, org: OrgId) -> Result<Vec<OrgId>> {
    let mut statement = connection.prepare_cached(concat!(above_sql!(), "SELECT id FROM above ORDER BY depth"))?;
    Ok(statement.query_map([org], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The organisations whose secretary the member is: there, not above.
pub(crate) fn led_in(connection: &Connection, now: Timestamp) -> Result<BTreeSet<OrgId>> {
    let mut statement =
        connection.prepare_cached("SELECT org FROM role WHERE role >= ?1 AND (until IS NULL OR until > ?2)")?;
    let rows = statement.query_map((Role::Secretary as i64, now), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn members_in(connection: &Connection, home: OrgId) -> Result<Vec<MemberView>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, number, name, standing, home FROM member WHERE home = ?1 AND NOT left AND number <> '' ORDER BY number",
    )?;
    Ok(statement.query_map([home], member)?.collect::<rusqlite::Result<_>>()?)
}

impl Directory<'_> {
    /// The member of this phone and the home organisation's id.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn me(&self) -> Result<(MemberId, OrgId)> {
        self.0.read(|connection| Identity::read(connection).map(|me| (me.member, me.home)))
    }

    /// The roles that the member holds and whose time is not over, in the order of organisation and role.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn roles(&self) -> Result<Vec<RoleView>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT org, role, until FROM role WHERE until IS NULL OR until > ?1 ORDER BY org, role",
            )?;
            let mut rows = statement.query([self.0.wall(connection)?])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                if let Ok(role) = Role::try_from(row.get::<_, i64>(1)?) {
                    out.push(RoleView { org: row.get(0)?, role, until: row.get(2)? });
                }
            }
            Ok(out)
        })
    }

    /// The officers of an organisation whose board is on this phone, the highest role first.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn officers(&self, org: OrgId) -> Result<Vec<OfficerView>> {
        self.0.read(|connection| officers_in(connection, org, self.0.wall(connection)?))
    }

    /// One organisation, if its card is on this phone.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn org(&self, id: OrgId) -> Result<Option<OrgView>> {
        self.0.read(|connection| org_in(connection, id))
    }

    /// The organisations whose cards are on this phone, by number.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn orgs(&self) -> Result<Vec<OrgView>> {
        self.0.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, number, name, type, parent, closed FROM org ORDER BY number")?;
            Ok(statement.query_map([], org)?.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// One member, if the card or at least the name is on this phone.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn member(&self, id: MemberId) -> Result<Option<MemberView>> {
        self.0.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, number, name, standing, home FROM member WHERE id = ?1")?;
            Ok(statement.query_row([id], member).optional()?)
        })
    }

    /// The members whose home is `home`, by number.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn members(&self, home: OrgId) -> Result<Vec<MemberView>> {
        self.0.read(|connection| members_in(connection, home))
    }
}
