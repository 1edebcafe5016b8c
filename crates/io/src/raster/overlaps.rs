//! Whether tiles of one grid say the same where they overlap.

use std::path::Path;

use lindero_grid::{Cell, Window};
use lindero_layers::{Block, LayerError, Sheet, Tile};

use super::file::RasterFile;
use super::region::{self, Region};

/// Overlaps are compared in pieces of so many rows and columns, to bound memory.
const PIECE: i32 = 2048;

/// Compares every pair of tiles of a sheet that overlap, band by band.
///
/// # Errors
/// [`LayerError::Tiles`] naming the first cell that has data in both and differs; [`LayerError::Unusable`]
/// if one cannot be read.
pub(crate) fn check(sheet: &Sheet, files: &[(&Path, &dyn RasterFile)]) -> Result<(), LayerError> {
    for (b, tile_b) in sheet.tiles.iter().enumerate() {
        for (a, tile_a) in sheet.tiles[..b].iter().enumerate() {
            let overlap = tile_a.window.intersection(&tile_b.window);
            for piece in pieces(overlap) {
                for band in 0..files[a].1.facts().bands {
                    let block_a = read(files[a], tile_a, piece, band)?;
                    let block_b = read(files[b], tile_b, piece, band)?;
                    let Some((row, col)) = first_difference((&block_a, tile_a), (&block_b, tile_b)) else { continue };
                    let cell = Cell { row: piece.row + row as i32, col: piece.col + col as i32 };
                    let [x, y] = sheet.grid.centre(cell);
                    let reason = format!(
                        "they overlap and disagree: in band {}, the cell at {x}, {y} is {} in one and {} in the other",
                        band + 1,
                        block_a.bands[0].number(row, col),
                        block_b.bands[0].number(row, col)
                    );
                    return Err(LayerError::Tiles { a: files[a].0.into(), b: files[b].0.into(), reason });
                }
            }
        }
    }
    Ok(())
}

fn pieces(window: Window) -> impl Iterator<Item = Window> {
    let rows = (window.row..window.row_end()).step_by(PIECE as usize);
    rows.flat_map(move |row| {
        let cols = (window.col..window.col_end()).step_by(PIECE as usize);
        cols.map(move |col| Window { row, col, height: PIECE, width: PIECE }.intersection(&window))
    })
}

fn read((path, file): (&Path, &dyn RasterFile), tile: &Tile, piece: Window, band: u32) -> Result<Block, LayerError> {
    let region = Region {
        row: (piece.row - tile.window.row) as u32,
        col: (piece.col - tile.window.col) as u32,
        height: piece.height as u32,
        width: piece.width as u32,
    };
    region::read(file, region, &[band]).map_err(|reason| LayerError::Unusable { path: path.into(), reason })
}

fn first_difference(a: (&Block, &Tile), b: (&Block, &Tile)) -> Option<(usize, usize)> {
    if a.0.bands == b.0.bands {
        return None;
    }
    let value = |(block, tile): (&Block, &Tile), at: (usize, usize)| {
        let value = block.bands[0].number(at.0, at.1);
        let void = value.is_nan() || tile.nodata == Some(value) || block.mask.as_ref().is_some_and(|mask| !mask[at]);
        (!void).then_some(value)
    };
    let (rows, cols) = a.0.bands[0].dim();
    let differ = |at: &(usize, usize)| value(a, *at).zip(value(b, *at)).is_some_and(|(a, b)| a != b);
    (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))).find(differ)
}
