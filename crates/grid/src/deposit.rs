//! What one edge adds to the cells of one row.

use crate::fixed::fixed;

/// A piece of an edge within one row of cells.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    /// Column coordinate of its upper end.
    pub(crate) x_top: f64,
    /// Column coordinate of its lower end.
    pub(crate) x_bottom: f64,
    /// How far below the row's north border it begins, in `0.0..=1.0`.
    pub(crate) top: f64,
    /// How far below the row's north border it ends.
    pub(crate) bottom: f64,
}

impl Piece {
    /// Calls `add(col, area)` with the area of the row to the right of the piece, as differences along the row: the
    /// running sum of a row's differences is what each cell has of it. In units of [`fixed`].
    ///
    /// Columns are clamped to `0..width`; differences reach `width`. The differences of one piece sum to its
    /// height, and heights are differences of rounded ends: those of a closed ring cancel, so that cells which no
    /// edge crosses come out whole or empty, exactly.
    ///
    /// # Method
    ///
    /// Signed-area accumulation, as scan-line font rasterisers do: cost is the number of cells crossed.
    #[inline]
    pub(crate) fn deposit(self, width: i32, mut add: impl FnMut(usize, i64)) {
        let height = self.bottom - self.top;
        let whole = fixed(self.bottom) - fixed(self.top);
        let (x0, x1) =
            if self.x_top <= self.x_bottom { (self.x_top, self.x_bottom) } else { (self.x_bottom, self.x_top) };
        let last = width - 1;
        let (first_col, last_col) = ((x0 as i32).clamp(0, last), (x1 as i32).clamp(0, last));
        let first = first_col as usize;
        if first_col == last_col {
            let inside = fixed(height * (1.0 - (0.5 * (x0 + x1) - f64::from(first_col))));
            add(first, inside);
            add(first + 1, whole - inside);
            return;
        }
        // The share of each next cell, rounded on its own, less that of the cell before.
        let per_col = height / (x1 - x0);
        let run = f64::from(first_col + 1) - x0;
        let mut before = fixed(0.5 * per_col * run * run);
        add(first, before);
        let mut passed = per_col * run;
        for col in first_col + 1..last_col {
            let share = fixed(passed + 0.5 * per_col);
            add(col as usize, share - before);
            before = share;
            passed += per_col;
        }
        let share = fixed(passed + (height - passed) * (1.0 - 0.5 * (x1 - f64::from(last_col))));
        add(last_col as usize, share - before);
        add(last_col as usize + 1, whole - share);
    }
}
