//! Who has not acknowledged: names within one's own branch, numbers above it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::Feed;
use crate::clock::Timestamp;
use crate::count::Count;
use crate::directory::{MemberView, OrgView, led_in, members_in, org_in};
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
    /// Organisations of which this member sees every acknowledgement of their own members.
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
    Ok(Reader { leads, whole })
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
            let orgs = if reader.whole { progress(connection, &reader, &homes)? } else { Vec::new() };
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

/// Every organisation of which a member has acknowledged or whose members are known here, but those shown by name.
fn progress(
    connection: &Connection,
    reader: &Reader,
    homes: &BTreeMap<OrgId, BTreeSet<MemberId>>,
) -> Result<Vec<OrgProgress>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.home, count(*) FROM member m JOIN space s ON s.id = x'01' || m.home
         WHERE NOT m.left AND m.number <> '' GROUP BY m.home",
    )?;
    let known: BTreeMap<OrgId, u32> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let orgs: BTreeSet<OrgId> = known.keys().chain(homes.keys()).copied().collect();
    let mut out = Vec::new();
    for org in orgs.difference(&reader.leads) {
        let said = u32::try_from(homes.get(org).map_or(0, BTreeSet::len)).unwrap_or(u32::MAX);
        let all = known.get(org).copied();
        let name = org_in(connection, *org)?.map(|org| org.name).unwrap_or_default();
        let acknowledged = all.map_or_else(|| Count::of(said), |all| Count::part(said, all));
        out.push(OrgProgress { org: *org, name, acknowledged, members: all.map(Count::of) });
    }
    out.sort_by(|a, b| (&a.name, a.org).cmp(&(&b.name, b.org)));
    Ok(out)
}
