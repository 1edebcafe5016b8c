//! Agroforestry on ground that may have been forest: a declared planting year says what it is.

use crate::drawn::{CELL, CORNER, Case, Screened, cells_box, cells_ha, column, drawing};
use crate::tree_cover::{CATALOG, OWN_AREA};
use lindero_engine::Moves;
use lindero_plots::RawGeometry;
use lindero_regions::ALL_PLOTS;
use lindero_testkit::{SplitMix64, grid_from_text, polygon, random_star};
use ndarray::Array2;

const PERCENTS: [u32; 4] = [10, 20, 30, 50];
const PARTS: [&str; 3] = ["agroforestry", "agroforestry_undecided", "agroforestry_other"];
/// Kinds of ground of the catalog.
const OPEN: f64 = 0.0;
const FARMED: f64 = 1.0;
const MIXED: f64 = 2.0;
const CONTESTED: f64 = 3.0;

fn case(kind: Array2<f64>, cover: Array2<f64>) -> Case<'static> {
    let layers = [("kind", drawing(kind).nodata(9.0).layer()), ("cover", drawing(cover).nodata(255.0).layer())];
    Case::new(CATALOG, layers, [])
}

/// The parts of one plot in whole cells of the first row.
fn parts_in_cells(screened: &Screened, plot: usize, percent: u32) -> [f64; 3] {
    PARTS.map(|part| {
        let ha = column(screened, &format!("{part}_ge{percent}_ha"))[plot].unwrap_or(0.0);
        (1e6 * ha / cells_ha(0, 0, 1, 1)).round() / 1e6
    })
}

#[track_caller]
fn check(planted: Option<i64>, expected_at_30: [f64; 3]) {
    // Farmed, mixed, contested and open ground under trees, the same with few, mixed ground whose trees nobody saw, and trees on
    // ground that nobody knows.
    let kind = grid_from_text("1230123029");
    let cover = Array2::from_shape_fn((1, 10), |(_, col)| match col {
        4..8 => 29.0,
        8 => 255.0,
        _ => 30.0,
    });
    let mut case = case(kind, cover);
    case.plots = vec![RawGeometry::Polygons(cells_box(0.0, 0.0, 1.0, 10.0))];
    case.planted = vec![planted];
    let screened = case.screen();
    assert_eq!(parts_in_cells(&screened, 0, 30), expected_at_30, "planted {planted:?}");
    let pct = column(&screened, "agroforestry_ge30_pct")[0].unwrap();
    assert!((pct - 10.0 * expected_at_30[0]).abs() < 1e-9, "{pct} %");
    // What the year would settle is measured whether it is declared or not.
    let if_planted = column(&screened, "agroforestry_if_planted_ge30_ha")[0].unwrap();
    assert!((if_planted / cells_ha(0, 0, 1, 2) - 1.0).abs() < 1e-9, "{if_planted} ha");
}

#[test]
fn without_a_year_trees_on_mixed_and_contested_ground_are_undecided() {
    check(None, [1.0, 4.0, 5.0]);
}

#[test]
fn trees_on_mixed_and_contested_ground_planted_up_to_the_cutoff_are_agroforestry() {
    check(Some(2014), [3.0, 2.0, 5.0]);
    check(Some(2020), [3.0, 2.0, 5.0]);
}

#[test]
fn trees_on_mixed_and_contested_ground_planted_after_the_cutoff_are_other_land() {
    check(Some(2021), [1.0, 2.0, 7.0]);
}

#[test]
fn what_is_no_year_of_our_times_settles_nothing() {
    check(Some(14), [1.0, 4.0, 5.0]);
}

/// Ground and plots at random, and a year for each plot.
fn random_case(seed: u64) -> (Array2<f64>, Array2<f64>, Vec<RawGeometry>, Vec<Option<i64>>) {
    let mut rng = SplitMix64::new(seed);
    let kinds = [OPEN, FARMED, MIXED, MIXED, CONTESTED, 9.0];
    let kind = Array2::from_shape_simple_fn((40, 40), || *rng.pick(&kinds));
    let cover = Array2::from_shape_simple_fn((40, 40), || *rng.pick(&[0.0, 10.0, 20.0, 35.0, 80.0, 255.0]));
    let plots = (0..60).map(|_| {
        let place = |rng: &mut SplitMix64| rng.between(6.0, 34.0) * CELL;
        let centre = [CORNER[0] + place(&mut rng), CORNER[1] - place(&mut rng)];
        let radius = rng.between(0.2, 6.0) * CELL;
        RawGeometry::Polygons(vec![vec![random_star(&mut rng, centre, radius, 6)]])
    });
    let plots: Vec<RawGeometry> = plots.collect();
    let years = (0..60).map(|_| *rng.pick(&[None, Some(1998), Some(2020), Some(2021), Some(2024)])).collect();
    (kind, cover, plots, years)
}

#[test]
fn a_plot_with_a_year_is_measured_as_if_its_ground_had_been_drawn_farmed_or_open() {
    for seed in 0..4 {
        let (kind, cover, plots, years) = random_case(seed);
        let drawn_as = |ground: f64| {
            let kind = Array2::from_shape_fn(kind.dim(), |cell| {
                // Where nobody saw the trees it stays undecided, whenever it was planted.
                let is_settled = (kind[cell] == MIXED || kind[cell] == CONTESTED) && cover[cell] != 255.0;
                if is_settled { ground } else { kind[cell] }
            });
            let mut case = case(kind, cover.clone());
            case.plots.clone_from(&plots);
            case.screen()
        };
        let (farmed, open, as_it_is) = (drawn_as(FARMED), drawn_as(OPEN), {
            let mut case = case(kind.clone(), cover.clone());
            case.plots.clone_from(&plots);
            case.screen()
        });
        let mut declared = case(kind.clone(), cover.clone());
        declared.plots.clone_from(&plots);
        declared.planted.clone_from(&years);
        let (screened, rows) = (declared.screen(), declared.table().rows);
        let mut moved = 0;
        for percent in PERCENTS {
            let of = |screened: &Screened, measure: &str| {
                PARTS.map(|part| column(screened, &format!("{part}_ge{percent}_{measure}")))
            };
            let (found, undeclared) = (of(&screened, "ha"), of(&as_it_is, "ha"));
            let (before, after) = (of(&farmed, "ha"), of(&open, "ha"));
            for (plot, year) in years.iter().enumerate() {
                let expected = match year {
                    None => &undeclared,
                    Some(year) if *year <= 2020 => &before,
                    Some(_) => &after,
                };
                let plot_ha = rows[plot].area_m2.unwrap() / 10_000.0;
                let [found, expected] =
                    [&found, expected].map(|of| of.each_ref().map(|part| part[plot].unwrap_or(0.0)));
                for (part, (found, expected)) in PARTS.iter().zip(found.iter().zip(expected)) {
                    let what = format!("seed {seed}, plot {plot}, {year:?}, {part} at {percent} %");
                    assert!((found - expected).abs() < OWN_AREA * plot_ha, "{what}: {found} ha, and not {expected}");
                    assert!(*found >= 0.0, "{what}: {found}");
                }
                let is_empty = found.iter().all(|ha| *ha == 0.0);
                assert!(is_empty || (found.iter().sum::<f64>() - plot_ha).abs() < OWN_AREA * plot_ha, "{found:?}");
                moved += usize::from(year.is_some() && (found[1] - undeclared[1][plot].unwrap_or(0.0)).abs() > 1e-6);
            }
        }
        assert!(moved > 100, "{moved}");
    }
}

#[test]
fn sums_of_regions_follow() {
    let (kind, cover, plots, years) = random_case(9);
    let mut case = case(kind, cover);
    (case.plots, case.planted) = (plots, years);
    let [west, north] = CORNER;
    let (middle, east, south) = (west + 19.3 * CELL, west + 60.0 * CELL, north - 60.0 * CELL);
    let region = |from: f64, to: f64| {
        polygon(&format!("POLYGON(({from} {south}, {to} {south}, {to} {north}, {from} {north}, {from} {south}))"))
    };
    case.regions = vec![("west", region(west, middle)), ("east", region(middle, east))];
    let screened = case.screen();
    for name in PERCENTS.iter().flat_map(|percent| PARTS.map(|part| format!("{part}_ge{percent}_ha"))) {
        let nth = screened.roll_up_columns.iter().position(|column| *column == name).unwrap();
        let of_plots: f64 = column(&screened, &name).iter().flatten().sum();
        let sum = |all: bool| -> f64 {
            let rows = screened.roll_up.iter().filter(|row| (row.name == ALL_PLOTS) == all);
            rows.filter_map(|row| row.sums[nth]).sum()
        };
        for found in [sum(true), sum(false)] {
            assert!((found - of_plots).abs() < OWN_AREA * of_plots, "{name}: {found}, plots {of_plots}");
        }
    }
}

const RULES: &str = r#"
[[rule]]
code = "A1"
name = "agroforestry"
about = "forest"
verdict = "more_info"
ask = "desk"
when = "agroforestry_ge30_pct > 50"
reason = "{agroforestry_ge30_pct} %."
source = "a test"
limits = "Everything."
"#;

#[test]
fn moved_copies_are_decided_by_what_the_plot_declares_too() {
    let mut case = case(Array2::from_elem((40, 40), MIXED), Array2::from_elem((40, 40), 80.0));
    case.rules = RULES;
    case.plots = vec![RawGeometry::Polygons(cells_box(10.0, 10.0, 12.0, 13.0)); 2];
    case.planted = vec![Some(2010), None];
    let still = case.screen();
    case.moves = Some(Moves::new(5.0, 16).unwrap());
    let moved = case.screen();
    assert_eq!(column(&moved, "moved_more_info_pct"), [Some(100.0), Some(0.0)]);
    assert_eq!(column(&moved, "stability_pct"), [Some(100.0); 2]);
    for part in PARTS {
        let name = format!("{part}_ge30_ha");
        assert_eq!(column(&moved, &name), column(&still, &name), "{name}");
    }
}
