//! Sums over levels and groups, of a screening and of a run that is there; trees on farms by preset.

use crate::common;
use crate::run::{Row, Run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Areas that were written as decimals and added differ by less (hectares; of 3,000).
const ADDED_HA: f64 = 1e-6;
/// Areas from rows of cells and the plot's own differ by less (share).
const OWN_AREA: f64 = 2e-6;
const SUBMITTED: &str = "sum over submitted plots, not an estimate of the region";

/// A policy that asks nothing of any map.
const BOUNDARIES_ALONE: &str = r#"
name = "drawn"
title = "For drawings"
version = "1"
about = "Nothing."
source = "a test"
[[rule]]
code = "D1"
name = "boundary-unusable"
about = "data"
verdict = "more_info"
ask = "walk"
when = "!geometry_usable"
reason = "The boundary cannot be used."
source = "a test"
limits = "Everything."
"#;

/// Three by two cells of a thousandth of a degree.
const ONE_PLOT: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
{"type":"Polygon","coordinates":[[[-76.0,-9.002],[-75.997,-9.002],[-75.997,-9.0],[-76.0,-9.0],[-76.0,-9.002]]]}}]}"#;

fn districts() -> String {
    common::fixture("landscape/regions.geojson").display().to_string()
}

/// The landscape without regions, with all presets that its maps allow.
static PLAIN: LazyLock<Run> = LazyLock::new(|| {
    let presets = ["--preset", "zomer", "--preset", "shade-cocoa", "--preset", "cusaf", "--preset", "canopy-height"];
    Run::of("landscape", "lindero.toml", &[&["--id", "codigo", "--quiet"], &presets[..]].concat()).well()
});

/// The landscape over districts in departments, and by cooperative.
static GROUPED: LazyLock<Run> = LazyLock::new(|| {
    let districts = districts();
    let regions = ["--regions", districts.as_str(), "--level", "departamento,distrito", "--group", "cooperativa"];
    Run::of("landscape", "lindero.toml", &[&["--id", "codigo", "--quiet"], &regions[..]].concat()).well()
});

/// `lindero regions RUN`.
struct Sums {
    _folder: TempDir,
    out: PathBuf,
    output: Output,
}

impl Sums {
    fn of(run: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("sums");
        let (run, place) = (run.display().to_string(), out.display().to_string());
        let output = common::run([&["regions", run.as_str(), "--quiet", "--out", place.as_str()], more].concat());
        Self { _folder: folder, out, output }
    }

    #[track_caller]
    fn well(self) -> Self {
        assert!(self.output.status.success(), "{}", String::from_utf8_lossy(&self.output.stderr));
        self
    }

    fn table(&self, name: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.out.join(name)).unwrap();
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |record: csv::StringRecord| columns.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        reader.records().map(|record| row(record.unwrap())).collect()
    }
}

fn number(row: &Row, column: &str) -> Option<f64> {
    let text = row.get(column).unwrap_or_else(|| panic!("no column {column}"));
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn sum<'r>(rows: impl Iterator<Item = &'r Row>, column: &str) -> f64 {
    rows.filter_map(|row| number(row, column)).sum()
}

#[test]
fn districts_add_up_to_departments_and_cooperatives_to_all_plots() {
    let (columns, rows) = GROUPED.table("regions.csv");
    assert!(rows.iter().all(|row| row["basis"] == SUBMITTED));
    let text = String::from_utf8_lossy(&GROUPED.output.stdout).into_owned();
    assert!(text.contains(SUBMITTED), "{text}");
    let groups: Vec<&str> = {
        let mut groups: Vec<&str> = rows.iter().map(|row| row["group_cooperativa"].as_str()).collect();
        groups.dedup();
        groups
    };
    assert_eq!(groups[0], "(all)");
    assert!(groups.len() > 3 && groups.contains(&"(none)"), "{groups:?}");
    let added: Vec<&String> =
        columns.iter().filter(|name| name.ends_with("_ha") || name.starts_with("plots")).collect();
    assert!(added.len() > 40);
    for column in added {
        for group in &groups {
            let of_group = || rows.iter().filter(|row| row["group_cooperativa"] == *group);
            let of_level = |level: &'static str| of_group().filter(move |row| row["level"] == level);
            for department in of_level("departamento") {
                let inner = of_level("distrito").filter(|row| row["level_departamento"] == department["region"]);
                let (inner, whole) = (sum(inner, column), number(department, column).unwrap_or(0.0));
                assert!((inner - whole).abs() < ADDED_HA, "{group} {column}: {inner}, and not {whole}");
            }
            let all = sum(of_group().filter(|row| row["region"] == "(all plots)"), column);
            let apart = of_level("departamento").chain(of_group().filter(|row| row["region"].starts_with("(outside")));
            let apart = sum(apart, column);
            assert!((apart - all).abs() < ADDED_HA, "{group} {column}: {apart}, and not {all}");
        }
        let total = |is_all: bool| {
            let of = rows.iter().filter(|row| (row["group_cooperativa"] == "(all)") == is_all);
            sum(of.filter(|row| row["region"] == "(all plots)"), column)
        };
        assert!((total(true) - total(false)).abs() < ADDED_HA, "{column}");
    }
    let outside = rows.iter().find(|row| row["region"].starts_with("(outside")).unwrap();
    assert!(number(outside, "area_ha").unwrap() > 0.0 && outside["level"].is_empty(), "{outside:?}");
}

#[test]
fn a_run_is_added_up_by_any_column_without_measuring_again() {
    let sums = Sums::of(&PLAIN.path, &["--level", "cooperativa,productor", "--group", "anio_siembra"]).well();
    let rows = sums.table("regions.csv");
    let (columns, plots) = PLAIN.table("plots.csv");
    let measured: Vec<&String> = columns
        .iter()
        .skip_while(|name| *name != "area_ha")
        .take_while(|name| *name != "verdict")
        .filter(|name| name.ends_with("_ha"))
        .collect();
    let mut compared = 0;
    for row in rows.iter().filter(|row| row["level"] == "cooperativa") {
        let named = |text: &str, name: &str| if name == "(none)" { text.is_empty() } else { text == name };
        let of_row = || {
            plots.iter().filter(|plot| {
                let in_group =
                    row["group_anio_siembra"] == "(all)" || named(&plot["anio_siembra"], &row["group_anio_siembra"]);
                in_group && named(&plot["cooperativa"], &row["region"])
            })
        };
        assert_eq!(row["plots"], of_row().count().to_string(), "{}", row["region"]);
        assert_eq!(row["plots_high"], of_row().filter(|plot| plot["verdict"] == "high").count().to_string());
        for column in &measured {
            let (found, expected) = (number(row, column), sum(of_row(), column));
            let known = of_row().any(|plot| number(plot, column).is_some());
            // Of a group of which nothing was measured the area of the plots is 0 and the rest is not known.
            assert!(found.is_some() == known || *column == "area_ha", "{column}: {found:?}");
            assert!((found.unwrap_or(0.0) - expected).abs() < ADDED_HA, "{column}: {found:?}, and not {expected}");
            compared += 1;
        }
    }
    assert!(compared > 1_000, "{compared}");
    let told: BTreeMap<&str, &Row> = rows
        .iter()
        .filter(|row| row["group_anio_siembra"] == "(all)")
        .map(|row| (row["region"].as_str(), row))
        .collect();
    assert_eq!(told["(all plots)"]["plots"], "2000");
    assert!(rows.iter().all(|row| row["basis"] == SUBMITTED && !row["region"].starts_with("(outside")));
    assert!(String::from_utf8_lossy(&sums.output.stdout).contains(SUBMITTED));
}

#[test]
fn a_run_measured_again_over_regions_is_the_screening_over_them() {
    let districts = districts();
    let more = ["--regions", districts.as_str(), "--level", "departamento,distrito", "--group", "cooperativa"];
    let plain = Run::of("landscape", "lindero.toml", &["--id", "codigo", "--quiet"]).well();
    let again = Sums::of(&plain.path, &more).well();
    for name in ["regions.csv", "regions.geojson", "plots.parquet", "plots.csv"] {
        assert!(std::fs::read(again.out.join(name)).unwrap() == GROUPED.bytes(name), "{name} differs");
    }
}

#[test]
fn every_presets_parts_and_what_is_undecided_add_up_to_the_plot() {
    let (_, plots) = PLAIN.table("plots.csv");
    let presets: [(&[&str], &str); 3] = [
        (&["zomer_forest", "zomer_regrowth", "zomer_planted", "zomer_scattered", "zomer_treeless"], "zomer_undecided"),
        (
            &["shade_open", "shade_rustic", "shade_dense", "shade_forest", "shade_regrowth", "shade_planted"],
            "shade_undecided",
        ),
        (&["cusaf_kept", "cusaf_lost", "cusaf_used", "cusaf_used_later", "cusaf_open"], "cusaf_undecided"),
    ];
    let mut met: BTreeMap<&str, f64> = BTreeMap::new();
    let mut unseen: BTreeSet<&str> = BTreeSet::new();
    for plot in plots.iter().filter(|plot| !plot["area_ha"].is_empty()) {
        let area_ha = number(plot, "area_ha").unwrap();
        for (parts, undecided) in presets {
            let parts = parts.iter().chain([&undecided]).map(|&part| (part, number(plot, &format!("{part}_ha"))));
            let parts: Vec<(&str, Option<f64>)> = parts.collect();
            // No map reaches the plot: nothing is known of any part.
            if parts.iter().all(|(_, part_ha)| part_ha.is_none()) {
                unseen.insert(plot["plot_id"].as_str());
                continue;
            }
            let mut sum = 0.0;
            for (part, part_ha) in parts {
                assert!(part_ha.is_none_or(|ha| ha >= 0.0), "{part} of {}", plot["plot_id"]);
                *met.entry(part).or_default() += part_ha.unwrap_or(0.0);
                sum += part_ha.unwrap_or(0.0);
            }
            assert!(
                (sum - area_ha).abs() <= OWN_AREA * area_ha,
                "{undecided} of {}: {sum} of {area_ha}",
                plot["plot_id"]
            );
        }
        for percent in [10, 20, 30, 50] {
            let (zomer, class) = (format!("zomer_gt{percent}_ha"), format!("treecover_2020_gt{percent}_ha"));
            assert_eq!(plot[&zomer], plot[&class], "{}", plot["plot_id"]);
        }
    }
    assert_eq!(unseen.len(), 1, "{unseen:?}");
    for part in ["zomer_forest", "zomer_scattered", "zomer_undecided", "shade_open", "shade_rustic", "cusaf_lost"] {
        assert!(met[part] > 1.0, "{part}: {} ha", met[part]);
    }
    // The landscape has no map of heights: that is told, and is no column of zeros.
    assert!(!plots[0].contains_key("height_over5_ha"));
    let text = String::from_utf8_lossy(&PLAIN.output.stdout).into_owned();
    assert!(text.contains("the catalog has no layer of heights with a stated error"), "{text}");
    assert!(text.contains("preset shade-cocoa 1: ground that was no forest at the cut-off"), "{text}");
}

#[test]
fn whole_regions_have_the_tree_cover_that_a_screening_of_them_as_plots_finds() {
    let (regions, catalog) = (PathBuf::from(districts()), common::fixture("landscape/lindero.toml"));
    let screened = Run::on(&[&regions], &catalog, &["--id", "distrito", "--quiet"]).well();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("whole");
    let texts = [regions.display().to_string(), catalog.display().to_string(), out.display().to_string()];
    let [regions, catalog, place] = texts.each_ref().map(String::as_str);
    let args = ["--regions", regions, "--region-name", "distrito", "--catalog", catalog, "--out", place, "--quiet"];
    let output = common::run([&["regions"], &args[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut reader = csv::Reader::from_path(out.join("regions_long.csv")).unwrap();
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| columns.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    let whole: Vec<Row> = reader.records().map(|record| row(record.unwrap())).collect();
    let mut compared = 0;
    for plot in screened.table("plots.csv").1 {
        for (layer, year) in [("treecover2000", 2000), ("treecover2020", 2020)] {
            for percent in [10, 20, 30, 50] {
                let is_over = |class: &str| {
                    class.split_once('-').is_some_and(|(over, _)| over.parse::<u32>().unwrap() >= percent)
                };
                let of_layer = whole
                    .iter()
                    .filter(|row| row["region"] == plot["plot_id"] && row["layer"] == layer && is_over(&row["class"]));
                let (classes, found) =
                    (sum(of_layer, "area_ha"), number(&plot, &format!("treecover_{year}_gt{percent}_ha")));
                assert!((classes - found.unwrap()).abs() < 1e-9, "{layer} {percent}: {classes}, and not {found:?}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 3 * 2 * 4);
}

/// One cell of ground for each thing that a preset can say: what the maps show there, and the column that has it.
const GROUND: [Ground; 10] = [
    Ground { gfc: 0, tmf: 6, mb_2000: 21, mb: 21, cover: 20, shade: "shade_open", zomer: "zomer_scattered" },
    Ground { gfc: 0, tmf: 6, mb_2000: 21, mb: 21, cover: 45, shade: "shade_rustic", zomer: "zomer_scattered" },
    Ground { gfc: 1, tmf: 6, mb_2000: 21, mb: 21, cover: 70, shade: "shade_dense", zomer: "zomer_scattered" },
    Ground { gfc: 1, tmf: 1, mb_2000: 3, mb: 3, cover: 90, shade: "shade_forest", zomer: "zomer_forest" },
    Ground { gfc: 1, tmf: 4, mb_2000: 15, mb: 3, cover: 80, shade: "shade_regrowth", zomer: "zomer_regrowth" },
    // Old shade cocoa or old forest: from above nobody can tell.
    Ground { gfc: 1, tmf: 4, mb_2000: 3, mb: 3, cover: 80, shade: "shade_undecided", zomer: "zomer_undecided" },
    // One map against two.
    Ground { gfc: 1, tmf: 6, mb_2000: 12, mb: 12, cover: 80, shade: "shade_undecided", zomer: "zomer_undecided" },
    Ground { gfc: 0, tmf: 6, mb_2000: 12, mb: 9, cover: 80, shade: "shade_planted", zomer: "zomer_planted" },
    // Farmed, and nobody saw how many trees stand there.
    Ground { gfc: 0, tmf: 6, mb_2000: 21, mb: 21, cover: 255, shade: "shade_undecided", zomer: "zomer_undecided" },
    Ground { gfc: 0, tmf: 6, mb_2000: 12, mb: 12, cover: 5, shade: "shade_open", zomer: "zomer_treeless" },
];

struct Ground {
    gfc: u8,
    tmf: u8,
    mb_2000: u8,
    mb: u8,
    cover: u8,
    shade: &'static str,
    zomer: &'static str,
}

#[test]
fn a_preset_says_of_each_kind_of_ground_what_the_maps_allow() {
    use lindero_testkit::{GeoTiff, Sample};
    // Whole binary fractions, so that cells are whole; each is over the half hectare of a forest.
    const CELL: f64 = 1.0 / 512.0;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let band = |value: fn(&Ground) -> u8| {
        ndarray::Array2::from_shape_fn((1, GROUND.len()), |(_, col)| f64::from(value(&GROUND[col])))
    };
    let write = |name: &str, bands: Vec<ndarray::Array2<f64>>, nodata: Option<&str>| {
        let raster = GeoTiff::new(Sample::U8, bands).at(-76.0, -9.0).cell(CELL, CELL);
        let raster = if let Some(text) = nodata { raster.nodata(text) } else { raster };
        raster.write(&at(name)).unwrap();
    };
    write("gfc.tif", vec![band(|ground| ground.gfc)], None);
    write("tmf.tif", vec![band(|ground| ground.tmf)], None);
    write("loss.tif", vec![band(|_| 0)], None);
    write("cover.tif", vec![band(|ground| ground.cover)], Some("255"));
    let years =
        (1985..=2020).map(|year| if year < 2011 { band(|ground| ground.mb_2000) } else { band(|ground| ground.mb) });
    write("mb.tif", years.collect(), None);
    let catalog = "[layer.gfc2020]\npath = \"gfc.tif\"\n[layer.tmf2020]\npath = \"tmf.tif\"\n\
                   [layer.mb]\npath = \"mb.tif\"\nbands = { first = 1985 }\n\
                   [layer.lossyear]\npath = \"loss.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n\
                   [layer.cover]\npath = \"cover.tif\"\ntree_cover = 2020\n";
    std::fs::write(at("lindero.toml"), catalog).unwrap();
    let (east, south) = (-76.0 + GROUND.len() as f64 * CELL, -9.0 - CELL);
    let ring = format!("[[-76.0,{south}],[{east},{south}],[{east},-9.0],[-76.0,-9.0],[-76.0,{south}]]");
    let geometry = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
    let plots = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{geometry}}}]}}"#
    );
    std::fs::write(at("plots.geojson"), plots).unwrap();
    let run = Run::on(
        &[&at("plots.geojson")],
        &at("lindero.toml"),
        &["--preset", "shade-cocoa", "--preset", "zomer", "--quiet"],
    )
    .well();
    let plot = &run.table("plots.csv").1[0];
    let cells = |column: &str| {
        let share = number(plot, &format!("{column}_ha")).unwrap() / number(plot, "area_ha").unwrap();
        (share * GROUND.len() as f64 * 1e6).round() / 1e6
    };
    let mut expected: BTreeMap<&str, f64> = BTreeMap::new();
    for ground in &GROUND {
        *expected.entry(ground.shade).or_default() += 1.0;
        *expected.entry(ground.zomer).or_default() += 1.0;
    }
    let found: BTreeMap<&str, f64> = expected.keys().map(|&column| (column, cells(column))).collect();
    assert_eq!(found, expected);
    assert_eq!([cells("shade_ge40"), cells("zomer_gt10"), cells("zomer_gt50")], [2.0, 8.0, 6.0]);
}

#[test]
fn heights_are_over_five_metres_under_them_or_within_their_error() {
    use lindero_testkit::{GeoTiff, Sample};
    let folder = tempfile::tempdir().unwrap();
    // The error of 2.4 m is a deviation of 3.008 m: nine in ten from 8.855 m on and up to 1.145 m.
    let heights = ndarray::array![[1.0, 1.2, 5.0], [8.8, 8.9, 30.0]];
    let at = |name: &str| folder.path().join(name);
    let cells = GeoTiff::new(Sample::F32, vec![heights]).at(-76.0, -9.0).cell(0.001, 0.001);
    cells.write(&at("chm.tif")).unwrap();
    std::fs::write(at("plots.geojson"), ONE_PLOT).unwrap();
    std::fs::write(at("lindero.toml"), "[layer.chm]\npath = \"chm.tif\"\nerror_m = 2.4\n").unwrap();
    std::fs::write(at("policy.toml"), BOUNDARIES_ALONE).unwrap();
    let policy = at("policy.toml").display().to_string();
    let run = Run::on(
        &[&at("plots.geojson")],
        &at("lindero.toml"),
        &["--policy", &policy, "--preset", "canopy-height", "--quiet"],
    )
    .well();
    let plot = &run.table("plots.csv").1[0];
    let share = |column: &str| number(plot, column).unwrap() / number(plot, "area_ha").unwrap();
    for (column, cells) in [("height_over5_ha", 2.0), ("height_under5_ha", 1.0), ("height_undecided5_ha", 3.0)] {
        assert!((share(column) - cells / 6.0).abs() < 1e-4, "{column}: {}", share(column));
    }
    // Standard normal distribution at (1, 1.2, 5, 8.8, 8.9, 30 - 5) / 3.008, by a table.
    let chances = [0.091_77, 0.103_20, 0.5, 0.896_80, 0.902_60, 1.0];
    let (found, expected) = (number(plot, "height_chance5_mean").unwrap(), chances.iter().sum::<f64>() / 6.0);
    assert!((found - expected).abs() < 2e-3, "{found}, and not {expected}");
}

#[test]
fn what_cannot_be_added_up_is_refused() {
    let check = |run: &Path, more: &[&str], expected: &str| {
        let sums = Sums::of(run, more);
        let message = String::from_utf8_lossy(&sums.output.stderr).into_owned();
        assert_eq!(sums.output.status.code(), Some(2), "{message}");
        assert!(message.contains(expected), "{more:?}: {message}");
        assert!(!sums.out.exists());
    };
    check(&PLAIN.path, &[], "say what to add the run up by: --group FIELD");
    check(&PLAIN.path, &["--group", "cooperatva"], "did you mean \"cooperativa\"?");
    check(
        &PLAIN.path,
        &["--preset", "zommer"],
        "preset \"zommer\" is neither a file nor one of the shipped presets: zomer",
    );
    check(&PLAIN.path, &["--preset", "zomer", "--level", "distrito"], "--level goes with --regions");
    check(Path::new(env!("CARGO_MANIFEST_DIR")), &["--group", "x"], "is no run of `lindero screen`");
    let hansen = Run::of("landscape", "hansen-only.toml", &["--id", "codigo", "--quiet"]).well();
    check(&hansen.path, &["--preset", "shade-cocoa"], "stands on terms that neither policy nor catalog define");

    // The plots have changed since: what was measured of them is no more.
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("plots.geojson");
    std::fs::write(&plots, ONE_PLOT).unwrap();
    let run = Run::on(&[&plots], &common::fixture("landscape/lindero.toml"), &["--quiet"]).well();
    std::fs::write(&plots, format!("{ONE_PLOT}\n")).unwrap();
    check(&run.path, &["--preset", "zomer"], "is not what the run read (its BLAKE3 differs)");
}
