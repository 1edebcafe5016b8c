//! The geometries of a Shapefile, through the crate `shapefile`.
//!
//! Its `ShapeReader` takes the numbers of a file at their word and, without an index, stops at a record it
//! cannot read. So records are found and cut out here, against the length of the file, and each is given to
//! the crate's [`ReadableShape`] by itself.

use super::rings::group;
use lindero_plots::{Position, RawGeometry};
use shapefile::header::Header;
use shapefile::{Error, Point, ReadableShape, Shape, ShapeType};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

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
    let mut bytes = [0; HEADER as usize];
    file.read_exact(&mut bytes)?;
    let header = Header::read_from(&mut bytes.as_slice()).map_err(|error| {
        ShpError::Damaged(match error {
            Error::InvalidFileCode(code) => format!("the {what} begins with the file code {code}, not 9994"),
            Error::InvalidShapeType(code) => format!("the {what} is of shape type {code}, which there is not"),
            _ => format!("the header of the {what} states a length below 0"),
        })
    })?;
    let stated = 2 * u64::try_from(header.file_length).expect("the crate refuses lengths below 0");
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
        shp.seek_relative(i64::try_from(len).expect("a length of 33 bits"))?;
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
        Ok(geometry(&mut self.content))
    }
}

/// The geometry in a record's content, which is changed to the flat type on the way.
fn geometry(content: &mut [u8]) -> RawGeometry {
    let Some(code) = int(content, 0) else {
        return RawGeometry::Missing;
    };
    let flat = match ShapeType::from(code) {
        None => return RawGeometry::Unreadable(format!("{code} is no shape type")),
        Some(ShapeType::NullShape) => return RawGeometry::Missing,
        Some(ShapeType::Polyline | ShapeType::PolylineM | ShapeType::PolylineZ) => {
            return RawGeometry::Unsupported("PolyLine".to_owned());
        }
        Some(ShapeType::Multipatch) => return RawGeometry::Unsupported("MultiPatch".to_owned()),
        Some(ShapeType::Point | ShapeType::PointM | ShapeType::PointZ) => ShapeType::Point,
        Some(ShapeType::Multipoint | ShapeType::MultipointM | ShapeType::MultipointZ) => ShapeType::Multipoint,
        Some(ShapeType::Polygon | ShapeType::PolygonM | ShapeType::PolygonZ) => ShapeType::Polygon,
    };
    if let Err(reason) = check_counts(content, flat) {
        return RawGeometry::Unreadable(reason);
    }
    // Heights and measures come after the positions, nobody here needs them, and some writers leave them
    // out, which the crate would not have: read as its flat type, the record gives its positions.
    content[..4].copy_from_slice(&(flat as i32).to_le_bytes());
    let Ok(len) = i32::try_from(content.len()) else {
        return RawGeometry::Unreadable(format!("the record has {} bytes, 2147483647 is the most", content.len()));
    };
    match Shape::read_from(&mut Cursor::new(content), len) {
        Ok(Shape::Point(point)) => RawGeometry::Points(vec![position(point)]),
        Ok(Shape::Multipoint(points)) => {
            let points: Vec<_> = points.into_inner().into_iter().map(position).collect();
            if points.is_empty() { RawGeometry::Missing } else { RawGeometry::Points(points) }
        }
        Ok(Shape::Polygon(polygon)) => {
            let rings = polygon.into_inner().into_iter().filter(|ring| !ring.is_empty());
            let rings = rings.map(|ring| ring.into_inner().into_iter().map(position).collect());
            let parts = group(rings.collect());
            if parts.is_empty() { RawGeometry::Missing } else { RawGeometry::Polygons(parts) }
        }
        Ok(other) => RawGeometry::Unsupported(other.shapetype().to_string()),
        Err(error) => RawGeometry::Unreadable(format!("the record cannot be read: {error}")),
    }
}

/// Checks the counts in a record: the crate reserves memory for what they announce, takes the first ring to
/// begin at the first position whatever the record says, and computes sizes in 32 bits.
fn check_counts(content: &[u8], flat: ShapeType) -> Result<(), String> {
    let short = || "the record is too short for the positions it announces".to_owned();
    let count = |at| int(content, at).and_then(|count| u64::try_from(count).ok()).ok_or_else(short);
    let (parts, places, needed) = match flat {
        ShapeType::Point => (0, 1, 20),
        ShapeType::Multipoint => (0, count(36)?, 40 + 16 * count(36)?),
        _ => (count(36)?, count(40)?, 44 + 4 * count(36)? + 16 * count(40)?),
    };
    if needed > content.len() as u64 {
        return Err(short());
    }
    let parts = usize::try_from(parts).expect("no more than the record's bytes");
    let mut starts = (0..parts).map(|part| count(44 + 4 * part)).chain([Ok(places)]);
    let mut start = starts.next().expect("at least the end")?;
    if parts > 0 && start != 0 {
        return Err(format!("ring 0 begins at position {start}, not 0"));
    }
    for (ring, end) in starts.enumerate() {
        let end = end?;
        if start > end || end > places {
            return Err(format!("ring {ring} runs from position {start} to {end} of {places}"));
        }
        start = end;
    }
    Ok(())
}

fn int(content: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(*content.get(at..)?.first_chunk()?))
}

fn position(point: Point) -> Position {
    [point.x, point.y]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A polygon's content: code of the type, starts of rings, positions.
    fn polygon(code: i32, starts: &[i32], positions: &[Position]) -> Vec<u8> {
        let mut content = Vec::from(code.to_le_bytes());
        content.extend([0; 32]);
        content.extend((starts.len() as i32).to_le_bytes());
        content.extend((positions.len() as i32).to_le_bytes());
        content.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
        content.extend(positions.iter().flatten().flat_map(|value| value.to_le_bytes()));
        content
    }

    const SQUARE: [Position; 5] = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]];

    fn check(mut content: Vec<u8>, expected: RawGeometry) {
        assert_eq!(geometry(&mut content), expected);
    }

    #[test]
    fn heights_and_measures_may_be_there_or_not() {
        let square = || RawGeometry::Polygons(vec![vec![SQUARE.to_vec()]]);
        for code in [5, 15, 25] {
            let flat = polygon(code, &[0], &SQUARE);
            check(flat.clone(), square());
            // Range and values of heights, then of measures.
            for values in [2 + 5, 2 * (2 + 5)] {
                check([flat.clone(), vec![0; 8 * values]].concat(), square());
            }
        }
    }

    #[test]
    fn rings_cover_the_positions_in_order() {
        let unreadable = |reason: &str| RawGeometry::Unreadable(reason.to_owned());
        check(polygon(5, &[0, 0], &SQUARE), RawGeometry::Polygons(vec![vec![SQUARE.to_vec()]]));
        check(polygon(5, &[1], &SQUARE), unreadable("ring 0 begins at position 1, not 0"));
        check(polygon(5, &[0, 6], &SQUARE), unreadable("ring 0 runs from position 0 to 6 of 5"));
        check(polygon(5, &[0, 4, 2], &SQUARE), unreadable("ring 1 runs from position 4 to 2 of 5"));
    }

    #[test]
    fn a_count_of_billions_is_refused_before_memory_is_reserved_for_it() {
        for (at, count) in [(36, i32::MAX), (40, i32::MAX), (36, -1), (40, i32::MIN)] {
            let mut content = polygon(5, &[0], &SQUARE);
            content[at..at + 4].copy_from_slice(&count.to_le_bytes());
            check(
                content,
                RawGeometry::Unreadable("the record is too short for the positions it announces".to_owned()),
            );
        }
    }

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
            let half = content.len() / 2;
            geometry(&mut content[..half].to_vec());
            geometry(&mut content);
        }
    }
}
