//! A run folder read back: what went in, what came out in numbers, and the rows of its tables.

use super::evidence::MANIFEST;
use super::hash::hash_text;
use super::stored_run::StoredRun;
use crate::vector::{FeatureBatch, FeatureFile, VectorError, VectorOptions, open_features};
use arrow_schema::SchemaRef;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The plots of a run, with everything that was measured.
pub const PLOTS: &str = "plots.parquet";
const SUMMARY: &str = "summary.json";
/// Digits of a hash that tell the layers of a run.
const LAYERS_ID_DIGITS: usize = 32;

/// A run of `screen`, read back.
///
/// ```no_run
/// use lindero_io::run::ReadRun;
/// use std::path::Path;
///
/// let run = ReadRun::open(Path::new("demo-run"))?;
/// for batch in run.plots()? {
///     let batch = batch?;
///     println!("{} rows of {} columns", batch.geometries.len(), batch.attributes.num_columns());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ReadRun {
    folder: PathBuf,
    /// What went into the run: the content of `manifest.json`.
    pub manifest: Value,
    /// The run in a few numbers: the content of `summary.json`.
    pub summary: Value,
    plots: FeatureFile,
}

/// Why a run cannot be read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ReadRunError {
    /// Nothing is there.
    #[error("there is no {folder:?}: give the folder of a run of `lindero screen`")]
    Absent { folder: PathBuf },
    /// A file of every run is not there.
    #[error("{folder:?} is no run of `lindero screen`: it has no {file}")]
    NotARun { folder: PathBuf, file: &'static str },
    /// It is one file, as `pack` writes it.
    #[error(
        "{file:?} is a packed run: `unzip` it into a folder and give that; `verify` and `diff` alone read it in place"
    )]
    Packed { file: PathBuf },
    /// A file cannot be read.
    #[error("cannot read {path:?}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// A file is there and is not what it was.
    #[error("{path:?} is damaged: {reason}; run `lindero screen` again")]
    Damaged { path: PathBuf, reason: String },
    /// The table of plots.
    #[error(transparent)]
    Plots(#[from] VectorError),
}

/// A row of a table of a run.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<'a> {
    columns: &'a csv::StringRecord,
    cells: &'a csv::StringRecord,
}

impl<'a> TableRow<'a> {
    /// The cell under a column; empty where it holds nothing or there is no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &'a str {
        self.columns.iter().position(|name| name == column).and_then(|index| self.cells.get(index)).unwrap_or_default()
    }

    /// The number under a column, if there is one.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.get(column).parse().ok()
    }

    /// The names of all columns.
    pub fn columns(&self) -> impl Iterator<Item = &'a str> {
        self.columns.iter()
    }
}

impl ReadRun {
    /// Opens the folder of a run.
    ///
    /// # Errors
    ///
    /// [`ReadRunError`] with the file that is missing or damaged.
    pub fn open(folder: &Path) -> Result<Self, ReadRunError> {
        Self::check_unpacked(folder)?;
        if !folder.exists() {
            return Err(ReadRunError::Absent { folder: folder.to_owned() });
        }
        for file in [MANIFEST, SUMMARY, PLOTS] {
            if !folder.join(file).is_file() {
                return Err(ReadRunError::NotARun { folder: folder.to_owned(), file });
            }
        }
        Self::with(folder, read_json(&folder.join(MANIFEST))?, read_json(&folder.join(SUMMARY))?)
    }

    /// Refuses a packed run, which is read in a folder alone.
    ///
    /// # Errors
    ///
    /// [`ReadRunError::Packed`] if it is one.
    pub fn check_unpacked(run: &Path) -> Result<(), ReadRunError> {
        if run.is_file() && StoredRun::open(run).is_ok() {
            return Err(ReadRunError::Packed { file: run.to_owned() });
        }
        Ok(())
    }

    /// The run in a folder whose tables are written, and whose manifest and summary are still to be.
    ///
    /// # Errors
    ///
    /// [`ReadRunError`] if the table of plots cannot be read.
    pub fn with(folder: &Path, manifest: Value, summary: Value) -> Result<Self, ReadRunError> {
        let plots = open_features(&folder.join(PLOTS), &VectorOptions::default())?;
        Ok(Self { folder: folder.to_owned(), manifest, summary, plots })
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The columns of its plots: ours, then the user's.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.plots.schema()
    }

    /// Its plots in order, each with its geometry as it was given; as often as asked.
    ///
    /// # Errors
    ///
    /// [`VectorError`] if the file cannot be opened again.
    pub fn plots(&self) -> Result<impl Iterator<Item = Result<FeatureBatch, VectorError>> + '_, VectorError> {
        self.plots.batches()
    }

    /// What its layers were, as a short text: equal for runs on the same files with the same last days.
    #[must_use]
    pub fn layers_id(&self) -> String {
        layers_id(&self.manifest["layers"])
    }

    /// Whether it has a file of this name.
    #[must_use]
    pub fn has(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    /// Tells every row of one of its tables (`regions.csv`), if it has that table; whether it has.
    ///
    /// # Errors
    ///
    /// [`ReadRunError`] if the table cannot be read to its end.
    pub fn each_row(&self, table: &str, mut tell: impl FnMut(TableRow<'_>)) -> Result<bool, ReadRunError> {
        let path = self.folder.join(table);
        if !path.is_file() {
            return Ok(false);
        }
        let damaged = |error: csv::Error| ReadRunError::Damaged { path: path.clone(), reason: error.to_string() };
        let mut reader = csv::Reader::from_path(&path).map_err(damaged)?;
        let columns = reader.headers().map_err(damaged)?.clone();
        let mut cells = csv::StringRecord::new();
        while reader.read_record(&mut cells).map_err(damaged)? {
            tell(TableRow { columns: &columns, cells: &cells });
        }
        Ok(true)
    }
}

/// What the layers of a manifest are, as a short text: equal for the same files with the same last days, wherever they lie.
#[must_use]
pub fn layers_id(layers: &Value) -> String {
    // Where the files lie does not make them other files.
    let name = |file: &Value| Some(Path::new(file["path"].as_str()?).file_name()?.to_str()?.to_owned());
    let known = layers.as_array().into_iter().flatten().map(|layer| {
        let files = layer["files"].as_array().into_iter().flatten();
        let files: Vec<Value> = files.map(|file| json!([name(file), file["bytes"], file["blake3"]])).collect();
        json!([layer["id"], layer["until"], files])
    });
    let known: Vec<Value> = known.collect();
    let known = Value::from(known).to_string();
    hash_text(&known)[..LAYERS_ID_DIGITS].to_owned()
}

fn read_json(path: &Path) -> Result<Value, ReadRunError> {
    let text = std::fs::read(path).map_err(|source| ReadRunError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&text)
        .map_err(|error| ReadRunError::Damaged { path: path.to_owned(), reason: format!("no JSON: {error}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_manifest_is_no_run() {
        let folder = tempfile::tempdir().unwrap();
        let error = ReadRun::open(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("is no run of `lindero screen`: it has no manifest.json"), "{error}");
    }

    #[test]
    fn a_manifest_that_is_no_json_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for file in [MANIFEST, SUMMARY, PLOTS] {
            std::fs::write(folder.path().join(file), "{").unwrap();
        }
        let error = ReadRun::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("manifest.json") && error.contains("is damaged: no JSON"), "{error}");
    }
}
