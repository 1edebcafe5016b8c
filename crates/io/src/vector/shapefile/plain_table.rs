//! A table file as the crate `dbase` takes every table: under a header of nothing but text columns.
//!
//! The crate refuses the tables of writers that leave the date of the header empty or have types of their
//! own, and knows no text wider than 255 bytes. So it is shown the user's records under a header written
//! here: what the columns mean is not its business (see [`super::dbf`]).

use super::dbf::{DbfError, DbfHeader};
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of the widest column of a plain table.
const WIDEST: usize = 255;

/// The widths of the plain columns that a column of this width is cut into: at least one.
pub(super) fn pieces(width: usize) -> impl ExactSizeIterator<Item = u8> {
    let count = width.div_ceil(WIDEST).max(1);
    (0..count).map(move |piece| u8::try_from((width - piece * WIDEST).min(WIDEST)).expect("at most 255"))
}

/// A source of a plain header, then the file's records.
#[derive(Debug)]
pub(super) struct PlainTable<R> {
    header: Vec<u8>,
    /// Stands where reading goes on once the header is read.
    file: R,
    /// Byte of the file at which the records begin.
    start: u64,
    at: u64,
}

impl<R: Read + Seek> PlainTable<R> {
    /// Puts a plain header in the place of a file's own.
    pub(super) fn new(mut file: R, header: &DbfHeader) -> Result<Self, DbfError> {
        file.seek(SeekFrom::Start(header.start))?;
        Ok(Self { header: plain_header(header)?, file, start: header.start, at: 0 })
    }
}

/// The header of a dBase III table without memos.
fn plain_header(header: &DbfHeader) -> Result<Vec<u8>, DbfError> {
    let columns_len: usize = header.fields.iter().map(|field| field.width).sum();
    // Bytes after the last column belong to the record too. The mark of deletion is not a column.
    let rest = (header.record_len - 1).checked_sub(columns_len).filter(|&rest| rest > 0);
    let widths: Vec<u8> = header.fields.iter().map(|field| field.width).chain(rest).flat_map(pieces).collect();
    let too_many = || DbfError::Damaged(format!("it has {} columns, 2046 is the most", header.fields.len()));
    let len = u16::try_from(33 + 32 * widths.len()).map_err(|_| too_many())?;
    let record_len = u16::try_from(header.record_len).expect("read from 16 bits");
    let records = u32::try_from(header.records).expect("read from 32 bits");
    // Version, and a date that is one: 1 January 1900.
    let mut bytes = vec![3, 0, 1, 1];
    bytes.extend(records.to_le_bytes());
    bytes.extend(len.to_le_bytes());
    bytes.extend(record_len.to_le_bytes());
    bytes.resize(32, 0);
    for width in widths {
        let mut descriptor = [0; 32];
        (descriptor[11], descriptor[16]) = (b'C', width);
        bytes.extend(descriptor);
    }
    bytes.push(0x0d);
    Ok(bytes)
}

impl<R: Read> Read for PlainTable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut header = usize::try_from(self.at).ok().and_then(|at| self.header.get(at..)).unwrap_or_default();
        let read = if header.is_empty() { self.file.read(buffer)? } else { header.read(buffer)? };
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for PlainTable<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        let at = at.ok_or(io::ErrorKind::InvalidInput)?;
        self.file.seek(SeekFrom::Start(self.start + at.saturating_sub(self.header.len() as u64)))?;
        self.at = at;
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: usize, expected: &[u8]) {
        assert_eq!(pieces(width).collect::<Vec<_>>(), expected);
        assert_eq!(pieces(width).len(), expected.len());
    }

    #[test]
    fn a_wide_column_is_cut_into_narrow_ones_and_an_empty_one_stays() {
        check(0, &[0]);
        check(1, &[1]);
        check(255, &[255]);
        check(256, &[255, 1]);
        check(600, &[255, 255, 90]);
    }
}
