//! What is planned, and who attended.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::commands::Activities;
use super::status::{Evidence, Mark, Status, status};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::{Delivery, delivery_sql};

/// An activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActivityView {
    /// The activity.
    pub id: DocId,
    /// Whose it is.
    pub org: OrgId,
    /// Title.
    pub title: String,
    /// Where.
    pub place: String,
    /// Anything else.
    pub note: String,
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it was changed after others may have seen it.
    pub edited: bool,
    /// Whether this member has checked in, on any device, and where that has got to.
    pub checked_in: Option<Delivery>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// One person's attendance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttendanceRow {
    /// The person.
    pub member: MemberId,
    /// The person's name; empty if unknown here.
    pub name: String,
    /// What all evidence comes to.
    pub status: Status,
    /// When the first of it happened.
    pub happened_at: Timestamp,
    /// When the first of it reached the server.
    pub received_at: Option<Timestamp>,
}

const ACTIVITY: &str = concat!(
    "SELECT a.doc, a.space, a.title, a.place, a.note, a.starts, a.ends, a.cancelled, a.edited, ",
    delivery_sql!("a.doc"),
    ", a.own IS NOT NULL, ",
    delivery_sql!("a.own"),
    " FROM (SELECT *, (SELECT e.doc FROM evidence e JOIN document d ON d.id = e.doc AND d.kind = 7
                       WHERE e.activity = activity.doc AND e.by = (SELECT value FROM meta WHERE key = 'member')
                       ORDER BY e.received_at IS NULL, e.doc LIMIT 1) AS own FROM activity) a "
);

fn activity(row: &Row<'_>) -> rusqlite::Result<ActivityView> {
    Ok(ActivityView {
        id: row.get(0)?,
        org: row.get::<_, SpaceId>(1)?.org(),
        title: row.get(2)?,
        place: row.get(3)?,
        note: row.get(4)?,
        starts: row.get(5)?,
        ends: row.get(6)?,
        cancelled: row.get(7)?,
        edited: row.get(8)?,
        delivery: Delivery::from_column(row, 9)?,
        checked_in: if row.get(10)? { Some(Delivery::from_column(row, 11)?) } else { None },
    })
}

#[derive(Default)]
struct Person {
    evidence: Vec<Evidence>,
    happened: Vec<Timestamp>,
    received: Vec<Timestamp>,
}

impl Activities<'_> {
    /// Activities that end at or after `from`, the soonest first; at most `limit` (200 at the most).
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn list(&self, from: Timestamp, limit: usize) -> Result<Vec<ActivityView>> {
        self.0.read(|connection| {
            let mut statement = connection
                .prepare_cached(&format!("{ACTIVITY} WHERE a.ends >= ?1 ORDER BY a.starts, a.doc LIMIT ?2"))?;
            let rows = statement.query_map((from, limit.min(200) as i64), activity)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// One activity; `None` if it is not on this phone.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn activity(&self, id: DocId) -> Result<Option<ActivityView>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{ACTIVITY} WHERE a.doc = ?1"))?;
            Ok(statement.query_row([id], activity).optional()?)
        })
    }

    /// The attendance of an activity as far as this phone may know it: everybody about whom there is evidence, in the
    /// order of names. What the server refused is no evidence.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn attendance(&self, activity: DocId) -> Result<Vec<AttendanceRow>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT e.member, coalesce(m.name, ''), e.at, e.doc, e.by, e.mark, e.received_at, e.order_at, e.written_at
                 FROM evidence e LEFT JOIN member m ON m.id = e.member
                 WHERE e.activity = ?1 AND NOT EXISTS
                     (SELECT 1 FROM outbox o WHERE o.doc = e.doc AND o.refused IS NOT NULL)",
            )?;
            let mut rows = statement.query([activity])?;
            let mut people: BTreeMap<(String, MemberId), Person> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let Some(mark) = Mark::from_name(row.get_ref(5)?.as_str().unwrap_or_default()) else { continue };
                let said = (row.get(7)?, row.get(8)?);
                let evidence = Evidence { said, doc: row.get(3)?, by: row.get(4)?, mark };
                let person = people.entry((row.get(1)?, row.get(0)?)).or_default();
                person.evidence.push(evidence);
                person.happened.push(row.get(2)?);
                person.received.extend(row.get::<_, Option<Timestamp>>(6)?);
            }
            let rows = people.into_iter().map(|((name, member), Person { evidence, happened, received })| AttendanceRow {
                member,
                name,
                happened_at: happened.into_iter().min().unwrap_or_default(),
                received_at: received.into_iter().min(),
                status: status(member, evidence),
            });
            Ok(rows.collect())
        })
    }
}
