//! Tables of measurements: CSV as it stands, or the columns of a file of plots.

use super::DecideError;
use crate::plots::PlotFiles;
use crate::run::{MANIFEST, PLOTS, dates_of, layers_id};
use crate::vector::{FeatureFiles, TextRows, TextTable, VectorOptions, open_many};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::PlotSource as _;
use lindero_plots::RawGeometries;
use lindero_policy::RunDates;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of CSV that are decided at a time.
const ROWS_AT_ONCE: usize = 8192;

/// Endings of text files of columns, which are read as they stand.
const TEXT_ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];

/// A table whose columns may be what a policy reads.
pub struct MeasuredTable {
    path: PathBuf,
    kind: Kind,
    /// Columns that the run's own policy did without, as its catalog lacked their layers.
    pub(super) run: Option<RunFacts>,
}

/// What a run knew when it was decided.
#[derive(Clone, Debug)]
pub(super) struct RunFacts {
    /// The name of its policy.
    pub(super) policy: String,
    /// The columns that the policy did without.
    pub(super) absent: BTreeSet<String>,
    /// For attributes of the policy, the columns of the plots that declare them.
    pub(super) declared: BTreeMap<String, String>,
    /// Days.
    pub(super) dates: RunDates,
    /// What its layers were.
    pub(super) layers_id: String,
}

enum Kind {
    Text(TextTable),
    Plots(FeatureFiles),
}

/// Some rows.
pub(super) struct TableBatch {
    pub(super) columns: RecordBatch,
    /// Of plots, one for each row.
    pub(super) geometries: Option<RawGeometries>,
    pub(super) has_decimal_commas: bool,
}

impl MeasuredTable {
    /// Opens a run folder, a CSV file, or any file of plots.
    ///
    /// # Errors
    ///
    /// [`DecideError`] if it cannot be read, or two of its columns have one name.
    pub fn open(path: &Path) -> Result<Self, DecideError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        let table = if path.is_dir() {
            let plots = path.join(PLOTS);
            if !plots.is_file() {
                let reason = format!("is no run of `lindero screen`: it has no {PLOTS}");
                return Err(DecideError::Columns { path: path.to_owned(), reason });
            }
            let files = open_many(std::slice::from_ref(&plots), &VectorOptions::default())?;
            Self { path: plots, kind: Kind::Plots(files), run: RunFacts::of(path) }
        } else if TEXT_ENDINGS.contains(&ending.as_str()) {
            Self { path: path.to_owned(), kind: Kind::Text(TextTable::open(path)?), run: None }
        } else {
            let files = open_many(&[path.to_owned()], &VectorOptions::default())?;
            Self { path: path.to_owned(), kind: Kind::Plots(files), run: None }
        };
        table.check_names()?;
        Ok(table)
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What the layers of the run are; empty where it is none.
    pub(super) fn layers_id(&self) -> &str {
        self.run.as_ref().map_or("", |run| &run.layers_id)
    }

    /// Whether its rows have geometries.
    pub(super) fn has_geometry(&self) -> bool {
        matches!(self.kind, Kind::Plots(_))
    }

    /// What the user should be told of the file.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        match &self.kind {
            Kind::Text(table) => table.notes().to_vec(),
            Kind::Plots(files) => files.files().iter().flat_map(|file| file.notes().to_vec()).collect(),
        }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        match &self.kind {
            Kind::Text(table) => {
                let fields: Vec<Field> =
                    table.names().iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
                Arc::new(Schema::new(fields))
            }
            Kind::Plots(files) => PlotFiles::new(files).schema(),
        }
    }

    /// Hands all rows to `take`, in order, and gives what the user should be told of them.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(TableBatch) -> Result<(), DecideError>,
    ) -> Result<Vec<String>, DecideError> {
        match &self.kind {
            Kind::Text(table) => {
                let (schema, mut rows) = (self.schema(), table.rows()?);
                while let Some(batch) = text_batch(&schema, &mut rows)? {
                    take(batch)?;
                }
                Ok(rows.notes())
            }
            Kind::Plots(files) => {
                let mut plots = PlotFiles::new(files);
                while let Some(batch) = plots.next_batch()? {
                    let geometries = Some(batch.geometries);
                    take(TableBatch { columns: batch.attributes, geometries, has_decimal_commas: false })?;
                }
                Ok(Vec::new())
            }
        }
    }

    fn check_names(&self) -> Result<(), DecideError> {
        let schema = self.schema();
        for (index, field) in schema.fields().iter().enumerate() {
            let name = field.name().trim();
            let same = |other: &Arc<Field>| other.name().trim().eq_ignore_ascii_case(name);
            if let Some(other) = schema.fields()[..index].iter().position(same).filter(|_| !name.is_empty()) {
                let (other, this) = (other + 1, index + 1);
                let reason =
                    format!("columns {other} and {this} have one name, {name:?}: rename or remove one of them");
                return Err(DecideError::Columns { path: self.path.clone(), reason });
            }
        }
        Ok(())
    }
}

impl RunFacts {
    /// What the manifest of a run says; nothing where there is none that can be read.
    fn of(run: &Path) -> Option<Self> {
        let text = std::fs::read(run.join(MANIFEST)).ok()?;
        let manifest: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let policy = manifest["policy"]["name"].as_str()?.to_owned();
        let rules = manifest["policy"]["not_assessed"].as_object();
        let columns = rules.into_iter().flat_map(|rules| rules.values()).filter_map(|columns| columns.as_array());
        let absent = columns.flatten().filter_map(|column| column.as_str().map(str::to_owned)).collect();
        let declared = manifest["parameters"]["declared"].as_object().into_iter().flatten();
        let declared = declared.filter_map(|(name, field)| Some((name.clone(), field.as_str()?.to_owned()))).collect();
        Some(Self { policy, absent, declared, dates: dates_of(&manifest), layers_id: layers_id(&manifest["layers"]) })
    }
}

fn text_batch(schema: &SchemaRef, rows: &mut TextRows<'_>) -> Result<Option<TableBatch>, DecideError> {
    let mut columns: Vec<StringBuilder> = schema.fields().iter().map(|_| StringBuilder::new()).collect();
    let mut count = 0;
    while count < ROWS_AT_ONCE
        && let Some(cells) = rows.next()?
    {
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.append_value(cell));
        count += 1;
    }
    if count == 0 {
        return Ok(None);
    }
    let arrays: Vec<ArrayRef> = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let columns = RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
        .expect("every column is text and has every row");
    Ok(Some(TableBatch { columns, geometries: None, has_decimal_commas: rows.has_decimal_commas() }))
}
