use super::super::{Document, Kind, Outline};
use super::*;
use crate::ids::sha256;

const ALICE: ActorId = ActorId::from_bytes([1; 16]);
const AT: Timestamp = Timestamp(1_700_000_000_000);

fn message() -> Change {
    Change::first(ALICE, AT, &[("body", "同志们好，明天的会改到晚上七点。".into()), ("reply", (&[7u8; 16][..]).into())])
        .unwrap()
}

/// The chunk of these bytes, its length and checksum made right.
fn chunk_of(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    let mut len = body.len();
    while len > 0x7f {
        hashed.push(len as u8 | 0x80);
        len >>= 7;
    }
    hashed.push(len as u8);
    hashed.extend_from_slice(body);
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83];
    bytes.extend_from_slice(&sha256(&[&hashed])[..4]);
    bytes.extend(hashed);
    bytes
}

fn expanded() -> ExpandedChange {
    parse(message().bytes()).unwrap().decode()
}

fn refused(expanded: ExpandedChange) -> Invalid {
    Change::decode(AmChange::from(expanded).raw_bytes()).unwrap_err()
}

#[test]
fn a_first_change_reads_back() {
    let made = message();
    let read = Change::decode(made.bytes()).unwrap();
    assert_eq!((read.hash(), read.actor(), read.seq()), (made.hash(), ALICE, 1));
    assert_eq!((read.start_op(), read.max_op(), read.written_at()), (1, 2, AT));
    assert_eq!(read.fields(), made.fields());
    assert_eq!(read.fields().unwrap().text("body"), "同志们好，明天的会改到晚上七点。");
    assert_eq!(Document::load([made.bytes()]).unwrap().fields(), read.fields().unwrap());
    assert_eq!(Outline::new(Kind::Message).admit(&read), Ok(true));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = message().into_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Change::decode(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn a_compressed_change_is_refused_uninflated() {
    let long = Change::first(ALICE, AT, &[("body", "a".repeat(4_000).as_str().into())]).unwrap();
    let mut change = parse(long.bytes()).unwrap();
    let compressed = change.bytes().into_owned();
    assert_eq!(compressed[8], 2);
    assert_eq!(Change::decode(&compressed).unwrap_err(), Invalid::NotAChange);
}

#[test]
fn a_damaged_tail_or_a_second_chunk_is_refused() {
    let bytes = message().into_bytes();
    for len in 0..bytes.len() {
        assert!(Change::decode(&bytes[..len]).is_err(), "{len}");
    }
    assert_eq!(Change::decode(&[&bytes[..], &[0]].concat()).unwrap_err(), Invalid::NotAChange);
    assert_eq!(Change::decode(&[&bytes[..], &bytes].concat()).unwrap_err(), Invalid::NotAChange);
}

#[test]
fn an_actor_has_sixteen_bytes() {
    for len in [0, 1, 15, 17, 1000] {
        let actor_id = automerge::ActorId::from(vec![1; len]);
        assert_eq!(refused(ExpandedChange { actor_id, ..expanded() }), Invalid::BadActor, "{len}");
    }
    let actor_id = automerge::ActorId::from(vec![1; 1 << 20]);
    assert_eq!(refused(ExpandedChange { actor_id, ..expanded() }), Invalid::TooLarge);
    let mut with_other = expanded();
    let other = automerge::ActorId::from(vec![2; 17]);
    with_other.operations[0].pred = vec![automerge::legacy::OpId(1, other)].into();
    assert_eq!(refused(with_other), Invalid::BadActor);
}

#[test]
fn messages_and_extra_bytes_are_refused() {
    let message = Some("free space".to_owned());
    assert_eq!(refused(ExpandedChange { message, ..expanded() }), Invalid::ExtraContent);
    assert_eq!(refused(ExpandedChange { extra_bytes: vec![1], ..expanded() }), Invalid::ExtraContent);
}

#[test]
fn a_column_that_repeats_without_end_is_refused_at_once() {
    let (deps, actor, seq_start_time) = ([0], [&[16u8][..], &[1; 16]].concat(), [1, 1, 0]);
    // One column: action (4, integers), "1" 2^62 times.
    let (message_others, columns) = ([0, 0], [1, 0x42, 10]);
    let data = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0x00, 1];
    let body = [&deps[..], &actor, &seq_start_time, &message_others, &[columns[0], columns[1], 11], &data].concat();
    assert_eq!(Change::decode(&chunk_of(1, &body)).unwrap_err(), Invalid::TooLarge);
}

#[test]
fn a_change_without_operations_is_refused() {
    assert!(Change::decode(AmChange::from(ExpandedChange { operations: vec![], ..expanded() }).raw_bytes()).is_err());
}

/// A change that builds on another and says so many times, in a few bytes, what `op` says of a number.
fn repeated(times: u64, op: impl Fn(u64) -> AmOp) -> Vec<u8> {
    let deps = vec![automerge::ChangeHash([7; 32])];
    let operations = (0..times).map(op).collect();
    AmChange::from(ExpandedChange { operations, deps, seq: 2, start_op: 500_000.try_into().unwrap(), ..expanded() })
        .raw_bytes()
        .to_vec()
}

fn actor() -> automerge::ActorId {
    automerge::ActorId::from(&ALICE.as_bytes()[..])
}

fn removal(n: u64) -> AmOp {
    let element = automerge::legacy::OpId(3 + n, actor());
    let (obj, key) = (ObjectId::Id(automerge::legacy::OpId(2, actor())), Key::Seq(ElementId::Id(element.clone())));
    AmOp { action: OpType::Delete, obj, key, pred: vec![element].into(), insert: false }
}

fn null(_: u64) -> AmOp {
    let (obj, key) = (ObjectId::Root, Key::Map("body".into()));
    AmOp { action: OpType::Put(ScalarValue::Null), obj, key, pred: SortedVec::new(), insert: false }
}

fn nothing(n: u64) -> AmOp {
    let after = if n == 0 { ElementId::Head } else { ElementId::Id(automerge::legacy::OpId(500_000 + n - 1, actor())) };
    let (obj, action) = (ObjectId::Id(automerge::legacy::OpId(2, actor())), OpType::Put(ScalarValue::Null));
    AmOp { action, obj, key: Key::Seq(after), pred: SortedVec::new(), insert: true }
}

#[test]
fn what_a_change_will_cost_is_known_before_it_is_decoded() {
    let most = chunk::MAX_OPS;
    // Keys and characters cost what they weigh.
    for (what, bytes) in [("keys", repeated(most, null)), ("characters", repeated(most, nothing))] {
        assert!(bytes.len() < 200, "{what}: {}", bytes.len());
        assert!(Change::declared(&bytes).is_err(), "{what}");
    }
    // A text emptied in one go is honest: what it costs is told, and only where a text is.
    let bytes = repeated(most / 2, removal);
    assert!(bytes.len() < 200, "{}", bytes.len());
    let declared = Change::declared(&bytes).unwrap();
    assert_eq!(declared.cost(), most);
    let decoded = declared.decode().unwrap();
    assert_eq!((decoded.ops.len() as u64, decoded.hash()), (most / 2, declared.hash()));
    for kind in Kind::ALL {
        let has_text = matches!(kind, Kind::Article | Kind::Activity | Kind::Draft);
        assert_eq!(declared.suits(kind), if has_text { Ok(()) } else { Err(Invalid::BadOperation) }, "{kind:?}");
    }
    // Nobody can have removed what they have not seen.
    let unseen = AmChange::from(ExpandedChange { operations: (0..9).map(removal).collect(), ..expanded() });
    assert_eq!(Change::declared(unseen.raw_bytes()).unwrap_err(), Invalid::NotAChange);
    let large = Change::first(ALICE, AT, &[("text", Value::Text("字".repeat(9_000)))]).unwrap();
    let declared = Change::declared(large.bytes()).unwrap();
    assert_eq!((declared.cost(), declared.suits(Kind::Draft)), (9_001, Ok(())));
    assert_eq!(declared.suits(Kind::Message), Err(Invalid::TooLarge));
}

/// `cargo test --release -p hongqi-core --lib hostile_figures -- --ignored --nocapture`
#[test]
#[ignore = "prints figures: the most CPU that a hostile change costs, without the checks of its counts and with them"]
#[allow(clippy::print_stdout)]
fn hostile_figures() {
    let most = chunk::MAX_OPS;
    let text = |len: usize| Change::first(ALICE, AT, &[("body", Value::Text("x".repeat(len)))]).unwrap().into_bytes();
    for (what, bytes) in [
        ("one key again and again", repeated(most, null)),
        ("characters without a byte", repeated(most, nothing)),
        ("removals", repeated(most / 2, removal)),
        ("1 kB of text", text(900)),
        ("64 kB of text", text(64_000)),
    ] {
        let start = std::time::Instant::now();
        let change = AmChange::try_from(&bytes[..]).unwrap();
        let expanded = change.decode();
        let _ = std::hint::black_box(Change::of(bytes.clone(), &change, &expanded));
        assert_eq!(AmChange::from(expanded).raw_bytes(), bytes);
        let before = start.elapsed();
        let start = std::time::Instant::now();
        let declared = Change::declared(&bytes);
        let checked = start.elapsed();
        let cost = declared.as_ref().map_or(0, Declared::cost);
        let taken = declared.and_then(|declared| declared.decode()).is_ok();
        let after = start.elapsed();
        println!(
            "{what}: {} bytes, before {before:?}; counted in {checked:?} ({cost}), taken {taken}, {after:?}",
            bytes.len()
        );
    }
}
