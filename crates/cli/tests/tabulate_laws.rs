//! What must hold of any table, shown on the invented valley.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{Row, csv_bytes, fixture, layer, rows, table, tabulate};
use lindero_engine::{CheckedPlots, Fields};
use lindero_io::plots::PlotFiles;
use lindero_io::vector::{VectorOptions, open_many};
use lindero_testkit::{Compression, GeoTiff, Predictor, Sample, SplitMix64};
use ndarray::Array2;
use serde_json::{Value, json};

/// The shares of a plot's classes are rounded once each.
const SHARES_SUM: f64 = 1e-12;
/// Coverage is rounded to 2^-48 of a cell, so that a class may be off by a last digit for each of its cells.
const SHARES_OF_PLOT: f64 = 1e-10;
/// A part of a cell counts by the mean ground of its row of cells. That is off by at most half of a row's change:
/// the tangent of the latitude times this, half of 0.00027 degrees in radians.
const HALF_A_ROW: f64 = 2.36e-6;
/// For the same reason shares of area and shares of cells differ over a plot of a few rows; and on the cells of TMF,
/// which do not end on a seventh decimal, corners lie beside those of the cells by up to 2e-4 of one.
const DRAWN_CELLS: f64 = 2e-3;

/// Tiles on one grid, tiles on two, one band of many, sparse tiles, small cells; 0 tagged as no data in some.
fn layers() -> Vec<String> {
    let valley = |id, path: &str| layer(id, &fixture("landscape/layers").join(path));
    vec![
        valley("lossyear", "Hansen_GFC-2024-v1.12_lossyear_*.tif"),
        valley("gfc2020", "JRC_GFC2020_V4_*.tif"),
        valley("tmf2020", "JRC_TMF_AnnualChange_v1_2020_SAM_*.tif"),
        valley("tmf_latest", "JRC_TMF_AnnualChange_v1_2024_SAM_*.tif"),
        valley("tmfdef", "JRC_TMF_DeforestationYear_INT_1982_2024_v1_SAM_*.tif"),
        valley("primary2001", "SouthAmerica_2001_primary.tif"),
        valley("treecover2000", "Hansen_GFC-2024-v1.12_treecover2000_*.tif"),
        valley("treecover2020", "treecover_2020_30m.tif"),
        valley("datamask", "Hansen_GFC-2024-v1.12_datamask_*.tif"),
        valley("mb", "mapbiomas_peru_collection3_integration_v1.tif,band=36"),
        valley("radd", "RADD_alert_date_peru.tif,band=2"),
    ]
}

fn valley() -> PathBuf {
    fixture("landscape/plots.geojson")
}

fn features() -> Vec<Value> {
    let mut valley: Value = serde_json::from_str(&std::fs::read_to_string(valley()).unwrap()).unwrap();
    std::mem::take(valley["features"].as_array_mut().unwrap())
}

fn write_features(path: &Path, features: &[Value]) {
    std::fs::write(path, json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
}

const BY_CODE: [&str; 2] = ["--id", "codigo"];

/// The lines of each plot without the number of its row.
fn lines_by_plot(bytes: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut plots = BTreeMap::<String, Vec<String>>::new();
    for line in std::str::from_utf8(bytes).unwrap().lines().skip(1) {
        let (_, line) = line.split_once(',').unwrap();
        let (plot, line) = line.split_once(',').unwrap();
        plots.entry(plot.to_owned()).or_default().push(line.to_owned());
    }
    plots
}

/// The table of the valley's plots in this order and these files says the same of every plot.
fn check_same_plots(files: &[&[Value]]) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..files.len()).map(|at| folder.path().join(format!("{at}.geojson"))).collect();
    for (path, features) in paths.iter().zip(files) {
        write_features(path, features);
    }
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let found = lines_by_plot(&csv_bytes(&paths, &layers(), &BY_CODE));
    let all = lines_by_plot(&csv_bytes(&[&valley()], &layers(), &BY_CODE));
    for feature in files.iter().flat_map(|features| features.iter()) {
        let code = feature["properties"]["codigo"].as_str().unwrap();
        assert_eq!(found.get(code), all.get(code), "{code}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let [one, two, seven] = ["1", "2", "7"].map(|threads| csv_bytes(&[&valley()], &layers(), &["--threads", threads]));
    assert!(one.len() > 100_000);
    assert!(one == two, "2 threads differ from 1");
    assert!(one == seven, "7 threads differ from 1");
}

#[test]
fn the_order_of_the_plots_changes_no_byte_of_a_plot() {
    let mut shuffled = features();
    let mut chance = SplitMix64::new(7);
    for at in (1..shuffled.len()).rev() {
        shuffled.swap(at, chance.below(at + 1));
    }
    check_same_plots(&[&shuffled]);
}

#[test]
fn the_rest_of_the_batch_changes_no_byte_of_a_plot() {
    let of_interest = ["SM-00001", "SM-00777", "T-07", "T-08", "T-19", "T-20", "T-23", "SM-01968", "SM-01975"];
    let alone: Vec<Value> = features()
        .into_iter()
        .filter(|it| of_interest.iter().any(|code| it["properties"]["codigo"] == *code))
        .collect();
    assert_eq!(alone.len(), of_interest.len());
    for feature in alone {
        check_same_plots(&[&[feature]]);
    }
}

#[test]
fn the_order_of_the_layers_changes_no_byte_of_a_layer() {
    let by_layer = |layers: &[String]| {
        let mut rows = rows(&[&valley()], layers, &[]);
        rows.sort_by(|a, b| (a.row, &a.layer).cmp(&(b.row, &b.layer)));
        rows
    };
    let mut turned = layers();
    turned.reverse();
    assert_eq!(by_layer(&layers()), by_layer(&turned));
}

#[test]
fn a_region_has_what_its_rows_have_as_plots_of_their_own() {
    // Borders of cells are numbers without error. Blocks of the map lie wholly inside the region; the rows are small plots.
    const CELL: f64 = 1.0 / 4096.0;
    let (rows_of_cells, cols) = (5..1_495, 7..1_593);
    let mut chance = SplitMix64::new(3);
    let class = |(row, col): (usize, usize)| match (row / 90 + col / 70) % 12 {
        // Too many classes to be looked for one by one.
        11 => chance.below(200) as f64,
        patch => ((patch * 7 + row / 40) % 10) as f64,
    };
    let map = Array2::from_shape_fn((1_500, 1_600), class);
    let folder = tempfile::tempdir().unwrap();
    let [path, region, strips] = ["map.tif", "region.geojson", "rows.geojson"].map(|name| folder.path().join(name));
    GeoTiff::new(Sample::U8, vec![map]).at(-76.0, -9.0).cell(CELL, CELL).tiles(256, 256).write(&path).unwrap();
    let rectangle = |rows: std::ops::Range<usize>| {
        let (north, south) = (-9.0 - rows.start as f64 * CELL, -9.0 - rows.end as f64 * CELL);
        let (west, east) = (-76.0 + cols.start as f64 * CELL, -76.0 + cols.end as f64 * CELL);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        json!({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    write_features(&region, &[rectangle(rows_of_cells.clone())]);
    write_features(&strips, &rows_of_cells.map(|row| rectangle(row..row + 1)).collect::<Vec<_>>());
    let by_class = |plots: &Path| {
        let mut classes = BTreeMap::<u32, f64>::new();
        for row in rows(&[plots], &[layer("map", &path)], &[]) {
            *classes.entry(row.value.expect("no cell lacks data") as u32).or_default() += row.area_m2;
        }
        classes
    };
    let (whole, sums) = (by_class(&region), by_class(&strips));
    assert!(whole.len() > 150 && whole.keys().eq(sums.keys()));
    for (class, area_m2) in &whole {
        assert!((area_m2 / sums[class] - 1.0).abs() <= SHARES_SUM, "class {class}: {area_m2} m2, rows {}", sums[class]);
    }
}

#[test]
fn plots_in_two_files_are_counted_on() {
    let all = features();
    let (first, second) = all.split_at(700);
    check_same_plots(&[first, second]);
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one.geojson", "two.geojson"].map(|name| folder.path().join(name));
    write_features(&one, first);
    write_features(&two, second);
    // Without ids in the files the row is the id: this compares every byte.
    let split = csv_bytes(&[&one, &two], &layers(), &[]);
    assert!(split == csv_bytes(&[&valley()], &layers(), &[]), "two files differ from one");
}

/// One map on the valley, its rows and columns no multiple of any block's.
fn map() -> GeoTiff {
    let (mut chance, mut value) = (SplitMix64::new(11), 0.0);
    let cells = Array2::from_shape_fn((301, 403), |_| {
        if chance.chance(0.2) {
            value = chance.below(7) as f64;
        }
        value
    });
    GeoTiff::new(Sample::U8, vec![cells]).at(-76.35, -9.94).cell(0.00025, 0.00025).nodata("3")
}

#[test]
fn on_cells_of_many_kilometres_classes_share_a_plot_by_their_area() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("plots.geojson");
    let ring = json!([[-76, -80], [-75, -80], [-75, 0], [-76, 0], [-76, -80]]);
    let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
    let feature = json!({ "type": "Feature", "properties": {}, "geometry": geometry });
    std::fs::write(&plots, json!({ "type": "FeatureCollection", "features": [feature] }).to_string()).unwrap();
    // 13 km, about 16 km, 28 km, and a degree.
    for size in [0.125, 0.16, 0.25, 1.0] {
        let path = folder.path().join("map.tif");
        let height = (80.0 / size) as usize;
        let cells = Array2::from_shape_fn((height, (1.0 / size) as usize + 1), |(row, _)| f64::from(row >= height / 2));
        GeoTiff::new(Sample::U8, vec![cells]).at(-76.0, 0.0).cell(size, size).write(&path).unwrap();
        let found = rows(&[&plots], &[layer("map", &path)], &[]);
        assert_eq!(found.iter().map(|row| row.value).collect::<Vec<_>>(), [Some(0.0), Some(1.0)]);
        for (row, (south, north)) in found.iter().zip([(-40.0, 0.0), (-80.0, -40.0)]) {
            let expected = lindero_plots::row_area_m2(south, north, 1.0);
            let off = row.area_m2 / expected - 1.0;
            assert!(off.abs() < SHARES_OF_PLOT, "{size} degrees: {} m2, expected {expected}", row.area_m2);
        }
    }
}

#[test]
fn the_layout_of_a_raster_changes_no_byte() {
    use Compression::{Deflate, Lzw, PackBits, Zstd};
    use Predictor::Horizontal;
    let plain = Predictor::None;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).with_extension("tif");
    let bytes = |path: &Path| csv_bytes(&[&valley()], &[layer("map", path)], &BY_CODE);
    map().write(&path("plain")).unwrap();
    let expected = bytes(&path("plain"));
    assert!(expected.len() > 100_000);
    for (name, layout) in [
        ("one-row LZW strips", map().strips(1).packed(Lzw, plain)),
        ("LZW strips with predictor", map().strips(7).packed(Lzw, Horizontal)),
        ("DEFLATE strips", map().strips(16).packed(Deflate, plain)),
        ("PackBits strips", map().strips(64).packed(PackBits, plain)),
        ("small DEFLATE tiles", map().tiles(16, 16).packed(Deflate, Horizontal)),
        ("DEFLATE tiles", map().tiles(256, 256).packed(Deflate, plain)),
        ("oblong ZSTD tiles", map().tiles(128, 32).packed(Zstd, plain)),
        ("tiles that are not packed", map().tiles(64, 64)),
        ("one tile", map().tiles(512, 512).packed(Lzw, plain)),
        ("BigTIFF, big endian", map().tiles(64, 64).big_tiff().big_endian().packed(Zstd, Horizontal)),
        ("south up", map().south_up().strips(5).packed(Lzw, plain)),
    ] {
        layout.write(&path(name)).unwrap();
        assert!(bytes(&path(name)) == expected, "another table from {name}");
    }
    let vrt = folder.path().join("map.vrt");
    let arguments = ["-q", "-of", "VRT"].map(std::ffi::OsStr::new);
    let files = [path("plain").into_os_string(), vrt.clone().into_os_string()];
    let arguments = arguments.into_iter().chain(files.iter().map(|it| it.as_os_str())).collect::<Vec<_>>();
    if cfg!(feature = "gdal") && common::gdal_tool("gdal_translate", &arguments) {
        assert!(bytes(&vrt) == expected, "another table from a virtual raster");
    }
}

/// Shares and areas summed by plot and layer.
fn sums(rows: &[Row]) -> BTreeMap<(usize, &str), (f64, f64)> {
    let mut sums = BTreeMap::<_, (f64, f64)>::new();
    for row in rows {
        let sum = sums.entry((row.row, row.layer.as_str())).or_default();
        sum.0 += row.share;
        sum.1 += row.area_m2;
    }
    sums
}

#[test]
fn shares_sum_to_one_and_areas_to_the_plot() {
    let files = open_many(&[valley()], &VectorOptions::default()).unwrap();
    let fields = Fields { area: Some("Area".to_owned()), ..Fields::default() };
    let plots =
        CheckedPlots::new(&mut PlotFiles::new(&files), &fields).next().unwrap().expect("one batch holds them all");
    let rows = rows(&[&valley()], &layers(), &[]);
    let sums = sums(&rows);
    assert_eq!(sums.len(), plots.rows.iter().filter(|plot| plot.shape.is_some()).count() * layers().len());
    for ((row, layer), (share, area_m2)) in sums {
        assert!((share - 1.0).abs() <= SHARES_SUM, "row {row}, {layer}: the shares sum to {share}");
        let plot = &plots.rows[row];
        let (own_m2, bounds) = (plot.area_m2.unwrap(), plots.shapes.get(plot.shape.unwrap()).bounds());
        let off = (area_m2 - own_m2).abs() / own_m2;
        let allowed = bounds.min_y.to_radians().tan().abs() * HALF_A_ROW;
        assert!(off <= allowed, "row {row}, {layer}: {area_m2} m2 of a plot of {own_m2} m2, {off} off");
    }
    for row in &rows {
        assert!(row.share > 0.0 && row.area_m2 > 0.0, "a class of no area: {row:?}");
    }
}

#[test]
fn classes_are_in_order_with_no_data_last_and_each_once() {
    let rows = rows(&[&valley()], &layers(), &[]);
    let names: Vec<String> = layers().iter().map(|layer| layer.split_once('=').unwrap().0.to_owned()).collect();
    let place = |row: &Row| {
        let layer = names.iter().position(|name| *name == row.layer).unwrap();
        (row.row, layer, row.value.is_none(), row.value.unwrap_or_default() as i64)
    };
    for pair in rows.windows(2) {
        assert!(place(&pair[0]) < place(&pair[1]), "{pair:?}");
    }
}

fn truths() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture("landscape/truths.json")).unwrap()).unwrap()
}

#[test]
fn drawn_plots_hold_the_cells_that_were_drawn() {
    /// Layers whose files tag 0 as no data.
    const ZERO_IS_NO_DATA: [&str; 3] = ["gfc2020", "tmf2020", "tmf_latest"];
    let mut shares = BTreeMap::<(String, String), BTreeMap<Option<i64>, f64>>::new();
    for row in rows(&[&valley()], &layers(), &BY_CODE) {
        let plot = shares.entry((row.plot_id, row.layer)).or_default();
        plot.insert(row.value.map(|value| value as i64), row.share);
    }
    let mut compared = 0;
    for (plot, layers) in truths()["cells"].as_object().unwrap() {
        for (layer, drawn) in layers.as_object().unwrap() {
            let found = &shares[&(plot.clone(), layer.clone())];
            let zero_is_no_data = ZERO_IS_NO_DATA.contains(&layer.as_str());
            let drawn = drawn.as_object().unwrap();
            let total: f64 = drawn.values().map(|cells| cells.as_f64().unwrap()).sum();
            let drawn: BTreeMap<Option<i64>, f64> = drawn
                .iter()
                .map(|(value, cells)| (value.parse().unwrap(), cells.as_f64().unwrap()))
                .map(|(value, cells): (i64, f64)| ((value != 0 || !zero_is_no_data).then_some(value), cells))
                .collect();
            // Also what was not drawn: corners written with 7 decimals leave slivers of the cells beside.
            for value in found.keys().chain(drawn.keys()).collect::<BTreeSet<_>>() {
                let cells = drawn.get(value).copied().unwrap_or_default();
                let measured = found.get(value).copied().unwrap_or_default() * total;
                // The drawn numbers are whole quarters, so that this is exact but for the ground of the rows.
                assert_eq!((measured * 4.0).round() / 4.0, cells, "{plot}, {layer}, {value:?}: {measured} cells");
                assert!((measured - cells).abs() < DRAWN_CELLS, "{plot}, {layer}, {value:?}: {measured} cells");
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "only {compared} classes were compared");
}

#[test]
fn every_usable_plot_has_rows_and_no_other() {
    /// Defects that leave a plot measurable, or are repaired as they are in these plots; all others do not.
    const HARMLESS: [&str; 5] =
        ["open_ring", "line_in_collection", "mixed_points_and_polygons", "spike", "overlapping_parts"];
    let truths = truths();
    let unusable: BTreeSet<&str> = truths["odd_plots"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, odd)| odd["defect"].as_str().is_some_and(|defect| !HARMLESS.contains(&defect)))
        .map(|(code, _)| code.as_str())
        .collect();
    assert!(unusable.len() >= 10, "{unusable:?}");
    let rows = rows(&[&valley()], &layers(), &BY_CODE);
    let mut measured = BTreeMap::<usize, (&str, BTreeSet<&str>)>::new();
    for row in &rows {
        measured.entry(row.row).or_insert((&row.plot_id, BTreeSet::new())).1.insert(&row.layer);
    }
    for (row, feature) in features().iter().enumerate() {
        let code = feature["properties"]["codigo"].as_str().unwrap();
        match measured.get(&row) {
            None => assert!(unusable.contains(code), "{code} has no rows"),
            Some((id, of_layers)) => {
                assert!(!unusable.contains(code), "{code} has rows");
                assert_eq!((*id, of_layers.len()), (code, layers().len()), "row {row}");
            }
        }
    }
}

#[test]
fn plots_without_rows_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    let arguments = [
        "tabulate".to_owned(),
        valley().display().to_string(),
        "--id=codigo".to_owned(),
        format!("--layer={}", layers()[0]),
        format!("--out={}", out.display()),
    ];
    let told = String::from_utf8(common::run(arguments).stderr).unwrap();
    assert!(told.starts_with("note: 10 plots cannot be measured and have no rows; the first is row "), "{told}");
}

#[test]
fn csv_and_parquet_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let [csv, parquet] = ["table.csv", "table.parquet"].map(|name| folder.path().join(name));
    for out in [&csv, &parquet] {
        tabulate(&[&valley()], &layers(), &BY_CODE, out);
    }
    let (from_csv, from_parquet) = (table(&csv), table(&parquet));
    assert!(from_csv.len() > 20_000);
    assert_eq!(from_csv.len(), from_parquet.len());
    for (a, b) in from_csv.iter().zip(&from_parquet) {
        assert_eq!(a, b);
    }
    let names: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 2, "something was left behind: {names:?}");
}

#[test]
fn a_plot_cut_in_two_sums_to_the_whole() {
    let (west, south, size) = (-76.33, -10.003, 0.0041);
    let cut = west + size * 0.37;
    let strip = |code: &str, from: f64, to: f64| {
        let (top, bottom) = (south + size, south);
        let ring = json!([[from, bottom], [to, bottom], [to, top], [from, top], [from, bottom]]);
        json!({"type": "Feature", "properties": {"codigo": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.geojson");
    write_features(&path, &[strip("whole", west, west + size), strip("a", west, cut), strip("b", cut, west + size)]);
    let mut classes = BTreeMap::<(String, Option<i64>), [f64; 2]>::new();
    let mut whole_m2 = 0.0;
    for row in rows(&[&path], &layers(), &BY_CODE) {
        let class = classes.entry((row.layer, row.value.map(|value| value as i64))).or_default();
        class[usize::from(row.plot_id == "whole")] += row.area_m2;
        whole_m2 = f64::max(whole_m2, class[1]);
    }
    assert!(classes.len() > layers().len());
    for (class, [parts_m2, whole]) in classes {
        assert!((parts_m2 - whole).abs() <= SHARES_OF_PLOT * whole_m2, "{class:?}: {parts_m2} is not {whole}");
    }
}
