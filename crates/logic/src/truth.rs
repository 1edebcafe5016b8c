//! Three-valued truth that remembers silence.

use std::ops::{BitAnd, BitOr, Not};

/// The answer of a condition: true, false or unknown, by Kleene's strong logic.
///
/// Some layers only ever say yes: an alert is a sighting, no alert is no sighting. What follows from their saying
/// nothing is *silent*: it counts as false, and its negation as true, but a silent false is no observation.
///
/// `!`, `&` and `|` obey De Morgan's laws, marks included. Whenever a plain and a silent answer both decide, the plain
/// one gives the mark: somebody observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// False, and seen to be so.
    False,
    /// Nothing speaks for it, and the layers asked would only have spoken if it were true.
    SilentFalse,
    /// Not known.
    Unknown,
    /// The negation of a silent false.
    SilentTrue,
    /// True, and seen to be so.
    True,
}

impl Truth {
    /// Whether it is true, plainly or by silence.
    #[must_use]
    pub fn is_true(self) -> bool {
        matches!(self, Self::True | Self::SilentTrue)
    }

    /// Whether it is false, plainly or by silence.
    #[must_use]
    pub fn is_false(self) -> bool {
        matches!(self, Self::False | Self::SilentFalse)
    }

    /// Whether it is true or false.
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }

    /// Whether the ground it is about counts as observed: known, and not merely never contradicted.
    #[must_use]
    pub fn is_observed(self) -> bool {
        !matches!(self, Self::Unknown | Self::SilentFalse)
    }

    /// Whether at least `count` of `truths` are true.
    ///
    /// True as soon as `count` are true, false as soon as so many are false that `count` is out of reach, else
    /// unknown. With a count of 1 this is `|` over all, with their number it is `&` over all.
    #[must_use]
    pub fn at_least(count: usize, truths: impl IntoIterator<Item = Self>) -> Self {
        let (mut yes, mut open) = (0, 0);
        let (mut plain_yes, mut plain_no) = (false, false);
        for truth in truths {
            yes += usize::from(truth.is_true());
            open += usize::from(!truth.is_known());
            plain_yes |= truth == Self::True;
            plain_no |= truth == Self::False;
        }
        if yes >= count {
            if plain_yes { Self::True } else { Self::SilentTrue }
        } else if yes + open >= count {
            Self::Unknown
        } else if plain_no {
            Self::False
        } else {
            Self::SilentFalse
        }
    }

    /// `|` is the greater by this rank.
    fn rank_for_or(self) -> u8 {
        match self {
            Self::SilentFalse => 0,
            Self::False => 1,
            Self::Unknown => 2,
            Self::SilentTrue => 3,
            Self::True => 4,
        }
    }

    /// `&` is the lesser by this rank.
    fn rank_for_and(self) -> u8 {
        match self {
            Self::False => 0,
            Self::SilentFalse => 1,
            Self::Unknown => 2,
            Self::True => 3,
            Self::SilentTrue => 4,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Not for Truth {
    type Output = Self;

    /// Keeps the mark: what was silent stays silent.
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::SilentFalse => Self::SilentTrue,
            Self::Unknown => Self::Unknown,
            Self::SilentTrue => Self::SilentFalse,
            Self::True => Self::False,
        }
    }
}

impl BitOr for Truth {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        if self.rank_for_or() >= other.rank_for_or() { self } else { other }
    }
}

impl BitAnd for Truth {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        if self.rank_for_and() <= other.rank_for_and() { self } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, SilentFalse, SilentTrue, True, Unknown};

    const ALL: [Truth; 5] = [False, SilentFalse, Unknown, SilentTrue, True];

    /// Compares a whole table: rows and columns in the order of `ALL`.
    fn check(operation: impl Fn(Truth, Truth) -> Truth, table: [[Truth; 5]; 5]) {
        for (left, row) in ALL.into_iter().zip(table) {
            for (right, expected) in ALL.into_iter().zip(row) {
                assert_eq!(operation(left, right), expected, "{left:?} with {right:?}");
            }
        }
    }

    #[test]
    fn or_is_true_if_any_is_true_and_plain_if_any_deciding_one_is_plain() {
        check(
            |a, b| a | b,
            [
                [False, False, Unknown, SilentTrue, True],
                [False, SilentFalse, Unknown, SilentTrue, True],
                [Unknown, Unknown, Unknown, SilentTrue, True],
                [SilentTrue, SilentTrue, SilentTrue, SilentTrue, True],
                [True, True, True, True, True],
            ],
        );
    }

    #[test]
    fn and_is_false_if_any_is_false_and_plain_if_any_deciding_one_is_plain() {
        check(
            |a, b| a & b,
            [
                [False, False, False, False, False],
                [False, SilentFalse, SilentFalse, SilentFalse, SilentFalse],
                [False, SilentFalse, Unknown, Unknown, Unknown],
                [False, SilentFalse, Unknown, SilentTrue, True],
                [False, SilentFalse, Unknown, True, True],
            ],
        );
    }

    #[test]
    fn only_unknown_and_silent_false_are_not_observed() {
        let observed: Vec<Truth> = ALL.into_iter().filter(|truth| truth.is_observed()).collect();
        assert_eq!(observed, [False, SilentTrue, True]);
    }

    #[test]
    fn negating_twice_changes_nothing() {
        for a in ALL {
            assert_eq!(!!a, a);
        }
    }

    #[test]
    fn de_morgan_holds_with_marks() {
        for a in ALL {
            for b in ALL {
                assert_eq!(!(a & b), !a | !b);
                assert_eq!(!(a | b), !a & !b);
            }
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter() {
        for a in ALL {
            for b in ALL {
                assert_eq!(a | b, b | a);
                assert_eq!(a & b, b & a);
                for c in ALL {
                    assert_eq!((a | b) | c, a | (b | c));
                    assert_eq!((a & b) & c, a & (b & c));
                }
            }
        }
    }

    #[test]
    fn at_least_one_is_or_and_at_least_all_is_and() {
        for a in ALL {
            for b in ALL {
                for c in ALL {
                    assert_eq!(Truth::at_least(1, [a, b, c]), a | b | c);
                    assert_eq!(Truth::at_least(3, [a, b, c]), a & b & c);
                }
            }
        }
    }

    #[test]
    fn at_least_two_of_three_is_its_own_dual() {
        for a in ALL {
            for b in ALL {
                for c in ALL {
                    let direct = !Truth::at_least(2, [a, b, c]);
                    assert_eq!(direct, Truth::at_least(2, [!a, !b, !c]), "{a:?} {b:?} {c:?}");
                }
            }
        }
    }

    #[test]
    fn at_least_answers_as_soon_as_the_unknown_ones_cannot_change_it() {
        for (truths, expected) in [
            ([True, True, Unknown], True),
            ([True, Unknown, False], Unknown),
            ([False, False, Unknown], False),
            ([False, SilentFalse, Unknown], False),
            ([SilentFalse, SilentFalse, Unknown], SilentFalse),
            ([SilentTrue, SilentTrue, Unknown], SilentTrue),
            ([SilentTrue, True, Unknown], True),
        ] {
            assert_eq!(Truth::at_least(2, truths), expected, "{truths:?}");
        }
    }

    #[test]
    fn learning_more_never_flips_a_known_answer() {
        let known = [False, SilentFalse, SilentTrue, True];
        for other in ALL {
            for learnt in known {
                for operation in [|a, b| a | b, |a, b| a & b, |a, b| Truth::at_least(2, [a, b, True])] {
                    let before: Truth = operation(Unknown, other);
                    let after = operation(learnt, other);
                    assert!(
                        !before.is_known() || before.is_true() == after.is_true() && after.is_known(),
                        "{other:?}: {before:?} became {after:?} on learning {learnt:?}"
                    );
                }
            }
        }
    }
}
