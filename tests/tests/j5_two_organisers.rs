//! J5: two organisers call the roll.
#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::activity::{
    Activities, AttendanceRow, EvidenceView, Grade, LastWord, Mark, NewActivity, Numbers, OrgAttendance, Place, Status,
    Word,
};
use hongqi_core::count::Count;
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::role::Role;
use hongqi_core::speech::Language;
use hongqi_tests::fixtures::{Fixture, MemberRow, Set};
use hongqi_tests::world::{Fault, MORNING, Phone, World, org};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn id(row: &MemberRow) -> MemberId {
    MemberId::from_number(&row.number)
}

fn settle(world: &mut World, phones: &mut [&mut Phone]) {
    world.settle(phones);
}

fn activities(phone: &Phone) -> Activities<'_> {
    phone.core().activities()
}

fn table(phone: &Phone, activity: DocId) -> Vec<AttendanceRow> {
    activities(phone).attendance(activity).unwrap()
}

fn row(phone: &Phone, activity: DocId, who: MemberId) -> AttendanceRow {
    table(phone, activity).into_iter().find(|row| row.member == who).unwrap()
}

fn disputed(phone: &Phone, activity: DocId) -> Vec<MemberId> {
    let mut out: Vec<_> = table(phone, activity)
        .into_iter()
        .filter(|row| matches!(row.status, Status::Disputed(_)))
        .map(|row| row.member)
        .collect();
    out.sort();
    out
}

fn numbers(phone: &Phone, activity: DocId) -> Numbers {
    activities(phone).attendance_numbers(activity).unwrap()
}

#[test]
fn two_organisers_call_the_roll() {
    let fixture = Fixture::generate(Set::S);
    let mut world = World::of(5, &fixture);
    let people: Vec<MemberId> = fixture.members.iter().map(id).collect();
    let root = &fixture.orgs[0].number;
    let orgs: Vec<OrgId> = fixture.orgs.iter().map(|row| org(&row.number)).collect();
    assert_eq!((people.len(), orgs.len()), (115, 19));
    let first = fixture.holder(Role::Secretary, root).unwrap();
    let second = fixture.holder(Role::DeputySecretary, root).unwrap();
    let (mut o1, mut o2) = (world.phone(&first.number), world.phone(&second.number));
    // A branch of six, led by its secretary.
    let six = fixture.orgs.iter().find(|org| fixture.members.iter().filter(|row| row.home == org.number).count() == 6);
    let six = six.unwrap();
    let mut sec = world.phone(&fixture.holder(Role::Secretary, &six.number).unwrap().number);
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);

    let plan = NewActivity {
        title: "集群党员大会",
        place: "礼堂",
        note: "",
        agenda: "",
        starts: MORNING.plus_ms(HOUR),
        ends: MORNING.plus_ms(3 * HOUR),
    };
    let activity = activities(&o1).plan(org(root), &plan).unwrap();
    let expected: Vec<_> = people.iter().map(|member| (*member, Place::Expected)).collect();
    activities(&o1).expect_members(activity, &orgs).unwrap();
    activities(&o1).expect(activity, &expected).unwrap();
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    for phone in [&o1, &o2] {
        phone.core().presence().prepare_door(activity).unwrap();
    }
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    assert!(table(&o2, activity).iter().all(|row| !row.name.is_empty() && row.home.is_some()), "names are here");

    // 1. 80 check in themselves. @o1 and @o2 offline call 60 and 65: 30 in common, of whom 2 contradict.
    let is_at_desk = |member: &MemberId| [id(first), id(second)].contains(member);
    let called: Vec<MemberId> = people.iter().copied().filter(|member| !is_at_desk(member)).collect();
    let mut own: Vec<Phone> = Vec::new();
    for member in fixture.members.iter().filter(|row| called[15..95].contains(&id(row))) {
        let mut phone = world.phone(&member.number);
        phone.sync(&world);
        activities(&phone).check_in(activity).unwrap();
        own.push(phone);
    }
    assert_eq!(own.len(), 80);
    let (a, b) = (called[0], called[1]);
    let marks = |range: std::ops::Range<usize>, except: &[MemberId]| -> Vec<(MemberId, Mark)> {
        let mark = |member: &MemberId| if except.contains(member) { Mark::Absent } else { Mark::Present };
        called[range].iter().map(|member| (*member, mark(member))).collect()
    };
    world.clock.advance(HOUR);
    activities(&o1).call_roll(activity, &marks(0..60, &[])).unwrap();
    let mut others = marks(0..30, &[a, b]);
    others.extend(marks(60..95, &[]));
    activities(&o2).call_roll(activity, &others).unwrap();

    // 2. No evidence is lost, two are disputed with both named.
    own.iter_mut().for_each(|phone| _ = phone.sync(&world));
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    let mut two = vec![a, b];
    two.sort();
    for phone in [&o1, &o2] {
        let said: usize =
            people.iter().map(|member| activities(phone).evidence(activity, *member).unwrap().len()).sum();
        assert_eq!(said, 80 + 60 + 65);
        assert_eq!(disputed(phone, activity), two);
        let mut named =
            vec![LastWord { by: id(first), mark: Mark::Present }, LastWord { by: id(second), mark: Mark::Absent }];
        named.sort_by_key(|word| word.by);
        assert_eq!(row(phone, activity, a).status, Status::Disputed(named));
        assert_eq!(numbers(phone, activity).disputed, Count::Exactly(2));
    }
    assert_eq!(table(&o1, activity), table(&o2, activity));

    // 3. @o1 resolves one, with a reason; the other stays disputed in the numbers.
    activities(&o1).resolve(activity, a, Mark::Present, "签到照片可证").unwrap();
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    for phone in [&o1, &o2] {
        assert_eq!(row(phone, activity, a).status, Status::Present(Grade::Attested));
        assert_eq!((disputed(phone, activity), numbers(phone, activity).disputed), (vec![b], Count::Exactly(1)));
        let evidence: Vec<EvidenceView> = activities(phone).evidence(activity, a).unwrap();
        let reason = evidence.iter().find(|entry| matches!(entry.word, Word::Marked { resolves: true, .. })).unwrap();
        assert_eq!(reason.reason, "签到照片可证");
    }

    // 4. Next week a correction needs a second signature.
    activities(&o2).close(activity).unwrap();
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    world.clock.advance(7 * DAY);
    let c = *called.last().unwrap();
    assert_eq!(row(&o1, activity, c).status, Status::Unknown);
    let correction = activities(&o1).correct(activity, c, Mark::Present, "补录").unwrap();
    assert_eq!(activities(&o1).second(correction), Err(Error::NotAllowed));
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    for phone in [&o1, &o2] {
        let shown = row(phone, activity, c);
        assert_eq!((shown.status, shown.pending.len()), (Status::Unknown, 1));
        assert_eq!((shown.pending[0].doc, shown.pending[0].by), (correction, id(first)));
    }
    let signed = activities(&o2).second(correction).unwrap();
    assert_eq!(activities(&o2).second(correction), Ok(signed));
    settle(&mut world, &mut [&mut o1, &mut o2, &mut sec]);
    for phone in [&o1, &o2] {
        let shown = row(phone, activity, c);
        assert_eq!((shown.status, shown.pending.len()), (Status::Present(Grade::Attested), 0));
    }

    // 5. Each secretary sees the own six members, the cluster the numbers of all organisations.
    let seen = activities(&sec).attendance_by_org(activity).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].org, seen[0].people.len()), (Some(org(&six.number)), 6));
    assert_eq!(seen[0].numbers.expected, Count::Exactly(6));
    assert_eq!(activities(&sec).attendance_numbers(activity), Err(Error::NotAllowed));
    // With the closing the names went from the phones that called the roll: not whose members they were.
    let nameless = table(&o1, activity).iter().filter(|row| row.name.is_empty()).count();
    assert!(nameless > 0, "of who has written nothing");
    let seen_closed = activities(&o1).attendance_by_org(activity).unwrap();
    // The cluster opens the boards once more: the names come, and the numbers are the same.
    o1.core().presence().prepare_door(activity).unwrap();
    settle(&mut world, &mut [&mut o1]);
    let of_six: Vec<_> = seen[0].people.iter().map(|row| (row.member, &row.status)).collect();
    let all = table(&o1, activity);
    for (member, status) in of_six {
        assert_eq!(all.iter().find(|row| row.member == member).map(|row| &row.status), Some(status));
    }
    let seen = activities(&o1).attendance_by_org(activity).unwrap();
    let without_names = |groups: &[OrgAttendance]| -> Vec<_> {
        groups.iter().map(|group| (group.org, group.name.clone(), group.numbers)).collect()
    };
    assert_eq!(without_names(&seen_closed), without_names(&seen));
    // Two general branches and the cluster itself have no members of their own.
    assert_eq!(seen.len(), 16);
    for group in &seen {
        let number = fixture.orgs.iter().find(|row| Some(org(&row.number)) == group.org).unwrap();
        let size = fixture.members.iter().filter(|row| row.home == number.number).count();
        assert_eq!(group.name, number.name);
        if number.number == first.home {
            assert_eq!(group.people.len(), size);
        } else {
            assert!(group.people.is_empty(), "no names of {}", group.name);
            let exact = Count::Exactly(u32::try_from(size).unwrap());
            assert_eq!(group.numbers.expected, if size < 5 { Count::Few } else { exact });
        }
    }
    let stranger = own.iter().find(|phone| activities(phone).attendance_by_org(activity) == Err(Error::NotAllowed));
    assert_eq!(table(stranger.unwrap(), activity).len(), 1, "a member sees the own attendance");
    let csv = activities(&o1).attendance_by_org_csv(activity, Language::Chinese).unwrap();
    assert_eq!(csv.lines().count(), 17);
    assert!(fixture.members.iter().all(|row| !csv.contains(&row.name)), "numbers, no names");

    // 6. Any interleaving of the same acts gives the same table.
    let random = world.rng.fork();
    a_phone_that_gets_them_otherwise(&mut world, random, activity, &all, first);
}

/// @o1's second phone takes everything in anew, over a network that drops, doubles and cuts, while it is killed again and
/// again. (That no way in which acts come makes a difference is what `purity` tells.)
fn a_phone_that_gets_them_otherwise(
    world: &mut World,
    mut random: fastrand::Rng,
    activity: DocId,
    all: &[AttendanceRow],
    who: &MemberRow,
) {
    let mut fresh = world.phone(&who.number);
    for _ in 0..30 {
        fresh.exchange(world, random.choice(Fault::ALL).unwrap_or(Fault::None));
    }
    settle(world, &mut [&mut fresh]);
    fresh.core().presence().prepare_door(activity).unwrap();
    settle(world, &mut [&mut fresh]);
    assert_eq!(table(&fresh, activity), all);
}
