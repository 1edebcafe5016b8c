//! A map of classes over a whole region, as large as people have them: invented, and the same every time.

use std::{ops::Range, path::Path};

use lindero_plots::Bounds;
use lindero_testkit::{Compression, GeoTiff, Predictor, Sample};
use ndarray::Array2;

use crate::fixtures::noise::hash;

/// Rows and columns of a tile of the file.
pub(super) const TILE: usize = 512;
/// What stands there, the commonest more than once.
const CLASSES: [f64; 8] = [3.0, 3.0, 3.0, 15.0, 21.0, 21.0, 12.0, 33.0];
/// One cell in so many is another class than its neighbours.
const SPECKLES: u64 = 64;

/// What is drawn by chance, each by numbers of its own.
const PATCH_SEED: u64 = 11;
const PIECE_SEED: u64 = 12;
const EDGE_SEED: u64 = 13;
const SPECKLE_SEED: u64 = 14;

/// A grid of square cells in degrees, of whole tiles around some ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WideGrid {
    /// Cells in a degree.
    per_degree: f64,
    /// The first row from the equator southward and the first column from Greenwich eastward.
    first: [i64; 2],
    /// Rows and columns.
    pub(super) size: (usize, usize),
}

impl WideGrid {
    /// The grid around these bounds.
    pub(super) fn around(bounds: &Bounds, per_degree: f64) -> Self {
        let tile = TILE as f64;
        let tiles = |from: f64, to: f64| {
            let first = (from * per_degree / tile).floor();
            (first as i64 * TILE as i64, ((to * per_degree / tile).ceil() - first) as usize * TILE)
        };
        let (col, width) = tiles(bounds.min_x, bounds.max_x);
        let (row, height) = tiles(-bounds.max_y, -bounds.min_y);
        Self { per_degree, first: [row, col], size: (height, width) }
    }

    /// Writes the map as tiles packed with DEFLATE.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        let cell = 1.0 / self.per_degree;
        let (west, north) = (self.first[1] as f64 / self.per_degree, -self.first[0] as f64 / self.per_degree);
        let mut cells = |rows: Range<usize>| {
            let first = [self.first[0] + rows.start as i64, self.first[1]];
            let size = (rows.len(), self.size.1);
            vec![Array2::from_shape_fn(size, |(row, col)| class_at(first[0] + row as i64, first[1] + col as i64))]
        };
        GeoTiff::new(Sample::U8, vec![Array2::zeros((1, 1))])
            .at(west, north)
            .cell(cell, cell)
            .tiles(TILE, TILE)
            .packed(Compression::Deflate, Predictor::None)
            .write_large(path, self.size, &mut cells)
    }
}

/// Patches of 32 cells with ragged edges, some broken into pieces of eight, and speckles.
fn class_at(row: i64, col: i64) -> f64 {
    let class = |chance: u64| CLASSES[(chance % CLASSES.len() as u64) as usize];
    let speckle = hash(SPECKLE_SEED, row, col);
    if speckle.is_multiple_of(SPECKLES) {
        return class(speckle >> 32);
    }
    let edge = hash(EDGE_SEED, row >> 2, col >> 2);
    let (row, col) = (row + (edge & 7) as i64, col + (edge >> 8 & 7) as i64);
    let patch = hash(PATCH_SEED, row >> 5, col >> 5);
    if (patch >> 32).is_multiple_of(3) {
        let piece = hash(PIECE_SEED, row >> 3, col >> 3);
        if piece & 3 == 0 {
            return class(piece >> 32);
        }
    }
    class(patch)
}

#[cfg(test)]
mod tests {
    use super::{TILE, WideGrid};
    use lindero_plots::Bounds;

    #[test]
    fn the_grid_is_of_whole_tiles_around_its_ground_and_its_file_the_same_every_time() {
        let grid = WideGrid::around(&Bounds::new(-76.9, -7.2, -76.8, -7.1), 4_000.0);
        assert_eq!((grid.size.0 % TILE, grid.size.1 % TILE), (0, 0));
        let [south, east] = [grid.first[0] + grid.size.0 as i64, grid.first[1] + grid.size.1 as i64];
        assert!(grid.first[0] <= 28_400 && south >= 28_800, "{grid:?}");
        assert!(grid.first[1] <= -307_600 && east >= -307_200, "{grid:?}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let written = ["a.tif", "b.tif"].map(|name| {
            grid.write(&folder.path().join(name)).expect("the file is written");
            std::fs::read(folder.path().join(name)).expect("the file is read")
        });
        assert!(written[0] == written[1]);
        let cells = grid.size.0 * grid.size.1;
        assert!((0.02..0.5).contains(&(written[0].len() as f64 / cells as f64)), "{} bytes", written[0].len());
    }
}
