//! `--position-error`: how often the verdict stays when a plot is moved.

use crate::common;
use crate::run::{Row, Run};
use lindero_engine::Moves;
use lindero_plots::{Bounds, Position, degrees_of_metres};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const ERROR_M: f64 = 8.0;
const MOVES: usize = 32;

fn features(file: &str) -> Vec<Value> {
    let text = std::fs::read(common::fixture(file)).unwrap();
    let mut file: Value = serde_json::from_slice(&text).unwrap();
    file["features"].as_array_mut().unwrap().drain(..).collect()
}

fn collection(features: Vec<Value>) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

/// Calls `each` on every position of a geometry's coordinates.
fn positions(coordinates: &mut Value, each: &mut impl FnMut(&mut Vec<Value>)) {
    let list = coordinates.as_array_mut().unwrap();
    if list.first().is_some_and(Value::is_number) {
        return each(list);
    }
    list.iter_mut().for_each(|item| positions(item, each));
}

/// The feature moved by hand, with an id that says by which move.
fn moved(feature: &Value, id: &str, nth: usize, offset_m: [f64; 2]) -> Value {
    let mut copy = feature.clone();
    let mut all: Vec<Position> = Vec::new();
    let place = |position: &[Value]| [position[0].as_f64().unwrap(), position[1].as_f64().unwrap()];
    positions(&mut copy["geometry"]["coordinates"], &mut |position| all.push(place(position)));
    let [dx, dy] = degrees_of_metres(offset_m, Bounds::of(&all).center()[1]);
    positions(&mut copy["geometry"]["coordinates"], &mut |position| {
        let [x, y] = place(position);
        *position = vec![json!(x + dx), json!(y + dy)];
    });
    copy["properties"]["codigo"] = json!(format!("{id}/{nth}"));
    copy
}

fn screened(folder: &Path, plots: Vec<Value>, catalog: &Path, more: &[&str]) -> Run {
    let file = folder.join("plots.geojson");
    std::fs::write(&file, collection(plots)).unwrap();
    Run::on(&[&file], catalog, &[&["--id", "codigo", "--format", "csv"], more].concat()).well()
}

fn number(row: &Row, column: &str) -> Option<f64> {
    let text = row.get(column).unwrap_or_else(|| panic!("no column {column}"));
    (!text.is_empty()).then(|| text.parse().unwrap())
}

/// Forty plots of the landscape that a loss touches, on all its layers with the default policy.
#[test]
fn shares_and_ranges_are_those_of_plots_that_are_moved_by_hand_and_screened() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = common::fixture("landscape/lindero.toml");
    let whole = Run::of("landscape", "lindero.toml", &["--id", "codigo", "--format", "csv"]).well();
    let (_, rows) = whole.table("plots.csv");
    let is_touched = |code: &str| ["L1", "L4", "N3"].contains(&code);
    let wanted = |row: &&Row| row["geometry_status"] == "ok" && row["findings"].split(';').any(is_touched);
    let ids: Vec<&str> = rows.iter().filter(wanted).map(|row| row["plot_id"].as_str()).step_by(3).take(40).collect();
    let plots: Vec<Value> = features("landscape/plots.geojson")
        .into_iter()
        .filter(|feature| feature["properties"]["codigo"].as_str().is_some_and(|id| ids.contains(&id)))
        .collect();
    assert_eq!(plots.len(), 40);
    let option = format!("{ERROR_M} m");
    let told = screened(folder.path(), plots.clone(), &catalog, &["--position-error", &option]);
    let moves = Moves::new(ERROR_M, MOVES).unwrap();
    let copies = plots.iter().flat_map(|feature| {
        let id = feature["properties"]["codigo"].as_str().unwrap();
        let offsets = moves.offsets().iter().enumerate();
        offsets.map(move |(nth, offset)| moved(feature, id, nth, offset.map(|sds| sds * ERROR_M)))
    });
    let copies = screened(folder.path(), copies.collect(), &catalog, &[]);
    let (_, copies) = copies.table("plots.csv");
    let mut of_plots: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for copy in &copies {
        of_plots.entry(copy["plot_id"].split_once('/').unwrap().0).or_default().push(copy);
    }
    let (columns, told) = told.table("plots.csv");
    let ranged: Vec<&str> = columns.iter().filter_map(|column| column.strip_suffix("_min")).collect();
    assert!(ranged.contains(&"loss_natural_whole_ha") && ranged.contains(&"protected_pct"), "{ranged:?}");
    let mut unsteady = 0;
    for row in &told {
        let copies = &of_plots[row["plot_id"].as_str()];
        assert_eq!(copies.len(), MOVES);
        let with = |verdict: &str| copies.iter().filter(|copy| copy["verdict"] == verdict).count();
        let share = |verdict: &str| Some(100.0 * with(verdict) as f64 / MOVES as f64);
        assert_eq!(number(row, "stability_pct"), share(&row["verdict"]), "{}", row["plot_id"]);
        for verdict in ["low", "more_info", "high"] {
            assert_eq!(number(row, &format!("moved_{verdict}_pct")), share(verdict), "{verdict} of {}", row["plot_id"]);
        }
        for column in &ranged {
            let values = || copies.iter().filter_map(|copy| number(copy, column));
            let (least, most) = (values().reduce(f64::min), values().reduce(f64::max));
            let told = ["min", "max"].map(|end| number(row, &format!("{column}_{end}")));
            assert_eq!(told, [least, most], "{column} of {}", row["plot_id"]);
        }
        let is_told = row["findings"].split(';').any(|code| code == "S1");
        assert_eq!(is_told, with(&row["verdict"]) * 10 < MOVES * 8, "{}: {}", row["plot_id"], row["findings"]);
        unsteady += usize::from(is_told);
    }
    assert!(unsteady > 2, "{unsteady} plots of the landscape depend on where exactly they lie");
}

#[test]
fn every_run_tells_of_it_in_the_same_bytes_and_without_the_option_nothing_is_told() {
    let planted = |more: &[&str]| {
        Run::of("cases/planted", "lindero.toml", &[&["--id", "codigo", "--quiet"], more].concat()).well()
    };
    let [one, two] = [["--threads", "1"], ["--threads", "2"]]
        .map(|threads| planted(&[&["--position-error", "5m", "--offsets", "16"][..], &threads].concat()));
    for name in one.files().iter().filter(|name| *name != "run.json") {
        assert_eq!(one.bytes(name), two.bytes(name), "{name}");
    }
    let parameters = &one.json("manifest.json")["parameters"];
    assert_eq!((&parameters["position_error"], &parameters["offsets"]), (&json!("5m"), &json!(16)));
    let (_, rows) = one.table("plots.csv");
    let bins = |verdict: &str| {
        let pcts = rows.iter().filter(|row| row["verdict"] == verdict).filter_map(|row| number(row, "stability_pct"));
        let mut counts = [0; 3];
        pcts.for_each(|pct| {
            counts[if pct >= 95.0 {
                0
            } else if pct >= 80.0 {
                1
            } else {
                2
            }] += 1
        });
        counts
    };
    let told = &one.json("summary.json")["stability"]["plots"];
    let screen = String::from_utf8_lossy(&one.output.stdout).into_owned();
    for verdict in ["low", "more_info", "high"] {
        let [steady, mostly, unsteady] = bins(verdict);
        let expected = json!({
            "same_in_95_pct_or_more": steady, "same_in_80_to_95_pct": mostly, "same_in_less_than_80_pct": unsteady,
        });
        assert_eq!(told[verdict], expected, "{verdict}");
        let line = screen.lines().skip_while(|line| !line.contains("verdict stays in"));
        let line = line.skip(1).find(|line| line.trim_start().starts_with(verdict)).unwrap();
        let counts: Vec<usize> = line.split_whitespace().skip(1).map(|count| count.parse().unwrap()).collect();
        assert_eq!(counts, [steady, mostly, unsteady], "{screen}");
    }

    let still = planted(&[]);
    let (columns, still_rows) = still.table("plots.csv");
    assert!(columns.iter().all(|column| !column.starts_with("moved_") && !column.ends_with("_min")), "{columns:?}");
    assert!(still.json("summary.json").get("stability").is_none());
    assert!(still.json("manifest.json")["parameters"]["offsets"].is_null());
    for (still, row) in still_rows.iter().zip(&rows) {
        for column in columns.iter().filter(|column| !["findings", "reasons"].contains(&column.as_str())) {
            assert_eq!(still[column], row[column], "{column} of {}", row["plot_id"]);
        }
    }
}

#[test]
fn what_cannot_be_measured_is_not_told_and_a_survey_states_larger_errors() {
    let folder = tempfile::tempdir().unwrap();
    let square = |row: usize, properties: Value| {
        let x = -76.0 + 0.002 * row as f64;
        let ring = json!([[x, -9.001], [x + 0.001, -9.001], [x + 0.001, -9.0], [x, -9.0], [x, -9.001]]);
        json!({ "type": "Feature", "properties": properties, "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let mut plots: Vec<Value> = [json!(12.5), json!(3), json!(5000), json!(null)]
        .into_iter()
        .enumerate()
        .map(|(row, error)| square(row, json!({ "codigo": row.to_string(), "position_error_m": error })))
        .collect();
    let line = json!({ "type": "LineString", "coordinates": [[-76.0, -9.0], [-75.9, -9.0]] });
    plots.push(json!({ "type": "Feature", "properties": { "codigo": "line" }, "geometry": line }));
    let catalog = common::fixture("landscape/lindero.toml");
    let run = screened(folder.path(), plots, &catalog, &["--position-error", "5", "--offsets", "8"]);
    let (columns, rows) = run.table("plots.csv");
    let errors: Vec<Option<f64>> = rows.iter().map(|row| number(row, "moved_by_m")).collect();
    assert_eq!(errors, [Some(12.5), Some(5.0), Some(100.0), Some(5.0), None]);
    let told = columns.iter().filter(|column| {
        column.starts_with("moved_")
            || *column == "stability_pct"
            || column.ends_with("_min")
            || column.ends_with("_max")
    });
    let told: Vec<&String> = told.collect();
    assert!(told.len() > 20, "{told:?}");
    assert!(told.iter().all(|column| rows[4][*column].is_empty()), "{:?}", rows[4]);
}

#[track_caller]
fn refused(more: &[&str], said: &str) {
    let run = Run::of("cases/planted", "lindero.toml", more);
    assert_eq!(run.code(), 2, "{}", run.errors());
    assert!(run.errors().contains(said), "{said:?} is not in {}", run.errors());
    assert!(!run.path.exists());
}

#[test]
fn what_is_no_position_error_is_told_before_anything_is_read() {
    refused(&["--position-error", "0"], "must be over 0 and at most 100 m");
    refused(&["--position-error", "-5m"], "a position error of -5 m");
    refused(&["--position-error", "100.5 m"], "must be over 0 and at most 100 m");
    refused(&["--position-error", "5 km"], "is no length in metres");
    refused(&["--position-error", "5m", "--offsets", "7"], "an even number from 8 to 256");
    refused(&["--position-error", "5m", "--offsets", "258"], "an even number from 8 to 256");
    refused(&["--offsets", "8"], "--position-error");
}

#[test]
fn an_indicator_with_the_name_of_such_a_column_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = std::fs::read_to_string(common::fixture("landscape/lindero.toml")).unwrap();
    let layers = common::fixture("landscape/layers");
    let catalog = catalog.replace("\"layers/", &format!("\"{}/", layers.display()));
    let path = folder.path().join("lindero.toml");
    std::fs::write(&path, format!("{catalog}\n[indicator.stability]\nwhere = \"gfc2020 == 1\"\n")).unwrap();
    let plots = common::fixture("landscape/plots.geojson");
    let run = Run::on(&[&plots], &path, &["--position-error", "5m", "--offsets", "8"]);
    assert_eq!(run.code(), 2, "{}", run.errors());
    assert!(run.errors().contains("stability_pct") && run.errors().contains("another name"), "{}", run.errors());
}
