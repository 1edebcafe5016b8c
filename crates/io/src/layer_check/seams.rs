//! Rows and columns that neighbouring tiles both have, or that none has.

use crate::raster::RasterSummary;
use lindero_plots::Bounds;

/// Less than this share of a cell is rounding.
const ROUNDING_CELLS: f64 = 1e-4;

/// Which way two neighbours lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The second begins south of the first: what is doubled or missing are rows.
    South,
    /// The second begins east of the first: columns.
    East,
}

/// Two neighbouring tiles that do not end where the other begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Seam {
    /// Names of the two files.
    pub files: [String; 2],
    /// Which way the second lies from the first.
    pub direction: Direction,
    /// Rows or columns that both have; negative: that neither has.
    pub doubled_cells: f64,
}

/// The seams that do not fit, in the order of the tiles.
pub(super) fn seams(summary: &RasterSummary) -> Vec<Seam> {
    let name = |tile: usize| {
        summary.tiles[tile].path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let extents: Vec<[[f64; 2]; 2]> = summary.tiles.iter().map(|tile| axes(&tile.bounds, summary.cell_size)).collect();
    let mut seams = Vec::new();
    for a in 0..extents.len() {
        for (axis, direction) in [(0, Direction::East), (1, Direction::South)] {
            let Some(b) = next(&extents, a, axis) else { continue };
            let doubled_cells = extents[a][axis][1] - extents[b][axis][0];
            if doubled_cells.abs() > ROUNDING_CELLS {
                seams.push(Seam { files: [name(a), name(b)], direction, doubled_cells });
            }
        }
    }
    seams
}

/// First and last edge in cells: eastward, then southward.
fn axes(bounds: &Bounds, (size_x, size_y): (f64, f64)) -> [[f64; 2]; 2] {
    [[bounds.min_x / size_x, bounds.max_x / size_x], [-bounds.max_y / size_y, -bounds.min_y / size_y]]
}

/// The nearest tile that begins in the second half of this one or after it, beside it by at least half.
fn next(extents: &[[[f64; 2]; 2]], tile: usize, axis: usize) -> Option<usize> {
    let length = |[first, last]: [f64; 2]| last - first;
    let (along, across) = (extents[tile][axis], extents[tile][1 - axis]);
    let beside = |other: &[[f64; 2]; 2]| {
        let other = other[1 - axis];
        let shared = across[1].min(other[1]) - across[0].max(other[0]);
        shared >= 0.5 * length(across).min(length(other))
    };
    let after = |other: &[[f64; 2]; 2]| other[axis][0] >= along[0] + 0.5 * length(along);
    let found = extents.iter().enumerate().filter(|(index, other)| *index != tile && beside(other) && after(other));
    found.min_by(|a, b| a.1[axis][0].total_cmp(&b.1[axis][0])).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::TileSummary;

    /// Tiles by west, south, east and north edge, cells of half a unit.
    fn check(tiles: &[(&str, [f64; 4])], expected: &[(&str, &str, Direction, f64)]) {
        let tile = |(name, [min_x, min_y, max_x, max_y]): &(&str, [f64; 4])| TileSummary {
            path: name.into(),
            size: (0, 0),
            block: (0, 0),
            compression: String::new(),
            nodata: None,
            reader: String::new(),
            bounds: Bounds { min_x: *min_x, min_y: *min_y, max_x: *max_x, max_y: *max_y },
        };
        let summary = RasterSummary {
            crs: String::new(),
            bands: 1,
            cell_type: "uint8",
            grids: 1,
            cell_size: (0.5, 0.5),
            tiles: tiles.iter().map(tile).collect(),
        };
        let found = seams(&summary);
        let found: Vec<_> =
            found.iter().map(|s| (&s.files[0][..], &s.files[1][..], s.direction, s.doubled_cells)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tiles_that_meet_have_no_seam_to_tell() {
        check(
            &[
                ("nw", [0., 0., 5., 5.]),
                ("ne", [5., 0., 10., 5.]),
                ("sw", [0., -5., 5., 0.]),
                ("se", [5., -5., 10., 0.]),
            ],
            &[],
        );
    }

    #[test]
    fn doubled_and_missing_rows_and_columns_are_counted_in_cells() {
        let north = ("n", [0., 0., 5., 5.]);
        check(&[north, ("s", [0., -5., 5., 0.25])], &[("n", "s", Direction::South, 0.5)]);
        check(&[north, ("s", [0., -5., 5., -1.])], &[("n", "s", Direction::South, -2.0)]);
        check(&[north, ("e", [4., 0., 9., 5.])], &[("n", "e", Direction::East, 2.0)]);
    }

    #[test]
    fn only_neighbours_are_compared() {
        check(
            &[
                ("a", [0., 0., 5., 5.]),
                ("b", [5., 0., 10., 5.]),
                ("c", [10., 0., 15., 5.]),
                ("far", [0., 20., 5., 25.]),
            ],
            &[("far", "a", Direction::South, -30.0)],
        );
        check(&[("a", [0., 0., 5., 5.]), ("corner", [5., -5., 10., 0.])], &[]);
    }
}
