//! The folder in which something is written until it is complete, and in which a long run keeps what does not fit in memory.

use crate::scratch::FolderScratch;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held while a run works in the folder.
const LOCK: &str = "lock";
/// What does not fit in memory.
const REELS: &str = "reels";
/// What is being written.
const MADE: &str = "made";

/// `PLACE.partial`, beside the place of a file or a folder that is being written. When that is complete it is moved to its
/// place and this folder is removed. Dropped before, this folder is removed too, unless the run can be gone on with.
#[derive(Debug)]
pub struct WorkFolder {
    folder: PathBuf,
    /// Whether what the run has kept stays where it is.
    is_kept: bool,
    resume: bool,
    _lock: File,
}

/// Why a place cannot be written to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum WorkError {
    /// The folder has something in it that no run has made.
    #[error("{path:?} has {name:?} in it, which no run has made: move it away, or give another place")]
    Taken { path: PathBuf, name: String },
    /// Another run works there.
    #[error("another run is writing to {path:?}: wait for it, or give another place")]
    Busy { path: PathBuf },
    /// The operating system would not do it.
    #[error("cannot write {path:?}: {source}")]
    Write { path: PathBuf, source: io::Error },
    /// All is made, but could not be moved.
    #[error("all is done and lies in {made:?}, but could not be moved to {place:?}: {source}")]
    NotMoved { made: PathBuf, place: PathBuf, source: io::Error },
}

impl WorkFolder {
    /// Starts with what an interrupted run has kept there if `resume` says so, else with nothing.
    ///
    /// # Errors
    ///
    /// [`WorkError`] if the folder above is missing, another run works there, or something else is there.
    pub fn start(place: &Path, resume: bool) -> Result<Self, WorkError> {
        let write = |source| WorkError::Write { path: place.to_owned(), source };
        let mut name = place.as_os_str().to_owned();
        name.push(".partial");
        let folder = PathBuf::from(name);
        // Not with the folders above it: a path mistyped is no wish for new folders.
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(write(error)),
            _ => {}
        }
        for entry in fs::read_dir(&folder).map_err(write)? {
            let name = entry.map_err(write)?.file_name().to_string_lossy().into_owned();
            if ![LOCK, REELS, MADE].contains(&name.as_str()) {
                return Err(WorkError::Taken { path: folder, name });
            }
        }
        let lock = OpenOptions::new().create(true).append(true).open(folder.join(LOCK)).map_err(write)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(WorkError::Busy { path: place.to_owned() }),
            // Some file systems have no locks: then nobody keeps two runs apart.
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => return Err(write(error)),
            _ => {}
        }
        let work = Self { folder, is_kept: resume, resume, _lock: lock };
        // Half of a table that another run would have written in other formats.
        remove(&work.made()).map_err(write)?;
        if !resume {
            remove(&work.reels()).map_err(write)?;
        }
        Ok(work)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Where to write the file or the folder.
    #[must_use]
    pub fn made(&self) -> PathBuf {
        self.folder.join(MADE)
    }

    fn reels(&self) -> PathBuf {
        self.folder.join(REELS)
    }

    /// Where the run keeps what does not fit in memory.
    ///
    /// # Errors
    ///
    /// [`WorkError::Write`].
    pub fn scratch(&self) -> Result<FolderScratch, WorkError> {
        let reels = self.reels();
        FolderScratch::open(&reels, self.resume).map_err(|source| WorkError::Write { path: reels, source })
    }

    /// Moves what was made to its place; an earlier one there is gone after that.
    ///
    /// # Errors
    ///
    /// [`WorkError::NotMoved`]: then it stays where it is.
    pub fn complete(mut self, place: &Path) -> Result<(), WorkError> {
        let made = self.made();
        let earlier = if place.is_dir() { remove(place) } else { Ok(()) };
        match earlier.and_then(|()| fs::rename(&made, place)) {
            Ok(()) => {
                self.is_kept = false;
                Ok(())
            }
            Err(source) => {
                self.is_kept = true;
                Err(WorkError::NotMoved { made, place: place.to_owned(), source })
            }
        }
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if !self.is_kept {
            // The run has said already what went wrong, if anything did.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_engine::Scratch;

    #[test]
    fn what_was_made_takes_its_place_and_nothing_is_left() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("table");
        for text in ["first", "second"] {
            let work = WorkFolder::start(&place, false).unwrap();
            fs::write(work.made(), text).unwrap();
            work.complete(&place).unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), text);
        }
        drop(WorkFolder::start(&place, false).unwrap());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_one_run_works_at_a_place() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("table");
        let first = WorkFolder::start(&place, false).unwrap();
        for resume in [true, false] {
            assert!(matches!(WorkFolder::start(&place, resume), Err(WorkError::Busy { .. })));
        }
        drop(first);
        WorkFolder::start(&place, false).unwrap();
    }

    #[test]
    fn a_run_that_can_be_gone_on_with_keeps_its_reels_and_no_half_table() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("table");
        let work = WorkFolder::start(&place, true).unwrap();
        work.scratch().unwrap().reel("a").unwrap().append(b"kept").unwrap();
        fs::write(work.made(), "half").unwrap();
        drop(work);
        let again = WorkFolder::start(&place, true).unwrap();
        assert!(!again.made().exists());
        assert_eq!(again.scratch().unwrap().reel("a").unwrap().len(), 4);
        drop(again);
        let anew = WorkFolder::start(&place, false).unwrap();
        assert!(anew.scratch().unwrap().reel("a").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_ours_stays() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("table");
        let theirs = home.path().join("table.partial/thesis.txt");
        fs::create_dir(theirs.parent().unwrap()).unwrap();
        fs::write(&theirs, "mine").unwrap();
        for resume in [true, false] {
            assert!(matches!(WorkFolder::start(&place, resume), Err(WorkError::Taken { .. })));
        }
        assert!(theirs.is_file());
    }

    #[test]
    fn what_cannot_be_moved_is_not_lost() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("table");
        let work = WorkFolder::start(&place, false).unwrap();
        fs::write(work.made(), "done").unwrap();
        let made = work.made();
        let elsewhere = home.path().join("no/such/folder/table");
        assert!(matches!(work.complete(&elsewhere), Err(WorkError::NotMoved { .. })));
        assert_eq!(fs::read_to_string(made).unwrap(), "done");
    }
}
