//! J3: a theme day with quorum, no network in the village.
#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::activity::{
    Activities, ActivityEdit, Choice, Grade, Leave, LeaveAnswer, Mark, NewActivity, Place, Quorum, Shortfall, Status,
    Word,
};
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::presence::{CheckIn, Scan};
use hongqi_core::speech::{Language, Speech};
use hongqi_tests::fixtures::{Fixture, MemberRow, Set};
use hongqi_tests::world::{MORNING, Phone, World, org};

const HOUR: i64 = 3_600_000;

fn id(row: &MemberRow) -> MemberId {
    MemberId::from_number(&row.number)
}

fn settle(world: &mut World, phones: &mut [Phone]) {
    world.settle(&mut phones.iter_mut().collect::<Vec<_>>());
}

fn activities(phone: &Phone) -> Activities<'_> {
    phone.core().activities()
}

/// Status and leave of somebody.
fn shown(phone: &Phone, activity: DocId, who: MemberId) -> (Status, Option<Leave>) {
    let rows = phone.core().activities().attendance(activity).unwrap();
    let row = rows.into_iter().find(|row| row.member == who).unwrap();
    (row.status, row.leave)
}

/// The request for leave that somebody made, as an organiser finds it.
fn request(phone: &Phone, activity: DocId, who: MemberId) -> DocId {
    let evidence = phone.core().activities().evidence(activity, who).unwrap();
    evidence.iter().find(|entry| matches!(entry.word, Word::Asked { .. })).unwrap().id
}

#[test]
fn a_theme_day_with_quorum_and_no_network_in_the_village() {
    let fixture = Fixture::generate(Set::S);
    let home = fixture.members[0].home.clone();
    let people: Vec<_> = fixture.members.iter().filter(|row| row.home == home).collect();
    let mut world = World::of(3, &fixture);
    // The first leads the branch, the fourth stands in; the last two are probationary members.
    let mut phones: Vec<Phone> = people.iter().map(|row| world.phone(&row.number)).collect();
    settle(&mut world, &mut phones);
    let (sec, deputy, probationary) = (0, 3, 11);

    // 1. @sec offline plans an activity.
    let (starts, ends) = (MORNING.plus_ms(HOUR), MORNING.plus_ms(3 * HOUR));
    let plan = NewActivity {
        title: "主题党日", place: "村委会", note: "", agenda: "一、学习\n二、表决", starts, ends
    };
    let activity = activities(&phones[sec]).plan(org(&home), &plan).unwrap();
    assert_eq!(activities(&phones[sec]).expect_members(activity, &[org(&home)]), Ok(13));
    let resolution = activities(&phones[sec]).move_resolution(activity, "修缮村道", false).unwrap();
    let door = phones[sec].core().presence().open_door(activity, "正门").unwrap();
    let rows = activities(&phones[sec]).attendance(activity).unwrap();
    assert_eq!(rows.iter().filter(|row| row.place == Place::Voter).count(), 11);
    assert_eq!(rows.iter().filter(|row| row.place == Place::Expected).count(), 2);
    settle(&mut world, &mut phones);

    // 2. Two ask for leave offline; one approval on @sec, one on @deputy, at the same time.
    let away = [9, 10];
    for phone in away {
        activities(&phones[phone]).ask_leave(activity, "外出务工").unwrap();
    }
    settle(&mut world, &mut phones);
    for phone in away {
        assert_eq!(shown(&phones[sec], activity, id(people[phone])), (Status::Unknown, Some(Leave::Asked)));
        for desk in [sec, deputy] {
            let request = request(&phones[desk], activity, id(people[phone]));
            activities(&phones[desk]).answer_leave(request, LeaveAnswer::Approve).unwrap();
        }
    }
    settle(&mut world, &mut phones);
    for phone in away {
        for reader in [sec, deputy, phone] {
            let both = (Status::Excused, Some(Leave::Approved));
            assert_eq!(shown(&phones[reader], activity, id(people[phone])), both, "approved once");
        }
    }
    // The reason is nobody else's.
    assert!(activities(&phones[8]).evidence(activity, id(people[9])).unwrap().is_empty());

    // 3. Ready to run with no network? From here on no phone exchanges.
    world.clock.advance(HOUR);
    let checks = activities(&phones[sec]).ready(activity).unwrap();
    assert_eq!(checks.len(), 7);
    let speech = Speech { language: Language::Chinese, now: MORNING, utc_offset_minutes: 480 };
    let said: Vec<_> = checks.iter().map(|check| speech.check(check)).collect();
    assert!(checks.iter().all(|check| check.lacks.is_none()), "{said:?}");

    // 4. Seven scanned or witnessed, one attested by roll call, one only claimed.
    let host = phones[sec].core().presence();
    let code = host.next_code(door).unwrap();
    for phone in [0, 1, 2, 3] {
        let taken = phones[phone].core().presence().check_in_with_code(None, &code.text).unwrap();
        assert!(matches!(taken, CheckIn::In { .. }), "{taken:?}");
    }
    for phone in [4, 5, 6] {
        let card = phones[phone].core().presence().own_card().unwrap();
        let taken = host.scan_card(door, &card.text).unwrap();
        assert!(matches!(taken, Scan::Admitted(_)), "{taken:?}");
    }
    activities(&phones[sec]).call_roll(activity, &[(id(people[7]), Mark::Present)]).unwrap();
    activities(&phones[8]).check_in(activity).unwrap();
    activities(&phones[probationary]).check_in(activity).unwrap();

    settle(&mut world, &mut phones);
    let grade = |phone: usize| shown(&phones[sec], activity, id(people[phone])).0;
    for (phone, wanted) in [(0, Grade::Scanned), (3, Grade::Scanned), (4, Grade::Witnessed), (6, Grade::Witnessed)] {
        assert_eq!(grade(phone), Status::Present(wanted));
    }
    assert_eq!((grade(7), grade(8)), (Status::Present(Grade::Attested), Status::Present(Grade::Claimed)));

    // 5. Eight of eleven count: valid; for an election nine are needed.
    let meeting = Quorum { voters: 11, counted: 8, claimed: 1, disputed: 0, needed: 6, shortfall: None };
    assert_eq!(activities(&phones[sec]).quorum(activity, false), Ok(meeting));
    let election = Quorum { needed: 9, shortfall: Some(Shortfall::Missing(1)), ..meeting };
    assert_eq!(activities(&phones[sec]).quorum(activity, true), Ok(election));
    let said = "人数不足，还差1人，应到11人，计入8人，需要9人，1人仅本人签到，未计入";
    assert_eq!(speech.quorum(&election), said);
    assert_eq!(
        activities(&phones[8]).quorum(activity, false),
        Err(Error::NotAllowed),
        "not from a part of the evidence"
    );

    // 6. Seven to one; a probationary member's vote is refused.
    for (at, phone) in phones.iter().enumerate().take(8) {
        let choice = if at == 5 { Choice::Against } else { Choice::For };
        activities(phone).vote(resolution, choice).unwrap();
    }
    activities(&phones[8]).vote(resolution, Choice::For).unwrap();
    assert_eq!(activities(&phones[probationary]).vote(resolution, Choice::For), Err(Error::NoVote));

    // 7. Two phones edit the minutes.
    let edit = |phone: &Phone, minutes: &str| {
        let edit = ActivityEdit { minutes: Some(minutes), ..ActivityEdit::default() };
        activities(phone).edit(activity, &edit).unwrap();
    };
    edit(&phones[sec], "出席八人。");
    settle(&mut world, &mut phones);
    edit(&phones[sec], "主持：书记。出席八人。");
    edit(&phones[deputy], "出席八人。修缮村道通过。");
    settle(&mut world, &mut phones);
    for phone in [sec, deputy, probationary] {
        let minutes = activities(&phones[phone]).activity(activity).unwrap().unwrap().minutes;
        assert_eq!(minutes, "主持：书记。出席八人。修缮村道通过。");
    }
    for phone in [sec, deputy] {
        let voted = &activities(&phones[phone]).resolutions(activity).unwrap()[0];
        let tally = voted.tally.unwrap();
        assert_eq!((tally.votes_for, tally.against, tally.not_counted, tally.carried), (7, 1, 1, true));
        assert_eq!(tally.quorum, meeting);
    }
    assert_eq!(activities(&phones[8]).resolutions(activity).unwrap()[0].tally, None);
}
