use super::hidden::alter;
use super::*;
use hongqi_core::document::{Document, Edit};
use hongqi_core::presence::{Card, Code, NONCE_LEN};

const NONCE: [u8; NONCE_LEN] = [7; NONCE_LEN];

/// An activity of b1 by its organiser, and a door of it.
fn door(wu: &mut Phone) -> (DocId, DocId) {
    let board = SpaceId::board(org("b1"));
    let header = wu.header(Kind::Activity, board, None);
    let (activity, taken) = wu.write(header, &[("title", Value::from("主题党日"))]);
    accepted(&taken);
    let header = wu.header(Kind::Door, board, Some(About::Doc(activity)));
    let key = Value::Bytes(wu.key.public_key().to_vec());
    let (door, taken) = wu.write(header, &[("key", key)]);
    accepted(&taken);
    (activity, door)
}

fn check_in(li: &mut Phone, activity: DocId, code: Vec<u8>) -> PushOutcome {
    let header = li.header(Kind::CheckIn, SpaceId::desk(org("b1")), Some(About::Doc(activity)));
    li.write(header, &[("code", Value::Bytes(code))]).1
}

#[test]
fn a_code_is_verified_before_the_check_in_is_taken() {
    let (server, _) = server();
    let (mut wu, mut li) = (Phone::of(&server, "3"), Phone::of(&server, "1"));
    let (activity, at) = door(&mut wu);
    let other = door(&mut wu).0;
    // Of long ago, which is for its readers to judge.
    let code = Code::sign(&wu.key, activity, at, 1, NONCE).unwrap();
    accepted(&check_in(&mut li, activity, code.to_bytes()));
    let own = Code::sign(&li.key, activity, at, 1, NONCE).unwrap();
    let elsewhere = Code::sign(&wu.key, other, at, 1, NONCE).unwrap();
    let no_door = Code::sign(&wu.key, activity, activity, 1, NONCE).unwrap();
    let bad = [own.to_bytes(), elsewhere.to_bytes(), no_door.to_bytes(), vec![], vec![1; 1024]];
    for code in bad {
        assert_eq!(refused(&check_in(&mut li, activity, code)), Refusal::BadCode);
    }
    assert_eq!(refused(&check_in(&mut li, other, code.to_bytes())), Refusal::BadCode, "for another activity");
    assert_eq!(refused(&check_in(&mut li, other, elsewhere.to_bytes())), Refusal::BadCode, "at another's door");
    // A door that is not known here is no forgery: it may come later.
    let unknown = Code::sign(&wu.key, activity, DocId::from_bytes([9; 16]), 1, NONCE).unwrap();
    accepted(&check_in(&mut li, activity, unknown.to_bytes()));
}

#[test]
fn a_code_put_in_later_is_verified_too() {
    let (server, _) = server();
    let (mut wu, mut li) = (Phone::of(&server, "3"), Phone::of(&server, "1"));
    let (activity, at) = door(&mut wu);
    let header = li.header(Kind::CheckIn, SpaceId::desk(org("b1")), Some(About::Doc(activity)));
    let first = Change::first(li.actor(), Timestamp(1_800_000_000_000), &[("at", Value::Int(1))]).unwrap();
    let bytes = first.into_bytes();
    let entry = Entry { target: Target::of(&header), change: bytes.clone() };
    let batch = li.batch(header.space, vec![entry]);
    accepted(&li.push(&batch));
    let mut put = |key: &SoftwareKey| {
        let code = Code::sign(key, activity, at, 1, NONCE).unwrap().to_bytes();
        let mut document = Document::load([&bytes[..]]).unwrap();
        let edits = [Edit::Put("code", Value::Bytes(code))];
        let change = document.edit(li.actor(), Timestamp(1_800_000_000_001), &edits).unwrap().unwrap();
        let entry = Entry { target: Target::Known(header.id()), change: change.into_bytes() };
        let batch = li.batch(header.space, vec![entry]);
        li.push(&batch)
    };
    let forger = SoftwareKey::generate().unwrap().0;
    assert_eq!(refused(&put(&forger)), Refusal::BadCode);
    accepted(&put(&wu.key));
}

#[test]
fn a_card_is_verified_before_the_scan_is_taken() {
    let (server, _) = server();
    let (mut wu, li) = (Phone::of(&server, "3"), Phone::of(&server, "1"));
    let (activity, at) = door(&mut wu);
    let mut scan = |member: MemberId, card: Vec<u8>| {
        let header = wu.header(Kind::Scan, SpaceId::desk(org("b1")), Some(About::Member(member)));
        let id = |doc: DocId| Value::Bytes(doc.as_bytes().to_vec());
        wu.write(header, &[("activity", id(activity)), ("door", id(at)), ("card", Value::Bytes(card))]).1
    };
    let author = server.card(li.device).unwrap();
    let card = Card::sign(&li.key, &author, 1, NONCE).unwrap();
    accepted(&scan(li.member, card.to_bytes()));
    let stranger = SoftwareKey::generate().unwrap().0;
    let forged = Card::sign(&stranger, &author, 1, NONCE).unwrap();
    let uncertified = Card::sign(&li.key, &author.clone().sign(&stranger).unwrap(), 1, NONCE).unwrap();
    for card in [forged.to_bytes(), uncertified.to_bytes(), vec![], vec![1; 1024]] {
        assert_eq!(refused(&scan(li.member, card)), Refusal::BadCode);
    }
    assert_eq!(refused(&scan(MemberId::from_number("2"), card.to_bytes())), Refusal::BadCode, "another's card");
    // The device is lost since: that the host saw this card stays true.
    server.revoke_device(li.device).unwrap();
    let shown = Card::sign(&li.key, &author, 2, NONCE).unwrap();
    accepted(&scan(li.member, shown.to_bytes()));
}

#[test]
fn nobody_keeps_the_server_verifying() {
    let (server, clock) = server();
    let (mut wu, mut li) = (Phone::of(&server, "3"), Phone::of(&server, "1"));
    let (activity, at) = door(&mut wu);
    let code = Code::sign(&li.key, activity, at, 1, NONCE).unwrap().to_bytes();
    let mut judged = |most: u64| {
        let judged = (0..most).take_while(|_| check_in(&mut li, activity, code.clone()) != PushOutcome::Later);
        u64::try_from(judged.count()).unwrap()
    };
    // Two signatures, and the one operation that is decoded.
    let cost = crate::presence::COST + 1;
    let (burst, rate) = (weigh::BURST as u64, weigh::RATE as u64);
    // No time passes for the share, however long the machine takes for this.
    assert_eq!(judged(burst), burst / cost);
    // What is left of the burst is less than one more.
    clock.monotonic.store(cost * 100 * 1_000 / rate, Ordering::Relaxed);
    assert_eq!(judged(burst), 100, "and in the long run the rate");
}

#[test]
fn what_a_push_speaks_of_may_have_come_just_before_it() {
    let (server, _) = server();
    let mut wu = Phone::of(&server, "3");
    let header = wu.header(Kind::Activity, SpaceId::board(org("A")), None);
    let title = wu.entry(header, &[("title", Value::from("党课"))]);
    let activity = Value::Bytes(header.id().as_bytes().to_vec());
    let about = Some(About::Member(MemberId::from_number("1")));
    let mark = wu.header(Kind::RollMark, SpaceId::desk(org("b1")), about);
    let mark = wu.entry(mark, &[("activity", activity), ("mark", Value::from("present"))]);
    let batches = vec![wu.batch(header.space, vec![title]), wu.batch(SpaceId::desk(org("b1")), vec![mark])];
    let pushed = wu.sync(Follow::Asks(vec![]), batches, MAX_BUDGET).pushed;
    accepted(&pushed[0].outcome);
    assert_eq!(refused(&pushed[1].outcome), Refusal::NotAllowed);
}

#[test]
fn of_a_batch_on_a_board_each_document_answers_for_what_it_speaks_of() {
    let (server, _) = server();
    let mut wu = Phone::of(&server, "3");
    let (own, board) = (door(&mut wu).0, SpaceId::board(org("b1")));
    let header = wu.header(Kind::Activity, SpaceId::board(org("A")), None);
    let (elsewhere, taken) = wu.write(header, &[("title", Value::from("党课"))]);
    accepted(&taken);
    let motions = [own, elsewhere, own].map(|activity| wu.header(Kind::Resolution, board, Some(About::Doc(activity))));
    let entries = motions.map(|header| wu.entry(header, &[("title", Value::from("决议"))]));
    let batch = wu.batch(board, entries.into());
    let foreign = Refused { doc: motions[1].id(), reason: Refusal::NotAllowed };
    assert_eq!(wu.push(&batch), PushOutcome::Refused(vec![foreign]));
}

#[test]
fn a_change_speaks_of_one_activity() {
    let (server, _) = server();
    let mut wu = Phone::of(&server, "3");
    let ids = [door(&mut wu).0, door(&mut wu).0].map(|activity| Value::Bytes(activity.as_bytes().to_vec()));
    let header = wu.header(Kind::RollMark, SpaceId::desk(org("b1")), Some(About::Member(MemberId::from_number("1"))));
    let first = wu.entry(header, &[("activity", ids[0].clone()), ("mark", Value::from("present"))]);
    let batch = wu.batch(header.space, vec![first.clone()]);
    accepted(&wu.push(&batch));
    let put = |id: &Value| Edit::Put("activity", id.clone());
    // There and back again: each would be looked up.
    assert_eq!(refused(&alter(&mut wu, &header, &first, &[put(&ids[1]), put(&ids[0])])), Refusal::Malformed);
    accepted(&alter(&mut wu, &header, &first, &[put(&ids[1])]));
}

#[test]
fn a_door_that_is_altered_without_end_costs_nobody_its_loading() {
    let (server, _) = server();
    let (mut wu, mut li) = (Phone::of(&server, "3"), Phone::of(&server, "1"));
    let (activity, at) = door(&mut wu);
    let known = read(server.storage(), |reader| reader.changes(at)).unwrap();
    let mut document = Document::load(known.iter().map(Vec::as_slice)).unwrap();
    let mut label = |wu: &mut Phone, number: usize| {
        let edit = [Edit::Put("label", Value::from(number.to_string().as_str()))];
        let change = document.edit(wu.actor(), Timestamp(1_800_000_000_000), &edit).unwrap().unwrap().into_bytes();
        Entry { target: Target::Known(at), change }
    };
    let push = |wu: &mut Phone, entries| {
        let batch = wu.batch(SpaceId::board(org("b1")), entries);
        wu.push(&batch)
    };
    for number in 1..room::MAX_DOOR_CHANGES {
        let entry = label(&mut wu, number);
        accepted(&push(&mut wu, vec![entry]));
    }
    let entry = label(&mut wu, 0);
    assert_eq!(refused(&push(&mut wu, vec![entry])), Refusal::TooLarge);
    let code = Code::sign(&wu.key, activity, at, 1, NONCE).unwrap();
    accepted(&check_in(&mut li, activity, code.to_bytes()));
    // Nor all at once, as a new door.
    let header = wu.header(Kind::Door, SpaceId::board(org("b1")), Some(About::Doc(activity)));
    let mut changes = vec![wu.entry(header, &[("key", Value::Bytes(wu.key.public_key().to_vec()))])];
    let mut document = Document::load([&changes[0].change[..]]).unwrap();
    for number in 0..room::MAX_DOOR_CHANGES {
        let edit = [Edit::Put("label", Value::from(number.to_string().as_str()))];
        let change = document.edit(wu.actor(), Timestamp(1_800_000_000_000), &edit).unwrap().unwrap().into_bytes();
        changes.push(Entry { target: Target::Known(header.id()), change });
    }
    assert_eq!(refused(&push(&mut wu, changes.clone())), Refusal::TooLarge);
    changes.pop();
    accepted(&push(&mut wu, changes));
}
