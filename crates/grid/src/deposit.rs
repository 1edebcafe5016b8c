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

/// Differences of neighbouring columns.
#[derive(Clone, Copy, Default)]
pub(crate) struct Triple {
    /// The first column.
    pub(crate) col: usize,
    /// Of this column and the two east of it.
    pub(crate) areas: [i64; 3],
}

impl Piece {
    /// Calls `add` with the area of the row to the right of the piece, as differences along the row: the running sum of a
    /// row's differences is what each cell has of it. In units of [`fixed`].
    ///
    /// Columns are clamped to `0..width`; differences reach `width`, and are 0 beyond. Those of one piece sum to its height, and
    /// heights are differences of rounded ends: those of a closed ring cancel, so that cells which no edge crosses come out
    /// whole or empty, exactly.
    ///
    /// # Method
    ///
    /// Signed-area accumulation, as scan-line font rasterisers do: cost is the number of cells crossed.
    #[inline]
    pub(crate) fn deposit(self, width: i32, mut add: impl FnMut(Triple)) {
        let height = self.bottom - self.top;
        let whole = fixed(self.bottom) - fixed(self.top);
        let x0 = if self.x_top < self.x_bottom { self.x_top } else { self.x_bottom };
        let x1 = if self.x_top > self.x_bottom { self.x_top } else { self.x_bottom };
        let last = width - 1;
        let (first_col, last_col) = ((x0 as i32).clamp(0, last), (x1 as i32).clamp(0, last));
        let first = first_col as usize;
        if first_col == last_col {
            let inside = fixed(height * (1.0 - (0.5 * (x0 + x1) - f64::from(first_col))));
            add(Triple { col: first, areas: [inside, whole - inside, 0] });
            return;
        }
        let per_col = height / (x1 - x0);
        let run = f64::from(first_col + 1) - x0;
        let in_first = fixed(0.5 * per_col * run * run);
        let in_last = |passed: f64| fixed(passed + (height - passed) * (1.0 - 0.5 * (x1 - f64::from(last_col))));
        if last_col - first_col == 1 {
            let both = in_last(per_col * run);
            add(Triple { col: first, areas: [in_first, both - in_first, whole - both] });
            return;
        }
        // The share of each next cell, rounded on its own, less that of the cell before.
        let mut before = 0;
        let mut triple = Triple { col: first, areas: [0; 3] };
        let mut next = |col: usize, share: i64| {
            if col == triple.col + 3 {
                add(std::mem::replace(&mut triple, Triple { col, areas: [0; 3] }));
            }
            triple.areas[col - triple.col] = share - before;
            before = share;
        };
        next(first, in_first);
        let mut passed = per_col * run;
        for col in first_col + 1..last_col {
            next(col as usize, fixed(passed + 0.5 * per_col));
            passed += per_col;
        }
        next(last_col as usize, in_last(passed));
        next(last_col as usize + 1, whole);
        add(triple);
    }
}
