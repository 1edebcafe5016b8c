//! Threads, order, batch, blocks, tiles and crop change no byte of a plot's row.

use crate::drawn::{CELL, CORNER, Case, Drawing, drawing, row};
use lindero_testkit::{Polygons, SplitMix64, random_star, random_star_with_hole};
use ndarray::Array2;
use std::sync::LazyLock;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.g]
path = "g.tif"
[layer.y]
path = "y.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[indicator.loss]
where = "f == 1 && y > 2010 && g != 2"
patch = { of = "f == 1 || g == 1", over_ha = 0.5 }
grid = "f"
by = "y"
years = [2011, 2020]
mean = "g"
[indicator.loss_whole]
where = "y > 2010 && whole(y)"
grid = "f"
[indicator.centres]
where = "f == 1"
rule = "centre"
"#;

/// Over several chunks of 1,024 cells, so that plots lie across their borders.
const ROWS: usize = 1_100;
const COLS: usize = 2_200;

struct World {
    f: Drawing,
    g: Drawing,
    y: Drawing,
    plots: Vec<Polygons>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let mut rng = SplitMix64::new(11);
    let rng = &mut rng;
    let mut classes = |rows, cols, values: &[f64]| Array2::from_shape_simple_fn((rows, cols), || *rng.pick(values));
    let f = drawing(classes(ROWS, COLS, &[0.0, 0.0, 1.0, 9.0])).nodata(9.0);
    let g = drawing(classes(ROWS / 2, COLS / 2, &[0.0, 1.0, 2.0, 3.7])).cell(2.0 * CELL);
    let y = drawing(classes(800, 1_600, &[0.0, 5.0, 12.0, 18.0]))
        .at([CORNER[0] - 0.3 * CELL, CORNER[1] + 0.2 * CELL])
        .cell(1.4 * CELL);
    let mut plots: Vec<Polygons> = Vec::new();
    for index in 0..60 {
        // A third across the border of chunks at row and column 1,024.
        let near = |rng: &mut SplitMix64, border: f64, end: f64| {
            if index % 3 == 0 { border + rng.between(-6.0, 6.0) } else { rng.between(40.0, end - 40.0) }
        };
        let col = near(rng, 1_024.0, 1_050.0);
        let row = near(rng, 512.0, 520.0);
        let centre = [CORNER[0] + col * CELL, CORNER[1] - row * CELL];
        let radius = rng.between(0.3, 12.0) * CELL;
        plots.push(match index % 2 {
            0 => vec![vec![random_star(rng, centre, radius, 7)]],
            _ => random_star_with_hole(rng, centre, radius, 9),
        });
    }
    // Too large to be covered at once: one with much around it that is not its own, one with a hole.
    let at = |row: f64, col: f64| [CORNER[0] + col * CELL, CORNER[1] - row * CELL];
    plots.push(vec![vec![vec![at(50.3, 60.1), at(480.7, 1_060.2), at(400.0, 1_065.9), at(50.3, 60.1)]]]);
    plots.push(random_star_with_hole(rng, at(270.0, 900.0), 165.0 * CELL, 40));
    World { f, g, y, plots }
});

fn rows(f: &Drawing, g: &Drawing, y: &Drawing, plots: &[Polygons]) -> Vec<String> {
    let layers = [("f", f.layer()), ("g", g.layer()), ("y", y.layer())];
    let screened = Case::new(CATALOG, layers, plots.iter().cloned()).screen();
    (0..plots.len()).map(|plot| row(&screened, plot)).collect()
}

static ROWS_OF_WORLD: LazyLock<Vec<String>> = LazyLock::new(|| rows(&WORLD.f, &WORLD.g, &WORLD.y, &WORLD.plots));

#[track_caller]
fn check(change: impl Fn(&Drawing) -> Drawing) {
    let found = rows(&change(&WORLD.f), &change(&WORLD.g), &change(&WORLD.y), &WORLD.plots);
    for (plot, (found, expected)) in found.iter().zip(ROWS_OF_WORLD.iter()).enumerate() {
        assert_eq!(found, expected, "plot {plot}");
    }
}

#[test]
fn the_plots_have_something_to_say() {
    let silent = |row: &&String| row.contains("loss_ha=Some(0.0)") || row.contains("loss_ha=None");
    assert!(ROWS_OF_WORLD.iter().filter(silent).count() < 20);
}

#[test]
fn any_number_of_threads() {
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| rows(&WORLD.f, &WORLD.g, &WORLD.y, &WORLD.plots));
        assert_eq!(found, *ROWS_OF_WORLD, "{threads} threads");
    }
}

#[test]
fn any_order_of_plots() {
    let backwards: Vec<Polygons> = WORLD.plots.iter().rev().cloned().collect();
    let mut found = rows(&WORLD.f, &WORLD.g, &WORLD.y, &backwards);
    found.reverse();
    assert_eq!(found, *ROWS_OF_WORLD);
}

#[test]
fn a_plot_alone_or_in_a_batch() {
    for (plot, expected) in WORLD.plots.iter().zip(ROWS_OF_WORLD.iter()).step_by(4) {
        assert_eq!(rows(&WORLD.f, &WORLD.g, &WORLD.y, std::slice::from_ref(plot)), std::slice::from_ref(expected));
    }
}

#[test]
fn any_layout_of_blocks() {
    check(|drawing| drawing.clone().blocks(256, 256));
    check(|drawing| drawing.clone().blocks(1, 9_000));
    check(|drawing| drawing.clone().blocks(37, 61));
}

#[test]
fn any_tiling() {
    check(|drawing| drawing.clone().tiles(&[511, 530], &[512, 717]).blocks(128, 128));
    check(|drawing| drawing.clone().tiles(&[1, 2, 3], &[9]));
}

#[test]
fn any_crop() {
    // Cropping also moves the borders of chunks.
    check(|drawing| drawing.clone().crop(6, 10, 540, 1_085));
}
