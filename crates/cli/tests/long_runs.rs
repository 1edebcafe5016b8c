//! Runs that last: stopped in the middle, gone on with, told of, and kept within their memory.
#![cfg(unix)]

mod common;

use common::{fixture, layer};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How often the valley's plots are given: some ten thousand, so that measuring takes a while.
const TIMES: usize = 8;

fn arguments(out: &Path, more: &[&str]) -> Vec<String> {
    let plots = fixture("landscape/plots.geojson").display().to_string();
    let mut arguments = vec!["tabulate".to_owned()];
    arguments.extend(std::iter::repeat_n(plots, TIMES));
    for (id, file) in [
        ("gfc2020", "JRC_GFC2020_V4_*.tif"),
        ("tmf2020", "JRC_TMF_AnnualChange_v1_2020_SAM_*.tif"),
        ("lossyear", "Hansen_GFC-2024-v1.12_lossyear_*.tif"),
    ] {
        arguments.extend(["--layer".to_owned(), layer(id, &fixture("landscape/layers").join(file))]);
    }
    arguments.extend(more.iter().map(|&text| text.to_owned()));
    arguments.extend(["--out".to_owned(), out.display().to_string()]);
    arguments
}

fn start(out: &Path, more: &[&str]) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_lindero"));
    program.args(arguments(out, more)).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// Starts a run and ends it with a signal when it has begun to measure.
fn interrupted(out: &Path, more: &[&str], signal: &str) -> std::process::ExitStatus {
    let mut child = start(out, &[&["--progress", "json"], more].concat());
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let measuring = lines.by_ref().find(|line| line.as_ref().unwrap().contains("\"stage\":\"measuring\""));
    assert!(measuring.is_some(), "it tells when it begins to measure");
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    // Read to the end, so that the program is not stopped by a full pipe.
    lines.for_each(drop);
    child.wait().unwrap()
}

fn partial(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, resumed] = ["whole.parquet", "resumed.parquet"].map(|name| folder.path().join(name));
    assert!(start(&whole, &["--quiet"]).wait().unwrap().success());
    for _ in 0..2 {
        interrupted(&resumed, &["--resume"], "-KILL");
        assert!(!resumed.exists(), "a killed run has no table");
        assert!(partial(&resumed).join("reels/intake").is_file(), "what it had read is there");
    }
    assert!(start(&resumed, &["--resume", "--quiet"]).wait().unwrap().success());
    assert!(std::fs::read(&whole).unwrap() == std::fs::read(&resumed).unwrap(), "the tables differ");
    assert!(!partial(&resumed).exists(), "nothing is left over");
}

#[test]
fn another_run_does_not_go_on_from_what_a_killed_one_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    interrupted(&out, &["--resume"], "-KILL");
    let output = Command::new(env!("CARGO_BIN_EXE_lindero"))
        .args(arguments(&out, &["--resume", "--id", "codigo"]))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("--resume") && told.contains("table.csv.partial"), "{told}");
    // Without the option it begins anew.
    assert!(start(&out, &["--quiet", "--id", "codigo"]).wait().unwrap().success());
    assert!(out.is_file() && !partial(&out).exists());
}

#[test]
fn ctrl_c_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    assert_eq!(interrupted(&out, &[], "-INT").code(), Some(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn ctrl_c_keeps_what_is_measured_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    assert_eq!(interrupted(&out, &["--resume"], "-INT").code(), Some(2));
    assert!(!out.exists() && partial(&out).join("reels/plots").is_file());
}

#[test]
fn progress_is_told_to_machines_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_lindero"))
        .args(arguments(&folder.path().join("table.csv"), &["--progress", "json"]))
        .output()
        .unwrap();
    let lines: Vec<Value> = String::from_utf8(output.stderr)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut stages: Vec<&str> = lines.iter().map(|line| line["stage"].as_str().unwrap()).collect();
    stages.dedup();
    assert_eq!(stages, ["reading plots", "measuring", "writing"]);
    for stage in ["measuring", "writing"] {
        let last = lines.iter().rfind(|line| line["stage"] == stage).unwrap();
        assert!(last["total"].as_u64().unwrap() > 10_000);
        assert_eq!(last["done"], last["total"], "{last}");
    }
}

#[test]
fn a_quiet_run_says_nothing_that_is_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_lindero"))
        .args(arguments(&folder.path().join("table.csv"), &["--quiet"]))
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && told.lines().all(|line| line.starts_with("note: ")), "{told}");
}

#[test]
fn little_memory_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let [usual, little] = ["usual.csv", "little.csv"].map(|name| folder.path().join(name));
    assert!(start(&usual, &["--quiet"]).wait().unwrap().success());
    assert!(start(&little, &["--quiet", "--memory", "64"]).wait().unwrap().success());
    assert!(std::fs::read(usual).unwrap() == std::fs::read(little).unwrap());
}
