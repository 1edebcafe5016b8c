//! Sums per region: the parts of a plot add up to it in every column of hectares.

use crate::drawn::{CELL, CORNER, Case, column, drawing};
use lindero_regions::ALL_PLOTS;
use lindero_testkit::{Polygons, SplitMix64, polygon, random_star, random_star_with_hole};
use ndarray::Array2;

/// Sums of parts of plots, each of which was added from cells, differ by less (hectares).
const ADDED_HA: f64 = 1e-8;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.y]
path = "y.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[indicator.wood]
where = "f == 1"
[indicator.big_wood]
where = "f <= 1"
patch = { of = "f == 1", over_ha = 0.5 }
[indicator.loss]
where = "f == 1 && y > 2010"
grid = "f"
by = "y"
years = [2011, 2014]
[indicator.loss_whole]
where = "y > 2010 && whole(y)"
grid = "f"
"#;

fn case(rng: &mut SplitMix64) -> Case<'static> {
    let forest = Array2::from_shape_simple_fn((48, 48), || *rng.pick(&[0.0, 1.0, 1.0, 9.0]));
    let years = Array2::from_shape_simple_fn((30, 30), || rng.below(20) as f64);
    let layers = [
        ("f", drawing(forest).nodata(9.0).layer()),
        ("y", drawing(years).at([CORNER[0] - 0.3 * CELL, CORNER[1] + 0.4 * CELL]).cell(1.7 * CELL).layer()),
    ];
    let plots: Vec<Polygons> = (0..12)
        .map(|_| {
            let at = |from: f64, rng: &mut SplitMix64| from + rng.between(14.0, 34.0) * CELL;
            let centre = [at(CORNER[0], rng), CORNER[1] - at(0.0, rng)];
            let radius = rng.between(1.0, 7.0) * CELL;
            if rng.chance(0.5) {
                random_star_with_hole(rng, centre, radius, 8)
            } else {
                vec![vec![random_star(rng, centre, radius, 6)]]
            }
        })
        .collect();
    let mut case = Case::new(CATALOG, layers, plots);
    // Three stripes on a slant; east of them no region.
    let stripe = |from: f64, to: f64| {
        let x = |col: f64| CORNER[0] + col * CELL;
        let (a, b, c, d) = (x(from), x(to), x(to + 3.7), x(from + 3.7));
        polygon(&format!("POLYGON(({a} -9.1, {b} -9.1, {c} -8.9, {d} -8.9, {a} -9.1))"))
    };
    case.regions = vec![("north", stripe(-20.0, 13.1)), ("middle", stripe(13.1, 20.2)), ("south", stripe(20.2, 27.3))];
    case
}

#[test]
fn the_parts_of_every_plot_add_up_to_it() {
    for seed in 0..8 {
        let case = case(&mut SplitMix64::new(seed));
        let screened = case.screen();
        assert!(screened.roll_up_columns.len() >= 8, "{:?}", screened.roll_up_columns);
        for (at, name) in screened.roll_up_columns.iter().enumerate() {
            let of_plots: f64 = column(&screened, name).iter().flatten().sum();
            let rows = |all: bool| screened.roll_up.iter().filter(move |row| (row.name == ALL_PLOTS) == all);
            let of_regions: f64 = rows(false).filter_map(|row| row.sums[at]).sum();
            let of_all = rows(true).next().unwrap().sums[at].unwrap_or(0.0);
            assert!((of_plots - of_regions).abs() < ADDED_HA, "seed {seed}, {name}: {of_plots}, regions {of_regions}");
            assert!((of_plots - of_all).abs() < ADDED_HA, "seed {seed}, {name}: {of_plots}, all {of_all}");
        }
        let plots: u64 = screened.roll_up.iter().filter(|row| row.name != ALL_PLOTS).map(|row| row.plots).sum();
        assert_eq!(plots, case.plots.len() as u64);
    }
}

#[test]
fn a_plots_row_does_not_know_of_regions() {
    let mut case = case(&mut SplitMix64::new(3));
    let with = case.screen();
    case.regions.clear();
    let without = case.screen();
    for plot in 0..case.plots.len() {
        assert_eq!(crate::drawn::row(&with, plot), crate::drawn::row(&without, plot));
    }
}
