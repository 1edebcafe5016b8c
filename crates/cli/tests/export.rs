//! `lindero export`, from its arguments to the files that a due diligence statement takes.

mod common;

use common::{fixture, shared};
use lindero_testkit::SplitMix64;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// An export that is thrown away with this.
struct Exported {
    home: TempDir,
    place: PathBuf,
    output: Output,
}

type Row = BTreeMap<String, String>;

impl Exported {
    fn of(from: &Path, more: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("eudr");
        let (from, to) = (from.display().to_string(), place.display().to_string());
        let mut args = vec!["export", &from, "--eudr", &to];
        args.extend(more);
        let output = common::run(args);
        Self { home, place, output }
    }

    /// Of features with these properties and geometries.
    fn of_features(features: &[(Value, Value)], more: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let plots = home.path().join("plots.geojson");
        write_plots(&plots, features);
        Self::of(&plots, more)
    }

    #[track_caller]
    fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(code), "{}", self.errors());
        self
    }

    fn errors(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.place.join(name)).unwrap()).unwrap()
    }

    fn features(&self, file: usize) -> Vec<Value> {
        self.json(&format!("eudr-{file}.geojson"))["features"].as_array().unwrap().clone()
    }

    fn rows(&self) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.place.join("export.csv")).unwrap();
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |record: csv::StringRecord| columns.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        reader.records().map(|record| row(record.unwrap())).collect()
    }

    /// Names of all files.
    fn files(&self) -> Vec<String> {
        common::files_below(&self.place)
            .iter()
            .map(|path| path.strip_prefix(&self.place).unwrap().display().to_string())
            .collect()
    }
}

fn write_plots(path: &Path, features: &[(Value, Value)]) {
    let features: Vec<Value> = features
        .iter()
        .map(|(properties, geometry)| json!({"type": "Feature", "properties": properties, "geometry": geometry}))
        .collect();
    std::fs::write(path, json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
}

fn ring(x: f64, y: f64, size: f64) -> Value {
    json!([[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]])
}

/// A square field of about four hectares a 500th of a degree.
fn field(x: f64, y: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [ring(x, y, 0.002)]})
}

fn point(x: f64, y: f64) -> Value {
    json!({"type": "Point", "coordinates": [x, y]})
}

#[test]
fn plots_of_one_producer_are_one_file_in_their_order() {
    let export = Exported::of_features(
        &[
            (json!({"place": "Tingo María", "Area": 2.5}), point(-76.123_456_7, -9.3)),
            (json!({"place": null, "Area": null}), field(-76.0, -9.3)),
            (json!({"place": " Ñeque ", "Area": null}), point(-76.0, -9.3)),
        ],
        &["--place-field", "place", "--country", "PE"],
    )
    .ends_with(0);
    assert_eq!(export.files(), ["eudr-1.geojson", "export.csv", "summary.json"]);
    let features = export.features(1);
    assert_eq!(
        features[0],
        json!({
            "type": "Feature",
            "properties": {"ProducerCountry": "PE", "ProductionPlace": "Tingo María", "Area": 2.5},
            "geometry": {"type": "Point", "coordinates": [-76.123_456, -9.3]},
        })
    );
    assert_eq!(features[1]["properties"], json!({"ProducerCountry": "PE", "Area": 4.860_6}));
    assert_eq!(features[2]["properties"], json!({"ProducerCountry": "PE", "ProductionPlace": "Ñeque"}));
    let rows = export.rows();
    assert!(rows.iter().all(|row| row["status"] == "written" && row["file"] == "eudr-1.geojson"));
    assert_eq!(rows.iter().map(|row| row["feature"].as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
}

#[test]
fn typed_areas_of_points_are_read_as_everywhere() {
    let typed = ["0,5 ha", "5.000 m2", "0.5", "1 acre", "half a hectare", "-1"];
    let features: Vec<_> =
        (0..).zip(typed).map(|(index, area)| (json!({"Area": area}), point(-76.0, -9.3 + f64::from(index)))).collect();
    let export = Exported::of_features(&features, &[]).ends_with(1);
    let areas: Vec<f64> =
        export.features(1).iter().map(|feature| feature["properties"]["Area"].as_f64().unwrap()).collect();
    assert_eq!(areas[..3], [0.5; 3]);
    assert!((areas[3] - 0.404_685_642_24).abs() < 1e-4, "{}", areas[3]);
    let rows = export.rows();
    let codes: Vec<&str> = rows.iter().map(|row| row["code"].as_str()).collect();
    assert_eq!(codes[4..], ["EUDR_COMMODITIES_PRODUCER_GEO_AREA_INVALID"; 2]);
    assert!(rows[4]["why"].contains("half a hectare"), "{}", rows[4]["why"]);
}

#[test]
fn plots_of_several_producers_are_grouped_and_have_their_country() {
    let plot = |producer: &str, country: Value, x: f64| (json!({"who": producer, "cc": country}), field(x, -9.3));
    let export = Exported::of_features(
        &[
            plot("José Ñahui", json!("PE"), -76.0),
            plot("Rosa", json!("EC"), -76.1),
            plot("José Ñahui", json!("PE"), -76.2),
            plot("Rosa", json!("Perú"), -76.3),
            plot("Rosa", json!(null), -76.4),
        ],
        &["--producer-field", "who", "--country-field", "cc", "--lang", "es"],
    )
    .ends_with(1);
    let names: Vec<Value> = export.features(1).iter().map(|it| it["properties"]["ProducerName"].clone()).collect();
    assert_eq!(names, ["José Ñahui", "José Ñahui", "Rosa"]);
    let rows = export.rows();
    assert_eq!(rows.iter().map(|row| row["feature"].as_str()).collect::<Vec<_>>(), ["0", "2", "1", "", ""]);
    for row in &rows[3..] {
        assert_eq!(
            (row["status"].as_str(), row["code"].as_str()),
            ("left_out", "EUDR_COMMODITITY_PRODUCER_COUNTRY_CODE_INVALID")
        );
    }
    assert!(rows[3]["why"].contains("\"Perú\" no es un código"), "{}", rows[3]["why"]);
    let summary = export.json("summary.json");
    assert_eq!(summary["summary"]["producers"], 2);
    assert_eq!(summary["summary"]["left_out_by_code"], json!({"EUDR_COMMODITITY_PRODUCER_COUNTRY_CODE_INVALID": 2}));
}

#[test]
fn a_plot_with_a_hole_is_written_in_parts_and_a_broken_one_is_left_out_with_its_code() {
    let holed = json!({"type": "Polygon", "coordinates": [ring(-76.0, -9.3, 0.01), ring(-75.996, -9.296, 0.002)]});
    let bow_tie =
        json!({"type": "Polygon", "coordinates": [[[-76, -9], [-75.9, -8.9], [-75.9, -9], [-76, -8.9], [-76, -9]]]});
    let line = json!({"type": "LineString", "coordinates": [[-76, -9], [-75, -9]]});
    let features = [holed, bow_tie, line, Value::Null, field(-76.0, -9.2), point(-76.0, -9.0)];
    let features: Vec<_> = features.into_iter().map(|geometry| (json!({"Area": 5}), geometry)).collect();
    let export = Exported::of_features(&features, &[]).ends_with(1);
    let rows = export.rows();
    let codes: Vec<&str> = rows.iter().map(|row| row["code"].as_str()).collect();
    assert_eq!(
        codes,
        [
            "",
            "EUDR_COMMODITIES_PRODUCER_GEO_POLYGON_INVALID",
            "EUDR_COMMODITIES_PRODUCER_GEO_INVALID_GEOMETRY",
            "EUDR_COMMODITIES_PRODUCER_GEO_EMPTY",
            "",
            "EUDR_COMMODITIES_PRODUCER_GEO_AREA_INVALID",
        ]
    );
    assert!(rows.iter().all(|row| row["code"].is_empty() == row["why"].is_empty()));
    assert_eq!((rows[0]["features"].as_str(), rows[0]["parts"].as_str(), rows[4]["feature"].as_str()), ("2", "2", "2"));
    let written = export.features(1);
    assert!(written.iter().all(|it| it["geometry"]["type"] == "Polygon"));
    assert!(written.iter().all(|it| it["geometry"]["coordinates"].as_array().unwrap().len() == 1));
    let area: f64 = written[..2].iter().map(|it| it["properties"]["Area"].as_f64().unwrap()).sum();
    assert!((area - rows[0]["area_ha"].parse::<f64>().unwrap()).abs() < 2e-4, "{area}");
}

#[test]
fn a_condition_selects_and_what_it_does_not_know_is_left_out() {
    let plot = |lot: Value, x: f64| (json!({"lot": lot, "bags": 3}), field(x, -9.3));
    let features = [plot(json!("A"), -76.0), plot(json!("B"), -76.1), plot(Value::Null, -76.2)];
    let export = Exported::of_features(&features, &["--where", "lot == 'A' && bags > 2"]).ends_with(1);
    let statuses: Vec<String> = export.rows().into_iter().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses, ["written", "not_selected", "left_out"]);
    assert_eq!(export.rows()[2]["code"], "condition_unknown");
    Exported::of_features(&features, &["--where", "known(lot) && lot == 'A'"]).ends_with(0);
}

#[test]
fn what_cannot_be_run_is_told_and_leaves_nothing() {
    let refused = |more: &[&str], said: &[&str]| {
        let export = Exported::of_features(&[(json!({"lot": "A"}), field(-76.0, -9.3))], more).ends_with(2);
        for said in said {
            assert!(export.errors().contains(said), "{said:?} is not in {}", export.errors());
        }
        assert!(std::fs::read_dir(export.home.path()).unwrap().next().is_none(), "something was left");
    };
    refused(&["--only", "low"], &["--only", "run folder"]);
    refused(&["--only", "high"], &["low"]);
    refused(&["--where", "lott == 'A'"], &["--where", "column 1", "did you mean \"lot\"?"]);
    refused(&["--where", "lot"], &["--where", "condition"]);
    refused(&["--country", "pe"], &["--country", "\"pe\"", "PE"]);
    refused(&["--producer-field", "lot"], &["--producer-field", "--country"]);
    refused(&["--producer-field", "lots", "--country", "PE"], &["lots", "did you mean \"lot\"?"]);
    refused(&["--country", "PE", "--country-field", "lot"], &["--country"]);
    let folder = tempfile::tempdir().unwrap();
    assert!(Exported::of(folder.path(), &[]).ends_with(2).errors().contains("plots.parquet"));
}

#[test]
fn an_export_replaces_an_export_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let (plots, place) = (home.path().join("plots.geojson"), home.path().join("eudr"));
    write_plots(&plots, &[(json!({}), field(-76.0, -9.3))]);
    let export = || {
        let [plots, place] = [&plots, &place].map(|path| path.display().to_string());
        common::run(["export", &plots, "--eudr", &place])
    };
    assert_eq!(export().status.code(), Some(0));
    std::fs::write(place.join("eudr-9.geojson"), "of an earlier export").unwrap();
    assert_eq!(export().status.code(), Some(0));
    assert!(!place.join("eudr-9.geojson").exists());
    std::fs::remove_file(place.join("export.csv")).unwrap();
    std::fs::write(place.join("manifest.json"), "{}").unwrap();
    let output = export();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no export of lindero"));
    assert!(place.join("manifest.json").exists());
}

/// Random fields, some with a pond, of so many producers. A corner should be many millionths of a degree from the next.
fn many(plots: usize, producers: usize, corners: usize, radius: f64) -> Vec<(Value, Value)> {
    let mut rng = SplitMix64::new(7);
    (0..plots)
        .map(|index| {
            let centre = [rng.between(-77.0, -75.0), rng.between(-11.0, -9.0)];
            let polygons = lindero_testkit::random_star_with_hole(&mut rng, centre, radius, corners);
            let rings = if index % 5 == 0 { &polygons[0][..] } else { &polygons[0][..1] };
            let producer = format!("Productor {:04}", index % producers);
            (json!({"producer": producer}), json!({"type": "Polygon", "coordinates": rings}))
        })
        .collect()
}

const PRODUCERS: [&str; 4] = ["--producer-field", "producer", "--country", "PE"];

#[test]
fn a_file_has_at_most_a_thousand_producers() {
    let export = Exported::of_features(&many(2_500, 2_050, 5, 0.002), &PRODUCERS).ends_with(0);
    let files = export.json("summary.json")["summary"]["files"].as_array().unwrap().clone();
    assert_eq!(files.iter().map(|file| file["producers"].as_u64().unwrap()).collect::<Vec<_>>(), [1000, 1000, 50]);
    let names = |file: usize| -> Vec<String> {
        export.features(file).iter().map(|it| it["properties"]["ProducerName"].as_str().unwrap().to_owned()).collect()
    };
    let (first, second) = (names(1), names(2));
    assert!(first.iter().all(|name| !second.contains(name)), "a producer is in two files");
    // Each row says where its plot is.
    let files: Vec<Vec<Value>> = (1..=3).map(|file| export.features(file)).collect();
    for row in export.rows() {
        let file: usize = row["file"].trim_start_matches("eudr-").trim_end_matches(".geojson").parse().unwrap();
        let feature = &files[file - 1][row["feature"].parse::<usize>().unwrap()];
        let producer = format!("Productor {:04}", row["row"].parse::<usize>().unwrap() % 2_050);
        assert_eq!(feature["properties"]["ProducerName"], producer);
    }
}

#[test]
fn no_file_is_over_25_megabytes() {
    let export = Exported::of_features(&many(3_000, 3, 500, 0.05), &PRODUCERS).ends_with(0);
    let files = export.json("summary.json")["summary"]["files"].as_array().unwrap().clone();
    assert!(files.len() > 2, "{files:?}");
    for file in &files {
        let bytes = std::fs::metadata(export.place.join(file["name"].as_str().unwrap())).unwrap().len();
        assert_eq!(Some(bytes), file["bytes"].as_u64());
        assert!(bytes <= 25_000_000, "{bytes}");
    }
    assert_eq!(export.rows().len(), 3_000);
}

#[test]
fn equal_exports_are_equal_to_the_byte_with_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let plots = home.path().join("plots.geojson");
    write_plots(&plots, &many(1_500, 40, 12, 0.002));
    let with = |threads: &str| {
        let mut args = PRODUCERS.to_vec();
        args.extend(["--threads", threads]);
        Exported::of(&plots, &args).ends_with(0)
    };
    let (one, three) = (with("1"), with("3"));
    assert_eq!(one.files(), three.files());
    for name in one.files() {
        let read = |export: &Exported| std::fs::read(export.place.join(&name)).unwrap();
        assert!(read(&one) == read(&three), "{name} differs");
    }
}

#[test]
fn of_a_run_only_plots_with_a_low_verdict_are_written() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    let text = |path: &Path| path.display().to_string();
    let (plots, catalog) = (fixture("landscape/plots.geojson"), fixture("landscape/lindero.toml"));
    let args = ["screen", &text(&plots), "--catalog", &text(&catalog), "--out", &text(&run), "--id", "codigo"];
    let output = common::run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let export = Exported::of(&run, &["--only", "low", "--country", "PE"]).ends_with(1);
    let mut reader = csv::Reader::from_path(run.join("plots.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (id, verdict) = (column("plot_id"), column("verdict"));
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let rows = export.rows();
    assert_eq!(rows.len(), records.len());
    let mut written = 0;
    for (row, record) in rows.iter().zip(&records) {
        assert_eq!(row["plot_id"], record[id]);
        let is_low = &record[verdict] == "low";
        assert_eq!(row["code"] == "verdict_not_low", !is_low, "{row:?}");
        written += usize::from(row["status"] == "written");
    }
    assert!(written > 100, "{written}");
    assert_eq!(export.json("summary.json")["summary"]["written"], written);

    // Without the verdict, what screening called unusable is refused for what it found.
    let export = Exported::of(&run, &["--where", "known(defects)"]);
    let asked: Vec<Row> = export.rows().into_iter().filter(|row| row["status"] != "not_selected").collect();
    assert!(asked.iter().any(|row| row["code"].ends_with("POLYGON_INVALID")), "{asked:?}");
}

#[test]
fn real_plots_and_countries_pass() {
    for (path, least) in
        [("farm-plots/BD_JECAM_CIRAD_2023_feb.shp", 90), ("natural-earth/naturalearth_lowres.shp", 170)]
    {
        let Some(path) = shared(path) else { continue };
        let export = Exported::of(&path, &[]);
        let summary = export.json("summary.json")["summary"].clone();
        println!("{path:?}: {summary}");
        assert!(summary["written"].as_u64() >= Some(least), "{summary}");
        let (plots, written, left_out) = (&summary["plots"], &summary["written"], &summary["left_out"]);
        assert_eq!(plots.as_u64().unwrap(), written.as_u64().unwrap() + left_out.as_u64().unwrap());
        assert_eq!(export.output.status.code(), Some(i32::from(left_out != 0)));
    }
}
