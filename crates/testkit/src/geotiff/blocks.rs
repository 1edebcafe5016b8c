//! From bands to packed blocks, in the order a file lists them.

use libdeflater::{CompressionLvl, Compressor};

use super::{Blocks, Compression, GeoTiff, Predictor};

/// On maps higher levels save a tenth of the bytes and cost ten times the time.
const ZLIB_LEVEL: i32 = 7;
/// As for zlib: higher levels gain little on maps.
const ZSTD_LEVEL: i32 = 9;

/// Every block, packed; empty where the file leaves it out.
pub(super) fn blocks(tiff: &GeoTiff) -> Vec<Vec<u8>> {
    let (height, width) = (tiff.height(), tiff.width());
    let (block_height, block_width, padded) = match tiff.blocks {
        Blocks::Strips { rows } => (rows, width, false),
        Blocks::Tiles { width, height } => (height, width, true),
    };
    let planes: Vec<Vec<usize>> = if tiff.planar {
        (0..tiff.bands.len()).map(|band| vec![band]).collect()
    } else {
        vec![(0..tiff.bands.len()).collect()]
    };
    let mut blocks = Vec::new();
    for bands in &planes {
        for top in (0..height).step_by(block_height) {
            for left in (0..width).step_by(block_width) {
                let rows = if padded { block_height } else { block_height.min(height - top) };
                blocks.push(block(tiff, bands, (top, left), (rows, block_width)));
            }
        }
    }
    blocks
}

fn block(tiff: &GeoTiff, bands: &[usize], (top, left): (usize, usize), (rows, cols): (usize, usize)) -> Vec<u8> {
    let empty = tiff.nodata.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0.0);
    let mut bytes = Vec::new();
    let mut something = false;
    for row in top..top + rows {
        let mut patterns = Vec::with_capacity(cols * bands.len());
        for col in left..left + cols {
            for &band in bands {
                let stored = if tiff.south_up { tiff.height().checked_sub(row + 1) } else { Some(row) };
                let value = stored.and_then(|row| tiff.bands[band].get((row, col)));
                something |= value.is_some_and(|value| *value != empty);
                patterns.push(tiff.sample.pattern(value.copied().unwrap_or(0.0)));
            }
        }
        write_row(tiff, &patterns, bands.len(), &mut bytes);
    }
    if tiff.sparse && !something { Vec::new() } else { pack(tiff.compression, &bytes) }
}

/// Appends the bytes of one row of a block after the predictor's work.
fn write_row(tiff: &GeoTiff, patterns: &[u64], bands: usize, bytes: &mut Vec<u8>) {
    let bits = tiff.sample.bits();
    match tiff.predictor {
        Predictor::None if bits < 8 => {
            let per_byte = 8 / bits;
            for group in patterns.chunks(per_byte) {
                let byte = group.iter().enumerate().fold(0, |byte, (i, p)| byte | (*p as u8) << (8 - bits * (i + 1)));
                bytes.push(byte);
            }
        }
        Predictor::None => patterns.iter().for_each(|p| push(*p, bits, tiff.big_endian, bytes)),
        Predictor::Horizontal => {
            for (i, pattern) in patterns.iter().enumerate() {
                let before = if i < bands { 0 } else { patterns[i - bands] };
                push(pattern.wrapping_sub(before), bits, tiff.big_endian, bytes);
            }
        }
        Predictor::FloatingPoint => {
            // The most significant bytes of all cells first, whatever the byte order of the file.
            let sorted: Vec<u8> = (0..bits / 8)
                .flat_map(|byte| patterns.iter().map(move |pattern| (pattern >> (bits - 8 - 8 * byte)) as u8))
                .collect();
            for (i, byte) in sorted.iter().enumerate() {
                bytes.push(if i < bands { *byte } else { byte.wrapping_sub(sorted[i - bands]) });
            }
        }
    }
}

fn push(pattern: u64, bits: usize, big_endian: bool, bytes: &mut Vec<u8>) {
    let count = bits / 8;
    if big_endian {
        bytes.extend_from_slice(&pattern.to_be_bytes()[8 - count..]);
    } else {
        bytes.extend_from_slice(&pattern.to_le_bytes()[..count]);
    }
}

fn pack(compression: Compression, bytes: &[u8]) -> Vec<u8> {
    match compression {
        Compression::None => bytes.to_vec(),
        Compression::Lzw => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(bytes)
            .expect("LZW packs any bytes"),
        Compression::Deflate => {
            let mut packer = Compressor::new(CompressionLvl::new(ZLIB_LEVEL).expect("a level of zlib"));
            let mut packed = vec![0; packer.zlib_compress_bound(bytes.len())];
            let length = packer.zlib_compress(bytes, &mut packed).expect("the bound is enough");
            packed.truncate(length);
            packed
        }
        Compression::PackBits => pack_bits(bytes),
        Compression::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL).expect("Zstandard packs any bytes"),
    }
}

/// TIFF 6.0, section 9: a count less one and the bytes, or one less a count and the byte repeated.
fn pack_bits(bytes: &[u8]) -> Vec<u8> {
    let run_at = |at: usize| bytes[at..].iter().take(128).take_while(|byte| **byte == bytes[at]).count();
    let mut packed = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = run_at(at);
        if run > 1 {
            packed.extend([(257 - run) as u8, bytes[at]]);
            at += run;
        } else {
            let start = at;
            while at < bytes.len() && at - start < 128 && run_at(at) < 3 {
                at += 1;
            }
            packed.push((at - start - 1) as u8);
            packed.extend_from_slice(&bytes[start..at]);
        }
    }
    packed
}
