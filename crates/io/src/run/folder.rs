//! A folder that is there whole or not at all.

use crate::scratch::FolderScratch;
use std::fs;
use std::path::{Path, PathBuf};

/// The file by which a folder is known to be a run's.
const MANIFEST: &str = "manifest.json";
/// Where a run under way keeps what does not fit in memory.
const REELS: &str = "reels";

/// A run folder under construction: `RUN.partial`, renamed to `RUN` at the end. Dropped before that,
/// it is removed, unless the run is one that can be gone on with.
#[derive(Debug)]
pub struct RunFolder {
    place: PathBuf,
    partial: PathBuf,
    resumable: bool,
}

/// Why a run folder could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RunError {
    /// The place is taken by something that is no run of ours.
    #[error("{path:?} is there already and is no run of lindero: give another folder, or remove it yourself")]
    Taken { path: PathBuf },
    /// The operating system would not do it.
    #[error("cannot write {path:?}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
}

impl RunError {
    pub(crate) fn write(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

impl RunFolder {
    /// Prepares `RUN.partial`: with what an interrupted run has left there if `resume` says so. An existing run at `place`
    /// stays until the new one is complete.
    ///
    /// # Errors
    ///
    /// [`RunError::Taken`] if there is something else that is not empty.
    pub fn start(place: &Path, resume: bool) -> Result<Self, RunError> {
        if !may_replace(place)? {
            return Err(RunError::Taken { path: place.to_owned() });
        }
        let mut name = place.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        if !resume {
            remove(&partial)?;
        }
        fs::create_dir_all(&partial).map_err(RunError::write(&partial))?;
        Ok(Self { place: place.to_owned(), partial, resumable: resume })
    }

    /// Where the run keeps what does not fit in memory.
    ///
    /// # Errors
    ///
    /// [`RunError::Write`].
    pub fn scratch(&self) -> Result<FolderScratch, RunError> {
        let reels = self.partial.join(REELS);
        FolderScratch::open(&reels, self.resumable).map_err(RunError::write(&reels))
    }

    /// The folder under construction.
    #[must_use]
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Where to write one of its files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// Moves the folder to its place; an earlier run there is gone after that.
    ///
    /// # Errors
    ///
    /// [`RunError::Write`].
    pub fn complete(mut self) -> Result<PathBuf, RunError> {
        remove(&self.partial.join(REELS))?;
        remove(&self.place)?;
        fs::rename(&self.partial, &self.place).map_err(RunError::write(&self.place))?;
        self.resumable = false;
        Ok(self.place.clone())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if self.resumable && self.partial.join(REELS).exists() {
            return;
        }
        // Gone already where it was completed; else the run has failed and has said why.
        let _ = fs::remove_dir_all(&self.partial);
    }
}

/// Nothing, an empty folder, or a run.
fn may_replace(place: &Path) -> Result<bool, RunError> {
    match fs::read_dir(place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(RunError::write(place)(error)),
        Ok(mut entries) => Ok(entries.next().is_none() || place.join(MANIFEST).is_file()),
    }
}

fn remove(folder: &Path) -> Result<(), RunError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(RunError::write(folder)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_replaces_a_run_and_nothing_else() {
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("run");
        let write = || {
            let run = RunFolder::start(&place, false)?;
            fs::write(run.file(MANIFEST), "{}").unwrap();
            run.complete()
        };
        write().unwrap();
        write().unwrap();
        fs::remove_file(place.join(MANIFEST)).unwrap();
        write().unwrap();
        fs::remove_file(place.join(MANIFEST)).unwrap();
        fs::write(place.join("thesis.txt"), "mine").unwrap();
        assert!(matches!(write(), Err(RunError::Taken { .. })));
        assert!(place.join("thesis.txt").is_file());
    }

    #[test]
    fn a_run_that_fails_leaves_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("run");
        drop(RunFolder::start(&place, false).unwrap());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_not_replaced() {
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("run");
        fs::write(&place, "mine").unwrap();
        assert!(matches!(RunFolder::start(&place, false), Err(RunError::Taken { .. })));
    }
}
