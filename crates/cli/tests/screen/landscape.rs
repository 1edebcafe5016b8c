//! Two thousand plots of an invented valley.

use crate::common::{self, gdal_tool};
use crate::run::{Row, Run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::sync::LazyLock;

const PLOTS: usize = 2_000;
/// Areas that were written as decimals and added differ by less (hectares; of 3,000).
const ADDED_HA: f64 = 1e-6;
/// Areas from rows of cells and the plot's own differ by less (share).
const OWN_AREA: f64 = 2e-6;

fn run(more: &[&str]) -> Run {
    let regions = common::fixture("landscape/regions.geojson");
    let regions = regions.display().to_string();
    let own = ["--id", "codigo", "--regions", regions.as_str(), "--region-name", "distrito"];
    Run::of("landscape", "lindero.toml", &[&own, more].concat()).well()
}

static RUN: LazyLock<Run> = LazyLock::new(|| run(&["--threads", "1"]));

fn features() -> Vec<Value> {
    let text = std::fs::read(common::fixture("landscape/plots.geojson")).unwrap();
    let mut file: Value = serde_json::from_slice(&text).unwrap();
    file["features"].as_array_mut().unwrap().drain(..).collect()
}

fn number(row: &Row, column: &str) -> Option<f64> {
    let text = row.get(column).unwrap_or_else(|| panic!("no column {column}"));
    (!text.is_empty()).then(|| text.parse().unwrap())
}

#[test]
fn every_feature_is_a_row_in_its_place_with_its_own_columns() {
    let (columns, rows) = RUN.table("plots.csv");
    let features = features();
    assert_eq!((rows.len(), features.len()), (PLOTS, PLOTS));
    for (index, (row, feature)) in rows.iter().zip(&features).enumerate() {
        assert_eq!(row["row"], index.to_string());
        assert_eq!(row["plot_id"], feature["properties"]["codigo"].as_str().unwrap());
        assert_eq!(row["productor"], feature["properties"]["productor"].as_str().unwrap_or_default());
    }
    let own: Vec<&str> = columns[columns.len() - 6..].iter().map(String::as_str).collect();
    assert_eq!(own, ["codigo", "productor", "cooperativa", "centro_poblado", "Area", "anio_siembra"]);
}

#[test]
fn the_columns_come_in_the_order_that_was_promised() {
    let (columns, _) = RUN.table("plots.csv");
    let first = ["row", "plot_id", "content_id", "geometry_status", "defects", "area_ha"];
    assert_eq!(columns[..6], first);
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
    let ordered = [
        "forest_any_ha",
        "forest_any_pct",
        "forest_any_observed_pct",
        "loss_natural_ha",
        "loss_natural_2021_ha",
        "loss_natural_first_year",
        "treecover_2020_gt30_ha",
        "agroforestry_ge30_ha",
        "verdict",
        "findings",
        "reasons",
        "region",
        "region_shares",
        "codigo",
    ];
    for pair in ordered.windows(2) {
        assert!(at(pair[0]) < at(pair[1]), "{pair:?}");
    }
}

#[test]
fn odd_plots_have_the_defects_that_were_planted() {
    let text = std::fs::read(common::fixture("landscape/truths.json")).unwrap();
    let truths: Value = serde_json::from_slice(&text).unwrap();
    let (_, rows) = RUN.table("plots.csv");
    let rows: BTreeMap<&str, &Row> = rows.iter().map(|row| (row["plot_id"].as_str(), row)).collect();
    for (id, odd) in truths["odd_plots"].as_object().unwrap() {
        let (status, defects) = (&rows[id.as_str()]["geometry_status"], &rows[id.as_str()]["defects"]);
        assert!(["ok", "repaired", "disc", "unusable"].contains(&status.as_str()), "{id}: {status}");
        if let Some(code) = odd["defect"].as_str() {
            assert!(defects.split(';').any(|defect| defect.trim() == code), "{id}: {odd}, found {defects:?}");
        }
    }
}

#[test]
fn what_was_not_measured_is_empty_and_never_zero() {
    let (_, rows) = RUN.table("plots.csv");
    let unusable: Vec<&Row> = rows.iter().filter(|row| row["geometry_status"] == "unusable").collect();
    assert!(!unusable.is_empty());
    for row in unusable {
        assert_eq!(row["verdict"], "more_info", "{}", row["plot_id"]);
        let measured: Vec<_> = row.iter().filter(|(name, value)| name.ends_with("_ha") && !value.is_empty()).collect();
        assert!(measured.is_empty(), "{}: {measured:?}", row["plot_id"]);
    }
}

#[test]
fn parts_of_agroforestry_add_up_to_every_plot() {
    let (_, rows) = RUN.table("plots.csv");
    let mut compared = 0;
    for row in &rows {
        for percent in [10, 20, 30, 50] {
            let part = |kind: &str| number(row, &format!("agroforestry{kind}_ge{percent}_ha"));
            let parts = [part(""), part("_undecided"), part("_other")];
            if parts.iter().all(Option::is_none) {
                continue;
            }
            let (sum, area_ha) = (parts.iter().flatten().sum::<f64>(), number(row, "area_ha").unwrap());
            assert!((sum - area_ha).abs() <= OWN_AREA * area_ha, "{}: {parts:?} of {area_ha}", row["plot_id"]);
            compared += 1;
        }
    }
    assert!(compared > 4 * 1_900, "{compared}");
}

#[test]
fn a_declared_planting_year_moves_trees_from_undecided_to_where_they_belong() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("plots.geojson");
    let mut file: Value =
        serde_json::from_slice(&std::fs::read(common::fixture("landscape/plots.geojson")).unwrap()).unwrap();
    for feature in file["features"].as_array_mut().unwrap() {
        feature["properties"]["anio_siembra"] = Value::Null;
    }
    std::fs::write(&plots, file.to_string()).unwrap();
    let undeclared = Run::on(&[&plots], &common::fixture("landscape/lindero.toml"), &["--id", "codigo"]).well();
    let (_, before) = undeclared.table("plots.csv");
    let mut moved = [0; 2];
    for (row, before) in RUN.table("plots.csv").1.iter().zip(&before) {
        for percent in [10, 20, 30, 50] {
            let ha = |row: &Row, part: &str| number(row, &format!("agroforestry{part}_ge{percent}_ha")).unwrap_or(0.0);
            let if_planted = ha(row, "_if_planted");
            assert_eq!(if_planted, ha(before, "_if_planted"));
            // From undecided to agroforestry, to other land, or nowhere.
            let to = match number(row, "anio_siembra") {
                None => [0.0, 0.0],
                Some(year) if year <= 2020.0 => [if_planted, 0.0],
                Some(_) => [0.0, if_planted],
            };
            for (part, more) in [("", to[0]), ("_other", to[1]), ("_undecided", -to[0] - to[1])] {
                let (found, expected) = (ha(row, part), ha(before, part) + more);
                let most_ha = OWN_AREA * number(row, "area_ha").unwrap_or(0.0);
                assert!((found - expected).abs() <= most_ha, "{part} of {}: {found}, {expected}", row["plot_id"]);
            }
            (0..2).for_each(|side| moved[side] += usize::from(to[side] > 0.0));
        }
    }
    assert!(moved.iter().all(|cases| *cases >= 20), "{moved:?}");
}

#[test]
fn sums_per_region_are_sums_over_plots() {
    let (columns, regions) = RUN.table("regions.csv");
    let (_, plots) = RUN.table("plots.csv");
    for column in columns.iter().filter(|name| name.ends_with("_ha") && *name != "unmeasured_ha") {
        let of_plots: f64 = plots.iter().filter_map(|row| number(row, column)).sum();
        let sum = |all: bool| -> f64 {
            let rows = regions.iter().filter(|row| (row["region"] == "(all plots)") == all);
            rows.filter_map(|row| number(row, column)).sum()
        };
        assert!((sum(true) - of_plots).abs() < ADDED_HA, "{column}: {}, plots {of_plots}", sum(true));
        assert!((sum(false) - of_plots).abs() < ADDED_HA, "{column}: {}, plots {of_plots}", sum(false));
    }
    let apart = regions.iter().filter(|row| row["region"] != "(all plots)");
    let counted: usize = apart.map(|row| row["plots"].parse::<usize>().unwrap()).sum();
    assert_eq!(counted, PLOTS);
    let map = RUN.json("regions.geojson");
    let names = map["features"].as_array().unwrap().iter().map(|feature| &feature["properties"]["region"]);
    assert!(names.eq(regions.iter().map(|row| row["region"].as_str()).collect::<Vec<_>>()));
}

#[test]
fn equal_runs_are_equal_to_the_byte_with_any_number_of_threads() {
    let other = run(&["--threads", "3"]);
    assert_eq!(RUN.files(), other.files());
    for name in RUN.files().iter().filter(|name| *name != "run.json") {
        assert!(RUN.bytes(name) == other.bytes(name), "{name} differs");
    }
}

#[test]
fn every_format_has_the_same_rows() {
    let run = run(&["--format", "csv,geojson,gpkg"]);
    let (columns, rows) = run.table("plots.csv");
    let geojson = run.json("plots.geojson");
    let features = geojson["features"].as_array().unwrap();
    assert_eq!(features.len(), rows.len());
    for (row, feature) in rows.iter().zip(features) {
        let properties = feature["properties"].as_object().unwrap();
        assert_eq!(properties["plot_id"], row["plot_id"].as_str());
        assert_eq!(properties["verdict"], row["verdict"].as_str());
        for column in ["area_ha", "forest_any_ha", "loss_natural_2022_ha"] {
            assert_eq!(properties[column].as_f64(), number(row, column), "{column} of {}", row["plot_id"]);
        }
    }
    let file = std::fs::File::open(run.path.join("plots.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let names: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert!(columns.iter().all(|column| names.contains(column)), "{names:?}");
    assert_eq!(reader.metadata().file_metadata().num_rows(), PLOTS as i64);

    let back = run.path.with_file_name("back.csv");
    let args = [OsStr::new("-f"), OsStr::new("CSV"), back.as_os_str(), run.path.join("plots.gpkg").as_os_str()]
        .map(OsStr::to_owned);
    if gdal_tool("ogr2ogr", &args.each_ref().map(|arg| arg.as_os_str())) {
        let mut reader = csv::Reader::from_path(back).unwrap();
        let at = reader.headers().unwrap().iter().position(|name| name == "plot_id").unwrap();
        let ids: Vec<String> = reader.records().map(|record| record.unwrap()[at].to_owned()).collect();
        assert!(ids.iter().eq(rows.iter().map(|row| &row["plot_id"])));
    }
}

#[test]
fn with_hansen_alone_the_plain_policy_is_chosen_and_agroforestry_refused() {
    let run = Run::of("landscape", "hansen-only.toml", &["--id", "codigo", "--format", "csv"]).well();
    let told = format!("{}{}", run.errors(), String::from_utf8_lossy(&run.output.stdout));
    assert!(told.contains("policy tree-loss instead of eudr-2020"), "{told}");
    assert!(told.contains("felled"), "{told}");
    let (columns, rows) = run.table("plots.csv");
    assert!(columns.iter().any(|column| column == "treecover_2000_gt30_ha"));
    assert!(!columns.iter().any(|column| column.starts_with("agroforestry")), "{columns:?}");
    assert!(rows.iter().all(|row| row["verdict"] != "high"));
}
