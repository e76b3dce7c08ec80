use automerge::legacy::{ElementId, Key, ObjectId, Op as AmOp, OpId as AmId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};

use super::*;
use crate::clock::Timestamp;
use crate::document::Value;

const ALICE: ActorId = ActorId::from_bytes([1; 16]);
const BOB: ActorId = ActorId::from_bytes([2; 16]);
const AT: Timestamp = Timestamp(1_700_000_000_000);

fn am(actor: ActorId) -> automerge::ActorId {
    automerge::ActorId::from(&actor.as_bytes()[..])
}

fn id(counter: u64, actor: ActorId) -> AmId {
    AmId(counter, am(actor))
}

fn op(action: OpType, obj: ObjectId, key: Key, insert: bool, pred: &[AmId]) -> AmOp {
    AmOp { action, obj, key, insert, pred: pred.to_vec().into() }
}

fn set(key: &str, value: impl Into<ScalarValue>, pred: &[AmId]) -> AmOp {
    op(OpType::Put(value.into()), ObjectId::Root, Key::Map(key.into()), false, pred)
}

fn insert(text: u64, after: ElementId, value: impl Into<ScalarValue>) -> AmOp {
    op(OpType::Put(value.into()), ObjectId::Id(id(text, ALICE)), Key::Seq(after), true, &[])
}

fn remove(text: u64, element: u64) -> AmOp {
    let element = id(element, ALICE);
    let key = Key::Seq(ElementId::Id(element.clone()));
    op(OpType::Delete, ObjectId::Id(id(text, ALICE)), key, false, &[element])
}

fn craft(actor: ActorId, seq: u64, deps: &[ChangeHash], start: u64, operations: Vec<AmOp>) -> Result<Change, Invalid> {
    let change = automerge::Change::from(ExpandedChange {
        operations,
        actor_id: am(actor),
        hash: None,
        seq,
        start_op: start.try_into().unwrap(),
        time: AT.0,
        message: None,
        deps: deps.iter().map(|hash| automerge::ChangeHash(hash.0)).collect(),
        extra_bytes: vec![],
        author: None,
    });
    Change::decode(change.raw_bytes())
}

/// Alice's message "hello", written by one change of two operations.
fn message() -> (Outline, ChangeHash) {
    let first = Change::first(ALICE, AT, &[("body", "hello".into()), ("withdrawn", false.into())]).unwrap();
    let mut outline = Outline::new(Kind::Message);
    assert_eq!(outline.admit(&first), Ok(true));
    assert_eq!(outline.admit(&first), Ok(false));
    (outline, first.hash())
}

/// Alice's article: operation 1 the title, 2 the text, 3 to 5 its elements "abc".
fn article() -> (Outline, ChangeHash) {
    let first = Change::first(ALICE, AT, &[("title", "t".into()), ("body", Value::Text("abc".into()))]).unwrap();
    let mut outline = Outline::new(Kind::Article);
    assert_eq!(outline.admit(&first), Ok(true));
    (outline, first.hash())
}

/// The error that admission fails with. The outline is as before then, and an honest change is admitted still.
fn refused((mut outline, first): (Outline, ChangeHash), change: Result<Change, Invalid>) -> Invalid {
    let before = format!("{outline:?}");
    let error = change.and_then(|change| outline.admit(&change)).unwrap_err();
    assert_eq!(format!("{outline:?}"), before);
    let start = outline.changes[&first].max_op + 1;
    let key = if outline.kind == Kind::Message { "body" } else { "title" };
    let honest = craft(BOB, 1, &[first], start, vec![set(key, "new", &[id(1, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&honest), Ok(true));
    error
}

fn refuse(document: (Outline, ChangeHash), change: Result<Change, Invalid>, expected: Invalid) {
    assert_eq!(refused(document, change), expected);
}

#[test]
fn an_unknown_predecessor_is_refused() {
    for pred in [id(9, ALICE), id(1, BOB), id(3, ALICE), id(u64::from(u32::MAX), ALICE)] {
        let (outline, first) = message();
        let change = craft(ALICE, 2, &[first], 3, vec![set("body", "x", &[pred])]);
        refuse((outline, first), change, Invalid::BadOperation);
    }
}

#[test]
fn a_predecessor_that_its_author_has_not_seen_is_refused() {
    let (mut outline, first) = message();
    let alices = craft(ALICE, 2, &[first], 3, vec![set("body", "a", &[id(1, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&alices), Ok(true));
    // Known here, but not below the change: where Bob's change arrives first, nobody has it.
    let bobs =
        craft(BOB, 1, &[first], 3, vec![set("withdrawn", true, &[]), set("body", "b", &[id(3, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&bobs), Err(Invalid::BadOperation));
    let merged = craft(BOB, 1, &[alices.hash()], 4, vec![set("body", "b", &[id(3, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&merged), Ok(true));
}

#[test]
fn a_predecessor_of_another_key_is_refused() {
    let (outline, first) = message();
    let change = craft(ALICE, 2, &[first], 3, vec![set("body", "x", &[id(2, ALICE)])]);
    refuse((outline, first), change, Invalid::BadOperation);
    let (outline, first) = article();
    let change = craft(ALICE, 2, &[first], 6, vec![set("title", "x", &[id(3, ALICE)])]);
    refuse((outline, first), change, Invalid::BadOperation);
}

#[test]
fn a_key_of_the_wrong_shape_is_refused() {
    let text = || ObjectId::Id(id(2, ALICE));
    let element = || Key::Seq(ElementId::Id(id(3, ALICE)));
    let x = || OpType::Put("x".into());
    let attacks = [
        op(x(), text(), Key::Map("title".into()), false, &[]),
        op(x(), text(), Key::Map("title".into()), true, &[]),
        op(x(), ObjectId::Root, element(), false, &[id(3, ALICE)]),
        op(x(), ObjectId::Root, Key::head(), true, &[]),
        op(x(), text(), element(), false, &[id(3, ALICE)]),
        op(x(), ObjectId::Id(id(1, ALICE)), Key::head(), true, &[]),
        op(x(), ObjectId::Id(id(9, ALICE)), Key::head(), true, &[]),
        op(OpType::Delete, text(), element(), false, &[]),
        op(OpType::Delete, text(), element(), false, &[id(4, ALICE)]),
        op(OpType::Delete, text(), Key::head(), false, &[id(3, ALICE)]),
        op(OpType::Delete, ObjectId::Root, Key::Map("title".into()), false, &[]),
        insert(2, ElementId::Id(id(1, ALICE)), "x"),
        insert(2, ElementId::Id(id(2, ALICE)), "x"),
        insert(2, ElementId::Id(id(99, ALICE)), "x"),
        insert(2, ElementId::Head, ""),
        insert(2, ElementId::Head, "xy"),
        insert(2, ElementId::Head, 1i64),
        remove(2, 1),
        remove(2, 6),
    ];
    for attack in attacks {
        let described = format!("{attack:?}");
        let error = refused(article(), craft(ALICE, 2, &[article().1], 6, vec![attack]));
        assert!(matches!(error, Invalid::BadOperation | Invalid::NotAChange), "{described}: {error:?}");
    }
}

#[test]
fn counters_marks_lists_maps_and_new_texts_are_refused() {
    let body = |action| op(action, ObjectId::Root, Key::Map("body".into()), false, &[id(1, ALICE)]);
    let actions = [
        OpType::Increment(1),
        OpType::Make(ObjType::Map),
        OpType::Make(ObjType::List),
        OpType::Make(ObjType::Table),
        OpType::MarkEnd(true),
    ];
    for action in actions {
        let error = refused(message(), craft(ALICE, 2, &[message().1], 3, vec![body(action)]));
        assert!(matches!(error, Invalid::BadOperation | Invalid::NotAChange), "{error:?}");
    }
    let text = || OpType::Make(ObjType::Text);
    refuse(message(), craft(ALICE, 2, &[message().1], 3, vec![body(text())]), Invalid::WrongType);
    let again = op(text(), ObjectId::Root, Key::Map("body".into()), false, &[id(2, ALICE)]);
    refuse(article(), craft(ALICE, 2, &[article().1], 6, vec![again]), Invalid::BadOperation);
    let counter = ScalarValue::Counter(1.into());
    let change = craft(ALICE, 2, &[message().1], 3, vec![set("body", counter, &[id(1, ALICE)])]);
    refuse(message(), change, Invalid::WrongType);
}

#[test]
fn the_own_last_change_must_be_below() {
    let (mut outline, first) = message();
    let bobs = craft(BOB, 1, &[first], 3, vec![set("body", "b", &[id(1, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&bobs), Ok(true));
    let second = craft(ALICE, 2, &[bobs.hash()], 4, vec![set("body", "x", &[id(3, BOB)])]).unwrap();
    assert_eq!(outline.admit(&second), Err(Invalid::OutOfSequence));
    // Automerge names it even where another dependency implies it.
    let second = craft(ALICE, 2, &[first, bobs.hash()], 4, vec![set("body", "x", &[id(3, BOB)])]).unwrap();
    assert_eq!(outline.admit(&second), Ok(true));
    assert_eq!(outline.heads(), [second.hash()]);
}

#[test]
fn sequence_numbers_follow() {
    for seq in [0, 1, 3, u64::MAX] {
        let change = craft(ALICE, seq, &[message().1], 3, vec![set("body", "x", &[id(1, ALICE)])]);
        refuse(message(), change, Invalid::OutOfSequence);
    }
    let change = craft(BOB, 2, &[message().1], 3, vec![set("body", "x", &[id(1, ALICE)])]);
    refuse(message(), change, Invalid::OutOfSequence);
}

#[test]
fn operations_are_numbered_on() {
    for start in [1, 2, 4, u64::from(u32::MAX) - 1, u64::from(u32::MAX)] {
        let change = craft(ALICE, 2, &[message().1], start, vec![set("withdrawn", true, &[])]);
        refuse(message(), change, Invalid::BadStart);
    }
    let far = automerge::Change::from(ExpandedChange {
        start_op: std::num::NonZeroU64::MAX,
        ..automerge::Change::try_from(Change::first(ALICE, AT, &[("at", 1i64.into())]).unwrap().bytes())
            .unwrap()
            .decode()
    });
    assert_eq!(Change::decode(far.raw_bytes()).unwrap_err(), Invalid::NotAChange);
}

#[test]
fn dependencies_are_known_and_no_more_than_heads() {
    let (mut outline, first) = message();
    let stranger = ChangeHash([9; 32]);
    let edit = || vec![set("body", "x", &[id(1, ALICE)])];
    refuse(message(), craft(BOB, 1, &[stranger], 3, edit()), Invalid::UnknownDependency);
    refuse(message(), craft(BOB, 1, &[first, stranger], 3, edit()), Invalid::UnknownDependency);
    refuse(message(), craft(BOB, 1, &[first, first], 3, edit()), Invalid::TooManyDependencies);
    let second = craft(ALICE, 2, &[first], 3, edit()).unwrap();
    assert_eq!(outline.admit(&second), Ok(true));
    let both = craft(BOB, 1, &[first, second.hash()], 4, vec![set("body", "y", &[id(3, ALICE)])]).unwrap();
    assert_eq!(outline.admit(&both), Err(Invalid::TooManyDependencies));
}

#[test]
fn a_document_begins_once_unless_its_owners_phones_meet_in_it() {
    let bobs = Change::first(BOB, AT, &[("body", "mine".into())]);
    refuse(message(), bobs, Invalid::SecondBeginning);
    let mut sheet = Outline::new(Kind::ReactionSheet);
    let key = &"0a".repeat(16);
    for phone in [ALICE, BOB] {
        assert_eq!(sheet.admit(&Change::first(phone, AT, &[(key, "👍".into())]).unwrap()), Ok(true));
    }
    assert_eq!(sheet.heads().len(), 2);
}

#[test]
fn keys_types_and_sizes_are_the_kinds() {
    fn first(kind: Kind, key: &str, value: Value) -> Result<bool, Invalid> {
        Outline::new(kind).admit(&Change::first(ALICE, AT, &[(key, value)])?)
    }
    let long = "a".repeat(super::super::MAX_MESSAGE + 1);
    assert_eq!(first(Kind::Message, "title", "x".into()), Err(Invalid::UnknownKey));
    assert_eq!(first(Kind::Message, "body", 1i64.into()), Err(Invalid::WrongType));
    assert_eq!(first(Kind::Message, "body", Value::Text("x".into())), Err(Invalid::WrongType));
    assert_eq!(first(Kind::Message, "body", Value::Null), Ok(true));
    assert_eq!(first(Kind::Message, "body", long[1..].into()), Ok(true));
    assert_eq!(first(Kind::Message, "body", long.as_str().into()), Err(Invalid::TooLarge));
    assert_eq!(first(Kind::Message, "reply", (&[0u8; 17][..]).into()), Err(Invalid::TooLarge));
    assert_eq!(first(Kind::CheckIn, "at", AT.into()), Ok(true));
    assert_eq!(first(Kind::Article, "body", "plain".into()), Err(Invalid::WrongType));
    for key in ["", "0A", &"0A".repeat(16), &"0g".repeat(16), &"0a".repeat(17)] {
        assert_eq!(first(Kind::ReactionSheet, key, "👍".into()), Err(Invalid::UnknownKey), "{key}");
    }
    assert_eq!(first(Kind::ReactionSheet, &"0a".repeat(16), "👍".repeat(20).as_str().into()), Err(Invalid::TooLarge));
    let large = Change::first(ALICE, AT, &[("body", long.as_str().into()), ("reply", long.as_bytes().into())]).unwrap();
    assert_eq!(Outline::new(Kind::Message).admit(&large), Err(Invalid::TooLarge));
}

#[test]
fn a_text_is_never_taken_away() {
    let body = |action, pred: &[AmId]| op(action, ObjectId::Root, Key::Map("body".into()), false, pred);
    let first = id(2, ALICE);
    for attack in [
        body(OpType::Put(ScalarValue::Null), std::slice::from_ref(&first)),
        body(OpType::Put(ScalarValue::Null), &[]),
        body(OpType::Put("x".into()), std::slice::from_ref(&first)),
        body(OpType::Delete, std::slice::from_ref(&first)),
    ] {
        refuse(article(), craft(ALICE, 2, &[article().1], 6, vec![attack]), Invalid::WrongType);
    }
    let null = Change::first(ALICE, AT, &[("text", Value::Null)]).unwrap();
    assert_eq!(Outline::new(Kind::Draft).admit(&null), Err(Invalid::WrongType));
}

#[test]
fn a_text_takes_one_run_however_long() {
    let first = Change::first(ALICE, AT, &[("body", Value::Text("字".repeat(20_000)))]).unwrap();
    let mut outline = Outline::new(Kind::Article);
    assert_eq!(outline.admit(&first), Ok(true));
    assert_eq!(outline.authors[0].runs.len(), 2);
}
