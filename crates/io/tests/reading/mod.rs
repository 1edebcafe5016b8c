//! Reads whole layers cell by cell, the plain way, for comparison.

#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};

use lindero_io::raster::{RasterLayer, RasterOptions, open_raster};
use lindero_layers::{BlockId, LayerError, LayerSource};
use ndarray::Array2;

/// All cells of one tile.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) bands: Vec<Array2<f64>>,
    pub(crate) mask: Option<Array2<bool>>,
}

/// The cells of the first tile of the first sheet, from all its blocks.
pub(crate) fn whole(layer: &RasterLayer) -> Result<Whole, LayerError> {
    let tile = &layer.info().sheets[0].tiles[0];
    let dim = (tile.window.height as usize, tile.window.width as usize);
    let bands: Vec<u32> = (0..layer.info().bands).collect();
    let mut whole = Whole { bands: vec![Array2::from_elem(dim, f64::NAN); bands.len()], mask: None };
    for row in 0..tile.blocks().0 {
        for col in 0..tile.blocks().1 {
            let block = layer.read_block(BlockId { sheet: 0, tile: 0, row, col }, &bands, u32::MAX)?;
            let window = tile.block_window((row, col));
            let (top, left) = ((window.row - tile.window.row) as usize, (window.col - tile.window.col) as usize);
            let size = (window.height as usize, window.width as usize);
            for (cells, band) in block.bands.iter().zip(&mut whole.bands) {
                assert_eq!(cells.dim(), size, "block {row}, {col}");
                for ((r, c), value) in
                    band.slice_mut(ndarray::s![top..top + size.0, left..left + size.1]).indexed_iter_mut()
                {
                    *value = cells.number(r, c);
                }
            }
            if let Some(mask) = block.mask {
                assert_eq!(mask.dim(), size, "mask of block {row}, {col}");
                let all = whole.mask.get_or_insert_with(|| Array2::from_elem(dim, false));
                all.slice_mut(ndarray::s![top..top + size.0, left..left + size.1]).assign(&mask);
            }
        }
    }
    Ok(whole)
}

/// Opens one file as it is.
pub(crate) fn open(path: &Path) -> Result<std::sync::Arc<RasterLayer>, LayerError> {
    open_raster(path.to_str().expect("test paths are UTF-8"), None, &RasterOptions::default())
}

/// Opens one file as if it said this coordinate system.
pub(crate) fn open_as(path: &Path, crs: &str) -> Result<std::sync::Arc<RasterLayer>, LayerError> {
    let options = RasterOptions { crs: Some(crs.into()), check_overlaps: false };
    open_raster(path.to_str().expect("test paths are UTF-8"), None, &options)
}

/// A folder of real data, if it is on this machine.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: there is no real data in {folder}");
    None
}

/// All files under a folder, by name, except its documents.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|extension| extension != "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether two numbers are the same cell: equal, or both not a number.
pub(crate) fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

/// The cells of a file as GDAL reads them, the northernmost row first.
#[cfg(feature = "gdal")]
pub(crate) fn by_gdal(path: &Path) -> Result<Vec<Array2<f64>>, gdal::errors::GdalError> {
    use gdal::Metadata;
    let dataset = gdal::Dataset::open(path)?;
    let (width, height) = dataset.raster_size();
    let south_up = dataset.geo_transform().is_ok_and(|affine| affine[5] > 0.0);
    let bands = dataset.rasterbands().map(|band| {
        let band = band?;
        let signed = band.metadata_item("PIXELTYPE", "IMAGE_STRUCTURE").as_deref() == Some("SIGNEDBYTE");
        let cells = band.read_band_as::<f64>()?;
        let mut cells = Array2::from_shape_vec((height, width), cells.data().to_vec()).unwrap();
        if south_up {
            cells.invert_axis(ndarray::Axis(0));
        }
        if signed {
            cells.mapv_inplace(|value| f64::from(value as u8 as i8));
        }
        Ok(cells)
    });
    bands.collect()
}
