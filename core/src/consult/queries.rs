//! What a consultation shows, to whom it may be shown, and whom to leave out.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::commands::{Category, Consult};
use super::state::{Entry, State, Step, state};
use crate::clock::Timestamp;
use crate::directory::{OfficerView, officers_in, path_in};
use crate::error::Result;
use crate::ids::{DocId, MemberId, OrgId, SpaceId, ids_in};
use crate::outbox::{Delivery, delivery_sql, refused_sql};
use crate::role::Role;
use crate::store::Identity;

/// A consultation that this member reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseView {
    /// Its discussion.
    pub space: SpaceId,
    /// Who asks.
    pub asker: MemberId,
    /// The name of who asks; empty until it is known here.
    pub asker_name: String,
    /// Whose desk is asked.
    pub desk: OrgId,
    /// That organisation's name; empty if its card is not here.
    pub desk_name: String,
    /// What it is about, in one line.
    pub subject: String,
    /// What sort of question it is.
    pub category: Category,
    /// Who of the desk is left out.
    pub left_out: Vec<MemberId>,
    /// How far it is.
    pub state: State,
    /// When it was begun.
    pub at: Timestamp,
    /// Where the beginning has got to (of interest to the asker).
    pub delivery: Delivery,
}

/// An office that opens a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Office {
    /// Of which organisation.
    pub org: OrgId,
    /// Which role.
    pub role: Role,
}

/// Somebody who can read a consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reader {
    /// Who.
    pub member: MemberId,
    /// The name; empty if unknown here.
    pub name: String,
    /// The office that opens it; `None` for the asker.
    pub office: Option<Office>,
}

/// Why the core proposes to leave somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// Leads the asker's own branch.
    OwnSecretary,
    /// Holds an office elsewhere that may set it against the asker.
    Conflict,
}

/// Somebody whom the core proposes to leave out: the app asks, and yes is the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeaveOut {
    /// Who.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// Why.
    pub why: Leave,
}

const CASE: &str = concat!(
    "SELECT c.space, c.asker, coalesce(m.name, ''), c.desk, coalesce(org.name, ''), c.subject, c.category, c.avoid, c.at, ",
    delivery_sql!("c.doc"),
    " FROM consultation c LEFT JOIN member m ON m.id = c.asker LEFT JOIN org ON org.id = c.desk "
);

/// As the index has them: a desk of ten thousand cases shows its first at once.
const IN_ORDER: &str = "ORDER BY c.closed, c.at DESC, c.space LIMIT ?1";
const MAX_LISTED: usize = 200;

fn case(connection: &Connection, row: &Row<'_>) -> Result<CaseView> {
    let (space, asker) = (row.get(0)?, row.get(1)?);
    let left_out: Vec<MemberId> = ids_in(row.get_ref(7)?.as_blob().unwrap_or_default()).collect();
    let mut state = state(asker, entries(connection, space)?);
    // Who was left out since has it in hand no longer: somebody who reads it must take it.
    state.handler = state.handler.filter(|handler| !left_out.contains(handler));
    Ok(CaseView {
        space,
        asker,
        asker_name: row.get(2)?,
        desk: row.get(3)?,
        desk_name: row.get(4)?,
        subject: row.get(5)?,
        category: Category::from_name(row.get_ref(6)?.as_str().unwrap_or_default()),
        left_out,
        state,
        at: row.get(8)?,
        delivery: Delivery::from_column(row, 9)?,
    })
}

/// The steps of a case; what the server refused is none.
pub(super) fn entries(connection: &Connection, space: SpaceId) -> Result<Vec<Entry>> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT s.doc, s.by, s.step, s.receiver, s.order_at, s.written_at FROM consultation_step s
         WHERE s.space = ?1 AND NOT ",
        refused_sql!("s.doc")
    ))?;
    let mut rows = statement.query([space])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let step = Step::from_name(row.get_ref(2)?.as_str().unwrap_or_default(), row.get(3)?);
        let Some(step) = step else { continue };
        let doc: DocId = row.get(0)?;
        out.push(Entry { said: (row.get(4)?, row.get(5)?), doc, by: row.get(1)?, step });
    }
    Ok(out)
}

pub(super) fn case_in(connection: &Connection, space: SpaceId) -> Result<Option<CaseView>> {
    let mut statement = connection.prepare_cached(&format!("{CASE} WHERE c.space = ?1"))?;
    let mut rows = statement.query([space])?;
    rows.next()?.map(|row| case(connection, row)).transpose()
}

/// Who can read a case, as far as this phone knows the offices: the asker, then the desk's officers and those above it
/// from [`Role::DESK`] on, but those left out.
pub(super) fn readers(connection: &Connection, case: &CaseView, now: Timestamp) -> Result<Vec<Reader>> {
    let asker = Reader { member: case.asker, name: case.asker_name.clone(), office: None };
    readers_for(connection, asker, case.desk, &case.left_out, now)
}

fn readers_for(
    connection: &Connection,
    asker: Reader,
    desk: OrgId,
    left_out: &[MemberId],
    now: Timestamp,
) -> Result<Vec<Reader>> {
    let mut out = vec![asker];
    for (org, officer) in self::desk(connection, desk, now)? {
        let known = out.iter().any(|reader| reader.member == officer.member);
        if !known && !left_out.contains(&officer.member) {
            out.push(Reader {
                member: officer.member,
                name: officer.name,
                office: Some(Office { org, role: officer.role }),
            });
        }
    }
    Ok(out)
}

/// Who reads the desk of `org`, the nearest office first.
fn desk(connection: &Connection, org: OrgId, now: Timestamp) -> Result<Vec<(OrgId, OfficerView)>> {
    let mut out = Vec::new();
    for org in path_in(connection, org)? {
        let officers = officers_in(connection, org, now)?;
        out.extend(officers.into_iter().filter(|officer| officer.role >= Role::DESK).map(|officer| (org, officer)));
    }
    Ok(out)
}

/// Whether everybody who is known here to read the desk is left out. Where nobody is known, somebody may be at the server.
pub(super) fn reads_none(connection: &Connection, org: OrgId, left_out: &[MemberId], now: Timestamp) -> Result<bool> {
    let officers = desk(connection, org, now)?;
    Ok(!officers.is_empty() && officers.iter().all(|(_, officer)| left_out.contains(&officer.member)))
}

impl Consult<'_> {
    /// The consultations that this member reads: those that are not closed first, then the newest first; at most `limit`
    /// (200 at the most).
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn list(&self, limit: usize) -> Result<Vec<CaseView>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{CASE} {IN_ORDER}"))?;
            let mut rows = statement.query([limit.min(MAX_LISTED) as i64])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                out.push(case(connection, row)?);
            }
            Ok(out)
        })
    }

    /// One consultation; `None` if it is not on this phone.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn case(&self, space: SpaceId) -> Result<Option<CaseView>> {
        self.0.read(|connection| case_in(connection, space))
    }

    /// Who can read a consultation, the asker first; as far as the boards of the desk's organisation and of those above
    /// it are on this phone, which for who asks a superior organisation they always are. Empty if it is not here.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn readers(&self, space: SpaceId) -> Result<Vec<Reader>> {
        self.0.read(|connection| match case_in(connection, space)? {
            Some(case) => readers(connection, &case, self.0.wall(connection)?),
            None => Ok(Vec::new()),
        })
    }

    /// Who would read a consultation that this member has not begun yet, with `left_out` left out; otherwise as
    /// [`Self::readers`].
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn would_read(&self, desk: OrgId, left_out: &[MemberId]) -> Result<Vec<Reader>> {
        self.0.read(|connection| {
            let member = Identity::read(connection)?.member;
            let name = connection
                .prepare_cached("SELECT name FROM member WHERE id = ?1")?
                .query_row([member], |row| row.get(0))
                .optional()?
                .unwrap_or_default();
            readers_for(connection, Reader { member, name, office: None }, desk, left_out, self.0.wall(connection)?)
        })
    }

    /// Whom to leave out of a consultation with the desk of `desk`: those of its readers who lead the asker's own branch,
    /// and those with a conflict of interest. The own branch's leaders are named even if they do not read that desk now:
    /// an office that they are given later must not open it to them.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn proposal(&self, desk: OrgId) -> Result<Vec<LeaveOut>> {
        self.0.read(|connection| proposal_in(connection, desk, self.0.wall(connection)?))
    }

    /// Whom of those who read a consultation now its asker would be proposed to leave out if it were asked now: a conflict
    /// may have become known since, or the desk have been given to who leads the asker's own branch. See
    /// [`Consult::leave_out`]. Nobody for others than the asker, and if it is not here.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn proposal_for(&self, space: SpaceId) -> Result<Vec<LeaveOut>> {
        self.0.read(|connection| {
            let (me, now) = (Identity::read(connection)?.member, self.0.wall(connection)?);
            let Some(case) = case_in(connection, space)?.filter(|case| case.asker == me) else { return Ok(Vec::new()) };
            let readers = readers(connection, &case, now)?;
            let mut proposed = proposal_in(connection, case.desk, now)?;
            proposed.retain(|one| readers.iter().any(|reader| reader.member == one.member));
            Ok(proposed)
        })
    }
}

fn proposal_in(connection: &Connection, desk: OrgId, now: Timestamp) -> Result<Vec<LeaveOut>> {
    let me = Identity::read(connection)?;
    let own = officers_in(connection, me.home, now)?;
    let leads = own.into_iter().filter(|officer| officer.role >= Role::DeputySecretary);
    let own = leads.map(|officer| (officer, Leave::OwnSecretary));
    let conflicted = self::desk(connection, desk, now)?.into_iter().map(|(_, officer)| officer);
    let conflicted = conflicted.filter(|officer| officer.conflict).map(|officer| (officer, Leave::Conflict));
    let mut out: Vec<LeaveOut> = Vec::new();
    for (officer, why) in own.chain(conflicted) {
        if officer.member != me.member && out.iter().all(|one| one.member != officer.member) {
            out.push(LeaveOut { member: officer.member, name: officer.name, why });
        }
    }
    Ok(out)
}

#[cfg(test)]
#[path = "queries_tests.rs"]
mod tests;
