//! Tables of measurements: CSV as it stands, or the columns of a file of plots.

use super::DecideError;
use crate::plots::PlotFiles;
use crate::run::{MANIFEST, PLOTS, cases_of, dates_of, hash_text, layers_id};
use crate::vector::{FeatureFiles, TextRows, TextTable, VectorOptions, open_many};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::PlotSource as _;
use lindero_logic::nearest;
use lindero_plots::RawGeometries;
use lindero_policy::{Policy, RunDates};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of CSV that are decided at a time.
const ROWS_AT_ONCE: usize = 8192;

/// What the tables of a run's plots are called, before their endings.
const TABLE: &str = "plots";
/// The threshold that is asked of moved copies.
const STABLE_PCT: &str = "stable_pct";

/// Endings of text files of columns, which are read as they stand.
const TEXT_ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];

/// A table whose columns may be what a policy reads.
pub struct MeasuredTable {
    path: PathBuf,
    kind: Kind,
    /// What is known of the run that it is of, if it is of one.
    pub(super) run: Option<RunFacts>,
    /// The columns that declare attributes of the policy, as the user says.
    pub(super) attributes: BTreeMap<String, usize>,
}

/// What a run knew when it was decided.
#[derive(Clone, Debug)]
pub(super) struct RunFacts {
    /// Its manifest.
    pub(super) manifest: Json,
    /// The name of its policy.
    pub(super) policy: String,
    /// The columns that the policy did without.
    pub(super) absent: BTreeSet<String>,
    /// How often it has moved its plots, if it has, and whether the policy at hand is the one by which their copies were decided.
    pub(super) cases: Option<u32>,
    pub(super) is_same_policy: bool,
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
            Self { path: plots, kind: Kind::Plots(files), run: RunFacts::of(path), attributes: BTreeMap::new() }
        } else if TEXT_ENDINGS.contains(&ending.as_str()) {
            let kind = Kind::Text(TextTable::open(path)?);
            Self { path: path.to_owned(), kind, run: RunFacts::of_table(path), attributes: BTreeMap::new() }
        } else {
            let kind = Kind::Plots(open_many(&[path.to_owned()], &VectorOptions::default())?);
            Self { path: path.to_owned(), kind, run: RunFacts::of_table(path), attributes: BTreeMap::new() }
        };
        table.check_names()?;
        Ok(table)
    }

    /// With the columns that declare attributes of the policy, each attribute by its name; a run says itself which they are.
    ///
    /// # Errors
    ///
    /// [`DecideError::Columns`] for an attribute that the policy lacks, or a column that the table lacks.
    pub fn with_attributes(mut self, policy: &Policy, fields: &[(String, String)]) -> Result<Self, DecideError> {
        let schema = self.schema();
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let known: Vec<&str> = policy.attributes().iter().map(|attribute| attribute.name.as_str()).collect();
        for (name, field) in fields {
            let reason = match (known.contains(&name.as_str()), columns.iter().position(|column| column == field)) {
                (true, Some(column)) => {
                    self.attributes.insert(name.clone(), column);
                    continue;
                }
                (true, None) => {
                    format!("--attribute {name}={field}: there is no such column{}", meant(field, &columns))
                }
                (false, _) => {
                    let has = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    format!("--attribute {name}: policy {} has no such attribute; it has {has}", policy.name())
                }
            };
            return Err(DecideError::Columns { path: self.path, reason });
        }
        Ok(self)
    }

    /// For a policy of this text with these other thresholds: whether it is the one by which the run was decided. Only then what
    /// became of the run's moved copies says something of what is decided now.
    #[must_use]
    pub fn with_policy(mut self, text: &str, thresholds: &[(String, f64)]) -> Self {
        if let Some(run) = &mut self.run {
            // How many copies must agree is asked of the copies, not by them.
            let other = |(name, _): &(&str, f64)| *name != STABLE_PCT;
            let given = thresholds.iter().map(|(name, value)| (name.as_str(), *value)).filter(other);
            let of_run = run.manifest["parameters"]["thresholds"].as_object().into_iter().flatten();
            let of_run = of_run.map(|(name, value)| (name.as_str(), value.as_f64().unwrap_or(f64::NAN))).filter(other);
            run.is_same_policy = run.manifest["policy"]["blake3"] == hash_text(text)
                && given.collect::<BTreeMap<_, _>>() == of_run.collect::<BTreeMap<_, _>>();
        }
        self
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
        Some(Self {
            policy,
            absent,
            cases: cases_of(&manifest),
            is_same_policy: false,
            dates: dates_of(&manifest),
            layers_id: layers_id(&manifest["layers"]),
            manifest,
        })
    }

    /// The same of one of the tables of a run's plots.
    fn of_table(table: &Path) -> Option<Self> {
        let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = table.file_name()?.to_str()?;
        let run = if table.file_stem()? == TABLE { Self::of(folder)? } else { return None };
        let mut files = run.manifest["files"].as_array().into_iter().flatten();
        files.any(|file| file["name"] == name).then_some(run)
    }
}

fn meant(field: &str, columns: &[&str]) -> String {
    nearest(field, columns.iter().copied()).map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
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
