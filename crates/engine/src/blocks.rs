//! Decoded blocks, each decoded once a run and dropped after its last use.

use crate::{
    EngineError,
    lattice::{Pending, Squares},
};
use lindero_layers::{Block, BlockId, LayerError, LayerSource};
use rustc_hash::FxHashMap;
use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

/// The blocks of one layer.
///
/// A block stays as long as a plot that is to come may read it ([`Pending`]), or as long as a use that was announced
/// ([`Self::expect`]) has not been made: so there is no cache that could be too small. Only where a run's plots lie so
/// that too many blocks would have to stay, some are dropped and decoded again.
pub(crate) struct BlockStore<'a> {
    layer: &'a str,
    source: &'a dyn LayerSource,
    bands: Vec<u32>,
    slots: Mutex<FxHashMap<BlockId, Slot>>,
    memory: &'a BlockMemory,
}

#[derive(Default)]
struct Slot {
    uses_left: u32,
    decoded: Arc<OnceLock<Result<Arc<Block>, Arc<LayerError>>>>,
    /// The ground that is still to be swept, for which the block stays.
    ground: Option<Squares>,
    bytes: usize,
}

/// Memory of all decoded blocks of a run.
pub(crate) struct BlockMemory {
    most_bytes: usize,
    bytes: AtomicUsize,
    pub(crate) pending: Pending,
}

impl BlockMemory {
    /// For plots that are all still to come; blocks take at most so many bytes, beside those in use.
    pub(crate) fn new(pending: Pending, most_bytes: usize) -> Self {
        Self { most_bytes, bytes: AtomicUsize::new(0), pending }
    }
}

impl<'a> BlockStore<'a> {
    pub(crate) fn new(layer: &'a str, source: &'a dyn LayerSource, bands: Vec<u32>, memory: &'a BlockMemory) -> Self {
        Self { layer, source, bands, slots: Mutex::default(), memory }
    }

    pub(crate) fn source(&self) -> &'a dyn LayerSource {
        self.source
    }

    pub(crate) fn layer(&self) -> &'a str {
        self.layer
    }

    /// The bands that are decoded, from 0.
    pub(crate) fn bands(&self) -> &[u32] {
        &self.bands
    }

    /// Announces one more use of the block.
    pub(crate) fn expect(&self, block: BlockId) {
        self.slots.lock().expect("no holder panics").entry(block).or_default().uses_left += 1;
    }

    /// The block with at least `cols` columns, decoded by the first who asks; a second one who asks meanwhile waits.
    ///
    /// `ground` says where it lies. `None` where no use was announced, no plot is near, and it `may_be_skipped`: then nobody
    /// will look at its cells.
    pub(crate) fn take(
        &self,
        block: BlockId,
        cols: u32,
        ground: impl FnOnce() -> Squares,
        may_be_skipped: bool,
    ) -> Result<Option<Arc<Block>>, EngineError> {
        let decoded = {
            let mut slots = self.slots.lock().expect("no holder panics");
            let slot = slots.entry(block).or_default();
            let was_expected = slot.uses_left > 0;
            slot.uses_left = slot.uses_left.saturating_sub(1);
            let decoded = Arc::clone(&slot.decoded);
            if slot.uses_left == 0 {
                let ground = *slot.ground.get_or_insert_with(ground);
                if !self.memory.pending.touches(ground) {
                    self.forget(&mut slots, block);
                    if may_be_skipped && !was_expected {
                        return Ok(None);
                    }
                }
            }
            decoded
        };
        let mut fresh = false;
        let read = || {
            fresh = true;
            self.read(block, self.wanted_cols(block).max(cols))
        };
        let taken = decoded.get_or_init(read).clone();
        if let (true, Ok(decoded)) = (fresh, &taken) {
            self.weigh(block, decoded.bytes());
        }
        let taken = match taken {
            // Somebody looks farther east than all plots lie.
            Ok(known) if known.bands[0].dim().1 < cols as usize => self.read(block, cols),
            taken => taken,
        };
        taken.map(Some).map_err(|source| EngineError::Layer { layer: self.layer.to_owned(), source })
    }

    /// Takes a block back; where this was the last that anybody holds of it, the next one may get its memory.
    pub(crate) fn give_back(&self, block: Arc<Block>) {
        if let Some(block) = Arc::into_inner(block) {
            self.source.give_back(block);
        }
    }

    /// Takes back one announced use of the block, which lies on this ground.
    pub(crate) fn give_up(&self, block: BlockId, ground: impl FnOnce() -> Squares) {
        let mut slots = self.slots.lock().expect("no holder panics");
        let Some(slot) = slots.get_mut(&block).filter(|slot| slot.uses_left > 0) else { return };
        slot.uses_left -= 1;
        if slot.uses_left == 0 && !self.memory.pending.touches(*slot.ground.get_or_insert_with(ground)) {
            self.forget(&mut slots, block);
        }
    }

    fn read(&self, block: BlockId, cols: u32) -> Result<Arc<Block>, Arc<LayerError>> {
        self.source.read_block(block, &self.bands, cols).map(Arc::new).map_err(Arc::new)
    }

    /// Columns of a block up to the easternmost plot: strips as wide as the file need not be decoded to their end.
    fn wanted_cols(&self, block: BlockId) -> u32 {
        let info = self.source.info();
        let sheet = &info.sheets[block.sheet as usize];
        let tile = &sheet.tiles[block.tile as usize];
        let east = self.memory.pending.east().filter(|_| info.projection.is_none());
        let Some(col) = east.and_then(|east| sheet.grid.col_at(east)) else { return u32::MAX };
        let first = tile.window.col + (block.col * tile.block.1) as i32;
        u32::try_from(col + 1 - first).unwrap_or(0)
    }

    /// Notes what a block that stays takes, and makes room where that is too much.
    fn weigh(&self, block: BlockId, bytes: usize) {
        let mut slots = self.slots.lock().expect("no holder panics");
        if let Some(slot) = slots.get_mut(&block) {
            slot.bytes = bytes;
            let all = self.memory.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
            if all > self.memory.most_bytes {
                self.make_room(&mut slots, block, all - self.memory.most_bytes);
            }
        }
    }

    /// Drops blocks of this layer but for `newest`, beginning with those that lie first in the files: the sweep has
    /// most likely passed them.
    fn make_room(&self, slots: &mut FxHashMap<BlockId, Slot>, newest: BlockId, bytes: usize) {
        let may_go = |(id, slot): (&BlockId, &Slot)| (*id != newest && slot.bytes > 0).then_some(*id);
        let mut may_go: Vec<BlockId> = slots.iter().filter_map(may_go).collect();
        may_go.sort_unstable();
        let mut freed = 0;
        for id in may_go {
            if freed >= bytes {
                break;
            }
            let slot = slots.get_mut(&id).expect("listed above");
            freed += slot.bytes;
            self.memory.bytes.fetch_sub(std::mem::take(&mut slot.bytes), Ordering::Relaxed);
            slot.decoded = Arc::default();
        }
    }

    fn forget(&self, slots: &mut FxHashMap<BlockId, Slot>, block: BlockId) {
        if let Some(slot) = slots.remove(&block) {
            self.memory.bytes.fetch_sub(slot.bytes, Ordering::Relaxed);
        }
    }

    /// Drops what no plot that is to come reads.
    pub(crate) fn drop_finished(&self) {
        let pending = &self.memory.pending;
        let mut slots = self.slots.lock().expect("no holder panics");
        let finished = |slot: &Slot| slot.uses_left == 0 && slot.ground.is_some_and(|ground| !pending.touches(ground));
        let finished: Vec<BlockId> = slots.iter().filter(|(_, slot)| finished(slot)).map(|(id, _)| *id).collect();
        for block in finished {
            self.forget(&mut slots, block);
        }
    }
}
