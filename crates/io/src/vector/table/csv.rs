//! CSV as it is found: any usual delimiter, decimal commas, any encoding, line breaks in quotes.

use super::super::error::VectorError;
use super::super::text_file::{TextFile, Utf8Reader};
use super::super::typed_text::Decimal;
use super::cell::Cell;
use super::{Rows, Table};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Delimiters, the one people mean most often first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Bytes of the start by which the delimiter is found.
const SAMPLE: u64 = 1 << 16;

/// Bytes of one cell; the largest polygons people publish take tens of megabytes.
const MAX_CELL: usize = 1 << 28;

/// A file whose encoding and delimiter are known.
#[derive(Debug)]
pub(super) struct CsvFile {
    path: PathBuf,
    text: TextFile,
    delimiter: u8,
}

impl CsvFile {
    /// Looks at the start of a file, and at all of its encoding.
    pub(super) fn open(path: &Path, notes: &mut Vec<String>) -> Result<Self, VectorError> {
        let read = |source| VectorError::Read { path: path.to_owned(), source };
        let text = TextFile::open(path, None, notes).map_err(read)?;
        let mut sample = String::new();
        let mut start = Vec::new();
        text.read().map_err(read)?.take(SAMPLE).read_to_end(&mut start).map_err(read)?;
        sample.push_str(&String::from_utf8_lossy(&start));
        if sample.contains('\0') {
            let reason = "it is no text: it has bytes of zero".to_owned();
            return Err(VectorError::Unusable { path: path.to_owned(), reason });
        }
        Ok(Self { path: path.to_owned(), text, delimiter: delimiter_of(&sample) })
    }
}

/// What the first line says after `sep=`; else the delimiter by which most lines have as many cells as the header.
fn delimiter_of(sample: &str) -> u8 {
    if let Some(stated) = separator_line(sample) {
        return stated;
    }
    let mut best = (0.0, 0, b'\t');
    for delimiter in DELIMITERS {
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(sample.as_bytes());
        let widths: Vec<usize> = reader.byte_records().map_while(Result::ok).map(|record| record.len()).collect();
        // The last line of a sample may be cut.
        let whole =
            &widths[..if sample.len() as u64 == SAMPLE { widths.len().saturating_sub(1).max(1) } else { widths.len() }];
        let Some(&header) = whole.first().filter(|&&header| header > 1) else { continue };
        let equal = whole.iter().filter(|&&width| width == header).count() as f64 / whole.len() as f64;
        if (equal, header) > (best.0, best.1) {
            best = (equal, header, delimiter);
        }
    }
    // Of one column all commas belong to the text; a tab hardly ever does.
    best.2
}

/// The delimiter of the line that Excel writes and understands.
fn separator_line(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?.strip_prefix("sep=")?;
    let [delimiter] = line.as_bytes() else { return None };
    Some(*delimiter)
}

impl Table for CsvFile {
    fn rows(&self) -> Result<Box<dyn Rows + '_>, VectorError> {
        let text = self.text.read().map_err(|source| VectorError::Read { path: self.path.clone(), source })?;
        let watched = Watched {
            input: text,
            delimiter: self.delimiter,
            state: State::FieldStart,
            line: 1,
            quote_line: 1,
            cell: 0,
            last: b'\n',
        };
        let reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(watched);
        Ok(Box::new(CsvRows {
            file: self,
            reader,
            record: ::csv::StringRecord::new(),
            width: None,
            short: None,
            short_rows: 0,
            blank_rows: 0,
        }))
    }
}

struct CsvRows<'a> {
    file: &'a CsvFile,
    reader: ::csv::Reader<Watched<Utf8Reader<File>>>,
    record: ::csv::StringRecord,
    /// Cells of the header.
    width: Option<usize>,
    /// The line of the last row, if it was short.
    short: Option<(u64, usize)>,
    short_rows: u64,
    blank_rows: u64,
}

impl CsvRows<'_> {
    fn syntax(&self, line: u64, reason: String) -> VectorError {
        VectorError::Syntax { path: self.file.path.clone(), line, column: 1, reason }
    }

    fn error(&self, error: ::csv::Error) -> VectorError {
        let line = error.position().map_or(1, ::csv::Position::line);
        match error.into_kind() {
            ::csv::ErrorKind::Io(source) => match source.downcast::<Broken>() {
                Ok(broken) => self.syntax(broken.line, broken.reason.to_owned()),
                Err(source) => VectorError::Read { path: self.file.path.clone(), source },
            },
            other => self.syntax(line, format!("{other:?}")),
        }
    }
}

impl Rows for CsvRows<'_> {
    fn next(&mut self, cells: &mut Vec<Cell>) -> Result<bool, VectorError> {
        loop {
            if !self.reader.read_record(&mut self.record).map_err(|error| self.error(error))? {
                return match (self.short, self.width) {
                    // Programs leave out empty cells at the end of a row, but end the last line all the same.
                    (Some((line, found)), Some(width)) if !matches!(self.reader.get_ref().last, b'\n' | b'\r') => {
                        Err(self
                            .syntax(line, format!("the file breaks off: its last row has {found} cells of {width}")))
                    }
                    _ => Ok(false),
                };
            }
            let line = self.record.position().map_or(1, ::csv::Position::line);
            if line == 1 && self.width.is_none() && self.record.get(0).is_some_and(|cell| cell.starts_with("sep=")) {
                continue;
            }
            if self.record.iter().all(|cell| cell.trim().is_empty()) {
                self.blank_rows += 1;
                continue;
            }
            let found = self.record.len();
            let width = *self.width.get_or_insert(found);
            if self.record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                return Err(self.syntax(
                    line,
                    format!(
                        "this row has {found} cells and the first one {width}: text with {:?} in it must stand in quotes",
                        char::from(self.file.delimiter)
                    ),
                ));
            }
            self.short = (found < width).then_some((line, found));
            self.short_rows += u64::from(found < width);
            let decimal = if self.file.delimiter == b',' { Decimal::Point } else { Decimal::Comma };
            cells.clear();
            cells.extend(self.record.iter().take(width).map(|cell| Cell::Untyped(cell.to_owned(), decimal)));
            return Ok(true);
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.short_rows > 0 {
            notes.push(format!(
                "{} row(s) have fewer cells than the first: the missing ones are read as empty",
                self.short_rows
            ));
        }
        if self.blank_rows > 0 {
            notes.push(format!("{} blank row(s) are not read", self.blank_rows));
        }
        notes
    }
}

/// Text on its way to the reader of the crate `csv`, which takes any file as it comes: here a quote that is never
/// closed is noticed before it swallows the plots behind it.
struct Watched<R> {
    input: R,
    delimiter: u8,
    state: State,
    line: u64,
    /// Where the last quote was opened.
    quote_line: u64,
    /// Bytes of the cell under way.
    cell: usize,
    last: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the end, or the first of two that stand for one.
    QuoteInQuoted,
}

/// Why the text cannot be rows.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
struct Broken {
    line: u64,
    reason: &'static str,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && self.state == State::Quoted && !buffer.is_empty() {
            let reason = "the file breaks off: a quote that opens here is never closed";
            return Err(io::Error::other(Broken { line: self.quote_line, reason }));
        }
        for &byte in &buffer[..read] {
            self.see(byte);
        }
        if self.cell > MAX_CELL {
            let reason = "a cell has over 256 MB: is a quote missing?";
            return Err(io::Error::other(Broken { line: self.quote_line, reason }));
        }
        Ok(read)
    }
}

impl<R> Watched<R> {
    fn see(&mut self, byte: u8) {
        let ends_field = byte == self.delimiter || byte == b'\n' || byte == b'\r';
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => {
                self.quote_line = self.line;
                State::Quoted
            }
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted, _) | (State::QuoteInQuoted, b'"') => State::Quoted,
            _ if ends_field => State::FieldStart,
            _ => State::Plain,
        };
        self.cell = if self.state == State::FieldStart { 0 } else { self.cell + 1 };
        self.line += u64::from(byte == b'\n');
        self.last = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, delimiter: char) {
        assert_eq!(char::from(delimiter_of(sample)), delimiter, "{sample:?}");
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        check("id,name\n1,Rosa\n", ',');
        check("id;area\n1;0,5\n2;1,25\n", ';');
        check("id\tname\n1\tRosa, Luz\n", '\t');
        check("id|wkt\n1|POLYGON((0 0,1 0,1 1,0 0))\n", '|');
        check("a,b;c\n1,2;3\n1,2;3\n", ',');
        check("id;geoshape\n1;\"-9 -76 0 5;-9 -77 0 5\"\n", ';');
        check("wkt\nPOINT(1 2)\nPOLYGON((0 0,1 0,1 1,0 0))\n", '\t');
        check("sep=|\na,b|c\n", '|');
        check("", '\t');
    }
}
