//! A text file of columns as it stands: no type is guessed and no geometry looked for.

use super::super::error::VectorError;
use super::super::typed_text::Decimal;
use super::cell::Cell;
use super::csv::CsvFile;
use super::{Rows, Table as _};
use std::path::{Path, PathBuf};

/// A text file of columns, in any encoding and with any usual delimiter.
#[derive(Debug)]
pub struct TextTable {
    path: PathBuf,
    file: CsvFile,
    names: Vec<String>,
    notes: Vec<String>,
}

/// Its rows, one after the other.
pub struct TextRows<'t> {
    rows: Box<dyn Rows + 't>,
    width: usize,
    cells: Vec<Cell>,
}

impl TextTable {
    /// Opens a file; its first row that is not blank names the columns.
    ///
    /// # Errors
    ///
    /// [`VectorError`] if it cannot be read or has no row.
    pub fn open(path: &Path) -> Result<Self, VectorError> {
        let mut notes = Vec::new();
        let file = CsvFile::open(path, &mut notes)?;
        let mut cells = Vec::new();
        if !file.rows()?.next(&mut cells)? {
            let reason = "it has no row that names the columns".to_owned();
            return Err(VectorError::Syntax { path: path.to_owned(), line: 1, column: 1, reason });
        }
        let names = cells.iter().map(|cell| cell.text().unwrap_or_default().to_owned()).collect();
        Ok(Self { path: path.to_owned(), file, names, notes })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns, as they stand there.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What the user should be told of the file.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Its rows from the first on, without the one with the names.
    ///
    /// # Errors
    ///
    /// [`VectorError`] if it cannot be read.
    pub fn rows(&self) -> Result<TextRows<'_>, VectorError> {
        let mut rows = TextRows { rows: self.file.rows()?, width: self.names.len(), cells: Vec::new() };
        rows.next()?;
        Ok(rows)
    }
}

impl TextRows<'_> {
    /// The cells of the next row as they stand there, as many as there are names; those missing at its end are empty.
    ///
    /// # Errors
    ///
    /// [`VectorError`] at the line of a row that is broken.
    #[expect(clippy::should_implement_trait, reason = "the cells are lent, which an iterator cannot do")]
    pub fn next(&mut self) -> Result<Option<impl Iterator<Item = &str>>, VectorError> {
        if !self.rows.next(&mut self.cells)? {
            return Ok(None);
        }
        let cells = self.cells.iter().map(|cell| cell.text().unwrap_or_default());
        Ok(Some(cells.chain(std::iter::repeat("")).take(self.width)))
    }

    /// Whether numbers in the last row may have decimal commas.
    #[must_use]
    pub fn has_decimal_commas(&self) -> bool {
        self.cells.iter().any(|cell| matches!(cell, Cell::Untyped(_, Decimal::Comma)))
    }

    /// What the user should be told of the rows read.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.rows.notes()
    }
}
