//! The plots of a run, read again: without boundaries and sentences.

use super::read::PLOTS;
use super::stored_run::{StoredRun, StoredRunError};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::ops::Range;
use std::path::PathBuf;

/// Text that follows from other columns, and is long.
const LEFT_OUT: [&str; 1] = ["reasons"];

/// Why the plots of a run cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum PlotTableError {
    /// The run lacks them.
    #[error(transparent)]
    Run(#[from] StoredRunError),
    /// They cannot be made out.
    #[error("the plots of {run:?} cannot be read ({PLOTS}): {reason}")]
    Damaged { run: PathBuf, reason: String },
}

/// The columns of all plots, in the order of the run.
pub(super) struct PlotTable {
    batches: Vec<RecordBatch>,
    /// The row with which each batch begins.
    starts: Vec<usize>,
    pub(super) rows: usize,
    names: Vec<String>,
    pub(super) plot_id: usize,
    pub(super) content_id: usize,
    pub(super) geometry_status: usize,
    pub(super) area_ha: usize,
    pub(super) verdict: usize,
    pub(super) findings: usize,
    measured: Range<usize>,
    own: Range<usize>,
}

impl PlotTable {
    pub(super) fn read(run: &StoredRun) -> Result<Self, PlotTableError> {
        let damaged = |reason: String| PlotTableError::Damaged { run: run.place().to_owned(), reason };
        let file = run.file(PLOTS)?.open().map_err(|e| damaged(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(e.to_string()))?;
        let fields = builder.schema().fields();
        let is_read = |index: &usize| {
            let field = &fields[*index];
            !LEFT_OUT.contains(&field.name().as_str())
                && !matches!(field.data_type(), DataType::Binary | DataType::Struct(_))
        };
        let wanted: Vec<usize> = (0..fields.len()).filter(is_read).collect();
        let names: Vec<String> = wanted.iter().map(|&index| fields[index].name().clone()).collect();
        // Ours come first, so that a user's column of the same name is never found.
        let find = |name: &str| {
            names.iter().position(|known| known == name).ok_or_else(|| damaged(format!("there is no column {name:?}")))
        };
        let (area_ha, verdict, last) = (find("area_ha")?, find("verdict")?, find("region_shares")?);
        let (plot_id, content_id, geometry_status, findings) =
            (find("plot_id")?, find("content_id")?, find("geometry_status")?, find("findings")?);
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
        let reader = builder.with_projection(mask).build().map_err(|e| damaged(e.to_string()))?;
        let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|e| damaged(e.to_string()))?;
        let (mut starts, mut rows) = (Vec::with_capacity(batches.len()), 0);
        for batch in &batches {
            starts.push(rows);
            rows += batch.num_rows();
        }
        let texts = [plot_id, content_id, geometry_status, verdict, findings];
        for batch in &batches {
            let is_text = |column: &usize| batch.column(*column).data_type() == &DataType::Utf8;
            if !texts.iter().all(is_text) || batch.column(area_ha).data_type() != &DataType::Float64 {
                return Err(damaged("its columns are not of the types that lindero writes".to_owned()));
            }
        }
        let (measured, own) = (area_ha + 1..verdict.max(area_ha + 1), last + 1..names.len());
        Ok(Self {
            batches,
            starts,
            rows,
            names,
            plot_id,
            content_id,
            geometry_status,
            area_ha,
            verdict,
            findings,
            measured,
            own,
        })
    }

    /// The columns of measurements, by name.
    pub(super) fn measured(&self) -> impl Iterator<Item = (usize, &str)> {
        self.measured.clone().map(|column| (column, self.names[column].as_str()))
    }

    /// The user's own columns, by name.
    pub(super) fn own(&self) -> impl Iterator<Item = (usize, &str)> {
        self.own.clone().map(|column| (column, self.names[column].as_str()))
    }

    fn at(&self, row: usize, column: usize) -> (&ArrayRef, usize) {
        let batch = self.starts.partition_point(|&start| start <= row) - 1;
        (self.batches[batch].column(column), row - self.starts[batch])
    }

    /// A text of one of our columns.
    pub(super) fn text(&self, row: usize, column: usize) -> Option<&str> {
        let (values, row) = self.at(row, column);
        let values = values.as_string::<i32>();
        values.is_valid(row).then(|| values.value(row))
    }

    /// The plot's area, in hectares.
    pub(super) fn area(&self, row: usize) -> Option<f64> {
        let (values, row) = self.at(row, self.area_ha);
        let values = values.as_primitive::<Float64Type>();
        values.is_valid(row).then(|| values.value(row))
    }

    /// Whether a value is the same as one of another table, to the last bit.
    pub(super) fn same(&self, (row, column): (usize, usize), other: &Self, at: (usize, usize)) -> bool {
        let (a, i) = self.at(row, column);
        let (b, j) = other.at(at.0, at.1);
        match (a.is_valid(i), b.is_valid(j)) {
            (false, false) => return true,
            (true, true) => {}
            _ => return false,
        }
        match (a.data_type(), b.data_type()) {
            (DataType::Float64, DataType::Float64) => {
                let (a, b) = (a.as_primitive::<Float64Type>().value(i), b.as_primitive::<Float64Type>().value(j));
                a.to_bits() == b.to_bits()
            }
            (DataType::Int32, DataType::Int32) => {
                a.as_primitive::<Int32Type>().value(i) == b.as_primitive::<Int32Type>().value(j)
            }
            (DataType::Utf8, DataType::Utf8) => a.as_string::<i32>().value(i) == b.as_string::<i32>().value(j),
            _ => {
                let text = |values: &ArrayRef, row| arrow_cast::display::array_value_to_string(values, row).ok();
                text(a, i) == text(b, j)
            }
        }
    }
}
