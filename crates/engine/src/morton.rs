//! The Morton order of squares: neighbours in both directions soon after each other.

/// The place of a square in the order.
pub(crate) fn morton(row: u32, col: u32) -> u64 {
    let spread = |index: u32| {
        let mut bits = u64::from(index);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | (bits << shift)) & mask;
        }
        bits
    };
    (spread(row) << 1) | spread(col)
}

#[cfg(test)]
mod tests {
    use super::morton;

    #[test]
    fn four_neighbours_are_visited_before_the_next_four() {
        let mut cells = vec![(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
        cells.sort_by_key(|&(row, col)| morton(row, col));
        assert_eq!(cells, [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (1, 2)]);
    }
}
