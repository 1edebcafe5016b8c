//! Two plots on which totals of the plot and cells say the opposite, by the same maps, and why each says so.

use crate::common;
use crate::run::{Row, Run};
use lindero_testkit::{GeoTiff, Sample, grid_from_text_with, rows};
use std::path::Path;
use tempfile::TempDir;

/// The ground, in cells of Hansen's size. `F` natural forest, `C` natural forest cleared in 2022, `o` cleared in 2010 and
/// farmed since, `S` shade cocoa that two maps take for forest, `.` farmed, `x` farmed, where trees were lost in 2022.
const GROUND: &str = "
    oooo..FFFF....SSSS..
    oooo..FFFF....SSSS..
    oooo..FFFF....SSSS..
    oooo..FFFF....SSSS..
    ......FFFF....SSSS..
    ......FFFF..........
    ......CCCC..xx......
    ......CCCC..xxxx....
    ......CCCC..xxxx....
    ......CCCC..xxxx....";

/// The western half is one plot, the eastern half, whose cocoa was planted in 2014, the other.
const PLOTS: [(&str, f64, f64, i32); 2] =
    [("clearing-beside-old-loss", 0.0, 10.0, 2021), ("loss-beside-shade-cocoa", 10.0, 20.0, 2014)];

const CELL: f64 = 0.00025;

/// Names of the layers of both policies, over the same files.
const CATALOG: &str = "
[attribute.planted_year]
field = \"planted\"
[layer.gfc2020]
path = \"forest.tif\"
[layer.tmf2020]
path = \"tmf.tif\"
[layer.mb]
path = \"mb.tif\"
bands = { first = 2016 }
[layer.primary2001]
path = \"primary.tif\"
[layer.lossyear]
path = \"loss.tif\"
year = { base = 2000, never = 0 }
period = [2001, 2024]
[layer.eufo_2020]
path = \"forest.tif\"
[layer.tmf_undist]
path = \"tmf.tif\"
[layer.gfc_loss]
path = \"loss.tif\"
year = { base = 2000, never = 0 }
period = [2001, 2024]
";

fn place() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let map = |name: &str, bands: usize, value: &dyn Fn(char) -> f64| {
        let band = grid_from_text_with(GROUND, value);
        let file = GeoTiff::new(Sample::U8, vec![band; bands]).at(-76.0, -9.0).cell(CELL, CELL);
        file.write(&folder.path().join(name)).unwrap();
    };
    map("forest.tif", 1, &|c| f64::from(u8::from("FCS".contains(c))));
    // 1 undisturbed, 2 degraded, 3 deforested, 6 other.
    map("tmf.tif", 1, &|c| match c {
        'F' | 'C' => 1.0,
        'S' => 2.0,
        'o' => 3.0,
        _ => 6.0,
    });
    map("mb.tif", 9, &|c| if "FCS".contains(c) { 3.0 } else { 21.0 });
    map("primary.tif", 1, &|c| f64::from(u8::from("FC".contains(c))));
    map("loss.tif", 1, &|c| match c {
        'o' => 10.0,
        'C' | 'x' => 22.0,
        _ => 0.0,
    });
    std::fs::write(folder.path().join("lindero.toml"), CATALOG).unwrap();
    let plot = |(id, west, east, planted): (&str, f64, f64, i32)| {
        let (x, y) = ([west, east].map(|col| -76.0 + col * CELL), [-9.0 - 10.0 * CELL, -9.0]);
        let ring = serde_json::json!([[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]], [x[0], y[0]]]);
        serde_json::json!({ "type": "Feature", "properties": { "code": id, "planted": planted },
            "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let features = serde_json::json!({ "type": "FeatureCollection", "features": PLOTS.map(plot) });
    std::fs::write(folder.path().join("plots.geojson"), features.to_string()).unwrap();
    folder
}

/// How many of a plot's hundred cells are drawn as one of these: percent of the plot, as all its cells are as large to a
/// millionth.
fn drawn_pct(kinds: &str, plot: usize) -> f64 {
    let half = rows(GROUND).into_iter().flat_map(|row| row.chars().skip(plot * 10).take(10));
    half.filter(|c| kinds.contains(*c)).count() as f64
}

fn screened(place: &Path, policy: &str) -> (Run, Vec<Row>) {
    let (plots, catalog) = (place.join("plots.geojson"), place.join("lindero.toml"));
    let run = Run::on(&[&plots], &catalog, &["--id", "code", "--policy", policy, "--format", "csv"]).well();
    let (_, rows) = run.table("plots.csv");
    (run, rows)
}

/// The verdicts of both plots.
fn verdicts(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["verdict"].as_str()).collect()
}

#[track_caller]
fn check_pct(row: &Row, column: &str, expected: f64) {
    let told: f64 = row[column].parse().unwrap();
    assert!((told - expected).abs() < 1e-3, "{column} of {} is {told}, drawn {expected}", row["plot_id"]);
}

#[track_caller]
fn check_story(run: &Run, plot: usize, parts: &[&str]) {
    let output = common::run(["explain", &run.path.display().to_string(), PLOTS[plot].0]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let story = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(story.contains(part), "{part:?} is not in\n{story}");
    }
}

#[test]
fn totals_of_the_plot_hide_a_clearing_behind_old_loss_and_accuse_shade_cocoa_of_a_loss_beside_it() {
    let place = place();
    let (run, rows) = screened(place.path(), "whisp-pcrop");
    assert_eq!(verdicts(&rows), ["low", "high"]);
    for (plot, row) in rows.iter().enumerate() {
        check_pct(row, "eufo_2020_pct", drawn_pct("FCS", plot));
        check_pct(row, "gfc_loss_before_2020_pct", drawn_pct("o", plot));
        check_pct(row, "gfc_loss_after_2020_pct", drawn_pct("Cx", plot));
    }
    check_story(&run, 0, &["clearing-beside-old-loss · low"]);
    check_story(&run, 1, &["loss-beside-shade-cocoa · high", "W1", "JRC GFC2020 20 %", "GFC loss 14 %"]);
}

#[test]
fn cells_find_the_clearing_and_leave_the_shade_cocoa_alone() {
    let place = place();
    let (run, rows) = screened(place.path(), "eudr-2020");
    assert_eq!(verdicts(&rows), ["high", "low"]);
    for (plot, row) in rows.iter().enumerate() {
        check_pct(row, "loss_natural_pct", drawn_pct("C", plot));
        check_pct(row, "stand_natural_pct", drawn_pct("F", plot));
        check_pct(row, "mixed_pct", drawn_pct("S", plot));
        check_pct(row, "loss_mixed_pct", 0.0);
        check_pct(row, "loss_ncm_pct", drawn_pct("C", plot));
        check_pct(row, "loss_farmed_pct", drawn_pct("x", plot));
    }
    check_story(&run, 0, &["clearing-beside-old-loss · high", "L1 natural forest cleared → high", "cleared in 2022"]);
    let story = ["loss-beside-shade-cocoa · low", "These maps show no forest turned into farmland, up to 2024-12-31."];
    check_story(&run, 1, &story);
}
