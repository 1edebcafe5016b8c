//! What a map says at points.

use super::EstimateError;
use super::class_map::{ClassMap, ClassOf};
use lindero_grid::Cell;
use lindero_layers::{BlockId, RasterInfo};
use lindero_plots::Position;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A point's place in a block: index of the point, and the cell by row and column.
type Asked = (usize, usize, usize);

/// The class of the cell that holds each position; [`ClassOf::Nothing`] where there is no data or no file.
///
/// # Errors
///
/// [`EstimateError`] if the map cannot be read, or a number has no name.
pub fn classes_at(map: &ClassMap, positions: &[Position]) -> Result<Vec<ClassOf>, EstimateError> {
    let info = map.source.info();
    let mut moved = positions.to_vec();
    if let Some(projection) = &info.projection {
        projection.transform()?.forward(&mut moved);
    }
    let mut by_block: BTreeMap<BlockId, Vec<Asked>> = BTreeMap::new();
    for (index, position) in moved.iter().enumerate() {
        if let Some((block, row, col)) = place_of(info, *position) {
            by_block.entry(block).or_default().push((index, row, col));
        }
    }
    let read = |(block, asked): (&BlockId, &Vec<Asked>)| -> Result<Vec<(usize, f64)>, EstimateError> {
        let cells = map.source.read_block(*block, &[map.band], u32::MAX)?;
        let tag = info.sheets[block.sheet as usize].tiles[block.tile as usize].nodata;
        let number = |&(index, row, col): &Asked| {
            let void = cells.mask.as_ref().is_some_and(|mask| !mask[(row, col)]);
            let number = cells.bands[0].number(row, col);
            (index, if void || Some(number) == tag { f64::NAN } else { number })
        };
        Ok(asked.iter().map(number).collect())
    };
    let read: Vec<Vec<(usize, f64)>> = by_block.par_iter().map(read).collect::<Result<_, _>>()?;
    let mut numbers = vec![f64::NAN; positions.len()];
    read.into_iter().flatten().for_each(|(index, number)| numbers[index] = number);
    numbers.into_iter().map(|number| map.class_of(number)).collect()
}

/// The block that answers for a position, and its cell there. Where tiles do not share a grid each answers for its own ground.
fn place_of(info: &RasterInfo, position: Position) -> Option<(BlockId, usize, usize)> {
    info.sheets.iter().enumerate().find_map(|(sheet_index, sheet)| {
        let cell = sheet.grid.cell_at(position)?;
        let tiles = sheet.tiles.iter().enumerate();
        let (tile_index, tile) = { tiles }.find(|(_, tile)| {
            let on_its_ground = tile.domain.is_none_or(|domain| {
                let ([x, y], b) = (position, domain);
                x >= b.min_x && x < b.max_x && y > b.min_y && y <= b.max_y
            });
            tile.window.contains(cell) && on_its_ground
        })?;
        let Cell { row, col } = cell;
        let (row, col) = ((row - tile.window.row) as u32, (col - tile.window.col) as u32);
        let (height, width) = tile.block;
        let block = BlockId { sheet: sheet_index as u32, tile: tile_index as u32, row: row / height, col: col / width };
        Some((block, (row % height) as usize, (col % width) as usize))
    })
}
