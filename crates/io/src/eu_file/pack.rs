//! Which plots go into which file.

use std::ops::Range;

/// A plot that is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Whose it is; plots of one producer follow each other.
    pub(super) producer: u32,
    /// Bytes of its features.
    pub(super) bytes: u64,
}

/// What a file holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    /// Bytes around the plots.
    pub(super) frame: u64,
    /// Bytes between two plots.
    pub(super) between: u64,
    pub(super) producers: usize,
}

/// Cuts the plots into files, in their order. A producer's plots stay together, unless they alone are too many for a file.
///
/// No plot may be larger than a file.
pub(super) fn pack(items: &[Item], limits: Limits) -> Vec<Range<usize>> {
    let mut files: Vec<Range<usize>> = Vec::new();
    let (mut bytes, mut producers) = (limits.frame, 0);
    let mut start = 0;
    let cost = |item: &Item| item.bytes + limits.between;
    while start < items.len() {
        let producer = items[start].producer;
        let end = start + items[start..].iter().take_while(|item| item.producer == producer).count();
        let group: u64 = items[start..end].iter().map(cost).sum();
        let fits = bytes + group <= limits.bytes && producers < limits.producers;
        if fits && let Some(file) = files.last_mut() {
            file.end = end;
            bytes += group;
            producers += 1;
        } else if limits.frame + group <= limits.bytes {
            files.push(start..end);
            (bytes, producers) = (limits.frame + group, 1);
        } else {
            // Too many for one file: a new one, and another whenever it is full.
            files.push(start..start);
            (bytes, producers) = (limits.frame, 1);
            for (at, item) in (start..end).zip(&items[start..end]) {
                if bytes + cost(item) > limits.bytes && bytes > limits.frame {
                    files.push(at..at);
                    bytes = limits.frame;
                }
                files.last_mut().expect("one was pushed").end = at + 1;
                bytes += cost(item);
            }
        }
        start = end;
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{Item, Limits, pack};
    use proptest::prelude::*;

    /// A drawing: a letter a plot, the producer's, and its bytes.
    fn check(plots: &[(char, u64)], producers: usize, expected: &[usize]) {
        let items: Vec<Item> =
            plots.iter().map(|&(producer, bytes)| Item { producer: producer as u32, bytes }).collect();
        let files = pack(&items, Limits { bytes: 100, frame: 10, between: 1, producers });
        assert_eq!(files.iter().map(|file| file.len()).collect::<Vec<_>>(), expected, "{plots:?}");
    }

    #[test]
    fn a_producer_is_divided_only_where_no_file_holds_it() {
        check(&[], 9, &[]);
        check(&[('a', 89)], 9, &[1]);
        check(&[('a', 44), ('b', 44)], 9, &[2]);
        check(&[('a', 44), ('b', 45)], 9, &[1, 1]);
        check(&[('a', 44), ('b', 22), ('b', 22)], 9, &[1, 2]);
        check(&[('a', 9), ('b', 60), ('b', 60), ('b', 20), ('c', 5), ('d', 1)], 9, &[1, 1, 4]);
    }

    #[test]
    fn a_file_has_no_more_producers_than_it_may() {
        check(&[('a', 1), ('a', 1), ('b', 1), ('c', 1)], 2, &[3, 1]);
        check(&[('a', 1), ('b', 1), ('c', 1)], 1, &[1, 1, 1]);
    }

    proptest! {
        #[test]
        fn every_plot_is_in_one_file_that_holds_it(
            plots in prop::collection::vec((0..6_u32, 1..90_u64), 0..60),
            producers in 1..4_usize,
        ) {
            let mut items: Vec<Item> = plots.iter().map(|&(producer, bytes)| Item { producer, bytes: bytes.min(89) }).collect();
            items.sort_by_key(|item| item.producer);
            let files = pack(&items, Limits { bytes: 100, frame: 10, between: 1, producers });
            let mut next = 0;
            for file in &files {
                prop_assert_eq!(file.start, next);
                prop_assert!(!file.is_empty());
                next = file.end;
                let inside = &items[file.clone()];
                prop_assert!(10 + inside.iter().map(|item| item.bytes + 1).sum::<u64>() <= 100);
                let mut names: Vec<u32> = inside.iter().map(|item| item.producer).collect();
                names.dedup();
                prop_assert!(names.len() <= producers);
            }
            prop_assert_eq!(next, items.len());
        }
    }
}
