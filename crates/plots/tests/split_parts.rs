//! Plots split along cells of forest: the parts are sound, they tile the plot, and none is too small.

use lindero_plots::{
    DefectEffect, PlotGeometry, Position, RawGeometry, Shape, ShapeRef, area_m2, difference, intersection, split,
    take_in, union,
};
use lindero_testkit::star;
use proptest::prelude::*;

/// Hansen's cell (degrees).
const CELL: f64 = 0.000_25;

/// Parts meet where sides cross, to the rounding of doubles: 1e-9 of a plot.
const ROUNDING: f64 = 1e-9;

/// The smallest part with a boundary of its own (m²).
const LEAST_M2: f64 = 500.0;

/// Cells along the side of the drawn square of forest.
const CELLS: usize = 12;

fn cell(row: usize, col: usize) -> Shape {
    let [west, east] = [col, col + 1].map(|col| -76.0 + col as f64 * CELL);
    let [south, north] = [row, row + 1].map(|row| -9.0 + row as f64 * CELL);
    Shape::from_rings(vec![vec![vec![[west, south], [east, south], [east, north], [west, north], [west, south]]]])
}

fn rings(shape: ShapeRef<'_>) -> Vec<Vec<Vec<Position>>> {
    shape.parts().map(|part| part.rings().map(<[Position]>::to_vec).collect()).collect()
}

/// Whether a polygon is valid as the intake sees it, which is as GEOS does.
fn is_sound(part: Vec<Vec<Position>>) -> bool {
    let taken = take_in(&RawGeometry::Polygons(vec![part]));
    matches!(taken.geometry, PlotGeometry::Area(_))
        && taken.defects.iter().all(|defect| defect.effect == DefectEffect::Note)
}

proptest! {
    #[test]
    fn the_parts_are_sound_and_tile_the_plot(
        lengths in prop::collection::vec(0.3..1.0, 4..40), radius in 2e-4..1.5e-3,
        by in [0.3..0.7, 0.3..0.7_f64], forest in prop::collection::vec(prop::bool::weighted(0.5), CELLS * CELLS),
    ) {
        let side = CELLS as f64 * CELL;
        let ring = star([-76.0 + by[0] * side, -9.0 + by[1] * side], radius, &lengths);
        let plot = Shape::from_rings(vec![vec![ring]]);
        let cells: Vec<Shape> =
            (0..CELLS * CELLS).filter(|&at| forest[at]).map(|at| cell(at / CELLS, at % CELLS)).collect();
        let forest = union(&cells.iter().map(Shape::as_ref).collect::<Vec<_>>());
        let plot_m2 = area_m2(plot.as_ref());
        let near = |a: f64, b: f64| (a - b).abs() <= ROUNDING * plot_m2 + 1e-6;
        let Some(found) = split(plot.as_ref(), forest.as_ref(), LEAST_M2) else {
            // All of it in small parts: of half of the plot or less, or of more where no part is large enough.
            let on_plot = intersection(plot.as_ref(), forest.as_ref());
            let parts_m2 = on_plot.as_ref().parts().map(|part| {
                let rings = part.rings().map(<[Position]>::to_vec).collect();
                area_m2(Shape::from_rings(vec![rings]).as_ref())
            });
            let (on_plot_m2, largest_m2) = (area_m2(on_plot.as_ref()), parts_m2.fold(0.0, f64::max));
            prop_assert!(on_plot_m2 < 0.5 * plot_m2 + 1e-6 || largest_m2 < LEAST_M2, "{on_plot_m2} of {plot_m2}");
            return Ok(());
        };
        prop_assert!(near(found.producing_m2 + found.forest_m2, plot_m2), "{} {}", found.producing_m2, found.forest_m2);
        prop_assert!(near(area_m2(intersection(found.producing.as_ref(), found.forest.as_ref()).as_ref()), 0.0));
        prop_assert!(near(area_m2(difference(found.forest.as_ref(), plot.as_ref()).as_ref()), 0.0));
        let on_plot_m2 = area_m2(intersection(plot.as_ref(), forest.as_ref()).as_ref());
        let told_m2 = found.forest_m2 - found.producing_in_forest_m2 + found.forest_in_producing_m2;
        prop_assert!(near(told_m2, on_plot_m2), "{told_m2} {on_plot_m2}");
        let is_whole = found.producing.is_empty();
        for part in rings(found.producing.as_ref()).into_iter().chain(rings(found.forest.as_ref())) {
            prop_assert!(is_sound(part.clone()), "{part:?} {:?}", take_in(&RawGeometry::Polygons(vec![part.clone()])).defects);
            let part_m2 = area_m2(Shape::from_rings(vec![part]).as_ref());
            prop_assert!(is_whole || part_m2 >= LEAST_M2 - 1e-3, "{part_m2}");
        }
    }
}

/// What comes of a plot drawn along corners of cells, so that its slanted sides pass through others of them.
fn check_on_corners(corners: &[[usize; 2]], forest: &[[usize; 2]]) {
    let place = |&[col, row]: &[usize; 2]| [-76.0 + col as f64 * CELL, -9.0 + row as f64 * CELL];
    let ring: Vec<Position> = corners.iter().chain(&corners[..1]).map(place).collect();
    let plot = Shape::from_rings(vec![vec![ring]]);
    let cells: Vec<Shape> = forest.iter().map(|&[col, row]| cell(row, col)).collect();
    let forest = union(&cells.iter().map(Shape::as_ref).collect::<Vec<_>>());
    let Some(found) = split(plot.as_ref(), forest.as_ref(), 0.0) else { return };
    for part in rings(found.producing.as_ref()).into_iter().chain(rings(found.forest.as_ref())) {
        let defects = take_in(&RawGeometry::Polygons(vec![part.clone()])).defects;
        assert!(is_sound(part.clone()), "{corners:?}: {part:?} {defects:?}");
    }
    let plot_m2 = area_m2(plot.as_ref());
    assert!((found.producing_m2 + found.forest_m2 - plot_m2).abs() <= ROUNDING * plot_m2 + 1e-6);
}

#[test]
fn forest_that_touches_a_slanted_side_in_a_corner_leaves_sound_parts() {
    // A diamond of 24 cells: its sides of slopes 1/3, 3 and so on pass through corners of cells.
    for (run, rise) in [(3, 1), (1, 3), (2, 1), (1, 1), (3, 2), (5, 3), (7, 4)] {
        let (width, height) = (4 * run, 4 * rise);
        let corners = [[width, 0], [2 * width, height], [width, 2 * height], [0, height]];
        for step in 1..4 {
            // The cells that touch the lower right side from inside, and those that touch the upper left one.
            let on_lower = [width + step * run, step * rise];
            let on_upper = [step * run, height + step * rise];
            check_on_corners(&corners, &[[on_lower[0] - 1, on_lower[1]]]);
            check_on_corners(&corners, &[[on_upper[0], on_upper[1] - 1]]);
            check_on_corners(&corners, &[[on_lower[0] - 1, on_lower[1]], [on_upper[0], on_upper[1] - 1]]);
        }
    }
}

proptest! {
    #[test]
    fn plots_drawn_along_corners_of_cells_give_sound_parts(
        base in [0..8_usize, 0..4_usize], spread in [1..9_usize, 1..9_usize, 1..9_usize, 1..9_usize],
        forest in prop::collection::vec([0..20_usize, 0..20_usize], 1..40),
    ) {
        let [west, south, east, north] = spread;
        let (x, y) = (base[0] + west, base[1] + south);
        check_on_corners(&[[x, y - south], [x + east, y], [x, y + north], [x - west, y]], &forest);
    }
}
