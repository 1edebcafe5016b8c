//! Which plot of one run is which of another.

use super::plot_table::{PlotTable, PlotTableError};
use arrow_array::Array;
use arrow_array::cast::AsArray;

/// No partner.
pub(super) const ALONE: u32 = u32::MAX;

/// What plots are known by: their ids and boundaries as hashes of 16 bytes, of which no two are ever the same by chance.
#[derive(Default)]
pub(super) struct PlotKeys {
    ids: Vec<u128>,
    /// 0 where there is none.
    boundaries: Vec<u128>,
    /// Whether the id is but the number of the row.
    is_row: Vec<bool>,
}

impl PlotKeys {
    pub(super) fn read(table: &PlotTable) -> Result<Self, PlotTableError> {
        let mut keys = Self::default();
        table.each_batch(&[table.plot_id, table.content_id], |_, columns| {
            let [ids, boundaries] = [0, 1].map(|column: usize| columns[column].as_string::<i32>());
            let text = |row: usize| boundaries.is_valid(row).then(|| boundaries.value(row));
            (0..ids.len()).for_each(|row| keys.push(ids.value(row), text(row)));
            Ok::<(), PlotTableError>(())
        })?;
        Ok(keys)
    }

    fn push(&mut self, id: &str, boundary: Option<&str>) {
        self.is_row.push(id == self.ids.len().to_string());
        self.ids.push(hash_of(id.as_bytes()));
        self.boundaries.push(boundary.map_or(0, |boundary| hash_of(boundary.as_bytes())));
    }

    fn len(&self) -> usize {
        self.ids.len()
    }
}

/// 16 bytes by which a value is known.
pub(super) fn hash_of(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    let (half, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    u128::from_le_bytes(*half)
}

/// For each plot of `b` the row of the same plot in `a`, or [`ALONE`].
///
/// The same id and the same boundary come first; then the same boundary where the ids are only numbers of rows; then the same id;
/// then the same boundary. Where several fit, they are taken in their order.
pub(super) fn partners(a: &PlotKeys, b: &PlotKeys) -> Vec<u32> {
    let mut partners = vec![ALONE; b.len()];
    let mut is_taken = vec![false; a.len()];
    type Key = (u128, u128);
    type KeyOf = fn(&PlotKeys, usize) -> Option<Key>;
    let by_both: KeyOf = |keys, row| Some((keys.ids[row], keys.boundaries[row]));
    let by_id: KeyOf = |keys, row| Some((keys.ids[row], 0));
    let by_boundary: KeyOf = |keys, row| Some((0, keys.boundaries[row])).filter(|key| key.1 != 0);
    for (key, rows_only) in [(by_both, false), (by_boundary, true), (by_id, false), (by_boundary, false)] {
        let is_open = |row: &usize| !is_taken[*row] && (!rows_only || a.is_row[*row]);
        let open = (0..a.len()).filter(is_open).filter_map(|row| Some((key(a, row)?, row as u32)));
        let mut open: Vec<(Key, u32)> = open.collect();
        open.sort_unstable();
        // How many of those with one key are taken, where the first of them stands.
        let mut used = vec![0_u32; open.len()];
        for row in (0..b.len()).filter(|&row| !rows_only || b.is_row[row]) {
            let (ALONE, Some(key)) = (partners[row], key(b, row)) else { continue };
            let first = open.partition_point(|(other, _)| *other < key);
            let Some(used) = used.get_mut(first) else { continue };
            if let Some((_, partner)) = open.get(first + *used as usize).filter(|(other, _)| *other == key) {
                *used += 1;
                partners[row] = *partner;
                is_taken[*partner as usize] = true;
            }
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ids and boundaries of plots.
    type Plots = Vec<(Option<u8>, Option<u8>)>;

    fn keys(plots: &Plots) -> PlotKeys {
        let mut keys = PlotKeys::default();
        for (row, (id, boundary)) in plots.iter().enumerate() {
            let id = id.map_or_else(|| row.to_string(), |id| format!("P{id}"));
            keys.push(&id, boundary.map(|boundary| format!("b{boundary}")).as_deref());
        }
        keys
    }

    /// Every plot of `b` in turn looks through all of `a`, four times.
    fn by_hand(a: &Plots, b: &Plots) -> Vec<u32> {
        let id = |plots: &Plots, row: usize| plots[row].0.map_or_else(|| row.to_string(), |id| format!("P{id}"));
        let mut partners = vec![ALONE; b.len()];
        for stage in 0..4 {
            for row in 0..b.len() {
                let fits = |&other: &usize| {
                    let (same_id, boundary) = (id(a, other) == id(b, row), (a[other].1, b[row].1));
                    let same_boundary = boundary.0 == boundary.1;
                    let is_there = boundary.0.is_some();
                    match stage {
                        0 => same_id && same_boundary,
                        1 => same_boundary && is_there && a[other].0.is_none() && b[row].0.is_none(),
                        2 => same_id,
                        _ => same_boundary && is_there,
                    }
                };
                if partners[row] == ALONE {
                    let mut others = (0..a.len()).filter(|other| !partners.contains(&(*other as u32)));
                    partners[row] = others.find(fits).map_or(ALONE, |other| other as u32);
                }
            }
        }
        partners
    }

    fn plots() -> impl Strategy<Value = Plots> {
        let few = || prop::option::of(0_u8..4);
        prop::collection::vec((few(), few()), 0..9)
    }

    proptest! {
        #[test]
        fn partners_are_those_that_looking_through_all_plots_finds(a in plots(), b in plots()) {
            prop_assert_eq!(partners(&keys(&a), &keys(&b)), by_hand(&a, &b));
        }
    }
}
