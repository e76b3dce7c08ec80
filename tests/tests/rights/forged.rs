//! What is not the pusher's: other people's and the server's documents, keys, batches, codes and cards.

use std::collections::BTreeMap;

use hongqi_core::clock::Clock;
use hongqi_core::document::{About, Edit, Header, Keys, Kind, Nonce, Value, ValueType};
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::key::{DeviceKey, SoftwareKey};
use hongqi_core::presence::{Card, Code, NONCE_LEN};
use hongqi_core::sync::wire::{Batch, Entry, From, PushOutcome, Refusal, Target};
use hongqi_tests::world::{World, member, org};

use crate::town::Town;
use crate::wire::{Device, batches, judged};

const NONCE: [u8; NONCE_LEN] = [7; NONCE_LEN];

/// A document as the log has it.
struct Known {
    kind: Kind,
    owner: MemberId,
    changes: Vec<Vec<u8>>,
}

/// All documents of a space, as one gets them who reads it whole.
fn documents(town: &Town, name: &str) -> BTreeMap<DocId, Known> {
    let space = town.spaces[name];
    let reads = |row: &crate::table::Row| row.reads(name) && !row.is_filtered(name);
    let reader = town.rows.iter().position(reads).unwrap();
    let response = town.ask(reader, space, From::Start);
    let mut out = BTreeMap::new();
    for batch in response.pages.iter().flat_map(|page| batches(&page.outcome)) {
        let batch: Batch = batch.batch().unwrap();
        let author = response.authors.iter().find(|card| card.device == batch.device).unwrap().member;
        for Entry { target, change } in batch.entries {
            let doc = target.doc(space, author).unwrap();
            let begun = target.header(space, author);
            let known = || Known { kind: begun.unwrap().kind, owner: author, changes: vec![] };
            out.entry(doc).or_insert_with(known).changes.push(change);
        }
    }
    out
}

/// A key of the kind, and a value that no document of the town has there.
fn alteration(kind: Kind) -> (String, Value) {
    let keys = match kind.spec().keys {
        Keys::Ids(ValueType::Int) => return (member("7").to_string(), 2.into()),
        Keys::Ids(_) => return (member("7").to_string(), "🎉".into()),
        Keys::Named(keys) => keys,
    };
    let value = |value_type: &ValueType| match value_type {
        ValueType::Str(_) => Some(Value::from("改")),
        ValueType::Int => Some(Value::from(77)),
        _ => None,
    };
    keys.iter().find_map(|(key, of)| Some(((*key).to_owned(), value(of)?))).unwrap()
}

#[test]
fn nobody_alters_what_is_anothers_or_the_servers() {
    let mut town = Town::new(80);
    let mut wrong = Vec::new();
    let names: Vec<_> = town.columns().filter(|(name, _)| *name != "server").collect();
    let mut seen = std::collections::BTreeSet::new();
    for (name, space) in names {
        for (doc, known) in documents(&town, name) {
            seen.insert(known.kind);
            let (key, value) = alteration(known.kind);
            for at in 0..town.rows.len() {
                let row = town.rows[at].clone();
                let own = known.owner == town.devices[at].member;
                let expected = row.alters(name, known.kind, own);
                let edits = [Edit::Put(&key, value.clone())];
                let got = judged(&town.devices[at].alter(&town.world, (space, doc), &known.changes, &edits));
                if got != expected {
                    wrong.push(format!("{:?} of {name} by {}: {got:?}, not {expected:?}", known.kind, row.who));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The server's own among them.
    for kind in [Kind::OrgCard, Kind::MemberCard, Kind::Officer, Kind::Grant, Kind::Seat, Kind::CaseStep] {
        assert!(seen.contains(&kind) || kind == Kind::CaseStep, "{kind:?}");
    }
}

#[test]
fn whether_somebody_has_voted_or_acknowledged_is_told_to_nobody_who_may_not_see_it() {
    let mut town = Town::new(81);
    let (desk, article) = (town.spaces["desk"], About::Doc(town.docs["board"].id()));
    let (space, resolution) = (desk, About::Doc(town.resolution));
    let said = [(Kind::Acknowledgement, article, ("at", 1)), (Kind::Vote, resolution, ("choice", 1))];
    for (kind, about, (key, value)) in said {
        let header = town.device("member").header(kind, space, Some(about));
        let world = &town.world;
        let at = town.rows.iter().position(|row| row.who == "member").unwrap();
        town.devices[at].begin(world, header, &[(key, value.into())]);
        let first = town.devices[at].first(world.clock.now(), &[(key, value.into())]);
        // Anybody can work the id out: also of who has said nothing.
        let silent = Header { owner: member("1008"), ..header };
        for (at, row) in town.rows.iter().enumerate().filter(|(_, row)| row.is_filtered("desk")) {
            if row.who == "member" {
                continue;
            }
            let device = &mut town.devices[at];
            let edits = [Edit::Put(key, 0.into())];
            for doc in [header.id(), silent.id()] {
                let first = std::slice::from_ref(&first);
                let outcome = device.alter(world, (space, doc), first, &edits);
                assert_eq!(judged(&outcome), Err(Refusal::UnknownDocument), "{}", row.who);
                let noise = vec![Entry { target: Target::Known(doc), change: vec![0x85; 40] }];
                let outcome = device.push(&world.server, space, noise);
                assert_eq!(judged(&outcome), Err(Refusal::UnknownDocument), "{}", row.who);
            }
        }
        // Who reads the desk whole is told why not.
        let organiser = town.rows.iter().position(|row| row.who == "organiser").unwrap();
        let edits = [Edit::Put(key, 0.into())];
        let outcome = town.devices[organiser].alter(world, (space, header.id()), &[first], &edits);
        assert_eq!(judged(&outcome), Err(Refusal::NotAllowed));
    }
}

#[test]
fn what_another_signed_is_nobody_elses_to_push() {
    let mut town = Town::new(82);
    let standing = town.spaces["standing"];
    let now = town.world.clock.now();
    let at = |town: &Town, who: &str| town.rows.iter().position(|row| row.who == who).unwrap();
    let (li, mo) = (at(&town, "asker"), at(&town, "member"));
    let message = |device: &mut Device| {
        let header = device.header(Kind::Message, standing, None);
        Entry { target: Target::of(&header), change: device.first(now, &[("body", "你好".into())]) }
    };
    let server = town.world.server.clone();
    // A batch of another's, as the log has it: by whoever pushes it.
    let honest = message(&mut town.devices[mo]);
    let signed = town.devices[mo].sign(standing, vec![honest.clone()]);
    assert_eq!(town.devices[li].push_signed(&server, signed.clone()), PushOutcome::Malformed);
    let accepted = town.devices[mo].push_signed(&server, signed.clone());
    assert_eq!(judged(&accepted), Ok(()));
    assert_eq!(town.devices[li].push_signed(&server, signed.clone()), PushOutcome::Malformed, "replayed");
    // Again by its own device: nothing more happens.
    assert_eq!(town.devices[mo].push_signed(&server, signed), accepted);
    // The same member's other device neither.
    let mut second = Device::enrol(&town.world, "1003");
    let signed = town.devices[mo].sign(standing, vec![honest.clone()]);
    assert_eq!(second.push_signed(&server, signed), PushOutcome::Malformed);
    // Another's changes, signed by oneself: the actor says whose they are. Another's device, another's key.
    let outcome = town.devices[li].push(&server, standing, vec![honest]);
    assert_eq!(judged(&outcome), Err(Refusal::Malformed));
    let own = message(&mut town.devices[li]);
    let id = town.devices[mo].id;
    let posing = town.devices[li].sign_as(id, standing, vec![own.clone()]);
    assert_eq!(town.devices[li].push_signed(&server, posing), PushOutcome::Malformed);
    second.key = SoftwareKey::generate().unwrap().0;
    let own_of_second = message(&mut second);
    let outcome = second.push(&server, standing, vec![own_of_second]);
    assert_eq!(outcome, PushOutcome::Malformed, "a key that is not the device's");
    // A key that this kind does not have; no change at all; two documents of a desk in one batch.
    let header = town.devices[li].header(Kind::Message, standing, None);
    let points = town.devices[li].write(&town.world, &header, &[("points", 100.into())]);
    assert_eq!(judged(&points), Err(Refusal::Malformed));
    let desk = town.spaces["desk"];
    let about = Some(About::Doc(town.activity));
    let leave: Vec<_> = (0..2)
        .map(|_| {
            let header = town.devices[li].header(Kind::LeaveRequest, desk, about);
            Entry { target: Target::of(&header), change: town.devices[li].first(now, &[("reason", "x".into())]) }
        })
        .collect();
    assert_eq!(judged(&town.devices[li].push(&server, desk, leave)), Err(Refusal::Malformed));
    // A group or a case under another's name, or under a nonce of another's.
    for kind in [Kind::Group, Kind::Case] {
        let nonce = Nonce::from_bytes([3; 8]);
        let space = SpaceId::hidden(member("1003"), &nonce);
        let key = if kind == Kind::Group { "topic" } else { "subject" };
        let change = town.devices[li].first(now, &[(key, "x".into())]);
        let target = Target::New { kind: kind.into(), about: None, nonce };
        let outcome = town.devices[li].push(&server, space, vec![Entry { target, change }]);
        assert_eq!(judged(&outcome), Err(Refusal::NoSpace), "{kind:?}");
    }
    assert_eq!(judged(&town.devices[li].push(&server, standing, vec![own])), Ok(()), "an honest one among all this");
}

type Fields<'a> = &'a [(&'a str, Value)];

#[test]
fn what_is_said_of_an_activity_stands_where_the_activity_is() {
    let mut town = Town::new(86);
    let (board, desk) = (town.spaces["board"], town.spaces["desk"]);
    let at = |town: &Town, who: &str| town.rows.iter().position(|row| row.who == who).unwrap();
    let above = town.activity_above;
    let title = [("title", Value::from("选举"))];
    let begin = |town: &mut Town, who: &str, header: (Kind, SpaceId, Option<About>), fields: &[(&str, Value)]| {
        let who = at(town, who);
        let device = &mut town.devices[who];
        let header = device.header(header.0, header.1, header.2);
        device.begin(&town.world, header, fields)
    };
    let board_above = SpaceId::board(org("C1"));
    let moved = begin(&mut town, "organiser_of_C1", (Kind::Resolution, board_above, Some(About::Doc(above))), &title);
    let circular = begin(&mut town, "secretary_of_C1", (Kind::Article, board_above, None), &title);
    // Roles of the branch, and the branch's own board and desk: all that somebody needs who may do this for the branch.
    let secretary = at(&town, "secretary");
    let write = |town: &mut Town, kind, space, about, fields: &[(&str, Value)]| {
        let header = town.devices[secretary].header(kind, space, Some(about));
        judged(&town.devices[secretary].write(&town.world, &header, fields))
    };
    let key = Value::Bytes(town.devices[secretary].key.public_key().to_vec());
    let id = |doc: DocId| Value::Bytes(doc.as_bytes().to_vec());
    let (me, other) = (town.devices[secretary].member.to_string(), About::Member(member("1005")));
    for (activity, resolution, expected) in
        [(above, moved, Err(Refusal::NotAllowed)), (town.activity, town.resolution, Ok(()))]
    {
        let about = About::Doc(activity);
        let said: [(Kind, SpaceId, About, Fields<'_>); 9] = [
            (Kind::Roster, board, about, &[(&me, 2.into())]),
            (Kind::Resolution, board, about, &title),
            (Kind::Door, board, about, &[("key", key.clone())]),
            (Kind::CheckIn, desk, about, &[("at", 1.into())]),
            (Kind::LeaveRequest, desk, about, &[("reason", "x".into())]),
            (Kind::Guests, desk, about, &[("count", 3.into())]),
            (Kind::Vote, desk, About::Doc(resolution), &[("choice", 1.into())]),
            (Kind::RollMark, desk, other, &[("activity", id(activity)), ("mark", "present".into())]),
            (Kind::Scan, desk, other, &[("activity", id(activity))]),
        ];
        for (kind, space, about, fields) in said {
            assert_eq!(write(&mut town, kind, space, about, fields), expected, "{kind:?}");
        }
    }
    let read = |town: &mut Town, article| {
        let header = town.devices[secretary].header(Kind::Acknowledgement, desk, Some(About::Doc(article)));
        judged(&town.devices[secretary].write(&town.world, &header, &[("at", 1.into())]))
    };
    assert_eq!(read(&mut town, circular), Err(Refusal::NotAllowed));
    // Nor can an honest mark be turned to another's activity later.
    let header = town.devices[secretary].header(Kind::RollMark, desk, Some(other));
    let fields = [("activity", id(town.activity)), ("mark", "present".into())];
    let first = town.devices[secretary].first(town.world.clock.now(), &fields);
    town.devices[secretary].begin(&town.world, header, &fields);
    let edits = [Edit::Put("activity", id(above))];
    let turned = town.devices[secretary].alter(&town.world, (desk, header.id()), &[first], &edits);
    assert_eq!(judged(&turned), Err(Refusal::NotAllowed));
    // What is not known anywhere may come later; of what is computed, a member's card of another branch, nothing is told.
    let card = Header {
        kind: Kind::MemberCard,
        space: SpaceId::board(org("B2")),
        owner: MemberId::SERVER,
        about: Some(About::Member(member("2001"))),
        nonce: Nonce::EMPTY,
    };
    for subject in [DocId::from_bytes([9; 16]), card.id(), town.docs["case"].id()] {
        assert_eq!(read(&mut town, subject), Ok(()));
    }
}

/// A check-in by the asker that shows this code.
fn checks_in(town: &mut Town, code: &Code) -> Result<(), Refusal> {
    let (desk, about) = (town.spaces["desk"], Some(About::Doc(town.activity)));
    let header = town.device("asker").header(Kind::CheckIn, desk, about);
    let at = town.rows.iter().position(|row| row.who == "asker").unwrap();
    judged(&town.devices[at].write(&town.world, &header, &[("code", Value::Bytes(code.to_bytes()))]))
}

#[test]
fn a_code_is_the_doors_own_and_tells_nothing_of_what_else_there_is() {
    let mut town = Town::new(83);
    let (activity, door) = (town.activity, town.docs["board"].id());
    let pkcs8 = SoftwareKey::generate().unwrap().1;
    let key = |town: &mut Town| town.device("host").key.public_key();
    let host = key(&mut town);
    let by_host =
        |town: &mut Town, activity, door| Code::sign(&town.device("host").key, activity, door, 1, NONCE).unwrap();
    let good = by_host(&mut town, activity, door);
    assert!(good.verify(&host));
    assert_eq!(checks_in(&mut town, &good), Ok(()), "of long ago: a fact, for its readers to judge");
    let forged = Code::sign(&SoftwareKey::from_pkcs8(&pkcs8).unwrap(), activity, door, 1, NONCE).unwrap();
    assert_eq!(checks_in(&mut town, &forged), Err(Refusal::BadCode));
    let other = town.docs["above"].id();
    let elsewhere = by_host(&mut town, other, door);
    assert_eq!(checks_in(&mut town, &elsewhere), Err(Refusal::BadCode), "another activity's");
    let no_door = by_host(&mut town, activity, activity);
    assert_eq!(checks_in(&mut town, &no_door), Err(Refusal::BadCode));
    // The door is taken back: the code was shown nevertheless.
    let at = town.rows.iter().position(|row| row.who == "organiser").unwrap();
    let board = town.spaces["board"];
    let known = documents(&town, "board").remove(&activity).unwrap();
    let edits = [Edit::Put("shut", Value::Bytes(door.as_bytes().to_vec()))];
    assert_eq!(judged(&town.devices[at].alter(&town.world, (board, activity), &known.changes, &edits)), Ok(()));
    assert_eq!(checks_in(&mut town, &good), Ok(()));
    // A door that stands where one may not look is as unknown as one that never was.
    let ids: Vec<DocId> = ["group", "case", "above"].map(|name| town.docs[name].id()).to_vec();
    for door in ids.into_iter().chain([DocId::from_bytes([9; 16])]) {
        let code = by_host(&mut town, activity, door);
        assert_eq!(checks_in(&mut town, &code), Ok(()));
    }
}

#[test]
fn a_card_is_its_members_own_and_certified_by_this_server() {
    let mut town = Town::new(84);
    let desk = town.spaces["desk"];
    let host = town.rows.iter().position(|row| row.who == "host").unwrap();
    let asker = town.rows.iter().position(|row| row.who == "asker").unwrap();
    let author = town.world.server.card(town.devices[asker].id).unwrap();
    let other = World::park(85);
    let foreign = Device::enrol(&other, "1001");
    let abroad = other.server.card(foreign.id).unwrap();
    let card = |key: &SoftwareKey, author| Card::sign(key, author, 1, NONCE).unwrap();
    let own = card(&town.devices[asker].key, &author);
    let cards = [
        ("1001", own, Ok(())),
        ("1003", own, Err(Refusal::BadCode)),
        ("1001", card(&foreign.key, &author), Err(Refusal::BadCode)),
        ("1001", card(&foreign.key, &abroad), Err(Refusal::BadCode)),
    ];
    for (who, card, expected) in cards {
        let header = town.devices[host].header(Kind::Scan, desk, Some(About::Member(member(who))));
        let activity = Value::Bytes(town.activity.as_bytes().to_vec());
        let fields = [("activity", activity), ("card", Value::Bytes(card.to_bytes()))];
        assert_eq!(judged(&town.devices[host].write(&town.world, &header, &fields)), expected, "{who}");
        // And by nobody who is no host.
        let header = town.devices[asker].header(Kind::Scan, desk, Some(About::Member(member(who))));
        let outcome = judged(&town.devices[asker].write(&town.world, &header, &fields));
        assert_eq!(outcome, expected.and(Err(Refusal::NotAllowed)), "{who}");
    }
}
