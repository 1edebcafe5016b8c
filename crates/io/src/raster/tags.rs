//! The directories of a TIFF: which tags there are and where their values lie.
//!
//! Nothing a file says is believed before it is checked against the file's length, and long arrays (the
//! places of 40,000 strips) are read one value at a time when a block is asked for.

use std::path::Path;

use super::file::Decline;
use super::source::ByteSource;

/// The order of bytes in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    /// A number of 1 to 8 bytes.
    pub(crate) fn number(self, bytes: &[u8]) -> u64 {
        let push = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, push),
            Self::Big => bytes.iter().fold(0, push),
        }
    }
}

/// One tag: the kind and number of its values, and where in the file the first lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    tag: u16,
    kind: u16,
    pub(crate) count: u64,
    place: u64,
}

impl Entry {
    /// Bytes of one value; `None` for kinds that no standard knows.
    fn size(&self) -> Option<u64> {
        match self.kind {
            1 | 2 | 6 | 7 => Some(1),
            3 | 8 => Some(2),
            4 | 9 | 11 | 13 => Some(4),
            5 | 10 | 12 | 16..=18 => Some(8),
            _ => None,
        }
    }
}

/// One directory: an image, an overview or a mask.
#[derive(Debug)]
pub(crate) struct Directory {
    entries: Vec<Entry>,
    /// Where the next directory begins, or 0.
    pub(crate) next: u64,
}

impl Directory {
    /// The tag's entry, if it is there.
    pub(crate) fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}

/// A TIFF whose header has been read.
#[derive(Debug)]
pub(crate) struct TagReader {
    pub(crate) source: ByteSource,
    pub(crate) order: Order,
    big: bool,
    /// Where the first directory begins.
    pub(crate) first: u64,
}

/// A directory of more tags than this is none: the standard knows a few hundred.
const MOST_TAGS: u64 = 4096;

fn final_io(error: &std::io::Error) -> Decline {
    Decline::Final(error.to_string())
}

impl TagReader {
    /// Reads the header.
    pub(crate) fn open(path: &Path) -> Result<Self, Decline> {
        let source = ByteSource::open(path).map_err(|e| final_io(&e))?;
        let not_tiff = || Decline::Unsupported("it is not a TIFF".into());
        let mut head = [0; 16];
        let known = usize::try_from(source.len()).unwrap_or(usize::MAX).min(16);
        source.read_exact_at(&mut head[..known], 0).map_err(|e| final_io(&e))?;
        let order = match &head[..2] {
            b"II" => Order::Little,
            b"MM" => Order::Big,
            _ => return Err(not_tiff()),
        };
        match order.number(&head[2..4]) {
            42 if known >= 8 => Ok(Self { source, order, big: false, first: order.number(&head[4..8]) }),
            43 if known == 16 && order.number(&head[4..8]) == order.number(&order_of_eight(order)) => {
                Ok(Self { source, order, big: true, first: order.number(&head[8..16]) })
            }
            _ => Err(not_tiff()),
        }
    }

    /// Reads the list of tags of the directory at `offset`.
    pub(crate) fn directory(&self, offset: u64) -> Result<Directory, Decline> {
        let (count_size, entry_size, value_at, link) = if self.big { (8, 20, 12, 8) } else { (2, 12, 8, 4) };
        let count = self.order.number(&self.bytes(offset, count_size, "the directory")?);
        if count > MOST_TAGS {
            return Err(Decline::Final(format!("a directory of {count} tags is none")));
        }
        let start = offset + count_size;
        let table = self.bytes(start, count * entry_size, "the directory")?;
        let entries = table.chunks_exact(entry_size as usize).enumerate().map(|(index, bytes)| {
            let mut entry = Entry {
                tag: self.order.number(&bytes[..2]) as u16,
                kind: self.order.number(&bytes[2..4]) as u16,
                count: self.order.number(&bytes[4..value_at]),
                place: start + index as u64 * entry_size + value_at as u64,
            };
            let inline = entry.size().is_some_and(|size| entry.count.saturating_mul(size) <= link);
            if !inline {
                entry.place = self.order.number(&bytes[value_at..]);
            }
            entry
        });
        let entries = entries.collect();
        // A file cut off right behind its last directory can be used: what follows is only the link.
        let next = self.bytes(start + count * entry_size, link, "the directory");
        Ok(Directory { entries, next: next.map_or(0, |bytes| self.order.number(&bytes)) })
    }

    fn bytes(&self, offset: u64, count: u64, what: &str) -> Result<Vec<u8>, Decline> {
        let end = offset.checked_add(count);
        if end.is_none_or(|end| end > self.source.len()) {
            return Err(Decline::Final(format!("{what} at byte {offset} reaches beyond the end of the file")));
        }
        let mut bytes = vec![0; count as usize];
        self.source.read_exact_at(&mut bytes, offset).map_err(|e| final_io(&e))?;
        Ok(bytes)
    }

    fn values(&self, entry: &Entry) -> Result<(Vec<u8>, usize), Decline> {
        let size = entry.size().ok_or_else(|| wrong_kind(entry))?;
        let bytes = self.bytes(entry.place, entry.count.saturating_mul(size), &format!("tag {}", entry.tag))?;
        Ok((bytes, size as usize))
    }

    /// All values of a tag of whole numbers; none if the tag is not there.
    pub(crate) fn numbers(&self, directory: &Directory, tag: u16) -> Result<Vec<u64>, Decline> {
        let Some(entry) = directory.entry(tag) else { return Ok(Vec::new()) };
        whole(entry)?;
        let (bytes, size) = self.values(entry)?;
        Ok(bytes.chunks_exact(size).map(|bytes| self.order.number(bytes)).collect())
    }

    /// The first value of a tag of whole numbers.
    pub(crate) fn number(&self, directory: &Directory, tag: u16) -> Result<Option<u64>, Decline> {
        match directory.entry(tag) {
            Some(entry) if entry.count > 0 => self.number_at(entry, 0).map(Some),
            _ => Ok(None),
        }
    }

    /// One value of a tag of whole numbers.
    pub(crate) fn number_at(&self, entry: &Entry, index: u64) -> Result<u64, Decline> {
        let size = whole(entry)?;
        let beyond = || Decline::Final(format!("tag {} has no value {index}", entry.tag));
        if index >= entry.count {
            return Err(beyond());
        }
        let place = entry.place.checked_add(index.saturating_mul(size)).ok_or_else(beyond)?;
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..size as usize];
        if place.saturating_add(size) > self.source.len() {
            return Err(Decline::Final(format!("tag {} reaches beyond the end of the file", entry.tag)));
        }
        self.source.read_exact_at(bytes, place).map_err(|e| final_io(&e))?;
        Ok(self.order.number(bytes))
    }

    /// All values of a tag of floating point numbers; none if the tag is not there.
    pub(crate) fn doubles(&self, directory: &Directory, tag: u16) -> Result<Vec<f64>, Decline> {
        let Some(entry) = directory.entry(tag) else { return Ok(Vec::new()) };
        if entry.kind != 12 {
            return Err(wrong_kind(entry));
        }
        let (bytes, size) = self.values(entry)?;
        Ok(bytes.chunks_exact(size).map(|bytes| f64::from_bits(self.order.number(bytes))).collect())
    }

    /// The text of a tag up to its first NUL; `None` if the tag is not there.
    pub(crate) fn text(&self, directory: &Directory, tag: u16) -> Result<Option<String>, Decline> {
        let Some(entry) = directory.entry(tag) else { return Ok(None) };
        let (bytes, _) = self.values(entry)?;
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        Ok(Some(String::from_utf8_lossy(&bytes[..end]).into_owned()))
    }
}

/// The fixed part of a BigTIFF header: offsets have 8 bytes, then a zero.
fn order_of_eight(order: Order) -> [u8; 4] {
    match order {
        Order::Little => [8, 0, 0, 0],
        Order::Big => [0, 8, 0, 0],
    }
}

fn wrong_kind(entry: &Entry) -> Decline {
    Decline::Final(format!("tag {} holds values of kind {}, which it cannot", entry.tag, entry.kind))
}

/// Bytes of a value of a tag of whole numbers.
fn whole(entry: &Entry) -> Result<u64, Decline> {
    match (entry.kind, entry.size()) {
        (1 | 3 | 4 | 13 | 16 | 18, Some(size)) => Ok(size),
        _ => Err(wrong_kind(entry)),
    }
}
