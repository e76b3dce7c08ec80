//! Status, quorum, tally and the order of a discussion are pure functions of what was said: whatever way the same acts
//! come to a phone, it shows the same.
//!
//! A story is a list of signed acts on one activity and its discussion, by eleven devices of eight members, with clocks
//! wrong by days: what honest phones write, what two phones of one member write at the same time, and what only a phone
//! taken apart would. The server judges them; a second server gets what was written at the same time in another order.
//! Fresh phones take the logs in: a few spaces at a time and in any order, in pages of any size with the gaps between
//! them, some answers lost, twice, or again much later, some phones before the story has ended; looked at and started
//! again in between. In the end each shows what the one shows that got everything in the order of the log.
//!
//! `HONGQI_SEED=n` begins with story n (it is printed), `HONGQI_HISTORIES=n` plays so many. A story that fails is made
//! smaller before it is shown.
//!
//! Deliberately not compared, and why: when an activity's own phone last heard the server (`ready`), since it is no act;
//! the rank of search hits, which goes by what is newest on the phone.
#![allow(clippy::unwrap_used)]

mod acts;
mod phone;
mod picture;
mod story;

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use phone::Reading;
use picture::look;
use story::Story;

/// Besides the one that gets it all in the order of the log; the last of them reads the second server.
const PHONES: usize = 4;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn the_same_acts_show_the_same_whatever_way_they_come() {
    let first = number("HONGQI_SEED").unwrap_or(0);
    for seed in first..first + number("HONGQI_HISTORIES").unwrap_or(16) {
        tell(seed, 200);
    }
}

/// A check that cannot fail is a defect: each bug seeded in what is shown must make some story fail.
#[cfg(feature = "seeded-bugs")]
#[test]
fn every_bug_seeded_in_what_is_shown_is_found() {
    use hongqi_core::seeded::{BUGS, PURITY_BUGS, activate};
    let only = std::env::var("HONGQI_BUG").ok();
    let order = BUGS.into_iter().filter(|(bug, _)| *bug == "order-by-arrival");
    for (bug, what) in
        PURITY_BUGS.into_iter().chain(order).filter(|(bug, _)| only.as_ref().is_none_or(|only| only == bug))
    {
        activate(Some(bug));
        let found = (0..10).any(|seed| std::panic::catch_unwind(|| tell(seed, 0)).is_err());
        activate(None);
        assert!(found, "{bug}: {what}: not found in ten stories");
    }
}

/// A story that fails is made smaller in at most so many steps.
fn tell(seed: u64, max_shrink_iters: u32) {
    #[allow(clippy::print_stdout)]
    {
        println!("seed {seed}");
    }
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let told = runner.run(&acts::story(), |(acts, chance)| {
        play(&acts, chance);
        Ok(())
    });
    match told {
        Ok(()) => {}
        Err(TestError::Fail(why, (acts, chance))) => {
            panic!("seed {seed} failed; play it again with HONGQI_SEED={seed}\n{acts:#?}\nchance {chance}\n{why}")
        }
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

/// The lines in which the two differ, with what stands around them.
fn apart(expected: &str, shown: &str) -> String {
    let (expected, shown): (Vec<_>, Vec<_>) = (expected.lines().collect(), shown.lines().collect());
    let first = expected.iter().zip(&shown).take_while(|(a, b)| a == b).count();
    let part =
        |lines: &[&str]| lines[first.saturating_sub(20).min(lines.len())..(first + 20).min(lines.len())].join("\n");
    format!("should be\n{}\nis\n{}", part(&expected), part(&shown))
}

fn play(acts: &[acts::Act], chance: u64) {
    let mut rng = fastrand::Rng::with_seed(chance);
    let mut story = Story::begin(rng.fork());
    let mut phones: Vec<Reading> =
        (0..PHONES).map(|at| Reading::begin(&story, usize::from(at + 1 == PHONES), &mut rng)).collect();
    for act in acts {
        story.perform(act);
        if let Some(pause) = act.then {
            story.meet(pause);
            // Some phones hear of it before there is more.
            for phone in &mut phones {
                if rng.u8(..4) == 0 {
                    phone.take_some(&story, &mut rng);
                }
            }
        }
    }
    story.meet(1);
    let mut whole = Reading::begin(&story, 0, &mut rng);
    whole.open(&story);
    whole.take_rest(&story, &mut rng, true);
    let expected = look(whole.core(), &story);
    for (at, phone) in phones.iter_mut().enumerate() {
        for _ in 0..rng.usize(..20) {
            phone.take_some(&story, &mut rng);
        }
        phone.open(&story);
        phone.take_rest(&story, &mut rng, false);
        for ((what, expected), (_, shown)) in expected.iter().zip(look(phone.core(), &story)) {
            assert!(*expected == shown, "{what} on phone {at}:\n{}", apart(expected, &shown));
        }
    }
}
