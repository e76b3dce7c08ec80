//! Articles that are being written.

use hongqi_core::Error;
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{ArticleEdit, Category, DraftArticle, DueEdit};
use hongqi_core::ids::DocId;
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;
use hongqi_tests::world::{Phone, World, org};

use super::{phones, publish, settle, waiting};

fn circular() -> DraftArticle {
    let due = Some(Timestamp(1_800_000_000_000));
    DraftArticle { org: org("C1"), category: Category::Circular, must_read: true, due, corrects: None }
}

fn drafts(phone: &Phone) -> Vec<(String, String, Option<DraftArticle>)> {
    let drafts = phone.core().personal().drafts().unwrap();
    drafts.into_iter().map(|draft| (draft.title, draft.text, draft.article)).collect()
}

#[test]
fn an_article_is_kept_while_it_is_written_on_both_phones_and_published_once() {
    let mut world = World::park(95);
    let [mut sun, mut sun2] = phones(&mut world, ["3001", "3001"]);
    let begun =
        DraftArticle { org: org("B1"), category: Category::Information, must_read: false, due: None, corrects: None };
    let draft = sun.core().feed().keep_draft(None, "", "", &begun).unwrap();
    assert_eq!(sun.core().feed().publish_draft(draft).unwrap_err(), Error::Invalid { field: "title", reason: "empty" });
    assert_eq!(drafts(&sun), [(String::new(), String::new(), Some(begun))]);
    assert_eq!(sun.core().feed().keep_draft(Some(draft), "安全自查", "请自查。", &circular()).unwrap(), draft);
    sun.restart();
    settle(&mut world, [&mut sun, &mut sun2]);
    let kept = ("安全自查".to_owned(), "请自查。".to_owned(), Some(circular()));
    assert_eq!((drafts(&sun), drafts(&sun2)), (vec![kept.clone()], vec![kept.clone()]));
    // What is the same leaves no trace.
    sun.core().feed().keep_draft(Some(draft), "安全自查", "请自查。", &circular()).unwrap();
    assert_eq!(waiting(&sun), 0);
    // A date that was set can be taken away again.
    let sometime = DraftArticle { due: None, ..circular() };
    sun2.core().feed().keep_draft(Some(draft), "安全自查", "请自查。", &sometime).unwrap();
    assert_eq!(drafts(&sun2)[0].2, Some(sometime));
    sun2.core().feed().keep_draft(Some(draft), "安全自查", "请自查。", &circular()).unwrap();

    let article = sun2.core().feed().publish_draft(draft).unwrap();
    assert!(drafts(&sun2).is_empty());
    settle(&mut world, [&mut sun2, &mut sun]);
    assert!(drafts(&sun).is_empty());
    let shown = sun.core().feed().article(article).unwrap().unwrap();
    assert_eq!((&shown.item.title[..], &shown.body[..], shown.item.org), ("安全自查", "请自查。", org("C1")));
    assert_eq!((shown.item.category, shown.item.must_read, shown.item.due), (Category::Circular, true, circular().due));
    for phone in [&sun, &sun2] {
        assert_eq!(phone.core().feed().publish_draft(draft).unwrap_err(), Error::NotFound);
        assert_eq!(phone.core().feed().keep_draft(Some(draft), "", "", &circular()).unwrap_err(), Error::NotFound);
    }
    assert_eq!(sun.core().feed().page(None, 100).unwrap().items.len(), 1);
}

#[test]
fn a_correction_is_kept_too_and_changes_its_article_only_when_it_is_published() {
    let mut world = World::park(96);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let article = publish(&world, &sun, "C1", "停水", true);
    settle(&mut world, [&mut sun, &mut li]);
    let form = DraftArticle { due: None, corrects: Some(article), ..circular() };
    let draft = sun.core().feed().keep_draft(None, "停水通知", "周五停水。", &form).unwrap();
    // What it corrects was said when it was begun.
    let other =
        DraftArticle { corrects: Some(DocId::from_bytes([7; 16])), category: Category::ZoneNews, ..form.clone() };
    sun.core().feed().keep_draft(Some(draft), "停水通知", "周五停水。", &other).unwrap();
    assert_eq!(drafts(&sun)[0].2, Some(DraftArticle { category: Category::ZoneNews, ..form }));
    assert_eq!(sun.core().feed().article(article).unwrap().unwrap().item.title, "停水");
    // It says all that the article is to be: a date that it does not have goes.
    let due = circular().due.map(DueEdit::By);
    sun.core().feed().edit(article, &ArticleEdit { due, ..ArticleEdit::default() }).unwrap();
    assert_eq!(sun.core().feed().publish_draft(draft).unwrap(), article);
    settle(&mut world, [&mut sun, &mut li]);
    let shown = li.core().feed().article(article).unwrap().unwrap();
    assert_eq!((&shown.item.title[..], &shown.body[..]), ("停水通知", "周五停水。"));
    assert_eq!((shown.item.category, shown.item.must_read, shown.item.due), (Category::ZoneNews, true, None));
    assert_eq!((li.core().feed().page(None, 100).unwrap().items.len(), drafts(&sun).len()), (1, 0));

    // Of one that was withdrawn meanwhile nothing is corrected, and what was written stays.
    let form = DraftArticle { corrects: Some(article), ..circular() };
    let late = sun.core().feed().keep_draft(None, "停水", "不停了。", &form).unwrap();
    sun.core().feed().withdraw(article).unwrap();
    assert_eq!(sun.core().feed().publish_draft(late).unwrap_err(), Error::NotFound);
    assert_eq!(drafts(&sun), [("停水".to_owned(), "不停了。".to_owned(), Some(form))]);
}

#[test]
fn who_may_not_publish_keeps_the_draft_and_what_the_server_refused_becomes_one_again() {
    let mut world = World::park(97);
    let [mut sun, li] = phones(&mut world, ["3001", "1001"]);
    let mine = li.core().feed().keep_draft(None, "心得", "……", &circular()).unwrap();
    assert_eq!(li.core().feed().publish_draft(mine).unwrap_err(), Error::NotAllowed);
    let plain = li.core().personal().new_draft("心得", "……", None).unwrap();
    let none = Error::Invalid { field: "draft", reason: "not an article" };
    assert_eq!(li.core().feed().publish_draft(plain).unwrap_err(), none);
    assert_eq!(drafts(&li).iter().filter(|draft| draft.2.is_some()).count(), 1);

    let old = publish(&world, &sun, "C1", "停水", false);
    settle(&mut world, [&mut sun]);
    let draft = sun.core().feed().keep_draft(None, "安全自查", "请自查。", &circular()).unwrap();
    let new = sun.core().feed().publish_draft(draft).unwrap();
    sun.core().feed().edit(old, &ArticleEdit { body: Some("周五停水。"), ..ArticleEdit::default() }).unwrap();
    for role in [Role::Editor, Role::Secretary] {
        world.server.revoke("3001", "C1", role).unwrap();
    }
    settle(&mut world, [&mut sun]);
    let outbox = sun.core().outbox();
    assert!(outbox.items().unwrap().iter().all(|item| item.delivery == Delivery::Refused(Refusal::NotAllowed)));
    let again = outbox.refused(new).unwrap();
    assert_eq!((&again.title[..], &again.text[..], again.article), ("安全自查", "请自查。", Some(circular())));
    let correction = outbox.refused(old).unwrap();
    assert_eq!((&correction.text[..], correction.article.unwrap().corrects), ("周五停水。", Some(old)));
}
