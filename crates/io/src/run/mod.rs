//! The run folder: what a screening or a check leaves behind, and how it is read, checked and compared again.

mod boundaries;
mod check_tables;
mod columns;
mod diff;
mod diff_table;
mod evidence;
mod folder;
mod hash;
mod input_changes;
mod layer_records;
mod manifest;
mod pack;
mod plot_table;
mod questions;
mod seal;
mod signature;
mod stored_run;
mod tables;
mod verify;

pub use check_tables::CheckTables;
pub use diff::{Change, DiffError, PlotChange, RunDiff, diff};
pub use diff_table::write_diff;
pub use evidence::{CATALOG_COPY, MANIFEST, POLICY_COPY, RUN_RECORD, SIGNATURE, write_manifest};
pub use folder::{FolderKind, RunError, RunFolder};
pub use hash::{FileHash, HASH_STEP, hash_file, hash_reader, hash_text};
pub use input_changes::{Cause, InputChanges};
pub use layer_records::layer_records;
pub use manifest::{Content, LayerFile, LayerRecord, Manifest, OutputFile, PolicyRecord};
pub use pack::{PackError, pack};
pub use plot_table::PlotTableError;
pub use seal::{ManifestError, Opened, open as open_manifest};
pub use signature::{KeyError, PublicKey, RunKey};
pub use stored_run::{FilePart, PartReader, StoredFile, StoredRun, StoredRunError};
pub use tables::{Format, RunTables, findings_text, write_regions};
pub use verify::{Counted, Finding, State, Verification, VerifyError, folder_of, verify};
