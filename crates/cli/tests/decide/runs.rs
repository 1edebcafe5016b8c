//! Runs decided again.

use crate::common;
use crate::table::{Decided, Row, rows_of};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The valley of the fixtures, screened once.
fn valley() -> PathBuf {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| common::fixture(&format!("landscape/{name}")).display().to_string();
        let out = folder.path().join("run").display().to_string();
        let output = common::run(["screen", &path("plots.geojson"), "--catalog", &path("lindero.toml"), "--out", &out]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder
    });
    folder.path().join("run")
}

fn screened() -> Vec<Row> {
    rows_of(&std::fs::read(valley().join("plots.csv")).unwrap()).1
}

#[test]
fn a_run_decided_again_by_its_own_policy_says_what_it_said() {
    let (before, (columns, after)) = (screened(), Decided::from(&valley(), &["--policy", "eudr-2020"]).table());
    assert_eq!(before.len(), after.len());
    assert_eq!(columns[columns.len() - 3..], ["verdict", "findings", "reasons"]);
    let (mut shapes, mut discs) = (0, 0);
    for (before, after) in before.iter().zip(&after) {
        let said = |name: &str| (before[name].as_str(), after[name].as_str());
        assert_eq!(said("plot_id").0, said("plot_id").1);
        assert_eq!(before["verdict"], after["verdict_before"]);
        match before["geometry_status"].as_str() {
            "disc" => {
                assert_eq!(after["verdict"], "more_info");
                assert!(after["reasons"].contains("A point is decided on two discs"), "{}", after["reasons"]);
                discs += 1;
            }
            // A run tells a defect in a sentence, and its table in a word.
            "unusable" => assert_eq!(said("findings").0, said("findings").1),
            _ => {
                for name in ["verdict", "findings", "reasons"] {
                    assert_eq!(said(name).0, said(name).1, "{name} of {}", before["plot_id"]);
                }
                shapes += 1;
            }
        }
    }
    assert!(shapes > 1900 && discs > 0, "{shapes} shapes, {discs} discs");
}

/// The planted cases, each moved by an error of 8 m.
fn planted() -> PathBuf {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| common::fixture(&format!("cases/planted/{name}")).display().to_string();
        let (plots, catalog) = (path("plots.geojson"), path("lindero.toml"));
        let out = folder.path().join("run").display().to_string();
        let args = ["screen", &plots, "--catalog", &catalog, "--out", &out, "--id", "codigo", "--position-error", "8m"];
        let output = common::run(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder
    });
    folder.path().join("run")
}

/// Findings of plots that are no points, by plot: of a point a table has one disc.
fn findings(rows: &[Row]) -> Vec<(String, String)> {
    let shapes = rows.iter().filter(|row| row["geometry_status"] != "disc");
    shapes.map(|row| (row["plot_id"].clone(), row["findings"].clone())).collect()
}

#[test]
fn how_steady_verdicts_are_is_told_again_by_the_policy_that_decided_the_copies() {
    let run = planted();
    let before = findings(&rows_of(&std::fs::read(run.join("plots.csv")).unwrap()).1);
    let unsteady = |all: &[(String, String)]| all.iter().filter(|(_, codes)| codes.ends_with("S1")).count();
    assert!(unsteady(&before) > 2, "{before:?}");
    assert_eq!(findings(&Decided::from(&run, &["--policy", "eudr-2020"]).table().1), before);
    // How many copies must agree is asked of what is known of them.
    let strict = Decided::from(&run, &["--policy", "eudr-2020", "--threshold", "stable_pct=50"]);
    assert_eq!(unsteady(&findings(&strict.table().1)), 0);
    let other = Decided::from(&run, &["--policy", "eudr-2020", "--threshold", "standing_pct=60"]);
    assert_eq!(unsteady(&findings(&other.table().1)), 0);
    assert!(other.errors().contains("how steady these verdicts are is not told"), "{}", other.errors());
    assert!(!strict.errors().contains("how steady"), "{}", strict.errors());
}

#[test]
fn a_table_of_a_run_knows_what_plots_declare_and_a_copy_of_it_is_told() {
    let run = planted();
    let (rows, of_table) = (
        Decided::from(&run, &["--policy", "eudr-2020"]).table().1,
        Decided::from(&run.join("plots.csv"), &["--policy", "eudr-2020"]).table().1,
    );
    assert_eq!(findings(&of_table), findings(&rows));
    let home = tempfile::tempdir().unwrap();
    let copy = home.path().join("copy.csv");
    std::fs::copy(run.join("plots.csv"), &copy).unwrap();
    let without = |all: Vec<Row>| -> Vec<(String, String)> {
        findings(&all).into_iter().map(|(id, codes)| (id, codes.replace(";S1", ""))).collect()
    };
    let told = ["--policy", "eudr-2020", "--attribute", "planted_year=anio_siembra"];
    let decided = without(Decided::from(&copy, &told).table().1);
    assert_eq!(decided, without(rows));
    assert_ne!(without(Decided::from(&copy, &["--policy", "eudr-2020"]).table().1), decided);
    Decided::from(&copy, &["--policy", "eudr-2020", "--attribute", "planted=anio_siembra"])
        .refused(&["policy eudr-2020 has no such attribute; it has", "planted_year"]);
    Decided::from(&copy, &["--policy", "eudr-2020", "--attribute", "planted_year=anio_siembr"])
        .refused(&["there is no such column; did you mean \"anio_siembra\"?"]);
}

#[test]
fn another_threshold_changes_what_it_is_about_and_nothing_else() {
    let usual = Decided::from(&valley(), &["--policy", "eudr-2020"]).table().1;
    let other = Decided::from(&valley(), &["--policy", "eudr-2020", "--threshold", "standing_pct=60"]).table().1;
    let mut changed = 0;
    // What is found on discs is told in one finding.
    for (usual, other) in usual.iter().zip(&other).filter(|(usual, _)| usual["geometry_status"] != "disc") {
        let without = |row: &Row| {
            let codes = row["findings"].split(';').filter(|code| !code.is_empty() && !["F1", "F2"].contains(code));
            codes.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(without(usual), without(other), "{}", usual["plot_id"]);
        changed += usize::from(usual["verdict"] != other["verdict"]);
    }
    assert!(changed > 0, "no verdict changed");
}

#[test]
fn a_policy_that_reads_what_the_run_has_not_measured_is_refused() {
    Decided::from(&valley(), &["--policy", "whisp-pcrop"]).refused(&["policy whisp-pcrop reads none of its columns"]);
}

#[test]
fn a_run_decided_twice_gives_equal_bytes() {
    let bytes = || {
        let decided = Decided::from(&valley(), &["--policy", "eudr-2020"]);
        decided.table();
        std::fs::read(&decided.out).unwrap()
    };
    assert_eq!(bytes(), bytes());
}
