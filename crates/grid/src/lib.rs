//! Cells, integer windows, and the exact share of each cell that a plot covers.
//!
//! The nouns: a [`Grid`] is a lattice of equal cells anchored at the origin of its coordinates; a
//! [`Window`] is a rectangle of its cells; a [`Coverage`] says, row by row, which cells a plot
//! touches and how much of each; [`AreaUnits`] is an exact sum of covered area.
//!
//! ```
//! use lindero_grid::{cover, Coverage, Grid, Metric, Scratch, FULL};
//! use lindero_plots::Shape;
//!
//! // Cells of one degree; the plot is the square from 0.5 to 2.5.
//! let (grid, corner) = Grid::through(0.0, 3.0, 1.0, 1.0, Metric::Geographic).unwrap();
//! let square = [[0.5, 0.5], [2.5, 0.5], [2.5, 2.5], [0.5, 2.5], [0.5, 0.5]];
//! let shape = Shape::from_rings(vec![vec![square.to_vec()]]);
//! let mut coverage = Coverage::default();
//! cover(shape.as_ref(), &grid, &mut Scratch::default(), &mut coverage).unwrap();
//! let middle: Vec<_> = coverage.row(corner.row + 1).iter().map(|s| (s.col, s.len, s.share)).collect();
//! assert_eq!(middle, [(0, 1, FULL / 2), (1, 1, FULL), (2, 1, FULL / 2)]);
//! ```
//!
//! It knows nothing of files, layers or values, and reprojects nothing: the plot's coordinates and
//! the grid's are the same system.

mod area;
mod centres;
mod cover;
mod coverage;
mod deposit;
mod edges;
mod fixed;
mod grid;
mod outline;
mod row_area_table;
mod touched;

pub use area::{AreaUnits, RowAreas};
pub use centres::cover_centres;
pub use cover::{Scratch, cover, cover_rows, cover_window};
pub use coverage::{Coverage, FULL, RowsFrom, Span};
pub use grid::{Cell, Grid, GridError, Metric, Window};
pub use outline::{CellRun, outlines};
pub use row_area_table::RowAreaTable;
pub use touched::Touched;
