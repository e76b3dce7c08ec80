//! Numbers of people as they go upward: few people are not a number, they would point at somebody.

use serde::Serialize;

/// Fewer than this many people are not shown as a number to who may not see their names.
pub const FEW: u32 = 5;

/// So many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Fewer than five, perhaps none; or as many as would let such a number be worked out.
    Few,
    /// This many.
    Exactly(u32),
}

impl Count {
    /// What may be shown of `number`.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        if number < FEW { Self::Few } else { Self::Exactly(number) }
    }

    /// What may be shown of `number` beside the number of `all` of whom they are: who is left over must not be a few.
    #[must_use]
    pub const fn part(number: u32, all: u32) -> Self {
        match all.saturating_sub(number) {
            0 => Self::of(number),
            rest if rest < FEW => Self::Few,
            _ => Self::of(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Count::{self, Exactly, Few};

    #[test]
    fn few_are_no_number_also_when_two_numbers_would_tell() {
        assert_eq!([0, 4, 5].map(Count::of), [Few, Few, Exactly(5)]);
        let of_twelve = [0, 4, 5, 7, 8, 11, 12].map(|number| Count::part(number, 12));
        assert_eq!(of_twelve, [Few, Few, Exactly(5), Exactly(7), Few, Few, Exactly(12)]);
    }
}
