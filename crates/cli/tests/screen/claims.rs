//! `--country` and `--claims`: plots that lie elsewhere, and ground that others claim too (rule D5 of `eudr-2020`).

use crate::common;
use crate::run::{Row, Run};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of ground get wider towards the equator: shares of rectangles in degrees are right to this many percent.
const PCT: f64 = 1e-4;

fn rectangle([west, south]: [f64; 2], [wide, high]: [f64; 2]) -> Value {
    let (east, north) = (west + wide, south + high);
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

fn feature(id: &str, producer: Option<&str>, geometry: Value) -> Value {
    json!({ "type": "Feature", "properties": { "codigo": id, "productor": producer }, "geometry": geometry })
}

/// Plots in the valley of the fixtures, and one in Brazil.
fn village() -> Vec<Value> {
    let (x, y) = (-76.30, -10.0);
    let point = || json!({ "type": "Point", "coordinates": [x + 0.0005, y + 0.0008] });
    vec![
        feature("A 1", Some("Ana"), rectangle([x, y], [0.001, 0.001])),
        // A fifth of it lies on A 1, and a fifth of A 1 on it.
        feature("B", Some("Beto"), rectangle([x + 0.0008, y], [0.001, 0.001])),
        // All of it lies on A 1, and a fifth on B.
        feature("C", Some("Ana"), rectangle([x, y], [0.001, 0.0003])),
        // Touches nobody.
        feature("far", Some("Cira"), rectangle([x + 0.01, y], [0.001, 0.001])),
        feature("point", Some("Dora"), point()),
        feature("point of Ana", Some("Ana"), point()),
        feature("of nobody", None, rectangle([x + 0.0105, y], [0.001, 0.001])),
        feature("no boundary", Some("Ana"), Value::Null),
        feature("Brazil", Some("Rui"), rectangle([-60.0, y], [0.001, 0.001])),
    ]
}

fn screened(folder: &Path, features: &[Value], more: &[&str]) -> Run {
    let plots = folder.join("plots.geojson");
    std::fs::write(&plots, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    let own = ["--id", "codigo", "--format", "csv"];
    Run::on(&[&plots], &common::fixture("landscape/lindero.toml"), &[&own, more].concat()).well()
}

fn by_id(run: &Run) -> BTreeMap<String, Row> {
    run.table("plots.csv").1.into_iter().map(|row| (row["plot_id"].clone(), row)).collect()
}

fn has_d5(row: &Row) -> bool {
    row["findings"].split(';').any(|code| code == "D5")
}

/// What a command says.
fn said<const N: usize>(args: [&str; N]) -> String {
    let output = common::run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Lines are broken where the screen ends; a test looks for sentences.
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_claimed(rows: &BTreeMap<String, Row>, expected: &[(&str, f64)]) {
    for (id, pct) in expected {
        let found: f64 = rows[*id]["claimed_pct"].parse().unwrap();
        assert!((found - pct).abs() < PCT, "{id}: {found}, expected {pct}");
        // What is found on a point is told in one finding.
        let is_told = if id.starts_with("point") { "D2" } else { "D5" };
        let has = rows[*id]["findings"].split(';').any(|code| code == is_told);
        assert_eq!(has, *pct > 10.0, "{id}: {}", rows[*id]["findings"]);
    }
    assert_eq!(rows["no boundary"]["claimed_pct"], "");
}

#[test]
fn a_plot_in_brazil_that_is_declared_in_peru_asks_where_it_is() {
    let home = tempfile::tempdir().unwrap();
    let run = screened(home.path(), &village(), &["--country", "pe"]);
    let rows = by_id(&run);
    for (id, row) in &rows {
        let expected = match id.as_str() {
            "no boundary" => "",
            "Brazil" => "true",
            _ => "false",
        };
        assert_eq!((row["outside_country"].as_str(), has_d5(row)), (expected, id == "Brazil"), "{id}");
    }
    assert_eq!(rows["Brazil"]["verdict_data"], "more_info");
    let path = run.path.display().to_string();
    let story = said(["explain", &path, "Brazil"]);
    for part in [
        "D5 another country or claim → more_info, to be answered at a desk",
        "Outside the declared country: yes. Claimed by other producers too: not measured of it.",
    ] {
        assert!(story.contains(part), "{part:?} is not in\n{story}");
    }
    let story = said(["explain", &path, "far"]);
    assert!(story.contains("was not asked, as the run was not told of it"), "{story}");
    assert!(story.contains("D5 another country or claim: claimed_pct"), "{story}");
    // A plot of the valley that is declared in Brazil.
    let rows = by_id(&screened(home.path(), &village(), &["--country", "BR"]));
    assert_eq!(["far", "A 1", "Brazil"].map(|id| has_d5(&rows[id])), [true, true, false]);
}

#[test]
fn ground_that_others_claim_is_counted_once_and_not_what_one_producer_has_twice() {
    let home = tempfile::tempdir().unwrap();
    let run = screened(home.path(), &village(), &["--claims", "--producer-field", "productor"]);
    let rows = by_id(&run);
    check_claimed(
        &rows,
        &[
            ("A 1", 20.0),
            ("B", 20.0),
            ("C", 20.0),
            // Nobody knows whose the plot beside it is: it may be another's.
            ("far", 50.0),
            ("of nobody", 50.0),
            ("point", 100.0),
            ("Brazil", 0.0),
        ],
    );
    assert_eq!(rows["point of Ana"]["claimed_pct"], "0");
    assert!(!rows["A 1"].contains_key("outside_country"));
    let path = run.path.display().to_string();
    let story = said(["explain", &path, "A 1"]);
    for part in [
        "Outside the declared country: not measured. Claimed by other producers too: 20 % of it.",
        "would not hold with claimed_pct of at most 10 (is 20)",
    ] {
        assert!(story.contains(part), "{part:?} is not in\n{story}");
    }
    // Without producers every plot may be another's: C covers more of A 1 beside what B has.
    let rows = by_id(&screened(home.path(), &village(), &["--claims"]));
    check_claimed(&rows, &[("A 1", 44.0), ("B", 20.0), ("C", 100.0), ("point of Ana", 100.0)]);
}

#[test]
fn a_run_that_was_not_told_has_no_such_columns_and_no_such_finding() {
    let home = tempfile::tempdir().unwrap();
    let run = screened(home.path(), &village(), &[]);
    for (id, row) in by_id(&run) {
        assert!(!has_d5(&row) && !row["findings"].contains("D5?"), "{id}");
        assert!(!row.contains_key("outside_country") && !row.contains_key("claimed_pct"));
    }
    let parameters = &run.json("manifest.json")["parameters"];
    assert!(["country", "claims", "producer_field"].iter().all(|name| parameters.get(name).is_none()), "{parameters}");
    let story = said(["explain", &run.path.display().to_string(), "far"]);
    assert!(story.contains("D5 another country or claim: claimed_pct, outside_country"), "{story}");
}

#[test]
fn what_was_asked_is_in_the_manifest_for_those_who_do_it_again_or_compare() {
    let home = tempfile::tempdir().unwrap();
    let run = screened(home.path(), &village(), &["--country", "PE", "--claims", "--producer-field", "productor"]);
    let parameters = &run.json("manifest.json")["parameters"];
    assert_eq!((&parameters["country"], &parameters["claims"]), (&json!("PE"), &json!(true)));
    assert_eq!(parameters["producer_field"], "productor");
    let path = run.path.display().to_string();
    assert!(said(["verify", &path, "--rerun"]).contains("the same bytes"));
    let other = screened(home.path(), &village(), &["--country", "PE", "--claims"]);
    let told = home.path().join("diff.csv");
    said(["diff", &path, &other.path.display().to_string(), "--out", &told.display().to_string()]);
    let mut reader = csv::Reader::from_path(&told).unwrap();
    let rows: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
    let changed: Vec<&str> = rows.iter().map(|row| row["plot_id"].as_str()).collect();
    assert_eq!(changed, ["A 1", "C", "point of Ana"]);
    assert!(rows.iter().all(|row| row["moved"] == "claimed_pct"), "{rows:?}");
    assert!(rows.iter().all(|row| row["causes"] == "option producer_field"), "{rows:?}");
}

#[test]
fn copies_of_a_plot_are_claimed_as_the_plot_is() {
    let home = tempfile::tempdir().unwrap();
    let features = &village()[..2];
    let run = screened(home.path(), features, &["--claims", "--position-error", "5m", "--offsets", "8"]);
    for (id, row) in by_id(&run) {
        assert!(has_d5(&row), "{id}: {}", row["findings"]);
        assert_eq!(row["moved_low_pct"], "0", "{id}: no copy is low as long as the plot is claimed");
        assert!(!row.contains_key("claimed_pct_min"));
    }
}

/// Plots are compared as `check` compares them: its pairs bound what is claimed of each plot from below and above.
#[test]
fn claims_of_two_thousand_plots_agree_with_the_pairs_of_check() {
    let plots = common::fixture("landscape/plots.geojson");
    let more = ["--id", "codigo", "--format", "csv", "--claims"];
    let run = Run::of("landscape", "lindero.toml", &[&more[..], &["--threads", "1"]].concat()).well();
    let again = Run::of("landscape", "lindero.toml", &[&more[..], &["--threads", "3"]].concat()).well();
    assert_eq!(run.bytes("plots.parquet"), again.bytes("plots.parquet"));
    let checked = tempfile::tempdir().unwrap();
    let out = checked.path().join("check");
    said(["check", &plots.display().to_string(), "--out", &out.display().to_string()]);
    let mut reader = csv::Reader::from_path(out.join("overlaps.csv")).unwrap();
    let pairs: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
    let mut bounds: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    // Slivers add to what members of a group claim of each other, and claim nothing by themselves.
    for is_sliver in [false, true] {
        for pair in pairs.iter().filter(|pair| (pair["kind"] == "sliver") == is_sliver) {
            for side in ["a", "b"] {
                let pct: f64 = pair[&format!("pct_of_{side}")].parse().unwrap();
                let row = pair[&format!("row_{side}")].clone();
                match (is_sliver, bounds.get_mut(&row)) {
                    (true, None) => {}
                    (true, Some([_, most])) => *most += pct,
                    (false, _) => {
                        let [least, most] = bounds.entry(row).or_default();
                        (*least, *most) = (least.max(pct), *most + pct);
                    }
                }
            }
        }
    }
    let mut claimed = 0;
    for row in run.table("plots.csv").1 {
        let Ok(pct) = row["claimed_pct"].parse::<f64>() else { continue };
        if row["geometry_status"] == "disc" {
            continue;
        }
        match bounds.get(&row["row"]) {
            Some([least, most]) => {
                let within = least - PCT..=most + PCT;
                assert!(within.contains(&pct), "{}: {pct}, expected {within:?}", row["plot_id"]);
                claimed += 1;
            }
            None => assert_eq!(pct, 0.0, "{}", row["plot_id"]),
        }
        assert_eq!(has_d5(&row), pct > 10.0, "{}", row["plot_id"]);
    }
    assert!(claimed > 0 && claimed == bounds.len(), "{claimed} of {}", bounds.len());
}

#[test]
fn a_wrong_country_or_column_is_told() {
    let refused = |more: &[&str], message: &str| {
        let run = Run::of("landscape", "lindero.toml", more);
        assert_eq!((run.code(), run.path.exists()), (2, false), "{more:?}");
        assert!(run.errors().contains(message), "{}", run.errors());
    };
    refused(&["--country", "Peru"], "--country \"Peru\" is no country; give its two letters, such as PE");
    refused(&["--country", "ZZ"], "is no country");
    refused(&["--claims", "--producer-field", "produtor"], "did you mean \"productor\"?");
    refused(&["--producer-field", "productor"], "--claims");
}
