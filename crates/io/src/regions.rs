//! Regions from a file of polygons.

use crate::vector::{FeatureFile, VectorError, VectorOptions, open_features};
use lindero_plots::{Checker, PlotGeometryRef, RepairRules, ShapeStore};
use lindero_regions::RegionSet;
use std::path::{Path, PathBuf};

/// Why regions could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegionError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] VectorError),
    /// The column with the names is not there.
    #[error("{path:?} has no column {column:?}; columns: {}", columns.join(", "))]
    Column { path: PathBuf, column: String, columns: Vec<String> },
    /// There is nothing to add up over.
    #[error("{path:?} has no polygon that can be a region")]
    Empty { path: PathBuf },
}

impl RegionError {
    /// A file has no such column.
    pub(crate) fn no_column(file: &FeatureFile, column: &str) -> Self {
        let columns = file.schema().fields().iter().map(|field| field.name().clone()).collect();
        Self::Column { path: file.path().to_owned(), column: column.to_owned(), columns }
    }
}

/// Reads the regions of a file by the column with their name, with what the user should know of it.
///
/// # Errors
///
/// [`RegionError`] if the file, the column or every polygon is missing.
pub fn read_regions(path: &Path, column: &str) -> Result<(RegionSet, Vec<String>), RegionError> {
    let file = open_features(path, &VectorOptions::default())?;
    if file.schema().column_with_name(column).is_none() {
        return Err(RegionError::no_column(&file, column));
    }
    let mut notes = file.notes().to_vec();
    let (mut names, mut shapes, mut unusable) = (Vec::new(), ShapeStore::new(), 0u32);
    let mut checker = Checker::new(RepairRules::none());
    for batch in file.batches()? {
        let batch = batch?;
        for (row, raw) in batch.geometries.iter().enumerate() {
            let name = crate::catalog::text_of(&batch.attributes, column, row);
            match (checker.check(raw).geometry, name) {
                (PlotGeometryRef::Area(shape), Some(name)) if !name.trim().is_empty() => {
                    names.push(name);
                    shapes.push(shape);
                }
                _ => unusable += 1,
            }
        }
    }
    if shapes.is_empty() {
        return Err(RegionError::Empty { path: path.to_owned() });
    }
    if unusable > 0 {
        notes.push(format!("{unusable} region(s) have no name or no usable polygon and are left out"));
    }
    let regions = RegionSet::new(names, shapes).expect("every shape has a name that is not blank");
    Ok((regions, notes))
}
