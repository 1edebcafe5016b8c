//! A table decided, and what came of it.

use crate::common;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// A row by column.
pub(crate) type Row = BTreeMap<String, String>;

/// A run of `decide` in a folder that is thrown away with this.
pub(crate) struct Decided {
    _home: TempDir,
    pub(crate) out: PathBuf,
    output: Output,
}

impl Decided {
    /// The text of a CSV file.
    pub(crate) fn text(text: &str, more: &[&str]) -> Self {
        Self::bytes(text.as_bytes(), more)
    }

    pub(crate) fn bytes(bytes: &[u8], more: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let table = home.path().join("plots.csv");
        std::fs::write(&table, bytes).unwrap();
        Self::in_home(home, &table, more)
    }

    /// Whatever lies at `from`.
    pub(crate) fn from(from: &Path, more: &[&str]) -> Self {
        Self::in_home(tempfile::tempdir().unwrap(), from, more)
    }

    fn in_home(home: TempDir, from: &Path, more: &[&str]) -> Self {
        let out = home.path().join("decided.csv");
        let mut args = vec!["decide".to_owned(), from.display().to_string()];
        if !more.contains(&"--out") {
            args.extend(["--out".to_owned(), out.display().to_string()]);
        }
        args.extend(more.iter().map(|&arg| arg.to_owned()));
        let output = common::run(&args);
        Self { _home: home, out, output }
    }

    /// Columns in order, and rows.
    #[track_caller]
    pub(crate) fn table(&self) -> (Vec<String>, Vec<Row>) {
        assert_eq!(self.output.status.code(), Some(0), "{}", self.errors());
        rows_of(&std::fs::read(&self.out).unwrap())
    }

    /// One column of all rows.
    #[track_caller]
    pub(crate) fn column(&self, name: &str) -> Vec<String> {
        let (columns, rows) = self.table();
        assert!(columns.iter().any(|column| column == name), "no {name} in {columns:?}");
        rows.into_iter().map(|mut row| row.remove(name).unwrap()).collect()
    }

    /// What was written.
    #[track_caller]
    pub(crate) fn written(&self) -> String {
        assert_eq!(self.output.status.code(), Some(0), "{}", self.errors());
        std::fs::read_to_string(&self.out).unwrap()
    }

    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// It could not run, said all of this, and left nothing.
    #[track_caller]
    pub(crate) fn refused(&self, said: &[&str]) {
        let errors = self.errors();
        assert_eq!(self.output.status.code(), Some(2), "{errors}");
        for said in said {
            assert!(errors.contains(said), "{said:?} is not in {errors}");
        }
        assert_eq!(errors.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{errors}");
        assert!(!self.out.exists() && !self.out.with_extension("csv.partial").exists(), "something was left");
    }
}

/// The rows of CSV.
pub(crate) fn rows_of(bytes: &[u8]) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows =
        reader.records().map(|record| columns.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect());
    let rows = rows.collect();
    (columns, rows)
}
