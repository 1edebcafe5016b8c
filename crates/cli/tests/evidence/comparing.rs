//! `lindero diff`: which plots changed, and by what.

use crate::place::{CATALOG, Place, collection, plot};
use std::collections::BTreeMap;

type Row = BTreeMap<String, String>;

/// The rows of `diff a b`, by plot, and what it says.
#[track_caller]
fn compared(place: &Place, a: &str, b: &str) -> (BTreeMap<String, Row>, String) {
    let (code, told) = place.asked(&["diff", a, b, "--out", "diff.csv"]);
    assert_eq!(code, 0, "{told}");
    let mut reader = csv::Reader::from_path(place.path("diff.csv")).unwrap();
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let row: Row = columns.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect();
        (row["plot_id"].clone(), row)
    });
    (rows.collect(), told)
}

#[test]
fn equal_runs_are_equal() {
    let place = Place::new();
    place.screen("a", &[]);
    place.screen("b", &["--format", "csv", "--lang", "es"]);
    let (rows, told) = compared(&place, "a", "b");
    assert!(rows.is_empty() && told.contains("2 plots, then 2: 2 unchanged, 0 changed"), "{told}");
    assert!(told.contains("nothing: both runs are of the same"), "{told}");
}

#[test]
fn new_plot_files_are_told_by_plots_that_moved_came_and_went() {
    let place = Place::new();
    place.write(
        "plots.geojson",
        &collection(&[plot("a", 1, 1), plot("b", 5, 5), plot("old", 8, 8), plot("same", 7, 2)]),
    );
    place.screen("a", &[]);
    // Another order, one moved onto cleared ground, one gone, one new.
    place.write(
        "plots.geojson",
        &collection(&[plot("same", 7, 2), plot("new", 2, 8), plot("b", 5, 5), plot("a", 5, 6)]),
    );
    place.screen("b", &[]);
    assert_eq!(place.asked(&["pack", "b"]).0, 0);
    for b in ["b", "b.lindero"] {
        let (rows, told) = compared(&place, "a", b);
        assert_eq!(rows.keys().collect::<Vec<_>>(), ["a", "new", "old"], "{told}");
        assert!(rows.values().all(|row| row["causes"] == "new plot file"), "{rows:?}");
        assert_eq!((rows["new"]["changed"].as_str(), rows["new"]["row_a"].as_str()), ("new", ""));
        assert_eq!((rows["old"]["changed"].as_str(), rows["old"]["row_b"].as_str()), ("gone", ""));
        let moved = &rows["a"];
        assert!(moved["changed"].starts_with("boundary;area;measurements"), "{moved:?}");
        assert_eq!((moved["row_a"].as_str(), moved["row_b"].as_str()), ("0", "3"));
        assert!(moved["moved"].split(';').any(|column| column == "wooded_ha"), "{moved:?}");
    }
}

#[test]
fn plots_without_ids_are_found_by_their_boundary() {
    let place = Place::new();
    let screen = |out: &str| {
        let (code, told) = place.asked(&["screen", "plots.geojson", "--catalog", "lindero.toml", "--out", out]);
        assert_eq!(code, 0, "{told}");
    };
    screen("a");
    place.write("plots.geojson", &collection(&[plot("x", 8, 8), plot("a", 1, 1), plot("b", 5, 5)]));
    screen("b");
    let (rows, told) = compared(&place, "a", "b");
    let changed: Vec<(&str, &str)> =
        rows.values().map(|row| (row["plot_id"].as_str(), row["changed"].as_str())).collect();
    assert_eq!(changed, [("0", "new"), ("1", "id"), ("2", "id")], "{told}");
}

#[test]
fn a_new_layer_version_is_named_where_a_measurement_that_reads_it_moved() {
    let place = Place::new();
    place.screen("a", &[]);
    // Both maps are new files; on the plots only the losses are others.
    place.map("loss.tif", &[((1, 1), 23.0), ((5, 5), 22.0)]);
    place.map("cover.tif", &[((1, 1), 1.0), ((5, 5), 1.0), ((9, 9), 1.0)]);
    place.screen("b", &[]);
    let (rows, told) = compared(&place, "a", "b");
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["a"], "{told}");
    let row = &rows["a"];
    assert_eq!(row["causes"], "new layer version: lossyear");
    assert_eq!((row["verdict_a"].as_str(), row["verdict_b"].as_str()), ("low", "more_info"));
    assert!(
        row["moved"].split(';').all(|column| column.starts_with("loss_") || column.starts_with("watched_")),
        "{row:?}"
    );
    assert!(told.contains("new layer version: cover") && told.contains("new layer version: lossyear"), "{told}");
    // And the other way round.
    place.map("cover.tif", &[((5, 5), 1.0)]);
    place.screen("c", &[]);
    let (rows, told) = compared(&place, "b", "c");
    assert_eq!(rows.len(), 1, "{told}");
    assert_eq!(
        (rows["a"]["causes"].as_str(), rows["a"]["verdict_b"].as_str()),
        ("new layer version: cover", "more_info")
    );
}

#[test]
fn a_new_threshold_is_named() {
    let place = Place::new();
    let (_, text) = lindero_policy::builtin("tree-loss").unwrap();
    place.write("mine.toml", text);
    place.screen("a", &["--policy", "mine.toml"]);
    let strict = text
        .replace("touch_ha = { value = 0.02", "touch_ha = { value = 900")
        .replace("touch_pct = { value = 2", "touch_pct = { value = 101");
    place.write("mine.toml", &format!("# Mine.\n{strict}"));
    place.screen("b", &["--policy", "mine.toml"]);
    let (rows, told) = compared(&place, "a", "b");
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["b"], "{told}");
    let row = &rows["b"];
    assert_eq!(row["causes"], "new policy: threshold.touch_ha;new policy: threshold.touch_pct");
    assert_eq!((row["changed"].as_str(), row["moved"].as_str()), ("findings;verdict", ""));
    assert_eq!((row["verdict_a"].as_str(), row["verdict_b"].as_str()), ("more_info", "low"));
}

#[test]
fn a_new_rule_is_named_where_it_found_something() {
    let place = Place::new();
    let (_, text) = lindero_policy::builtin("tree-loss").unwrap();
    place.write("mine.toml", text);
    place.screen("a", &["--policy", "mine.toml"]);
    let (before, after) = text.split_once("code = \"T1\"").unwrap();
    let after = after.replacen("verdict = \"more_info\"", "verdict = \"high\"", 1).replacen("ask = \"desk\"\n", "", 1);
    let other = format!("{before}code = \"T1\"{after}").replace("source = \"observed_pct\"", "source = \"we\"");
    place.write("mine.toml", &other.replace("version = \"1\"", "version = \"2\""));
    place.screen("b", &["--policy", "mine.toml"]);
    let (rows, told) = compared(&place, "a", "b");
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["b"], "{told}");
    assert_eq!((rows["b"]["causes"].as_str(), rows["b"]["verdict_b"].as_str()), ("new policy: rule.T1", "high"));
    assert!(told.contains("new policy: rule.T2") && told.contains("version 1, then 2"), "{told}");
    place.write(
        "mine.toml",
        &text
            .replace("name = \"tree-loss\"", "name = \"mine\"")
            .replace("touch_pct = { value = 2", "touch_pct = { value = 101"),
    );
    place.screen("c", &["--policy", "mine.toml"]);
    let (rows, told) = compared(&place, "b", "c");
    assert_eq!(rows["b"]["causes"], "another policy: mine in place of tree-loss", "{told}");
}

#[test]
fn a_new_catalog_is_named_by_what_is_new_in_it() {
    let place = Place::new();
    place.screen("a", &[]);
    place.write("lindero.toml", &CATALOG.replace("cover == 1", "cover == 2"));
    place.screen("b", &[]);
    let (rows, told) = compared(&place, "a", "b");
    assert_eq!(rows.len(), 2, "{told}");
    for row in rows.values() {
        assert_eq!(
            (row["causes"].as_str(), row["changed"].as_str()),
            ("new catalog: indicator.wooded", "measurements")
        );
    }
    place.write("lindero.toml", &format!("# Only a comment\n{CATALOG}"));
    place.screen("c", &[]);
    let (rows, told) = compared(&place, "a", "c");
    assert!(rows.is_empty() && told.contains("catalog: only its comments"), "{told}");
    place.write("lindero.toml", &CATALOG.replace("base = 2000", "base = 1990"));
    place.screen("d", &[]);
    let (rows, told) = compared(&place, "a", "d");
    assert_eq!(rows["b"]["causes"], "new catalog: layer.lossyear.year", "{told}");
}

#[test]
fn a_new_program_is_named_where_nothing_else_can_have_done_it() {
    let place = Place::new();
    place.screen("a", &[]);
    place.map("loss.tif", &[]);
    place.screen("b", &[]);
    // As if another version had measured otherwise on the same files.
    let version = format!("lindero {}", env!("CARGO_PKG_VERSION"));
    let manifest = place.text("a/manifest.json").replace(&version, "lindero 99.0.0");
    place.write("b/manifest.json", &manifest);
    let (rows, told) = compared(&place, "a", "b");
    assert_eq!(rows.len(), 1, "{told}");
    assert_eq!(rows["b"]["causes"], "new program");
    assert!(told.contains("then lindero 99.0.0"), "{told}");
    place.write("b/manifest.json", &place.text("a/manifest.json"));
    let (rows, _) = compared(&place, "a", "b");
    assert_eq!(rows["b"]["causes"], "unexplained");
}

#[test]
fn what_is_no_run_cannot_be_compared() {
    let place = Place::new();
    place.screen("a", &[]);
    for (other, said) in
        [("gone", "cannot read"), (".", "no run of `lindero screen`"), ("plots.geojson", "no packed run")]
    {
        let (code, told) = place.asked(&["diff", "a", other]);
        assert!(code == 2 && told.contains(said), "{told}");
    }
}
