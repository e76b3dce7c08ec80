//! Activities and attendance.

use hongqi_core::Error;
use hongqi_core::activity::{
    ActivityEdit, ActivityView, AttendanceRow, Choice, Grade, Lack, LastWord, Leave, LeaveAnswer, Mark, Need,
    NewActivity, OrgAttendance, Place, Status,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::count::Count;
use hongqi_core::ids::DocId;
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;
use hongqi_tests::world::{MORNING, Phone, World, member, org};

use hongqi_core::speech::Language;

use super::{DAY, HOUR, phones, settle, waiting};

pub(super) fn plan(phone: &Phone, title: &str) -> DocId {
    let (starts, ends) = (MORNING.plus_ms(HOUR), MORNING.plus_ms(2 * HOUR));
    let activity = NewActivity { title, place: "礼堂", note: "", agenda: "", starts, ends };
    phone.core().activities().plan(org("B1"), &activity).unwrap()
}

fn attendance(phone: &Phone, activity: DocId) -> Vec<AttendanceRow> {
    phone.core().activities().attendance(activity).unwrap()
}

pub(super) fn view(phone: &Phone, activity: DocId) -> ActivityView {
    phone.core().activities().activity(activity).unwrap().unwrap()
}

pub(super) fn call(phone: &Phone, activity: DocId, marks: &[(&str, Mark)]) {
    let marks: Vec<_> = marks.iter().map(|(number, mark)| (member(number), *mark)).collect();
    phone.core().activities().call_roll(activity, &marks).unwrap();
}

#[test]
fn who_says_to_be_there_is_there_once_whenever_and_wherever_it_is_said() {
    let mut world = World::park(60);
    let [mut zhao, mut li, mut li2, mut mo] = phones(&mut world, ["1003", "1001", "1001", "1004"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut li, &mut li2, &mut mo]);
    assert_eq!(view(&li, activity).checked_in, None);
    // Before it begins by this clock; again; on the other phone, with no network on either.
    let first = li.core().activities().check_in(activity).unwrap();
    assert_eq!(li.core().activities().check_in(activity), Ok(first));
    assert_eq!((waiting(&li), view(&li, activity).checked_in), (1, Some(Delivery::OnDevice)));
    li2.core().activities().check_in(activity).unwrap();
    // And after the end.
    world.clock.advance(5 * HOUR);
    mo.core().activities().check_in(activity).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut mo, &mut zhao]);

    let rows = attendance(&zhao, activity);
    let claimed = Status::Present(Grade::Claimed);
    let seen: Vec<_> = rows.iter().map(|row| (&row.name[..], &row.status, row.happened_at, row.received_at)).collect();
    let late = MORNING.plus_ms(5 * HOUR);
    assert_eq!(seen, [("李敏", &claimed, Some(MORNING), Some(late)), ("莫文", &claimed, Some(late), Some(late))]);
    assert_eq!(view(&li2, activity).checked_in, Some(Delivery::AtServer));
    assert_eq!(attendance(&li, activity).len(), 1, "a member sees what is about the member");
    assert_eq!(view(&zhao, activity).checked_in, None);
    assert_eq!(li.core().activities().check_in(DocId::from_bytes([7; 16])), Err(Error::NotFound));
}

#[test]
fn a_cancelled_activity_stays_and_takes_nobody_in() {
    let mut world = World::park(61);
    let [mut zhao, mut li] = phones(&mut world, ["1003", "1001"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut li]);
    assert_eq!(li.core().activities().cancel(activity), Err(Error::NotAllowed));
    zhao.core().activities().cancel(activity).unwrap();
    zhao.core().activities().cancel(activity).unwrap();
    // Said before its author heard of it: a fact, and kept.
    li.core().activities().check_in(activity).unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    settle(&mut world, [&mut li, &mut zhao]);
    assert!(view(&li, activity).cancelled);
    assert_eq!(attendance(&zhao, activity).len(), 1);
    let [mut mo] = phones(&mut world, ["1004"]);
    let refused = Error::Invalid { field: "activity", reason: "cancelled" };
    assert_eq!(mo.core().activities().check_in(activity), Err(refused));

    // One that nobody has heard of is taken back without a trace.
    let unsent = plan(&zhao, "误排");
    zhao.core().activities().cancel(unsent).unwrap();
    assert_eq!((waiting(&zhao), zhao.core().activities().activity(unsent).unwrap()), (0, None));
    settle(&mut world, [&mut zhao, &mut mo]);
    assert_eq!(mo.core().activities().list(Timestamp(0), 9).unwrap().len(), 1);
}

#[test]
fn the_list_is_what_has_not_ended_the_soonest_first() {
    let mut world = World::park(62);
    let [zhao] = phones(&mut world, ["1003"]);
    let plan = |title, from: i64, to: i64| {
        let (starts, ends) = (MORNING.plus_ms(from), MORNING.plus_ms(to));
        let activity = NewActivity { title, place: "礼堂", note: "", agenda: "", starts, ends };
        zhao.core().activities().plan(org("B1"), &activity).unwrap()
    };
    plan("三", 5, 6);
    plan("一", 1, 9);
    plan("二", 1 + 1, 3);
    let list = |from: i64, limit| -> Vec<String> {
        let list = zhao.core().activities().list(MORNING.plus_ms(from), limit).unwrap();
        list.into_iter().map(|activity| activity.title).collect()
    };
    assert_eq!(list(0, 200), ["一", "二", "三"]);
    assert_eq!(list(3, usize::MAX), ["一", "二", "三"], "one that ends now has not ended");
    assert_eq!(list(4, 1), ["一"]);
    assert_eq!(list(7, 9), ["一"]);
    assert!(list(10, 9).is_empty() && list(0, 0).is_empty());
}

#[test]
fn edits_show_and_two_who_move_the_time_apart_never_end_before_the_beginning() {
    let mut world = World::park(63);
    let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
    let activity = plan(&zhao, "党日");
    let edit = |phone: &Phone, edit: &ActivityEdit<'_>| phone.core().activities().edit(activity, edit).unwrap();
    edit(&zhao, &ActivityEdit { place: Some("三号楼"), ..ActivityEdit::default() });
    assert!(!view(&zhao, activity).edited, "nobody had seen it");
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    edit(&zhao, &ActivityEdit { place: Some("三号楼"), ..ActivityEdit::default() });
    assert_eq!(waiting(&zhao), 0);

    let (starts, ends) = (MORNING.plus_ms(HOUR), MORNING.plus_ms(2 * HOUR));
    edit(&zhao, &ActivityEdit { time: Some((ends, ends)), ..ActivityEdit::default() });
    edit(&wang, &ActivityEdit { time: Some((starts, starts)), note: Some("带手册"), ..ActivityEdit::default() });
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let shown = view(&li, activity);
    assert!(shown.edited && shown.starts <= shown.ends, "{shown:?}");
    assert_eq!((&shown.note[..], &shown.place[..]), ("带手册", "三号楼"));
    for phone in [&zhao, &wang] {
        assert_eq!((view(phone, activity).starts, view(phone, activity).ends), (shown.starts, shown.ends));
    }
    let backwards = ActivityEdit { time: Some((ends, starts)), ..ActivityEdit::default() };
    let refused = zhao.core().activities().edit(activity, &backwards);
    assert!(matches!(refused, Err(Error::Invalid { field: "ends", .. })));
}

#[test]
fn organisers_who_contradict_each_other_are_named_until_one_says_otherwise() {
    let mut world = World::park(64);
    let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    call(&zhao, activity, &[("1001", Mark::Present), ("1004", Mark::Excused)]);
    call(&wang, activity, &[("1001", Mark::Absent)]);
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let mut named =
        [("1003", Mark::Present), ("1002", Mark::Absent)].map(|(by, mark)| LastWord { by: member(by), mark });
    named.sort_by_key(|word| word.by);
    for phone in [&zhao, &wang, &li] {
        let rows = attendance(phone, activity);
        let row = rows.iter().find(|row| row.member == member("1001")).unwrap();
        assert_eq!(row.status, Status::Disputed(named.to_vec()));
        let name = |id| phone.core().directory().member(id).unwrap().unwrap().name;
        assert_eq!(named.map(|word| name(word.by).len()), [9, 9], "both have names here");
    }
    assert_eq!(attendance(&zhao, activity).len(), 2);
    // One of the two says otherwise.
    call(&wang, activity, &[("1001", Mark::Present)]);
    settle(&mut world, [&mut wang, &mut zhao, &mut li]);
    for phone in [&zhao, &wang, &li] {
        let rows = attendance(phone, activity);
        let row = rows.iter().find(|row| row.member == member("1001")).unwrap();
        assert_eq!(row.status, Status::Present(Grade::Attested));
    }
}

#[test]
fn the_last_word_of_an_organiser_is_the_one_said_last_whatever_the_clock_shows() {
    let mut world = World::park(65);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut wang]);
    let status = |phone: &Phone| attendance(phone, activity).into_iter().map(|row| row.status).collect::<Vec<_>>();
    world.clock.advance(10 * HOUR);
    for _ in 0..8 {
        // Within one moment, within one call, and with a clock that is set back in between.
        call(&zhao, activity, &[("1001", Mark::Absent)]);
        call(&zhao, activity, &[("1001", Mark::Absent), ("1001", Mark::Present)]);
        assert_eq!(status(&zhao), [Status::Present(Grade::Attested)]);
        world.clock.advance(-HOUR);
        call(&zhao, activity, &[("1001", Mark::Excused)]);
        assert_eq!(status(&zhao), [Status::Excused]);
    }
    settle(&mut world, [&mut zhao, &mut wang]);
    assert_eq!(status(&wang), [Status::Excused]);
    assert_eq!(status(&zhao), [Status::Excused]);
}

#[test]
fn an_organiser_is_a_person_too() {
    let mut world = World::park(66);
    let [zhao] = phones(&mut world, ["1003"]);
    let activity = plan(&zhao, "党日");
    call(&zhao, activity, &[("1003", Mark::Absent)]);
    assert_eq!(view(&zhao, activity).checked_in, None, "calling the own name is not checking in");
    zhao.core().activities().check_in(activity).unwrap();
    assert_eq!(attendance(&zhao, activity)[0].status, Status::Present(Grade::Claimed));
    assert_eq!(view(&zhao, activity).checked_in, Some(Delivery::OnDevice));
}

#[test]
fn what_the_server_refused_is_no_evidence() {
    let mut world = World::park(67);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut wang]);
    world.server.revoke("1003", "B1", Role::Organiser).unwrap();
    call(&zhao, activity, &[("1001", Mark::Present)]);
    assert_eq!(attendance(&zhao, activity).len(), 1);
    settle(&mut world, [&mut zhao, &mut wang]);
    assert!(attendance(&zhao, activity).is_empty() && attendance(&wang, activity).is_empty());
    let items = zhao.core().outbox().items().unwrap();
    assert_eq!((items.len(), items[0].delivery), (1, Delivery::Refused(Refusal::NotAllowed)));
    // Granted anew, it is sent again and counts.
    world.server.grant("1003", "B1", Role::Organiser, None).unwrap();
    zhao.core().outbox().retry(items[0].doc).unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    assert_eq!(attendance(&wang, activity)[0].status, Status::Present(Grade::Attested));
    assert_eq!(attendance(&zhao, activity), attendance(&wang, activity));
}

#[test]
fn attendance_is_in_the_order_of_names() {
    let mut world = World::park(68);
    let [zhao] = phones(&mut world, ["1003"]);
    let activity = plan(&zhao, "党日");
    let numbers = ["1004", "1003", "1002", "1001", "9999"];
    call(&zhao, activity, &numbers.map(|number| (number, Mark::Present)));
    let names: Vec<_> = attendance(&zhao, activity).into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["", "李敏", "王秀兰", "莫文", "赵国强"], "who is not known here comes first");
    call(&zhao, activity, &[]);
    assert_eq!(attendance(&zhao, activity).len(), 5);
}

pub(super) fn row(phone: &Phone, activity: DocId, number: &str) -> AttendanceRow {
    attendance(phone, activity).into_iter().find(|row| row.member == member(number)).unwrap()
}

#[test]
fn who_is_expected_is_the_union_of_all_lists_and_whoever_is_taken_off_is_off_everywhere() {
    let mut world = World::park(69);
    let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let expect =
        |phone: &Phone, number: &str, place| phone.core().activities().expect(activity, &[(member(number), place)]);
    // Both at the same time, and the one says more of one person than the other.
    expect(&zhao, "1001", Place::Expected).unwrap();
    assert_eq!(wang.core().activities().expect_members(activity, &[org("B1")]), Ok(4));
    assert_eq!(wang.core().activities().expect_members(activity, &[org("B1")]), Ok(0));
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    for phone in [&zhao, &wang] {
        let places = ["1001", "1002", "1003", "1004"].map(|number| row(phone, activity, number).place);
        assert_eq!(places, [Place::Voter, Place::Voter, Place::Voter, Place::Expected]);
    }
    assert_eq!(expect(&zhao, "1004", Place::Voter), Err(Error::NoVote), "a probationary member");
    assert_eq!(expect(&li, "1004", Place::None), Err(Error::NotAllowed));
    expect(&zhao, "1001", Place::None).unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    for phone in [&zhao, &wang] {
        assert_eq!(attendance(phone, activity).len(), 3);
    }
    // Of others nothing comes to a member, so nothing is said of them.
    assert_eq!(attendance(&li, activity), []);
    // More than one change can hold.
    let crowd: Vec<_> = (0..600).map(|n| (member(&format!("x{n}")), Place::Expected)).collect();
    zhao.core().activities().expect(activity, &crowd).unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    assert_eq!(attendance(&wang, activity).len(), 603);
}

#[test]
fn leave_is_asked_given_refused_and_taken_back() {
    let mut world = World::park(70);
    let [mut zhao, mut li, mut mo] = phones(&mut world, ["1003", "1001", "1004"]);
    let activity = plan(&zhao, "党日");
    settle(&mut world, [&mut zhao, &mut li, &mut mo]);
    let ask = |phone: &Phone| phone.core().activities().ask_leave(activity, "家中有事").unwrap();
    // One that was never sent leaves no trace.
    let unsent = ask(&li);
    li.core().activities().withdraw_leave(unsent).unwrap();
    assert_eq!((waiting(&li), attendance(&li, activity).len()), (0, 0));
    let (of_li, of_mo) = (ask(&li), ask(&mo));
    settle(&mut world, [&mut li, &mut mo, &mut zhao]);
    let reasons = |phone: &Phone, number: &str| {
        let evidence = phone.core().activities().evidence(activity, member(number)).unwrap();
        evidence.into_iter().map(|entry| entry.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(&zhao, "1001"), ["家中有事"]);
    assert!(reasons(&mo, "1001").is_empty(), "nobody else's");
    let answer = |phone: &Phone, request, answer| phone.core().activities().answer_leave(request, answer);
    assert_eq!(answer(&li, of_li, LeaveAnswer::Approve), Err(Error::NotAllowed));
    answer(&zhao, of_li, LeaveAnswer::Approve).unwrap();
    answer(&zhao, of_mo, LeaveAnswer::Deny).unwrap();
    settle(&mut world, [&mut zhao, &mut li, &mut mo]);
    assert_eq!(
        (row(&li, activity, "1001").status, row(&li, activity, "1001").leave),
        (Status::Excused, Some(Leave::Approved))
    );
    assert_eq!(
        (row(&mo, activity, "1004").status, row(&mo, activity, "1004").leave),
        (Status::Unknown, Some(Leave::Denied))
    );
    li.core().activities().withdraw_leave(of_li).unwrap();
    assert_eq!(mo.core().activities().withdraw_leave(of_li), Err(Error::NotFound));
    settle(&mut world, [&mut li, &mut zhao]);
    assert_eq!(
        (row(&zhao, activity, "1001").status, row(&zhao, activity, "1001").leave),
        (Status::Unknown, Some(Leave::Withdrawn))
    );
}

#[test]
fn what_is_missing_to_run_with_no_network_is_named() {
    let mut world = World::park(71);
    let [zhao, mut li] = phones(&mut world, ["1003", "1001"]);
    let activity = plan(&zhao, "党日");
    let lacks = |phone: &Phone| -> Vec<(Need, Lack)> {
        let checks = phone.core().activities().ready(activity).unwrap();
        assert_eq!(checks.len(), 7);
        checks.into_iter().filter_map(|check| Some((check.need, check.lacks?))).collect()
    };
    assert_eq!(lacks(&zhao), [(Need::Roster, Lack::NobodyExpected)]);
    zhao.core()
        .activities()
        .expect(activity, &[(member("1001"), Place::Voter), (member("x"), Place::Expected)])
        .unwrap();
    assert_eq!(lacks(&zhao), [(Need::Names, Lack::NamesUnknown(1))]);
    zhao.core().activities().expect(activity, &[(member("x"), Place::None)]).unwrap();
    assert_eq!(lacks(&zhao), []);
    world.clock.advance(8 * DAY);
    assert_eq!(lacks(&zhao), [(Need::Clock, Lack::ClockStale(MORNING))]);
    let mut zhao = zhao;
    settle(&mut world, [&mut zhao, &mut li]);
    assert_eq!(lacks(&zhao), []);
    assert_eq!(lacks(&li), [(Need::Role, Lack::NoRole), (Need::Door, Lack::NoDoor)]);
    assert_eq!(zhao.core().activities().ready(DocId::from_bytes([7; 16])), Err(Error::NotFound));
}

#[test]
fn a_member_has_one_vote_until_voting_ends() {
    let mut world = World::park(72);
    let [mut zhao, mut li, mut mo] = phones(&mut world, ["1003", "1001", "1004"]);
    let activity = plan(&zhao, "党日");
    zhao.core().activities().expect_members(activity, &[org("B1")]).unwrap();
    let resolution = zhao.core().activities().move_resolution(activity, "推荐先进", false).unwrap();
    settle(&mut world, [&mut zhao, &mut li, &mut mo]);
    assert_eq!(mo.core().activities().vote(resolution, Choice::For), Err(Error::NoVote));
    assert_eq!(li.core().activities().move_resolution(activity, "x", false), Err(Error::NotAllowed));
    li.core().activities().vote(resolution, Choice::For).unwrap();
    li.core().activities().vote(resolution, Choice::Against).unwrap();
    call(&zhao, activity, &[("1001", Mark::Present), ("1002", Mark::Present)]);
    settle(&mut world, [&mut li, &mut zhao, &mut mo]);
    let shown = |phone: &Phone| phone.core().activities().resolutions(activity).unwrap().remove(0);
    let tally = shown(&zhao).tally.unwrap();
    assert_eq!((tally.votes_for, tally.against, tally.silent, tally.carried), (0, 1, 1, false));
    assert!(tally.quorum.is_valid());
    assert_eq!(shown(&li).own.map(|vote| (vote.choice, vote.delivery)), Some((Choice::Against, Delivery::AtServer)));
    assert_eq!((shown(&mo).tally, shown(&mo).own), (None, None));
    zhao.core().activities().close_vote(resolution).unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    assert_eq!(li.core().activities().vote(resolution, Choice::For), Err(Error::TooLate));
    // It ended when it ended.
    let ended = shown(&zhao).closed;
    world.clock.advance(HOUR);
    zhao.core().activities().close_vote(resolution).unwrap();
    assert_eq!((shown(&zhao).closed, waiting(&zhao)), (ended, 0));
}

#[test]
fn a_new_phone_of_the_cluster_asks_by_itself_whose_members_people_are() {
    let mut world = World::park(75);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let (starts, ends) = (MORNING, MORNING.plus_ms(HOUR));
    let plan = NewActivity { title: "大会", place: "礼堂", note: "", agenda: "", starts, ends };
    let plan = |phone: &Phone| phone.core().activities().plan(org("C1"), &plan).unwrap();
    let (activity, closed) = (plan(&sun), plan(&sun));
    for activity in [activity, closed] {
        // An organisation that is none: its board is denied.
        sun.core().activities().expect_members(activity, &[org("B1"), org("B2"), org("B9")]).unwrap();
        sun.core().presence().prepare_door(activity).unwrap();
        settle(&mut world, [&mut sun]);
        sun.core().activities().expect_members(activity, &[org("B1"), org("B2")]).unwrap();
        sun.core().activities().expect(activity, &[(member("9999"), Place::Expected)]).unwrap();
    }
    sun.core().activities().close(closed).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    let by_org = |phone: &Phone, activity| phone.core().activities().attendance_by_org(activity);
    let said = by_org(&sun, activity).unwrap();
    let orgs = |rows: &[OrgAttendance]| rows.iter().map(|row| row.org).collect::<Vec<_>>();
    assert_eq!(orgs(&said), [None, Some(org("B1")), Some(org("B2"))], "nobody knows of the member 9999");

    let mut fresh = world.phone("3001");
    settle(&mut world, [&mut fresh]);
    let topics = fresh.core().subscribe();
    assert_eq!(orgs(&by_org(&fresh, closed).unwrap()), [None]);
    assert!(topics.take().is_empty(), "of what is closed no names are fetched");
    assert_eq!(orgs(&by_org(&fresh, activity).unwrap()), [None]);
    settle(&mut world, [&mut fresh]);
    assert!(!topics.take().is_empty(), "who looks at the table hears of it");
    assert_eq!(by_org(&fresh, activity).unwrap(), said);
    assert!(topics.take().is_empty(), "what the server denies is not asked for with every look");
    assert_eq!(by_org(&li, activity), Err(Error::NotAllowed));
}

#[test]
fn numbers_go_upward_and_names_stay_in_the_branch() {
    let mut world = World::park(73);
    let [mut sun, mut wang, mut li] = phones(&mut world, ["3001", "1002", "1001"]);
    let (starts, ends) = (MORNING, MORNING.plus_ms(HOUR));
    let plan = NewActivity { title: "=大会", place: "礼堂", note: "", agenda: "", starts, ends };
    let activity = sun.core().activities().plan(org("C1"), &plan).unwrap();
    let numbers = ["1001", "1002", "1003", "1004", "2001", "2002", "3001", "3002"];
    let people = numbers.map(|number| (member(number), Place::Expected));
    sun.core().activities().expect(activity, &people).unwrap();
    sun.core().activities().expect_members(activity, &[org("B1"), org("B2")]).unwrap();
    sun.core().presence().prepare_door(activity).unwrap();
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    li.core().activities().check_in(activity).unwrap();
    call(&sun, activity, &[("1002", Mark::Absent)]);
    settle(&mut world, [&mut li, &mut sun, &mut wang]);
    let seen = sun.core().activities().attendance_by_org(activity).unwrap();
    let shown: Vec<_> = seen.iter().map(|row| (&row.name[..], row.people.len(), row.numbers.expected)).collect();
    assert_eq!(
        shown,
        [("泵阀联合支部", 0, Count::Few), ("精工支部", 0, Count::Few), ("滨江园区集群党委", 2, Count::Exactly(2))]
    );
    let seen = wang.core().activities().attendance_by_org(activity).unwrap();
    assert_eq!((seen.len(), seen[0].people.len(), seen[0].numbers.absent), (1, 4, Count::Exactly(1)));
    assert_eq!(li.core().activities().attendance_by_org(activity), Err(Error::NotAllowed));

    // Over time: the own, and a secretary's own branch.
    let history = |phone: &Phone, number: &str| phone.core().activities().history(member(number), 9);
    assert_eq!(history(&li, "1001").unwrap()[0].attendance.status, Status::Present(Grade::Claimed));
    assert_eq!(history(&wang, "1001"), history(&li, "1001"));
    assert_eq!(history(&li, "1002"), Err(Error::NotAllowed));
    assert_eq!(history(&sun, "1001"), Err(Error::NotAllowed), "the cluster is not the branch");
    assert!(history(&wang, "1003").unwrap().is_empty(), "neither over nor seen");
    world.clock.advance(2 * HOUR);
    assert_eq!(history(&wang, "1003").unwrap()[0].attendance.status, Status::Unknown);

    let csv = sun.core().activities().attendance_csv(activity, Language::Chinese, 480).unwrap();
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!((lines.len(), lines[0].starts_with("\u{feff}姓名,所属组织,应到,")), (9, true));
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("李敏,泵阀联合支部,是,,已到,本人签到,,,,2026-11-24 07:30,,,2026-11-24 07:30")),
        "{csv}"
    );
    let csv = sun.core().activities().attendance_by_org_csv(activity, Language::English).unwrap();
    assert!(csv.contains("\r\n精工支部,fewer than 5,") && !csv.contains("周洁"), "{csv}");
}

#[test]
fn a_list_on_which_people_have_left_or_lost_their_vote_since_is_not_ready() {
    let mut world = World::park(77);
    let [mut zhao] = phones(&mut world, ["1003"]);
    let activity = plan(&zhao, "党日");
    assert_eq!(zhao.core().activities().expect_members(activity, &[org("B1")]), Ok(4));
    let lacks = |phone: &Phone| -> Vec<(Need, Lack)> {
        let checks = phone.core().activities().ready(activity).unwrap();
        checks.into_iter().filter_map(|check| Some((check.need, check.lacks?))).collect()
    };
    assert_eq!(lacks(&zhao), []);
    // One moves to the other branch, one leaves, one no longer votes.
    let changed = hongqi_tests::world::MEMBERS
        .replace("1001,李敏,full,B1", "1001,李敏,full,B2")
        .replace("1002,王秀兰,full", "1002,王秀兰,probationary")
        .replace("1004,莫文,probationary,B1,2026-03-01,\n", "");
    world.server.import(hongqi_tests::world::ORGANISATIONS.as_bytes(), changed.as_bytes()).unwrap();
    settle(&mut world, [&mut zhao]);
    assert_eq!(lacks(&zhao), [(Need::Roster, Lack::Outdated(3))]);
    let people = [("1001", Place::None), ("1002", Place::Expected), ("1004", Place::None)];
    let people = people.map(|(number, place)| (member(number), place));
    zhao.core().activities().expect(activity, &people).unwrap();
    assert_eq!(lacks(&zhao), []);
}
