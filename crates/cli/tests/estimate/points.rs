//! Estimates from reference points on a map.

use crate::support::{Answer, Desk, number, of_class};
use lindero_plots::{Shape, area_m2};
use lindero_testkit::{Crs, GeoTiff, Sample, grid_from_text};
use serde_json::Value;

/// Relative; areas of cells are exact to a few 1e-12.
const ROUNDING: f64 = 1e-9;

/// 1 is forest, 2 is not; the last column holds no data by its value 0 where --classes says so.
const MAP: &str = "1112 1112 1122 1222";

/// Hectares of columns and rows of the map.
fn cells_ha(west: i32, east: i32, north: i32, south: i32) -> f64 {
    let (x, y) = (|col: i32| -76.0 + 0.001 * f64::from(col), |row: i32| -9.0 - 0.001 * f64::from(row));
    let ring =
        vec![[x(west), y(south)], [x(east), y(south)], [x(east), y(north)], [x(west), y(north)], [x(west), y(south)]];
    area_m2(Shape::from_rings(vec![vec![ring]]).as_ref()) / 1e4
}

/// A point in the middle of a cell.
fn at(col: i32, row: i32) -> String {
    format!("{:.4},{:.4}", -76.0 + 0.001 * (f64::from(col) + 0.5), -9.0 - 0.001 * (f64::from(row) + 0.5))
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.map("map.tif", &grid_from_text(MAP));
    let rows = [(0, 0, 1), (1, 1, 1), (2, 0, 1), (0, 3, 2), (3, 0, 2), (3, 1, 2), (2, 2, 1), (3, 3, 2)];
    let rows = rows.map(|(col, row, class)| format!("{},{class}\n", at(col, row)));
    desk.file("points.csv", &format!("lon,lat,reference\n{}", rows.concat()));
    desk
}

const LINE: &str = "--map @map.tif --reference @points.csv";

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= ROUNDING * b.abs(), "{a} is not {b}");
}

#[test]
fn the_maps_class_is_read_where_the_points_are_and_areas_from_all_cells() {
    let json = desk().estimate(LINE);
    // Rows of 3, 3, 2 and 1 cells of forest.
    let forest = cells_ha(0, 3, 0, 2) + cells_ha(0, 2, 2, 3) + cells_ha(0, 1, 3, 4);
    let other = cells_ha(0, 4, 0, 4) - forest;
    near(number(&json, "1", "map_area"), forest);
    near(number(&json, "2", "map_area"), other);
    // 3 of 4 points on forest are forest, and 1 of 4 on the rest.
    near(number(&json, "1", "area"), 0.75 * forest + 0.25 * other);
    near(number(&json, "1", "area_se"), (0.1875 / 3.0 * (forest * forest + other * other)).sqrt());
    near(number(&json, "1", "users_accuracy"), 0.75);
    assert_eq!(json["n"], 8);
    assert_eq!(json["reference"]["used"], 8);
    assert_eq!(json["map"]["files"][0]["blake3"].as_str().unwrap().len(), 64);
    let km2 = desk().estimate(&format!("{LINE} --unit km2"));
    near(number(&km2, "1", "area") * 100.0, number(&json, "1", "area"));
}

#[test]
fn values_have_names_and_those_without_are_not_studied() {
    let desk = desk();
    desk.file("classes.csv", "value,class\n1,forest\n2,other\n");
    desk.file(
        "points.csv",
        &format!("LON;LAT;Land cover\n{};forest\n{};other\n", at(0, 0), at(3, 3)).replace(',', ";"),
    );
    let json = desk.estimate(&format!("{LINE} --classes @classes.csv"));
    assert_eq!(json["reference"]["columns"]["reference"], "Land cover");
    assert_eq!(number(&json, "forest", "users_accuracy"), 1.0);
    desk.file("classes.csv", "value,class\n1,forest\n2,\n");
    let json = desk.estimate(&format!("{LINE} --classes @classes.csv"));
    near(json["total_area"].as_f64().unwrap(), cells_ha(0, 3, 0, 2) + cells_ha(0, 2, 2, 3) + cells_ha(0, 1, 3, 4));
    assert!(json["notes"].to_string().contains("1 point(s) lie where the map has no class"), "{json:#}");
    desk.file("classes.csv", "value,class\n1,forest\n");
    desk.refuses(&format!("estimate {LINE} --classes @classes.csv"), &["the map holds 2, which has no row here"]);
}

#[test]
fn a_survey_of_collect_earth_online_is_read_as_it_comes() {
    let desk = desk();
    let rows = [(1, at(0, 0), "1"), (2, at(1, 1), "1"), (3, at(3, 0), "2"), (4, at(3, 1), "2"), (5, at(2, 0), "")];
    let rows = rows.map(|(id, place, answer)| {
        format!("{id},{id},{place},reader@example.org,false,2025-01-01 10:00,12.5 secs,Planet,{id},1,\"{answer}\"\n")
    });
    let header = "plot_id,sample_id,lon,lat,email,flagged,collection_time,analysis_duration,imagery_title,pl_plotid,\
                  pl_stratum,LAND COVER\n";
    desk.file("points.csv", &format!("{header}{}", rows.concat()));
    let json = desk.estimate(&format!("{LINE} --stratum-field= "));
    assert_eq!(json["reference"]["columns"]["reference"], "LAND COVER");
    assert_eq!(json["reference"]["columns"]["id"], "pl_plotid");
    assert_eq!((&json["reference"]["used"], &json["reference"]["without_reference"]), (&4.into(), &1.into()));
    let notes = json["notes"].to_string();
    assert!(notes.contains("1 of its rows have no reference class"), "{notes}");
}

#[test]
fn regions_have_their_own_areas_points_and_edition() {
    let desk = desk();
    let region = |name: &str, west: f64, east: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":
            [[[{west},-9.004],[{east},-9.004],[{east},-9],[{west},-9],[{west},-9.004]]]}}}}"#
        )
    };
    // The border runs through a column, three quarters of which are the west's.
    let features = [region("West", -76.0, -75.99725), region("East", -75.99725, -75.996)].join(",");
    desk.file("regions-2007.geojson", &format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#));
    let line = format!("{LINE} --regions @regions-2007.geojson --region-name name");
    let json = desk.estimate(&line);
    assert_eq!(json["boundaries"]["file"], "regions-2007.geojson");
    assert_eq!(json["boundaries"]["blake3"].as_str().unwrap().len(), 64);
    assert!(json.get("classes").is_none(), "over regions alone there is no estimate of the whole");
    let regions = json["regions"].as_array().unwrap();
    assert_eq!([&regions[0]["region"], &regions[1]["region"]], ["West", "East"]);
    let forest = cells_ha(0, 2, 0, 3) + cells_ha(0, 1, 3, 4) + 0.75 * cells_ha(2, 3, 0, 2);
    near(number(&regions[0], "1", "map_area"), forest);
    let sum = |key: &str| regions.iter().map(|region| number(region, "1", key)).sum::<f64>();
    near(sum("map_area"), number(&desk.estimate(LINE), "1", "map_area"));
    // In the east nobody looked at forest, so that how much there is is not known, and not nought.
    let east = of_class(&regions[1], "1");
    assert!(east["area"].is_null(), "{east:#}");
    assert_eq!(east["area_reason"], "stratum \"1\" has no reference point");
    assert_eq!(regions[0]["strata"][0]["few_points"], true);
    let Answer { text, .. } = desk.run(&format!("estimate {line}"));
    assert!(text.contains("\nWest\n") && text.contains("fewer than 30 points"), "{text}");
}

#[test]
fn points_without_a_map_bring_strata_and_areas_of_their_own() {
    let desk = Desk::new();
    let (map, reference) = ("AAAAAAABBBABBBBBBBBBBBCCCCCCBBDDDDDDDDDD", "AAAAACBABCABBBBBAABBCCCCCDDBBADDDDDDDCCB");
    let letters = map.chars().zip(reference.chars()).enumerate();
    let rows: String = letters
        .map(|(index, (map, reference))| format!("{},{map},{reference}\n", ["A", "B", "C", "D"][index / 10]))
        .collect();
    desk.file("points.csv", &format!("stratum,map,reference\n{rows}"));
    desk.file("areas.csv", "stratum,area\nA,40000\nB,30000\nC,20000\nD,10000\n");
    let line = "--reference @points.csv --areas @areas.csv --unit px";
    let json = desk.estimate(&format!("{line} --finite-population"));
    // As the package mapaccuracy for R prints the example of Stehman (2014).
    let close = |a: f64, b: f64| assert!((a - b).abs() < 5e-8, "{a} is not {b}");
    close(number(&json, "A", "area") / 1e5, 0.35);
    close(number(&json, "A", "area_se") / 1e5, 0.082_247_80);
    close(number(&json, "B", "users_se"), 0.124_782_2);
    close(number(&json, "B", "producers_se"), 0.116_547_9);
    desk.refuses("estimate --reference @points.csv", &["--map or the --areas"]);
    desk.file("areas.csv", "stratum,area\nA,40000\n");
    desk.refuses(&format!("estimate {line}"), &["row 11: stratum \"B\" has no area"]);
}

#[test]
fn what_is_wrong_with_points_is_named() {
    let desk = desk();
    let refuses = |points: &str, more: &str, told: &[&str]| {
        desk.file("points.csv", points);
        desk.refuses(&format!("estimate {LINE} {more}"), told);
    };
    refuses("lon,lat,a,b\n-76,-9,1,1\n", "", &["which column has the reference class? Give --reference-field", "a, b"]);
    refuses("lon,lat,reference\n-76,-99,1\n", "", &["row 1: \"-99\" is no coordinate in degrees, from -90 to 90"]);
    refuses("reference\n1\n", "", &["no columns of longitude and latitude"]);
    refuses("lon,lat,reference\n0,0,1\n", "", &["no point lies where --map"]);
    refuses("lon,lat,reference\n-75.9995,-9.0005,\n", "", &["no row has a class in its column \"reference\""]);
    refuses("lon,lat,reference\n", "--reference-field refrence", &["did you mean \"reference\"?"]);
    refuses(
        "lon,lat,reference,stratum\n-75.9995,-9.0005,1,hill\n",
        "",
        &["stratum \"hill\" is no class of the map", "--areas"],
    );
    refuses("lon,lat,reference\n-75.9995,-9.0005,1\n", "--unit px", &["areas of a map are measured on the ground"]);
    refuses("lon,lat,reference\n-75.9995,-9.0005,1\n", "--regions @points.csv", &["--region-name"]);
}

#[test]
fn the_same_bytes_come_out_whatever_the_threads() {
    let desk = desk();
    let bytes = |threads: &str| -> Value { desk.estimate(&format!("{LINE} --threads {threads}")) };
    assert_eq!(bytes("1").to_string(), bytes("7").to_string());
}

#[test]
fn a_catalog_says_what_is_no_data_whatever_the_files_tag() {
    let desk = desk();
    let file = GeoTiff::new(Sample::U8, vec![grid_from_text(MAP)]).at(-76.0, -9.0).cell(0.001, 0.001).nodata("2");
    file.write(&desk.path("map.tif")).unwrap();
    let forest = cells_ha(0, 3, 0, 2) + cells_ha(0, 2, 2, 3) + cells_ha(0, 1, 3, 4);
    let all = cells_ha(0, 4, 0, 4);
    let catalog = |no_data: &str| {
        desk.file("lindero.toml", &format!("[layer.cover]\npath = 'map.tif'\n{no_data}"));
        desk.estimate("--map cover --catalog @lindero.toml --reference @points.csv")
    };
    let mapped = |json: &Value| json["total_area"].as_f64().unwrap();
    near(mapped(&desk.estimate(LINE)), forest);
    near(mapped(&catalog("")), forest);
    near(mapped(&catalog("nodata = 'none'")), all);
    near(mapped(&catalog("nodata = 1")), all - forest);
    // The points on what is no data are left out with it.
    assert_eq!(catalog("nodata = 1")["reference"]["used"], 4);
    let line = "estimate --map covr --catalog @lindero.toml --reference @points.csv";
    desk.refuses(line, &["no layer of cells of this name; it has cover"]);
}

#[cfg(feature = "proj")]
#[test]
fn a_projected_map_is_measured_on_the_ellipsoid() {
    let desk = Desk::new();
    let file = GeoTiff::new(Sample::U8, vec![grid_from_text(MAP)]).at(500_000.0, 9_000_000.0).cell(30.0, 30.0);
    file.crs(Crs::Projected(32_718)).write(&desk.path("map.tif")).unwrap();
    // The middle of the first cell, on the central meridian of the zone, and the one to its south.
    desk.file("points.csv", "lon,lat,reference\n-74.999863,-9.046755,1\n-74.999863,-9.047026,2\n");
    let json = desk.estimate(LINE);
    assert_eq!(json["n"], 2);
    assert_eq!(number(&json, "1", "users_accuracy"), 0.5);
    // There the projection makes lengths 0.9996 of what they are.
    let forest = number(&json, "1", "map_area");
    assert!((forest / (9.0 * 0.09 / 0.9996f64.powi(2)) - 1.0).abs() < 1e-6, "{forest}");
}
