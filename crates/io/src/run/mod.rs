//! The run folder: what a screening or a check leaves behind, and a run read back.

mod boundaries;
mod check_tables;
mod columns;
mod folder;
mod hash;
mod manifest;
mod questions;
mod read;
mod tables;

pub use check_tables::CheckTables;
pub use folder::{FolderKind, RunError, RunFolder};
pub use hash::{FileHash, hash_file, hash_text};
pub use manifest::{LayerFile, LayerRecord, Manifest, PolicyRecord};
pub use read::{ReadRun, ReadRunError, TableRow};
pub use tables::{Format, RunTables, findings_text, write_regions};
