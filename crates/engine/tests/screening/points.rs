//! A point is measured on the disc of its declared area and on the 4 ha disc.

use crate::drawn::{CELL, CORNER, Case, Screened, column, drawing};
use lindero_plots::RawGeometry;
use lindero_policy::Verdict;
use ndarray::Array2;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[indicator.wood]
where = "f == 1"
"#;

const RULES: &str = r#"
[[rule]]
code = "L1"
name = "wood"
about = "forest"
verdict = "high"
when = "wood_ha >= 0.01"
reason = "{wood_ha} ha."
source = "a test"
limits = "Everything."
"#;

/// Where the wood begins, in columns; the points lie in column 24.
fn screened(wood_from: usize, declared_ha: Option<f64>) -> Screened {
    let forest = Array2::from_shape_fn((48, 48), |(_, col)| if col >= wood_from { 1.0 } else { 0.0 });
    let mut case = Case::new(CATALOG, [("f", drawing(forest).layer())], []);
    case.plots = vec![RawGeometry::Points(vec![[CORNER[0] + 24.5 * CELL, CORNER[1] - 24.5 * CELL]])];
    case.declared_ha = vec![declared_ha];
    case.rules = RULES;
    case.screen()
}

#[track_caller]
fn check(wood_from: usize, declared_ha: Option<f64>, verdict: Verdict) {
    let screened = screened(wood_from, declared_ha);
    assert_eq!(screened.decisions[0].verdict, verdict, "{:?}", screened.decisions[0]);
}

#[test]
fn a_point_in_the_middle_of_a_wood_is_not_high() {
    check(0, None, Verdict::MoreInfo);
    check(0, Some(0.5), Verdict::MoreInfo);
}

#[test]
fn a_point_is_low_only_if_both_discs_are() {
    // The 4 ha disc reaches 4.2 cells, that of 0.5 ha 1.5.
    check(30, Some(0.5), Verdict::Low);
    check(27, Some(0.5), Verdict::MoreInfo);
    check(24, Some(0.5), Verdict::MoreInfo);
    check(27, None, Verdict::MoreInfo);
    check(30, None, Verdict::Low);
}

#[test]
fn a_declared_area_over_four_hectares_is_not_cut_down() {
    // 9 ha reach 6.2 cells.
    check(30, Some(9.0), Verdict::MoreInfo);
}

#[test]
fn the_columns_are_those_of_the_declared_disc() {
    let all = |declared| column(&screened(0, declared), "wood_ha")[0].unwrap();
    assert!((all(Some(0.5)) - 0.5).abs() < 1e-6, "{}", all(Some(0.5)));
    assert!((all(None) - 4.0).abs() < 1e-5, "{}", all(None));
}

#[test]
fn a_disc_of_hundreds_of_hectares_is_read_to_its_edge() {
    // 1/16 of a degree is 256 cells: the disc of 900 ha reaches over that by some cells, the 4 ha disc by far does not.
    let cells = Array2::from_shape_fn((320, 320), |(row, col)| f64::from(row + col >= 300));
    let ground = |block: u32| {
        let layer = drawing(cells.clone()).blocks(block, block).layer();
        let mut case = Case::new(CATALOG, [("f", layer)], []);
        case.plots = vec![RawGeometry::Points(vec![[CORNER[0] + 198.5 * CELL, CORNER[1] - 198.5 * CELL]])];
        case.declared_ha = vec![Some(900.0)];
        column(&case.screen(), "wood_ha")
    };
    assert_eq!(ground(4), ground(320));
}
