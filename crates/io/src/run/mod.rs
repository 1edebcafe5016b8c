//! The run folder: what a screening or a check leaves behind.

mod boundaries;
mod check_tables;
mod columns;
mod folder;
mod hash;
mod manifest;
mod plot_sums;
mod questions;
mod tables;

pub use check_tables::CheckTables;
pub use folder::{FolderKind, RunError, RunFolder};
pub use hash::{FileHash, hash_file, hash_text};
pub use manifest::{LayerFile, LayerRecord, Manifest, PolicyRecord};
pub use plot_sums::{GroupSums, PlotSums, SUBMITTED, write_plot_sums};
pub(crate) use tables::write_whole;
pub use tables::{Format, RunTables, findings_text};
