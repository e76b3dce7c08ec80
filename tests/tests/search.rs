//! A search finds what is there and nothing else, whatever of it is indexed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_tests::world::{Phone, World, org};

const WORDS: [&str; 6] = ["泵阀", "党课", "鲲鹏", "8812", "pump", "食堂"];

fn text(rng: &mut fastrand::Rng) -> String {
    (0..rng.usize(1..4)).map(|_| WORDS[rng.usize(..WORDS.len())]).collect::<Vec<_>>().join("，")
}

/// What every word finds, against what was written.
fn compare(phone: &Phone, written: &BTreeMap<DocId, String>, told: &str) {
    for word in WORDS {
        let mut found: Vec<_> =
            phone.core().search().find(word, 200).unwrap().into_iter().map(|hit| (hit.doc, hit.text)).collect();
        found.sort();
        let wanted: Vec<_> =
            written.iter().filter(|(_, text)| text.contains(word)).map(|(doc, text)| (*doc, text.clone())).collect();
        assert_eq!(found, wanted, "{word} {told}");
    }
}

/// One act, and what it leaves.
fn act(phone: &Phone, rng: &mut fastrand::Rng, space: SpaceId, written: &mut BTreeMap<DocId, String>) {
    let core = phone.core();
    let one = written.keys().copied().nth(rng.usize(..written.len().max(1)));
    let is_message = one.is_some_and(|one| !written[&one].contains('\n'));
    match (rng.u8(..10), one) {
        (0..=1, Some(one)) if is_message => {
            let text = text(rng);
            core.talk().edit(one, &text).unwrap();
            written.insert(one, text);
        }
        (2..=4, Some(one)) => {
            if is_message {
                core.talk().withdraw(one).unwrap()
            } else {
                core.feed().withdraw(one).unwrap()
            }
            written.remove(&one);
        }
        (5, _) => {
            let (title, body) = (text(rng), text(rng));
            let category = Category::Information;
            let article = NewArticle { title: &title, body: &body, category, must_read: false, due: None };
            written.insert(core.feed().publish(org("C1"), &article).unwrap(), format!("{title}\n{body}"));
        }
        _ => {
            let text = text(rng);
            written.insert(core.talk().post(space, &text, None).unwrap(), text);
        }
    }
}

#[test]
fn a_search_finds_what_is_there_indexed_or_not() {
    let seed = fastrand::u64(..);
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut world = World::park(seed);
    let mut sun = world.phone("3001");
    let mut zhao = world.phone("3001");
    world.settle(&mut [&mut sun, &mut zhao]);
    let space = SpaceId::standing(org("C1"));
    let mut written = BTreeMap::new();
    for step in 0..200 {
        act(&sun, &mut rng, space, &mut written);
        match rng.u8(..8) {
            0 => while sun.core().search().index().unwrap() {},
            1 => world.settle(&mut [&mut sun]),
            _ => {}
        }
        compare(&sun, &written, &format!("at step {step} of seed {seed}"));
    }
    world.settle(&mut [&mut sun, &mut zhao]);
    compare(&zhao, &written, &format!("on the other phone, seed {seed}"));
    while zhao.core().search().index().unwrap() {}
    compare(&zhao, &written, &format!("on the other phone, indexed, seed {seed}"));
}

#[test]
fn a_row_that_is_given_again_is_found() {
    let mut world = World::park(1);
    let mut sun = world.phone("3001");
    let mut zhao = world.phone("3001");
    world.settle(&mut [&mut sun, &mut zhao]);
    let space = SpaceId::standing(org("C1"));
    let last = zhao.core().talk().post(space, "食堂", None).unwrap();
    while zhao.core().search().index().unwrap() {}
    zhao.core().talk().withdraw(last).unwrap();
    let next = sun.core().talk().post(space, "鲲鹏", None).unwrap();
    world.settle(&mut [&mut sun]);
    world.settle(&mut [&mut zhao]);
    let found: Vec<DocId> = zhao.core().search().find("鲲鹏", 9).unwrap().into_iter().map(|hit| hit.doc).collect();
    assert_eq!(found, [next]);
}
