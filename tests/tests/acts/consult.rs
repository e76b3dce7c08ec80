//! Consultations.

use std::collections::BTreeSet;

use hongqi_core::Error;
use hongqi_core::consult::{Category, Leave, NewCase, Phase};
use hongqi_core::document::Kind;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::talk::NewMessage;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Phone, World, org};

use super::{HOUR, bodies, phones, settle, waiting};

fn question() -> NewCase<'static> {
    NewCase {
        desk: org("C1"),
        subject: "加班安排",
        category: Category::Complaint,
        question: "请问加班如何申报？",
        leave_out: &[],
    }
}

#[test]
fn a_question_is_asked_with_no_network_and_survives_a_restart() {
    let mut world = World::park(70);
    let [mut li] = phones(&mut world, ["1001"]);
    let space = li.core().consult().ask(&question()).unwrap();
    li.restart();
    let core = li.core();
    let case = core.consult().case(space).unwrap().unwrap();
    assert_eq!((&case.subject[..], case.category, case.desk), ("加班安排", Category::Complaint, org("C1")));
    assert_eq!((case.state.phase, case.state.handler, case.delivery), (Phase::Open, None, Delivery::OnDevice));
    assert_eq!(core.consult().list(10).unwrap(), std::slice::from_ref(&case));
    let page = core.talk().page(space, None, 10).unwrap();
    assert_eq!(bodies(&page.messages), ["请问加班如何申报？"]);
    assert_eq!(waiting(&li), 2);
    let readers = core.consult().readers(space).unwrap();
    assert_eq!(readers[0].member, MemberId::from_number("1001"), "the asker reads it, and is named first");
}

#[test]
fn the_asker_closes_and_reopens_and_does_not_answer_for_the_desk() {
    let mut world = World::park(71);
    let [li] = phones(&mut world, ["1001"]);
    let consult = li.core().consult();
    let space = consult.ask(&question()).unwrap();
    let phase = || consult.case(space).unwrap().unwrap().state.phase;
    assert_eq!(consult.answered(space), Err(Error::NotAllowed));
    assert_eq!(consult.hand_over(space, MemberId::from_number("3001")), Err(Error::NotAllowed));
    consult.reopen(space).unwrap();
    assert_eq!((phase(), waiting(&li)), (Phase::Open, 2), "what is open is not opened again");
    consult.close(space).unwrap();
    consult.close(space).unwrap();
    assert_eq!((phase(), waiting(&li)), (Phase::Closed, 3));
    consult.reopen(space).unwrap();
    assert_eq!(phase(), Phase::Reopened);
}

#[test]
fn what_is_wrong_with_a_question_is_said_and_nothing_is_left_behind() {
    let mut world = World::park(72);
    let [li] = phones(&mut world, ["1001"]);
    let consult = li.core().consult();
    let me = [MemberId::from_number("1001")];
    let crowd: Vec<_> = (0..33).map(|number| MemberId::from_number(&number.to_string())).collect();
    let invalid = |case: &NewCase<'_>| match consult.ask(case) {
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(invalid(&NewCase { subject: "", ..question() }), "subject");
    assert_eq!(invalid(&NewCase { question: " ", ..question() }), "question");
    assert_eq!(invalid(&NewCase { leave_out: &me, ..question() }), "leave_out");
    assert_eq!(invalid(&NewCase { leave_out: &crowd, ..question() }), "leave_out");
    let desk: Vec<_> = consult.would_read(org("C1"), &[]).unwrap().iter().skip(1).map(|one| one.member).collect();
    assert_eq!(desk.len(), 2);
    assert_eq!(invalid(&NewCase { leave_out: &desk, ..question() }), "leave_out", "nobody would read it");
    let nowhere = NewCase { desk: OrgId::from_number("nowhere"), ..question() };
    assert_eq!(consult.ask(&nowhere), Err(Error::NotFound));
    assert_eq!((consult.list(10).unwrap(), waiting(&li)), (vec![], 0));
    assert_eq!(li.core().talk().list().unwrap().len(), 1, "only the standing discussion");
}

#[test]
fn what_is_open_stands_first_whatever_becomes_of_its_steps() {
    let mut world = World::park(76);
    let [li] = phones(&mut world, ["1001"]);
    let consult = li.core().consult();
    let [older, newer] = [0, 1].map(|_| {
        world.clock.advance(1_000);
        consult.ask(&question()).unwrap()
    });
    let listed = |limit: usize| -> Vec<_> { consult.list(limit).unwrap().into_iter().map(|case| case.space).collect() };
    assert_eq!(listed(9), [newer, older]);
    world.clock.advance(1_000);
    consult.close(newer).unwrap();
    assert_eq!((listed(9), listed(1)), (vec![older, newer], vec![older]));
    world.clock.advance(1_000);
    consult.reopen(newer).unwrap();
    assert_eq!(listed(9), [newer, older]);
    // Taken back, it is as if it had not been said.
    let steps: Vec<_> = li.core().outbox().items().unwrap();
    let last = steps.iter().rfind(|item| item.kind == Kind::CaseStep).unwrap();
    li.core().outbox().cancel(last.doc).unwrap();
    assert_eq!(listed(9), [older, newer]);
}

#[test]
fn a_closed_case_is_gone_from_every_phone_when_its_time_is_over_with_or_without_a_network() {
    const DAY: i64 = 24 * HOUR;
    let mut world = World::park(75);
    let [mut li, mut sun, mut other] = phones(&mut world, ["1001", "3001", "1001"]);
    let [doomed, kept] = [(); 2].map(|()| li.core().consult().ask(&question()).unwrap());
    settle(&mut world, [&mut li, &mut sun, &mut other]);
    sun.core().talk().post(doomed, "请走加班流程。", None).unwrap();
    for space in [doomed, kept] {
        li.core().consult().close(space).unwrap();
    }
    settle(&mut world, [&mut li, &mut sun, &mut other]);
    li.core().consult().reopen(kept).unwrap();
    settle(&mut world, [&mut li, &mut sun, &mut other]);
    let cases = |phone: &Phone| -> BTreeSet<_> {
        phone.core().consult().list(9).unwrap().into_iter().map(|case| case.space).collect()
    };
    let found = |phone: &Phone| phone.core().search().find("加班流程", 9).unwrap().len();
    let holds = |phone: &Phone, space| (cases(phone).contains(&space), found(phone));

    world.clock.advance(365 * DAY - HOUR);
    for phone in [&mut li, &mut sun, &mut other] {
        phone.restart();
        assert_eq!((cases(phone), found(phone)), (BTreeSet::from([doomed, kept]), 1));
    }
    world.clock.advance(2 * HOUR);
    // One is opened with no network; another hears the server; the third only comes back from the background.
    li.restart();
    sun.sync(&world);
    other.core().pause().unwrap();
    other.core().resume().unwrap();
    for phone in [&li, &sun, &other] {
        assert_eq!(holds(phone, doomed), (false, 0));
        assert!(phone.core().talk().page(doomed, None, 9).unwrap().messages.is_empty());
        assert!(cases(phone).contains(&kept), "what was opened again stays");
    }
    settle(&mut world, [&mut li, &mut sun, &mut other]);
    assert_eq!(holds(&li, doomed), (false, 0), "and it does not come back");
}

const ZHENG: &str = "4002,郑爽,full,Z1,2003-07-01,organiser@Z1,";

/// The park with a zone above it, whose desk 吴刚 leads and these hold beside.
fn with_a_zone(world: &World, holders: &[&str]) {
    let orgs = ORGANISATIONS.replace("cluster_committee,\n", "cluster_committee,Z1\n") + "Z1,滨江开发区工委,zone,\n";
    let mut members = MEMBERS.replace('\n', ",\n").replacen(",roles,", ",roles,conflict", 1);
    for line in [&["4001,吴刚,full,Z1,2001-07-01,secretary@Z1,"], holders].concat() {
        members += &format!("{line}\n");
    }
    world.server.import(orgs.as_bytes(), members.as_bytes()).unwrap();
}

#[test]
fn who_turns_out_to_be_in_conflict_later_is_left_out_later() {
    let mut world = World::park(77);
    with_a_zone(&world, &[ZHENG]);
    let [mut li, mut li2, mut wu, mut zheng] = phones(&mut world, ["1001", "1001", "4001", "4002"]);
    let zheng_id = MemberId::from_number("4002");
    let leave_out: Vec<_> = li.core().consult().proposal(org("Z1")).unwrap().iter().map(|one| one.member).collect();
    let space = li.core().consult().ask(&NewCase { desk: org("Z1"), leave_out: &leave_out, ..question() }).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng]);
    zheng.core().consult().hand_over(space, zheng_id).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng]);
    assert_eq!(li.core().consult().proposal_for(space), Ok(vec![]), "nobody has to be left out");

    // The flag is set when the case is open: the asker is told of whom, and leaves them out.
    with_a_zone(&world, &[&format!("{ZHENG}yes")]);
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng]);
    let thoughts = li.core().consult().proposal_for(space).unwrap();
    assert_eq!(thoughts.iter().map(|one| (one.member, one.why)).collect::<Vec<_>>(), [(zheng_id, Leave::Conflict)]);
    assert_eq!(wu.core().consult().proposal_for(space), Ok(vec![]), "the asker's to decide");
    assert_eq!(wu.core().consult().leave_out(space, &[zheng_id]), Err(Error::NotAllowed));
    li.core().consult().leave_out(space, &[zheng_id]).unwrap();
    li.core().consult().leave_out(space, &[zheng_id]).unwrap();
    let shown = li.core().consult().case(space).unwrap().unwrap();
    assert!(shown.left_out.contains(&zheng_id) && leave_out.iter().all(|one| shown.left_out.contains(one)));
    assert_eq!(shown.state.handler, None, "in the hands of nobody who reads it");
    assert!(li.core().consult().readers(space).unwrap().iter().all(|reader| reader.member != zheng_id));
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng]);
    assert_eq!(zheng.core().consult().case(space), Ok(None), "gone from that phone");
    assert!(zheng.core().talk().page(space, None, 9).unwrap().messages.is_empty());
    assert_eq!(li.core().consult().proposal_for(space), Ok(vec![]));
    for phone in [&li2, &wu] {
        let shown = phone.core().consult().case(space).unwrap().unwrap();
        assert!(shown.left_out.contains(&zheng_id) && shown.state.handler.is_none());
    }
    // What is said from now on is between the others.
    wu.core().talk().post(space, "由我来办。", None).unwrap();
    settle(&mut world, [&mut wu, &mut li, &mut zheng]);
    assert_eq!(li.core().talk().page(space, None, 9).unwrap().messages.len(), 2);
    assert!(zheng.core().search().find("由我来办", 9).unwrap().is_empty());
    // Nobody can be left out who asks.
    let own = li.core().consult().leave_out(space, &[MemberId::from_number("1001")]);
    assert!(matches!(own, Err(Error::Invalid { field: "members", .. })));
}

#[test]
fn one_who_answers_and_one_who_hands_over_apart_have_both_done_so() {
    let mut world = World::park(81);
    with_a_zone(&world, &[ZHENG]);
    let [mut li, mut wu, mut zheng] = phones(&mut world, ["1001", "4001", "4002"]);
    let space = li.core().consult().ask(&NewCase { desk: org("Z1"), ..question() }).unwrap();
    settle(&mut world, [&mut li, &mut wu, &mut zheng]);
    let [wu_id, zheng_id] = ["4001", "4002"].map(MemberId::from_number);
    // Handed over by the one while the other answers, neither knowing of the other: both have done so.
    wu.core().consult().hand_over(space, zheng_id).unwrap();
    zheng.core().consult().answered(space).unwrap();
    settle(&mut world, [&mut li, &mut wu, &mut zheng]);
    settle(&mut world, [&mut li, &mut wu, &mut zheng]);
    let state = |phone: &Phone| {
        let state = phone.core().consult().case(space).unwrap().unwrap().state;
        assert_eq!(phone.core().consult().list(9).unwrap()[0].state, state);
        (state.phase, state.handler)
    };
    for phone in [&li, &wu, &zheng] {
        assert_eq!(state(phone), (Phase::Answered, Some(zheng_id)));
    }
    // In the hands of who has lost the office it is nobody's who reads it: another takes it.
    world.server.revoke("4002", "Z1", Role::Organiser).unwrap();
    settle(&mut world, [&mut li, &mut wu, &mut zheng]);
    for phone in [&li, &wu] {
        let readers = phone.core().consult().readers(space).unwrap();
        assert!(readers.iter().all(|reader| reader.member != zheng_id));
    }
    assert!(matches!(wu.core().consult().hand_over(space, zheng_id), Err(Error::Invalid { field: "to", .. })));
    wu.core().consult().hand_over(space, wu_id).unwrap();
    settle(&mut world, [&mut wu, &mut li]);
    assert_eq!(state(&li), (Phase::Answered, Some(wu_id)));
}

#[test]
fn two_phones_of_the_asker_that_leave_out_apart_leave_out_both() {
    let mut world = World::park(78);
    with_a_zone(&world, &[ZHENG, "4003,冯远,full,Z1,2004-07-01,organiser@Z1,"]);
    let [mut li, mut li2, mut wu, mut zheng, mut feng] = phones(&mut world, ["1001", "1001", "4001", "4002", "4003"]);
    let space = li.core().consult().ask(&NewCase { desk: org("Z1"), ..question() }).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng, &mut feng]);
    let [zheng_id, feng_id] = ["4002", "4003"].map(MemberId::from_number);
    li.core().consult().leave_out(space, &[zheng_id]).unwrap();
    li2.core().consult().leave_out(space, &[feng_id]).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng, &mut feng]);
    settle(&mut world, [&mut li, &mut li2, &mut wu, &mut zheng, &mut feng]);
    for phone in [&li, &li2, &wu] {
        let shown = phone.core().consult().case(space).unwrap().unwrap();
        assert_eq!(shown.left_out.iter().collect::<BTreeSet<_>>(), BTreeSet::from([&zheng_id, &feng_id]));
    }
    for phone in [&zheng, &feng] {
        assert_eq!(phone.core().consult().case(space), Ok(None));
    }
    // One more is one more on either phone.
    li2.core().consult().leave_out(space, &[MemberId::from_number("4001")]).unwrap();
    settle(&mut world, [&mut li2, &mut li, &mut wu]);
    assert_eq!(li.core().consult().case(space).unwrap().unwrap().left_out.len(), 3);
    assert_eq!(wu.core().consult().case(space), Ok(None));
}

#[test]
fn what_was_answered_is_opened_again_by_who_has_more_to_ask() {
    let mut world = World::park(79);
    let [mut li, mut sun] = phones(&mut world, ["1001", "3001"]);
    let space = li.core().consult().ask(&question()).unwrap();
    settle(&mut world, [&mut li, &mut sun]);
    sun.core().talk().post(space, "请走加班流程。", None).unwrap();
    sun.core().consult().answered(space).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    let phase = |phone: &Phone| phone.core().consult().case(space).unwrap().unwrap().state.phase;
    assert_eq!(phase(&li), Phase::Answered);
    assert_eq!(sun.core().consult().reopen(space), Err(Error::NotAllowed));
    li.core().consult().reopen(space).unwrap();
    li.core().talk().post(space, "流程在哪里？", None).unwrap();
    settle(&mut world, [&mut li, &mut sun]);
    for phone in [&li, &sun] {
        assert_eq!(phase(phone), Phase::Reopened);
    }
    li.core().consult().reopen(space).unwrap();
    assert_eq!(waiting(&li), 0, "what is open is not opened again");
    sun.core().consult().answered(space).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    assert_eq!(phase(&li), Phase::Answered);
}

#[test]
fn a_role_mentioned_in_a_consultation_is_that_of_its_desk() {
    let mut world = World::park(80);
    let [mut li, mut sun, mut qian] = phones(&mut world, ["1001", "3001", "3002"]);
    let space = li.core().consult().ask(&question()).unwrap();
    let message = NewMessage { body: "请书记看一下", roles: &[Role::Secretary], ..NewMessage::default() };
    li.core().talk().post_message(space, &message).unwrap();
    settle(&mut world, [&mut li, &mut sun, &mut qian]);
    let mentions = |phone: &Phone| {
        let list = phone.core().talk().list().unwrap();
        list.iter().find(|talk| talk.space == space).map(|talk| (talk.unread, talk.mentions))
    };
    assert_eq!((mentions(&sun), mentions(&qian), mentions(&li)), (Some((2, 1)), Some((2, 0)), Some((0, 0))));
}
