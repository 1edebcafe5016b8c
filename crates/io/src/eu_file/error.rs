//! Why EU files could not be written.

use crate::vector::VectorError;
use lindero_engine::EngineError;
use std::path::{Path, PathBuf};

/// Why EU files could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum EuFileError {
    /// The plots could not be read, or what does not fit in memory not be kept.
    #[error(transparent)]
    Plots(#[from] EngineError),
    /// The operating system would not take the bytes.
    #[error("cannot write {path:?}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    /// A file that was written cannot be read back.
    #[error("what was just written cannot be read back: {0}")]
    ReadBack(#[from] VectorError),
    /// A file that was written does not keep the rules. This is a mistake of the program.
    #[error(
        "{path:?}, feature {feature}, was written against the rules: {reason}; this is a mistake of the program, please report it"
    )]
    AgainstTheRules { path: PathBuf, feature: u64, reason: String },
}

impl EuFileError {
    pub(super) fn write(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}
