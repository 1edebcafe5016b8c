//! How often each byte occurs in long rows of cells.

use crate::byte_set::ByteSet;

/// Bytes that are looked through for one value at a time: few enough to stay in the nearest cache.
const BLOCK: usize = 512;
/// Bytes whose count fits in a byte, so that as many are compared at once as a register of the processor holds.
const GROUP: usize = 128;
/// Values that are looked for in a block one after another before its bytes are counted one by one.
const MOST_KNOWN: usize = 8;
/// Blocks at most that are counted one by one before the known values are tried again.
const MOST_PATIENCE: u32 = 16;

/// Counts of bytes. Maps are patchy: a stretch of a row has few classes, mostly those of the stretch before, so that comparing
/// many bytes at once with one value after another is faster than to count byte by byte.
pub(crate) struct ByteCounts {
    /// In four tables by turns, as one that is counted again at once waits for the count before.
    tables: [[u32; 256]; 4],
    /// Which values may have been counted.
    there: ByteSet,
    /// The values of the last blocks, those first that were found most often.
    known: Vec<u8>,
    /// Blocks to come that are counted one by one.
    one_by_one: u32,
    /// How many those are after the next block that had other values.
    patience: u32,
}

impl ByteCounts {
    pub(crate) fn new() -> Self {
        Self {
            tables: [[0; 256]; 4],
            there: ByteSet::default(),
            known: Vec::with_capacity(MOST_KNOWN),
            one_by_one: 0,
            patience: 1,
        }
    }

    pub(crate) fn add(&mut self, values: &[u8]) {
        for block in values.chunks(BLOCK) {
            if self.one_by_one > 0 {
                self.one_by_one -= 1;
                self.count_one_by_one(block);
            } else if self.count_known(block) {
                self.patience = 1;
            } else {
                self.count_one_by_one(block);
                self.learn(block);
                self.one_by_one = self.patience - 1;
                self.patience = (2 * self.patience).min(MOST_PATIENCE);
            }
        }
    }

    /// Gives every byte that occurs and how often, and forgets them.
    pub(crate) fn take(&mut self, mut give: impl FnMut(u8, u32)) {
        let tables = &mut self.tables;
        self.there.take(|value| {
            let cells: u32 = tables.iter_mut().map(|counts| std::mem::take(&mut counts[usize::from(value)])).sum();
            if cells > 0 {
                give(value, cells);
            }
        });
    }

    /// Counts a block if it has known values only; otherwise nothing of it.
    fn count_known(&mut self, block: &[u8]) -> bool {
        let mut found = [0; MOST_KNOWN];
        let mut left = block.len() as u32;
        let mut most = 0;
        let mut tried = 0;
        for (at, &value) in self.known.iter().enumerate() {
            found[at] = occurrences(block, value);
            left -= found[at];
            tried = at + 1;
            if found[at] > found[most] {
                most = at;
            }
            if left == 0 {
                break;
            }
        }
        if left > 0 {
            return false;
        }
        for (&value, &count) in self.known[..tried].iter().zip(&found) {
            self.tables[0][usize::from(value)] += count;
            self.there.add(value);
        }
        self.known[..=most].rotate_right(1);
        true
    }

    fn count_one_by_one(&mut self, block: &[u8]) {
        self.there = ByteSet::ALL;
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

/// How often a value is in a block of at most [`BLOCK`] bytes. On its own, as compilers make vectors of this loop, and not
/// where it has become a part of others.
#[inline(never)]
fn occurrences(block: &[u8], value: u8) -> u32 {
    let (groups, rest) = block.as_chunks::<GROUP>();
    let of = |bytes: &[u8]| u32::from(bytes.iter().fold(0, |count, &byte| count + u8::from(byte == value)));
    groups.iter().map(|group| of(group)).sum::<u32>() + of(rest)
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
                counts.add(head);
                counts.add(tail);
                let mut found = [0u32; 256];
                counts.take(|value, cells| found[usize::from(value)] += cells);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
