//! Rows with the same id.

use rustc_hash::FxHashMap;

/// The rows of every id that more than one row has: in each list ascending, the lists by their first rows.
///
/// ```
/// assert_eq!(lindero_plots::repeated_ids(["a", "b", "a", "c", "b", "a"]), [vec![0, 2, 5], vec![1, 4]]);
/// ```
///
/// # Panics
///
/// After 2^32 ids.
#[must_use]
pub fn repeated_ids<'i>(ids: impl IntoIterator<Item = &'i str>) -> Vec<Vec<u32>> {
    let mut first_rows: FxHashMap<&str, u32> = FxHashMap::default();
    // Of each row that is not the first of its id: the first one, and itself.
    let mut repeats: Vec<(u32, u32)> = Vec::new();
    for (row, id) in ids.into_iter().enumerate() {
        let row = u32::try_from(row).expect("fewer than 2^32 rows");
        let first = *first_rows.entry(id).or_insert(row);
        if first != row {
            repeats.push((first, row));
        }
    }
    repeats.sort_unstable();
    let same_id = |a: &(u32, u32), b: &(u32, u32)| a.0 == b.0;
    let rows = |repeats: &[(u32, u32)]| std::iter::once(repeats[0].0).chain(repeats.iter().map(|it| it.1)).collect();
    repeats.chunk_by(same_id).map(rows).collect()
}
