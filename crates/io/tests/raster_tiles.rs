//! Several files as one layer: patterns, grids, seams and overlaps.

mod reading;

use std::path::Path;
use std::sync::Arc;

use lindero_io::raster::{RasterLayer, RasterOptions, open_raster};
use lindero_layers::{LayerError, LayerSource};
use lindero_testkit::{Crs, GeoTiff, Sample, grid_from_text};
use ndarray::Array2;

fn tile(west: f64, north: f64, text: &str) -> GeoTiff {
    GeoTiff::new(Sample::U8, vec![grid_from_text(text)]).at(west, north)
}

fn open_all(tiles: &[GeoTiff]) -> Result<Arc<RasterLayer>, LayerError> {
    let folder = tempfile::tempdir().unwrap();
    for (index, tile) in tiles.iter().enumerate() {
        tile.write(&folder.path().join(format!("tile_{index}.tif"))).unwrap();
    }
    let options = RasterOptions { crs: None, check_overlaps: true };
    open_raster("tile_*.tif", Some(folder.path()), &options)
}

/// Opens tiles that lie on several grids and compares the ground each answers for.
fn check_domains(tiles: &[GeoTiff], expected: &[[f64; 4]]) {
    let layer = open_all(tiles).unwrap();
    let domains: Vec<_> =
        layer.info().sheets.iter().flat_map(|sheet| &sheet.tiles).map(|tile| tile.domain.unwrap()).collect();
    let domains: Vec<_> = domains.iter().map(|d| [d.min_x, d.min_y, d.max_x, d.max_y]).collect();
    assert_eq!(domains, expected);
}

fn check_refused(tiles: &[GeoTiff], reason: &str) {
    let message = open_all(tiles).unwrap_err().to_string();
    assert!(message.contains(reason), "{message:?} does not say {reason:?}");
}

#[test]
fn tiles_of_one_grid_are_one_sheet() {
    let layer = open_all(&[tile(0.0, 4.0, "1234 1234"), tile(4.0, 4.0, "56 78"), tile(0.0, 2.0, "9999")]).unwrap();
    let [sheet] = &layer.info().sheets[..] else { panic!("{:?}", layer.info()) };
    let places: Vec<_> =
        sheet.tiles.iter().map(|t| (t.window.row, t.window.col, t.window.height, t.window.width)).collect();
    assert_eq!(places, [(-4, 0, 2, 4), (-4, 4, 2, 2), (-2, 0, 1, 4)]);
    assert!(sheet.tiles.iter().all(|tile| tile.domain.is_none()));
    assert_eq!(layer.summary().grids, 1);
}

#[test]
fn a_gap_of_half_a_cell_is_closed() {
    check_domains(&[tile(0.0, 4.0, "1234 1234"), tile(4.5, 4.0, "56 78")], &[[0., 2., 4.25, 4.], [4.25, 2., 6.5, 4.]]);
}

#[test]
fn an_overlap_of_half_a_cell_is_cut() {
    check_domains(&[tile(0.0, 4.0, "12 34"), tile(0.0, 2.5, "56 78")], &[[0., 2.25, 2., 4.], [0., 0.5, 2., 2.25]]);
}

#[test]
fn an_overlap_of_two_grids_by_over_a_cell_is_refused() {
    check_refused(&[tile(0.0, 4.0, "1234 1234 1234"), tile(1.5, 4.0, "1234 1234 1234")], "2.5 cells");
}

#[test]
fn tiles_of_one_grid_may_overlap_if_they_agree() {
    assert!(open_all(&[tile(0.0, 2.0, "123 456"), tile(1.0, 2.0, "237 568")]).is_ok());
    // Zero is no data in the second, so it has no opinion there.
    assert!(open_all(&[tile(0.0, 2.0, "123 456"), tile(1.0, 2.0, ".37 5.8").nodata("0")]).is_ok());
    check_refused(
        &[tile(0.0, 2.0, "123 456"), tile(1.0, 2.0, "237 588")],
        "the cell at 2.5, 0.5 is 6 in one and 8 in the other",
    );
}

#[test]
fn tiles_that_differ_in_kind_are_refused() {
    let first = || tile(0.0, 2.0, "12 34");
    let cells = || grid_from_text("12 34");
    check_refused(&[first(), GeoTiff::new(Sample::I16, vec![cells()]).at(2.0, 2.0)], "uint8 and int16");
    check_refused(&[first(), GeoTiff::new(Sample::U8, vec![cells(), cells()]).at(2.0, 2.0)], "1 and 2 bands");
    check_refused(&[first(), first().at(2.0, 2.0).cell(1.001, 1.0)], "1 x 1 and 1.001 x 1");
}

#[cfg(feature = "proj")]
#[test]
fn tiles_of_two_coordinate_systems_are_refused() {
    let metres = |code| tile(500_000.0, 9_000_000.0, "12 34").crs(Crs::Projected(code));
    check_refused(&[metres(32718), metres(32719)], "EPSG:32718 and EPSG:32719");
}

#[cfg(not(feature = "proj"))]
#[test]
fn a_build_without_proj_says_so() {
    check_refused(&[tile(500_000.0, 9_000_000.0, "12 34").crs(Crs::Projected(32718))], "feature `proj`");
}

#[test]
fn a_layer_of_more_files_than_may_be_open_is_read() {
    let tiles: Vec<_> = (0..130).map(|index| tile(f64::from(index), 0.0, "7")).collect();
    let folder = tempfile::tempdir().unwrap();
    for (index, tile) in tiles.iter().enumerate() {
        tile.write(&folder.path().join(format!("{index}.tif"))).unwrap();
    }
    let layer = open_raster("*.tif", Some(folder.path()), &RasterOptions::default()).unwrap();
    assert_eq!(layer.info().sheets[0].tiles.len(), 130);
    assert_eq!(reading::whole(&layer).unwrap().bands, [Array2::from_elem((1, 1), 7.0)]);
    assert_eq!(layer.paths().len(), 130);
}

#[test]
fn a_pattern_that_fits_nothing_is_named() {
    let error = open_raster("none_*.tif", Some(Path::new(env!("CARGO_MANIFEST_DIR"))), &RasterOptions::default());
    assert!(error.unwrap_err().to_string().contains("none_*.tif"));
}
