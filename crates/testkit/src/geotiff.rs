//! Writes small GeoTIFFs in every layout that readers meet: an oracle file for each of them from one array.

mod blocks;
mod directory;
mod large;
mod samples;

use std::{fs, io, path::Path};

use ndarray::Array2;

pub use samples::Sample;

/// How blocks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As they are.
    None,
    /// LZW, most significant bit first, code 5.
    Lzw,
    /// zlib, code 8.
    Deflate,
    /// Apple's run lengths, code 32773.
    PackBits,
    /// Zstandard, GDAL's code 50000.
    Zstd,
}

/// What is done to the cells of a row before they are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predictor {
    /// Nothing, code 1.
    None,
    /// Each cell less the one before, code 2; on whole bytes only.
    Horizontal,
    /// The bytes of floating point numbers sorted by weight, then each less the one before, code 3.
    FloatingPoint,
}

/// The coordinate system named in the geo keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crs {
    /// Longitude and latitude in degrees, with its EPSG code, such as 4326.
    Geographic(u16),
    /// Metres, with the EPSG code, such as 32718.
    Projected(u16),
    /// No geo keys at all.
    Unknown,
}

/// How the file is cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blocks {
    Strips { rows: usize },
    Tiles { width: usize, height: usize },
}

/// A GeoTIFF to be written: bands of cells, row 0 the northernmost, and a layout.
///
/// Starts as the plainest file there is: little endian, classic, one strip, not packed, EPSG:4326, cells of one degree with
/// the north-west corner at 0, 0. Each method changes one thing; the values on the ground stay the same whatever the
/// layout. The same description gives the same bytes for ever.
///
/// # Limits
/// Meant for fixtures: everything is in memory, and a description that no TIFF can hold (a predictor on half bytes, a
/// palette of several bands) panics.
///
/// # Examples
/// ```
/// use lindero_testkit::{Compression, GeoTiff, Predictor, Sample, grid_from_text};
///
/// let file = GeoTiff::new(Sample::U8, vec![grid_from_text("..1 .23")])
///     .at(-80.0, -10.0)
///     .cell(0.00025, 0.00025)
///     .tiles(16, 16)
///     .packed(Compression::Deflate, Predictor::Horizontal)
///     .nodata("0")
///     .to_bytes();
/// assert_eq!(&file[..4], b"II*\0");
/// ```
#[derive(Clone, Debug)]
pub struct GeoTiff {
    sample: Sample,
    bands: Vec<Array2<f64>>,
    /// Rows and columns of the file, which are those of the bands unless they are a piece of it.
    size: (usize, usize),
    north_west: [f64; 2],
    cell: [f64; 2],
    crs: Crs,
    blocks: Blocks,
    compression: Compression,
    predictor: Predictor,
    big_endian: bool,
    big_tiff: bool,
    planar: bool,
    sparse: bool,
    south_up: bool,
    transformation: bool,
    point: bool,
    nodata: Option<String>,
    palette: Option<Vec<[u8; 3]>>,
    metadata: Option<String>,
}

impl GeoTiff {
    /// A plain file of these bands; panics without a band or when bands differ in size.
    pub fn new(sample: Sample, bands: Vec<Array2<f64>>) -> Self {
        let (height, width) = bands.first().expect("a raster has at least one band").dim();
        assert!(height > 0 && width > 0, "a raster has at least one cell");
        assert!(bands.iter().all(|band| band.dim() == (height, width)), "all bands are {height} x {width}");
        Self {
            sample,
            bands,
            size: (height, width),
            north_west: [0.0, 0.0],
            cell: [1.0, 1.0],
            crs: Crs::Geographic(4326),
            blocks: Blocks::Strips { rows: height },
            compression: Compression::None,
            predictor: Predictor::None,
            big_endian: false,
            big_tiff: false,
            planar: false,
            sparse: false,
            south_up: false,
            transformation: false,
            point: false,
            nodata: None,
            palette: None,
            metadata: None,
        }
    }

    /// Puts the north-west corner of the first cell at `west`, `north`.
    pub fn at(mut self, west: f64, north: f64) -> Self {
        self.north_west = [west, north];
        self
    }

    /// Width and height of a cell, both positive, in units of the coordinate system.
    pub fn cell(mut self, width: f64, height: f64) -> Self {
        assert!(width > 0.0 && height > 0.0, "a cell has a positive size, not {width} x {height}");
        self.cell = [width, height];
        self
    }

    /// Names the coordinate system.
    pub fn crs(mut self, crs: Crs) -> Self {
        self.crs = crs;
        self
    }

    /// Cuts the file into strips of so many rows.
    pub fn strips(mut self, rows: usize) -> Self {
        assert!(rows > 0, "a strip has at least one row");
        self.blocks = Blocks::Strips { rows };
        self
    }

    /// Cuts the file into tiles; the standard asks for multiples of 16.
    pub fn tiles(mut self, width: usize, height: usize) -> Self {
        assert!(
            width > 0 && height > 0 && width.is_multiple_of(16) && height.is_multiple_of(16),
            "tiles are multiples of 16, not {width} x {height}"
        );
        self.blocks = Blocks::Tiles { width, height };
        self
    }

    /// Packs every block.
    pub fn packed(mut self, compression: Compression, predictor: Predictor) -> Self {
        assert!(
            predictor == Predictor::None || self.sample.bits() >= 8,
            "a predictor works on whole bytes, not on {} bits",
            self.sample.bits()
        );
        assert!(
            predictor != Predictor::FloatingPoint || self.sample.is_float(),
            "the floating point predictor does not work on {:?}",
            self.sample
        );
        self.compression = compression;
        self.predictor = predictor;
        self
    }

    /// Writes numbers with the most significant byte first (`MM`).
    pub fn big_endian(mut self) -> Self {
        self.big_endian = true;
        self
    }

    /// Writes BigTIFF, with offsets of 64 bits.
    pub fn big_tiff(mut self) -> Self {
        self.big_tiff = true;
        self
    }

    /// Keeps the bands apart; otherwise the bands of a cell lie side by side.
    pub fn planar(mut self) -> Self {
        self.planar = true;
        self
    }

    /// Leaves blocks out (offset 0, length 0) that hold nothing but the nodata value, or 0 when there is none.
    pub fn sparse(mut self) -> Self {
        self.sparse = true;
        self
    }

    /// Stores the southernmost row first, and says so by a transformation matrix.
    pub fn south_up(mut self) -> Self {
        self.south_up = true;
        self.transformation = true;
        self
    }

    /// Says where the cells are by a transformation matrix instead of a scale and a tie point.
    pub fn transformation(mut self) -> Self {
        self.transformation = true;
        self
    }

    /// Says that coordinates mean the middle of cells (PixelIsPoint); the ground does not move.
    pub fn pixel_is_point(mut self) -> Self {
        self.point = true;
        self
    }

    /// Tags a value as no data, as text, as GDAL does: nothing says it fits the type of the cells.
    pub fn nodata(mut self, text: &str) -> Self {
        self.nodata = Some(text.to_owned());
        self
    }

    /// Adds a colour map: the colours of 0, 1, 2…; the rest are black. One band of at most 16 bits, unsigned.
    pub fn palette(mut self, colours: &[[u8; 3]]) -> Self {
        assert!(
            self.bands.len() == 1 && self.sample.bits() <= 16 && self.sample.is_unsigned(),
            "a palette goes with one unsigned band of at most 16 bits"
        );
        self.palette = Some(colours.to_vec());
        self
    }

    /// Adds GDAL's metadata, an XML text.
    pub fn metadata(mut self, xml: &str) -> Self {
        self.metadata = Some(xml.to_owned());
        self
    }

    /// The whole file.
    pub fn to_bytes(&self) -> Vec<u8> {
        directory::file(self, &blocks::blocks(self))
    }

    /// Writes the file, and the folders it lies in.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, self.to_bytes())
    }

    fn height(&self) -> usize {
        self.size.0
    }

    fn width(&self) -> usize {
        self.size.1
    }
}

#[cfg(test)]
mod tests;
