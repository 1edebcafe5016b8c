//! Shapes moved as they are.

use crate::ellipsoid::metres_per_degree;
use crate::{Position, Shape, ShapeRef};

/// Nearer to a pole a metre along the parallel is taken for the degrees that it is here, so that no shape is flung around it.
const MOST_LATITUDE_DEG: f64 = 89.9;

/// So many metres east and north at a latitude, in degrees of longitude and latitude.
///
/// # Method
///
/// The radii of curvature of WGS 84 in the prime vertical and in the meridian (Snyder 1987, eq. 4-20 and 4-18).
#[must_use]
pub fn degrees_of_metres([east_m, north_m]: [f64; 2], latitude_deg: f64) -> [f64; 2] {
    let [east, north] = metres_per_degree(latitude_deg.clamp(-MOST_LATITUDE_DEG, MOST_LATITUDE_DEG));
    [east_m / east, north_m / north]
}

/// The shape with every position moved by the same degrees of longitude and latitude.
///
/// # Limits
///
/// A shape that is moved by 10 m to the north or south is narrower or wider on the ground by a millionth.
#[must_use]
pub fn moved(shape: ShapeRef<'_>, [by_x, by_y]: [f64; 2]) -> Shape {
    let mut moved = Shape::with_capacity(shape.positions().len(), shape.ring_ends().len(), shape.part_ends().len());
    let mut ring_moved: Vec<Position> = Vec::new();
    for part in shape.parts() {
        for ring in part.rings() {
            ring_moved.clear();
            ring_moved.extend(ring.iter().map(|[x, y]| [x + by_x, y + by_y]));
            moved.push_ring(&ring_moved);
        }
        moved.end_part();
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::{degrees_of_metres, moved};
    use crate::Shape;

    #[test]
    fn metres_are_the_degrees_that_the_tables_give() {
        // Lengths of a degree on WGS 84 from the formulas of Snyder 1987 in 40 digits, at 10 degrees south.
        let [east, north] = degrees_of_metres([109_639.322_1, 110_607.756_2], -10.0);
        assert!((east - 1.0).abs() < 1e-6 && (north - 1.0).abs() < 1e-6, "{east} {north}");
    }

    #[test]
    fn at_a_pole_a_metre_is_still_a_small_angle() {
        let [east, north] = degrees_of_metres([300.0, 300.0], 90.0);
        assert!(east < 2.0 && north < 0.003, "{east} {north}");
    }

    #[test]
    fn parts_and_holes_move_together() {
        let square = |x: f64, size: f64| vec![[x, x], [x + size, x], [x + size, x + size], [x, x + size], [x, x]];
        let shape = |by: f64| {
            let hole: Vec<_> = square(1.0 + by, 1.0).into_iter().rev().collect();
            Shape::from_rings(vec![vec![square(by, 4.0), hole], vec![square(8.0 + by, 2.0)]])
        };
        // Halves are exact.
        assert_eq!(moved(shape(0.0).as_ref(), [0.5, 0.5]), shape(0.5));
    }
}
