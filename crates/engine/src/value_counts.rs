//! Adds up runs of bytes by value, where they have a few known values.

#[cfg(target_arch = "x86_64")]
use pulp::{NullaryFnOnce, x86::V3};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128i, __m256i};

/// Values that are counted together at most: what is counted stays in the processor's registers.
pub(crate) const MOST_VALUES: usize = 8;

/// Bytes of a run at least, as many as are compared at a time.
pub(crate) const LEAST_BYTES: usize = 32;

/// Bytes of a run at most: few enough for counts in bytes.
pub(crate) const MOST_BYTES: usize = 512;

/// Bytes beside each other in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    /// Where they begin.
    pub(crate) start: usize,
    /// How many they are: [`LEAST_BYTES`] to [`MOST_BYTES`].
    pub(crate) len: usize,
    /// What each of them counts.
    pub(crate) units: u64,
}

impl Run {
    /// The bytes themselves.
    #[inline(always)]
    pub(crate) fn of<'a>(&self, block: &'a [u8]) -> &'a [u8] {
        &block[self.start..][..self.len]
    }

    /// What all bytes of some runs count together; `None` if that is no number of 64 bits.
    pub(crate) fn area(runs: &[Self]) -> Option<u64> {
        runs.iter().try_fold(0_u64, |sum, run| sum.checked_add((run.len as u64).checked_mul(run.units)?))
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
    /// How many runs: the next one, if there is one, has other values, and nothing of it was added.
    pub(crate) runs: usize,
    /// Which of the values were in these runs: a bit each, the first value's the lowest.
    pub(crate) there: u32,
}

impl ValueCounter {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            wide: V3::try_new(),
        }
    }

    /// Adds what every byte counts to the sum of its value, run after run of a block, until one has other values than these,
    /// which are different, [`MOST_VALUES`] at most. No sum may grow beyond 64 bits.
    #[inline]
    pub(crate) fn add(self, block: &[u8], runs: &[Run], values: &[u8], sums: &mut [u64; MOST_VALUES]) -> Added {
        debug_assert!(runs.iter().all(|run| (LEAST_BYTES..=MOST_BYTES).contains(&run.len)));
        debug_assert!(values.len() <= MOST_VALUES);
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = self.wide {
            let of = Of { wide, block, runs, values };
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
        let mut added = Added::default();
        for run in runs {
            let mut counts = [0; MOST_VALUES];
            for (count, &value) in counts.iter_mut().zip(values) {
                *count = bytecount::count(run.of(block), value) as u64;
            }
            if counts.iter().sum::<u64>() < run.len as u64 {
                break;
            }
            added.runs += 1;
            for (index, (sum, count)) in sums.iter_mut().zip(counts).enumerate() {
                *sum += count * run.units;
                added.there |= u32::from(count > 0) << index;
            }
        }
        added
    }
}

/// From place `n` on: as many bytes as are compared at a time, of which the last `n` are all ones.
#[cfg(target_arch = "x86_64")]
static LAST: [u8; 2 * LEAST_BYTES] = {
    let mut last = [0; 2 * LEAST_BYTES];
    let mut at = LEAST_BYTES;
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
    block: &'a [u8],
    runs: &'a [Run],
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
        let Of { wide: V3 { avx, avx2, sse2, .. }, block, runs, values } = *self.of;
        let values: &[u8; VALUES] = values.first_chunk().expect("there are so many");
        let values = values.map(|value| avx._mm256_set1_epi8(value.cast_signed()));
        let zero = avx._mm256_setzero_si256();
        // The sum of four numbers of 64 bits.
        let sum_of = |four: __m256i| {
            let halves: [__m128i; 2] = pulp::cast(four);
            let quarters: [u64; 2] = pulp::cast(sse2._mm_add_epi64(halves[0], halves[1]));
            quarters[0] + quarters[1]
        };
        let mut added = Added::default();
        let (mut areas, mut there) = ([zero; VALUES], [zero; VALUES]);
        for run in runs {
            let bytes = run.of(block);
            let mut counts = [zero; VALUES];
            let (vectors, rest) = bytes.as_chunks::<LEAST_BYTES>();
            for &vector in vectors {
                let vector = pulp::cast(vector);
                for (count, value) in counts.iter_mut().zip(values) {
                    // Where bytes are equal the comparison says -1.
                    *count = avx2._mm256_sub_epi8(*count, avx2._mm256_cmpeq_epi8(vector, value));
                }
            }
            if !rest.is_empty() {
                // The last ones there are, without those that are counted already.
                let vector = pulp::cast(*bytes.last_chunk::<LEAST_BYTES>().expect("no fewer are counted this way"));
                let uncounted =
                    pulp::cast(*LAST[rest.len()..].first_chunk::<LEAST_BYTES>().expect("the rest is shorter"));
                for (count, value) in counts.iter_mut().zip(values) {
                    let equal = avx2._mm256_and_si256(uncounted, avx2._mm256_cmpeq_epi8(vector, value));
                    *count = avx2._mm256_sub_epi8(*count, equal);
                }
            }
            let counts = counts.map(|count| avx2._mm256_sad_epu8(count, zero));
            if sum_of(counts.iter().fold(zero, |sum, &count| avx2._mm256_add_epi64(sum, count))) < run.len as u64 {
                break;
            }
            added.runs += 1;
            // Counts are of 32 bits, so that their products with units are those with either half of these.
            let low = avx._mm256_set1_epi64x((run.units & u64::from(u32::MAX)).cast_signed());
            let high = avx._mm256_set1_epi64x((run.units >> 32).cast_signed());
            for ((area, there), count) in areas.iter_mut().zip(&mut there).zip(counts) {
                let upper = avx2._mm256_slli_epi64::<32>(avx2._mm256_mul_epu32(count, high));
                let product = avx2._mm256_add_epi64(avx2._mm256_mul_epu32(count, low), upper);
                *area = avx2._mm256_add_epi64(*area, product);
                *there = avx2._mm256_or_si256(*there, count);
            }
        }
        for (index, ((sum, area), there)) in self.sums.iter_mut().zip(areas).zip(there).enumerate() {
            *sum += sum_of(area);
            added.there |= u32::from(sum_of(there) > 0) << index;
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(block: &[u8], runs: &[Run], values: &[u8]) {
        let (mut sums, mut expected) = ([5; MOST_VALUES], [5; MOST_VALUES]);
        let mut added = Added::default();
        for (index, run) in runs.iter().enumerate() {
            let bytes = run.of(block);
            if !bytes.iter().all(|byte| values.contains(byte)) {
                break;
            }
            added.runs = index + 1;
            for byte in bytes {
                let place = values.iter().position(|value| value == byte).expect("all are there");
                expected[place] += run.units;
                added.there |= 1 << place;
            }
        }
        let before = sums;
        assert_eq!(ValueCounter::new().add(block, runs, values, &mut sums), added);
        assert_eq!(sums, expected);
        #[cfg(target_arch = "x86_64")]
        {
            // What processors do that compare fewer bytes at a time.
            sums = before;
            assert_eq!(ValueCounter { wide: None }.add(block, runs, values, &mut sums), added);
            assert_eq!(sums, expected);
        }
    }

    proptest! {
        #[test]
        fn runs_are_added_up_to_the_first_with_another_value(
            values in prop::collection::hash_set(any::<u8>(), 0..=MOST_VALUES),
            picks in prop::collection::vec(any::<prop::sample::Index>(), LEAST_BYTES..3000),
            others in prop::collection::vec((any::<u8>(), any::<prop::sample::Index>()), 0..3),
            runs in prop::collection::vec((any::<prop::sample::Index>(), LEAST_BYTES..=MOST_BYTES, 1_u64..1 << 40), 0..20),
        ) {
            let values: Vec<u8> = values.into_iter().collect();
            let value = |pick: &prop::sample::Index| values.get(pick.index(values.len().max(1))).copied().unwrap_or(9);
            let mut block: Vec<u8> = picks.iter().map(value).collect();
            for (other, at) in others {
                let at = at.index(block.len());
                block[at] = other;
            }
            let run = |(start, len, units): (prop::sample::Index, usize, u64)| {
                let len = len.min(block.len());
                Run { start: start.index(block.len() - len + 1), len, units }
            };
            let runs: Vec<Run> = runs.into_iter().map(run).collect();
            check(&block, &runs, &values);
        }
    }

    #[test]
    fn counts_as_high_as_there_are_bytes_fit() {
        for len in [MOST_BYTES, MOST_BYTES - 1, LEAST_BYTES, LEAST_BYTES + 1] {
            let run = Run { start: 0, len, units: 9 };
            check(&vec![7; len], &[run], &[3, 7]);
            check(&vec![7; len], &[run], &[]);
        }
    }
}
