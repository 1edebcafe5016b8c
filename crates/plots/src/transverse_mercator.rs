//! The transverse Mercator projection backwards: from metres of a zone to degrees.
//!
//! # Method
//!
//! Krüger's series in the third flattening, to its fourth power (Karney 2011, *Transverse Mercator with an accuracy of a few
//! nanometers*, eq. 7, 11, 15 and 36). What is left out is below a micrometre within a zone.

use crate::Position;
use crate::ellipsoid::{Ellipsoid, RADIANS};

/// How many terms of the series are taken.
const TERMS: usize = 4;

/// Scale on the central meridian of a UTM zone.
const UTM_SCALE: f64 = 0.9996;

/// Easting of the central meridian of a UTM zone in metres.
const FALSE_EASTING_M: f64 = 500_000.0;

/// Northing of the equator in the zones of the south, in metres.
const FALSE_NORTHING_M: f64 = 10_000_000.0;

/// The longitude of the central meridian of a UTM zone.
pub(crate) fn central_meridian_deg(zone: u8) -> f64 {
    f64::from(zone) * 6.0 - 183.0
}

/// Where easting and northing in metres of a UTM zone are: degrees east of the central meridian, and latitude.
pub(crate) fn from_utm([easting_m, northing_m]: Position, south: bool, ellipsoid: &Ellipsoid) -> Position {
    let equator_m = if south { FALSE_NORTHING_M } else { 0.0 };
    inverse([(easting_m - FALSE_EASTING_M) / UTM_SCALE, (northing_m - equator_m) / UTM_SCALE], ellipsoid)
}

/// Metres east of the central meridian and north of the equator, at scale one, as degrees.
fn inverse([east_m, north_m]: Position, ellipsoid: &Ellipsoid) -> Position {
    let n = ellipsoid.third_flattening();
    let radius_m = rectifying_radius_m(ellipsoid);
    let (xi, eta) = (north_m / radius_m, east_m / radius_m);
    let (mut xi_sphere, mut eta_sphere) = (xi, eta);
    for (beta, twice) in beta(n).into_iter().zip([2.0, 4.0, 6.0, 8.0]) {
        let (sin, cos) = libm::sincos(twice * xi);
        xi_sphere -= beta * sin * libm::cosh(twice * eta);
        eta_sphere -= beta * cos * libm::sinh(twice * eta);
    }
    let (sin, cos) = libm::sincos(xi_sphere);
    let sinh = libm::sinh(eta_sphere);
    let lon = libm::atan2(sinh, cos);
    let lat = libm::atan(tan_latitude(sin / (sinh * sinh + cos * cos).sqrt(), ellipsoid.e2()));
    [lon / RADIANS, lat / RADIANS]
}

/// Radius of the circle as long as a meridian, in metres.
fn rectifying_radius_m(ellipsoid: &Ellipsoid) -> f64 {
    let n = ellipsoid.third_flattening();
    let n2 = n * n;
    ellipsoid.a_m / (1.0 + n) * (1.0 + n2 * (1.0 / 4.0 + n2 / 64.0))
}

/// The coefficients of the way back.
fn beta(n: f64) -> [f64; TERMS] {
    [
        n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (37.0 / 96.0 - n / 360.0))),
        n * n * (1.0 / 48.0 + n * (1.0 / 15.0 - n * 437.0 / 1440.0)),
        n * n * n * (17.0 / 480.0 - n * 37.0 / 840.0),
        n * n * n * n * 4397.0 / 161_280.0,
    ]
}

/// The tangent of the latitude whose conformal latitude has this tangent: Newton's method.
fn tan_latitude(conformal: f64, e2: f64) -> f64 {
    // Each step doubles the digits, from three on.
    const STEPS: usize = 4;
    let e = e2.sqrt();
    let mut tan = conformal;
    for _ in 0..STEPS {
        let secant = libm::hypot(1.0, tan);
        let sigma = libm::sinh(e * libm::atanh(e * tan / secant));
        let reached = tan * libm::hypot(1.0, sigma) - sigma * secant;
        let slope = (1.0 - e2) * secant * libm::hypot(1.0, reached) / (1.0 + (1.0 - e2) * tan * tan);
        tan += (conformal - reached) / slope;
    }
    tan
}

#[cfg(test)]
mod tests {
    use super::{beta, from_utm, inverse, rectifying_radius_m};
    use crate::Position;
    use crate::ellipsoid::{Ellipsoid, INTERNATIONAL_1924, RADIANS, WGS_84};
    use proptest::prelude::*;

    /// A hundredth of a millimetre on the ground, in degrees.
    const SAME_DEGREES: f64 = 1e-10;

    /// The same projection forwards: Karney's equations 7 to 9 and 11 with the coefficients of his equation 35.
    fn forward([lon_deg, lat_deg]: Position, ellipsoid: &Ellipsoid) -> Position {
        let n = ellipsoid.third_flattening();
        let alpha = [
            n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (5.0 / 16.0 + n * 41.0 / 180.0))),
            n * n * (13.0 / 48.0 + n * (-3.0 / 5.0 + n * 557.0 / 1440.0)),
            n * n * n * (61.0 / 240.0 - n * 103.0 / 140.0),
            n * n * n * n * 49_561.0 / 161_280.0,
        ];
        let e = ellipsoid.e2().sqrt();
        let tan = (lat_deg * RADIANS).tan();
        let sigma = (e * (e * tan / tan.hypot(1.0)).atanh()).sinh();
        let conformal = tan * sigma.hypot(1.0) - sigma * tan.hypot(1.0);
        let (sin, cos) = (lon_deg * RADIANS).sin_cos();
        let (xi, eta) = (conformal.atan2(cos), (sin / conformal.hypot(cos)).asinh());
        let (mut north, mut east) = (xi, eta);
        for (alpha, twice) in alpha.into_iter().zip([2.0, 4.0, 6.0, 8.0]) {
            north += alpha * (twice * xi).sin() * (twice * eta).cosh();
            east += alpha * (twice * xi).cos() * (twice * eta).sinh();
        }
        [east * rectifying_radius_m(ellipsoid), north * rectifying_radius_m(ellipsoid)]
    }

    #[test]
    fn the_equator_on_the_central_meridian_is_where_a_zone_counts_from() {
        let [lon, lat] = from_utm([500_000.0, 10_000_000.0], true, &WGS_84);
        assert!(lon == 0.0 && lat == 0.0, "{lon} {lat}");
        assert!(beta(0.0).iter().all(|&beta| beta == 0.0));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lon in -4.0..4.0_f64, lat in -84.0..84.0_f64) {
            for ellipsoid in [&WGS_84, &INTERNATIONAL_1924] {
                let back = inverse(forward([lon, lat], ellipsoid), ellipsoid);
                // A degree of longitude is short near a pole.
                let near = (back[0] - lon).abs() * (lat * RADIANS).cos() + (back[1] - lat).abs();
                prop_assert!(near < SAME_DEGREES, "{back:?} {lon} {lat}");
            }
        }
    }
}
