//! The attributes of a Shapefile: the columns of its table and what their cells mean.
//!
//! The crate `dbase` reads the records (see [`super::dbf_records`]), but not their types: it takes numbers
//! of type `F` as 32 bits and those of type `N` as 64 bits of floating point, which loses digits of areas
//! and of long ids, refuses a whole record for one cell that is not of its column's type, and a whole table
//! for a type it does not know or the date its header has where the writer did not set it.

use super::encoding::TextEncoding;
use crate::vector::batch::Value;
use crate::vector::column_type::ColumnType;
use std::io::{self, Read, Seek, SeekFrom};

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DbfField {
    /// Bytes of the name, up to eleven.
    pub(super) name: Vec<u8>,
    kind: u8,
    /// Which of the table's columns it is.
    index: usize,
    /// Bytes of a cell.
    pub(super) width: usize,
    decimals: u8,
}

/// The table's header.
#[derive(Clone, Debug)]
pub(super) struct DbfHeader {
    pub(super) records: u64,
    pub(super) fields: Vec<DbfField>,
    pub(super) language: u8,
    /// Byte of the file at which the records begin.
    pub(super) start: u64,
    pub(super) record_len: usize,
}

/// Reads a header and checks it against the file's length.
pub(super) fn read_header(file: &mut (impl Read + Seek)) -> Result<DbfHeader, DbfError> {
    let damaged = |reason: String| Err(DbfError::Damaged(reason));
    let len = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut head = [0_u8; 32];
    if len < 33 {
        return damaged(format!("it has {len} bytes, a table has at least 33"));
    }
    file.read_exact(&mut head)?;
    let word = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let records = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let (start, record_len) = (u64::from(word(8)), usize::from(word(10)));
    let mut fields = Vec::new();
    // The mark of deletion takes a byte.
    let mut columns_len = 1;
    let mut descriptor = [0_u8; 32];
    while 32 * (fields.len() as u64 + 2) <= start.min(len) {
        file.read_exact(&mut descriptor)?;
        if descriptor[0] == 0x0d {
            break;
        }
        let name = descriptor[..11].split(|&byte| byte == 0).next().unwrap_or_default().to_vec();
        let kind = descriptor[11];
        // Clipper wrote the upper byte of a long text's width where the decimals are.
        let (width, decimals) = match kind {
            b'C' => (usize::from(descriptor[16]) + 256 * usize::from(descriptor[17]), 0),
            _ => (usize::from(descriptor[16]), descriptor[17]),
        };
        // Some writers leave decimals in text columns: then the wide reading does not fit the record.
        let width = if kind == b'C' && columns_len + width > record_len { usize::from(descriptor[16]) } else { width };
        fields.push(DbfField { name, kind, index: fields.len(), width, decimals });
        columns_len += width;
    }
    if columns_len > record_len {
        return damaged(format!("its columns take {columns_len} bytes, its records {record_len}"));
    }
    let needed = start.saturating_add(records.saturating_mul(record_len as u64));
    if len < needed {
        return damaged(format!("it announces {records} records in {needed} bytes and has {len}: it is cut short"));
    }
    Ok(DbfHeader { records, fields, language: head[29], start, record_len })
}

/// Why a table cannot be read.
#[derive(Debug)]
pub(super) enum DbfError {
    Io(io::Error),
    Damaged(String),
}

impl From<io::Error> for DbfError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<shapefile::dbase::Error> for DbfError {
    /// The header is checked and cells are taken as bytes, so only the operating system can fail.
    fn from(error: shapefile::dbase::Error) -> Self {
        Self::Io(io::Error::other(error))
    }
}

impl DbfField {
    /// Whether the column can be read; memos and pictures lie in other files.
    pub(super) fn is_readable(&self) -> bool {
        !matches!(self.kind, b'M' | b'G' | b'P' | b'B' | b'0')
    }

    /// Whether its bytes are text in the file's encoding.
    pub(super) fn is_text(&self) -> bool {
        !matches!(self.kind, b'N' | b'F' | b'D' | b'L' | b'I' | b'O' | b'+')
    }

    /// Its bytes in a record, without padding.
    pub(super) fn trimmed<'a>(&self, record: &'a [Vec<u8>]) -> &'a [u8] {
        let cell = record[self.index].as_slice();
        let cell = if self.is_text() { cell.split(|&byte| byte == 0).next().unwrap_or_default() } else { cell };
        let end = cell.iter().rposition(|&byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
        let cell = &cell[..end];
        // Leading blanks of text are the user's, those of numbers padding.
        if self.is_text() { cell } else { cell.trim_ascii_start() }
    }

    /// The type of one cell, to find the column's.
    pub(super) fn type_of(&self, record: &[Vec<u8>]) -> ColumnType {
        ColumnType::of(&self.value(record, TextEncoding::WESTERN))
    }

    /// The type the column is declared as, which an empty column keeps.
    pub(super) fn declared_type(&self) -> ColumnType {
        match self.kind {
            b'N' | b'F' if self.decimals > 0 || self.kind == b'F' || self.width > 18 => ColumnType::Float,
            b'N' | b'I' | b'+' => ColumnType::Int,
            b'O' => ColumnType::Float,
            b'D' => ColumnType::Date,
            b'L' => ColumnType::Bool,
            _ => ColumnType::Text,
        }
    }

    /// One cell. What does not read as the declared type stays text: nothing is lost.
    pub(super) fn value<'a>(&self, record: &'a [Vec<u8>], encoding: TextEncoding) -> Value<'a> {
        let raw = record[self.index].as_slice();
        if let (b'I' | b'+', Ok(bytes)) = (self.kind, raw.try_into()) {
            return Value::Int(i32::from_le_bytes(bytes).into());
        }
        if let (b'O', Ok(bytes)) = (self.kind, raw.try_into()) {
            return Value::Float(f64::from_le_bytes(bytes));
        }
        let cell = self.trimmed(record);
        if cell.is_empty() {
            return Value::Null;
        }
        let as_text = || Value::Text(encoding.decode(cell));
        match self.kind {
            // A number too wide for its column is written as stars.
            b'N' | b'F' if cell.iter().all(|&byte| byte == b'*') => Value::Null,
            b'N' | b'F' => number(cell, self.declared_type()).unwrap_or_else(as_text),
            b'D' if cell.iter().all(|&byte| byte == b'0') => Value::Null,
            b'D' => date(cell).map_or_else(as_text, Value::Date),
            b'L' => match cell {
                b"T" | b"t" | b"Y" | b"y" => Value::Bool(true),
                b"F" | b"f" | b"N" | b"n" => Value::Bool(false),
                b"?" => Value::Null,
                _ => as_text(),
            },
            _ => as_text(),
        }
    }
}

fn number(cell: &[u8], declared: ColumnType) -> Option<Value<'static>> {
    let text = std::str::from_utf8(cell).ok()?;
    if declared == ColumnType::Int
        && let Ok(value) = text.parse()
    {
        return Some(Value::Int(value));
    }
    // Not "inf" or "nan": a column of those is text.
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite()).map(Value::Float)
}

/// Days since 1970-01-01 of `YYYYMMDD`.
fn date(cell: &[u8]) -> Option<i32> {
    if cell.len() != 8 || !cell.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits =
        |from: usize, to: usize| cell[from..to].iter().fold(0, |all, digit| all * 10 + i32::from(digit - b'0'));
    crate::vector::date::days(digits(0, 4), digits(4, 6), digits(6, 8))
}
