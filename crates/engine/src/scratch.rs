//! Where a run keeps what would not fit in memory.

use crate::EngineError;
use std::sync::{Arc, RwLock};

/// How what is kept on reels is written, and which plots a bucket has: counted up whenever that changes, so that no run goes on
/// from what another build has kept in another form.
pub const REEL_FORMAT: u32 = 3;

/// Gives a run its reels. Implemented by whoever has a disk; [`MemoryScratch`] has none.
pub trait Scratch: Send + Sync {
    /// The reel of this name: as an interrupted run left it, else empty.
    ///
    /// # Errors
    ///
    /// [`EngineError::Scratch`] if it cannot be made.
    fn reel(&self, name: &str) -> Result<Arc<dyn Reel>, EngineError>;

    /// Whether what is appended from now on outlives the process.
    fn is_kept(&self) -> bool;

    /// Puts what has been appended so far out of the reach of a power cut.
    ///
    /// # Errors
    ///
    /// [`EngineError::Scratch`] if the disk is full.
    fn sync(&self) -> Result<(), EngineError>;
}

/// Bytes that only grow at their end. Workers share it.
pub trait Reel: Send + Sync {
    /// Appends bytes in one piece and says where they begin.
    ///
    /// # Errors
    ///
    /// [`EngineError::Scratch`] if the disk is full.
    fn append(&self, bytes: &[u8]) -> Result<u64, EngineError>;

    /// Fills `into` with the bytes from `offset` on.
    ///
    /// # Errors
    ///
    /// [`EngineError::Scratch`] if there are fewer.
    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), EngineError>;

    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Keeps everything in memory: for runs of some thousand plots.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryScratch;

impl Scratch for MemoryScratch {
    fn reel(&self, _: &str) -> Result<Arc<dyn Reel>, EngineError> {
        Ok(Arc::new(MemoryReel::default()))
    }

    fn is_kept(&self) -> bool {
        false
    }

    fn sync(&self) -> Result<(), EngineError> {
        Ok(())
    }
}

/// A reel in memory.
#[derive(Debug, Default)]
struct MemoryReel(RwLock<Vec<u8>>);

impl Reel for MemoryReel {
    fn append(&self, bytes: &[u8]) -> Result<u64, EngineError> {
        let mut reel = self.0.write().expect("no holder panics");
        let offset = reel.len() as u64;
        reel.extend_from_slice(bytes);
        Ok(offset)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), EngineError> {
        let reel = self.0.read().expect("no holder panics");
        let bytes = reel.get(offset as usize..).and_then(|bytes| bytes.get(..into.len()));
        into.copy_from_slice(bytes.ok_or_else(|| EngineError::Scratch { message: "a reel ends too early".into() })?);
        Ok(())
    }

    fn len(&self) -> u64 {
        self.0.read().expect("no holder panics").len() as u64
    }
}
