//! Wrong lines on purpose, so that the tests can be tested.
//!
//! With the feature `seeded-bugs` a test switches one on for its thread and must then fail; without it (in every build
//! that anybody ships) [`bug`] is `false` at compile time and the wrong lines are gone.

#[cfg(feature = "seeded-bugs")]
std::thread_local! {
    static ACTIVE: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// Every seeded bug by its name, with what it gets wrong.
#[cfg(feature = "seeded-bugs")]
pub const BUGS: [(&str, &str); 5] = [
    ("order-by-arrival", "a discussion is ordered by when this phone got a message"),
    ("cancel-sent", "what may have left the phone is taken back as if it had not"),
    ("rewrite-sent", "an edit rewrites a message that may have left the phone"),
    ("stale-reactions", "a reaction that was taken back is still shown"),
    ("read-mark-loser", "of two read marks at once the shorter one may count"),
];

/// As [`BUGS`]: only a run of the real driver, with a server that is set back, shows these.
#[cfg(feature = "seeded-bugs")]
pub const DRIVER_BUGS: [(&str, &str); 4] = [
    ("keep-settled", "what the server has accepted stays in the outbox"),
    ("forgets-more", "what did not fit into an answer is not asked for"),
    ("no-idle-poll", "nothing is asked for when a hint was lost"),
    ("no-backoff", "a failed call is made again at once"),
];

/// As [`BUGS`]: only the same acts that come in another way show these.
#[cfg(feature = "seeded-bugs")]
pub const PURITY_BUGS: [(&str, &str); 3] = [
    ("evidence-by-arrival", "of what one says of a person the word counts that this phone got last"),
    ("doubt-for-good", "evidence that comes before its door stays in doubt"),
    ("edit-in-a-gap", "a change that comes before what it builds on is lost"),
];

/// Switches one bug on for this thread, or all off.
#[cfg(feature = "seeded-bugs")]
pub fn activate(name: Option<&'static str>) {
    ACTIVE.set(name);
}

/// Which bug is on for this thread.
#[cfg(all(feature = "seeded-bugs", feature = "rig"))]
pub(crate) fn active() -> Option<&'static str> {
    ACTIVE.get()
}

#[cfg(feature = "seeded-bugs")]
pub(crate) fn bug(name: &str) -> bool {
    ACTIVE.get() == Some(name)
}

#[cfg(not(feature = "seeded-bugs"))]
pub(crate) const fn bug(_: &str) -> bool {
    false
}
