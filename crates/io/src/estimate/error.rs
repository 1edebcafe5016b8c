//! Why an estimate cannot be made from its files.

use crate::vector::VectorError;
use lindero_engine::EngineError;
use lindero_layers::LayerError;
use std::path::{Path, PathBuf};

/// Why an estimate cannot be made from its files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum EstimateError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] VectorError),
    /// What stands in the file is not what is needed.
    #[error("{}: {reason}", path.display())]
    Table { path: PathBuf, reason: String },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// The map cannot be read.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The map cannot be measured.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The map is not what is needed.
    #[error("{reason}")]
    Map { reason: String },
}

impl EstimateError {
    /// Something is wrong in a table.
    pub(super) fn table(path: &Path, reason: impl Into<String>) -> Self {
        Self::Table { path: path.to_owned(), reason: reason.into() }
    }
}
