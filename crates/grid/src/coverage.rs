//! Which cells a plot touches, and how much of each.

use crate::Window;
use std::ops::Range;

/// A whole cell, in units of 2^-48 of a cell.
pub const FULL: u64 = 1 << 48;

/// Neighbouring cells of one row that are covered alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First column.
    pub col: i32,
    /// Number of cells, at least 1.
    pub len: u32,
    /// Covered share of each cell, in `1..=FULL`.
    pub share: u64,
}

impl Span {
    /// First column behind the span.
    #[must_use]
    pub fn col_end(&self) -> i32 {
        self.col + self.len as i32
    }
}

/// The cells of a grid that a plot covers, row by row: runs of whole cells and single part cells.
///
/// Spans of a row are in column order and do not overlap; cells of no share are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub(crate) window: Window,
    pub(crate) row_ends: Vec<u32>,
    pub(crate) spans: Vec<Span>,
}

impl Coverage {
    /// The plot's window of cells, in the rows that were asked for; some border cells may have no share.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// The spans of one row of the parent grid; none outside the window.
    #[must_use]
    pub fn row(&self, row: i32) -> &[Span] {
        let index = row - self.window.row;
        if index < 0 || index >= self.row_ends.len() as i32 {
            return &[];
        }
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.row_ends[index - 1] as usize };
        &self.spans[start..self.row_ends[index] as usize]
    }

    /// Every row with its spans, north to south.
    pub fn rows(&self) -> impl Iterator<Item = (i32, &[Span])> {
        (self.window.row..self.window.row_end()).map(|row| (row, self.row(row)))
    }

    /// Covered share of one cell, 0 where the plot is not.
    #[must_use]
    pub fn share(&self, row: i32, col: i32) -> u64 {
        let spans = self.row(row);
        let behind = spans.partition_point(|s| s.col <= col);
        match behind.checked_sub(1).map(|i| spans[i]) {
            Some(span) if col < span.col_end() => span.share,
            _ => 0,
        }
    }

    /// For each row of `on`, which has one column at least, its spans that have columns of it, north to south.
    #[must_use]
    #[inline]
    pub fn rows_near(&self, on: &Window) -> RowsNear<'_> {
        let has_all_cols = on.col <= self.window.col && self.window.col_end() <= on.col_end();
        let passed = if has_all_cols { 0 } else { self.row(on.row).partition_point(|span| span.col_end() <= on.col) };
        RowsNear { coverage: self, rows: on.row..on.row_end(), cols: on.col..on.col_end(), has_all_cols, passed }
    }

    /// The rectangle around the covered cells in `on`.
    #[must_use]
    pub fn touched(&self, on: &Window) -> Window {
        let on = self.window.intersection(on);
        if on.is_empty() {
            return on;
        }
        let (mut rows, mut cols) = (None, on.col_end()..on.col);
        for (row, spans) in (on.row..).zip(self.rows_near(&on)) {
            let Some(here) = spans.first().zip(spans.last()) else { continue };
            let (first, _) = rows.unwrap_or((row, row));
            rows = Some((first, row));
            cols = cols.start.min(here.0.col.max(on.col))..cols.end.max(here.1.col_end().min(on.col_end()));
            if cols.len() == on.width as usize {
                // All columns are touched: only the last row is still to be found.
                let is_touched = |row: &i32| {
                    let mut spans = self.rows_near(&Window { row: *row, height: 1, ..on });
                    spans.any(|spans| !spans.is_empty())
                };
                rows = (row..on.row_end()).rfind(is_touched).map(|last| (first, last));
                break;
            }
        }
        let Some((first, last)) = rows else { return Window::default() };
        Window { row: first, height: last + 1 - first, col: cols.start, width: cols.end - cols.start }
    }

    /// Bytes of memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.row_ends.capacity() * size_of::<u32>() + self.spans.capacity() * size_of::<Span>()
    }

    pub(crate) fn restart(&mut self, window: Window) {
        self.window = window;
        self.row_ends.clear();
        self.spans.clear();
    }

    /// Adds cells to the row under construction, joined to the span before where they are alike.
    pub(crate) fn push(&mut self, col: i32, len: u32, share: u64) {
        let row_start = self.row_ends.last().copied().unwrap_or(0) as usize;
        if let Some(last) = self.spans[row_start..].last_mut()
            && last.share == share
            && last.col_end() == col
        {
            last.len += len;
            return;
        }
        self.spans.push(Span { col, len, share });
    }

    pub(crate) fn end_row(&mut self) {
        self.row_ends.push(self.spans.len() as u32);
    }
}

/// The spans of row after row inside some columns: [`Coverage::rows_near`].
pub struct RowsNear<'a> {
    coverage: &'a Coverage,
    rows: Range<i32>,
    cols: Range<i32>,
    /// Whether no span lies beside the columns.
    has_all_cols: bool,
    /// How many spans of the row before lie west of the columns: mostly as many as of the next, as borders hardly move from
    /// row to row.
    passed: usize,
}

impl<'a> Iterator for RowsNear<'a> {
    type Item = &'a [Span];

    #[inline]
    fn next(&mut self) -> Option<&'a [Span]> {
        let spans = self.coverage.row(self.rows.next()?);
        if self.has_all_cols {
            return Some(spans);
        }
        let mut passed = self.passed.min(spans.len());
        while passed > 0 && spans[passed - 1].col_end() > self.cols.start {
            passed -= 1;
        }
        while passed < spans.len() && spans[passed].col_end() <= self.cols.start {
            passed += 1;
        }
        self.passed = passed;
        let near = &spans[passed..];
        let count = near.iter().position(|span| span.col >= self.cols.end).unwrap_or(near.len());
        Some(&near[..count])
    }
}
