//! What a member has still to acknowledge, and when to say so: computed on the phone, with no network.

use serde::Serialize;

use super::Feed;
use super::queries::{FeedItem, ITEM, item};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::store::Identity;

const HOUR_MS: i64 = 3_600_000;
/// How long before an article is due its reader is reminded, and once more when it is.
const BEFORE_MS: [i64; 3] = [24 * HOUR_MS, 2 * HOUR_MS, 0];
/// More are not on a phone's screen or in its notifications; the next are there once some are acknowledged.
const MOST: i64 = 200;

/// A must-read article that this member has not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// The article.
    pub item: FeedItem,
    /// Whether its time is over.
    pub overdue: bool,
    /// When to remind of it, the soonest first: a day before it is due, two hours before, and when it is; moments that
    /// are over are left out, and all of an article without a date.
    ///
    /// By the phone's own wall clock, as an alarm wants them: the phone's distance to the server's time is taken out.
    pub remind_at: Vec<Timestamp>,
}

impl Feed<'_> {
    /// What this member has still to acknowledge: overdue first, then the soonest due, then without a date, the newest
    /// first. An acknowledgement that only waits to be sent is one. At most 200.
    ///
    /// An app sets its alarms anew from this whenever [`crate::live::Topic::Feed`] changes.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn reminders(&self) -> Result<Vec<Reminder>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let now = self.0.wall(connection)?;
            let ahead = now.0 - self.0.clock.now().0;
            let mut statement = connection.prepare_cached(&format!(
                "{ITEM} WHERE NOT a.withdrawn AND a.must_read AND k.doc IS NULL AND a.author <> ?1
                 ORDER BY a.due IS NULL, a.due, a.order_at DESC, a.doc DESC LIMIT ?2"
            ))?;
            let items = statement.query_map((me, MOST), item)?;
            items
                .map(|item| {
                    let item = item?;
                    let overdue = item.due.is_some_and(|due| due <= now);
                    let moments = item.due.into_iter().flat_map(|due| BEFORE_MS.map(|before| due.plus_ms(-before)));
                    let remind_at = moments.filter(|at| *at > now).map(|at| at.plus_ms(-ahead)).collect();
                    Ok(Reminder { item, overdue, remind_at })
                })
                .collect()
        })
    }
}
