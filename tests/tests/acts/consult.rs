//! Consultations.

use std::collections::BTreeSet;

use hongqi_core::Error;
use hongqi_core::consult::{Category, NewCase, Phase};
use hongqi_core::document::Kind;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::outbox::Delivery;
use hongqi_tests::world::{Phone, World, org};

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
