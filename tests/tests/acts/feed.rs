//! The feed.

use hongqi_core::Error;
use hongqi_core::count::Count;
use hongqi_core::feed::{ArticleEdit, Category, FeedPage, NewArticle};
use hongqi_core::ids::DocId;
use hongqi_core::outbox::Delivery;
use hongqi_tests::world::{Phone, World, org};

use super::{phones, publish, settle, waiting};

fn titles(phone: &Phone) -> Vec<String> {
    phone.core().feed().page(None, 100).unwrap().items.into_iter().map(|item| item.title).collect()
}

#[test]
fn the_feed_of_one_category_is_paged_as_all_of_it_is() {
    let mut world = World::park(93);
    let [sun] = phones(&mut world, ["3001"]);
    let feed = sun.core().feed();
    let publish = |title: &str, category| {
        world.clock.advance(1_000);
        let article = NewArticle { title, body: "正文", category, must_read: false, due: None };
        feed.publish(org("C1"), &article).unwrap()
    };
    let mut news: Vec<_> = (0..5)
        .map(|number| {
            publish(&format!("通知{number}"), Category::Circular);
            publish(&format!("动态{number}"), Category::ZoneNews)
        })
        .collect();
    news.reverse();
    let ids = |page: &FeedPage| page.items.iter().map(|item| item.id).collect::<Vec<_>>();
    let first = feed.page_of(Some(Category::ZoneNews), None, 2).unwrap();
    let rest = feed.page_of(Some(Category::ZoneNews), first.next, 3).unwrap();
    assert_eq!((ids(&first), ids(&rest), rest.next), (news[..2].to_vec(), news[2..].to_vec(), None));
    assert!(feed.page_of(Some(Category::Information), None, 9).unwrap().items.is_empty());
    assert_eq!(feed.page_of(None, None, 99).unwrap(), feed.page(None, 99).unwrap());

    // Corrected, it is in the other list.
    let moved = ArticleEdit { category: Some(Category::Information), ..ArticleEdit::default() };
    feed.edit(news[0], &moved).unwrap();
    assert_eq!(ids(&feed.page_of(Some(Category::Information), None, 9).unwrap()), [news[0]]);
    assert_eq!(ids(&feed.page_of(Some(Category::ZoneNews), None, 9).unwrap()), news[1..]);
}

#[test]
fn the_feed_is_what_the_own_and_all_superior_organisations_say() {
    let mut world = World::park(40);
    let [mut sun, mut wang, mut chen, mut li] = phones(&mut world, ["3001", "1002", "2001", "1001"]);
    publish(&world, &sun, "C1", "园区", false);
    publish(&world, &wang, "B1", "一支部", false);
    publish(&world, &chen, "B2", "二支部", false);
    settle(&mut world, [&mut sun, &mut wang, &mut chen, &mut li]);
    assert_eq!(titles(&li), ["一支部", "园区"]);
    assert_eq!(titles(&chen), ["二支部", "园区"]);
    assert_eq!(titles(&sun), ["园区"]);
}

#[test]
fn pages_go_on_where_they_were_while_articles_come_go_and_are_pinned() {
    let mut world = World::park(41);
    let [sun] = phones(&mut world, ["3001"]);
    let ids: Vec<DocId> = (0..6).map(|number| publish(&world, &sun, "C1", &number.to_string(), false)).collect();
    let feed = sun.core().feed();
    feed.pin(ids[1], true).unwrap();
    feed.pin(ids[3], true).unwrap();
    assert_eq!(titles(&sun), ["3", "1", "5", "4", "2", "0"]);
    let names = |page: &FeedPage| -> Vec<String> { page.items.iter().map(|item| item.title.clone()).collect() };

    // The row at the cursor is unpinned and so is one below; a new one arrives on top.
    let first = feed.page(None, 1).unwrap();
    feed.pin(ids[3], false).unwrap();
    feed.pin(ids[1], false).unwrap();
    publish(&world, &sun, "C1", "6", false);
    let rest = feed.page(first.next, 10).unwrap();
    assert_eq!(names(&rest), ["6", "5", "4", "3", "2", "1", "0"], "none is missed; who moved shows once more");

    // The row at the cursor goes without a trace.
    let first = feed.page(None, 3).unwrap();
    assert_eq!(names(&first), ["6", "5", "4"]);
    feed.withdraw(ids[4]).unwrap();
    feed.edit(ids[3], &ArticleEdit { title: Some("3 新"), ..ArticleEdit::default() }).unwrap();
    let second = feed.page(first.next, 2).unwrap();
    assert_eq!(names(&second), ["3 新", "2"]);
    let last = feed.page(second.next, 2).unwrap();
    assert_eq!((names(&last), last.next), (vec!["1".to_owned(), "0".to_owned()], None));
    assert_eq!(feed.page(None, 0).unwrap().items.len(), 1);
    assert_eq!(feed.page(None, usize::MAX).unwrap().items.len(), 6);
}

#[test]
fn an_acknowledgement_counts_once_a_member_and_is_one_for_both_phones() {
    let mut world = World::park(42);
    let [mut sun, mut li, mut li2, mut mo] = phones(&mut world, ["3001", "1001", "1001", "1004"]);
    let circular = publish(&world, &sun, "C1", "通知", true);
    let news = publish(&world, &sun, "C1", "新闻", false);
    settle(&mut world, [&mut sun, &mut li, &mut li2, &mut mo]);
    let shown = |phone: &Phone| phone.core().feed().article(circular).unwrap().unwrap();
    assert_eq!((shown(&li).item.acknowledged, shown(&li).item.read), (None, false));
    assert!(matches!(li.core().feed().acknowledge(news), Err(Error::Invalid { field: "article", .. })));

    li.core().feed().acknowledge(circular).unwrap();
    li.core().feed().acknowledge(circular).unwrap();
    li2.core().feed().acknowledge(circular).unwrap();
    mo.core().feed().acknowledge(circular).unwrap();
    assert_eq!((waiting(&li), shown(&li).item.acknowledged), (1, Some(Delivery::OnDevice)));
    assert!(shown(&li).item.read, "who says to have read it has read it");
    assert_eq!(li.core().feed().unread().unwrap(), 1);
    settle(&mut world, [&mut li, &mut li2, &mut mo, &mut sun]);
    assert_eq!(shown(&sun).acknowledgements, Count::Few, "two people are no number above their branch");
    for phone in [&li, &li2] {
        assert_eq!((waiting(phone), shown(phone).item.acknowledged), (0, Some(Delivery::AtServer)));
        assert_eq!(shown(phone).acknowledgements, Count::Exactly(1), "a member knows of the own one only");
        assert_eq!(phone.core().feed().unread().unwrap(), 1);
    }
    let listed = li.core().feed().page(None, 10).unwrap().items;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[1], shown(&li).item, "the same in the feed and alone");
}

#[test]
fn unread_is_what_others_published_and_nobody_opened_on_either_phone() {
    let mut world = World::park(43);
    let [mut sun, mut sun2, mut li, mut li2] = phones(&mut world, ["3001", "3001", "1001", "1001"]);
    let ids: Vec<DocId> = (0..3).map(|number| publish(&world, &sun, "C1", &number.to_string(), false)).collect();
    settle(&mut world, [&mut sun, &mut sun2, &mut li, &mut li2]);
    let unread = |phone: &Phone| phone.core().feed().unread().unwrap();
    assert_eq!((unread(&sun), unread(&sun2)), (0, 0), "the own ones need no reading");
    assert_eq!((unread(&li), unread(&li2)), (3, 3));
    li.core().personal().mark_read(ids[0]).unwrap();
    li.core().personal().mark_read(ids[0]).unwrap();
    assert_eq!(waiting(&li), 1);
    li2.core().personal().mark_read(ids[1]).unwrap();
    sun.core().feed().withdraw(ids[2]).unwrap();
    settle(&mut world, [&mut sun, &mut li, &mut li2]);
    assert_eq!((unread(&li), unread(&li2)), (0, 0));
    assert!(li.core().feed().page(None, 9).unwrap().items.iter().all(|item| item.read));
}

#[test]
fn what_two_editors_write_apart_merges() {
    let mut world = World::park(44);
    let [mut sun, mut sun2, mut li] = phones(&mut world, ["3001", "3001", "1001"]);
    let article = publish(&world, &sun, "C1", "通知", false);
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    let edit = |phone: &Phone, title, body| {
        phone.core().feed().edit(article, &ArticleEdit { title, body: Some(body), ..ArticleEdit::default() }).unwrap();
    };
    edit(&sun, Some("通知甲"), "序。\n第一段。\n第二段。");
    edit(&sun2, Some("通知乙"), "第一段。\n第二段。\n附注。");
    settle(&mut world, [&mut sun, &mut sun2, &mut li]);
    let shown = |phone: &Phone| phone.core().feed().article(article).unwrap().unwrap();
    assert_eq!(shown(&li).body, "序。\n第一段。\n第二段。\n附注。");
    assert!(shown(&li).item.edited && ["通知甲", "通知乙"].contains(&&shown(&li).item.title[..]));
    for phone in [&sun, &sun2] {
        assert_eq!((shown(phone).body, shown(phone).item.title), (shown(&li).body, shown(&li).item.title));
    }
}

#[test]
fn what_nobody_saw_leaves_no_trace() {
    let mut world = World::park(45);
    let [mut sun] = phones(&mut world, ["3001"]);
    let article = publish(&world, &sun, "C1", "草稿", false);
    let feed = sun.core().feed();
    feed.edit(article, &ArticleEdit { title: Some("通知"), ..ArticleEdit::default() }).unwrap();
    let shown = || sun.core().feed().article(article).unwrap().unwrap().item;
    assert!(!shown().edited && shown().title == "通知");
    let taken_back = publish(&world, &sun, "C1", "发错", false);
    assert_eq!(waiting(&sun), 2);
    feed.withdraw(taken_back).unwrap();
    assert_eq!(waiting(&sun), 1, "it never leaves");
    assert_eq!(feed.withdraw(taken_back), Err(Error::NotFound));
    settle(&mut world, [&mut sun]);
    // Edits that change nothing are none.
    let feed = sun.core().feed();
    feed.edit(
        article,
        &ArticleEdit { title: Some("通知"), body: Some("第一段。\n第二段。"), ..ArticleEdit::default() },
    )
    .unwrap();
    feed.edit(article, &ArticleEdit::default()).unwrap();
    feed.pin(article, false).unwrap();
    assert_eq!(waiting(&sun), 0);
    assert!(!sun.core().feed().article(article).unwrap().unwrap().item.edited);
}

#[test]
fn a_withdrawn_article_is_gone_for_everybody() {
    let mut world = World::park(46);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let article = publish(&world, &sun, "C1", "通知", true);
    settle(&mut world, [&mut sun, &mut li]);
    li.core().personal().bookmark(article, true).unwrap();
    assert!(li.core().feed().article(article).unwrap().unwrap().item.bookmarked);
    assert_eq!(li.core().feed().withdraw(article), Err(Error::NotAllowed));
    sun.core().feed().withdraw(article).unwrap();
    sun.core().feed().withdraw(article).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    for phone in [&sun, &li] {
        assert!(titles(phone).is_empty());
        assert_eq!(phone.core().feed().article(article).unwrap(), None);
        assert_eq!(phone.core().feed().acknowledge(article), Err(Error::NotFound));
    }
    assert_eq!(li.core().feed().unread().unwrap(), 0);
    assert_eq!(sun.core().feed().pin(article, true), Err(Error::NotFound));
    assert_eq!(sun.core().feed().edit(article, &ArticleEdit::default()), Err(Error::NotFound));
    assert_eq!(li.core().personal().bookmarks().unwrap(), [article], "the member put it there and takes it away");
}
