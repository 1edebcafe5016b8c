//! Decoded blocks, each decoded once and dropped after its last use.

use crate::EngineError;
use lindero_layers::{Block, BlockId, LayerError, LayerSource};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// The blocks of one layer in one sweep.
///
/// Every use is announced first ([`Self::expect`]) and then taken ([`Self::take`]): so the store
/// knows when a block has seen its last plot and holds no cache that could be too small.
pub(crate) struct BlockStore<'a> {
    layer: &'a str,
    source: &'a dyn LayerSource,
    bands: Vec<u32>,
    slots: Mutex<FxHashMap<BlockId, Slot>>,
}

#[derive(Default)]
struct Slot {
    uses_left: u32,
    decoded: Arc<OnceLock<Result<Arc<Block>, Arc<LayerError>>>>,
}

impl<'a> BlockStore<'a> {
    pub(crate) fn new(layer: &'a str, source: &'a dyn LayerSource, bands: Vec<u32>) -> Self {
        Self { layer, source, bands, slots: Mutex::default() }
    }

    pub(crate) fn source(&self) -> &'a dyn LayerSource {
        self.source
    }

    pub(crate) fn layer(&self) -> &'a str {
        self.layer
    }

    /// Announces one more use of the block.
    pub(crate) fn expect(&self, block: BlockId) {
        self.slots.lock().expect("no holder panics").entry(block).or_default().uses_left += 1;
    }

    /// The block, decoded by the first who asks; a second one who asks meanwhile waits.
    pub(crate) fn take(&self, block: BlockId) -> Result<Arc<Block>, EngineError> {
        let decoded = {
            let mut slots = self.slots.lock().expect("no holder panics");
            let slot = slots.entry(block).or_default();
            let decoded = Arc::clone(&slot.decoded);
            slot.uses_left = slot.uses_left.saturating_sub(1);
            if slot.uses_left == 0 {
                slots.remove(&block);
            }
            decoded
        };
        decoded
            .get_or_init(|| self.source.read_block(block, &self.bands, u32::MAX).map(Arc::new).map_err(Arc::new))
            .clone()
            .map_err(|source| EngineError::Layer { layer: self.layer.to_owned(), source })
    }
}
