//! Areas by value of a byte.

use crate::byte_set::ByteSet;
use lindero_grid::AreaUnits;

/// Adds up areas of cells whose values are bytes.
pub(crate) struct ByteAreas {
    areas: Box<[AreaUnits; 256]>,
    /// Which values there are.
    there: ByteSet,
    /// Neighbours are mostly of one class: those are added up before they are noted.
    alike: (u8, AreaUnits),
}

impl ByteAreas {
    pub(crate) fn new() -> Self {
        Self { areas: Box::new([AreaUnits::ZERO; 256]), there: ByteSet::default(), alike: (0, AreaUnits::ZERO) }
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

    /// Adds what is added up already.
    #[inline]
    pub(crate) fn add_sum(&mut self, value: u8, area: AreaUnits) {
        self.areas[usize::from(value)] += area;
        self.there.add(value);
    }

    #[inline]
    fn note(&mut self) {
        let (value, area) = self.alike;
        self.add_sum(value, area);
    }

    /// Gives every value with an area, in ascending order, and forgets them.
    pub(crate) fn take(&mut self, mut give: impl FnMut(u8, AreaUnits)) {
        self.note();
        self.alike = (0, AreaUnits::ZERO);
        let areas = &mut self.areas;
        self.there.take(|value| {
            let area = std::mem::take(&mut areas[usize::from(value)]);
            if !area.is_zero() {
                give(value, area);
            }
        });
    }
}
