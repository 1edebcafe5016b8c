//! `lindero.lock`: the hashes of the layers' files, so that a run need not read whole mosaics to say which maps it used.
//!
//! It lies beside the catalog and has its name with the ending `.lock`. A hash counts as long as its file has the size and the time
//! of change that are written with it; `lindero verify` reads the files themselves.

use crate::catalog::{Catalog, CatalogError};
use crate::input_files::layer_files;
use crate::run::{HASH_STEP, hash_reader};
use lindero_engine::Progress;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const HEADING: &str =
    "# Made by `lindero layers lock`: run it again when layers have changed. Times are nanoseconds since 1970.\n\n";

/// The hashes of a catalog's layers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerLock {
    #[serde(default, rename = "file")]
    files: Vec<LockedFile>,
}

/// A file whose content is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedFile {
    /// From the catalog's folder, where it lies below it.
    path: String,
    /// The layers that are read from it.
    layers: Vec<String>,
    bytes: u64,
    modified_ns: i64,
    blake3: String,
}

/// What was done to lock a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The file that was written.
    pub path: PathBuf,
    /// Files of layers.
    pub files: usize,
    /// Files that were read, because they are new or have changed.
    pub read: usize,
    /// Bytes of these.
    pub bytes_read: u64,
}

/// Why layers cannot be locked, or their lock cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum LockError {
    /// A layer cannot be opened.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A file cannot be read or written.
    #[error("cannot read or write {path:?}: {source}")]
    File { path: PathBuf, source: io::Error },
    /// The lock was not written by us.
    #[error("{path:?} cannot be made out: {reason}; `lindero layers lock` writes it anew once it is removed")]
    Damaged { path: PathBuf, reason: String },
}

impl LayerLock {
    /// Where the lock of a catalog lies.
    #[must_use]
    pub fn place(catalog: &Path) -> PathBuf {
        catalog.with_extension("lock")
    }

    /// The lock of a catalog; an empty one where there is none.
    ///
    /// # Errors
    ///
    /// [`LockError`] if it is there and cannot be used.
    pub fn read(catalog: &Path) -> Result<Self, LockError> {
        let path = Self::place(catalog);
        match fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|error| LockError::Damaged { path, reason: error.message().to_owned() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(LockError::File { path, source }),
        }
    }

    /// The hash of a layer's file, if it is still as it was when it was locked.
    #[must_use]
    pub fn hash_of(&self, catalog: &Catalog, file: &Path) -> Option<&str> {
        let (bytes, modified_ns) = state(file).ok()?;
        self.known(&name_of(catalog, file), bytes, modified_ns)
    }

    fn known(&self, path: &str, bytes: u64, modified_ns: i64) -> Option<&str> {
        let found = self.files.iter().find(|file| file.path == path)?;
        (found.bytes == bytes && found.modified_ns == modified_ns).then_some(found.blake3.as_str())
    }
}

/// Writes the lock of a catalog. Files that an earlier lock knows as they are now are not read again.
///
/// # Errors
///
/// [`LockError`]: also if `progress` says to stop.
pub fn lock_layers(catalog: &Catalog, progress: &dyn Progress) -> Result<Locked, LockError> {
    let earlier = LayerLock::read(&catalog.path)?;
    let mut layers: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for spec in &catalog.layers {
        let layer = catalog.open_layer(spec, false)?;
        for file in layer_files(catalog, &layer) {
            layers.entry(file).or_default().push(spec.id.clone());
        }
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| LockError::File { path, source }
    };
    let mut files = Vec::new();
    for (path, layers) in layers {
        let (bytes, modified_ns) = state(&path).map_err(failed(&path))?;
        let name = name_of(catalog, &path);
        let blake3 = earlier.known(&name, bytes, modified_ns).unwrap_or_default().to_owned();
        files.push((path, LockedFile { path: name, layers, bytes, modified_ns, blake3 }));
    }
    let is_new = |file: &&mut (PathBuf, LockedFile)| file.1.blake3.is_empty();
    let new: Vec<_> = files.iter_mut().filter(is_new).collect();
    let (read, bytes_read) = (new.len(), new.iter().map(|(_, file)| file.bytes).sum::<u64>());
    progress.stage("reading layers", bytes_read.div_ceil(HASH_STEP as u64));
    new.into_par_iter().try_for_each(|(path, file)| {
        let hashed = File::open(&path).and_then(|opened| hash_reader(opened, progress));
        (file.bytes, file.blake3) = hashed.map_err(failed(path))?;
        Ok::<(), LockError>(())
    })?;
    let lock = LayerLock { files: files.into_iter().map(|(_, file)| file).collect() };
    let path = LayerLock::place(&catalog.path);
    write_whole(&path, &lock).map_err(failed(&path))?;
    Ok(Locked { path, files: lock.files.len(), read, bytes_read })
}

fn write_whole(path: &Path, lock: &LayerLock) -> io::Result<()> {
    let text = toml::to_string(lock).map_err(io::Error::other)?;
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, format!("{HEADING}{text}"))?;
    fs::rename(&partial, path)
}

/// Size and time of the last change.
fn state(path: &Path) -> io::Result<(u64, i64)> {
    let metadata = fs::metadata(path)?;
    let modified = metadata.modified()?;
    let nanoseconds = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()),
        Err(before) => i64::try_from(before.duration().as_nanos()).map(|since| -since),
    };
    Ok((metadata.len(), nanoseconds.unwrap_or(i64::MAX)))
}

fn name_of(catalog: &Catalog, file: &Path) -> String {
    file.strip_prefix(catalog.folder()).unwrap_or(file).display().to_string()
}
