//! One run of the program and what it wrote.

use crate::common;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// A run folder that is thrown away with this.
pub(crate) struct Run {
    _folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) output: Output,
}

/// A row of `plots.csv`, by column.
pub(crate) type Row = BTreeMap<String, String>;

impl Run {
    /// Screens plots of the fixtures; `catalog` lies in the same folder.
    pub(crate) fn of(folder: &str, catalog: &str, more: &[&str]) -> Self {
        let plots = common::fixture(&format!("{folder}/plots.geojson"));
        let catalog = common::fixture(&format!("{folder}/{catalog}"));
        Self::on(&[&plots], &catalog, more)
    }

    pub(crate) fn on(plots: &[&Path], catalog: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let mut args: Vec<String> = vec!["screen".to_owned()];
        args.extend(plots.iter().map(|plots| plots.display().to_string()));
        args.extend(["--catalog".to_owned(), catalog.display().to_string()]);
        args.extend(["--out".to_owned(), path.display().to_string()]);
        args.extend(more.iter().map(|&arg| arg.to_owned()));
        let output = common::run(&args);
        Self { _folder: folder, path, output }
    }

    /// The same, and it must have gone well.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert!(self.output.status.success(), "{}", self.errors());
        self
    }

    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// A table's columns, and its rows in order.
    pub(crate) fn table(&self, name: &str) -> (Vec<String>, Vec<Row>) {
        let bytes = self.bytes(name);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|record| columns.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect());
        let rows = rows.collect();
        (columns, rows)
    }

    /// Names of all files, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = common::files_below(&self.path);
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }
}
