//! Class areas on real data against the stored tables of other programs (`fixtures/reference/SOURCES.md`).

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use common::{Row, fixture, gdal_tool, layer, rows, shared};

/// Half of the last digit of the stored areas, and their own rounding on the way there.
const PRINTED_M2: f64 = 6e-7;
/// The reference integrates the area of a row of cells by quadrature: its sums over whole districts are off by up to
/// 3e-12 of a class.
const ROW_QUADRATURE: f64 = 4e-12;
/// The reference takes a file's corner as it is printed. Lindero rounds its phase to 2^-24 of a cell, which moves it by
/// at most half of that along each axis.
const PHASE_MOVE_CELLS: f64 = 1.0 / (1 << 25) as f64;
/// The reference has no row for less than this.
const SLIVER_CELLS: f64 = 1e-6;
/// exactextract keeps the share of a cell in single precision; over a district or a parish that adds up to this.
const SINGLE_PRECISION_CELLS: f64 = 5e-6;
/// The shares of a plot's classes are rounded once each.
const SHARES_SUM: f64 = 1e-12;

/// What keeps equal areas from being equal.
#[derive(Clone, Copy)]
enum Grid {
    /// The phase of the file's corner is a whole cell, so both programs have the same cells.
    Snapped,
    /// It is not: the cells lie a little apart.
    Moved,
    /// As `Moved`, and long sides are cut into pieces elsewhere before they are projected.
    Chords { cells: f64 },
}

/// What the reference says of one class.
#[derive(Clone, Copy, Default)]
struct Expected {
    /// By clipping in double precision.
    m2: f64,
    /// By exactextract, where the two do not differ by whole cells.
    exactextract_m2: f64,
    cells: f64,
}

/// Plot, layer, class; no data and what lies outside are one class.
type Class = (usize, String, Option<i64>);

fn reference(name: &str) -> BTreeMap<Class, Expected> {
    let mut classes = BTreeMap::<Class, Expected>::new();
    for record in csv::Reader::from_path(fixture(&format!("reference/{name}.csv"))).unwrap().records() {
        let record = record.unwrap();
        let number = |column: usize| record[column].parse::<f64>().unwrap();
        let value = (&record[2] == "value").then(|| number(3) as i64);
        let class = classes.entry((record[0].parse().unwrap(), record[1].to_owned(), value)).or_default();
        class.cells += number(5);
        class.m2 += number(7);
        class.exactextract_m2 += if &record[8] == "0" { number(6) } else { number(7) };
    }
    classes
}

fn ours(rows: &[Row]) -> BTreeMap<Class, f64> {
    let mut classes = BTreeMap::new();
    let mut shares = BTreeMap::<_, f64>::new();
    for row in rows {
        let value = row.value.map(|value| value as i64);
        assert_eq!(value.map(|value| value as f64), row.value, "classes are whole numbers");
        let before = classes.insert((row.row, row.layer.clone(), value), row.area_m2);
        assert!(before.is_none(), "a class twice: {row:?}");
        assert!(row.area_m2 > 0.0 && row.share > 0.0, "{row:?}");
        *shares.entry((row.row, &row.layer)).or_default() += row.share;
    }
    for (plot, sum) in shares {
        assert!((sum - 1.0).abs() <= SHARES_SUM, "the shares of {plot:?} sum to {sum}");
    }
    classes
}

/// Compares every class of every plot.
fn compare(name: &str, found: &[Row], expected: &BTreeMap<Class, Expected>, grid: Grid) {
    let found = ours(found);
    let mut plots = BTreeMap::<(usize, &str), Expected>::new();
    for ((row, layer, _), class) in expected {
        let plot = plots.entry((*row, layer)).or_default();
        plot.m2 += class.m2;
        plot.cells += class.cells;
    }
    let classes: BTreeSet<&Class> = expected.keys().chain(found.keys()).collect();
    let mut wrong = Vec::new();
    for class in classes {
        let plot = plots[&(class.0, class.1.as_str())];
        let cell_m2 = plot.m2 / plot.cells;
        let theirs = expected.get(class).copied().unwrap_or_default();
        let ours = found.get(class).copied().unwrap_or_default();
        // Of a square, a move along either axis adds one side and takes off the other.
        let moved_cells = 2.0 * plot.cells.sqrt() * PHASE_MOVE_CELLS;
        let mut allowed_m2 = PRINTED_M2 + ROW_QUADRATURE * theirs.m2;
        allowed_m2 += match grid {
            Grid::Snapped => 0.0,
            Grid::Moved => moved_cells * cell_m2,
            Grid::Chords { cells } => (moved_cells + cells) * cell_m2,
        };
        if theirs.cells == 0.0 {
            allowed_m2 += SLIVER_CELLS * cell_m2;
        }
        let off_m2 = (ours - theirs.m2).abs();
        let off_exactextract_m2 = (ours - theirs.exactextract_m2).abs();
        if off_m2 > allowed_m2 || off_exactextract_m2 > allowed_m2 + SINGLE_PRECISION_CELLS * cell_m2 {
            wrong.push(format!("{class:?}: {ours} m2, expected {}, {} cells off", theirs.m2, off_m2 / cell_m2));
        }
    }
    assert!(wrong.is_empty(), "{name}: {} classes differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Layers by name and path below the shared data; `None` if any is absent.
fn layers_of(layers: &[(&str, &str)]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for (id, path) in layers {
        let (path, options) = path.split_once(',').map_or((*path, String::new()), |(p, o)| (p, format!(",{o}")));
        all.push(layer(id, &shared(path)?) + &options);
    }
    Some(all)
}

/// Tabulates the plots and compares with the stored table of that name.
fn check(name: &str, plots: Option<PathBuf>, layers: &[(&str, &str)], grid: Grid) {
    let (Some(plots), Some(layers)) = (plots, layers_of(layers)) else { return };
    compare(name, &rows(&[&plots], &layers, &[]), &reference(name), grid);
}

fn made(plots: &str) -> Option<PathBuf> {
    Some(fixture("reference").join(plots))
}

#[test]
fn parishes_of_dominica_on_three_layers() {
    let layers = [
        ("treecover2000", "hansen-dominica/Hansen_GFC-2018-v1.6_treecover2000.tif"),
        ("lossyear", "hansen-dominica/Hansen_GFC-2018-v1.6_lossyear.tif"),
        ("gain", "hansen-dominica/Hansen_GFC-2018-v1.6_gain.tif"),
    ];
    check("hansen-dominica", shared("hansen-dominica/DMA_AL4.geojson"), &layers, Grid::Snapped);
}

const WORLDCOVER: [(&str, &str); 1] =
    [("worldcover2020", "worldcover-saotome/ESA_WorldCover_10m_2020_v100_N00E006_Map.tif")];

#[test]
fn farms_of_sao_tome_on_a_whole_tile() {
    check("worldcover-saotome", made("saotome_plots.geojson"), &WORLDCOVER, Grid::Snapped);
}

#[test]
fn districts_of_a_million_cells_with_holes_and_beyond_the_tile() {
    check("worldcover-saotome-districts", made("saotome_districts.geojson"), &WORLDCOVER, Grid::Snapped);
}

#[test]
fn a_boundary_of_29_000_corners_on_classes_stored_as_floats() {
    let layers = [
        ("mb2013", "mapbiomas-maroaga/MapBiomas_8_2013.tif"),
        ("mb2020", "mapbiomas-maroaga/MapBiomas_8_2020.tif"),
        ("mb2022", "mapbiomas-maroaga/MapBiomas_8_2022.tif"),
    ];
    check("mapbiomas-maroaga", shared("mapbiomas-maroaga/CavernaMaroaga.gpkg"), &layers, Grid::Moved);
}

const AMAPA: [(&str, &str); 1] = [("cover2020", "mapbiomas-amapa/utm_cover_AP_rio_2020.tif")];

fn concession() -> Option<PathBuf> {
    shared("mapbiomas-amapa/amcel.gpkg")
}

/// Sides are cut at 1 km in both, here by their larger extent and there by their length: the chords end elsewhere.
const OTHER_CHORDS_CELLS: f64 = 4e-4;
/// Chords of up to 1.4 km bend away from sides that are straight in longitude and latitude.
const CHORDS_OF_A_KILOMETRE_CELLS: f64 = 4e-3;
/// What sides of up to 10 km that are projected by their ends alone would be off by.
const UNCUT_CELLS: f64 = 0.05;

#[test]
fn long_sides_on_a_projected_grid() {
    check("mapbiomas-amapa-1km", concession(), &AMAPA, Grid::Chords { cells: OTHER_CHORDS_CELLS });
}

#[test]
fn long_sides_are_straight_in_longitude_and_latitude() {
    check("mapbiomas-amapa", concession(), &AMAPA, Grid::Chords { cells: CHORDS_OF_A_KILOMETRE_CELLS });
}

#[test]
fn long_sides_are_not_straight_on_the_projected_grid() {
    let (Some(plots), Some(layers)) = (concession(), layers_of(&AMAPA)) else { return };
    let found = ours(&rows(&[&plots], &layers, &[]));
    let uncut = reference("mapbiomas-amapa-vertices");
    let cell_m2 = uncut.values().map(|class| class.m2).sum::<f64>() / uncut.values().map(|c| c.cells).sum::<f64>();
    let most = uncut.iter().map(|(class, uncut)| (found[class] - uncut.m2).abs() / cell_m2).fold(0.0, f64::max);
    assert!(most > UNCUT_CELLS, "only {most} cells from the answer of sides that were not cut");
}

#[test]
fn a_sample_that_can_be_counted_by_hand() {
    let layers = [("amostra2020", "mapbiomas-amapa/amostra_mapbiomas_2020.tif")];
    check("mapbiomas-amostra", made("amostra_plots.geojson"), &layers, Grid::Moved);
}

#[test]
fn one_band_of_38() {
    let layers = [("mb2020", "mapbiomas-amapa/lorenco_85a22.tif,band=36")];
    check("mapbiomas-lourenco", made("lourenco_plots.geojson"), &layers, Grid::Moved);
}

#[test]
fn plots_of_guadeloupe_on_its_own_projection() {
    let layers = [("fcc123", "tmf-guadeloupe/fcc123_GLP.tif")];
    check("tmf-guadeloupe", made("guadeloupe_plots.geojson"), &layers, Grid::Moved);
}

#[test]
fn two_maps_of_one_place_in_sirgas_and_in_utm() {
    let layers = [
        ("prodes", "prodes-rondonia/PRODES_LANDSAT_AMZ_2000-08-01_2020-07-31_class_v20220606.tif"),
        ("sentinel2021", "prodes-rondonia/SENTINEL2_MSI_20LNR_2020-06-04_2021-08-26_class_v1.tif"),
    ];
    check("prodes-rondonia", made("rondonia_plots.geojson"), &layers, Grid::Moved);
}

const ENCODINGS: [(&str, &str); 4] = [
    ("ly_base", "encodings/ly_base_strip_deflate.tif"),
    ("tc_base", "encodings/tc_base_strip_deflate.tif"),
    ("ly_int8", "encodings/ly_int8_signed_nodata-1.tif"),
    ("ly_mask", "encodings/ly_internal_mask.tif"),
];

/// The stored table of the encodings, without or with nothing but the layer in UTM.
fn encodings(in_utm: bool) -> BTreeMap<Class, Expected> {
    let mut table = reference("encodings");
    table.retain(|class, _| (class.1 == "ly_utm") == in_utm);
    table
}

#[test]
fn farms_over_the_edge_of_a_crop_with_no_data_as_number_and_as_mask() {
    let (Some(plots), Some(layers)) = (made("encodings_plots.geojson"), layers_of(&ENCODINGS)) else { return };
    compare("encodings", &rows(&[&plots], &layers, &[]), &encodings(false), Grid::Snapped);
}

#[test]
fn farms_on_a_crop_that_was_warped_to_utm() {
    let layers = layers_of(&[("ly_utm", "encodings/ly_utm20n_30m.tif")]);
    let (Some(plots), Some(layers)) = (made("encodings_plots.geojson"), layers) else { return };
    compare("encodings", &rows(&[&plots], &layers, &[]), &encodings(true), Grid::Moved);
}

/// There and back PROJ loses nanometres; a side of 200 m that is straight in UTM bows by less than a tenth of a
/// millimetre from the one that is straight in degrees.
const STRAIGHT_ELSEWHERE_CELLS: f64 = 1e-4;

#[test]
fn plots_in_utm_are_the_same_plots() {
    let (Some(plots), Some(layers)) = (made("encodings_plots.geojson"), layers_of(&ENCODINGS)) else { return };
    let folder = tempfile::tempdir().unwrap();
    for name in ["plots.gpkg", "plots.shp"] {
        let utm = folder.path().join(name);
        if !gdal_tool("ogr2ogr", &["-t_srs".as_ref(), "EPSG:32620".as_ref(), utm.as_ref(), plots.as_ref()]) {
            return;
        }
        let grid = Grid::Chords { cells: STRAIGHT_ELSEWHERE_CELLS };
        compare(name, &rows(&[&utm], &layers, &[]), &encodings(false), grid);
    }
}
