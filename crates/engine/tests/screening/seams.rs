//! Tiles that do not share a grid: no ground twice, none dropped.

use crate::drawn::{CELL, CORNER, Case, DrawnLayer, assert_alike, cells_box, drawing, one, row};
use lindero_plots::Bounds;
use lindero_testkit::{Polygons, SplitMix64, random_star};
use ndarray::Array2;
use std::sync::Arc;

/// Rows of the northern tile.
const ROWS: usize = 12;

/// Two tiles of one product, the southern one shifted by `shift` cells from where the northern one ends: half a cell
/// of gap where it is 0.5, half a cell twice where it is -0.5. Both are cut along the middle.
fn seam(north: Array2<f64>, south: Array2<f64>, shift: f64) -> Arc<DrawnLayer> {
    let cut = CORNER[1] - (ROWS as f64 + 0.5 * shift) * CELL;
    let width = north.ncols() as f64 * CELL;
    let bounds = |south: f64, north: f64| Bounds::new(CORNER[0], south, CORNER[0] + width, north);
    let south_corner = [CORNER[0], CORNER[1] - (ROWS as f64 + shift) * CELL];
    let south_end = south_corner[1] - south.nrows() as f64 * CELL;
    DrawnLayer::of(vec![
        (drawing(north), Some(bounds(cut, CORNER[1]))),
        (drawing(south).at(south_corner), Some(bounds(south_end, cut))),
    ])
}

fn constant(value: f64) -> Array2<f64> {
    Array2::from_elem((ROWS, 24), value)
}

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[indicator.one]
where = "f == 1"
[indicator.two]
where = "f == 2"
[indicator.wood]
where = "f < 9"
patch = { of = "f == 1", over_ha = 0.5 }
"#;

const SHIFTS: [f64; 4] = [0.5, -0.5, 0.25, -0.25];

#[test]
fn a_plot_across_a_seam_is_what_it_is_on_one_tile() {
    let mut rng = SplitMix64::new(7);
    for shift in SHIFTS {
        for _ in 0..20 {
            let centre = [CORNER[0] + rng.between(9.0, 15.0) * CELL, CORNER[1] - rng.between(10.0, 14.0) * CELL];
            let radius = rng.between(0.2, 8.0) * CELL;
            let plot: Polygons = vec![vec![random_star(&mut rng, centre, radius, 7)]];
            let screened = |layer| Case::new(CATALOG, [("f", layer)], [plot.clone()]).screen();
            let cut = screened(seam(constant(1.0), constant(1.0), shift));
            let single = screened(drawing(Array2::ones((24, 24))).layer());
            let whole_ha = one(&single, "one_ha").unwrap();
            let found = one(&cut, "one_ha").unwrap();
            // Rows of the two grids differ, and within a row areas count by share: this much, of cells of 27 m.
            let rows_differ = 1e-6 * whole_ha.max(1e-6);
            assert!((found - whole_ha).abs() <= rows_differ, "shift {shift}: {found}, on one tile {whole_ha}");
            assert_eq!(one(&cut, "one_observed_pct"), Some(100.0), "shift {shift}");
            assert_alike(one(&cut, "one_pct"), 100.0, "pct");
        }
    }
}

#[test]
fn each_side_of_the_cut_answers_for_its_own_ground() {
    for shift in SHIFTS {
        let layer = seam(constant(1.0), constant(2.0), shift);
        let screened = Case::new(CATALOG, [("f", layer)], [cells_box(8.0, 4.0, 16.0, 8.0)]).screen();
        let north = (ROWS as f64 + 0.5 * shift - 8.0) / 8.0;
        let pct = |name| one(&screened, name).unwrap();
        assert!((pct("one_pct") - 100.0 * north).abs() < 1e-3, "shift {shift}: {}", pct("one_pct"));
        assert!((pct("one_pct") + pct("two_pct") - 100.0).abs() < 1e-7, "shift {shift}");
    }
}

#[test]
fn the_border_row_of_a_tile_is_no_wood_of_its_own() {
    // Two cells at the seam: repeated beyond it they would be an endless wood.
    let mut north = constant(0.0);
    north[(ROWS - 1, 10)] = 1.0;
    north[(ROWS - 1, 11)] = 1.0;
    for shift in SHIFTS {
        let layer = seam(north.clone(), constant(0.0), shift);
        let screened = Case::new(CATALOG, [("f", layer)], [cells_box(6.0, 6.0, 18.0, 16.0)]).screen();
        assert_eq!(one(&screened, "wood_ha"), Some(0.0), "shift {shift}");
        assert_eq!(one(&screened, "wood_observed_pct"), Some(100.0), "shift {shift}");
    }
}

#[test]
fn a_wood_across_the_seam_is_one_wood() {
    // Five cells on either side: neither half is large enough alone.
    let (mut north, mut south) = (constant(0.0), constant(0.0));
    for at in 0..5 {
        north[(ROWS - 1 - at, 10)] = 1.0;
        south[(at, 10)] = 1.0;
    }
    for shift in SHIFTS {
        let layer = seam(north.clone(), south.clone(), shift);
        let screened = Case::new(CATALOG, [("f", layer)], [cells_box(4.0, 6.0, 20.0, 16.0)]).screen();
        let (wood, all) = (one(&screened, "wood_ha").unwrap(), one(&screened, "one_ha").unwrap());
        assert!(all > 0.6 && (wood - all).abs() < 1e-9, "shift {shift}: {wood} of {all}");
    }
}

#[test]
fn ground_beyond_all_tiles_is_not_observed() {
    let layer = seam(constant(1.0), constant(1.0), 0.5);
    // A quarter lies east of the tiles.
    let screened = Case::new(CATALOG, [("f", layer)], [cells_box(8.0, 18.0, 16.0, 26.0)]).screen();
    let observed = one(&screened, "one_observed_pct").unwrap();
    assert!((observed - 75.0).abs() < 1e-4, "{observed}");
}

#[test]
fn other_layers_are_read_across_the_seam_at_cell_centres() {
    let catalog = r#"
[layer.g]
path = "g.tif"
[layer.f]
path = "f.tif"
[indicator.one]
where = "f == 1"
grid = "g"
"#;
    for shift in SHIFTS {
        let fine = drawing(Array2::zeros((72, 72))).cell(CELL / 3.0).layer();
        let layers = [("g", fine), ("f", seam(constant(1.0), constant(1.0), shift))];
        let screened = Case::new(catalog, layers, [cells_box(8.0, 4.0, 16.0, 8.0)]).screen();
        assert_alike(one(&screened, "one_pct"), 100.0, "pct");
        assert_eq!(one(&screened, "one_observed_pct"), Some(100.0));
    }
}

#[test]
fn the_centre_rule_loses_no_cell_at_a_seam() {
    let catalog = r#"
[layer.f]
path = "f.tif"
[indicator.one]
where = "f == 1"
rule = "centre"
"#;
    for shift in SHIFTS {
        let layer = seam(constant(1.0), constant(1.0), shift);
        let screened = Case::new(catalog, [("f", layer)], [cells_box(8.3, 4.2, 16.4, 8.4)]).screen();
        assert_eq!(one(&screened, "one_observed_pct"), Some(100.0), "shift {shift}: {}", row(&screened, 0));
        assert_alike(one(&screened, "one_pct"), 100.0, "pct");
    }
}
