//! The records of a table, through the crate `dbase`.
//!
//! Cells are taken as bytes, by way of the crate's support of serde: the encoding of text is known only
//! after all of it was seen, and the digits of numbers stay as they are.

use super::dbf::{DbfError, DbfHeader};
use super::plain_table::{PlainTable, pieces};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use shapefile::dbase::{self, UnicodeLossy};
use std::fmt;
use std::fs::File;
use std::io::BufReader;

/// One record of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DbfRecord {
    /// Marked as deleted.
    Deleted,
    /// The bytes of its cells, padding included, one for each column of the header.
    Cells(Vec<Vec<u8>>),
}

/// Reads records one after the other, deleted ones too: the crate's iterator would leave those out and the
/// rows after them would be given the shapes of others.
pub(super) struct DbfRecords {
    table: dbase::File<PlainTable<BufReader<File>>>,
    /// For each column, how many the crate sees in its place.
    pieces: Vec<usize>,
    next: usize,
}

impl DbfRecords {
    pub(super) fn new(file: File, header: &DbfHeader) -> Result<Self, DbfError> {
        let source = PlainTable::new(BufReader::new(file), header)?;
        Ok(Self {
            // The plain header has no names and no text is asked for: there is nothing to decode.
            table: dbase::File::open_with_encoding(source, UnicodeLossy)?,
            pieces: header.fields.iter().map(|field| pieces(field.width).len()).collect(),
            next: 0,
        })
    }

    /// The next record; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<DbfRecord>, DbfError> {
        let Some(mut record) = self.table.record(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        if record.is_deleted()? {
            return Ok(Some(DbfRecord::Deleted));
        }
        let PlainCells(cells) = record.read_as()?;
        let mut cells = cells.into_iter().map(|PlainCell(bytes)| bytes);
        let joined = self.pieces.iter().map(|&count| {
            let pieces = cells.by_ref().take(count).reduce(|mut cell, piece| {
                cell.extend(piece);
                cell
            });
            pieces.expect("the crate reads all columns of its header")
        });
        Ok(Some(DbfRecord::Cells(joined.collect())))
    }
}

/// The cells of a record of a plain table.
struct PlainCells(Vec<PlainCell>);

/// The bytes of one of them.
struct PlainCell(Vec<u8>);

impl<'de> Deserialize<'de> for PlainCells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = PlainCells;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the cells of a record")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<PlainCells, A::Error> {
                let mut all = Vec::new();
                while let Some(cell) = cells.next_element()? {
                    all.push(cell);
                }
                Ok(PlainCells(all))
            }
        }
        // The crate gives all cells whatever the length asked for.
        deserializer.deserialize_tuple(0, Cells)
    }
}

impl<'de> Deserialize<'de> for PlainCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = PlainCell;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the bytes of a cell")
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<PlainCell, E> {
                Ok(PlainCell(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::shapefile::dbf::read_header;
    use std::io::Write as _;

    /// A table without a date, of columns `(type, width, decimals)`, read record by record.
    fn check(columns: &[(u8, u8, u8)], record_len: u16, records: &[Vec<u8>], expected: &[DbfRecord]) {
        let mut bytes = vec![0; 32];
        bytes[4..8].copy_from_slice(&(records.len() as u32).to_le_bytes());
        bytes[8..10].copy_from_slice(&(33 + 32 * columns.len() as u16).to_le_bytes());
        bytes[10..12].copy_from_slice(&record_len.to_le_bytes());
        for &(kind, width, decimals) in columns {
            let mut descriptor = [0; 32];
            (descriptor[11], descriptor[16], descriptor[17]) = (kind, width, decimals);
            bytes.extend(descriptor);
        }
        bytes.push(0x0d);
        bytes.extend(records.concat());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let header = read_header(&mut file).unwrap();
        let mut read = DbfRecords::new(file, &header).unwrap();
        let all: Vec<_> = std::iter::from_fn(|| read.next().unwrap()).collect();
        assert_eq!(all, expected);
    }

    fn cells(cells: &[&[u8]]) -> DbfRecord {
        DbfRecord::Cells(cells.iter().map(|cell| cell.to_vec()).collect())
    }

    #[test]
    fn cells_are_the_bytes_of_the_file_whatever_their_type() {
        check(
            &[(b'N', 4, 0), (b'@', 2, 0), (b'C', 3, 0)],
            10,
            &[b"  007\x00\xffJo\xe9".to_vec(), b"*   8    x".to_vec(), vec![b' '; 10]],
            &[cells(&[b" 007", b"\x00\xff", b"Jo\xe9"]), DbfRecord::Deleted, cells(&[b"    ", b"  ", b"   "])],
        );
    }

    #[test]
    fn bytes_after_the_last_column_are_passed_over() {
        check(&[(b'C', 1, 0)], 5, &[b" a...".to_vec(), b" b...".to_vec()], &[cells(&[b"a"]), cells(&[b"b"])]);
        check(&[], 1, &[b" ".to_vec(), b"*".to_vec()], &[cells(&[]), DbfRecord::Deleted]);
    }

    #[test]
    fn text_wider_than_a_byte_counts_is_one_cell_and_the_next_column_is_in_its_place() {
        // 300 = 44 + 256 * 1, as Clipper has it: the upper byte is where decimals are.
        let text: Vec<u8> = (0..300).map(|i| b'a' + (i % 26) as u8).collect();
        let record = [b" ".as_slice(), &text, b"42"].concat();
        check(&[(b'C', 44, 1), (b'N', 2, 0)], 303, &[record], &[cells(&[&text, b"42"])]);
    }
}
