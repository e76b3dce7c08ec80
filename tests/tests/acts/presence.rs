use hongqi_core::Error;
use hongqi_core::activity::{Doubt, NewActivity, Place};
use hongqi_core::clock::Clock;
use hongqi_core::ids::DocId;
use hongqi_core::key::SoftwareKey;
use hongqi_core::presence::{
    Card, CheckIn, CheckOut, Code, NONCE_LEN, Presence, Refused, Scan, from_text, period, to_text,
};
use hongqi_core::rig::{Fate, Life};
use hongqi_core::role::Role;
use hongqi_tests::world::{MORNING, Phone, World, member, org};

use super::{HOUR, phones, settle};

const PERIOD: i64 = 15_000;
const TEN_MINUTES: i64 = 600_000;

pub(super) fn plan(world: &World, organiser: &Phone) -> DocId {
    let (starts, ends) = (MORNING, MORNING.plus_ms(HOUR));
    let plan = NewActivity { title: "主题党日", place: "礼堂", note: "", agenda: "", starts, ends };
    world.clock.advance(1);
    organiser.core().activities().plan(org("B1"), &plan).unwrap()
}

/// The organiser 赵国强 at a door of an activity of B1, and 李敏.
pub(super) fn at_the_door(world: &mut World) -> (Phone, Phone, DocId, DocId) {
    let [mut zhao, mut li] = phones(world, ["1003", "1001"]);
    let activity = plan(world, &zhao);
    let door = presence(&zhao).open_door(activity, "正门").unwrap();
    settle(world, [&mut zhao, &mut li]);
    (zhao, li, activity, door)
}

pub(super) fn presence(phone: &Phone) -> Presence<'_> {
    phone.core().presence()
}

pub(super) fn check_in(phone: &Phone, text: &str) -> CheckIn {
    presence(phone).check_in_with_code(None, text).unwrap()
}

fn refused(reason: Refused) -> CheckIn {
    CheckIn::Refused(reason)
}

#[test]
fn what_is_wrong_with_a_code_has_a_name() {
    let mut world = World::park(1);
    let (zhao, li, activity, door) = at_the_door(&mut world);
    let shown = presence(&zhao).next_code(door).unwrap();
    assert!(shown.svg.contains("<svg") && (1..=30_000).contains(&shown.next_in_ms));
    let bytes = from_text(&shown.text).unwrap();
    let bent = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        to_text(&bytes)
    };
    assert_eq!(check_in(&li, "HQ1:"), refused(Refused::Malformed));
    assert_eq!(check_in(&li, "https://example.com"), refused(Refused::Malformed));
    assert_eq!(check_in(&li, &shown.text.replacen("HQ1", "HQ2", 1)), refused(Refused::WrongVersion));
    assert_eq!(check_in(&li, &bent(0)), refused(Refused::WrongVersion));
    assert_eq!(check_in(&li, &bent(5)), refused(Refused::OtherActivity));
    assert_eq!(check_in(&li, &bent(20)), refused(Refused::UnknownDoor));
    assert_eq!(check_in(&li, &bent(40)), refused(Refused::Forged), "another counter");
    assert_eq!(check_in(&li, &bent(113)), refused(Refused::Forged));
    let card = presence(&li).own_card().unwrap().text;
    assert_eq!(check_in(&li, &card), refused(Refused::Malformed), "a card is no code");
    let other = presence(&li).check_in_with_code(Some(door), &shown.text).unwrap();
    assert_eq!(other, refused(Refused::OtherActivity));
    // Nothing of all this was written, and the code is good.
    assert!(li.core().outbox().items().unwrap().is_empty());
    assert!(matches!(check_in(&li, &shown.text), CheckIn::In { activity: of, .. } if of == activity));
    assert_eq!(check_in(&li, &shown.text), CheckIn::Already { activity });
}

#[test]
fn who_has_gone_comes_back_with_a_new_code() {
    let mut world = World::park(1);
    let (zhao, li, activity, door) = at_the_door(&mut world);
    assert_eq!(presence(&li).check_out(activity), Err(Error::NotFound));
    let text = presence(&zhao).next_code(door).unwrap().text;
    assert!(matches!(check_in(&li, &text), CheckIn::In { .. }));
    world.clock.advance(HOUR);
    presence(&li).check_out(activity).unwrap();
    presence(&li).check_out(activity).unwrap();
    assert_eq!(li.core().outbox().items().unwrap().len(), 2);
    assert_eq!(check_in(&li, &text), refused(Refused::Expired));
    let text = presence(&zhao).next_code(door).unwrap().text;
    assert!(matches!(check_in(&li, &text), CheckIn::In { .. }));
}

#[test]
fn who_goes_with_a_code_has_stayed_as_long_as_the_door_says() {
    let mut world = World::park(1);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let clock = world.clock.skewed(0);
    let mut li = world.phone_with("1001", clock.clone());
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let activity = plan(&world, &zhao);
    let door = presence(&zhao).open_door(activity, "正门").unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let code = |zhao: &Phone| presence(zhao).next_code(door).unwrap().text;
    let go = |phone: &Phone, text: &str| presence(phone).check_out_with_code(Some(activity), text).unwrap();

    assert!(matches!(check_in(&li, &code(&zhao)), CheckIn::In { .. }));
    let came = world.clock.now();
    // A host takes the other in by name, and that phone hears of it only later.
    presence(&zhao).admit_by_name(door, member("1002")).unwrap();
    let picture = code(&zhao);
    world.clock.advance(HOUR);
    assert_eq!(go(&li, &picture), CheckOut::Refused(Refused::Expired));
    let elsewhere = presence(&li).check_out_with_code(Some(door), &code(&zhao)).unwrap();
    assert_eq!(elsewhere, CheckOut::Refused(Refused::OtherActivity));
    // What the own clock says of a quarter of an hour more is not believed, nor is the own word.
    clock.set_skew(15 * 60_000);
    assert!(matches!(go(&li, &code(&zhao)), CheckOut::Out { activity: of, .. } if of == activity));
    assert!(matches!(go(&wang, &code(&zhao)), CheckOut::Out { .. }));
    let went = world.clock.now();
    assert_eq!(go(&li, &code(&zhao)), CheckOut::Already { activity });
    clock.set_skew(0);
    world.clock.advance(HOUR);
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    for phone in [&zhao, &wang, &li] {
        for who in [member("1001"), member("1002")] {
            let rows = phone.core().activities().attendance(activity).unwrap();
            let Some(row) = rows.into_iter().find(|row| row.member == who) else { continue };
            let (from, to) = (row.came.unwrap().0 - came.0, row.went.unwrap().0 - went.0);
            assert!(from.abs() < PERIOD && to.abs() <= 3 * PERIOD, "{from} {to}");
        }
    }
    // Who has gone comes back with a code.
    assert!(matches!(check_in(&li, &code(&zhao)), CheckIn::In { .. }));
}

#[test]
fn wrong_clocks_cost_one_code_and_let_no_picture_in() {
    for (of_door, of_member) in [(0, -TEN_MINUTES), (0, TEN_MINUTES), (-TEN_MINUTES, 0), (TEN_MINUTES, 0)] {
        let mut world = World::park(1);
        let (clocks, skews) = ([world.clock.skewed(0), world.clock.skewed(0)], [of_door, of_member]);
        let mut zhao = world.phone_with("1003", clocks[0].clone());
        let mut li = world.phone_with("1001", clocks[1].clone());
        settle(&mut world, [&mut zhao, &mut li]);
        let activity = plan(&world, &zhao);
        let door = presence(&zhao).open_door(activity, "正门").unwrap();
        settle(&mut world, [&mut zhao, &mut li]);
        clocks.iter().zip(skews).for_each(|(clock, skew)| clock.set_skew(skew));
        let code = || presence(&zhao).next_code(door).unwrap().text;
        let picture = code();
        world.clock.advance(3 * PERIOD);
        for _ in 0..2 {
            assert_eq!(check_in(&li, &picture), refused(Refused::Expired));
            world.clock.advance(PERIOD);
        }
        if of_door < 0 {
            // The door has heard the server since it was started, and knows that its clock was set back.
            assert!(matches!(check_in(&li, &code()), CheckIn::In { .. }));
            continue;
        }
        assert_eq!(check_in(&li, &code()), refused(Refused::Expired), "{of_door} {of_member}");
        // Between the two the member's clock jumps once more.
        clocks[1].set_skew(of_member * 7);
        world.clock.advance(PERIOD);
        assert!(matches!(check_in(&li, &code()), CheckIn::In { .. }), "{of_door} {of_member}");
    }
}

#[test]
fn a_film_shot_before_the_last_exchange_is_refused_under_any_clock() {
    for (skew, restarts) in [(0, false), (-TEN_MINUTES, false), (TEN_MINUTES, false), (-2 * HOUR, true)] {
        let mut world = World::park(1);
        let clock = world.clock.skewed(0);
        let [mut zhao] = phones(&mut world, ["1003"]);
        let mut li = world.phone_with("1001", clock.clone());
        let activity = plan(&world, &zhao);
        let door = presence(&zhao).open_door(activity, "正门").unwrap();
        settle(&mut world, [&mut zhao, &mut li]);
        let film = [0, 1].map(|_| {
            world.clock.advance(PERIOD);
            presence(&zhao).next_code(door).unwrap().text
        });
        world.clock.advance(2 * HOUR);
        settle(&mut world, [&mut li]);
        clock.set_skew(skew);
        if restarts {
            li.restart();
        }
        for picture in &film {
            assert_eq!(check_in(&li, picture), refused(Refused::Expired), "{skew}");
            world.clock.advance(PERIOD);
        }
        // What the door shows now is taken: at once, or once it has counted on.
        let live = [0, 1].map(|_| {
            world.clock.advance(PERIOD);
            check_in(&li, &presence(&zhao).next_code(door).unwrap().text)
        });
        assert!(live.iter().any(|scan| matches!(scan, CheckIn::In { .. })), "{skew}");
    }
}

#[test]
fn a_film_is_refused_while_the_phone_has_counted_since_it_heard_the_server() {
    let mut world = World::park(1);
    let clock = world.clock.skewed(0);
    let [mut zhao] = phones(&mut world, ["1003"]);
    let mut li = world.phone_with("1001", clock.clone());
    let activity = plan(&world, &zhao);
    let door = presence(&zhao).open_door(activity, "正门").unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    let film = || {
        world.clock.advance(PERIOD);
        (presence(&zhao).next_code(door).unwrap().text, presence(&zhao).own_card().unwrap().text)
    };
    let film = [film(), film()];
    world.clock.advance(TEN_MINUTES);
    clock.set_skew(-TEN_MINUTES - 2 * PERIOD);
    for (code, _) in &film {
        assert_eq!(check_in(&li, code), refused(Refused::Expired));
        world.clock.advance(PERIOD);
    }
    // Nor is a film of a card taken at the door; a card whose own clock was set back counts from what its phone knows.
    for (_, card) in &film {
        assert_eq!(presence(&zhao).scan_card(door, card).unwrap(), Scan::Refused(Refused::Expired));
        world.clock.advance(PERIOD);
    }
    let card = presence(&li).own_card().unwrap().text;
    assert!(matches!(presence(&zhao).scan_card(door, &card).unwrap(), Scan::Admitted(_)));
}

#[test]
fn a_restart_between_two_codes_costs_one_more() {
    let mut world = World::park(1);
    let clock = world.clock.skewed(0);
    let [mut zhao] = phones(&mut world, ["1003"]);
    let mut li = world.phone_with("1001", clock.clone());
    let activity = plan(&world, &zhao);
    let door = presence(&zhao).open_door(activity, "正门").unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    clock.set_skew(TEN_MINUTES);
    let code = || presence(&zhao).next_code(door).unwrap().text;
    assert_eq!(check_in(&li, &code()), refused(Refused::Expired));
    li.restart();
    world.clock.advance(PERIOD);
    assert_eq!(check_in(&li, &code()), refused(Refused::Expired));
    world.clock.advance(PERIOD);
    assert!(matches!(check_in(&li, &code()), CheckIn::In { .. }));
}

#[test]
fn a_counter_is_never_shown_twice_whenever_the_door_dies() {
    let mut world = World::park(1);
    let (mut zhao, _, _, door) = at_the_door(&mut world);
    // Time stands still: the clock gives no new counter by itself.
    let mut shown = vec![presence(&zhao).next_code(door).unwrap().counter];
    let fates = (0..60).map(|step| Fate::DiesAt(step * 7));
    for (seed, fate) in (1..).zip(fates.chain([Fate::DiesBeforeCommit, Fate::DiesAfterCommit])) {
        zhao.restart();
        let life = Life::new(seed);
        life.meets(Some(fate));
        if let Ok(code) = life.within(|| presence(&zhao).next_code(door)) {
            shown.push(code.counter);
        }
        zhao.restart();
        shown.push(presence(&zhao).next_code(door).unwrap().counter);
    }
    assert!(shown.is_sorted_by(|a, b| a < b), "{shown:?}");
    // The clock falls by an hour: the counter does not.
    world.clock.advance(-HOUR);
    zhao.restart();
    assert!(presence(&zhao).next_code(door).unwrap().counter > *shown.last().unwrap());
}

#[test]
fn a_door_that_is_ahead_comes_back_to_time() {
    let mut world = World::park(1);
    let (mut zhao, _, _, door) = at_the_door(&mut world);
    for _ in 0..5 {
        presence(&zhao).next_code(door).unwrap();
        zhao.restart();
    }
    let ahead = |counter: u64, world: &World| counter - period(world.clock.now());
    let first = presence(&zhao).next_code(door).unwrap();
    assert_eq!(ahead(first.counter, &world), 5);
    assert_eq!(presence(&zhao).next_code(door).unwrap(), first, "asked again it is the same");
    for _ in 0..12 {
        let code = presence(&zhao).next_code(door).unwrap();
        world.clock.advance(code.next_in_ms.cast_signed());
    }
    assert_eq!(ahead(presence(&zhao).next_code(door).unwrap().counter, &world), 0);
}

#[test]
fn a_shut_door_takes_nobody_in_and_keeps_whom_it_took() {
    let mut world = World::park(1);
    let (mut zhao, mut li, activity, door) = at_the_door(&mut world);
    let [mut wang] = phones(&mut world, ["1002"]);
    let text = presence(&zhao).next_code(door).unwrap().text;
    check_in(&li, &text);
    presence(&zhao).shut_door(door).unwrap();
    assert!(matches!(presence(&zhao).next_code(door), Err(Error::Invalid { field: "door", .. })));
    settle(&mut world, [&mut zhao, &mut li, &mut wang]);
    assert_eq!(check_in(&wang, &text), refused(Refused::DoorShut));
    let view = presence(&zhao).door(door).unwrap().unwrap();
    assert_eq!((view.shut, view.revoked, view.present), (true, false, 1));
    assert_eq!(grades(&zhao, activity), [(2, String::new())], "still scanned");
}

/// Grade and doubt of all evidence.
pub(super) fn grades(phone: &Phone, activity: DocId) -> Vec<(i64, String)> {
    let database = rusqlite::Connection::open(phone.home().join("hongqi.db")).unwrap();
    let mut statement =
        database.prepare("SELECT grade, doubt FROM evidence WHERE activity = ?1 ORDER BY written_at").unwrap();
    let rows = statement.query_map([activity.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_card_is_taken_once_and_what_is_wrong_with_one_has_a_name() {
    let mut world = World::park(1);
    let (zhao, li, activity, door) = at_the_door(&mut world);
    let scan = |text: &str| presence(&zhao).scan_card(door, text).unwrap();
    let shown = presence(&li).own_card().unwrap();
    let bytes = from_text(&shown.text).unwrap();
    let bent = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        to_text(&bytes)
    };
    assert_eq!(scan("HQ1:"), Scan::Refused(Refused::Malformed));
    assert_eq!(scan(&bent(9)), Scan::Refused(Refused::Forged), "another counter");
    assert_eq!(scan(&bent(100)), Scan::Refused(Refused::NotForThisServer), "another member");
    // A card that another server vouches for.
    let (foreign, theirs) = (SoftwareKey::generate().unwrap().0, world.server.card(li.device()).unwrap());
    let forged = Card::sign(&li.key(), &theirs.clone().sign(&foreign).unwrap(), 1, [0; NONCE_LEN]).unwrap();
    let forged = to_text(&[&forged.to_bytes(), theirs.name.as_bytes()].concat());
    assert_eq!(scan(&forged), Scan::Refused(Refused::NotForThisServer));
    assert!(matches!(scan(&shown.text), Scan::Admitted(who) if who.name == "李敏" && !who.expected));
    assert!(matches!(scan(&shown.text), Scan::Already(_)));
    presence(&zhao).see_out(door, member("1001")).unwrap();
    assert_eq!(scan(&shown.text), Scan::Refused(Refused::Replayed));
    world.clock.advance(TEN_MINUTES);
    assert_eq!(scan(&shown.text), Scan::Refused(Refused::Replayed));
    let [wang] = phones(&mut world, ["1002"]);
    let old = presence(&wang).own_card().unwrap().text;
    world.clock.advance(TEN_MINUTES);
    assert_eq!(scan(&old), Scan::Refused(Refused::Expired));
    assert_eq!(presence(&zhao).admit_anyway(door, &old), Err(Error::NotFound), "only what is amber");
    assert!(matches!(scan(&presence(&li).own_card().unwrap().text), Scan::Admitted(_)));
    assert_eq!(grades(&zhao, activity).len(), 3);
    let elsewhere = presence(&li).scan_card(door, &shown.text);
    assert_eq!(elsewhere, Err(Error::NotAllowed), "another's door");
}

#[test]
fn a_revoked_door_puts_what_it_took_in_into_doubt_wherever_it_is_read() {
    let mut world = World::park(1);
    let (mut zhao, mut li, activity, door) = at_the_door(&mut world);
    let [mut wang] = phones(&mut world, ["1002"]);
    check_in(&li, &presence(&zhao).next_code(door).unwrap().text);
    settle(&mut world, [&mut li, &mut zhao, &mut wang]);
    assert_eq!(grades(&wang, activity), [(2, String::new())]);
    presence(&zhao).revoke_door(door).unwrap();
    presence(&zhao).revoke_door(door).unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let doubtful = [(1, Doubt::RevokedDoor.name().to_owned())];
    assert_eq!(grades(&wang, activity), doubtful);
    assert_eq!(grades(&li, activity), doubtful);
    assert!(presence(&wang).door(door).unwrap().unwrap().revoked);
    // Its key is good for nothing any more, also in the hands of who had it.
    let now = period(world.clock.now());
    let code = to_text(&Code::sign(&zhao.key(), activity, door, now, [0; NONCE_LEN]).unwrap().to_bytes());
    assert_eq!(check_in(&wang, &code), refused(Refused::DoorRevoked));
    let going = presence(&li).check_out_with_code(Some(activity), &code).unwrap();
    assert_eq!(going, CheckOut::Refused(Refused::DoorRevoked));
    assert!(matches!(presence(&zhao).next_code(door), Err(Error::Invalid { field: "door", .. })));
}

#[test]
fn a_member_who_has_left_is_amber_and_kept_if_admitted() {
    let mut world = World::park(1);
    let (mut zhao, li, activity, door) = at_the_door(&mut world);
    let without = hongqi_tests::world::MEMBERS.replace("1001,李敏,full,B1,2015-07-01,\n", "");
    world.server.import(hongqi_tests::world::ORGANISATIONS.as_bytes(), without.as_bytes()).unwrap();
    zhao.sync(&world);
    let text = presence(&li).own_card().unwrap().text;
    let scan = presence(&zhao).scan_card(door, &text).unwrap();
    assert!(matches!(scan, Scan::Amber(amber) if amber.doubt == Doubt::MemberLeft));
    assert!(grades(&zhao, activity).is_empty());
    presence(&zhao).admit_anyway(door, &text).unwrap();
    settle(&mut world, [&mut zhao]);
    assert_eq!(grades(&zhao, activity), [(1, Doubt::MemberLeft.name().to_owned())]);
}

#[test]
fn visitors_are_a_number_that_does_not_fall_below_nothing() {
    let mut world = World::park(1);
    let (zhao, li, activity, door) = at_the_door(&mut world);
    let guests = || presence(&zhao).doors(activity).unwrap()[0].guests;
    presence(&zhao).guests(door, 2).unwrap();
    presence(&zhao).guests(door, -1).unwrap();
    assert_eq!(guests(), 1);
    presence(&zhao).guests(door, -1).unwrap();
    assert_eq!(guests(), 0);
    assert!(matches!(presence(&zhao).guests(door, 0), Err(Error::Invalid { .. })));
    assert_eq!(presence(&li).guests(door, 1), Err(Error::NotAllowed));
    assert_eq!(presence(&li).open_door(activity, "后门"), Err(Error::NotAllowed));
}

#[test]
fn a_second_phone_of_the_host_does_not_sign_for_the_first() {
    let mut world = World::park(1);
    let (mut zhao, _, _, door) = at_the_door(&mut world);
    let [mut second] = phones(&mut world, ["1003"]);
    settle(&mut world, [&mut zhao, &mut second]);
    assert_eq!(presence(&second).next_code(door), Err(Error::NotAllowed));
}

#[test]
fn a_code_signed_by_a_host_for_another_activity_is_not_taken() {
    let mut world = World::park(1);
    let (mut zhao, mut li, _, door) = at_the_door(&mut world);
    let other = plan(&world, &zhao);
    settle(&mut world, [&mut zhao, &mut li]);
    let now = period(world.clock.now());
    let code = Code::sign(&zhao.key(), other, door, now, [0; NONCE_LEN]).unwrap();
    assert_eq!(check_in(&li, &to_text(&code.to_bytes())), refused(Refused::OtherActivity));
}

#[test]
fn the_names_at_a_door_go_when_it_is_left() {
    let mut world = World::park(1);
    let [mut qian, mut zhou] = phones(&mut world, ["3002", "2002"]);
    let (starts, ends) = (MORNING, MORNING.plus_ms(HOUR));
    let plan = NewActivity { title: "主题党日", place: "礼堂", note: "", agenda: "", starts, ends };
    let activity = qian.core().activities().plan(org("C1"), &plan).unwrap();
    // Of B2 the cluster knows nobody yet: its name is on the list all the same.
    assert_eq!(qian.core().activities().expect_members(activity, &[org("B2")]), Ok(0));
    qian.core().activities().expect(activity, &[(member("2002"), Place::Expected)]).unwrap();
    world.server.grant("1001", "C1", Role::Host, None).unwrap();
    let [mut li] = phones(&mut world, ["1001"]);
    settle(&mut world, [&mut qian, &mut zhou, &mut li]);
    let found = |li: &Phone| presence(li).find_expected(activity, "zj").unwrap().len();
    assert_eq!(found(&li), 0, "nobody's name of B2 is here");
    presence(&li).prepare_door(activity).unwrap();
    li.sync(&world);
    assert_eq!(found(&li), 1);
    presence(&li).leave_door(activity).unwrap();
    assert_eq!(found(&li), 0);
    assert!(li.core().directory().member(member("1002")).unwrap().is_some(), "the own branch stays");
}

#[test]
fn who_was_there_last_is_told_by_when_things_were_received_not_by_a_wrong_clock() {
    let mut world = World::park(1);
    let clock = world.clock.skewed(0);
    let [mut zhao] = phones(&mut world, ["1003"]);
    let mut li = world.phone_with("1001", clock.clone());
    let activity = plan(&world, &zhao);
    zhao.core().activities().expect(activity, &[(member("1001"), Place::Expected)]).unwrap();
    let door = presence(&zhao).open_door(activity, "正门").unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    // Two days ahead, the member is there; then the host sees them in and out.
    clock.set_skew(48 * HOUR);
    li.core().activities().check_in(activity).unwrap();
    li.sync(&world);
    world.clock.advance(HOUR);
    zhao.sync(&world);
    let there = |phone: &Phone| {
        let found = presence(phone).find_expected(activity, "").unwrap();
        (presence(phone).door(door).unwrap().unwrap().present, found[0].present)
    };
    assert_eq!(there(&zhao), (1, true));
    presence(&zhao).admit_by_name(door, member("1001")).unwrap();
    world.clock.advance(HOUR);
    presence(&zhao).see_out(door, member("1001")).unwrap();
    assert_eq!(there(&zhao), (0, false));
}

#[test]
fn who_has_gone_says_i_am_here_anew() {
    let mut world = World::park(1);
    let [mut zhao, mut li] = phones(&mut world, ["1003", "1001"]);
    let activity = plan(&world, &zhao);
    settle(&mut world, [&mut zhao, &mut li]);
    let came = || li.core().activities().check_in(activity).unwrap();
    let first = came();
    assert_eq!(came(), first);
    world.clock.advance(HOUR);
    presence(&li).check_out(activity).unwrap();
    world.clock.advance(HOUR);
    let again = came();
    assert_ne!(again, first);
    assert_eq!(came(), again);
    let row = li.core().activities().attendance(activity).unwrap().remove(0);
    assert_eq!((row.came.is_some(), row.went), (true, None));
}
