//! What a stored number means: a class, a year, a day, never, or nothing known.

use crate::Reading;
use lindero_logic::{Day, Truth, Value};

/// How a stored number is to be understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// What kind of thing the number codes.
    pub coding: Coding,
    /// The stored number that means "known not to have happened in the period".
    pub never: Option<f64>,
    /// Which stored numbers are no data.
    pub no_data: NoData,
    /// What a plain number is multiplied with.
    pub scale: f64,
    /// What is added after that.
    pub offset: f64,
    /// First and last year the layer speaks of.
    pub period: Option<(i32, i32)>,
    /// The last day the layer has seen.
    pub until: Option<Day>,
    /// It only ever says yes: no value is no signal, and no observation.
    pub says_yes_only: bool,
}

/// What kind of thing a stored number codes.
#[derive(Clone, Debug, PartialEq)]
pub enum Coding {
    /// A class, a percentage: itself.
    Number,
    /// A year, counted from `base`.
    Year {
        /// 2000 where 21 means 2021; 0 where 2021 is stored as it is.
        base: f64,
    },
    /// Two digits of the year (from 2000) and three of the day in it: 20366 is 2020-12-31.
    Yyddd,
    /// Days since an epoch.
    DaysSince {
        /// Day 0.
        epoch: Day,
    },
    /// A digit of confidence, then days since 2014-12-31: 32193 is 2021-01-01, of high confidence.
    Graded {
        /// The confidences that count; an alert of another is no alert.
        confidence: Confidence,
    },
}

/// Which of the confidences 2 (low), 3 (high), 4 (several systems) count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence(u8);

impl Confidence {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ANY: Self = Self(0b1_1100);

    /// One more.
    #[must_use]
    pub fn with(self, digit: u8) -> Self {
        Self(self.0 | 1 << digit)
    }

    fn contains(self, digit: u32) -> bool {
        digit < 8 && self.0 & (1 << digit) != 0
    }
}

/// Which stored numbers are no data.
#[derive(Clone, Debug, PartialEq)]
pub enum NoData {
    /// The one the file tags, if any.
    AsTagged,
    /// None, whatever the file tags.
    None,
    /// These, whatever the file tags.
    Values(Vec<f64>),
}

/// What decides whether a layer speaks at a cell: its `valid_where` and `only_where`, already answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conditions {
    /// The answer of `valid_where`, if there is one.
    pub valid: Option<Truth>,
    /// The answer of `only_where`, if there is one.
    pub counts: Option<Truth>,
}

impl Meaning {
    /// Whether the file's own no-data tag is to be heeded.
    #[must_use]
    pub fn heeds_tag(&self) -> bool {
        self.no_data == NoData::AsTagged
    }

    /// What a reading means for expressions: years as years, days as day numbers.
    #[must_use]
    pub fn value(&self, reading: Reading, conditions: Conditions) -> Value<'static> {
        let known = |truth: Option<Truth>| truth.is_none_or(Truth::is_true);
        let said = match reading.number() {
            Some(number) if !self.is_no_data(number) => self.decoded(number),
            _ => Said::Nothing,
        };
        if self.says_yes_only {
            // Silence is only an observation where something says that the layer watched.
            let watched = conditions.valid.is_some_and(Truth::is_true);
            let silence = if watched { Value::Never } else { Value::Silent };
            return match said {
                Said::Number(number) if known(conditions.counts) => Value::Number(number),
                _ => silence,
            };
        }
        if !known(conditions.valid) {
            return Value::Unknown;
        }
        match (said, conditions.counts) {
            (Said::Nothing, _) | (_, Some(Truth::Unknown)) => Value::Unknown,
            (_, Some(counts)) if counts.is_false() => Value::Never,
            (Said::Never, _) => Value::Never,
            (Said::Number(number), _) => Value::Number(number),
        }
    }

    fn is_no_data(&self, number: f64) -> bool {
        matches!(&self.no_data, NoData::Values(values) if values.contains(&number))
    }

    fn decoded(&self, number: f64) -> Said {
        if self.never == Some(number) {
            return Said::Never;
        }
        match &self.coding {
            Coding::Number => Said::Number(number * self.scale + self.offset),
            Coding::Year { base } => {
                let year = base + number;
                // A year the layer cannot speak of is a code nobody declared, not a clearing.
                let inside =
                    self.period.is_none_or(|(first, last)| year >= f64::from(first) && year <= f64::from(last));
                if inside && year.fract() == 0.0 { Said::Number(year) } else { Said::Nothing }
            }
            Coding::Yyddd => Said::day(yyddd(number)),
            Coding::DaysSince { epoch } => Said::day(days_after(*epoch, number)),
            Coding::Graded { confidence } => {
                if number.fract() != 0.0 || !(10_000.0..=99_999.0).contains(&number) {
                    return Said::Nothing;
                }
                let code = number as u32;
                if confidence.contains(code / 10_000) {
                    Said::day(days_after(graded_epoch(), f64::from(code % 10_000)))
                } else {
                    Said::Never
                }
            }
        }
    }
}

/// What a stored number says by itself.
enum Said {
    Number(f64),
    Never,
    Nothing,
}

impl Said {
    fn day(day: Option<Day>) -> Self {
        day.map_or(Self::Nothing, |day| Self::Number(f64::from(day.number())))
    }
}

/// Day 0 of graded alerts.
fn graded_epoch() -> Day {
    Day::from_ymd(2014, 12, 31).expect("a day of the calendar")
}

fn days_after(epoch: Day, days: f64) -> Option<Day> {
    (days.fract() == 0.0 && days.abs() < 1e6).then(|| Day::from_number(epoch.number() + days as i32))
}

fn yyddd(number: f64) -> Option<Day> {
    if number.fract() != 0.0 || !(1.0..=99_366.0).contains(&number) {
        return None;
    }
    let (year, day) = (2000 + number as i32 / 1000, number as i32 % 1000);
    let first = Day::from_ymd(year, 1, 1)?;
    let found = Day::from_number(first.number() + day - 1);
    (day >= 1 && found.year() == year).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Meaning {
        Meaning {
            coding: Coding::Number,
            never: None,
            no_data: NoData::AsTagged,
            scale: 1.0,
            offset: 0.0,
            period: None,
            until: None,
            says_yes_only: false,
        }
    }

    fn check(meaning: &Meaning, stored: f64, expected: Value<'_>) {
        assert_eq!(meaning.value(Reading::of(stored), Conditions::default()), expected, "{stored}");
    }

    fn day(text: &str) -> Value<'static> {
        Value::Number(f64::from(text.parse::<Day>().unwrap().number()))
    }

    #[test]
    fn loss_years_count_from_their_base_and_zero_is_never() {
        let loss =
            Meaning { coding: Coding::Year { base: 2000.0 }, never: Some(0.0), period: Some((2001, 2024)), ..plain() };
        check(&loss, 21.0, Value::Number(2021.0));
        check(&loss, 0.0, Value::Never);
        check(&loss, 255.0, Value::Unknown);
        check(&loss, f64::NAN, Value::Unknown);
    }

    #[test]
    fn days_are_decoded_around_the_cut_off() {
        let yyddd = Meaning { coding: Coding::Yyddd, never: Some(0.0), ..plain() };
        check(&yyddd, 20_366.0, day("2020-12-31"));
        check(&yyddd, 21_001.0, day("2021-01-01"));
        check(&yyddd, 24_366.0, day("2024-12-31"));
        check(&yyddd, 21_366.0, Value::Unknown);
        check(&yyddd, 21_000.0, Value::Unknown);
        check(&yyddd, 0.0, Value::Never);

        let gfw = Meaning {
            coding: Coding::Graded { confidence: Confidence::NONE.with(3).with(4) },
            never: Some(0.0),
            ..plain()
        };
        check(&gfw, 32_192.0, day("2020-12-31"));
        check(&gfw, 32_193.0, day("2021-01-01"));
        check(&gfw, 22_193.0, Value::Never);
        check(&gfw, 7.0, Value::Unknown);

        let epoch = Day::from_ymd(2015, 1, 1).unwrap();
        let days = Meaning { coding: Coding::DaysSince { epoch }, never: Some(0.0), ..plain() };
        check(&days, 365.0, day("2016-01-01"));
    }

    #[test]
    fn no_data_is_what_the_catalog_says() {
        let listed = Meaning { no_data: NoData::Values(vec![0.0, 27.0]), ..plain() };
        check(&listed, 27.0, Value::Unknown);
        check(&listed, 3.0, Value::Number(3.0));
        assert!(!listed.heeds_tag());
        assert_eq!(listed.value(Reading::OUTSIDE, Conditions::default()), Value::Unknown);
    }

    #[test]
    fn a_layer_speaks_only_where_it_is_valid() {
        let answer = |valid| Conditions { valid: Some(valid), counts: None };
        let value = |truth| plain().value(Reading::of(1.0), answer(truth));
        assert_eq!(value(Truth::True), Value::Number(1.0));
        assert_eq!(value(Truth::False), Value::Unknown);
        assert_eq!(value(Truth::Unknown), Value::Unknown);
    }

    #[test]
    fn alerts_are_silent_unless_something_says_that_they_watched() {
        let alerts = Meaning { coding: Coding::Yyddd, never: Some(0.0), says_yes_only: true, ..plain() };
        let with = |stored, valid: Option<Truth>, counts: Option<Truth>| {
            alerts.value(Reading::of(stored), Conditions { valid, counts })
        };
        assert_eq!(with(0.0, None, None), Value::Silent);
        assert_eq!(with(0.0, Some(Truth::True), None), Value::Never);
        assert_eq!(with(0.0, Some(Truth::False), None), Value::Silent);
        assert_eq!(with(21_001.0, Some(Truth::False), None), day("2021-01-01"));
        assert_eq!(with(21_001.0, None, Some(Truth::False)), Value::Silent);
        assert_eq!(alerts.value(Reading::OUTSIDE, Conditions::default()), Value::Silent);
    }
}
