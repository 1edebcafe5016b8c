//! What every command that writes a run folder needs: formats by name, hashes of inputs, files of JSON.

use crate::failure::Failure;
use lindero_io::run::{FileHash, Format, RunFolder, hash_file};
use serde_json::Value;
use std::path::Path;

/// The formats that `--format` names, and always Parquet, from which a run is read again.
pub(crate) fn formats(names: &[String]) -> Result<Vec<Format>, Failure> {
    let mut formats = vec![Format::Parquet];
    for name in names {
        let Some(format) = Format::from_name(name.trim()) else {
            let message = format!("--format {name:?} is not known; give some of parquet,geojson,csv,gpkg");
            return Err(Failure::new(message));
        };
        if !format.is_there() {
            return Err(Failure::new(format!("--format {name}: this build has no GDAL, which writes it")));
        }
        formats.push(format);
    }
    formats.sort();
    formats.dedup();
    Ok(formats)
}

/// The hash of an input.
pub(crate) fn hash_of(path: &Path) -> Result<FileHash, Failure> {
    hash_file(path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))
}

/// Writes a file of a run folder.
pub(crate) fn write_json(folder: &RunFolder, name: &str, value: &Value) -> Result<(), Failure> {
    write_text(folder, name, &format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Writes a file of a run folder as it is.
pub(crate) fn write_text(folder: &RunFolder, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.file(name);
    std::fs::write(&path, text).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}
