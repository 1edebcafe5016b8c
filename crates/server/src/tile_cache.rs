//! Tiles that were drawn before.

use axum::body::Bytes;
use lindero_report::tiles::TileId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

/// Bytes of tiles that are kept.
const MOST_BYTES: usize = 64 << 20;

/// Which tile of what: the layer, the place, the year.
pub(crate) type TileKey = (String, (u8, u32, u32), Option<i32>);

/// The key of a tile.
pub(crate) fn key(layer: &str, tile: TileId, year: Option<i32>) -> TileKey {
    (layer.to_owned(), (tile.z, tile.x, tile.y), year)
}

/// Tiles by what they are of; the oldest go first.
#[derive(Default)]
pub(crate) struct TileCache(Mutex<Tiles>);

#[derive(Default)]
struct Tiles {
    tiles: BTreeMap<TileKey, Bytes>,
    order: VecDeque<TileKey>,
    bytes: usize,
}

impl TileCache {
    pub(crate) fn get(&self, key: &TileKey) -> Option<Bytes> {
        self.0.lock().expect("no holder panics").tiles.get(key).cloned()
    }

    pub(crate) fn put(&self, key: TileKey, png: Bytes) {
        let mut cache = self.0.lock().expect("no holder panics");
        cache.bytes += png.len();
        if let Some(before) = cache.tiles.insert(key.clone(), png) {
            cache.bytes -= before.len();
        } else {
            cache.order.push_back(key);
        }
        while cache.bytes > MOST_BYTES {
            let Some(oldest) = cache.order.pop_front() else { break };
            let gone = cache.tiles.remove(&oldest).map_or(0, |png| png.len());
            cache.bytes -= gone;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_tiles_go_when_there_are_too_many() {
        let cache = TileCache::default();
        let of = |x| key("loss", TileId { z: 9, x, y: 0 }, None);
        for x in 0..3 {
            cache.put(of(x), Bytes::from(vec![0; MOST_BYTES / 2]));
        }
        assert!(cache.get(&of(0)).is_none() && cache.get(&of(1)).is_some() && cache.get(&of(2)).is_some());
    }
}
