//! Drawing cells of a map at random: the same cells for the same map and seed, whatever the threads and however it is tiled.
//!
//! # Method
//!
//! Each cell has a random number of its own, 64 bits of BLAKE3 keyed by the seed, taken by its row and column. In each stratum
//! the cells with the least of -ln(u) / a are drawn, u being that number in 0..1 and a the cell's area: a draw without
//! replacement in which each cell's turn is as likely as its share of the ground that is left (Efraimidis and Spirakis 2006,
//! *Information Processing Letters* 97: 181–185). Where cells are of one size that is simple random sampling. In longitude and
//! latitude, where they shrink towards the poles, it weighs them by their ground, so that shares of points estimate shares of
//! ground with no further weights. More points with the same seed include those that fewer gave.

use super::EstimateError;
use super::class_areas::no_classes;
use super::class_map::{ClassMap, ClassOf, MOST_CLASSES};
use super::frame::{Frame, grid_of};
use crate::value_counts::all_blocks;
use lindero_engine::{EngineError, Progress};
use lindero_grid::{Cell, Grid, Metric};
use lindero_layers::BlockId;
use lindero_plots::row_area_m2;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// Bytes of a cell's random number.
const WORD: usize = 8;
/// Columns may be negative, places in a stream of bytes not.
const FIRST_COL: i64 = 1 << 31;
/// A cell this much too far back is still looked at closely: far more than roundings of the limit.
const SLACK: f64 = 1.0 - 1e-9;

/// The cells of one class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StratumCells {
    pub(super) name: String,
    pub(super) cells: u64,
    pub(super) area_m2: f64,
}

/// A cell that was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) stratum: usize,
    pub(super) cell: Cell,
}

/// Strata of a map, by name, and which number is in which.
pub(super) struct Strata {
    pub(super) cells: Vec<StratumCells>,
    /// By the bits of the number.
    of_number: FxHashMap<u64, usize>,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    /// How often a number stands in a row: by the row and the number's bits.
    of_rows: BTreeMap<(i32, u64), u64>,
    /// Bits of all numbers.
    numbers: BTreeSet<u64>,
}

impl Counts {
    fn add(&mut self, row: i32, number: u64, count: u64) {
        *self.of_rows.entry((row, number)).or_insert(0) += count;
        self.numbers.insert(number);
    }

    /// These counts, unless they are of too many numbers for classes.
    fn if_classes(self, map: &ClassMap) -> Result<Self, EstimateError> {
        if self.numbers.len() > MOST_CLASSES { Err(no_classes(map)) } else { Ok(self) }
    }
}

/// Counts the cells of each class that may be drawn.
pub(super) fn strata_of(map: &ClassMap, frame: &Frame, progress: &dyn Progress) -> Result<Strata, EstimateError> {
    let grid = grid_of(map)?;
    let blocks = all_blocks(map.source.info());
    progress.stage("counting cells", blocks.len() as u64);
    let counted = |mut counts: Counts, block: &BlockId| -> Result<Counts, EstimateError> {
        if progress.interrupted() {
            return Err(EngineError::Interrupted.into());
        }
        frame.walk(map, *block, |row, cells| {
            for run in cells.chunk_by(|a, b| a.1.to_bits() == b.1.to_bits()) {
                if !run[0].1.is_nan() {
                    counts.add(row, run[0].1.to_bits(), run.len() as u64);
                }
            }
        })?;
        progress.advance(1);
        counts.if_classes(map)
    };
    let both = |mut a: Counts, b: Counts| {
        b.of_rows.into_iter().for_each(|((row, number), count)| a.add(row, number, count));
        a.if_classes(map)
    };
    let counts = blocks.par_iter().try_fold(Counts::default, counted).try_reduce(Counts::default, both)?;
    let cell_m2 = |row: i32| cell_area_m2(&grid, row);
    let mut by_name: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    let mut names: FxHashMap<u64, String> = FxHashMap::default();
    for &bits in &counts.numbers {
        if let ClassOf::Class(name) = map.class_of(f64::from_bits(bits))? {
            names.insert(bits, name);
        }
    }
    for (&(row, bits), &count) in &counts.of_rows {
        if let Some(name) = names.get(&bits) {
            let (cells, area_m2) = by_name.entry(name.clone()).or_insert((0, 0.0));
            *cells += count;
            *area_m2 += count as f64 * cell_m2(row);
        }
    }
    let mut cells: Vec<StratumCells> =
        by_name.into_iter().map(|(name, (cells, area_m2))| StratumCells { name, cells, area_m2 }).collect();
    cells.sort_by(|a, b| super::by_class_name(&a.name, &b.name));
    let index = |name: &String| cells.iter().position(|stratum| stratum.name == *name);
    let of_number = names.iter().filter_map(|(bits, name)| Some((*bits, index(name)?))).collect();
    Ok(Strata { cells, of_number })
}

/// Square metres of a cell; on projected grids what the projection says.
fn cell_area_m2(grid: &Grid, row: i32) -> f64 {
    match grid.metric() {
        Metric::Planar => grid.size_x() * grid.size_y(),
        Metric::Geographic => {
            let (north, south) = (grid.north(row).clamp(-90.0, 90.0), grid.north(row + 1).clamp(-90.0, 90.0));
            row_area_m2(south, north, grid.size_x())
        }
    }
}

/// Draws so many cells of each stratum; by stratum, the first drawn first.
pub(super) fn draw(
    map: &ClassMap,
    frame: &Frame,
    strata: &Strata,
    wanted: &[u64],
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Drawn>, EstimateError> {
    let grid = grid_of(map)?;
    let chance = Chance::of(seed);
    let blocks = all_blocks(map.source.info());
    progress.stage("drawing points", blocks.len() as u64);
    let first = || Firsts::of(wanted);
    let one = |mut firsts: Firsts, block: &BlockId| -> Result<Firsts, EstimateError> {
        if progress.interrupted() {
            return Err(EngineError::Interrupted.into());
        }
        let mut words = Vec::new();
        let mut last = (f64::NAN.to_bits(), None);
        frame.walk(map, *block, |row, cells| {
            let (Some(west), Some(east)) = (cells.first(), cells.last()) else { return };
            chance.words(row, west.0, east.0, &mut words);
            let area = cell_area_m2(&grid, row);
            firsts.start_row(area);
            for &(col, number) in cells {
                if number.to_bits() != last.0 {
                    last = (number.to_bits(), strata.of_number.get(&number.to_bits()).copied());
                }
                if let Some(stratum) = last.1 {
                    firsts.see(stratum, words[(col - west.0) as usize], Cell { row, col }, area);
                }
            }
        })?;
        progress.advance(1);
        Ok(firsts)
    };
    let firsts = blocks.par_iter().try_fold(first, one).try_reduce(first, |a, b| Ok(a.merge(b)))?;
    Ok(firsts.drawn())
}

/// The random numbers of cells.
pub(super) struct Chance {
    key: [u8; 32],
}

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self { key: *blake3::hash(format!("lindero sample {seed}").as_bytes()).as_bytes() }
    }

    /// The numbers of a row's cells from one column to another.
    fn words(&self, row: i32, first: i32, last: i32, words: &mut Vec<u64>) {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&row.to_le_bytes());
        let mut stream = hasher.finalize_xof();
        stream.set_position((i64::from(first) + FIRST_COL) as u64 * WORD as u64);
        let mut bytes = vec![0; (last - first + 1) as usize * WORD];
        stream.fill(&mut bytes);
        words.clear();
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        words.extend(bytes.chunks_exact(WORD).map(word));
    }

    /// A number by which cells can be shuffled, which says nothing of whether they are drawn.
    pub(super) fn order(&self, cell: Cell) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(b"order").update(&cell.row.to_le_bytes()).update(&cell.col.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// When a cell has its turn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Turn {
    time: f64,
    cell: Cell,
}

impl Eq for Turn {}

impl Ord for Turn {
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.total_cmp(&other.time).then_with(|| self.cell.cmp(&other.cell))
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Of each stratum the cells that have their turn first.
struct Firsts {
    strata: Vec<First>,
}

struct First {
    wanted: usize,
    /// The latest on top.
    turns: BinaryHeap<Turn>,
    /// The least random number that could still be early enough in the row under way.
    limit: f64,
}

impl Firsts {
    fn of(wanted: &[u64]) -> Self {
        let first = |&wanted: &u64| First { wanted: wanted as usize, turns: BinaryHeap::new(), limit: 0.0 };
        Self { strata: wanted.iter().map(first).collect() }
    }

    fn start_row(&mut self, area: f64) {
        self.strata.iter_mut().for_each(|first| first.set_limit(area));
    }

    fn see(&mut self, stratum: usize, word: u64, cell: Cell, area: f64) {
        let first = &mut self.strata[stratum];
        if (word as f64) < first.limit {
            return;
        }
        // In (0, 1]: no cell waits for ever.
        let unit = (word as f64 + 1.0) / 2f64.powi(64);
        if first.push(Turn { time: -libm::log(unit) / area, cell }) {
            first.set_limit(area);
        }
    }

    fn merge(mut self, other: Self) -> Self {
        for (mine, theirs) in self.strata.iter_mut().zip(other.strata) {
            theirs.turns.into_iter().for_each(|turn| {
                mine.push(turn);
            });
        }
        self
    }

    fn drawn(self) -> Vec<Drawn> {
        let of_stratum = |(stratum, first): (usize, First)| {
            first.turns.into_sorted_vec().into_iter().map(move |turn| Drawn { stratum, cell: turn.cell })
        };
        self.strata.into_iter().enumerate().flat_map(of_stratum).collect()
    }
}

impl First {
    /// Whether the turn is among the first so far.
    fn push(&mut self, turn: Turn) -> bool {
        if self.turns.len() < self.wanted {
            self.turns.push(turn);
            return true;
        }
        match self.turns.peek() {
            Some(latest) if turn < *latest => {
                self.turns.pop();
                self.turns.push(turn);
                true
            }
            _ => false,
        }
    }

    fn set_limit(&mut self, area: f64) {
        self.limit = match self.turns.peek() {
            _ if self.wanted == 0 => f64::INFINITY,
            Some(latest) if self.turns.len() == self.wanted => {
                libm::exp(-latest.time * area) * 2f64.powi(64) * SLACK - 2.0
            }
            _ => 0.0,
        };
    }
}
