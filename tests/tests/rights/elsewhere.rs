//! What is said of an activity counts where it is: on the board and at the desk of its organisation; what is said of a
//! message, in its discussion. Who may write elsewhere has no say here, whatever document is named there.

use hongqi_core::activity::{Choice, Doubt, Grade, Mark, NewActivity, Place, Word};
use hongqi_core::clock::Clock;
use hongqi_core::document::{About, Kind, Value};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::key::DeviceKey;
use hongqi_core::presence::{CheckIn, Code, Refused, period, to_text};
use hongqi_core::role::Role;
use hongqi_core::sync::session::Session;
use hongqi_core::sync::wire::PushOutcome;
use hongqi_tests::world::device::Device;
use hongqi_tests::world::{MORNING, Phone, World, member, org};

/// What a phone shows of the activity.
fn shown(phone: &Phone, activity: DocId) -> String {
    let activities = phone.core().activities();
    let evidence: Vec<_> =
        ["1001", "1002", "1003", "1004"].map(|number| activities.evidence(activity, member(number)).unwrap()).into();
    let (table, doors) = (activities.attendance(activity).unwrap(), phone.core().presence().doors(activity).unwrap());
    let (quorum, resolutions) = (activities.quorum(activity, false), activities.resolutions(activity).unwrap());
    format!("{table:#?} {evidence:#?} {doors:#?} {quorum:#?} {resolutions:#?} {:?}", activities.guests(activity))
}

/// Exchanges of which only what is of these spaces arrives.
fn hear(world: &World, phone: &Phone, of: impl Fn(SpaceId) -> bool) {
    for _ in 0..4 {
        let Some(request) = phone.core().prepare().unwrap() else { return };
        let mut answer = world.server.sync(phone.device(), request.clone()).unwrap();
        answer.pages.retain(|page| of(page.space));
        phone.core().absorb(&request, answer).unwrap();
    }
}

/// The server refuses this of what it knows to be another organisation's. One that was set back does not know, and phones
/// find it out alone.
#[test]
fn who_has_a_say_in_a_branch_has_none_in_what_the_committee_does() {
    let mut world = World::park(17);
    // Reads both desks whole.
    world.server.grant("1001", "C1", Role::Organiser, None).unwrap();
    let [mut sun, mut reader, mut later] = ["3001", "1001", "1001"].map(|number| world.phone(number));
    world.settle(&mut [&mut sun, &mut reader]);
    let plan =
        NewActivity { title: "党员大会", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
    let activity = sun.core().activities().plan(org("C1"), &plan).unwrap();
    let people = ["1001", "1002", "1003"].map(|number| (member(number), Place::Voter));
    sun.core().activities().expect(activity, &people).unwrap();
    let resolution = sun.core().activities().move_resolution(activity, "决议", false).unwrap();
    let about = About::Doc(activity);
    let id = |doc: DocId| Value::Bytes(doc.as_bytes().to_vec());

    // An organiser of a branch names it on the branch's board and at its desk.
    let [mut zhao, mut wang] = ["1003", "1002"].map(|number| Device::enrol(&world, number));
    let (board, desk) = (SpaceId::board(org("B1")), SpaceId::desk(org("B1")));
    let door = zhao.header(Kind::Door, board, Some(about));
    zhao.begin(&world, door, &[("key", zhao.key.public_key()[..].into())]);
    let counter = period(world.clock.now());
    let code = Code::sign(&zhao.key, activity, door.id(), counter, [7; 8]).unwrap();
    let mut put = |kind, space, about, fields: &[(&str, Value)]| {
        let header = zhao.header(kind, space, Some(about));
        zhao.begin(&world, header, fields);
    };
    put(Kind::Roster, board, about, &[(&member("1004").to_string(), 2.into())]);
    put(Kind::Resolution, board, about, &[("title", "另议".into())]);
    put(Kind::Guests, desk, about, &[("count", 100.into())]);
    put(Kind::LeaveRequest, desk, about, &[("reason", "出差".into())]);
    put(Kind::CheckIn, desk, about, &[("code", Value::Bytes(code.to_bytes()))]);
    for (kind, fields) in
        [(Kind::RollMark, vec![("mark", "absent".into())]), (Kind::Scan, vec![("door", id(door.id()))])]
    {
        let fields = [&[("activity", id(activity))], &fields[..]].concat();
        put(kind, desk, About::Member(member("1002")), &fields);
    }
    let vote = wang.header(Kind::Vote, desk, Some(About::Doc(resolution)));
    wang.begin(&world, vote, &[("choice", (Choice::Against as i64).into())]);

    // What is said where it counts; a code of that door is one of a door that nobody knows.
    sun.core().activities().call_roll(activity, &[(member("1002"), Mark::Present)]).unwrap();
    world.settle(&mut [&mut sun]);
    let own = SpaceId::desk(org("C1"));
    let vote = wang.header(Kind::Vote, own, Some(About::Doc(resolution)));
    wang.begin(&world, vote, &[("choice", (Choice::For as i64).into())]);
    let checks_in = wang.header(Kind::CheckIn, own, Some(about));
    wang.begin(&world, checks_in, &[("code", Value::Bytes(code.to_bytes()))]);
    let again = zhao.header(Kind::Guests, desk, Some(about));
    let refused = zhao.write(&world, &again, &[("count", 100.into())]);
    assert!(!matches!(refused, PushOutcome::Accepted { .. }), "{refused:?}");

    hear(&world, &reader, |space| space.org() != org("B1"));
    let before = shown(&reader, activity);
    reader.sync(&world);
    assert_eq!(shown(&reader, activity), before);
    let scanned = reader.core().presence().check_in_with_code(None, &to_text(&code.to_bytes())).unwrap();
    assert_eq!(scanned, CheckIn::Refused(Refused::UnknownDoor));

    // The same on a phone that hears of all that before it hears of the activity.
    hear(&world, &later, |space| space != SpaceId::board(org("C1")));
    assert!(!later.core().activities().evidence(activity, member("1002")).unwrap().is_empty());
    later.sync(&world);
    assert_eq!(shown(&later, activity), before);
    for phone in [&reader, &later] {
        let said = phone.core().activities().evidence(activity, member("1002")).unwrap();
        let doubtful = Word::Seen { grade: Grade::Claimed, doubt: Some(Doubt::UnknownDoor), out: false };
        assert!(said.iter().any(|entry| entry.id == checks_in.id() && entry.word == doubtful), "{said:?}");
    }
}

#[test]
fn who_is_not_of_a_discussion_puts_no_word_under_its_messages() {
    let mut world = World::park(18);
    let [mut li, mut wang] = ["1001", "1002"].map(|number| world.phone(number));
    world.settle(&mut [&mut li, &mut wang]);
    let group = wang.core().gatherings().open_group("筹备组", None, &[member("1001"), member("1003")]).unwrap();
    let space = wang.core().gatherings().gathering(group).unwrap().unwrap().space;
    let message = wang.core().talk().post(space, "名单初稿", None).unwrap();
    world.settle(&mut [&mut wang, &mut li]);
    // Knows the message, was sent away, and has another discussion with its readers.
    wang.core().gatherings().send_away(group, member("1003")).unwrap();
    world.settle(&mut [&mut wang, &mut li]);
    li.core().talk().react(message, Some("👍")).unwrap();
    let mut zhao = Device::enrol(&world, "1003");
    let sheet = zhao.header(Kind::ReactionSheet, SpaceId::standing(org("B1")), None);
    zhao.begin(&world, sheet, &[(&message.to_string(), "我还在看".into())]);
    let mut later = world.phone("1001");
    world.settle(&mut [&mut wang, &mut li, &mut later]);
    for phone in [&wang, &li, &later] {
        let shown = phone.core().talk().message(message).unwrap().unwrap();
        let reactions: Vec<_> = shown.reactions.iter().map(|reaction| (&reaction.emoji[..], reaction.count)).collect();
        assert_eq!(reactions, [("👍", 1)]);
    }
}
