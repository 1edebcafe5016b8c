//! `whole(layer)`: that layer's own cell lies wholly inside the plot.

use crate::drawn::{ALIKE, CELL, Case, assert_alike, cells_box, cells_ha, column, drawing, one};
use lindero_regions::OUTSIDE;
use lindero_testkit::{Polygons, polygon};
use ndarray::Array2;

/// Layer `c` has cells of four by four cells of layer `f`.
const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.c]
path = "c.tif"
[indicator.inside]
where = "f == 1 && whole(c)"
grid = "f"
[indicator.own]
where = "whole(f)"
"#;

fn case(plot: Polygons) -> Case<'static> {
    let ones = |side| drawing(Array2::ones((side, side)));
    Case::new(CATALOG, [("f", ones(32).layer()), ("c", ones(8).cell(4.0 * CELL).layer())], [plot])
}

#[test]
fn only_cells_without_a_missing_sliver_are_whole() {
    // Columns 4 to 11.9 hold coarse column 1 whole; of column 2 a tenth of a fine cell is missing.
    let screened = case(cells_box(4.0, 4.0, 12.0, 11.9)).screen();
    assert_alike(one(&screened, "inside_ha"), cells_ha(4, 4, 12, 8), "coarse");
    assert_alike(one(&screened, "own_ha"), cells_ha(4, 4, 12, 11), "fine");
}

#[test]
fn a_plot_in_the_middle_of_cells_has_no_whole_one() {
    let screened = case(cells_box(5.0, 5.0, 10.0, 11.0)).screen();
    assert_eq!(one(&screened, "inside_ha"), Some(0.0));
    assert_alike(one(&screened, "own_ha"), cells_ha(5, 5, 10, 11), "fine");
}

#[test]
fn a_hole_takes_the_whole_cell() {
    let mut plot = cells_box(4.0, 4.0, 12.0, 12.0);
    plot[0].extend(cells_box(5.2, 5.2, 5.4, 5.4).remove(0));
    let screened = case(plot).screen();
    assert_alike(one(&screened, "inside_ha"), cells_ha(4, 4, 12, 12) - cells_ha(4, 4, 8, 8), "coarse");
}

#[test]
fn the_part_of_a_plot_in_a_region_asks_for_the_whole_plot() {
    let mut case = case(cells_box(4.0, 4.0, 12.0, 12.0));
    // The border of the regions cuts through the middle of cells.
    let border = -76.0 + 7.5 * CELL;
    let half =
        |from: f64, to: f64| polygon(&format!("POLYGON(({from} -10, {to} -10, {to} -8, {from} -8, {from} -10))"));
    case.regions = vec![("west", half(-77.0, border)), ("east", half(border, -75.0))];
    let screened = case.screen();
    let whole_ha = column(&screened, "inside_ha")[0].unwrap();
    assert_alike(Some(whole_ha), cells_ha(4, 4, 12, 12), "plot");
    let at = screened.roll_up_columns.iter().position(|name| name == "inside_ha").unwrap();
    let of = |name: &str| screened.roll_up.iter().find(|row| row.name == name).unwrap().sums[at].unwrap_or(0.0);
    let share_west = 3.5 / 8.0;
    assert!((of("west") - share_west * whole_ha).abs() < ALIKE, "west {}", of("west"));
    assert!((of("east") - (1.0 - share_west) * whole_ha).abs() < ALIKE, "east {}", of("east"));
    assert!(screened.roll_up.iter().all(|row| row.name != OUTSIDE || row.plots == 0));
}
