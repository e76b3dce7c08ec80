use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::clock::Clock;
use crate::core::{Config, Core};
use crate::document::{About, Change, Document, Edit, Header, Kind, Nonce, Value};
use crate::ids::{ActorId, DeviceId, DocId, Generation, MemberId, OrgId, SpaceId};
use crate::key::{DeviceKey, SoftwareKey};
use crate::outbox::Delivery;
use crate::role::Role;
use crate::store::Write;
use crate::sync::wire::{AuthorCard, EnrolResponse, Token};

const AT: Timestamp = Timestamp(1_800_000_000_000);
const MINUTE: i64 = 60_000;

struct Watch(AtomicI64);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// The phone of the member 1, and what others write, by hand.
struct Li {
    core: Core,
    clock: Arc<Watch>,
    _dir: tempfile::TempDir,
}

fn member(number: &str) -> MemberId {
    MemberId::from_number(number)
}

fn branch() -> OrgId {
    OrgId::from_number("B1")
}

impl Li {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = SoftwareKey::generate().unwrap().0;
        let key = Arc::new(SoftwareKey::generate().unwrap().0);
        let clock = Arc::new(Watch(AtomicI64::new(AT.0)));
        let core = Core::open(Config::new(dir.path(), key.clone()).clock(clock.clone())).unwrap();
        let card = AuthorCard {
            device: DeviceId::of_key(&key.public_key()),
            member: member("1"),
            public_key: key.public_key(),
            name: "李敏".into(),
            home: branch(),
            signature: [0; 64],
        };
        let token = Token { secret: "x".into(), ttl_ms: 1 };
        let server_key = server.public_key();
        let response = EnrolResponse { card: card.sign(&server).unwrap(), server_key, token };
        core.enrolled("sim://server", &response).unwrap();
        Self { core, clock, _dir: dir }
    }

    fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    fn take(&self, header: &Header, fields: &[(&str, Value)]) {
        let actor = ActorId::of(DeviceId::from_bytes([9; 16]), Generation::from_bytes([9; 16]));
        let change = Change::first(actor, AT, fields).unwrap();
        self.take_change(header, change.bytes());
    }

    fn take_change(&self, header: &Header, change: &[u8]) {
        let write = |write: &mut Write<'_>| write.accept(header.id(), header.space, Some(*header), change, AT);
        assert!(self.core.store.write(write).unwrap());
    }

    fn holds(&self, role: Role) {
        let grant = header(Kind::Grant, SpaceId::personal(member("1")), MemberId::SERVER, None, b"12345678");
        let path = Value::Bytes(branch().as_bytes().to_vec());
        self.take(&grant, &[("role", (role as i64).into()), ("path", path)]);
    }

    fn seat(&self, space: SpaceId, fields: &[(&str, Value)]) {
        let about = Some(About::Space(space));
        self.take(&header(Kind::Seat, SpaceId::personal(member("1")), MemberId::SERVER, about, b""), fields);
    }

    fn follows(&self, space: SpaceId) -> bool {
        let followed = "SELECT 1 FROM space WHERE id = ?1 AND follow = 1";
        self.core.store.read(|connection| Ok(connection.prepare(followed)?.exists([space])?)).unwrap()
    }

    fn takes_part(&self, group: DocId) -> Vec<MemberId> {
        self.core.gatherings().participants(group).unwrap().into_iter().map(|one| one.member).collect()
    }
}

fn header(kind: Kind, space: SpaceId, owner: MemberId, about: Option<About>, nonce: &[u8]) -> Header {
    Header { kind, space, owner, about, nonce: Nonce::new(nonce).unwrap() }
}

/// A group that another has opened.
fn others_group(owner: &str) -> Header {
    let nonce = Nonce::new(b"abcdefgh").unwrap();
    header(Kind::Group, SpaceId::hidden(member(owner), &nonce), member(owner), None, b"abcdefgh")
}

fn participant(space: SpaceId, by: &str, about: &str) -> Header {
    header(Kind::Participant, space, member(by), Some(About::Member(member(about))), b"")
}

fn topic() -> (&'static str, Value) {
    ("topic", "雨天撤离".into())
}

#[test]
fn a_group_is_whole_with_no_network() {
    let li = Li::new();
    let gatherings = li.core.gatherings();
    let group = gatherings.open_group("班车改线", None, &[member("2"), member("3"), member("1")]).unwrap();
    let view = gatherings.gathering(group).unwrap().unwrap();
    assert_eq!((view.state, view.may_write, view.may_lead, view.joined), (GatheringState::Running, true, true, true));
    assert_eq!((view.delivery, view.org, view.ends), (Delivery::OnDevice, None, None));
    assert_eq!(gatherings.of_discussion(view.space).unwrap(), Some(view.clone()));
    assert_eq!(gatherings.running().unwrap(), std::slice::from_ref(&view));
    let mut there = [member("1"), member("2"), member("3")];
    there.sort();
    let mut shown = li.takes_part(group);
    shown.sort();
    assert_eq!(shown, there);

    let message = li.core.talk().post(view.space, "七点在东门", None).unwrap();
    let talk = &li.core.talk().list().unwrap()[0];
    assert_eq!((&talk.name[..], talk.gathering), ("班车改线", Some(group)));
    assert_eq!(talk.last.as_ref().unwrap().id, message);
    // What roles ask for is worked out anew: the own group stays, before the server has heard of it.
    li.holds(Role::Member);
    assert!(li.follows(view.space));

    gatherings.send_away(group, member("3")).unwrap();
    assert!(!li.takes_part(group).contains(&member("3")));
    gatherings.bring_in(group, &[member("3"), member("4")]).unwrap();
    assert_eq!(li.takes_part(group).len(), 4);
    assert_eq!(gatherings.send_away(group, member("1")), Err(Error::NotAllowed));
    assert_eq!(gatherings.leave(group), Err(Error::NotAllowed));
    assert!(matches!(gatherings.extend(group, AT.plus_ms(MINUTE)), Err(Error::Invalid { field: "ends", .. })));
}

#[test]
fn who_takes_part_is_the_same_in_any_order() {
    let card = others_group("2");
    let says = |by: &str, about: &str, present: bool| (participant(card.space, by, about), present);
    // Brought in; brought in and gone; never brought in and says so; brought in by one who has no say; sent away.
    let said = [
        says("2", "1", true),
        says("2", "3", true),
        says("3", "3", false),
        says("4", "4", true),
        says("3", "5", true),
        says("2", "6", false),
        says("6", "6", true),
    ];
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..12 {
        let li = Li::new();
        let mut order: Vec<usize> = (0..=said.len()).collect();
        rng.shuffle(&mut order);
        for index in order {
            match said.get(index) {
                Some((header, present)) => li.take(header, &[("present", (*present).into())]),
                None => li.take(&card, &[topic()]),
            }
        }
        let mut there = [member("1"), member("2")];
        there.sort();
        let mut shown = li.takes_part(card.id());
        shown.sort();
        assert_eq!(shown, there);
        assert!(li.core.gatherings().running().unwrap()[0].may_write);
    }
}

#[test]
fn one_who_left_writes_no_more_and_may_come_back() {
    let li = Li::new();
    let card = others_group("2");
    li.seat(card.space, &[("left", false.into())]);
    assert!(li.follows(card.space));
    li.take(&card, &[topic()]);
    li.take(&participant(card.space, "2", "1"), &[("present", true.into())]);
    let gatherings = li.core.gatherings();
    assert_eq!(gatherings.come_back(card.space), Err(Error::NotFound), "not left yet");
    assert_eq!(gatherings.bring_in(card.id(), &[member("3")]), Err(Error::NotAllowed));
    li.core.talk().post(card.space, "我先走了", None).unwrap();
    gatherings.leave(card.id()).unwrap();
    assert_eq!(li.core.talk().post(card.space, "还有", None), Err(Error::NotAllowed));
    assert!(!gatherings.running().unwrap()[0].may_write);

    // The server has heard of it.
    let left =
        header(Kind::Seat, SpaceId::personal(member("1")), MemberId::SERVER, Some(About::Space(card.space)), b"");
    let actor = ActorId::of(DeviceId::from_bytes([8; 16]), Generation::from_bytes([8; 16]));
    let doc = li.core.store.write(|write| write.document(left.id())).unwrap().unwrap();
    let mut loaded = Document::load(doc.accepted()).unwrap();
    let change = loaded.edit(actor, AT.plus_ms(1), &[Edit::Put("left", true.into())]).unwrap().unwrap();
    li.take_change(&left, change.bytes());
    assert!(!li.follows(card.space));
    assert_eq!(gatherings.gathering(card.id()).unwrap(), None);
    assert!(li.core.talk().page(card.space, None, 9).unwrap().messages.iter().all(|m| m.body == "我先走了"));
    let here = gatherings.left().unwrap();
    assert_eq!((here.len(), here[0].space), (1, card.space));

    gatherings.come_back(card.space).unwrap();
    assert!(gatherings.left().unwrap().is_empty());
    let change = loaded.edit(actor, AT.plus_ms(2), &[Edit::Put("left", false.into())]).unwrap().unwrap();
    li.take_change(&left, change.bytes());
    assert!(li.follows(card.space));
}

#[test]
fn a_seat_ends_with_its_time_when_the_app_is_opened() {
    let li = Li::new();
    let card = others_group("2");
    li.seat(card.space, &[("until", AT.plus_ms(10 * MINUTE).into())]);
    li.take(&card, &[topic()]);
    li.pass(9 * MINUTE);
    li.core.pause().unwrap();
    li.core.resume().unwrap();
    assert!(li.follows(card.space));
    li.pass(MINUTE);
    li.core.pause().unwrap();
    li.core.resume().unwrap();
    assert!(!li.follows(card.space));
    assert_eq!(li.core.gatherings().gathering(card.id()).unwrap(), None);
    assert!(li.core.search().find("雨天", 9).unwrap().is_empty());
    li.holds(Role::Member);
    assert!(!li.follows(card.space), "nor does it come back");
}

#[test]
fn over_is_refused_at_once_and_what_was_written_before_waits() {
    let li = Li::new();
    li.holds(Role::Secretary);
    let gatherings = li.core.gatherings();
    let ends = AT.plus_ms(45 * MINUTE);
    assert!(matches!(gatherings.open(branch(), "早会", AT), Err(Error::Invalid { field: "ends", .. })));
    let elsewhere = OrgId::from_number("B2");
    assert_eq!(gatherings.open(elsewhere, "早会", ends), Err(Error::NotAllowed));
    let gathering = gatherings.open(branch(), "早会", ends).unwrap();
    let space = SpaceId::thread(gathering);
    let talk = li.core.talk();
    let before = talk.post(space, "三楼漏水", None).unwrap();
    let regretted = talk.post(space, "说错了", None).unwrap();
    assert_eq!(gatherings.extend(gathering, ends), Err(Error::Invalid { field: "ends", reason: "not later" }));
    gatherings.extend(gathering, ends.plus_ms(MINUTE)).unwrap();

    li.pass(45 * MINUTE);
    talk.post(space, "还有一分钟", None).unwrap();
    li.pass(MINUTE);
    let view = gatherings.gathering(gathering).unwrap().unwrap();
    assert_eq!((view.state, view.may_write, view.may_lead), (GatheringState::Ended, false, true));
    assert_eq!(talk.post(space, "迟了", None), Err(Error::Ended));
    assert_eq!(talk.edit(before, "四楼漏水"), Err(Error::Ended));
    assert_eq!(talk.react(before, Some("👍")), Err(Error::Ended));
    assert_eq!(gatherings.extend(gathering, ends.plus_ms(9 * MINUTE)), Err(Error::Ended));
    assert_eq!(gatherings.end(gathering), Err(Error::Ended));
    // What never left is taken back all the same, and the rest waits for the server's word.
    talk.withdraw(regretted).unwrap();
    let waits = talk.message(before).unwrap().unwrap();
    assert_eq!((&waits.body[..], waits.delivery), ("三楼漏水", Delivery::OnDevice));

    gatherings.summarise(gathering, "泵阀班午后检修").unwrap();
    assert!(gatherings.running().unwrap().is_empty());
    let archive = gatherings.archive(None, 9).unwrap();
    assert_eq!((archive.gatherings.len(), archive.next), (1, None));
    assert_eq!(archive.gatherings[0].summary, "泵阀班午后检修");
    for query in ["早会", "泵阀"] {
        assert_eq!(li.core.search().find(query, 9).unwrap()[0].doc, gathering, "{query}");
    }
    while li.core.search().index().unwrap() {}
    assert_eq!(li.core.search().find("泵阀", 9).unwrap()[0].doc, gathering);
    assert_eq!(li.core.search().find("漏水", 9).unwrap()[0].doc, before);
}

#[test]
fn ended_early_it_is_over_at_once() {
    let li = Li::new();
    let gatherings = li.core.gatherings();
    let group = gatherings.open_group("班车", Some(AT.plus_ms(45 * MINUTE)), &[member("2")]).unwrap();
    let space = gatherings.gathering(group).unwrap().unwrap().space;
    let before = li.core.talk().post(space, "七点", None).unwrap();
    gatherings.end(group).unwrap();
    let view = gatherings.gathering(group).unwrap().unwrap();
    assert_eq!((view.state, view.may_write), (GatheringState::Closed, false));
    assert!(view.closed.unwrap() > li.core.talk().message(before).unwrap().unwrap().written_at);
    assert_eq!(li.core.talk().post(space, "八点", None), Err(Error::Ended));
    assert_eq!(gatherings.bring_in(group, &[member("3")]), Err(Error::Ended));
    assert!(!li.core.talk().message(before).unwrap().unwrap().after_end);
    // One who did not know of it.
    let late = header(Kind::Message, space, member("2"), None, b"87654321");
    let actor = ActorId::of(DeviceId::from_bytes([9; 16]), Generation::from_bytes([9; 16]));
    let change = Change::first(actor, AT.plus_ms(MINUTE), &[("body", "八点吧".into())]).unwrap();
    li.take_change(&late, change.bytes());
    assert!(li.core.talk().message(late.id()).unwrap().unwrap().after_end);
}

#[test]
fn of_two_who_say_so_at_once_the_later_end_and_the_earlier_closing_count() {
    let li = Li::new();
    li.holds(Role::Member);
    let card = header(Kind::Gathering, SpaceId::board(branch()), member("2"), None, b"12345678");
    let actor = |number: u8| ActorId::of(DeviceId::from_bytes([number; 16]), Generation::from_bytes([1; 16]));
    let at = |minutes: i64| Value::from(AT.plus_ms(minutes * MINUTE));
    let first = Change::first(actor(1), AT, &[topic(), ("ends", at(45))]).unwrap();
    li.take_change(&card, first.bytes());
    assert!(!li.core.gatherings().running().unwrap()[0].joined, "listed as soon as its card is here");
    for (number, edits) in [
        (2, [Edit::Put("ends", at(60)), Edit::Put("closed", at(50))]),
        (3, [Edit::Put("ends", at(55)), Edit::Put("closed", at(40))]),
    ] {
        let mut apart = Document::load([first.bytes()]).unwrap();
        let change = apart.edit(actor(number), AT, &edits).unwrap().unwrap();
        li.take_change(&card, change.bytes());
    }
    let view = li.core.gatherings().gathering(card.id()).unwrap().unwrap();
    let minutes = |time: Option<Timestamp>| (time.unwrap().0 - AT.0) / MINUTE;
    assert_eq!((minutes(view.ends), minutes(view.closed)), (60, 40));
    li.core.gatherings().join(card.id()).unwrap();
    assert!(li.core.gatherings().gathering(card.id()).unwrap().unwrap().joined);
}

#[test]
fn the_archive_is_paged_the_last_over_first() {
    let li = Li::new();
    let gatherings = li.core.gatherings();
    let open =
        |minutes: i64| gatherings.open_group(&format!("第{minutes}"), Some(AT.plus_ms(minutes * MINUTE)), &[]).unwrap();
    let ids = [open(3), open(1), open(2), open(3)];
    li.pass(3 * MINUTE);
    let first = gatherings.archive(None, 3).unwrap();
    let rest = gatherings.archive(first.next, 3).unwrap();
    assert_eq!(rest.next, None);
    let shown: Vec<_> = first.gatherings.iter().chain(&rest.gatherings).map(|one| one.id).collect();
    let mut last_two = [ids[0], ids[3]];
    last_two.sort();
    assert_eq!(shown, [last_two[1], last_two[0], ids[2], ids[1]]);
}

#[test]
fn officers_are_listed_while_they_hold_their_office() {
    let li = Li::new();
    li.holds(Role::Member);
    let officer = |number: &str, fields: &[(&str, Value)]| {
        let about = Some(About::Member(member(number)));
        li.take(&header(Kind::Officer, SpaceId::board(branch()), MemberId::SERVER, about, b""), fields);
    };
    let role = |role: Role| ("role", Value::from(role as i64));
    officer("3", &[("name", "赵国强".into()), role(Role::Organiser), ("until", AT.plus_ms(MINUTE).into())]);
    officer("2", &[("name", "王秀兰".into()), role(Role::Secretary), ("conflict", true.into())]);
    officer("5", &[("name", "陈涛".into()), role(Role::Secretary), ("ended", true.into())]);
    let shown = |li: &Li| -> Vec<(String, Role, bool)> {
        let officers = li.core.directory().officers(branch()).unwrap();
        officers.into_iter().map(|one| (one.name, one.role, one.conflict)).collect()
    };
    let secretary = ("王秀兰".to_owned(), Role::Secretary, true);
    assert_eq!(shown(&li), [secretary.clone(), ("赵国强".to_owned(), Role::Organiser, false)]);
    li.pass(MINUTE);
    assert_eq!(shown(&li), [secretary]);
}
