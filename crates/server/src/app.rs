//! What every request sees.

use crate::jobs::Jobs;
use crate::options::ServeOptions;
use crate::queue::Queue;
use crate::store::Store;
use crate::tile_cache::TileCache;
use lindero_io::run::{Content, hash_file};
use lindero_io::screening::ScreenInput;
use lindero_report::tiles::MapTiles;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
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
    /// This program, as runs name it; hashed once.
    pub(crate) program_file: Option<Content>,
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
            program_file: program_file(),
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
        }
    }
}

/// Size and hash of this program, where the system tells where it lies.
fn program_file() -> Option<Content> {
    let hash = hash_file(&std::env::current_exe().ok()?).ok()?;
    Some(Content { bytes: hash.bytes, blake3: hash.blake3 })
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
