//! A phone and a server that come back from a backup: nothing lost, nothing doubled.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use hongqi_core::consult::{Category, NewCase, Phase};
use hongqi_core::ids::{Generation, MemberId, SpaceId};
use hongqi_core::outbox::{Delivery, OutboxItem};
use hongqi_core::role::Role;
use hongqi_core::sync::session::Session;
use hongqi_server::Server;
use hongqi_tests::world::{Phone, World, copy, member, org};

/// From now on the server is what it was when these files were copied.
fn set_back(world: &mut World, yesterday: &Path) {
    world.server = Arc::new(Server::open(yesterday, Arc::new(world.clock.clone())).unwrap());
    world.clock.advance(60_000);
}

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

fn post(phone: &Phone, text: &str) {
    phone.core().talk().post(talk(), text, None).unwrap();
}

const QUESTION: &str = "怎样转出？";

/// Asks the desk of the own branch.
fn ask(phone: &Phone) -> SpaceId {
    let (subject, category) = ("组织关系", Category::Membership);
    let case = NewCase { desk: org("B1"), subject, category, question: QUESTION, leave_out: &[] };
    phone.core().consult().ask(&case).unwrap()
}

fn texts(phone: &Phone) -> Vec<String> {
    let page = phone.core().talk().page(talk(), None, 200).unwrap();
    assert!(page.messages.iter().all(|message| message.delivery == Delivery::AtServer), "{page:?}");
    page.messages.into_iter().map(|message| message.body).collect()
}

#[test]
fn a_phone_restored_from_a_backup_starts_a_new_life() {
    let mut world = World::park(21);
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "备份之前");
    li.sync(&world);
    post(&li, "备份时还没有发出");
    let backup = li.backup();
    world.clock.advance(60_000);
    li.sync(&world);
    post(&li, "备份之后");
    li.sync(&world);

    // A week later the phone is what it was, and its member goes on writing before the first exchange.
    li.restore(backup);
    world.clock.advance(60_000);
    for text in ["恢复之后一", "恢复之后二", "恢复之后三"] {
        post(&li, text);
    }
    world.settle(&mut [&mut li, &mut wang]);
    let expected = ["备份之前", "备份时还没有发出", "备份之后", "恢复之后一", "恢复之后二", "恢复之后三"];
    assert_eq!(texts(&wang), expected);
    assert_eq!(texts(&li), expected);
    assert!(li.core().outbox().items().unwrap().is_empty());
}

/// The generation that a phone would write under, before it has heard from the server.
fn generation(phone: &Phone) -> Generation {
    phone.core().prepare().unwrap().unwrap().generation.unwrap()
}

const FILE: &str = "hongqi.generation";

#[test]
fn a_database_that_came_from_elsewhere_is_told_before_anything_is_sent() {
    let mut world = World::park(23);
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "备份之前");
    li.sync(&world);
    post(&li, "备份时还没有发出");
    let before = generation(&li);
    li.restart();
    assert_eq!(generation(&li), before, "a phone that only starts again stays what it was");
    let (backup, clone) = (li.backup(), li.backup());
    // A backup does not hold the file; the clone finds the one of the phone it came to.
    std::fs::remove_file(backup.path().join(FILE)).unwrap();
    std::fs::write(clone.path().join(FILE), [7; 16]).unwrap();
    world.clock.advance(60_000);
    post(&li, "备份之后");
    li.sync(&world);

    let mut last = before;
    for (files, text) in [(backup, "恢复之后"), (clone, "克隆之后")] {
        li.restore(files);
        let now = generation(&li);
        assert!(now != before && now != last);
        last = now;
        li.restart();
        assert_eq!(generation(&li), now, "once");
        world.clock.advance(60_000);
        post(&li, text);
        world.settle(&mut [&mut li, &mut wang]);
        assert!(li.core().outbox().items().unwrap().is_empty());
    }
    let expected = ["备份之前", "备份时还没有发出", "备份之后", "恢复之后", "克隆之后"];
    assert_eq!(texts(&wang), expected);
    assert_eq!(texts(&li), expected);
}

/// The file is written first. Killed before the database follows, the phone begins one more generation: it costs a
/// look at the server, and nothing else.
#[test]
fn a_kill_between_the_file_and_the_database_costs_a_generation_and_nothing_else() {
    let mut world = World::park(24);
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "还没有发出");
    let before = generation(&li);
    li.crash(|home| std::fs::write(home.join(FILE), [9; 16]).unwrap());
    assert_ne!(generation(&li), before);
    // Killed while the file itself was written: the old one is whole.
    let now = generation(&li);
    li.crash(|home| std::fs::write(home.join("hongqi.generation.new"), [9; 3]).unwrap());
    assert_eq!(generation(&li), now);
    // Cut off by something else: as if it were not there.
    li.crash(|home| std::fs::write(home.join(FILE), [9; 3]).unwrap());
    assert_ne!(generation(&li), now);
    world.settle(&mut [&mut li, &mut wang]);
    assert_eq!(texts(&wang), ["还没有发出"]);
    assert_eq!(texts(&li), ["还没有发出"]);
}

#[test]
fn a_server_restored_from_a_backup_gets_back_what_it_lost() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(22, dir.path());
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "昨天");
    world.settle(&mut [&mut li, &mut wang]);
    copy(dir.path(), yesterday.path());
    world.clock.advance(60_000);
    post(&li, "今天，李敏");
    li.sync(&world);
    world.clock.advance(1_000);
    post(&wang, "今天，王秀兰");
    world.settle(&mut [&mut li, &mut wang]);

    set_back(&mut world, yesterday.path());
    post(&wang, "恢复之后");
    world.settle(&mut [&mut wang, &mut li]);
    let mut late = world.phone("1004");
    world.settle(&mut [&mut late]);
    for phone in [&li, &wang, &late] {
        assert_eq!(texts(phone), ["昨天", "今天，李敏", "今天，王秀兰", "恢复之后"]);
        assert!(phone.core().outbox().items().unwrap().is_empty());
    }
}

#[test]
fn a_group_and_a_case_that_a_server_has_forgotten_are_given_back_whole() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(25, dir.path());
    let [mut li, mut zhao, mut chen] = ["1001", "1003", "2001"].map(|number| world.phone(number));
    world.settle(&mut [&mut li, &mut zhao, &mut chen]);
    copy(dir.path(), yesterday.path());
    let group = li.core().gatherings().open_group("筹备组", None, &[member("2001")]).unwrap();
    let room = li.core().gatherings().gathering(group).unwrap().unwrap().space;
    let case = ask(&li);
    world.settle(&mut [&mut li, &mut zhao, &mut chen]);
    world.clock.advance(1_000);
    chen.core().talk().post(room, "我来安排", None).unwrap();
    zhao.core().talk().post(case, "先写申请。", None).unwrap();
    world.settle(&mut [&mut li, &mut zhao, &mut chen]);

    set_back(&mut world, yesterday.path());
    // Who only takes part comes first, and finds that the server knows nothing of it: nothing is thrown away here.
    world.settle(&mut [&mut chen, &mut zhao]);
    li.core().talk().post(room, "好", None).unwrap();
    world.settle(&mut [&mut li, &mut zhao, &mut chen]);
    world.settle(&mut [&mut li, &mut zhao, &mut chen]);
    let said = |phone: &Phone, space| -> Vec<String> {
        let page = phone.core().talk().page(space, None, 50).unwrap();
        assert!(page.messages.iter().all(|message| message.delivery == Delivery::AtServer), "{page:?}");
        page.messages.into_iter().map(|message| message.body).collect()
    };
    for phone in [&li, &chen] {
        assert_eq!(said(phone, room), ["我来安排", "好"]);
    }
    for phone in [&li, &zhao] {
        assert_eq!(said(phone, case), [QUESTION, "先写申请。"]);
    }
    // And so it is at the server: for a new phone too.
    let mut second = world.phone("2001");
    world.settle(&mut [&mut second]);
    assert_eq!(said(&second, room), ["我来安排", "好"]);
}

#[test]
fn a_closed_case_that_a_server_has_forgotten_is_given_back_until_its_time_is_over() {
    const DAY: i64 = 86_400_000;
    let (dir, yesterday, last_year) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(30, dir.path());
    // Wang reads the desk that she asks: her seat outlives what the server has forgotten.
    let [mut wang, mut zhao] = ["1002", "1003"].map(|number| world.phone(number));
    world.settle(&mut [&mut wang, &mut zhao]);
    copy(dir.path(), yesterday.path());
    copy(dir.path(), last_year.path());
    let case = ask(&wang);
    world.settle(&mut [&mut wang, &mut zhao]);
    zhao.core().talk().post(case, "先写申请。", None).unwrap();
    zhao.core().consult().close(case).unwrap();
    world.settle(&mut [&mut wang, &mut zhao]);
    let phase = |phone: &Phone| phone.core().consult().case(case).unwrap().map(|case| case.state.phase);
    assert_eq!([phase(&wang), phase(&zhao)], [Some(Phase::Closed); 2]);

    set_back(&mut world, yesterday.path());
    for _ in 0..2 {
        world.settle(&mut [&mut zhao, &mut wang]);
    }
    let mut second = world.phone("1002");
    world.settle(&mut [&mut second]);
    for phone in [&wang, &zhao, &second] {
        let page = phone.core().talk().page(case, None, 9).unwrap();
        let said: Vec<_> = page.messages.iter().map(|message| (&message.body[..], message.delivery)).collect();
        assert_eq!(said, [(QUESTION, Delivery::AtServer), ("先写申请。", Delivery::AtServer)]);
        assert_eq!(phase(phone), Some(Phase::Closed));
    }

    world.clock.advance(366 * DAY);
    set_back(&mut world, last_year.path());
    for _ in 0..2 {
        world.settle(&mut [&mut zhao, &mut wang]);
    }
    let mut third = world.phone("1002");
    world.settle(&mut [&mut third]);
    assert_eq!([&wang, &zhao, &third].map(phase), [None; 3]);
}

#[test]
fn who_lost_the_desk_while_a_server_had_forgotten_the_case_keeps_nothing_of_it() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(29, dir.path());
    let [mut li, mut zhao, mut wang] = ["1001", "1003", "1002"].map(|number| world.phone(number));
    world.settle(&mut [&mut li, &mut zhao, &mut wang]);
    copy(dir.path(), yesterday.path());
    let case = ask(&li);
    world.settle(&mut [&mut li, &mut zhao, &mut wang]);
    let holds = |phone: &Phone| phone.core().consult().case(case).unwrap().is_some();
    assert!(holds(&zhao) && holds(&wang));

    set_back(&mut world, yesterday.path());
    world.settle(&mut [&mut zhao, &mut wang]);
    assert!(holds(&zhao) && holds(&wang), "its asker may give it back");
    world.server.revoke("1003", "B1", Role::Organiser).unwrap();
    world.settle(&mut [&mut zhao]);
    for _ in 0..2 {
        world.settle(&mut [&mut li, &mut zhao, &mut wang]);
    }
    assert_eq!((holds(&li), holds(&zhao), holds(&wang)), (true, false, true));
    assert!(zhao.core().talk().page(case, None, 9).unwrap().messages.is_empty());
}

/// What two phones have altered in turn neither can give back alone: each gives what it can, and the rest when the other
/// has given what it builds on.
#[test]
fn what_two_phones_have_altered_in_turn_is_given_back_in_turn() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(26, dir.path());
    let (mut first, mut second) = (world.phone("1001"), world.phone("1001"));
    world.settle(&mut [&mut first, &mut second]);
    copy(dir.path(), yesterday.path());
    let group = first.core().gatherings().open_group("筹备组", None, &[member("2001")]).unwrap();
    world.settle(&mut [&mut first, &mut second]);
    for round in 0..4 {
        world.clock.advance(1_000);
        let phone = if round % 2 == 0 { &second } else { &first };
        phone.core().gatherings().summarise(group, &format!("结论 {round}")).unwrap();
        world.settle(&mut [&mut first, &mut second]);
    }

    set_back(&mut world, yesterday.path());
    for _ in 0..3 {
        world.settle(&mut [&mut first, &mut second]);
    }
    let mut chen = world.phone("2001");
    world.settle(&mut [&mut chen]);
    for phone in [&first, &second, &chen] {
        assert!(phone.core().outbox().items().unwrap().is_empty());
        let shown = phone.core().gatherings().gathering(group).unwrap().unwrap();
        assert_eq!((shown.summary.as_str(), shown.delivery), ("结论 3", Delivery::AtServer));
    }
}

#[test]
fn a_word_of_leaving_that_was_refused_counts_for_nobody_until_it_is_given_once_more() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(27, dir.path());
    let (mut li, mut chen) = (world.phone("1001"), world.phone("2001"));
    world.settle(&mut [&mut li, &mut chen]);
    copy(dir.path(), yesterday.path());
    let group = li.core().gatherings().open_group("筹备组", None, &[member("2001")]).unwrap();
    world.settle(&mut [&mut li, &mut chen]);
    let people = |phone: &Phone| -> BTreeSet<MemberId> {
        phone.core().gatherings().participants(group).unwrap().into_iter().map(|one| one.member).collect()
    };
    let both = BTreeSet::from([member("1001"), member("2001")]);

    set_back(&mut world, yesterday.path());
    chen.core().gatherings().leave(group).unwrap();
    assert_eq!(people(&chen), BTreeSet::from([member("1001")]), "until the server has spoken it is as if it were so");
    world.settle(&mut [&mut chen]);
    let left = chen.core().outbox().items().unwrap();
    assert!(matches!(left[..], [OutboxItem { delivery: Delivery::Refused(_), .. }]), "{left:?}");
    assert_eq!(people(&chen), both);
    for _ in 0..2 {
        world.settle(&mut [&mut li, &mut chen]);
    }
    assert_eq!((people(&li), people(&chen)), (both.clone(), both));
    chen.core().outbox().retry(left[0].doc).unwrap();
    world.settle(&mut [&mut chen, &mut li]);
    assert_eq!(people(&li), BTreeSet::from([member("1001")]));
}

#[test]
fn what_an_author_began_anew_at_a_server_that_forgot_the_first_is_what_everybody_reads() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(28, dir.path());
    let (mut li, mut chen) = (world.phone("1001"), world.phone("2001"));
    world.settle(&mut [&mut li, &mut chen]);
    let group = li.core().gatherings().open_group("筹备组", None, &[member("2001")]).unwrap();
    let space = li.core().gatherings().gathering(group).unwrap().unwrap().space;
    let [first, second] = ["第一条", "第二条"].map(|text| {
        world.clock.advance(1_000);
        li.core().talk().post(space, text, None).unwrap()
    });
    world.settle(&mut [&mut li, &mut chen]);
    copy(dir.path(), yesterday.path());
    chen.core().talk().react(first, Some("👍")).unwrap();
    world.settle(&mut [&mut chen, &mut li]);
    // What is left is forgotten there, also what its member may still give back to a server that has lost it.
    chen.core().gatherings().leave(group).unwrap();
    world.settle(&mut [&mut chen, &mut li]);
    let shown = |phone: &Phone| {
        [first, second].map(|message| phone.core().talk().message(message).unwrap().unwrap().reactions.len())
    };
    assert_eq!(shown(&li), [1, 0]);

    set_back(&mut world, yesterday.path());
    world.settle(&mut [&mut li, &mut chen]);
    chen.core().gatherings().come_back(space).unwrap();
    world.settle(&mut [&mut chen, &mut li]);
    chen.core().talk().react(second, Some("🎉")).unwrap();
    world.settle(&mut [&mut chen, &mut li]);
    let mut later = world.phone("1001");
    world.settle(&mut [&mut later]);
    for phone in [&chen, &li, &later] {
        assert_eq!(shown(phone), [0, 1], "{}", phone.device());
    }
}
