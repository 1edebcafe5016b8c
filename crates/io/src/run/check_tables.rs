//! The tables of a check: the plots, what is wrong with them, what was done about it, and what is asked.

use super::boundaries::BoundaryTables;
use super::columns::{geometry_status, joined, text, with_users};
use super::folder::RunFolder;
use super::questions::QuestionTables;
use super::tables::Format;
use crate::output::{TableWriter, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::{CheckSink, CheckedBatch, DoubtedBatch, EngineError, PlotRow};
use lindero_plots::{Lang, M2_PER_HA, RawGeometries};
use std::path::PathBuf;
use std::sync::Arc;

const COLUMNS: [(&str, DataType); 8] = [
    ("row", DataType::Int64),
    ("plot_id", DataType::Utf8),
    ("content_id", DataType::Utf8),
    ("geometry_status", DataType::Utf8),
    ("defects", DataType::Utf8),
    ("questions", DataType::Utf8),
    ("area_ha", DataType::Float64),
    ("declared_ha", DataType::Float64),
];

/// Writes `plots.*`, `defects.csv`, `repairs.csv`, `questions.csv` and `proposals.geojson`, and with repairs `originals.geojson`.
pub struct CheckTables {
    plots: Vec<(PathBuf, Box<dyn TableWriter>)>,
    schema: SchemaRef,
    boundaries: BoundaryTables,
    questions: QuestionTables,
    /// Boundaries as given where `plots.*` has them repaired; `None` where it has all as given.
    originals: Option<(PathBuf, Box<dyn TableWriter>)>,
}

impl CheckTables {
    /// Starts the tables. With `repaired`, the plots' boundaries are the repaired ones.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn start(
        run: &RunFolder,
        formats: &[Format],
        user: &Schema,
        repaired: bool,
        lang: Lang,
    ) -> Result<Self, WriteError> {
        let ours = COLUMNS.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
        let schema = with_users(ours, user);
        let start = |name: &str, format: Format| {
            let path = run.file(&format!("{name}.{}", format.ending()));
            let writer = format.writer(&path, Arc::clone(&schema), name)?;
            Ok((path, writer))
        };
        Ok(Self {
            plots: formats.iter().map(|format| start("plots", *format)).collect::<Result<_, WriteError>>()?,
            originals: repaired.then(|| start("originals", Format::GeoJson)).transpose()?,
            boundaries: BoundaryTables::start(run, lang)?,
            questions: QuestionTables::start(run, lang)?,
            schema,
        })
    }

    /// Closes the files.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn finish(self) -> Result<(), WriteError> {
        for (_, writer) in self.plots.into_iter().chain(self.originals) {
            writer.finish()?;
        }
        self.boundaries.finish()?;
        self.questions.finish()
    }

    fn add(&mut self, plots: &DoubtedBatch) -> Result<(), WriteError> {
        let batch = &plots.batch;
        let table = self.table(plots);
        let repaired = self.originals.is_some().then(|| repaired(batch));
        let geometries = repaired.as_ref().unwrap_or(&batch.geometries);
        for (_, writer) in &mut self.plots {
            writer.write(&table, Some(geometries.as_slice()))?;
        }
        if let Some((_, originals)) = &mut self.originals {
            for row in (0..batch.rows.len()).filter(|&row| batch.rows[row].repaired) {
                originals.write(&table.slice(row, 1), Some(batch.geometries.slice(row..row + 1)))?;
            }
        }
        self.boundaries.write(batch.first_row, &batch.ids, &batch.rows)?;
        self.questions.write(plots)
    }

    fn table(&self, plots: &DoubtedBatch) -> RecordBatch {
        let CheckedBatch { first_row, ids, rows, attributes, .. } = &plots.batch;
        let first = *first_row as i64;
        let number = |value: fn(&PlotRow) -> Option<f64>| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<Float64Array>())
        };
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new((first..first + rows.len() as i64).collect::<Int64Array>()),
            Arc::new(ids.clone()),
            text(rows, |plot| plot.content_id.map(|id| id.to_string().into())),
            text(rows, |plot| Some(geometry_status(plot).into())),
            text(rows, |plot| joined(plot.defects.iter().map(|defect| defect.code().as_str()))),
            text(&plots.doubts, |doubts| joined(doubts.iter().map(|it| it.code().as_str()))),
            number(|plot| plot.area_m2.map(|m2| m2 / M2_PER_HA)),
            number(|plot| plot.declared_ha),
        ];
        columns.extend(attributes.columns().iter().cloned());
        RecordBatch::try_new(Arc::clone(&self.schema), columns).expect("the columns are those of the schema")
    }
}

impl CheckSink for CheckTables {
    fn write(&mut self, plots: &DoubtedBatch) -> Result<(), EngineError> {
        self.add(plots).map_err(|error| EngineError::Write { message: error.to_string() })
    }
}

/// The batch's geometries, repaired where a repair was made.
fn repaired(batch: &CheckedBatch) -> RawGeometries {
    let mut geometries = RawGeometries::new();
    for (row, plot) in batch.rows.iter().enumerate() {
        match plot.shape {
            Some(shape) if plot.repaired => geometries.push_shape(batch.shapes.get(shape)),
            _ => geometries.push_ref(batch.geometries.get(row)),
        }
    }
    geometries
}
