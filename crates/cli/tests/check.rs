//! `lindero check` as its users see it.

mod common;

use common::{fixture, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

fn check(more: &[&str]) -> Output {
    let plots = fixture("plots/dirty.geojson").display().to_string();
    let args = ["check", &plots, "--id", "codigo", "--producer-field", "productor", "--country", "PE", "--quiet"];
    run(args.iter().chain(more))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The codes of a table, by plot.
fn codes(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        codes.entry(record[1].to_owned()).or_default().push(record[2].to_owned());
    }
    codes
}

#[test]
fn every_planted_defect_is_told_on_its_own_plot() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("check");
    let output = check(&["--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let defects = codes(&out.join("defects.csv"));
    let has = |plot: &str, code: &str| defects.get(plot).is_some_and(|codes| codes.iter().any(|it| it == code));
    for (plot, code) in [
        ("P-02", "open_ring"),
        ("P-03", "crossing_sides"),
        ("P-04", "crossing_sides"),
        ("P-05", "spike"),
        ("P-09", "out_of_range"),
        ("P-14", "missing_geometry"),
        ("P-15", "unsupported_geometry"),
    ] {
        assert!(has(plot, code), "{plot} {code}: {defects:?}");
    }
    let questions = codes(&out.join("questions.csv"));
    let asked = |plot: &str, code: &str| questions.get(plot).is_some_and(|codes| codes.iter().any(|it| it == code));
    for (plot, code) in [
        ("P-08", "swapped_axes"),
        ("P-09", "metres_as_degrees"),
        ("P-10", "point_for_large_plot"),
        ("P-11", "area_differs"),
        ("P-13", "other_country"),
    ] {
        assert!(asked(plot, code), "{plot} {code}: {questions:?}");
    }
    assert!(!defects.contains_key("P-01") && !questions.contains_key("P-01"), "{defects:?} {questions:?}");
    let summary = json(&out.join("summary.json"));
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(count("plots"), 16);
    assert_eq!(count("sound") + count("repaired") + count("proposed") + count("unusable"), 16);
    // P-02 is open, P-04 has a loop, P-05 a spike; P-03 has two readings; P-09, P-14 and P-15 have no boundary.
    assert_eq!((count("repaired"), count("proposed"), count("unusable")), (3, 1, 3));
    assert_eq!(summary["repeated_ids"][0]["plot_id"], "P-02");
    assert_eq!(summary["repeated_ids"][0]["rows"], serde_json::json!([1, 15]));
}

#[test]
fn plots_that_claim_the_same_ground_are_named_with_their_producers() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("check");
    assert!(check(&["--out", out.to_str().unwrap()]).status.success());
    let pairs: Vec<(String, String, String, String)> = csv::Reader::from_path(out.join("overlaps.csv"))
        .unwrap()
        .records()
        .map(|record| {
            let record = record.unwrap();
            (record[1].to_owned(), record[3].to_owned(), record[4].to_owned(), record[5].to_owned())
        })
        .collect();
    let pair = |a: &str, b: &str, kind: &str| (a.to_owned(), b.to_owned(), kind.to_owned(), "false".to_owned());
    assert_eq!(
        pairs,
        [pair("P-01", "P-06", "duplicate"), pair("P-01", "P-07", "overlap"), pair("P-06", "P-07", "overlap")]
    );
    let overlaps = json(&out.join("overlaps.geojson"));
    assert_eq!(overlaps["features"].as_array().unwrap().len(), 3);
}

#[test]
fn the_table_says_in_both_languages_what_to_do() {
    let english = text(&check(&[]).stdout);
    let spanish = text(&check(&["--lang", "es"]).stdout);
    for code in ["open_ring", "crossing_sides", "swapped_axes", "metres_as_degrees", "area_differs"] {
        assert!(english.contains(code), "{code}: {english}");
        assert!(spanish.contains(code), "{code}: {spanish}");
    }
    assert!(english.contains("16 plots") && english.contains("CANNOT BE USED"), "{english}");
    assert!(spanish.contains("16 parcelas") && spanish.contains("NO SE PUEDE USAR"), "{spanish}");
}

#[test]
fn what_is_proposed_is_told_with_the_defect_also_where_it_is_a_whole_ring() {
    let plots = fixture("landscape/plots.geojson").display().to_string();
    let output = run(["check", &plots, "--id", "codigo", "--quiet"]);
    let table = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        table.contains("SM-01969: hole 1 lies outside the outer ring of its part. → proposed, not made:"),
        "{table}"
    );
    assert!(table.contains("cross at -76.246618, -9.927604; a boundary may not cross itself. → proposed, not made:"));
}

#[test]
fn with_repair_the_boundaries_are_the_repaired_ones_and_the_given_ones_lie_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let [given, repaired] = ["given", "repaired"].map(|name| folder.path().join(name));
    assert!(check(&["--out", given.to_str().unwrap()]).status.success());
    assert!(check(&["--repair", "--out", repaired.to_str().unwrap()]).status.success());
    assert!(!given.join("originals.geojson").exists());
    let geometries = |path: &Path| -> BTreeMap<u64, Value> {
        let features = json(path)["features"].as_array().unwrap().clone();
        features.into_iter().map(|it| (it["properties"]["row"].as_u64().unwrap(), it["geometry"].clone())).collect()
    };
    let (before, after) = (geometries(&given.join("plots.geojson")), geometries(&repaired.join("plots.geojson")));
    let originals = geometries(&repaired.join("originals.geojson"));
    assert_eq!(originals.keys().copied().collect::<Vec<_>>(), [1, 3, 4]);
    for (row, geometry) in &before {
        match originals.get(row) {
            None => assert_eq!(after.get(row), Some(geometry), "row {row}"),
            Some(original) => assert_eq!(original, geometry, "row {row}"),
        }
    }
    assert_ne!(before[&3], after[&3]);
}

#[test]
fn coordinates_of_an_old_map_are_asked_about_with_the_place_some_300_m_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("check");
    assert!(check(&["--datum", "psad56", "--out", out.to_str().unwrap()]).status.success());
    assert!(codes(&out.join("questions.csv"))["P-01"].contains(&"old_datum".to_owned()));
    let corner = |geometry: &Value| [0, 1].map(|axis| geometry["coordinates"][0][0][axis].as_f64().unwrap());
    let of_first = |path: &str| {
        let features = json(&out.join(path))["features"].as_array().unwrap().clone();
        corner(&features.iter().find(|it| it["properties"]["plot_id"] == "P-01").unwrap()["geometry"])
    };
    let (given, proposed) = (of_first("plots.geojson"), of_first("proposals.geojson"));
    let metres = (proposed[0] - given[0]).hypot(proposed[1] - given[1]) * 111_320.0;
    assert!((250.0..600.0).contains(&metres), "{metres} m");
}

#[test]
fn a_check_gives_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let [one, four] = ["1", "4"].map(|threads| {
        let out = folder.path().join(threads);
        assert!(check(&["--threads", threads, "--out", out.to_str().unwrap()]).status.success());
        out
    });
    let names = |out: &Path| -> Vec<_> {
        let mut names: Vec<_> = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&one), names(&four));
    for name in names(&one) {
        assert_eq!(std::fs::read(one.join(&name)).unwrap(), std::fs::read(four.join(&name)).unwrap(), "{name:?}");
    }
}

#[test]
fn a_wrong_country_or_column_is_one_clear_message() {
    let plots = fixture("plots/dirty.geojson").display().to_string();
    for (args, message) in [
        (["--country", "Peru"], "--country \"Peru\" is no country"),
        (["--country", "ZZ"], "--country \"ZZ\" is no country"),
        (["--producer-field", "producer"], "did you mean \"productor\"?"),
    ] {
        let output = run(["check", &plots].iter().chain(&args));
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(message), "{}", text(&output.stderr));
    }
}

#[test]
#[cfg(feature = "proj")]
fn a_system_that_is_an_old_map_already_is_moved_once_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("sheet.csv").display().to_string();
    std::fs::write(&plots, "id,este,norte\n1,500000,9000000\n").unwrap();
    let output = run(["check", &plots, "--crs", "EPSG:24878", "--quiet"]);
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("count from PSAD56: they are moved to WGS 84"), "{said}");
    let output = run(["check", &plots, "--crs", "EPSG:24878", "--datum", "psad56", "--quiet"]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("leave --datum out"), "{said}");
}

#[test]
fn what_readers_say_is_spanish_where_spanish_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("plots.csv").display().to_string();
    std::fs::write(&plots, "id;wkt\n1;POLYGON((0 0, 1 cero))\n2;POINT(1 2)\n").unwrap();
    let told = |lang: &str| {
        let table = text(&run(["check", &plots, "--lang", lang, "--quiet"]).stdout);
        table.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (english, spanish) = (told("en"), told("es"));
    assert!(english.contains("its WKT cannot be read: at character 17 is \"cero))\", expected a number"), "{english}");
    assert!(spanish.contains("su WKT: en el carácter 17 está \"cero))\", se espera un número"), "{spanish}");
}
