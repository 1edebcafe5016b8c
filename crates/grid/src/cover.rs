//! Exact coverage by signed-area accumulation along the edges.

use crate::deposit::Triple;
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
    found: Vec<(usize, Triple)>,
    /// Where each row's differences begin among [`Self::sorted`], and then where they end.
    row_ends: Vec<usize>,
    /// Differences, row by row.
    sorted: Vec<Triple>,
    /// Spans, the first ones of the plot.
    spans: Vec<Span>,
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
    // Behind the last column is the last difference of a row, which only brings its sum back to 0, and perhaps a 0 more.
    let stride = window.width as usize + 2;
    let words = stride.div_ceil(WORD_BITS);
    let Scratch { dense, touched, spans, .. } = scratch;
    if dense.len() < height * stride {
        dense.resize(height * stride, 0);
    }
    if touched.len() < height * words {
        touched.resize(height * words, 0);
    }
    let (sums, touched) = (&mut dense[..height * stride], &mut touched[..height * words]);
    edges.walk(|row, Triple { col, areas }| {
        for (col, area) in (col..).zip(areas).filter(|&(_, area)| area != 0) {
            let sum = &mut sums[row * stride + col];
            // Many edges in one cell may pass 64 bits on the way to a share that does not.
            *sum = sum.wrapping_add(area);
            touched[row * words + col / WORD_BITS] |= 1 << (col % WORD_BITS);
        }
    });
    let mut rows = Rows::new(window, height * stride, spans);
    for (differences, touched) in sums.chunks_exact_mut(stride).zip(touched.chunks_exact_mut(words)) {
        for (word, touched) in touched.iter_mut().enumerate() {
            let mut bits = std::mem::take(touched);
            while bits != 0 {
                let col = word * WORD_BITS + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                rows.change(col as i32, std::mem::take(&mut differences[col]));
            }
        }
        coverage.row_ends.push(rows.end_row());
    }
    coverage.spans.extend_from_slice(rows.spans());
}

/// Differences are put in order by rows in two passes, and within each row, where there are few, by comparing.
fn accumulate_sparse(edges: &Edges<'_>, scratch: &mut Scratch, coverage: &mut Coverage) {
    let window = coverage.window;
    let Scratch { found, row_ends, sorted, spans, .. } = scratch;
    found.clear();
    row_ends.clear();
    row_ends.resize(window.height as usize + 1, 0);
    edges.walk(|row, triple| {
        found.push((row, triple));
        row_ends[row + 1] += 1;
    });
    for row in 1..row_ends.len() {
        row_ends[row] += row_ends[row - 1];
    }
    if sorted.len() < found.len() {
        sorted.resize(found.len(), Triple::default());
    }
    // What stands for a row's start moves to its end while its differences come in.
    for &(row, triple) in &*found {
        let end = &mut row_ends[row];
        sorted[*end] = triple;
        *end += 1;
    }
    let mut rows = Rows::new(window, 3 * found.len(), spans);
    coverage.row_ends.reserve_exact(window.height as usize);
    let mut start = 0;
    for &end in &row_ends[..window.height as usize] {
        let triples = &mut sorted[start..end];
        start = end;
        sort_by_columns(triples);
        rows.change_all(triples);
        coverage.row_ends.push(rows.end_row());
    }
    coverage.spans.extend_from_slice(rows.spans());
}

/// Most rows have two or a few, in order or the other way round.
#[inline]
fn sort_by_columns(triples: &mut [Triple]) {
    match triples {
        [] | [_] => {}
        [a, b] => {
            if a.col > b.col {
                std::mem::swap(a, b);
            }
        }
        _ => {
            if !triples.is_sorted_by_key(|triple| triple.col) {
                triples.sort_unstable_by_key(|triple| triple.col);
            }
        }
    }
}

/// Rows of a coverage while their differences come in, north to south and west to east.
struct Rows<'a> {
    window: Window,
    /// With room for all.
    spans: &'a mut [Span],
    count: usize,
    sum: i64,
    /// The cells of the row that are covered alike up to where something changes: the first, and their share.
    col: i32,
    share: u64,
}

impl<'a> Rows<'a> {
    /// Rows with so many differences at most.
    fn new(window: Window, differences: usize, spans: &'a mut Vec<Span>) -> Self {
        let most = differences + window.height as usize;
        if spans.len() < most {
            spans.resize(most, Span { col: 0, len: 0, share: 0 });
        }
        Self { window, spans, count: 0, sum: 0, col: 0, share: 0 }
    }

    /// [`Self::change`] by all differences of a row, which are in order of their first columns.
    #[inline]
    fn change_all(&mut self, triples: &[Triple]) {
        let Some((&first, others)) = triples.split_first() else { return };
        let mut triple = first;
        for next in others {
            let [a, b, c] = triple.areas;
            let [d, e, f] = next.areas;
            let col = triple.col as i32;
            let areas = match next.col - triple.col {
                0 => [a.wrapping_add(d), b.wrapping_add(e), c.wrapping_add(f)],
                1 => {
                    self.change(col, a);
                    [b.wrapping_add(d), c.wrapping_add(e), f]
                }
                2 => {
                    self.change(col, a);
                    self.change(col + 1, b);
                    [c.wrapping_add(d), e, f]
                }
                _ => {
                    self.change_three(&triple);
                    next.areas
                }
            };
            triple = Triple { col: next.col, areas };
        }
        self.change_three(&triple);
    }

    #[inline]
    fn change_three(&mut self, triple: &Triple) {
        for (col, area) in (triple.col as i32..).zip(triple.areas) {
            self.change(col, area);
        }
    }

    /// From column `col` of the window on, the share differs by this much.
    #[inline]
    fn change(&mut self, col: i32, difference: i64) {
        self.sum = self.sum.wrapping_add(difference);
        let share = quantise(self.sum);
        // Not a branch: whether a share changes is hard to guess.
        let differs = share != self.share;
        self.write_until(col, differs);
        self.col = if differs { col } else { self.col };
        self.share = share;
    }

    /// Writes the cells up to a column, unless they have no share.
    #[inline]
    fn write_until(&mut self, col: i32, if_true: bool) {
        let cells = Span { col: self.window.col + self.col, len: (col - self.col) as u32, share: self.share };
        self.spans[self.count] = cells;
        self.count += usize::from(if_true & (self.share > 0));
    }

    /// Ends a row, and says how many spans there are up to it.
    #[inline]
    fn end_row(&mut self) -> u32 {
        if self.col < self.window.width {
            self.write_until(self.window.width, true);
        }
        (self.sum, self.col, self.share) = (0, 0, 0);
        self.count as u32
    }

    fn spans(&self) -> &[Span] {
        &self.spans[..self.count]
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
