//! A shape's edges in cells, row by row.

use crate::deposit::{Piece, Triple};
use crate::{Grid, Window};
use lindero_plots::{Position, ShapeRef};
use std::ops::Range;

/// A shape's edges in cells, measured from its own window's corner.
pub(crate) struct Edges<'a> {
    shape: ShapeRef<'a>,
    axes: [Axis; 2],
    /// Rows that are wanted, from the window's first.
    rows: Range<i32>,
    width: i32,
}

impl<'a> Edges<'a> {
    /// The edges of a shape in its window, of which only some rows of the parent grid are wanted.
    pub(crate) fn new(shape: ShapeRef<'a>, grid: &Grid, window: Window, rows: &Range<i32>) -> Self {
        let (west, north) = (grid.exact_west(window.col), grid.exact_south(window.row));
        Self {
            shape,
            axes: [Axis::new(west, grid.size_x(), window.width), Axis::new(north, grid.size_y(), window.height)],
            rows: rows.start - window.row..rows.end - window.row,
            width: window.width,
        }
    }

    /// Calls `add(row, differences)` with all differences of every edge, counted from the first wanted row and the window's
    /// first column.
    ///
    /// Seen from above the west side of a plot goes down and counts, its east side goes up and is taken away.
    pub(crate) fn walk(&self, mut add: impl FnMut(usize, Triple)) {
        for ring in self.shape.rings() {
            let mut corners = ring.iter().map(|&position| self.local(position));
            let Some(mut from) = corners.next() else { continue };
            for to in corners {
                let (upper, lower, sign) = if from[1] <= to[1] { (from, to, 1) } else { (to, from, -1) };
                from = to;
                if upper[1] < lower[1] {
                    self.cut(upper, lower, |row, Triple { col, areas }| {
                        add(row, Triple { col, areas: areas.map(|area| sign * area) });
                    });
                }
            }
        }
    }

    /// Cuts the edge from `a` down to `b` into its rows.
    ///
    /// Each row's piece is computed from the whole edge, never from the piece before: then a row's coverage
    /// does not depend on which rows were asked for.
    #[inline]
    fn cut(&self, a: Position, b: Position, mut add: impl FnMut(usize, Triple)) {
        if b[1] <= f64::from(self.rows.start) {
            return;
        }
        let slope = (b[0] - a[0]) / (b[1] - a[1]);
        let x_at = |y: f64| a[0] + (y - a[1]) * slope;
        // A cast is a floor here: corners lie in the window.
        let first = a[1] as i32;
        let mut row = first.max(self.rows.start);
        let mut north = f64::from(row);
        let (mut x_top, mut top) = if row == first { (a[0], a[1] - north) } else { (x_at(north), 0.0) };
        while row < self.rows.end {
            let south = north + 1.0;
            let ends = b[1] <= south;
            let (x_bottom, bottom) = if ends { (b[0], b[1] - north) } else { (x_at(south), 1.0) };
            let index = (row - self.rows.start) as usize;
            Piece { x_top, x_bottom, top, bottom }.deposit(self.width, |triple| add(index, triple));
            if ends {
                return;
            }
            (row, north, x_top, top) = (row + 1, south, x_bottom, 0.0);
        }
    }

    /// Columns east and rows south of the window's corner, inside it.
    #[inline]
    fn local(&self, [x, y]: Position) -> Position {
        [self.axes[0].cells(x), self.axes[1].cells(-y)]
    }
}

/// Coordinates along one direction of a window: `x` eastward, `-y` southward.
struct Axis {
    /// The window's first border as the sum of two doubles, without error.
    border: [f64; 2],
    size: f64,
    cells: f64,
}

impl Axis {
    fn new(border: [f64; 2], size: f64, cells: i32) -> Self {
        Self { border, size, cells: f64::from(cells) }
    }

    /// Cells from the window's border, within the window.
    ///
    /// The difference to the border's first half is exact far from the origin, where both are near each other
    /// (Sterbenz), and else rounded relative to a small number: however far the plot, its coordinates keep their
    /// digits. Only the plot's own window counts, so that no crop, tile or range of rows can change them. (A
    /// fused multiply-add says the same, but is a call on processors that are not known to have it.)
    #[inline]
    fn cells(&self, at: f64) -> f64 {
        let cells = ((at - self.border[0]) - self.border[1]) / self.size;
        // A corner on a border may be rounded to its far side.
        cells.max(0.0).min(self.cells)
    }
}
