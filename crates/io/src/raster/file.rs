//! What every reader of raster files offers to the layer above it.

use lindero_layers::Block;

use super::CellType;

/// Why a reader does not take a file.
#[derive(Debug)]
pub(crate) enum Decline {
    /// The file is damaged, or says what no reader could use.
    Final(String),
    /// The file may be fine, but this reader does not know its kind.
    Unsupported(String),
}

/// Where the cells lie, in the file's coordinate system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// West edge of the first column.
    pub(crate) west: f64,
    /// North edge of the northernmost row.
    pub(crate) north: f64,
    /// Width of a cell, positive.
    pub(crate) size_x: f64,
    /// Height of a cell, positive.
    pub(crate) size_y: f64,
    /// Whether the file's first row is the southernmost.
    pub(crate) south_up: bool,
}

/// How a file states its coordinate system.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CrsStatement {
    /// Not at all.
    Missing,
    /// By a code of the EPSG register.
    Epsg(u32),
    /// By parameters that only GDAL puts together.
    Parameters,
    /// By a name or a text that [`crate::crs::parse`] may know.
    Text(String),
}

/// What is known of a file before any block is read.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) height: u32,
    pub(crate) width: u32,
    /// Rows and columns of a block.
    pub(crate) block: (u32, u32),
    pub(crate) bands: u32,
    pub(crate) cell_type: CellType,
    /// A value of the cell type, or nothing.
    pub(crate) nodata: Option<f64>,
    pub(crate) compression: String,
    /// Who reads it: `lindero` or GDAL and its driver.
    pub(crate) reader: String,
    pub(crate) place: Place,
    pub(crate) crs: CrsStatement,
}

/// A raster file whose blocks can be read, by several workers at once.
pub(crate) trait RasterFile: Send + Sync {
    fn facts(&self) -> &Facts;

    /// Decodes the asked bands (from 0) of the first `cols` columns (at least one) of a block, cut off at the file's
    /// border; more columns do no harm. The caller has checked that the block and the bands exist.
    fn read_block(&self, row: u32, col: u32, bands: &[u32], cols: u32) -> Result<Block, String>;

    /// Gives back the file handle between reads: the layer has very many files.
    fn release(&mut self);
}
