//! The area of every class of one shape, where classes are bytes without voids.

use crate::{
    byte_areas::ByteAreas,
    long_runs::LongRuns,
    sweep::{Visit, columns_of_row},
    value_counts::{LEAST_BYTES, MOST_BYTES, Run},
};
use lindero_grid::{AreaUnits, FULL, Span, Window};
use ndarray::Array2;
use std::ops::Range;

/// Whole cells beside each other from which on bytes are counted first: fewer are added up for less.
const LONG_RUN: usize = LEAST_BYTES;

/// Cells beside each other from which on those alike are put together before they are added.
const MIDDLE_RUN: usize = 16;

/// Cells of a visit in their block or mosaic.
pub(crate) struct BytePart<'a> {
    /// The cells.
    pub(crate) on: Window,
    /// Where those of the block lie.
    pub(crate) of: Window,
    pub(crate) cells: &'a Array2<u8>,
}

/// Adds up areas by value.
pub(crate) struct ByteClasses {
    bytes: ByteAreas,
    /// Whole cells that the areas do not have yet; none between visits.
    runs: LongRuns,
}

impl ByteClasses {
    pub(crate) fn new() -> Self {
        Self { bytes: ByteAreas::new(), runs: LongRuns::new() }
    }

    /// Adds a part of a visit.
    pub(crate) fn add(&mut self, visit: &Visit<'_>, part: &BytePart<'_>) {
        let rows = Rows::new(visit, part);
        if part.on.width < LONG_RUN as i32 {
            self.add_narrow(&rows);
        } else {
            if visit.is_whole {
                self.add_whole(&rows);
            } else {
                self.add_wide(&rows);
            }
            let bytes = &mut self.bytes;
            self.runs.end_block(rows.block, |value, area| bytes.add_sum(value, area));
        }
    }

    /// Gives every value with an area, in ascending order, and forgets them.
    pub(crate) fn take(&mut self, give: impl FnMut(u8, AreaUnits)) {
        let bytes = &mut self.bytes;
        self.runs.end(|value, area| bytes.add_sum(value, area));
        bytes.take(give);
    }

    /// All cells, each wholly: without a look at the coverage.
    fn add_whole(&mut self, rows: &Rows<'_>) {
        for (row, &units) in rows.units.iter().enumerate() {
            self.add_span(rows.block, rows.places(row, &rows.cols), FULL, units);
        }
    }

    /// Rows without long runs: one addition where all cells are of one class, else one a cell or, of more cells, one for those
    /// alike.
    fn add_narrow(&mut self, rows: &Rows<'_>) {
        for (row, (spans, &units)) in rows.visit.coverage.rows_from(&rows.on).zip(rows.units).enumerate() {
            let Some(covered) = columns_of_row(spans, &rows.on) else { continue };
            if let Some(value) = only_value(&rows.block[rows.places(row, &covered)]) {
                let near = spans.iter().take_while(|span| span.col < rows.on.col_end());
                let share = near.map(|span| span.share * columns(span, &rows.on).len() as u64).sum();
                self.bytes.add(value, AreaUnits::of(share, units));
                continue;
            }
            for span in spans {
                let cols = columns(span, &rows.on);
                if cols.is_empty() {
                    break;
                }
                self.bytes.add_cells(&rows.block[rows.places(row, &cols)], span.share, units);
            }
        }
    }

    /// Rows that are mostly a long run between some cells of the border.
    fn add_wide(&mut self, rows: &Rows<'_>) {
        for (row, (spans, &units)) in rows.visit.coverage.rows_from(&rows.on).zip(rows.units).enumerate() {
            for span in spans {
                let cols = columns(span, &rows.on);
                if cols.is_empty() {
                    break;
                }
                self.add_span(rows.block, rows.places(row, &cols), span.share, units);
            }
        }
    }

    /// Cells beside each other, covered alike: mostly a run or one cell.
    #[inline]
    fn add_span(&mut self, block: &[u8], places: Range<usize>, share: u64, units: u64) {
        let bytes = &mut self.bytes;
        if places.len() == 1 {
            bytes.add_sum(block[places.start], AreaUnits::of(share, units));
        } else if share == FULL && (LONG_RUN..=MOST_BYTES).contains(&places.len()) {
            let run = Run { start: places.start, len: places.len(), units };
            self.runs.add(block, run, |value, area| bytes.add_sum(value, area));
        } else {
            self.add_stretch(block, places, share, units);
        }
    }

    /// Any other cells beside each other, covered alike.
    #[inline(never)] // They are few, and the loops above are the shorter without them.
    fn add_stretch(&mut self, block: &[u8], places: Range<usize>, share: u64, units: u64) {
        let bytes = &mut self.bytes;
        let mut start = places.start;
        while start < places.end {
            let len = MOST_BYTES.min(places.end - start);
            if share == FULL && len >= LONG_RUN {
                self.runs.add(block, Run { start, len, units }, |value, area| bytes.add_sum(value, area));
            } else {
                bytes.add_cells(&block[start..start + len], share, units);
            }
            start += len;
        }
    }
}

/// The rows of a part, north to south.
struct Rows<'a> {
    visit: &'a Visit<'a>,
    on: Window,
    /// The columns of the part.
    cols: Range<i32>,
    block: &'a [u8],
    /// Where the first row begins among the bytes of the block, how far behind the next one does, and of which column that is.
    first: usize,
    stride: usize,
    col: i32,
    /// Of a cell of each row.
    units: &'a [u64],
}

impl<'a> Rows<'a> {
    fn new(visit: &'a Visit<'a>, part: &BytePart<'a>) -> Self {
        let BytePart { on, of, cells } = *part;
        let stride = cells.ncols();
        Self {
            visit,
            on,
            cols: on.col..on.col_end(),
            block: cells.as_slice().expect("rows of a block or a mosaic follow each other in memory"),
            first: (on.row - of.row) as usize * stride,
            stride,
            col: of.col,
            units: &visit.areas.units_from(on.row)[..on.height as usize],
        }
    }

    /// Where columns of a row are among the bytes of the block.
    #[inline]
    fn places(&self, row: usize, cols: &Range<i32>) -> Range<usize> {
        let start = self.first + row * self.stride + (cols.start - self.col) as usize;
        start..start + cols.len()
    }
}

impl ByteAreas {
    /// Cells beside each other, covered alike.
    #[inline]
    fn add_cells(&mut self, values: &[u8], share: u64, units: u64) {
        if values.len() >= MIDDLE_RUN {
            for alike in values.chunk_by(|a, b| a == b) {
                self.add(alike[0], AreaUnits::of(share * alike.len() as u64, units));
            }
        } else {
            let area = AreaUnits::of(share, units);
            values.iter().for_each(|&value| self.add(value, area));
        }
    }
}

/// The value of all bytes, if they are equal.
fn only_value(values: &[u8]) -> Option<u8> {
    let (&first, rest) = values.split_first()?;
    if values.last() != Some(&first) {
        return None;
    }
    let pattern = u64::from_ne_bytes([first; 8]);
    let (words, rest) = rest.as_chunks::<8>();
    let differs = words.iter().fold(0, |bits, word| bits | (u64::from_ne_bytes(*word) ^ pattern));
    (differs == 0 && rest.iter().all(|&value| value == first)).then_some(first)
}

/// The columns of a span inside a window.
#[inline]
pub(crate) fn columns(span: &Span, on: &Window) -> Range<i32> {
    span.col.max(on.col)..span.col_end().min(on.col_end())
}
