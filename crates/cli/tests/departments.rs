//! `lindero check --departments`: an old datum found out by the department that plots declare.

mod common;

use common::run;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;

/// Two departments that meet at 9 degrees south.
const BORDER: f64 = -9.0;

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

fn feature(properties: Value, geometry: Value) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn write(folder: &Path, name: &str, features: &[Value]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    path
}

/// A field of 100 m so many metres north of the border, and the department that it declares.
fn field(id: &str, north_m: f64, department: Option<&str>) -> Value {
    let south = BORDER + north_m / 110_600.0;
    let geometry = rectangle(-76.0, south, -75.999, south + 0.0009);
    feature(json!({ "id": id, "dep": department }), geometry)
}

fn check(folder: &Path, plots: &[Value], more: &[&str]) -> Output {
    let departments = write(
        folder,
        "departments.geojson",
        &[
            feature(json!({ "nombdep": "HUÁNUCO" }), rectangle(-80.0, BORDER - 3.0, -70.0, BORDER)),
            feature(json!({ "nombdep": "UCAYALI" }), rectangle(-80.0, BORDER, -70.0, BORDER + 3.0)),
        ],
    );
    let [departments, plots, out] =
        [departments, write(folder, "plots.geojson", plots), folder.join("out")].map(|path| path.display().to_string());
    let args = [
        "check",
        &plots,
        "--id",
        "id",
        "--quiet",
        "--out",
        &out,
        "--departments",
        &departments,
        "--department-field",
        "nombdep",
        "--plot-department-field",
        "dep",
    ];
    run(args.iter().chain(more))
}

/// Ids and codes of the questions, and their sentences.
fn questions(folder: &Path) -> Vec<(String, String, String)> {
    let mut table = csv::Reader::from_path(folder.join("out/questions.csv")).unwrap();
    table.records().map(Result::unwrap).map(|row| (row[1].to_owned(), row[2].to_owned(), row[5].to_owned())).collect()
}

#[test]
fn psad56_is_proposed_where_it_brings_a_plot_into_its_department_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let plots = [
        // The shift leads some 360 m south.
        field("just outside", 100.0, Some("Huanuco ")),
        field("inside", -500.0, Some("Huánuco")),
        field("far outside", 2_000.0, Some("HUÁNUCO")),
        field("outside to the south", -200.0, Some("Ucayali")),
        field("across the border", -50.0, Some("Huánuco")),
        field("says nothing", 100.0, None),
        field("says another", 100.0, Some("Ucayali")),
        field("says nonsense", 100.0, Some("Huánucco")),
    ];
    let output = check(folder.path(), &plots, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("a department which --departments lacks: 1 (\"Huánucco\")"), "{said}");
    let asked = questions(folder.path());
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!((asked[0].0.as_str(), asked[0].1.as_str()), ("just outside", "old_datum"));
    assert!(asked[0].2.contains("outside HUÁNUCO") && asked[0].2.contains("PSAD56"), "{}", asked[0].2);
    // The proposal lies beside the plots, and the plot is as it was.
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.path().join("out").join(name)).unwrap()).unwrap()
    };
    let (proposed, written) = (read("proposals.geojson"), read("plots.geojson"));
    assert_eq!(proposed["features"].as_array().unwrap().len(), 1);
    let latitude = |file: &Value| file["features"][0]["geometry"]["coordinates"][0][0][1].as_f64().unwrap();
    let given = plots[0]["geometry"]["coordinates"][0][0][1].as_f64().unwrap();
    assert_eq!(latitude(&written), given);
    let moved_m = (latitude(&written) - latitude(&proposed)) * 110_600.0;
    assert!((300.0..400.0).contains(&moved_m), "{moved_m} m");
}

#[test]
fn where_the_datum_is_named_it_is_asked_about_once() {
    let folder = tempfile::tempdir().unwrap();
    let plots = [field("just outside", 100.0, Some("Huánuco"))];
    assert!(check(folder.path(), &plots, &["--datum", "psad56"]).status.success());
    let asked = questions(folder.path());
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn a_wrong_column_is_told_with_those_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "plots.geojson", &[field("a", 0.0, Some("Huánuco"))]).display().to_string();
    let regions = write(
        folder.path(),
        "regions.geojson",
        &[feature(json!({ "nombdep": "HUÁNUCO" }), rectangle(-80.0, BORDER - 3.0, -70.0, BORDER))],
    );
    let regions = regions.display().to_string();
    for (field, column, message) in [
        ("name", "dep", "no column \"name\"; columns: nombdep"),
        ("nombdep", "departamento", "--plot-department-field \"departamento\" is no column of the plots"),
    ] {
        let output = run([
            "check",
            &path,
            "--departments",
            &regions,
            "--department-field",
            field,
            "--plot-department-field",
            column,
        ]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
    }
    let output = run(["check", &path, "--departments", &regions]);
    assert_eq!(output.status.code(), Some(2));
}
