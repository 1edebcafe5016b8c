//! The planted cases: a plot, and what must be said of it.

use crate::common;
use crate::run::{Row, Run};
use serde_json::Value;

fn check(catalog: &str, expected: &str) {
    let run = Run::of("cases/planted", catalog, &["--id", "codigo", "--format", "csv"]).well();
    let (_, rows) = run.table("plots.csv");
    let text = std::fs::read(common::fixture(&format!("cases/planted/{expected}"))).unwrap();
    let expected: Value = serde_json::from_slice(&text).unwrap();
    let cases = expected.as_object().unwrap();
    assert!(cases.len() > 40, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|(id, case)| disagreement(&rows, id, case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a row says that the case does not, if anything.
fn disagreement(rows: &[Row], id: &str, case: &Value) -> Option<String> {
    let row = rows.iter().find(|row| row["plot_id"] == id).unwrap_or_else(|| panic!("no plot {id}"));
    let findings: Vec<&str> = row["findings"].split(';').filter(|code| !code.is_empty()).collect();
    let agrees = |case: &Value| {
        let listed = |key: &str| -> Vec<&str> {
            case[key].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
        };
        case["verdict"] == row["verdict"].as_str()
            && listed("findings").iter().all(|code| findings.contains(code))
            && listed("not").iter().all(|code| !findings.contains(code))
    };
    (!agrees(case)).then(|| format!("{id}: {} with {findings:?}, expected {case}", row["verdict"]))
}

#[test]
fn every_planted_case_is_told_as_it_must_be() {
    check("lindero.toml", "expected.json");
}

#[test]
fn every_planted_case_without_mapbiomas_too() {
    check("without-mapbiomas.toml", "expected-without-mapbiomas.json");
}
