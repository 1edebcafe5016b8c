//! The plots of a run, read again batch by batch: without boundaries and sentences.

use super::read::PLOTS;
use super::stored_run::{FilePart, StoredRun, StoredRunError};
use arrow_array::{Array, ArrayRef};
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

/// The columns of a run's plots. Columns are counted without those that are never read.
pub(super) struct PlotTable {
    run: PathBuf,
    file: FilePart,
    pub(super) rows: usize,
    columns: Vec<TableColumn>,
    pub(super) plot_id: usize,
    pub(super) content_id: usize,
    pub(super) geometry_status: usize,
    pub(super) area_ha: usize,
    pub(super) verdict: usize,
    pub(super) findings: usize,
    measured: Range<usize>,
    own: Range<usize>,
}

struct TableColumn {
    name: String,
    kind: DataType,
    /// Its place in the file.
    root: usize,
}

impl PlotTable {
    pub(super) fn open(run: &StoredRun) -> Result<Self, PlotTableError> {
        let damaged = |reason: String| PlotTableError::Damaged { run: run.place().to_owned(), reason };
        let file = run.file(PLOTS)?.open().map_err(|e| damaged(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.clone()).map_err(|e| damaged(e.to_string()))?;
        let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or_default();
        let is_read = |column: &TableColumn| {
            !LEFT_OUT.contains(&column.name.as_str()) && !matches!(column.kind, DataType::Binary | DataType::Struct(_))
        };
        let column = |(root, field): (usize, &std::sync::Arc<arrow_schema::Field>)| TableColumn {
            name: field.name().clone(),
            kind: field.data_type().clone(),
            root,
        };
        let fields = builder.schema().fields().iter().enumerate();
        let columns: Vec<TableColumn> = fields.map(column).filter(is_read).collect();
        // Ours come first, so that a user's column of the same name is never found.
        let find = |name: &str| {
            let place = columns.iter().position(|known| known.name == name);
            place.ok_or_else(|| damaged(format!("there is no column {name:?}")))
        };
        let (area_ha, verdict, last) = (find("area_ha")?, find("verdict")?, find("region_shares")?);
        let (plot_id, content_id, geometry_status, findings) =
            (find("plot_id")?, find("content_id")?, find("geometry_status")?, find("findings")?);
        let texts = [plot_id, content_id, geometry_status, verdict, findings];
        let is_text = |column: &usize| columns[*column].kind == DataType::Utf8;
        if !texts.iter().all(is_text) || columns[area_ha].kind != DataType::Float64 {
            return Err(damaged("its columns are not of the types that lindero writes".to_owned()));
        }
        let (measured, own) = (area_ha + 1..verdict.max(area_ha + 1), last + 1..columns.len());
        let run = run.place().to_owned();
        Ok(Self {
            run,
            file,
            rows,
            columns,
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
        self.measured.clone().map(|column| (column, self.columns[column].name.as_str()))
    }

    /// The user's own columns, by name.
    pub(super) fn own(&self) -> impl Iterator<Item = (usize, &str)> {
        self.own.clone().map(|column| (column, self.columns[column].name.as_str()))
    }

    /// What a column holds.
    pub(super) fn kind(&self, column: usize) -> &DataType {
        &self.columns[column].kind
    }

    /// Hands the values of some columns on, in the order of the run: for each batch its first row, and an array a column.
    pub(super) fn each_batch<E: From<PlotTableError>>(
        &self,
        columns: &[usize],
        mut take: impl FnMut(usize, &[ArrayRef]) -> Result<(), E>,
    ) -> Result<(), E> {
        let damaged = |reason: String| PlotTableError::Damaged { run: self.run.clone(), reason };
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(self.file.clone()).map_err(|e| damaged(e.to_string()))?;
        let mut roots: Vec<usize> = columns.iter().map(|&column| self.columns[column].root).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
        let reader = builder.with_projection(mask).build().map_err(|e| damaged(e.to_string()))?;
        // What is read comes in the order of the file.
        let mut in_file = roots.clone();
        in_file.sort_unstable();
        in_file.dedup();
        for root in &mut roots {
            *root = in_file.partition_point(|other| other < root);
        }
        let mut first = 0;
        for batch in reader {
            let batch = batch.map_err(|e| damaged(e.to_string()))?;
            let arrays: Vec<ArrayRef> = roots.iter().map(|&place| std::sync::Arc::clone(batch.column(place))).collect();
            let kinds = columns.iter().map(|&column| &self.columns[column].kind);
            if !arrays.iter().map(|array| array.data_type()).eq(kinds) {
                return Err(damaged("its columns change their types".to_owned()).into());
            }
            take(first, &arrays)?;
            first += batch.num_rows();
        }
        Ok(())
    }
}
