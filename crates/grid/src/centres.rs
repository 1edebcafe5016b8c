//! Cells whose centre lies in a plot, for presets that count them whole.

use crate::{Coverage, FULL, Grid, Window};
use lindero_plots::{Position, ShapeRef};
use std::ops::Range;

/// Writes the cells of the given rows whose centre lies in `shape` into `coverage`, each as whole.
///
/// A centre exactly on the western or northern side counts, on the eastern or southern one not, so
/// that plots which share a side share no cell.
///
/// # Errors
///
/// `None` if the shape is empty or lies over 1e9 cells from the origin.
pub fn cover_centres(shape: ShapeRef<'_>, grid: &Grid, rows: Range<i32>, coverage: &mut Coverage) -> Option<()> {
    coverage.restart(Window::default());
    if shape.positions().is_empty() {
        return None;
    }
    let window = grid.window_of(&shape.bounds())?;
    let first = window.row.max(rows.start);
    let end = window.row_end().min(rows.end).max(first);
    coverage.restart(Window { row: first, height: end - first, ..window });
    let (west, north) = (grid.west(window.col), grid.north(window.row));
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); (end - first) as usize];
    for ring in shape.rings() {
        for side in ring.windows(2) {
            let local = |[x, y]: Position| [(x - west) / grid.size_x(), (north - y) / grid.size_y()];
            let (a, b) = (local(side[0]), local(side[1]));
            let (top, bottom) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            // Rows whose centre line the side crosses; its upper end counts, its lower end not.
            let from = ((top[1] - 0.5).ceil() as i32).max(first - window.row);
            let to = ((bottom[1] - 0.5).ceil() as i32).min(end - window.row);
            for row in from..to {
                let t = (f64::from(row) + 0.5 - top[1]) / (bottom[1] - top[1]);
                crossings[(row + window.row - first) as usize].push(top[0] + t * (bottom[0] - top[0]));
            }
        }
    }
    for row in &mut crossings {
        row.sort_unstable_by(f64::total_cmp);
        for inside in row.chunks_exact(2) {
            let col = |x: f64| ((x - 0.5).ceil() as i32).clamp(0, window.width);
            let (from, to) = (col(inside[0]), col(inside[1]));
            if to > from {
                coverage.push(window.col + from, (to - from) as u32, FULL);
            }
        }
        coverage.end_row();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metric;
    use lindero_plots::Shape;

    fn check(ring: &[[f64; 2]], expected: &[(i32, i32)]) {
        let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Planar).unwrap();
        let shape = Shape::from_rings(vec![vec![ring.to_vec()]]);
        let mut coverage = Coverage::default();
        cover_centres(shape.as_ref(), &grid, i32::MIN..i32::MAX, &mut coverage).unwrap();
        let cells: Vec<(i32, i32)> = coverage
            .rows()
            .flat_map(|(row, spans)| spans.iter().flat_map(move |s| (s.col..s.col_end()).map(move |col| (row, col))))
            .collect();
        assert_eq!(cells, expected);
    }

    #[test]
    fn a_cell_counts_by_its_centre() {
        check(&[[0.4, -1.4], [1.6, -1.4], [1.6, -0.4], [0.4, -0.4], [0.4, -1.4]], &[(0, 0), (0, 1)]);
        check(&[[0.6, -0.4], [0.9, -0.4], [0.9, -0.1], [0.6, -0.4]], &[]);
    }

    #[test]
    fn neighbours_share_no_cell() {
        let left = [[0.0, -1.0], [1.5, -1.0], [1.5, 0.0], [0.0, 0.0], [0.0, -1.0]];
        let right = [[1.5, -1.0], [3.0, -1.0], [3.0, 0.0], [1.5, 0.0], [1.5, -1.0]];
        check(&left, &[(0, 0)]);
        check(&right, &[(0, 1), (0, 2)]);
    }
}
