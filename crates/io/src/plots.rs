//! Plot files as the engine's source of plots.

use crate::vector::{FeatureFiles, VectorError};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::{EngineError, FeatureBatch, PlotSource};
use std::sync::Arc;

/// The features of several files, in order. Where there is more than one file, a column `source`
/// names the file of each row.
pub struct PlotFiles<'f> {
    files: &'f FeatureFiles,
    batches: Box<dyn Iterator<Item = Result<(usize, crate::vector::FeatureBatch), VectorError>> + 'f>,
}

impl<'f> PlotFiles<'f> {
    /// Starts at the first feature of the first file.
    #[must_use]
    pub fn new(files: &'f FeatureFiles) -> Self {
        Self { files, batches: Box::new(files.batches()) }
    }
}

impl PlotFiles<'_> {
    /// The columns of every batch.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        match self.files.files() {
            [_] => self.files.schema(),
            _ => Arc::new(Schema::new(fields_with_source(&self.files.schema()))),
        }
    }
}

fn fields_with_source(schema: &Schema) -> Vec<Arc<Field>> {
    let source = Arc::new(Field::new("source", DataType::Utf8, false));
    schema.fields().iter().cloned().chain([source]).collect()
}

impl PlotSource for PlotFiles<'_> {
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError> {
        let Some(batch) = self.batches.next() else { return Ok(None) };
        let (file, batch) = batch.map_err(|e| EngineError::Plots { message: e.to_string() })?;
        let attributes = match self.files.files() {
            [_] => batch.attributes,
            files => with_source(&batch.attributes, &files[file].path().display().to_string()),
        };
        Ok(Some(FeatureBatch { geometries: batch.geometries, ids: batch.ids, attributes }))
    }

    fn count(&self) -> Option<u64> {
        self.files.count()
    }
}

fn with_source(attributes: &RecordBatch, path: &str) -> RecordBatch {
    let rows = attributes.num_rows();
    let fields = fields_with_source(&attributes.schema());
    let mut columns = attributes.columns().to_vec();
    columns.push(Arc::new(StringArray::from(vec![path; rows])) as ArrayRef);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("one value per row")
}
