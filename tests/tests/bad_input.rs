//! Whatever comes through the door of the core (nothing, far too much, characters that are no text, ids of nothing and of
//! something else, spaces without a right): a typed error, and everything as it was. The wire's door is tested with the
//! server's HTTP.

#![allow(clippy::unwrap_used)]

use hongqi_core::activity::{ActivityEdit, Mark, NewActivity};
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::ids::{DocId, MemberId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::sync::wire::Refusal;
use hongqi_core::{Core, Error};
use hongqi_tests::world::{MORNING, Phone, World, member, org};

const EMPTY: &str = "empty";
const LONG: &str = "too long";
const CONTROL: &str = "control characters";
const LINES: &str = "must be one line";
const TURNED: &str = "turns the writing direction";

/// A field that members type into.
struct Field {
    command: &'static str,
    name: &'static str,
    line: bool,
    may_be_empty: bool,
    max: usize,
    act: fn(&Place<'_>, &str) -> Result<(), Error>,
}

/// Where the commands are tried: a secretary's and editor's phone, on which there is one of each.
struct Place<'a> {
    core: &'a Core,
    article: DocId,
    activity: DocId,
    message: DocId,
    draft: DocId,
}

fn c1() -> OrgId {
    org("C1")
}

fn talk() -> SpaceId {
    SpaceId::standing(c1())
}

fn article<'a>(title: &'a str, body: &'a str) -> NewArticle<'a> {
    NewArticle { title, body, category: Category::Information, must_read: true, due: None }
}

fn activity<'a>(title: &'a str, place: &'a str, note: &'a str) -> NewActivity<'a> {
    NewActivity { title, place, note, agenda: "", starts: MORNING, ends: MORNING }
}

impl<'a> Place<'a> {
    fn new(core: &'a Core) -> Self {
        Self {
            core,
            article: core.feed().publish(c1(), &article("通知", "正文")).unwrap(),
            activity: core.activities().plan(c1(), &activity("党日", "礼堂", "")).unwrap(),
            message: core.talk().post(talk(), "你好", None).unwrap(),
            draft: core.personal().new_draft("", "草稿", None).unwrap(),
        }
    }

    /// All that this phone shows and all that it would send.
    fn everything(&self) -> String {
        let core = self.core;
        format!(
            "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
            core.feed().article(self.article).unwrap(),
            core.feed().page(None, 100).unwrap(),
            core.activities().list(Timestamp(i64::MIN), 100).unwrap(),
            core.activities().attendance(self.activity).unwrap(),
            core.talk().page(talk(), None, 100).unwrap(),
            core.talk().list().unwrap(),
            core.personal().drafts().unwrap(),
            core.personal().bookmarks().unwrap(),
            core.outbox().items().unwrap(),
        )
    }
}

const KIB: usize = 1024;

fn fields() -> Vec<Field> {
    let field = |command, name, line, may_be_empty, max, act| Field { command, name, line, may_be_empty, max, act };
    vec![
        field("publish", "title", true, false, 600, |at, text| {
            at.core.feed().publish(c1(), &article(text, "x")).map(drop)
        }),
        field("publish", "body", false, false, 128 * KIB, |at, text| {
            at.core.feed().publish(c1(), &article("x", text)).map(drop)
        }),
        field("edit article", "title", true, false, 600, |at, text| {
            at.core.feed().edit(at.article, &ArticleEdit { title: Some(text), ..ArticleEdit::default() })
        }),
        field("edit article", "body", false, false, 128 * KIB, |at, text| {
            at.core.feed().edit(at.article, &ArticleEdit { body: Some(text), ..ArticleEdit::default() })
        }),
        field("post", "body", false, false, 8 * KIB, |at, text| at.core.talk().post(talk(), text, None).map(drop)),
        field("edit message", "body", false, false, 8 * KIB, |at, text| at.core.talk().edit(at.message, text)),
        field("react", "emoji", true, false, 40, |at, text| at.core.talk().react(at.message, Some(text))),
        field("plan", "title", true, false, 600, |at, text| {
            at.core.activities().plan(c1(), &activity(text, "x", "")).map(drop)
        }),
        field("plan", "place", true, false, 600, |at, text| {
            at.core.activities().plan(c1(), &activity("x", text, "")).map(drop)
        }),
        field("plan", "note", false, true, 128 * KIB, |at, text| {
            at.core.activities().plan(c1(), &activity("x", "x", text)).map(drop)
        }),
        field("edit activity", "title", true, false, 600, |at, text| {
            at.core.activities().edit(at.activity, &ActivityEdit { title: Some(text), ..ActivityEdit::default() })
        }),
        field("edit activity", "place", true, false, 600, |at, text| {
            at.core.activities().edit(at.activity, &ActivityEdit { place: Some(text), ..ActivityEdit::default() })
        }),
        field("edit activity", "note", false, true, 128 * KIB, |at, text| {
            at.core.activities().edit(at.activity, &ActivityEdit { note: Some(text), ..ActivityEdit::default() })
        }),
        field("new draft", "title", true, true, 600, |at, text| {
            at.core.personal().new_draft(text, "x", None).map(drop)
        }),
        field("new draft", "text", false, true, 128 * KIB, |at, text| {
            at.core.personal().new_draft("x", text, None).map(drop)
        }),
        field("edit draft", "text", false, true, 128 * KIB, |at, text| at.core.personal().edit_draft(at.draft, text)),
    ]
}

/// A phone that may do everything in C1, with what it wrote on all sides.
fn sun(world: &mut World) -> Phone {
    let mut sun = world.phone("3001");
    sun.sync(world);
    sun
}

#[test]
fn every_text_that_is_none_is_refused_with_its_reason_and_changes_nothing() {
    let mut world = World::park(31);
    let sun = sun(&mut world);
    let at = Place::new(sun.core());
    let before = at.everything();
    let long = "长".repeat(350_000);
    for field in fields() {
        let over = "a".repeat(field.max + 1);
        let mut cases = vec![
            ("1 MB", &long[..], Some(LONG)),
            ("one byte too many", &over, Some(LONG)),
            ("a NUL", "a\0b", Some(CONTROL)),
            ("a bell", "\u{7}", Some(CONTROL)),
            ("an escape", "a\u{1b}[31m", Some(CONTROL)),
            ("a carriage return", "a\r\nb", Some(CONTROL)),
            ("a C1 control", "a\u{85}b", Some(CONTROL)),
            ("a delete", "a\u{7f}", Some(CONTROL)),
            ("an override of direction", "发票\u{202e}fdp.exe", Some(TURNED)),
        ];
        if field.line {
            cases.extend([
                ("two lines", "a\nb", Some(LINES)),
                ("a line separator", "a\u{2028}b", Some(LINES)),
                ("a tab", "a\tb", Some(CONTROL)),
                ("an isolate", "\u{2066}abc", Some(TURNED)),
                ("an embedding", "\u{202b}abc\u{202c}", Some(TURNED)),
            ]);
        }
        if !field.may_be_empty {
            cases.extend([
                ("nothing", "", Some(EMPTY)),
                ("white space", " \u{3000} ", Some(EMPTY)),
                ("what nobody sees", "\u{200b}\u{feff}\u{2060}", Some(EMPTY)),
                ("lines of nothing", "\n\t\n", Some(EMPTY)),
            ]);
        }
        for (what, text, reason) in cases {
            let expected = reason.map_or(Ok(()), |reason| Err(Error::Invalid { field: field.name, reason }));
            assert_eq!((field.act)(&at, text), expected, "{} {}: {what}", field.command, field.name);
        }
    }
    assert_eq!(at.everything(), before);
}

#[test]
fn every_text_that_is_one_is_taken_by_phone_and_server() {
    let mut world = World::park(32);
    let mut sun = sun(&mut world);
    for field in fields() {
        let full = "a".repeat(field.max);
        let mut texts = vec!["👩‍👩‍👧", "ئۇيغۇر\u{200f}", "x"];
        // Typing a long text over a long text is the documents' own test, and slow without optimisation.
        if field.max <= 8 * KIB || field.command == "publish" {
            texts.push(&full);
        }
        if !field.line {
            texts.extend(["一\n\t二", "\u{2067}ئۇيغۇر\u{2069} 中文"]);
        }
        if field.may_be_empty {
            texts.push("");
        }
        let at = Place::new(sun.core());
        for text in texts {
            assert_eq!((field.act)(&at, text), Ok(()), "{} {}: {} bytes", field.command, field.name, text.len());
        }
    }
    for _ in 0..8 {
        sun.sync(&world);
    }
    assert_eq!(sun.core().outbox().items().unwrap(), [], "all of it is at the server");
}

#[test]
fn ids_of_nothing_and_of_something_else_are_not_found() {
    let mut world = World::park(33);
    let sun = sun(&mut world);
    let at = Place::new(sun.core());
    sun.core().talk().react(at.message, Some("👍")).unwrap();
    let before = at.everything();
    let nothing = DocId::from_bytes([0xee; 16]);
    let core = at.core;
    for id in [nothing, at.activity, at.message, at.draft] {
        let feed = core.feed();
        assert_eq!(feed.edit(id, &ArticleEdit { title: Some("x"), ..ArticleEdit::default() }), Err(Error::NotFound));
        assert_eq!(feed.withdraw(id), Err(Error::NotFound));
        assert_eq!(feed.pin(id, true), Err(Error::NotFound));
        assert_eq!(feed.acknowledge(id), Err(Error::NotFound));
        assert_eq!(feed.article(id), Ok(None));
        assert_eq!(core.personal().mark_read(id), Err(Error::NotFound));
    }
    for id in [nothing, at.article, at.message, at.draft] {
        let activities = core.activities();
        let edit = ActivityEdit { title: Some("x"), ..ActivityEdit::default() };
        assert_eq!(activities.edit(id, &edit), Err(Error::NotFound));
        assert_eq!(activities.cancel(id), Err(Error::NotFound));
        assert_eq!(activities.check_in(id), Err(Error::NotFound));
        assert_eq!(activities.call_roll(id, &[(member("3002"), Mark::Present)]), Err(Error::NotFound));
        assert_eq!(activities.attendance(id), Ok(vec![]));
    }
    for id in [nothing, at.article, at.activity, at.draft] {
        assert_eq!(core.talk().edit(id, "x"), Err(Error::NotFound));
        assert_eq!(core.talk().withdraw(id), Err(Error::NotFound));
        assert_eq!(core.talk().react(id, Some("👍")), Err(Error::NotFound));
        assert_eq!(core.talk().post(talk(), "x", Some(id)), Err(Error::NotFound));
        assert_eq!(core.personal().mark_talk_read(id), Err(Error::NotFound));
    }
    let elsewhere = SpaceId::thread(at.article);
    assert_eq!(core.talk().post(elsewhere, "x", Some(at.message)), Err(Error::NotFound), "a reply across discussions");
    for id in [nothing, at.article, at.activity, at.message] {
        assert_eq!(core.personal().edit_draft(id, "x"), Err(Error::NotFound));
        assert_eq!(core.personal().discard_draft(id), Err(Error::NotFound));
    }
    for kept in [true, false] {
        assert_eq!(core.personal().bookmark(nothing, kept), Err(Error::NotFound));
        assert_eq!(core.personal().bookmark(at.draft, kept), Err(Error::NotFound));
        assert_eq!(core.personal().mute(SpaceId::standing(org("none")), kept), Err(Error::NotFound));
        let board = core.personal().mute(SpaceId::board(c1()), kept);
        assert_eq!(board, Err(Error::Invalid { field: "space", reason: "not a discussion" }));
    }
    assert_eq!(core.outbox().cancel(nothing), Err(Error::NotFound));
    for id in [nothing, at.message] {
        assert_eq!(core.outbox().discard(id), Err(Error::NotFound), "nothing of it was refused");
        assert_eq!(core.outbox().retry(id), Err(Error::NotFound));
    }
    assert_eq!(core.directory().org(org("none")), Ok(None));
    assert_eq!(core.directory().members(org("none")), Ok(vec![]));
    for space in [SpaceId::board(c1()), SpaceId::desk(c1()), SpaceId::personal(MemberId::SERVER)] {
        let no_talk = Error::Invalid { field: "space", reason: "not a discussion" };
        assert_eq!(core.talk().post(space, "x", None), Err(no_talk.clone()));
        assert_eq!(core.talk().open(space), Err(no_talk));
        assert_eq!(core.talk().leave(space), Ok(false), "what was never opened");
    }
    assert_eq!(at.everything(), before);
}

#[test]
fn numbers_at_their_ends_and_wrong_orders_do_no_harm() {
    let mut world = World::park(34);
    let mut sun = sun(&mut world);
    let at = Place::new(sun.core());
    let (least, most) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    let plan = |starts, ends| at.core.activities().plan(c1(), &NewActivity { starts, ends, ..activity("x", "x", "") });
    let backwards = Err(Error::Invalid { field: "ends", reason: "before it begins" });
    assert_eq!(plan(most, least), backwards);
    let for_ever = plan(least, most).unwrap();
    let time = ActivityEdit { time: Some((most, MORNING)), ..ActivityEdit::default() };
    assert_eq!(at.core.activities().edit(for_ever, &time).map(|()| for_ever), backwards);
    at.core.activities().check_in(for_ever).unwrap();
    for due in [least, most] {
        let article = NewArticle { due: Some(due), ..article("x", "x") };
        at.core.feed().publish(c1(), &article).unwrap();
    }
    at.core.activities().call_roll(at.activity, &[]).unwrap();
    for limit in [0, 1, usize::MAX] {
        assert!(at.core.feed().page(None, limit).unwrap().items.len() <= 100);
        assert!(at.core.talk().page(talk(), None, limit).unwrap().messages.len() <= 200);
        assert!(at.core.activities().list(least, limit).unwrap().len() <= 200);
        assert!(at.core.search().find("x", limit).unwrap().len() <= 200);
    }
    sun.sync(&world);
    assert_eq!(sun.core().outbox().items().unwrap(), []);
    assert_eq!(sun.core().activities().attendance(for_ever).unwrap().len(), 1);
}

#[test]
fn a_query_of_anything_finds_what_it_says_or_nothing() {
    let mut world = World::park(35);
    let sun = sun(&mut world);
    let at = Place::new(sun.core());
    let find = |query: &str| at.core.search().find(query, 10);
    for indexed in [false, true] {
        while indexed && at.core.search().index().unwrap() {}
        assert_eq!(find("正文").unwrap().len(), 1);
        for query in
            ["", " ", "\"", "*", "a OR", "NEAR(", "tokens:正文", "\0", "a\0b", "\u{202e}", "😀", "'; --", "-", "^正"]
        {
            let found = find(query).unwrap_or_else(|error| panic!("{query:?}: {error}"));
            assert!(found.len() <= 1, "{query:?}");
        }
        for long in ["a".repeat(257), "正".repeat(350_000)] {
            assert_eq!(find(&long), Err(Error::Invalid { field: "query", reason: "too long" }));
        }
        assert_eq!(find(&"正".repeat(85)).unwrap(), vec![]);
    }
}

#[test]
fn without_a_right_nothing_is_written_and_the_words_are_kept() {
    let mut world = World::park(36);
    let mut sun = sun(&mut world);
    let at = Place::new(sun.core());
    let (published, planned) = (at.article, at.activity);
    sun.sync(&world);
    let mut li = world.phone("1001");
    li.sync(&world);
    let core = li.core();
    // At once, where the phone knows.
    let denied = Err(Error::NotAllowed);
    for org in [c1(), org("B1"), org("B2"), org("none")] {
        assert_eq!(core.feed().publish(org, &article("x", "x")).map(drop), denied);
        assert_eq!(core.activities().plan(org, &activity("x", "x", "")).map(drop), denied);
    }
    assert_eq!(core.feed().edit(published, &ArticleEdit { title: Some("x"), ..ArticleEdit::default() }), denied);
    assert_eq!(core.feed().withdraw(published), denied);
    assert_eq!(core.feed().pin(published, true), denied);
    assert_eq!(core.activities().cancel(planned), denied);
    assert_eq!(core.activities().call_roll(planned, &[(member("1002"), Mark::Present)]), denied);
    assert_eq!(core.outbox().items().unwrap(), []);
    // By the server, where only it can know; what was written is there, with the reason.
    for space in [SpaceId::standing(org("B2")), SpaceId::thread(DocId::from_bytes([3; 16]))] {
        let lost = li.core().talk().post(space, "发错地方了", None).unwrap();
        let kept = li.core().talk().post(SpaceId::standing(org("B1")), "发对地方了", None).unwrap();
        li.sync(&world);
        let core = li.core();
        let items = core.outbox().items().unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].doc, items[0].delivery), (lost, Delivery::Refused(Refusal::NoSpace)));
        assert!(core.search().find("发错地方", 10).unwrap().iter().any(|hit| hit.doc == lost));
        assert!(core.search().find("发对地方", 10).unwrap().iter().any(|hit| hit.doc == kept));
        core.outbox().discard(lost).unwrap();
    }
}

#[test]
fn more_reactions_than_one_change_holds_arrive_all_the_same() {
    let mut world = World::park(37);
    let (mut sun, mut qian) = (sun(&mut world), world.phone("3002"));
    let messages: Vec<_> =
        (0..120).map(|n| sun.core().talk().post(talk(), &format!("第{n}条"), None).unwrap()).collect();
    world.settle(&mut [&mut sun, &mut qian]);
    for message in &messages {
        qian.core().talk().react(*message, Some("👍")).unwrap();
    }
    world.settle(&mut [&mut qian, &mut sun]);
    assert_eq!(qian.core().outbox().items().unwrap(), []);
    let page = sun.core().talk().page(talk(), None, 200).unwrap();
    assert_eq!(page.messages.iter().filter(|message| message.reactions.len() == 1).count(), 120);
}
