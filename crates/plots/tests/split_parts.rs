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
            let on_plot_m2 = area_m2(intersection(plot.as_ref(), forest.as_ref()).as_ref());
            prop_assert!(on_plot_m2 < 0.5 * plot_m2 + 1e-6, "{on_plot_m2} of {plot_m2}");
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
