//! Tables of plots: CSV and spreadsheets, where a cell or two say where a plot is.
//!
//! The first row that is not blank names the columns. The column that is read as the geometry is left out of the
//! attributes; columns of longitude and latitude stay among them. CSV is read row by row, twice; a sheet is held in memory.

mod cell;
mod columns;
mod csv;
mod geometry_text;
mod text_rows;
mod whole_table;
mod xlsx;

pub use text_rows::{TextRows, TextTable};

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::{ColumnType, MAX_COLUMNS, SeenColumns};
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, VectorOptions, until_error};
use arrow_schema::{Schema, SchemaRef};
use cell::Cell;
use columns::{Place, Seen};
use geometry_text::Notation;
use lindero_plots::RawGeometry;
use std::path::Path;
use std::sync::Arc;

pub use whole_table::{WholeTable, read_whole_table};

/// The column with the greatest error of a plot's positions, in metres, where a survey's text has it.
const POSITION_ERROR: &str = "position_error_m";

/// Opens a text file of columns.
pub(super) fn open_csv(path: &Path, options: &VectorOptions) -> Result<Opened, VectorError> {
    let mut notes = Vec::new();
    let table = csv::CsvFile::open(path, &mut notes)?;
    open(path, Box::new(table), None, options, notes)
}

/// Opens a sheet of a spreadsheet.
pub(super) fn open_xlsx(path: &Path, sheet: Option<&str>, options: &VectorOptions) -> Result<Opened, VectorError> {
    let mut notes = Vec::new();
    let sheet = xlsx::Sheet::open(path, sheet, &mut notes)?;
    let name = sheet.name().to_owned();
    open(path, Box::new(sheet), Some(name), options, notes)
}

/// What a format of tables implements.
trait Table: Send + Sync + std::fmt::Debug {
    /// The rows from the first on, the one with the names included.
    fn rows(&self) -> Result<Box<dyn Rows + '_>, VectorError>;
}

/// Rows, one after the other.
trait Rows {
    /// Puts the next row that is not blank in `cells`; `false` at the end.
    fn next(&mut self, cells: &mut Vec<Cell>) -> Result<bool, VectorError>;

    /// What the user should be told of the rows read.
    fn notes(&self) -> Vec<String>;
}

/// Reads a table through once: types, and which columns say where the plots are.
fn open(
    path: &Path,
    table: Box<dyn Table>,
    layer: Option<String>,
    options: &VectorOptions,
    mut notes: Vec<String>,
) -> Result<Opened, VectorError> {
    let unusable = |reason: String| VectorError::Unusable { path: path.to_owned(), reason };
    let mut rows = table.rows()?;
    let mut cells = Vec::new();
    if !rows.next(&mut cells)? {
        return Err(unusable("it has no row that names the columns".to_owned()));
    }
    let names = column_names(&cells, &mut notes).map_err(unusable)?;
    let (mut types, mut seen) = (vec![ColumnType::Empty; names.len()], vec![Seen::default(); names.len()]);
    let (mut count, mut failed) = (0, 0_u64);
    while rows.next(&mut cells)? {
        count += 1;
        for ((cell, column_type), seen) in cells.iter().zip(&mut types).zip(&mut seen) {
            *column_type = column_type.with(cell.column_type());
            seen.see(cell);
            failed += u64::from(matches!(cell, Cell::Failed(_)));
        }
    }
    notes.extend(rows.notes());
    drop(rows);
    if failed > 0 {
        notes.push(format!("{failed} cell(s) hold a formula that failed, such as #N/A, and are read as empty"));
    }
    let place = columns::choose(&names, &seen, options, &mut notes).map_err(unusable)?;
    let left_out = match place {
        Place::Text(column) => Some(column),
        Place::Coordinates(..) => None,
    };
    let mut attributes = SeenColumns::default();
    let kept: Vec<usize> = (0..names.len()).filter(|&column| Some(column) != left_out).collect();
    for &column in &kept {
        attributes.see(&names[column], types[column]).map_err(unusable)?;
    }
    let has_error =
        left_out.is_some_and(|column| seen[column].accuracy) && !names.iter().any(|it| it == POSITION_ERROR);
    if has_error {
        attributes.see(POSITION_ERROR, ColumnType::Float).map_err(unusable)?;
        notes.push(format!(
            "column {POSITION_ERROR:?} is the greatest error of a plot's positions, as the phone gave it"
        ));
    }
    let schema = attributes.schema();
    let crs = left_out.map_or(Ok(FileCrs::Unstated), |column| crs(&seen[column])).map_err(unusable)?;
    let source = TableSource { table, place, kept, has_error, schema: Arc::clone(&schema) };
    Ok(Opened { source: Box::new(source), schema, count: Some(count), crs, layer, notes })
}

/// Surveys are longitude and latitude by their format; EWKT names its system.
fn crs(seen: &Seen) -> Result<FileCrs, String> {
    match seen.srid {
        _ if seen.srids_differ => {
            Err("its geometries are in several coordinate systems: their SRIDs differ".to_owned())
        }
        Some(code) => Ok(FileCrs::Named(format!("EPSG:{code}"))),
        None if seen.others_than_survey => Ok(FileCrs::Unstated),
        None => Ok(FileCrs::Wgs84),
    }
}

/// Names for all columns, each once.
fn column_names(row: &[Cell], notes: &mut Vec<String>) -> Result<Vec<String>, String> {
    if row.len() > MAX_COLUMNS {
        return Err(format!("its first row names {} columns: up to {MAX_COLUMNS} are read", row.len()));
    }
    let mut names: Vec<String> = Vec::new();
    let mut made = 0_u64;
    for (index, cell) in row.iter().enumerate() {
        let text = match cell.value(&arrow_schema::DataType::Utf8) {
            Value::Text(text) => text.trim().to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null | Value::Date(_) => String::new(),
        };
        if Notation::of(&text).is_some() {
            let start: String = text.chars().take(20).collect();
            return Err(format!(
                "its first row has the geometry {start:?}, not the names of the columns: add a row of names"
            ));
        }
        let mut name = if text.is_empty() { format!("column_{}", index + 1) } else { text.clone() };
        let mut copy = 2;
        while names.contains(&name) {
            name = format!("{text}_{copy}");
            copy += 1;
        }
        made += u64::from(name != text);
        names.push(name);
    }
    if row.iter().all(|cell| cell.is_blank() || matches!(cell.column_type(), ColumnType::Int | ColumnType::Float)) {
        return Err("its first row is all numbers, not the names of the columns: add a row of names".to_owned());
    }
    if made > 0 {
        notes.push(format!("{made} column(s) without a name, or with one that another has, were given one"));
    }
    Ok(names)
}

/// A checked table.
#[derive(Debug)]
struct TableSource {
    table: Box<dyn Table>,
    place: Place,
    /// The columns that are attributes, in the order of the schema.
    kept: Vec<usize>,
    /// Whether the schema ends with the error of positions.
    has_error: bool,
    schema: SchemaRef,
}

impl Source for TableSource {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let mut rows = self.table.rows()?;
        let mut cells = Vec::new();
        rows.next(&mut cells)?;
        let builder = BatchBuilder::new(Arc::clone(&self.schema));
        let mut batches = TableBatches { source: self, rows, cells, builder, done: false };
        Ok(until_error(move || batches.fill()))
    }
}

struct TableBatches<'a> {
    source: &'a TableSource,
    rows: Box<dyn Rows + 'a>,
    cells: Vec<Cell>,
    builder: BatchBuilder,
    done: bool,
}

impl TableBatches<'_> {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            if !self.rows.next(&mut self.cells)? {
                self.done = true;
                break;
            }
            let schema: &Schema = &self.source.schema;
            for (attribute, &column) in self.source.kept.iter().enumerate() {
                let Some(cell) = self.cells.get(column) else { continue };
                self.builder.set(attribute, cell.value(schema.field(attribute).data_type()));
            }
            let (geometry, error_m) = self.geometry();
            if self.source.has_error {
                self.builder.set(self.source.kept.len(), error_m.map_or(Value::Null, Value::Float));
            }
            self.builder.end_row(geometry);
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }

    /// The geometry of the row, and the error of its positions in metres.
    fn geometry(&self) -> (RawGeometry, Option<f64>) {
        let cell = |column: usize| self.cells.get(column).unwrap_or(&Cell::Empty);
        match self.source.place {
            Place::Text(column) => match cell(column) {
                Cell::Failed(shown) => (RawGeometry::Unreadable(format!("its cell holds the error {shown}")), None),
                cell => match cell.value(&arrow_schema::DataType::Utf8) {
                    Value::Null => (RawGeometry::Missing, None),
                    Value::Text(text) => {
                        let read = geometry_text::read(&text);
                        (read.geometry, read.error_m)
                    }
                    _ => (RawGeometry::Unreadable("its cell holds a number, expected a geometry".to_owned()), None),
                },
            },
            Place::Coordinates(lon, lat) => {
                let read = |what: &str, cell: &Cell| {
                    cell.coordinate()
                        .map_err(|found| format!("its {what} is {found}: expected a decimal number such as -76.2451"))
                };
                let geometry = match (read("longitude", cell(lon)), read("latitude", cell(lat))) {
                    (Err(reason), _) | (_, Err(reason)) => RawGeometry::Unreadable(reason),
                    (Ok(Some(x)), Ok(Some(y))) => RawGeometry::Points(vec![[x, y]]),
                    (Ok(None), Ok(None)) => RawGeometry::Missing,
                    (Ok(None), Ok(Some(_))) => RawGeometry::Unreadable("it has a latitude and no longitude".to_owned()),
                    (Ok(Some(_)), Ok(None)) => RawGeometry::Unreadable("it has a longitude and no latitude".to_owned()),
                };
                (geometry, None)
            }
        }
    }
}
