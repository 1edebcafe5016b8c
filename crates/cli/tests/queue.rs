//! `lindero queue`: the questions of a run, as a list, for a phone, and on paper.

mod common;

use common::fixture;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;

/// A run of the planted cases with a queue of its questions.
struct Queued {
    home: TempDir,
    text: String,
}

type Row = BTreeMap<String, String>;

impl Queued {
    fn of(more: &[&str], files: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let run = home.path().join("run").display().to_string();
        let (plots, catalog) = (fixture("cases/planted/plots.geojson"), fixture("cases/planted/lindero.toml"));
        let (plots, catalog) = (plots.display().to_string(), catalog.display().to_string());
        let screened = common::run(["screen", &plots, "--catalog", &catalog, "--out", &run, "--id", "codigo"]);
        assert!(screened.status.success(), "{}", String::from_utf8_lossy(&screened.stderr));
        let mut args = vec!["queue".to_owned(), run];
        args.extend(more.iter().map(|&arg| arg.to_owned()));
        for file in files {
            args.extend(["--out".to_owned(), home.path().join(file).display().to_string()]);
        }
        let output = common::run(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        Self { home, text: String::from_utf8(output.stdout).unwrap() }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.home.path().join(file)
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn rows(&self, file: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.path(file)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }
}

#[test]
fn every_finding_that_somebody_can_answer_is_a_question_and_no_other() {
    let queued = Queued::of(&[], &["queue.csv"]);
    let questions: Vec<(String, String)> =
        queued.rows("queue.csv").into_iter().map(|row| (row["row"].clone(), row["rule"].clone())).collect();
    let mut expected: Vec<(String, String)> = Vec::new();
    for row in queued.rows("run/plots.csv") {
        let asks = |code: &&str| !code.is_empty() && !["L1", "L2", "N1", "N2", "N3", "N4", "N5"].contains(code);
        let codes = row["findings"].split(';').filter(asks);
        expected.extend(codes.map(|code| (row["row"].clone(), code.trim_end_matches('?').to_owned())));
    }
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    assert!(expected.len() > 30, "{expected:?}");
    assert_eq!(sorted(questions), sorted(expected.clone()));
    assert!(queued.text.starts_with(&format!("{} questions about ", expected.len())), "{}", queued.text);
}

#[test]
fn a_list_has_what_is_asked_in_spanish_what_would_answer_it_and_room_for_the_answer() {
    let rows = Queued::of(&["--ask", "document"], &["queue.csv"]).rows("queue.csv");
    assert!(rows.iter().all(|row| row["ask"] == "document"));
    let row = rows.iter().find(|row| row["plot_id"] == "two-maps-forest-no-planting-year").expect("a question");
    assert_eq!(row["rule"], "F2");
    assert!(row["question_es"].ends_with("¿cuándo se sembró el cacao?"), "{}", row["question_es"]);
    assert!(row["answered_by"].contains("planted_year of at most 2020 (is unknown)"), "{}", row["answered_by"]);
    assert_eq!(["answer", "evidence", "who", "when"].map(|column| row[column].as_str()), [""; 4]);
    assert_eq!((row["layers_id"].len(), row["content_id"].len()), (32, 32));
}

/// The loss beside the plot `neighbours-clearing-along-one-side` is drawn on cells of 0.00025 degrees; those of the analysis
/// are 0.0001 / 1.2 degrees, so every cell in doubt lies in a cell of loss and touches the plot.
#[test]
fn cells_in_doubt_are_those_of_the_loss_on_the_plot() {
    let queued = Queued::of(&["--ask", "desk"], &["queue.kml", "queue.csv"]);
    let rows = queued.rows("queue.csv");
    let edge = rows.iter().find(|row| row["plot_id"] == "neighbours-clearing-along-one-side").expect("a question");
    let kml = queued.text("queue.kml");
    let cells = kml.split("<name>neighbours-clearing-along-one-side L4 ?</name>").nth(1).expect("cells");
    let cells = &cells[..cells.find("</Placemark>").unwrap()];
    assert_eq!(cells.matches("<Polygon>").count().to_string(), edge["cells"]);
    let corners: Vec<[f64; 2]> = cells
        .split("<coordinates>")
        .skip(1)
        .flat_map(|ring| ring[..ring.find('<').unwrap()].split(' '))
        .map(|place| {
            let (lon, lat) = place.split_once(',').unwrap();
            [lon.parse().unwrap(), lat.parse().unwrap()]
        })
        .collect();
    // The plot reaches from -76.25902 to -76.257875, the loss begins at -76.258 and goes on to its east.
    assert!(corners.iter().all(|[lon, _]| (-76.258_001..=-76.257_8).contains(lon)), "{corners:?}");
    assert!(corners.iter().all(|[_, lat]| (-9.964_1..=-9.962_9).contains(lat)), "{corners:?}");
}

#[test]
fn questions_are_grouped_by_a_column_and_a_plot_is_walked_once() {
    let queued = Queued::of(&["--by", "anio_siembra"], &["queue.gpx", "queue.kml", "queue.html"]);
    assert!(queued.text("queue.kml").contains("<Folder><name>document · 2022</name>"));
    let gpx = queued.text("queue.gpx");
    let walked = gpx.matches("<trk><name>two-maps-forest-planted-2022-and-cleared</name>").count();
    assert_eq!((walked, gpx.matches("<wpt ").count() > 30), (1, true));
    let html = queued.text("queue.html");
    assert_eq!(html.matches("<h1>Parcela purma-cleared-twice</h1>").count(), 1);
    assert!(html.matches("Respuesta").count() > 30 && !html.contains("http"), "a page has lines and no address");
}

#[test]
fn a_page_says_in_spanish_where_the_verdict_depends_on_where_the_plot_lies() {
    let home = tempfile::tempdir().unwrap();
    let (plots, catalog) = (fixture("cases/planted/plots.geojson"), fixture("cases/planted/lindero.toml"));
    let (plots, catalog) = (plots.display().to_string(), catalog.display().to_string());
    let [run, html] = ["run", "queue.html"].map(|name| home.path().join(name).display().to_string());
    let screen = ["screen", &plots, "--catalog", &catalog, "--out", &run, "--id", "codigo", "--position-error", "8m"];
    for args in [&screen[..], &["queue", &run, "--out", &html]] {
        let output = common::run(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let html = std::fs::read_to_string(html).unwrap();
    let page = html.split("<h1>").find(|page| page.starts_with("Parcela two-maps-forest-planted-2022-and-cleared<"));
    let page = page.expect("a page");
    // 59.375 % of 32 copies.
    let sentence = "Movida por el error de posición de 8 m, la parcela conserva su resultado en solo 19 de 32 casos: ";
    assert!(page.contains(sentence), "{page}");
    assert!(html.matches("Movida por el error").count() < html.matches("<h1>").count() / 4, "said of few plots");
}

#[test]
fn a_run_that_is_not_there_is_told() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = home.path().join("nowhere").display().to_string();
    for args in [&["queue", &nowhere][..], &["explain", &nowhere, "A"], &["report", &nowhere]] {
        let output = common::run(args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && errors.contains("there is no"), "{args:?}: {errors}");
    }
}

#[test]
fn a_wrong_column_or_ending_is_told() {
    let queued = Queued::of(&[], &[]);
    let run = queued.path("run").display().to_string();
    for (args, message) in [
        (["--by", "anio_siembr"], "did you mean \"anio_siembra\"?"),
        (["--out", "queue.xls"], "give a name that ends in .csv"),
    ] {
        let output = common::run(["queue", &run].into_iter().chain(args));
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains(message), "{errors}");
    }
}
