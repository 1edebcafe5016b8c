//! Each block is decoded once.

use crate::drawn::{CELL, CORNER, Case, Drawing, assert_alike, drawing, one};
use lindero_testkit::{Polygons, SplitMix64, random_star};
use ndarray::Array2;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.g]
path = "g.tif"
[indicator.both]
where = "f == 1 && g == 1"
patch = { of = "f == 1", over_ha = 0.5 }
grid = "f"
"#;

/// Over several chunks of 1,024 cells.
const ROWS: usize = 1_300;
const COLS: usize = 2_600;

fn plots(rng: &mut SplitMix64) -> Vec<Polygons> {
    (0..150)
        .map(|_| {
            let centre = [
                CORNER[0] + rng.between(20.0, COLS as f64 - 20.0) * CELL,
                CORNER[1] - rng.between(20.0, ROWS as f64 - 20.0) * CELL,
            ];
            vec![vec![random_star(rng, centre, 9.0 * CELL, 6)]]
        })
        .collect()
}

fn check(layout: impl Fn(Drawing) -> Drawing) {
    let mut rng = SplitMix64::new(5);
    let values = Array2::from_shape_simple_fn((ROWS, COLS), || rng.below(2) as f64);
    let coarse = Array2::from_shape_simple_fn((ROWS / 2, COLS / 2), || rng.below(2) as f64);
    let mut plots = plots(&mut rng);
    for _ in 0..3 {
        let fine = layout(drawing(values.clone())).layer();
        let other = layout(drawing(coarse.clone()).cell(2.0 * CELL)).layer();
        let layers = [("f", fine.clone()), ("g", other.clone())];
        Case::new(CATALOG, layers, plots.clone()).screen();
        for layer in [fine, other] {
            let decoded = layer.decoded();
            assert!(!decoded.is_empty() && decoded.iter().all(|&times| times == 1), "{decoded:?}");
        }
        for at in (1..plots.len()).rev() {
            plots.swap(at, rng.below(at + 1));
        }
    }
}

#[test]
fn in_square_blocks() {
    check(|drawing| drawing.blocks(256, 256));
}

#[test]
fn in_blocks_that_no_chunk_is_a_multiple_of() {
    check(|drawing| drawing.blocks(300, 170));
}

#[test]
fn in_strips_over_the_whole_width() {
    check(|drawing| drawing.blocks(1, 8_192));
}

#[test]
fn in_several_tiles() {
    check(|drawing| drawing.tiles(&[500], &[777, 1_100]).blocks(64, 128));
}

#[test]
fn blocks_without_plots_are_not_decoded() {
    let layer = drawing(Array2::ones((512, 512))).blocks(64, 64).layer();
    let catalog = "[layer.f]\npath = \"f.tif\"\n[indicator.wood]\nwhere = \"f == 1\"\n";
    let plot = crate::drawn::cells_box(70.0, 70.0, 100.0, 100.0);
    Case::new(catalog, [("f", layer.clone())], [plot]).screen();
    assert_eq!(layer.decoded(), [1]);
}

#[test]
fn what_lies_around_a_large_plot_is_not_decoded() {
    let layer = drawing(Array2::ones((ROWS, COLS))).blocks(256, 256).layer();
    let catalog = "[layer.f]\npath = \"f.tif\"\n[indicator.wood]\nwhere = \"f == 1\"\n";
    let at = |row: f64, col: f64| [CORNER[0] + col * CELL, CORNER[1] - row * CELL];
    // Half of a rectangle, of which the south-eastern chunks have nothing.
    let plot: Polygons = vec![vec![vec![at(10.0, 10.0), at(1_290.0, 10.0), at(10.0, 2_590.0), at(10.0, 10.0)]]];
    let screened = Case::new(catalog, [("f", layer.clone())], [plot]).screen();
    // Of 6 by 11 blocks those of the rectangles around its parts on chunks of 2 by 2 blocks, row by row of chunks.
    assert_eq!(layer.decoded(), [1; (4 + 4 + 4) + (4 + 4 + 1) + (4 + 4) + (4 + 1) + 4 + 1]);
    assert_alike(one(&screened, "wood_pct"), 100.0, "all of it is of one class");
}
