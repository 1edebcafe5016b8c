//! The folder in which a file is written, and in which a long run keeps what does not fit in memory.

use crate::failure::Failure;
use lindero_io::scratch::FolderScratch;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file under way.
const FILE: &str = "table";
/// The reels of a run.
const REELS: &str = "reels";

/// Beside the file's place under the ending `.partial`. When the file is complete it is moved to its place and the folder
/// removed; before that the folder is removed too, unless the run is one that can be gone on with.
pub(crate) struct WorkFolder {
    place: PathBuf,
    folder: PathBuf,
    resumable: bool,
}

impl WorkFolder {
    /// Starts with what an interrupted run has left if `resume` says so, else with nothing.
    pub(crate) fn start(place: &Path, resume: bool) -> Result<Self, Failure> {
        let mut name = place.as_os_str().to_owned();
        name.push(".partial");
        let folder = PathBuf::from(name);
        check_ours(&folder)?;
        let work = Self { place: place.to_owned(), folder, resumable: resume };
        if place.is_dir() {
            return Err(work.failure(&io::ErrorKind::IsADirectory.into()));
        }
        // Not with the folders above it: a path mistyped is no wish for new folders.
        match fs::create_dir(&work.folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(work.failure(&error)),
            _ => Ok(work),
        }
    }

    /// Where the run keeps what does not fit in memory.
    pub(crate) fn scratch(&self) -> Result<FolderScratch, Failure> {
        FolderScratch::open(&self.folder.join(REELS), self.resumable).map_err(|e| self.failure(&e))
    }

    /// Where to write the file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Moves the complete file to its place.
    pub(crate) fn complete(mut self) -> Result<(), Failure> {
        fs::rename(self.folder.join(FILE), &self.place).map_err(|e| self.failure(&e))?;
        self.resumable = false;
        Ok(())
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::new(format!("cannot write {}: {error}", self.place.display()))
    }
}

/// What is to be removed or gone on with must be what a run has left.
fn check_ours(folder: &Path) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        if ![FILE, REELS].iter().any(|name| entry.file_name() == *name) {
            let message = format!("{} is in the way: move {:?} out of it", folder.display(), entry.file_name());
            return Err(Failure::new(message));
        }
    }
    Ok(())
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if self.resumable && self.folder.join(REELS).exists() {
            return;
        }
        // The run has said already what went wrong, if anything did.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
