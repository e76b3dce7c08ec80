//! The feed: what is due, who has not acknowledged, what an article said before.

use hongqi_core::Error;
use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::count::Count;
use hongqi_core::feed::{ArticleEdit, Category, DueEdit, NewArticle, Outstanding};
use hongqi_core::ids::DocId;
use hongqi_core::role::Role;
use hongqi_tests::world::{MORNING, Phone, World, org};

use super::{DAY, HOUR, phones, publish, settle, waiting};

fn circular(world: &World, phone: &Phone, title: &str, due: Option<Timestamp>) -> DocId {
    world.clock.advance(1000);
    let article = NewArticle { title, body: "请阅读。", category: Category::Circular, must_read: true, due };
    phone.core().feed().publish(org("C1"), &article).unwrap()
}

fn due(phone: &Phone) -> Vec<(String, bool, usize)> {
    let reminders = phone.core().feed().reminders().unwrap();
    reminders.into_iter().map(|one| (one.item.title, one.overdue, one.remind_at.len())).collect()
}

#[test]
fn what_is_due_comes_first_and_is_done_when_said() {
    let mut world = World::park(60);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let now = world.clock.now();
    let later = circular(&world, &sun, "三天后", Some(now.plus_ms(3 * DAY)));
    circular(&world, &sun, "不限期", None);
    let soon = circular(&world, &sun, "今晚", Some(now.plus_ms(3 * HOUR)));
    publish(&world, &sun, "C1", "新闻", false);
    settle(&mut world, [&mut sun, &mut li]);
    let row = |title: &str, overdue, moments| (title.to_owned(), overdue, moments);
    assert_eq!(due(&li), [row("今晚", false, 2), row("三天后", false, 3), row("不限期", false, 0)]);
    assert_eq!(due(&sun), [], "who wrote it need not be told");

    world.clock.advance(4 * HOUR);
    assert_eq!(due(&li), [row("今晚", true, 0), row("三天后", false, 3), row("不限期", false, 0)]);
    li.core().feed().acknowledge(soon).unwrap();
    assert_eq!(due(&li), [row("三天后", false, 3), row("不限期", false, 0)], "at once, with no network");
    sun.core().feed().withdraw(later).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    assert_eq!(due(&li), [row("不限期", false, 0)]);
}

#[test]
fn a_date_is_moved_and_taken_away_and_the_alarms_go_with_it() {
    let mut world = World::park(66);
    let [mut sun, mut sun2, mut li] = phones(&mut world, ["3001", "3001", "1001"]);
    let at = world.clock.now().plus_ms(3 * DAY);
    let article = circular(&world, &sun, "三天后", Some(at));
    let change = |phone: &Phone, due| {
        phone.core().feed().edit(article, &ArticleEdit { due: Some(due), ..ArticleEdit::default() }).unwrap();
    };
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    assert_eq!(due(&li), [("三天后".to_owned(), false, 3)]);
    world.clock.advance(4 * DAY);
    assert_eq!(due(&li), [("三天后".to_owned(), true, 0)]);

    change(&sun, DueEdit::Removed);
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    let item = |phone: &Phone| phone.core().feed().article(article).unwrap().unwrap().item;
    assert_eq!((item(&li).due, item(&li).edited), (None, true));
    assert_eq!(
        due(&li),
        [("三天后".to_owned(), false, 0)],
        "still to be acknowledged, and nobody is reminded of a date"
    );
    let was = li.core().feed().revisions(article).unwrap().iter().map(|one| one.due).collect::<Vec<_>>();
    assert_eq!(was, [None, Some(at)], "the correction is there to be read");
    change(&sun, DueEdit::Removed);
    assert_eq!(waiting(&sun), 0, "taking away what is not there changes nothing");

    // One moves it where the other takes it away: both read the same.
    let next = world.clock.now().plus_ms(2 * DAY);
    change(&sun, DueEdit::By(next));
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    assert_eq!(due(&li), [("三天后".to_owned(), false, 3)]);
    change(&sun, DueEdit::By(next.plus_ms(DAY)));
    change(&sun2, DueEdit::Removed);
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    assert_eq!((item(&sun).due, item(&sun2).due), (item(&li).due, item(&li).due));
    assert!([None, Some(next.plus_ms(DAY))].contains(&item(&li).due));
}

#[test]
fn what_was_never_due_is_not_edited_by_taking_its_date_away() {
    let mut world = World::park(67);
    let [mut sun] = phones(&mut world, ["3001"]);
    let article = publish(&world, &sun, "C1", "不限期", true);
    settle(&mut world, [&mut sun]);
    let edit = ArticleEdit { due: Some(DueEdit::Removed), ..ArticleEdit::default() };
    sun.core().feed().edit(article, &edit).unwrap();
    let item = sun.core().feed().article(article).unwrap().unwrap().item;
    assert_eq!((waiting(&sun), item.edited), (0, false));
}

#[test]
fn an_alarm_is_set_by_the_phones_own_clock() {
    let mut world = World::park(61);
    let [mut sun] = phones(&mut world, ["3001"]);
    let slow = 2 * HOUR;
    let mut li = world.phone_with_skew("1001", -slow);
    li.sync(&world);
    let at = world.clock.now().plus_ms(DAY * 2);
    circular(&world, &sun, "两天后", Some(at));
    settle(&mut world, [&mut sun, &mut li]);
    let reminders = li.core().feed().reminders().unwrap();
    let expected = [24, 2, 0].map(|before| at.plus_ms(-before * HOUR - slow));
    assert_eq!(reminders[0].remind_at, expected, "the alarm rings when it is time, whatever the phone shows");
}

fn names(outstanding: &Outstanding) -> Vec<(String, u64, usize)> {
    let branches = outstanding.branches.iter();
    branches.map(|branch| (branch.org.number.clone(), branch.acknowledged, branch.members.len())).collect()
}

#[test]
fn names_stay_in_the_branch_and_numbers_go_up() {
    let mut world = World::park(62);
    // The cluster's secretary, the secretary of B1 and one of its members.
    let [mut sun, mut wang, mut li] = phones(&mut world, ["3001", "1002", "1001"]);
    let article = circular(&world, &sun, "通知", None);
    let news = publish(&world, &sun, "C1", "新闻", false);
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    li.core().feed().acknowledge(article).unwrap();
    settle(&mut world, [&mut li, &mut sun, &mut wang]);
    let shown = |phone: &Phone| phone.core().feed().outstanding(article).unwrap();

    let all = wang.core().directory().members(org("B1")).unwrap().len();
    let branch = shown(&wang);
    assert_eq!(names(&branch), [("B1".to_owned(), 1, all - 1)]);
    assert!(branch.branches[0].members.iter().all(|member| member.number != "1001"));
    assert_eq!(branch.orgs, [], "no numbers of others for who reads the desk through the filter");

    let above = shown(&sun);
    assert!(above.branches.iter().all(|branch| branch.org.number != "B1"), "no names above the branch");
    let b1 = above.orgs.iter().find(|one| one.org == org("B1")).unwrap();
    assert_eq!(b1.acknowledged, Count::Few, "one person is no number");

    assert_eq!(shown(&li), Outstanding { branches: vec![], orgs: vec![] }, "a member learns nothing of others");
    let not_asked = sun.core().feed().outstanding(news);
    assert!(matches!(not_asked, Err(Error::Invalid { field: "article", .. })));
    assert_eq!(sun.core().feed().outstanding(DocId::from_bytes([7; 16])), Err(Error::NotFound));
}

#[test]
fn of_a_branchs_own_article_the_branch_is_asked_and_knows_every_number() {
    let mut world = World::park(64);
    let [mut wang, mut li] = phones(&mut world, ["1002", "1001"]);
    let article = publish(&world, &wang, "B1", "停水通知", true);
    settle(&mut world, [&mut wang, &mut li]);
    let known = |phone: &Phone| phone.core().feed().article(article).unwrap().unwrap().acknowledgements;
    assert_eq!(wang.core().directory().members(org("C1")).unwrap().len(), 2, "who is above the branch is known there");
    assert_eq!(known(&wang), Count::Exactly(0));
    li.core().feed().acknowledge(article).unwrap();
    settle(&mut world, [&mut li, &mut wang]);
    let shown = wang.core().feed().outstanding(article).unwrap();
    assert_eq!((known(&wang), names(&shown)), (Count::Exactly(1), vec![("B1".to_owned(), 1, 3)]));
    assert_eq!(shown.orgs, [], "who is above the branch is not asked");
}

#[test]
fn of_how_many_is_told_where_the_branchs_board_is_here() {
    let mut world = World::park(65);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    // Li is of the branch, and organises for the cluster: reads its desk whole, and names there only at home.
    world.server.grant("1001", "C1", Role::Organiser, None).unwrap();
    let article = circular(&world, &sun, "通知", None);
    settle(&mut world, [&mut sun, &mut li]);
    let orgs = |phone: &Phone| {
        let shown = phone.core().feed().outstanding(article).unwrap();
        shown.orgs.iter().map(|one| (one.org, one.acknowledged, one.members)).collect::<Vec<_>>()
    };
    assert_eq!(orgs(&sun), [], "nobody has said so, and no branch's board is here");
    assert_eq!(orgs(&li), [(org("B1"), Count::Few, Some(Count::Few))], "four members are no number either");
}

#[test]
fn a_reader_sees_what_was_corrected() {
    let mut world = World::park(63);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let article = publish(&world, &sun, "C1", "初稿", false);
    let feed = |phone: &Phone| phone.core().feed().revisions(article);
    sun.core().feed().edit(article, &ArticleEdit { title: Some("通知"), ..ArticleEdit::default() }).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    assert_eq!(feed(&li).unwrap().len(), 1, "a wording that never left is none");
    let first = feed(&li).unwrap()[0].written_at;

    world.clock.advance(HOUR);
    let edit =
        |title, body| sun.core().feed().edit(article, &ArticleEdit { title, body, ..ArticleEdit::default() }).unwrap();
    edit(Some("通知（更正）"), Some("第一段改。\n第二段。"));
    world.clock.advance(HOUR);
    sun.core().feed().pin(article, true).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    let revisions = feed(&li).unwrap();
    let titles: Vec<_> = revisions.iter().map(|one| (&one.title[..], &one.body[..])).collect();
    assert_eq!(titles, [("通知（更正）", "第一段改。\n第二段。"), ("通知", "第一段。\n第二段。")]);
    assert_eq!(revisions[1].written_at, first);
    assert!(revisions[0].written_at >= first.plus_ms(HOUR) && revisions[0].written_at < first.plus_ms(2 * HOUR));
    assert_eq!(feed(&sun).unwrap(), revisions);

    // Another category and another date are corrections too, and show in the feed.
    let due = Some(MORNING.plus_ms(48 * HOUR));
    let moved =
        ArticleEdit { category: Some(Category::Information), due: due.map(DueEdit::By), ..ArticleEdit::default() };
    sun.core().feed().edit(article, &moved).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    let sorts: Vec<_> = feed(&li).unwrap().iter().map(|one| (one.category, one.due)).collect();
    assert_eq!(sorts, [(Category::Information, due), (Category::Circular, None), (Category::Circular, None)]);
    let item = li.core().feed().article(article).unwrap().unwrap().item;
    assert_eq!((item.category, item.due, item.edited), (Category::Information, due, true));

    sun.core().feed().withdraw(article).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    assert_eq!(feed(&li), Err(Error::NotFound), "what was withdrawn is not to be read");
}
