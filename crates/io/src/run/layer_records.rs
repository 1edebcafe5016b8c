//! What a manifest says of the layers.

use super::hash::hash_file;
use super::manifest::{LayerFile, LayerRecord};
use crate::input_files::layer_files;
use crate::layer_lock::{LayerLock, LockError};
use crate::screening::ScreenInput;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Layers whose hashes nobody knows are read for them while they are together no larger: that is over in a blink.
const MOST_HASHED_BYTES: u64 = 256 << 20;

/// The layers of a run as its manifest has them, in the order of the catalog. Hashes are those of the catalog's lock where its files
/// are unchanged; others are made now where the files are small in sum, and else missing.
///
/// # Errors
///
/// [`LockError`] if the lock or a file of a layer cannot be read.
pub fn layer_records(input: &ScreenInput) -> Result<Vec<LayerRecord>, LockError> {
    let lock = LayerLock::read(&input.catalog.path)?;
    let files: Vec<Vec<PathBuf>> = input.opened.iter().map(|layer| layer_files(&input.catalog, layer)).collect();
    let all: BTreeSet<&Path> = files.iter().flatten().map(PathBuf::as_path).collect();
    let mut known: BTreeMap<&Path, (u64, Option<String>)> = BTreeMap::new();
    for path in all {
        let bytes = std::fs::metadata(path).map_err(failed(path))?.len();
        known.insert(path, (bytes, lock.hash_of(&input.catalog, path).map(str::to_owned)));
    }
    let unknown: Vec<_> = known.iter_mut().filter(|(_, (_, hash))| hash.is_none()).collect();
    if unknown.iter().map(|(_, (bytes, _))| *bytes).sum::<u64>() <= MOST_HASHED_BYTES {
        unknown.into_par_iter().try_for_each(|(path, content)| {
            let hash = hash_file(path).map_err(failed(path))?;
            *content = (hash.bytes, Some(hash.blake3));
            Ok::<(), LockError>(())
        })?;
    }
    let until = input.dates(None).until;
    let record = |(layer, files): (&crate::catalog::OpenLayer, &Vec<PathBuf>)| {
        let spec = &layer.screen.spec;
        let file = |path: &PathBuf| {
            let (bytes, blake3) = known[path.as_path()].clone();
            LayerFile { path: path.display().to_string(), bytes, blake3 }
        };
        LayerRecord {
            id: spec.id.clone(),
            path: spec.path.clone(),
            until: until.get(&spec.id).map(ToString::to_string),
            files: files.iter().map(file).collect(),
            licence: spec.licence.clone(),
        }
    };
    Ok(input.opened.iter().zip(&files).map(record).collect())
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> LockError + '_ {
    move |source| LockError::File { path: path.to_owned(), source }
}
