//! Why a table could not be written.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use lindero_plots::RawGeometrySlice;
use std::path::{Path, PathBuf};

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum WriteError {
    /// The operating system would not take the bytes.
    #[error("cannot write {path:?}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    /// The library of the format would not take the rows.
    #[error("cannot write {path:?}: {reason}")]
    Format { path: PathBuf, reason: String },
    /// The rows are not those the writer was made for.
    #[error("cannot write {path:?}: the batch does not fit the table: {reason}")]
    Batch { path: PathBuf, reason: String },
}

impl WriteError {
    /// A table whose columns do not fit together.
    pub(crate) fn table(path: &Path, error: &arrow_schema::ArrowError) -> Self {
        Self::Batch { path: path.to_owned(), reason: error.to_string() }
    }
}

/// Checks that a batch is of the table's schema, with one geometry a row.
pub(super) fn check_batch(
    path: &Path,
    schema: &SchemaRef,
    batch: &RecordBatch,
    geometries: Option<RawGeometrySlice<'_>>,
) -> Result<(), WriteError> {
    let wrong = |reason| Err(WriteError::Batch { path: path.to_owned(), reason });
    if let Some(geometries) = geometries
        && geometries.len() != batch.num_rows()
    {
        return wrong(format!("{} geometries for {} rows", geometries.len(), batch.num_rows()));
    }
    let names = |schema: &SchemaRef| -> Vec<_> {
        schema.fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect()
    };
    if names(schema) != names(&batch.schema()) {
        return wrong(format!("columns {:?}, expected {:?}", names(&batch.schema()), names(schema)));
    }
    Ok(())
}
