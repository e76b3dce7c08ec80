//! Gatherings of an organisation.

use hongqi_core::Error;
use hongqi_core::gathering::GatheringState;
use hongqi_core::ids::SpaceId;
use hongqi_core::outbox::Delivery;
use hongqi_core::search::HitKind;
use hongqi_core::sync::wire::Refusal;
use hongqi_tests::world::{MORNING, Phone, World, member, org};

use super::{HOUR, bodies, phones, settle, waiting};

const MINUTE: i64 = 60_000;

fn view(phone: &Phone, id: hongqi_core::ids::DocId) -> hongqi_core::gathering::GatheringView {
    phone.core().gatherings().gathering(id).unwrap().unwrap()
}

#[test]
fn a_gathering_opened_with_no_network_is_there_for_all_below_once_it_is_sent() {
    let mut world = World::park(60);
    let [mut sun, mut li, mut chen] = phones(&mut world, ["3001", "1001", "2001"]);
    let gatherings = sun.core().gatherings();
    let gathering = gatherings.open(org("C1"), "台风来了", MORNING.plus_ms(HOUR)).unwrap();
    let space = SpaceId::thread(gathering);
    world.clock.advance(1000);
    sun.core().talk().post(space, "各支部报平安", None).unwrap();
    assert_eq!((view(&sun, gathering).delivery, view(&sun, gathering).joined), (Delivery::OnDevice, true));
    settle(&mut world, [&mut sun, &mut li, &mut chen]);
    for phone in [&li, &chen] {
        let shown = view(phone, gathering);
        assert_eq!(
            (&shown.topic[..], &shown.org_name[..], &shown.author_name[..]),
            ("台风来了", "滨江园区集群党委", "孙立")
        );
        assert_eq!((shown.joined, shown.may_write, shown.may_lead), (false, true, false));
        assert!(phone.core().talk().list().unwrap().iter().all(|talk| talk.space != space), "nobody is made to join");
        assert_eq!(phone.core().search().find("台风", 9).unwrap()[0].kind, HitKind::Gathering);
    }
    // Written before the rest of it has arrived.
    li.core().gatherings().join(gathering).unwrap();
    world.clock.advance(1000);
    li.core().talk().post(space, "一支部平安", None).unwrap();
    settle(&mut world, [&mut li, &mut sun]);
    for phone in [&li, &sun] {
        let page = phone.core().talk().page(space, None, 9).unwrap();
        assert_eq!(bodies(&page.messages), ["各支部报平安", "一支部平安"]);
    }
    let list = li.core().talk().list().unwrap();
    assert_eq!((&list[0].name[..], list[0].gathering), ("台风来了", Some(gathering)));
    assert_eq!(li.core().gatherings().of_discussion(space).unwrap().unwrap().id, gathering);
    assert_eq!(li.core().gatherings().extend(gathering, MORNING.plus_ms(2 * HOUR)), Err(Error::NotAllowed));
    assert_eq!(li.core().gatherings().open(org("B1"), "我来开", MORNING.plus_ms(HOUR)), Err(Error::NotAllowed));
    assert!(li.core().gatherings().participants(gathering).unwrap().is_empty());
    assert!(li.core().talk().leave(space).unwrap());
    assert!(!view(&li, gathering).joined);
}

#[test]
fn an_extension_gives_everybody_more_time_once_they_hear_of_it() {
    let mut world = World::park(61);
    let [mut sun, mut qian, mut li] = phones(&mut world, ["3001", "3002", "1001"]);
    let gathering = sun.core().gatherings().open(org("C1"), "抢修", MORNING.plus_ms(HOUR)).unwrap();
    let space = SpaceId::thread(gathering);
    settle(&mut world, [&mut sun, &mut qian, &mut li]);
    // Two who lead it extend it at the same time; the later end counts.
    sun.core().gatherings().extend(gathering, MORNING.plus_ms(HOUR + 30 * MINUTE)).unwrap();
    qian.core().gatherings().extend(gathering, MORNING.plus_ms(HOUR + 20 * MINUTE)).unwrap();
    world.clock.advance(HOUR);
    assert_eq!(li.core().talk().post(space, "还差一台泵", None), Err(Error::Ended));
    assert_eq!(view(&li, gathering).state, GatheringState::Ended);
    assert_eq!(waiting(&li), 0, "and nothing is left behind");
    settle(&mut world, [&mut qian, &mut sun, &mut li]);
    li.core().talk().post(space, "还差一台泵", None).unwrap();
    for phone in [&sun, &qian, &li] {
        let shown = view(phone, gathering);
        assert_eq!((shown.state, shown.ends), (GatheringState::Running, Some(MORNING.plus_ms(HOUR + 30 * MINUTE))));
    }
    world.clock.advance(31 * MINUTE);
    assert_eq!(li.core().talk().post(space, "好了", None), Err(Error::Ended));
    assert!(li.core().gatherings().running().unwrap().is_empty());
}

#[test]
fn by_a_wrong_clock_that_the_server_has_corrected_it_ends_when_it_ends() {
    let mut world = World::park(62);
    let [mut sun] = phones(&mut world, ["3001"]);
    let mut li = world.phone_with_skew("1001", 2 * 24 * HOUR);
    let mut mo = world.phone_with_skew("1004", -3 * HOUR);
    let gathering = sun.core().gatherings().open(org("C1"), "抢修", MORNING.plus_ms(HOUR)).unwrap();
    let space = SpaceId::thread(gathering);
    settle(&mut world, [&mut sun, &mut li, &mut mo]);
    for phone in [&li, &mo] {
        assert_eq!(view(phone, gathering).state, GatheringState::Running);
        phone.core().talk().post(space, "到", None).unwrap();
    }
    world.clock.advance(HOUR);
    for phone in [&li, &mo] {
        assert_eq!(phone.core().talk().post(space, "迟到", None), Err(Error::Ended));
    }
    settle(&mut world, [&mut li, &mut mo, &mut sun]);
    assert_eq!(sun.core().talk().page(space, None, 9).unwrap().messages.len(), 2);
}

#[test]
fn a_group_is_there_for_who_is_brought_in_and_gone_for_who_leaves() {
    let mut world = World::park(63);
    let [mut li, mut chen, mut wang, mut mo] = phones(&mut world, ["1001", "2001", "1002", "1004"]);
    let group = li.core().gatherings().open_group("班车改线", None, &[member("2001"), member("1002")]).unwrap();
    let space = view(&li, group).space;
    world.clock.advance(1000);
    li.core().talk().post(space, "七点在东门", None).unwrap();
    settle(&mut world, [&mut li, &mut chen, &mut wang, &mut mo]);
    assert_eq!(waiting(&li), 0);
    for phone in [&chen, &wang] {
        assert_eq!(bodies(&phone.core().talk().page(space, None, 9).unwrap().messages), ["七点在东门"]);
        assert_eq!(phone.core().gatherings().participants(group).unwrap().len(), 3);
        assert!(view(phone, group).may_write);
    }
    assert!(mo.core().gatherings().running().unwrap().is_empty());

    // One leaves, with no network; the other is sent away.
    chen.core().gatherings().leave(group).unwrap();
    assert_eq!(chen.core().talk().post(space, "走了", None), Err(Error::NotAllowed));
    li.core().gatherings().send_away(group, member("1002")).unwrap();
    settle(&mut world, [&mut chen, &mut li, &mut wang]);
    for phone in [&chen, &wang] {
        assert!(phone.core().gatherings().gathering(group).unwrap().is_none());
        assert!(phone.core().talk().page(space, None, 9).unwrap().messages.is_empty());
        assert!(phone.core().search().find("班车", 9).unwrap().is_empty());
    }
    assert_eq!(wang.core().gatherings().come_back(space), Err(Error::NotFound));

    let left = chen.core().gatherings().left().unwrap();
    assert_eq!((left.len(), left[0].space), (1, space));
    chen.core().gatherings().come_back(space).unwrap();
    settle(&mut world, [&mut chen, &mut li]);
    assert!(view(&chen, group).may_write);
    assert_eq!(li.core().gatherings().participants(group).unwrap().len(), 2);
}

#[test]
fn what_is_sent_long_after_the_end_is_refused_and_kept() {
    let mut world = World::park(64);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let gathering = sun.core().gatherings().open(org("C1"), "抢修", MORNING.plus_ms(HOUR)).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    sun.core().gatherings().end(gathering).unwrap();
    settle(&mut world, [&mut sun]);
    // Has not heard of it, and is back only the next day.
    world.clock.advance(MINUTE);
    let late = li.core().talk().post(SpaceId::thread(gathering), "泵到了", None).unwrap();
    world.clock.advance(8 * 24 * HOUR);
    settle(&mut world, [&mut li, &mut sun]);
    let shown = li.core().talk().message(late).unwrap().unwrap();
    assert_eq!((shown.delivery, &shown.body[..]), (Delivery::Refused(Refusal::Ended), "泵到了"));
    assert_eq!(sun.core().talk().message(late).unwrap(), None);
}

#[test]
fn who_ends_it_and_who_extends_it_apart_have_both_done_so_and_it_has_ended() {
    // Whichever of the two is heard first.
    for order in [[0, 1], [1, 0]] {
        let mut world = World::park(65);
        let [sun, qian, mut li] = phones(&mut world, ["3001", "3002", "1001"]);
        let gathering = qian.core().gatherings().open(org("C1"), "抢修", MORNING.plus_ms(HOUR)).unwrap();
        let (space, mut leaders) = (SpaceId::thread(gathering), [sun, qian]);
        let [sun, qian] = &mut leaders;
        settle(&mut world, [sun, qian, &mut li]);
        li.core().gatherings().join(gathering).unwrap();
        settle(&mut world, [&mut li]);
        world.clock.advance(10 * MINUTE);
        leaders[0].core().gatherings().end(gathering).unwrap();
        let closed = view(&leaders[0], gathering).closed;
        leaders[1].core().gatherings().extend(gathering, MORNING.plus_ms(2 * HOUR)).unwrap();
        // A member hears of the longer time only, and writes after the first end as it was announced.
        leaders[1].sync(&world);
        li.sync(&world);
        world.clock.advance(HOUR);
        let late = li.core().talk().post(space, "泵到了", None).unwrap();
        for phone in order {
            leaders[phone].sync(&world);
            li.sync(&world);
        }
        let [sun, qian] = &mut leaders;
        settle(&mut world, [sun, qian, &mut li]);
        settle(&mut world, [sun, qian, &mut li]);
        for phone in [&leaders[0], &leaders[1], &li] {
            let shown = view(phone, gathering);
            assert_eq!((shown.state, shown.may_write), (GatheringState::Closed, false));
            assert_eq!((shown.ends, shown.closed), (Some(MORNING.plus_ms(2 * HOUR)), closed));
            let again = MORNING.plus_ms(3 * HOUR);
            let refused = if shown.may_lead { Error::Ended } else { Error::NotAllowed };
            assert_eq!(phone.core().gatherings().extend(gathering, again), Err(refused));
            assert_eq!(phone.core().talk().post(space, "还有吗", None), Err(Error::Ended));
        }
        let shown = li.core().talk().message(late).unwrap().unwrap();
        assert_eq!((shown.delivery, shown.after_end), (Delivery::AtServer, true), "did not know");
    }
}
