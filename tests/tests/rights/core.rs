//! What the phone refuses at once, what a refused act looks like, and what is forgotten when a right ends.

use hongqi_core::Error;
use hongqi_core::activity::NewActivity;
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::sync::wire::Refusal;
use hongqi_tests::world::{MEMBERS, MORNING, ORGANISATIONS, Phone, World, member, org};

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

#[test]
fn who_moves_keeps_the_names_of_who_writes_in_a_group() {
    let mut world = World::park(15);
    let (mut li, mut mo) = (world.phone("1001"), world.phone("1004"));
    world.settle(&mut [&mut li, &mut mo]);
    let group = mo.core().gatherings().open_group("三人行", None, &[member("1001")]).unwrap();
    let room = mo.core().gatherings().gathering(group).unwrap().unwrap().space;
    world.settle(&mut [&mut li, &mut mo]);
    // One answer tells of the move, which takes the old board with its names away, and brings what li has written.
    let moved = MEMBERS.replace("1004,莫文,probationary,B1", "1004,莫文,probationary,B2");
    world.server.import(ORGANISATIONS.as_bytes(), moved.as_bytes()).unwrap();
    li.core().talk().post(room, "你好", None).unwrap();
    world.settle(&mut [&mut li, &mut mo]);
    let page = mo.core().talk().page(room, None, 10).unwrap();
    assert_eq!(page.messages.last().unwrap().author_name, "李敏");
}
