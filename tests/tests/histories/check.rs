//! What must hold, while a history goes on and when it has come to rest.

mod shown;

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::Core;
use hongqi_core::clock::Timestamp;
use hongqi_core::document::{About, Change, Kind};
use hongqi_core::ids::{DeviceId, DocId, MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::outbox::{Delivery, OutboxItem};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;
use hongqi_server::directory::Directory;
use hongqi_server::rights::{Access, Place};
use hongqi_server::storage::Reader;
use hongqi_tests::world::handset::Handset;
use hongqi_tests::world::{Sim, org};

use self::shown::{Gone, as_the_model_says, the_same_shown};
use crate::town::{Accepted, Town};

/// What a log holds of each document: the changes, each with the device that pushed it.
pub type Log = BTreeMap<(SpaceId, DocId), BTreeMap<Vec<u8>, DeviceId>>;

/// A document on a phone: its accepted changes.
pub struct Held {
    pub space: SpaceId,
    pub doc: DocId,
    pub kind: Kind,
    pub owner: MemberId,
    pub about: Option<About>,
    pub changes: Vec<Vec<u8>>,
}

/// Rows of a phone's database, read beside the phone.
fn rows<T>(phone: &Handset, sql: &str, read: impl Fn(&rusqlite::Row<'_>) -> T) -> Vec<T> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(phone.run().home().join("hongqi.db"), flags).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| Ok(read(row))).unwrap().map(|row| row.unwrap()).collect()
}

/// All documents on a phone.
pub fn held(phone: &Handset) -> Vec<Held> {
    rows(phone, "SELECT id, space, kind, owner, about, changes FROM document", |row| {
        let mut left: &[u8] = &row.get::<_, Vec<u8>>(5).unwrap();
        let mut changes = Vec::new();
        while let Some((len, rest)) = left.split_first_chunk::<4>() {
            let (change, rest) = rest.split_at(u32::from_le_bytes(*len) as usize);
            changes.push(change.to_vec());
            left = rest;
        }
        Held {
            doc: row.get(0).unwrap(),
            space: row.get(1).unwrap(),
            kind: Kind::try_from(row.get::<_, i64>(2).unwrap()).unwrap(),
            owner: row.get(3).unwrap(),
            about: row.get::<_, Option<Vec<u8>>>(4).unwrap().map(|about| minicbor::decode(&about).unwrap()),
            changes,
        }
    })
}

/// All logs of the server, as far as anybody in the story knows of the space.
pub fn log(sim: &Sim, phones: &[Handset]) -> Log {
    let mut spaces = BTreeSet::new();
    for phone in phones {
        spaces.extend(rows(phone, "SELECT id FROM space UNION SELECT space FROM document", |row| {
            row.get::<_, SpaceId>(0).unwrap()
        }));
    }
    sim.site.look(|reader| {
        let mut out = Log::new();
        for space in spaces {
            let mut entries = Vec::new();
            reader.upwards(space, 0, &mut |row| {
                entries.push(row);
                true
            })?;
            for row in entries {
                let owner = reader.device(row.device)?.unwrap().member;
                for entry in row.batch.batch().unwrap().entries {
                    let doc = entry.target.doc(space, owner);
                    if let Some(doc) = doc {
                        out.entry((space, doc)).or_default().entry(entry.change).or_insert(row.device);
                    }
                }
            }
        }
        Ok(out)
    })
}

const ORGS: [&str; 3] = ["C1", "B1", "B2"];

fn above(number: &str) -> &'static [&'static str] {
    match number {
        "B1" => &["B1", "C1"],
        "B2" => &["B2", "C1"],
        _ => &["C1"],
    }
}

/// What a phone knows it may show: the boards it hears, and the discussions.
fn allowed(core: &Core) -> (BTreeSet<OrgId>, BTreeSet<OrgId>) {
    let (mut boards, mut talks) = (BTreeSet::new(), BTreeSet::new());
    for view in core.directory().roles().unwrap() {
        let number = ORGS.into_iter().find(|number| org(number) == view.org).unwrap();
        let heard = if view.role == Role::Member { above(number) } else { &above(number)[..1] };
        boards.extend(heard.iter().map(|number| org(number)));
        if view.role == Role::Member || view.role >= Role::Secretary {
            talks.insert(view.org);
        }
    }
    (boards, talks)
}

/// A phone never shows what it knows it may not, and never says "at server" of what is not there.
pub fn during(sim: &Sim, town: &Town, phone: &Handset) {
    if phone.run().life().is_dead() {
        return;
    }
    let mut at_server = Vec::new();
    phone.within(|core| {
        let (boards, talks) = allowed(core);
        // Own words, kept as refused; or given once more, until the server has judged them again.
        let kept = |doc, delivery| match delivery {
            Delivery::Refused(_) => true,
            Delivery::OnDevice => town.retried.contains(&doc),
            Delivery::AtServer => false,
        };
        for item in core.feed().page(None, 100).unwrap().items {
            assert!(
                boards.contains(&item.org) || kept(item.id, item.delivery),
                "an article of a board it may not read"
            );
        }
        for activity in core.activities().list(Timestamp(0), 200).unwrap() {
            assert!(
                boards.contains(&activity.org) || kept(activity.id, activity.delivery),
                "an activity it may not read"
            );
        }
        for number in ORGS {
            assert!(boards.contains(&org(number)) || core.directory().members(org(number)).unwrap().is_empty());
            for message in core.talk().page(SpaceId::standing(org(number)), None, 200).unwrap().messages {
                assert!(
                    talks.contains(&org(number)) || kept(message.id, message.delivery),
                    "a message it may not read"
                );
                if message.author == phone.member && message.delivery == Delivery::AtServer {
                    at_server.push(message.id);
                }
            }
        }
    });
    if !town.healing && sim.site.run().is_some() {
        for doc in at_server {
            let there = sim.site.look(|reader| Ok(reader.document(doc)?.is_some()));
            assert!(
                there || town.is_gone(doc),
                "{doc} of {} is said to be at the server, which has never heard of it",
                phone.member
            );
        }
    }
}

/// Why the world has not come to rest yet, if so.
pub fn unrest(sim: &Sim, town: &Town) -> Option<String> {
    let logs = log(sim, &town.phones);
    if let Some(lost) = lost(sim, town, &logs) {
        return Some(lost);
    }
    for phone in town.present() {
        let waits = phone.within(|core| core.outbox().items().unwrap());
        if let Some(item) = waits.iter().find(|item| item.delivery == Delivery::OnDevice) {
            return Some(format!("{item:?} waits on a phone of {}", phone.member));
        }
        let held: BTreeMap<(SpaceId, DocId), BTreeSet<Vec<u8>>> =
            held(phone).into_iter().map(|held| ((held.space, held.doc), held.changes.into_iter().collect())).collect();
        let followed = rows(phone, "SELECT id FROM space", |row| row.get::<_, SpaceId>(0).unwrap());
        for ((space, doc), changes) in &logs {
            // Through the filter of a desk somebody who moved is seen as of when the entry passed.
            let moved = || {
                reads_through_filter(sim, phone.member, *space)
                    && town.touched.iter().any(|member| concerns(sim, *doc, *member))
            };
            if !followed.contains(space) || !sees(sim, phone, *space, *doc) || moved() {
                continue;
            }
            let has = held.get(&(*space, *doc));
            if let Some(missing) = changes.keys().find(|change| has.is_none_or(|has| !has.contains(*change))) {
                let written = Change::decode(missing).unwrap().written_at();
                return Some(format!("{doc} of {space}, written {written}, is missing at {}", phone.member));
            }
        }
        for space in must_follow(sim, phone, &logs) {
            if !followed.contains(&space) {
                return Some(format!("{} does not follow {space}", phone.member));
            }
        }
    }
    None
}

fn rights<T>(
    reader: &dyn Reader,
    member: MemberId,
    work: impl FnOnce(&hongqi_server::directory::Lookup<'_>, &hongqi_server::rights::Person) -> T,
) -> Option<T> {
    let directory = Directory::default();
    let lookup = directory.at(reader).unwrap();
    lookup.person(member).unwrap().map(|person| work(&lookup, &person))
}

/// Whether the server lets this phone's member see a document.
fn sees(sim: &Sim, phone: &Handset, space: SpaceId, doc: DocId) -> bool {
    let now = hongqi_core::clock::Clock::now(&sim.clock);
    let row = sim.site.look(|reader| reader.document(doc));
    let people = row.map(|row| {
        let about =
            row.header.about.and_then(|about| if let About::Member(member) = about { Some(member) } else { None });
        (row.header.owner, about)
    });
    may_see(sim, phone.member, space, people, now)
}

/// Whether a member reads of this desk only some: then what that is depends on who was where when an entry passed.
fn reads_through_filter(sim: &Sim, member: MemberId, space: SpaceId) -> bool {
    let now = hongqi_core::clock::Clock::now(&sim.clock);
    sim.site.look(|reader| {
        let access = rights(reader, member, |lookup, person| {
            lookup.place(space).unwrap().map(|place| person.reads(&place, now))
        });
        Ok(access.flatten() == Some(Access::Filtered))
    })
}

/// Whether a document is by or about a member.
fn concerns(sim: &Sim, doc: DocId, member: MemberId) -> bool {
    let row = sim.site.look(|reader| reader.document(doc));
    row.is_some_and(|row| row.header.owner == member || row.header.about == Some(About::Member(member)))
}

fn may_see(
    sim: &Sim,
    member: MemberId,
    space: SpaceId,
    people: Option<(MemberId, Option<MemberId>)>,
    now: Timestamp,
) -> bool {
    sim.site.look(|reader| {
        let seen = rights(reader, member, |lookup, person| {
            let Some(place) = lookup.place(space).unwrap() else { return false };
            match person.reads(&place, now) {
                Access::None => false,
                Access::Whole => true,
                Access::Filtered => people.is_some_and(|(owner, about)| {
                    let sees = |somebody| person.sees(somebody, &lookup.home(somebody).unwrap(), now);
                    sees(owner) || about.is_some_and(sees)
                }),
            }
        });
        Ok(seen.unwrap_or(false))
    })
}

/// The standing spaces that the member's rights ask for.
fn must_follow(sim: &Sim, phone: &Handset, logs: &Log) -> Vec<SpaceId> {
    let now = hongqi_core::clock::Clock::now(&sim.clock);
    sim.site.look(|reader| {
        let followed = rights(reader, phone.member, |lookup, person| {
            let home = person.home.to_vec();
            let member = person.role_at(&home, now).is_some();
            let mut out = vec![SpaceId::personal(phone.member)];
            if member {
                out.extend(home.iter().flat_map(|org| [SpaceId::board(*org), SpaceId::desk(*org)]));
                out.extend(home.first().map(|org| SpaceId::standing(*org)));
            }
            let hidden = |space: &SpaceId| match lookup.place(*space).unwrap() {
                Some(place @ Place::Hidden(_)) => person.reads(&place, now) != Access::None,
                _ => false,
            };
            let spaces: BTreeSet<SpaceId> = logs.keys().map(|(space, _)| *space).collect();
            out.extend(spaces.into_iter().filter(hidden));
            out
        });
        Ok(followed.unwrap_or_default())
    })
}

/// Every accepted write is there, also after the server was set back; if not, what is lost.
fn lost(sim: &Sim, town: &Town, logs: &Log) -> Option<String> {
    town.accepted.iter().find_map(|((doc, change), given)| {
        let there = logs.iter().any(|((_, known), changes)| known == doc && changes.contains_key(change));
        (!there && can_be_given_back(sim, town, *doc, given)).then(|| format!("{doc}, accepted as {given:?}, is lost"))
    })
}

/// Whether the device that wrote something can still give it back to a server that lost it: into a group or a case who
/// reads it, once whoever began it has given back its card.
fn can_be_given_back(sim: &Sim, town: &Town, doc: DocId, given: &Accepted) -> bool {
    let space = given.space;
    // Of what several phones have altered all of them are needed.
    if town.is_gone(doc) {
        return false;
    }
    if given.opens || !is_hidden(sim, town, space) {
        return true;
    }
    let mut cards = town.accepted.values().filter(|card| card.opens && card.space == space);
    let now = hongqi_core::clock::Clock::now(&sim.clock);
    let author = town.phones.iter().find(|phone| phone.device == given.device);
    let reads = |phone: &Handset| {
        !town.came_and_went.contains(&phone.member)
            && (is_forgotten(sim, space) || may_see(sim, phone.member, space, None, now))
    };
    cards.all(|card| town.gives_back(card)) && author.is_some_and(reads)
}

/// Whether a discussion is lost with the server that was set back: nobody could give back the card of the group or the
/// case, or what the thread hangs below.
pub fn is_gone_space(sim: &Sim, town: &Town, space: SpaceId) -> bool {
    let cards = || town.accepted.iter().filter(|(_, card)| card.opens && card.space == space);
    let thread_is_gone = || {
        let above = sim.site.look(|reader| reader.document(space.doc()));
        space.kind() == SpaceKind::Talk && above.is_none() && town.is_gone(space.doc())
    };
    let hidden = is_forgotten(sim, space) && is_hidden(sim, town, space);
    (hidden && cards().any(|((doc, _), _)| town.is_gone(*doc))) || thread_is_gone()
}

/// Whether the server knows of no group and no case with this discussion.
fn is_forgotten(sim: &Sim, space: SpaceId) -> bool {
    sim.site.look(|reader| reader.room(space)).is_none()
}

/// Everything that must hold when all is said and done.
pub fn at_rest(sim: &Sim, town: &Town) {
    let logs = log(sim, &town.phones);
    let now = hongqi_core::clock::Clock::now(&sim.clock);
    let gone = Gone::of(town, &logs);
    for phone in &town.phones {
        during(sim, town, phone);
    }
    for phone in town.present() {
        // Nothing readable that may not be; nothing accepted that the server has not.
        for held in held(phone) {
            let about =
                held.about.and_then(|about| if let About::Member(member) = about { Some(member) } else { None });
            if held.changes.is_empty() {
                assert_eq!(held.owner, phone.member, "{:?} of another that nobody accepted", held.kind);
                continue;
            }
            // As in `unrest`: through the filter of a desk somebody who moved is seen as of when the entry passed.
            let filtered = reads_through_filter(sim, phone.member, held.space)
                && [Some(held.owner), about].into_iter().flatten().any(|member| town.touched.contains(&member));
            // Who has left a group keeps the own word on it, to be able to come back; and a group that a server has
            // forgotten is kept for when it is given back.
            let left = held.kind == Kind::Participant && held.owner == phone.member && about == Some(phone.member);
            let forgotten = is_gone_space(sim, town, held.space);
            assert!(
                filtered || left || forgotten || may_see(sim, phone.member, held.space, Some((held.owner, about)), now),
                "{:?} of {} is kept by {}, who may not read it",
                held.kind,
                held.space,
                phone.member
            );
            let there = logs.get(&(held.space, held.doc));
            let missing = held.changes.iter().find(|change| there.is_none_or(|there| !there.contains_key(*change)));
            let excused = missing.is_some_and(|change| {
                let given = town.accepted.get(&(held.doc, change.to_vec()));
                given.is_some_and(|given| !can_be_given_back(sim, town, held.doc, given))
            });
            assert!(missing.is_none() || excused, "{:?} held by {} is not at the server", held.kind, phone.member);
        }
        for item in phone.within(|core| core.outbox().items().unwrap()) {
            let Delivery::Refused(reason) = item.delivery else { panic!("{item:?}") };
            assert!(is_in_order(sim, town, phone, &item, reason, &gone), "{item:?} of {}", phone.member);
        }
    }
    assert_eq!(lost(sim, town, &logs), None);
    // Every write is accepted or visibly refused.
    for begun in &town.begun {
        let phone = &town.phones[begun.by];
        if town.taken_back.contains(&begun.doc) || !town.present().any(|present| present.device == phone.device) {
            continue;
        }
        let there = logs.keys().any(|(_, doc)| *doc == begun.doc);
        let shown = phone.within(|core| core.outbox().items().unwrap().iter().any(|item| item.doc == begun.doc));
        // In a group that nobody can give back it is shown as it was.
        let kept = || {
            let held = held(phone);
            held.iter().any(|held| held.doc == begun.doc && is_gone_space(sim, town, held.space))
        };
        // Or the server lost it, and its author no longer reads where it stood.
        let mut given = town.accepted.iter().filter(|((doc, _), _)| *doc == begun.doc);
        let lost = given.any(|((doc, _), given)| !can_be_given_back(sim, town, *doc, given));
        assert!(there || shown || lost || kept(), "{begun:?} vanished");
    }
    // What somebody can no longer give back is still shown where it had arrived.
    the_same_shown(sim, town, &gone);
    as_the_model_says(sim, town, &logs, &gone);
}

/// Whether the server was right to refuse this to a phone's member.
fn is_in_order(sim: &Sim, town: &Town, phone: &Handset, item: &OutboxItem, reason: Refusal, gone: &Gone) -> bool {
    let rights = matches!(reason, Refusal::NotAllowed | Refusal::NoSpace);
    let lost_or_gained = || match belongs_to(sim, town, phone, item.space) {
        Some(org) => town.lost_or_gained(phone.member, org),
        None => town.has_left(phone.member),
    };
    // Said in a gathering or a group by who did not know yet of its end.
    let ends = || {
        let room = sim.site.look(|reader| reader.room(item.space));
        room.is_some_and(|room| room.ends.is_some() || room.closed.is_some() || room.gone)
    };
    match reason {
        _ if rights && lost_or_gained() => true,
        // Into a group by who did not know of being sent away.
        _ if rights && is_hidden(sim, town, item.space) && town.came_and_went.contains(&phone.member) => true,
        // Before what it hangs below was given back to a server that had lost it.
        _ if rights && item.space.kind() == SpaceKind::Talk && town.was_lost(item.space) => true,
        Refusal::Ended => ends() || town.was_lost(item.space),
        Refusal::UnknownDocument | Refusal::MissingDependency => gone.touches(item.doc) || gone.space(item.space),
        _ => false,
    }
}

/// The organisation whose rights decide who writes in a space; a group's and the personal one are nobody's.
fn belongs_to(sim: &Sim, town: &Town, phone: &Handset, space: SpaceId) -> Option<OrgId> {
    match space.kind() {
        SpaceKind::Board | SpaceKind::Desk => return Some(space.org()),
        SpaceKind::Personal => return None,
        SpaceKind::Talk if ORGS.into_iter().any(|number| org(number) == space.org()) => return Some(space.org()),
        SpaceKind::Talk => {}
    }
    // A thread belongs where that stands which it hangs below, be that refused or lost.
    let above = sim.site.look(|reader| reader.document(space.doc())).map(|row| row.header.space);
    let refused = || {
        let items = phone.within(|core| core.outbox().items().unwrap());
        items.into_iter().find(|item| item.doc == space.doc()).map(|item| item.space)
    };
    let lost = || town.accepted.iter().find(|((doc, _), _)| *doc == space.doc()).map(|(_, given)| given.space);
    if let Some(board) = above.or_else(refused).or_else(lost) {
        return Some(board.org());
    }
    let asked = || {
        let cases = phone.within(|core| core.consult().list(200).unwrap());
        cases.into_iter().find(|case| case.space == space).map(|case| case.desk)
    };
    sim.site.look(|reader| reader.room(space)).and_then(|room| room.desk).or_else(asked)
}

/// Whether a space is a group's or a case's, one that the server has forgotten too: neither an organisation's nor below a
/// document of a board.
fn is_hidden(sim: &Sim, town: &Town, space: SpaceId) -> bool {
    let standing = ORGS.into_iter().any(|number| org(number) == space.org());
    let below = |doc: &DocId| *doc == space.doc();
    let thread = sim.site.look(|reader| reader.document(space.doc())).is_some()
        || town.accepted.keys().any(|(doc, _)| below(doc))
        || town.begun.iter().any(|begun| below(&begun.doc));
    space.kind() == SpaceKind::Talk && !standing && !thread
}
