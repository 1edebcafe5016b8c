//! What layers say at the centres of pixels, as codes: each block that holds a centre is decoded once.

use lindero_engine::{LayerData, ScreenLayer};
use lindero_grid::Cell;
use lindero_indicators::SlotRef;
use lindero_layers::{BlockId, LayerError, LayerSource, Reading as Stored, Sheet, Tile};
use lindero_plots::{Bounds, Position};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Blocks whose cells are in memory at a time.
const BLOCKS_AT_ONCE: usize = 64;

/// The pixels of a picture.
pub(super) struct Wanted<'a> {
    /// The centre of each.
    pub(super) places: &'a [Position],
    /// Which of them are asked for; `None`: all.
    pub(super) wanted: Option<&'a [bool]>,
    /// Cells that are decoded at most.
    pub(super) most_cells: u64,
}

/// A layer's band that is read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    layer: usize,
    band: u32,
    heeds_tag: bool,
}

impl Reading {
    pub(super) fn of(slot: SlotRef) -> Self {
        Self { layer: slot.layer, band: slot.band, heeds_tag: slot.heeds_tag }
    }

    pub(super) fn of_band(layer: usize, band: u32, heeds_tag: bool) -> Self {
        Self { layer, band, heeds_tag }
    }
}

/// The codes of several readings at every pixel.
pub(super) struct PixelCodes {
    of_reading: Vec<Codes>,
    pixels: usize,
}

/// One reading at every pixel: numbers of the stored values that were met.
struct Codes {
    of_pixel: Vec<u32>,
    stored: Vec<Stored>,
    known: FxHashMap<u64, u32>,
}

/// A pixel, and the cell under its centre as an index into its block.
type PixelCell = (u32, u32);

impl PixelCodes {
    /// Reads the layers, of which one has the analysis grid; `None` where that would be too much.
    pub(super) fn read(
        layers: &[ScreenLayer],
        grid_layer: usize,
        readings: &[Reading],
        wanted: &Wanted<'_>,
    ) -> Result<Option<Self>, LayerError> {
        let pixels = wanted.places.len();
        let mut named: Vec<usize> = readings.iter().map(|reading| reading.layer).collect();
        named.sort_unstable();
        named.dedup();
        let sources: Vec<(usize, &dyn LayerSource)> = named
            .into_iter()
            .filter_map(|layer| match &layers[layer].data {
                LayerData::Raster(source) => Some((layer, source.as_ref())),
                LayerData::Vector(_) => None,
            })
            .collect();
        let places = match &layers[grid_layer].data {
            LayerData::Raster(source) => wanted.places(source.as_ref())?,
            LayerData::Vector(_) => unreachable!("plans read cells from rasters only"),
        };
        let mut cells = 0;
        for (layer, source) in &sources {
            let bands = readings.iter().filter(|reading| reading.layer == *layer).count() as u64;
            cells +=
                bands * blocks(*source, &places, wanted.wanted)?.keys().map(|id| cells_of(*source, *id)).sum::<u64>();
            if cells > wanted.most_cells {
                return Ok(None);
            }
        }
        let mut of_reading: Vec<Codes> = readings.iter().map(|_| Codes::outside(pixels)).collect();
        for (layer, source) in sources {
            let asked: Vec<usize> = (0..readings.len()).filter(|&index| readings[index].layer == layer).collect();
            let of_asked: Vec<Reading> = asked.iter().map(|&index| readings[index]).collect();
            let blocks: Vec<(BlockId, Vec<PixelCell>)> = blocks(source, &places, wanted.wanted)?.into_iter().collect();
            for some in blocks.chunks(BLOCKS_AT_ONCE) {
                let read = some.par_iter().map(|(id, cells)| stored(source, *id, cells, &of_asked));
                let read: Vec<Vec<Vec<Stored>>> = read.collect::<Result<_, _>>()?;
                for ((_, cells), read) in some.iter().zip(read) {
                    for (&index, read) in asked.iter().zip(read) {
                        of_reading[index].put(cells, &read);
                    }
                }
            }
        }
        Ok(Some(Self { of_reading, pixels }))
    }

    pub(super) fn pixels(&self) -> usize {
        self.pixels
    }

    /// The codes of one pixel.
    pub(super) fn key(&self, pixel: usize, key: &mut [u32]) {
        for (code, codes) in key.iter_mut().zip(&self.of_reading) {
            *code = codes.of_pixel[pixel];
        }
    }

    /// What the codes of a key stand for.
    pub(super) fn readings(&self, key: &[u32]) -> Vec<u64> {
        key.iter().zip(&self.of_reading).map(|(&code, codes)| codes.stored[code as usize].bits()).collect()
    }
}

impl Codes {
    fn outside(pixels: usize) -> Self {
        let known = FxHashMap::from_iter([(Stored::OUTSIDE.bits(), 0)]);
        Self { of_pixel: vec![0; pixels], stored: vec![Stored::OUTSIDE], known }
    }

    fn put(&mut self, cells: &[PixelCell], read: &[Stored]) {
        for (&(pixel, _), &stored) in cells.iter().zip(read) {
            let next = self.stored.len() as u32;
            let code = *self.known.entry(stored.bits()).or_insert(next);
            if code == next {
                self.stored.push(stored);
            }
            self.of_pixel[pixel as usize] = code;
        }
    }
}

impl Wanted<'_> {
    /// Where each pixel is read.
    fn places(&self, source: &dyn LayerSource) -> Result<Vec<Position>, LayerError> {
        let info = source.info();
        let transform = info.projection.as_ref().map(|projection| projection.transform()).transpose()?;
        let mut places = self.places.to_vec();
        if let Some(transform) = &transform {
            transform.forward(&mut places);
        }
        for place in &mut places {
            let centre = |sheet: &Sheet| {
                let cell = sheet.tiles.iter().find_map(|tile| cell_of(sheet, tile, *place))?;
                Some(sheet.grid.centre(cell))
            };
            *place = info.sheets.iter().find_map(centre).unwrap_or(*place);
        }
        if let Some(transform) = &transform {
            transform.inverse(&mut places);
        }
        // What the system of the grid has no place for is read where it is.
        let is_place = |place: &Position| place.iter().all(|it| it.is_finite());
        Ok(places
            .into_iter()
            .zip(self.places)
            .map(|(place, centre)| if is_place(&place) { place } else { *centre })
            .collect())
    }
}

/// In which block each wanted pixel is read; where tiles overlap, the first answers.
fn blocks(
    source: &dyn LayerSource,
    places: &[Position],
    wanted: Option<&[bool]>,
) -> Result<BTreeMap<BlockId, Vec<PixelCell>>, LayerError> {
    let mut places = places.to_vec();
    let info = source.info();
    if let Some(projection) = &info.projection {
        projection.transform()?.forward(&mut places);
    }
    let mut is_open: Vec<bool> = wanted.map_or_else(|| vec![true; places.len()], <[bool]>::to_vec);
    let reach = Bounds::of(&places);
    let mut blocks = BTreeMap::<BlockId, Vec<PixelCell>>::new();
    for (sheet_index, sheet) in info.sheets.iter().enumerate() {
        for (tile_index, tile) in sheet.tiles.iter().enumerate() {
            // A picture of a small part of a layer of many tiles asks few of them.
            let ground = tile.domain.unwrap_or_else(|| sheet.grid.bounds_of(&tile.window));
            if !ground.intersects(&reach) {
                continue;
            }
            for (pixel, place) in places.iter().enumerate() {
                if !is_open[pixel] {
                    continue;
                }
                let Some(cell) = cell_of(sheet, tile, *place) else { continue };
                is_open[pixel] = false;
                let (row, col) = ((cell.row - tile.window.row) as u32, (cell.col - tile.window.col) as u32);
                let block = (row / tile.block.0, col / tile.block.1);
                let id = BlockId { sheet: sheet_index as u32, tile: tile_index as u32, row: block.0, col: block.1 };
                let width = tile.block_window(block).width as u32;
                blocks.entry(id).or_default().push((pixel as u32, row % tile.block.0 * width + col % tile.block.1));
            }
        }
    }
    Ok(blocks)
}

/// The cell of a tile that answers at a place.
fn cell_of(sheet: &Sheet, tile: &Tile, place: Position) -> Option<Cell> {
    let cell = sheet.grid.cell_at(place)?;
    match tile.domain {
        // The tile answers up to a seam, where its border cells reach over its border.
        Some(ground) => ground.contains(&Bounds::of(&[place])).then(|| Cell {
            row: cell.row.clamp(tile.window.row, tile.window.row_end() - 1),
            col: cell.col.clamp(tile.window.col, tile.window.col_end() - 1),
        }),
        None => tile.window.contains(cell).then_some(cell),
    }
}

fn cells_of(source: &dyn LayerSource, id: BlockId) -> u64 {
    let window = source.info().sheets[id.sheet as usize].tiles[id.tile as usize].block_window((id.row, id.col));
    window.height as u64 * window.width as u64
}

/// What each reading says at some cells of a block.
fn stored(
    source: &dyn LayerSource,
    id: BlockId,
    cells: &[PixelCell],
    readings: &[Reading],
) -> Result<Vec<Vec<Stored>>, LayerError> {
    let tile = &source.info().sheets[id.sheet as usize].tiles[id.tile as usize];
    let width = tile.block_window((id.row, id.col)).width as usize;
    let bands: Vec<u32> = readings.iter().map(|reading| reading.band).collect();
    let block = source.read_block(id, &bands, u32::MAX)?;
    let of_reading = readings.iter().zip(&block.bands).map(|(reading, band)| {
        let nodata = tile.nodata.filter(|_| reading.heeds_tag);
        let of_cell = |&(_, index): &PixelCell| {
            let (row, col) = (index as usize / width, index as usize % width);
            let is_void = block.mask.as_ref().is_some_and(|mask| !mask[(row, col)]);
            let number = band.number(row, col);
            if is_void || nodata == Some(number) { Stored::NO_DATA } else { Stored::of(number) }
        };
        cells.iter().map(of_cell).collect()
    });
    Ok(of_reading.collect())
}
