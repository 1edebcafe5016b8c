//! The table of a tabulation: one line for each class of each layer of each plot.

use crate::output::{Made, TableWriter, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array, UInt32DictionaryArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::{ClassSink, EngineError, NamedPage};
use std::sync::Arc;

/// Writes the table in any format.
pub struct ClassTable {
    writer: Box<dyn TableWriter>,
    layers: Vec<String>,
}

impl ClassTable {
    /// The columns of the table.
    #[must_use]
    pub fn schema() -> SchemaRef {
        let field = |name, kind, nullable| Field::new(name, kind, nullable);
        // Many lines have the same text.
        let text = || DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        Arc::new(Schema::new(vec![
            field("row", DataType::Int64, false),
            field("plot_id", text(), false),
            field("layer", text(), false),
            field("value", DataType::Float64, true),
            field("area_m2", DataType::Float64, false),
            field("share", DataType::Float64, false),
        ]))
    }

    /// A table of these layers, by a writer of [`Self::schema`].
    #[must_use]
    pub fn new(writer: Box<dyn TableWriter>, layers: Vec<String>) -> Self {
        Self { writer, layers }
    }

    /// Closes the file.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn finish(self) -> Result<(), WriteError> {
        self.writer.finish()
    }
}

fn write_error(error: &WriteError) -> EngineError {
    EngineError::Write { message: error.to_string() }
}

impl ClassSink for ClassTable {
    type Made = Made;

    fn make(&self, page: NamedPage) -> Result<Made, EngineError> {
        let NamedPage { first_row, ids, classes } = page;
        let plots = UInt32Array::from_iter_values(classes.rows.iter().map(|row| (row - first_row) as u32));
        let text = |keys: UInt32Array, texts: StringArray| {
            UInt32DictionaryArray::try_new(keys, Arc::new(texts))
                .expect("each line is of a plot and a layer of the page")
        };
        let values = classes.values.iter().map(|value| (!value.is_nan()).then_some(*value));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(classes.rows.iter().map(|&row| row as i64))),
            Arc::new(text(plots, ids)),
            Arc::new(text(classes.layers.into(), StringArray::from_iter_values(&self.layers))),
            Arc::new(values.collect::<Float64Array>()),
            Arc::new(Float64Array::from(classes.areas_m2)),
            Arc::new(Float64Array::from(classes.shares)),
        ];
        let batch = RecordBatch::try_new(Self::schema(), columns).expect("the columns are those of the schema");
        self.writer.make(&batch, None).map_err(|error| write_error(&error))
    }

    fn write(&self, made: Made) -> Result<(), EngineError> {
        self.writer.append(made).map_err(|error| write_error(&error))
    }
}
