//! Search: the same answer before a text is indexed and after.

use hongqi_core::Error;
use hongqi_core::activity::NewActivity;
use hongqi_core::feed::ArticleEdit;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::search::HitKind;
use hongqi_tests::world::{MORNING, Phone, World, org};

use super::{phones, post, publish, settle, talk};

fn found(phone: &Phone, query: &str) -> Vec<DocId> {
    phone.core().search().find(query, 50).unwrap().into_iter().map(|hit| hit.doc).collect()
}

fn index(phone: &Phone) {
    while phone.core().search().index().unwrap() {}
}

#[test]
fn queries_of_every_sort_find_the_same_before_and_after_indexing() {
    let mut world = World::park(100);
    let [li] = phones(&mut world, ["1001"]);
    let pump = post(&world, &li, "泵阀检修，联系 Pump-House 8812");
    let cafe = post(&world, &li, "ＣＡＦÉ 二楼；𬭎字辈");
    let meeting = post(&world, &li, "支部党员大会 AND 泵 near \"NOT\"");
    let both = vec![meeting, pump];
    let queries: &[(&str, &[DocId])] = &[
        // One, two, three and more characters.
        ("泵", &both),
        ("修", &[pump]),
        ("泵阀", &[pump]),
        ("阀检", &[pump]),
        ("泵阀检", &[pump]),
        ("泵阀检修", &[pump]),
        ("泵检", &[]),
        ("修联", &[]),
        ("𬭎", &[cafe]),
        ("𬭎字", &[cafe]),
        // Words: from their beginning, whatever the case, accents and width.
        ("pump", &[pump]),
        ("PU", &[pump]),
        ("ump", &[]),
        ("house 8", &[pump]),
        ("８８１２", &[pump]),
        ("881", &[pump]),
        ("812", &[]),
        ("cafe", &[cafe]),
        ("Café", &[cafe]),
        ("ｃａｆｅ", &[cafe]),
        // Mixed, in any order.
        ("8812泵阀", &[pump]),
        ("检修 pump 泵", &[pump]),
        ("pump 大会", &[]),
        // What means something to the index means nothing here.
        ("AND", &[meeting]),
        ("泵 AND 大会", &[meeting]),
        ("NEAR", &[meeting]),
        ("泵 NOT 大会", &[meeting]),
        ("泵 OR 大会", &[]),
        ("pum*", &[pump]),
        ("\"泵", &both),
        ("tokens:泵", &[]),
        ("^泵", &both),
        ("-泵 (", &both),
        // Nothing to look for.
        ("", &[]),
        (" \n\u{3000}", &[]),
        ("，。！\"'*()-^:{}", &[]),
        ("👍\u{0}", &[]),
    ];
    for state in ["waiting", "indexed"] {
        for (query, expected) in queries {
            assert_eq!(found(&li, query), *expected, "{query:?} {state}");
        }
        index(&li);
    }
    assert_eq!(found(&li, &"泵".repeat(85)), []);
    let too_long = li.core().search().find(&"泵".repeat(86), 9).unwrap_err();
    assert!(matches!(too_long, Error::Invalid { field: "query", .. }));
    assert!(li.core().search().find("泵", 0).unwrap().is_empty());
    assert_eq!(li.core().search().find("泵", 1).unwrap().len(), 1);
    assert_eq!(li.core().search().find("泵", usize::MAX).unwrap().len(), 2);
}

#[test]
fn a_limit_counts_what_is_found_wherever_it_stands() {
    let mut world = World::park(101);
    let [li] = phones(&mut world, ["1001"]);
    let mut ids: Vec<DocId> = (0..6).map(|number| post(&world, &li, &format!("泵 {number}"))).collect();
    index(&li);
    ids.extend((6..9).map(|number| post(&world, &li, &format!("泵 {number}"))));
    // Some of the indexed ones change, and one goes.
    li.core().talk().edit(ids[5], "阀 5").unwrap();
    li.core().talk().edit(ids[4], "泵 改").unwrap();
    li.core().talk().withdraw(ids[3]).unwrap();
    let newest_first: Vec<DocId> = [8, 7, 6, 4, 2, 1, 0].map(|index| ids[index]).to_vec();
    for _ in 0..2 {
        for limit in 1..9 {
            let hits: Vec<DocId> =
                li.core().search().find("泵", limit).unwrap().into_iter().map(|hit| hit.doc).collect();
            assert_eq!(hits, newest_first[..limit.min(7)]);
        }
        index(&li);
    }
}

#[test]
fn a_hit_says_what_it_is_and_opens() {
    let mut world = World::park(102);
    let [sun, zhao] = phones(&mut world, ["3001", "1003"]);
    let article = publish(&world, &sun, "C1", "泵站通知", false);
    let activity =
        NewActivity { title: "泵站参观", place: "南门", note: "", agenda: "", starts: MORNING, ends: MORNING };
    let activity = zhao.core().activities().plan(org("B1"), &activity).unwrap();
    let message = post(&world, &zhao, "泵站几点集合");
    for _ in 0..2 {
        let hits = zhao.core().search().find("泵站", 9).unwrap();
        let seen: Vec<_> = hits.iter().map(|hit| (hit.doc, hit.space, hit.kind)).collect();
        let board = SpaceId::board(org("B1"));
        assert_eq!(seen, [(message, talk(), HitKind::Message), (activity, board, HitKind::Activity)]);
        assert_eq!(zhao.core().talk().around(hits[0].doc, 9).unwrap().unwrap().messages[0].id, message);
        assert_eq!(zhao.core().activities().activity(hits[1].doc).unwrap().unwrap().title, "泵站参观");
        assert!(hits[0].at > MORNING && hits[0].text == "泵站几点集合");
        assert_eq!(found(&zhao, "南门"), [activity]);
        let hits = sun.core().search().find("泵站", 9).unwrap();
        assert_eq!(
            (hits[0].doc, hits[0].kind, hits[0].text.lines().next()),
            (article, HitKind::Article, Some("泵站通知"))
        );
        assert_eq!(sun.core().feed().article(hits[0].doc).unwrap().unwrap().item.id, article);
        index(&zhao);
        index(&sun);
    }
}

#[test]
fn what_was_withdrawn_or_reworded_is_found_no_more_at_once() {
    let mut world = World::park(103);
    let [mut sun, mut wang, mut li] = phones(&mut world, ["3001", "1002", "1001"]);
    let mut made = Vec::new();
    for indexed in [true, false] {
        let article = publish(&world, &sun, "C1", "泵站旧题", false);
        let withdrawn = publish(&world, &sun, "C1", "泵站撤回", false);
        let message = post(&world, &wang, "泵站口误");
        let reworded = post(&world, &wang, "泵站错字");
        settle(&mut world, [&mut sun, &mut wang, &mut li]);
        if indexed {
            index(&li);
        }
        made.push((article, withdrawn, message, reworded));
    }
    assert_eq!(found(&li, "泵站").len(), 8);
    for (article, withdrawn, message, reworded) in &made {
        sun.core().feed().edit(*article, &ArticleEdit { title: Some("泵房新题"), ..ArticleEdit::default() }).unwrap();
        sun.core().feed().withdraw(*withdrawn).unwrap();
        wang.core().talk().withdraw(*message).unwrap();
        wang.core().talk().edit(*reworded, "泵房更正").unwrap();
    }
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    for _ in 0..2 {
        assert!(found(&li, "泵站").is_empty());
        assert_eq!(found(&li, "泵房").len(), 4);
        index(&li);
    }
}
