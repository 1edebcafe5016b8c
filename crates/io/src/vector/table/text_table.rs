//! A table as it is written: names of columns, and texts.

use super::super::error::VectorError;
use super::super::typed_text::Decimal;
use super::Table;
use super::cell::Cell;
use super::csv::CsvFile;
use std::path::Path;

/// A table of texts, such as one of counts or of reference points, which is no table of plots.
#[derive(Clone, Debug, PartialEq)]
pub struct TextTable {
    /// Names of the columns, without blanks around them; nothing keeps two from being alike.
    pub columns: Vec<String>,
    /// Rows that are not blank, each with a cell per column.
    pub rows: Vec<Vec<String>>,
    /// Whether the cells are not separated by commas, so that one may be a decimal comma.
    pub decimal_comma: bool,
    /// Things to know of how it was read.
    pub notes: Vec<String>,
}

/// Reads a CSV file whole, of whatever encoding, by whichever of `,`, `;`, tab and `|` separates its cells.
///
/// # Errors
///
/// [`VectorError`] if it cannot be read or breaks its own rules, or has no row that names the columns.
pub fn read_text_table(path: &Path) -> Result<TextTable, VectorError> {
    let mut notes = Vec::new();
    let file = CsvFile::open(path, &mut notes)?;
    let mut rows = file.rows()?;
    let mut cells = Vec::new();
    if !rows.next(&mut cells)? {
        let reason = "it is empty: its first row must name the columns".to_owned();
        return Err(VectorError::Syntax { path: path.to_owned(), line: 1, column: 1, reason });
    }
    let text = |cell: &Cell| cell.text().unwrap_or_default().trim().to_owned();
    let decimal_comma = cells.iter().any(|cell| matches!(cell, Cell::Untyped(_, Decimal::Comma)));
    let columns: Vec<String> = cells.iter().map(text).collect();
    let mut read = Vec::new();
    while rows.next(&mut cells)? {
        let mut row: Vec<String> = cells.iter().map(text).collect();
        row.resize(columns.len(), String::new());
        read.push(row);
    }
    notes.extend(rows.notes());
    Ok(TextTable { columns, rows: read, decimal_comma, notes })
}
