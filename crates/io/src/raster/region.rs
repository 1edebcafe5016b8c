//! Cells of any rectangle, put together from the blocks it touches.

use lindero_layers::{Block, Cells};
use ndarray::{Array2, s};

use super::file::RasterFile;

/// A rectangle of cells of a file, counted from its first row and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) row: u32,
    pub(crate) col: u32,
    pub(crate) height: u32,
    pub(crate) width: u32,
}

/// Puts a region together; `read` gives the bands of one block, in blocks of `block` rows and columns.
pub(crate) fn assemble(
    region: Region,
    block: (u32, u32),
    mut read: impl FnMut(u32, u32) -> Result<Vec<Cells>, String>,
) -> Result<Vec<Cells>, String> {
    let (last_row, last_col) = (region.row + region.height - 1, region.col + region.width - 1);
    let mut whole: Vec<Cells> = Vec::new();
    for block_row in region.row / block.0..=last_row / block.0 {
        for block_col in region.col / block.1..=last_col / block.1 {
            let part = read(block_row, block_col)?;
            if whole.is_empty() {
                whole = part
                    .iter()
                    .map(|cells| cells.zeros_like((region.height as usize, region.width as usize)))
                    .collect();
            }
            // The cells in both, counted from the file's corner.
            let (row, col) = (block_row * block.0, block_col * block.1);
            let (top, left) = (region.row.max(row), region.col.max(col));
            let bottom = (last_row + 1).min(row.saturating_add(block.0));
            let right = (last_col + 1).min(col.saturating_add(block.1));
            let from = s![(top - row) as usize..(bottom - row) as usize, (left - col) as usize..(right - col) as usize];
            let to = s![
                (top - region.row) as usize..(bottom - region.row) as usize,
                (left - region.col) as usize..(right - region.col) as usize
            ];
            for (whole, part) in whole.iter_mut().zip(&part) {
                whole.copy_part(to, part, from);
            }
        }
    }
    Ok(whole)
}

/// Reads a region of a file: bands, and the mask where the file has one.
pub(crate) fn read(file: &dyn RasterFile, region: Region, bands: &[u32]) -> Result<Block, String> {
    // The mask goes through as one more band.
    let mut masked = false;
    let mut cells = assemble(region, file.facts().block, |row, col| {
        let block = file.read_block(row, col, bands, cols_in(region, file.facts().block.1, col))?;
        masked = block.mask.is_some();
        let mask = block.mask.map(|mask| Cells::U8(mask.mapv(u8::from)));
        Ok(block.bands.into_iter().chain(mask).collect())
    })?;
    let mask = if masked { cells.pop().as_ref().map(cells_to_mask) } else { None };
    Ok(Block { bands: cells, mask })
}

/// How many columns of a block in this column of blocks a region needs, from the block's west side.
fn cols_in(region: Region, block_cols: u32, block_col: u32) -> u32 {
    (region.col + region.width - block_col * block_cols).min(block_cols)
}

/// Cells of a mask: all but 0 are valid.
pub(crate) fn cells_to_mask(cells: &Cells) -> Array2<bool> {
    Array2::from_shape_fn(cells.dim(), |(row, col)| cells.number(row, col) != 0.0)
}
