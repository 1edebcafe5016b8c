//! Memory of blocks that nobody needs any more, for the next ones of the same worker.

use lindero_layers::{Block, Cells};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Bytes that a worker keeps at most.
const KEPT_BYTES: usize = 4 << 20;

/// The memory of some blocks, in the order in which they were given back.
#[derive(Default)]
struct Spare {
    blocks: VecDeque<Vec<u8>>,
    bytes: usize,
}

thread_local! {
    static SPARE: RefCell<Spare> = RefCell::default();
}

/// So many bytes, of any values.
pub(super) fn take(len: usize) -> Vec<u8> {
    let spare = SPARE.with_borrow_mut(|spare| {
        // Not much larger, as what is given back should take what it says. The last one is most likely still in the near cache.
        let place = spare.blocks.iter().rposition(|block| (len..=2 * len).contains(&block.capacity()))?;
        let block = spare.blocks.remove(place)?;
        spare.bytes -= block.capacity();
        Some(block)
    });
    spare.map_or_else(
        || vec![0; len],
        |mut bytes| {
            bytes.resize(len, 0);
            bytes
        },
    )
}

/// Keeps the memory of a block of bytes, the last ones rather than those before.
pub(super) fn give_back(block: Block) {
    let bytes = |band| match band {
        Cells::U8(cells) => Some(cells.into_raw_vec_and_offset().0),
        _ => None,
    };
    SPARE.with_borrow_mut(|spare| {
        for bytes in block.bands.into_iter().filter_map(bytes) {
            spare.bytes += bytes.capacity();
            spare.blocks.push_back(bytes);
        }
        while spare.bytes > KEPT_BYTES {
            spare.bytes -= spare.blocks.pop_front().map_or(0, |block| block.capacity());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn block(rows: usize, cols: usize) -> Block {
        Block { bands: vec![Cells::U8(Array2::from_elem((rows, cols), 7))], mask: None }
    }

    #[test]
    fn the_next_block_gets_the_memory_of_the_one_before() {
        let before = block(30, 50);
        let Cells::U8(cells) = &before.bands[0] else { unreachable!() };
        let place = cells.as_ptr();
        give_back(before);
        let next = take(1400);
        assert_eq!((next.as_ptr(), next.len()), (place, 1400));
        assert_eq!(take(1400), vec![0; 1400], "there is no other");
    }

    #[test]
    fn what_is_too_small_or_much_too_large_is_no_place() {
        give_back(block(10, 9));
        give_back(block(10, 40));
        assert_eq!(take(100), vec![0; 100]);
        assert_eq!(take(90), vec![7; 90]);
    }

    #[test]
    fn of_too_many_the_last_ones_are_kept() {
        let many = (0..9).map(|cols| block(1 << 10, (1 << 10) - cols));
        let places: Vec<usize> = many
            .map(|block| {
                let Cells::U8(cells) = &block.bands[0] else { unreachable!() };
                let len = cells.len();
                give_back(block);
                len
            })
            .collect();
        let kept = SPARE.with_borrow(|spare| spare.blocks.iter().map(Vec::len).collect::<Vec<_>>());
        assert_eq!(kept, places[5..]);
    }
}
