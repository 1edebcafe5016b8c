//! What every request sees.

use crate::inputs::Inputs;
use crate::jobs::Jobs;
use crate::options::ServeOptions;
use crate::queue::Queue;
use crate::store::Store;
use crate::tile_cache::TileCache;
use lindero_io::screening::ScreenInput;
use lindero_report::tiles::MapTiles;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{Semaphore, watch};

/// Uploads that are read through before they wait, at a time.
const CHECKED_AT_ONCE: usize = 2;
/// Tiles that are drawn at a time.
const DRAWN_AT_ONCE: usize = 2;
/// Uploads that are received at a time.
const RECEIVED_AT_ONCE: usize = 16;

/// The service.
pub(crate) struct App {
    pub(crate) options: ServeOptions,
    /// Opened once and never closed: the service ends with its process.
    pub(crate) input: &'static ScreenInput,
    /// The same with what clients chose.
    pub(crate) inputs: Inputs,
    pub(crate) tiles: MapTiles<'static>,
    pub(crate) tile_cache: TileCache,
    pub(crate) store: Store,
    pub(crate) jobs: Jobs,
    pub(crate) queue: Queue,
    /// The service is about to end.
    pub(crate) is_stopping: AtomicBool,
    /// Tells the same to those who wait.
    pub(crate) stopping: watch::Sender<bool>,
    pub(crate) receiving: Semaphore,
    pub(crate) checking: Semaphore,
    pub(crate) drawing: Semaphore,
    /// Held while answers of people are changed: each change is of what was there before.
    pub(crate) answering: Mutex<()>,
}

/// How handlers hold it.
pub(crate) type Shared = Arc<App>;

impl App {
    pub(crate) fn new(
        options: ServeOptions,
        input: &'static ScreenInput,
        tiles: MapTiles<'static>,
        store: Store,
    ) -> Self {
        Self {
            options,
            input,
            inputs: Inputs::default(),
            tiles,
            tile_cache: TileCache::default(),
            store,
            jobs: Jobs::default(),
            queue: Queue::default(),
            is_stopping: AtomicBool::new(false),
            stopping: watch::Sender::new(false),
            receiving: Semaphore::new(RECEIVED_AT_ONCE),
            checking: Semaphore::new(CHECKED_AT_ONCE),
            drawing: Semaphore::new(DRAWN_AT_ONCE),
            answering: Mutex::new(()),
        }
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
