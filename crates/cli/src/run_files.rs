//! What every command that writes a run folder needs: formats by name, hashes of inputs, files of JSON.

use crate::failure::Failure;
use lindero_io::run::{Content, FileHash, Format, RunFolder, hash_file};
use lindero_io::vector::feature_files;
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

/// The hashes of inputs that are plots or features, each with the files that are read with it.
pub(crate) fn hashes_of<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<FileHash>, Failure> {
    paths.iter().flat_map(|path| feature_files(path.as_ref())).map(|file| hash_of(&file)).collect()
}

/// Size and hash of this program, where the system tells where it lies.
pub(crate) fn program_file() -> Option<Content> {
    let hash = hash_file(&std::env::current_exe().ok()?).ok()?;
    Some(Content { bytes: hash.bytes, blake3: hash.blake3 })
}

/// Refuses to write into a run: its manifest names every file that it has.
pub(crate) fn check_beside(out: &Path, run: &Path) -> Result<(), Failure> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_inside = match (folder.canonicalize(), run.canonicalize()) {
        (Ok(folder), Ok(run)) => run.is_dir() && folder.starts_with(run),
        // Whatever is not there is told where it is read or written.
        _ => false,
    };
    if is_inside {
        let message = "lies in the run, of which `lindero verify` would no longer say that it is as it was: \
                       give a place beside it";
        return Err(Failure::new(format!("--out {} {message}", out.display())));
    }
    Ok(())
}

/// Writes a file of a run folder.
pub(crate) fn write_json(folder: &RunFolder, name: &str, value: &Value) -> Result<(), Failure> {
    write_file(folder, name, &format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Writes a text of a run folder.
pub(crate) fn write_file(folder: &RunFolder, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.file(name);
    std::fs::write(&path, text).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}
