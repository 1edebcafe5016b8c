//! Answers of people: from the queue of a run to a decision beside the verdict, which survives reruns.

mod common;

use common::fixture;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

type Row = BTreeMap<String, String>;

/// A copy of the planted cases with a run, its queue, and answers to it.
struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { home: tempfile::tempdir().unwrap() };
        copy(&fixture("cases/planted"), &desk.path("planted"));
        desk.well(&desk.screen("run", &[]));
        let (run, queue) = (desk.text("run"), desk.text("queue.csv"));
        desk.well(&["queue".into(), run, "--out".into(), queue]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn screen(&self, run: &str, more: &[&str]) -> Vec<String> {
        let mut args = vec!["screen".to_owned(), self.text("planted/plots.geojson"), "--quiet".to_owned()];
        args.extend([
            "--catalog".to_owned(),
            self.text("planted/lindero.toml"),
            "--id".to_owned(),
            "codigo".to_owned(),
        ]);
        args.extend(["--out".to_owned(), self.text(run)]);
        args.extend(more.iter().map(|&arg| arg.to_owned()));
        args
    }

    #[track_caller]
    fn well(&self, args: &[String]) -> String {
        let output = common::run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Fills the queue in: plot, rule, answer.
    fn answer(&self, answers: &[(&str, &str, &str)]) {
        let mut rows = rows(&self.path("queue.csv"));
        for (plot, rule, answer) in answers {
            let row = rows.iter_mut().find(|row| row["plot_id"] == *plot && row["rule"] == *rule);
            let row = row.unwrap_or_else(|| panic!("no question {rule} about {plot}"));
            row.insert("answer".to_owned(), (*answer).to_owned());
            row.insert("evidence".to_owned(), "contract 12".to_owned());
            row.insert("who".to_owned(), "the desk".to_owned());
            row.insert("when".to_owned(), "2026-03-01".to_owned());
        }
        write(&self.path("answers.csv"), &rows);
    }

    /// What is decided of a plot with the answers: decision, by what, and what lapsed.
    fn decided(&self, run: &str, plot: &str) -> [String; 4] {
        let (from, answers, out) = (self.text(run), self.text("answers.csv"), self.text("decided.csv"));
        let args = ["decide", &from, "--policy", "eudr-2020", "--answers", &answers, "--out", &out];
        self.well(&args.map(str::to_owned));
        told(&self.path("decided.csv"), plot)
    }
}

/// The verdict and the three columns of answers of a plot.
fn told(table: &Path, plot: &str) -> [String; 4] {
    let row = rows(table).into_iter().find(|row| row["plot_id"] == plot).expect("the plot's row");
    ["verdict", "decision", "decided_by", "answers_lapsed"].map(|column| row[column].clone())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place)
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

fn rows(table: &Path) -> Vec<Row> {
    csv::Reader::from_path(table).unwrap().deserialize().map(Result::unwrap).collect()
}

fn write(table: &Path, rows: &[Row]) {
    let mut writer = csv::Writer::from_path(table).unwrap();
    writer.write_record(rows[0].keys()).unwrap();
    rows.iter().for_each(|row| writer.write_record(row.values()).unwrap());
    writer.flush().unwrap();
}

const STANDING: &str = "two-maps-forest-no-planting-year";
const CLEARED: &str = "two-maps-forest-planted-2022-and-cleared";
const PROTECTED: &str = "a-fifth-in-a-protected-area";

#[test]
fn answers_decide_beside_the_verdict_which_stays_and_survive_a_rerun() {
    let desk = Desk::new();
    desk.answer(&[(STANDING, "F2", "low"), (CLEARED, "L3", "low"), (CLEARED, "F2", "low"), (PROTECTED, "P1", "high")]);
    let by = |answers: &str| answers.to_owned();
    let told_now = "(contract 12, the desk, 2026-03-01)";
    let expected = [by("more_info"), by("low"), format!("F2 low {told_now}"), String::new()];
    assert_eq!(desk.decided("run", STANDING), expected);
    // L2 is no question: nobody answered it, and it stays high.
    let both = format!("L3 low {told_now}; F2 low {told_now}");
    assert_eq!(desk.decided("run", CLEARED), [by("high"), by("high"), both, String::new()]);
    assert_eq!(desk.decided("run", PROTECTED)[..2], [by("more_info"), by("high")]);
    // What nobody answered is decided as it was.
    assert_eq!(
        desk.decided("run", "inside-a-concession"),
        [by("more_info"), by("more_info"), String::new(), String::new()]
    );

    let answers = desk.text("answers.csv");
    desk.well(&desk.screen("again", &["--answers", &answers]));
    assert_eq!(told(&desk.path("again/plots.csv"), STANDING), expected);
    let manifest: Value = serde_json::from_slice(&std::fs::read(desk.path("again/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["answers"]["blake3"], blake3::hash(&std::fs::read(&answers).unwrap()).to_hex().as_str());
    // Without answers nothing is told of them.
    assert!(!rows(&desk.path("run/plots.csv"))[0].contains_key("decision"));
}

#[test]
fn an_answer_lapses_with_another_boundary_other_layers_and_a_question_that_is_asked_no_more() {
    let desk = Desk::new();
    desk.answer(&[(STANDING, "F2", "low"), (PROTECTED, "P1", "low")]);
    let lapsed = |desk: &Desk, run: &str, plot: &str| desk.decided(run, plot)[1..].to_vec();

    // Another boundary: one corner of the plot moves.
    let plots = desk.path("planted/plots.geojson");
    let mut features: Value = serde_json::from_slice(&std::fs::read(&plots).unwrap()).unwrap();
    let feature = features["features"].as_array_mut().unwrap().iter_mut().find(|f| f["id"] == STANDING).unwrap();
    let before = feature["geometry"]["coordinates"][0][1][0].as_f64().unwrap();
    feature["geometry"]["coordinates"][0][1][0] = (before - 1e-5).into();
    std::fs::write(&plots, features.to_string()).unwrap();
    desk.well(&desk.screen("moved", &[]));
    assert_eq!(lapsed(&desk, "moved", STANDING), ["more_info", "", "F2: the boundary is another"]);
    assert_eq!(lapsed(&desk, "moved", PROTECTED)[0], "low");

    // Other layers: a protected area gets a new name.
    let layer = desk.path("planted/layers/anp.geojson");
    let text = std::fs::read_to_string(&layer).unwrap();
    std::fs::write(&layer, text.replace("Reserva Plantada", "Reserva Nueva")).unwrap();
    desk.well(&desk.screen("other", &[]));
    assert_eq!(lapsed(&desk, "other", PROTECTED), ["more_info", "", "P1: the layers are others"]);

    // A planting year answers the question itself.
    let run = desk.text("run");
    let (answers, out) = (desk.text("answers.csv"), desk.text("decided.csv"));
    let args = [
        "decide",
        &run,
        "--policy",
        "eudr-2020",
        "--threshold",
        "standing_pct=100",
        "--answers",
        &answers,
        "--out",
        &out,
    ];
    desk.well(&args.map(str::to_owned));
    assert_eq!(told(&desk.path("decided.csv"), STANDING)[1..], ["low", "", "F2: it is not asked any more"]);
}

#[test]
fn what_is_wrong_with_answers_is_told_with_its_row() {
    let desk = Desk::new();
    for (column, value, message) in [
        ("rule", "F9", "row 1: \"F9\" is no rule of policy eudr-2020; did you mean F1?"),
        ("answer", "maybe", "row 1: the answer \"maybe\" is none of low, more_info and high"),
        ("content_id", "", "row 1: it answers, and has no content_id"),
    ] {
        let mut rows = rows(&desk.path("queue.csv"));
        rows[0].insert("answer".to_owned(), "low".to_owned());
        rows[0].insert(column.to_owned(), value.to_owned());
        write(&desk.path("answers.csv"), &rows);
        refused(&desk, message);
    }
    std::fs::write(desk.path("answers.csv"), "plot_id,rule,answer\nA,F2,low\n").unwrap();
    refused(&desk, "has no column \"content_id\"");
}

#[track_caller]
fn refused(desk: &Desk, message: &str) {
    let (run, answers, out) = (desk.text("run"), desk.text("answers.csv"), desk.text("decided.csv"));
    let output = common::run(["decide", &run, "--policy", "eudr-2020", "--answers", &answers, "--out", &out]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(message), "{errors}");
}
