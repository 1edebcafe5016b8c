//! Unpacks one block of a TIFF.

use std::cell::RefCell;

use super::lzw;

/// How blocks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Zstd,
}

impl Compression {
    /// The compression of TIFF tag 259; the name of one that is not read here.
    pub(crate) fn of_code(code: u64) -> Result<Self, String> {
        let other = match code {
            1 => return Ok(Self::None),
            5 => return Ok(Self::Lzw),
            8 | 32946 => return Ok(Self::Deflate),
            32773 => return Ok(Self::PackBits),
            50000 => return Ok(Self::Zstd),
            2..=4 => "CCITT",
            6 | 7 => "JPEG",
            34712 => "JPEG 2000",
            34887 => "LERC",
            34925 => "LZMA",
            50001 => "WebP",
            50002 => "JPEG XL",
            _ => return Err(format!("compression {code}")),
        };
        Err(format!("{other} compression"))
    }

    /// GDAL's name of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Lzw => "LZW",
            Self::Deflate => "DEFLATE",
            Self::PackBits => "PACKBITS",
            Self::Zstd => "ZSTD",
        }
    }

    /// Whether unpacking can end before the packed bytes do.
    pub(crate) fn can_stop(self) -> bool {
        matches!(self, Self::None | Self::Lzw | Self::PackBits)
    }

    /// More bytes than this times the packed bytes cannot come out, so that a file of 200 bytes does not
    /// make us ask for a gigabyte.
    pub(crate) fn most_per_byte(self) -> u64 {
        match self {
            Self::None => 1,
            // A code of 12 bits stands for a string of under 3838 bytes.
            Self::Lzw => 3838,
            // 258 bytes from two codes of one bit each.
            Self::Deflate => 1032,
            Self::PackBits => 64,
            // A run of 128 KiB in four bytes.
            Self::Zstd => 1 << 17,
        }
    }
}

thread_local! {
    static LZW: RefCell<lzw::Unpacker> = RefCell::new(lzw::Unpacker::new());
    static DEFLATE: RefCell<libdeflater::Decompressor> = RefCell::new(libdeflater::Decompressor::new());
    static ZSTD: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Unpacks into `out` and says how many bytes there are.
///
/// # Errors
/// What is wrong with the packed bytes, or that they hold more than there is room for.
pub(crate) fn unpack(compression: Compression, packed: &[u8], out: &mut [u8]) -> Result<usize, String> {
    match compression {
        Compression::None => {
            let count = packed.len().min(out.len());
            out[..count].copy_from_slice(&packed[..count]);
            Ok(count)
        }
        Compression::Lzw => LZW.with_borrow_mut(|unpacker| unpacker.unpack(packed, out)),
        Compression::Deflate => {
            DEFLATE.with_borrow_mut(|unpacker| unpacker.zlib_decompress(packed, out)).map_err(|error| match error {
                libdeflater::DecompressionError::BadData => "its Deflate data is damaged".into(),
                libdeflater::DecompressionError::InsufficientSpace => {
                    format!("its Deflate data holds more than the {} bytes of a block", out.len())
                }
            })
        }
        Compression::PackBits => unpack_bits(packed, out),
        Compression::Zstd => ZSTD.with_borrow_mut(|unpacker| {
            let unpacker = match unpacker {
                Some(unpacker) => unpacker,
                None => unpacker.insert(zstd::bulk::Decompressor::new().map_err(|e| e.to_string())?),
            };
            unpacker.decompress_to_buffer(packed, out).map_err(|e| format!("its Zstandard data is damaged ({e})"))
        }),
    }
}

/// TIFF 6.0, section 9: a count less one and the bytes, or one less a count and the byte repeated.
fn unpack_bits(packed: &[u8], out: &mut [u8]) -> Result<usize, String> {
    let (mut from, mut at) = (0, 0);
    while at < out.len() && from < packed.len() {
        let head = packed[from] as i8;
        from += 1;
        let room = out.len() - at;
        if head >= 0 {
            let count = (head as usize + 1).min(room);
            let bytes = packed.get(from..from + count).ok_or("its PackBits data ends within a run")?;
            out[at..at + count].copy_from_slice(bytes);
            (from, at) = (from + count, at + count);
        } else if head != i8::MIN {
            let count = (1 - isize::from(head)) as usize;
            let byte = *packed.get(from).ok_or("its PackBits data ends within a run")?;
            out[at..at + count.min(room)].fill(byte);
            (from, at) = (from + 1, at + count.min(room));
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_packbits_unpacks() {
        // Apple's technical note 1023.
        let packed = [0xFE, 0xAA, 2, 0x80, 0, 0x2A, 0xFD, 0xAA, 3, 0x80, 0, 0x2A, 0x22, 0xF7, 0xAA];
        let mut out = [0; 24];
        assert_eq!(unpack(Compression::PackBits, &packed, &mut out), Ok(24));
        assert_eq!(out[..7], [0xAA, 0xAA, 0xAA, 0x80, 0, 0x2A, 0xAA]);
        assert_eq!(out[14..], [0xAA; 10]);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), room in 0_usize..2000) {
            use Compression::{Deflate, Lzw, None, PackBits, Zstd};
            for compression in [None, Lzw, Deflate, PackBits, Zstd] {
                if let Ok(count) = unpack(compression, &bytes, &mut vec![0; room]) {
                    prop_assert!(count <= room);
                    prop_assert!(count as u64 <= compression.most_per_byte() * bytes.len() as u64);
                }
            }
        }
    }
}
