//! What only the member's own phones see.

use hongqi_core::Error;
use hongqi_core::ids::DocId;
use hongqi_tests::world::{Phone, World};

use super::{bodies, phones, post, publish, settle, talk, waiting};

fn drafts(phone: &Phone) -> Vec<(String, String)> {
    phone.core().personal().drafts().unwrap().into_iter().map(|draft| (draft.title, draft.text)).collect()
}

#[test]
fn both_phones_of_a_member_have_the_same_personal_things() {
    let mut world = World::park(80);
    let [mut sun, mut wang, mut li] = phones(&mut world, ["3001", "1002", "1001"]);
    let article = publish(&world, &sun, "C1", "通知", false);
    let message = post(&world, &wang, "晚上开会");
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    li.core().personal().mark_read(article).unwrap();
    li.core().personal().mark_talk_read(message).unwrap();
    li.core().personal().bookmark(article, true).unwrap();
    li.core().personal().mute(talk(), true).unwrap();
    li.core().personal().new_draft("心得", "第一稿", Some(talk())).unwrap();
    settle(&mut world, [&mut li]);

    // One way: a phone that is enrolled afterwards.
    let mut li2 = world.phone("1001");
    settle(&mut world, [&mut li2]);
    let all = |phone: &Phone| {
        let personal = phone.core().personal();
        let list = phone.core().talk().list().unwrap();
        let marks = (phone.core().feed().unread().unwrap(), list[0].unread, list[0].muted);
        (personal.bookmarks().unwrap(), personal.drafts().unwrap(), marks)
    };
    assert_eq!(all(&li2), all(&li));
    assert_eq!((all(&li2).0, all(&li2).2), (vec![article], (0, 0, true)));
    // And the other.
    li2.core().personal().bookmark(article, false).unwrap();
    li2.core().personal().mute(talk(), false).unwrap();
    let draft = all(&li2).1[0].id;
    li2.core().personal().discard_draft(draft).unwrap();
    settle(&mut world, [&mut li2, &mut li]);
    assert_eq!(all(&li), (vec![], vec![], (0, 0, false)));
    // Muted or not, it counts: muting takes away the notice, not the message.
    li.core().personal().mute(talk(), true).unwrap();
    post(&world, &wang, "改到八点");
    settle(&mut world, [&mut wang, &mut li]);
    let list = li.core().talk().list().unwrap();
    assert_eq!((list[0].unread, list[0].muted, bodies(&[list[0].last.clone().unwrap()])), (1, true, vec!["改到八点"]));
    // Nobody else knows.
    settle(&mut world, [&mut wang]);
    assert!(wang.core().personal().bookmarks().unwrap().is_empty());
    assert!(!wang.core().talk().list().unwrap()[0].muted);
}

#[test]
fn a_draft_that_both_phones_edit_apart_merges() {
    let mut world = World::park(81);
    let [mut li, mut li2] = phones(&mut world, ["1001", "1001"]);
    let draft = li.core().personal().new_draft("", "泵房要检修。", None).unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    li.core().personal().edit_draft(draft, "二号泵房要检修。").unwrap();
    li.core().personal().rename_draft(draft, "请示").unwrap();
    li2.core().personal().edit_draft(draft, "泵房要检修。请派人。").unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    settle(&mut world, [&mut li, &mut li2]);
    for phone in [&li, &li2] {
        assert_eq!(drafts(phone), [("请示".to_owned(), "二号泵房要检修。请派人。".to_owned())]);
    }
}

#[test]
fn drafts_are_in_one_order_on_both_phones_the_last_changed_first() {
    let mut world = World::park(82);
    let [mut li, mut li2] = phones(&mut world, ["1001", "1001"]);
    let ids: Vec<DocId> = ["一", "二", "三"]
        .into_iter()
        .map(|text| {
            world.clock.advance(1000);
            li.core().personal().new_draft("", text, None).unwrap()
        })
        .collect();
    let texts = |phone: &Phone| drafts(phone).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(texts(&li), ["三", "二", "一"]);
    world.clock.advance(1000);
    li.core().personal().edit_draft(ids[0], "一改").unwrap();
    assert_eq!(texts(&li), ["一改", "三", "二"]);
    settle(&mut world, [&mut li, &mut li2]);
    assert_eq!(texts(&li2), ["一改", "三", "二"]);
    world.clock.advance(1000);
    li2.core().personal().edit_draft(ids[1], "二改").unwrap();
    settle(&mut world, [&mut li2, &mut li]);
    assert_eq!((texts(&li), texts(&li2)), (texts(&li2), vec!["二改".into(), "一改".into(), "三".into()]));
}

#[test]
fn a_draft_that_was_thrown_away_takes_no_more_text() {
    let mut world = World::park(83);
    let [mut li] = phones(&mut world, ["1001"]);
    let unsent = li.core().personal().new_draft("", "甲", None).unwrap();
    li.core().personal().discard_draft(unsent).unwrap();
    assert_eq!(waiting(&li), 0);
    let sent = li.core().personal().new_draft("", "乙", None).unwrap();
    settle(&mut world, [&mut li]);
    li.core().personal().discard_draft(sent).unwrap();
    for draft in [unsent, sent, DocId::from_bytes([7; 16])] {
        assert_eq!(li.core().personal().edit_draft(draft, "丙"), Err(Error::NotFound));
        assert_eq!(li.core().personal().rename_draft(draft, "丙"), Err(Error::NotFound));
        assert_eq!(li.core().personal().discard_draft(draft), Err(Error::NotFound));
    }
    assert!(drafts(&li).is_empty());
}

#[test]
fn the_newest_bookmark_comes_first_also_one_that_was_set_again() {
    let mut world = World::park(84);
    let [mut sun, mut li, mut li2] = phones(&mut world, ["3001", "1001", "1001"]);
    let [a, b] = ["甲", "乙"].map(|title| publish(&world, &sun, "C1", title, false));
    settle(&mut world, [&mut sun, &mut li, &mut li2]);
    let set = |doc, kept| {
        world.clock.advance(1000);
        li.core().personal().bookmark(doc, kept).unwrap();
    };
    set(a, false);
    assert_eq!(waiting(&li), 0, "taking away what is not there leaves no trace");
    set(a, true);
    set(b, true);
    assert_eq!(li.core().personal().bookmarks().unwrap(), [b, a]);
    set(a, false);
    set(a, true);
    settle(&mut world, [&mut li, &mut li2]);
    for phone in [&li, &li2] {
        assert_eq!(phone.core().personal().bookmarks().unwrap(), [a, b]);
    }
    li.core().personal().bookmark(a, true).unwrap();
    li.core().personal().mute(talk(), false).unwrap();
    assert_eq!(waiting(&li), 0);
}
