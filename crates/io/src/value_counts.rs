//! Which numbers are stored in a layer, and how often.

use lindero_engine::Progress;
use lindero_layers::{BlockId, Cells, LayerSource, RasterInfo, for_cells};
use ndarray::Array2;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHashMap;

/// More different numbers than this are told by their range only, to bound memory.
const MOST_DISTINCT: usize = 1 << 16;

/// How often each number is stored.
#[derive(Clone, Debug, Default)]
pub struct ValueCounts {
    /// By the bits of the number; `None` once there are too many.
    counts: Option<FxHashMap<u64, u64>>,
    range: Option<(f64, f64)>,
    cells: u64,
    void: u64,
}

impl ValueCounts {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { counts: Some(FxHashMap::default()), ..Self::default() }
    }

    /// All cells, void ones too.
    #[must_use]
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// Cells that a mask in the file declares void, or that are not a number.
    #[must_use]
    pub fn void(&self) -> u64 {
        self.void
    }

    /// Each number with its count, ascending; `None` if there are over 65,536 different ones.
    #[must_use]
    pub fn distinct(&self) -> Option<Vec<(f64, u64)>> {
        let counts = self.counts.as_ref()?;
        let mut counts: Vec<(f64, u64)> = counts.iter().map(|(bits, count)| (f64::from_bits(*bits), *count)).collect();
        counts.sort_by(|a, b| a.0.total_cmp(&b.0));
        Some(counts)
    }

    /// The least and the greatest number.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    fn add(&mut self, number: f64, count: u64) {
        if count == 0 {
            return;
        }
        self.cells += count;
        if number.is_nan() {
            self.void += count;
            return;
        }
        // -0 is 0.
        let number = number + 0.0;
        self.range = Some(self.range.map_or((number, number), |(least, most)| (least.min(number), most.max(number))));
        if let Some(counts) = &mut self.counts {
            *counts.entry(number.to_bits()).or_insert(0) += count;
            if counts.len() > MOST_DISTINCT {
                self.counts = None;
            }
        }
    }

    #[expect(clippy::useless_conversion, reason = "the code is repeated for every type of cells, f64 too")]
    fn add_block(&mut self, cells: &Cells, mask: Option<&Array2<bool>>) {
        if let (Cells::U8(bytes), None) = (cells, mask) {
            let mut counts = [0u64; 256];
            bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
            (0u8..=255).for_each(|byte| self.add(f64::from(byte), counts[usize::from(byte)]));
            return;
        }
        for_cells!(cells, array => match mask {
            None => self.add_runs(array.iter().map(|cell| f64::from(*cell))),
            Some(mask) => {
                let cells = array.iter().zip(mask);
                self.add_runs(cells.map(|(cell, there)| if *there { f64::from(*cell) } else { f64::NAN }));
            }
        });
    }

    /// Neighbours are mostly equal: a run costs one look-up.
    fn add_runs(&mut self, numbers: impl Iterator<Item = f64>) {
        let mut run = (f64::NAN, 0u64);
        for number in numbers {
            if number.to_bits() == run.0.to_bits() {
                run.1 += 1;
            } else {
                self.add(run.0, run.1);
                run = (number, 1);
            }
        }
        self.add(run.0, run.1);
    }

    /// Takes another's counts over. The order does not matter: the sums are of whole numbers, and there
    /// are too many different ones whichever way they are added up.
    #[must_use]
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.cells += other.cells;
        self.void += other.void;
        self.range = match (self.range, other.range) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.counts = match (self.counts, other.counts) {
            (Some(mut counts), Some(others)) => {
                for (bits, count) in others {
                    *counts.entry(bits).or_insert(0) += count;
                }
                (counts.len() <= MOST_DISTINCT).then_some(counts)
            }
            _ => None,
        };
        self
    }
}

/// All blocks of a layer, tile by tile.
#[must_use]
pub fn all_blocks(info: &RasterInfo) -> Vec<BlockId> {
    let mut blocks = Vec::new();
    for (sheet, tiles) in info.sheets.iter().enumerate() {
        for (tile, (rows, cols)) in tiles.tiles.iter().map(|tile| tile.blocks()).enumerate() {
            let (sheet, tile) = (sheet as u32, tile as u32);
            blocks.extend((0..rows).flat_map(|row| (0..cols).map(move |col| BlockId { sheet, tile, row, col })));
        }
    }
    blocks
}

/// At most so many of the blocks, evenly spread.
#[must_use]
pub fn spread(blocks: &[BlockId], most: usize) -> Vec<BlockId> {
    if blocks.len() <= most {
        return blocks.to_vec();
    }
    // The middle of each of `most` equal parts.
    (0..most).map(|part| blocks[(2 * part + 1) * blocks.len() / (2 * most)]).collect()
}

/// What the blocks of a layer hold.
#[derive(Clone, Debug)]
pub struct Counted {
    /// One per band asked for.
    pub bands: Vec<ValueCounts>,
    /// Blocks that could not be read, in their order.
    pub damaged: Vec<(BlockId, String)>,
}

/// Counts the numbers of some blocks, in parallel; each block is a step of the progress. Stops early if
/// the progress is interrupted.
#[must_use]
pub fn count_values(source: &dyn LayerSource, blocks: &[BlockId], bands: &[u32], progress: &dyn Progress) -> Counted {
    let nothing = || Counted { bands: vec![ValueCounts::new(); bands.len()], damaged: Vec::new() };
    let one = |mut counted: Counted, block: &BlockId| {
        if progress.interrupted() {
            return counted;
        }
        match source.read_block(*block, bands, u32::MAX) {
            Ok(read) => {
                for (counts, cells) in counted.bands.iter_mut().zip(&read.bands) {
                    counts.add_block(cells, read.mask.as_ref());
                }
                source.give_back(read);
            }
            Err(error) => counted.damaged.push((*block, error.to_string())),
        }
        progress.advance(1);
        counted
    };
    let both = |a: Counted, b: Counted| Counted {
        bands: a.bands.into_iter().zip(b.bands).map(|(a, b)| a.merge(b)).collect(),
        damaged: a.damaged.into_iter().chain(b.damaged).collect(),
    };
    let mut counted = blocks.par_iter().fold(nothing, one).reduce(nothing, both);
    counted.damaged.sort();
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn counted(blocks: &[(Cells, Option<Array2<bool>>)]) -> ValueCounts {
        let one = |(cells, mask): &(Cells, Option<Array2<bool>>)| {
            let mut counts = ValueCounts::new();
            counts.add_block(cells, mask.as_ref());
            counts
        };
        blocks.iter().map(one).fold(ValueCounts::new(), ValueCounts::merge)
    }

    #[test]
    fn numbers_are_counted_over_blocks_of_any_type() {
        let bytes = Cells::U8(array![[1, 1, 2], [0, 1, 255]]);
        let counts = counted(&[(bytes.clone(), None), (bytes, None)]);
        assert_eq!(counts.distinct().unwrap(), [(0.0, 2), (1.0, 6), (2.0, 2), (255.0, 2)]);
        assert_eq!((counts.cells(), counts.void(), counts.range()), (12, 0, Some((0.0, 255.0))));

        let floats = Cells::F32(array![[3.0, f32::NAN, -0.0], [0.0, 3.0, 3.0]]);
        let counts = counted(&[(floats, None)]);
        assert_eq!(counts.distinct().unwrap(), [(0.0, 2), (3.0, 3)]);
        assert_eq!((counts.cells(), counts.void()), (6, 1));
    }

    #[test]
    fn masked_cells_are_void_whatever_they_hold() {
        for cells in [Cells::U8(array![[7, 7, 9]]), Cells::I16(array![[7, 7, 9]])] {
            let counts = counted(&[(cells, Some(array![[true, false, false]]))]);
            assert_eq!(counts.distinct().unwrap(), [(7.0, 1)]);
            assert_eq!((counts.cells(), counts.void()), (3, 2));
        }
    }

    #[test]
    fn too_many_different_numbers_leave_their_range() {
        let most = MOST_DISTINCT as i32;
        let column = |from: i32, to: i32| {
            Cells::I32(Array2::from_shape_vec((1, (to - from) as usize), (from..to).collect()).unwrap())
        };
        assert!(counted(&[(column(0, most), None)]).distinct().is_some());
        // Each half is few enough.
        let counts = counted(&[(column(0, most / 2), None), (column(most / 2, most + 1), None)]);
        assert_eq!((counts.distinct(), counts.range()), (None, Some((0.0, f64::from(most)))));
        assert_eq!(counts.cells(), most as u64 + 1);
    }

    #[test]
    fn a_sample_is_spread_over_all_blocks() {
        let blocks: Vec<BlockId> = (0..1000).map(|row| BlockId { sheet: 0, tile: 0, row, col: 0 }).collect();
        let rows: Vec<u32> = spread(&blocks, 4).iter().map(|block| block.row).collect();
        assert_eq!(rows, [125, 375, 625, 875]);
        assert_eq!(spread(&blocks[..3], 4), &blocks[..3]);
    }
}
