use super::super::{Kind, Outline};
use super::*;

const ALICE: ActorId = ActorId::from_bytes([1; 16]);
const BOB: ActorId = ActorId::from_bytes([2; 16]);
const AT: Timestamp = Timestamp(1_700_000_000_000);

fn load(changes: &[&Change]) -> Document {
    Document::load(changes.iter().map(|change| change.bytes())).unwrap()
}

fn text(of: &str) -> Change {
    Change::first(ALICE, AT, &[("body", Value::Text(of.into())), ("title", "t".into())]).unwrap()
}

#[test]
fn an_edit_makes_one_plain_change() {
    let first = text("hello");
    let mut document = load(&[&first]);
    let edits = [Edit::Put("title", "new".into()), Edit::Splice { key: "body", at: 0, delete: 1, insert: "J" }];
    let made = document.edit(BOB, Timestamp(7), &edits).unwrap().unwrap();
    assert_eq!((made.actor(), made.seq(), made.written_at()), (BOB, 1, Timestamp(7)));
    assert_eq!(made.deps(), [first.hash()]);
    assert_eq!((document.fields().text("title"), document.fields().text("body")), ("new", "Jello"));
    assert_eq!(made.fields(), None);
    let mut outline = Outline::new(Kind::Article);
    assert_eq!((outline.admit(&first), outline.admit(&made)), (Ok(true), Ok(true)));
    assert_eq!(outline.heads(), document.heads());
    assert_eq!(load(&[&made, &first]).fields(), document.fields());
}

#[test]
fn an_edit_that_changes_nothing_makes_no_change() {
    let mut document = load(&[&text("hello")]);
    let edits = [
        Edit::Put("title", "t".into()),
        Edit::Put("pinned", Value::Null),
        Edit::SetText("body", "hello"),
        Edit::Splice { key: "body", at: 5, delete: 0, insert: "" },
    ];
    assert!(document.edit(BOB, AT, &edits).unwrap().is_none());
    assert!(document.edit(BOB, AT, &[]).unwrap().is_none());
    assert_eq!(document.changes().len(), 1);
}

#[test]
fn positions_are_utf16_and_stay_inside() {
    let mut document = load(&[&text("a😀明")]);
    let splice = |at, delete| Edit::Splice { key: "body", at, delete, insert: "x" };
    for (at, delete) in [(2, 0), (0, 2), (5, 0), (4, 1), (usize::MAX, 1), (1, usize::MAX)] {
        let before = document.heads();
        // All or none: the edit before the bad one is taken back.
        let edits = [Edit::Put("title", "lost".into()), splice(at, delete)];
        assert_eq!(document.edit(BOB, AT, &edits).unwrap_err(), Invalid::OutOfRange, "{at} {delete}");
        assert_eq!((document.heads(), document.fields().text("title")), (before, "t"));
    }
    document.edit(BOB, AT, &[splice(1, 2)]).unwrap().unwrap();
    assert_eq!(document.fields().text("body"), "ax明");
    let nowhere = Edit::Splice { key: "title", at: 0, delete: 0, insert: "x" };
    assert_eq!(document.edit(BOB, AT, &[nowhere]).unwrap_err(), Invalid::OutOfRange);
    assert_eq!(document.edit(BOB, AT, &[Edit::SetText("note", "x")]).unwrap_err(), Invalid::OutOfRange);
    let long = "a".repeat(MAX_TEXT + 1);
    assert_eq!(document.edit(BOB, AT, &[Edit::SetText("body", &long)]).unwrap_err(), Invalid::TooLarge);
}

#[test]
fn a_text_is_emptied_and_stays() {
    let first = text("hello");
    let mut document = load(&[&first]);
    let emptied = document.edit(ALICE, AT, &[Edit::Put("body", Value::Null)]).unwrap().unwrap();
    assert_eq!(document.fields().get("body"), Some(&Value::Text(String::new())));
    let again = document.edit(ALICE, AT, &[Edit::Put("body", Value::Text("again".into()))]).unwrap().unwrap();
    assert_eq!(load(&[&first, &emptied, &again]).fields().text("body"), "again");
}

#[test]
fn the_longest_text_is_written_and_rewritten() {
    let first = text(&"a".repeat(MAX_TEXT));
    let mut document = load(&[&first]);
    let other = "b".repeat(MAX_TEXT);
    let edit = Edit::Splice { key: "body", at: 0, delete: MAX_TEXT, insert: &other };
    let made = document.edit(ALICE, AT, &[edit]).unwrap().unwrap();
    let mut outline = Outline::new(Kind::Article);
    assert_eq!((outline.admit(&first), outline.admit(&made)), (Ok(true), Ok(true)));
    assert_eq!(load(&[&first, &made]).fields().text("body"), other);
}

#[test]
fn two_phones_show_one_winner_and_the_other() {
    let first = Change::first(ALICE, AT, &[("body", "old".into())]).unwrap();
    let edit = |actor, body: &str| load(&[&first]).edit(actor, AT, &[Edit::Put("body", body.into())]).unwrap().unwrap();
    let (a, b) = (edit(ALICE, "a"), edit(BOB, "b"));
    let mut document = load(&[&b, &first, &a]);
    assert_eq!(document.fields(), load(&[&first, &a, &b]).fields());
    assert_eq!((document.fields().text("body"), document.fields().others("body")), ("b", &["a".into()][..]));
    // Writing the winner again settles it.
    let settled = document.edit(ALICE, AT, &[Edit::Put("body", "b".into())]).unwrap().unwrap();
    assert_eq!(settled.deps().len(), 2);
    assert!(document.fields().others("body").is_empty());
}

#[test]
fn a_document_with_a_hole_is_not_loaded() {
    let first = text("x");
    let second = load(&[&first]).edit(ALICE, AT, &[Edit::Put("title", "y".into())]).unwrap().unwrap();
    assert_eq!(Document::load([second.bytes()]).unwrap_err(), Invalid::UnknownDependency);
    assert_eq!(load(&[&first, &second, &first]).fields().text("title"), "y");
    assert!(Document::load([]).unwrap().fields().iter().next().is_none());
}

#[test]
fn two_changes_of_one_name_are_not_loaded() {
    let (one, two) = (text("x"), text("y"));
    assert_eq!(Document::load([one.bytes(), two.bytes()]).unwrap_err(), Invalid::NotLoaded);
    let mut outline = Outline::new(Kind::Draft);
    let first = |text: &str| Change::first(ALICE, AT, &[("text", Value::Text(text.into()))]).unwrap();
    assert_eq!(outline.admit(&first("x")), Ok(true));
    assert_eq!(outline.admit(&first("y")), Err(Invalid::SecondBeginning));
}

#[test]
fn a_change_too_large_to_send_breaks_the_document() {
    let mut document = load(&[&text("x")]);
    let large = "a".repeat(super::super::MAX_CHANGE);
    let edit = [Edit::Put("title", large.as_str().into())];
    assert_eq!(document.edit(ALICE, AT, &edit).unwrap_err(), Invalid::TooLarge);
    assert_eq!(document.edit(ALICE, AT, &[]).unwrap_err(), Invalid::NotLoaded);
    assert!(document.fields().iter().next().is_none());
}

#[test]
fn an_overfull_text_can_be_made_shorter() {
    let half = "a".repeat(MAX_TEXT / 2 + 1);
    let first = text("");
    let edit = |actor| load(&[&first]).edit(actor, AT, &[Edit::SetText("body", &half)]).unwrap().unwrap();
    let mut document = load(&[&first, &edit(ALICE), &edit(BOB)]);
    let splice = |delete, insert| [Edit::Splice { key: "body", at: 0, delete, insert }];
    assert_eq!(document.edit(ALICE, AT, &splice(0, "b")).unwrap_err(), Invalid::TooLarge);
    assert!(document.edit(ALICE, AT, &splice(1, "")).unwrap().is_some());
}
