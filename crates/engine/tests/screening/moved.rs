//! Plots that are moved by their position error: every copy is measured as if it had been drawn where it lies, and what is
//! told of all copies together is what a count over them says.

use crate::drawn::{CELL, CORNER, Case, DrawnLayer, Screened, cells_box, column, drawing, row};
use lindero_engine::{MemoryScratch, Moves, Quiet, Resources};
use lindero_plots::{Position, RawGeometry, Shape, degrees_of_metres, moved};
use lindero_policy::Verdict;
use lindero_testkit::{Polygons, SplitMix64, random_star, random_star_with_hole};
use ndarray::Array2;
use std::sync::Arc;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.y]
path = "y.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[indicator.loss]
where = "f == 1 && y > 2010"
patch = { of = "f == 1", over_ha = 0.5 }
grid = "f"
by = "y"
years = [2011, 2012]
[indicator.loss_whole]
where = "y > 2010 && whole(y)"
grid = "f"
[indicator.wood]
where = "f == 1"
grid = "f"
"#;

/// The first two decide, the note and the last do not change a verdict.
const RULES: &str = r#"
[[rule]]
code = "L1"
name = "loss"
about = "forest"
verdict = "high"
when = "loss_whole_ha >= 0.05"
reason = "{loss_whole_ha} ha."
source = "a test"
limits = "Everything."
[[rule]]
code = "L2"
name = "touch"
about = "forest"
verdict = "more_info"
ask = "desk"
when = "loss_pct >= 12 || loss_observed_pct < 90"
reason = "{loss_pct} %."
source = "a test"
limits = "Everything."
[[rule]]
code = "N1"
name = "wood"
about = "forest"
verdict = "note"
when = "wood_ha > 0"
reason = "{wood_ha} ha."
source = "a test"
limits = "Everything."
[[rule]]
code = "S1"
name = "unsteady"
about = "data"
verdict = "note"
stability = true
reason = "{moved.same} of {moved.cases} at {moved.error_m} m: {moved.low}, {moved.more_info}, {moved.high}."
source = "a test"
limits = "Everything."
"#;

const RANGED: [&str; 3] = ["loss_whole_ha", "loss_pct", "loss_observed_pct"];

const ROWS: usize = 300;
const COLS: usize = 600;

/// Two layers on grids of their own, with cells of no data, and plots of all sizes; some reach over the layers' border.
fn world() -> (Vec<(&'static str, Arc<DrawnLayer>)>, Vec<Polygons>) {
    let mut rng = SplitMix64::new(23);
    let rng = &mut rng;
    let mut classes = |rows, cols, values: &[f64]| Array2::from_shape_simple_fn((rows, cols), || *rng.pick(values));
    let f = drawing(classes(ROWS, COLS, &[0.0, 1.0, 1.0, 9.0])).nodata(9.0).blocks(64, 64);
    let y = drawing(classes(ROWS, COLS, &[0.0, 0.0, 11.0, 12.0])).at([CORNER[0] - 0.3 * CELL, CORNER[1] + 0.2 * CELL]);
    let plots = (0..24).map(|index| {
        let centre = [
            CORNER[0] + rng.between(5.0, COLS as f64 - 1.0) * CELL,
            CORNER[1] - rng.between(5.0, ROWS as f64 - 1.0) * CELL,
        ];
        let radius = rng.between(0.4, 6.0) * CELL;
        match index % 2 {
            0 => vec![vec![random_star(rng, centre, radius, 7)]],
            _ => random_star_with_hole(rng, centre, radius, 9),
        }
    });
    let plots = plots.collect();
    (vec![("f", f.layer()), ("y", y.blocks(50, 70).layer())], plots)
}

fn case(plots: Vec<Polygons>, moves: Option<Moves>) -> Case<'static> {
    let mut case = Case::new(CATALOG, world().0, plots);
    case.rules = RULES;
    case.moves = moves;
    case
}

fn by_hand(plot: &Polygons, offset_m: [f64; 2]) -> Polygons {
    let shape = Shape::from_rings(plot.clone());
    let by = degrees_of_metres(offset_m, shape.as_ref().bounds().center()[1]);
    let copy = moved(shape.as_ref(), by);
    copy.as_ref().parts().map(|part| part.rings().map(<[Position]>::to_vec).collect()).collect()
}

fn numbers(screened: &Screened, name: &str) -> Vec<f64> {
    column(screened, name).into_iter().map(|number| number.unwrap_or_else(|| panic!("{name} is null"))).collect()
}

#[test]
fn shares_and_ranges_are_those_of_copies_that_are_screened_each_by_itself() {
    let moves = Moves::new(7.0, 32).unwrap();
    let plots = world().1;
    let told = case(plots.clone(), Some(moves.clone())).screen();
    let alone = case(plots.clone(), None).screen();
    let copies: Vec<Polygons> = plots
        .iter()
        .flat_map(|plot| moves.offsets().iter().map(|offset| by_hand(plot, offset.map(|sds| 7.0 * sds))))
        .collect();
    let copies = case(copies, None).screen();
    let mut unsteady = 0;
    for plot in 0..plots.len() {
        let own = alone.decisions[plot].verdict;
        let of_plot = plot * 32..(plot + 1) * 32;
        let verdicts: Vec<Verdict> = copies.decisions[of_plot.clone()].iter().map(|it| it.verdict).collect();
        let share = |verdict| 100.0 * verdicts.iter().filter(|it| **it == verdict).count() as f64 / 32.0;
        for (name, expected) in [
            ("moved_by_m", 7.0),
            ("stability_pct", share(own)),
            ("moved_low_pct", share(Verdict::Low)),
            ("moved_more_info_pct", share(Verdict::MoreInfo)),
            ("moved_high_pct", share(Verdict::High)),
        ] {
            assert_eq!(numbers(&told, name)[plot], expected, "{name} of plot {plot}");
        }
        for name in RANGED {
            let of_copies = &column(&copies, name)[of_plot.clone()];
            let end = |pick: fn(f64, f64) -> f64| of_copies.iter().copied().flatten().reduce(pick);
            assert_eq!(column(&told, &format!("{name}_min"))[plot], end(f64::min), "{name} of plot {plot}");
            assert_eq!(column(&told, &format!("{name}_max"))[plot], end(f64::max), "{name} of plot {plot}");
        }
        let is_told = told.decisions[plot].findings.iter().any(|finding| finding.rule == 4);
        assert_eq!(is_told, own != Verdict::Low && share(own) < 80.0, "plot {plot}");
        assert_eq!(told.decisions[plot].verdict, own, "plot {plot}");
        unsteady += usize::from(is_told);
    }
    assert!(unsteady > 3, "the drawing has only {unsteady} unsteady plots");
}

#[test]
fn nothing_else_of_a_plot_changes_when_it_is_moved() {
    let plots = world().1;
    let told = case(plots.clone(), Some(Moves::new(7.0, 32).unwrap())).screen();
    let alone = case(plots, None).screen();
    assert_eq!(told.columns[..alone.columns.len()], alone.columns);
    let more: Vec<&str> = told.columns[alone.columns.len()..].iter().map(|column| column.name.as_str()).collect();
    let ranges =
        ["loss_pct", "loss_observed_pct", "loss_whole_ha"].map(|name| [format!("{name}_min"), format!("{name}_max")]);
    let first = ["moved_by_m", "stability_pct", "moved_low_pct", "moved_more_info_pct", "moved_high_pct"];
    assert_eq!(more, first.into_iter().chain(ranges.as_flattened().iter().map(String::as_str)).collect::<Vec<_>>());
}

/// A square of 40 m whose eastern side lies so many metres west of a straight edge, beyond which all is lost.
fn share_beyond_the_edge(gap_m: f64, error_m: f64, count: usize) -> f64 {
    let lost = Array2::from_shape_fn((32, 32), |(_, col)| if col >= 16 { 12.0 } else { 0.0 });
    let catalog = "[layer.y]\npath = \"y.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n[indicator.loss]\nwhere = \"y > 2010\"\n";
    let edge = CORNER[0] + 16.0 * CELL;
    let y = CORNER[1] - 15.5 * CELL;
    let [gap, _] = degrees_of_metres([gap_m, 0.0], y);
    let [width, height] = degrees_of_metres([40.0, 40.0], y);
    let (x0, x1, y0, y1) = (edge - gap - width, edge - gap, y - height / 2.0, y + height / 2.0);
    let square = vec![vec![vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]];
    let mut case = Case::new(catalog, [("y", drawing(lost).layer())], [square]);
    case.moves = Some(Moves::new(error_m, count).unwrap());
    case.rules = r#"
[[rule]]
code = "L1"
name = "loss"
about = "forest"
verdict = "high"
when = "loss_ha > 0"
reason = "{loss_ha} ha."
source = "a test"
limits = "Everything."
"#;
    numbers(&case.screen(), "moved_high_pct")[0] / 100.0
}

#[test]
fn beyond_a_straight_edge_lies_the_share_that_the_normal_distribution_gives() {
    for gap_m in [-9.0, -5.0, -1.0, 0.5, 2.0, 4.0, 5.0, 8.0, 12.0, 20.0] {
        for (error_m, count) in [(5.0, 256), (5.0, 32), (3.0, 64)] {
            let probability = 0.5 * libm::erfc(gap_m / error_m / 2.0_f64.sqrt());
            let share = share_beyond_the_edge(gap_m, error_m, count);
            // Half a move: the distribution is cut into as many equal shares as there are moves.
            let tolerance = 0.5 / count as f64 + 1e-9;
            assert!((share - probability).abs() <= tolerance, "{gap_m} m, {count} moves: {share}, {probability}");
            let moves = Moves::new(error_m, count).unwrap();
            let beyond = moves.offsets().iter().filter(|offset| offset[0] * error_m > gap_m).count();
            assert_eq!(share, beyond as f64 / count as f64, "{gap_m} m of {count}");
        }
    }
}

fn rows(screened: &Screened, plots: usize) -> Vec<String> {
    (0..plots).map(|plot| row(screened, plot)).collect()
}

#[test]
fn threads_order_and_memory_change_no_byte() {
    let plots = world().1;
    let moves = || Some(Moves::new(12.0, 16).unwrap());
    let whole = rows(&case(plots.clone(), moves()).screen(), plots.len());
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| rows(&case(plots.clone(), moves()).screen(), plots.len()));
        assert_eq!(found, whole, "{threads} threads");
    }
    let little = Resources { scratch: &MemoryScratch, memory: 1 << 12, progress: &Quiet, job: "" };
    assert_eq!(rows(&case(plots.clone(), moves()).screen_with(&little).unwrap(), plots.len()), whole);
    let mut backwards = rows(&case(plots.iter().rev().cloned().collect(), moves()).screen(), plots.len());
    backwards.reverse();
    assert_eq!(backwards, whole);
    for (plot, expected) in plots.iter().zip(&whole).step_by(7) {
        assert_eq!(rows(&case(vec![plot.clone()], moves()).screen(), 1), std::slice::from_ref(expected));
    }
}

#[test]
fn no_block_is_decoded_for_the_sake_of_a_move_again() {
    // Plots all over the ground, and one so large that all workers measure it together.
    let decoded = |moves: Option<Moves>, large: bool| {
        let mut rng = SplitMix64::new(3);
        let values = Array2::from_shape_simple_fn((1_300, 1_500), || rng.below(2) as f64);
        let layer = drawing(values).blocks(64, 64).layer();
        let star = |rng: &mut SplitMix64| {
            let at = |rng: &mut SplitMix64, cells: f64| rng.between(20.0, cells - 20.0) * CELL;
            let centre = [CORNER[0] + at(rng, 1_500.0), CORNER[1] - at(rng, 1_300.0)];
            vec![vec![random_star(rng, centre, 8.0 * CELL, 6)]]
        };
        let mut plots: Vec<Polygons> = (0..120).map(|_| star(&mut rng)).collect();
        if large {
            plots = vec![cells_box(20.0, 20.0, 1_280.0, 1_400.0)];
        }
        let catalog = "[layer.f]\npath = \"f.tif\"\n[indicator.wood]\nwhere = \"f == 1\"\npatch = { of = \"f == 1\", over_ha = 0.5 }\n";
        let mut case = Case::new(catalog, [("f", layer.clone())], plots);
        case.moves = moves;
        case.screen();
        layer.decoded()
    };
    for large in [false, true] {
        let alone = decoded(None, large);
        for error_m in [0.001, 10.0, 100.0] {
            let moved = decoded(Some(Moves::new(error_m, 32).unwrap()), large);
            assert!(!moved.is_empty() && moved.iter().all(|&times| times == 1), "{error_m} m: {moved:?}");
            // Some copies reach blocks that their plots do not, but not at a millimetre.
            assert!(moved.len() >= alone.len() && (error_m > 0.001 || moved.len() == alone.len()), "{error_m} m");
        }
    }
}

#[test]
fn a_point_is_moved_with_both_its_discs() {
    // Wood begins 60 m east of where the 4 ha disc ends: moved by 100 m some copies reach it, and the smaller disc fewer.
    let wood = Array2::from_shape_fn((64, 64), |(_, col)| f64::from(col >= 40));
    let mut case = Case::new(
        "[layer.f]\npath = \"f.tif\"\n[indicator.wood]\nwhere = \"f == 1\"\n",
        [("f", drawing(wood).layer())],
        [],
    );
    let [four_ha, smaller] = [40_000.0, 5_000.0].map(|area_m2: f64| (area_m2 / std::f64::consts::PI).sqrt());
    let y = CORNER[1] - 32.0 * CELL;
    let [west, _] = degrees_of_metres([four_ha + 60.0, 0.0], y);
    case.plots = vec![RawGeometry::Points(vec![[CORNER[0] + 40.0 * CELL - west, y]])];
    case.declared_ha = vec![Some(0.5)];
    case.moves = Some(Moves::new(100.0, 256).unwrap());
    case.rules = r#"
[[rule]]
code = "L1"
name = "wood"
about = "forest"
verdict = "high"
when = "wood_ha > 0"
reason = "{wood_ha} ha."
source = "a test"
limits = "Everything."
"#;
    let screened = case.screen();
    let beyond = |gap_m: f64| 0.5 * libm::erfc(gap_m / 100.0 / 2.0_f64.sqrt());
    let share = numbers(&screened, "moved_more_info_pct")[0] / 100.0;
    // The corners of a disc lie a little outside of the circle of its area.
    assert!((share - beyond(60.0)).abs() < 0.5 / 256.0 + 0.002, "{share}, {}", beyond(60.0));
    assert_eq!(numbers(&screened, "stability_pct")[0], numbers(&screened, "moved_low_pct")[0]);
    // Its columns are those of the declared disc, which no move brings so far in that it is all wood.
    let most = numbers(&screened, "wood_ha_max")[0];
    let farthest = 288.6 - 60.0 - four_ha + smaller;
    assert!(most > 0.0 && most < 0.5 * farthest / (2.0 * smaller) + 0.1, "{most}");
}
