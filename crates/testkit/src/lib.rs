//! Rasters and plots drawn as text, and the slow, obvious ways to compute what the program computes fast.
//!
//! Answers: *what should this be?* A test draws a small map, draws a plot on it, and compares the program with a method
//! nobody can doubt: clipping every cell by brute force. Its nouns are plain arrays: a raster is an [`Array2<f64>`],
//! row 0 the northernmost; a shape is a list of polygons of rings of `[x, y]` ([`Polygons`]).
//!
//! ```
//! use lindero_testkit::{coverage_by_clipping, grid_from_text, polygon};
//!
//! let forest = grid_from_text("##. #.. ...");
//! let plot = polygon("POLYGON((0.5 1.5, 1.5 1.5, 1.5 3, 0.5 3, 0.5 1.5))");
//! let share = coverage_by_clipping(&plot, [0.0, 3.0], [1.0, 1.0], forest.dim());
//! assert_eq!((&forest * &share).sum(), 0.5 + 0.5 + 0.25);
//! ```
//!
//! [`GeoTiff`] writes the same raster in any of the layouts readers meet in the wild, byte for byte the same every time.
//! [`SplitMix64`] is the one source of chance. Refuses to know: every other crate of the project; it has no type of
//! theirs and cannot take their mistakes over.
//!
//! It is for tests and for the fixture generator, so it panics on a malformed drawing, naming what was wrong.
//!
//! [`Array2<f64>`]: ndarray::Array2

mod boundaries;
mod chance;
mod clip;
mod draw;
mod geotiff;
mod random_shapes;
mod wkt;

pub use boundaries::{BOUNDARIES_SEED, random_boundary};
pub use chance::{SplitMix64, mix};
pub use clip::{area_in_box, coverage_by_clipping, planar_area, ring_area};
pub use draw::{grid_from_text, grid_from_text_with, ring_from_text, rows};
pub use geotiff::{Compression, Crs, GeoTiff, Predictor, Sample};
pub use random_shapes::{random_rectangle, random_star, random_star_with_hole, star};
pub use wkt::{Polygons, Ring, polygon, to_wkt};
