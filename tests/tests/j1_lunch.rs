//! J1: lunch in a basement canteen.
#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::count::Count;
use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_tests::world::{MORNING, Phone, World, org};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn publish(editor: &Phone, title: &str, body: &str, must_read: bool) -> DocId {
    let category = if must_read { Category::Circular } else { Category::Information };
    let due = must_read.then_some(MORNING.plus_ms(3 * DAY));
    editor.core().feed().publish(org("C1"), &NewArticle { title, body, category, must_read, due }).unwrap()
}

#[test]
fn lunch_in_a_basement_canteen() {
    let mut world = World::park(1);
    let mut sun = world.phone("3001");
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    sun.sync(&world);
    let circular = publish(&sun, "关于冬季消防安全检查的通知", "各支部请于三日内完成泵阀间自查。", true);
    let topics = ["园区新闻", "技能比武", "志愿服务", "党课安排", "体检通知", "食堂调整", "班车时刻", "读书会"];
    let others = topics.map(|title| publish(&sun, title, &format!("{title}：详见附页，联系电话 8812。"), false));
    world.settle(&mut [&mut sun]);

    // 1. 07:30, online: nine articles arrive, one of them a must-read.
    world.settle(&mut [&mut li, &mut wang]);

    // 2. 12:30, no network (from here on li does not exchange): the feed is there.
    world.clock.advance(5 * HOUR);
    let feed = li.core().feed().page(None, 50).unwrap();
    assert_eq!(feed.items.len(), 9);
    assert_eq!(feed.next, None);
    assert!(feed.items.iter().all(|item| item.org_name == "滨江园区集群党委" && !item.read));
    assert_eq!(feed.items.iter().filter(|item| item.must_read).count(), 1);

    // 3. Acknowledges the circular.
    li.core().feed().acknowledge(circular).unwrap();
    li.core().feed().acknowledge(circular).unwrap();
    li.core().personal().mark_read(circular).unwrap();
    let shown = li.core().feed().article(circular).unwrap().unwrap();
    assert_eq!(shown.item.acknowledged, Some(Delivery::OnDevice));
    assert_eq!(li.core().feed().unread().unwrap(), 8);
    let asked_for_none = li.core().feed().acknowledge(others[0]).unwrap_err();
    assert!(matches!(asked_for_none, Error::Invalid { field: "article", .. }));

    // 4. Comments on an article, edits the comment, reacts, and takes back a second comment.
    let thread = SpaceId::thread(others[3]);
    let comment = li.core().talk().post(thread, "党可几点开始？", None).unwrap();
    li.core().talk().edit(comment, "党课几点开始？泵阀班想一起去。").unwrap();
    li.core().talk().react(comment, Some("👍")).unwrap();
    let second = li.core().talk().post(thread, "发错了，请忽略", None).unwrap();
    li.core().talk().withdraw(second).unwrap();

    // 5. Searches: in the index, and not yet in it.
    while li.core().search().index().unwrap() {}
    let third = li.core().talk().post(thread, "泵阀间已自查", None).unwrap();
    for _ in 0..2 {
        let found = |query: &str| -> Vec<DocId> {
            li.core().search().find(query, 50).unwrap().into_iter().map(|hit| hit.doc).collect()
        };
        assert_eq!(found("泵阀"), [third, comment, circular]);
        assert_eq!(found("党"), [comment, others[3]], "党 in 党课, in text and title");
        assert_eq!(found("8812").len(), 8);
        assert!(found("党可").is_empty(), "the first wording is gone");
        assert!(found("忽略").is_empty());
        while li.core().search().index().unwrap() {}
    }

    // 6. Killed and restarted: all of it is still there.
    li.restart();
    let page = li.core().talk().page(thread, None, 50).unwrap();
    let texts: Vec<_> = page.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(texts, ["党课几点开始？泵阀班想一起去。", "泵阀间已自查"]);
    assert!(page.messages.iter().all(|message| message.delivery == Delivery::OnDevice && !message.edited));
    assert_eq!(li.core().feed().article(circular).unwrap().unwrap().item.acknowledged, Some(Delivery::OnDevice));

    // 7. 18:00, network again: one of everything at the server.
    world.clock.advance(5 * HOUR + HOUR / 2);
    world.settle(&mut [&mut li]);
    assert!(li.core().outbox().items().unwrap().is_empty());
    assert_eq!(li.core().feed().article(circular).unwrap().unwrap().item.acknowledged, Some(Delivery::AtServer));
    wang.core().talk().open(thread).unwrap();
    world.settle(&mut [&mut wang, &mut sun]);
    let page = wang.core().talk().page(thread, None, 50).unwrap();
    let texts: Vec<_> = page.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(texts, ["党课几点开始？泵阀班想一起去。", "泵阀间已自查"]);
    assert_eq!(page.messages[0].author_name, "李敏");
    assert_eq!(page.messages[0].reactions.len(), 1);
    assert_eq!(page.messages[0].reactions[0].emoji, "👍");
    // The withdrawn comment never left, nor did the first wording: no file of the other phone knows them.
    for canary in ["发错了", "党可几点"] {
        assert!(!holds(&wang, canary), "{canary}");
    }
    // The circular counts one more, with the time of the act and the time of its reception.
    // Above the branch one person is no number.
    let counted = |phone: &Phone| phone.core().feed().article(circular).unwrap().unwrap().acknowledgements;
    assert_eq!((counted(&wang), counted(&sun)), (Count::Exactly(1), Count::Few));
    let database = rusqlite::Connection::open(sun.home().join("hongqi.db")).unwrap();
    let (at, received_at): (i64, i64) = database
        .query_row("SELECT at, received_at FROM acknowledgement", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(at, MORNING.plus_ms(5 * HOUR).0);
    assert_eq!(received_at, MORNING.plus_ms(10 * HOUR + HOUR / 2).0);

    // 8. No table holds reading time: nothing about reading but the member's own mark, which no other phone has.
    let database = rusqlite::Connection::open(wang.home().join("hongqi.db")).unwrap();
    let marks: i64 = database.query_row("SELECT count(*) FROM read_mark", [], |row| row.get(0)).unwrap();
    assert_eq!(marks, 0);
}

/// Whether any file of the phone contains these bytes.
fn holds(phone: &Phone, canary: &str) -> bool {
    std::fs::read_dir(phone.home()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
    })
}
