//! Areas of long runs of whole cells, by the value of their bytes.

use crate::value_counts::{ByteRows, MOST_BYTES, MOST_VALUES, ValueCounter};
use lindero_grid::{AreaUnits, FULL};

/// Blocks at most that are counted one by one before the known values are tried again.
const MOST_PATIENCE: u32 = 16;

/// Adds up whole cells. Maps are patchy: a stretch of a row has few classes, mostly those of the stretch before, so that
/// comparing many bytes at once with each of them is faster than to count byte by byte, and the sums of those few values are
/// at hand.
pub(crate) struct LongRuns {
    counter: ValueCounter,
    /// The values of the last blocks, those first that were found lately.
    known: Vec<u8>,
    /// How many of them, the first ones, all values of the last block were among.
    likely: usize,
    /// Cells of each known value times the units of their rows, not given yet.
    sums: [u64; MOST_VALUES],
    /// By how much all sums together may still grow.
    room: u64,
    /// Bytes counted one by one, in four tables by turns, as one that is counted again at once waits for the count before.
    tables: [[u32; 256]; 4],
    /// Whether there are any in the tables.
    any: bool,
    /// Blocks to come that are counted one by one.
    one_by_one: u32,
    /// How many those are after the next block that had other values.
    patience: u32,
}

impl LongRuns {
    pub(crate) fn new() -> Self {
        Self {
            counter: ValueCounter::new(),
            known: Vec::with_capacity(MOST_VALUES),
            likely: 0,
            sums: [0; MOST_VALUES],
            room: u64::MAX,
            tables: [[0; 256]; 4],
            any: false,
            one_by_one: 0,
            patience: 1,
        }
    }

    /// Adds rows of whole cells, all of them.
    pub(crate) fn add_rows(&mut self, mut rows: ByteRows<'_>, mut give: impl FnMut(u8, AreaUnits)) {
        while let Some(&units) = rows.units.first() {
            let area = rows.area().filter(|_| rows.width <= MOST_BYTES && self.one_by_one == 0);
            if let Some(area) = area {
                self.make_room(area, &mut give);
                let added = self.add_known(&rows, area);
                if added > 0 {
                    self.patience = 1;
                    rows = rows.from(added);
                    continue;
                }
                self.add_unknown(rows.row(0), &mut give);
            } else {
                self.add(rows.row(0), units, &mut give);
            }
            self.end_row(units, &mut give);
            rows = rows.from(1);
        }
    }

    /// Adds whole cells of a row of which each has these units. What is not given now, perhaps of a value several times,
    /// [`Self::end_row`] and [`Self::end`] give.
    #[inline]
    pub(crate) fn add(&mut self, values: &[u8], units: u64, mut give: impl FnMut(u8, AreaUnits)) {
        for block in values.chunks(MOST_BYTES) {
            // Where cells are so large that not even one block of them fits, they are counted and then multiplied.
            let area = (block.len() as u64).checked_mul(units);
            if let Some(area) = area {
                self.make_room(area, &mut give);
            }
            let row = ByteRows { bytes: block, stride: block.len(), width: block.len(), units: &[units] };
            if self.one_by_one > 0 {
                self.one_by_one -= 1;
                self.count_one_by_one(block);
            } else if area.is_some_and(|area| self.add_known(&row, area) == 1) {
                self.patience = 1;
            } else {
                self.add_unknown(block, &mut give);
            }
        }
    }

    /// Gives what of a row, of which each cell has these units, was counted cell by cell.
    #[inline]
    pub(crate) fn end_row(&mut self, units: u64, mut give: impl FnMut(u8, AreaUnits)) {
        if !std::mem::take(&mut self.any) {
            return;
        }
        for value in 0..=u8::MAX {
            let of = |counts: &mut [u32; 256]| std::mem::take(&mut counts[usize::from(value)]);
            let cells: u32 = self.tables.iter_mut().map(of).sum();
            if cells > 0 {
                // A row has at most as many cells as a chunk: 2^11 times 2^48.
                give(value, AreaUnits::of(u64::from(cells) * FULL, units));
            }
        }
    }

    /// Gives all that has not been given: no row is under way.
    #[inline]
    pub(crate) fn end(&mut self, mut give: impl FnMut(u8, AreaUnits)) {
        if self.room < u64::MAX {
            self.give_known(&mut give);
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

    /// Gives the sums unless this much may be added to each.
    #[inline]
    fn make_room(&mut self, area: u64, give: &mut impl FnMut(u8, AreaUnits)) {
        if area > self.room {
            self.give_known(give);
        }
    }

    /// Adds rows up to the first that has unknown values, and says how many. They have this area together, for which there is
    /// room.
    #[inline]
    fn add_known(&mut self, rows: &ByteRows<'_>, area: u64) -> usize {
        let mut added = self.counter.add(rows, &self.known[..self.likely], &mut self.sums);
        if added.rows == 0 {
            if self.likely == self.known.len() {
                return 0;
            }
            self.likely = self.known.len();
            added = self.counter.add(rows, &self.known, &mut self.sums);
            if added.rows == 0 {
                return 0;
            }
        }
        self.room -= area;
        if added.there != (1 << self.likely) - 1 {
            self.sink(added.there);
        }
        added.rows
    }

    /// Adds a block that has unknown values.
    fn add_unknown(&mut self, block: &[u8], give: &mut impl FnMut(u8, AreaUnits)) {
        self.count_one_by_one(block);
        self.give_known(give);
        self.learn(block);
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

    fn count_one_by_one(&mut self, block: &[u8]) {
        self.any = true;
        let (fours, rest) = block.as_chunks::<4>();
        for four in fours {
            for (counts, &value) in self.tables.iter_mut().zip(four) {
                counts[usize::from(value)] += 1;
            }
        }
        for &value in rest {
            self.tables[0][usize::from(value)] += 1;
        }
    }

    /// Remembers the values of a block, and forgets those that were found least lately; there are no sums.
    fn learn(&mut self, block: &[u8]) {
        for stretch in block.chunk_by(|a, b| a == b) {
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
    use proptest::prelude::*;

    /// A row of a map: stretches of one value, now and then noise.
    fn rows() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let stretch = prop_oneof![
            4 => (0u8..12, 1usize..700).prop_map(|(value, length)| vec![value.wrapping_mul(23); length]),
            1 => prop::collection::vec(any::<u8>(), 0..900),
        ];
        let row = prop::collection::vec(stretch, 0..12).prop_map(|stretches| stretches.concat());
        prop::collection::vec(row, 1..6)
    }

    proptest! {
        #[test]
        fn every_cell_of_every_row_is_added_once(
            rows in rows(),
            // Up to cells so large that the sums of a block, or of two, do not fit.
            bits in prop_oneof![0_u32..64, 50_u32..58],
        ) {
            let mut runs = LongRuns::new();
            let mut expected = [AreaUnits::ZERO; 256];
            let mut found = [AreaUnits::ZERO; 256];
            for (index, row) in (1..).zip(rows) {
                let units = (1 << bits) + index;
                for &value in &row {
                    expected[usize::from(value)] += AreaUnits::of(FULL, units);
                }
                // In pieces, as the spans of a shape come.
                let (head, tail) = row.split_at(row.len() / 3);
                runs.add(head, units, |value, area| found[usize::from(value)] += area);
                runs.add(tail, units, |value, area| found[usize::from(value)] += area);
                runs.end_row(units, |value, area| found[usize::from(value)] += area);
            }
            runs.end(|value, area| found[usize::from(value)] += area);
            prop_assert_eq!(found, expected);
            runs.end(|value, area| found[usize::from(value)] += area);
            prop_assert_eq!(found, expected, "nothing is given twice");
        }

        #[test]
        fn rows_below_each_other_are_added_as_if_each_were_on_its_own(
            rows in rows(),
            (width, beside) in (1..700_usize, 0..40_usize),
            bits in prop_oneof![0_u32..64, 50_u32..58],
        ) {
            let bytes = rows.concat();
            let stride = width + beside;
            let count = (bytes.len() + beside) / stride;
            let units: Vec<u64> = (1..).map(|index| (1 << bits) + index).take(count).collect();
            let rows = ByteRows { bytes: &bytes, stride, width, units: &units };
            let mut runs = LongRuns::new();
            let mut expected = [AreaUnits::ZERO; 256];
            let mut found = [AreaUnits::ZERO; 256];
            for (row, &units) in units.iter().enumerate() {
                for &value in rows.row(row) {
                    expected[usize::from(value)] += AreaUnits::of(FULL, units);
                }
            }
            // Two shapes, one after another: of the second each row on its own.
            let (first, second) = (rows.units.len() / 2, rows.from(rows.units.len() / 2));
            let first = ByteRows { units: &rows.units[..first], ..rows };
            let mut give = |value: u8, area| found[usize::from(value)] += area;
            runs.add_rows(first, &mut give);
            runs.end(&mut give);
            for (row, &units) in second.units.iter().enumerate() {
                runs.add(second.row(row), units, &mut give);
                runs.end_row(units, &mut give);
            }
            runs.add_rows(first, &mut give);
            runs.end(&mut give);
            for (row, &units) in first.units.iter().enumerate() {
                for &value in first.row(row) {
                    expected[usize::from(value)] += AreaUnits::of(FULL, units);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
