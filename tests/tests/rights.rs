//! Who may not, can not: through the core, and at the wire with whatever a hostile phone sends.

#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::activity::NewActivity;
use hongqi_core::clock::Timestamp;
use hongqi_core::document::{Change, Header, Kind, Nonce, Value};
use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::{ActorId, DeviceId, DocId, Generation, MemberId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::sync::wire::{
    Ask, Batch, Entry, Follow, From, PageOutcome, PushOutcome, Refusal, SyncRequest, Target, VERSION,
};
use hongqi_tests::world::{MEMBERS, MORNING, ORGANISATIONS, Phone, World, member, org};

fn asks(spaces: &[SpaceId], from: From) -> SyncRequest {
    let asks = spaces.iter().map(|space| Ask { space: *space, from }).collect();
    SyncRequest { version: VERSION, generation: None, follow: Follow::Asks(asks), push: vec![], budget: 1 << 20 }
}

/// What a phone that has been taken apart could sign: its key, with any content.
struct Hostile<'a> {
    phone: &'a Phone,
    generation: Generation,
    dev_seq: u64,
}

impl<'a> Hostile<'a> {
    fn new(phone: &'a Phone) -> Self {
        Self { phone, generation: Generation::from_bytes([9; 16]), dev_seq: 0 }
    }

    fn actor(&self) -> ActorId {
        ActorId::of(self.phone.device(), self.generation)
    }

    fn push(&mut self, world: &World, space: SpaceId, entries: Vec<Entry>) -> PushOutcome {
        self.push_as(world, self.phone.device(), space, entries)
    }

    fn push_as(&mut self, world: &World, device: DeviceId, space: SpaceId, entries: Vec<Entry>) -> PushOutcome {
        self.dev_seq += 1;
        let batch = Batch { space, device, generation: self.generation, dev_seq: self.dev_seq, entries };
        let push = vec![batch.sign(&self.phone.key()).unwrap()];
        let request = SyncRequest { push, ..asks(&[], From::Start) };
        world.server.sync(self.phone.device(), request).unwrap().pushed[0].outcome.clone()
    }
}

fn entry(actor: ActorId, kind: Kind, fields: &[(&str, Value)]) -> Entry {
    let change = Change::first(actor, MORNING, fields).unwrap().into_bytes();
    Entry { target: Target::New { kind: kind.into(), about: None, nonce: Nonce::from_bytes([1; 8]) }, change }
}

fn refused(outcome: &PushOutcome) -> Option<Refusal> {
    match outcome {
        PushOutcome::Refused(docs) => docs.first().map(|doc| doc.reason),
        _ => None,
    }
}

#[test]
fn nobody_reads_a_space_they_have_no_right_to() {
    let mut world = World::park(7);
    let mut wang = world.phone("1002");
    wang.sync(&world);
    wang.core().talk().post(SpaceId::standing(org("B1")), "只在支部内", None).unwrap();
    wang.sync(&world);
    let zhou = world.phone("2002");
    let forbidden = [
        SpaceId::board(org("B1")),
        SpaceId::desk(org("B1")),
        SpaceId::standing(org("B1")),
        SpaceId::standing(org("C1")),
        SpaceId::personal(member("1001")),
        SpaceId::personal(MemberId::SERVER),
        SpaceId::thread(DocId::from_bytes([3; 16])),
        SpaceId::board(org("no such organisation")),
    ];
    let older = From::Older { epoch: 0, before: 2, floor: 0 };
    for from in [From::Start, From::Newest, older] {
        let answer = world.server.sync(zhou.device(), asks(&forbidden, from)).unwrap();
        assert_eq!(answer.pages.len(), forbidden.len(), "what exists and what does not answer alike");
        assert!(answer.pages.iter().all(|page| page.outcome == PageOutcome::Denied), "{from:?}");
        assert!(answer.authors.is_empty());
    }
}

#[test]
fn nobody_writes_what_is_not_theirs_to_write() {
    let mut world = World::park(8);
    let li = world.phone("1001");
    let victim = world.phone("2002");
    let mut hostile = Hostile::new(&li);
    let actor = hostile.actor();
    let message = |actor| entry(actor, Kind::Message, &[("body", "你好".into())]);
    let own_talk = SpaceId::standing(org("B1"));

    // Another branch's discussion, another's personal space, a board without an editor's role.
    assert!(refused(&hostile.push(&world, SpaceId::standing(org("B2")), vec![message(actor)])).is_some());
    let draft = entry(actor, Kind::Draft, &[("text", Value::Text("x".into()))]);
    assert!(refused(&hostile.push(&world, SpaceId::personal(member("2002")), vec![draft])).is_some());
    let article = entry(actor, Kind::Article, &[("title", "x".into()), ("body", Value::Text("y".into()))]);
    assert!(refused(&hostile.push(&world, SpaceId::board(org("C1")), vec![article])).is_some());
    // A grant of a role to oneself, a card.
    let grant = entry(actor, Kind::Grant, &[("role", 8.into())]);
    assert!(refused(&hostile.push(&world, SpaceId::personal(member("1001")), vec![grant])).is_some());
    // A roll mark without the role of an organiser, a check-in that is no check-in.
    let change = Change::first(actor, MORNING, &[("mark", "present".into())]).unwrap().into_bytes();
    let about = Some(hongqi_core::document::About::Member(member("1004")));
    let target = Target::New { kind: Kind::RollMark.into(), about, nonce: Nonce::from_bytes([2; 8]) };
    assert!(refused(&hostile.push(&world, SpaceId::desk(org("B1")), vec![Entry { target, change }])).is_some());
    // Another's actor, another's device, a key that this kind does not have, not a change at all.
    let stolen = ActorId::of(victim.device(), Generation::from_bytes([9; 16]));
    assert!(refused(&hostile.push(&world, own_talk, vec![message(stolen)])).is_some());
    let posing = hostile.push_as(&world, victim.device(), own_talk, vec![message(stolen)]);
    assert_eq!(posing, PushOutcome::Malformed);
    let unknown = entry(actor, Kind::Message, &[("points", 100.into())]);
    assert_eq!(refused(&hostile.push(&world, own_talk, vec![unknown])), Some(Refusal::Malformed));
    let noise = Entry { target: message(actor).target, change: vec![0x85; 40] };
    assert_eq!(refused(&hostile.push(&world, own_talk, vec![noise])), Some(Refusal::Malformed));
    // A document of another: known by its id only, or begun under another's header.
    let others = Header {
        kind: Kind::Message,
        space: own_talk,
        owner: member("1002"),
        about: None,
        nonce: Nonce::from_bytes([1; 8]),
    };
    let mut foreign = message(actor);
    foreign.target = Target::Known(others.id());
    assert!(refused(&hostile.push(&world, own_talk, vec![foreign])).is_some());

    // One honest message among all this is taken, once.
    let honest = hostile.push(&world, own_talk, vec![message(actor)]);
    assert!(matches!(honest, PushOutcome::Accepted { .. }), "{honest:?}");
}

#[test]
fn a_probationary_member_has_no_vote_at_the_wire_either() {
    let mut world = World::park(80);
    let (mo, li) = (world.phone("1004"), world.phone("1001"));
    let vote = |phone: &Phone| {
        let mut hostile = Hostile::new(phone);
        let change = Change::first(hostile.actor(), MORNING, &[("choice", 1.into())]).unwrap().into_bytes();
        let about = Some(hongqi_core::document::About::Doc(DocId::from_bytes([5; 16])));
        let target = Target::New { kind: Kind::Vote.into(), about, nonce: Nonce::EMPTY };
        hostile.push(&world, SpaceId::desk(org("B1")), vec![Entry { target, change }])
    };
    assert_eq!(refused(&vote(&mo)), Some(Refusal::NoVote));
    assert!(matches!(vote(&li), PushOutcome::Accepted { .. }));
}

#[test]
fn the_core_refuses_at_once_what_the_server_would() {
    let mut world = World::park(9);
    let mut li = world.phone("1001");
    li.sync(&world);
    let article =
        NewArticle { title: "通知", body: "正文", category: Category::Information, must_read: false, due: None };
    assert_eq!(li.core().feed().publish(org("C1"), &article), Err(Error::NotAllowed));
    let activity =
        NewActivity { title: "党日", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
    assert_eq!(li.core().activities().plan(org("B1"), &activity), Err(Error::NotAllowed));
    let talk = SpaceId::standing(org("B1"));
    let too_long = "长".repeat(1_000_000);
    for (text, reason) in [("", "empty"), (" \n", "empty"), ("a\u{0}b", "control characters"), (&too_long, "too long")]
    {
        let refused = li.core().talk().post(talk, text, None).unwrap_err();
        assert_eq!(refused, Error::Invalid { field: "body", reason });
        assert!(!refused.retryable());
    }
    assert_eq!(li.core().talk().edit(DocId::from_bytes([1; 16]), "x"), Err(Error::NotFound));
    assert!(li.core().outbox().items().unwrap().is_empty());
}

#[test]
fn a_refused_act_is_visible_with_its_reason_and_kept() {
    let mut world = World::park(10);
    let mut zhao = world.phone("1003");
    zhao.sync(&world);
    // The role ends while the phone is away.
    world.server.revoke("1003", "B1", hongqi_core::role::Role::Organiser).unwrap();
    let activity =
        NewActivity {
            title: "义务植树", place: "河堤", note: "带手套", agenda: "", starts: MORNING, ends: MORNING
        };
    let planned = zhao.core().activities().plan(org("B1"), &activity).unwrap();
    let message = zhao.core().talk().post(SpaceId::standing(org("B1")), "我来组织", None).unwrap();
    zhao.sync(&world);
    let items = zhao.core().outbox().items().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].doc, items[0].delivery), (planned, Delivery::Refused(Refusal::NotAllowed)));
    let kept = &zhao.core().activities().list(Timestamp(0), 10).unwrap()[0];
    assert_eq!((kept.title.as_str(), kept.note.as_str()), ("义务植树", "带手套"));
    assert_eq!(kept.delivery, Delivery::Refused(Refusal::NotAllowed));
    let page = zhao.core().talk().page(SpaceId::standing(org("B1")), None, 10).unwrap();
    assert_eq!((page.messages[0].id, page.messages[0].delivery), (message, Delivery::AtServer));

    // Granted again, it can be sent again.
    world.server.grant("1003", "B1", hongqi_core::role::Role::Organiser, None).unwrap();
    zhao.core().outbox().retry(planned).unwrap();
    zhao.sync(&world);
    assert!(zhao.core().outbox().items().unwrap().is_empty());
}

#[test]
fn a_member_who_moves_forgets_the_old_branch() {
    let mut world = World::park(11);
    let mut wang = world.phone("1002");
    let mut mo = world.phone("1004");
    wang.sync(&world);
    mo.sync(&world);
    let talk = SpaceId::standing(org("B1"));
    wang.core().talk().post(talk, "仅供一支部内部知晓的事项", None).unwrap();
    world.settle(&mut [&mut wang, &mut mo]);
    while mo.core().search().index().unwrap() {}
    let own = mo.core().talk().post(talk, "我写给老支部的话", None).unwrap();

    let moved = MEMBERS.replace("1004,莫文,probationary,B1", "1004,莫文,probationary,B2");
    world.server.import(ORGANISATIONS.as_bytes(), moved.as_bytes()).unwrap();
    world.settle(&mut [&mut mo]);

    let spaces: Vec<_> = mo.core().talk().list().unwrap().into_iter().map(|talk| talk.space).collect();
    assert_eq!(spaces, [SpaceId::standing(org("B2"))]);
    assert!(mo.core().directory().members(org("B1")).unwrap().is_empty());
    assert_eq!(mo.core().directory().members(org("B2")).unwrap().len(), 3);
    assert!(mo.core().search().find("内部知晓", 10).unwrap().is_empty());
    // What was written before the phone heard of it: refused, visible, kept.
    let items = mo.core().outbox().items().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].doc, items[0].delivery), (own, Delivery::Refused(Refusal::NoSpace)));
    assert_eq!(mo.core().search().find("老支部", 10).unwrap().len(), 1);
    // Not a byte of the old branch is left in the closed files.
    mo.core().pause().unwrap();
    for file in std::fs::read_dir(mo.home()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let canary = "仅供一支部内部知晓".as_bytes();
        assert!(!bytes.windows(canary.len()).any(|window| window == canary));
    }
}

#[test]
fn one_refused_document_does_not_hold_back_what_was_signed_with_it() {
    let mut world = World::park(12);
    let mut zhao = world.phone("1003");
    world.server.grant("1003", "B1", hongqi_core::role::Role::Editor, None).unwrap();
    zhao.sync(&world);
    world.server.revoke("1003", "B1", hongqi_core::role::Role::Editor).unwrap();
    // Both on one board, so in one batch; only one of them is still allowed.
    let article =
        NewArticle { title: "通知", body: "正文", category: Category::Information, must_read: false, due: None };
    let article = zhao.core().feed().publish(org("B1"), &article).unwrap();
    let activity =
        NewActivity { title: "义务植树", place: "河堤", note: "", agenda: "", starts: MORNING, ends: MORNING };
    zhao.core().activities().plan(org("B1"), &activity).unwrap();
    zhao.sync(&world);
    let items = zhao.core().outbox().items().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].doc, items[0].delivery), (article, Delivery::Refused(Refusal::NotAllowed)));
    let planned = &zhao.core().activities().list(Timestamp(0), 10).unwrap()[0];
    assert_eq!(planned.delivery, Delivery::AtServer);
    let mut wang = world.phone("1002");
    wang.sync(&world);
    assert_eq!(wang.core().activities().list(Timestamp(0), 10).unwrap().len(), 1);
}

#[test]
fn a_check_in_made_before_leaving_arrives_after_it() {
    let mut world = World::park(13);
    let (mut zhao, mut mo) = (world.phone("1003"), world.phone("1004"));
    zhao.sync(&world);
    let activity =
        NewActivity { title: "义务植树", place: "河堤", note: "", agenda: "", starts: MORNING, ends: MORNING };
    let planned = zhao.core().activities().plan(org("B1"), &activity).unwrap();
    world.settle(&mut [&mut zhao, &mut mo]);
    mo.core().activities().check_in(planned).unwrap();
    world.clock.advance(3_600_000);
    let without = MEMBERS.replace("1004,莫文,probationary,B1,2026-03-01,\n", "");
    world.server.import(ORGANISATIONS.as_bytes(), without.as_bytes()).unwrap();
    let (more, _) = mo.exchange(&world, hongqi_tests::world::Fault::None);
    assert!(!more);
    assert!(mo.core().outbox().items().unwrap().is_empty(), "its author sees that it has arrived");
    zhao.sync(&world);
    let attendance = zhao.core().activities().attendance(planned).unwrap();
    assert_eq!(attendance.len(), 1);
    assert_eq!(attendance[0].member, member("1004"));
}

#[test]
fn of_a_desk_an_organiser_holds_everything_and_nobody_who_was_one() {
    let mut world = World::park(14);
    let (mut wang, mut zhao) = (world.phone("1002"), world.phone("1003"));
    let (mut li, mut mo) = (world.phone("1001"), world.phone("1004"));
    wang.sync(&world);
    let activity =
        NewActivity { title: "义务植树", place: "河堤", note: "", agenda: "", starts: MORNING, ends: MORNING };
    let planned = wang.core().activities().plan(org("B1"), &activity).unwrap();
    world.settle(&mut [&mut wang, &mut zhao, &mut li, &mut mo]);
    let present = |phone: &Phone| {
        let rows = phone.core().activities().attendance(planned).unwrap();
        rows.into_iter().map(|row| row.member).collect::<std::collections::BTreeSet<_>>()
    };
    for phone in [&zhao, &li] {
        phone.core().activities().check_in(planned).unwrap();
    }
    world.settle(&mut [&mut wang, &mut zhao, &mut li, &mut mo]);
    assert_eq!(present(&zhao), [member("1001"), member("1003")].into());

    // The role ends: what is of others goes, the own check-in stays.
    world.server.revoke("1003", "B1", hongqi_core::role::Role::Organiser).unwrap();
    world.settle(&mut [&mut zhao]);
    assert_eq!(present(&zhao), [member("1003")].into());
    mo.core().activities().check_in(planned).unwrap();
    world.settle(&mut [&mut mo, &mut zhao]);
    assert_eq!(present(&zhao), [member("1003")].into());
    assert!(zhao.core().outbox().items().unwrap().is_empty());

    // It is given again: everything comes, from before and from meanwhile.
    world.server.grant("1003", "B1", hongqi_core::role::Role::Organiser, None).unwrap();
    world.settle(&mut [&mut zhao]);
    assert_eq!(present(&zhao), [member("1001"), member("1003"), member("1004")].into());
}
