//! Areas against numbers from elsewhere: another formula, brute force.

use lindero_plots::{Position, Shape, area_m2, row_area_m2};

const A_M: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_223_563;
const E2: f64 = F * (2.0 - F);

/// The area element of the ellipsoid, in m² per radian of longitude and latitude.
fn element_m2(phi: f64) -> f64 {
    let w2 = 1.0 - E2 * phi.sin().powi(2);
    A_M * A_M * (1.0 - E2) * phi.cos() / (w2 * w2)
}

/// Gauss and Legendre, five points: `integral of f` from `a` to `b`, exact for polynomials of degree nine.
fn gauss(a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
    const POINTS: [(f64, f64); 3] = [
        (0.0, 0.568_888_888_888_888_9),
        (0.538_469_310_105_683, 0.478_628_670_499_366_47),
        (0.906_179_845_938_664, 0.236_926_885_056_189_08),
    ];
    let (middle, half) = (f64::midpoint(a, b), (b - a) / 2.0);
    let pair = |x: f64| f(middle - half * x) + f(middle + half * x);
    half * (POINTS[0].1 * f(middle) + POINTS[1].1 * pair(POINTS[1].0) + POINTS[2].1 * pair(POINTS[2].0))
}

/// Two formulas in doubles.
const SAME: f64 = 1e-12;

#[test]
fn cells_have_the_area_of_the_integral_of_the_area_element() {
    for size in [0.00025, 0.0000898315, 0.0025, 0.05] {
        for south in [-56.0, -18.35, -9.3, -0.00025, 0.0, 5.1, 71.25] {
            let south_rad = f64::to_radians(south);
            // The height as the cell has it, not as rounded latitudes have it.
            let height = (south + size) - south;
            let expected = gauss(0.0, height.to_radians(), |up| element_m2(south_rad + up)) * size.to_radians();
            let got = row_area_m2(south, south + size, size);
            assert!((got / expected - 1.0).abs() < SAME, "{size} {south}: {got} {expected}");
        }
    }
}

#[test]
fn cells_of_10_and_30_metres_have_the_area_of_the_tables() {
    // From the same computation with 40 digits. The differences of latitudes as doubles are less exact than
    // the areas: half a last digit of 48.5 degrees is 1.4e-11 of 0.00025 degrees.
    let check = |size: f64, south: f64, expected_m2: f64, tolerance: f64| {
        let got = row_area_m2(south, south + size, size);
        assert!((got / expected_m2 - 1.0).abs() < tolerance, "{size} {south}: {got}");
    };
    check(0.00025, 0.0, 769.317_004_953_553_4, SAME);
    check(0.00025, -9.3, 759.470_680_096_869_7, 1e-11);
    check(0.00025, 48.5, 513.613_738_328_278_1, 1e-10);
    check(0.000_089_831_5, 0.0, 99.330_499_168_335_54, SAME);
    check(0.000_089_831_5, -9.3, 98.059_167_359_365_6, 1e-10);
    check(0.000_089_831_5, 48.5, 66.315_430_867_149_98, 1e-10);
}

#[test]
fn a_degree_has_the_area_of_the_tables() {
    // Computed with 40 digits from Snyder 1987, eq. 3-12: zones from the equator to 1, 45 and 90 degrees.
    let check = |north: f64, expected_m2: f64| {
        let got = row_area_m2(0.0, north, 1.0);
        assert!((got / expected_m2 - 1.0).abs() < 1e-14, "{north}: {got}");
    };
    check(1.0, 12_308_463_893.975_352);
    check(45.0, 499_808_805_028.705_7);
    check(90.0, 708_424_474_616.789_6);
}

/// Brute force: the area under each side as a sum of many thin strips, each of an exact zone.
fn strips_m2(ring: &[Position]) -> f64 {
    let side = |side: &[Position]| {
        let ([x0, y0], [x1, y1]) = (side[0], side[1]);
        let base = ring[0][1].to_radians();
        let steps = 400;
        let under = |share: f64| {
            let up = (y0 + (y1 - y0) * share - ring[0][1]).to_radians();
            let pieces = 16;
            (0..pieces)
                .map(|i| {
                    let at = |i: i32| up * f64::from(i) / f64::from(pieces);
                    gauss(at(i), at(i + 1), |t| element_m2(base + t))
                })
                .sum::<f64>()
        };
        let strip = |i: i32| gauss(f64::from(i) / f64::from(steps), f64::from(i + 1) / f64::from(steps), under);
        -(x1 - x0).to_radians() * (0..steps).map(strip).sum::<f64>()
    };
    ring.windows(2).map(side).sum()
}

fn check(ring: &[Position], tolerance: f64) {
    let got = area_m2(Shape::from_rings(vec![vec![ring.to_vec()]]).as_ref());
    let expected = strips_m2(ring);
    assert!((got / expected - 1.0).abs() < tolerance, "{got} {expected}");
}

#[test]
fn polygons_have_the_area_of_many_thin_strips() {
    // A farm of 0.2 ha, a parish, a department, a continent.
    let triangle = |x: f64, y: f64, size: f64| [[x, y], [x + size, y + 0.3 * size], [x + 0.2 * size, y + size], [x, y]];
    check(&triangle(-76.123, -9.287, 0.0006), 1e-11);
    check(&triangle(-76.123, 61.287, 0.0006), 1e-11);
    check(&triangle(-76.0, -9.0, 0.2), SAME);
    check(&triangle(-76.0, -9.0, 0.99), SAME);
    check(&triangle(-76.0, -9.0, 1.01), SAME);
    check(&triangle(-76.0, -12.0, 8.0), SAME);
    check(&triangle(-60.0, -30.0, 70.0), SAME);
}

#[test]
fn a_small_plot_keeps_its_digits_wherever_it_is() {
    // The same rectangle, as a polygon and as a row of a grid.
    for y in [-69.123_456, -9.287, 0.000_1, 83.5] {
        let (south, north, west, width) = (y, y + 0.0004, -76.123_456, 0.0005);
        let east: f64 = west + width;
        let ring = vec![[west, south], [east, south], [east, north], [west, north], [west, south]];
        let got = area_m2(Shape::from_rings(vec![vec![ring]]).as_ref());
        let expected = row_area_m2(south, north, east - west);
        assert!((got / expected - 1.0).abs() < SAME, "{y}: {got} {expected}");
    }
}
