//! A small table read whole: names of columns, and texts.

use super::super::error::VectorError;
use super::text_rows::TextTable;
use std::path::Path;

/// A table of texts, such as one of counts or of reference points, which is no table of plots.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeTable {
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
pub fn read_whole_table(path: &Path) -> Result<WholeTable, VectorError> {
    let table = TextTable::open(path)?;
    let mut rows = table.rows()?;
    let decimal_comma = rows.has_decimal_commas();
    let mut read = Vec::new();
    while let Some(cells) = rows.next()? {
        read.push(cells.map(|cell| cell.trim().to_owned()).collect());
    }
    let columns = table.names().iter().map(|name| name.trim().to_owned()).collect();
    let notes = table.notes().iter().cloned().chain(rows.notes()).collect();
    Ok(WholeTable { columns, rows: read, decimal_comma, notes })
}
