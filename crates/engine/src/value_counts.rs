//! Adds up rows of bytes by value, where they have a few known values.

#[cfg(target_arch = "x86_64")]
use pulp::{NullaryFnOnce, x86::V3};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::__m128i;

/// Values that are counted together at most: what is counted stays in the processor's registers.
pub(crate) const MOST_VALUES: usize = 8;

/// Bytes of a row that are counted together at most: few enough to stay in the nearest cache, and for counts in bytes.
pub(crate) const MOST_BYTES: usize = 512;

/// Rows of bytes that lie below each other in a block.
#[derive(Clone, Copy)]
pub(crate) struct ByteRows<'a> {
    /// From the first byte of the first row on.
    pub(crate) bytes: &'a [u8],
    /// How many bytes behind the start of a row the next one begins, and how many of these are its own.
    pub(crate) stride: usize,
    pub(crate) width: usize,
    /// What each byte of a row counts: as many as there are rows.
    pub(crate) units: &'a [u64],
}

impl<'a> ByteRows<'a> {
    /// The bytes of a row.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> &'a [u8] {
        &self.bytes[row * self.stride..][..self.width]
    }

    /// The rows from this one on.
    pub(crate) fn from(self, row: usize) -> Self {
        let bytes = if row < self.units.len() { &self.bytes[row * self.stride..] } else { &[] };
        Self { bytes, units: &self.units[row..], ..self }
    }

    /// What all bytes count together; `None` if that is no number of 64 bits.
    pub(crate) fn area(&self) -> Option<u64> {
        let units = self.units.iter().try_fold(0_u64, |sum, &units| sum.checked_add(units));
        units.and_then(|units| units.checked_mul(self.width as u64))
    }
}

/// Counts several values in one pass where the processor compares 32 bytes at a time, otherwise one after another.
#[derive(Clone, Copy)]
pub(crate) struct ValueCounter {
    #[cfg(target_arch = "x86_64")]
    wide: Option<V3>,
}

/// What was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Added {
    /// How many rows: the next one, if there is one, has other values, and nothing of it was added.
    pub(crate) rows: usize,
    /// Which of the values were in these rows: a bit each, the first value's the lowest.
    pub(crate) there: u32,
}

impl ValueCounter {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            wide: V3::try_new(),
        }
    }

    /// Adds what every byte counts to the sum of its value, row after row, until one has other values than these, which are
    /// different, [`MOST_VALUES`] at most. Rows have [`MOST_BYTES`] at most. No sum may grow beyond 64 bits.
    #[inline]
    pub(crate) fn add(self, rows: &ByteRows<'_>, values: &[u8], sums: &mut [u64; MOST_VALUES]) -> Added {
        debug_assert!(rows.width <= MOST_BYTES && values.len() <= MOST_VALUES);
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = self.wide
            && rows.width >= LANES
        {
            let of = Of { wide, rows, values };
            return match values.len() {
                0 => Added::default(),
                1 => wide.vectorize(InOnePass::<1> { of: &of, sums }),
                2 => wide.vectorize(InOnePass::<2> { of: &of, sums }),
                3 => wide.vectorize(InOnePass::<3> { of: &of, sums }),
                4 => wide.vectorize(InOnePass::<4> { of: &of, sums }),
                5 => wide.vectorize(InOnePass::<5> { of: &of, sums }),
                6 => wide.vectorize(InOnePass::<6> { of: &of, sums }),
                7 => wide.vectorize(InOnePass::<7> { of: &of, sums }),
                _ => wide.vectorize(InOnePass::<MOST_VALUES> { of: &of, sums }),
            };
        }
        add_rows(rows, sums, |bytes| {
            let mut counts = [0; MOST_VALUES];
            for (count, &value) in counts.iter_mut().zip(values) {
                *count = bytecount::count(bytes, value) as u64;
            }
            counts
        })
    }
}

/// Adds row after row, whose values are counted so.
#[inline(always)]
fn add_rows<const VALUES: usize>(
    rows: &ByteRows<'_>,
    sums: &mut [u64; MOST_VALUES],
    count: impl Fn(&[u8]) -> [u64; VALUES],
) -> Added {
    let mut added = Added::default();
    for (row, &units) in rows.units.iter().enumerate() {
        let counts = count(rows.row(row));
        if counts.iter().sum::<u64>() < rows.width as u64 {
            break;
        }
        let mut lacks_one = false;
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count * units;
            lacks_one |= count == 0;
        }
        added.rows = row + 1;
        added.there |= if lacks_one {
            counts.iter().rev().fold(0, |there, &count| there << 1 | u32::from(count > 0))
        } else {
            (1 << VALUES) - 1
        };
    }
    added
}

/// Bytes that are compared at a time.
#[cfg(target_arch = "x86_64")]
const LANES: usize = 32;

/// From place `n` on: as many bytes as are compared at a time, of which the last `n` are all ones.
#[cfg(target_arch = "x86_64")]
static LAST: [u8; 2 * LANES] = {
    let mut last = [0; 2 * LANES];
    let mut at = LANES;
    while at < last.len() {
        last[at] = u8::MAX;
        at += 1;
    }
    last
};

/// What is counted.
#[cfg(target_arch = "x86_64")]
struct Of<'a> {
    wide: V3,
    rows: &'a ByteRows<'a>,
    values: &'a [u8],
}

/// [`ValueCounter::add`] of so many values.
#[cfg(target_arch = "x86_64")]
struct InOnePass<'a, const VALUES: usize> {
    of: &'a Of<'a>,
    sums: &'a mut [u64; MOST_VALUES],
}

#[cfg(target_arch = "x86_64")]
impl<const VALUES: usize> NullaryFnOnce for InOnePass<'_, VALUES> {
    type Output = Added;

    #[inline(always)]
    fn call(self) -> Added {
        let Of { wide: V3 { avx, avx2, sse2, .. }, rows, values } = *self.of;
        let values: &[u8; VALUES] = values.first_chunk().expect("there are so many");
        let values = values.map(|value| avx._mm256_set1_epi8(value.cast_signed()));
        add_rows(rows, self.sums, |bytes| {
            let mut counts = [avx._mm256_setzero_si256(); VALUES];
            let (vectors, rest) = bytes.as_chunks::<LANES>();
            for &vector in vectors {
                let vector = pulp::cast(vector);
                for (count, value) in counts.iter_mut().zip(values) {
                    // Where bytes are equal the comparison says -1.
                    *count = avx2._mm256_sub_epi8(*count, avx2._mm256_cmpeq_epi8(vector, value));
                }
            }
            if !rest.is_empty() {
                // The last ones there are, without those that are counted already.
                let vector = pulp::cast(*bytes.last_chunk::<LANES>().expect("no fewer are counted this way"));
                let uncounted = pulp::cast(*LAST[rest.len()..].first_chunk::<LANES>().expect("the rest is shorter"));
                for (count, value) in counts.iter_mut().zip(values) {
                    let equal = avx2._mm256_and_si256(uncounted, avx2._mm256_cmpeq_epi8(vector, value));
                    *count = avx2._mm256_sub_epi8(*count, equal);
                }
            }
            counts.map(|count| {
                let halves: [__m128i; 2] = pulp::cast(avx2._mm256_sad_epu8(count, avx._mm256_setzero_si256()));
                let quarters: [u64; 2] = pulp::cast(sse2._mm_add_epi64(halves[0], halves[1]));
                quarters[0] + quarters[1]
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(rows: &ByteRows<'_>, values: &[u8]) {
        let (mut sums, mut expected) = ([5; MOST_VALUES], [5; MOST_VALUES]);
        let mut added = Added::default();
        for (row, units) in rows.units.iter().enumerate() {
            let bytes = rows.row(row);
            if !bytes.iter().all(|byte| values.contains(byte)) {
                break;
            }
            added.rows = row + 1;
            for byte in bytes {
                let place = values.iter().position(|value| value == byte).expect("all are there");
                expected[place] += units;
                added.there |= 1 << place;
            }
        }
        let before = sums;
        assert_eq!(ValueCounter::new().add(rows, values, &mut sums), added);
        assert_eq!(sums, expected);
        #[cfg(target_arch = "x86_64")]
        {
            // What processors do that compare fewer bytes at a time.
            sums = before;
            assert_eq!(ValueCounter { wide: None }.add(rows, values, &mut sums), added);
            assert_eq!(sums, expected);
        }
    }

    proptest! {
        #[test]
        fn rows_are_added_up_to_the_first_with_another_value(
            values in prop::collection::hash_set(any::<u8>(), 0..=MOST_VALUES),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 1..3000),
            others in prop::collection::vec((any::<u8>(), any::<prop::sample::Index>()), 0..3),
            (width, beside) in (1..=MOST_BYTES, 0..40_usize),
            units in 1_u64..1 << 40,
        ) {
            let values: Vec<u8> = values.into_iter().collect();
            let value = |pick: &prop::sample::Index| values.get(pick.index(values.len().max(1))).copied().unwrap_or(9);
            let mut bytes: Vec<u8> = picks.iter().map(value).collect();
            for (other, at) in others {
                let at = at.index(bytes.len());
                bytes[at] = other;
            }
            let stride = width + beside;
            // The last row need not have what is beside it.
            let count = (bytes.len() + beside) / stride;
            let units: Vec<u64> = (units..).take(count).collect();
            check(&ByteRows { bytes: &bytes, stride, width, units: &units }, &values);
        }
    }

    #[test]
    fn counts_as_high_as_there_are_bytes_fit() {
        for width in [MOST_BYTES, MOST_BYTES - 1, 31, 33] {
            let rows = ByteRows { bytes: &vec![7; width], stride: width, width, units: &[9] };
            check(&rows, &[3, 7]);
            check(&rows, &[]);
        }
    }
}
