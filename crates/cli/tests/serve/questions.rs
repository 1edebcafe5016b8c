//! The work queue over HTTP: the questions of `lindero queue`, answers that are kept, and what `lindero decide` makes of them.

use crate::client::{Answer, ask};
use crate::common;
use crate::service::Service;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const STANDING: &str = "two-maps-forest-no-planting-year";

/// The planted cases, screened by the service and on the command line.
struct Desk {
    service: Service,
    id: String,
    data: TempDir,
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let catalog = common::fixture("cases/planted/lindero.toml");
        let service = Service::of(&catalog, &["--data", &data.path().display().to_string()]);
        let id = screened(&service, &[("id", "codigo")]);
        let desk = Self { service, id, data, home };
        let plots = common::fixture("cases/planted/plots.geojson").display().to_string();
        desk.run(&[
            "screen",
            &plots,
            "--catalog",
            &catalog.display().to_string(),
            "--id",
            "codigo",
            "--out",
            &desk.text("run"),
        ]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    #[track_caller]
    fn run(&self, args: &[&str]) {
        let output = common::run(args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn get(&self, path: &str) -> Answer {
        self.service.get(&format!("/screenings/{}/{path}", self.id))
    }

    fn post(&self, kind: &str, body: &[u8]) -> Answer {
        let path = format!("/screenings/{}/answers", self.id);
        ask(self.service.address, "POST", &path, &[("Content-Type", kind)], body)
    }

    fn give(&self, answers: &Value) -> Answer {
        self.post("application/json", answers.to_string().as_bytes())
    }

    fn question(&self, plot: &str, rule: &str) -> Value {
        let told = self.get(&format!("questions?plot={plot}&cells=true")).json();
        let mut questions = told["questions"].as_array().unwrap().iter();
        questions.find(|question| question["rule"] == rule).unwrap_or_else(|| panic!("{told}")).clone()
    }

    fn answer(&self, plot: &str, rule: &str, answer: &str) -> Value {
        let content = self.question(plot, rule)["content_id"].clone();
        json!({ "plot_id": plot, "content_id": content, "rule": rule, "answer": answer, "evidence": "contract 12",
            "who": "the desk", "when": "2026-03-01" })
    }
}

/// The id of a screening of the planted cases that is done.
fn screened(service: &Service, fields: &[(&str, &str)]) -> String {
    let plots = std::fs::read(common::fixture("cases/planted/plots.geojson")).unwrap();
    let answer = service.post_file("/screenings", "plots.geojson", &plots, fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn rows(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_questions_are_those_of_the_command_line_in_every_form() {
    let desk = Desk::new();
    let forms = ["queue.csv", "queue.kml", "queue.gpx", "queue.html"];
    let files = forms.map(|form| desk.text(form));
    let mut args = vec!["queue".to_owned(), desk.text("run")];
    args.extend(files.iter().flat_map(|file| ["--out".to_owned(), file.clone()]));
    desk.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    for form in forms {
        let theirs = std::fs::read(desk.path(form)).unwrap();
        assert!(desk.get(&format!("questions/{form}")).body == theirs, "{form} differs");
    }
    let rows = rows(&desk.path("queue.csv"));
    let told = desk.get("questions").json();
    let questions = told["questions"].as_array().unwrap();
    assert_eq!(questions.len(), rows.len());
    for (question, row) in questions.iter().zip(&rows) {
        for column in ["ask", "plot_id", "content_id", "rule", "found"] {
            assert_eq!(question[column], row[column].as_str(), "{column}");
        }
        assert_eq!((&question["cells"], &question["answer"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(told["layers_id"], rows[0]["layers_id"].as_str());
    let of_documents = desk.get("questions?ask=document").json();
    let expected = rows.iter().filter(|row| row["ask"] == "document").count();
    assert_eq!(of_documents["questions"].as_array().unwrap().len(), expected);
    assert!(desk.get("questions?ask=phone").problem(400).contains("phone"));
    assert!(desk.get("questions?by=anio_siembr").problem(422).contains("did you mean \"anio_siembra\"?"));
    desk.get("questions/queue.xls").problem(404);
}

#[test]
fn the_cells_of_a_question_are_those_of_the_list() {
    let desk = Desk::new();
    let question = desk.question("neighbours-clearing-along-one-side", "L4");
    desk.run(&["queue", &desk.text("run"), "--out", &desk.text("queue.csv")]);
    let rows = rows(&desk.path("queue.csv"));
    let row = rows.iter().find(|row| row["plot_id"] == "neighbours-clearing-along-one-side" && row["rule"] == "L4");
    let cells = question["cells"]["coordinates"].as_array().unwrap();
    assert_eq!(cells.len().to_string(), row.unwrap()["cells"]);
    // The plot reaches from -76.25902 to -76.257875, the loss begins at -76.258.
    let west = cells[0][0][0][0].as_f64().unwrap();
    assert!((-76.258_001..=-76.257_8).contains(&west), "{west}");
}

#[test]
fn answers_decide_beside_the_verdict_as_on_the_command_line_and_outlive_the_service() {
    let desk = Desk::new();
    let told = desk.give(&json!([desk.answer(STANDING, "F2", "high")])).json();
    assert_eq!(told["decisions"][0]["decision"], "high");
    // A second answer to the same question takes the place of the first.
    let told = desk.give(&json!([desk.answer(STANDING, "F2", "low")])).json();
    let decision = &told["decisions"][0];
    assert_eq!((&decision["plot_id"], &decision["verdict"]), (&json!(STANDING), &json!("more_info")));
    assert_eq!(decision["decision"], "low");
    assert_eq!(decision["decided_by"], "F2 low (contract 12, the desk, 2026-03-01)");
    assert_eq!(told["answers"].as_array().unwrap().len(), 1);
    assert_eq!(desk.question(STANDING, "F2")["answer"]["who"], "the desk");

    // The command line makes the same of the file of answers.
    let (answers, decided) = (desk.path("answers.csv"), desk.path("decided.csv"));
    std::fs::write(&answers, desk.get("answers/answers.csv").body).unwrap();
    let args = ["--answers", &desk.text("answers.csv"), "--out", &desk.text("decided.csv")];
    desk.run(&[&["decide", &desk.text("run"), "--policy", "eudr-2020"][..], &args].concat());
    assert!(desk.get("answers/decided.csv").body == std::fs::read(&decided).unwrap(), "the tables differ");
    let row = rows(&decided).into_iter().find(|row| row["plot_id"] == STANDING).unwrap();
    assert_eq!((row["verdict"].as_str(), row["decision"].as_str()), ("more_info", "low"));
    assert!(desk.get("answers/decided.parquet").body.starts_with(b"PAR1"));
    desk.get("answers/decided.xlsx").problem(404);

    // The list of the command line, filled in, is answers too.
    desk.run(&["queue", &desk.text("run"), "--out", &desk.text("queue.csv")]);
    let list = std::fs::read_to_string(desk.path("queue.csv")).unwrap();
    let filled: String = list
        .lines()
        .map(|line| {
            if line.contains("a-fifth-in-a-protected-area,") {
                format!("{},high,,,,\n", line.trim_end_matches(','))
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let told = desk.post("text/csv", filled.as_bytes()).json();
    assert_eq!(told["answers"].as_array().unwrap().len(), 2, "{told}");

    // Killed and started again, and then given along with the plots of another screening.
    let Desk { service, id, data, home } = desk;
    service.kill();
    let service =
        Service::of(&common::fixture("cases/planted/lindero.toml"), &["--data", &data.path().display().to_string()]);
    let desk = Desk { service, id, data, home };
    assert_eq!(desk.get("answers").json(), told);
    // Taken back.
    let mut back = desk.answer(STANDING, "F2", "low");
    back["answer"] = Value::Null;
    let told = desk.give(&json!([back])).json();
    assert_eq!(told["answers"].as_array().unwrap().len(), 1);
}

#[test]
fn answers_that_cannot_be_used_are_told_and_change_nothing() {
    let desk = Desk::new();
    let with = |key: &str, value: &str| {
        let mut answer = desk.answer(STANDING, "F2", "low");
        answer[key] = json!(value);
        desk.give(&json!([answer]))
    };
    assert!(with("rule", "F9").problem(422).contains("\"F9\" is no rule of policy eudr-2020; did you mean F1?"));
    assert!(with("content_id", "").problem(422).contains("it has no content_id"));
    assert!(with("plot_id", "nobody's").problem(422).contains("this screening has no plot \"nobody's\""));
    assert!(with("answer", "maybe").problem(400).contains("maybe"));
    assert!(desk.give(&json!({ "plot_id": "A" })).problem(400).contains("the answers cannot be understood"));
    assert!(
        desk.post("text/csv", b"plot_id,rule,answer\nA,F2,low\n").problem(422).contains("no column \"content_id\"")
    );
    assert!(desk.post("text/plain", b"x").problem(400).contains("as application/json"));
    assert_eq!(desk.get("answers").json(), json!({ "answers": [], "decisions": [] }));
}
