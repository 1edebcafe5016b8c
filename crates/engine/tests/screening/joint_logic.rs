//! Joint logic per cell, against brute force.

use crate::drawn::{ALIKE, CELL, CORNER, Case, Drawing, column, drawing};
use crate::naive::{Condition, NaiveGround, NaiveIndicator, NaiveLayer, NaiveMeasured};
use lindero_testkit::{Polygons, SplitMix64, random_star, random_star_with_hole};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Rounds of random ground, each with several plots and indicators.
const ROUNDS: u64 = 40;
const PLOTS: usize = 5;
const INDICATORS: usize = 4;
/// Rows and columns of the coarse layer.
const SIDE: usize = 48;
const NODATA: f64 = 9.0;
const YEARS: std::ops::RangeInclusive<i32> = 2005..=2016;

/// Patchy random classes, in clumps of `clump` cells.
fn classes(rng: &mut SplitMix64, side: usize, clump: usize, values: &[f64], nodata: f64) -> Array2<f64> {
    let coarse = Array2::from_shape_simple_fn((side / clump + 1, side / clump + 1), || {
        if rng.chance(nodata) { NODATA } else { *rng.pick(values) }
    });
    let mut fine = Array2::from_shape_fn((side, side), |(row, col)| coarse[(row / clump, col / clump)]);
    fine.iter_mut().for_each(|value| {
        if rng.chance(0.15) {
            *value = *rng.pick(values);
        }
    });
    fine
}

/// The same layer for the reference and for the program; the latter with random tiles and blocks.
struct RandomLayer {
    naive: NaiveLayer,
    drawn: Drawing,
}

impl RandomLayer {
    fn new(rng: &mut SplitMix64, corner: [f64; 2], cell: f64, values: Array2<f64>, is_year: bool) -> Self {
        let (height, width) = values.dim();
        let cuts = |rng: &mut SplitMix64, end: usize| -> Vec<usize> {
            let mut cuts: Vec<usize> = (0..rng.below(3)).map(|_| 1 + rng.below(end - 1)).collect();
            cuts.sort_unstable();
            cuts.dedup();
            cuts
        };
        let (rows, cols) = (cuts(rng, height), cuts(rng, width));
        let blocks = *rng.pick(&[(16, 16), (1, 4096), (7, 4096), (64, 32), (4096, 4096)]);
        let drawn =
            drawing(values.clone()).at(corner).cell(cell).nodata(NODATA).tiles(&rows, &cols).blocks(blocks.0, blocks.1);
        Self { naive: NaiveLayer { corner, cell, values, nodata: NODATA, is_year }, drawn }
    }
}

fn random_layers(rng: &mut SplitMix64, coarse: f64) -> BTreeMap<&'static str, RandomLayer> {
    let numbers = [0.0, 1.0, 2.0, 3.0];
    let years: Vec<f64> = (0..24).map(|year| if year % 3 == 0 { 0.0 } else { f64::from(year) }).collect();
    let a = classes(rng, SIDE, 3, &numbers, 0.1);
    // Three times finer; the same ground.
    let b = classes(rng, 3 * SIDE, 5, &numbers, 0.1);
    // Of another size and phase, and too small for the ground: outside it nothing is known.
    let c = classes(rng, 38, 2, &years, 0.05).mapv(|year| if year == NODATA { NODATA } else { year });
    let c_corner = [CORNER[0] + 3.3 * coarse, CORNER[1] - 2.7 * coarse];
    BTreeMap::from([
        ("a", RandomLayer::new(rng, CORNER, coarse, a, false)),
        ("b", RandomLayer::new(rng, CORNER, coarse / 3.0, b, false)),
        ("c", RandomLayer::new(rng, c_corner, 1.083 * coarse, c, true)),
    ])
}

fn random_plot(rng: &mut SplitMix64, coarse: f64) -> Polygons {
    let place = |rng: &mut SplitMix64, from: f64| from + rng.between(16.0, 32.0) * coarse;
    let centre = [place(rng, CORNER[0]), CORNER[1] - place(rng, 0.0)];
    let radius = rng.between(0.6, 7.0) * coarse;
    let corners = 3 + rng.below(9);
    match rng.below(3) {
        0 => random_star_with_hole(rng, centre, radius, corners),
        1 => {
            // Towards the middle, so that no plot leaves the ground.
            let middle = CORNER[0] + 24.0 * coarse;
            let beside = [centre[0] + 2.1 * radius * (middle - centre[0]).signum(), centre[1]];
            vec![vec![random_star(rng, centre, radius, corners)], vec![random_star(rng, beside, 0.9 * radius, corners)]]
        }
        _ => vec![vec![random_star(rng, centre, radius, corners)]],
    }
}

fn random_indicator(rng: &mut SplitMix64, coarse: f64) -> NaiveIndicator {
    let cell_ha = (coarse * 111_000.0).powi(2) / 10_000.0;
    let patch = rng.chance(0.5).then(|| {
        let over_ha = (cell_ha * rng.between(0.5, 7.0)).min(10.0);
        (Condition::random(rng, 2, false), (1_000.0 * over_ha).round() / 1_000.0)
    });
    NaiveIndicator { condition: Condition::random(rng, 3, true), patch }
}

fn toml(index: usize, indicator: &NaiveIndicator, grid: &str) -> String {
    let patch = indicator.patch.as_ref().map_or_else(String::new, |(of, over_ha)| {
        format!("patch = {{ of = \"{}\", over_ha = {over_ha} }}\n", of.text())
    });
    format!(
        "[indicator.i{index}]\nwhere = \"{}\"\n{patch}grid = \"{grid}\"\nby = \"c\"\nyears = [{}, {}]\nmean = \"b\"\n",
        indicator.condition.text(),
        YEARS.start(),
        YEARS.end(),
    )
}

const LAYERS: &str = "
[layer.a]
path = \"a.tif\"
[layer.b]
path = \"b.tif\"
[layer.c]
path = \"c.tif\"
year = { base = 2000, never = 0 }
period = [2001, 2024]
";

/// Screens random plots and compares every column with the reference.
///
/// Where cells are larger than 100 m the program measures shares of the plot's own area, so `by_row_area` is false.
fn check(seed: u64, coarse: f64, by_row_area: bool) {
    let mut rng = SplitMix64::new(seed);
    let rng = &mut rng;
    let layers = random_layers(rng, coarse);
    let grid = *rng.pick(&["a", "b"]);
    let plots: Vec<Polygons> = (0..PLOTS).map(|_| random_plot(rng, coarse)).collect();
    let indicators: Vec<NaiveIndicator> = (0..INDICATORS).map(|_| random_indicator(rng, coarse)).collect();
    let mut catalog = LAYERS.to_owned();
    for (index, indicator) in indicators.iter().enumerate() {
        catalog += &toml(index, indicator, grid);
    }
    let drawn = layers.iter().map(|(id, layer)| (*id, layer.drawn.layer()));
    let case = Case::new(&catalog, drawn, plots.clone());
    let screened = case.screen();
    let own_m2: Vec<f64> = case.table().rows.iter().map(|row| row.area_m2.unwrap()).collect();
    let ground = NaiveGround { layers: layers.into_iter().map(|(id, layer)| (id, layer.naive)).collect(), grid };
    for (index, indicator) in indicators.iter().enumerate() {
        let value = |measure: &str, plot: usize| column(&screened, &format!("i{index}_{measure}"))[plot];
        for (plot, polygons) in plots.iter().enumerate() {
            let expected = ground.measure(polygons, indicator);
            let scale = if by_row_area { 1.0 } else { own_m2[plot] / expected.plot_m2 };
            compare(&expected, scale, &|measure| value(measure, plot), &|measure| {
                format!("seed {seed}, plot {plot}, {measure} of\n{}", toml(index, indicator, grid))
            });
        }
    }
}

fn compare(expected: &NaiveMeasured, scale: f64, found: &dyn Fn(&str) -> Option<f64>, what: &dyn Fn(&str) -> String) {
    let ha = scale / 10_000.0;
    let plot_ha = expected.plot_m2 * ha;
    let alike = |measure: &str, expected: f64, unit: f64| {
        let found = found(measure).unwrap_or_else(|| panic!("not measured: {}", what(measure)));
        assert!((found - expected).abs() <= ALIKE * unit, "{found}, expected {expected}: {}", what(measure));
    };
    alike("observed_pct", 100.0 * expected.observed_m2 / expected.plot_m2, 100.0);
    if expected.observed_m2 == 0.0 {
        assert_eq!(found("ha"), None, "{}", what("ha"));
        assert_eq!(found("pct"), None, "{}", what("pct"));
        return;
    }
    alike("ha", expected.area_m2 * ha, plot_ha);
    alike("pct", 100.0 * expected.area_m2 / expected.plot_m2, 100.0);
    for year in YEARS {
        alike(&format!("{year}_ha"), expected.by_year_m2.get(&year).copied().unwrap_or(0.0) * ha, plot_ha);
    }
    let first = expected.by_year_m2.keys().find(|year| YEARS.contains(year));
    assert_eq!(found("first_year"), first.map(|year| f64::from(*year)), "{}", what("first_year"));
    match expected.mean {
        None => assert_eq!(found("mean"), None, "{}", what("mean")),
        Some(mean) => alike("mean", mean, 10.0),
    }
}

#[test]
fn random_expressions_on_random_plots_are_what_brute_force_says() {
    (0..ROUNDS).for_each(|seed| check(seed, CELL, true));
}

#[test]
fn on_cells_over_a_hundred_metres_areas_are_shares_of_the_plots_own() {
    (100..104).for_each(|seed| check(seed, 16.0 * CELL, false));
}

/// More years than a slot has codes for: from then on every year is told apart.
#[test]
fn a_layer_of_more_classes_than_codes_is_measured_like_any_other() {
    const SIDE: usize = 24;
    let years = Array2::from_shape_fn((SIDE, SIDE), |(row, col)| 1500.0 + (row * SIDE + col) as f64);
    let class = Array2::from_shape_fn((SIDE, SIDE), |(row, _)| if row < SIDE / 2 { 1.0 } else { 2.0 });
    let catalog = r#"
[layer.built]
path = "built.tif"
year = { base = 0, never = 0 }
period = [1500, 2100]
[layer.class]
path = "class.tif"
[indicator.old]
where = "class == 1"
grid = "built"
by = "built"
years = [1500, 1800]
"#;
    let whole = crate::drawn::cells_box(2.0, 2.0, 22.0, 22.0);
    let few = crate::drawn::cells_box(2.0, 2.0, 4.0, 4.0);
    let case = Case::new(catalog, [("built", drawing(years).layer()), ("class", drawing(class).layer())], [few, whole]);
    let screened = case.screen();
    let all = column(&screened, "old_ha");
    for year in 1500..=1800 {
        let (row, col) = ((year - 1500) as usize / SIDE, (year - 1500) as usize % SIDE);
        let ha = column(&screened, &format!("old_{year}_ha"));
        for (plot, cells) in [(0, 2..4), (1, 2..22)] {
            let is_there = row < SIDE / 2 && cells.contains(&row) && cells.contains(&col);
            let expected = if is_there { all[plot].unwrap() / (cells.len().min(10) * cells.len()) as f64 } else { 0.0 };
            assert!((ha[plot].unwrap() - expected).abs() < 1e-4 * all[plot].unwrap(), "{year}: {ha:?} {expected}");
        }
    }
}
