//! Raster layers from files: GeoTIFF by our own reader, all else through GDAL.
//!
//! [`open_raster`] takes a path or a pattern and gives a [`RasterLayer`], which answers for its grids and
//! tiles and decodes blocks. What a file says is checked against the file before it is believed: a
//! damaged or hostile file is an error, never a crash or a gigabyte.

mod cell_type;
mod cells;
mod file;
mod files;
#[cfg(feature = "gdal")]
mod gdal;
mod geokeys;
mod geotiff;
mod layer;
mod layout;
mod lzw;
mod overlaps;
mod predictor;
mod region;
mod seams;
mod sheets;
mod source;
mod south_up;
mod spare_bytes;
mod summary;
mod tags;
mod unpack;

use std::path::Path;
use std::sync::Arc;

use lindero_layers::LayerError;

use cell_type::CellType;
pub use layer::RasterLayer;
pub use summary::{RasterSummary, TileSummary};

/// How to open a raster layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RasterOptions {
    /// The coordinate system, whatever the files say: `EPSG:32718`, or a text [`crate::crs::parse`] knows.
    pub crs: Option<String>,
    /// Whether to read where tiles of one grid overlap and compare them.
    pub check_overlaps: bool,
}

/// Opens the file or the tiles that a path or a pattern (`*`, `?`, `[ab]`) names; a relative one starts at
/// `base`, or at the working directory. A file that exists is that file, whatever characters its name has.
///
/// # Errors
/// [`LayerError`]: no such file, not a raster we can use, no coordinate system, or tiles that cannot lie
/// side by side.
///
/// # Examples
/// ```no_run
/// use lindero_io::raster::{RasterOptions, open_raster};
/// use lindero_layers::LayerSource;
///
/// let layer = open_raster("layers/Hansen_GFC-2024-v1.12_lossyear_*.tif", None, &RasterOptions::default())?;
/// println!("{} bands of {}", layer.info().bands, layer.info().cell_type);
/// # Ok::<(), lindero_layers::LayerError>(())
/// ```
pub fn open_raster(
    pattern: &str,
    base: Option<&Path>,
    options: &RasterOptions,
) -> Result<Arc<RasterLayer>, LayerError> {
    RasterLayer::open(pattern, base, options).map(Arc::new)
}
