//! Areas of long runs of whole cells, by the value of their bytes.

use crate::value_counts::{MOST_VALUES, Run, ValueCounter};
use lindero_grid::{AreaUnits, FULL};

/// Runs that are put together before they are counted, at most.
const MOST_RUNS: usize = 512;

/// Runs that are tried together, at most: as much is looked through again where one of them has other values.
const MOST_TRIED: usize = 128;

/// Runs at most that are counted byte by byte before the known values are tried again.
const MOST_PATIENCE: u32 = 16;

/// Bytes at most that are counted byte by byte before their area is given: so many whole cells are less than 2^64 units.
const MOST_COUNTED: usize = 1 << 15;

/// Adds up whole cells of one block after another. Runs are put together first and then counted one after another: what is the
/// same for all of them is set up once.
pub(crate) struct LongRuns {
    /// Those that are to be counted, the first ones.
    runs: Box<[Run; MOST_RUNS]>,
    count: usize,
    values: KnownValues,
}

impl LongRuns {
    pub(crate) fn new() -> Self {
        Self { runs: Box::new([Run::default(); MOST_RUNS]), count: 0, values: KnownValues::new() }
    }

    /// Adds a run of the block. What is not given now, perhaps of a value several times, [`Self::end_block`] and [`Self::end`]
    /// give.
    #[inline]
    pub(crate) fn add(&mut self, block: &[u8], run: Run, give: impl FnMut(u8, AreaUnits)) {
        self.runs[self.count] = run;
        self.count += 1;
        if self.count == MOST_RUNS {
            self.end_block(block, give);
        }
    }

    /// Counts what is to be counted of a block.
    #[inline(never)] // Once for many runs.
    pub(crate) fn end_block(&mut self, block: &[u8], give: impl FnMut(u8, AreaUnits)) {
        self.values.add(block, &self.runs[..std::mem::take(&mut self.count)], give);
    }

    /// Gives all that has not been given: no block is under way.
    #[inline]
    pub(crate) fn end(&mut self, give: impl FnMut(u8, AreaUnits)) {
        debug_assert!(self.count == 0, "a block is under way");
        self.values.end(give);
    }
}

/// Adds up runs by the values that are known. Maps are patchy: a stretch of a row has few classes, mostly those of the stretch
/// before, so that comparing many bytes at once with each of them is faster than to count byte by byte, and the sums of those
/// few values are at hand.
struct KnownValues {
    counter: ValueCounter,
    /// The values of the last runs, those first that were found lately.
    known: Vec<u8>,
    /// How many of them, the first ones, all values of the last run were among.
    likely: usize,
    /// Cells of each known value times the units of their rows, not given yet.
    sums: [u64; MOST_VALUES],
    /// By how much all sums together may still grow.
    room: u64,
    /// Bytes counted one by one, in four tables by turns, as one that is counted again at once waits for the count before.
    tables: [[u32; 256]; 4],
    /// How many there are in the tables, and the units of each.
    counted: usize,
    counted_units: u64,
    /// Runs to come that are counted byte by byte.
    one_by_one: u32,
    /// How many those are after the next run that has other values.
    patience: u32,
}

impl KnownValues {
    fn new() -> Self {
        Self {
            counter: ValueCounter::new(),
            known: Vec::with_capacity(MOST_VALUES),
            likely: 0,
            sums: [0; MOST_VALUES],
            room: u64::MAX,
            tables: [[0; 256]; 4],
            counted: 0,
            counted_units: 0,
            one_by_one: 0,
            patience: 1,
        }
    }

    /// Adds runs of a block.
    fn add(&mut self, block: &[u8], mut runs: &[Run], mut give: impl FnMut(u8, AreaUnits)) {
        while let Some(run) = runs.first() {
            if self.one_by_one > 0 {
                self.one_by_one -= 1;
                self.count_one_by_one(block, run, &mut give);
            } else {
                let added = self.add_known(block, &runs[..runs.len().min(MOST_TRIED)], &mut give);
                if added > 0 {
                    self.patience = 1;
                    runs = &runs[added..];
                    continue;
                }
                self.add_unknown(block, run, &mut give);
            }
            runs = &runs[1..];
        }
    }

    /// Gives all that has not been given.
    #[inline]
    fn end(&mut self, mut give: impl FnMut(u8, AreaUnits)) {
        self.give_counted(&mut give);
        if self.room < u64::MAX {
            self.give_known(&mut give);
        }
    }

    /// Gives what was counted byte by byte.
    #[inline]
    fn give_counted(&mut self, give: &mut impl FnMut(u8, AreaUnits)) {
        if std::mem::take(&mut self.counted) == 0 {
            return;
        }
        for value in 0..=u8::MAX {
            let of = |counts: &mut [u32; 256]| std::mem::take(&mut counts[usize::from(value)]);
            let cells: u32 = self.tables.iter_mut().map(of).sum();
            if cells > 0 {
                give(value, AreaUnits::of(u64::from(cells) * FULL, self.counted_units));
            }
        }
    }

    fn give_known(&mut self, give: &mut impl FnMut(u8, AreaUnits)) {
        for (&value, sum) in self.known.iter().zip(&mut self.sums) {
            if *sum > 0 {
                give(value, AreaUnits::of(FULL, std::mem::take(sum)));
            }
        }
        self.room = u64::MAX;
    }

    /// Adds runs up to the first that has unknown values, and says how many.
    fn add_known(&mut self, block: &[u8], mut runs: &[Run], give: &mut impl FnMut(u8, AreaUnits)) -> usize {
        let mut area = Run::area(runs);
        if area.is_none() {
            runs = &runs[..1];
            area = Run::area(runs);
        }
        // Where cells are so large that not even one run of them fits, they are counted and then multiplied.
        let Some(area) = area else { return 0 };
        if area > self.room {
            self.give_known(give);
        }
        let mut added = self.counter.add(block, runs, &self.known[..self.likely], &mut self.sums);
        if added.runs == 0 {
            if self.likely == self.known.len() {
                return 0;
            }
            self.likely = self.known.len();
            added = self.counter.add(block, runs, &self.known, &mut self.sums);
            if added.runs == 0 {
                return 0;
            }
        }
        self.room -= area;
        if added.there != (1 << self.likely) - 1 {
            self.sink(added.there);
        }
        added.runs
    }

    /// Adds a run that has unknown values.
    fn add_unknown(&mut self, block: &[u8], run: &Run, give: &mut impl FnMut(u8, AreaUnits)) {
        self.count_one_by_one(block, run, give);
        self.give_known(give);
        self.learn(run.of(block));
        self.one_by_one = self.patience - 1;
        self.patience = (2 * self.patience).min(MOST_PATIENCE);
    }

    /// Has values that are not there any more sink behind those that are: a bit each.
    fn sink(&mut self, there: u32) {
        for at in 1..self.likely {
            if there & (1 << (at - 1)) == 0 {
                self.known.swap(at - 1, at);
                self.sums.swap(at - 1, at);
            }
        }
        self.likely = (u32::BITS - there.leading_zeros()) as usize;
    }

    fn count_one_by_one(&mut self, block: &[u8], run: &Run, give: &mut impl FnMut(u8, AreaUnits)) {
        if self.counted_units != run.units || self.counted + run.len > MOST_COUNTED {
            self.give_counted(give);
            self.counted_units = run.units;
        }
        self.counted += run.len;
        let (fours, rest) = run.of(block).as_chunks::<4>();
        for four in fours {
            for (counts, &value) in self.tables.iter_mut().zip(four) {
                counts[usize::from(value)] += 1;
            }
        }
        for &value in rest {
            self.tables[0][usize::from(value)] += 1;
        }
    }

    /// Remembers the values of a run, and forgets those that were found least lately; there are no sums.
    fn learn(&mut self, run: &[u8]) {
        for stretch in run.chunk_by(|a, b| a == b) {
            let value = stretch[0];
            if let Some(at) = self.known.iter().position(|&known| known == value) {
                self.known[..=at].rotate_right(1);
            } else {
                self.known.truncate(MOST_VALUES - 1);
                self.known.insert(0, value);
            }
        }
        self.likely = self.known.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_counts::{LEAST_BYTES, MOST_BYTES};
    use proptest::prelude::*;

    /// A block of a map: stretches of one value, now and then noise.
    fn block() -> impl Strategy<Value = Vec<u8>> {
        let stretch = prop_oneof![
            4 => (0u8..12, 1usize..700).prop_map(|(value, length)| vec![value.wrapping_mul(23); length]),
            1 => prop::collection::vec(any::<u8>(), 0..900),
        ];
        prop::collection::vec(stretch, 0..60).prop_map(|mut stretches| {
            stretches.push(vec![7; MOST_BYTES]);
            stretches.concat()
        })
    }

    proptest! {
        #[test]
        fn every_cell_of_every_run_is_added_once(
            blocks in prop::collection::vec(block(), 1..4),
            runs in prop::collection::vec(
                (any::<prop::sample::Index>(), any::<prop::sample::Index>(), LEAST_BYTES..=MOST_BYTES, 0_u64..3),
                0..2 * MOST_RUNS,
            ),
            // Up to cells so large that the sums of a run, or of two, do not fit.
            bits in prop_oneof![0_u32..64, 50_u32..58],
        ) {
            let mut long = LongRuns::new();
            let mut expected = [AreaUnits::ZERO; 256];
            let mut found = [AreaUnits::ZERO; 256];
            for (index, block) in blocks.iter().enumerate() {
                for (of, start, len, more) in &runs {
                    if of.index(blocks.len()) != index {
                        continue;
                    }
                    let run = Run { start: start.index(block.len() - len + 1), len: *len, units: (1 << bits) + more };
                    long.add(block, run, |value, area| found[usize::from(value)] += area);
                    for &value in run.of(block) {
                        expected[usize::from(value)] += AreaUnits::of(FULL, run.units);
                    }
                }
                long.end_block(block, |value, area| found[usize::from(value)] += area);
            }
            long.end(|value, area| found[usize::from(value)] += area);
            prop_assert_eq!(found, expected);
            long.end(|value, area| found[usize::from(value)] += area);
            prop_assert_eq!(found, expected, "nothing is given twice");
        }
    }
}
