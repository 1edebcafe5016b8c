//! Areas by value of a byte.

use lindero_grid::AreaUnits;

/// Adds up areas of cells whose values are bytes.
pub(crate) struct ByteAreas {
    areas: Box<[AreaUnits; 256]>,
    /// Which values there are, a bit each.
    there: [u64; 4],
    /// Neighbours are mostly of one class: those are added up before they are noted.
    alike: (u8, AreaUnits),
}

impl ByteAreas {
    pub(crate) fn new() -> Self {
        Self { areas: Box::new([AreaUnits::ZERO; 256]), there: [0; 4], alike: (0, AreaUnits::ZERO) }
    }

    #[inline]
    pub(crate) fn add(&mut self, value: u8, area: AreaUnits) {
        if value == self.alike.0 {
            self.alike.1 += area;
        } else {
            self.note();
            self.alike = (value, area);
        }
    }

    #[inline]
    fn note(&mut self) {
        let (value, area) = self.alike;
        self.areas[usize::from(value)] += area;
        self.there[usize::from(value >> 6)] |= 1 << (value & 63);
    }

    /// Gives every value with an area, in ascending order, and forgets them.
    pub(crate) fn take(&mut self, mut give: impl FnMut(u8, AreaUnits)) {
        self.note();
        self.alike = (0, AreaUnits::ZERO);
        for (word, bits) in self.there.iter_mut().enumerate() {
            let mut bits = std::mem::take(bits);
            while bits != 0 {
                let value = 64 * word + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let area = std::mem::take(&mut self.areas[value]);
                if !area.is_zero() {
                    give(value as u8, area);
                }
            }
        }
    }
}
