//! Who has not acknowledged: names within one's own branch, numbers above it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::Feed;
use crate::clock::Timestamp;
use crate::count::{Count, FEW};
use crate::directory::{MemberView, OrgView, led_in, members_in, org_in, path_in};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::refused_sql;
use crate::role::Role;

/// Who of one branch has not acknowledged an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchOutstanding {
    /// The branch.
    pub org: OrgView,
    /// Its members who have not, by number.
    pub members: Vec<MemberView>,
    /// How many have.
    pub acknowledged: u64,
}

/// How far an organisation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrgProgress {
    /// The organisation.
    pub org: OrgId,
    /// Its name; empty if its card is not on this phone.
    pub name: String,
    /// How many of its members have acknowledged.
    pub acknowledged: Count,
    /// How many members it has; `None` if its board is not on this phone.
    pub members: Option<Count>,
}

/// What this member may know of who has acknowledged an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outstanding {
    /// By name: the branches that this member leads.
    pub branches: Vec<BranchOutstanding>,
    /// In numbers: the other organisations, by name; only for whom the article's organisation has given a role that
    /// reads its whole desk.
    pub orgs: Vec<OrgProgress>,
}

struct Reader {
    /// The organisation whose article it is: who is of it or below is asked.
    at: OrgId,
    /// Organisations, of those asked, of which this member sees every acknowledgement of their own members.
    leads: BTreeSet<OrgId>,
    /// Whether this member sees everybody's.
    whole: bool,
}

fn reader(connection: &Connection, at: OrgId, now: Timestamp) -> Result<Reader> {
    let mut statement = connection.prepare_cached("SELECT whole FROM space WHERE id = ?1")?;
    let whole = statement.query_row([SpaceId::desk(at)], |row| row.get(0)).optional()?.unwrap_or(false);
    // A desk read through the filter shows a secretary what the members of the branches led have said; a desk read
    // whole shows everything, but names are for the own branch only.
    let mut leads = led_in(connection, now)?;
    let office = "SELECT 1 FROM role WHERE org = ?1 AND role >= ?2 AND (until IS NULL OR until > ?3)";
    if whole && connection.prepare_cached(office)?.exists((at, Role::DESK as i64, now))? {
        leads.insert(at);
    }
    let mut asked = BTreeSet::new();
    for org in leads {
        if is_asked(connection, at, org)? {
            asked.insert(org);
        }
    }
    Ok(Reader { at, leads: asked, whole })
}

fn is_asked(connection: &Connection, at: OrgId, org: OrgId) -> Result<bool> {
    Ok(path_in(connection, org)?.contains(&at))
}

impl Feed<'_> {
    /// Who has not acknowledged a must-read article, as far as this member may know: by name in the branches that this
    /// member leads (the role is held there, not inherited), in numbers everywhere else, and there fewer than five
    /// people are not shown as a number.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] if the article asks for no acknowledgement; storage errors.
    pub fn outstanding(&self, article: DocId) -> Result<Outstanding> {
        self.0.read(|connection| {
            let place = "SELECT space, must_read FROM article WHERE doc = ?1 AND NOT withdrawn";
            let place = connection.prepare_cached(place)?.query_row([article], |row| Ok((row.get(0)?, row.get(1)?)));
            let (board, asked): (SpaceId, bool) = place.optional()?.ok_or(Error::NotFound)?;
            if !asked {
                return Err(Error::Invalid { field: "article", reason: "asks for no acknowledgement" });
            }
            let reader = reader(connection, board.org(), self.0.wall(connection)?)?;
            let homes = acknowledged(connection, article)?;
            let mut branches = Vec::new();
            for org in &reader.leads {
                let members = members_in(connection, *org)?;
                let Some(org) = org_in(connection, *org)? else { continue };
                if members.is_empty() {
                    continue;
                }
                let said = homes.get(&org.id).cloned().unwrap_or_default();
                let acknowledged = members.iter().filter(|member| said.contains(&member.id)).count() as u64;
                let members = members.into_iter().filter(|member| !said.contains(&member.id)).collect();
                branches.push(BranchOutstanding { org, members, acknowledged });
            }
            branches.sort_by(|a, b| a.org.number.cmp(&b.org.number));
            let orgs =
                if reader.whole { progress(connection, &standings(connection, &reader, &homes)?)? } else { Vec::new() };
            Ok(Outstanding { branches, orgs })
        })
    }
}

/// Who has acknowledged, by home organisation; what the server refused does not count.
fn acknowledged(connection: &Connection, article: DocId) -> Result<BTreeMap<OrgId, BTreeSet<MemberId>>> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT m.home, k.member FROM acknowledgement k JOIN member m ON m.id = k.member WHERE k.article = ?1 AND NOT ",
        refused_sql!("k.doc")
    ))?;
    let mut rows = statement.query([article])?;
    let mut out: BTreeMap<OrgId, BTreeSet<MemberId>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        out.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(out)
}

/// How far an organisation is, to the last person.
struct Standing {
    org: OrgId,
    said: u32,
    /// How many members it has, if its board is here.
    all: Option<u32>,
}

impl Standing {
    /// How many have acknowledged, as it goes upward.
    fn shown(&self) -> Count {
        self.all.map_or_else(|| Count::of(self.said), |all| Count::part(self.said, all))
    }
}

/// Every organisation of which a member has acknowledged, or that is asked and whose members are known here, but those
/// shown by name.
fn standings(
    connection: &Connection,
    reader: &Reader,
    homes: &BTreeMap<OrgId, BTreeSet<MemberId>>,
) -> Result<Vec<Standing>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.home, count(*) FROM member m JOIN space s ON substr(s.id, 1, 1) = x'01' AND substr(s.id, 2) = m.home
         WHERE NOT m.left AND m.number <> '' GROUP BY m.home",
    )?;
    let known: BTreeMap<OrgId, u32> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut orgs: BTreeSet<OrgId> = homes.keys().copied().collect();
    for org in known.keys() {
        if is_asked(connection, reader.at, *org)? {
            orgs.insert(*org);
        }
    }
    let orgs = orgs.difference(&reader.leads);
    Ok(orgs.map(|org| Standing { org: *org, said: people(homes.get(org)), all: known.get(org).copied() }).collect())
}

fn people(said: Option<&BTreeSet<MemberId>>) -> u32 {
    u32::try_from(said.map_or(0, BTreeSet::len)).unwrap_or(u32::MAX)
}

fn progress(connection: &Connection, standings: &[Standing]) -> Result<Vec<OrgProgress>> {
    let mut out = Vec::new();
    for standing in standings {
        let name = org_in(connection, standing.org)?.map(|org| org.name).unwrap_or_default();
        let (acknowledged, members) = (standing.shown(), standing.all.map(Count::of));
        out.push(OrgProgress { org: standing.org, name, acknowledged, members });
    }
    out.sort_by(|a, b| (&a.name, a.org).cmp(&(&b.name, b.org)));
    Ok(out)
}

/// How many have acknowledged an article on the board of `at`, as this member may know it. Who reads the desk through
/// the filter has there only whom they may know by name; who reads it whole has everybody.
pub(super) fn total(connection: &Connection, at: OrgId, article: DocId, now: Timestamp) -> Result<Count> {
    let all = connection
        .prepare_cached(concat!(
            "SELECT count(DISTINCT member) FROM acknowledgement k WHERE article = ?1 AND NOT ",
            refused_sql!("k.doc")
        ))?
        .query_row([article], |row| row.get(0))?;
    let reader = reader(connection, at, now)?;
    if !reader.whole {
        return Ok(Count::Exactly(all));
    }
    let homes = acknowledged(connection, article)?;
    let named = reader.leads.iter().map(|org| people(homes.get(org))).sum();
    Ok(beside(all, named, &standings(connection, &reader, &homes)?))
}

/// What may be shown of the number of `all`, of whom so many are `named`, beside that of each organisation: those whose
/// own number is kept back are what is left over of all, and neither they nor who of theirs has not may be a few. That it
/// was none of them points at nobody.
fn beside(all: u32, named: u32, standings: &[Standing]) -> Count {
    let (veiled, shown): (Vec<_>, Vec<_>) = standings.iter().partition(|one| one.shown() == Count::Few);
    // Of whom no card is here, and so no organisation, is among them.
    let rest = all.saturating_sub(named + shown.iter().map(|one| one.said).sum::<u32>());
    // Of an organisation whose board is not here nobody knows how many are missing.
    let members = veiled.iter().try_fold(0, |sum: u32, one| sum.checked_add(one.all?)).unwrap_or(u32::MAX);
    let few = |number| (1..FEW).contains(&number);
    if few(rest) || few(members.saturating_sub(rest)) { Count::Few } else { Count::Exactly(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(branches: &[(u32, Option<u32>)], named: u32, unknown: u32) -> Count {
        let org = OrgId::from_number("B");
        let standings: Vec<_> = branches.iter().map(|(said, all)| Standing { org, said: *said, all: *all }).collect();
        beside(named + unknown + standings.iter().map(|one| one.said).sum::<u32>(), named, &standings)
    }

    #[test]
    fn nobody_works_out_a_few_from_the_number_of_all() {
        assert_eq!(of(&[], 3, 0), Count::Exactly(3), "all are of the own branch");
        assert_eq!(of(&[], 30, 1), Count::Few, "one whose branch nobody knows here");
        assert_eq!(of(&[(1, None)], 30, 0), Count::Few, "the own branch's are known to the last");
        assert_eq!(of(&[(0, Some(6))], 30, 0), Count::Exactly(30), "nobody, of six");
        assert_eq!(of(&[(0, Some(3))], 30, 0), Count::Few, "that nobody of three has is of three people");
        assert_eq!(of(&[(3, None), (2, None)], 30, 0), Count::Exactly(35), "five, of two branches");
        assert_eq!(of(&[(7, Some(20)), (2, None)], 0, 0), Count::Few, "seven are shown, so it would be two");
        assert_eq!(of(&[(7, Some(20)), (6, Some(6))], 0, 0), Count::Exactly(13), "every branch is shown");
        assert_eq!(of(&[(5, Some(6)), (4, Some(4))], 0, 0), Count::Few, "nine of ten would say that one has not");
        assert_eq!(of(&[(5, Some(6)), (4, Some(8))], 0, 0), Count::Exactly(9), "nine of fourteen");
    }
}
