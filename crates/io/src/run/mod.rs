//! The run folder: what a screening or a check leaves behind, and a run read back.

mod boundaries;
mod check_tables;
mod columns;
mod decided;
mod folder;
mod formats;
mod hash;
mod job;
mod manifest;
mod questions;
mod read;
mod tables;

pub use check_tables::CheckTables;
pub use decided::{RunPolicy, StoredPlot};
pub use folder::{FolderKind, RunError, RunFolder};
pub use formats::{FormatError, formats_named};
pub use hash::{FileHash, hash_file, hash_text};
pub use job::{Job, UnreadableFile};
pub use manifest::{LayerFile, LayerRecord, Manifest, PolicyRecord};
pub use read::{ReadRun, ReadRunError, TableRow};
pub(crate) use tables::write_whole;
pub use tables::{Format, RunTables, findings_text, write_regions};

/// The policy that decided, as it was read.
pub const POLICY_COPY: &str = "policy.toml";
/// The catalog, as it was read.
pub const CATALOG_COPY: &str = "catalog.toml";
