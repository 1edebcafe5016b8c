//! Reels of a run on disk.

use crate::positioned::{read_exact_at, write_all_at};
use lindero_engine::{EngineError, Reel, Scratch};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

/// Bytes of all reels together that stay in memory: what some ten thousand plots need.
const IN_MEMORY_BYTES: usize = 24 << 20;

/// Reels as files of one folder, which is made when there is more to keep than fits in memory.
pub struct FolderScratch {
    folder: PathBuf,
    state: Arc<State>,
    reels: Mutex<BTreeMap<String, Arc<FolderReel>>>,
}

/// What all reels of a folder share.
struct State {
    folder: PathBuf,
    on_disk: AtomicBool,
    bytes: AtomicUsize,
}

struct FolderReel {
    path: PathBuf,
    state: Arc<State>,
    bytes: RwLock<Bytes>,
}

enum Bytes {
    InMemory(Vec<u8>),
    OnDisk { file: File, length: u64 },
}

impl FolderScratch {
    /// Reels in a folder. If `resume` says so, those of an interrupted run are gone on with, and all are on disk from the
    /// beginning; else those that are there are removed.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read or removed.
    pub fn open(folder: &Path, resume: bool) -> io::Result<Self> {
        if folder.exists() && !resume {
            fs::remove_dir_all(folder)?;
        }
        if resume {
            fs::create_dir_all(folder)?;
        }
        let state = State { folder: folder.to_owned(), on_disk: AtomicBool::new(resume), bytes: AtomicUsize::new(0) };
        Ok(Self { folder: folder.to_owned(), state: Arc::new(state), reels: Mutex::default() })
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> EngineError + '_ {
    move |error| EngineError::Scratch {
        message: format!("cannot keep what does not fit in memory in {}: {error}", path.display()),
    }
}

impl Scratch for FolderScratch {
    fn reel(&self, name: &str) -> Result<Arc<dyn Reel>, EngineError> {
        let mut reels = self.reels.lock().expect("no holder panics");
        if let Some(known) = reels.get(name) {
            return Ok(Arc::clone(known) as Arc<dyn Reel>);
        }
        let path = self.folder.join(name);
        let bytes = if path.exists() { on_disk(&path).map_err(failed(&path))? } else { Bytes::InMemory(Vec::new()) };
        let reel = Arc::new(FolderReel { path, state: Arc::clone(&self.state), bytes: RwLock::new(bytes) });
        reels.insert(name.to_owned(), Arc::clone(&reel));
        Ok(reel)
    }

    fn is_kept(&self) -> bool {
        self.state.on_disk.load(Ordering::Relaxed)
    }

    fn sync(&self) -> Result<(), EngineError> {
        if !self.is_kept() {
            return Ok(());
        }
        for reel in self.reels.lock().expect("no holder panics").values() {
            let mut bytes = reel.bytes.write().expect("no holder panics");
            bytes.put_on_disk(&reel.path).map_err(failed(&reel.path))?;
            if let Bytes::OnDisk { file, .. } = &*bytes {
                file.sync_data().map_err(failed(&reel.path))?;
            }
        }
        Ok(())
    }
}

fn on_disk(path: &Path) -> io::Result<Bytes> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let length = file.metadata()?.len();
    Ok(Bytes::OnDisk { file, length })
}

impl Bytes {
    fn put_on_disk(&mut self, path: &Path) -> io::Result<()> {
        if let Self::InMemory(held) = self {
            let held = std::mem::take(held);
            *self = on_disk(path)?;
            self.append(&held)?;
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        match self {
            Self::InMemory(held) => {
                held.extend_from_slice(bytes);
                Ok((held.len() - bytes.len()) as u64)
            }
            Self::OnDisk { file, length } => {
                // At the place that was counted: what a failed append may have left behind it is written over.
                write_all_at(file, bytes, *length)?;
                *length += bytes.len() as u64;
                Ok(*length - bytes.len() as u64)
            }
        }
    }
}

impl Reel for FolderReel {
    fn append(&self, bytes: &[u8]) -> Result<u64, EngineError> {
        let state = &self.state;
        let all = state.bytes.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
        if all > IN_MEMORY_BYTES && !state.on_disk.load(Ordering::Relaxed) {
            fs::create_dir_all(&state.folder).map_err(failed(&state.folder))?;
            state.on_disk.store(true, Ordering::Relaxed);
        }
        let mut held = self.bytes.write().expect("no holder panics");
        if state.on_disk.load(Ordering::Relaxed) {
            held.put_on_disk(&self.path).map_err(failed(&self.path))?;
        }
        held.append(bytes).map_err(failed(&self.path))
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), EngineError> {
        match &*self.bytes.read().expect("no holder panics") {
            Bytes::OnDisk { file, .. } => read_exact_at(file, into, offset).map_err(failed(&self.path)),
            Bytes::InMemory(held) => {
                let there = held.get(offset as usize..).and_then(|rest| rest.get(..into.len()));
                into.copy_from_slice(there.ok_or_else(|| failed(&self.path)(io::ErrorKind::UnexpectedEof.into()))?);
                Ok(())
            }
        }
    }

    fn len(&self) -> u64 {
        match &*self.bytes.read().expect("no holder panics") {
            Bytes::InMemory(held) => held.len() as u64,
            Bytes::OnDisk { length, .. } => *length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(reel: &dyn Reel) -> Vec<u8> {
        let mut bytes = vec![0; reel.len() as usize];
        reel.read(0, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_short_run_leaves_the_disk_alone_and_a_long_one_is_found_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("scratch");
        let long = vec![7; IN_MEMORY_BYTES];
        {
            let scratch = FolderScratch::open(&folder, false).unwrap();
            let reels = ["a", "b"].map(|name| scratch.reel(name).unwrap());
            assert_eq!(reels[0].append(b"first").unwrap(), 0);
            assert_eq!(reels[0].append(b"second").unwrap(), 5);
            assert!(!scratch.is_kept() && !folder.exists());
            assert_eq!(reels[1].append(&long).unwrap(), 0);
            assert!(scratch.is_kept());
            scratch.sync().unwrap();
            assert_eq!(bytes(&*reels[0]), b"firstsecond");
        }
        {
            let scratch = FolderScratch::open(&folder, true).unwrap();
            assert!(scratch.is_kept());
            let [a, b] = ["a", "b"].map(|name| scratch.reel(name).unwrap());
            assert_eq!((bytes(&*a), b.len()), (b"firstsecond".to_vec(), long.len() as u64));
            assert_eq!(a.append(b"third").unwrap(), 11);
            assert!(a.read(11, &mut [0; 6]).is_err());
        }
        let anew = FolderScratch::open(&folder, false).unwrap();
        assert!(anew.reel("a").unwrap().is_empty() && !folder.exists());
    }
}
