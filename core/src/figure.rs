//! Numbers of people as those above a branch may see them.

use serde::Serialize;

/// How many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Not to be shown: one to four people, or a number that taken from another would leave one to four. It would point
    /// at somebody.
    Withheld,
    /// Nobody, or five or more.
    Number(u64),
}

/// From so many people on their number is shown.
const SHOWN_FROM: u64 = 5;

impl Figure {
    /// What may be shown of `count`.
    #[must_use]
    pub const fn of(count: u64) -> Self {
        if count > 0 && count < SHOWN_FROM { Self::Withheld } else { Self::Number(count) }
    }

    /// What may be shown of `count` beside the number of `all` of whom they are.
    #[must_use]
    pub const fn part(count: u64, all: u64) -> Self {
        match Self::of(all.saturating_sub(count)) {
            Self::Withheld => Self::Withheld,
            Self::Number(_) => Self::of(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Figure::{self, Number, Withheld};

    #[test]
    fn fewer_than_five_people_are_no_number() {
        assert_eq!([0, 1, 4, 5].map(Figure::of), [Number(0), Withheld, Withheld, Number(5)]);
    }

    #[test]
    fn nor_are_those_that_two_numbers_would_tell() {
        let of_twelve = [0, 4, 5, 7, 8, 11, 12].map(|count| Figure::part(count, 12));
        assert_eq!(of_twelve, [Number(0), Withheld, Number(5), Number(7), Withheld, Withheld, Number(12)]);
    }
}
