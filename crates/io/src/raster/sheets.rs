//! Tiles sorted into sheets: one where all share a grid, as most products do.

use std::path::PathBuf;

use lindero_grid::{Grid, Metric, Window};
use lindero_layers::{LayerError, Sheet, Tile};

use super::file::Facts;
use super::seams::{self, Clash, Extent};

/// Cells whose sizes differ by more than this share are not those of one product.
const SAME_SIZE: f64 = 1e-6;

/// A sheet, and for each of its tiles the index of its file.
pub(crate) struct Arranged {
    pub(crate) sheet: Sheet,
    pub(crate) files: Vec<usize>,
}

/// Sorts files into sheets and gives each its ground.
///
/// # Errors
/// [`LayerError::Tiles`] if two cannot be tiles of one layer, [`LayerError::Unusable`] if one's cells
/// cannot be counted.
pub(crate) fn arrange(files: &[(PathBuf, &Facts)], metric: Metric) -> Result<Vec<Arranged>, LayerError> {
    let mut sheets: Vec<Arranged> = Vec::new();
    for (index, (path, facts)) in files.iter().enumerate() {
        alike(&files[0], &files[index])?;
        let place = facts.place;
        let corner = |s: &Arranged| s.sheet.grid.cell_with_corner(place.west, place.north, place.size_x, place.size_y);
        let known = sheets.iter().enumerate().find_map(|(at, sheet)| Some((at, corner(sheet)?)));
        let (at, cell) = match known {
            Some(known) => known,
            None => {
                let (grid, cell) = Grid::through(place.west, place.north, place.size_x, place.size_y, metric)
                    .map_err(|e| LayerError::Unusable { path: path.clone(), reason: e.to_string() })?;
                sheets.push(Arranged { sheet: Sheet { grid, tiles: Vec::new() }, files: Vec::new() });
                (sheets.len() - 1, cell)
            }
        };
        let window = Window { row: cell.row, col: cell.col, height: facts.height as i32, width: facts.width as i32 };
        sheets[at].files.push(index);
        sheets[at].sheet.tiles.push(Tile {
            name: path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            window,
            block: facts.block,
            nodata: facts.nodata,
            domain: None,
        });
    }
    if sheets.len() > 1 {
        divide(&mut sheets, files)?;
    }
    Ok(sheets)
}

fn alike(a: &(PathBuf, &Facts), b: &(PathBuf, &Facts)) -> Result<(), LayerError> {
    let (first, other) = (a.1, b.1);
    let differ = |x: f64, y: f64| (x - y).abs() > SAME_SIZE * y;
    let reason = if first.bands != other.bands {
        format!("they have {} and {} bands", first.bands, other.bands)
    } else if first.cell_type != other.cell_type {
        format!("their cells are {} and {}", first.cell_type.name(), other.cell_type.name())
    } else if differ(other.place.size_x, first.place.size_x) || differ(other.place.size_y, first.place.size_y) {
        format!(
            "their cells are {} x {} and {} x {} in size",
            first.place.size_x, first.place.size_y, other.place.size_x, other.place.size_y
        )
    } else {
        return Ok(());
    };
    Err(LayerError::Tiles { a: a.0.clone(), b: b.0.clone(), reason })
}

fn divide(sheets: &mut [Arranged], files: &[(PathBuf, &Facts)]) -> Result<(), LayerError> {
    let grid = sheets[0].sheet.grid;
    let mut extents = Vec::new();
    let mut owners = Vec::new();
    for (sheet, arranged) in sheets.iter().enumerate() {
        for (tile, file) in arranged.sheet.tiles.iter().zip(&arranged.files) {
            extents.push(Extent { sheet, bounds: arranged.sheet.grid.bounds_of(&tile.window) });
            owners.push(*file);
        }
    }
    let domains = seams::domains(&extents, grid.size_x(), grid.size_y()).map_err(|Clash { a, b, reason }| {
        LayerError::Tiles { a: files[owners[a]].0.clone(), b: files[owners[b]].0.clone(), reason }
    })?;
    let tiles = sheets.iter_mut().flat_map(|arranged| &mut arranged.sheet.tiles);
    for (tile, domain) in tiles.zip(domains) {
        tile.domain = Some(domain);
    }
    Ok(())
}
