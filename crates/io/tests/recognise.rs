//! Which layers `recognise` finds in a folder, and what it says of the rest.

use std::path::{Path, PathBuf};

use lindero_engine::Quiet;
use lindero_io::catalog::Catalog;
use lindero_io::recognise::{Recognition, recognise};
use lindero_layers::{Coding, LayerKind, LayerSpec};
use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;

fn landscape() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/landscape")
}

/// A folder with one row of cells in each file.
fn folder(files: &[(&str, &[f64])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, (name, cells)) in files.iter().enumerate() {
        let cells = Array2::from_shape_vec((1, cells.len()), cells.to_vec()).unwrap();
        // Tiles lie side by side.
        let file = GeoTiff::new(Sample::U16, vec![cells]).at(10.0 * index as f64, 0.0);
        file.write(&folder.path().join(name)).unwrap();
    }
    folder
}

/// `[id path, …]` of what is found, and the reasons for what is not by the beginning of each.
fn check(files: &[(&str, &[f64])], layers: &[&str], left_out: &[(&str, &str)]) -> Recognition {
    let folder = folder(files);
    let found = recognise(folder.path(), &Quiet).unwrap();
    let told: Vec<String> = found.layers.iter().map(|layer| format!("{} {}", layer.id, layer.path)).collect();
    assert_eq!(told, layers, "{:#?}", found.left_out);
    assert_eq!(found.left_out.len(), left_out.len(), "{:#?}", found.left_out);
    for (left, (path, reason)) in found.left_out.iter().zip(left_out) {
        assert_eq!(left.path, *path);
        assert!(left.reason.contains(reason), "{:?} does not say {reason:?}", left.reason);
    }
    found
}

#[test]
fn the_landscapes_layers_give_the_catalog_that_was_written_by_hand() {
    let by_hand = Catalog::read(&landscape().join("lindero.toml")).unwrap();
    let found = recognise(&landscape().join("layers"), &Quiet).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("lindero.toml");
    std::fs::write(&place, found.catalog()).unwrap();
    let written = Catalog::read(&place).unwrap();
    assert_eq!(written.cutoff, by_hand.cutoff);

    let ids = |layers: &[LayerSpec]| layers.iter().map(|layer| layer.id.clone()).collect::<Vec<_>>();
    let mut expected = ids(&by_hand.layers);
    // Its columns are nobody's known product.
    expected.retain(|id| id != "concesiones");
    assert_eq!(ids(&written.layers), expected);
    for (written, by_hand) in written.layers.iter().zip(&by_hand.layers) {
        assert_eq!(format!("layers/{}", written.path), by_hand.path, "{}", by_hand.id);
        let (LayerKind::Raster(written), LayerKind::Raster(hand)) = (&written.kind, &by_hand.kind) else {
            assert_eq!(written.kind, by_hand.kind, "{}", by_hand.id);
            continue;
        };
        let (mut meaning, mut expected) = (written.meaning.clone(), hand.meaning.clone());
        if meaning.coding == Coding::Yyddd {
            // Up to which day a download has seen is not in the file; the last alert is a safe answer.
            assert!(meaning.until.is_some() && meaning.until <= expected.until, "{}", by_hand.id);
            (meaning.until, expected.until) = (None, None);
        }
        assert_eq!(meaning, expected, "{}", by_hand.id);
        assert_eq!((written.band, written.first_year), (hand.band, hand.first_year), "{}", by_hand.id);
        assert_eq!(written.tree_cover_year, hand.tree_cover_year, "{}", by_hand.id);
        let source = |e: &Option<lindero_layers::Expression>| e.as_ref().map(|e| e.source.clone());
        assert_eq!(source(&written.valid_where), source(&hand.valid_where), "{}", by_hand.id);
        assert_eq!(source(&written.only_where), source(&hand.only_where), "{}", by_hand.id);
    }
    let left: Vec<&str> = found.left_out.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left, ["concesiones.geojson"]);
}

#[test]
fn tiles_become_one_pattern_and_strangers_are_described() {
    check(
        &[
            ("maps/JRC_GFC2020_V3_N0_W80.tif", &[0., 1.]),
            ("maps/JRC_GFC2020_V3_S10_W80.tif", &[1., 1.]),
            ("foo.tif", &[0., 1., 2.]),
        ],
        &["gfc2020 maps/JRC_GFC2020_V3_*.tif"],
        &[("foo.tif", "no known name (uint16, EPSG:4326, values 0 1 2)")],
    );
}

#[test]
fn a_name_that_fits_with_values_that_do_not_is_left_out() {
    check(
        &[("JRC_GFC2020_V3_N0_W80.tif", &[0., 1., 7., 7.]), ("00N_080W.tif", &[0., 3.])],
        &[],
        &[
            ("JRC_GFC2020_V3_*.tif", "band 1 does not hold 0 1: of 4 sampled cells it holds 7 in 2"),
            ("[0-9][0-9][NS]_[0-9][0-9][0-9][EW].tif", "it holds 3 in 1"),
        ],
    );
    // Last year's name with this year's losses.
    check(
        &[("Hansen_GFC-2023-v1.11_lossyear_00N_080W.tif", &[0., 24.])],
        &[],
        &[("Hansen_GFC-2023-v1.11_lossyear_*.tif", "band 1 does not hold 0, or 1 to 23")],
    );
}

#[test]
fn the_later_edition_is_taken_and_the_other_named() {
    let found = check(
        &[
            ("a/Hansen_GFC-2023-v1.11_lossyear_00N_080W.tif", &[0., 23.]),
            ("b/Hansen_GFC-2025-v1.13_lossyear_00N_080W.tif", &[0., 25.]),
        ],
        &["lossyear b/Hansen_GFC-2025-v1.13_lossyear_*.tif"],
        &[("a/Hansen_GFC-2023-v1.11_lossyear_*.tif", "lossyear is a later edition already")],
    );
    assert!(found.catalog().contains("period = [2001, 2025]"));
    // Without a mask the layer says so itself.
    assert!(found.layers[0].warnings[0].starts_with("there is no datamask"));
    assert!(!found.catalog().contains("\nvalid_where"));
}

#[test]
fn annual_maps_are_the_year_of_the_cut_off_and_the_latest() {
    let name = |year: i32| format!("JRC_TMF_AnnualChange_v1_{year}_SAM_ID47_N0_W80.tif");
    let names = [2019, 2020, 2022, 2024].map(name);
    let files: Vec<(&str, &[f64])> = names.iter().map(|name| (name.as_str(), &[1., 6.][..])).collect();
    check(
        &files,
        &["tmf2020 JRC_TMF_AnnualChange_v1_2020_SAM_*.tif", "tmf_latest JRC_TMF_AnnualChange_v1_2024_SAM_*.tif"],
        &[
            ("JRC_TMF_AnnualChange_v1_2019_SAM_ID47_N0_W80.tif", "no known name"),
            ("JRC_TMF_AnnualChange_v1_2022_SAM_*.tif", "tmf_latest is a later edition already"),
        ],
    );
}

#[test]
fn graded_alerts_are_known_by_their_tiles_names_and_days() {
    let found = check(
        &[("alerts/00N_080W.tif", &[0., 32_193., 20_000.]), ("alerts/10S_080W.tif", &[0., 0., 42_200.])],
        &[
            "alert3 alerts/[0-9][0-9][NS]_[0-9][0-9][0-9][EW].tif",
            "alert2 alerts/[0-9][0-9][NS]_[0-9][0-9][0-9][EW].tif",
        ],
        &[],
    );
    assert!(found.catalog().contains("until = 2021-01-08"), "{}", found.catalog());
}

#[test]
fn damaged_and_strange_files_are_left_out_not_fatal() {
    let folder = folder(&[("JRC_GFC2020_V3_N0_W80.tif", &[0., 1.])]);
    std::fs::write(folder.path().join("broken.tif"), "II*\0").unwrap();
    std::fs::write(folder.path().join("list.json"), "[1, 2]").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "").unwrap();
    let found = recognise(folder.path(), &Quiet).unwrap();
    assert_eq!(found.layers.len(), 1);
    let left: Vec<&str> = found.left_out.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left, ["broken.tif", "list.json"]);
    assert_eq!(found.other_files, 1);
    assert!(recognise(&folder.path().join("nowhere"), &Quiet).is_err());
}
