//! Which regions the features of a file are, by the columns with their names.

use crate::catalog::text_of;
use crate::regions::RegionError;
use crate::vector::FeatureFile;
use arrow_array::RecordBatch;
use lindero_regions::Levels;

/// The regions of a file's features on these levels, outermost first: the columns with their names.
///
/// # Errors
///
/// [`RegionError`] if the file cannot be read or lacks a column.
pub fn read_levels(file: &FeatureFile, columns: &[String]) -> Result<Levels, RegionError> {
    if let Some(column) = lacking(file, columns) {
        return Err(RegionError::no_column(file, column));
    }
    let mut paths = Vec::new();
    for batch in file.batches()? {
        let batch = batch?;
        paths.extend((0..batch.geometries.len()).map(|row| path_of(&batch.attributes, columns, row)));
    }
    Ok(Levels::new(columns.to_vec(), &paths))
}

/// The first of some columns that a file lacks.
pub(crate) fn lacking<'c>(file: &FeatureFile, columns: &'c [String]) -> Option<&'c String> {
    let schema = file.schema();
    columns.iter().find(|column| schema.column_with_name(column).is_none())
}

/// The names in a feature's columns; empty where it has none.
pub(crate) fn path_of(attributes: &RecordBatch, columns: &[String], row: usize) -> Vec<String> {
    columns.iter().map(|column| text_of(attributes, column, row).unwrap_or_default()).collect()
}
