use ndarray::Array2;

use crate::wkt::Ring;

/// Signed area of a ring in squared units, by the shoelace formula: counter-clockwise is positive.
///
/// The ring may be open or closed. Coordinates are taken relative to the first vertex, so that a small ring far from
/// the origin keeps its digits.
pub fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let Some([x0, y0]) = ring.first().copied() else {
        return 0.0;
    };
    let mut twice = 0.0;
    for i in 0..ring.len() {
        let [ax, ay] = ring[i];
        let [bx, by] = ring[(i + 1) % ring.len()];
        twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
    }
    twice / 2.0
}

/// Area of polygons in squared units: outer rings less holes, whatever way the rings turn.
pub fn planar_area(polygons: &[Vec<Ring>]) -> f64 {
    outer_less_holes(polygons, |ring| ring_area(ring).abs())
}

/// Area of the part of the polygons inside the box `[west, south, east, north]`, in squared units.
///
/// # Method
/// Every ring is clipped by the four sides one after another (Sutherland and Hodgman 1974). Of a ring with bays this
/// leaves edges that run to and fro along a side: they have no area.
pub fn area_in_box(polygons: &[Vec<Ring>], bounds: [f64; 4]) -> f64 {
    outer_less_holes(polygons, |ring| clipped_area(ring, bounds))
}

/// Share of every cell of a window inside the polygons, in `0.0..=1.0`, by clipping each cell on its own.
///
/// `north_west` is the corner of the window, `cell` the width and height of a cell, `shape` rows and columns.
/// Slow on purpose and obviously right: the oracle of the fast way.
pub fn coverage_by_clipping(
    polygons: &[Vec<Ring>],
    north_west: [f64; 2],
    cell: [f64; 2],
    shape: (usize, usize),
) -> Array2<f64> {
    // In cells from the corner of the window, so that the borders of cells are whole numbers.
    let in_cells: Vec<Vec<Ring>> = polygons
        .iter()
        .map(|rings| {
            rings
                .iter()
                .map(|ring| {
                    ring.iter().map(|[x, y]| [(x - north_west[0]) / cell[0], (north_west[1] - y) / cell[1]]).collect()
                })
                .collect()
        })
        .collect();
    Array2::from_shape_fn(shape, |(row, col)| {
        let (row, col) = (row as f64, col as f64);
        area_in_box(&in_cells, [col, row, col + 1.0, row + 1.0])
    })
}

fn outer_less_holes(polygons: &[Vec<Ring>], area: impl Fn(&[[f64; 2]]) -> f64) -> f64 {
    polygons
        .iter()
        .map(|rings| {
            rings.iter().enumerate().map(|(i, ring)| if i == 0 { area(ring) } else { -area(ring) }).sum::<f64>()
        })
        .sum()
}

fn clipped_area(ring: &[[f64; 2]], [west, south, east, north]: [f64; 4]) -> f64 {
    let mut kept = ring.to_vec();
    kept = keep(&kept, 0, west, 1.0);
    kept = keep(&kept, 0, east, -1.0);
    kept = keep(&kept, 1, south, 1.0);
    kept = keep(&kept, 1, north, -1.0);
    ring_area(&kept).abs()
}

/// The part of a ring on one side of a line: `sign` 1 keeps what is above `limit` on the axis, -1 what is below.
fn keep(ring: &[[f64; 2]], axis: usize, limit: f64, sign: f64) -> Ring {
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let (inside_a, inside_b) = ((a[axis] - limit) * sign >= 0.0, (b[axis] - limit) * sign >= 0.0);
        if inside_a {
            kept.push(a);
        }
        if inside_a != inside_b {
            let t = (limit - a[axis]) / (b[axis] - a[axis]);
            let other = 1 - axis;
            let mut crossing = [0.0; 2];
            crossing[axis] = limit;
            crossing[other] = a[other] + t * (b[other] - a[other]);
            kept.push(crossing);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use ndarray::arr2;
    use proptest::prelude::*;

    use super::*;
    use crate::{SplitMix64, polygon, random_star_with_hole};

    /// Sums of some hundred clipped areas of size one each carry a last-digit error.
    const ROUNDING: f64 = 1e-11;

    fn check<const R: usize, const C: usize>(wkt: &str, expected: [[f64; C]; R]) {
        assert_eq!(coverage_by_clipping(&polygon(wkt), [0.0, R as f64], [1.0, 1.0], (R, C)), arr2(&expected), "{wkt}");
    }

    #[test]
    fn a_square_on_half_cells_covers_quarters_and_halves() {
        check(
            "POLYGON((0.5 0.5, 2.5 0.5, 2.5 2.5, 0.5 2.5, 0.5 0.5))",
            [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]],
        );
    }

    #[test]
    fn row_nought_is_the_northernmost() {
        check("POLYGON((0 1, 1 1, 1 2, 0 1))", [[0.5, 0.0], [0.0, 0.0]]);
    }

    #[test]
    fn a_hole_subtracts_whatever_way_it_turns() {
        let left = [[1.0, 0.75], [1.0, 0.75]];
        check("POLYGON((0 0, 2 0, 2 2, 0 2, 0 0), (1 .5, 1.5 .5, 1.5 1.5, 1 1.5, 1 .5))", left);
        check("POLYGON((0 0, 2 0, 2 2, 0 2, 0 0), (1 .5, 1 1.5, 1.5 1.5, 1.5 .5, 1 .5))", left);
    }

    #[test]
    fn a_bay_that_leaves_a_cell_twice_adds_both_ends() {
        check("POLYGON((0 0, 2 0, 2 0.25, 1 0.25, 1 0.75, 2 0.75, 2 1, 0 1, 0 0))", [[1.0, 0.5]]);
    }

    proptest! {
        #[test]
        fn shares_of_all_cells_sum_to_the_area(seed: u64, vertices in 3usize..20) {
            let mut rng = SplitMix64::new(seed);
            let star = random_star_with_hole(&mut rng, [5.0, 5.0], 4.5, vertices);
            let share = coverage_by_clipping(&star, [0.0, 10.0], [0.5, 1.0], (10, 20));
            prop_assert!((share.sum() * 0.5 - planar_area(&star)).abs() < ROUNDING);
            prop_assert!(share.iter().all(|s| (-ROUNDING..=1.0 + ROUNDING).contains(s)));
        }
    }
}
