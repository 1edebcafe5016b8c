//! Which cells a plot touches, and how much of each.

use crate::Window;

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
    #[inline]
    pub fn rows_near(&self, on: &Window) -> impl Iterator<Item = &[Span]> {
        let east = on.col_end();
        self.rows_from(on).map(move |spans| {
            let count = spans.iter().position(|span| span.col >= east).unwrap_or(spans.len());
            &spans[..count]
        })
    }

    /// For each row of `on`, north to south, its spans but for those that lie west of its columns: after those in the columns
    /// come those east of them.
    #[must_use]
    #[inline]
    pub fn rows_from(&self, on: &Window) -> RowsFrom<'_> {
        let rows = self.window.intersection(on);
        let first = (rows.row - self.window.row) as usize;
        let row_ends = if rows.height > 0 { &self.row_ends[first..first + rows.height as usize] } else { &[] };
        let row_start = if row_ends.is_empty() || first == 0 { 0 } else { self.row_ends[first - 1] as usize };
        let above = if row_ends.is_empty() { on.height.max(0) } else { rows.row - on.row };
        let has_none_west = on.col <= self.window.col;
        let passed = if has_none_west { 0 } else { self.row(rows.row).partition_point(|s| s.col_end() <= on.col) };
        RowsFrom {
            spans: &self.spans,
            row_ends: row_ends.iter(),
            row_start,
            above,
            below: on.height.max(0) - above - row_ends.len() as i32,
            west: on.col,
            has_none_west,
            passed,
        }
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

/// The spans of row after row from some column on: [`Coverage::rows_from`].
pub struct RowsFrom<'a> {
    spans: &'a [Span],
    /// Where the spans of each row to come end that the coverage has.
    row_ends: std::slice::Iter<'a, u32>,
    /// Where those of the next one begin.
    row_start: usize,
    /// Rows to come before these, and after them.
    above: i32,
    below: i32,
    west: i32,
    /// Whether no span lies west of the columns.
    has_none_west: bool,
    /// How many spans of the row before lie west of the columns: mostly as many as of the next, as borders hardly move from
    /// row to row.
    passed: usize,
}

impl<'a> Iterator for RowsFrom<'a> {
    type Item = &'a [Span];

    #[inline]
    fn next(&mut self) -> Option<&'a [Span]> {
        if self.above > 0 {
            self.above -= 1;
            return Some(&[]);
        }
        let Some(&row_end) = self.row_ends.next() else {
            self.below -= 1;
            return (self.below >= 0).then_some(&[]);
        };
        let spans = &self.spans[std::mem::replace(&mut self.row_start, row_end as usize)..row_end as usize];
        if self.has_none_west {
            return Some(spans);
        }
        let mut passed = self.passed.min(spans.len());
        while passed > 0 && spans[passed - 1].col_end() > self.west {
            passed -= 1;
        }
        while passed < spans.len() && spans[passed].col_end() <= self.west {
            passed += 1;
        }
        self.passed = passed;
        Some(&spans[passed..])
    }
}
