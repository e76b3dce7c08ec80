//! The table against the server: what everybody gets of each space, is told of it, and may push into it.

use std::collections::BTreeSet;

use hongqi_core::clock::Clock;
use hongqi_core::document::Nonce;
use hongqi_core::ids::{DeviceId, DocId, ID_LEN, MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::sync::wire::{
    Ask, Cursor, Entry, Follow, From, Hint, Page, PageOutcome, Pushed, Refusal, SignedBatch, SyncRequest, SyncResponse,
    Target, digest,
};
use hongqi_tests::world::{World, member, org};

use crate::table::{Kinds, Row, TURNED_AWAY, kinds};
use crate::town::{QUIET, Town, canary};
use crate::wire::{Device, asks, batches, contains, judged, request, said};

/// The end of a log, as one knows it who reads it.
fn head(town: &Town, name: &str) -> Cursor {
    let reader = town.rows.iter().position(|row| row.reads(name)).unwrap_or(0);
    match town.ask(reader, town.spaces[name], From::Start).pages.as_slice() {
        [page] => match &page.outcome {
            PageOutcome::Entries(page) => Cursor { epoch: page.epoch, seq: page.up_to, check: page.check },
            // Nobody reads it.
            _ => Cursor { epoch: 1, seq: 1, check: [0; 8] },
        },
        _ => panic!("nothing to read in {name}"),
    }
}

/// Every way to ask.
fn ways(head: Cursor) -> [From; 5] {
    let start = Cursor { seq: 0, check: [0; 8], ..head };
    [
        From::Start,
        From::Newest,
        From::After(start),
        From::After(head),
        From::Older { epoch: head.epoch, before: head.seq + 1, floor: 0 },
    ]
}

#[test]
fn everybody_gets_what_the_table_says_however_they_ask() {
    let town = Town::new(70);
    for (name, space) in town.columns() {
        let head = head(&town, name);
        for (at, row) in town.rows.iter().enumerate() {
            for from in ways(head) {
                let response = town.ask(at, space, from);
                let what = format!("{} of {name}, {from:?}: {:?}", row.who, response.pages);
                let seen = contains(&said(&response), &canary(name));
                let [page] = response.pages.as_slice() else {
                    assert!(response.pages.is_empty() && row.reads(name) && from == From::After(head), "{what}");
                    continue;
                };
                match &page.outcome {
                    PageOutcome::Denied => {
                        assert!(!row.reads(name) && !seen && response.authors.is_empty(), "{what}");
                    }
                    PageOutcome::Forked => assert!(row.reads(name) && matches!(from, From::After(_)), "{what}"),
                    PageOutcome::Entries(entries) => {
                        assert!(row.reads(name), "{what}");
                        assert_eq!(entries.filtered, row.is_filtered(name), "{what}");
                        // Of a gathering the card stands on the board; only what is said is in its discussion.
                        assert_eq!(seen, row.sees(name), "{what}");
                        assert!(!row.is_filtered(name) || row.sees(name) || batches(&page.outcome).is_empty());
                    }
                }
            }
        }
    }
}

#[test]
fn names_of_a_branch_reach_nobody_outside_of_it() {
    let town = Town::new(71);
    let everything: Vec<SpaceId> = town.spaces.values().copied().collect();
    for (row, device) in town.rows.iter().zip(&town.devices) {
        let response = device.exchange(&town.world.server, &asks(&everything, From::Start)).unwrap();
        assert_eq!(contains(&said(&response), QUIET.1), row.reads("board"), "{}", row.who);
        // Who wrote something: only of what is read, and in a group or a thread of whoever takes part.
        let homes: BTreeSet<OrgId> = response.authors.iter().map(|card| card.home).collect();
        let knows_b1 = ["board", "group", "above"].iter().any(|name| row.sees(name));
        assert!(knows_b1 || !homes.contains(&org("B1")), "{}", row.who);
    }
}

#[test]
fn a_stream_hints_at_what_its_member_sees_and_at_nothing_else() {
    let town = Town::new(72);
    let everything: Vec<SpaceId> = town.spaces.values().copied().collect();
    for (row, device) in town.rows.iter().zip(&town.devices) {
        let expected = |name: &&str| row.sees(name) && !["board", "server"].contains(name);
        let expected: BTreeSet<_> = town.columns().filter(|(name, _)| expected(name)).map(|(_, space)| space).collect();
        let names = |hints: Vec<Hint>| -> BTreeSet<SpaceId> {
            hints.into_iter().map(|hint| hint.space).filter(|space| *space != town.spaces["board"]).collect()
        };
        let mut hints = names(town.world.server.hears(device.id, &town.events).unwrap());
        // Of others' personal spaces nothing either; of the own that rights have changed.
        hints.remove(&SpaceId::personal(device.member));
        assert_eq!(hints, &expected - &BTreeSet::from([SpaceId::personal(device.member)]), "{}", row.who);
        // A stream that opens now looks for what its device follows: it had asked for everything, some of it in vain.
        let readable = |space: &SpaceId| town.columns().any(|(name, of)| of == *space && row.reads(name));
        let news = names(town.world.server.news(device.id).unwrap());
        assert!(news.iter().all(readable), "{}: {news:?}", row.who);
        assert!(expected.iter().all(|space| news.contains(space)), "{}: {news:?}", row.who);
        // To claim that one follows what was denied helps nothing.
        device.exchange(&town.world.server, &asks(&everything, From::Newest)).unwrap();
        assert!(names(town.world.server.news(device.id).unwrap()).iter().all(readable), "{}", row.who);
        let claimed = town.columns().filter(|(name, _)| !row.reads(name)).map(|(_, space)| space).collect::<Vec<_>>();
        let nowhere = Cursor { epoch: 1, seq: 0, check: [0; 8] };
        let digest = digest(claimed.iter().map(|space| (space, &nowhere)));
        let request = SyncRequest { follow: Follow::Unchanged { digest }, ..request(vec![], vec![]) };
        let response = device.exchange(&town.world.server, &request).unwrap();
        assert!(response.ask_again && response.pages.is_empty(), "{}", row.who);
    }
}

/// What somebody tries with one space, whether it exists or not: every way to ask for it, a document of each kind, and
/// what can be done with the ids of what is there.
struct Probe {
    asks: Vec<Ask>,
    push: Vec<SignedBatch>,
    /// The ids that stand for the space, and may come back in the answer.
    ids: Vec<[u8; ID_LEN]>,
}

impl Probe {
    fn new(town: &Town, device: &mut Device, space: SpaceId, head: Cursor, known: DocId) -> Self {
        let mut ids = vec![*space.org().as_bytes(), *known.as_bytes()];
        let mut push = Vec::new();
        for Kinds { kind, which, .. } in kinds() {
            let (about, fields) = town.sample(kind, which, device.member);
            let fields: Vec<_> = fields.iter().map(|(key, value)| (&**key, value.clone())).collect();
            let header = device.header(kind, space, about);
            ids.push(*header.id().as_bytes());
            let change = device.first(town.world.clock.now(), &fields);
            push.push(device.sign(space, vec![Entry { target: Target::of(&header), change }]));
        }
        let change = device.first(town.world.clock.now(), &[("body", "x".into())]);
        for change in [change, vec![0x85; 40]] {
            push.push(device.sign(space, vec![Entry { target: Target::Known(known), change }]));
        }
        let asks = ways(head).map(|from| Ask { space, from }).into();
        Self { asks, push, ids }
    }

    fn send(&self, town: &Town, device: &Device) -> SyncResponse {
        device.exchange(&town.world.server, &request(self.asks.clone(), self.push.clone())).unwrap()
    }

    /// The bytes of the answer, but for the ids.
    fn anonymous(&self, response: &SyncResponse) -> Vec<u8> {
        let mut bytes = minicbor::to_vec(response).unwrap();
        for id in &self.ids {
            while let Some(at) = bytes.windows(ID_LEN).position(|window| window == id) {
                bytes[at..at + ID_LEN].fill(0);
            }
        }
        bytes
    }
}

/// A space of the same sort that never was.
fn nowhere(name: &str) -> SpaceId {
    match name {
        "board" => SpaceId::board(org("nowhere")),
        "desk" | "above" => SpaceId::desk(org("nowhere")),
        "standing" => SpaceId::standing(org("nowhere")),
        "personal" | "server" => SpaceId::personal(member("nobody")),
        _ => SpaceId::hidden(member("nobody"), &Nonce::from_bytes([0xee; 8])),
    }
}

#[test]
fn what_one_may_not_know_of_answers_as_what_never_was() {
    let mut town = Town::new(73);
    for (name, space) in town.columns().collect::<Vec<_>>() {
        let head = head(&town, name);
        let known = town.docs.get(name).map_or(DocId::from_bytes([6; 16]), |header| header.id());
        for at in 0..town.rows.len() {
            if town.rows[at].may_know(name) {
                continue;
            }
            let mut device = Device::enrol(&town.world, town.rows[at].number);
            let mut answers = Vec::new();
            for (life, space, known) in [(1, space, known), (2, nowhere(name), DocId::from_bytes([7; 16]))] {
                // The numbers of the batches come back in the answer.
                device.start_over(life);
                let probe = Probe::new(&town, &mut device, space, head, known);
                let response = probe.send(&town, &device);
                assert!(response.pages.iter().all(|page| page.outcome == PageOutcome::Denied));
                answers.push(probe.anonymous(&response));
            }
            assert!(answers[0] == answers[1], "{} can tell that there is {name}", town.rows[at].who);
            town.devices[at] = device;
        }
    }
}

#[test]
fn of_what_is_named_by_nonsense_there_is_nothing() {
    let town = Town::new(74);
    let zero = [0; ID_LEN];
    let mut garbage: Vec<SpaceId> = [zero, [0xff; ID_LEN], [0x5a; ID_LEN]]
        .into_iter()
        .flat_map(|id| {
            let (org, doc) = (OrgId::from_bytes(id), DocId::from_bytes(id));
            let person = SpaceId::personal(MemberId::from_bytes(id));
            [SpaceId::board(org), SpaceId::desk(org), SpaceId::standing(org), SpaceId::thread(doc), person]
        })
        .collect();
    // Threads below what is no document of a board: whatever stands in a desk, a discussion, a personal space.
    garbage.extend(town.docs.iter().filter(|(name, _)| **name != "board").map(|(_, doc)| SpaceId::thread(doc.id())));
    for (row, device) in town.rows.iter().zip(&town.devices) {
        for from in [From::Start, From::Newest, From::Older { epoch: 0, before: u64::MAX, floor: 0 }] {
            let response = device.exchange(&town.world.server, &asks(&garbage, from)).unwrap();
            assert_eq!(response.pages.len(), garbage.len());
            let denied = |page: &Page| page.outcome == PageOutcome::Denied;
            assert!(response.pages.iter().all(denied), "{}: {:?}", row.who, response.pages);
        }
    }
}

#[test]
fn a_document_of_each_kind_is_taken_or_refused_as_the_table_says() {
    let town = Town::new(75);
    let mut wrong = Vec::new();
    for (name, space) in town.columns().filter(|(name, _)| !["above", "server"].contains(name)).collect::<Vec<_>>() {
        let head = head(&town, name);
        for at in 0..town.rows.len() {
            let row: Row = town.rows[at].clone();
            let mut device = Device::enrol(&town.world, row.number);
            let probe = Probe::new(&town, &mut device, space, head, DocId::from_bytes([7; 16]));
            let response = probe.send(&town, &device);
            for (kinds, pushed) in kinds().iter().zip(&response.pushed) {
                let expected = row.writes(name, kinds);
                let got = judged(&pushed.outcome);
                if got != expected {
                    wrong.push(format!(
                        "{:?}{} by {} in {name}: {got:?}, not {expected:?}",
                        kinds.kind, kinds.which, row.who
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn who_is_turned_away_at_the_door_is_heard_in_nothing() {
    let mut town = Town::new(76);
    let elsewhere = Device::enrol(&World::park(77), "1001");
    let mut stranger = Device::enrol(&town.world, "1003");
    stranger.id = DeviceId::from_bytes([3; 16]);
    let [removed, revoked] = [&mut town.removed, &mut town.revoked].map(|device| device.take().unwrap());
    for ((who, code), mut device) in TURNED_AWAY.into_iter().zip([removed, revoked, elsewhere, stranger]) {
        for (name, space) in town.columns().collect::<Vec<_>>() {
            let probe = Probe::new(&town, &mut device, space, head(&town, name), DocId::from_bytes([7; 16]));
            let ask = request(probe.asks.clone(), vec![]);
            let refused = device.exchange(&town.world.server, &ask).unwrap_err();
            assert_eq!(format!("{refused:?}"), code, "{who}: {name}");
            let whole = device.exchange(&town.world.server, &request(probe.asks, probe.push));
            match whole {
                Err(refused) => assert_eq!(format!("{refused:?}"), code, "{who}: {name}"),
                // Who was a member may still say of a time before that they were somewhere, and hears only what became of it.
                Ok(response) => {
                    assert!(who == TURNED_AWAY[0].0 && space.kind() == SpaceKind::Desk, "{who}: {name}");
                    assert!(response.pages.is_empty() && response.authors.is_empty());
                    let refused = |pushed: &Pushed| judged(&pushed.outcome) == Err(Refusal::NoSpace);
                    assert!(response.pushed.iter().all(refused), "{who}: {name}");
                }
            }
        }
        assert!(town.world.server.hears(device.id, &town.events).is_err(), "{who}");
        assert!(town.world.server.news(device.id).is_err(), "{who}");
    }
}
