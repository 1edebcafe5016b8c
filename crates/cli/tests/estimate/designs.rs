//! Samples that are drawn, and the estimates that come back.

use crate::support::{Desk, number};
use lindero_testkit::{GeoTiff, Sample, SplitMix64};
use ndarray::{Array2, s};
use serde_json::Value;
use std::collections::BTreeSet;

const ROWS: usize = 60;
const COLS: usize = 90;

/// A map of a rare class (1), a usual one (2) and no data (0).
fn landscape() -> Array2<f64> {
    let mut chance = SplitMix64::new(7);
    Array2::from_shape_fn((ROWS, COLS), |(row, col)| match (row, col) {
        (0..5, 0..10) => 0.0,
        _ if chance.chance(0.04) => 1.0,
        _ => 2.0,
    })
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.map("map.tif", &landscape());
    desk.file("classes.csv", "value,class\n0,\n1,loss\n2,other\n");
    desk
}

fn draw(desk: &Desk, more: &str) -> Value {
    let line = format!("sample --map @map.tif --classes @classes.csv --target-se 0.02 --out @design {more}");
    let answer = desk.run(&line);
    assert_eq!(answer.code, Some(0), "{}", answer.text);
    desk.json("design/design.json")
}

/// Row and column of a point of the design.
fn cell(point: &Value) -> (usize, usize) {
    let place = |key: &str, origin: f64| (point[key].as_f64().unwrap() - origin).abs() / 0.001;
    (place("lat", -9.0) as usize, place("lon", -76.0) as usize)
}

/// A table of answers: what a survey with an error now and then says of the points.
fn answers(design: &Value) -> String {
    let answer = |point: &Value| {
        let id = point["plotid"].as_u64().unwrap();
        let truth = if id.is_multiple_of(10) { "loss" } else { point["stratum"].as_str().unwrap() };
        format!("{id},{},{},{truth}\n", point["lon"], point["lat"])
    };
    let rows: String = design["points"].as_array().unwrap().iter().map(answer).collect();
    format!("plotid,lon,lat,answer\n{rows}")
}

#[test]
fn a_design_has_the_points_of_the_formula_and_the_minimum_of_rare_strata() {
    let desk = desk();
    let design = draw(&desk, "");
    // Of accuracy 0.9 everywhere: 0.09 / 0.0004.
    assert_eq!(design["sample_size"], 225);
    let strata = design["strata"].as_array().unwrap();
    assert_eq!((&strata[0]["stratum"], &strata[0]["points"]), (&"loss".into(), &50.into()));
    assert_eq!((&strata[1]["stratum"], &strata[1]["points"]), (&"other".into(), &175.into()));
    let cells = landscape();
    let count = |class: f64| cells.iter().filter(|cell| **cell == class).count();
    assert_eq!((&strata[0]["cells"], &strata[1]["cells"]), (&count(1.0).into(), &count(2.0).into()));
    assert!((strata[0]["inclusion_probability"].as_f64().unwrap() - 50.0 / count(1.0) as f64).abs() < 1e-12);
    let mut places = BTreeSet::new();
    for point in design["points"].as_array().unwrap() {
        let place = cell(point);
        assert!(places.insert(place), "{place:?} is drawn twice");
        assert_eq!(cells[place], if point["stratum"] == "loss" { 1.0 } else { 2.0 });
    }
    assert_eq!(places.len(), 225);
    let points = std::fs::read_to_string(desk.path("design/points.csv")).unwrap();
    assert!(points.starts_with("LON,LAT,PLOTID\n-7"), "{points}");
    assert_eq!(points.lines().count(), 226);
    let map = desk.json("design/points.geojson");
    assert_eq!(map["features"].as_array().unwrap().len(), 225);
    assert_eq!(map["features"][0]["properties"]["stratum"], design["points"][0]["stratum"]);
}

#[test]
fn expected_accuracies_and_the_minimum_shape_the_sample() {
    let desk = desk();
    desk.file("expected.csv", "class,accuracy\nloss,0.6\nother,0.95\n");
    let design = draw(&desk, "--expected @expected.csv --min-per-stratum 20");
    assert_eq!(design["strata"][0]["points"], 20);
    let weight = |stratum: usize| design["strata"][stratum]["weight"].as_f64().unwrap();
    let formula = ((weight(0) * 0.24f64.sqrt() + weight(1) * 0.0475f64.sqrt()) / 0.02).powi(2).ceil();
    assert_eq!(design["sample_size"], formula as u64);
    desk.file("expected.csv", "class,accuracy\nlos,0.6\n");
    let line = "sample --map @map.tif --classes @classes.csv --expected @expected.csv --out @design";
    desk.refuses(line, &["\"los\" is no class of the map, which has loss, other"]);
    desk.file("expected.csv", "class,accuracy\nloss,85\n");
    desk.refuses(line, &["\"85\" is no accuracy from 0 to 1"]);
    desk.refuses("sample --map @map.tif --target-se 0 --out @design", &["between 0 and 1"]);
}

#[test]
fn the_same_points_are_drawn_whatever_the_threads_and_the_tiles() {
    let desk = desk();
    let points = |map: &str, more: &str| {
        let line = format!("sample --map @{map} --classes @classes.csv --target-se 0.02 --out @{more}");
        let answer = desk.run(&line);
        assert_eq!(answer.code, Some(0), "{}", answer.text);
        std::fs::read_to_string(desk.path("other/points.csv")).unwrap()
    };
    let one = points("map.tif", "other --threads 1");
    assert_eq!(points("map.tif", "other --threads 5"), one);
    // The same cells as four tiles, two of which overlap.
    let cells = landscape();
    for (name, rows, cols) in [("a", 0..30, 0..50), ("b", 0..30, 40..90), ("c", 30..60, 0..45), ("d", 30..60, 45..90)] {
        let part = cells.slice(s![rows.clone(), cols.clone()]).to_owned();
        let (west, north) = (-76.0 + 0.001 * cols.start as f64, -9.0 - 0.001 * rows.start as f64);
        let tile = GeoTiff::new(Sample::U8, vec![part]).at(west, north).cell(0.001, 0.001);
        tile.write(&desk.path(&format!("tile_{name}.tif"))).unwrap();
    }
    assert_eq!(points("tile_*.tif", "other"), one);
    assert_ne!(points("map.tif", "other --seed 2"), one);
}

#[test]
fn more_points_of_one_seed_include_those_that_fewer_gave() {
    let desk = desk();
    let places = |target: &str| {
        let answer =
            desk.run(&format!("sample --map @map.tif --classes @classes.csv --target-se {target} --out @design"));
        assert_eq!(answer.code, Some(0), "{}", answer.text);
        let design = desk.json("design/design.json");
        design["points"].as_array().unwrap().iter().map(cell).collect::<BTreeSet<_>>()
    };
    assert!(places("0.03").is_subset(&places("0.015")));
}

#[test]
fn points_lie_in_the_regions_and_say_in_which() {
    let desk = desk();
    let ring = "[[[-75.99,-9.04],[-75.95,-9.04],[-75.95,-9.01],[-75.99,-9.01],[-75.99,-9.04]]]";
    let feature = format!(
        r#"{{"type":"Feature","properties":{{"name":"Padre Abad"}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
    );
    desk.file("regions.geojson", &format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#));
    let design = draw(&desk, "--regions @regions.geojson --region-name name");
    for point in design["points"].as_array().unwrap() {
        assert_eq!(point["region"], "Padre Abad");
        let (row, col) = cell(point);
        assert!((10..40).contains(&row) && (10..50).contains(&col), "{row} {col}");
    }
    let cells: u64 = design["strata"].as_array().unwrap().iter().map(|it| it["cells"].as_u64().unwrap()).sum();
    assert_eq!(cells, 30 * 40);
    assert_eq!(design["boundaries"]["file"], "regions.geojson");
    // A rare class of fewer cells than the minimum is looked at whole.
    let loss = &design["strata"][0];
    assert_eq!(loss["points"].as_u64().unwrap(), loss["cells"].as_u64().unwrap().min(50));
}

#[test]
fn a_sample_comes_back_and_says_what_the_map_is_worth() {
    let desk = desk();
    let design = draw(&desk, "");
    desk.file("answers.csv", &answers(&design));
    let line = "--map @map.tif --reference @answers.csv --design @design";
    let json = desk.estimate(line);
    assert_eq!(json["n"], 225);
    assert_eq!(json["reference"]["columns"]["reference"], "answer");
    let points = design["points"].as_array().unwrap();
    let wrong = points
        .iter()
        .filter(|it| it["plotid"].as_u64().unwrap().is_multiple_of(10) && it["stratum"] == "other")
        .count();
    let of = |stratum: usize, key: &str| design["strata"][stratum][key].as_f64().unwrap();
    let expected = (of(0, "area_m2") + of(1, "area_m2") * wrong as f64 / 175.0) / 1e4;
    assert!((number(&json, "loss", "area") / expected - 1.0).abs() < 1e-12);
    let finite = desk.estimate(&format!("{line} --finite-population"));
    assert!(number(&finite, "loss", "area_se") < number(&json, "loss", "area_se"));
}

#[test]
fn a_sample_of_another_map_or_another_design_is_refused() {
    let desk = desk();
    let design = draw(&desk, "");
    let good = answers(&design);
    desk.file("answers.csv", &good);
    let line = "estimate --map @map.tif --reference @answers.csv --design @design";
    let mut other = landscape();
    other[(30, 30)] = 3.0 - other[(30, 30)];
    desk.map("other.tif", &other);
    desk.refuses(
        "estimate --map @other.tif --reference @answers.csv --design @design",
        &["was drawn from another map", "other.tif", "map.tif"],
    );
    let refuses = |text: String, told: &[&str]| {
        desk.file("answers.csv", &text);
        desk.refuses(line, told);
    };
    refuses(good.replacen("\n1,", "\n226,", 1), &["row 1: \"226\" is no point of", "which has 1 to 225"]);
    let first = good.lines().nth(1).unwrap();
    refuses(good.replacen(first, &format!("{first}\n{first}"), 1), &["row 2: point 1 is there twice"]);
    refuses(good.replacen("\n1,-75", "\n1,-74", 1), &["row 1: point 1 is at", "is it of another sample?"]);
    desk.file("answers.csv", &good.replace("plotid", "nr"));
    let told = ["row 1: it has no id of a point of the design", "--id-field"];
    desk.refuses(&format!("{line} --reference-field answer"), &told);
    desk.estimate("--map @map.tif --reference @answers.csv --design @design --reference-field answer --id-field nr");
    desk.file("other.csv", "value,class\n0,\n1,other\n2,loss\n");
    desk.file("answers.csv", &good);
    desk.refuses(&format!("{line} --classes @other.csv"), &["names other classes"]);
    desk.refuses("estimate --map @map.tif --reference @answers.csv --design @none", &["design.json"]);
    // The map may have another name and lie elsewhere.
    std::fs::copy(desk.path("map.tif"), desk.path("renamed.tif")).unwrap();
    desk.estimate("--map @renamed.tif --reference @answers.csv --design @design");
}
