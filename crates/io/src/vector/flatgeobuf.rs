//! FlatGeobuf, version 3.
//!
//! The `flatgeobuf` crate verifies and decodes headers and features. The frames around them are read
//! here: the crate's own iterator ends quietly at a file cut short and allocates what a damaged frame
//! announces.

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::ColumnType;
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, until_error};
use ::flatgeobuf::{
    ColumnType as Kind, Crs, Feature, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};
use arrow_schema::{Field, Schema, SchemaRef};
use lindero_plots::{OpenGeometry, Position, RawGeometries};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `fgb`, major version 3, `fgb`, any minor version.
const MAGIC: [u8; 7] = *b"fgb\x03fgb";

/// A header names columns and a coordinate system; more than this is damage.
const MAX_HEADER: u64 = 1 << 26;

/// Opens a file by its header.
pub(super) fn open(path: &Path) -> Result<Opened, VectorError> {
    let mut frames = Frames::open(path)?;
    let header = decode_header(path, frames.header()?)?;
    let kinds: Vec<_> = header.columns().iter().flatten().map(|column| column.type_()).collect();
    let fields = header.columns().into_iter().flatten();
    let fields = fields.map(|column| Field::new(column.name(), column_type(column.type_()).data_type(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let crs = header.crs().map_or(FileCrs::Unstated, |crs| crs_name(&crs));
    let count = Some(header.features_count()).filter(|&count| count > 0);
    let source = FlatGeobuf {
        path: path.to_owned(),
        schema: Arc::clone(&schema),
        kinds,
        geometry_type: header.geometry_type(),
        index_bytes: index_bytes(&header).ok_or_else(|| VectorError::Damaged {
            path: path.to_owned(),
            reason: "its index has no sensible size".to_owned(),
        })?,
        count,
    };
    Ok(Opened { source: Box::new(source), schema, count, crs, layer: None, notes: Vec::new() })
}

fn decode_header<'a>(path: &Path, bytes: &'a [u8]) -> Result<Header<'a>, VectorError> {
    size_prefixed_root_as_header(bytes).map_err(|error| VectorError::Damaged {
        path: path.to_owned(),
        reason: format!("its header does not decode: {error}"),
    })
}

fn crs_name(crs: &Crs<'_>) -> FileCrs {
    let code = match (crs.code(), crs.code_string()) {
        (code, _) if code > 0 => Some(code.to_string()),
        (_, code) => code.map(str::to_owned),
    };
    match (code, crs.wkt()) {
        (Some(code), _) => FileCrs::Named(format!("{}:{code}", crs.org().unwrap_or("EPSG"))),
        (None, Some(wkt)) if !wkt.is_empty() => FileCrs::Named(wkt.to_owned()),
        _ => FileCrs::Unstated,
    }
}

/// Bytes of the packed R-tree between header and features: 40 a node, levels until one node is left.
fn index_bytes(header: &Header<'_>) -> Option<u64> {
    let (node_size, mut level) = (u64::from(header.index_node_size()), header.features_count());
    if node_size == 0 || level == 0 {
        return Some(0);
    }
    let node_size = node_size.max(2);
    let mut nodes = level;
    while level > 1 {
        level = level.div_ceil(node_size);
        nodes = nodes.checked_add(level)?;
    }
    nodes.checked_mul(40)
}

fn column_type(kind: Kind) -> ColumnType {
    match kind {
        Kind::Bool => ColumnType::Bool,
        Kind::Byte | Kind::UByte | Kind::Short | Kind::UShort | Kind::Int | Kind::UInt | Kind::Long => ColumnType::Int,
        Kind::Float | Kind::Double => ColumnType::Float,
        // No integer of arrow that others read holds all of ULong; its digits do.
        _ => ColumnType::Text,
    }
}

/// A file whose header is known.
#[derive(Debug)]
struct FlatGeobuf {
    path: PathBuf,
    schema: SchemaRef,
    kinds: Vec<Kind>,
    geometry_type: GeometryType,
    index_bytes: u64,
    count: Option<u64>,
}

impl Source for FlatGeobuf {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let mut frames = Frames::open(&self.path)?;
        frames.header()?;
        frames.skip(self.index_bytes)?;
        let builder = BatchBuilder::new(Arc::clone(&self.schema));
        let mut batches = FlatGeobufBatches { file: self, frames, builder, read: 0, done: false };
        Ok(until_error(move || batches.fill()))
    }
}

struct FlatGeobufBatches<'a> {
    file: &'a FlatGeobuf,
    frames: Frames,
    builder: BatchBuilder,
    read: u64,
    done: bool,
}

impl FlatGeobufBatches<'_> {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            if self.file.count.map_or(self.frames.left() == 0, |count| self.read == count) {
                self.done = true;
                break;
            }
            let frame = self.frames.frame(u64::MAX)?;
            let number = self.read;
            self.read += 1;
            let feature = size_prefixed_root_as_feature(&self.frames.bytes[frame])
                .map_err(|error| self.frames.damaged(format!("feature {number} does not decode: {error}")))?;
            set_properties(&feature, &self.file.kinds, &mut self.builder)
                .ok_or_else(|| self.frames.damaged(format!("the properties of feature {number} break off")))?;
            let into = self.builder.geometry();
            match feature.geometry() {
                None => into.close_as_missing(),
                Some(geometry) => read_geometry(&geometry, self.file.geometry_type, into),
            }
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }
}

/// Properties are pairs of a column's index and a value; `None` if they break off.
fn set_properties(feature: &Feature<'_>, kinds: &[Kind], builder: &mut BatchBuilder) -> Option<()> {
    let mut rest = feature.properties().map_or(&[][..], |bytes| bytes.bytes());
    // One byte too many was written by some writers.
    while rest.len() > 1 {
        let column = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let value = read_value(*kinds.get(column)?, &mut rest)?;
        builder.set(column, value);
    }
    Some(())
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*bytes)
}

fn read_value<'a>(kind: Kind, rest: &mut &'a [u8]) -> Option<Value<'a>> {
    Some(match kind {
        Kind::Bool => Value::Bool(take::<1>(rest)? != [0]),
        Kind::Byte => Value::Int(i8::from_le_bytes(take(rest)?).into()),
        Kind::UByte => Value::Int(u8::from_le_bytes(take(rest)?).into()),
        Kind::Short => Value::Int(i16::from_le_bytes(take(rest)?).into()),
        Kind::UShort => Value::Int(u16::from_le_bytes(take(rest)?).into()),
        Kind::Int => Value::Int(i32::from_le_bytes(take(rest)?).into()),
        Kind::UInt => Value::Int(u32::from_le_bytes(take(rest)?).into()),
        Kind::Long => Value::Int(i64::from_le_bytes(take(rest)?)),
        Kind::ULong => Value::Text(u64::from_le_bytes(take(rest)?).to_string().into()),
        Kind::Float => Value::Float(f32::from_le_bytes(take(rest)?).into()),
        Kind::Double => Value::Float(f64::from_le_bytes(take(rest)?)),
        Kind::String | Kind::Json | Kind::DateTime | Kind::Binary => {
            let len = u32::from_le_bytes(take(rest)?) as usize;
            let (bytes, after) = rest.split_at_checked(len)?;
            *rest = after;
            match kind {
                Kind::Binary => Value::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()),
                _ => Value::Text(String::from_utf8_lossy(bytes)),
            }
        }
        _ => return None,
    })
}

/// Reads a geometry; `of` is its type unless that is unknown, where each geometry says its own.
fn read_geometry(geometry: &Geometry<'_>, of: GeometryType, mut into: OpenGeometry<'_>) {
    let kind = if of == GeometryType::Unknown { geometry.type_() } else { of };
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => match position_bytes(geometry) {
            Ok(bytes) => {
                into.extend(positions(bytes));
                into.close_as_points();
            }
            Err(reason) => into.close_as_unreadable(reason),
        },
        GeometryType::Polygon => match add_part(geometry, &mut into) {
            Ok(()) => into.close_as_polygons(),
            Err(reason) => into.close_as_unreadable(reason),
        },
        GeometryType::MultiPolygon => {
            let mut parts = geometry.parts().into_iter().flatten();
            match parts.try_for_each(|part| add_part(&part, &mut into)) {
                Ok(()) => into.close_as_polygons(),
                Err(reason) => into.close_as_unreadable(reason),
            }
        }
        GeometryType::GeometryCollection => {
            let mut members = RawGeometries::new();
            for part in geometry.parts().into_iter().flatten() {
                read_geometry(&part, GeometryType::Unknown, members.open());
            }
            if members.is_empty() { into.close_as_missing() } else { into.close_as_mixed(members) }
        }
        other => into.close_as_unsupported(other.variant_name().unwrap_or("unknown")),
    }
}

/// Adds a polygon.
fn add_part(geometry: &Geometry<'_>, into: &mut OpenGeometry<'_>) -> Result<(), String> {
    let bytes = position_bytes(geometry)?;
    if !bytes.is_empty() {
        let all = bytes.len() / POSITION;
        let mut add_ring = |ring: Range<usize>| {
            into.extend(positions(&bytes[ring.start * POSITION..ring.end * POSITION]));
            into.end_ring();
        };
        match geometry.ends().filter(|ends| !ends.is_empty()) {
            None => add_ring(0..all),
            Some(ends) => {
                let mut start = 0;
                for end in ends {
                    let end = end as usize;
                    if end < start || end > all {
                        return Err(format!("a ring ends at position {end} of {all}"));
                    }
                    add_ring(start..end);
                    start = end;
                }
            }
        }
    }
    into.end_part();
    Ok(())
}

/// Bytes of a position: two ordinates.
const POSITION: usize = 16;

/// The bytes of a geometry's positions.
fn position_bytes<'a>(geometry: &Geometry<'a>) -> Result<&'a [u8], String> {
    let Some(ordinates) = geometry.xy() else { return Ok(&[]) };
    if ordinates.len() % 2 == 1 {
        return Err(format!("it has {} ordinates, which are no pairs", ordinates.len()));
    }
    Ok(ordinates.bytes())
}

fn positions(bytes: &[u8]) -> impl ExactSizeIterator<Item = Position> {
    let ordinate = |bytes: &[u8]| f64::from_le_bytes(*bytes.first_chunk().expect("eight bytes an ordinate"));
    bytes.chunks_exact(POSITION).map(move |position| [ordinate(position), ordinate(&position[8..])])
}

/// Bytes asked of a file at once; a longer frame gets the room it needs.
const READ_AT_ONCE: usize = 1 << 18;

/// Cuts a file into its length-prefixed frames.
struct Frames {
    path: PathBuf,
    file: File,
    /// Bytes of the file that are not in `bytes` yet.
    unread: u64,
    /// What was read of the file, and room for more.
    bytes: Vec<u8>,
    /// The bytes of these that were not handed out yet.
    ready: Range<usize>,
}

impl Frames {
    /// Opens a file and steps over the magic bytes.
    fn open(path: &Path) -> Result<Self, VectorError> {
        let read = |source| VectorError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(read)?;
        let unread = file.seek(SeekFrom::End(0)).map_err(read)?;
        file.rewind().map_err(read)?;
        let mut frames = Self { path: path.to_owned(), file, unread, bytes: vec![0; READ_AT_ONCE], ready: 0..0 };
        let magic = frames.take(8)?;
        if frames.bytes[magic][..7] != MAGIC {
            return Err(frames.damaged("it does not begin as FlatGeobuf version 3"));
        }
        Ok(frames)
    }

    fn damaged(&self, reason: impl Into<String>) -> VectorError {
        VectorError::Damaged { path: self.path.clone(), reason: reason.into() }
    }

    /// Bytes not handed out yet.
    fn left(&self) -> u64 {
        self.unread + self.ready.len() as u64
    }

    /// Sees to it that the next `len` bytes are there.
    fn fill(&mut self, len: usize) -> Result<(), VectorError> {
        if self.ready.len() >= len {
            return Ok(());
        }
        if len as u64 > self.left() {
            return Err(self.damaged("it is cut short"));
        }
        self.bytes.copy_within(self.ready.clone(), 0);
        self.ready = 0..self.ready.len();
        if self.bytes.len() < len {
            self.bytes.resize(len, 0);
        }
        let wanted = self.unread.min((self.bytes.len() - self.ready.end) as u64) as usize;
        let room = &mut self.bytes[self.ready.end..][..wanted];
        self.file.read_exact(room).map_err(|source| VectorError::Read { path: self.path.clone(), source })?;
        self.unread -= wanted as u64;
        self.ready.end += wanted;
        Ok(())
    }

    /// Hands out the next bytes: where they are in `bytes`.
    fn take(&mut self, len: usize) -> Result<Range<usize>, VectorError> {
        self.fill(len)?;
        let taken = self.ready.start..self.ready.start + len;
        self.ready.start = taken.end;
        Ok(taken)
    }

    fn header(&mut self) -> Result<&[u8], VectorError> {
        let header = self.frame(MAX_HEADER)?;
        Ok(&self.bytes[header])
    }

    /// Hands out a frame with its length before it, as the decoder wants it: where it is in `bytes`.
    fn frame(&mut self, max: u64) -> Result<Range<usize>, VectorError> {
        self.fill(4)?;
        let prefix = self.bytes[self.ready.start..].first_chunk().expect("four bytes are there");
        let len = u32::from_le_bytes(*prefix);
        let left = self.left() - 4;
        if u64::from(len) > max.min(left) {
            return Err(self.damaged(format!("a part of it takes {len} bytes where {left} are left: it is cut short")));
        }
        self.take(4 + len as usize)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), VectorError> {
        if bytes > self.left() {
            return Err(self.damaged("it is cut short within its index"));
        }
        let ready = bytes.min(self.ready.len() as u64);
        self.ready.start += ready as usize;
        let by = i64::try_from(bytes - ready).map_err(|_| self.damaged("its index has no sensible size"))?;
        self.unread -= bytes - ready;
        self.file.seek_relative(by).map_err(|source| VectorError::Read { path: self.path.clone(), source })
    }
}
