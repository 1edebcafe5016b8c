//! Coverage of large shapes, worked out once for all chunks that lie beside each other.

use lindero_grid::{Coverage, Touched};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes of coverage that are kept at most; what is beyond is worked out for every chunk again.
const MOST_KEPT_BYTES: usize = 32 << 20;

/// What a large shape covers in the rows of some chunks beside each other.
pub(crate) struct CoveredRows {
    pub(crate) coverage: Coverage,
    /// What it has of each of these chunks, west to east.
    pub(crate) touched: Vec<Touched>,
}

impl CoveredRows {
    fn bytes(&self) -> usize {
        self.coverage.bytes() + self.touched.capacity() * size_of::<Touched>()
    }
}

/// The coverage of each large shape in the rows of some chunks, kept until the last of them is swept.
pub(crate) struct LargeCoverage {
    kept: Mutex<Kept>,
}

struct Kept {
    /// By shape and first row.
    slots: FxHashMap<(u32, i32), Slot>,
    bytes: usize,
    most_bytes: usize,
}

struct Slot {
    uses_left: u32,
    covered: Arc<OnceLock<Arc<CoveredRows>>>,
    bytes: usize,
}

impl Default for LargeCoverage {
    fn default() -> Self {
        Self::keeping(MOST_KEPT_BYTES)
    }
}

impl LargeCoverage {
    /// Keeps so many bytes at most.
    fn keeping(most_bytes: usize) -> Self {
        Self { kept: Mutex::new(Kept { slots: FxHashMap::default(), bytes: 0, most_bytes }) }
    }

    /// What a shape covers in the rows from `row` on, which is asked for `uses` times. The first who asks works it out; a second
    /// one who asks meanwhile waits.
    pub(crate) fn take(
        &self,
        shape: u32,
        row: i32,
        uses: u32,
        cover: impl FnOnce() -> CoveredRows,
    ) -> Arc<CoveredRows> {
        let key = (shape, row);
        let (covered, is_last) = {
            let mut kept = self.kept.lock().expect("no holder panics");
            let new = || Slot { uses_left: uses, covered: Arc::default(), bytes: 0 };
            let slot = kept.slots.entry(key).or_insert_with(new);
            slot.uses_left -= 1;
            let taken = (Arc::clone(&slot.covered), slot.uses_left == 0);
            if slot.uses_left == 0 {
                kept.forget(key);
            }
            taken
        };
        let mut fresh = false;
        let taken = Arc::clone(covered.get_or_init(|| {
            fresh = true;
            Arc::new(cover())
        }));
        if fresh && !is_last {
            self.kept.lock().expect("no holder panics").weigh(key, taken.bytes());
        }
        taken
    }
}

impl Kept {
    fn weigh(&mut self, key: (u32, i32), bytes: usize) {
        // Its last use may have been meanwhile.
        let Some(slot) = self.slots.get_mut(&key) else { return };
        if self.bytes + bytes > self.most_bytes {
            slot.covered = Arc::default();
        } else {
            slot.bytes = bytes;
            self.bytes += bytes;
        }
    }

    fn forget(&mut self, key: (u32, i32)) {
        if let Some(slot) = self.slots.remove(&key) {
            self.bytes -= slot.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_grid::{Grid, Metric, Scratch, cover};
    use lindero_plots::Shape;
    use std::cell::Cell;

    fn covered() -> CoveredRows {
        let mut shape = Shape::default();
        shape.push_ring(&[[0.5, -9.5], [9.5, -9.5], [9.5, -0.5], [0.5, -9.5]]);
        shape.end_part();
        let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Planar).unwrap();
        let mut coverage = Coverage::default();
        cover(shape.as_ref(), &grid, &mut Scratch::default(), &mut coverage).unwrap();
        let touched = coverage.touched_beside(&coverage.window(), 4);
        CoveredRows { coverage, touched }
    }

    /// How often two shapes are covered in the rows of three and of one chunk.
    fn times_covered(large: &LargeCoverage) -> usize {
        let times = Cell::new(0);
        let cover = || {
            times.set(times.get() + 1);
            covered()
        };
        for (shape, row, uses) in [(7, 0, 3), (7, 1024, 3), (7, 0, 3), (8, 0, 1), (7, 1024, 3), (7, 0, 3), (7, 1024, 3)]
        {
            assert_eq!(large.take(shape, row, uses, cover).coverage, covered().coverage);
        }
        let kept = large.kept.lock().unwrap();
        assert_eq!((kept.slots.len(), kept.bytes), (0, 0), "nothing stays after its last use");
        times.get()
    }

    #[test]
    fn rows_are_covered_once_for_all_chunks_beside_each_other() {
        assert_eq!(times_covered(&LargeCoverage::default()), 3);
    }

    #[test]
    fn without_room_they_are_covered_for_each() {
        assert_eq!(times_covered(&LargeCoverage::keeping(0)), 7);
        assert_eq!(times_covered(&LargeCoverage::keeping(covered().bytes())), 5);
    }
}
