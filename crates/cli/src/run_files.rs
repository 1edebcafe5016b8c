//! What every command that writes a run folder needs: formats by name, hashes of inputs, files of JSON.

use crate::failure::Failure;
use lindero_io::run::{Content, FileHash, Format, RunFolder, formats_named, hash_file};
pub(crate) use lindero_report::screening::hashes_of;
use serde_json::Value;
use std::path::Path;

/// The formats that `--format` names, and always Parquet, from which a run is read again.
pub(crate) fn formats(names: &[String]) -> Result<Vec<Format>, Failure> {
    Ok(formats_named(names)?)
}

/// The hash of an input.
pub(crate) fn hash_of(path: &Path) -> Result<FileHash, Failure> {
    hash_file(path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))
}

/// Size and hash of this program, where the system tells where it lies.
pub(crate) fn program_file() -> Option<Content> {
    let hash = hash_file(&std::env::current_exe().ok()?).ok()?;
    Some(Content { bytes: hash.bytes, blake3: hash.blake3 })
}

/// Writes a file of a run folder.
pub(crate) fn write_json(folder: &RunFolder, name: &str, value: &Value) -> Result<(), Failure> {
    Ok(folder.write_json(name, value)?)
}
