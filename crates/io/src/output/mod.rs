//! Writers of tables, with or without geometry: the same rows give the same bytes.
//!
//! [`parquet`], [`csv`], [`geojson`] and `gpkg` (with the feature `gdal`) each start a [`TableWriter`],
//! which takes batches and is finished once. Every column may hold nulls. Geometry is written as read,
//! in WGS 84 longitude and latitude, with open rings closed; a geometry the formats have no way to
//! write (unreadable, not finite, a ring of fewer than three places) is null, and its row stays.
//!
//! ```
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("plots.csv");
//! use arrow_array::{Float64Array, RecordBatch, StringArray};
//! use lindero_io::output;
//! use std::sync::Arc;
//!
//! let batch = RecordBatch::try_from_iter([
//!     ("plot_id", Arc::new(StringArray::from(vec!["a", "b"])) as _),
//!     ("forest_ha", Arc::new(Float64Array::from(vec![Some(3.0), None])) as _),
//! ])?;
//! let mut writer = output::csv(&path, batch.schema())?;
//! writer.write(&batch, None)?;
//! writer.finish()?;
//! assert_eq!(std::fs::read_to_string(&path)?, "plot_id,forest_ha\na,3\nb,\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cell_text;
mod csv;
mod drawable;
mod error;
mod geojson;
#[cfg(feature = "gdal")]
mod gpkg;
mod number;
mod parquet;
mod wkb;

pub use csv::csv;
pub use error::WriteError;
pub use geojson::geojson;
#[cfg(feature = "gdal")]
pub use gpkg::gpkg;
pub use number::push_number;
pub use parquet::parquet;

use arrow_array::RecordBatch;
use lindero_plots::RawGeometrySlice;

/// Takes a table batch by batch.
pub trait TableWriter {
    /// Writes rows after those already written.
    ///
    /// Formats with geometry take one per row, where `None` is null in all rows; CSV and plain Parquet
    /// leave them out.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file, if the disk is full or the batch is not of the table's schema.
    fn write(&mut self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<(), WriteError>;

    /// Writes what is left and closes the file. A writer dropped without this leaves a broken file.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}
