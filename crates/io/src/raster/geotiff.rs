//! GeoTIFF, read without any library of formats.

use std::cell::RefCell;
use std::path::Path;

use lindero_layers::{Block, Cells};
use ndarray::Array2;

use super::cell_type::nodata_of_text;
use super::cells::{Lie, take};
use super::file::{Decline, Facts, RasterFile};
use super::layout::Layout;
use super::predictor;
use super::region::{Region, assemble, cells_to_mask};
use super::spare_bytes;
use super::tags::TagReader;
use super::unpack::{Compression, unpack};
use super::{geokeys, lzw};

/// A file has an image, overviews and masks; a longer chain of directories runs in a circle.
const MOST_DIRECTORIES: usize = 1024;
const NEW_SUBFILE_TYPE: u16 = 254;
const OVERVIEW: u64 = 1;
const MASK: u64 = 4;

/// A GeoTIFF in one of the layouts we read ourselves.
pub(crate) struct GeoTiff {
    tags: TagReader,
    image: Layout,
    mask: Option<Layout>,
    facts: Facts,
}

/// Bytes of a block, packed and not, kept from block to block.
#[derive(Default)]
struct Buffers {
    packed: Vec<u8>,
    block: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Bytes a buffer may keep for the next block of the same worker.
const KEPT_BYTES: usize = 64 << 20;

impl GeoTiff {
    /// Opens the file and checks what its tags say.
    pub(crate) fn open(path: &Path) -> Result<Self, Decline> {
        let tags = TagReader::open(path)?;
        let mut sidecar = path.as_os_str().to_owned();
        sidecar.push(".msk");
        if Path::new(&sidecar).exists() {
            return Err(Decline::Unsupported("its mask is in another file (.msk)".into()));
        }
        let directory = tags.directory(tags.first)?;
        let image = Layout::read(&tags, &directory)?;
        let (place, crs) = geokeys::read(&tags, &directory, image.height)?;
        let nodata = tags.text(&directory, 42113)?.and_then(|text| nodata_of_text(&text, image.cell_type));
        let mask = mask(&tags, &image, directory.next)?;
        let facts = Facts {
            height: image.height,
            width: image.width,
            block: image.block,
            bands: image.bands,
            cell_type: image.cell_type,
            nodata,
            compression: image.compression.name().to_owned(),
            reader: "lindero".to_owned(),
            place,
            crs,
        };
        let file = Self { tags, image, mask, facts };
        file.refuse_old_lzw()?;
        Ok(file)
    }

    fn refuse_old_lzw(&self) -> Result<(), Decline> {
        if self.image.compression != Compression::Lzw {
            return Ok(());
        }
        let mut head = [0; 2];
        for index in 0..self.image.offsets.count {
            // A place that cannot be read is found out when its block is asked for.
            let Ok(Some((offset, length))) = self.block_place(&self.image, index) else { continue };
            let known = length >= 2 && self.tags.source.read_exact_at(&mut head, offset).is_ok();
            if known && lzw::is_old_style(&head) {
                return Err(Decline::Unsupported("its LZW is that of TIFF before version 6".into()));
            }
            break;
        }
        Ok(())
    }

    /// Where a block lies and how long it is; `None` if the file leaves it out.
    fn block_place(&self, layout: &Layout, index: u64) -> Result<Option<(u64, u64)>, String> {
        let number = |entry| {
            self.tags.number_at(entry, index).map_err(|decline| match decline {
                Decline::Final(reason) | Decline::Unsupported(reason) => reason,
            })
        };
        let offset = number(&layout.offsets)?;
        let length = match &layout.lengths {
            Some(lengths) => number(lengths)?,
            None => self.tags.source.len().saturating_sub(offset),
        };
        Ok((offset != 0 && length != 0).then_some((offset, length)))
    }

    /// The asked bands of the first `wanted` columns of one block.
    fn read(
        &self,
        layout: &Layout,
        (row, col): (u32, u32),
        bands: &[u32],
        wanted: u32,
        fill: f64,
    ) -> Result<Vec<Cells>, String> {
        let (rows, cols) = layout.blocks();
        let index = u64::from(row) * u64::from(cols) + u64::from(col);
        let (height, width) = layout.block_dim(row, col);
        let dim = (height, width.min(wanted as usize));
        let empty = || layout.cell_type.filled(dim, fill);
        if layout.planar {
            let plane = u64::from(rows) * u64::from(cols);
            let cells = bands.iter().map(|band| {
                let band = self.unpacked(layout, index + plane * u64::from(*band), dim, &[0])?;
                Ok(band.map_or_else(empty, |mut band| band.remove(0)))
            });
            return cells.collect();
        }
        let cells = self.unpacked(layout, index, dim, bands)?;
        Ok(cells.unwrap_or_else(|| bands.iter().map(|_| empty()).collect()))
    }

    /// Reads a block, unpacks as many of its rows and columns and takes some of the cells that lie side by side; `None` if the
    /// file leaves it out.
    fn unpacked(
        &self,
        layout: &Layout,
        index: u64,
        dim: (usize, usize),
        samples: &[u32],
    ) -> Result<Option<Vec<Cells>>, String> {
        let (rows, cols) = dim;
        let Some((offset, length)) = self.block_place(layout, index)? else { return Ok(None) };
        let row_bytes = layout.row_bytes();
        let (whole, needed) = (row_bytes * layout.block.0 as usize, row_bytes * (rows - 1) + layout.part_bytes(cols));
        // What follows the cells of a block that is not packed is none of its cells, or none that is wanted.
        let length = if layout.compression == Compression::None { length.min(needed as u64) } else { length };
        if offset.saturating_add(length) > self.tags.source.len() {
            return Err(format!(
                "it lies at bytes {offset} to {}, but the file ends at {}",
                offset.saturating_add(length),
                self.tags.source.len()
            ));
        }
        if needed as u64 > length.saturating_mul(layout.compression.most_per_byte()) {
            return Err(format!("{length} bytes cannot hold the {needed} bytes of its cells"));
        }
        BUFFERS.with_borrow_mut(|Buffers { packed, block }| {
            // Never shorter, so that what the next block needs is not set to 0 again and again.
            if packed.len() < length as usize {
                packed.resize(length as usize, 0);
            }
            let packed_bytes = &mut packed[..length as usize];
            self.tags.source.read_exact_at(packed_bytes, offset).map_err(|e| e.to_string())?;
            // Whole blocks of bytes are their cells as they are: unpacked where they stay, they need not be copied.
            let is_packed = layout.compression != Compression::None;
            let stays = is_packed && layout.has_bytes_alone() && needed == whole && samples.len() == 1;
            let mut own = if stays { spare_bytes::take(whole) } else { Vec::new() };
            let block_bytes = if !is_packed {
                std::mem::swap(packed, block);
                length as usize
            } else {
                let room = if stays {
                    &mut own[..]
                } else {
                    if block.len() < whole {
                        block.resize(whole, 0);
                    }
                    // The last strip is often packed with all its rows, though the file ends before.
                    let room = if layout.compression.can_stop() { needed } else { whole };
                    &mut block[..room]
                };
                unpack(layout.compression, packed_bytes, room)?
            };
            if block_bytes < needed {
                return Err(format!("it holds {block_bytes} bytes, not {needed}"));
            }
            let used = if stays { &mut own[..] } else { &mut block[..needed] };
            let bytes = layout.bits.div_ceil(8);
            let order = predictor::undo(layout.predictor, used, row_bytes, layout.samples(), bytes, self.tags.order);
            let cells = if stays {
                vec![Cells::U8(Array2::from_shape_vec(dim, own).expect("as many bytes as cells"))]
            } else {
                let lie = |sample| Lie { row_bytes, dim, samples: layout.samples(), sample, bits: layout.bits, order };
                samples.iter().map(|&sample| take(used, &lie(sample as usize), layout.cell_type)).collect()
            };
            for buffer in [packed, block] {
                if buffer.capacity() > KEPT_BYTES {
                    *buffer = Vec::new();
                }
            }
            Ok(Some(cells))
        })
    }
}

/// The first directory after the image's that is its mask.
fn mask(tags: &TagReader, image: &Layout, mut next: u64) -> Result<Option<Layout>, Decline> {
    for _ in 0..MOST_DIRECTORIES {
        if next == 0 {
            return Ok(None);
        }
        let Ok(directory) = tags.directory(next) else {
            // What follows the image is damaged; the image need not be.
            return Ok(None);
        };
        let kind = tags.number(&directory, NEW_SUBFILE_TYPE).ok().flatten().unwrap_or(0);
        if kind & MASK != 0 && kind & OVERVIEW == 0 {
            let mask = Layout::read(tags, &directory)?;
            if (mask.height, mask.width, mask.bands) != (image.height, image.width, 1) {
                return Err(Decline::Unsupported("its mask has another shape than its cells".into()));
            }
            return Ok(Some(mask));
        }
        next = directory.next;
    }
    Err(Decline::Final(format!("over {MOST_DIRECTORIES} directories follow each other")))
}

impl RasterFile for GeoTiff {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn read_block(&self, row: u32, col: u32, bands: &[u32], cols: u32) -> Result<Block, String> {
        let bands = self.read(&self.image, (row, col), bands, cols, self.facts.nodata.unwrap_or(0.0))?;
        let mask = self.mask.as_ref().map(|mask| {
            let (height, width) = self.image.block_dim(row, col);
            let region = Region {
                row: row * self.image.block.0,
                col: col * self.image.block.1,
                height: height as u32,
                width: cols.min(width as u32),
            };
            let cells = assemble(region, mask.block, |row, col| self.read(mask, (row, col), &[0], u32::MAX, 0.0))?;
            Ok::<_, String>(cells_to_mask(&cells[0]))
        });
        Ok(Block { bands, mask: mask.transpose()? })
    }

    fn release(&mut self) {
        self.tags.source.release();
    }
}
