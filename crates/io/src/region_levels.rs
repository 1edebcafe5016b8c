//! Which regions the features of a file are, by the columns with their names.

use crate::catalog::text_of;
use crate::regions::RegionError;
use crate::vector::FeatureFile;
use lindero_regions::Levels;

/// The regions of a file's features on these levels, outermost first: the columns with their names.
///
/// # Errors
///
/// [`RegionError`] if the file cannot be read or lacks a column.
pub fn read_levels(file: &FeatureFile, columns: &[String]) -> Result<Levels, RegionError> {
    let schema = file.schema();
    if let Some(column) = columns.iter().find(|column| schema.column_with_name(column).is_none()) {
        return Err(RegionError::no_column(file, column));
    }
    let mut paths = Vec::new();
    for batch in file.batches()? {
        let batch = batch?;
        let name = |column: &String, row: usize| text_of(&batch.attributes, column, row).unwrap_or_default();
        paths.extend(
            (0..batch.geometries.len()).map(|row| columns.iter().map(|column| name(column, row)).collect::<Vec<_>>()),
        );
    }
    Ok(Levels::new(columns.to_vec(), &paths))
}
