//! Readings as small numbers: one for each class that an analysis can tell apart.

use crate::mosaic::Mosaic;
use lindero_grid::Cell;
use lindero_indicators::{Outcomes, Told};
use lindero_layers::{Cells, Reading};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Not yet known in a table of codes.
const UNSET: u8 = u8::MAX;
/// Classes of one slot at most: one more, and every reading of it is a class of its own.
const MOST_CLASSES: usize = UNSET as usize;

/// A slot turned out to have too many classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) slot: usize,
}

/// The codes of one slot.
pub(crate) struct SlotCodes {
    slot: usize,
    /// Whether every reading is a class of its own: its code is the reading.
    pub(crate) tells_all: bool,
    classes: FxHashMap<Told, u8>,
    /// A reading of each class.
    samples: Vec<Reading>,
    of_reading: FxHashMap<Reading, u8>,
    /// By stored number, for cells of one or two bytes with this tag of no data.
    table: Vec<u8>,
    table_nodata: Option<f64>,
}

/// Cells whose stored number is an index into a table.
trait Indexed: Copy {
    const TABLE: usize;
    fn index(self) -> usize;
    fn number(index: usize) -> f64;
}

macro_rules! indexed {
    ($($t:ty, $unsigned:ty, $bits:expr);*) => { $(impl Indexed for $t {
        const TABLE: usize = 1 << $bits;
        #[inline]
        fn index(self) -> usize { usize::from(self as $unsigned) }
        fn number(index: usize) -> f64 { f64::from(index as $unsigned as $t) }
    })* };
}
indexed!(u8, u8, 8; i8, u8, 8; u16, u16, 16; i16, u16, 16);

impl SlotCodes {
    pub(crate) fn of(outcomes: &Outcomes<'_>, slot: usize) -> Self {
        Self {
            slot,
            tells_all: outcomes.tells_all(slot),
            classes: FxHashMap::default(),
            samples: Vec::new(),
            of_reading: FxHashMap::default(),
            table: Vec::new(),
            table_nodata: None,
        }
    }

    /// Gives every reading a class of its own.
    pub(crate) fn tell_all(&mut self) {
        self.tells_all = true;
    }

    /// A reading of the class with this code.
    pub(crate) fn sample(&self, code: u64) -> Reading {
        if self.tells_all { Reading::from_bits(code) } else { self.samples[code as usize] }
    }

    /// The code of a reading.
    pub(crate) fn code(&mut self, outcomes: &Outcomes<'_>, reading: Reading) -> Result<u64, TooMany> {
        if self.tells_all {
            return Ok(reading.bits());
        }
        self.class(outcomes, reading).map(u64::from)
    }

    fn class(&mut self, outcomes: &Outcomes<'_>, reading: Reading) -> Result<u8, TooMany> {
        if let Some(&known) = self.of_reading.get(&reading) {
            return Ok(known);
        }
        let told = outcomes.told(self.slot, reading);
        let class = match self.classes.get(&told) {
            Some(&known) => known,
            None if self.samples.len() == MOST_CLASSES => return Err(TooMany { slot: self.slot }),
            None => {
                let new = self.samples.len() as u8;
                self.samples.push(reading);
                self.classes.insert(told, new);
                new
            }
        };
        self.of_reading.insert(reading, class);
        Ok(class)
    }

    /// The code at one cell of the layer's grid.
    #[inline]
    pub(crate) fn at(
        &mut self,
        outcomes: &Outcomes<'_>,
        mosaic: &Mosaic,
        band: usize,
        cell: Cell,
    ) -> Result<u64, TooMany> {
        // The usual case: a byte that has been met before.
        if mosaic.void.is_none()
            && mosaic.window.contains(cell)
            && let Some(Cells::U8(cells)) = mosaic.bands.get(band)
            && self.table.len() == u8::TABLE
            && self.table_nodata == mosaic.nodata
        {
            let place = ((cell.row - mosaic.window.row) as usize, (cell.col - mosaic.window.col) as usize);
            let code = self.table[usize::from(cells[place])];
            if code != UNSET {
                return Ok(code.into());
            }
        }
        self.code(outcomes, mosaic.reading(band, cell))
    }

    /// Writes the codes of some cells of a row of the layer's grid into `codes`, from bit `shift` on.
    pub(crate) fn add_row(
        &mut self,
        outcomes: &Outcomes<'_>,
        place: Option<(&Mosaic, usize)>,
        row: i32,
        cols: Range<i32>,
        shift: u32,
        codes: &mut [u64],
    ) -> Result<(), TooMany> {
        let inside = place.map_or(0..0, |(mosaic, band)| {
            let window = mosaic.window;
            let is_here = row >= window.row && row < window.row_end() && band < mosaic.bands.len();
            let part = cols.start.max(window.col)..cols.end.min(window.col_end());
            if is_here && part.start < part.end { part } else { 0..0 }
        });
        if inside.len() < cols.len() {
            let outside = self.code(outcomes, Reading::OUTSIDE)?;
            let at = |col: i32| (col - cols.start) as usize;
            let (before, after) =
                if inside.is_empty() { (codes.len(), codes.len()) } else { (at(inside.start), at(inside.end)) };
            codes[..before].iter_mut().for_each(|code| *code |= outside << shift);
            codes[after..].iter_mut().for_each(|code| *code |= outside << shift);
        }
        let Some((mosaic, band)) = place.filter(|_| !inside.is_empty()) else { return Ok(()) };
        let codes = &mut codes[(inside.start - cols.start) as usize..(inside.end - cols.start) as usize];
        let part = (inside.start - mosaic.window.col) as usize..(inside.end - mosaic.window.col) as usize;
        let row_in = (row - mosaic.window.row) as usize;
        if self.tells_all || !mosaic.has_numbers(row_in, part.clone()) {
            for (code, col) in codes.iter_mut().zip(inside) {
                *code |= self.code(outcomes, mosaic.reading(band, Cell { row, col }))? << shift;
            }
            return Ok(());
        }
        let start = row_in * mosaic.window.width as usize + part.start;
        macro_rules! line {
            ($cells:expr) => {
                &$cells.as_slice().expect("a mosaic lies whole in memory")[start..start + part.len()]
            };
        }
        match &mosaic.bands[band] {
            Cells::U8(cells) => self.add_indexed(outcomes, mosaic, line!(cells), shift, codes),
            Cells::I8(cells) => self.add_indexed(outcomes, mosaic, line!(cells), shift, codes),
            Cells::U16(cells) => self.add_indexed(outcomes, mosaic, line!(cells), shift, codes),
            Cells::I16(cells) => self.add_indexed(outcomes, mosaic, line!(cells), shift, codes),
            other => {
                for (code, col) in codes.iter_mut().zip(part) {
                    *code |= self.code(outcomes, mosaic.meaning(other.number(row_in, col)))? << shift;
                }
                Ok(())
            }
        }
    }

    fn add_indexed<T: Indexed>(
        &mut self,
        outcomes: &Outcomes<'_>,
        mosaic: &Mosaic,
        cells: &[T],
        shift: u32,
        codes: &mut [u64],
    ) -> Result<(), TooMany> {
        if self.table.len() != T::TABLE || self.table_nodata != mosaic.nodata {
            self.table.clear();
            self.table.resize(T::TABLE, UNSET);
            self.table_nodata = mosaic.nodata;
        }
        let table = &self.table[..T::TABLE];
        let mut is_new = false;
        for (code, cell) in codes.iter_mut().zip(cells) {
            let class = table[cell.index()];
            is_new |= class == UNSET;
            *code |= u64::from(class) << shift;
        }
        if is_new {
            for (code, cell) in codes.iter_mut().zip(cells) {
                let index = cell.index();
                if self.table[index] == UNSET {
                    self.table[index] = self.class(outcomes, mosaic.meaning(T::number(index)))?;
                }
                *code = *code & !(u64::from(UNSET) << shift) | u64::from(self.table[index]) << shift;
            }
        }
        Ok(())
    }
}
