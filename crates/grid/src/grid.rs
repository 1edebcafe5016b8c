//! A lattice of equal cells anchored at the origin of its coordinates.

use lindero_plots::{Bounds, Position};

/// How the ground area of a cell follows from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Degrees of longitude and latitude: a cell's area depends on its row alone.
    Geographic,
    /// Any other system: areas are shares of the plot's own area.
    Planar,
}

/// A cell by its place on the parent grid: rows grow southward, columns eastward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Row on the parent grid.
    pub row: i32,
    /// Column on the parent grid.
    pub col: i32,
}

/// A rectangle of cells of the parent grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Window {
    /// First row.
    pub row: i32,
    /// First column.
    pub col: i32,
    /// Number of rows.
    pub height: i32,
    /// Number of columns.
    pub width: i32,
}

impl Window {
    /// First row below the window.
    #[must_use]
    pub fn row_end(&self) -> i32 {
        self.row + self.height
    }

    /// First column right of the window.
    #[must_use]
    pub fn col_end(&self) -> i32 {
        self.col + self.width
    }

    /// Whether no cell is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.height <= 0 || self.width <= 0
    }

    /// Whether the cell lies in it.
    #[must_use]
    pub fn contains(&self, cell: Cell) -> bool {
        cell.row >= self.row && cell.row < self.row_end() && cell.col >= self.col && cell.col < self.col_end()
    }

    /// The cells in both; may be empty.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let row = self.row.max(other.row);
        let col = self.col.max(other.col);
        Self {
            row,
            col,
            height: (self.row_end().min(other.row_end()) - row).max(0),
            width: (self.col_end().min(other.col_end()) - col).max(0),
        }
    }

    /// The smallest window with the cells of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        let row = self.row.min(other.row);
        let col = self.col.min(other.col);
        Self {
            row,
            col,
            height: self.row_end().max(other.row_end()) - row,
            width: self.col_end().max(other.col_end()) - col,
        }
    }
}

/// Why a grid or a place on it cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum GridError {
    /// The size of a cell is not a positive number.
    #[error("cells of {size_x} by {size_y} are not cells: both sizes must be above 0 and finite")]
    BadCell { size_x: f64, size_y: f64 },
    /// The corner lies too many cells from the origin to be counted.
    #[error("the corner {x}, {y} lies over 1,000,000,000 cells of {size_x} by {size_y} from the origin")]
    TooFar { x: f64, y: f64, size_x: f64, size_y: f64 },
}

/// Farthest index of a cell, so that sums of two indices stay in 32 bits.
const FARTHEST: f64 = 1e9;
/// A phase this near to a whole cell is that cell: files print their corners rounded.
const SNAP_CELLS: f64 = 1e-6;
/// Other phases are rounded to this share of a cell, so that tiles of one product agree to the bit.
const PHASE_STEPS: f64 = (1 << 24) as f64;
/// Sizes that agree to this share are the same size.
const SAME_SIZE: f64 = 1e-9;

/// Equal cells on a lattice anchored at coordinate 0.
///
/// Cell `(row, col)` spans `x` from `(col + phase_x) * size_x` eastward and `y` from
/// `-(row + phase_y) * size_y` southward. Because the anchor is the origin and not a file's corner,
/// crops and tiles of one product give the same cell the same index and the same edges to the bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    size_x: f64,
    size_y: f64,
    phase_x: f64,
    phase_y: f64,
    metric: Metric,
}

impl Grid {
    /// The grid that has a cell with its north-west corner at `(west, north)`, and that cell.
    ///
    /// # Errors
    ///
    /// [`GridError`] if the sizes are not positive or the corner is over 1e9 cells from the origin.
    pub fn through(west: f64, north: f64, size_x: f64, size_y: f64, metric: Metric) -> Result<(Self, Cell), GridError> {
        let usable = |s: f64| s.is_finite() && s > 0.0;
        if !usable(size_x) || !usable(size_y) {
            return Err(GridError::BadCell { size_x, size_y });
        }
        let (size_x, size_y) = (whole_divisor(size_x), whole_divisor(size_y));
        let too_far = || GridError::TooFar { x: west, y: north, size_x, size_y };
        let (col, phase_x) = split(west / size_x).ok_or_else(too_far)?;
        let (row, phase_y) = split(-north / size_y).ok_or_else(too_far)?;
        Ok((Self { size_x, size_y, phase_x, phase_y, metric }, Cell { row, col }))
    }

    /// The cell of this grid whose north-west corner is `(west, north)`, if there is one within
    /// 1e-6 of a cell, given that the other grid's cells have these sizes.
    ///
    /// Tiles of one product are one grid if this finds a cell for each.
    #[must_use]
    pub fn cell_with_corner(&self, west: f64, north: f64, size_x: f64, size_y: f64) -> Option<Cell> {
        let same = |a: f64, b: f64| (a - b).abs() <= SAME_SIZE * b;
        if !same(size_x, self.size_x) || !same(size_y, self.size_y) {
            return None;
        }
        let near = |u: f64| {
            let whole = u.round();
            ((u - whole).abs() <= SNAP_CELLS && whole.abs() < FARTHEST).then_some(whole as i32)
        };
        Some(Cell { row: near(-north / self.size_y - self.phase_y)?, col: near(west / self.size_x - self.phase_x)? })
    }

    /// Width of a cell, in the units of the coordinates.
    #[must_use]
    pub fn size_x(&self) -> f64 {
        self.size_x
    }

    /// Height of a cell, in the units of the coordinates.
    #[must_use]
    pub fn size_y(&self) -> f64 {
        self.size_y
    }

    /// How areas follow from cells.
    #[must_use]
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Longitude or easting of a column's west edge.
    #[must_use]
    pub fn west(&self, col: i32) -> f64 {
        (f64::from(col) + self.phase_x) * self.size_x
    }

    /// Latitude or northing of a row's north edge.
    #[must_use]
    pub fn north(&self, row: i32) -> f64 {
        -((f64::from(row) + self.phase_y) * self.size_y)
    }

    /// Centre of a cell.
    #[must_use]
    pub fn centre(&self, cell: Cell) -> Position {
        [self.centre_x(cell.col), self.centre_y(cell.row)]
    }

    /// `x` of a column's centre.
    #[must_use]
    pub fn centre_x(&self, col: i32) -> f64 {
        (f64::from(col) + self.phase_x + 0.5) * self.size_x
    }

    /// `y` of a row's centre.
    #[must_use]
    pub fn centre_y(&self, row: i32) -> f64 {
        -((f64::from(row) + self.phase_y + 0.5) * self.size_y)
    }

    /// The column that holds `x`; `None` over 1e9 cells from the origin.
    #[must_use]
    pub fn col_at(&self, x: f64) -> Option<i32> {
        whole(x / self.size_x - self.phase_x)
    }

    /// The row that holds `y`; `None` over 1e9 cells from the origin.
    #[must_use]
    pub fn row_at(&self, y: f64) -> Option<i32> {
        whole(-y / self.size_y - self.phase_y)
    }

    /// The cell that holds the position.
    #[must_use]
    pub fn cell_at(&self, [x, y]: Position) -> Option<Cell> {
        Some(Cell { row: self.row_at(y)?, col: self.col_at(x)? })
    }

    /// The cells that the bounds touch, with at least one cell; `None` if too far out.
    ///
    /// A border that lies exactly on a cell's edge also counts the cell behind it: its coverage is 0.
    #[must_use]
    pub fn window_of(&self, bounds: &Bounds) -> Option<Window> {
        let (row, row_last) = (self.row_at(bounds.max_y)?, self.row_at(bounds.min_y)?);
        let (col, col_last) = (self.col_at(bounds.min_x)?, self.col_at(bounds.max_x)?);
        Some(Window { row, col, height: row_last - row + 1, width: col_last - col + 1 })
    }

    /// The ground the window spans.
    #[must_use]
    pub fn bounds_of(&self, window: &Window) -> Bounds {
        Bounds {
            min_x: self.west(window.col),
            max_x: self.west(window.col_end()),
            min_y: self.north(window.row_end()),
            max_y: self.north(window.row),
        }
    }

    /// A column's west edge as the sum of two doubles: without error up to 5e8 cells from the origin.
    pub(crate) fn exact_west(&self, col: i32) -> [f64; 2] {
        exact_product(f64::from(col) + self.phase_x, self.size_x)
    }

    /// Minus the latitude or northing of a row's north edge, in the same way.
    pub(crate) fn exact_south(&self, row: i32) -> [f64; 2] {
        exact_product(f64::from(row) + self.phase_y, self.size_y)
    }
}

/// `a * b` rounded, and what was rounded off.
fn exact_product(a: f64, b: f64) -> [f64; 2] {
    let product = a * b;
    [product, a.mul_add(b, -product)]
}

/// `1 / n` where the size is that to 1e-9: files print 1/12000 with fewer digits than it has.
fn whole_divisor(size: f64) -> f64 {
    let n = (1.0 / size).round();
    if n >= 2.0 && (size * n - 1.0).abs() <= SAME_SIZE { 1.0 / n } else { size }
}

/// Whole cells and the phase left over, snapped or rounded.
fn split(u: f64) -> Option<(i32, f64)> {
    if u.is_nan() || u.abs() >= FARTHEST {
        return None;
    }
    let near = u.round();
    if (u - near).abs() <= SNAP_CELLS {
        return Some((near as i32, 0.0));
    }
    let mut cell = u.floor();
    let mut phase = ((u - cell) * PHASE_STEPS).round() / PHASE_STEPS;
    if phase >= 1.0 {
        cell += 1.0;
        phase = 0.0;
    }
    Some((cell as i32, phase))
}

/// Floor, not cast: a place just west of the origin must not land in column 0.
fn whole(u: f64) -> Option<i32> {
    (u.abs() < FARTHEST).then(|| u.floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_and_tiles_of_one_product_share_one_grid() {
        let (whole, origin) = Grid::through(-80.0, 0.0, 0.00025, 0.00025, Metric::Geographic).unwrap();
        assert_eq!(origin, Cell { row: 0, col: -320_000 });
        let (crop, corner) = Grid::through(-76.35, -9.94, 0.00025, 0.00025, Metric::Geographic).unwrap();
        assert_eq!(crop, whole);
        assert_eq!(corner, Cell { row: 39_760, col: -305_400 });
        assert_eq!(whole.cell_with_corner(-76.35, -9.94, 0.00025, 0.00025), Some(corner));
        assert_eq!(whole.cell_with_corner(-76.350_01, -9.94, 0.00025, 0.00025), None);
    }

    #[test]
    fn a_size_printed_short_is_the_size_that_was_meant() {
        let short = Grid::through(6.0, 3.0, 8.333_333_333_3e-5, 8.333_333_333_3e-5, Metric::Geographic);
        let (grid, cell) = short.unwrap();
        assert_eq!(grid.size_x(), 1.0 / 12_000.0);
        assert_eq!(cell, Cell { row: -36_000, col: 72_000 });
    }

    #[test]
    fn tiles_that_end_between_cells_have_another_phase() {
        let size = 0.000_269_494_585;
        let (north, _) = Grid::through(-80.0, 0.0, size, size, Metric::Geographic).unwrap();
        assert_eq!(north.cell_with_corner(-80.0, -10.0, size, size), None);
    }

    #[test]
    fn places_west_of_the_origin_fall_in_negative_columns() {
        let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Geographic).unwrap();
        assert_eq!(grid.cell_at([-0.001, 0.001]), Some(Cell { row: -1, col: -1 }));
        assert_eq!(grid.cell_at([0.0, 0.0]), Some(Cell { row: 0, col: 0 }));
    }

    #[test]
    fn senseless_sizes_are_refused() {
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Grid::through(0.0, 0.0, size, 1.0, Metric::Planar).is_err());
        }
        assert!(Grid::through(1e12, 0.0, 1.0, 1.0, Metric::Planar).is_err());
    }
}
