//! BLAKE3 hashes of files.

use super::job::UnreadableFile;
use crate::vector::feature_files;
use lindero_engine::{Progress, Quiet};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of one step of progress.
pub const HASH_STEP: usize = 1 << 20;

/// What identifies a file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// The path as given.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, in hex.
    pub blake3: String,
}

/// Reads and hashes a file.
///
/// # Errors
///
/// If it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<FileHash> {
    let (bytes, blake3) = hash_reader(File::open(path)?, &Quiet)?;
    Ok(FileHash { path: path.display().to_string(), bytes, blake3 })
}

/// Bytes that are read at a time: many lanes of BLAKE3 work side by side on so many, and they stay in the near cache.
const READ_BYTES: usize = 1 << 16;

/// Reads to the end: how many bytes there were, and their BLAKE3 in hex. Tells a step for each [`HASH_STEP`].
///
/// # Errors
///
/// If it cannot be read, or with [`io::ErrorKind::Interrupted`] if `progress` says to stop.
pub fn hash_reader(mut reader: impl Read, progress: &dyn Progress) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; READ_BYTES];
    let (mut bytes, mut told) = (0u64, 0);
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            // A signal that is not meant for us; the user's wish to stop is asked below.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..count]);
        bytes += count as u64;
        let steps = bytes / HASH_STEP as u64;
        progress.advance(steps - told);
        told = steps;
        if progress.interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
    }
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}

/// Hashes a text: BLAKE3, in hex.
#[must_use]
pub fn hash_text(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
/// The hashes of inputs that are plots or features, each with the files that are read with it.
///
/// # Errors
///
/// [`UnreadableFile`] with the first file that cannot be read.
pub fn hash_features<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<FileHash>, UnreadableFile> {
    let files = paths.iter().flat_map(|path| feature_files(path.as_ref()));
    files.map(|path| hash_file(&path).map_err(|source| UnreadableFile { path, source })).collect()
}
