//! How often each byte occurs in long rows of cells.

/// Bytes that are looked through for one value at a time: few enough to stay in the nearest cache.
const BLOCK: usize = 512;
/// Values that are looked for in a block one after another before its bytes are counted one by one.
const MOST_KNOWN: usize = 8;
/// Blocks at most that are counted one by one before the known values are tried again.
const MOST_PATIENCE: u32 = 16;

/// Counts of bytes. Maps are patchy: a stretch of a row has few classes, mostly those of the stretch before, so that comparing
/// many bytes at once with one value after another is faster than to count byte by byte.
pub(crate) struct ByteCounts {
    /// Bytes counted one by one, in four tables by turns, as one that is counted again at once waits for the count before.
    tables: [[u32; 256]; 4],
    /// Whether there are any in the tables.
    any: bool,
    /// The values of the last blocks, those first that were found lately.
    known: Vec<u8>,
    /// Blocks to come that are counted one by one.
    one_by_one: u32,
    /// How many those are after the next block that had other values.
    patience: u32,
}

impl ByteCounts {
    pub(crate) fn new() -> Self {
        Self { tables: [[0; 256]; 4], any: false, known: Vec::with_capacity(MOST_KNOWN), one_by_one: 0, patience: 1 }
    }

    /// Gives values and how often they occur, a value perhaps several times or as none; what it does not give now
    /// [`Self::take`] will.
    #[inline]
    pub(crate) fn add(&mut self, values: &[u8], mut give: impl FnMut(u8, u32)) {
        for block in values.chunks(BLOCK) {
            if self.one_by_one > 0 {
                self.one_by_one -= 1;
                self.count_one_by_one(block);
            } else if self.count_known(block, &mut give) {
                self.patience = 1;
            } else {
                self.count_one_by_one(block);
                self.learn(block);
                self.one_by_one = self.patience - 1;
                self.patience = (2 * self.patience).min(MOST_PATIENCE);
            }
        }
    }

    /// Gives the values that have not been given yet, and forgets them.
    #[inline]
    pub(crate) fn take(&mut self, mut give: impl FnMut(u8, u32)) {
        if !std::mem::take(&mut self.any) {
            return;
        }
        for value in 0..=u8::MAX {
            let of = |counts: &mut [u32; 256]| std::mem::take(&mut counts[usize::from(value)]);
            let cells: u32 = self.tables.iter_mut().map(of).sum();
            if cells > 0 {
                give(value, cells);
            }
        }
    }

    /// Gives the values of a block if it has known ones only; otherwise nothing of it.
    fn count_known(&mut self, block: &[u8], give: &mut impl FnMut(u8, u32)) -> bool {
        let mut found = [0; MOST_KNOWN];
        let mut left = block.len() as u32;
        let mut tried = 0;
        for (found, &value) in found.iter_mut().zip(&self.known) {
            *found = bytecount::count(block, value) as u32;
            left -= *found;
            tried += 1;
            if left == 0 {
                break;
            }
        }
        if left > 0 {
            return false;
        }
        for (&value, &count) in self.known[..tried].iter().zip(&found) {
            give(value, count);
        }
        // What is not there any more sinks behind what is.
        for at in 1..tried {
            if found[at - 1] == 0 {
                self.known.swap(at - 1, at);
            }
        }
        true
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

    /// Remembers the values of a block, and forgets those that were found least lately.
    fn learn(&mut self, block: &[u8]) {
        for stretch in block.chunk_by(|a, b| a == b) {
            let value = stretch[0];
            if let Some(at) = self.known.iter().position(|&known| known == value) {
                self.known[..=at].rotate_right(1);
            } else {
                self.known.truncate(MOST_KNOWN - 1);
                self.known.insert(0, value);
            }
        }
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
        fn every_byte_of_every_row_is_counted_once(rows in rows()) {
            let mut counts = ByteCounts::new();
            for row in rows {
                let mut expected = [0u32; 256];
                for &value in &row {
                    expected[usize::from(value)] += 1;
                }
                // In pieces, as the spans of a shape come.
                let (head, tail) = row.split_at(row.len() / 3);
                let mut found = [0u32; 256];
                counts.add(head, |value, cells| found[usize::from(value)] += cells);
                counts.add(tail, |value, cells| found[usize::from(value)] += cells);
                counts.take(|value, cells| found[usize::from(value)] += cells);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
