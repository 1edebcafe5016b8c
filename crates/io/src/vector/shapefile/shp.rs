//! The geometries of a Shapefile.

use super::rings::group;
use lindero_plots::{Position, RawGeometry};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Bytes of the header of a `.shp` and of a `.shx`.
const HEADER: u64 = 100;

/// Why a file cannot be read.
#[derive(Debug)]
pub(super) enum ShpError {
    Io(io::Error),
    Damaged(String),
}

impl From<io::Error> for ShpError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Checks a header; the length it states, in bytes, is within the file's.
fn stated_len(file: &mut (impl Read + Seek), what: &str) -> Result<u64, ShpError> {
    let len = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    if len < HEADER {
        return Err(ShpError::Damaged(format!("the {what} has {len} bytes, its header alone takes {HEADER}")));
    }
    let mut header = [0; HEADER as usize];
    file.read_exact(&mut header)?;
    if header[..4] != [0, 0, 0x27, 0x0a] {
        return Err(ShpError::Damaged(format!("the {what} does not begin with the file code 9994")));
    }
    let stated = 2 * u64::from(u32::from_be_bytes([header[24], header[25], header[26], header[27]]));
    if stated > len {
        return Err(ShpError::Damaged(format!("the {what} announces {stated} bytes and has {len}: it is cut short")));
    }
    Ok(stated.max(HEADER))
}

/// Where records begin, from the `.shx`: it is the authority where records were edited in place.
pub(super) fn read_index(mut shx: impl Read + Seek) -> Result<Vec<u64>, ShpError> {
    let records = (stated_len(&mut shx, ".shx")? - HEADER) / 8;
    let mut shx = BufReader::new(shx);
    let mut offsets = Vec::new();
    for _ in 0..records {
        let mut entry = [0; 8];
        shx.read_exact(&mut entry)?;
        offsets.push(2 * u64::from(u32::from_be_bytes([entry[0], entry[1], entry[2], entry[3]])));
    }
    Ok(offsets)
}

/// Where records begin, from the `.shp` itself, one after the other.
pub(super) fn walk_index(mut shp: impl Read + Seek) -> Result<Vec<u64>, ShpError> {
    let end = stated_len(&mut shp, ".shp")?;
    let mut shp = BufReader::new(shp);
    let mut offsets = Vec::new();
    let mut at = HEADER;
    while at < end {
        let len = record_len(&mut shp)?;
        offsets.push(at);
        at += 8 + len;
        if at > end {
            return Err(ShpError::Damaged(format!(
                "record {} reaches {} bytes over the end: the file is cut short",
                offsets.len(),
                at - end
            )));
        }
        shp.seek_relative(i64::try_from(len).expect("a length of 32 bits"))?;
    }
    Ok(offsets)
}

/// Reads a record's header: the bytes of its content.
fn record_len(shp: &mut impl Read) -> io::Result<u64> {
    let mut head = [0; 8];
    shp.read_exact(&mut head)?;
    Ok(2 * u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]])))
}

/// Reads records at the places of an index.
pub(super) struct Shapes {
    shp: BufReader<File>,
    at: u64,
    end: u64,
    content: Vec<u8>,
}

impl Shapes {
    pub(super) fn new(mut shp: File) -> Result<Self, ShpError> {
        let end = stated_len(&mut shp, ".shp")?;
        Ok(Self { shp: BufReader::new(shp), at: HEADER, end, content: Vec::new() })
    }

    /// The geometry of the record that begins at an offset.
    pub(super) fn read(&mut self, offset: u64) -> Result<RawGeometry, ShpError> {
        let outside = || ShpError::Damaged(format!("a record at byte {offset} reaches over the end of the .shp"));
        if offset < HEADER || offset + 8 > self.end {
            return Err(outside());
        }
        if offset != self.at {
            let by = i64::try_from(offset).expect("33 bits") - i64::try_from(self.at).expect("33 bits");
            self.shp.seek_relative(by)?;
        }
        let len = record_len(&mut self.shp)?;
        if offset + 8 + len > self.end {
            return Err(outside());
        }
        self.content.resize(usize::try_from(len).expect("33 bits"), 0);
        self.shp.read_exact(&mut self.content)?;
        self.at = offset + 8 + len;
        Ok(geometry(&self.content))
    }
}

/// The geometry in a record's content.
fn geometry(content: &[u8]) -> RawGeometry {
    let Some(kind) = int(content, 0) else {
        return RawGeometry::Missing;
    };
    let read = match kind {
        0 => return RawGeometry::Missing,
        1 | 11 | 21 => position(content, 4).map(|point| RawGeometry::Points(vec![point])),
        8 | 18 | 28 => count(content, 36).and_then(|n| positions(content, 40, n)).map(RawGeometry::Points),
        5 | 15 | 25 => polygon(content),
        3 | 13 | 23 => return RawGeometry::Unsupported("PolyLine".to_owned()),
        31 => return RawGeometry::Unsupported("MultiPatch".to_owned()),
        other => return RawGeometry::Unreadable(format!("{other} is no shape type")),
    };
    match read {
        None => RawGeometry::Unreadable("the record is too short for the positions it announces".to_owned()),
        Some(RawGeometry::Points(points)) if points.is_empty() => RawGeometry::Missing,
        Some(RawGeometry::Polygons(parts)) if parts.is_empty() => RawGeometry::Missing,
        Some(geometry) => geometry,
    }
}

fn polygon(content: &[u8]) -> Option<RawGeometry> {
    let (parts, places) = (count(content, 36)?, count(content, 40)?);
    let all = positions(content, 44_usize.checked_add(parts.checked_mul(4)?)?, places)?;
    let starts: Vec<usize> = (0..parts).map(|part| count(content, 44 + 4 * part)).collect::<Option<_>>()?;
    let mut rings = Vec::new();
    for (i, &start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(places);
        if start > end || end > places {
            let reason = format!("ring {i} runs from position {start} to {end} of {places}");
            return Some(RawGeometry::Unreadable(reason));
        }
        if start < end {
            rings.push(all[start..end].to_vec());
        }
    }
    Some(RawGeometry::Polygons(group(rings)))
}

fn int(content: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(*content.get(at..)?.first_chunk()?))
}

fn count(content: &[u8], at: usize) -> Option<usize> {
    int(content, at).and_then(|count| usize::try_from(count).ok())
}

fn position(content: &[u8], at: usize) -> Option<Position> {
    let bytes: &[u8; 16] = content.get(at..)?.first_chunk()?;
    let (x, y) = bytes.split_at(8);
    let value = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("half of 16 bytes"));
    Some([value(x), value(y)])
}

/// Positions one after the other; `None`, and nothing allocated, if the content is too short.
fn positions(content: &[u8], at: usize, count: usize) -> Option<Vec<Position>> {
    let bytes = content.get(at..at.checked_add(count.checked_mul(16)?)?)?;
    (0..count).map(|i| position(bytes, 16 * i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_record_gives_a_geometry_or_a_reason(
            kind in prop_oneof![Just(1), Just(5), Just(8), Just(15), any::<i32>()],
            counts in (0..4_i32, -1..6_i32),
            rest in proptest::collection::vec(prop_oneof![4 => Just(0_u8), 1 => any::<u8>()], 0..120),
        ) {
            let mut content = Vec::from(kind.to_le_bytes());
            content.extend([0; 32]);
            content.extend(counts.0.to_le_bytes());
            content.extend(counts.1.to_le_bytes());
            content.extend(rest);
            geometry(&content);
            geometry(&content[..content.len() / 2]);
        }
    }
}
