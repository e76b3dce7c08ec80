//! What a link does to what goes over it.

use std::ops::Range;
use std::time::Duration;

/// How often what goes wrong on a link, each in thousandths of the calls or hints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weather {
    /// Whether there is a way to the server at all.
    pub up: bool,
    /// One way, in milliseconds.
    pub latency: Range<u64>,
    /// The request never arrives.
    pub lose_request: u32,
    /// The request arrives, its answer never does.
    pub lose_answer: u32,
    /// The request arrives cut off.
    pub cut_request: u32,
    /// The answer arrives cut off.
    pub cut_answer: u32,
    /// A copy of the request arrives later, perhaps after newer ones.
    pub double: u32,
    /// The answer to an earlier request arrives in place of this one's.
    pub older_answer: u32,
    /// 503, 500 or 429, with and without a time to come back.
    pub unavailable: u32,
    /// Somebody else answers, and asks to log in.
    pub portal: u32,
    /// Nothing comes back until the caller gives up; the request may have arrived.
    pub hang: u32,
    /// A hint is lost.
    pub lose_hint: u32,
    /// A hint comes up to a minute late.
    pub late_hint: u32,
    /// A hint comes twice.
    pub double_hint: u32,
    /// The stream breaks at a hint.
    pub break_stream: u32,
    /// The most bytes of entries in an answer.
    pub budget: u32,
}

impl Weather {
    /// Nothing goes wrong.
    #[must_use]
    pub const fn fair() -> Self {
        Self {
            up: true,
            latency: 5..120,
            lose_request: 0,
            lose_answer: 0,
            cut_request: 0,
            cut_answer: 0,
            double: 0,
            older_answer: 0,
            unavailable: 0,
            portal: 0,
            hang: 0,
            lose_hint: 0,
            late_hint: 0,
            double_hint: 0,
            break_stream: 0,
            budget: u32::MAX,
        }
    }

    /// Something of everything.
    #[must_use]
    pub const fn foul() -> Self {
        Self {
            up: true,
            latency: 20..9_000,
            lose_request: 60,
            lose_answer: 80,
            cut_request: 30,
            cut_answer: 50,
            double: 80,
            older_answer: 40,
            unavailable: 60,
            portal: 30,
            hang: 20,
            lose_hint: 300,
            late_hint: 200,
            double_hint: 100,
            break_stream: 80,
            budget: 3_000,
        }
    }

    /// Of fair, foul and none, with a seeded mixture in between.
    #[must_use]
    pub fn random(rng: &mut fastrand::Rng) -> Self {
        match rng.u8(..8) {
            0..=2 => Self { budget: rng.u32(600..60_000), ..Self::fair() },
            3 => Self { up: false, ..Self::foul() },
            4 => Self { lose_hint: 1_000, ..Self::fair() },
            5 => Self { lose_answer: 400, double: 300, ..Self::foul() },
            _ => Self { budget: rng.u32(600..60_000), ..Self::foul() },
        }
    }
}

/// What becomes of one call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Through,
    LoseRequest,
    LoseAnswer,
    CutRequest,
    CutAnswer,
    OlderAnswer,
    Unavailable(u16, Option<Duration>),
    Portal,
    Hang { arrives: bool },
}

impl Weather {
    pub(super) fn outcome(&self, rng: &mut fastrand::Rng) -> Outcome {
        let mut left = rng.u32(..1_000);
        let mut falls = |share: u32| {
            let hit = left < share;
            left = left.saturating_sub(share);
            hit
        };
        if falls(self.lose_request) {
            Outcome::LoseRequest
        } else if falls(self.lose_answer) {
            Outcome::LoseAnswer
        } else if falls(self.cut_request) {
            Outcome::CutRequest
        } else if falls(self.cut_answer) {
            Outcome::CutAnswer
        } else if falls(self.older_answer) {
            Outcome::OlderAnswer
        } else if falls(self.unavailable) {
            let retry_after = rng.bool().then(|| Duration::from_secs(rng.u64(1..90)));
            Outcome::Unavailable([500, 503, 429][rng.usize(..3)], retry_after)
        } else if falls(self.portal) {
            Outcome::Portal
        } else if falls(self.hang) {
            Outcome::Hang { arrives: rng.bool() }
        } else {
            Outcome::Through
        }
    }

    pub(super) fn latency(&self, rng: &mut fastrand::Rng) -> Duration {
        Duration::from_millis(rng.u64(self.latency.clone()))
    }
}
