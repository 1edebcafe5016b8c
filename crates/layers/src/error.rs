//! Why a layer could not be used.

use std::path::PathBuf;

/// Why a layer could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum LayerError {
    /// The file could not be opened or read.
    #[error("cannot read {path:?}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// The file is there, but is not a raster we can use.
    #[error("{path:?} cannot be used as a layer: {reason}")]
    Unusable { path: PathBuf, reason: String },
    /// No file fits the path or the pattern.
    #[error("no file fits {pattern:?}: give the path of a raster, or a pattern with * that fits its tiles")]
    NoFile { pattern: String },
    /// Two tiles of one layer cannot lie side by side.
    #[error("{a:?} and {b:?} cannot be tiles of one layer: {reason}")]
    Tiles { a: PathBuf, b: PathBuf, reason: String },
    /// A block is damaged.
    #[error("{path:?}: block in row {row}, column {col} of blocks is damaged: {reason}")]
    Block { path: PathBuf, row: u32, col: u32, reason: String },
    /// The coordinate system cannot be used.
    #[error("{path:?}: {reason}")]
    Projection { path: PathBuf, reason: String },
}
