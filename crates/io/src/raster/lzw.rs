//! LZW as TIFF has it: most significant bit first, code widths that grow one code early.
//!
//! # Method
//! TIFF 6.0, section 13. Every string of the table already stands in the output, so the table keeps
//! places and lengths instead of prefixes: a code is one copy within the output.

/// Code that empties the table.
const CLEAR: usize = 256;
/// Code that ends the data.
const END: usize = 257;
/// First code of a string.
const FIRST: usize = 258;
/// Codes have at most 12 bits.
const MOST_CODES: usize = 1 << 12;
/// Short strings are copied in one piece of this many bytes; what is too much is overwritten later.
const PIECE: usize = 16;

/// Whether the data is packed in the way of TIFF before version 6, least significant bit first.
pub(crate) fn is_old_style(packed: &[u8]) -> bool {
    matches!(packed, [0, second, ..] if second & 1 == 1)
}

/// Unpacks until the output is full or the data ends, and says how many bytes there are.
///
/// # Errors
/// A code that stands for no string yet.
pub(crate) fn unpack(packed: &[u8], out: &mut [u8]) -> Result<usize, String> {
    let mut bits = Bits { packed, next: 0, buffer: 0, count: 0 };
    let mut places = [0_u32; MOST_CODES];
    let mut lengths = [0_u32; MOST_CODES];
    let mut free = FIRST;
    let mut width = 9;
    let (mut last_place, mut last_length) = (0, 0);
    let mut at = 0;
    while at < out.len() {
        let Some(code) = bits.take(width) else { break };
        if code == CLEAR {
            (free, width, last_length) = (FIRST, 9, 0);
            continue;
        }
        if code == END {
            break;
        }
        // The new string is the last one and the first byte of this one, which is about to follow it.
        if last_length > 0 && free < MOST_CODES {
            places[free] = last_place as u32;
            lengths[free] = last_length as u32 + 1;
            free += 1;
            if free + 1 == 1 << width && width < 12 {
                width += 1;
            }
        }
        last_place = at;
        if code < CLEAR {
            out[at] = code as u8;
            last_length = 1;
            at += 1;
            continue;
        }
        if code >= free {
            return Err(format!("LZW code {code} stands for nothing: only {free} are known"));
        }
        let (place, length) = (places[code] as usize, lengths[code] as usize);
        at = copy(out, place, length, at);
        last_length = length;
    }
    Ok(at)
}

/// Appends a string that stands at `place`; returns the new end.
#[inline]
fn copy(out: &mut [u8], place: usize, length: usize, at: usize) -> usize {
    let end = at + length;
    if length <= PIECE && at + PIECE <= out.len() {
        let mut piece = [0; PIECE];
        piece.copy_from_slice(&out[place..place + PIECE]);
        out[at..at + PIECE].copy_from_slice(&piece);
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

/// Codes, most significant bit first.
struct Bits<'a> {
    packed: &'a [u8],
    next: usize,
    /// The unread bits, at the top.
    buffer: u64,
    count: u32,
}

impl Bits<'_> {
    #[inline]
    fn take(&mut self, width: u32) -> Option<usize> {
        if self.count < width {
            self.fill();
            if self.count < width {
                return None;
            }
        }
        let code = self.buffer >> (64 - width);
        self.buffer <<= width;
        self.count -= width;
        Some(code as usize)
    }

    #[inline]
    fn fill(&mut self) {
        if let Some(word) = self.packed.get(self.next..self.next + 8) {
            let word = u64::from_be_bytes(word.try_into().expect("eight bytes were taken"));
            // At most 56 new bits, so that whole bytes are taken; bits below them are set again, alike.
            self.buffer |= word >> self.count;
            let bytes = (63 - self.count) / 8;
            self.next += bytes as usize;
            self.count += 8 * bytes;
        } else {
            while self.count <= 56 && self.next < self.packed.len() {
                self.buffer |= u64::from(self.packed[self.next]) << (56 - self.count);
                self.next += 1;
                self.count += 8;
            }
        }
    }
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
        assert_eq!(unpack(&pack(bytes), &mut out), Ok(bytes.len()));
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
        assert_eq!(unpack(&packed, &mut out), Ok(9));
        assert_eq!(out, [7, 7, 7, 8, 8, 7, 7, 6, 6]);
    }

    #[test]
    fn a_string_that_ends_in_its_own_first_byte_unpacks() {
        check(&[5; 1000]);
        check(&b"ab".repeat(300));
        check(b"");
    }

    #[test]
    fn a_code_without_a_string_is_an_error() {
        // Clear, then 300, in 9 bits each.
        let bits = (CLEAR as u32) << 23 | 300 << 14;
        let problem = unpack(&bits.to_be_bytes(), &mut [0; 4]).unwrap_err();
        assert!(problem.contains("300"), "{problem}");
    }

    proptest! {
        #[test]
        fn what_was_packed_unpacks(bytes in prop::collection::vec(0_u8..4, 0..6000)) {
            check(&bytes);
        }

        #[test]
        fn garbage_and_cut_data_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), room in 0_usize..3000) {
            let mut out = vec![0; room];
            if let Ok(count) = unpack(&bytes, &mut out) {
                prop_assert!(count <= room);
            }
        }

        #[test]
        fn a_part_of_the_data_gives_the_beginning(bytes in prop::collection::vec(0_u8..4, 1..3000), keep in 0.0_f64..1.0) {
            let packed = pack(&bytes);
            let mut out = vec![0; bytes.len()];
            let count = unpack(&packed[..(packed.len() as f64 * keep) as usize], &mut out).unwrap();
            prop_assert_eq!(&out[..count], &bytes[..count]);
        }
    }
}
