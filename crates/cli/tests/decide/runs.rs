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
