//! Coverage of large shapes, worked out once for all chunks that lie beside each other.

use lindero_grid::Coverage;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes of coverage that are kept at most; what is beyond is worked out for every chunk again.
const MOST_KEPT_BYTES: usize = 32 << 20;

/// The coverage of each large shape in the rows of some chunks, kept until the last of them is swept.
#[derive(Default)]
pub(crate) struct LargeCoverage {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By shape and first row.
    slots: FxHashMap<(u32, i32), Slot>,
    bytes: usize,
}

struct Slot {
    uses_left: u32,
    coverage: Arc<OnceLock<Arc<Coverage>>>,
    bytes: usize,
}

impl LargeCoverage {
    /// What a shape covers in the rows from `row` on, which is asked for `uses` times. The first who asks works it out; a second
    /// one who asks meanwhile waits.
    pub(crate) fn take(&self, shape: u32, row: i32, uses: u32, cover: impl FnOnce() -> Coverage) -> Arc<Coverage> {
        let key = (shape, row);
        let (coverage, is_last) = {
            let mut kept = self.kept.lock().expect("no holder panics");
            let new = || Slot { uses_left: uses, coverage: Arc::default(), bytes: 0 };
            let slot = kept.slots.entry(key).or_insert_with(new);
            slot.uses_left -= 1;
            let taken = (Arc::clone(&slot.coverage), slot.uses_left == 0);
            if slot.uses_left == 0 {
                kept.forget(key);
            }
            taken
        };
        let mut fresh = false;
        let taken = Arc::clone(coverage.get_or_init(|| {
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
        if self.bytes + bytes > MOST_KEPT_BYTES {
            slot.coverage = Arc::default();
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
