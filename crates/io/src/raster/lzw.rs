//! LZW as TIFF has it: most significant bit first, code widths that grow one code early.
//!
//! # Method
//! TIFF 6.0, section 13. On maps most strings have two or three bytes, so the table holds the bytes of short strings themselves:
//! a code is one look-up and one store of eight bytes. Every longer string already stands in the output, so of those the table keeps
//! place and length: such a code is a copy within the output.

/// Code that empties the table.
const CLEAR: usize = 256;
/// Code that ends the data.
const END: usize = 257;
/// First code of a string.
const FIRST: usize = 258;
/// Codes have 9 to 12 bits.
const NARROWEST: u32 = 9;
const WIDEST: u32 = 12;
const MOST_CODES: usize = 1 << WIDEST;
/// Bytes of the longest short string.
const MOST_SHORT: usize = 7;
/// A short string of one byte, that byte 0: what each more byte adds to the number that holds the string.
const ONE_BYTE: u64 = 1 << 56;
/// Strings of a few pieces of so many bytes are copied piece by piece; what is too much is overwritten later.
const PIECE: usize = 32;
const MOST_PIECES: usize = 8;

/// Whether the data is packed in the way of TIFF before version 6, least significant bit first.
pub(crate) fn is_old_style(packed: &[u8]) -> bool {
    matches!(packed, [0, second, ..] if second & 1 == 1)
}

/// A table of strings, kept from block to block.
pub(crate) struct Unpacker {
    /// The bytes of a short string from the lowest byte up, and in the highest their number; 0: a longer string or none.
    short: Box<[u64; MOST_CODES]>,
    /// Where in the output a longer string stands, and its length.
    long: Box<[(u32, u32); MOST_CODES]>,
    /// The first code that stands for nothing yet.
    free: usize,
}

/// The string before the one that is read.
#[derive(Clone, Copy, Default)]
struct Last {
    /// As the table holds it.
    short: u64,
    /// Its bytes; 0: there is none.
    length: usize,
}

impl Unpacker {
    pub(crate) fn new() -> Self {
        let mut short = Box::new([0; MOST_CODES]);
        for (byte, string) in short.iter_mut().take(CLEAR).enumerate() {
            *string = ONE_BYTE | byte as u64;
        }
        Self { short, long: Box::new([(0, 0); MOST_CODES]), free: FIRST }
    }

    /// Unpacks until the output is full or the data ends, and says how many bytes there are.
    ///
    /// # Errors
    /// A code that stands for no string yet.
    pub(crate) fn unpack(&mut self, packed: &[u8], out: &mut [u8]) -> Result<usize, String> {
        self.forget();
        let mut width = NARROWEST;
        let mut last = Last::default();
        let (mut bit, mut at) = (0, 0);
        while at < out.len() {
            let widens_at = (1 << width) - 1;
            let mut free = self.free;
            let mut other = None;
            // All but few codes, in a loop that does as little as possible: a short string after one that stays short
            // when it gets a byte more.
            while free < widens_at
                && last.short.wrapping_sub(ONE_BYTE) < (MOST_SHORT as u64 - 1) * ONE_BYTE
                && let Some(word) = packed.get(bit / 8..bit / 8 + 8)
                && let Some(place) = out.get_mut(at..at + 8)
            {
                let code = code(word, bit, width);
                let string = self.short[code];
                bit += width as usize;
                if string == 0 {
                    other = Some(code);
                    break;
                }
                self.short[free] = longer(last.short, string);
                free += 1;
                place.copy_from_slice(&string.to_le_bytes());
                at += length(string);
                last.short = string;
            }
            self.free = free;
            if last.short != 0 {
                last.length = length(last.short);
            }
            if free == widens_at && width < WIDEST {
                width += 1;
                continue;
            }
            // Any code.
            let code = match other {
                Some(code) => code,
                None if bit + width as usize > 8 * packed.len() => break,
                None => {
                    let code = match packed.get(bit / 8..bit / 8 + 8) {
                        Some(word) => code(word, bit, width),
                        None => code(&last_word(&packed[bit / 8..]), bit, width),
                    };
                    bit += width as usize;
                    code
                }
            };
            match code {
                CLEAR => {
                    self.forget();
                    (width, last) = (NARROWEST, Last::default());
                }
                END => break,
                _ => {
                    self.learn(code, last, out, at)?;
                    (last, at) = self.append(code, out, at);
                }
            }
        }
        Ok(at)
    }

    /// Empties the table.
    fn forget(&mut self) {
        self.short[FIRST..self.free].fill(0);
        self.free = FIRST;
    }

    /// Gives the next code to the last string and the first byte of the one that is about to follow it.
    #[inline]
    fn learn(&mut self, code: usize, last: Last, out: &[u8], at: usize) -> Result<(), String> {
        let learns = last.length > 0 && self.free < MOST_CODES;
        let known = self.free + usize::from(learns);
        if code >= known {
            return Err(format!("LZW code {code} stands for nothing: only {known} are known"));
        }
        if !learns {
            return Ok(());
        }
        self.long[self.free] = ((at - last.length) as u32, last.length as u32 + 1);
        if last.length < MOST_SHORT {
            let short = self.short[code];
            // Here the new string, too, counts as a longer one: it begins where the last one stands.
            let first = if short == 0 { u64::from(out[self.long[code].0 as usize]) } else { short };
            self.short[self.free] = longer(last.short, first);
        }
        self.free += 1;
        Ok(())
    }

    /// Appends a string to the output; returns it and the new end.
    #[inline]
    fn append(&self, code: usize, out: &mut [u8], at: usize) -> (Last, usize) {
        let short = self.short[code];
        if short != 0 {
            let length = length(short);
            let end = (at + length).min(out.len());
            out[at..end].copy_from_slice(&short.to_le_bytes()[..end - at]);
            return (Last { short, length }, end);
        }
        let (place, length) = self.long[code];
        let (place, length) = (place as usize, length as usize);
        (Last { short, length }, copy(out, place, length, at))
    }
}

/// The bytes of a short string.
#[inline]
fn length(short: u64) -> usize {
    (short >> 56) as usize
}

/// A short string with the first byte of another one after it.
#[inline]
fn longer(short: u64, other: u64) -> u64 {
    short + ONE_BYTE + ((other & 0xFF) << (8 * (short >> 56 & 7)))
}

/// The code that begins at a bit of the data, in the word of eight bytes that begins at that bit's byte.
#[inline]
fn code(word: &[u8], bit: usize, width: u32) -> usize {
    let word = u64::from_be_bytes(word.try_into().expect("a word has eight bytes"));
    (word << (bit % 8) >> (64 - width)) as usize % MOST_CODES
}

/// The rest of the data and zeros.
#[cold]
fn last_word(rest: &[u8]) -> [u8; 8] {
    std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0))
}

/// Appends a string that stands at `place`; returns the new end.
#[inline]
fn copy(out: &mut [u8], place: usize, length: usize, at: usize) -> usize {
    let end = at + length;
    if length <= MOST_PIECES * PIECE && at + MOST_PIECES * PIECE <= out.len() {
        // A string longer than a piece is at least a piece away from its copy: what a piece takes has been written.
        for piece in (0..length).step_by(PIECE) {
            let mut bytes = [0; PIECE];
            bytes.copy_from_slice(&out[place + piece..place + piece + PIECE]);
            out[at + piece..at + piece + PIECE].copy_from_slice(&bytes);
        }
    } else if end <= out.len() {
        out.copy_within(place..place + length, at);
    } else {
        let end = out.len();
        for to in at..end {
            out[to] = out[place + to - at];
        }
        return end;
    }
    // A string may end in the very byte it begins to write: that byte was not there when the piece was read.
    out[end - 1] = out[place + length - 1];
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// TIFF's encoder in the plainest way: a list of strings.
    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut codes: Vec<(usize, u32)> = vec![(CLEAR, 9)];
        let mut table: Vec<Vec<u8>> = Vec::new();
        let mut width = 9;
        let mut string: Vec<u8> = Vec::new();
        let code = |string: &[u8], table: &[Vec<u8>]| match string {
            [byte] => Some(usize::from(*byte)),
            _ => table.iter().position(|known| known == string).map(|index| FIRST + index),
        };
        for byte in bytes {
            let mut longer = string.clone();
            longer.push(*byte);
            if string.is_empty() || code(&longer, &table).is_some() {
                string = longer;
                continue;
            }
            codes.push((code(&string, &table).unwrap(), width));
            table.push(longer);
            if FIRST + table.len() == 4094 {
                codes.push((CLEAR, width));
                (table, width) = (Vec::new(), 9);
            } else if FIRST + table.len() == 1 << width {
                // The decoder is one string behind the encoder and changes one code early: at 2^n exactly.
                width += 1;
            }
            string = vec![*byte];
        }
        if !string.is_empty() {
            codes.push((code(&string, &table).unwrap(), width));
            if FIRST + table.len() + 1 == 1 << width && width < 12 {
                width += 1;
            }
        }
        codes.push((END, width));
        let mut bits = Vec::new();
        for (code, width) in codes {
            bits.extend((0..width).rev().map(|bit| code >> bit & 1));
        }
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |sum, (i, bit)| sum | (*bit as u8) << (7 - i)))
            .collect()
    }

    fn check(bytes: &[u8]) {
        let mut out = vec![0xEE; bytes.len()];
        assert_eq!(Unpacker::new().unpack(&pack(bytes), &mut out), Ok(bytes.len()));
        assert_eq!(out, bytes);
    }

    #[test]
    fn the_example_of_the_standard_unpacks() {
        // TIFF 6.0, page 60: 7 7 7 8 8 7 7 6 6 becomes Clear 7 258 8 8 258 6 6 End.
        let codes = [CLEAR, 7, 258, 8, 8, 258, 6, 6, END];
        let bits: Vec<usize> = codes.iter().flat_map(|code| (0..9).rev().map(move |bit| code >> bit & 1)).collect();
        let packed: Vec<u8> = bits
            .chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |sum, (i, bit)| sum | (*bit as u8) << (7 - i)))
            .collect();
        let mut out = [0; 9];
        assert_eq!(Unpacker::new().unpack(&packed, &mut out), Ok(9));
        assert_eq!(out, [7, 7, 7, 8, 8, 7, 7, 6, 6]);
    }

    #[test]
    fn a_string_that_ends_in_its_own_first_byte_unpacks() {
        check(&[5; 1000]);
        check(&b"ab".repeat(300));
        check(&[0; 1000]);
        check(&[0; 70_000]);
        check(b"");
    }

    #[test]
    fn a_code_without_a_string_is_an_error() {
        // Clear, then 300, in 9 bits each.
        let bits = (CLEAR as u32) << 23 | 300 << 14;
        let problem = Unpacker::new().unpack(&bits.to_be_bytes(), &mut [0; 4]).unwrap_err();
        assert!(problem.contains("300"), "{problem}");
    }

    proptest! {
        #[test]
        fn what_was_packed_unpacks(bytes in prop::collection::vec(0_u8..4, 0..6000)) {
            check(&bytes);
        }

        #[test]
        fn as_many_bytes_as_are_asked_for_unpack(bytes in prop::collection::vec(0_u8..3, 1..3000), part in 0.0_f64..1.0) {
            let mut unpacker = Unpacker::new();
            for wanted in [(bytes.len() as f64 * part) as usize, bytes.len()] {
                // The table is left as a block that ended early left it.
                let mut out = vec![0; wanted];
                prop_assert_eq!(unpacker.unpack(&pack(&bytes), &mut out), Ok(wanted));
                prop_assert_eq!(&out[..], &bytes[..wanted]);
            }
        }

        #[test]
        fn long_runs_and_repeats_unpack(pieces in prop::collection::vec((0_u8..4, 1_usize..400), 1..60)) {
            let bytes: Vec<u8> = pieces.iter().flat_map(|(byte, count)| std::iter::repeat_n(*byte, *count)).collect();
            check(&bytes);
            check(&bytes.repeat(3));
        }

        #[test]
        fn garbage_and_cut_data_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), room in 0_usize..3000) {
            let mut out = vec![0; room];
            if let Ok(count) = Unpacker::new().unpack(&bytes, &mut out) {
                prop_assert!(count <= room);
            }
        }

        #[test]
        fn a_part_of_the_data_gives_the_beginning(bytes in prop::collection::vec(0_u8..4, 1..3000), keep in 0.0_f64..1.0) {
            let packed = pack(&bytes);
            let mut out = vec![0; bytes.len()];
            let count = Unpacker::new().unpack(&packed[..(packed.len() as f64 * keep) as usize], &mut out).unwrap();
            prop_assert_eq!(&out[..count], &bytes[..count]);
        }
    }
}
