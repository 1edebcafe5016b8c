//! What the service says of plots is what the command line says, to the byte.

use crate::client::{ask, form_of};
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
fn regions_presets_policies_and_thresholds_are_told_alike() {
    let (plots, regions) = (common::fixture("landscape/plots.geojson"), common::fixture("landscape/regions.geojson"));
    let line = "--id codigo --region-name distrito --preset zomer --threshold touch_ha=0.05 --threshold whole_ha=0.1 --group cooperativa";
    let mut more: Vec<&str> = line.split(' ').collect();
    let path = regions.display().to_string();
    more.extend(["--regions", &path, "--policy", "eudr-2020"]);
    let (_folder, run) = run_of(&plots, &more);
    let service = Service::start(&[]);
    let read = |path: &Path| std::fs::read(path).unwrap();
    let files = [("file", "plots.geojson", &*read(&plots)), ("regions", "districts.geojson", &*read(&regions))];
    let fields = [("id", "codigo"), ("region_name", "distrito"), ("preset", "zomer"), ("group", "cooperativa")];
    let more = [("threshold", "touch_ha=0.05"), ("threshold", "whole_ha=0.1"), ("policy", "eudr-2020")];
    let (kind, body) = form_of(&files, &[&fields[..], &more].concat());
    let answer = ask(service.address, "POST", "/screenings", &[("Content-Type", &kind)], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = answer.json();
    let id = told["id"].as_str().unwrap();
    for table in TABLES.iter().chain(&["regions.csv", "regions.geojson", "presets.json", "policy.toml"]) {
        assert!(service.file(id, table) == read(&run.join(table)), "{table} differs");
    }
    assert!(told["plots"]["features"][0]["properties"]["region"].is_string());
    let json = |bytes: &[u8]| -> serde_json::Value { serde_json::from_slice(bytes).unwrap() };
    let (ours, theirs) = (json(&service.file(id, "manifest.json")), json(&read(&run.join("manifest.json"))));
    assert_eq!(ours["regions"][0]["blake3"], theirs["regions"][0]["blake3"]);
    assert_eq!(ours["regions"][0]["path"], "districts.geojson");
    for same in ["thresholds", "preset", "region_name", "group", "policy"] {
        assert_eq!(ours["parameters"][same], theirs["parameters"][same], "{same}");
    }
    // The report, the story and the questions of such a screening are of its own policy.
    assert_eq!(service.get(&format!("/screenings/{id}/files/report.html")).status, 200);
    assert_eq!(service.get(&format!("/screenings/{id}/questions?ask=desk&cells=true&plot=x")).status, 200);
}

#[test]
fn answers_that_come_with_the_plots_decide_beside_the_verdict() {
    let (plots, catalog) =
        (common::fixture("cases/planted/plots.geojson"), common::fixture("cases/planted/lindero.toml"));
    let home = tempfile::tempdir().unwrap();
    let text = |name: &str| home.path().join(name).display().to_string();
    let screen = |out: &str, more: &[&str]| {
        let (plots, catalog) = (plots.display().to_string(), catalog.display().to_string());
        let args = [&["screen", &plots, "--catalog", &catalog, "--id", "codigo", "--out", out][..], more].concat();
        let output = common::run(args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    screen(&text("run"), &[]);
    let mut table = csv::Reader::from_path(home.path().join("run/plots.csv")).unwrap();
    let rows: Vec<std::collections::BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| row["findings"] == "F2").expect("a plot with one question");
    let answers = format!("plot_id,content_id,rule,answer\n{},{},F2,low\n", row["plot_id"], row["content_id"]);
    std::fs::write(home.path().join("answers.csv"), &answers).unwrap();
    screen(&text("again"), &["--answers", &text("answers.csv")]);

    let service = Service::of(&catalog, &[]);
    let file = std::fs::read(&plots).unwrap();
    let (kind, body) = form_of(
        &[("answers", "answers.csv", answers.as_bytes()), ("file", "plots.geojson", &file)],
        &[("id", "codigo")],
    );
    let told = ask(service.address, "POST", "/screenings", &[("Content-Type", &kind)], &body).json();
    let id = told["id"].as_str().unwrap();
    for table in TABLES {
        assert!(
            service.file(id, table) == std::fs::read(home.path().join("again").join(table)).unwrap(),
            "{table} differs"
        );
    }
    let kept = service.get(&format!("/screenings/{id}/answers")).json();
    assert_eq!(
        (&kept["answers"][0]["plot_id"], &kept["decisions"][0]["decision"]),
        (&row["plot_id"].as_str().into(), &"low".into())
    );
}

#[test]
fn regions_and_policies_that_cannot_be_used_are_told_at_once() {
    let service = Service::start(&[]);
    let plot = crate::service::one_plot("A", 0);
    let regions = std::fs::read(common::fixture("landscape/regions.geojson")).unwrap();
    let refused = |regions: &[u8], fields: &[(&str, &str)]| {
        let (kind, body) =
            form_of(&[("file", "a.geojson", plot.as_bytes()), ("regions", "r.geojson", regions)], fields);
        ask(service.address, "POST", "/screenings", &[("Content-Type", &kind)], &body).problem(422)
    };
    assert!(refused(&regions, &[]).contains("name the column with a region's name"));
    assert!(refused(&regions, &[("region_name", "district")]).contains("r.geojson\" has no column \"district\""));
    assert!(refused(b"{}", &[("region_name", "distrito")]).contains("r.geojson"));
    let of = |options: &str| service.post(&format!("/screenings?{options}"), plot.as_bytes()).problem(422);
    assert!(of("policy=/etc/passwd").contains("none of the shipped policies: eudr-2020"));
    assert!(of("preset=cacao").contains("none of the shipped presets"));
    assert!(of("threshold=touch_h=1").contains("touch_ha"));
    assert!(of("region_name=distrito").contains("send them as a file named regions"));
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
    let (_folder, run) = run_of(&plots, &["--report"]);
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
