//! The plots that two runs tell apart, as CSV.

use super::boundaries::schema;
use super::columns::{joined, text};
use super::diff::PlotChange;
use crate::output::{self, TableWriter, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows that are written at a time.
const ROWS_AT_ONCE: usize = 4096;

/// Writes a row for each changed plot.
pub struct DiffTable {
    path: PathBuf,
    writer: Box<dyn TableWriter>,
    schema: SchemaRef,
    waiting: Vec<PlotChange>,
}

impl DiffTable {
    /// Starts the file.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn start(path: &Path) -> Result<Self, WriteError> {
        let schema = schema([
            ("plot_id", DataType::Utf8),
            ("row_a", DataType::Int64),
            ("row_b", DataType::Int64),
            ("changed", DataType::Utf8),
            ("verdict_a", DataType::Utf8),
            ("verdict_b", DataType::Utf8),
            ("area_ha_a", DataType::Float64),
            ("area_ha_b", DataType::Float64),
            ("findings_a", DataType::Utf8),
            ("findings_b", DataType::Utf8),
            ("moved", DataType::Utf8),
            ("causes", DataType::Utf8),
        ]);
        let writer = output::csv(path, Arc::clone(&schema))?;
        Ok(Self { path: path.to_owned(), writer, schema, waiting: Vec::new() })
    }

    /// Adds a plot.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn add(&mut self, plot: &PlotChange) -> Result<(), WriteError> {
        self.waiting.push(plot.clone());
        if self.waiting.len() == ROWS_AT_ONCE { self.write() } else { Ok(()) }
    }

    /// Closes the file.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.write()?;
        self.writer.finish()
    }

    fn write(&mut self) -> Result<(), WriteError> {
        let columns = columns(&self.waiting);
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|e| WriteError::table(&self.path, &e))?;
        self.waiting.clear();
        self.writer.write(&batch, None)
    }
}

fn columns(rows: &[PlotChange]) -> Vec<ArrayRef> {
    let row = |value: fn(&PlotChange) -> Option<usize>| -> ArrayRef {
        Arc::new(rows.iter().map(|plot| value(plot).map(|row| row as i64)).collect::<Int64Array>())
    };
    let area = |value: fn(&PlotChange) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<Float64Array>())
    };
    vec![
        text(rows, |plot| Some(plot.plot_id.as_str().into())),
        row(|plot| plot.rows.0),
        row(|plot| plot.rows.1),
        text(rows, |plot| joined(plot.changes.iter().map(|change| change.as_str()))),
        text(rows, |plot| plot.verdicts.0.as_deref().map(Cow::from)),
        text(rows, |plot| plot.verdicts.1.as_deref().map(Cow::from)),
        area(|plot| plot.areas_ha.0),
        area(|plot| plot.areas_ha.1),
        text(rows, |plot| plot.findings.0.as_deref().map(Cow::from)),
        text(rows, |plot| plot.findings.1.as_deref().map(Cow::from)),
        text(rows, |plot| joined(plot.moved.iter())),
        text(rows, |plot| joined(plot.causes.iter().map(ToString::to_string))),
    ]
}
