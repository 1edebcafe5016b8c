//! What `layers check` prints of a layer.

use std::path::PathBuf;

use lindero_plots::Bounds;

/// A raster layer as its files describe it.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterSummary {
    /// Name of the coordinate system.
    pub crs: String,
    /// Number of bands in each file.
    pub bands: u32,
    /// Name of the cell type.
    pub cell_type: &'static str,
    /// Number of grids; over one if the tiles do not share one.
    pub grids: usize,
    /// Width and height of a cell of the first grid, in the units of the coordinates.
    pub cell_size: (f64, f64),
    /// The files, grid by grid in the order of their names.
    pub tiles: Vec<TileSummary>,
}

/// One file of a raster layer.
#[derive(Clone, Debug, PartialEq)]
pub struct TileSummary {
    /// Where it lies on disk.
    pub path: PathBuf,
    /// Rows and columns of cells.
    pub size: (u32, u32),
    /// Rows and columns of a block.
    pub block: (u32, u32),
    /// How blocks are packed, in GDAL's words: `DEFLATE`, `LZW`…
    pub compression: String,
    /// Which value the file tags as no data.
    pub nodata: Option<f64>,
    /// Who reads it: `lindero`, or GDAL and its driver.
    pub reader: String,
    /// The ground of its cells, in the layer's coordinates.
    pub bounds: Bounds,
}
