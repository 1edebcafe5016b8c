//! The file around the blocks: header, blocks, then one directory of tags.

use super::{Blocks, Compression, Crs, GeoTiff, Predictor};

/// The values of one tag.
enum Values {
    Short(Vec<u64>),
    Long(Vec<u64>),
    Long8(Vec<u64>),
    Double(Vec<f64>),
    Ascii(String),
}

/// Header, blocks and directory as one file.
pub(super) fn file(tiff: &GeoTiff, blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut growing = Growing::new(tiff, blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        growing.put(index, block);
    }
    let Finished { rest: mut bytes, pointer_at, pointer } = growing.finish(tiff);
    bytes[pointer_at..pointer_at + pointer.len()].copy_from_slice(&pointer);
    bytes
}

/// A file that gets its blocks one by one, in any order, and its directory at the end.
pub(super) struct Growing {
    out: Writer,
    /// Bytes that were taken away to be written.
    taken: u64,
    pointer_at: usize,
    offsets: Vec<u64>,
    lengths: Vec<u64>,
}

/// The end of a file, and what is to be written over the place in its header that points to the directory.
pub(super) struct Finished {
    pub(super) rest: Vec<u8>,
    pub(super) pointer_at: usize,
    pub(super) pointer: Vec<u8>,
}

impl Growing {
    /// The header, and room for so many blocks.
    pub(super) fn new(tiff: &GeoTiff, blocks: usize) -> Self {
        let mut out = Writer { bytes: Vec::new(), big_endian: tiff.big_endian, big_tiff: tiff.big_tiff };
        out.bytes.extend_from_slice(if tiff.big_endian { b"MM" } else { b"II" });
        if tiff.big_tiff {
            out.number(43, 2);
            out.number(8, 2);
            out.number(0, 2);
        } else {
            out.number(42, 2);
        }
        let pointer_at = out.bytes.len();
        out.offset(0);
        Self { out, taken: 0, pointer_at, offsets: vec![0; blocks], lengths: vec![0; blocks] }
    }

    fn position(&self) -> u64 {
        self.taken + self.out.bytes.len() as u64
    }

    /// Appends a block; an empty one is left out.
    pub(super) fn put(&mut self, index: usize, block: &[u8]) {
        if !block.is_empty() {
            (self.offsets[index], self.lengths[index]) = (self.position(), block.len() as u64);
            self.out.bytes.extend_from_slice(block);
            self.out.align();
        }
    }

    /// What has been appended since this was asked before.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let bytes = std::mem::take(&mut self.out.bytes);
        self.taken += bytes.len() as u64;
        bytes
    }

    /// Appends the directory.
    pub(super) fn finish(mut self, tiff: &GeoTiff) -> Finished {
        let (offsets, lengths) = (std::mem::take(&mut self.offsets), std::mem::take(&mut self.lengths));
        let mut entries = Vec::new();
        for (tag, values) in tags(tiff, offsets, lengths) {
            let (kind, count, data) = self.out.encoded(&values);
            entries.push((tag, kind, count, data));
        }
        let room = if tiff.big_tiff { 8 } else { 4 };
        let mut fields = Vec::new();
        for (tag, kind, count, mut data) in entries {
            if data.len() > room {
                let at = self.position();
                self.out.bytes.extend_from_slice(&data);
                self.out.align();
                data.clear();
                fields.push((tag, kind, count, data, Some(at)));
            } else {
                data.resize(room, 0);
                fields.push((tag, kind, count, data, None));
            }
        }
        let directory = self.position();
        let mut out = self.out;
        out.number(fields.len() as u64, if tiff.big_tiff { 8 } else { 2 });
        for (tag, kind, count, data, elsewhere) in fields {
            out.number(tag, 2);
            out.number(kind, 2);
            out.offset(count);
            match elsewhere {
                Some(at) => out.offset(at),
                None => out.bytes.extend_from_slice(&data),
            }
        }
        out.offset(0);
        let mut pointer = Writer { bytes: Vec::new(), ..out };
        pointer.offset(directory);
        Finished { rest: out.bytes, pointer_at: self.pointer_at, pointer: pointer.bytes }
    }
}

struct Writer {
    bytes: Vec<u8>,
    big_endian: bool,
    big_tiff: bool,
}

impl Writer {
    fn number(&mut self, value: u64, count: usize) {
        if self.big_endian {
            self.bytes.extend_from_slice(&value.to_be_bytes()[8 - count..]);
        } else {
            self.bytes.extend_from_slice(&value.to_le_bytes()[..count]);
        }
    }

    fn offset(&mut self, value: u64) {
        assert!(self.big_tiff || u32::try_from(value).is_ok(), "{value} needs BigTIFF");
        self.number(value, if self.big_tiff { 8 } else { 4 });
    }

    /// TIFF wants values and blocks to begin on even bytes.
    fn align(&mut self) {
        if self.bytes.len() % 2 == 1 {
            self.bytes.push(0);
        }
    }

    /// The field type, the count and the bytes of values.
    fn encoded(&self, values: &Values) -> (u64, u64, Vec<u8>) {
        let mut out = Self { bytes: Vec::new(), ..*self };
        let (kind, count) = match values {
            Values::Short(items) => (3, out.all(items, 2)),
            Values::Long(items) => (4, out.all(items, 4)),
            Values::Long8(items) => (16, out.all(items, 8)),
            Values::Double(items) => (12, out.all(&items.iter().map(|v| v.to_bits()).collect::<Vec<_>>(), 8)),
            Values::Ascii(text) => {
                out.bytes.extend_from_slice(text.as_bytes());
                out.bytes.push(0);
                (2, text.len() + 1)
            }
        };
        (kind, count as u64, out.bytes)
    }

    fn all(&mut self, items: &[u64], count: usize) -> usize {
        items.iter().for_each(|item| self.number(*item, count));
        items.len()
    }
}

/// All tags, in increasing order as the standard wants them.
fn tags(tiff: &GeoTiff, offsets: Vec<u64>, lengths: Vec<u64>) -> Vec<(u64, Values)> {
    let bands = tiff.bands.len();
    let long = |value: usize| Values::Long(vec![value as u64]);
    let short = |value: u64| Values::Short(vec![value]);
    let place = |items| {
        if tiff.big_tiff { Values::Long8(items) } else { Values::Long(items) }
    };
    let mut tags = vec![
        (256, long(tiff.width())),
        (257, long(tiff.height())),
        (258, Values::Short(vec![tiff.sample.bits() as u64; bands])),
        (259, short(compression_code(tiff.compression))),
        (262, short(if tiff.palette.is_some() { 3 } else { 1 })),
        (277, short(bands as u64)),
        (284, short(if tiff.planar { 2 } else { 1 })),
        (339, Values::Short(vec![tiff.sample.format(); bands])),
    ];
    match tiff.blocks {
        Blocks::Strips { rows } => {
            tags.extend([(273, place(offsets)), (278, long(rows.min(tiff.height()))), (279, place(lengths))]);
        }
        Blocks::Tiles { width, height } => {
            tags.extend([(322, long(width)), (323, long(height)), (324, place(offsets)), (325, place(lengths))]);
        }
    }
    if tiff.predictor != Predictor::None {
        tags.push((317, short(if tiff.predictor == Predictor::Horizontal { 2 } else { 3 })));
    }
    if bands > 1 {
        tags.push((338, Values::Short(vec![0; bands - 1])));
    }
    if let Some(colours) = &tiff.palette {
        tags.push((320, Values::Short(colour_map(colours, tiff.sample.bits()))));
    }
    if let Some(text) = &tiff.nodata {
        tags.push((42113, Values::Ascii(text.clone())));
    }
    if let Some(xml) = &tiff.metadata {
        tags.push((42112, Values::Ascii(xml.clone())));
    }
    tags.extend(place_tags(tiff));
    tags.extend(geo_keys(tiff));
    tags.sort_by_key(|(tag, _)| *tag);
    tags
}

fn compression_code(compression: Compression) -> u64 {
    match compression {
        Compression::None => 1,
        Compression::Lzw => 5,
        Compression::Deflate => 8,
        Compression::PackBits => 32773,
        Compression::Zstd => 50000,
    }
}

/// All reds, all greens, all blues, 16 bits each.
fn colour_map(colours: &[[u8; 3]], bits: usize) -> Vec<u64> {
    (0..3)
        .flat_map(|channel| (0..1usize << bits).map(move |i| colours.get(i).map_or(0, |c| u64::from(c[channel]) * 257)))
        .collect()
}

fn place_tags(tiff: &GeoTiff) -> Vec<(u64, Values)> {
    let [width, height] = tiff.cell;
    let [west, north] = tiff.north_west;
    // A coordinate of PixelIsPoint is the middle of the cell, so the reference point moves there and the ground stays.
    let half = if tiff.point { 0.5 } else { 0.0 };
    let x = west + half * width;
    if tiff.transformation {
        let (y, step) = if tiff.south_up {
            (north - (tiff.height() as f64 - half) * height, height)
        } else {
            (north - half * height, -height)
        };
        #[rustfmt::skip]
        let matrix = vec![
            width, 0.0, 0.0, x,
            0.0, step, 0.0, y,
            0.0, 0.0, 0.0, 0.0,
            0.0, 0.0, 0.0, 1.0,
        ];
        return vec![(34264, Values::Double(matrix))];
    }
    let y = north - half * height;
    vec![(33550, Values::Double(vec![width, height, 0.0])), (33922, Values::Double(vec![0.0, 0.0, 0.0, x, y, 0.0]))]
}

/// GeoTIFF 1.1, chapter 7: a directory of keys, each with its value in it.
fn geo_keys(tiff: &GeoTiff) -> Option<(u64, Values)> {
    let raster_type = if tiff.point { 2 } else { 1 };
    let (model, code_key, code) = match tiff.crs {
        Crs::Geographic(code) => (2, 2048, code),
        Crs::Projected(code) => (1, 3072, code),
        Crs::Unknown => return None,
    };
    let mut keys = vec![[1024, model], [1025, raster_type], [code_key, u64::from(code)]];
    keys.push(if model == 2 { [2054, 9102] } else { [3076, 9001] });
    let mut directory = vec![1, 1, 0, keys.len() as u64];
    directory.extend(keys.into_iter().flat_map(|[key, value]| [key, 0, 1, value]));
    Some((34735, Values::Short(directory)))
}
