//! Cell areas of grids, each row worked out once.

use crate::{Grid, RowAreas, Window};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are worked out together.
const PAGE: i32 = 256;

/// Remembers the cell areas of the rows that have been asked for: windows beside each other have the same rows, and the
/// area of a row takes trigonometry.
#[derive(Clone, Debug, Default)]
pub struct RowAreaTable {
    grids: Vec<(Grid, BTreeMap<i32, RowAreas>)>,
    /// What was asked for last: a grid, some rows and their areas.
    last: Option<(Grid, Range<i32>, Arc<RowAreas>)>,
}

impl RowAreaTable {
    /// [`RowAreas::of`] the window.
    pub fn of(&mut self, grid: &Grid, window: &Window) -> Arc<RowAreas> {
        let rows = window.row..window.row_end();
        if let Some((last_grid, last_rows, areas)) = &self.last
            && (last_grid, last_rows) == (grid, &rows)
        {
            return Arc::clone(areas);
        }
        let areas = Arc::new(self.put_together(grid, window));
        self.last = Some((*grid, rows, Arc::clone(&areas)));
        areas
    }

    fn put_together(&mut self, grid: &Grid, window: &Window) -> RowAreas {
        let known = self.grids.iter().position(|(other, _)| other == grid);
        let index = known.unwrap_or_else(|| {
            self.grids.push((*grid, BTreeMap::new()));
            self.grids.len() - 1
        });
        let pages = &mut self.grids[index].1;
        let mut areas = RowAreas::none_of(window);
        let mut row = window.row;
        while row < window.row_end() {
            let page = row.div_euclid(PAGE);
            let of_page = pages
                .entry(page)
                .or_insert_with(|| RowAreas::of(grid, &Window { row: page * PAGE, col: 0, height: PAGE, width: 1 }));
            let end = window.row_end().min((page + 1) * PAGE);
            areas.extend(of_page, row..end);
            row = end;
        }
        areas
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metric;

    #[test]
    fn rows_are_those_of_their_grid_whatever_was_asked_before() {
        let grid = |size| Grid::through(0.0, 0.0, size, size, Metric::Geographic).unwrap().0;
        let mut table = RowAreaTable::default();
        for (size, row, height) in [
            (0.01, -300, 700),
            (0.01, -300, 700),
            (0.1, -300, 700),
            (0.1, -3, 5),
            (0.01, -301, 2),
            (0.01, 255, 1),
            (0.1, 0, 0),
        ] {
            let window = Window { row, col: 7, height, width: 3 };
            let (found, expected) = (table.of(&grid(size), &window), RowAreas::of(&grid(size), &window));
            for row in row..row + height {
                assert_eq!(found.units(row), expected.units(row), "{size} degrees, row {row}");
            }
        }
    }
}
