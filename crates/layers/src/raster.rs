//! A raster layer as it lies on disk: grids, tiles, blocks, cells.

use lindero_grid::{Grid, Window};
use lindero_plots::{Bounds, Position};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Ix2, SliceInfo, SliceInfoElem};
use std::fmt;
use std::sync::Arc;

use crate::LayerError;

/// The cells of one band of one block, in the type the file stores.
///
/// Shape `(rows, cols)`, north-west corner first, whatever way the file lies.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type it names")]
pub enum Cells {
    U8(Array2<u8>),
    I8(Array2<i8>),
    U16(Array2<u16>),
    I16(Array2<i16>),
    U32(Array2<u32>),
    I32(Array2<i32>),
    F32(Array2<f32>),
    F64(Array2<f64>),
}

/// Calls the same code on whichever type of cells there is.
#[macro_export]
macro_rules! for_cells {
    ($cells:expr, $array:ident => $code:expr) => {
        match $cells {
            $crate::Cells::U8($array) => $code,
            $crate::Cells::I8($array) => $code,
            $crate::Cells::U16($array) => $code,
            $crate::Cells::I16($array) => $code,
            $crate::Cells::U32($array) => $code,
            $crate::Cells::I32($array) => $code,
            $crate::Cells::F32($array) => $code,
            $crate::Cells::F64($array) => $code,
        }
    };
}

/// A rectangle of an array of cells, as `ndarray::s![rows, cols]` gives it.
pub type Part = SliceInfo<[SliceInfoElem; 2], Ix2, Ix2>;

impl Cells {
    /// `(rows, cols)`.
    #[must_use]
    pub fn dim(&self) -> (usize, usize) {
        for_cells!(self, cells => cells.dim())
    }

    /// One cell as a number.
    ///
    /// # Panics
    ///
    /// If `(row, col)` is outside [`Self::dim`].
    #[must_use]
    #[inline]
    pub fn number(&self, row: usize, col: usize) -> f64 {
        for_cells!(self, cells => cells[(row, col)].as_f64())
    }

    /// Cells of the same type, all 0.
    #[must_use]
    pub fn zeros_like(&self, dim: (usize, usize)) -> Self {
        match self {
            Self::U8(_) => Self::U8(Array2::zeros(dim)),
            Self::I8(_) => Self::I8(Array2::zeros(dim)),
            Self::U16(_) => Self::U16(Array2::zeros(dim)),
            Self::I16(_) => Self::I16(Array2::zeros(dim)),
            Self::U32(_) => Self::U32(Array2::zeros(dim)),
            Self::I32(_) => Self::I32(Array2::zeros(dim)),
            Self::F32(_) => Self::F32(Array2::zeros(dim)),
            Self::F64(_) => Self::F64(Array2::zeros(dim)),
        }
    }

    /// Copies the part of `from` over a part of these cells of the same shape.
    ///
    /// # Panics
    ///
    /// If the cells are not of one type, or a part reaches over an edge.
    pub fn copy_part(&mut self, part: Part, from: &Self, from_part: Part) {
        macro_rules! of_one_type {
            ($($kind:ident),*) => {
                match (self, from) {
                    $((Self::$kind(to), Self::$kind(from)) => copy_rows(to.slice_mut(part), from.slice(from_part)),)*
                    _ => panic!("cells of two types"),
                }
            };
        }
        of_one_type!(U8, I8, U16, I16, U32, I32, F32, F64);
    }

    /// Bytes of memory the cells take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        for_cells!(self, cells => cells.len() * size_of_first(&cells.view()))
    }
}

/// Copies row by row, which is faster than cell by cell where rows lie whole in memory.
fn copy_rows<T: Copy>(mut to: ArrayViewMut2<'_, T>, from: ArrayView2<'_, T>) {
    assert_eq!(to.dim(), from.dim(), "parts of one size");
    for (mut to, from) in to.rows_mut().into_iter().zip(from.rows()) {
        match (to.as_slice_mut(), from.as_slice()) {
            (Some(to), Some(from)) => to.copy_from_slice(from),
            _ => to.assign(&from),
        }
    }
}

fn size_of_first<T>(_: &ArrayView2<'_, T>) -> usize {
    size_of::<T>()
}

/// Cell types widen to `f64` without loss.
trait AsF64: Copy {
    fn as_f64(self) -> f64;
}

macro_rules! as_f64 {
    ($($t:ty),*) => { $(impl AsF64 for $t {
        #[inline]
        fn as_f64(self) -> f64 { self.into() }
    })* };
}
as_f64!(u8, i8, u16, i16, u32, i32, f32, f64);

/// One decoded block: the asked bands, and which cells a mask in the file declares void.
#[derive(Clone, Debug)]
pub struct Block {
    /// One per band asked for, in that order, all of one shape.
    pub bands: Vec<Cells>,
    /// The file's own mask, where it has one: `false` is no data in every band.
    pub mask: Option<Array2<bool>>,
}

impl Block {
    /// Bytes of memory the block takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bands.iter().map(Cells::bytes).sum::<usize>() + self.mask.as_ref().map_or(0, |m| m.len())
    }
}

/// One file of a layer: where its cells lie on the parent grid and how it is cut into blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// The file's name, for messages.
    pub name: String,
    /// Its cells on the parent grid of its sheet.
    pub window: Window,
    /// Rows and columns of a block, counted from the window's north-west corner; border blocks are
    /// cut off at the window.
    pub block: (u32, u32),
    /// The value the file tags as no data, as a number of the band's type.
    pub nodata: Option<f64>,
    /// The ground this tile answers for where the tiles of a layer do not share one grid; `None`: its
    /// own cells. A plot is cut along it, so that no ground is counted twice or dropped at a seam.
    /// It may reach over the border of the window by up to one cell: the border cell answers there.
    pub domain: Option<Bounds>,
}

impl Tile {
    /// How many rows and columns of blocks there are.
    #[must_use]
    pub fn blocks(&self) -> (u32, u32) {
        let count = |cells: i32, block: u32| (cells as u32).div_ceil(block);
        (count(self.window.height, self.block.0), count(self.window.width, self.block.1))
    }

    /// The cells of one block on the parent grid.
    #[must_use]
    pub fn block_window(&self, (block_row, block_col): (u32, u32)) -> Window {
        let whole = Window {
            row: self.window.row + (block_row * self.block.0) as i32,
            col: self.window.col + (block_col * self.block.1) as i32,
            height: self.block.0 as i32,
            width: self.block.1 as i32,
        };
        whole.intersection(&self.window)
    }
}

/// Tiles that share one grid, to the bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Their grid.
    pub grid: Grid,
    /// The tiles, in the order of their names; where two overlap (and agree) the first answers.
    pub tiles: Vec<Tile>,
}

/// A block of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId {
    /// Index of the sheet.
    pub sheet: u32,
    /// Index of the tile in the sheet.
    pub tile: u32,
    /// Row of blocks in the tile.
    pub row: u32,
    /// Column of blocks in the tile.
    pub col: u32,
}

/// A coordinate system that is not longitude and latitude on WGS 84.
///
/// Implemented by whoever has a projection library; the engine asks one [`Transform`] per worker.
pub trait Projection: Send + Sync + fmt::Debug {
    /// The system's name as the file or the user states it, such as `EPSG:32718`. Two projections of
    /// the same name are the same system.
    fn name(&self) -> &str;

    /// Whether its coordinates are degrees of longitude and latitude (on another datum).
    fn is_geographic(&self) -> bool;

    /// A transformer for one worker: making one takes tens of milliseconds.
    ///
    /// # Errors
    ///
    /// [`LayerError::Projection`] if the library has no way between the two systems.
    fn transform(&self) -> Result<Box<dyn Transform>, LayerError>;
}

/// Moves positions between WGS 84 longitude/latitude and one other system. Not shared by threads.
pub trait Transform {
    /// From longitude/latitude to the system. A position that cannot be moved becomes NaN.
    fn forward(&self, positions: &mut [Position]);

    /// From the system to longitude/latitude. A position that cannot be moved becomes NaN.
    fn inverse(&self, positions: &mut [Position]);
}

/// What is known of a raster layer before any block is read.
#[derive(Clone, Debug)]
pub struct RasterInfo {
    /// One where all tiles share a grid, as most products do.
    pub sheets: Vec<Sheet>,
    /// Number of bands in each file.
    pub bands: u32,
    /// Names of the cell type, for people: `uint8`, `float32`…
    pub cell_type: &'static str,
    /// The layer's system; `None` is WGS 84 longitude and latitude.
    pub projection: Option<Arc<dyn Projection>>,
}

impl RasterInfo {
    /// Whether the other layer's files have the same cells, to the bit: the same system, grids and tiles.
    #[must_use]
    pub fn has_cells_of(&self, other: &Self) -> bool {
        let same_tiles = |mine: &Sheet, theirs: &Sheet| {
            let ground = |tile: &Tile| (tile.window, tile.domain);
            mine.grid == theirs.grid && mine.tiles.iter().map(ground).eq(theirs.tiles.iter().map(ground))
        };
        self.projection.as_ref().map(|p| p.name()) == other.projection.as_ref().map(|p| p.name())
            && self.sheets.len() == other.sheets.len()
            && self.sheets.iter().zip(&other.sheets).all(|(mine, theirs)| same_tiles(mine, theirs))
    }
}

/// Where a layer's blocks come from. Readers implement it; the engine asks each block once.
pub trait LayerSource: Send + Sync {
    /// Grids, tiles and blocks.
    fn info(&self) -> &RasterInfo;

    /// Decodes the asked bands (from 0) of one block.
    ///
    /// Only the first `cols` columns of the block are wanted: what lies east of them may be left out. So bands have between
    /// `min(cols, width)` and `width` columns, all alike, and so has the mask; `u32::MAX` asks for the whole block.
    ///
    /// # Errors
    ///
    /// [`LayerError::Block`] naming the file and the block.
    fn read_block(&self, block: BlockId, bands: &[u32], cols: u32) -> Result<Block, LayerError>;

    /// Takes a block back that nobody needs any more: the next one may get its memory, which is at hand and still near.
    fn give_back(&self, _block: Block) {}
}
