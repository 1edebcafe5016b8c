//! A run as it lies on disk: a folder, or one packed file that is read in place.

use super::evidence::MANIFEST;
use super::pack::MEMBER_START;
use crate::positioned::read_exact_at;
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zip::ZipArchive;

/// More members are no run.
const MOST_MEMBERS: usize = 4096;

/// The files of a run, by name.
#[derive(Debug)]
pub struct StoredRun {
    place: PathBuf,
    is_packed: bool,
    files: BTreeMap<String, StoredFile>,
    folders: Vec<String>,
}

/// A file of a run: a whole file, or a part of the packed one.
#[derive(Clone, Debug)]
pub struct StoredFile {
    path: PathBuf,
    start: u64,
    bytes: u64,
}

/// Why a run cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum StoredRunError {
    /// The operating system would not do it.
    #[error("cannot read {path:?}: {source}")]
    Read { path: PathBuf, source: io::Error },
    /// A folder of something else.
    #[error("{path:?} is no run of `lindero screen`: it has no manifest.json")]
    NoRun { path: PathBuf },
    /// A file that was not written by `lindero pack`, or is not whole.
    #[error("{path:?} is no packed run, or is damaged: {reason}")]
    Damaged { path: PathBuf, reason: String },
    /// The run lacks a file.
    #[error("the run {path:?} has no {name}")]
    NoFile { path: PathBuf, name: String },
}

impl StoredRun {
    /// Looks what there is.
    ///
    /// # Errors
    ///
    /// [`StoredRunError`] if it is no run.
    pub fn open(place: &Path) -> Result<Self, StoredRunError> {
        let read = |source| StoredRunError::Read { path: place.to_owned(), source };
        let run = if fs::metadata(place).map_err(read)?.is_dir() { Self::folder(place)? } else { Self::packed(place)? };
        if run.files.contains_key(MANIFEST) { Ok(run) } else { Err(StoredRunError::NoRun { path: place.to_owned() }) }
    }

    fn folder(place: &Path) -> Result<Self, StoredRunError> {
        let read = |source| StoredRunError::Read { path: place.to_owned(), source };
        let mut run = Self { place: place.to_owned(), is_packed: false, files: BTreeMap::new(), folders: Vec::new() };
        for entry in fs::read_dir(place).map_err(read)? {
            let path = entry.map_err(read)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A link to a file that is gone has no size, and is told when it is read.
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => run.folders.push(name),
                metadata => {
                    let bytes = metadata.map_or(0, |metadata| metadata.len());
                    run.files.insert(name, StoredFile { path, start: 0, bytes });
                }
            }
        }
        run.folders.sort();
        Ok(run)
    }

    fn packed(place: &Path) -> Result<Self, StoredRunError> {
        let damaged = |reason: String| StoredRunError::Damaged { path: place.to_owned(), reason };
        let read = |source| StoredRunError::Read { path: place.to_owned(), source };
        let file = File::open(place).map_err(read)?;
        let whole = file.metadata().map_err(read)?.len();
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(e.to_string()))?;
        if archive.len() > MOST_MEMBERS {
            return Err(damaged(format!("it has {} members", archive.len())));
        }
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(|e| damaged(e.to_string()))?;
            let name = member.name().map_err(|e| damaged(e.to_string()))?.into_owned();
            if member.compression() != zip::CompressionMethod::Stored {
                return Err(damaged(format!("{name} is compressed, which `lindero pack` never does")));
            }
            let start = member.header_start().saturating_add(MEMBER_START + name.len() as u64);
            let bytes = member.size();
            if start.checked_add(bytes).is_none_or(|end| end > whole) {
                return Err(damaged(format!("{name} goes on after the end of the file")));
            }
            files.insert(name, StoredFile { path: place.to_owned(), start, bytes });
        }
        Ok(Self { place: place.to_owned(), is_packed: true, files, folders: Vec::new() })
    }

    /// Where it lies.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Whether it is one packed file.
    #[must_use]
    pub fn is_packed(&self) -> bool {
        self.is_packed
    }

    /// Its files, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &StoredFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// Folders in it, which no run has.
    #[must_use]
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// One of its files, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&StoredFile> {
        self.files.get(name)
    }

    /// One of its files that it must have.
    ///
    /// # Errors
    ///
    /// [`StoredRunError::NoFile`].
    pub fn file(&self, name: &str) -> Result<&StoredFile, StoredRunError> {
        self.get(name).ok_or_else(|| StoredRunError::NoFile { path: self.place.clone(), name: name.to_owned() })
    }

    /// All of a small file.
    ///
    /// # Errors
    ///
    /// [`StoredRunError`] if it is missing or cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StoredRunError> {
        let file = self.file(name)?;
        let mut bytes = Vec::new();
        let read = file.open().and_then(|part| part.reader(0).read_to_end(&mut bytes));
        read.map_err(|source| StoredRunError::Read { path: file.path.clone(), source })?;
        Ok(bytes)
    }
}

impl StoredFile {
    /// Its size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Opens it for reading.
    ///
    /// # Errors
    ///
    /// If the operating system will not.
    pub fn open(&self) -> io::Result<FilePart> {
        Ok(FilePart { file: Arc::new(File::open(&self.path)?), start: self.start, bytes: self.bytes })
    }
}

/// A part of an open file.
#[derive(Clone, Debug)]
pub struct FilePart {
    file: Arc<File>,
    start: u64,
    bytes: u64,
}

impl FilePart {
    /// Reads it from a place on.
    #[must_use]
    pub fn reader(&self, from: u64) -> PartReader {
        PartReader { part: self.clone(), at: from }
    }
}

/// Reads a part of a file from front to back.
#[derive(Debug)]
pub struct PartReader {
    part: FilePart,
    at: u64,
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.part.bytes.saturating_sub(self.at);
        let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        read_exact_at(&self.part.file, &mut buffer[..count], self.part.start + self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Length for FilePart {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for FilePart {
    type T = BufReader<PartReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(self.reader(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(format!("{length} bytes from {start} on, of {}", self.bytes)));
        }
        let mut bytes = vec![0; length];
        read_exact_at(&self.file, &mut bytes, self.start + start)?;
        Ok(bytes.into())
    }
}
