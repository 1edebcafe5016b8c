//! The ground of one grid, cut into chunks, with the shapes that lie on each.

use crate::morton::morton;
use lindero_grid::{Grid, Window};
use lindero_layers::Sheet;
use lindero_plots::ShapeStore;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Wanted rows and columns of a chunk, in cells.
const CHUNK_CELLS: i32 = 1024;

/// The same where most shapes are larger than this: then there is enough to do on a smaller chunk, and its cells are still in
/// the near cache when they are counted.
const CHUNK_CELLS_OF_LARGE: i32 = 512;

/// Shapes up to this many cells are covered whole, larger ones only in the rows of a chunk.
const WHOLE_CELLS: i64 = 1 << 16;

/// A rectangle of cells and the shapes on it.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// The part of the ground that belongs to this chunk and that its shapes reach.
    pub(crate) window: Window,
    /// The rows of this chunk and of those beside it.
    pub(crate) rows: Range<i32>,
    /// The columns of this chunk and of those above and below it: in all chunks as many.
    pub(crate) cols: Range<i32>,
    /// Indices of the shapes, ascending.
    pub(crate) shapes: Vec<u32>,
}

/// All chunks that any shape lies on, in the order in which they are swept.
pub(crate) struct Chunks {
    pub(crate) chunks: Vec<Chunk>,
    /// Of every shape.
    pub(crate) of_shapes: Vec<OnChunks>,
}

/// Where a shape lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnChunks {
    /// Its window of cells, in the tiles or not.
    pub(crate) window: Window,
    /// Rows and columns of chunks; none where it is wholly outside the tiles.
    rows: u32,
    pub(crate) cols: u32,
    /// The first column of its first chunk.
    pub(crate) first_col: i32,
}

impl OnChunks {
    /// On how many chunks it lies.
    pub(crate) fn chunks(&self) -> u32 {
        self.rows * self.cols
    }

    /// Whether it is too large to be covered whole.
    pub(crate) fn is_large(&self) -> bool {
        i64::from(self.window.height) * i64::from(self.window.width) > WHOLE_CELLS
    }
}

impl Chunks {
    /// Cuts the ground of the sheet where there are shapes.
    ///
    /// Chunks are whole blocks of the first tile where its blocks are of a handy size. Chunks follow each other in Morton order,
    /// so that few blocks of other layers are under way at a time; where blocks are long strips, row by row, and where most
    /// shapes are large, so that what they cover in a row of chunks is not needed for long.
    pub(crate) fn cut(grid: &Grid, sheet: &Sheet, extent: Window, shapes: &ShapeStore) -> Self {
        let first = &sheet.tiles[0];
        let windows = shapes.iter().map(|shape| grid.window_of(&shape.bounds()).unwrap_or_default());
        let windows: Vec<Window> = windows.collect();
        let wanted = wanted_cells(&windows);
        let handy = |block: u32| {
            let block = block.min(1 << 20) as i32;
            if block >= wanted { block.min(2 * CHUNK_CELLS) } else { wanted / block * block }
        };
        let (height, width) = (handy(first.block.0), handy(first.block.1));
        let are_strips = i64::from(first.block.1) > 4 * i64::from(CHUNK_CELLS);
        let row_by_row = are_strips || wanted == CHUNK_CELLS_OF_LARGE;
        let (row0, col0) = (first.window.row, first.window.col);

        let mut of_shapes = Vec::with_capacity(shapes.len());
        let mut chunks: FxHashMap<u64, Chunk> = FxHashMap::default();
        for (index, whole) in (0..).zip(windows) {
            let window = whole.intersection(&extent);
            if window.is_empty() {
                of_shapes.push(OnChunks { window: whole, rows: 0, cols: 0, first_col: 0 });
                continue;
            }
            let rows = (window.row - row0).div_euclid(height)..=(window.row_end() - 1 - row0).div_euclid(height);
            let cols = (window.col - col0).div_euclid(width)..=(window.col_end() - 1 - col0).div_euclid(width);
            let (in_rows, in_cols) = (rows.clone().count() as u32, cols.clone().count() as u32);
            let first_col = col0 + cols.start() * width;
            of_shapes.push(OnChunks { window: whole, rows: in_rows, cols: in_cols, first_col });
            for row in rows {
                for col in cols.clone() {
                    let order = if row_by_row { row_major(row, col) } else { morton(ordered(row), ordered(col)) };
                    let here = Window { row: row0 + row * height, col: col0 + col * width, height, width };
                    let chunk = chunks.entry(order).or_insert_with(|| Chunk {
                        window: Window::default(),
                        rows: here.row..here.row_end(),
                        cols: here.col..here.col_end(),
                        shapes: Vec::new(),
                    });
                    chunk.window = chunk.window.union(&window.intersection(&here));
                    chunk.shapes.push(index);
                }
            }
        }
        let mut chunks: Vec<(u64, Chunk)> = chunks.into_iter().collect();
        chunks.sort_unstable_by_key(|chunk| chunk.0);
        let chunks = chunks.into_iter().map(|(_, chunk)| chunk).collect();
        Self { chunks, of_shapes }
    }
}

/// Rows and columns of a chunk for shapes with these windows.
fn wanted_cells(windows: &[Window]) -> i32 {
    let cells = |rows: i32, cols: i32| i64::from(rows) * i64::from(cols);
    let large = cells(CHUNK_CELLS_OF_LARGE, CHUNK_CELLS_OF_LARGE);
    let is_large = |window: &&Window| cells(window.height, window.width) > large;
    if 2 * windows.iter().filter(is_large).count() > windows.len() { CHUNK_CELLS_OF_LARGE } else { CHUNK_CELLS }
}

/// Sign bit flipped, so that negative indices sort before positive ones.
fn ordered(index: i32) -> u32 {
    index as u32 ^ (1 << 31)
}

fn row_major(row: i32, col: i32) -> u64 {
    (u64::from(ordered(row)) << 32) | u64::from(ordered(col))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_rows_come_first() {
        assert!(row_major(-1, 5) < row_major(0, 0));
        assert!(morton(ordered(-1), ordered(-1)) < morton(ordered(0), ordered(0)));
    }
}
