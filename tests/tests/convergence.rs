//! Random histories of every act, with phones that lose, double and cut off answers and are killed at any step: in the
//! end everybody who may read a space shows the same, everything accepted is there, and nothing vanished.
#![allow(clippy::unwrap_used)]

use hongqi_core::activity::{Mark, NewActivity};
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_tests::world::{Fault, MORNING, Phone, World, member, org};

const SEEDS: u64 = 6;
const STEPS: usize = 160;

#[test]
fn everybody_shows_the_same_in_the_end() {
    let first = std::env::var("HONGQI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    for seed in first..first + SEEDS {
        play(seed);
    }
}

/// A check that cannot fail is a defect: each seeded bug must make some history fail.
#[cfg(feature = "seeded-bugs")]
#[test]
fn every_seeded_bug_is_found() {
    use hongqi_core::seeded::{BUGS, activate};
    for (bug, what) in BUGS {
        activate(Some(bug));
        let found = (0..40).any(|seed| std::panic::catch_unwind(|| play(seed)).is_err());
        activate(None);
        assert!(found, "{bug}: {what}: not found in forty histories");
    }
}

/// What the members have written that must be somewhere in the end, and nowhere twice.
#[derive(Default)]
struct Written {
    messages: Vec<(usize, DocId)>,
    articles: Vec<DocId>,
    activities: Vec<DocId>,
}

fn play(seed: u64) {
    let mut world = World::park(seed);
    // The editor, the secretary, an organiser and a member with two phones, one of them two days ahead.
    let mut phones = vec![
        world.phone("3001"),
        world.phone("1002"),
        world.phone("1003"),
        world.phone("1001"),
        world.phone_with_skew("1001", 2 * 86_400_000),
    ];
    for phone in &mut phones {
        phone.sync(&world);
    }
    let mut written = Written::default();
    for _ in 0..STEPS {
        world.clock.advance(world.rng.i64(1..60_000));
        let who = world.rng.usize(..phones.len());
        if world.rng.u8(..3) == 0 {
            let fault = Fault::ALL[world.rng.usize(..Fault::ALL.len())];
            phones[who].exchange(&world, fault);
        } else {
            act(&mut world, &phones, who, &mut written);
        }
    }
    settle(&mut world, &mut phones);
    compare(&phones, &written, seed);
}

fn settle(world: &mut World, phones: &mut [Phone]) {
    let mut all: Vec<&mut Phone> = phones.iter_mut().collect();
    world.settle(&mut all);
}

fn pick<T: Copy>(rng: &mut fastrand::Rng, from: &[T]) -> Option<T> {
    if from.is_empty() { None } else { Some(from[rng.usize(..from.len())]) }
}

fn act(world: &mut World, phones: &[Phone], who: usize, written: &mut Written) {
    let rng = &mut world.rng;
    let core = phones[who].core();
    let talk = SpaceId::standing(org("B1"));
    let text = format!("消息 {} 泵阀检修 {}", rng.u32(..), rng.char('一'..'龟'));
    let own: Vec<DocId> = written.messages.iter().filter(|(by, _)| *by == who).map(|(_, id)| *id).collect();
    let here: Vec<DocId> = if who == 0 {
        Vec::new()
    } else {
        core.talk().page(talk, None, 200).unwrap().messages.iter().map(|message| message.id).collect()
    };
    let listed: Vec<DocId> = core.feed().page(None, 100).unwrap().items.iter().map(|item| item.id).collect();
    let planned: Vec<DocId> =
        core.activities().list(Timestamp(0), 200).unwrap().iter().filter(|a| !a.cancelled).map(|a| a.id).collect();
    match rng.u8(..16) {
        0..=4 if who != 0 => {
            let reply = pick(rng, &here);
            written.messages.push((who, core.talk().post(talk, &text, reply).unwrap()));
        }
        5 | 6 => {
            if let Some(id) = pick(rng, &own) {
                // Perhaps withdrawn before: then it is too late, or gone if it had not been sent.
                let _ = core.talk().edit(id, &text);
            }
        }
        7 => {
            if let Some(id) = pick(rng, &own) {
                let _ = core.talk().withdraw(id);
                if core.talk().page(talk, None, 200).unwrap().messages.iter().all(|message| message.id != id) {
                    written.messages.retain(|(_, written)| *written != id);
                }
            }
        }
        8 | 9 => {
            if let Some(id) = pick(rng, &here) {
                core.talk().react(id, pick(rng, &[Some("👍"), Some("🎉"), None]).unwrap()).unwrap();
            }
        }
        10 if who == 0 => {
            let article = NewArticle {
                title: &text,
                body: "正文第一段。\n正文第二段。",
                category: Category::Circular,
                must_read: rng.bool(),
                due: None,
            };
            written.articles.push(core.feed().publish(org("C1"), &article).unwrap());
        }
        11 if who == 0 => {
            if let Some(id) = pick(rng, &listed) {
                let edit = ArticleEdit { body: Some(&text), ..ArticleEdit::default() };
                core.feed().edit(id, &edit).unwrap();
                core.feed().pin(id, rng.bool()).unwrap();
            }
        }
        12 => {
            if let Some(id) = pick(rng, &listed) {
                let _ = core.feed().acknowledge(id);
                core.personal().mark_read(id).unwrap();
                core.personal().bookmark(id, rng.bool()).unwrap();
            }
        }
        13 if who == 1 || who == 2 => {
            let activity =
                NewActivity { title: &text, place: "三号楼", note: "", agenda: "", starts: MORNING, ends: MORNING };
            written.activities.push(core.activities().plan(org("B1"), &activity).unwrap());
        }
        14 => {
            if let Some(id) = pick(rng, &planned) {
                core.activities().check_in(id).unwrap();
            }
        }
        15 if who == 1 || who == 2 => {
            if let Some(id) = pick(rng, &planned) {
                let mark = pick(rng, &[Mark::Present, Mark::Absent, Mark::Excused]).unwrap();
                core.activities().call_roll(id, &[(member("1001"), mark), (member("1004"), mark)]).unwrap();
            }
        }
        _ => {
            if let Some(id) = here.last() {
                core.personal().mark_talk_read(*id).unwrap();
            }
        }
    }
}

fn compare(phones: &[Phone], written: &Written, seed: u64) {
    let talk = SpaceId::standing(org("B1"));
    for phone in phones {
        let waiting = phone.core().outbox().items().unwrap();
        assert!(waiting.is_empty(), "seed {seed}: {waiting:?}");
    }
    let feed = |phone: &Phone| -> Vec<_> {
        let items = phone.core().feed().page(None, 100).unwrap().items;
        let show = |id| phone.core().feed().article(id).unwrap().unwrap();
        items.into_iter().map(|item| (item.id, item.title, item.pinned, item.edited, show(item.id).body)).collect()
    };
    for phone in &phones[1..] {
        assert_eq!(feed(&phones[0]), feed(phone), "seed {seed}");
    }
    let listed: Vec<_> = feed(&phones[0]).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(listed.len(), written.articles.len(), "seed {seed}");
    let messages = |phone: &Phone| -> Vec<_> {
        let mut out = Vec::new();
        let mut before = None;
        loop {
            let page = phone.core().talk().page(talk, before, 50).unwrap();
            assert!(!page.gap);
            let mut shown: Vec<_> = page
                .messages
                .into_iter()
                .map(|message| {
                    assert_eq!(message.delivery, Delivery::AtServer);
                    let reactions: Vec<_> = message.reactions.into_iter().map(|r| (r.emoji, r.count)).collect();
                    (message.id, message.author, message.body, message.reply, message.withdrawn, reactions)
                })
                .collect();
            shown.append(&mut out);
            out = shown;
            match page.before {
                Some(_) => before = page.before,
                None => return out,
            }
        }
    };
    let expected = messages(&phones[1]);
    for phone in &phones[2..] {
        assert_eq!(expected, messages(phone), "seed {seed}");
    }
    let mut ids: Vec<_> = expected.iter().map(|(id, ..)| *id).collect();
    let mut wanted: Vec<_> = written.messages.iter().map(|(_, id)| *id).collect();
    ids.sort();
    wanted.sort();
    assert_eq!(ids, wanted, "seed {seed}: every message once, none lost");
    for activity in &written.activities {
        // Secretary and organiser both read the desk whole.
        let rows = |phone: &Phone| phone.core().activities().attendance(*activity).unwrap();
        assert_eq!(rows(&phones[1]), rows(&phones[2]), "seed {seed}");
    }
    // The two phones of one member agree about what is only theirs.
    let own = |phone: &Phone| {
        let mut marks = phone.core().personal().bookmarks().unwrap();
        marks.sort();
        (marks, phone.core().feed().unread().unwrap(), phone.core().talk().list().unwrap()[0].unread)
    };
    assert_eq!(own(&phones[3]), own(&phones[4]), "seed {seed}");
}
