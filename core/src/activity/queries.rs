//! What is planned.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::commands::Activities;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{DocId, OrgId, SpaceId};
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
    /// What is to be dealt with.
    pub agenda: String,
    /// What was said and decided.
    pub minutes: String,
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// When its attendance was closed, if it was.
    pub closed: Option<Timestamp>,
    /// Whether it was changed after others may have seen it.
    pub edited: bool,
    /// Whether this member has checked in, on any device, and where that has got to.
    pub checked_in: Option<Delivery>,
    /// Where it has got to.
    pub delivery: Delivery,
}

const ACTIVITY: &str = concat!(
    "SELECT a.doc, a.space, a.title, a.place, a.note, a.starts, a.ends, a.cancelled, a.edited, a.agenda, a.minutes, a.closed, ",
    delivery_sql!("a.doc"),
    ", a.own IS NOT NULL, ",
    delivery_sql!("a.own"),
    " FROM (SELECT *, (SELECT e.doc FROM evidence e
                       WHERE e.activity = activity.doc AND e.member = (SELECT value FROM meta WHERE key = 'member')
                           AND e.kind = 7 AND NOT e.undone
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
        agenda: row.get(9)?,
        minutes: row.get(10)?,
        closed: row.get(11)?,
        delivery: Delivery::from_column(row, 12)?,
        checked_in: if row.get(13)? { Some(Delivery::from_column(row, 14)?) } else { None },
    })
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
}
