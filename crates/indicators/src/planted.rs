//! Ground of which only a declared planting year tells what it is.

use lindero_logic::Day;

/// The attribute of a policy that declares when a plot was planted.
pub const PLANTED_YEAR: &str = "planted_year";

/// Ground that is undecided from above and settled by what a plot declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantedGround {
    /// The indicator that measures it.
    pub id: String,
    /// The remainder that it belongs to where no year is declared; `None` if it belongs to none.
    pub undecided: Option<String>,
    /// The indicator that it counts for in plots planted up to the cut-off.
    pub before: String,
    /// The indicator that it counts for in plots planted after it; `None` where it stays undecided.
    pub after: Option<String>,
}

/// On which side of a cut-off a plot was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// Up to it.
    Before,
    /// After it.
    After,
}

impl Planted {
    /// By the declared year; `None` for the year in which a cut-off lies that is not its last day.
    #[must_use]
    pub fn of(year: i32, cutoff: Day) -> Option<Self> {
        let first_day_after = Day::from_number(cutoff.number() + 1);
        if year < first_day_after.year() { Some(Self::Before) } else { (year > cutoff.year()).then_some(Self::After) }
    }
}

#[cfg(test)]
mod tests {
    use super::Planted::{self, After, Before};
    use lindero_logic::Day;

    fn check(cutoff: (i32, u32, u32), expected: [Option<Planted>; 3]) {
        let cutoff = Day::from_ymd(cutoff.0, cutoff.1, cutoff.2).unwrap();
        assert_eq!([2019, 2020, 2021].map(|year| Planted::of(year, cutoff)), expected, "{cutoff}");
    }

    #[test]
    fn a_year_is_before_a_cutoff_if_all_its_days_are_and_after_it_if_none_is() {
        check((2020, 12, 31), [Some(Before), Some(Before), Some(After)]);
        check((2020, 12, 30), [Some(Before), None, Some(After)]);
        check((2020, 1, 1), [Some(Before), None, Some(After)]);
        check((2019, 12, 31), [Some(Before), Some(After), Some(After)]);
    }
}
