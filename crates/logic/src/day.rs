//! Calendar days as numbers.

use std::fmt;
use std::str::FromStr;

/// A calendar day, counted from 1970-01-01 in the proleptic Gregorian calendar.
///
/// Intervals of days are half open: "after 2020-12-31" starts on 2021-01-01.
///
/// ```
/// use lindero_logic::Day;
///
/// let cutoff: Day = "2020-12-31".parse()?;
/// assert_eq!(cutoff.number(), 18_627);
/// assert_eq!(Day::from_number(cutoff.number() + 1).to_string(), "2021-01-01");
/// # Ok::<(), lindero_logic::InvalidDay>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The text is not a day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a day of the calendar; write year-month-day, such as 2020-12-31")]
pub struct InvalidDay {
    /// What was written.
    pub text: String,
}

/// Days in a cycle of 400 years.
const CYCLE_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

impl Day {
    /// The day of a year, month (1 to 12) and day of the month, or `None` if the calendar has no such day.
    ///
    /// Years are 0 to 9999, which is what an ISO date can write.
    ///
    /// # Method
    ///
    /// Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that a leap day is the
    /// last day of its year.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let in_calendar = (0..=9999).contains(&year) && (1..=12).contains(&month);
        if !in_calendar || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        let march_year = i64::from(year) - i64::from(month <= 2);
        let cycle = march_year.div_euclid(400);
        let year_of_cycle = march_year.rem_euclid(400);
        let march_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * march_month + 2) / 5 + i64::from(day) - 1;
        let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        i32::try_from(cycle * CYCLE_DAYS + day_of_cycle - EPOCH).ok().map(Self)
    }

    /// The day `number` days after 1970-01-01 (before it, if negative).
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12) and day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = i64::from(self.0) + EPOCH;
        let cycle = days.div_euclid(CYCLE_DAYS);
        let day_of_cycle = days.rem_euclid(CYCLE_DAYS);
        let year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
        // Narrow enough: an i32 of days is under six million years.
        (year as i32, month as u32, day as u32)
    }

    /// The calendar year it lies in.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ymd().0
    }
}

/// How long a month is; `month` is 1 to 12.
fn days_in_month(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    /// Reads `YYYY-MM-DD`, all ten characters and nothing else.
    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let digits = |range: std::ops::Range<usize>| {
            let part = text.get(range)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
        };
        let read = || {
            let bytes = text.as_bytes();
            if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
                return None;
            }
            Self::from_ymd(i32::try_from(digits(0..4)?).ok()?, digits(5..7)?, digits(8..10)?)
        };
        read().ok_or_else(|| InvalidDay { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::Day;
    use proptest::prelude::*;

    fn check(text: &str, number: i32) {
        let day: Day = text.parse().expect("a day of the calendar");
        assert_eq!(day.number(), number, "{text}");
        assert_eq!(day.to_string(), text);
    }

    #[test]
    fn days_have_their_known_numbers() {
        check("1970-01-01", 0);
        check("1969-12-31", -1);
        check("2000-02-29", 11_016);
        check("2014-12-31", 16_435);
        check("2020-12-31", 18_627);
        check("2021-01-01", 18_628);
        check("0000-03-01", -719_468);
        check("9999-12-31", 2_932_896);
    }

    #[test]
    fn february_has_its_leap_day_only_in_leap_years() {
        for (year, leap) in [(1900, false), (2000, true), (2020, true), (2021, false), (2100, false)] {
            assert_eq!(Day::from_ymd(year, 2, 29).is_some(), leap, "{year}");
            assert_eq!(Day::from_ymd(year, 2, 30), None, "{year}");
        }
    }

    #[test]
    fn what_is_not_an_iso_day_is_refused() {
        for text in [
            "2021-02-29",
            "2020-13-01",
            "2020-00-10",
            "2020-04-31",
            "2020-12-00",
            "2020-1-5",
            "20201231",
            "2020/12/31",
            "+020-12-31",
            "2020-12-31 ",
            "202é-12-31",
            "",
        ] {
            let error = text.parse::<Day>().expect_err(text);
            assert_eq!(
                error.to_string(),
                format!("{text:?} is not a day of the calendar; write year-month-day, such as 2020-12-31")
            );
        }
    }

    #[test]
    fn the_day_after_the_cutoff_is_in_the_next_year() {
        let cutoff = Day::from_ymd(2020, 12, 31).expect("a day");
        assert_eq!(cutoff.year(), 2020);
        assert_eq!(Day::from_number(cutoff.number() + 1).ymd(), (2021, 1, 1));
    }

    proptest! {
        #[test]
        fn every_day_is_one_after_the_day_before(number in -719_000i32..2_930_000) {
            let (today, tomorrow) = (Day::from_number(number), Day::from_number(number + 1));
            let (year, month, day) = today.ymd();
            prop_assert_eq!(Day::from_ymd(year, month, day), Some(today));
            let next = [(year, month, day + 1), (year, month + 1, 1), (year + 1, 1, 1)]
                .into_iter()
                .find(|(y, m, d)| Day::from_ymd(*y, *m, *d).is_some());
            prop_assert_eq!(next, Some(tomorrow.ymd()));
        }

        #[test]
        fn the_ends_of_the_number_range_do_not_panic(number in any::<i32>()) {
            prop_assert!(!Day::from_number(number).to_string().is_empty());
        }
    }
}
