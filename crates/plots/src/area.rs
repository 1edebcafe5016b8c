//! Areas on the WGS 84 ellipsoid.

use crate::ellipsoid::{Expansion, RADIANS, REACH, expand, mean_zone_m2, zone_m2};
use crate::{Position, ShapeRef};

/// Square metres in a hectare.
pub const M2_PER_HA: f64 = 10_000.0;

/// Area of a shape on the WGS 84 ellipsoid in square metres, its sides straight in longitude and latitude
/// (RFC 7946, 3.1.1).
///
/// Holes subtract because they run the other way. A shape whose rings run the wrong way has a negative area.
///
/// # Method
///
/// The area of a ring is the line integral `-F(latitude) d longitude`, `F` being the area south of a parallel per radian of
/// longitude. `F` is counted from the ring's own middle latitude, so that a small plot far from the
/// equator keeps its digits, and integrated along each side in closed form.
///
/// # Limits
///
/// Geodesic sides enclose another area: the difference is below 1e-6 for plots under 100 ha.
pub fn area_m2(shape: ShapeRef<'_>) -> f64 {
    shape.rings().map(ring_area_m2).sum()
}

/// Area of a rectangle in longitude and latitude on the WGS 84 ellipsoid in square metres, exact to 1e-12 however low the
/// rectangle is: the area of a cell of a geographic grid. Latitudes and width in degrees.
///
/// ```
/// // One cell of 0.00025 degrees, the 30 m products, at 10 degrees south.
/// let cell_m2 = lindero_plots::row_area_m2(-10.00025, -10.0, 0.00025);
/// assert!((cell_m2 - 757.9).abs() < 0.1);
/// ```
pub fn row_area_m2(lat_south_deg: f64, lat_north_deg: f64, width_deg: f64) -> f64 {
    zone_m2(lat_south_deg, lat_north_deg) * (width_deg * RADIANS)
}

/// Signed area of a closed ring in square metres, positive if it runs counter-clockwise.
pub(crate) fn ring_area_m2(ring: &[Position]) -> f64 {
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    for position in ring {
        south = south.min(position[1]);
        north = north.max(position[1]);
    }
    if south >= north {
        return 0.0;
    }
    let middle_deg = f64::midpoint(south, north);
    if (north - south) * RADIANS <= 2.0 * REACH {
        let expansion = expand(middle_deg * RADIANS);
        let later = largest_later_term(&expansion, (north - south) * RADIANS);
        integrate(ring, |from_deg, to_deg| {
            let (from, to) = ((from_deg - middle_deg) * RADIANS, (to_deg - middle_deg) * RADIANS);
            mean_of_expansion(&expansion, later, from, to)
        })
    } else {
        integrate(ring, |from_deg, to_deg| mean_zone_m2(middle_deg, from_deg, to_deg))
    }
}

/// Minus the sum over all sides of `mean` between their latitudes, times their extent in longitude in radians.
fn integrate(ring: &[Position], mean: impl Fn(f64, f64) -> f64) -> f64 {
    let side = |side: &[Position]| (side[0][0] - side[1][0]) * mean(side[0][1], side[1][1]);
    ring.windows(2).map(side).sum::<f64>() * RADIANS
}

/// Terms that are always added; those after them rarely reach the last digit.
const FIRST_TERMS: usize = 4;

/// Adding less than this share of a sum leaves it as it is: half of half the distance to the next number, and half of that
/// again for the rounding of what is compared.
const LOST: f64 = f64::EPSILON / 8.0;

/// No term of the mean after the first few is larger than this, where no latitude is further than `reach` from the middle.
fn largest_later_term(expansion: &Expansion, reach: f64) -> f64 {
    let mut power = 1.0;
    let mut largest: f64 = 0.0;
    for (k, coefficient) in expansion.iter().enumerate() {
        power *= reach;
        if k >= FIRST_TERMS {
            largest = largest.max(coefficient.abs() * power);
        }
    }
    largest
}

/// Mean of the expansion while its argument goes evenly from `from` to `to`.
///
/// To the last bit what adding all terms gives: none of the later ones is larger than `later`, and where one alone would
/// be lost in rounding so is each after it.
fn mean_of_expansion(expansion: &Expansion, later: f64, from: f64, to: f64) -> f64 {
    // The mean of x^n is (from^n + from^(n-1) to + ... + to^n) / (n + 1).
    let mut powers = 1.0;
    let mut power_of_to = 1.0;
    let mut sum: f64 = 0.0;
    for (k, coefficient) in expansion.iter().enumerate().take(FIRST_TERMS) {
        power_of_to *= to;
        powers = powers * from + power_of_to;
        sum += coefficient * powers / (k + 2) as f64;
    }
    if sum.abs() * LOST > later {
        return sum;
    }
    for (k, coefficient) in expansion.iter().enumerate().skip(FIRST_TERMS) {
        power_of_to *= to;
        powers = powers * from + power_of_to;
        sum += coefficient * powers / (k + 2) as f64;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{largest_later_term, mean_of_expansion};
    use crate::ellipsoid::{REACH, expand};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn leaving_terms_out_changes_no_bit(
            middle in -1.57..1.57_f64,
            (size, from, to) in (-9.0..0.0_f64, -1.0..1.0_f64, -1.0..1.0_f64),
        ) {
            let expansion = expand(middle);
            let reach = REACH * 10.0_f64.powf(size);
            let (from, to) = (from * reach, to * reach);
            // Sides up and down through the middle have means near zero, where every term counts.
            for to in [to, -from, -from * (1.0 + 1e-9), from] {
                let all = mean_of_expansion(&expansion, f64::INFINITY, from, to);
                let some = mean_of_expansion(&expansion, largest_later_term(&expansion, 2.0 * reach), from, to);
                prop_assert_eq!(all.to_bits(), some.to_bits());
            }
        }
    }
}
