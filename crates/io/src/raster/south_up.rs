//! Files whose first row is the southernmost, turned over.

use lindero_layers::{Block, Cells};
use ndarray::{Array2, Axis};

use super::file::{Facts, RasterFile};
use super::region::{self, Region};

/// Presents a south-up file with its northernmost row first.
pub(crate) struct SouthUp {
    file: Box<dyn RasterFile>,
    facts: Facts,
}

impl SouthUp {
    /// Turns the file over.
    pub(crate) fn new(file: Box<dyn RasterFile>) -> Self {
        let mut facts = file.facts().clone();
        facts.place.south_up = false;
        Self { file, facts }
    }
}

fn turned<T: Clone>(mut cells: Array2<T>) -> Array2<T> {
    cells.invert_axis(Axis(0));
    cells.as_standard_layout().into_owned()
}

fn turned_cells(cells: Cells) -> Cells {
    match cells {
        Cells::U8(cells) => Cells::U8(turned(cells)),
        Cells::I8(cells) => Cells::I8(turned(cells)),
        Cells::U16(cells) => Cells::U16(turned(cells)),
        Cells::I16(cells) => Cells::I16(turned(cells)),
        Cells::U32(cells) => Cells::U32(turned(cells)),
        Cells::I32(cells) => Cells::I32(turned(cells)),
        Cells::F32(cells) => Cells::F32(turned(cells)),
        Cells::F64(cells) => Cells::F64(turned(cells)),
    }
}

impl RasterFile for SouthUp {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn read_block(&self, row: u32, col: u32, bands: &[u32], wanted: u32) -> Result<Block, String> {
        let (rows, cols) = self.facts.block;
        let north = row * rows;
        let height = rows.min(self.facts.height - north);
        let width = wanted.min(cols).min(self.facts.width - col * cols);
        // Blocks count from the north now: unless the height is a multiple of a block's, one of ours
        // lies in two of the file's.
        let region = Region { row: self.facts.height - north - height, col: col * cols, height, width };
        let block = region::read(&*self.file, region, bands)?;
        Ok(Block { bands: block.bands.into_iter().map(turned_cells).collect(), mask: block.mask.map(turned) })
    }

    fn release(&mut self) {
        self.file.release();
    }
}
