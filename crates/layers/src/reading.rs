//! One cell's stored value, before anyone asks what it means.

/// What a layer says at one cell: a stored number, or why there is none. Fits in 64 bits, so that
/// the readings of many layers at one cell make one key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Reading(u64);

impl Reading {
    /// The file has a cell there and says that it holds no data.
    pub const NO_DATA: Self = Self(0x7ff8_0000_0000_0001);
    /// No file of the layer has a cell there.
    pub const OUTSIDE: Self = Self(0x7ff8_0000_0000_0002);

    /// A stored number. Not a number is no data, and -0 is 0.
    #[must_use]
    #[inline]
    pub fn of(number: f64) -> Self {
        if number.is_nan() { Self::NO_DATA } else { Self((number + 0.0).to_bits()) }
    }

    /// The reading as a word of a key.
    #[must_use]
    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The reading of a word of a key.
    #[must_use]
    #[inline]
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The stored number, if there is one.
    #[must_use]
    #[inline]
    pub fn number(self) -> Option<f64> {
        (self != Self::NO_DATA && self != Self::OUTSIDE).then(|| f64::from_bits(self.0))
    }
}

/// By number; no data and then outside come last.
impl Ord for Reading {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Reading {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_sort_by_number_with_the_unknown_last() {
        let mut readings = [Reading::OUTSIDE, Reading::of(3.0), Reading::NO_DATA, Reading::of(-7.5), Reading::of(0.0)];
        readings.sort();
        let numbers = readings.map(Reading::number);
        assert_eq!(numbers, [Some(-7.5), Some(0.0), Some(3.0), None, None]);
        assert_eq!(readings[3], Reading::NO_DATA);
    }

    #[test]
    fn not_a_number_is_no_data_and_minus_zero_is_zero() {
        assert_eq!(Reading::of(f64::NAN), Reading::NO_DATA);
        assert_eq!(Reading::of(-f64::NAN), Reading::NO_DATA);
        assert_eq!(Reading::of(-0.0), Reading::of(0.0));
    }
}
