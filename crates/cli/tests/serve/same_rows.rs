//! What the service says of plots is what the command line says, to the byte.

use crate::common;
use crate::service::Service;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A run of the command line on the landscape of the fixtures.
pub(crate) fn run_of(plots: &Path, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let catalog = common::fixture("landscape/lindero.toml");
    let mut args = vec!["screen".to_owned(), plots.display().to_string()];
    args.extend(["--catalog".to_owned(), catalog.display().to_string(), "--out".to_owned(), out.display().to_string()]);
    args.extend(more.iter().map(|&arg| arg.to_owned()));
    let output = common::run(&args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, out)
}

/// The tables that must be the same.
pub(crate) const TABLES: [&str; 6] =
    ["plots.geojson", "plots.csv", "plots.parquet", "defects.csv", "repairs.csv", "summary.json"];

fn check(plots: &Path, options: &[(&str, &str)], as_on_command_line: &[&str]) {
    let (_folder, run) = run_of(plots, as_on_command_line);
    let service = Service::start(&[]);
    let name = plots.file_name().unwrap().to_str().unwrap();
    let file = std::fs::read(plots).unwrap();
    let answer = service.post_file("/screenings", name, &file, options);
    assert!([200, 202].contains(&answer.status), "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(service.wait(&id)["state"], "done");
    for table in TABLES {
        assert!(service.file(&id, table) == std::fs::read(run.join(table)).unwrap(), "{table} differs");
    }
    if answer.status == 200 {
        let geojson = std::fs::read_to_string(run.join("plots.geojson")).unwrap();
        assert!(answer.text().contains(geojson.trim_end()), "the answer holds plots.geojson as it is");
    }
}

#[test]
fn a_landscape_of_two_thousand_plots_is_told_alike() {
    check(&common::fixture("landscape/plots.geojson"), &[("id", "codigo")], &["--id", "codigo"]);
}

#[test]
fn broken_and_repaired_boundaries_are_told_alike_in_spanish_too() {
    let options = [("id", "codigo"), ("lang", "es")];
    check(&common::fixture("plots/dirty.geojson"), &options, &["--id", "codigo", "--lang", "es"]);
}

#[test]
fn a_table_of_points_is_told_alike() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("puntos.csv");
    std::fs::write(&plots, "cod,lon,lat,ha\nA,-76.35,-9.98,1.5\nB,-76.34,-9.99,\nC,,,2\n").unwrap();
    check(&plots, &[("id", "cod"), ("area_field", "ha")], &["--id", "cod", "--area-field", "ha"]);
}

#[test]
fn the_manifest_has_the_same_hashes_and_no_folder_of_the_service() {
    let plots = common::fixture("plots/dirty.geojson");
    let (_folder, run) = run_of(&plots, &[]);
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(&["--data", &data.path().display().to_string()]);
    let answer = service.post("/screenings?name=dirty.geojson", &std::fs::read(&plots).unwrap()).json();
    let id = answer["id"].as_str().unwrap();
    let (ours, theirs) = (service.file(id, "manifest.json"), std::fs::read(run.join("manifest.json")).unwrap());
    let text = String::from_utf8_lossy(&ours).into_owned();
    assert!(!text.contains(&*data.path().to_string_lossy()), "{text}");
    let json = |bytes: &[u8]| -> serde_json::Value { serde_json::from_slice(bytes).unwrap() };
    let (ours, theirs) = (json(&ours), json(&theirs));
    assert_eq!(ours["plots"][0]["blake3"], theirs["plots"][0]["blake3"]);
    assert_eq!(ours["plots"][0]["path"], "dirty.geojson");
    for same in ["catalog", "policy", "layers", "missing_layers", "program"] {
        assert_eq!(ours[same], theirs[same], "{same}");
    }
}

#[test]
fn the_story_of_a_plot_is_the_one_that_explain_tells() {
    let plots = common::fixture("landscape/plots.geojson");
    let (_folder, run) = run_of(&plots, &["--id", "codigo"]);
    let service = Service::start(&[]);
    let answer =
        service.post_file("/screenings", "plots.geojson", &std::fs::read(&plots).unwrap(), &[("id", "codigo")]);
    let answer = answer.json();
    let id = answer["id"].as_str().unwrap();
    assert_eq!(service.wait(id)["state"], "done");
    let worst = answer["summary"]["worst"][0]["plot_id"].as_str().unwrap();
    let told = service.get(&format!("/screenings/{id}/plots/{worst}")).json();
    let explained = common::run(["explain", &run.display().to_string(), worst]).stdout;
    assert_eq!(told[0]["story"].as_str().unwrap(), String::from_utf8(explained).unwrap());
    assert_eq!((&told[0]["columns"]["plot_id"], &told[0]["columns"]["verdict"]), (&worst.into(), &"high".into()));
    let missing = service.get(&format!("/screenings/{id}/plots/{worst}X")).problem(404);
    assert!(missing.contains(&format!("did you mean {worst:?}?")), "{missing}");
}

#[test]
fn the_report_is_the_one_that_the_command_line_writes() {
    let plots = common::fixture("plots/dirty.geojson");
    let (_folder, run) = run_of(&plots, &[]);
    let output = common::run(["report", &run.display().to_string()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let service = Service::start(&[]);
    let answer = service.post("/screenings?name=dirty.geojson", &std::fs::read(&plots).unwrap()).json();
    let report = String::from_utf8(service.file(answer["id"].as_str().unwrap(), "report.html")).unwrap();
    let theirs = std::fs::read_to_string(run.join("report.html")).unwrap();
    // The path of the plots is told as it was given.
    let theirs = theirs.replace(&*plots.display().to_string(), "dirty.geojson");
    assert!(report == theirs, "the reports differ");
}

#[test]
fn anonymous_results_have_none_of_the_users_columns() {
    let plots = common::fixture("landscape/plots.geojson");
    let service = Service::start(&["--anonymous"]);
    let answer = service.post_file("/screenings", "plots.geojson", &std::fs::read(&plots).unwrap(), &[]);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(service.wait(&id)["state"], "done");
    let csv = String::from_utf8(service.file(&id, "plots.csv")).unwrap();
    let columns = csv.lines().next().unwrap();
    assert!(columns.ends_with("region,region_shares"), "{columns}");
    // What the plots declare was used all the same: the verdicts are those of the whole file.
    let (_folder, run) = run_of(&plots, &[]);
    let theirs = std::fs::read(run.join("summary.json")).unwrap();
    assert!(service.file(&id, "summary.json") == theirs, "the summaries differ");
}
