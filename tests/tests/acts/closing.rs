//! What an activity's closing settles, and what can be said after it.

use hongqi_core::Error;
use hongqi_core::activity::{Grade, Mark, NewActivity, Place, Status, Word};
use hongqi_core::role::Role;
use hongqi_tests::world::{MORNING, Phone, World, member, org};

use super::activity::{call, plan, row, view};
use super::{HOUR, phones, settle, waiting};

#[test]
fn after_the_closing_the_numbers_by_organisation_stay_without_the_names_for_as_long_as_the_role() {
    let mut world = World::park(74);
    let [mut sun] = phones(&mut world, ["3001"]);
    let (starts, ends) = (MORNING, MORNING.plus_ms(HOUR));
    let plan = NewActivity { title: "大会", place: "礼堂", note: "", agenda: "", starts, ends };
    let activity = sun.core().activities().plan(org("C1"), &plan).unwrap();
    let orgs = [org("B1"), org("B2")];
    sun.core().activities().expect_members(activity, &orgs).unwrap();
    sun.core().presence().prepare_door(activity).unwrap();
    settle(&mut world, [&mut sun]);
    sun.core().activities().expect_members(activity, &orgs).unwrap();
    call(&sun, activity, &[("1002", Mark::Present)]);
    let by_org = |phone: &Phone| phone.core().activities().attendance_by_org(activity);
    let before = by_org(&sun).unwrap();
    assert!(before.len() >= 2 && before.iter().all(|row| row.org.is_some() && !row.name.is_empty()), "{before:?}");

    sun.core().activities().close(activity).unwrap();
    settle(&mut world, [&mut sun]);
    assert_eq!(by_org(&sun).unwrap(), before);
    assert!(sun.core().presence().find_expected(activity, "").unwrap().is_empty(), "the names went");
    let kept = |phone: &Phone| -> i64 {
        let database = rusqlite::Connection::open(phone.home().join("hongqi.db")).unwrap();
        database.query_row("SELECT count(*) FROM kept_home", [], |row| row.get(0)).unwrap()
    };
    assert!(kept(&sun) > 0);
    for role in [Role::Secretary, Role::Editor] {
        world.server.revoke("3001", "C1", role).unwrap();
    }
    settle(&mut world, [&mut sun]);
    assert_eq!((by_org(&sun), kept(&sun)), (Err(Error::NotAllowed), 0));
}

#[test]
fn what_is_said_after_the_closing_waits_and_why_is_kept() {
    let mut world = World::park(74);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut wang]);
    call(&zhao, activity, &[("1001", Mark::Absent)]);
    zhao.core().activities().close(activity).unwrap();
    zhao.core().activities().close(activity).unwrap();
    let corrected = zhao.core().activities().correct(activity, member("1001"), Mark::Present, "补签").unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    assert!(view(&wang, activity).closed.is_some());
    for phone in [&zhao, &wang] {
        let row = row(phone, activity, "1001");
        assert_eq!((row.status, row.pending.len(), row.pending[0].doc), (Status::Absent, 1, corrected));
    }
    assert_eq!(zhao.core().activities().second(corrected), Err(Error::NotAllowed));
    assert_eq!(zhao.core().activities().resolve(activity, member("1003"), Mark::Present, "x"), Err(Error::NotAllowed));
    let own = zhao.core().activities().correct(activity, member("1002"), Mark::Present, "补签").unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    assert_eq!(wang.core().activities().second(own), Err(Error::NotAllowed), "of the own attendance");
    wang.core().activities().second(corrected).unwrap();
    settle(&mut world, [&mut wang, &mut zhao]);
    for phone in [&zhao, &wang] {
        let row = row(phone, activity, "1001");
        assert_eq!((row.status, row.pending.len()), (Status::Present(Grade::Attested), 0));
        let evidence = phone.core().activities().evidence(activity, member("1001")).unwrap();
        assert!(evidence.iter().any(|entry| entry.reason == "补签" && entry.by_name == "赵国强"));
        assert!(evidence.iter().any(|entry| matches!(entry.word, Word::Marked { seconds: Some(_), .. })));
    }
    // Whose attendance it is signs neither first nor second.
    let of_wang = zhao.core().activities().correct(activity, member("1002"), Mark::Present, "补签").unwrap();
    let own = zhao.core().activities().correct(activity, member("1003"), Mark::Present, "补签").unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    for mark in [of_wang, own] {
        assert_eq!(wang.core().activities().second(mark), Err(Error::NotAllowed));
    }
}

#[test]
fn of_two_who_close_apart_the_first_closing_counts() {
    // Whoever of the two it is, and whichever of their changes wins.
    for (first, second) in [(0, 1), (1, 0)] {
        let mut world = World::park(75);
        let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
        let activity = plan(&zhao, "党日");
        let resolution = zhao.core().activities().move_resolution(activity, "推荐先进", false).unwrap();
        settle(&mut world, [&mut zhao, &mut wang, &mut li]);
        let closes = |phone: &Phone| {
            phone.core().activities().close(activity).unwrap();
            phone.core().activities().close_vote(resolution).unwrap();
            view(phone, activity).closed
        };
        let both = [&zhao, &wang];
        let closed = closes(both[first]);
        world.clock.advance(HOUR);
        // Said between the two by who did not know of the first.
        call(both[second], activity, &[("1001", Mark::Present)]);
        world.clock.advance(HOUR);
        closes(both[second]);
        settle(&mut world, [&mut zhao, &mut wang, &mut li]);
        settle(&mut world, [&mut zhao, &mut wang, &mut li]);
        for phone in [&zhao, &wang, &li] {
            assert_eq!(view(phone, activity).closed, closed);
            let ended = phone.core().activities().resolutions(activity).unwrap()[0].closed;
            assert!(ended.is_some_and(|ended| ended <= closed.unwrap()), "{ended:?} {closed:?}");
        }
        assert_eq!(
            (row(&zhao, activity, "1001").status, row(&zhao, activity, "1001").pending.len()),
            (Status::Unknown, 1)
        );
    }
}

#[test]
fn who_is_expected_and_who_votes_is_settled_with_the_closing() {
    let mut world = World::park(76);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let activity = plan(&zhao, "党日");
    assert_eq!(zhao.core().activities().expect_members(activity, &[org("B1")]), Ok(4));
    settle(&mut world, [&mut zhao, &mut wang]);
    call(&zhao, activity, &[("1003", Mark::Present), ("1002", Mark::Present)]);
    let quorum = |phone: &Phone| phone.core().activities().quorum(activity, false).unwrap();
    zhao.core().activities().close(activity).unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    let before = quorum(&wang);
    assert!(!before.is_valid());
    // Nobody makes a meeting quorate afterwards by taking who was not there off the list.
    for phone in [&zhao, &wang] {
        let off = phone.core().activities().expect(activity, &[(member("1001"), Place::None)]);
        assert_eq!(off, Err(Error::TooLate));
        assert_eq!(phone.core().activities().expect_members(activity, &[org("B1")]), Err(Error::TooLate));
        assert_eq!((quorum(phone), waiting(phone)), (before, 0));
    }
}
