//! `cargo xtask decode-blocks`: decodes the blocks of a raster on which regions lie and does nothing with them, as a process of
//! its own: what `bench-regions` compares with.

use std::{
    collections::BTreeSet,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use clap::Args;
use lindero_engine::{CheckedPlots, Fields, Quiet};
use lindero_grid::{Coverage, Grid, Scratch, cover};
use lindero_io::{
    plots::PlotFiles,
    raster::{RasterOptions, open_raster},
    vector::{VectorOptions, open_many},
};
use lindero_layers::{BlockId, LayerSource, RasterInfo};
use lindero_plots::ShapeStore;

#[derive(Args)]
pub(crate) struct DecodeBlocks {
    /// A raster of one tile
    raster: PathBuf,
    /// The regions
    regions: PathBuf,
    /// Where to write how many cells were decoded
    out: PathBuf,
    /// Where to write which blocks: a row and a column a line
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Threads
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

/// Decodes each block once.
///
/// # Errors
///
/// A file cannot be read or written.
pub(crate) fn run(arguments: &DecodeBlocks) -> Result<(), String> {
    let layer = open_raster(&arguments.raster.display().to_string(), None, &RasterOptions::default())
        .map_err(|error| error.to_string())?;
    let blocks = blocks_under(&shapes(&arguments.regions)?, layer.info())?;
    let next = AtomicUsize::new(0);
    let decode = || -> Result<usize, String> {
        let mut cells = 0;
        while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let decoded = layer.read_block(*block, &[0], u32::MAX).map_err(|error| error.to_string())?;
            let (rows, cols) = black_box(&decoded).bands[0].dim();
            cells += rows * cols;
            layer.give_back(decoded);
        }
        Ok(cells)
    };
    let cells = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..arguments.threads).map(|_| scope.spawn(decode)).collect();
        workers.into_iter().map(|worker| worker.join().expect("decoding does not panic")).sum::<Result<usize, String>>()
    })?;
    if let Some(list) = &arguments.list {
        let lines: String = blocks.iter().map(|block| format!("{} {}\n", block.row, block.col)).collect();
        fs::write(list, lines).map_err(|error| format!("cannot write the blocks: {error}"))?;
    }
    fs::write(&arguments.out, cells.to_string()).map_err(|error| format!("cannot write the count: {error}"))
}

/// The shapes of a file's features.
pub(super) fn shapes(path: &Path) -> Result<ShapeStore, String> {
    let files = open_many(&[path.to_owned()], &VectorOptions::default()).map_err(|error| error.to_string())?;
    let mut shapes = ShapeStore::new();
    CheckedPlots::new(&mut PlotFiles::new(&files), &Fields::default())
        .each(&Quiet, |batch| {
            shapes.append(&batch.shapes);
            Ok(())
        })
        .map_err(|error| error.to_string())?;
    Ok(shapes)
}

/// The blocks of a raster of one tile on which shapes lie: the cells they cover of a grid whose cells are the blocks.
fn blocks_under(shapes: &ShapeStore, info: &RasterInfo) -> Result<Vec<BlockId>, String> {
    let [sheet] = info.sheets.as_slice() else { return Err("the raster has several grids".to_owned()) };
    let [tile] = sheet.tiles.as_slice() else { return Err("the raster has several tiles".to_owned()) };
    let (grid, (rows, cols)) = (&sheet.grid, tile.blocks());
    let (west, north) = (grid.west(tile.window.col), grid.north(tile.window.row));
    let (height, width) = (grid.size_y() * f64::from(tile.block.0), grid.size_x() * f64::from(tile.block.1));
    let (of_blocks, first) =
        Grid::through(west, north, width, height, grid.metric()).map_err(|error| error.to_string())?;
    let (mut scratch, mut coverage, mut found) = (Scratch::default(), Coverage::default(), BTreeSet::new());
    for shape in 0..shapes.len() as u32 {
        if cover(shapes.get(shape), &of_blocks, &mut scratch, &mut coverage).is_none() {
            continue;
        }
        for (row, spans) in coverage.rows() {
            for col in spans.iter().filter(|span| span.share > 0).flat_map(|span| span.col..span.col_end()) {
                found.insert((row - first.row, col - first.col));
            }
        }
    }
    let inside = |&(row, col): &(i32, i32)| (0..rows as i32).contains(&row) && (0..cols as i32).contains(&col);
    let block = |(row, col): (i32, i32)| BlockId { sheet: 0, tile: 0, row: row as u32, col: col as u32 };
    Ok(found.into_iter().filter(inside).map(block).collect())
}
