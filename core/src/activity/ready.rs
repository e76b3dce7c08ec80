//! Whether an activity can be held with no network: what must be on this phone before it leaves the last one behind.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::commands::Activities;
use crate::clock::Timestamp;
use crate::directory::holds_role;
use crate::document::RECEIVE;
use crate::error::{Error, Result};
use crate::ids::{DeviceId, DocId, SpaceId};
use crate::store::{Identity, meta};

/// The server's time was heard longer ago than this, in milliseconds (a week): a phone's clock may have gone off since by
/// more than a code lives.
const CLOCK_GOOD_MS: i64 = 7 * 86_400_000;

/// What an activity needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Who is expected.
    Roster,
    /// What they are called, to call the roll.
    Names,
    /// The right to stand at its door.
    Role,
    /// The device's key, which signs what is written and what a door shows.
    Key,
    /// A door that shows codes.
    Door,
    /// The distance of this clock to the server's.
    Clock,
    /// That nothing of it was refused; what is not sent yet is on this phone and will do.
    Delivery,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Nobody is expected.
    NobodyExpected,
    /// So many on the list have left since, are no longer of an organisation that it names, or no longer have the vote that
    /// it gives them.
    Outdated(u32),
    /// So many have no name on this phone.
    NamesUnknown(u32),
    /// No role from host on.
    NoRole,
    /// The key is not that of this device, or does not answer.
    NoKey,
    /// No door can be opened, since a role or the key is missing or the activity was cancelled or closed.
    NoDoor,
    /// The server's time was never heard.
    ClockUnknown,
    /// It was heard last at this moment, more than a week ago.
    ClockStale(Timestamp),
    /// So many parts of it were refused.
    Refused(u32),
}

/// One thing that an activity needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub need: Need,
    /// What of it is missing; none if it is good.
    pub lacks: Option<Lack>,
}

impl Activities<'_> {
    /// What an activity needs with no network, in the order in which one would put it right.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotEnrolled`]; storage errors.
    pub fn ready(&self, activity: DocId) -> Result<Vec<Check>> {
        // Outside the transaction: a key in hardware may take its time.
        let key = DeviceId::of_key(&self.1.public_key());
        self.0.read(|connection| {
            let now = self.0.wall(connection)?;
            let plan = connection
                .prepare_cached("SELECT space, cancelled OR closed IS NOT NULL FROM activity WHERE doc = ?1")?
                .query_row([activity], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let (space, over): (SpaceId, bool) = plan.ok_or(Error::NotFound)?;
            let may = holds_role(connection, space.org(), RECEIVE, now)?;
            let has_key = Identity::read(connection)?.device == key;
            let check = |need, lacks| Check { need, lacks };
            let (roster, names) = people(connection, activity)?;
            Ok(vec![
                check(Need::Roster, roster),
                check(Need::Names, names),
                check(Need::Role, (!may).then_some(Lack::NoRole)),
                check(Need::Key, (!has_key).then_some(Lack::NoKey)),
                check(Need::Door, (!may || !has_key || over).then_some(Lack::NoDoor)),
                check(Need::Clock, clock(connection, now)?),
                check(Need::Delivery, delivery(connection, activity)?),
            ])
        })
    }
}

fn people(connection: &Connection, activity: DocId) -> Result<(Option<Lack>, Option<Lack>)> {
    let (expected, nameless, outdated): (u32, u32, u32) = connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE coalesce(m.name, '') = ''),
                 count(*) FILTER (WHERE m.left OR place = 2 AND m.standing NOT IN ('full', '')
                     OR m.home NOT IN (SELECT org FROM roster_org WHERE activity = ?1))
             FROM (SELECT member, max(place) AS place FROM roster WHERE activity = ?1 GROUP BY member) r
                 LEFT JOIN member m ON m.id = r.member",
        )?
        .query_row([activity], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let roster = match (expected, outdated) {
        (0, _) => Some(Lack::NobodyExpected),
        (_, 0) => None,
        (_, outdated) => Some(Lack::Outdated(outdated)),
    };
    Ok((roster, (nameless > 0).then_some(Lack::NamesUnknown(nameless))))
}

fn clock(connection: &Connection, now: Timestamp) -> Result<Option<Lack>> {
    Ok(match meta::<Timestamp>(connection, "clock_heard")? {
        None => Some(Lack::ClockUnknown),
        // A phone whose clock was set back since shows less than it heard.
        Some(heard) if now.0.saturating_sub(heard.0).abs() > CLOCK_GOOD_MS => Some(Lack::ClockStale(heard)),
        Some(_) => None,
    })
}

fn delivery(connection: &Connection, activity: DocId) -> Result<Option<Lack>> {
    let refused: u32 = connection
        .prepare_cached(
            "SELECT count(DISTINCT doc) FROM outbox WHERE refused IS NOT NULL AND doc IN
                 (SELECT ?1 UNION SELECT doc FROM roster WHERE activity = ?1
                  UNION SELECT doc FROM resolution WHERE activity = ?1)",
        )?
        .query_row([activity], |row| row.get(0))?;
    Ok((refused > 0).then_some(Lack::Refused(refused)))
}
