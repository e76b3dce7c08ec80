//! How many of an activity's people were there, as it goes upward.

use serde::Serialize;

use super::status::Status;
use crate::count::{Count, FEW};

/// How many of some people there were, and how many not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Numbers<N = Count> {
    /// Expected.
    pub expected: N,
    /// Of all, expected or not: there, by more than their own word.
    pub present: N,
    /// There by no more than their own word.
    pub claimed: N,
    /// Not there.
    pub absent: N,
    /// With leave.
    pub excused: N,
    /// Of whom different things are said.
    pub disputed: N,
    /// Of whom nothing is known.
    pub unknown: N,
}

impl Numbers<u32> {
    pub(super) const NONE: Self =
        Self { expected: 0, present: 0, claimed: 0, absent: 0, excused: 0, disputed: 0, unknown: 0 };

    pub(super) fn add(&mut self, status: &Status, expected: bool) {
        self.expected += u32::from(expected);
        *match status {
            Status::Present(super::Grade::Claimed) => &mut self.claimed,
            Status::Present(_) => &mut self.present,
            Status::Absent => &mut self.absent,
            Status::Excused => &mut self.excused,
            Status::Disputed(_) => &mut self.disputed,
            Status::Unknown => &mut self.unknown,
        } += 1;
    }

    /// As they are shown to who may see the names.
    pub(super) fn open(self) -> Numbers {
        self.show(|number| Count::Exactly(*number))
    }

    fn show(&self, count: impl Fn(&u32) -> Count) -> Numbers {
        Numbers {
            expected: count(&self.expected),
            present: count(&self.present),
            claimed: count(&self.claimed),
            absent: count(&self.absent),
            excused: count(&self.excused),
            disputed: count(&self.disputed),
            unknown: count(&self.unknown),
        }
    }

    /// As they are shown to who may not: nothing under [`FEW`], and nothing from which such a number follows. The parts
    /// add up to all people; so those that are kept back are none, or together no fewer than that.
    pub(super) fn veiled(self) -> Numbers {
        let mut parts = [self.present, self.claimed, self.absent, self.excused, self.disputed, self.unknown];
        parts.sort_unstable();
        let mut least = FEW;
        let mut hidden: u32 = parts.iter().filter(|part| **part < least).sum();
        for part in parts.into_iter().filter(|part| *part >= FEW) {
            if hidden > 0 && hidden < FEW {
                hidden += part;
                least = part + 1;
            }
        }
        let veil = |least: u32| move |number: &u32| if *number < least { Count::Few } else { Count::Exactly(*number) };
        Numbers { expected: Count::of(self.expected), ..self.show(veil(least)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(numbers: &Numbers) -> [Count; 6] {
        [numbers.present, numbers.claimed, numbers.absent, numbers.excused, numbers.disputed, numbers.unknown]
    }

    #[test]
    fn few_are_no_number() {
        let of = |present, absent| Numbers { expected: present + absent, present, absent, ..Numbers::NONE }.veiled();
        assert_eq!(of(4, 0).expected, Count::Few);
        assert_eq!((of(6, 0).expected, of(6, 0).present), (Count::Exactly(6), Count::Exactly(6)));
        // Five of six there would say that one was not.
        assert_eq!((of(5, 1).expected, of(5, 1).present, of(5, 1).absent), (Count::Exactly(6), Count::Few, Count::Few));
        assert_eq!((of(20, 7).present, of(20, 7).absent), (Count::Exactly(20), Count::Exactly(7)));
    }

    proptest! {
        #[test]
        fn nobody_works_out_a_few_from_the_rest(all in prop::array::uniform6(0u32..12), expected in 0u32..60) {
            let [present, claimed, absent, excused, disputed, unknown] = all;
            let numbers = Numbers { expected, present, claimed, absent, excused, disputed, unknown };
            let shown = parts(&numbers.veiled());
            let mut kept_back = 0;
            for (real, shown) in all.into_iter().zip(shown) {
                match shown {
                    Count::Exactly(number) => prop_assert!(number == real && number >= FEW),
                    Count::Few => kept_back += real,
                }
            }
            let people: u32 = all.iter().sum();
            prop_assert!(kept_back == 0 || kept_back >= FEW || people < FEW, "{numbers:?} {shown:?}");
        }
    }
}
