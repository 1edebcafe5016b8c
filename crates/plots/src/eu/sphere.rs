//! Areas on the sphere that the Commission's examples follow.

use crate::ellipsoid::{RADIANS, sinc_less_one};
use crate::{Position, ShapeRef};

/// Radius of that sphere in metres: the equatorial radius of WGS 84, taken in all directions.
const RADIUS_M: f64 = 6_378_137.0;

/// Area of a shape on a sphere of radius 6,378,137 m in square metres, its sides straight in longitude and latitude.
///
/// The areas in the Commission's examples match it to 0.01 ha. A plot has more on it than on the ellipsoid ([`area_m2`](crate::area_m2)):
/// 0.67 % at the equator, 0.63 % at 10 degrees of latitude, 0.34 % at 30, so that 3.98 ha may be over 4 there.
///
/// # Method
///
/// The line integral `-R² sin(latitude) d longitude` along each side in closed form, latitudes counted from the ring's first
/// position, so that small plots keep their digits.
pub fn sphere_area_m2(shape: ShapeRef<'_>) -> f64 {
    shape.rings().map(ring_area_m2).sum()
}

fn ring_area_m2(ring: &[Position]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let origin = first[1] * RADIANS;
    let side = |side: &[Position]| {
        let (from, to) = (side[0][1] * RADIANS, side[1][1] * RADIANS);
        let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
        // The mean of the sine is sin(middle) sinc(half); of it sin(origin) is taken without cancellation.
        let rise = 2.0 * libm::cos(0.5 * (middle + origin)) * libm::sin(0.5 * (middle - origin));
        (side[0][0] - side[1][0]) * RADIANS * (rise + libm::sin(middle) * sinc_less_one(half))
    };
    RADIUS_M * RADIUS_M * ring.windows(2).map(side).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{RADIUS_M, sphere_area_m2};
    use crate::{Position, Shape, area_m2};

    fn square([x, y]: Position, size: f64) -> Shape {
        Shape::from_rings(vec![vec![vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]])
    }

    #[test]
    fn a_rectangle_has_its_share_of_the_zone() {
        for (place, size) in [([-76.0, -9.0_f64], 1.0_f64), ([10.0, 45.0], 0.25), ([-179.0, -60.0], 30.0)] {
            let (south, north) = (place[1].to_radians(), (place[1] + size).to_radians());
            let zone = RADIUS_M * RADIUS_M * size.to_radians() * (north.sin() - south.sin());
            let area = sphere_area_m2(square(place, size).as_ref());
            assert!((area / zone - 1.0).abs() < 1e-13, "{area} {zone}");
        }
    }

    /// The mean of the sine along a side of 0.002 degrees and the mean of its ends differ by a 12th of the square of its height.
    const CHORD: f64 = 1e-6;

    #[test]
    fn small_plots_agree_with_the_sum_of_sines_that_maps_in_browsers_use() {
        // geojson-area: R²/2 times the sum of (longitude after - longitude before) sin(latitude): the chord rule of each side.
        let ring: [Position; 5] =
            [[-76.0012, -9.3004], [-75.9991, -9.3011], [-75.9983, -9.2992], [-76.0003, -9.2978], [-76.0012, -9.3004]];
        let sides = ring.windows(2).map(|side| {
            let [a, b] = [side[0], side[1]].map(|p| p.map(f64::to_radians));
            (a[0] - b[0]) * (a[1].sin() + b[1].sin()) / 2.0
        });
        let browser = RADIUS_M * RADIUS_M * sides.sum::<f64>();
        let area = sphere_area_m2(Shape::from_rings(vec![vec![ring.to_vec()]]).as_ref());
        assert!((area / browser - 1.0).abs() < CHORD, "{area} {browser}");
    }

    #[test]
    fn the_sphere_has_more_than_the_ellipsoid_and_less_so_away_from_the_equator() {
        let more = [0.0, 10.0, 20.0, 30.0, 40.0].map(|latitude| {
            let plot = square([-76.0, latitude], 0.002);
            sphere_area_m2(plot.as_ref()) / area_m2(plot.as_ref()) - 1.0
        });
        assert!(more.windows(2).all(|pair| pair[0] > pair[1]), "{more:?}");
        assert!((0.0067..0.0068).contains(&more[0]), "{more:?}");
        assert!((0.0063..0.0064).contains(&more[1]), "{more:?}");
    }
}
