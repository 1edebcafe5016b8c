//! Where a coverage lies in windows beside each other.

use crate::{Coverage, FULL, Span, Window};
use std::ops::Range;

/// What a coverage has of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The rectangle around its cells there.
    pub window: Window,
    /// Whether the rectangle is as wide as the window, and all its cells are covered wholly.
    pub is_whole: bool,
}

impl Coverage {
    /// What is covered in each of the windows beside each other that make up `on`: `width` columns each, the last one as many
    /// as are left, west to east.
    ///
    /// # Panics
    ///
    /// If windows have no width.
    #[must_use]
    pub fn touched_beside(&self, on: &Window, width: i32) -> Vec<Touched> {
        let mut beside = Beside::new(on, width);
        let rows = self.window().intersection(on);
        for row in rows.row..rows.row_end() {
            beside.add(row, self.row(row));
        }
        beside.finish()
    }
}

/// Windows beside each other while row after row comes in.
struct Beside {
    on: Window,
    width: i32,
    windows: Vec<SoFar>,
    /// Where the next row's first columns are looked for first: mostly the window of this row's.
    first: InWindow,
    /// The windows of which all columns were whole in the last row that had such, and the rows since these are the same: inside
    /// a large shape they hardly change.
    inside: (Range<usize>, Range<i32>),
}

/// Some columns of one window.
#[derive(Clone, Default)]
struct InWindow {
    index: usize,
    window: Range<i32>,
    cols: Range<i32>,
}

/// What is known of one window.
#[derive(Clone)]
struct SoFar {
    rows: Range<i32>,
    cols: Range<i32>,
    /// Rows of which all columns are whole.
    whole_rows: i32,
}

impl Beside {
    fn new(on: &Window, width: i32) -> Self {
        assert!(width > 0, "windows {width} columns wide");
        let count = (on.width.max(0) as usize).div_ceil(width as usize);
        let none = Range { start: i32::MAX, end: i32::MIN };
        let nothing = SoFar { rows: none.clone(), cols: none, whole_rows: 0 };
        Self { on: *on, width, windows: vec![nothing; count], first: InWindow::default(), inside: (0..0, 0..0) }
    }

    fn columns_of(&self, index: usize) -> Range<i32> {
        let west = self.on.col + index as i32 * self.width;
        west..self.on.col_end().min(west + self.width)
    }

    /// The window of a column, with no columns in it.
    fn window_of(&self, col: i32) -> InWindow {
        let index = ((col - self.on.col) / self.width) as usize;
        InWindow { index, window: self.columns_of(index), cols: 0..0 }
    }

    /// Adds a row; rows come north to south.
    fn add(&mut self, row: i32, spans: &[Span]) {
        let mut here = self.first.clone();
        for span in spans {
            let cols = span.col.max(self.on.col)..span.col_end().min(self.on.col_end());
            if cols.is_empty() {
                continue;
            }
            let is_whole = span.share == FULL;
            let window = &here.window;
            if window.start <= cols.start && cols.end <= window.end && !(is_whole && cols == *window) {
                let start = if here.cols.is_empty() { cols.start } else { here.cols.start };
                here.cols = start..cols.end;
            } else {
                if here.cols.is_empty() {
                    self.first = self.window_of(cols.start);
                } else {
                    self.windows[here.index].add(row..row + 1, here.cols);
                }
                here = self.add_across(row, cols, is_whole);
            }
        }
        if !here.cols.is_empty() {
            self.windows[here.index].add(row..row + 1, here.cols);
        }
    }

    /// Adds columns of perhaps several windows but for those in the last one, unless that is whole.
    fn add_across(&mut self, row: i32, cols: Range<i32>, are_whole: bool) -> InWindow {
        let (west, mut east) = (self.window_of(cols.start), self.window_of(cols.end - 1));
        let inside = if are_whole {
            let start = west.index + usize::from(cols.start > west.window.start);
            start..start.max(east.index + usize::from(cols.end == east.window.end))
        } else {
            west.index..west.index
        };
        for index in (west.index..inside.start).chain(inside.end..east.index) {
            let window = self.columns_of(index);
            self.windows[index].add(row..row + 1, cols.start.max(window.start)..cols.end.min(window.end));
        }
        if inside.end <= east.index {
            east.cols = cols.start.max(east.window.start)..cols.end;
        }
        if inside == self.inside.0 && row == self.inside.1.end {
            self.inside.1.end = row + 1;
        } else if !inside.is_empty() {
            self.note_inside();
            self.inside = (inside, row..row + 1);
        }
        east
    }

    fn note_inside(&mut self) {
        let (windows, rows) = self.inside.clone();
        for index in windows {
            let cols = self.columns_of(index);
            let window = &mut self.windows[index];
            window.add(rows.clone(), cols);
            window.whole_rows += rows.end - rows.start;
        }
    }

    fn finish(mut self) -> Vec<Touched> {
        self.note_inside();
        self.windows.iter().map(SoFar::touched).collect()
    }
}

impl SoFar {
    #[inline]
    fn add(&mut self, rows: Range<i32>, cols: Range<i32>) {
        self.rows = self.rows.start.min(rows.start)..self.rows.end.max(rows.end);
        self.cols = self.cols.start.min(cols.start)..self.cols.end.max(cols.end);
    }

    fn touched(&self) -> Touched {
        if self.rows.is_empty() {
            return Touched::default();
        }
        let height = self.rows.end - self.rows.start;
        let window =
            Window { row: self.rows.start, col: self.cols.start, height, width: self.cols.end - self.cols.start };
        Touched { window, is_whole: self.whole_rows == height }
    }
}
