//! Which cells of a map may be drawn: all of them, or those whose centre lies in a region.

use super::EstimateError;
use super::class_map::ClassMap;
use lindero_grid::{Cell, Coverage, Grid, Window, cover_centres};
use lindero_layers::{BlockId, RasterInfo, Transform};
use lindero_plots::{Position, Shape, ShapeRef};
use lindero_regions::RegionSet;
use std::collections::BTreeMap;

/// Sides are cut to this length before they are moved into a projected system, where they are no straight lines (degrees).
const SIDE_DEG: f64 = 0.002;

/// From one column to before another, and the region that the cells belong to.
type RegionSpan = (i32, i32, u32);

/// Cells that may be drawn, each at most once.
pub(super) struct Frame {
    /// By row; `None` is all cells.
    rows: Option<BTreeMap<i32, Vec<RegionSpan>>>,
}

impl Frame {
    /// All cells.
    pub(super) fn all() -> Self {
        Self { rows: None }
    }

    /// Cells with their centre in a region. Where regions overlap a cell belongs to the first of them by name.
    pub(super) fn of_regions(map: &ClassMap, regions: &RegionSet) -> Result<Self, EstimateError> {
        let info = map.source.info();
        let grid = grid_of(map)?;
        let transform = info.projection.as_ref().map(|projection| projection.transform()).transpose()?;
        let all = info.sheets[0].tiles.iter().fold(Window::default(), |all, tile| all.union(&tile.window));
        let mut by_name: Vec<u32> = (0..regions.names().len() as u32).collect();
        by_name.sort_by_key(|&region| &regions.names()[region as usize]);
        let mut rows: BTreeMap<i32, Vec<RegionSpan>> = BTreeMap::new();
        let mut coverage = Coverage::default();
        for region in by_name {
            for shape in regions.shapes(region) {
                let moved = transform.as_ref().map(|transform| moved(shape, transform.as_ref()));
                let shape = moved.as_ref().map_or(shape, Shape::as_ref);
                if cover_centres(shape, &grid, all.row..all.row_end(), &mut coverage).is_none() {
                    continue;
                }
                for (row, spans) in coverage.rows().filter(|(_, spans)| !spans.is_empty()) {
                    let of_row = rows.entry(row).or_default();
                    of_row.extend(spans.iter().map(|span| (span.col, span.col_end(), region)));
                }
            }
        }
        Ok(Self { rows: Some(rows) })
    }

    /// The region of a cell that may be drawn.
    pub(super) fn region_at(&self, cell: Cell) -> Option<u32> {
        let spans = self.rows.as_ref()?.get(&cell.row)?;
        spans.iter().find(|(start, end, _)| (*start..*end).contains(&cell.col)).map(|(.., region)| *region)
    }

    /// Which of the columns `start..end` of a row may be drawn, as spans that do not overlap.
    fn spans(&self, row: i32, start: i32, end: i32) -> Vec<(i32, i32)> {
        let Some(rows) = &self.rows else { return vec![(start, end)] };
        let Some(spans) = rows.get(&row) else { return Vec::new() };
        let mut cut: Vec<(i32, i32)> = spans.iter().map(|&(from, to, _)| (from.max(start), to.min(end))).collect();
        cut.retain(|(from, to)| from < to);
        cut.sort_unstable();
        let mut joined: Vec<(i32, i32)> = Vec::with_capacity(cut.len());
        for (from, to) in cut {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    /// Calls `row` for each row of a block with its columns and numbers that may be drawn; void cells are not a number.
    ///
    /// A cell that two tiles have belongs to the first of them.
    pub(super) fn walk(
        &self,
        map: &ClassMap,
        block: BlockId,
        mut row: impl FnMut(i32, &[(i32, f64)]),
    ) -> Result<(), EstimateError> {
        let tiles = &map.source.info().sheets[block.sheet as usize].tiles;
        let tile = &tiles[block.tile as usize];
        let window = tile.block_window((block.row, block.col));
        let earlier: Vec<Window> = tiles[..block.tile as usize]
            .iter()
            .map(|earlier| earlier.window.intersection(&window))
            .filter(|shared| !shared.is_empty())
            .collect();
        let wanted: Vec<(i32, Vec<(i32, i32)>)> = (window.row..window.row_end())
            .map(|row| (row, self.spans(row, window.col, window.col_end())))
            .filter(|(_, spans)| !spans.is_empty())
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let read = map.source.read_block(block, &[map.band], u32::MAX)?;
        let mut cells = Vec::with_capacity(window.width as usize);
        for (at, spans) in wanted {
            cells.clear();
            for col in spans.into_iter().flat_map(|(start, end)| start..end) {
                if earlier.iter().any(|shared| shared.contains(Cell { row: at, col })) {
                    continue;
                }
                let place = ((at - window.row) as usize, (col - window.col) as usize);
                let void = read.mask.as_ref().is_some_and(|mask| !mask[place]);
                let number = read.bands[0].number(place.0, place.1);
                cells.push((col, if void || Some(number) == tile.nodata { f64::NAN } else { number + 0.0 }));
            }
            row(at, &cells);
        }
        Ok(())
    }
}

/// The grid of a map whose tiles share one.
pub(super) fn grid_of(map: &ClassMap) -> Result<Grid, EstimateError> {
    let info: &RasterInfo = map.source.info();
    match &info.sheets[..] {
        [sheet] => Ok(sheet.grid),
        sheets => Err(EstimateError::Map {
            reason: format!(
                "--map {}: its tiles lie on {} grids that do not fit each other, so that cells would be drawn twice at their \
                 seams: put them on one grid first, such as with gdalwarp",
                map.name,
                sheets.len()
            ),
        }),
    }
}

/// A shape in the system of a projected map.
fn moved(shape: ShapeRef<'_>, transform: &dyn Transform) -> Shape {
    let mut moved = Shape::default();
    for part in shape.parts() {
        for ring in part.rings() {
            let mut positions: Vec<Position> = Vec::with_capacity(ring.len());
            for side in ring.windows(2) {
                let (from, to) = (side[0], side[1]);
                let length = (to[0] - from[0]).abs().max((to[1] - from[1]).abs());
                let steps = (length / SIDE_DEG).ceil().max(1.0) as usize;
                let at = |step: usize| {
                    let along = step as f64 / steps as f64;
                    [0, 1].map(|axis| from[axis] + along * (to[axis] - from[axis]))
                };
                positions.extend((0..steps).map(at));
            }
            positions.extend(ring.last());
            transform.forward(&mut positions);
            moved.push_ring(&positions);
        }
        moved.end_part();
    }
    moved
}
