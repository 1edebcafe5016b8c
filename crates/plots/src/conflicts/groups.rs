//! Plots connected by conflicts.

use super::{Conflict, ConflictKind};
use crate::disjoint_sets::{join, root};

/// Plots that conflicts connect, directly or over others. Slivers connect nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConflictGroup {
    /// From 1, in the order of the groups' smallest rows.
    pub number: u32,
    /// The plots' rows, ascending.
    pub rows: Vec<u32>,
    /// The plots' areas added up.
    pub area_m2: f64,
    /// What of that is counted more than once: the sum of the areas less the area of all the ground together. Slivers
    /// between plots of the group are part of it.
    pub counted_twice_m2: f64,
}

/// The groups, without areas, and the number of each row's group.
pub(super) fn connect(rows: usize, pairs: &[Conflict]) -> (Vec<ConflictGroup>, Vec<Option<u32>>) {
    let mut parent: Vec<usize> = (0..rows).collect();
    let mut connected = vec![false; rows];
    for pair in pairs.iter().filter(|pair| pair.kind != ConflictKind::Sliver) {
        let [a, b] = [pair.a, pair.b].map(|row| row as usize);
        join(&mut parent, a, b);
        (connected[a], connected[b]) = (true, true);
    }
    let mut groups: Vec<ConflictGroup> = Vec::new();
    let mut group_of: Vec<Option<u32>> = vec![None; rows];
    for row in (0..rows).filter(|&row| connected[row]) {
        // A set's root is its smallest row, which comes first.
        let first = root(&mut parent, row);
        let number = *group_of[first].get_or_insert(groups.len() as u32 + 1);
        if first == row {
            groups.push(ConflictGroup { number, ..ConflictGroup::default() });
        }
        group_of[row] = Some(number);
        groups[number as usize - 1].rows.push(row as u32);
    }
    (groups, group_of)
}
