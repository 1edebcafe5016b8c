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

/// Calls the same code on two arrays of cells of one type; nothing happens if the types differ.
macro_rules! with_pair {
    ($a:expr, $b:expr, $x:ident, $y:ident => $code:expr) => {
        match ($a, $b) {
            (Cells::U8($x), Cells::U8($y)) => $code,
            (Cells::I8($x), Cells::I8($y)) => $code,
            (Cells::U16($x), Cells::U16($y)) => $code,
            (Cells::I16($x), Cells::I16($y)) => $code,
            (Cells::U32($x), Cells::U32($y)) => $code,
            (Cells::I32($x), Cells::I32($y)) => $code,
            (Cells::F32($x), Cells::F32($y)) => $code,
            (Cells::F64($x), Cells::F64($y)) => $code,
            _ => unreachable!("all blocks of a file have cells of one type"),
        }
    };
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
                whole =
                    part.iter().map(|cells| zeros(cells, (region.height as usize, region.width as usize))).collect();
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
                with_pair!(whole, part, whole, part => whole.slice_mut(to).assign(&part.slice(from)));
            }
        }
    }
    Ok(whole)
}

fn zeros(like: &Cells, dim: (usize, usize)) -> Cells {
    match like {
        Cells::U8(_) => Cells::U8(Array2::zeros(dim)),
        Cells::I8(_) => Cells::I8(Array2::zeros(dim)),
        Cells::U16(_) => Cells::U16(Array2::zeros(dim)),
        Cells::I16(_) => Cells::I16(Array2::zeros(dim)),
        Cells::U32(_) => Cells::U32(Array2::zeros(dim)),
        Cells::I32(_) => Cells::I32(Array2::zeros(dim)),
        Cells::F32(_) => Cells::F32(Array2::zeros(dim)),
        Cells::F64(_) => Cells::F64(Array2::zeros(dim)),
    }
}

/// Reads a region of a file: bands, and the mask where the file has one.
pub(crate) fn read(file: &dyn RasterFile, region: Region, bands: &[u32]) -> Result<Block, String> {
    // The mask goes through as one more band.
    let mut masked = false;
    let mut cells = assemble(region, file.facts().block, |row, col| {
        let block = file.read_block(row, col, bands)?;
        masked = block.mask.is_some();
        let mask = block.mask.map(|mask| Cells::U8(mask.mapv(u8::from)));
        Ok(block.bands.into_iter().chain(mask).collect())
    })?;
    let mask = if masked { cells.pop().as_ref().map(cells_to_mask) } else { None };
    Ok(Block { bands: cells, mask })
}

/// Cells of a mask: all but 0 are valid.
pub(crate) fn cells_to_mask(cells: &Cells) -> Array2<bool> {
    Array2::from_shape_fn(cells.dim(), |(row, col)| cells.number(row, col) != 0.0)
}
