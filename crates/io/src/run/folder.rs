//! A folder that is there whole or not at all.

use super::evidence::MANIFEST;
use crate::work_folder::{WorkError, WorkFolder};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What a folder holds, so that only a folder of the same kind is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// A run of `screen`.
    Run,
    /// A check of boundaries.
    Check,
    /// Files for the EU.
    Export,
    /// Areas of classes in whole regions, or sums over the plots of a run.
    Regions,
    /// The design of a sample.
    Design,
}

impl FolderKind {
    /// The file by which such a folder is known.
    fn mark(self) -> &'static str {
        match self {
            Self::Run => MANIFEST,
            Self::Check => "questions.csv",
            Self::Export => "export.csv",
            Self::Regions => "regions.json",
            Self::Design => "design.json",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Export => "export",
            Self::Regions => "folder of regions",
            Self::Design => "design",
        }
    }
}

/// A run folder under construction, in `RUN.partial`; it becomes `RUN` at the end.
#[derive(Debug)]
pub struct RunFolder {
    place: PathBuf,
    work: WorkFolder,
}

/// Why a run folder could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RunError {
    /// The place is taken by something else.
    #[error("{path:?} is there already and is no {} of lindero: give another folder, or remove it yourself", .kind.name())]
    Taken { path: PathBuf, kind: FolderKind },
    /// The operating system would not do it.
    #[error("cannot write {path:?}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    /// The folder where it is made.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl RunError {
    pub(crate) fn write(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

impl RunFolder {
    /// Prepares `RUN.partial`: with what an interrupted run has left there if `resume` says so. An existing folder of the same
    /// kind at `place` stays until the new one is complete.
    ///
    /// # Errors
    ///
    /// [`RunError::Taken`] if there is something else that is not empty.
    pub fn start(place: &Path, resume: bool, kind: FolderKind) -> Result<Self, RunError> {
        if !may_replace(place, kind)? {
            return Err(RunError::Taken { path: place.to_owned(), kind });
        }
        if let Some(above) = place.parent() {
            fs::create_dir_all(above).map_err(RunError::write(above))?;
        }
        let work = WorkFolder::start(place, resume)?;
        fs::create_dir(work.made()).map_err(RunError::write(place))?;
        Ok(Self { place: place.to_owned(), work })
    }

    /// Where it is being made, and where the run keeps what does not fit in memory.
    #[must_use]
    pub fn work(&self) -> &WorkFolder {
        &self.work
    }

    /// Where to write one of its files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.work.made().join(name)
    }

    /// Writes one of its files as it is.
    ///
    /// # Errors
    ///
    /// [`RunError::Write`].
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), RunError> {
        let path = self.file(name);
        fs::write(&path, text).map_err(RunError::write(&path))
    }

    /// Writes one of its files of JSON.
    ///
    /// # Errors
    ///
    /// [`RunError::Write`].
    pub fn write_json(&self, name: &str, value: &Value) -> Result<(), RunError> {
        let text = serde_json::to_string_pretty(value).expect("a value of JSON has only texts as keys");
        self.write_text(name, &format!("{text}\n"))
    }

    /// Moves the folder to its place; an earlier run there is gone after that.
    ///
    /// # Errors
    ///
    /// [`WorkError::NotMoved`](crate::work_folder::WorkError::NotMoved): then it stays where it is.
    pub fn complete(self) -> Result<PathBuf, RunError> {
        self.work.complete(&self.place)?;
        Ok(self.place)
    }
}

/// Nothing, an empty folder, or one of the same kind.
fn may_replace(place: &Path, kind: FolderKind) -> Result<bool, RunError> {
    match fs::read_dir(place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(RunError::write(place)(error)),
        Ok(mut entries) => Ok(entries.next().is_none() || place.join(kind.mark()).is_file()),
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
            let run = RunFolder::start(&place, false, FolderKind::Run)?;
            fs::write(run.file(FolderKind::Run.mark()), "{}").unwrap();
            run.complete()
        };
        write().unwrap();
        write().unwrap();
        fs::remove_file(place.join(FolderKind::Run.mark())).unwrap();
        write().unwrap();
        fs::remove_file(place.join(FolderKind::Run.mark())).unwrap();
        fs::write(place.join("thesis.txt"), "mine").unwrap();
        assert!(matches!(write(), Err(RunError::Taken { .. })));
        assert!(place.join("thesis.txt").is_file());
    }

    #[test]
    fn a_run_that_fails_leaves_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("run");
        drop(RunFolder::start(&place, false, FolderKind::Run).unwrap());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_not_replaced() {
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("run");
        fs::write(&place, "mine").unwrap();
        assert!(matches!(RunFolder::start(&place, false, FolderKind::Run), Err(RunError::Taken { .. })));
    }
}
