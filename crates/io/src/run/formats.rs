//! Formats of tables by the names that people give them.

use super::tables::Format;

/// A format cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum FormatError {
    /// Nobody knows it.
    #[error("--format {name:?} is not known; give some of parquet,geojson,csv,csv-wkt,kml,gpkg")]
    Unknown { name: String },
    /// It needs GDAL.
    #[error("--format {name}: this build has no GDAL, which writes it")]
    NotThere { name: String },
}

/// The formats that are named, and always Parquet, from which a run is read again.
///
/// # Errors
///
/// [`FormatError`] for the first that cannot be written.
pub fn formats_named(names: &[String]) -> Result<Vec<Format>, FormatError> {
    let mut formats = vec![Format::Parquet];
    for name in names {
        let Some(format) = Format::from_name(name.trim()) else {
            return Err(FormatError::Unknown { name: name.clone() });
        };
        if !format.is_there() {
            return Err(FormatError::NotThere { name: name.clone() });
        }
        formats.push(format);
    }
    formats.sort();
    formats.dedup();
    Ok(formats)
}
