//! A file of text that is being written.

use super::error::WriteError;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Takes text piece by piece; pieces come in the order in which it is asked to put them.
pub(super) struct TextOut {
    path: PathBuf,
    file: Mutex<BufWriter<File>>,
}

impl TextOut {
    /// Makes the file, empty.
    pub(super) fn create(path: &Path) -> Result<Self, WriteError> {
        let file = File::create(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file: Mutex::new(BufWriter::new(file)) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn put(&self, text: &str) -> Result<(), WriteError> {
        let written = self.file.lock().expect("no holder panics").write_all(text.as_bytes());
        written.map_err(|source| WriteError::Io { path: self.path.clone(), source })
    }

    /// Writes what is left: a full disk must not hide in a drop.
    pub(super) fn finish(self) -> Result<(), WriteError> {
        let flushed = self.file.into_inner().expect("no holder panics").flush();
        flushed.map_err(|source| WriteError::Io { path: self.path, source })
    }
}
