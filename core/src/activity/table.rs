//! Who attended: by activity, by organisation, and one person over time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter::Peekable;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::commands::Activities;
use super::commands::org_of;
use super::evidence::{Doubt, Evidence, Grade, Mark, Word};
use super::numbers::Numbers;
use super::roster::Place;
use super::status::{Attendance, Leave, Pending, Status, attendance};
use crate::clock::Timestamp;
use crate::directory::{holds_role, led_in};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::{Delivery, delivery_sql};
use crate::presence::{guests_in, open_unknown};
use crate::role::Role;
use crate::store::{Identity, Store};

/// One person's attendance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttendanceRow {
    /// The person.
    pub member: MemberId,
    /// The person's name; empty if unknown here.
    pub name: String,
    /// The person's home organisation, if known here.
    pub home: Option<OrgId>,
    /// What is expected of the person.
    pub place: Place,
    /// What all evidence comes to.
    pub status: Status,
    /// Leave, if it was asked for or given.
    pub leave: Option<Leave>,
    /// What is wrong with some of the evidence, each once.
    pub doubts: Vec<Doubt>,
    /// What waits for a second signature.
    pub pending: Vec<Pending>,
    /// When the person was first seen there, or claims so if nobody saw it; of who is not present none.
    pub came: Option<Timestamp>,
    /// When the person was last seen to go, or claims so if nobody saw it; if later than that and not back since.
    pub went: Option<Timestamp>,
    /// For how long the person was there, in milliseconds, without the time between going and coming back; if it is known
    /// when the person came and went.
    pub stayed_ms: Option<i64>,
    /// When the first of the evidence happened.
    pub happened_at: Option<Timestamp>,
    /// When the first of it reached the server.
    pub received_at: Option<Timestamp>,
}

/// One organisation's members at an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrgAttendance {
    /// The organisation; none of those whose home is not known here, or not yet.
    pub org: Option<OrgId>,
    /// Its name; empty if unknown here.
    pub name: String,
    /// How many.
    pub numbers: Numbers,
    /// Who, for the member's home and where the member is secretary; otherwise nobody.
    pub people: Vec<AttendanceRow>,
}

/// One activity in a person's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastAttendance {
    /// The activity.
    pub activity: DocId,
    /// Whose it is.
    pub org: OrgId,
    /// Its title.
    pub title: String,
    /// When it began.
    pub starts: Timestamp,
    /// When it ended.
    pub ends: Timestamp,
    /// What was expected of the person.
    pub place: Place,
    /// What all evidence comes to.
    pub attendance: Attendance,
}

/// One entry about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// The entry.
    pub id: DocId,
    /// Who says so: the person, a host or an organiser.
    pub by: MemberId,
    /// What that person is called; empty if unknown here.
    pub by_name: String,
    /// What is said.
    pub word: Word,
    /// Why; empty where no reason was asked for.
    pub reason: String,
    /// When it happened, as the clock showed it.
    pub happened_at: Timestamp,
    /// When it reached the server.
    pub received_at: Option<Timestamp>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// One person at one activity.
pub(super) struct Person {
    pub(super) member: MemberId,
    pub(super) place: Place,
    pub(super) attendance: Attendance,
    happened_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
}

/// One row of evidence: whose, and what it says.
struct Entry<K> {
    key: K,
    evidence: Evidence,
    received_at: Option<Timestamp>,
}

macro_rules! evidence {
    ($key:literal) => {
        concat!(
            "SELECT ",
            $key,
            ", e.order_at, e.written_at, e.doc, e.by, e.at, e.received_at, e.kind, e.grade, e.doubt, e.undone, e.mark, \
             e.request, e.resolves, e.seconds FROM evidence e "
        )
    };
}

fn word(row: &Row<'_>) -> rusqlite::Result<Option<Word>> {
    let undone = row.get(10)?;
    Ok(match row.get::<_, i64>(7)? {
        8 => Mark::from_name(row.get_ref(11)?.as_str()?)
            .map(|mark| {
                let (request, resolves, seconds) = (row.get(12)?, row.get(13)?, row.get(14)?);
                Ok::<_, rusqlite::Error>(Word::Marked { mark, request, resolves, seconds })
            })
            .transpose()?,
        27 => Some(Word::Asked { withdrawn: undone }),
        _ => {
            let (grade, doubt) = (Grade::from_number(row.get(8)?), Doubt::from_name(row.get_ref(9)?.as_str()?));
            Some(Word::Seen { grade, doubt, out: undone })
        }
    })
}

fn entry<K: rusqlite::types::FromSql>(row: &Row<'_>) -> rusqlite::Result<Option<Entry<K>>> {
    let Some(word) = word(row)? else { return Ok(None) };
    let said = (row.get(1)?, row.get(2)?);
    let evidence = Evidence { said, doc: row.get(3)?, by: row.get(4)?, at: row.get(5)?, word };
    Ok(Some(Entry { key: row.get(0)?, evidence, received_at: row.get(6)? }))
}

/// The evidence that a query finds, without what the server refused.
fn entries<K: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
    of: impl rusqlite::Params,
) -> Result<Vec<Entry<K>>> {
    let mut refused = connection.prepare_cached("SELECT DISTINCT doc FROM outbox WHERE refused IS NOT NULL")?;
    let refused: BTreeSet<DocId> = refused.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(of)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.extend(entry(row)?.filter(|entry| refused.is_empty() || !refused.contains(&entry.evidence.doc)));
    }
    Ok(out)
}

/// The next entries of `key`, of entries in the order of their keys.
fn next_of<K: PartialEq>(entries: &mut Peekable<impl Iterator<Item = Entry<K>>>, key: &K) -> Vec<Entry<K>> {
    std::iter::from_fn(|| entries.next_if(|entry| entry.key == *key)).collect()
}

fn closed(connection: &Connection, activity: DocId) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached("SELECT closed FROM activity WHERE doc = ?1")?;
    Ok(statement.query_row([activity], |row| row.get(0)).optional()?.flatten())
}

/// Everybody who is expected, and everybody about whom there is evidence, in the order of ids: one scan of each table.
pub(super) fn people(connection: &Connection, activity: DocId) -> Result<Vec<Person>> {
    let closed = closed(connection, activity)?;
    let mut roster = connection
        .prepare_cached("SELECT member, max(place) FROM roster WHERE activity = ?1 GROUP BY member ORDER BY member")?;
    let roster = roster.query_map([activity], |row| Ok((row.get(0)?, Place::from_number(row.get(1)?))))?;
    let roster: Vec<(MemberId, Place)> = roster.collect::<rusqlite::Result<_>>()?;
    let scan = concat!(evidence!("e.member"), "WHERE activity = ?1 ORDER BY member, order_at, written_at, doc");
    let mut entries = entries::<MemberId>(connection, scan, [activity])?.into_iter().peekable();
    let mut roster = roster.into_iter().peekable();
    let mut out = Vec::new();
    loop {
        let expected = roster.peek().map(|(member, _)| *member);
        let seen = entries.peek().map(|entry| entry.key);
        let Some(member) = expected.into_iter().chain(seen).min() else { return Ok(out) };
        let place = roster.next_if(|(next, _)| *next == member).map_or(Place::None, |(_, place)| place);
        let of = next_of(&mut entries, &member);
        out.push(Person {
            member,
            place,
            happened_at: of.iter().map(|entry| entry.evidence.at).min(),
            received_at: of.iter().filter_map(|entry| entry.received_at).min(),
            attendance: attendance(member, closed, of.into_iter().map(|entry| entry.evidence)),
        });
    }
}

/// Whether the member reads the desk of the activity's organisation whole.
pub(super) fn sees_all(store: &Store, connection: &Connection, activity: DocId) -> Result<bool> {
    match org_of(connection, activity) {
        Ok(org) => holds_role(connection, org, Role::DESK, store.wall(connection)?),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Everybody at an activity with name and home, in the order of names.
pub(super) fn table(store: &Store, connection: &Connection, activity: DocId) -> Result<Vec<AttendanceRow>> {
    let mut names: HashMap<MemberId, (String, OrgId)> = HashMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT id, name, home FROM member WHERE id IN
             (SELECT member FROM evidence WHERE activity = ?1 UNION SELECT member FROM roster WHERE activity = ?1)
         UNION ALL SELECT member, '', org FROM kept_home WHERE activity = ?1 AND member NOT IN (SELECT id FROM member)",
    )?;
    let mut rows = statement.query([activity])?;
    while let Some(row) = rows.next()? {
        names.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
    }
    let mut out: Vec<_> = people(connection, activity)?
        .into_iter()
        .map(|person| {
            let (name, home) = match names.remove(&person.member) {
                Some((name, home)) => (name, Some(home)),
                None => (String::new(), None),
            };
            let Attendance { status, leave, doubts, pending, came, went, stayed_ms } = person.attendance;
            AttendanceRow {
                member: person.member,
                name,
                home,
                place: person.place,
                status,
                leave,
                doubts,
                pending,
                came,
                went,
                stayed_ms,
                happened_at: person.happened_at,
                received_at: person.received_at,
            }
        })
        .collect();
    if !sees_all(store, connection, activity)? {
        // Of others nothing comes here: that nothing is known of them says nothing.
        let (me, led) = (Identity::read(connection)?.member, led_in(connection, store.wall(connection)?)?);
        out.retain(|row| {
            row.happened_at.is_some() || row.member == me || row.home.is_some_and(|home| led.contains(&home))
        });
    }
    out.sort_by(|a, b| (&a.name, a.member).cmp(&(&b.name, b.member)));
    Ok(out)
}

/// Number and name of an organisation whose members are at an activity; empty if unknown here.
pub(super) fn called(connection: &Connection, activity: DocId, org: Option<OrgId>) -> Result<(String, String)> {
    let Some(org) = org else { return Ok(Default::default()) };
    let called = "SELECT number, name FROM org WHERE id = ?1
                  UNION ALL SELECT number, name FROM kept_org WHERE activity = ?2 AND org = ?1 LIMIT 1";
    let called = connection.prepare_cached(called)?.query_row((org, activity), |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(called.optional()?.unwrap_or_default())
}

impl Activities<'_> {
    /// The attendance of an activity as far as this phone may know it: everybody who is expected and everybody about whom
    /// there is evidence, in the order of names. What the server refused is no evidence.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn attendance(&self, activity: DocId) -> Result<Vec<AttendanceRow>> {
        self.0.read(|connection| table(self.0, connection, activity))
    }

    /// The attendance of an activity by home organisation, in the order of their numbers: for who reads the organisation's
    /// desk all of them, for a secretary the own branch. Names only in the member's home and where the member is secretary;
    /// otherwise numbers, of which none is of fewer than five people.
    ///
    /// Where it is not known here whose members some people are, who reads the desk hears of it by itself: the boards that
    /// the list names are opened as [`crate::presence::Presence::prepare_door`] does it, unless the activity is closed.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for who is neither; [`Error::NotFound`].
    pub fn attendance_by_org(&self, activity: DocId) -> Result<Vec<OrgAttendance>> {
        let orgs = self.by_org(activity)?;
        // Of who reads it through the filter only those are here whose home is known.
        if orgs.iter().any(|row| row.org.is_none())
            && let Err(error) = open_unknown(self.0, activity)
        {
            tracing::warn!(code = error.code(), "whose members people are is not asked for");
        }
        Ok(orgs)
    }

    fn by_org(&self, activity: DocId) -> Result<Vec<OrgAttendance>> {
        self.0.read(|connection| {
            let all = holds_role(connection, org_of(connection, activity)?, Role::DESK, self.0.wall(connection)?)?;
            let (home, led) = (Identity::read(connection)?.home, led_in(connection, self.0.wall(connection)?)?);
            if !all && led.is_empty() {
                return Err(Error::NotAllowed);
            }
            let mut orgs: BTreeMap<Option<OrgId>, Vec<AttendanceRow>> = BTreeMap::new();
            for row in table(self.0, connection, activity)? {
                if all || row.home.is_some_and(|home| led.contains(&home)) {
                    orgs.entry(row.home).or_default().push(row);
                }
            }
            let mut out = Vec::new();
            for (org, people) in orgs {
                let (number, name) = called(connection, activity, org)?;
                let mut numbers = Numbers::NONE;
                people.iter().for_each(|row| numbers.add(&row.status, row.place != Place::None));
                let open = org.is_some_and(|org| org == home || led.contains(&org));
                let (numbers, people) = if open { (numbers.open(), people) } else { (numbers.veiled(), Vec::new()) };
                out.push((number, OrgAttendance { org, name, numbers, people }));
            }
            out.sort_by(|(a, x), (b, y)| (a, x.org).cmp(&(b, y.org)));
            Ok(out.into_iter().map(|(_, row)| row).collect())
        })
    }

    /// The numbers of a whole activity.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for who may not see everybody's attendance; [`Error::NotFound`].
    pub fn attendance_numbers(&self, activity: DocId) -> Result<Numbers> {
        self.0.read(|connection| {
            if !holds_role(connection, org_of(connection, activity)?, Role::DESK, self.0.wall(connection)?)? {
                return Err(Error::NotAllowed);
            }
            let mut numbers = Numbers::NONE;
            for person in people(connection, activity)? {
                numbers.add(&person.attendance.status, person.place != Place::None);
            }
            Ok(numbers.open())
        })
    }

    /// A member's attendance over time, the latest first, at most `limit` (200 at the most): the own, or of a member of a
    /// branch whose secretary one is. Activities that are over or of which there is evidence.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for anybody else.
    pub fn history(&self, member: MemberId, limit: usize) -> Result<Vec<PastAttendance>> {
        self.0.read(|connection| {
            if Identity::read(connection)?.member != member {
                let mut home = connection.prepare_cached("SELECT home FROM member WHERE id = ?1")?;
                let home: Option<OrgId> = home.query_row([member], |row| row.get(0)).optional()?;
                let led = led_in(connection, self.0.wall(connection)?)?;
                if !home.is_some_and(|home| led.contains(&home)) {
                    return Err(Error::NotAllowed);
                }
            }
            let scan = concat!(evidence!("e.activity"), "WHERE member = ?1 ORDER BY activity");
            let mut said: HashMap<DocId, Vec<Evidence>> = HashMap::new();
            for entry in entries::<DocId>(connection, scan, [member])? {
                said.entry(entry.key).or_default().push(entry.evidence);
            }
            let mut statement = connection.prepare_cached(
                "SELECT a.doc, a.space, a.title, a.starts, a.ends, a.closed,
                        coalesce((SELECT max(place) FROM roster r WHERE r.activity = a.doc AND r.member = ?1), 0)
                 FROM activity a
                 WHERE a.doc IN (SELECT activity FROM evidence WHERE member = ?1
                                 UNION SELECT activity FROM roster WHERE member = ?1)
                     AND (a.ends <= ?2 OR EXISTS (SELECT 1 FROM evidence e WHERE e.activity = a.doc AND e.member = ?1))
                 ORDER BY a.starts DESC, a.doc LIMIT ?3",
            )?;
            let rows = statement.query_map((member, self.0.wall(connection)?, limit.min(200) as i64), |row| {
                let activity = row.get(0)?;
                let evidence = said.remove(&activity).unwrap_or_default();
                Ok(PastAttendance {
                    activity,
                    org: row.get::<_, SpaceId>(1)?.org(),
                    title: row.get(2)?,
                    starts: row.get(3)?,
                    ends: row.get(4)?,
                    place: Place::from_number(row.get(6)?),
                    attendance: attendance(member, row.get(5)?, evidence),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Everything that was said of one person at an activity, in the order in which it was said, with reasons, as far as
    /// this phone may know it.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn evidence(&self, activity: DocId, member: MemberId) -> Result<Vec<EvidenceView>> {
        const SQL: &str = concat!(
            "SELECT e.member, e.order_at, e.written_at, e.doc, e.by, e.at, e.received_at, e.kind, e.grade, e.doubt, e.undone, \
             e.mark, e.request, e.resolves, e.seconds, e.reason, coalesce(m.name, ''), ",
            delivery_sql!("e.doc"),
            " FROM evidence e LEFT JOIN member m ON m.id = e.by WHERE e.activity = ?1 AND e.member = ?2 \
             ORDER BY e.order_at, e.written_at, e.doc"
        );
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let mut rows = statement.query((activity, member))?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let Some(word) = word(row)? else { continue };
                out.push(EvidenceView {
                    id: row.get(3)?,
                    by: row.get(4)?,
                    by_name: row.get(16)?,
                    word,
                    reason: row.get(15)?,
                    happened_at: row.get(5)?,
                    received_at: row.get(6)?,
                    delivery: Delivery::from_column(row, 17)?,
                });
            }
            Ok(out)
        })
    }

    /// Visitors at all doors of an activity; never below none.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn guests(&self, activity: DocId) -> Result<u64> {
        self.0.read(|connection| guests_in(connection, activity))
    }
}
