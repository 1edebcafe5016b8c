//! Real maps in many layouts: groups agree, and our reader agrees with GDAL.

mod reading;

use std::path::Path;

use lindero_layers::LayerSource;
use ndarray::Array2;
use reading::{data, open, whole};

fn band(folder: &Path, name: &str, band: usize) -> Array2<f64> {
    let layer = open(&folder.join(name)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(layer.summary().tiles[0].reader, "lindero", "{name}");
    whole(&layer).unwrap_or_else(|e| panic!("{e}")).bands.swap_remove(band)
}

/// Compares cells of a folder's files, each with the number of its band.
fn check_alike(files: &[(&str, usize)]) {
    let Some(folder) = data("encodings") else { return };
    let first = band(&folder, files[0].0, files[0].1);
    assert_eq!(first.dim(), (900, 700));
    for (name, index) in &files[1..] {
        assert!(band(&folder, name, *index) == first, "{name} differs from {}", files[0].0);
    }
}

#[test]
fn one_loss_year_in_six_layouts_is_one() {
    check_alike(&[
        ("ly_base_strip_deflate.tif", 0),
        ("ly_cog128.tif", 0),
        ("ly_nbits5.tif", 0),
        ("ly_strip7_packbits.tif", 0),
        ("ly_tiled_zstd.tif", 0),
        ("ly_tc_2band_pixel_interleaved.tif", 0),
    ]);
}

#[test]
fn one_tree_cover_in_six_layouts_is_one() {
    check_alike(&[
        ("tc_base_strip_deflate.tif", 0),
        ("tc_bigendian_lzw.tif", 0),
        ("tc_bigtiff_tiled_deflate.tif", 0),
        ("tc_int16_pred2.tif", 0),
        ("tc_tiled256_lzw_pred2.tif", 0),
        ("ly_tc_2band_pixel_interleaved.tif", 1),
    ]);
}

#[test]
fn signed_bytes_and_a_mask_differ_from_the_base_in_no_data_only() {
    let Some(folder) = data("encodings") else { return };
    let base = band(&folder, "ly_base_strip_deflate.tif", 0);
    let signed = open(&folder.join("ly_int8_signed_nodata-1.tif")).unwrap();
    assert_eq!(signed.info().sheets[0].tiles[0].nodata, Some(-1.0));
    let masked = open(&folder.join("ly_internal_mask.tif")).unwrap();
    let masked = whole(&masked).unwrap();
    let mask = masked.mask.unwrap();
    let signed = &whole(&signed).unwrap().bands[0];
    let mut void = 0;
    for ((at, base), valid) in base.indexed_iter().zip(&mask) {
        assert_eq!(signed[at] == -1.0, !valid, "{at:?}");
        assert!(!valid || signed[at] == *base && masked.bands[0][at] == *base, "{at:?}");
        void += usize::from(!valid);
    }
    assert!(void > 0 && void < base.len(), "{void} cells are void");
}

#[cfg(feature = "gdal")]
mod against_gdal {
    use super::*;
    use reading::{by_gdal, files, open_as, same};

    /// Compares every cell of every raster of a folder with GDAL's reading; `native`: how many we read ourselves.
    fn check(folder: &str, native: usize) {
        let Some(folder) = data(folder) else { return };
        let mut ours = 0;
        for path in files(&folder).iter().filter(|path| path.extension().is_some_and(|e| e == "tif")) {
            let layer = open(path).or_else(|_| open_as(path, "EPSG:4326")).unwrap_or_else(|e| panic!("{e}"));
            ours += usize::from(layer.summary().tiles[0].reader == "lindero");
            let read = whole(&layer).unwrap_or_else(|e| panic!("{e}"));
            let oracle = by_gdal(path).unwrap();
            assert_eq!(read.bands.len(), oracle.len(), "{path:?}");
            for (band, (read, oracle)) in read.bands.iter().zip(&oracle).enumerate() {
                let differ = read.indexed_iter().zip(oracle).find(|((_, a), b)| !same(**a, **b));
                assert!(differ.is_none(), "{path:?}, band {band}: {differ:?}");
            }
            check_place_and_nodata(path, &layer);
        }
        assert_eq!(ours, native, "files of {folder:?} that we read ourselves");
    }

    fn check_place_and_nodata(path: &Path, layer: &lindero_io::raster::RasterLayer) {
        let dataset = gdal::Dataset::open(path).unwrap();
        let [west, step_x, _, north, _, step_y] = dataset.geo_transform().unwrap();
        let bounds = layer.summary().tiles[0].bounds;
        // Grids snap to a millionth of a cell.
        assert!(
            (bounds.min_x - west).abs() < 2e-6 * step_x && (bounds.max_y - north).abs() < 2e-6 * step_y.abs(),
            "{path:?}"
        );
        let nodata = dataset.rasterband(1).unwrap().no_data_value();
        let ours = layer.info().sheets[0].tiles[0].nodata;
        if nodata.map(f64::to_bits) != ours.map(f64::to_bits) {
            // GDAL also reports values that no cell of the type can hold.
            let used =
                by_gdal(path).unwrap().iter().flatten().any(|cell| nodata.is_some_and(|nodata| same(*cell, nodata)));
            assert!(ours.is_none() && !used, "{path:?}: {nodata:?} {ours:?}");
        }
    }

    #[test]
    fn encodings() {
        check("encodings", 14);
    }

    #[test]
    fn hansen() {
        check("hansen-dominica", 4);
        check("hansen-domrep", 9);
        check("hansen-caqueta-tiny", 1);
    }

    #[test]
    fn mapbiomas() {
        check("mapbiomas-amapa", 3);
        check("mapbiomas-maroaga", 3);
    }

    #[test]
    fn tropical_moist_forest() {
        check("tmf-guadeloupe", 1);
    }

    #[test]
    fn prodes() {
        check("prodes-rondonia", 3);
        check("brazil-amazon-territories", 2);
    }

    #[test]
    fn heights() {
        check("canopy-height-amazon", 2);
        check("elevation-amazon", 2);
    }

    #[test]
    fn strips_of_forty_thousand_columns() {
        check("strip-40000x20", 2);
    }

    #[test]
    fn a_few_blocks_of_worldcover() {
        let Some(folder) = data("worldcover-saotome") else { return };
        let path = folder.join("ESA_WorldCover_10m_2020_v100_N00E006_Map.tif");
        let layer = open(&path).unwrap();
        assert_eq!(layer.summary().tiles[0].reader, "lindero");
        let dataset = gdal::Dataset::open(&path).unwrap();
        let band = dataset.rasterband(1).unwrap();
        let tile = &layer.info().sheets[0].tiles[0];
        let (rows, cols) = tile.blocks();
        for (row, col) in [(0, 0), (rows - 1, cols - 1), (rows / 2, cols / 2), (rows / 3, cols / 2), (rows - 1, 0)] {
            let block =
                layer.read_block(lindero_layers::BlockId { sheet: 0, tile: 0, row, col }, &[0], u32::MAX).unwrap();
            let window = tile.block_window((row, col));
            let at = ((window.col - tile.window.col) as isize, (window.row - tile.window.row) as isize);
            let size = (window.width as usize, window.height as usize);
            let oracle = band.read_as::<u8>(at, size, size, None).unwrap();
            let lindero_layers::Cells::U8(cells) = &block.bands[0] else { panic!("{}", layer.info().cell_type) };
            assert_eq!(cells.as_slice().unwrap(), oracle.data(), "block {row}, {col}");
        }
    }
}
