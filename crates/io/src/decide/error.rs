//! Why a table could not be decided.

use crate::output::WriteError;
use crate::vector::VectorError;
use lindero_engine::EngineError;
use lindero_layers::ConfigError;
use std::path::PathBuf;

/// Why a table could not be decided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum DecideError {
    /// The file.
    #[error(transparent)]
    File(#[from] VectorError),
    /// The plots of a run.
    #[error(transparent)]
    Plots(#[from] EngineError),
    /// The policy, or what it needs of the table.
    #[error(transparent)]
    Policy(#[from] ConfigError),
    /// The output.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The columns of the table.
    #[error("{}: {reason}", .path.display())]
    Columns { path: PathBuf, reason: String },
    /// A cell. The first row under the names is row 1.
    #[error("{}, row {row}, column {column:?}: {reason}", .path.display())]
    Cell { path: PathBuf, row: u64, column: String, reason: String },
}
