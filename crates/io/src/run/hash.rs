//! BLAKE3 hashes of files.

use std::fs::File;
use std::path::Path;

/// What identifies a file's content.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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
pub fn hash_file(path: &Path) -> std::io::Result<FileHash> {
    let mut hasher = blake3::Hasher::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(FileHash { path: path.display().to_string(), bytes, blake3: hasher.finalize().to_hex().to_string() })
}

/// Hashes a text: BLAKE3, in hex.
#[must_use]
pub fn hash_text(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
