//! Who is expected at an activity, and who of them votes.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension;
use serde::Serialize;

use super::astray::has_a_say;
use super::commands::{Activities, org_of};
use super::rows::changed;
use crate::directory::require_role;
use crate::document::{About, Edit, Header, Kind, Nonce, ORGANISE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::store::{Seen, Write};

/// What is expected of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Place {
    /// Nothing.
    None = 0,
    /// To come.
    Expected = 1,
    /// To come, and to vote.
    Voter = 2,
}

impl Place {
    pub(super) fn from_number(number: i64) -> Self {
        [Self::Expected, Self::Voter].into_iter().find(|place| *place as i64 == number).unwrap_or(Self::None)
    }
}

/// Beside an organisation on the list: some of its members may be expected.
const ORG: i64 = 3;

/// The most people that one call can put on a list.
const MAX_EXPECTED: usize = 10_000;

/// No change may put more than 256 keys.
const MAX_PUTS: usize = 256;

pub(crate) fn show_roster(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(activity) = Write::subject(&seen.header) else { return Ok(()) };
    remove_roster(write, seen.id, activity)?;
    if !has_a_say(write, activity, seen.header.space)? {
        return Ok(());
    }
    let mut people =
        write.tx.prepare_cached("INSERT INTO roster (activity, member, doc, place) VALUES (?1, ?2, ?3, ?4)")?;
    let mut orgs = write.tx.prepare_cached("INSERT INTO roster_org (activity, org, doc) VALUES (?1, ?2, ?3)")?;
    for (id, field) in seen.fields.iter() {
        let Value::Int(number) = field.value else { continue };
        match Place::from_number(number) {
            Place::None if number == ORG => {
                if let Ok(org) = id.parse::<OrgId>() {
                    orgs.execute((activity, org, seen.id))?;
                }
            }
            Place::None => {}
            place => {
                if let Ok(member) = id.parse::<MemberId>() {
                    people.execute((activity, member, seen.id, place as i64))?;
                }
            }
        }
    }
    drop((people, orgs));
    changed(write, activity);
    Ok(())
}

pub(super) fn remove_roster(write: &Write<'_>, id: DocId, activity: DocId) -> Result<()> {
    for table in ["roster", "roster_org"] {
        let rows = format!("DELETE FROM {table} WHERE activity = ?1 AND doc = ?2");
        write.tx.prepare_cached(&rows)?.execute((activity, id))?;
    }
    Ok(())
}

impl Activities<'_> {
    /// Says of each of these what is expected, whatever was said before and by whom. The list names their organisations
    /// too, as far as they are known here: the phones at the door need the names of those. It stays as it is once the
    /// attendance is closed: who takes absent voters off it would make a meeting quorate afterwards.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role; [`Error::NoVote`] for a voter who is known here to be no full
    /// member; [`Error::TooLate`] after the closing; [`Error::NotFound`]; [`Error::Invalid`] for more than 10,000.
    pub fn expect(&self, activity: DocId, people: &[(MemberId, Place)]) -> Result<()> {
        if people.len() > MAX_EXPECTED {
            return Err(Error::Invalid { field: "people", reason: "too many" });
        }
        self.0.write(|write| {
            require_open(write, activity)?;
            let homes = homes(write, people)?;
            expect(write, activity, people, &homes)
        })
    }

    /// Expects the members of these organisations as far as their cards are on this phone: full members vote,
    /// probationary ones do not, applicants are not expected. Returns how many were added.
    ///
    /// The organisations are on the list from now on even if nobody of them is known here yet:
    /// [`crate::presence::Presence::prepare_door`] then asks for their names, and calling this again adds the people.
    ///
    /// # Errors
    /// As [`Activities::expect`].
    pub fn expect_members(&self, activity: DocId, orgs: &[OrgId]) -> Result<usize> {
        self.0.write(|write| {
            require_open(write, activity)?;
            let mut people = Vec::new();
            let mut members = write.tx.prepare_cached(
                "SELECT id, standing = 'full' FROM member
                 WHERE home = ?1 AND NOT left AND standing IN ('full', 'probationary')
                     AND id NOT IN (SELECT member FROM roster WHERE activity = ?2) ORDER BY id",
            )?;
            for org in orgs {
                let rows = members.query_map((org, activity), |row| Ok((row.get(0)?, row.get(1)?)))?;
                for row in rows {
                    let (member, votes) = row?;
                    people.push((member, if votes { Place::Voter } else { Place::Expected }));
                }
            }
            drop(members);
            people.sort_unstable();
            people.dedup();
            if people.len() > MAX_EXPECTED {
                return Err(Error::Invalid { field: "orgs", reason: "too many" });
            }
            expect(write, activity, &people, orgs)?;
            Ok(people.len())
        })
    }
}

fn require_open(write: &Write<'_>, activity: DocId) -> Result<()> {
    require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
    let closed = "SELECT 1 FROM activity WHERE doc = ?1 AND closed IS NOT NULL";
    if write.tx.prepare_cached(closed)?.exists([activity])? { Err(Error::TooLate) } else { Ok(()) }
}

/// The home organisations of those who are expected, as far as they are known here, each once.
fn homes(write: &Write<'_>, people: &[(MemberId, Place)]) -> Result<BTreeSet<OrgId>> {
    let mut home = write.tx.prepare_cached("SELECT home FROM member WHERE id = ?1")?;
    let mut out = BTreeSet::new();
    for (member, place) in people {
        if *place != Place::None {
            out.extend(home.query_row([member], |row| row.get::<_, OrgId>(0)).optional()?);
        }
    }
    Ok(out)
}

fn expect<'a>(
    write: &mut Write<'_>,
    activity: DocId,
    people: &[(MemberId, Place)],
    orgs: impl IntoIterator<Item = &'a OrgId>,
) -> Result<()> {
    let lists = |write: &Write<'_>, member: MemberId| -> Result<Vec<(DocId, i64)>> {
        let mut statement =
            write.tx.prepare_cached("SELECT doc, place FROM roster WHERE activity = ?1 AND member = ?2")?;
        let rows = statement.query_map((activity, member), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let header = Header {
        kind: Kind::Roster,
        space: SpaceId::board(org_of(write.tx, activity)?),
        owner: write.me()?.member,
        about: Some(About::Doc(activity)),
        nonce: Nonce::EMPTY,
    };
    // The highest of all lists counts: whoever is lowered is lowered in each.
    let mut edits: BTreeMap<DocId, Vec<(String, Value)>> = BTreeMap::new();
    for (member, place) in people {
        let other = "SELECT 1 FROM member WHERE id = ?1 AND standing NOT IN ('full', '')";
        if *place == Place::Voter && write.tx.prepare_cached(other)?.exists([member])? {
            return Err(Error::NoVote);
        }
        let held = lists(write, *member)?;
        for (doc, had) in &held {
            if *had > *place as i64 {
                edits.entry(*doc).or_default().push((member.to_string(), (*place as i64).into()));
            }
        }
        let enough = held.iter().any(|(_, had)| *had >= *place as i64) || *place == Place::None;
        if !enough {
            edits.entry(header.id()).or_default().push((member.to_string(), (*place as i64).into()));
        }
    }
    for org in orgs {
        let named = "SELECT 1 FROM roster_org WHERE activity = ?1 AND org = ?2";
        if !write.tx.prepare_cached(named)?.exists((activity, org))? {
            edits.entry(header.id()).or_default().push((org.to_string(), ORG.into()));
        }
    }
    for (doc, fields) in edits {
        for fields in fields.chunks(MAX_PUTS) {
            let fields: Vec<_> = fields.iter().map(|(key, value)| (&key[..], value.clone())).collect();
            if doc == header.id() {
                write.put(&header, &fields)?;
            } else {
                let edits: Vec<_> = fields.into_iter().map(|(key, value)| Edit::Put(key, value)).collect();
                write.edit(doc, &edits)?;
            }
        }
    }
    Ok(())
}
