//! What may be said of an activity and in its discussion.

use proptest::prelude::*;

use hongqi_core::activity::{Mark, Place};

/// One act. Numbers name a device, a person, a document: the one at that place of those there are, counted round.
#[derive(Debug, Clone)]
pub struct Act {
    /// The device, among those that may.
    pub who: usize,
    pub what: What,
    /// By how much its clock differs from what it showed at the act before.
    pub off: i64,
    /// Everybody hears of it, and so much later the story goes on; until then it is said at the same time as the next.
    pub then: Option<i64>,
}

#[derive(Debug, Clone)]
pub enum What {
    CheckIn {
        door: Option<usize>,
        out: bool,
    },
    Scan {
        door: usize,
        person: usize,
        card: bool,
        out: bool,
        doubt: Option<&'static str>,
    },
    Mark {
        person: usize,
        mark: Mark,
        resolves: bool,
    },
    /// One mark for everybody.
    CallRoll(Mark),
    Second(usize),
    /// The devices of who made a mark alter it at the same time; the name of a later version is none here.
    AlterMark {
        mark: usize,
        names: [&'static str; 2],
    },
    AskLeave,
    WithdrawLeave(usize),
    Answer {
        request: usize,
        approve: bool,
    },
    Guests(i64),
    Expect {
        person: usize,
        place: Place,
    },
    OpenDoor,
    ShutDoor(usize),
    RevokeDoor(usize),
    Move {
        election: bool,
    },
    CloseVote(usize),
    WithdrawResolution(usize),
    Vote {
        resolution: usize,
        choice: i64,
    },
    /// On two phones at the same time.
    VoteTwice {
        resolution: usize,
        choices: [i64; 2],
    },
    Close,
    Minutes(String),
    Say {
        reply: Option<usize>,
        text: String,
    },
    Edit {
        message: usize,
        text: String,
    },
    WithdrawMessage(usize),
    React {
        message: usize,
        emoji: &'static str,
    },
    Read {
        since: i64,
        seen: i64,
    },
    /// The same of this activity in a place that is not its own.
    Astray(Astray),
}

#[derive(Debug, Clone, Copy)]
pub enum Astray {
    CheckIn,
    Mark(Mark),
    Guests,
    Leave,
    Vote(i64),
    Roster,
    Move,
    Door,
}

fn evidence() -> impl Strategy<Value = What> {
    let mark = || prop::sample::select(vec![Mark::Present, Mark::Absent, Mark::Excused]);
    let some = || 0usize..40;
    let (often, seldom) = (|| prop::bool::weighted(0.7), || prop::bool::weighted(0.2));
    let doubt = prop::sample::select(vec![None, None, None, Some("revoked_device"), Some("of_a_later_version")]);
    prop_oneof![
        3 => (prop::option::of(some()), seldom()).prop_map(|(door, out)| What::CheckIn { door, out }),
        3 => (some(), some(), often(), seldom(), doubt)
            .prop_map(|(door, person, card, out, doubt)| What::Scan { door, person, card, out, doubt }),
        6 => (some(), mark(), seldom()).prop_map(|(person, mark, resolves)| What::Mark { person, mark, resolves }),
        1 => prop::sample::select(vec![Mark::Present, Mark::Present, Mark::Absent]).prop_map(What::CallRoll),
        2 => some().prop_map(What::Second),
        1 => (some(), prop::sample::select(vec![["present", "late"], ["late", "absent"], ["excused", "present"]]))
            .prop_map(|(mark, names)| What::AlterMark { mark, names }),
        2 => Just(What::AskLeave),
        1 => some().prop_map(What::WithdrawLeave),
        2 => (some(), often()).prop_map(|(request, approve)| What::Answer { request, approve }),
        1 => (-3i64..9).prop_map(What::Guests),
    ]
}

fn plan() -> impl Strategy<Value = What> {
    let some = || 0usize..40;
    let place = prop::sample::select(vec![Place::None, Place::Expected, Place::Voter]);
    prop_oneof![
        2 => (some(), place).prop_map(|(person, place)| What::Expect { person, place }),
        2 => Just(What::OpenDoor),
        1 => some().prop_map(What::ShutDoor),
        1 => some().prop_map(What::RevokeDoor),
        1 => any::<bool>().prop_map(|election| What::Move { election }),
        1 => some().prop_map(What::CloseVote),
        1 => some().prop_map(What::WithdrawResolution),
        // Nine is of a later version.
        8 => (some(), prop::sample::select(vec![1, 1, 1, 2, 3, 9]))
            .prop_map(|(resolution, choice)| What::Vote { resolution, choice }),
        1 => (some(), prop::sample::select(vec![[1, 2], [2, 9], [3, 1]]))
            .prop_map(|(resolution, choices)| What::VoteTwice { resolution, choices }),
        1 => Just(What::Close),
        1 => "[一-龥]{0,4}".prop_map(What::Minutes),
    ]
}

fn talk() -> impl Strategy<Value = What> {
    let some = || 0usize..40;
    let text = || "[一-龥]{1,3}";
    let emoji = prop::sample::select(vec!["👍", "🎉", ""]);
    prop_oneof![
        6 => (prop::option::of(some()), text()).prop_map(|(reply, text)| What::Say { reply, text }),
        3 => (some(), text()).prop_map(|(message, text)| What::Edit { message, text }),
        1 => some().prop_map(What::WithdrawMessage),
        4 => (some(), emoji).prop_map(|(message, emoji)| What::React { message, emoji }),
        2 => (0i64..7_200_000, 0i64..7_200_000).prop_map(|(since, seen)| What::Read { since, seen }),
    ]
}

fn astray() -> impl Strategy<Value = What> {
    let all = vec![
        Astray::CheckIn,
        Astray::Mark(Mark::Present),
        Astray::Mark(Mark::Absent),
        Astray::Guests,
        Astray::Leave,
        Astray::Vote(1),
        Astray::Vote(2),
        Astray::Roster,
        Astray::Move,
        Astray::Door,
    ];
    prop::sample::select(all).prop_map(What::Astray)
}

fn act() -> impl Strategy<Value = Act> {
    let what = prop_oneof![8 => evidence(), 6 => plan(), 8 => talk(), 2 => astray()];
    let off = prop::sample::select(vec![0, 0, 1, 1_000, -60_000]);
    let then = prop::option::weighted(0.3, prop::sample::select(vec![0, 1, 1_000, 600_000]));
    (0usize..40, what, off, then).prop_map(|(who, what, off, then)| Act { who, what, off, then })
}

/// A story, and what is left to chance in how it comes to the phones.
pub fn story() -> impl Strategy<Value = (Vec<Act>, u64)> {
    (prop::collection::vec(act(), 60..140), any::<u64>().no_shrink())
}
