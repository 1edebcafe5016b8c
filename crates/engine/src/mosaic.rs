//! One window of a layer's cells, put together from decoded blocks.

use crate::{EngineError, blocks::BlockStore, lattice::Squares};
use lindero_grid::{Cell, Window};
use lindero_layers::{Block, BlockId, Cells, Reading, Sheet};
use ndarray::{Array2, s};
use std::sync::Arc;

/// Why a cell of a mosaic holds no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Void {
    /// It does hold one (which may still be the value tagged as no data).
    Not,
    /// It does hold one, of a tile whose tag is not that of the other tiles: an index into the mosaic's tags.
    Tagged(u16),
    /// The file's mask says so.
    Masked,
    /// No tile has a cell there.
    Outside,
}

/// A rectangle of a layer's cells, every band in the type the files store.
pub(crate) struct Mosaic {
    pub(crate) window: Window,
    /// One per band; none where no block lies in the window, and where they stay in [`Self::pieces`].
    pub(crate) bands: Vec<Cells>,
    /// Blocks that were not put together; none overlap.
    pub(crate) pieces: Vec<Piece>,
    /// Where a cell has no number; `None` where every cell has one.
    pub(crate) void: Option<Array2<Void>>,
    /// The value that all files tag as no data.
    pub(crate) nodata: Option<f64>,
    /// Where they do not tag the same: what each tile tags.
    tags: Vec<Option<f64>>,
}

/// Some cells of a mosaic, in the block that has them.
pub(crate) struct Piece {
    block: Arc<Block>,
    /// Where the block lies.
    pub(crate) of: Window,
    /// Its cells in the mosaic.
    pub(crate) part: Window,
}

impl Piece {
    /// The cells of a band, of which the first one is that of [`Self::of`].
    pub(crate) fn cells(&self, band: usize) -> &Cells {
        &self.block.bands[band]
    }
}

/// How a mosaic is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// Whether the value that the files tag as no data is to be heeded.
    pub(crate) heeds_tag: bool,
    /// Whether blocks that no plot is near may be passed over.
    pub(crate) may_skip: bool,
    /// Whether bytes without voids may stay in their blocks, which saves a copy.
    pub(crate) in_pieces: bool,
}

/// Blocks that stay as they are have so many times the cells of their mosaic at most: more is memory for nothing.
const MOST_AROUND: i64 = 4;

/// The blocks of some tiles of a sheet that have cells in the window, each with those cells.
pub(crate) fn blocks_in<'s>(
    sheet_index: usize,
    sheet: &'s Sheet,
    tiles: &'s [usize],
    window: Window,
) -> impl Iterator<Item = (BlockId, Window)> + 's {
    tiles.iter().flat_map(move |&tile_index| {
        let tile = &sheet.tiles[tile_index];
        let part = tile.window.intersection(&window);
        let range = |from: i32, cells: i32, block: u32| match part.is_empty() {
            true => 0..0,
            false => (from as u32 / block)..((from + cells) as u32).div_ceil(block),
        };
        let rows = range(part.row - tile.window.row, part.height, tile.block.0);
        let cols = range(part.col - tile.window.col, part.width, tile.block.1);
        rows.flat_map(move |row| cols.clone().map(move |col| (row, col))).map(move |(row, col)| {
            let block = BlockId { sheet: sheet_index as u32, tile: tile_index as u32, row, col };
            (block, tile.block_window((row, col)).intersection(&window))
        })
    })
}

impl Mosaic {
    /// Takes every block of the window from the store and copies its cells, or keeps it. `ground` says where cells lie.
    ///
    /// # Errors
    ///
    /// If a block cannot be decoded.
    pub(crate) fn assemble(
        store: &BlockStore<'_>,
        sheet_index: usize,
        tiles: &[usize],
        window: Window,
        Asked { heeds_tag, may_skip, in_pieces }: Asked,
        ground: impl Fn(&Window) -> Squares,
    ) -> Result<Self, EngineError> {
        let sheet = &store.source().info().sheets[sheet_index];
        let tag = |tile: usize| sheet.tiles[tile].nodata.filter(|_| heeds_tag);
        let first = tiles.first().and_then(|&tile| tag(tile));
        let one_tag = tiles.iter().all(|&tile| tag(tile) == first);
        let mut mosaic = Self {
            window,
            bands: Vec::new(),
            pieces: Vec::new(),
            void: None,
            nodata: first.filter(|_| one_tag),
            tags: Vec::new(),
        };
        // Last tile first: where two overlap (and agree) the first one answers.
        let blocks: Vec<_> = blocks_in(sheet_index, sheet, tiles, window).collect();
        let cells = |window: &Window| i64::from(window.height) * i64::from(window.width);
        let filled: i64 = blocks.iter().map(|(_, part)| cells(part)).sum();
        let one_tile = blocks.iter().all(|(id, _)| id.tile == blocks[0].0.tile);
        let has_gaps = filled < cells(&window) || !one_tile;
        if has_gaps {
            mosaic.void = Some(Array2::from_elem(mosaic.dim(), Void::Outside));
        }
        let block_window = |id: &BlockId| sheet.tiles[id.tile as usize].block_window((id.row, id.col));
        let around: i64 = blocks.iter().map(|(id, _)| cells(&block_window(id))).sum();
        let mut in_pieces = in_pieces && !has_gaps && one_tag && around <= MOST_AROUND * cells(&window);
        for (id, part) in blocks.into_iter().rev() {
            let block_window = block_window(&id);
            let cols = (part.col_end() - block_window.col) as u32;
            let Some(block) = store.take(id, cols, || ground(&block_window), may_skip)? else { continue };
            in_pieces &= block.mask.is_none() && block.bands.iter().all(|band| matches!(band, Cells::U8(_)));
            if in_pieces {
                mosaic.pieces.push(Piece { block, of: block_window, part });
                continue;
            }
            // Of blocks of one layer all are alike but for their masks.
            for piece in std::mem::take(&mut mosaic.pieces) {
                mosaic.copy(&piece.block, piece.of, piece.part, Void::Not);
                store.give_back(piece.block);
            }
            let number = if one_tag { Void::Not } else { mosaic.tagged(tag(id.tile as usize)) };
            mosaic.copy(&block, block_window, part, number);
            store.give_back(block);
        }
        Ok(mosaic)
    }

    /// Gives the blocks back that it kept.
    pub(crate) fn give_back(self, store: &BlockStore<'_>) {
        self.pieces.into_iter().for_each(|piece| store.give_back(piece.block));
    }

    fn dim(&self) -> (usize, usize) {
        (self.window.height.max(0) as usize, self.window.width.max(0) as usize)
    }

    /// The mark of cells of a tile with this tag.
    fn tagged(&mut self, tag: Option<f64>) -> Void {
        let known = self.tags.iter().position(|other| *other == tag);
        let index = known.unwrap_or_else(|| {
            self.tags.push(tag);
            self.tags.len() - 1
        });
        Void::Tagged(u16::try_from(index).expect("a layer has fewer tags than u16 has values"))
    }

    /// Copies a block's cells; `number` marks those that hold one.
    fn copy(&mut self, block: &Block, block_window: Window, part: Window, number: Void) {
        if self.bands.is_empty() {
            let dim = self.dim();
            self.bands = block.bands.iter().map(|band| band.zeros_like(dim)).collect();
        }
        let slice_in = |window: &Window| {
            let (row, col) = ((part.row - window.row) as usize, (part.col - window.col) as usize);
            s![row..row + part.height as usize, col..col + part.width as usize]
        };
        for (to, from) in self.bands.iter_mut().zip(&block.bands) {
            to.copy_part(slice_in(&self.window), from, slice_in(&block_window));
        }
        if block.mask.is_some() || number != Void::Not {
            let dim = self.dim();
            self.void.get_or_insert_with(|| Array2::from_elem(dim, Void::Not));
        }
        if let Some(void) = &mut self.void {
            let mut void = void.slice_mut(slice_in(&self.window));
            void.fill(number);
            if let Some(mask) = &block.mask {
                void.zip_mut_with(&mask.slice(slice_in(&block_window)), |void, &valid| {
                    if !valid {
                        *void = Void::Masked;
                    }
                });
            }
        }
    }

    /// Whether each of these cells, counted from the window's corner, holds a number of a tile that tags as all do.
    #[inline]
    pub(crate) fn has_numbers(&self, row: usize, cols: std::ops::Range<usize>) -> bool {
        match &self.void {
            None => true,
            Some(void) => void.slice(s![row, cols]).iter().all(|&void| void == Void::Not),
        }
    }

    /// What one band says at one cell of the layer's grid.
    #[inline]
    pub(crate) fn reading(&self, band: usize, cell: Cell) -> Reading {
        if !self.window.contains(cell) {
            return Reading::OUTSIDE;
        }
        if let Some(piece) = self.pieces.iter().find(|piece| piece.part.contains(cell)) {
            let (row, col) = ((cell.row - piece.of.row) as usize, (cell.col - piece.of.col) as usize);
            return self.meaning(piece.cells(band).number(row, col));
        }
        let row = (cell.row - self.window.row) as usize;
        let col = (cell.col - self.window.col) as usize;
        match self.void.as_ref().map_or(Void::Not, |void| void[(row, col)]) {
            Void::Outside => Reading::OUTSIDE,
            Void::Masked => Reading::NO_DATA,
            number => match (self.bands.get(band), number) {
                (None, _) => Reading::OUTSIDE,
                (Some(cells), Void::Tagged(tag)) => {
                    let number = cells.number(row, col);
                    if self.tags[usize::from(tag)] == Some(number) { Reading::NO_DATA } else { Reading::of(number) }
                }
                (Some(cells), _) => self.meaning(cells.number(row, col)),
            },
        }
    }

    /// A stored number as a reading: no data where it is the value tagged so.
    #[inline]
    pub(crate) fn meaning(&self, number: f64) -> Reading {
        if self.nodata == Some(number) { Reading::NO_DATA } else { Reading::of(number) }
    }
}
