//! A file that is there whole or not at all.

use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// Written beside its place under the ending `.partial`, moved there when it is complete. Dropped
/// before that, it is removed.
pub(crate) struct PartialFile {
    place: PathBuf,
    partial: PathBuf,
}

impl PartialFile {
    /// For a file in a folder that is there.
    pub(crate) fn new(place: &Path) -> Result<Self, Failure> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let wrong = |reason: String| Err(Failure::new(format!("cannot write {}: {reason}", place.display())));
        if !folder.is_dir() {
            return wrong(format!("there is no folder {}", folder.display()));
        }
        if place.is_dir() {
            return wrong("it is a folder".to_owned());
        }
        let mut name = place.as_os_str().to_owned();
        name.push(".partial");
        Ok(Self { place: place.to_owned(), partial: name.into() })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.partial
    }

    /// Moves the complete file to its place.
    pub(crate) fn complete(self) -> Result<(), Failure> {
        fs::rename(&self.partial, &self.place)
            .map_err(|e| Failure::new(format!("cannot write {}: {e}", self.place.display())))
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // Gone already where it was completed.
        let _ = fs::remove_file(&self.partial);
    }
}
