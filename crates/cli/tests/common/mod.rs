//! What whole cases share: the program, its tables, and the folders of data.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// One class of one layer on one plot, as the table says it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) row: usize,
    pub(crate) plot_id: String,
    pub(crate) layer: String,
    /// `None` is no data or outside.
    pub(crate) value: Option<f64>,
    pub(crate) area_m2: f64,
    pub(crate) share: f64,
}

/// Runs the built program to its end.
pub(crate) fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lindero")).args(args).output().expect("the program starts")
}

/// `lindero tabulate` of these plots; the table goes to `out`.
///
/// # Panics
///
/// If the program has anything to complain about.
pub(crate) fn tabulate(plots: &[&Path], layers: &[String], more: &[&str], out: &Path) {
    let mut args = vec!["tabulate".to_owned()];
    args.extend(plots.iter().map(|path| path.display().to_string()));
    for layer in layers {
        args.extend(["--layer".to_owned(), layer.clone()]);
    }
    args.extend(more.iter().map(|&text| text.to_owned()));
    args.extend(["--out".to_owned(), out.display().to_string()]);
    let output = run(&args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// [`tabulate`] into a folder that is thrown away: the bytes of the CSV file.
pub(crate) fn csv_bytes(plots: &[&Path], layers: &[String], more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    tabulate(plots, layers, more, &out);
    std::fs::read(out).unwrap()
}

/// [`tabulate`] into a folder that is thrown away: the rows.
pub(crate) fn rows(plots: &[&Path], layers: &[String], more: &[&str]) -> Vec<Row> {
    rows_of_csv(&csv_bytes(plots, layers, more))
}

/// A written table, by its ending.
pub(crate) fn table(path: &Path) -> Vec<Row> {
    match path.extension().and_then(OsStr::to_str) {
        Some("parquet") => rows_of_parquet(path),
        _ => rows_of_csv(&std::fs::read(path).unwrap()),
    }
}

fn rows_of_csv(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    assert_eq!(reader.headers().unwrap(), vec!["row", "plot_id", "layer", "value", "area_m2", "share"]);
    let row = |record: csv::StringRecord| Row {
        row: record[0].parse().unwrap(),
        plot_id: record[1].to_owned(),
        layer: record[2].to_owned(),
        value: (!record[3].is_empty()).then(|| record[3].parse().unwrap()),
        area_m2: record[4].parse().unwrap(),
        share: record[5].parse().unwrap(),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn rows_of_parquet(path: &Path) -> Vec<Row> {
    let file = std::fs::File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    reader.flat_map(|batch| rows_of_batch(&batch.unwrap())).collect()
}

fn rows_of_batch(batch: &RecordBatch) -> Vec<Row> {
    let column = |name| batch.column_by_name(name).unwrap();
    let text = |name| column(name).as_string::<i32>();
    let number = |name| column(name).as_primitive::<Float64Type>();
    let row = |at: usize| Row {
        row: column("row").as_primitive::<Int64Type>().value(at) as usize,
        plot_id: text("plot_id").value(at).to_owned(),
        layer: text("layer").value(at).to_owned(),
        value: number("value").is_valid(at).then(|| number("value").value(at)),
        area_m2: number("area_m2").value(at),
        share: number("share").value(at),
    };
    (0..batch.num_rows()).map(row).collect()
}

/// A file of the project's own fixtures.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}

/// A file or folder of the shared real data, or `None` with a loud line where it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if found.exists() {
        return Some(found);
    }
    println!("SKIPPED: {path} of the shared data is not here");
    None
}

/// `ID=PATH`, as `--layer` takes it.
pub(crate) fn layer(id: &str, path: &Path) -> String {
    format!("{id}={}", path.display())
}

/// All files below a folder in order of their names, but not its documents.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Runs one of GDAL's own programs; false, with a loud line, where it is not installed.
pub(crate) fn gdal_tool(tool: &str, args: &[&OsStr]) -> bool {
    match Command::new(tool).args(args).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(error) => {
            println!("SKIPPED: {tool} is not here ({error})");
            false
        }
    }
}
