//! Ellipsoids, and the area of the surface of WGS 84 between parallels.
//!
//! # Method
//!
//! The area between the equator and latitude `phi`, per radian of longitude, is
//! `F(phi) = a^2 (1 - e^2) * integral of cos t / (1 - e^2 sin^2 t)^2 dt` (Snyder 1987, *Map Projections: A Working Manual*, eq. 3-12;
//! `F` is `a^2 / 2` times his `q`). Expanded in powers of `e^2 sin^2` and then in multiples
//! of the latitude it is a sum of seven sines that is exact to the last digit, and whose differences,
//! means and derivatives have closed forms without cancellation.

use std::f64::consts::PI;

/// Equatorial radius in metres (WGS 84, NGA.STND.0036).
pub(crate) const A_M: f64 = 6_378_137.0;

/// Flattening (WGS 84, NGA.STND.0036).
const FLATTENING: f64 = 1.0 / 298.257_223_563;

/// Square of the first eccentricity.
pub(crate) const E2: f64 = WGS_84.e2();

/// The size and the shape of an ellipsoid.
pub(crate) struct Ellipsoid {
    /// Equatorial radius in metres.
    pub(crate) a_m: f64,
    flattening: f64,
}

/// WGS 84 (NGA.STND.0036).
pub(crate) const WGS_84: Ellipsoid = Ellipsoid { a_m: A_M, flattening: FLATTENING };

/// The International ellipsoid of 1924, Hayford's (EPSG:7022).
pub(crate) const INTERNATIONAL_1924: Ellipsoid = Ellipsoid { a_m: 6_378_388.0, flattening: 1.0 / 297.0 };

impl Ellipsoid {
    /// Square of the first eccentricity.
    pub(crate) const fn e2(&self) -> f64 {
        self.flattening * (2.0 - self.flattening)
    }

    /// The difference of its radii over their sum.
    pub(crate) const fn third_flattening(&self) -> f64 {
        self.flattening / (2.0 - self.flattening)
    }
}

/// Radians in a degree.
pub(crate) const RADIANS: f64 = PI / 180.0;

/// How many sines: each next coefficient is about `e^2 / 4`, a 600th, of the one before.
const SINES: usize = 7;

/// `F(phi) = sum of SERIES_M2[j] * sin((2j + 1) phi)`, in square metres per radian of longitude.
const SERIES_M2: [f64; SINES] = series_m2();

const fn series_m2() -> [f64; SINES] {
    const POWERS: usize = 14;
    let mut series = [0.0; SINES];
    let mut k = 0;
    // sin^(2k+1) = 4^-k * sum over j of (-1)^j binomial(2k+1, k-j) sin((2j+1) phi)
    let mut weight = A_M * A_M * (1.0 - E2);
    while k < POWERS {
        let integral = weight * (k + 1) as f64 / (2 * k + 1) as f64;
        let mut j = 0;
        while j < SINES && j <= k {
            let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
            series[j] += sign * integral * binomial(2 * k + 1, k - j);
            j += 1;
        }
        weight *= E2 / 4.0;
        k += 1;
    }
    series
}

const fn binomial(n: usize, k: usize) -> f64 {
    let mut value = 1.0;
    let mut i = 0;
    while i < k {
        value = value * (n - i) as f64 / (i + 1) as f64;
        i += 1;
    }
    value
}

/// `sin((2j + 1) phi)` and `cos((2j + 1) phi)` for each term of the series.
fn odd_multiples(phi: f64) -> [(f64, f64); SINES] {
    let (sin, cos) = libm::sincos(phi);
    let (sin2, cos2) = (2.0 * sin * cos, (cos - sin) * (cos + sin));
    let mut terms = [(sin, cos); SINES];
    for j in 1..SINES {
        let (s, c) = terms[j - 1];
        terms[j] = (s * cos2 + c * sin2, c * cos2 - s * sin2);
    }
    terms
}

/// `F(north) - F(south)` in m² per radian of longitude; latitudes in degrees, because only their
/// difference in degrees is exact.
pub(crate) fn zone_m2(south_deg: f64, north_deg: f64) -> f64 {
    shift_m2(south_deg, north_deg, |_| 1.0)
}

/// Mean of `F(phi) - F(reference)` while `phi` goes evenly from `from` to `to`, all in degrees.
pub(crate) fn mean_zone_m2(reference_deg: f64, from_deg: f64, to_deg: f64) -> f64 {
    let half = 0.5 * (to_deg - from_deg) * RADIANS;
    let references = odd_multiples(reference_deg * RADIANS);
    // The mean of sin m phi is sin(m middle) sinc(m half): the middle's zone, shrunk, and what shrinking takes from F(reference).
    let shrunk = |j: usize| SERIES_M2[j] * references[j].0 * sinc_less_one(multiple(j) * half);
    let middle_deg = f64::midpoint(from_deg, to_deg);
    let shrink = |j: usize| 1.0 + sinc_less_one(multiple(j) * half);
    shift_m2(reference_deg, middle_deg, shrink) + (0..SINES).rev().map(shrunk).sum::<f64>()
}

/// `F(to) - F(from)` with each sine's term shrunk by a factor.
fn shift_m2(from_deg: f64, to_deg: f64, shrink: impl Fn(usize) -> f64) -> f64 {
    let middles = odd_multiples(f64::midpoint(from_deg, to_deg) * RADIANS);
    let halves = odd_multiples(0.5 * (to_deg - from_deg) * RADIANS);
    // sin a - sin b = 2 cos((a + b) / 2) sin((a - b) / 2)
    let term = |j: usize| SERIES_M2[j] * 2.0 * middles[j].1 * halves[j].0 * shrink(j);
    (0..SINES).rev().map(term).sum()
}

/// The multiple of the latitude in term `j` of the series.
const fn multiple(j: usize) -> f64 {
    (2 * j + 1) as f64
}

/// `sin(x) / x - 1` without cancellation.
pub(crate) fn sinc_less_one(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return libm::sin(x) / x - 1.0;
    }
    // Taylor: the last term, x^14 / 15!, is below 1e-16 of the first.
    let x2 = x * x;
    let mut sum = 0.0;
    for n in (1..=7).rev() {
        let n2 = f64::from(2 * n);
        sum = -x2 / (n2 * (n2 + 1.0)) * (1.0 + sum);
    }
    sum
}

/// Metres in a degree of longitude and in one of latitude at a latitude in degrees.
pub fn metres_per_degree(latitude_deg: f64) -> [f64; 2] {
    let (sin, cos) = libm::sincos(latitude_deg * RADIANS);
    let w2 = 1.0 - E2 * sin * sin;
    let normal_m = A_M / w2.sqrt();
    let meridian_m = normal_m * (1.0 - E2) / w2;
    [normal_m * cos * RADIANS, meridian_m * RADIANS]
}

/// How many terms an [`Expansion`] has.
const TERMS: usize = 8;

/// Latitudes up to this far from the middle of an [`Expansion`], in radians (half a degree), are exact to the last
/// digit: the first neglected term is below `x^8 / 9!`.
pub(crate) const REACH: f64 = 0.5 * RADIANS;

/// Taylor coefficients of `F(phi) - F(middle)`: entry `k` belongs to `(phi - middle)^(k + 1)`.
pub(crate) type Expansion = [f64; TERMS];

/// `SERIES_M2[j] * multiple^(k + 1) / (k + 1)!`: what the derivatives of each sine weigh in an [`Expansion`].
const DERIVATIVES_M2: [[f64; TERMS]; SINES] = derivatives_m2();

const fn derivatives_m2() -> [[f64; TERMS]; SINES] {
    let mut scales = [[0.0; TERMS]; SINES];
    let mut j = 0;
    while j < SINES {
        let mut scale = SERIES_M2[j];
        let mut k = 0;
        while k < TERMS {
            scale *= multiple(j) / (k + 1) as f64;
            scales[j][k] = scale;
            k += 1;
        }
        j += 1;
    }
    scales
}

/// Expands `F` around a latitude in radians.
pub(crate) fn expand(middle: f64) -> Expansion {
    let multiples = odd_multiples(middle);
    let mut expansion = [0.0; TERMS];
    for j in (0..SINES).rev() {
        let (sin, cos) = multiples[j];
        let derivatives = [cos, -sin, -cos, sin, cos, -sin, -cos, sin];
        for k in 0..TERMS {
            expansion[k] += DERIVATIVES_M2[j][k] * derivatives[k];
        }
    }
    expansion
}

#[cfg(test)]
mod tests {
    use super::{A_M, E2, RADIANS, expand, mean_zone_m2, zone_m2};
    use proptest::prelude::*;

    /// Snyder's closed form (eq. 3-12), times `a^2 / 2`.
    fn snyder_m2(phi: f64) -> f64 {
        let e = E2.sqrt();
        let s = phi.sin();
        let q = (1.0 - E2) * (s / (1.0 - E2 * s * s) + (e * s).atanh() / e);
        0.5 * A_M * A_M * q
    }

    #[test]
    fn both_hemispheres_have_the_area_of_the_earth() {
        // Total area of WGS 84 in m², Moritz 2000 (GRS 80) and NGA tables agree to these digits.
        let earth = 4.0 * std::f64::consts::PI * zone_m2(0.0, 90.0);
        assert!((earth / 5.100_656_217_240_9e14 - 1.0).abs() < 1e-12, "{earth}");
    }

    proptest! {
        #[test]
        fn the_series_is_the_closed_form(a in -90.0..90.0, b in -90.0..90.0) {
            let expected = snyder_m2(b * RADIANS) - snyder_m2(a * RADIANS);
            // The closed form itself loses digits when the latitudes are close.
            prop_assert!((zone_m2(a, b) - expected).abs() < 1e-14 * A_M * A_M);
        }

        #[test]
        fn the_mean_is_the_mean_of_many(reference in -80.0..80.0, from in -89.0..89.0, to in -89.0..89.0) {
            let steps = 2000;
            let zone = |degrees: f64| snyder_m2(degrees * RADIANS) - snyder_m2(reference * RADIANS);
            let at = |i: f64| zone(from + (to - from) * i / f64::from(steps));
            // Simpson's rule: error of the order of (180° / 2000)^4.
            let weight = |i: i32| if i == 0 || i == steps { 1.0 } else if i % 2 == 1 { 4.0 } else { 2.0 };
            let sum: f64 = (0..=steps).map(|i| weight(i) * at(f64::from(i))).sum();
            let expected = sum / (3.0 * f64::from(steps));
            let got = mean_zone_m2(reference, from, to);
            prop_assert!((got - expected).abs() < 1e-12 * A_M * A_M, "{got} {expected}");
        }

        #[test]
        fn the_expansion_is_the_zone(middle in -89.0..89.0, off in -0.5..0.5) {
            let to: f64 = middle + off;
            let by = (to - middle) * RADIANS;
            let taylor = expand(middle * RADIANS).iter().rev().fold(0.0, |sum, c| (sum + c) * by);
            let exact = zone_m2(middle, to);
            // Towards the poles the area element vanishes and what rounding leaves counts more.
            let tolerance = 2e-15 / libm::cos(middle * RADIANS);
            prop_assert!((taylor - exact).abs() <= tolerance * exact.abs(), "{taylor} {exact}");
        }
    }
}
