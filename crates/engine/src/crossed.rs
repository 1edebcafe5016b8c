//! Bands that are looked at together as one layer: a cell's number stands for what all of them say there.

use lindero_grid::Window;
use lindero_layers::{Block, BlockId, Cells, LayerError, LayerSource, RasterInfo, Reading, Tile};
use ndarray::Array2;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};

/// Different answers at most: a layer of heights or of anything measured has too many to be crossed.
const MOST_KEYS: usize = 1 << 20;

/// One band to look at.
#[derive(Clone)]
pub struct CrossedBand {
    /// Where its blocks come from.
    pub source: Arc<dyn LayerSource>,
    /// The band, from 0.
    pub band: u32,
    /// Whether the value that its files tag as no data is to be heeded.
    pub heeds_tag: bool,
}

/// A layer that says at a cell what several bands say there together, so that the areas of their combinations are measured
/// as areas of classes are.
///
/// The stored numbers come in the order in which workers meet combinations: only what [`Self::readings`] says of them means
/// anything.
pub struct CrossedSource {
    info: RasterInfo,
    bands: Vec<CrossedBand>,
    keys: Mutex<Keys>,
}

/// Combinations that were met, and their numbers.
#[derive(Default)]
struct Keys {
    numbers: FxHashMap<Box<[u64]>, u32>,
    readings: Vec<Box<[u64]>>,
}

impl CrossedSource {
    /// Crosses bands, at least one, of layers that all lie on the same cells; `None` if they do not.
    #[must_use]
    pub fn of(bands: Vec<CrossedBand>) -> Option<Self> {
        let first = bands.first()?.source.info();
        if !bands.iter().all(|band| first.has_cells_of(band.source.info())) {
            return None;
        }
        let mut info = RasterInfo { bands: 1, cell_type: "uint32", ..first.clone() };
        for tile in info.sheets.iter_mut().flat_map(|sheet| &mut sheet.tiles) {
            tile.nodata = None;
        }
        Some(Self { info, bands, keys: Mutex::default() })
    }

    /// What a stored number stands for: the bits of each band's [`Reading`].
    ///
    /// # Panics
    ///
    /// If no cell has the number.
    #[must_use]
    pub fn readings(&self, number: f64) -> Box<[u64]> {
        self.keys.lock().expect("no holder panics").readings[number as usize].clone()
    }

    /// Writes a band's readings into its place of every key: those of the window, row by row.
    fn read_band(&self, index: usize, block: BlockId, window: &Window, keys: &mut [u64]) -> Result<(), LayerError> {
        let CrossedBand { source, band, heeds_tag } = &self.bands[index];
        let tile = tile(source.info(), block);
        let nodata = tile.nodata.filter(|_| *heeds_tag);
        // Another file of the same cells may be cut into other blocks.
        let first = (window.row - tile.window.row, window.col - tile.window.col);
        let last = (first.0 + window.height - 1, first.1 + window.width - 1);
        let blocks = |first: i32, last: i32, size: u32| first as u32 / size..=last as u32 / size;
        for row in blocks(first.0, last.0, tile.block.0) {
            for col in blocks(first.1, last.1, tile.block.1) {
                let whole = tile.block_window((row, col));
                let on = whole.intersection(window);
                let cols = (on.col_end() - whole.col) as u32;
                let read = source.read_block(BlockId { row, col, ..block }, &[*band], cols)?;
                let reading = |row: i32, col: i32| {
                    let at = ((row - whole.row) as usize, (col - whole.col) as usize);
                    let number = read.bands[0].number(at.0, at.1);
                    let is_void = read.mask.as_ref().is_some_and(|mask| !mask[at]) || nodata == Some(number);
                    if is_void { Reading::NO_DATA } else { Reading::of(number) }
                };
                for row in on.row..on.row_end() {
                    for col in on.col..on.col_end() {
                        let cell = (row - window.row) * window.width + col - window.col;
                        keys[cell as usize * self.bands.len() + index] = reading(row, col).bits();
                    }
                }
                source.give_back(read);
            }
        }
        Ok(())
    }

    /// The numbers of keys, one after the other.
    fn numbers(&self, keys: &[u64]) -> Option<Vec<u32>> {
        let mut known: FxHashMap<&[u64], u32> = FxHashMap::default();
        let mut last: Option<(&[u64], u32)> = None;
        let mut numbers = Vec::with_capacity(keys.len() / self.bands.len());
        for key in keys.chunks_exact(self.bands.len()) {
            let number = match last {
                // Neighbours mostly say the same.
                Some((same, number)) if same == key => number,
                _ => match known.get(key) {
                    Some(&number) => number,
                    None => {
                        let number = self.keys.lock().expect("no holder panics").number(key)?;
                        known.insert(key, number);
                        number
                    }
                },
            };
            last = Some((key, number));
            numbers.push(number);
        }
        Some(numbers)
    }
}

/// The tile that a block is of.
fn tile(info: &RasterInfo, block: BlockId) -> &Tile {
    &info.sheets[block.sheet as usize].tiles[block.tile as usize]
}

impl Keys {
    fn number(&mut self, key: &[u64]) -> Option<u32> {
        if let Some(&known) = self.numbers.get(key) {
            return Some(known);
        }
        let new = self.readings.len();
        if new == MOST_KEYS {
            return None;
        }
        self.numbers.insert(key.into(), new as u32);
        self.readings.push(key.into());
        Some(new as u32)
    }
}

impl LayerSource for CrossedSource {
    fn info(&self) -> &RasterInfo {
        &self.info
    }

    fn read_block(&self, block: BlockId, bands: &[u32], cols: u32) -> Result<Block, LayerError> {
        let tile = tile(&self.info, block);
        let whole = tile.block_window((block.row, block.col));
        let window = Window { width: whole.width.min(cols.min(i32::MAX as u32) as i32), ..whole };
        let (rows, width) = (window.height as usize, window.width as usize);
        let mut keys = vec![Reading::OUTSIDE.bits(); rows * width * self.bands.len()];
        for band in 0..self.bands.len() {
            self.read_band(band, block, &window, &mut keys)?;
        }
        let numbers = self.numbers(&keys).ok_or_else(|| LayerError::Unusable {
            path: tile.name.clone().into(),
            reason: format!("its cells and those it is compared with have more than {MOST_KEYS} different answers"),
        })?;
        let cells = Array2::from_shape_vec((rows, width), numbers).expect("a number for each cell");
        Ok(Block { bands: vec![Cells::U32(cells); bands.len()], mask: None })
    }
}

#[cfg(test)]
mod tests {
    use super::{CrossedBand, CrossedSource};
    use lindero_grid::{Grid, Metric, Window};
    use lindero_layers::{Block, BlockId, Cells, LayerError, LayerSource, RasterInfo, Reading, Sheet, Tile};
    use ndarray::{Array2, array};
    use std::sync::Arc;

    struct InMemory {
        info: RasterInfo,
        cells: Array2<u8>,
    }

    impl InMemory {
        fn new(cells: Array2<u8>, block: (u32, u32), nodata: Option<f64>) -> Arc<Self> {
            let window = Window { row: 0, col: 0, height: cells.nrows() as i32, width: cells.ncols() as i32 };
            let tile = Tile { name: "drawn.tif".into(), window, block, nodata, domain: None };
            let grid = Grid::through(0.0, 2.0, 1.0, 1.0, Metric::Planar).unwrap().0;
            let sheets = vec![Sheet { grid, tiles: vec![tile] }];
            Arc::new(Self { info: RasterInfo { sheets, bands: 1, cell_type: "uint8", projection: None }, cells })
        }
    }

    impl LayerSource for InMemory {
        fn info(&self) -> &RasterInfo {
            &self.info
        }

        fn read_block(&self, block: BlockId, _: &[u32], _: u32) -> Result<Block, LayerError> {
            let window = self.info.sheets[0].tiles[0].block_window((block.row, block.col));
            let rows = window.row as usize..window.row_end() as usize;
            let cols = window.col as usize..window.col_end() as usize;
            Ok(Block { bands: vec![Cells::U8(self.cells.slice(ndarray::s![rows, cols]).to_owned())], mask: None })
        }
    }

    #[test]
    fn a_number_stands_for_both_cells_whatever_blocks_the_files_are_cut_into() {
        let a = InMemory::new(array![[3, 3, 9], [15, 3, 9]], (1, 3), Some(9.0));
        let b = InMemory::new(array![[3, 15, 15], [15, 15, 0]], (2, 2), None);
        let bands = [&a, &b].map(|of| CrossedBand { source: Arc::clone(of) as _, band: 0, heeds_tag: true });
        let crossed = CrossedSource::of(bands.to_vec()).unwrap();
        let number = |number: f64| Reading::of(number).bits();
        let no_data = Reading::NO_DATA.bits();
        for (row, expected) in [
            (0, [[number(3.0), number(3.0)], [number(3.0), number(15.0)], [no_data, number(15.0)]]),
            (1, [[number(15.0), number(15.0)], [number(3.0), number(15.0)], [no_data, number(0.0)]]),
        ] {
            let block = crossed.read_block(BlockId { sheet: 0, tile: 0, row, col: 0 }, &[0], u32::MAX).unwrap();
            let said = [0, 1, 2].map(|col| crossed.readings(block.bands[0].number(0, col)));
            assert_eq!(said.map(Vec::from), expected.map(|key| key.to_vec()));
        }
        let two = crossed.read_block(BlockId { sheet: 0, tile: 0, row: 0, col: 0 }, &[0], 2).unwrap();
        assert_eq!(two.bands[0].dim(), (1, 2));
    }

    #[test]
    fn layers_of_other_cells_are_not_crossed() {
        let (a, b) = (InMemory::new(array![[1, 2]], (1, 2), None), InMemory::new(array![[1, 2, 3]], (1, 3), None));
        let bands = [a, b].map(|source| CrossedBand { source, band: 0, heeds_tag: true });
        assert!(CrossedSource::of(bands.to_vec()).is_none());
    }
}
