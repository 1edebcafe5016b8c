//! The files by which a run can be checked later: copies of what decided, the manifest, and its signature.

use super::folder::{RunError, RunFolder};
use super::hash::hash_file;
use super::manifest::{Manifest, OutputFile};
use super::seal;
use super::signature::RunKey;
use rayon::prelude::*;
use std::fs;
use std::io;

/// What went in and what came out.
pub const MANIFEST: &str = "manifest.json";
/// Who vouches for it.
pub const SIGNATURE: &str = "manifest.sig";
/// Times and place: the only file that may differ between equal runs.
pub const RUN_RECORD: &str = "run.json";
/// The policy that decided, as it was read.
pub const POLICY_COPY: &str = "policy.toml";
/// The catalog, as it was read.
pub const CATALOG_COPY: &str = "catalog.toml";

/// Whether a manifest does not list a file of this name.
pub(super) fn is_apart(name: &str) -> bool {
    [MANIFEST, SIGNATURE, RUN_RECORD].contains(&name)
}

/// Writes the manifest, with all files that lie in the folder by now, and signs it if there is a key. Gives the root.
///
/// # Errors
///
/// [`RunError::Write`].
pub fn write_manifest(folder: &RunFolder, mut manifest: Manifest, key: Option<&RunKey>) -> Result<String, RunError> {
    let made = folder.work().made();
    let failed = RunError::write(&made);
    let mut names = Vec::new();
    for entry in fs::read_dir(&made).map_err(&failed)? {
        names.push(entry.map_err(&failed)?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !is_apart(name));
    names.sort();
    let output = |name: String| {
        let hash = hash_file(&folder.file(&name))?;
        Ok(OutputFile { name, bytes: hash.bytes, blake3: hash.blake3 })
    };
    manifest.files = names.into_par_iter().map(output).collect::<io::Result<_>>().map_err(&failed)?;
    manifest.signed_by = key.map(RunKey::public_hex);
    let (text, root) = seal::seal(&manifest).map_err(|error| failed(error.into()))?;
    fs::write(folder.file(MANIFEST), text).map_err(&failed)?;
    if let Some(key) = key {
        fs::write(folder.file(SIGNATURE), key.sign(&root)).map_err(&failed)?;
    }
    Ok(root)
}
