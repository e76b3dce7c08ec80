//! Applies the difference between the books and the registry.

use std::collections::HashMap;

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;

use super::{Books, Report, books::Wanted};
use crate::directory::MAX_DEPTH;
use crate::error::Error;
use crate::publish::Item;
use crate::rights::Path;
use crate::storage::{GrantRow, MemberRow, OrgRow, Writer};

struct Difference<'a> {
    tx: &'a dyn Writer,
    now: Timestamp,
    orgs: HashMap<OrgId, OrgRow>,
    /// The tree as it was before.
    before: HashMap<OrgId, OrgRow>,
    items: Vec<Item>,
    report: Report,
}

/// Writes the difference and gives the documents to publish in the same transaction.
pub(crate) fn apply(tx: &dyn Writer, now: Timestamp, books: &Books) -> Result<(Report, Vec<Item>), Error> {
    let before: HashMap<OrgId, OrgRow> = tx.orgs()?.into_iter().map(|row| (row.org, row)).collect();
    let orgs = books.orgs.iter().map(|row| (row.org, row.clone())).collect();
    let mut difference = Difference { tx, now, orgs, before, items: Vec::new(), report: Report::default() };
    difference.organisations(books)?;
    let mut held: HashMap<MemberId, Vec<GrantRow>> = HashMap::new();
    for grant in tx.open_grants()? {
        held.entry(grant.member).or_default().push(grant);
    }
    let mut known: HashMap<MemberId, MemberRow> = tx.members()?.into_iter().map(|row| (row.member, row)).collect();
    for (row, wanted) in &books.members {
        let held = held.remove(&row.member).unwrap_or_default();
        difference.member(row, known.remove(&row.member).as_ref(), wanted, &held)?;
    }
    let mut gone: Vec<MemberRow> = known.into_values().filter(|row| !row.left).collect();
    gone.sort_by_key(|row| row.member);
    for row in gone {
        difference.leaves(row.clone(), &held.remove(&row.member).unwrap_or_default())?;
    }
    tx.touch_registry()?;
    Ok((difference.report, difference.items))
}

fn path_in(tree: &HashMap<OrgId, OrgRow>, org: OrgId) -> Path {
    let mut path = Vec::new();
    let mut next = Some(org);
    while let Some(row) = next.filter(|_| path.len() < MAX_DEPTH).and_then(|id| tree.get(&id)) {
        path.push(row.org);
        next = row.parent;
    }
    path.into()
}

impl Difference<'_> {
    /// The path of an organisation now; a closed one's as it was.
    fn path(&self, org: OrgId) -> Path {
        if self.orgs.contains_key(&org) { path_in(&self.orgs, org) } else { path_in(&self.before, org) }
    }

    fn organisations(&mut self, books: &Books) -> Result<(), Error> {
        for row in &books.orgs {
            match self.before.get(&row.org) {
                Some(known) if known == row => continue,
                Some(_) => self.report.orgs_changed += 1,
                None => self.report.orgs_added += 1,
            }
            self.tx.put_org(row)?;
            self.items.push(Item::org(row));
        }
        let gone = self.before.values().filter(|row| !row.closed && !self.orgs.contains_key(&row.org));
        let mut gone: Vec<OrgRow> = gone.map(|row| OrgRow { closed: true, ..row.clone() }).collect();
        gone.sort_by_key(|row| row.org);
        for row in gone {
            self.tx.put_org(&row)?;
            self.items.push(Item::org(&row));
            self.report.orgs_closed += 1;
        }
        Ok(())
    }

    fn member(
        &mut self,
        row: &MemberRow,
        known: Option<&MemberRow>,
        wanted: &[Wanted],
        held: &[GrantRow],
    ) -> Result<(), Error> {
        let present = known.filter(|known| !known.left);
        let moved_from = present.filter(|known| known.home != row.home);
        match (known, present) {
            (Some(known), _) if known == row => {}
            (_, Some(_)) if moved_from.is_some() => self.report.members_moved += 1,
            (_, Some(_)) => self.report.members_changed += 1,
            (_, None) => self.report.members_added += 1,
        }
        if known != Some(row) {
            self.tx.put_member(row)?;
            let revoked = if known.is_some() { self.tx.revoked_devices(row.member)? } else { Vec::new() };
            self.items.push(Item::member(row, false, &revoked));
            if let Some(old) = moved_from {
                self.items.push(Item::member(&MemberRow { home: old.home, ..row.clone() }, true, &revoked));
            }
        }
        let home = Wanted { role: Role::Member, org: row.home, until: None };
        let mut open: Vec<Wanted> = vec![home];
        open.extend(wanted);
        for grant in held {
            let as_wanted = Wanted { role: grant.role, org: grant.org, until: grant.until };
            let keeps = open.iter().position(|wanted| *wanted == as_wanted).map(|at| open.remove(at)).is_some();
            if keeps || !grant.imported {
                self.tell_moved_path(grant)?;
            } else {
                self.end(grant)?;
                self.report.roles_ended += usize::from(grant.role != Role::Member);
            }
        }
        for Wanted { role, org, until } in open {
            self.grant(row.member, role, org, until)?;
            self.report.roles_added += usize::from(role != Role::Member);
        }
        if wanted.is_empty() && held.iter().all(|grant| grant.role == Role::Member) {
            Ok(())
        } else {
            self.offices(row)
        }
    }

    /// Tells which offices the member holds now; what everybody knows already is left out when it is published.
    fn offices(&mut self, row: &MemberRow) -> Result<(), Error> {
        self.items.extend(Item::offices(row, &self.tx.grants(row.member)?, self.now));
        Ok(())
    }

    fn leaves(&mut self, row: MemberRow, held: &[GrantRow]) -> Result<(), Error> {
        let row = MemberRow { left: true, ..row };
        self.tx.put_member(&row)?;
        self.items.push(Item::member(&row, true, &self.tx.revoked_devices(row.member)?));
        for grant in held {
            self.end(grant)?;
        }
        self.offices(&row)?;
        self.report.members_left += 1;
        Ok(())
    }

    fn grant(&mut self, member: MemberId, role: Role, org: OrgId, until: Option<Timestamp>) -> Result<(), Error> {
        let row = GrantRow { id: 0, member, org, role, from: self.now, until, ended: None, imported: true };
        self.tx.add_grant(&row)?;
        self.items.push(Item::grant(&row, &self.path(org), false)?);
        Ok(())
    }

    fn end(&mut self, grant: &GrantRow) -> Result<(), Error> {
        self.tx.end_grant(grant.id, self.now)?;
        self.items.push(Item::grant(grant, &self.path(grant.org), true)?);
        Ok(())
    }

    /// The organisation of a grant has another path: its holder must learn which boards are above now.
    fn tell_moved_path(&mut self, grant: &GrantRow) -> Result<(), Error> {
        let path = self.path(grant.org);
        if path != path_in(&self.before, grant.org) {
            self.items.push(Item::grant(grant, &path, false)?);
        }
        Ok(())
    }
}
