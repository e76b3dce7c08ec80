//! What waits, what is taken back, and what was refused.

use hongqi_core::Error;
use hongqi_core::activity::{ActivityEdit, Choice, Mark, NewActivity, Place};
use hongqi_core::consult::{Category, NewCase};
use hongqi_core::document::Kind;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::{Delivery, OutboxItem};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;
use hongqi_tests::world::{Fault, MEMBERS, MORNING, ORGANISATIONS, Phone, World, member, org};

use super::{HOUR, phones, post, publish, settle, talk, waiting};

fn items(phone: &Phone) -> Vec<OutboxItem> {
    phone.core().outbox().items().unwrap()
}

fn plan(phone: &Phone) -> DocId {
    let activity =
        NewActivity { title: "党日", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
    phone.core().activities().plan(org("B1"), &activity).unwrap()
}

fn title(phone: &Phone, activity: DocId) -> Option<String> {
    phone.core().activities().activity(activity).unwrap().map(|activity| activity.title)
}

fn rename(phone: &Phone, activity: DocId, title: &str) {
    let edit = ActivityEdit { title: Some(title), ..ActivityEdit::default() };
    phone.core().activities().edit(activity, &edit).unwrap();
}

#[test]
fn what_waits_is_listed_in_its_order_and_goes_once_it_is_accepted() {
    let mut world = World::park(140);
    let [mut wang] = phones(&mut world, ["1002"]);
    let message = post(&world, &wang, "通知");
    let article = publish(&world, &wang, "B1", "通知", true);
    wang.core().personal().bookmark(article, true).unwrap();
    let waiting = items(&wang);
    let kinds: Vec<_> = waiting.iter().map(|item| (item.kind, item.cancellable, item.delivery)).collect();
    let fresh = [Kind::Message, Kind::Article, Kind::Bookmark].map(|kind| (kind, true, Delivery::OnDevice));
    assert_eq!(kinds, fresh);
    assert_eq!((waiting[0].doc, waiting[0].space, waiting[1].doc), (message, talk(), article));
    assert!(waiting[0].written_at < waiting[1].written_at);

    // It may have left: not to be taken back any more, and still on the device as far as anybody knows.
    wang.exchange(&world, Fault::DropResponse);
    assert!(items(&wang).iter().all(|item| !item.cancellable && item.delivery == Delivery::OnDevice));
    assert_eq!(wang.core().outbox().cancel(message), Err(Error::TooLate));
    settle(&mut world, [&mut wang]);
    assert!(items(&wang).is_empty());
    assert_eq!(wang.core().outbox().cancel(message), Err(Error::TooLate));
    assert_eq!(wang.core().outbox().cancel(DocId::from_bytes([7; 16])), Err(Error::NotFound));
    for doc in [message, DocId::from_bytes([7; 16])] {
        assert_eq!(wang.core().outbox().discard(doc), Err(Error::NotFound));
        assert_eq!(wang.core().outbox().retry(doc), Err(Error::NotFound));
    }
}

#[test]
fn a_refused_beginning_is_kept_until_it_is_sent_again_or_let_go() {
    let mut world = World::park(141);
    let [mut zhao, mut li] = phones(&mut world, ["1003", "1001"]);
    world.server.revoke("1003", "B1", Role::Organiser).unwrap();
    let (kept, dropped) = (plan(&zhao), plan(&zhao));
    settle(&mut world, [&mut zhao, &mut li]);
    assert!(items(&zhao).iter().all(|item| item.delivery == Delivery::Refused(Refusal::NotAllowed)));
    assert_eq!((waiting(&zhao), title(&zhao, kept), title(&li, kept)), (2, Some("党日".into()), None));
    zhao.core().outbox().discard(dropped).unwrap();
    assert_eq!((waiting(&zhao), title(&zhao, dropped)), (1, None));
    assert_eq!(zhao.core().outbox().discard(dropped), Err(Error::NotFound));
    // Asked again without the role: refused again. With it: taken.
    for granted in [false, true] {
        if granted {
            world.server.grant("1003", "B1", Role::Organiser, None).unwrap();
        }
        zhao.core().outbox().retry(kept).unwrap();
        assert_eq!(items(&zhao)[0].delivery, Delivery::OnDevice);
        settle(&mut world, [&mut zhao, &mut li]);
        assert_eq!((waiting(&zhao), title(&li, kept).is_some()), (usize::from(!granted), granted));
    }
}

#[test]
fn a_refused_edit_gives_way_to_what_the_server_has() {
    let mut world = World::park(142);
    let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
    let [a, b, c] = [plan(&zhao), plan(&zhao), plan(&zhao)];
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    world.server.revoke("1003", "B1", Role::Organiser).unwrap();
    for activity in [a, b, c] {
        rename(&zhao, activity, "改名");
        assert_eq!(title(&zhao, activity).as_deref(), Some("改名"));
    }
    settle(&mut world, [&mut zhao]);
    for activity in [a, b, c] {
        assert_eq!(title(&zhao, activity).as_deref(), Some("党日"), "as everybody sees it");
    }
    assert_eq!(waiting(&zhao), 3);
    let kept = zhao.core().outbox().refused(a).unwrap();
    assert_eq!((&kept.title[..], &kept.text[..], kept.target), ("改名", "", Some(SpaceId::board(org("B1")))));
    assert_eq!(zhao.core().outbox().cancel(a), Err(Error::TooLate));
    zhao.core().outbox().discard(a).unwrap();
    assert_eq!(zhao.core().outbox().refused(a), Err(Error::NotFound));
    assert_eq!((waiting(&zhao), title(&zhao, a).as_deref()), (2, Some("党日")));

    // The role is back. One edit is simply sent again; under the other something newer was written meanwhile.
    world.server.grant("1003", "B1", Role::Organiser, None).unwrap();
    settle(&mut world, [&mut zhao]);
    zhao.core().outbox().retry(b).unwrap();
    rename(&zhao, c, "新名");
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    assert_eq!((title(&li, b).as_deref(), title(&li, c).as_deref()), (Some("改名"), Some("新名")));
    assert_eq!(waiting(&zhao), 1, "the refused edit still waits for a decision");
    zhao.core().outbox().retry(c).unwrap();
    assert_eq!(title(&zhao, c).as_deref(), Some("改名"), "what is sent again is shown");
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    for phone in [&zhao, &wang, &li] {
        assert_eq!(title(phone, c).as_deref(), Some("改名"));
    }
    assert_eq!(waiting(&zhao), 0);
    rename(&zhao, c, "最新");
    assert_eq!(title(&zhao, c).as_deref(), Some("最新"), "and it can be edited as ever");
}

#[test]
fn own_words_in_a_space_that_is_closed_are_kept_until_they_are_let_go() {
    let mut world = World::park(143);
    let [mut mo] = phones(&mut world, ["1004"]);
    let message = post(&world, &mo, "老支部");
    let moved = MEMBERS.replace("1004,莫文,probationary,B1", "1004,莫文,probationary,B2");
    world.server.import(ORGANISATIONS.as_bytes(), moved.as_bytes()).unwrap();
    settle(&mut world, [&mut mo]);
    assert_eq!(items(&mo)[0].delivery, Delivery::Refused(Refusal::NoSpace));
    let shown = mo.core().talk().message(message).unwrap().unwrap();
    assert_eq!((&shown.body[..], shown.delivery), ("老支部", Delivery::Refused(Refusal::NoSpace)));
    mo.core().outbox().discard(message).unwrap();
    assert_eq!((waiting(&mo), mo.core().talk().message(message).unwrap()), (0, None));
    assert!(mo.core().search().find("老支部", 9).unwrap().is_empty());
    let standing: Vec<_> = mo.core().talk().list().unwrap().into_iter().map(|talk| talk.space).collect();
    assert_eq!(standing, [SpaceId::standing(org("B2"))]);
}

#[test]
fn what_stands_on_what_was_taken_back_goes_with_it_and_nothing_is_refused() {
    let mut world = World::park(147);
    let [mut zhao, mut li] = phones(&mut world, ["1003", "1001"]);
    let core = zhao.core();
    let told = || world.clock.advance(1);
    let kept = post(&world, &zhao, "留下");
    let group = core.gatherings().open_group("夜班", None, &[member("1001"), member("1002")]).unwrap();
    let talk = core.gatherings().gathering(group).unwrap().unwrap().space;
    told();
    core.talk().post(talk, "谁在？", None).unwrap();
    let gathering = core.gatherings().open(org("B1"), "聊聊", MORNING.plus_ms(HOUR)).unwrap();
    core.talk().post(SpaceId::thread(gathering), "开始吧", None).unwrap();
    let case = NewCase {
        desk: org("C1"),
        subject: "请教",
        category: Category::Policy,
        question: "如何办理？",
        leave_out: &[],
    };
    let case = core.consult().ask(&case).unwrap();
    let activity = plan(&zhao);
    core.activities().expect(activity, &[(member("1003"), Place::Voter), (member("1001"), Place::Expected)]).unwrap();
    let resolution = core.activities().move_resolution(activity, "同意", false).unwrap();
    core.activities().vote(resolution, Choice::For).unwrap();
    core.activities().call_roll(activity, &[(member("1001"), Mark::Absent)]).unwrap();
    core.activities().check_in(activity).unwrap();
    core.presence().open_door(activity, "正门").unwrap();

    let card = |kind| items(&zhao).into_iter().find(|item| item.kind == kind).unwrap().doc;
    for doc in [group, gathering, card(Kind::Case), activity] {
        assert!(zhao.core().outbox().items().unwrap().len() > 1);
        zhao.core().outbox().cancel(doc).unwrap();
    }
    let left = items(&zhao);
    assert_eq!(left.iter().map(|item| item.doc).collect::<Vec<_>>(), [kept], "{left:?}");
    let core = zhao.core();
    assert!(core.gatherings().participants(group).unwrap().is_empty());
    assert!(core.consult().case(case).unwrap().is_none());
    assert!(core.activities().attendance(activity).unwrap().is_empty());
    let talks: Vec<_> = core.talk().list().unwrap().into_iter().map(|talk| talk.space).collect();
    assert!([talk, SpaceId::thread(gathering), case].iter().all(|space| !talks.contains(space)), "{talks:?}");
    settle(&mut world, [&mut zhao, &mut li]);
    assert!(items(&zhao).is_empty());
}

#[test]
fn what_may_have_left_takes_nothing_with_it() {
    let mut world = World::park(148);
    let [mut zhao] = phones(&mut world, ["1003"]);
    let group = zhao.core().gatherings().open_group("夜班", None, &[member("1001")]).unwrap();
    zhao.exchange(&world, Fault::DropResponse);
    let talk = zhao.core().gatherings().gathering(group).unwrap().unwrap().space;
    zhao.core().talk().post(talk, "谁在？", None).unwrap();
    let before = items(&zhao).len();
    assert_eq!(zhao.core().outbox().cancel(group), Err(Error::TooLate));
    assert_eq!(items(&zhao).len(), before);
}
