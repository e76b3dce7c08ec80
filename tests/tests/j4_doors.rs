//! J4: a host at the door, three doors, no network.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::sync::Arc;

use hongqi_core::activity::{Doubt, Grade, NewActivity, Place, Status};
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::presence::{CheckIn, Refused, Scan};
use hongqi_core::role::Role;
use hongqi_server::Server;
use hongqi_tests::fixtures::{Fixture, Set};
use hongqi_tests::world::{MORNING, Phone, SimClock, World};
use pinyin::ToPinyin;

const PERIOD: i64 = 15_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Cluster committee of the park.
const CLUSTER: &str = "Z001";

fn park(fixture: &Fixture) -> World {
    let clock = SimClock::new(MORNING);
    let server = Server::in_memory(Arc::new(clock.clone())).unwrap();
    let (mut orgs, mut members) = (Vec::new(), Vec::new());
    fixture.write_orgs(&mut orgs).unwrap();
    fixture.write_members(&mut members).unwrap();
    server.import(&orgs, &members).unwrap();
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(4);
    println!("seed {seed}");
    World { server: Arc::new(server), clock, rng: fastrand::Rng::with_seed(seed) }
}

fn id(number: &str) -> MemberId {
    MemberId::from_number(number)
}

/// A door phone and what it has shown.
struct AtDoor {
    phone: Phone,
    door: DocId,
    counters: Vec<u64>,
}

impl AtDoor {
    fn code(&mut self) -> String {
        let code = self.phone.core().presence().next_code(self.door).unwrap();
        if self.counters.last() != Some(&code.counter) {
            self.counters.push(code.counter);
        }
        code.text
    }
}

fn check_in(phone: &Phone, text: &str) -> CheckIn {
    phone.core().presence().check_in_with_code(None, text).unwrap()
}

/// Whether any file of the phone contains these bytes.
fn holds(phone: &Phone, canary: &str) -> bool {
    std::fs::read_dir(phone.home()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
    })
}

#[test]
fn three_doors_and_no_network() {
    let fixture = Fixture::generate(Set::S);
    let mut world = park(&fixture);
    let orgs: Vec<OrgId> = fixture.orgs.iter().map(|org| OrgId::from_number(&org.number)).collect();
    let numbers: Vec<&str> = fixture.members.iter().map(|member| &member.number[..]).collect();
    assert_eq!(numbers.len(), 115);
    let secretary = fixture.holder(Role::Secretary, CLUSTER).unwrap().number.clone();
    // The hosts are members of three branches, and so is the secretary; none of them is scanned at a door of their own.
    let mut ordinary = numbers.iter().copied().filter(|number| **number != secretary);
    let hosts: Vec<&str> = ordinary.by_ref().step_by(20).take(3).collect();
    for host in &hosts {
        world.server.grant(host, CLUSTER, Role::Host, None).unwrap();
    }
    let others: Vec<&str> =
        numbers.iter().copied().filter(|number| !hosts.contains(number) && **number != secretary).collect();
    // By name: the hosts, at each other's doors, the secretary, and one who has forgotten the phone.
    let (scanning, rest) = others.split_at(90);
    let (carded, forgot) = rest.split_at(20);
    assert_eq!((hosts.len(), forgot.len()), (3, 1));

    // 1. Yesterday: the activity is planned, everybody's phone hears of it, three doors are prepared. Then net off.
    let mut sec = world.phone(&secretary);
    sec.sync(&world);
    let plan = NewActivity {
        title: "主题党日：泵阀产业集群安全生产宣讲",
        place: "集群礼堂",
        note: "",
        agenda: "",
        starts: MORNING.plus_ms(DAY),
        ends: MORNING.plus_ms(DAY + 120 * MINUTE),
    };
    let activity = sec.core().activities().plan(orgs[0], &plan).unwrap();
    let expected: Vec<_> = numbers.iter().map(|number| (id(number), Place::Expected)).collect();
    sec.core().activities().expect_members(activity, &orgs).unwrap();
    sec.core().activities().expect(activity, &expected).unwrap();
    sec.sync(&world);
    let mut doors: Vec<AtDoor> = Vec::new();
    for (host, label) in hosts.iter().zip(["东门", "西门", "北门"]) {
        let mut phone = world.phone(host);
        phone.sync(&world);
        phone.core().presence().prepare_door(activity).unwrap();
        let door = phone.core().presence().open_door(activity, label).unwrap();
        phone.sync(&world);
        doors.push(AtDoor { phone, door, counters: Vec::new() });
    }
    let mut phones: Vec<Phone> = Vec::new();
    for number in scanning.iter().chain(carded) {
        let mut phone = world.phone(number);
        phone.sync(&world);
        phones.push(phone);
    }
    let mut cards = phones.split_off(scanning.len());
    let revoked = cards.pop().unwrap();
    world.server.revoke_device(revoked.device()).unwrap();
    for at in &mut doors {
        at.phone.sync(&world);
    }
    world.clock.advance(DAY);

    // 2. 115 members in ten minutes: 90 scan the code of a door. 7. After 30 @door2 dies and restarts.
    for (index, phone) in phones.iter().enumerate() {
        let at = &mut doors[index % 3];
        if index == 31 {
            at.phone.restart();
        }
        let text = at.code();
        assert!(matches!(check_in(phone, &text), CheckIn::In { .. }), "{index}");
        if index % 30 == 0 {
            assert_eq!(check_in(phone, &text), CheckIn::Already { activity });
        }
        world.clock.advance(6_000);
    }
    assert!(doors[1].counters.len() > 20);
    for at in &doors {
        assert!(at.counters.is_sorted_by(|a, b| a < b), "none is reused, none goes back: {:?}", at.counters);
    }
    // 19 are scanned at the third door, five found by name or pinyin.
    for card in &cards {
        let shown = card.core().presence().own_card().unwrap();
        let scan = doors[2].phone.core().presence().scan_card(doors[2].door, &shown.text).unwrap();
        assert!(matches!(&scan, Scan::Admitted(who) if who.expected && !who.name.is_empty()), "{scan:?}");
        world.clock.advance(2_000);
    }
    let names = [(1, hosts[0]), (2, hosts[1]), (0, hosts[2]), (0, &secretary), (1, forgot[0])];
    for (at, number) in names {
        let name = &fixture.members.iter().find(|member| member.number == number).unwrap().name;
        let presence = doors[at].phone.core().presence();
        let read: Vec<&str> = name.as_str().to_pinyin().map(|reading| reading.unwrap().plain()).collect();
        let initials: String = read.iter().filter_map(|reading| reading.chars().next()).collect();
        let first = name.chars().next().unwrap();
        for query in [name.clone(), first.to_string(), read.concat(), initials.to_uppercase()] {
            assert!(presence.find_expected(activity, &query).unwrap().iter().any(|found| found.member == id(number)));
        }
        presence.admit_by_name(doors[at].door, id(number)).unwrap();
        presence.admit_by_name(doors[at].door, id(number)).unwrap();
        let found = presence.find_expected(activity, name).unwrap();
        assert!(found.iter().any(|found| found.member == id(number) && found.present));
    }

    // 3. A screenshot of one counter three periods later: refused, on a phone whose clock is ten minutes slow too.
    let stranger = |world: &mut World, number: &str, skew: i64| {
        let clock = world.clock.skewed(0);
        let mut phone = world.phone_with(number, clock.clone());
        phone.sync(world);
        clock.set_skew(skew);
        phone
    };
    let (right, slow) = (stranger(&mut world, forgot[0], 0), stranger(&mut world, &secretary, -10 * MINUTE));
    let screenshot = doors[0].code();
    world.clock.advance(3 * PERIOD);
    for phone in [&right, &slow] {
        for _ in 0..3 {
            assert_eq!(check_in(phone, &screenshot), CheckIn::Refused(Refused::Expired));
        }
    }
    // Who has the wrong clock waits for one more code; who has not does not.
    let code = doors[0].code();
    assert!(matches!(check_in(&right, &code), CheckIn::In { .. }));
    check_in(&slow, &code);
    world.clock.advance(PERIOD);
    let code = doors[0].code();
    assert!(matches!(check_in(&slow, &code), CheckIn::In { .. }));

    // 4. One member at two doors: the card too, where the code was scanned before.
    let shown = phones[0].core().presence().own_card().unwrap();
    let twice = doors[1].phone.core().presence().scan_card(doors[1].door, &shown.text).unwrap();
    assert!(matches!(twice, Scan::Admitted(_)));
    let again = doors[1].phone.core().presence().scan_card(doors[1].door, &shown.text).unwrap();
    assert!(matches!(again, Scan::Already(_)));

    // 5. A revoked card: amber, and the fact kept if admitted.
    let shown = revoked.core().presence().own_card().unwrap();
    let presence = doors[2].phone.core().presence();
    let amber = presence.scan_card(doors[2].door, &shown.text).unwrap();
    assert!(matches!(amber, Scan::Amber(amber) if amber.doubt == Doubt::RevokedDevice));
    presence.admit_anyway(doors[2].door, &shown.text).unwrap();

    // 6. A visitor: a number, no name.
    doors[0].phone.core().presence().guests(doors[0].door, 1).unwrap();

    // 8. Two days later everything meets, in any order.
    world.clock.advance(2 * DAY);
    let mut all: Vec<&mut Phone> = phones.iter_mut().chain(&mut cards).collect();
    all.extend(doors.iter_mut().map(|at| &mut at.phone));
    let (mut right, mut slow) = (right, slow);
    all.extend([&mut right, &mut slow]);
    world.rng.shuffle(&mut all);
    for phone in &mut all {
        phone.sync(&world);
        assert!(phone.core().outbox().items().unwrap().is_empty(), "nothing was refused");
    }
    sec.sync(&world);
    let attendance = sec.core().activities().attendance(activity).unwrap();
    assert_eq!(attendance.len(), 115);
    let present: BTreeSet<_> = attendance.iter().map(|row| row.member).collect();
    assert_eq!(present, numbers.iter().map(|number| id(number)).collect());
    let row = |number: &str| attendance.iter().find(|row| row.member == id(number)).unwrap();
    // 4. One presence, two evidences.
    let twice = sec.core().activities().evidence(activity, id(scanning[0])).unwrap();
    assert_eq!((twice.len(), &row(scanning[0]).status), (2, &Status::Present(Grade::Witnessed)));
    // 5. The fact is kept, and says what was wrong.
    let kept = row(carded.last().unwrap());
    assert_eq!((&kept.status, &kept.doubts[..]), (&Status::Present(Grade::Claimed), &[Doubt::RevokedDevice][..]));
    let view = sec.core().presence().doors(activity).unwrap().remove(0);
    assert_eq!((view.present, view.expected, view.of_expected, view.guests), (115, 115, 115, 1));
    // 91 codes (and the slow one's, and the forgotten phone's), 19 + 1 cards, 5 by name, one in doubt.
    let database = rusqlite::Connection::open(sec.home().join("hongqi.db")).unwrap();
    let grades = |grade: i64| -> i64 {
        database.query_row("SELECT count(*) FROM evidence WHERE grade = ?1", [grade], |row| row.get(0)).unwrap()
    };
    assert_eq!((grades(2), grades(3), grades(4)), (92, 20, 5));
    let doubts: Vec<String> = database
        .prepare("SELECT doubt FROM evidence WHERE grade = 1")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(doubts, [Doubt::RevokedDevice.name()]);

    // 9. After closing the door phones hold no names: nobody's but those of the own branch, of who wrote on the board, and
    // of who holds an office of the cluster, which every phone below it may know.
    let foreign = |host: &str| -> Vec<&str> {
        let home = &fixture.members.iter().find(|member| member.number == host).unwrap().home;
        let near = |member: &&hongqi_tests::fixtures::MemberRow| {
            let officer = member.roles.iter().any(|role| role.org == CLUSTER && role.role >= Role::DESK);
            officer || member.home == *home || member.number == secretary || hosts.contains(&&member.number[..])
        };
        let kept: BTreeSet<&str> = fixture.members.iter().filter(near).map(|member| &member.name[..]).collect();
        fixture.members.iter().map(|member| &member.name[..]).filter(|name| !kept.contains(name)).collect()
    };
    for (at, host) in doors.iter().zip(&hosts) {
        at.phone.core().pause().unwrap();
        assert!(foreign(host).iter().all(|name| holds(&at.phone, name)), "the names were there");
        at.phone.core().resume().unwrap();
    }
    sec.core().activities().close(activity).unwrap();
    sec.sync(&world);
    for (at, host) in doors.iter_mut().zip(&hosts) {
        at.phone.sync(&world);
        assert!(at.phone.core().presence().find_expected(activity, "").unwrap().len() < 20);
        let database = rusqlite::Connection::open(at.phone.home().join("hongqi.db")).unwrap();
        let homes: i64 = database.query_row("SELECT count(*) FROM kept_home", [], |row| row.get(0)).unwrap();
        assert_eq!(homes, 0, "a host has no business with whose members they are");
        drop(database);
        at.phone.core().pause().unwrap();
        for name in foreign(host) {
            assert!(!holds(&at.phone, name), "a door phone kept a name: {name}");
        }
        at.phone.core().resume().unwrap();
    }
}
