//! How far a layer of years or days can see, and which questions lie beyond.

use crate::{Day, Relation, ValueKind};

/// The end of what a layer of years or days has seen, in the units of its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// The greatest value the layer can hold.
    last: f64,
    /// The greatest value it has seen the whole of: a year it saw half of is not among them.
    whole: f64,
}

/// How a question lies to what its layer has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The layer can answer.
    Inside,
    /// The layer may still get a value that answers: without one, it is unknown.
    Open,
    /// Nothing the layer could have seen answers it: unknown everywhere.
    Beyond,
}

impl Reach {
    /// The reach of a layer that has seen everything up to and including `until`; only years and days have one.
    pub(crate) fn of(kind: ValueKind, until: Option<Day>) -> Option<Self> {
        let until = until?;
        match kind {
            ValueKind::Year => {
                let (year, month, day) = until.ymd();
                let last = f64::from(year);
                let is_whole = (month, day) == (12, 31);
                Some(Self { last, whole: if is_whole { last } else { last - 1.0 } })
            }
            ValueKind::Day => {
                let last = f64::from(until.number());
                Some(Self { last, whole: last })
            }
            ValueKind::Number | ValueKind::Text | ValueKind::Bool => None,
        }
    }

    /// The reach after `by` was added to every value.
    pub(crate) fn moved(self, by: f64) -> Self {
        Self { last: self.last + by, whole: self.whole + by }
    }

    /// The reach of a value that may come from either of two layers.
    pub(crate) fn lesser(self, other: Self) -> Self {
        Self { last: self.last.min(other.last), whole: self.whole.min(other.whole) }
    }

    /// How the question `value relation threshold` lies to it. Values are whole numbers.
    pub(crate) fn sight(self, relation: Relation, threshold: f64) -> Sight {
        let (outside, sight) = match relation {
            Relation::More => (threshold >= self.last, Sight::Beyond),
            Relation::AtLeast => (threshold > self.last, Sight::Beyond),
            Relation::Equal => (threshold > self.whole, Sight::Open),
            Relation::AtMost => (threshold.floor() > self.whole, Sight::Open),
            Relation::Less => (threshold.ceil() - 1.0 > self.whole, Sight::Open),
        };
        if outside { sight } else { Sight::Inside }
    }
}

#[cfg(test)]
mod tests {
    use super::Sight::{Beyond, Inside, Open};
    use super::{Reach, Sight};
    use crate::{Relation, ValueKind};

    /// Sights of `<`, `<=`, `==`, `>=`, `>` for each threshold.
    fn check(kind: ValueKind, until: &str, rows: &[(f64, [Sight; 5])]) {
        let reach = Reach::of(kind, until.parse().ok()).expect("years and days have a reach");
        for (threshold, expected) in rows {
            let sights = [Relation::Less, Relation::AtMost, Relation::Equal, Relation::AtLeast, Relation::More]
                .map(|relation| reach.sight(relation, *threshold));
            assert_eq!(sights, *expected, "{threshold} until {until}");
        }
    }

    #[test]
    fn a_year_layer_sees_to_the_end_of_its_last_year() {
        check(
            ValueKind::Year,
            "2024-12-31",
            &[
                (2023.0, [Inside, Inside, Inside, Inside, Inside]),
                (2024.0, [Inside, Inside, Inside, Inside, Beyond]),
                (2024.5, [Inside, Inside, Open, Beyond, Beyond]),
                (2025.0, [Inside, Open, Open, Beyond, Beyond]),
                (2026.0, [Open, Open, Open, Beyond, Beyond]),
            ],
        );
    }

    #[test]
    fn half_a_year_is_not_seen_as_a_whole() {
        check(
            ValueKind::Year,
            "2024-06-30",
            &[
                (2023.0, [Inside, Inside, Inside, Inside, Inside]),
                (2024.0, [Inside, Open, Open, Inside, Beyond]),
                (2025.0, [Open, Open, Open, Beyond, Beyond]),
            ],
        );
    }

    #[test]
    fn a_day_layer_sees_to_the_end_of_its_last_day() {
        // 2025-06-30 is day 20,269.
        check(
            ValueKind::Day,
            "2025-06-30",
            &[
                (20_268.0, [Inside, Inside, Inside, Inside, Inside]),
                (20_269.0, [Inside, Inside, Inside, Inside, Beyond]),
                (20_270.0, [Inside, Open, Open, Beyond, Beyond]),
            ],
        );
    }
}
