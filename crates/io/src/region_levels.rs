//! Which regions the features of a file are, by the columns with their names.

use crate::catalog::text_of;
use crate::regions::RegionError;
use crate::vector::FeatureFile;
use arrow_array::RecordBatch;
use lindero_engine::{EngineError, FeatureBatch, PlotSource};
use lindero_regions::Levels;
use std::sync::Mutex;

/// The names of regions on some levels, outermost first, remembered while their shapes are read: so that a file of regions is
/// gone through once.
pub struct RegionNames {
    columns: Vec<String>,
    /// For each feature so far its names.
    paths: Mutex<Vec<Vec<String>>>,
}

impl RegionNames {
    /// Nothing yet, of a file with these columns of names.
    ///
    /// # Errors
    ///
    /// [`RegionError`] if it lacks one.
    pub fn new(file: &FeatureFile, columns: &[String]) -> Result<Self, RegionError> {
        if let Some(column) = lacking(file, columns) {
            return Err(RegionError::no_column(file, column));
        }
        Ok(Self { columns: columns.to_vec(), paths: Mutex::default() })
    }

    /// The same features, whose names are remembered as they come.
    pub fn of<S: PlotSource>(&self, source: S) -> Named<'_, S> {
        Named { names: self, source }
    }

    /// The levels of all features that came.
    #[must_use]
    pub fn levels(&self) -> Levels {
        Levels::new(self.columns.clone(), &self.paths.lock().expect("no holder panics"))
    }
}

/// Features whose names are remembered: [`RegionNames::of`].
pub struct Named<'n, S> {
    names: &'n RegionNames,
    source: S,
}

impl<S: PlotSource> PlotSource for Named<'_, S> {
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError> {
        let batch = self.source.next_batch()?;
        if let Some(batch) = &batch {
            let path = |row| path_of(&batch.attributes, &self.names.columns, row);
            self.names.paths.lock().expect("no holder panics").extend((0..batch.geometries.len()).map(path));
        }
        Ok(batch)
    }

    fn count(&self) -> Option<u64> {
        self.source.count()
    }
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
