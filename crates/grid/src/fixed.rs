//! Areas within a cell as integers.

/// Bits behind the point of a share while it is being summed.
pub(crate) const SUM_BITS: u32 = 51;

/// Between 2 and 4 the last bit of a double is 2^-51: adding 3 rounds a number in `-1.0..=1.0` to that bit, and the bits
/// of doubles in between count up by one.
const ROUNDER: f64 = 3.0;

/// A number in `-1.0..=1.0` as a multiple of 2^-51, to the nearest, without a call or a branch.
///
/// Sums of integers do not depend on the order of their terms: a plot's coverage then depends neither on
/// the corner its rings start from nor on the order of its rings.
#[inline]
pub(crate) fn fixed(value: f64) -> i64 {
    debug_assert!(value.abs() <= 1.001, "{value} is no share of a cell");
    (value + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits()) as i64
}

#[cfg(test)]
mod tests {
    use super::{SUM_BITS, fixed};

    #[test]
    fn numbers_are_rounded_to_the_nearest_unit() {
        let unit = 0.5f64.powi(SUM_BITS as i32);
        for (value, expected) in [(0.0, 0), (1.0, 1 << 51), (-1.0, -(1 << 51)), (0.25, 1 << 49), (-0.25, -(1 << 49))] {
            assert_eq!(fixed(value), expected, "{value}");
        }
        for (units, expected) in [(1.0, 1), (0.4, 0), (0.6, 1), (-0.4, 0), (-0.6, -1), (12_345.4, 12_345)] {
            assert_eq!(fixed(units * unit), expected, "{units}");
        }
    }

    #[test]
    fn a_number_and_its_negative_cancel() {
        for k in 0..1000 {
            let value = f64::from(k) / 999.0;
            assert_eq!(fixed(value) + fixed(-value), 0, "{value}");
        }
    }
}
