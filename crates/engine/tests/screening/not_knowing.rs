//! Not knowing is a value: unmeasured is null and never 0, and `observed` says how much is known.

use crate::drawn::{Case, assert_alike, cells_box, cells_ha, drawing, one};
use lindero_plots::RawGeometry;
use lindero_testkit::grid_from_text;

const CATALOG: &str = r#"
[layer.f]
path = "f.tif"
[layer.alert]
path = "alert.tif"
date = { coding = "yyddd" }
says = "yes only"
[indicator.wood]
where = "f == 1"
by = "alert"
years = [2021, 2021]
[indicator.height]
mean = "f"
[indicator.height_of_wood]
where = "f >= 1"
mean = "f"
[indicator.alerts]
where = "alert > 2020-12-31"
grid = "f"
"#;

fn case(text: &'static str) -> Case<'static> {
    let values = grid_from_text(text);
    let silent = values.mapv(|_| 0.0);
    let layers = [("f", drawing(values).nodata(9.0).layer()), ("alert", drawing(silent).nodata(0.0).layer())];
    Case::new(CATALOG, layers, [cells_box(0.0, 0.0, 2.0, 4.0)])
}

#[test]
fn a_plot_that_nobody_observed_has_no_numbers() {
    let screened = case("9999.. 9999.. ......").screen();
    for measure in ["wood_ha", "wood_pct", "wood_2021_ha", "wood_first_year", "height_mean", "height_of_wood_mean"] {
        assert_eq!(one(&screened, measure), None, "{measure}");
    }
    for measure in ["wood_observed_pct", "height_observed_pct", "height_of_wood_observed_pct"] {
        assert_eq!(one(&screened, measure), Some(0.0), "{measure}");
    }
}

#[test]
fn a_plot_outside_the_files_has_no_numbers() {
    let mut case = case("11.. 11..");
    case.plots = vec![RawGeometry::Polygons(cells_box(100.0, 100.0, 102.0, 104.0))];
    let screened = case.screen();
    assert_eq!(one(&screened, "wood_ha"), None);
    assert_eq!(one(&screened, "wood_observed_pct"), Some(0.0));
}

#[test]
fn a_plot_without_a_shape_has_no_numbers_and_a_verdict() {
    let mut case = case("11.. 11..");
    case.plots = vec![RawGeometry::Missing];
    let screened = case.screen();
    assert_eq!(one(&screened, "wood_ha"), None);
    assert_eq!(one(&screened, "wood_observed_pct"), None);
    assert_eq!(screened.decisions[0].verdict.as_str(), "more_info");
}

#[test]
fn known_to_be_none_is_zero() {
    let screened = case(".... ....").screen();
    assert_eq!(one(&screened, "wood_ha"), Some(0.0));
    assert_eq!(one(&screened, "wood_2021_ha"), Some(0.0));
    assert_eq!(one(&screened, "wood_first_year"), None);
    assert_eq!(one(&screened, "wood_observed_pct"), Some(100.0));
}

#[test]
fn observed_is_the_share_with_an_answer() {
    let screened = case("1.99 1..9").screen();
    let unknown = cells_ha(0, 2, 1, 4) + cells_ha(1, 3, 2, 4);
    let all = cells_ha(0, 0, 2, 4);
    assert_alike(one(&screened, "wood_observed_pct"), 100.0 * (1.0 - unknown / all), "observed");
    assert_alike(one(&screened, "wood_ha"), cells_ha(0, 0, 2, 1), "ha");
}

#[test]
fn a_mean_is_observed_where_its_layer_has_data() {
    let screened = case("2499 2499").screen();
    assert_alike(one(&screened, "height_mean"), 3.0, "mean");
    assert_alike(one(&screened, "height_observed_pct"), 50.0, "observed");
}

#[test]
fn a_mean_is_taken_where_the_condition_holds() {
    let screened = case("24.9 24.9").screen();
    assert_alike(one(&screened, "height_of_wood_mean"), 3.0, "mean");
    assert_alike(one(&screened, "height_mean"), 2.0, "mean");
    assert_alike(one(&screened, "height_of_wood_observed_pct"), 75.0, "observed");
}

#[test]
fn silence_of_a_layer_that_only_says_yes_is_no_observation() {
    let screened = case(".... ....").screen();
    assert_eq!(one(&screened, "alerts_ha"), None);
    assert_eq!(one(&screened, "alerts_observed_pct"), Some(0.0));
}

#[test]
fn every_tile_has_its_own_tag_of_no_data() {
    // The western tile tags 9, the eastern one 0, or nothing.
    let wood = |tag: Option<f64>| {
        let layer = drawing(grid_from_text("1.9.9 1.9.9")).nodata(9.0).tiles(&[], &[3]).layer().retagged(1, tag);
        let catalog = "[layer.f]\npath = \"f.tif\"\n[indicator.told]\nwhere = \"f in [0, 1, 9]\"\n";
        Case::new(catalog, [("f", layer)], [cells_box(0.0, 0.0, 2.0, 5.0)]).screen()
    };
    assert_alike(one(&wood(Some(9.0)), "told_pct"), 60.0, "the same");
    assert_alike(one(&wood(Some(0.0)), "told_pct"), 60.0, "another");
    assert_alike(one(&wood(None), "told_pct"), 80.0, "none");
}

#[test]
fn a_tag_is_asked_band_by_band() {
    let first = grid_from_text("1.9. ....");
    let second = grid_from_text(".19. ....");
    let stack = drawing(first).band(second).nodata(9.0).tiles(&[], &[1]).layer().retagged(1, Some(0.0));
    let catalog = "[layer.f]\npath = \"f.tif\"\nbands = { first = 2019 }\n\
        [indicator.told]\nwhere = \"f[2020] in [0, 1, 9] || f[2019] == 77\"\ngrid = \"f\"\n";
    let screened = Case::new(catalog, [("f", stack)], [cells_box(0.0, 0.0, 1.0, 4.0)]).screen();
    // f[2020] is 0 in the western tile, and 1, 9 and no data in the eastern one.
    assert_alike(one(&screened, "told_pct"), 75.0, "pct");
}
