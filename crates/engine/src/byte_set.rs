//! Which bytes there are.

/// A set of bytes, a bit each.
#[derive(Clone, Copy, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    #[inline]
    pub(crate) fn add(&mut self, value: u8) {
        self.0[usize::from(value >> 6)] |= 1 << (value & 63);
    }

    /// Gives every byte in ascending order, and forgets them.
    pub(crate) fn take(&mut self, mut give: impl FnMut(u8)) {
        for (word, bits) in (0..).zip(&mut self.0) {
            let mut bits = std::mem::take(bits);
            while bits != 0 {
                give(64 * word + bits.trailing_zeros() as u8);
                bits &= bits - 1;
            }
        }
    }
}
