//! Which cells a plot touches, and how much of each.

use crate::Window;
use std::ops::Range;

/// A whole cell, in units of 2^-48 of a cell.
pub const FULL: u64 = 1 << 48;

/// Spans of a row that are looked through one by one as fast as some of them are found.
const FEW_SPANS: usize = 8;

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
    /// The longest span of each row, once they have been looked for.
    longest: Vec<Span>,
    /// The columns that spans lie in; those of the window until then.
    reach: Range<i32>,
}

impl Coverage {
    /// The plot's window of cells; some border cells may have no share.
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

    /// Looks for the longest span of each row, where [`Self::row_near`] will look first: for shapes that are much wider than
    /// the windows that are asked for.
    pub fn find_longest(&mut self) {
        self.longest.clear();
        let (mut start, mut end) = (i32::MAX, i32::MIN);
        for row in self.window.row..self.window.row_end() {
            let mut longest = Span { col: self.window.col, len: 0, share: 0 };
            for span in self.row(row) {
                if span.len > longest.len {
                    longest = *span;
                }
                (start, end) = (start.min(span.col), end.max(span.col_end()));
            }
            self.longest.push(longest);
        }
        self.reach = start..end;
    }

    /// The spans of one row that have columns of `on`, and perhaps a few beside them.
    #[must_use]
    #[inline]
    pub fn row_near(&self, row: i32, on: &Window) -> &[Span] {
        if let Some(longest) = self.longest.get((row - self.window.row) as usize)
            && longest.col <= on.col
            && on.col_end() <= longest.col_end()
        {
            return std::slice::from_ref(longest);
        }
        let spans = self.row(row);
        let [first, .., last] = spans else { return spans };
        if spans.len() <= FEW_SPANS {
            return spans;
        }
        if on.col_end() <= first.col || last.col_end() <= on.col {
            return &[];
        }
        let spans = &spans[spans.partition_point(|span| span.col_end() <= on.col)..];
        &spans[..spans.partition_point(|span| span.col < on.col_end())]
    }

    /// Whether any cell of `on` is covered.
    #[must_use]
    pub fn touches(&self, on: &Window) -> bool {
        let on = self.window.intersection(on);
        if self.reach.end <= on.col || on.col_end() <= self.reach.start {
            return false;
        }
        let is_in = |span: &Span| span.col < on.col_end() && span.col_end() > on.col;
        (on.row..on.row_end()).any(|row| self.row_near(row, &on).iter().any(is_in))
    }

    /// Bytes of memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.row_ends.capacity() * size_of::<u32>() + (self.spans.capacity() + self.longest.capacity()) * size_of::<Span>()
    }

    pub(crate) fn restart(&mut self, window: Window) {
        self.window = window;
        self.reach = window.col..window.col_end();
        self.row_ends.clear();
        self.spans.clear();
        self.longest.clear();
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
