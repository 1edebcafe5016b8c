//! What is wrong with a catalog, word for word; and what is left of one that lacks a layer.

use lindero_indicators::{CellScope, Definitions, IndicatorPlan, LayerFacts};
use lindero_layers::{ConfigFile, LayerSpec};
use lindero_logic::Day;
use std::collections::BTreeSet;

const LAYERS: &str = r#"
[layer.forest]
path = "forest.tif"
[layer.lossyear]
path = "loss.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[layer.cover]
path = "cover.tif"
bands = { first = 2016 }
[layer.anp]
path = "anp.geojson"
"#;

/// The plan of a catalog with these layers and more text, where a policy knows `tmf`; or the message.
fn plan(more: &str) -> Result<IndicatorPlan, String> {
    let text = format!("{LAYERS}{more}");
    let file = ConfigFile::parse("lindero.toml", &text).map_err(|e| e.to_string())?;
    let specs = LayerSpec::read_all(&file.root()).map_err(|e| e.to_string())?;
    let definitions = Definitions::read(&file.root()).map_err(|e| e.to_string())?;
    let facts = |spec| LayerFacts { spec, bands: 5, cell_m2: 900.0, cells_of: None };
    let layers: Vec<LayerFacts<'_>> = specs.iter().map(facts).collect();
    let may_lack = BTreeSet::from(["tmf".to_owned()]);
    let cutoff = Day::from_ymd(2020, 12, 31).unwrap();
    let scope = CellScope { layers: &layers, definitions: &definitions, cutoff, may_lack: &may_lack };
    IndicatorPlan::of(&scope).map_err(|e| e.to_string())
}

#[track_caller]
fn check(more: &str, message: &str) {
    match plan(more) {
        Ok(_) => panic!("nothing was wrong, expected {message:?}"),
        Err(found) => assert_eq!(found, message),
    }
}

#[test]
fn an_unknown_layer_in_an_expression() {
    check(
        "[indicator.a]\nwhere = \"forrest == 1\"\n",
        "lindero.toml, line 14: in indicator.a.where: column 1: unknown name \"forrest\"; did you mean \"forest\"?",
    );
    check(
        "[term]\nwood = \"forest == 1 && losyear > 2020\"\n",
        "lindero.toml, line 14: in term.wood: column 16: unknown name \"losyear\"; did you mean \"lossyear\"?",
    );
}

#[test]
fn a_year_compared_with_a_day() {
    check(
        "[indicator.a]\nwhere = \"lossyear > 2020-12-31\"\n",
        "lindero.toml, line 14: in indicator.a.where: column 1: lossyear is a year: compare it with cutoff_year or 2020",
    );
}

#[test]
fn a_patch_of_a_patch() {
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\npatch = { of = \"patch(forest == 1, 0.5)\", over_ha = 0.5 }\n",
        "lindero.toml, line 14: in indicator.a.where: column 22: a patch cannot be made of patches; join them with &&",
    );
}

#[test]
fn a_mistake_in_what_a_patch_joins_is_told_at_its_place() {
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\npatch = { of = \"forrest == 1\", over_ha = 0.5 }\n",
        "lindero.toml, line 15: in indicator.a.patch.of: column 1: unknown name \"forrest\"; did you mean \"forest\"?",
    );
}

#[test]
fn a_patch_of_no_size_or_without_end() {
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\npatch = { of = \"forest == 1\", over_ha = 11 }\n",
        "lindero.toml, line 15: indicator.a.patch.over_ha must be hectares above 0 and at most 10, not 11",
    );
}

#[test]
fn an_unknown_key() {
    check(
        "[indicator.a]\nwere = \"forest == 1\"\n",
        "lindero.toml, line 14: unknown key \"indicator.a.were\"; did you mean \"where\"?",
    );
}

#[test]
fn years_without_a_layer_that_dates() {
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\nyears = [2021, 2024]\n",
        "lindero.toml, line 15: indicator.a.years needs by: the layer that dates a cell",
    );
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\nby = \"lossyear\"\nyears = [2024, 2021]\n",
        "lindero.toml, line 16: indicator.a.years must be the first and the last year, such as [2021, 2024], not [2024, 2021]",
    );
}

#[test]
fn a_layer_that_cannot_date() {
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\nby = \"forest\"\nyears = [2021, 2024]\n",
        "lindero.toml, line 15: in indicator.a.by: \"forest\" is a layer neither of years nor of days",
    );
}

#[test]
fn a_dating_layer_without_a_period() {
    check(
        "[layer.yy]\npath = \"y.tif\"\nyear = { base = 0, never = 0 }\n",
        "lindero.toml, line 15: layer.yy.year: a layer of years needs its period, such as period = [2001, 2024], else nobody knows what it has not seen",
    );
}

#[test]
fn layers_that_say_of_each_other_where_they_are_valid() {
    let more = "[layer.x]\npath = \"x.tif\"\nvalid_where = \"y == 1\"\n[layer.y]\npath = \"y.tif\"\n\
        valid_where = \"x == 1\"\n[indicator.a]\nwhere = \"x == 1\"\n";
    check(more, "lindero.toml, line 18: in layer.y.valid_where: layer x says itself where it is valid");
}

#[test]
fn a_band_the_files_do_not_have() {
    check(
        "[layer.b]\npath = \"b.tif\"\nband = 6\n[indicator.a]\nwhere = \"b == 1\"\n",
        "lindero.toml, line 17: in indicator.a.where: layer b has 5 band(s) and band 6 is asked",
    );
    check(
        "[indicator.a]\nwhere = \"cover[2021] == 1\"\n",
        "lindero.toml, line 14: in indicator.a.where: column 7: cover has the years 2016 to 2020, not 2021",
    );
}

#[test]
fn a_mean_or_a_grid_of_a_missing_layer() {
    check(
        "[indicator.a]\nmean = \"forests\"\n",
        "lindero.toml, line 14: in indicator.a.mean: column 1: unknown name \"forests\"; did you mean \"forest\"?",
    );
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\ngrid = \"forests\"\n",
        "lindero.toml, line 15: in indicator.a.grid: \"forests\" is no raster layer of the catalog; did you mean \"forest\"?",
    );
    check(
        "[indicator.a]\nwhere = \"forest == 1\"\ngrid = \"anp\"\n",
        "lindero.toml, line 15: in indicator.a.grid: \"anp\" is no raster layer of the catalog",
    );
}

#[test]
fn features_and_cells_are_not_mixed_up() {
    check(
        "[indicator.a]\noverlaps = \"forest\"\n",
        "lindero.toml, line 14: in indicator.a.overlaps: \"forest\" is a raster; overlaps needs a layer of features",
    );
    check(
        "[indicator.a]\noverlaps = \"anps\"\n",
        "lindero.toml, line 14: in indicator.a.overlaps: unknown layer \"anps\"; did you mean \"anp\"?",
    );
    check(
        "[indicator.a]\noverlaps = \"anp\"\nwhere = \"forest == 1\"\n",
        "lindero.toml, line 15: indicator.a goes not with overlaps: leave where out",
    );
}

#[test]
fn what_reads_a_layer_the_policy_knows_and_the_catalog_lacks_drops_out() {
    let plan = plan(
        "[indicator.either]\nwhere = \"forest == 1 || tmf == 1\"\n[indicator.gone]\nwhere = \"tmf == 1\"\n\
         [indicator.pinned]\nwhere = \"forest == 1\"\ngrid = \"tmf\"\n[indicator.high]\nmean = \"tmf\"\n",
    )
    .unwrap();
    assert_eq!(plan.order, ["either", "pinned"]);
    let lacking: Vec<&str> = plan.lacking.keys().map(String::as_str).collect();
    assert_eq!(lacking, ["either", "gone", "high"]);
    assert!(plan.lacking.values().all(|layers| *layers == ["tmf"]));
}
