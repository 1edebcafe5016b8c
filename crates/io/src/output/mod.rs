//! Writers of tables, with or without geometry: the same rows give the same bytes.
//!
//! [`parquet`], [`csv`], [`csv_wkt`], [`geojson`], [`kml`] and `gpkg` (with the feature `gdal`) each start a [`TableWriter`],
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
//! let writer = output::csv(&path, batch.schema())?;
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
mod kml;
mod number;
mod parquet;
mod text_out;
mod wkb;
mod wkt;
mod xml_text;

pub use csv::{csv, csv_wkt};
pub use error::WriteError;
pub use geojson::geojson;
pub(crate) use geojson::{push_geometry, push_text};
#[cfg(feature = "gdal")]
pub use gpkg::gpkg;
pub use kml::kml;
pub use number::push_number;
pub use parquet::parquet;
pub(crate) use wkt::wkt;
pub(crate) use xml_text::xml_text;

use arrow_array::RecordBatch;
use lindero_plots::RawGeometrySlice;

/// Rows in the form in which they stand in the file.
pub struct Made(MadeRows);

enum MadeRows {
    /// Lines of text.
    Text(String),
    /// A row group of Parquet.
    RowGroup(parquet::RowGroup),
    /// Rows as they came, with their geometries as WKB, where a library writes them one by one.
    #[cfg(feature = "gdal")]
    Rows(RecordBatch, Vec<Option<Vec<u8>>>),
}

/// Takes a table batch by batch.
///
/// Where a table is long, workers [`make`](Self::make) its batches side by side and [`append`](Self::append) them in order:
/// making is most of the work.
pub trait TableWriter: Send + Sync {
    /// Brings rows into the form in which they will stand in the file.
    ///
    /// Formats with geometry take one per row, where `None` is null in all rows; CSV and plain Parquet
    /// leave them out.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file, if the batch is not of the table's schema.
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError>;

    /// Writes what this writer has made after the rows already written, whoever else is making more.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file, if the disk is full.
    fn append(&self, made: Made) -> Result<(), WriteError>;

    /// Makes and appends.
    ///
    /// # Errors
    ///
    /// As of both.
    fn write(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<(), WriteError> {
        let made = self.make(batch, geometries)?;
        self.append(made)
    }

    /// Writes what is left and closes the file. A writer dropped without this leaves a broken file.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}

impl Made {
    /// The text of a writer of text.
    fn into_text(self) -> String {
        match self.0 {
            MadeRows::Text(text) => text,
            _ => unreachable!("a writer of text appends what it has made"),
        }
    }
}
