//! What cannot be run, what is said of it, and the exit codes.

use crate::common;
use crate::run::Run;
use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const CATALOG: &str =
    "[layer.lossyear]\npath = \"loss*.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n";
const PLOTS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"verdict":"mine","Row":7},
"geometry":{"type":"Polygon","coordinates":[[[1,-3],[3,-3],[3,-1],[1,-1],[1,-3]]]}}]}"#;

/// A folder with a catalog, one plot, and a map of ten by ten cells of a degree.
fn folder(catalog: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lindero.toml"), catalog).unwrap();
    std::fs::write(folder.path().join("plots.geojson"), PLOTS).unwrap();
    GeoTiff::new(Sample::U8, vec![Array2::from_elem((10, 10), 22.0)]).write(&folder.path().join("loss.tif")).unwrap();
    folder
}

fn screened(folder: &Path, more: &[&str]) -> Run {
    Run::on(&[&folder.join("plots.geojson")], &folder.join("lindero.toml"), more)
}

/// A catalog, and what must be in the message.
#[track_caller]
fn refused(catalog: &str, more: &[&str], said: &[&str]) {
    let folder = folder(catalog);
    let run = screened(folder.path(), more);
    let errors = run.errors();
    assert_eq!(run.code(), 2, "{errors}");
    for said in said {
        assert!(errors.contains(said), "{said:?} is not in {errors}");
    }
    assert!(!run.path.exists() && !partial(&run.path).exists(), "something was left");
}

fn partial(run: &Path) -> PathBuf {
    run.with_file_name("run.partial")
}

#[test]
fn a_layer_without_files_is_named_with_its_line() {
    let catalog = CATALOG.replace("loss*.tif", "lots.tif");
    refused(&catalog, &[], &["lindero.toml, line 1", "lossyear", "lots.tif"]);
}

#[test]
fn a_typo_in_an_expression_is_told_with_line_and_suggestion() {
    let catalog = format!("{CATALOG}[indicator.late]\nwhere = \"losyear > 2020\"\n");
    refused(&catalog, &[], &["lindero.toml, line 6", "losyear", "did you mean \"lossyear\"?"]);
}

#[test]
fn a_wrong_flag_and_a_wrong_name_are_told() {
    refused(CATALOG, &["--treads", "3"], &["--treads"]);
    refused(CATALOG, &["--policy", "eudr-2021"], &["eudr-2021", "eudr-2020"]);
    refused(CATALOG, &["--id", "verdikt"], &["verdikt", "did you mean \"verdict\"?"]);
    refused(CATALOG, &["--format", "xls"], &["xls", "parquet"]);
    refused(CATALOG, &["--fail-on", "low"], &["low", "more_info"]);
}

#[test]
fn an_unknown_system_of_coordinates_is_told() {
    let catalog = format!("{CATALOG}crs = \"EPSG:99999\"\n");
    refused(&catalog, &[], &["lossyear", "99999"]);
}

#[test]
fn an_unknown_column_of_region_names_is_told() {
    let regions = common::fixture("landscape/regions.geojson");
    let regions = regions.display().to_string();
    refused(CATALOG, &["--regions", &regions, "--region-name", "provincia"], &["provincia", "distrito"]);
}

#[test]
fn a_policy_with_an_error_is_told_with_its_line() {
    let folder = folder(CATALOG);
    let policy = folder.path().join("mine.toml");
    std::fs::write(&policy, "name = \"mine\"\ntitel = \"x\"\n").unwrap();
    let run = screened(folder.path(), &["--policy", &policy.display().to_string()]);
    assert_eq!(run.code(), 2);
    assert!(run.errors().contains("mine.toml, line 2") && run.errors().contains("titel"), "{}", run.errors());
}

#[test]
fn tiles_that_overlap_and_disagree_are_refused() {
    let folder = folder(CATALOG);
    let other = GeoTiff::new(Sample::U8, vec![Array2::from_elem((10, 10), 7.0)]).at(5.0, 0.0);
    other.write(&folder.path().join("loss_east.tif")).unwrap();
    let run = screened(folder.path(), &[]);
    assert_eq!(run.code(), 2, "{}", run.errors());
    assert!(run.errors().contains("loss_east.tif"), "{}", run.errors());
}

#[test]
fn a_folder_of_something_else_is_not_touched() {
    let folder = folder(CATALOG);
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("notes.txt"), "keep").unwrap();
    let out = mine.display().to_string();
    let plots = folder.path().join("plots.geojson").display().to_string();
    let catalog = folder.path().join("lindero.toml").display().to_string();
    let output = common::run(["screen", &plots, "--catalog", &catalog, "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no run of lindero"));
    assert_eq!(std::fs::read(mine.join("notes.txt")).unwrap(), b"keep");
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = folder(CATALOG);
    let run = screened(folder.path(), &["--dry-run"]);
    assert_eq!(run.code(), 0, "{}", run.errors());
    assert!(!run.path.exists() && !partial(&run.path).exists());
    assert!(String::from_utf8_lossy(&run.output.stdout).contains("covers every plot"));
}

#[test]
fn fail_on_ends_with_1_where_such_a_plot_is_found() {
    let folder = folder(CATALOG);
    assert_eq!(screened(folder.path(), &[]).code(), 0);
    assert_eq!(screened(folder.path(), &["--fail-on", "more_info"]).code(), 1);
    assert_eq!(screened(folder.path(), &["--fail-on", "high"]).code(), 0);
}

#[test]
fn a_users_column_gives_way_to_ours_of_the_same_name() {
    let folder = folder(CATALOG);
    let (columns, rows) = screened(folder.path(), &[]).well().table("plots.csv");
    assert_eq!(rows[0]["verdict_in"], "mine", "{columns:?}");
    assert_eq!(rows[0]["Row_in"], "7", "{columns:?}");
    assert_eq!(rows[0]["verdict"], "more_info");
}

#[test]
fn rows_of_two_files_say_where_they_come_from() {
    let folder = folder(CATALOG);
    let (first, second) = (folder.path().join("plots.geojson"), folder.path().join("more.geojson"));
    std::fs::copy(&first, &second).unwrap();
    let run = Run::on(&[&first, &second], &folder.path().join("lindero.toml"), &[]).well();
    let (_, rows) = run.table("plots.csv");
    let sources: Vec<&str> = rows.iter().map(|row| row["source"].as_str()).collect();
    assert!(sources[0].contains("plots") && sources[1].contains("more"), "{sources:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let child = Command::new(env!("CARGO_BIN_EXE_lindero"))
        .arg("screen")
        .arg(common::fixture("landscape/plots.geojson"))
        .arg("--catalog")
        .arg(common::fixture("landscape/lindero.toml"))
        .args(["--threads", "1", "--out"])
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !partial(&out).exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(100));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
    assert!(!out.exists() && !partial(&out).exists());
}

#[test]
fn an_attribute_of_another_shipped_policy_is_no_slip_and_one_of_none_is() {
    let of = |attribute: &str| format!("{CATALOG}[attribute.{attribute}]\nfield = \"anio\"\n");
    let folder = folder(&of("planted_year"));
    let run = screened(folder.path(), &[]).well();
    assert_eq!(run.json("manifest.json")["policy"]["name"], "tree-loss");
    // What this policy does not read is missed by nobody.
    assert!(!run.errors().contains("anio"), "{}", run.errors());
    refused(&of("planted"), &[], &["policy tree-loss has no attribute \"planted\", nor any other"]);
}
