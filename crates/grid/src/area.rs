//! Exact sums of covered area.

use crate::{Grid, Metric, Window, coverage::FULL};
use lindero_plots::row_area_m2;
use std::ops::{Add, AddAssign, Range, Sub};

/// Bits behind the point of a row's area in square metres.
const ROW_BITS: u32 = 36;
/// The same where cells are of [`COARSE_M2`] or more, which would not fit.
const COARSE_ROW_BITS: u32 = 14;
/// Cells of a geographic grid from this size on (about 16 km) are coarse.
const COARSE_M2: f64 = (1u64 << (u64::BITS - ROW_BITS)) as f64;
/// Bits behind the point of a share of a cell.
const SHARE_BITS: u32 = FULL.trailing_zeros();

/// Covered area as an integer: shares of cells (2^-48) times the area of their row (2^-36 m²; 1 on
/// planar grids, 2^-14 m² where cells are of 2^28 m² or more).
///
/// Integers, because their sum does not depend on the order of its terms: threads, tiles and blocks
/// then change no digit. 43 bits stay before the point: 8.7e12 m²; on coarse grids 65.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaUnits(i128);

impl AreaUnits {
    /// No area.
    pub const ZERO: Self = Self(0);

    /// `share` (2^-48 of a cell, summed over cells of one row) times that row's units.
    #[must_use]
    pub fn of(share: u64, row_units: u64) -> Self {
        Self(i128::from(share) * i128::from(row_units))
    }

    /// Square metres, where the grid is geographic and its cells are smaller than 2^28 m². On others areas are told as shares.
    #[must_use]
    pub fn to_m2(self) -> f64 {
        Self::m2_of(self.to_number())
    }

    /// How many units there are, rounded to a double. Shares are quotients of such numbers.
    #[must_use]
    pub fn to_number(self) -> f64 {
        self.0 as f64
    }

    /// Square metres of so many units, where [`Self::to_m2`] is of them.
    #[must_use]
    pub fn m2_of(units: f64) -> f64 {
        units / 2f64.powi((SHARE_BITS + ROW_BITS) as i32)
    }

    /// This area as a share of `whole`, 0 for an empty whole.
    #[must_use]
    pub fn share_of(self, whole: Self) -> f64 {
        if whole.0 == 0 { 0.0 } else { self.to_number() / whole.to_number() }
    }

    /// Whether there is no area.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for AreaUnits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for AreaUnits {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for AreaUnits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for AreaUnits {
    fn sum<I: Iterator<Item = Self>>(areas: I) -> Self {
        areas.fold(Self::ZERO, Add::add)
    }
}

/// The area of a cell in each row of a window, as integer units.
#[derive(Clone, Debug, Default)]
pub struct RowAreas {
    first_row: i32,
    units: Vec<u64>,
}

impl RowAreas {
    /// Units in a square metre; on planar grids in a cell.
    #[must_use]
    pub fn units_per_m2(grid: &Grid) -> f64 {
        (1u64 << row_bits(grid)) as f64
    }

    /// Cell areas of the window's rows on the ellipsoid; 1 per cell on a planar grid.
    ///
    /// # Method
    ///
    /// Exact area of a longitude/latitude rectangle on WGS 84, rounded to 2^-36 m² (1.5e-13 of a 10 m
    /// cell), or 2^-14 m² where cells are of 2^28 m² or more.
    #[must_use]
    pub fn of(grid: &Grid, window: &Window) -> Self {
        let units = (window.row..window.row_end())
            .map(|row| match grid.metric() {
                Metric::Planar => 1 << ROW_BITS,
                Metric::Geographic => cell_units(grid, row),
            })
            .collect();
        Self { first_row: window.row, units }
    }

    /// No row yet of this window's.
    pub(crate) fn none_of(window: &Window) -> Self {
        Self { first_row: window.row, units: Vec::with_capacity(window.height.max(0) as usize) }
    }

    /// Adds rows of others, which follow those that are there.
    pub(crate) fn extend(&mut self, others: &Self, rows: Range<i32>) {
        let index = |row: i32| (row - others.first_row) as usize;
        self.units.extend_from_slice(&others.units[index(rows.start)..index(rows.end)]);
    }

    /// Units of one cell of each row from this one on.
    ///
    /// # Panics
    ///
    /// If the row is not one of the window's.
    #[must_use]
    pub fn units_from(&self, row: i32) -> &[u64] {
        &self.units[(row - self.first_row) as usize..]
    }

    /// Units of one cell of the row, of which [`Self::units_per_m2`] are in a square metre.
    ///
    /// # Panics
    ///
    /// If the row is not one of the window's.
    #[must_use]
    pub fn units(&self, row: i32) -> u64 {
        self.units[(row - self.first_row) as usize]
    }
}

/// Units of one cell of the row: what lies beyond a pole has no area.
fn cell_units(grid: &Grid, row: i32) -> u64 {
    let north = grid.north(row).clamp(-90.0, 90.0);
    let south = grid.north(row + 1).clamp(-90.0, 90.0);
    let m2 = row_area_m2(south, north, grid.size_x());
    (m2 * RowAreas::units_per_m2(grid)).round() as u64
}

/// Bits behind the point of a row's units. They depend on the grid alone, so that all its rows have the same.
fn row_bits(grid: &Grid) -> u32 {
    // No cell is larger than one that the equator cuts in half.
    let half = (grid.size_y() / 2.0).min(90.0);
    let is_coarse = grid.metric() == Metric::Geographic && row_area_m2(-half, half, grid.size_x()) >= COARSE_M2;
    if is_coarse { COARSE_ROW_BITS } else { ROW_BITS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_cell_is_its_rows_area() {
        let (grid, _) = Grid::through(0.0, 1.0, 0.00025, 0.00025, Metric::Geographic).unwrap();
        let window = Window { row: 33_999, col: 0, height: 2, width: 1 };
        let areas = RowAreas::of(&grid, &window);
        let m2 = AreaUnits::of(FULL, areas.units(34_000)).to_m2();
        let expected = row_area_m2(-34_001.0 * 0.00025, -34_000.0 * 0.00025, 0.00025);
        assert!((m2 / expected - 1.0).abs() < 1e-12, "{m2} {expected}");
    }

    #[test]
    fn cells_of_any_size_have_the_share_of_their_area() {
        // Just under and over 16 km, climate models, and a quarter of the Earth.
        for size in [0.147, 0.148, 0.15, 0.25, 1.0, 10.0, 90.0] {
            let (grid, first) = Grid::through(0.0, 90.0, size, size, Metric::Geographic).unwrap();
            let (from, to) = (first.row, first.row + (90.0 / size) as i32);
            let window = Window { row: from, col: 0, height: to - from, width: 1 };
            let areas = RowAreas::of(&grid, &window);
            let of = |row| AreaUnits::of(FULL, areas.units(row));
            let whole: AreaUnits = (from..to).map(of).sum();
            let whole_m2 = row_area_m2(grid.north(to), grid.north(from), size);
            for row in [from, to - 1] {
                let expected = row_area_m2(grid.north(row + 1), grid.north(row), size) / whole_m2;
                let found = of(row).share_of(whole);
                assert!((found - expected).abs() < 1e-11, "{size} degrees, row {row}: {found}, expected {expected}");
            }
        }
    }

    #[test]
    fn sums_do_not_depend_on_their_order() {
        let terms: Vec<_> = (1..1000u64).map(|k| AreaUnits::of(FULL / k, k * k * 977)).collect();
        let forward: AreaUnits = terms.iter().copied().sum();
        let backward: AreaUnits = terms.iter().rev().copied().sum();
        assert_eq!(forward, backward);
    }

    #[test]
    fn planar_cells_count_as_one() {
        let (grid, _) = Grid::through(0.0, 0.0, 30.0, 30.0, Metric::Planar).unwrap();
        let areas = RowAreas::of(&grid, &Window { row: 0, col: 0, height: 1, width: 1 });
        assert_eq!(AreaUnits::of(FULL / 2, areas.units(0)).to_m2(), 0.5);
    }
}
