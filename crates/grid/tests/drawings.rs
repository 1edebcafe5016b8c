//! Coverage drawn as matrices: halves and quarters are exact.

use lindero_grid::{Coverage, FULL, Grid, Metric, Scratch, cover};
use lindero_plots::{PlotGeometry, RawGeometry, Shape, take_in};
use lindero_testkit::polygon;

/// The plot's shares of cells of size 1, the matrix's top left corner at `(west, north)`.
///
/// Nothing may be covered beyond the matrix, and each share must be there to the last unit.
fn check_at<const R: usize, const C: usize>([west, north]: [i32; 2], wkt: &str, expected: [[f64; C]; R]) {
    let intake = take_in(&RawGeometry::Polygons(polygon(wkt)));
    let PlotGeometry::Area(shape) = &intake.geometry else { panic!("{wkt}: {:?}", intake.defects) };
    let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Planar).expect("cells of size 1");
    let mut coverage = Coverage::default();
    cover(shape.as_ref(), &grid, &mut Scratch::default(), &mut coverage).expect("the drawing is near the origin");

    let share = |row: usize, col: usize| coverage.share(row as i32 - north, col as i32 + west);
    let drawn: [[f64; C]; R] =
        std::array::from_fn(|row| std::array::from_fn(|col| share(row, col) as f64 / FULL as f64));
    assert_eq!(drawn, expected, "{wkt}");

    let spans = coverage.rows().flat_map(|(_, spans)| spans);
    let everything: u64 = spans.map(|span| span.share * u64::from(span.len)).sum();
    let inside: u64 = (0..R).flat_map(|row| (0..C).map(move |col| (row, col))).map(|(row, col)| share(row, col)).sum();
    assert_eq!(everything, inside, "{wkt} also covers cells that are not drawn");
}

/// [`check_at`] with the drawing's south-west corner at the origin.
fn check<const R: usize, const C: usize>(wkt: &str, expected: [[f64; C]; R]) {
    check_at([0, R as i32], wkt, expected);
}

#[test]
fn a_square_on_half_cells_covers_quarters_and_halves() {
    check(
        "POLYGON((0.5 0.5, 2.5 0.5, 2.5 2.5, 0.5 2.5, 0.5 0.5))",
        [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]],
    );
}

#[test]
fn a_ring_drawn_clockwise_covers_the_same() {
    check(
        "POLYGON((0.5 0.5, 0.5 2.5, 2.5 2.5, 2.5 0.5, 0.5 0.5))",
        [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]],
    );
}

#[test]
fn sides_on_the_borders_of_cells_cover_nothing_of_the_neighbours() {
    check(
        "POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))",
        [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
    );
}

#[test]
fn the_diagonal_of_a_square_halves_the_cells_on_it() {
    check("POLYGON((0 0, 3 0, 3 3, 0 0))", [[0.0, 0.0, 0.5], [0.0, 0.5, 1.0], [0.5, 1.0, 1.0]]);
    check("POLYGON((0 0, 3 3, 0 3, 0 0))", [[1.0, 1.0, 0.5], [1.0, 0.5, 0.0], [0.5, 0.0, 0.0]]);
    check("POLYGON((0 3, 3 0, 3 3, 0 3))", [[0.5, 1.0, 1.0], [0.0, 0.5, 1.0], [0.0, 0.0, 0.5]]);
}

#[test]
fn a_flat_triangle_leaves_more_in_each_next_cell() {
    check("POLYGON((0 0, 4 0, 4 1, 0 0))", [[0.125, 0.375, 0.625, 0.875]]);
    check("POLYGON((0 0, 4 1, 0 1, 0 0))", [[0.875, 0.625, 0.375, 0.125]]);
}

#[test]
fn a_steep_triangle_leaves_more_in_each_next_row() {
    check("POLYGON((0 0, 1 0, 1 4, 0 0))", [[0.125], [0.375], [0.625], [0.875]]);
}

#[test]
fn a_diamond_halves_or_quarters_the_cells_of_its_sides() {
    check("POLYGON((0 1, 1 0, 2 1, 1 2, 0 1))", [[0.5, 0.5], [0.5, 0.5]]);
    check(
        "POLYGON((0.5 1.5, 1.5 0.5, 2.5 1.5, 1.5 2.5, 0.5 1.5))",
        [[0.0, 0.25, 0.0], [0.25, 1.0, 0.25], [0.0, 0.25, 0.0]],
    );
}

#[test]
fn a_hole_is_not_covered() {
    check(
        "POLYGON((0 0, 3 0, 3 3, 0 3, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))",
        [[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]],
    );
    check(
        "POLYGON((0 0, 3 0, 3 3, 0 3, 0 0), (0.5 0.5, 0.5 2.5, 2.5 2.5, 2.5 0.5, 0.5 0.5))",
        [[0.75, 0.5, 0.75], [0.5, 0.0, 0.5], [0.75, 0.5, 0.75]],
    );
}

#[test]
fn an_island_in_a_hole_is_covered() {
    check(
        "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 4, 0 0), (0.5 0.5, 3.5 0.5, 3.5 3.5, 0.5 3.5, 0.5 0.5)),
                      ((1 1, 3 1, 3 3, 1 3, 1 1)))",
        [[0.75, 0.5, 0.5, 0.75], [0.5, 1.0, 1.0, 0.5], [0.5, 1.0, 1.0, 0.5], [0.75, 0.5, 0.5, 0.75]],
    );
}

#[test]
fn a_plot_smaller_than_a_cell_covers_its_share_of_it() {
    check("POLYGON((0.25 0.25, 0.75 0.25, 0.75 0.75, 0.25 0.75, 0.25 0.25))", [[0.25]]);
    check("POLYGON((0.25 0.25, 0.75 0.25, 0.25 0.75, 0.25 0.25))", [[0.125]]);
}

#[test]
fn a_small_plot_on_a_corner_of_cells_covers_all_four() {
    check("POLYGON((0.75 0.75, 1.25 0.75, 1.25 1.25, 0.75 1.25, 0.75 0.75))", [[0.0625, 0.0625], [0.0625, 0.0625]]);
}

#[test]
fn the_parts_of_a_multipolygon_add_up_in_the_cell_they_share() {
    check("MULTIPOLYGON(((0 0, 1.25 0, 1.25 1, 0 1, 0 0)), ((1.75 0, 3 0, 3 1, 1.75 1, 1.75 0)))", [[1.0, 0.5, 1.0]]);
    check("MULTIPOLYGON(((0 0, 1 0, 0 1, 0 0)), ((4 2, 4 1, 3 2, 4 2)))", [[0.0, 0.0, 0.0, 0.5], [0.5, 0.0, 0.0, 0.0]]);
}

#[test]
fn parts_that_touch_in_a_corner_fill_their_own_cells() {
    check("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", [[0.0, 1.0], [1.0, 0.0]]);
}

#[test]
fn plots_west_and_north_of_the_origin_lie_in_negative_cells() {
    check_at([-2, 2], "POLYGON((-1.5 0.5, -0.5 0.5, -0.5 1.5, -1.5 1.5, -1.5 0.5))", [[0.25, 0.25], [0.25, 0.25]]);
    check_at([-1, 1], "POLYGON((-0.5 -0.5, 0.5 -0.5, 0.5 0.5, -0.5 0.5, -0.5 -0.5))", [[0.25, 0.25], [0.25, 0.25]]);
    check_at([-76, -9], "POLYGON((-76 -11, -74 -11, -74 -9, -76 -11))", [[0.0, 0.5], [0.5, 1.0]]);
}

#[test]
fn a_bay_that_leaves_a_cell_twice_adds_both_ends() {
    check("POLYGON((0 0, 2 0, 2 0.25, 1 0.25, 1 0.75, 2 0.75, 2 1, 0 1, 0 0))", [[1.0, 0.5]]);
}

#[test]
fn a_horseshoe_covers_its_arms_and_not_the_bay() {
    check(
        "POLYGON((0 0, 3 0, 3 3, 2.5 3, 2.5 0.5, 0.5 0.5, 0.5 3, 0 3, 0 0))",
        [[0.5, 0.0, 0.5], [0.5, 0.0, 0.5], [0.75, 0.5, 0.75]],
    );
}

#[test]
fn a_zigzag_covers_half_of_each_cell_it_crosses() {
    check("POLYGON((0 0, 4 0, 4 1, 3 0.5, 2 1, 1 0.5, 0 1, 0 0))", [[0.75, 0.75, 0.75, 0.75]]);
    check("POLYGON((0 0, 1 1, 2 0, 3 1, 4 0, 4 2, 0 2, 0 0))", [[1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]]);
}

#[test]
fn thin_slivers_keep_their_area() {
    const THIN: f64 = 1.0 / 1024.0;
    check(&format!("POLYGON((0 0, {THIN} 0, {THIN} 3, 0 3, 0 0))"), [[THIN], [THIN], [THIN]]);
    check(&format!("POLYGON((0 0, 3 0, 3 {THIN}, 0 {THIN}, 0 0))"), [[THIN, THIN, THIN]]);
    // A strip along the diagonal: most of it in two cells, a corner of it in each of their neighbours.
    let (low, high) = (2.0 - THIN, 2.0 + THIN);
    let (most, corner) = (2.0 * THIN - THIN * THIN, THIN * THIN / 2.0);
    check(
        &format!("POLYGON((0 {low}, {low} 0, {high} 0, 0 {high}, 0 {low}))"),
        [[corner, 0.0, 0.0], [most, corner, 0.0], [corner, most, corner]],
    );
}

#[test]
fn no_shape_is_no_window() {
    let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Planar).expect("cells of size 1");
    let (mut scratch, mut coverage) = (Scratch::default(), Coverage::default());
    let square = take_in(&RawGeometry::Polygons(polygon("POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))")));
    let PlotGeometry::Area(square) = square.geometry else { panic!("a square has an area") };
    cover(square.as_ref(), &grid, &mut scratch, &mut coverage).expect("the square is near the origin");
    // What was covered before must not stay behind.
    assert_eq!(cover(Shape::default().as_ref(), &grid, &mut scratch, &mut coverage), None);
    assert!(coverage.window().is_empty());
    assert_eq!(coverage.rows().count(), 0);
}
