//! `lindero check --suggest-split` on drawn forests.

mod common;

use common::{fixture, run};
use lindero_testkit::{Crs, GeoTiff, Sample, grid_from_text};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;

/// Hansen's cell, and the north-west corner of the drawings (degrees).
const CELL: f64 = 0.000_25;
const WEST: f64 = -76.0;
const NORTH: f64 = -9.0;

/// Areas of a file agree with the formula to this share: the drawings' corners are doubles near 76 degrees, 1.4e-14 of
/// cells of 2.5e-4.
const ROUNDING: f64 = 1e-9;

/// `z` is a cell with trees, `9` one of which nothing is known.
const CATALOG: &str = r#"
policy = "tree-loss"
[layer.lossyear]
path = "loss.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[layer.treecover2000]
path = "cover.tif"
[term]
trees = "treecover2000 >= 30"
[indicator.standing]
where = "trees"
patch = { of = "trees", over_ha = 0.5 }
"#;

/// A cell has 0.076 ha, so that a patch needs seven. In the east lie six cells of trees, in the west a wood of 24 that the
/// plots see parts of.
const COVER: &str = "
zzz.......
zzz.......
zzz...zz..
zzz...zz..
zzz...zz..
zzz.......
zzz.......
zzz......9";

struct Drawn {
    folder: tempfile::TempDir,
}

impl Drawn {
    /// Plots as rectangles of west, north, east and south, in cells.
    fn new(plots: &[(&str, [f64; 4])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, drawing: &str| {
            let file = GeoTiff::new(Sample::U8, vec![grid_from_text(drawing)]).at(WEST, NORTH).cell(CELL, CELL);
            std::fs::write(folder.path().join(name), file.nodata("9").to_bytes()).unwrap();
        };
        write("cover.tif", COVER);
        write("loss.tif", &COVER.replace(['z', '9'], "."));
        std::fs::write(folder.path().join("lindero.toml"), CATALOG).unwrap();
        let feature = |(id, [west, north, east, south]): &(&str, [f64; 4])| {
            let place = |col: f64, row: f64| json!([WEST + col * CELL, NORTH - row * CELL]);
            let ring = json!([
                place(*west, *south),
                place(*east, *south),
                place(*east, *north),
                place(*west, *north),
                place(*west, *south)
            ]);
            json!({ "type": "Feature", "properties": { "id": id }, "geometry": { "type": "Polygon", "coordinates": [ring] } })
        };
        let mut features: Vec<Value> = plots.iter().map(feature).collect();
        let point = json!({ "type": "Point", "coordinates": [WEST + CELL, NORTH - CELL] });
        features.push(json!({ "type": "Feature", "properties": { "id": "a point in the wood" }, "geometry": point }));
        let collection = json!({ "type": "FeatureCollection", "features": features });
        std::fs::write(folder.path().join("plots.geojson"), collection.to_string()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn check(&self, out: &str, more: &[&str]) -> Output {
        let [plots, catalog, out] =
            ["plots.geojson", "lindero.toml", out].map(|name| self.path(name).display().to_string());
        let args = ["check", &plots, "--id", "id", "--quiet", "--suggest-split", "--catalog", &catalog, "--out", &out];
        run(args.iter().chain(more))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Hectares of a rectangle in cells: the zone of the ellipsoid between two parallels, in closed form.
fn hectares([west, north, east, south]: [f64; 4]) -> f64 {
    let (a, f) = (6_378_137.0_f64, 1.0 / 298.257_223_563);
    let e2: f64 = f * (2.0 - f);
    let e = e2.sqrt();
    let zone = |row: f64| -> f64 {
        let sin = (NORTH - row * CELL).to_radians().sin();
        sin / (1.0 - e2 * sin * sin) + (e * sin).atanh() / e
    };
    let b2 = a * a * (1.0 - e2);
    0.5 * b2 * ((east - west) * CELL).to_radians() * (zone(north) - zone(south)) / 10_000.0
}

fn near(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() <= ROUNDING * expected.abs().max(0.1), "{found} {expected}");
}

/// Plot, part, and properties.
fn parts(out: &Path) -> Vec<(String, String, Value, Value)> {
    let file = json_of(&out.join("split.geojson"));
    let part = |feature: &Value| {
        let text = |name: &str| feature["properties"][name].as_str().unwrap().to_owned();
        (text("plot_id"), text("part"), feature["properties"].clone(), feature["geometry"].clone())
    };
    file["features"].as_array().unwrap().iter().map(part).collect()
}

#[test]
fn a_plot_is_cut_along_the_cells_of_a_wood_that_goes_on_beyond_it() {
    // Two cells of the wood on the plot: too few for a patch, but the wood has 24.
    let plot = [2.0, 1.0, 6.0, 3.0];
    let drawn = Drawn::new(&[("beside the wood", plot), ("half a cell of it", [2.5, 4.0, 4.5, 6.0])]);
    let output = drawn.check("out", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let parts = parts(&drawn.path("out"));
    let names: Vec<(&str, &str)> = parts.iter().map(|(plot, part, ..)| (plot.as_str(), part.as_str())).collect();
    let both = |plot| [(plot, "producing"), (plot, "forest")];
    assert_eq!(names, [both("beside the wood"), both("half a cell of it")].concat());
    near(&parts[0].2["area_ha"], hectares([3.0, 1.0, 6.0, 3.0]));
    near(&parts[1].2["area_ha"], hectares([2.0, 1.0, 3.0, 3.0]));
    near(&parts[0].2["plot_ha"], hectares(plot));
    near(&parts[0].2["area_pct"], 75.0);
    near(&parts[3].2["area_ha"], hectares([2.5, 4.0, 3.0, 6.0]));
    // The border runs along the cells, to the bit.
    let border = WEST + 3.0 * CELL;
    let lons: Vec<f64> =
        parts[1].3["coordinates"][0].as_array().unwrap().iter().map(|it| it[0].as_f64().unwrap()).collect();
    assert!(lons.iter().any(|lon| (lon - border).abs() < 1e-12), "{lons:?}");
    let summary = &json_of(&drawn.path("out/summary.json"))["split"];
    assert_eq!(
        (&summary["plots_split"], &summary["points"], &summary["forest"]),
        (&json!(2), &json!(1), &json!("standing"))
    );
    near(&summary["forest_ha"], hectares([2.0, 1.0, 3.0, 3.0]) + hectares([2.5, 4.0, 3.0, 6.0]));
    let table = text(&output.stdout);
    assert!(table.contains("To be split: 2; forest altogether: 0."), "{table}");
    assert!(table.contains("no boundary to split: 1"), "{table}");
}

#[test]
fn trees_that_are_no_patch_on_and_off_the_plot_are_no_forest() {
    // Six cells in the east are under half a hectare.
    let drawn = Drawn::new(&[("trees in the east", [5.0, 1.0, 9.0, 6.0]), ("open", [3.5, 0.0, 5.5, 2.0])]);
    assert!(drawn.check("out", &[]).status.success());
    assert!(parts(&drawn.path("out")).is_empty());
    // Without the patch they are.
    let catalog = CATALOG.replace("patch = { of = \"trees\", over_ha = 0.5 }\n", "");
    std::fs::write(drawn.path("lindero.toml"), catalog).unwrap();
    assert!(drawn.check("without", &[]).status.success());
    let parts = parts(&drawn.path("without"));
    assert_eq!(parts.len(), 2);
    near(&parts[1].2["area_ha"], hectares([6.0, 2.0, 8.0, 5.0]));
    // The trees are a hole in the producing part.
    assert_eq!(parts[0].3["coordinates"].as_array().unwrap().len(), 2);
}

#[test]
fn a_plot_in_the_wood_is_forest_altogether_and_has_no_producing_part() {
    let drawn = Drawn::new(&[("in the wood", [0.5, 1.0, 2.5, 4.0])]);
    assert!(drawn.check("out", &[]).status.success());
    let parts = parts(&drawn.path("out"));
    assert_eq!(parts.iter().map(|part| part.1.as_str()).collect::<Vec<_>>(), ["forest"]);
    near(&parts[0].2["area_pct"], 100.0);
    assert_eq!(json_of(&drawn.path("out/summary.json"))["split"]["plots_all_forest"], 1);
}

#[test]
fn a_part_of_under_five_hundred_square_metres_stays_with_the_ground_around_it() {
    // A fifth of a cell wide and three high: 0.045 ha of forest. And of the field beside the wood.
    let drawn = Drawn::new(&[("a strip of wood", [2.8, 1.0, 5.0, 4.0]), ("a strip of field", [0.0, 1.0, 3.2, 4.0])]);
    assert!(drawn.check("out", &[]).status.success());
    let parts = parts(&drawn.path("out"));
    let names: Vec<(&str, &str)> = parts.iter().map(|(plot, part, ..)| (plot.as_str(), part.as_str())).collect();
    assert_eq!(names, [("a strip of field", "forest")]);
    near(&parts[0].2["area_ha"], hectares([0.0, 1.0, 3.2, 4.0]));
    near(&parts[0].2["other_ha"], hectares([3.0, 1.0, 3.2, 4.0]));
}

#[test]
fn ground_of_which_the_maps_do_not_tell_is_said_and_is_no_answer() {
    let drawn = Drawn::new(&[("partly unknown", [8.0, 6.0, 10.0, 8.0])]);
    let output = drawn.check("out", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(parts(&drawn.path("out")).is_empty());
    assert_eq!(json_of(&drawn.path("out/summary.json"))["split"]["plots_untold"], 1);
    assert!(text(&output.stdout).contains("no answer that none stands there"), "{}", text(&output.stdout));
}

/// Plots across the drawing, in cells.
const ACROSS: [(&str, [f64; 4]); 4] = [
    ("across the middle", [0.4, 1.3, 8.6, 6.7]),
    ("a strip", [3.2, 0.2, 4.9, 7.8]),
    ("another", [1.1, 3.3, 9.7, 4.6]),
    ("in the south", [2.3, 4.2, 7.1, 7.9]),
];

/// Checks that the forest of each plot is what `screen` measures with the same catalog, and that the parts make the plot.
#[track_caller]
fn check_as_screened(drawn: &Drawn, tolerance: f64) {
    let output = drawn.check("out", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let [plots, catalog, place] =
        ["plots.geojson", "lindero.toml", "run"].map(|name| drawn.path(name).display().to_string());
    let args = ["screen", &plots, "--id", "id", "--catalog", &catalog, "--out", &place, "--format", "csv", "--quiet"];
    let screened = run(args);
    assert!(screened.status.code().is_some_and(|code| code < 2), "{}", text(&screened.stderr));
    let parts = parts(&drawn.path("out"));
    let mut table = csv::Reader::from_path(drawn.path("run/plots.csv")).unwrap();
    let columns = table.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (id, standing) = (at("plot_id"), at("standing_ha"));
    let mut compared = 0;
    for record in table.records().map(Result::unwrap).filter(|record| !record[id].contains("point")) {
        let of_plot: Vec<_> = parts.iter().filter(|(plot, ..)| *plot == record[id]).collect();
        let number = |part: &Value, name: &str| part[name].as_f64().unwrap();
        let sum = |value: &dyn Fn(&str, &Value) -> f64| -> f64 { of_plot.iter().map(|it| value(&it.1, &it.2)).sum() };
        let plot_ha = number(&of_plot[0].2, "plot_ha");
        let forest_ha = sum(&|part, it| {
            if part == "forest" { number(it, "area_ha") - number(it, "other_ha") } else { number(it, "other_ha") }
        });
        let measured_ha: f64 = record[standing].parse().unwrap();
        let name = &record[id];
        assert!((forest_ha - measured_ha).abs() <= tolerance * plot_ha, "{name}: {forest_ha}, screened {measured_ha}");
        let all_ha = sum(&|_, it| number(it, "area_ha"));
        assert!((all_ha - plot_ha).abs() <= 1e-6 * plot_ha, "{name}: {all_ha} of {plot_ha}");
        assert!(measured_ha > 0.05 * plot_ha && measured_ha < 0.95 * plot_ha, "{name}: nothing to be seen here");
        compared += 1;
    }
    assert_eq!(compared, ACROSS.len());
}

/// Blocks of three by three cells of trees, corner to corner.
fn blocks(rows: usize, cols: usize) -> ndarray::Array2<f64> {
    ndarray::Array2::from_shape_fn((rows, cols), |(row, col)| if (row / 3 + col / 3) % 2 == 0 { 35.0 } else { 0.0 })
}

#[test]
fn tiles_that_do_not_share_a_grid_are_cut_at_their_seam() {
    let drawn = Drawn::new(&ACROSS);
    let catalog = CATALOG.replace("\"cover.tif\"", "\"tile_*.tif\"");
    std::fs::write(drawn.path("lindero.toml"), catalog).unwrap();
    let write = |name: &str, row: f64, rows: usize| {
        let file = GeoTiff::new(Sample::U8, vec![blocks(rows, 14)]).at(WEST - CELL, NORTH - row * CELL);
        std::fs::write(drawn.path(name), file.cell(CELL, CELL).to_bytes()).unwrap();
    };
    // The second begins four tenths of a cell before the first ends.
    write("tile_a.tif", 0.0, 4);
    write("tile_b.tif", 3.6, 6);
    check_as_screened(&drawn, 5e-6);
}

#[cfg(feature = "proj")]
#[test]
fn cells_of_a_projected_map_are_cut_along_their_own_borders() {
    let drawn = Drawn::new(&ACROSS);
    // 76 degrees west and 9 south lie near 390,080 and 9,004,960 of UTM zone 18 south.
    let file = GeoTiff::new(Sample::U8, vec![blocks(60, 60)]).crs(Crs::Projected(32_718)).at(389_500.0, 9_005_500.0);
    std::fs::write(drawn.path("cover.tif"), file.cell(30.0, 30.0).to_bytes()).unwrap();
    // Sides that are straight in degrees bend by nanometres there.
    check_as_screened(&drawn, 1e-5);
}

/// The valley of the fixtures: the real policy on thousands of plots.
fn valley(out: &Path, more: &[&str]) -> Output {
    let [plots, catalog] =
        ["landscape/plots.geojson", "landscape/lindero.toml"].map(|path| fixture(path).display().to_string());
    let out = out.display().to_string();
    let args = ["check", &plots, "--id", "codigo", "--quiet", "--suggest-split", "--catalog", &catalog, "--out", &out];
    run(args.iter().chain(more))
}

#[test]
fn parts_add_up_to_their_plots_and_to_what_a_screening_measures_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let [one, three] = ["1", "3"].map(|threads| {
        let out = folder.path().join(threads);
        let output = valley(&out, &["--threads", threads]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        out
    });
    let file = |out: &Path| std::fs::read(out.join("split.geojson")).unwrap();
    assert!(file(&one) == file(&three), "threads change bytes");
    let mut of_plots: std::collections::BTreeMap<u64, (f64, f64, f64, f64)> = std::collections::BTreeMap::new();
    for (_, part, properties, _) in parts(&one) {
        let number = |name: &str| properties[name].as_f64().unwrap();
        let plot = of_plots.entry(properties["row"].as_u64().unwrap()).or_default();
        plot.0 = number("plot_ha");
        plot.1 += number("area_ha");
        plot.2 += number("area_pct");
        // Forest as the maps have it, whichever part it went to.
        plot.3 += if part == "forest" { number("area_ha") - number("other_ha") } else { number("other_ha") };
    }
    assert!(of_plots.len() > 100, "{}", of_plots.len());
    for (row, (plot_ha, parts_ha, percent, _)) in &of_plots {
        assert!((plot_ha - parts_ha).abs() <= 1e-6 * plot_ha, "row {row}: {plot_ha} {parts_ha}");
        assert!((percent - 100.0).abs() <= 1e-4, "row {row}: {percent}");
    }
    // The same ground as a screening by the same policy, which adds up shares of cells.
    let run_folder = folder.path().join("run");
    let [plots, catalog] =
        ["landscape/plots.geojson", "landscape/lindero.toml"].map(|path| fixture(path).display().to_string());
    let place = run_folder.display().to_string();
    let args =
        ["screen", &plots, "--id", "codigo", "--catalog", &catalog, "--out", &place, "--format", "csv", "--quiet"];
    assert!(run(args).status.code().is_some_and(|code| code < 2));
    let mut table = csv::Reader::from_path(run_folder.join("plots.csv")).unwrap();
    let columns = table.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (row, standing) = (at("row"), at("stand_natural_ha"));
    let mut compared = 0;
    for record in table.records() {
        let record = record.unwrap();
        let Some((plot_ha, .., forest_ha)) = of_plots.get(&record[row].parse().unwrap()) else { continue };
        let measured_ha: f64 = record[standing].parse().unwrap();
        // Within a row a screening counts area by share: a seventh digit on cells of 30 m.
        assert!((forest_ha - measured_ha).abs() <= 2e-6 * plot_ha, "row {}: {forest_ha} {measured_ha}", &record[row]);
        compared += 1;
    }
    assert_eq!(compared, of_plots.len());
}

#[test]
fn the_parts_of_every_plot_are_what_geos_makes_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    assert!(valley(&out, &[]).status.success());
    // Areas in degrees: for GEOS the plane is as good as any.
    let query = "SELECT row, MIN(ST_IsValid(geometry)) AS sound, SUM(ST_Area(geometry)) AS parts, \
                 ST_Area(ST_Union(geometry)) AS united FROM split GROUP BY row";
    let (split, table) = (out.join("split.geojson"), folder.path().join("areas.csv"));
    let args = ["-f", "CSV", table.to_str().unwrap(), split.to_str().unwrap(), "-dialect", "SQLite", "-sql", query];
    if !common::gdal_tool("ogr2ogr", &args.map(std::ffi::OsStr::new)) {
        return;
    }
    let mut plots = 0;
    for record in csv::Reader::from_path(table).unwrap().records() {
        let record = record.unwrap();
        assert_eq!(&record[1], "1", "row {}: a part is not valid", &record[0]);
        let [parts, united] = [2, 3].map(|column| record[column].parse::<f64>().unwrap());
        assert!((parts - united).abs() <= 1e-6 * united, "row {}: parts overlap: {parts} {united}", &record[0]);
        plots += 1;
    }
    assert!(plots > 100, "{plots}");
}

#[test]
fn what_is_missing_is_told_before_any_plot_is_read() {
    let drawn = Drawn::new(&[]);
    let check = |args: &[&str], message: &str| {
        let plots = drawn.path("plots.geojson").display().to_string();
        let out = drawn.path("out").display().to_string();
        let output = run(["check", &plots, "--suggest-split", "--out", &out].iter().chain(args));
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(message), "{}", text(&output.stderr));
        assert!(!drawn.path("out").exists());
    };
    check(&[], "--catalog <lindero.toml>");
    let nowhere = drawn.path("nowhere.toml").display().to_string();
    check(&["--catalog", &nowhere], "nowhere.toml");
    let catalog = drawn.path("lindero.toml").display().to_string();
    std::fs::write(&catalog, CATALOG.replace("[indicator.standing]", "[indicator.woods]")).unwrap();
    check(&["--catalog", &catalog, "--policy", "tree-loss"], "measure no standing forest");
}
