//! Calendar days as arrow counts them.

/// Days since 1970-01-01 of a day of the Gregorian calendar, or `None` if there is no such day.
pub(super) fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month_index = usize::try_from(month - 1).ok().filter(|&index| index < 12)?;
    if !(1..=lengths[month_index]).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let years = year - 1;
    let before_year = years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    let before_month: i32 = lengths[..month_index].iter().sum();
    /// Days from 0001-01-01 to 1970-01-01.
    const EPOCH: i32 = 719_162;
    Some(before_year + before_month + day - 1 - EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970_and_leap_days_are_days() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(1969, 12, 31), Some(-1));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(2020, 12, 31), Some(18_627));
        assert_eq!(days(2021, 1, 1), Some(18_628));
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_none() {
        for (year, month, day) in
            [(1900, 2, 29), (2021, 2, 29), (2020, 13, 1), (2020, 0, 1), (2020, 4, 31), (2020, 1, 0)]
        {
            assert_eq!(days(year, month, day), None, "{year}-{month}-{day}");
        }
    }
}
