//! Sheets of XLSX files.

use super::super::archive;
use super::super::date;
use super::super::error::VectorError;
use super::cell::Cell;
use super::{Rows, Table};
use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Numbers up to this size have no decimals to lose: 2^53.
const EXACT_IN_F64: f64 = 9_007_199_254_740_992.0;

/// A sheet, read whole: its rows that are not blank.
#[derive(Debug)]
pub(super) struct Sheet {
    name: String,
    rows: Vec<Box<[Cell]>>,
    notes: Vec<String>,
}

impl Sheet {
    /// Reads the sheet of this name, else the first.
    pub(super) fn open(path: &Path, wanted: Option<&str>, notes: &mut Vec<String>) -> Result<Self, VectorError> {
        archive::check_size(path)?;
        let damaged = |error: XlsxError| damaged(path, &error);
        let file = File::open(path).map_err(|source| VectorError::Read { path: path.to_owned(), source })?;
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
        let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
        let name = match wanted {
            None => names.first(),
            Some(wanted) => names.iter().find(|name| *name == wanted),
        };
        let Some(name) = name.cloned() else {
            let wanted = wanted.unwrap_or_default().to_owned();
            return Err(VectorError::NoLayer { path: path.to_owned(), wanted, layers: names });
        };
        if wanted.is_none() && names.len() > 1 {
            let others: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
            notes.push(format!(
                "of the sheets {} the first is read: {}|layername=NAME says otherwise",
                others.join(", "),
                PathBuf::from(path.file_name().unwrap_or_default()).display()
            ));
        }
        let mut rows: Vec<Box<[Cell]>> = Vec::new();
        let (mut row, mut number, mut beside): (Vec<Cell>, _, _) = (Vec::new(), 0, 0_u64);
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
        loop {
            let cell = cells.next_cell().map_err(damaged)?;
            let next = cell.as_ref().map(|cell| cell.get_position().0);
            if next != Some(number) {
                // What is blank from end to end is no row.
                if !row.is_empty() {
                    rows.push(std::mem::take(&mut row).into_boxed_slice());
                }
                number = next.unwrap_or_default();
            }
            let Some(cell) = cell else { break };
            let value = cell_of(cell.get_value());
            let column = cell.get_position().1 as usize;
            if rows.first().is_some_and(|header| column >= header.len()) {
                beside += u64::from(!value.is_blank());
            } else if !value.is_blank() {
                // Cells may come without order, and a row is never wider than its last cell.
                row.resize(row.len().max(column + 1), Cell::Empty);
                row[column] = value;
            }
        }
        let mut said = Vec::new();
        if beside > 0 {
            said.push(format!("{beside} cell(s) beyond the columns that have a name are not read"));
        }
        Ok(Self { name, rows, notes: said })
    }

    /// The sheet's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

fn damaged(path: &Path, error: &XlsxError) -> VectorError {
    let reason = match error {
        XlsxError::Password => "it is locked with a password: save it without one".to_owned(),
        error => error.to_string(),
    };
    VectorError::Damaged { path: path.to_owned(), reason }
}

/// A spreadsheet has one kind of number: a whole one is an integer.
fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(value) => Cell::Int(*value),
        DataRef::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT_IN_F64 => Cell::Int(*value as i64),
        DataRef::Float(value) => Cell::Float(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(time) => cell_of_time(time),
        DataRef::Error(error) => Cell::Failed(error.to_string()),
    }
}

/// A day where there is no time of day, else text.
fn cell_of_time(time: &ExcelDateTime) -> Cell {
    if time.is_duration() {
        return Cell::Float(time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    match date::days(year.into(), month.into(), day.into()) {
        Some(days) if (hour, minute, second) == (0, 0, 0) => Cell::Date(days),
        _ => Cell::Text(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")),
    }
}

impl Table for Sheet {
    fn rows(&self) -> Result<Box<dyn Rows + '_>, VectorError> {
        Ok(Box::new(SheetRows { sheet: self, next: 0 }))
    }
}

struct SheetRows<'a> {
    sheet: &'a Sheet,
    next: usize,
}

impl Rows for SheetRows<'_> {
    fn next(&mut self, cells: &mut Vec<Cell>) -> Result<bool, VectorError> {
        let Some(row) = self.sheet.rows.get(self.next) else { return Ok(false) };
        cells.clear();
        cells.extend_from_slice(row);
        self.next += 1;
        Ok(true)
    }

    fn notes(&self) -> Vec<String> {
        self.sheet.notes.clone()
    }
}
