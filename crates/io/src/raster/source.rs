//! Positioned reads of a file on disk: no shared cursor, so blocks can be read by many workers at once.

use crate::positioned::read_exact_at;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file read at given places.
#[derive(Debug)]
pub(crate) struct ByteSource {
    path: PathBuf,
    len: u64,
    kept: Option<File>,
}

impl ByteSource {
    /// Opens a plain file; anything else (a directory, a pipe) is an error.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Asked before opening: opening a named pipe waits for a writer.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a plain file"));
        }
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), len, kept: Some(file) })
    }

    /// Closes the file; each later read opens it again. For layers of more files than a process may hold open.
    pub(crate) fn release(&mut self) {
        self.kept = None;
    }

    /// Bytes of the file when it was opened.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Fills the buffer from `offset` on.
    pub(crate) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.kept {
            Some(file) => read_exact_at(file, buffer, offset),
            None => read_exact_at(&File::open(&self.path)?, buffer, offset),
        }
    }
}
