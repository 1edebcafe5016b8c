//! Which cell of a layer's own grid answers at a cell of the analysis grid.

use lindero_grid::{Cell, Grid, Window};
use lindero_plots::Bounds;
use std::ops::Range;

/// Stands for "no cell answers there".
pub(crate) const NOT_HERE: i32 = i32::MIN;

/// How a cell of the analysis grid finds the layer's cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Link {
    /// It is the same cell.
    SameCell,
    /// The layer's cell at its centre; same coordinate system.
    AtCentre,
    /// The layer's cell at its centre, brought into the layer's system.
    Projected,
}

/// What rows and columns a map finds: layers that ask for the same share one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct MapPlan {
    pub(crate) link: Link,
    /// The layer's.
    pub(crate) grid: Grid,
    /// The ground that one tile answers for, and its cells: those at its border also answer for the gap at a seam.
    pub(crate) domain: Option<(Bounds, Window)>,
}

/// Rows and columns of a layer at rows and columns of the analysis grid; both ascend.
pub(crate) struct IndexMap {
    /// The analysis cells that it speaks of.
    pub(crate) asked: Window,
    rows: Vec<i32>,
    cols: Vec<i32>,
    /// Rows and columns of the analysis grid where a cell answers.
    here: [Range<i32>; 2],
}

impl MapPlan {
    pub(crate) fn over(&self, analysis: &Grid, asked: Window) -> IndexMap {
        let limits = self.domain.map(|(_, cells)| [(cells.row, cells.row_end() - 1), (cells.col, cells.col_end() - 1)]);
        let clamped =
            |index: i32, axis: usize| limits.map_or(index, |limits| index.clamp(limits[axis].0, limits[axis].1));
        let (rows, cols) = (asked.row..asked.row_end(), asked.col..asked.col_end());
        let (rows, cols) = match self.link {
            Link::Projected => (Vec::new(), Vec::new()),
            Link::SameCell => (rows.map(|row| clamped(row, 0)).collect(), cols.map(|col| clamped(col, 1)).collect()),
            Link::AtCentre => {
                let row_of = |row: i32| {
                    let y = analysis.centre_y(row);
                    if self.domain.is_some_and(|(ground, _)| y <= ground.min_y || y > ground.max_y) {
                        return NOT_HERE;
                    }
                    self.grid.row_at(y).map_or(NOT_HERE, |row| clamped(row, 0))
                };
                let col_of = |col: i32| {
                    let x = analysis.centre_x(col);
                    if self.domain.is_some_and(|(ground, _)| x < ground.min_x || x >= ground.max_x) {
                        return NOT_HERE;
                    }
                    self.grid.col_at(x).map_or(NOT_HERE, |col| clamped(col, 1))
                };
                (rows.map(row_of).collect(), cols.map(col_of).collect())
            }
        };
        let here = [here(&rows, asked.row), here(&cols, asked.col)];
        IndexMap { asked, rows, cols, here }
    }
}

/// From the first index that answers to the last.
fn here(map: &[i32], first: i32) -> Range<i32> {
    let is_here = |&at: &i32| at != NOT_HERE;
    match (map.iter().position(is_here), map.iter().rposition(is_here)) {
        (Some(start), Some(last)) => first + start as i32..first + last as i32 + 1,
        _ => first..first,
    }
}

impl IndexMap {
    /// The layer's row at a row of the analysis grid.
    #[inline]
    pub(crate) fn row(&self, row: i32) -> i32 {
        self.rows[(row - self.asked.row) as usize]
    }

    /// The layer's columns at the columns of a window.
    #[inline]
    pub(crate) fn cols_of(&self, window: &Window) -> &[i32] {
        let first = (window.col - self.asked.col) as usize;
        &self.cols[first..first + window.width as usize]
    }

    /// The layer's cell at a cell of the analysis grid.
    #[inline]
    pub(crate) fn cell(&self, cell: Cell) -> Option<Cell> {
        let [rows, cols] = &self.here;
        (rows.contains(&cell.row) && cols.contains(&cell.col))
            .then(|| Cell { row: self.row(cell.row), col: self.cols[(cell.col - self.asked.col) as usize] })
    }

    /// Whether a cell answers everywhere in the window.
    pub(crate) fn covers(&self, window: &Window) -> bool {
        let within = |here: &Range<i32>, first: i32, end: i32| here.start <= first && end <= here.end;
        within(&self.here[0], window.row, window.row_end()) && within(&self.here[1], window.col, window.col_end())
    }

    /// Whether a cell answers somewhere in the window.
    pub(crate) fn touches(&self, window: &Window) -> bool {
        let meets = |here: &Range<i32>, first: i32, end: i32| here.start < end && first < here.end;
        meets(&self.here[0], window.row, window.row_end()) && meets(&self.here[1], window.col, window.col_end())
    }
}
