//! `patch`: a cell counts only in a connected area that is large enough, on and off the plot.

use crate::drawn::{Case, assert_alike, cells_box, cells_ha, drawing, one};
use lindero_testkit::grid_from_text;

/// A cell here has 0.073 ha: six are under 0.5 ha, seven are over.
const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[indicator.wood]
where = "f == 1 || f == 0"
patch = { of = "f == 1", over_ha = 0.5 }
"#;

/// Cells `(row, col)` of the drawing that count on a plot over rows and columns `plot`, and those that are not known.
#[track_caller]
fn check(text: &str, plot: [i32; 4], counted: &[[i32; 2]], unknown: &[[i32; 2]]) {
    let [top, left, bottom, right] = plot;
    let edges = plot.map(f64::from);
    let layers = [("f", drawing(grid_from_text(text)).layer())];
    let screened = Case::new(CATALOG, layers, [cells_box(edges[0], edges[1], edges[2], edges[3])]).screen();
    let sum = |cells: &[[i32; 2]]| cells.iter().map(|&[row, col]| cells_ha(row, col, row + 1, col + 1)).sum::<f64>();
    let plot_ha = cells_ha(top, left, bottom, right);
    assert_alike(one(&screened, "wood_ha"), sum(counted), "ha");
    assert_alike(one(&screened, "wood_observed_pct").map(|pct| pct / 100.0), 1.0 - sum(unknown) / plot_ha, "observed");
}

fn block(rows: std::ops::Range<i32>, cols: std::ops::Range<i32>) -> Vec<[i32; 2]> {
    rows.flat_map(|row| cols.clone().map(move |col| [row, col])).collect()
}

#[test]
fn six_cells_are_too_few() {
    check(
        "........
         .###....
         .###....
         ........",
        [0, 0, 4, 8],
        &[],
        &[],
    );
}

#[test]
fn seven_cells_are_enough() {
    let seven = [block(1..2, 1..5), block(2..3, 1..4)].concat();
    check(
        "........
         .####...
         .###....
         ........",
        [0, 0, 4, 8],
        &seven,
        &[],
    );
}

#[test]
fn corners_join() {
    let stair = (0..7).map(|at| [at, at]).collect::<Vec<_>>();
    check(
        "#.......
         .#......
         ..#.....
         ...#....
         ....#...
         .....#..
         ......#.
         ........",
        [0, 0, 8, 8],
        &stair,
        &[],
    );
}

#[test]
fn two_small_woods_do_not_add_up() {
    check(
        ".........
         .###.###.
         .........",
        [1, 1, 2, 7],
        &[],
        &[],
    );
}

#[test]
fn what_lies_off_the_plot_joins_but_is_not_counted() {
    check(
        "........
         #######.
         ........",
        [0, 6, 3, 8],
        &[[1, 6]],
        &[],
    );
}

#[test]
fn a_wood_reaches_round_a_bend_off_the_plot() {
    check(
        "#.###...
         #.#.#...
         #.#.#...
         #.#.....
         ###.....",
        [1, 4, 3, 5],
        &[[1, 4], [2, 4]],
        &[],
    );
}

#[test]
fn a_cell_without_data_leaves_six_cells_open() {
    let six = block(1..3, 1..4);
    check(
        "........
         .###....
         .###?...
         ........",
        [0, 0, 4, 8],
        &[],
        &[six, vec![[2, 4]]].concat(),
    );
}

#[test]
fn a_cell_without_data_beside_a_large_wood_is_open_and_the_wood_is_not() {
    check(
        "........
         .####...
         .####?..
         ........",
        [0, 0, 4, 8],
        &block(1..3, 1..5),
        &[[2, 5]],
    );
}

#[test]
fn cells_without_data_that_could_not_be_a_wood_are_no_wood() {
    check(
        "........
         .?.##...
         ...?#.?.
         ........",
        [0, 0, 4, 8],
        &[],
        &[],
    );
}

#[test]
fn beyond_the_files_nobody_knows() {
    // Seven cells would do, and north of the file there may be more.
    check(
        "###.....
         ###.....
         ........",
        [0, 0, 3, 8],
        &[],
        &block(0..2, 0..3),
    );
}

#[test]
fn the_condition_and_the_wood_must_hold_on_the_same_cell() {
    let catalog = r#"
[layer.f]
path = "f.tif"
[layer.y]
path = "y.tif"
[indicator.lost]
where = "y == 1"
patch = { of = "f == 1", over_ha = 0.5 }
"#;
    let forest = grid_from_text(
        "........
         .####...
         .####...
         ......#.
         ........",
    );
    let lost = grid_from_text(
        "########
         ..##....
         ........
         ......#.
         ########",
    );
    let layers = [("f", drawing(forest).layer()), ("y", drawing(lost).layer())];
    let screened = Case::new(catalog, layers, [cells_box(1.0, 0.5, 4.0, 7.0)]).screen();
    // The single cell in the south-east does not touch the wood's corner at (2, 4): it is two columns away.
    assert_alike(one(&screened, "lost_ha"), cells_ha(1, 2, 2, 4), "ha");
    assert_alike(one(&screened, "lost_observed_pct"), 100.0, "observed");
}
