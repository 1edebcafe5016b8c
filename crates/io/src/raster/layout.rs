//! How one directory of a TIFF lays out its cells.

use super::CellType;
use super::file::Decline;
use super::predictor::Predictor;
use super::tags::{Directory, Entry, TagReader};
use super::unpack::Compression;

/// One unpacked block may take as many bytes: 1 GiB.
const MOST_BLOCK_BYTES: u64 = 1 << 30;
/// Rows and columns of a file: cells are counted in 32 bits with a sign.
const MOST_CELLS: u64 = 1_000_000_000;
/// Bands of a file: more are a mistake in the file.
const MOST_BANDS: u64 = 65_535;

/// How the cells of an image lie in its blocks, and its blocks in the file.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) height: u32,
    pub(crate) width: u32,
    /// Rows and columns of a block.
    pub(crate) block: (u32, u32),
    /// Number of bands.
    pub(crate) bands: u32,
    /// Whether each band has its own blocks.
    pub(crate) planar: bool,
    pub(crate) bits: usize,
    pub(crate) cell_type: CellType,
    pub(crate) compression: Compression,
    pub(crate) predictor: Predictor,
    /// Places of the blocks in the file.
    pub(crate) offsets: Entry,
    /// Packed bytes of the blocks; without them, blocks that are not packed have their full length.
    pub(crate) lengths: Option<Entry>,
}

impl Layout {
    /// Reads and checks the tags of one directory.
    pub(crate) fn read(tags: &TagReader, directory: &Directory) -> Result<Self, Decline> {
        let number = |tag, default| tags.number(directory, tag).map(|n| n.unwrap_or(default));
        let (width, height) = (number(256, 0)?, number(257, 0)?);
        if !(1..=MOST_CELLS).contains(&width) || !(1..=MOST_CELLS).contains(&height) {
            return Err(Decline::Final(format!("{height} rows of {width} columns are no raster")));
        }
        let bands = number(277, 1)?;
        if !(1..=MOST_BANDS).contains(&bands) {
            return Err(Decline::Final(format!("{bands} bands are no raster")));
        }
        if number(266, 1)? != 1 {
            return Err(Decline::Unsupported("its bits are stored in reverse".into()));
        }
        if number(262, 1)? == 6 {
            return Err(Decline::Unsupported("its cells are YCbCr colours".into()));
        }
        let (cell_type, bits) = cell_type(tags, directory)?;
        let compression = Compression::of_code(number(259, 1)?).map_err(Decline::Unsupported)?;
        let predictor = predictor(number(317, 1)?, compression, cell_type, bits)?;
        let planar = bands > 1 && number(284, 1)? == 2;

        let tiled = directory.entry(322).is_some();
        let block = if tiled { (number(323, 0)?, number(322, 0)?) } else { (number(278, height)?.min(height), width) };
        if block.0 == 0 || block.1 == 0 || block.0 > MOST_BLOCK_BYTES || block.1 > MOST_BLOCK_BYTES {
            return Err(Decline::Final(format!("blocks of {} rows and {} columns are none", block.0, block.1)));
        }
        let (offsets, lengths) = if tiled { (324, 325) } else { (273, 279) };
        let listed = |tag| directory.entry(tag).copied();
        let Some(offsets) = listed(offsets) else {
            return Err(Decline::Final("it does not say where its blocks lie".into()));
        };
        let layout = Self {
            height: height as u32,
            width: width as u32,
            block: (block.0 as u32, block.1 as u32),
            bands: bands as u32,
            planar,
            bits: bits as usize,
            cell_type,
            compression,
            predictor,
            offsets,
            lengths: listed(lengths),
        };
        layout.check()?;
        Ok(layout)
    }

    fn check(&self) -> Result<(), Decline> {
        let bytes = self.row_bytes() as u64 * u64::from(self.block.0);
        if bytes > MOST_BLOCK_BYTES {
            // GDAL cuts blocks that are not packed; packed ones would need all that memory there too.
            let reason = format!(
                "a block of {bytes} bytes is more than {MOST_BLOCK_BYTES}: rewrite the file with smaller blocks"
            );
            return Err(match self.compression {
                Compression::None => Decline::Unsupported(reason),
                _ => Decline::Final(reason),
            });
        }
        let (rows, cols) = self.blocks();
        let planes = if self.planar { u64::from(self.bands) } else { 1 };
        let needed = u64::from(rows) * u64::from(cols) * planes;
        for (what, entry) in [("places", Some(&self.offsets)), ("lengths", self.lengths.as_ref())] {
            if let Some(entry) = entry.filter(|entry| entry.count < needed) {
                return Err(Decline::Final(format!("it lists {what} of {} blocks, not {needed}", entry.count)));
            }
        }
        if self.lengths.is_none() && self.compression != Compression::None {
            return Err(Decline::Unsupported("it does not say how long its blocks are".into()));
        }
        Ok(())
    }

    /// Rows and columns of blocks.
    pub(crate) fn blocks(&self) -> (u32, u32) {
        (self.height.div_ceil(self.block.0), self.width.div_ceil(self.block.1))
    }

    /// Whether the bytes of a block are the cells of one band, as they are.
    pub(crate) fn has_bytes_alone(&self) -> bool {
        self.cell_type == CellType::U8 && self.bits == 8 && self.samples() == 1
    }

    /// Cells side by side in a block, one of each band.
    pub(crate) fn samples(&self) -> usize {
        if self.planar { 1 } else { self.bands as usize }
    }

    /// Bytes of a row of a block.
    pub(crate) fn row_bytes(&self) -> usize {
        (self.block.1 as usize * self.samples() * self.bits).div_ceil(8)
    }

    /// Bytes at the beginning of a row that so many of its columns lie in.
    pub(crate) fn part_bytes(&self, cols: usize) -> usize {
        match self.predictor {
            // The bytes of one number lie all over the row.
            Predictor::FloatingPoint => self.row_bytes(),
            Predictor::None | Predictor::Horizontal => (cols * self.samples() * self.bits).div_ceil(8),
        }
    }

    /// Rows and columns of a block, cut off at the border.
    pub(crate) fn block_dim(&self, row: u32, col: u32) -> (usize, usize) {
        let rows = self.block.0.min(self.height - row * self.block.0);
        let cols = self.block.1.min(self.width - col * self.block.1);
        (rows as usize, cols as usize)
    }
}

fn cell_type(tags: &TagReader, directory: &Directory) -> Result<(CellType, u64), Decline> {
    let one = |values: Vec<u64>, default: u64, what: &str| match values.first() {
        None => Ok(default),
        Some(first) if values.iter().all(|value| value == first) => Ok(*first),
        Some(_) => Err(Decline::Unsupported(format!("its bands differ in {what}"))),
    };
    let bits = one(tags.numbers(directory, 258)?, 1, "bits")?;
    let format = one(tags.numbers(directory, 339)?, 1, "type")?;
    let signed_byte = || -> Result<bool, Decline> {
        let metadata = tags.text(directory, 42112)?.unwrap_or_default();
        let item = metadata.split("name=\"PIXELTYPE\"").nth(1).and_then(|rest| rest.split('>').nth(1));
        Ok(item.is_some_and(|text| text.starts_with("SIGNEDBYTE")))
    };
    let cell_type = match (format, bits) {
        // Old GDAL marks signed bytes in its metadata only.
        (1 | 4, 8) if signed_byte()? => CellType::I8,
        (1 | 4, 1..=8) => CellType::U8,
        (1 | 4, 9..=16) => CellType::U16,
        (1 | 4, 17..=23 | 25..=32) => CellType::U32,
        (2, 8) => CellType::I8,
        (2, 16) => CellType::I16,
        (2, 32) => CellType::I32,
        (3, 32) => CellType::F32,
        (3, 64) => CellType::F64,
        (1..=6, 1..=128) => {
            return Err(Decline::Unsupported(format!("its cells have {bits} bits of sample format {format}")));
        }
        _ => return Err(Decline::Final(format!("cells of {bits} bits of sample format {format} are none"))),
    };
    Ok((cell_type, bits))
}

fn predictor(code: u64, compression: Compression, cell_type: CellType, bits: u64) -> Result<Predictor, Decline> {
    // Other compressions have none, whatever the tag says.
    if !matches!(compression, Compression::Lzw | Compression::Deflate | Compression::Zstd) {
        return Ok(Predictor::None);
    }
    match code {
        1 => Ok(Predictor::None),
        2 if matches!(bits, 8 | 16 | 32 | 64) => Ok(Predictor::Horizontal),
        3 if matches!(cell_type, CellType::F32 | CellType::F64) => Ok(Predictor::FloatingPoint),
        2 | 3 => Err(Decline::Unsupported(format!("predictor {code} on cells of {bits} bits"))),
        _ => Err(Decline::Final(format!("there is no predictor {code}"))),
    }
}
