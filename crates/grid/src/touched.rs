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
    /// Columns of the narrowest one.
    least_width: i32,
    windows: Vec<SoFar>,
    /// The windows of the first and the last column of the cells before: mostly those of the next ones too, a row further south.
    ends: [Place; 2],
    /// The windows of which all columns lie between touched ones.
    between: Alike,
    /// The windows of which all columns are whole.
    inside: Alike,
}

/// One of the windows.
#[derive(Clone, Default)]
struct Place {
    index: usize,
    cols: Range<i32>,
}

/// Windows of which the same is known in some rows: inside a large shape this hardly changes.
#[derive(Clone, Default)]
struct Alike {
    windows: Range<usize>,
    rows: Range<i32>,
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
        Self {
            on: *on,
            width,
            least_width: on.width - (count as i32 - 1) * width,
            windows: vec![nothing; count],
            ends: [Place::default(), Place::default()],
            between: Alike::default(),
            inside: Alike::default(),
        }
    }

    fn columns_of(&self, index: usize) -> Range<i32> {
        let west = self.on.col + index as i32 * self.width;
        west..self.on.col_end().min(west + self.width)
    }

    /// Remembers in which window a column lies.
    #[inline]
    fn find(&mut self, end: usize, col: i32) {
        if !self.ends[end].cols.contains(&col) {
            let index = ((col - self.on.col) / self.width) as usize;
            self.ends[end] = Place { index, cols: self.columns_of(index) };
        }
    }

    /// Remembers in which windows the first and the last of these columns lie that are in any, and says which columns are.
    #[inline(always)] // Once a row.
    fn find_ends(&mut self, cols: Range<i32>) -> Option<Range<i32>> {
        let cols = cols.start.max(self.on.col)..cols.end.min(self.on.col_end());
        if cols.is_empty() {
            return None;
        }
        self.find(0, cols.start);
        self.find(1, cols.end - 1);
        Some(cols)
    }

    /// Adds a row; rows come north to south.
    fn add(&mut self, row: i32, spans: &[Span]) {
        let Some(first) = spans.first() else { return };
        let mut touched = first.col..first.col;
        for span in spans {
            if span.share == FULL && span.len >= self.least_width as u32 {
                self.add_inside(row, span.col..span.col_end());
            }
            if span.col != touched.end {
                self.add_touched(row, touched);
                touched = span.col..span.col;
            }
            touched.end = span.col_end();
        }
        self.add_touched(row, touched);
    }

    /// Adds columns of a row that are all touched.
    #[inline(always)] // Once a row.
    fn add_touched(&mut self, row: i32, cols: Range<i32>) {
        let Some(cols) = self.find_ends(cols) else { return };
        let [west, east] = &self.ends;
        let (first, last, cut) = (west.index, east.index, west.cols.end..east.cols.start);
        if first == last {
            self.windows[first].add(row..row + 1, cols);
            return;
        }
        self.windows[first].add(row..row + 1, cols.start..cut.start);
        self.windows[last].add(row..row + 1, cut.end..cols.end);
        if !self.between.grows(first + 1..last, row) {
            self.note_between();
            self.between = Alike { windows: first + 1..last, rows: row..row + 1 };
        }
    }

    /// Adds columns of a row that are all whole.
    fn add_inside(&mut self, row: i32, cols: Range<i32>) {
        let Some(cols) = self.find_ends(cols) else { return };
        let [west, east] = &self.ends;
        let first = west.index + usize::from(cols.start > west.cols.start);
        let end = east.index + usize::from(cols.end == east.cols.end);
        if first < end && !self.inside.grows(first..end, row) {
            self.note_inside();
            self.inside = Alike { windows: first..end, rows: row..row + 1 };
        }
    }

    fn note_between(&mut self) {
        let Alike { windows, rows } = std::mem::take(&mut self.between);
        for index in windows {
            let cols = self.columns_of(index);
            self.windows[index].add(rows.clone(), cols);
        }
    }

    fn note_inside(&mut self) {
        let Alike { windows, rows } = std::mem::take(&mut self.inside);
        for window in &mut self.windows[windows] {
            window.whole_rows += rows.end - rows.start;
        }
    }

    fn finish(mut self) -> Vec<Touched> {
        self.note_between();
        self.note_inside();
        self.windows.iter().map(SoFar::touched).collect()
    }
}

impl Alike {
    /// Takes in that the same is known of windows in a row, if these are the windows and it is the next row.
    #[inline]
    fn grows(&mut self, windows: Range<usize>, row: i32) -> bool {
        let is_next = windows == self.windows && row == self.rows.end;
        self.rows.end += i32::from(is_next);
        is_next
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
