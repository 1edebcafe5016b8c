//! The run folder: what a screening leaves behind.

mod columns;
mod folder;
mod hash;
mod manifest;
mod tables;

pub use folder::{FolderKind, RunError, RunFolder};
pub use hash::{FileHash, hash_file, hash_text};
pub use manifest::{LayerFile, LayerRecord, Manifest, PolicyRecord};
pub use tables::{Format, RunTables, findings_text, write_regions};
