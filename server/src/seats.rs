//! Tells those who read a group or a case that they do, and when no longer, in their personal spaces.

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::clock::Timestamp;
use hongqi_core::document::Kind;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;

use crate::directory::{Directory, Lookup};
use crate::publish::Item;
use crate::rights::Place;
use crate::room::{Room, Sort};
use crate::storage::{Result, RoomRow, SeatRow, Writer};

/// What is to be told now: the difference between who reads it and who was told.
pub(crate) fn due(tx: &dyn Writer, lookup: &Lookup<'_>, now: Timestamp, row: &RoomRow) -> Result<Vec<Item>> {
    let Some(Place::Hidden(room)) = lookup.place(row.space)? else { return Ok(Vec::new()) };
    let wanted = readers(tx, lookup, now, row, &room)?;
    let told: BTreeMap<MemberId, SeatRow> = tx.seats(row.space)?.into_iter().map(|seat| (seat.person, seat)).collect();
    let over =
        told.values().filter(|seat| !wanted.contains_key(&seat.person)).map(|seat| SeatRow { left: true, ..*seat });
    let seats = wanted.iter().map(|(person, until)| SeatRow { person: *person, until: *until, left: false });
    let mut items = Vec::new();
    for seat in seats.chain(over).filter(|seat| told.get(&seat.person) != Some(seat)) {
        tx.put_seat(row.space, &seat)?;
        items.push(Item::seat(row.space, &seat));
    }
    Ok(items)
}

/// As [`due`], of these people in a group.
pub(crate) fn due_to(
    tx: &dyn Writer,
    lookup: &Lookup<'_>,
    now: Timestamp,
    row: &RoomRow,
    people: &BTreeSet<MemberId>,
) -> Result<Vec<Item>> {
    let Some(Place::Hidden(room)) = lookup.place(row.space)? else { return Ok(Vec::new()) };
    let mut items = Vec::new();
    for person in people {
        let told = tx.seat(row.space, *person)?;
        let known = lookup.person(*person)?;
        let left = !known.as_ref().is_some_and(|person| room.reads(person, now));
        let seat = SeatRow { person: *person, until: None, left };
        // Who was sent away is told so even if no seat is known here: a server that was set back may have given one and
        // forgotten it, and the phone has kept it.
        if told != Some(seat) && (told.is_some() || known.is_some()) {
            tx.put_seat(row.space, &seat)?;
            items.push(Item::seat(row.space, &seat));
        }
    }
    Ok(items)
}

/// As [`due`], of every case whose desk is this organisation's or below it; without one, of every case.
pub(crate) fn of_cases(tx: &dyn Writer, now: Timestamp, org: Option<OrgId>) -> Result<Vec<Item>> {
    let directory = Directory::default();
    let lookup = directory.at(tx)?;
    let mut items = Vec::new();
    for row in tx.cases()? {
        let path = row.desk.map(|desk| lookup.path(desk)).transpose()?;
        if org.is_none_or(|org| path.is_some_and(|path| path.contains(&org))) {
            items.extend(due(tx, &lookup, now, &row)?);
        }
    }
    Ok(items)
}

/// Who reads it, and up to when.
fn readers(
    tx: &dyn Writer,
    lookup: &Lookup<'_>,
    now: Timestamp,
    row: &RoomRow,
    room: &Room,
) -> Result<BTreeMap<MemberId, Option<Timestamp>>> {
    let end = match (row.kind, row.settled) {
        (Kind::Case, Some(settled)) => Some(settled.plus_ms(tx.case_retention_ms()?)),
        _ => None,
    };
    let mut out = BTreeMap::from([(row.owner, end)]);
    match &room.sort {
        Sort::Group(parts) => out.extend(parts.keys().map(|person| (*person, end))),
        Sort::Case { desk, .. } => {
            for org in desk.iter() {
                for grant in tx.grants_at(*org)?.into_iter().filter(|grant| grant.role >= Role::DESK) {
                    // The longest of several roles counts, and the case may end before it.
                    let ends = |until: Option<Timestamp>| until.unwrap_or(Timestamp(i64::MAX));
                    let until = [grant.until, end].into_iter().flatten().min();
                    let known = out.entry(grant.member).or_insert(until);
                    *known = if ends(*known) < ends(until) { until } else { *known };
                }
            }
        }
        Sort::Gone => out.clear(),
    }
    let mut readers = BTreeMap::new();
    for (member, until) in out {
        if lookup.person(member)?.is_some_and(|person| room.reads(&person, now)) {
            readers.insert(member, until);
        }
    }
    Ok(readers)
}
