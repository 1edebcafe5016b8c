//! Exact coverage by signed-area accumulation along the edges.

use crate::edges::Edges;
use crate::fixed::SUM_BITS;
use crate::{Coverage, FULL, Grid, Span, Window};
use lindero_plots::ShapeRef;
use std::ops::Range;

/// Windows up to this many cells are accumulated in a plain array, larger ones in a list by rows.
/// Both add the same integers to a cell, so the choice changes no digit.
const DENSE_CELLS: usize = 1 << 14;
const WORD_BITS: usize = u64::BITS as usize;
/// Bits by which sums are finer than shares.
const GUARD_BITS: u32 = SUM_BITS - FULL.trailing_zeros();
/// Shares this near to none or all of a cell are that: a few dozen roundings, where oblique edges end on a cell's border,
/// 1.4e-14 of a cell. In units of the sums.
const NOISE: i64 = 1 << (SUM_BITS - 46);

/// Buffers that are reused from plot to plot.
#[derive(Default)]
pub struct Scratch {
    /// Differences by row and column; between two plots every one of them is 0.
    dense: Vec<i64>,
    /// Which of them an edge has changed: one bit each, every row from a word of its own. None between two plots.
    touched: Vec<u64>,
    /// Differences of a large window with their rows, as the edges give them.
    found: Vec<(u32, Difference)>,
    /// Where each row's differences begin among [`Self::sorted`], and then where they end.
    row_ends: Vec<usize>,
    /// Differences, row by row.
    sorted: Vec<Difference>,
}

/// By how much the share of a cell differs from that of its western neighbour, and that of its eastern neighbour from its own:
/// an edge that crosses one cell of a row changes both.
#[derive(Clone, Copy, Default)]
struct Difference {
    col: u32,
    here: i64,
    east: i64,
}

/// Writes the exact coverage of `shape` on `grid` into `coverage`.
///
/// Coordinates of shape and grid are the same system. The shape's outer rings are counter-clockwise
/// and its holes clockwise; each share is rounded once, to 2^-48 of a cell. The result depends on the
/// shape and the grid alone, not on the corner its rings start from nor on the order of its rings.
///
/// # Errors
///
/// `None` if the shape is empty or lies over 1e9 cells from the origin.
pub fn cover(shape: ShapeRef<'_>, grid: &Grid, scratch: &mut Scratch, coverage: &mut Coverage) -> Option<()> {
    cover_rows(shape, grid, i32::MIN..i32::MAX, scratch, coverage)
}

/// [`cover`] for the given rows of the parent grid alone: the same spans for these rows, with memory
/// for these rows only.
///
/// # Errors
///
/// As [`cover`].
pub fn cover_rows(
    shape: ShapeRef<'_>,
    grid: &Grid,
    rows: Range<i32>,
    scratch: &mut Scratch,
    coverage: &mut Coverage,
) -> Option<()> {
    coverage.restart(Window::default());
    if shape.positions().is_empty() {
        return None;
    }
    let window = grid.window_of(&shape.bounds())?;
    cover_window(shape, grid, window, rows, scratch, coverage);
    Some(())
}

/// [`cover_rows`] of a shape whose window, [`Grid::window_of`] its bounds, is known already.
pub fn cover_window(
    shape: ShapeRef<'_>,
    grid: &Grid,
    window: Window,
    rows: Range<i32>,
    scratch: &mut Scratch,
    coverage: &mut Coverage,
) {
    let start = rows.start.clamp(window.row, window.row_end());
    let wanted = start..rows.end.clamp(start, window.row_end());
    coverage.restart(Window { row: wanted.start, height: wanted.end - wanted.start, ..window });
    if coverage.window.is_empty() {
        return;
    }
    let edges = Edges::new(shape, grid, window, &wanted);
    let cells = coverage.window.height as usize * (window.width as usize + 1);
    if cells <= DENSE_CELLS {
        accumulate_dense(&edges, scratch, coverage);
    } else {
        accumulate_sparse(&edges, scratch, coverage);
    }
}

/// Only cells that an edge touched are looked at: the empty and the whole ones are most of a window.
fn accumulate_dense(edges: &Edges<'_>, scratch: &mut Scratch, coverage: &mut Coverage) {
    let window = coverage.window;
    let height = window.height as usize;
    // One more for the last difference of a row, which only brings its sum back to 0.
    let stride = window.width as usize + 1;
    let words = stride.div_ceil(WORD_BITS);
    let Scratch { dense, touched, .. } = scratch;
    if dense.len() < height * stride {
        dense.resize(height * stride, 0);
    }
    if touched.len() < height * words {
        touched.resize(height * words, 0);
    }
    let (sums, touched) = (&mut dense[..height * stride], &mut touched[..height * words]);
    edges.walk(|row, col, area| {
        let sum = &mut sums[row * stride + col];
        // Many edges in one cell may pass 64 bits on the way to a share that does not.
        *sum = sum.wrapping_add(area);
        touched[row * words + col / WORD_BITS] |= 1 << (col % WORD_BITS);
    });
    for (differences, touched) in sums.chunks_exact_mut(stride).zip(touched.chunks_exact_mut(words)) {
        let mut row = Row::new(&window, &mut coverage.spans);
        for (word, touched) in touched.iter_mut().enumerate() {
            let mut bits = std::mem::take(touched);
            while bits != 0 {
                let col = word * WORD_BITS + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                row.change(col as i32, std::mem::take(&mut differences[col]));
            }
        }
        row.end();
        coverage.end_row();
    }
}

/// Differences are put in order by rows in two passes, and within each row, where there are few, by comparing.
fn accumulate_sparse(edges: &Edges<'_>, scratch: &mut Scratch, coverage: &mut Coverage) {
    let window = coverage.window;
    let Scratch { found, row_ends, sorted, .. } = scratch;
    found.clear();
    row_ends.clear();
    row_ends.resize(window.height as usize + 1, 0);
    edges.walk(|row, col, area| {
        let (row, col) = (row as u32, col as u32);
        match found.last_mut() {
            Some((of_row, before)) if *of_row == row && before.col + 1 == col && before.east == 0 => before.east = area,
            _ => {
                found.push((row, Difference { col, here: area, east: 0 }));
                row_ends[row as usize + 1] += 1;
            }
        }
    });
    for row in 1..row_ends.len() {
        row_ends[row] += row_ends[row - 1];
    }
    sorted.clear();
    sorted.resize(found.len(), Difference::default());
    // What stands for a row's start moves to its end while its differences come in.
    for &(row, difference) in &*found {
        let end = &mut row_ends[row as usize];
        sorted[*end] = difference;
        *end += 1;
    }
    let mut start = 0;
    for &end in &row_ends[..window.height as usize] {
        let differences = &mut sorted[start..end];
        start = end;
        if !differences.is_sorted_by_key(|difference| difference.col) {
            differences.sort_unstable_by_key(|difference| difference.col);
        }
        write_row(differences, &window, coverage);
    }
}

/// Writes the row of these differences, which are in order.
fn write_row(differences: &[Difference], window: &Window, coverage: &mut Coverage) {
    let mut row = Row::new(window, &mut coverage.spans);
    let mut cell = Difference::default();
    for &next in differences {
        if next.col == cell.col {
            cell.here = cell.here.wrapping_add(next.here);
            cell.east = cell.east.wrapping_add(next.east);
            continue;
        }
        row.change(cell.col as i32, cell.here);
        let here = if next.col == cell.col + 1 {
            next.here.wrapping_add(cell.east)
        } else {
            row.change(cell.col as i32 + 1, cell.east);
            next.here
        };
        cell = Difference { here, ..next };
    }
    row.change(cell.col as i32, cell.here);
    row.change(cell.col as i32 + 1, cell.east);
    row.end();
    coverage.end_row();
}

/// One row of a coverage while its differences come in, west to east.
struct Row<'a> {
    window: &'a Window,
    spans: &'a mut Vec<Span>,
    sum: i64,
    /// The cells that are covered alike up to where something changes: the first, and their share.
    col: i32,
    share: u64,
}

impl<'a> Row<'a> {
    fn new(window: &'a Window, spans: &'a mut Vec<Span>) -> Self {
        Self { window, spans, sum: 0, col: 0, share: 0 }
    }

    /// From column `col` of the window on, the share differs by this much.
    #[inline]
    fn change(&mut self, col: i32, difference: i64) {
        self.sum = self.sum.wrapping_add(difference);
        let share = quantise(self.sum);
        if share != self.share {
            self.write_until(col);
            (self.col, self.share) = (col, share);
        }
    }

    #[inline]
    fn write_until(&mut self, col: i32) {
        if self.share > 0 {
            self.spans.push(Span { col: self.window.col + self.col, len: (col - self.col) as u32, share: self.share });
        }
    }

    fn end(mut self) {
        if self.col < self.window.width {
            self.write_until(self.window.width);
        }
    }
}

/// A share as an integer number of 2^-48 cells.
#[inline]
fn quantise(sum: i64) -> u64 {
    const ONE: i64 = 1 << SUM_BITS;
    // Two selections and a shift: the cells on a boundary are unlike each other, so that branches would be guesses.
    let sum = if sum < NOISE { 0 } else { sum };
    let sum = if sum > ONE - NOISE { ONE } else { sum };
    ((sum + (1 << (GUARD_BITS - 1))) >> GUARD_BITS) as u64
}
