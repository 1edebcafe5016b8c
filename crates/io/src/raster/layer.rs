//! A raster layer: one file, or the tiles of one product.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lindero_grid::Metric;
use lindero_layers::{Block, BlockId, LayerError, LayerSource, Projection, RasterInfo};

use super::file::{CrsStatement, Decline, Facts, RasterFile};
use super::files::files_of;
use super::geotiff::GeoTiff;
use super::sheets::{Arranged, arrange};
use super::south_up::SouthUp;
use super::summary::{RasterSummary, TileSummary};
use super::{RasterOptions, overlaps, spare_bytes};
use crate::crs;

/// A layer of more files than this opens them anew for each block: a process may often hold 1024 open.
const MOST_OPEN_FILES: usize = 128;

/// A raster layer on disk.
pub struct RasterLayer {
    info: RasterInfo,
    /// As [`RasterInfo::sheets`] has the tiles.
    files: Vec<Vec<(PathBuf, Box<dyn RasterFile>)>>,
}

impl RasterLayer {
    pub(super) fn open(pattern: &str, base: Option<&Path>, options: &RasterOptions) -> Result<Self, LayerError> {
        let paths = files_of(pattern, base)?;
        let many = paths.len() > MOST_OPEN_FILES;
        let mut systems = Systems::new(options.crs.as_deref());
        let mut files: Vec<(PathBuf, Box<dyn RasterFile>)> = Vec::with_capacity(paths.len());
        let mut projection: Option<Arc<dyn Projection>> = None;
        for path in paths {
            let mut file = open_file(&path)?;
            if many {
                file.release();
            }
            let system = systems.of(&path, &file.facts().crs)?;
            if let Some((first, _)) = files.first() {
                same_system(first, projection.as_ref(), &path, system.as_ref())?;
            }
            projection = system;
            files.push((path, file));
        }
        let metric = match &projection {
            Some(projection) if !projection.is_geographic() => Metric::Planar,
            _ => Metric::Geographic,
        };
        let facts: Vec<(PathBuf, &Facts)> = files.iter().map(|(path, file)| (path.clone(), file.facts())).collect();
        let arranged = arrange(&facts, metric)?;
        let (bands, cell_type) = (facts[0].1.bands, facts[0].1.cell_type);
        let mut unsorted: Vec<_> = files.into_iter().map(Some).collect();
        let mut sheets = Vec::with_capacity(arranged.len());
        let mut sorted = Vec::with_capacity(arranged.len());
        for Arranged { sheet, files } in arranged {
            let files: Vec<_> = files.iter().filter_map(|index| unsorted[*index].take()).collect();
            if options.check_overlaps {
                let files: Vec<_> = files.iter().map(|(path, file)| (path.as_path(), &**file)).collect();
                overlaps::check(&sheet, &files)?;
            }
            sheets.push(sheet);
            sorted.push(files);
        }
        let info = RasterInfo { sheets, bands, cell_type: cell_type.name(), projection };
        Ok(Self { info, files: sorted })
    }

    /// What the layer's files say of themselves, for `layers check`.
    #[must_use]
    pub fn summary(&self) -> RasterSummary {
        let grid = self.info.sheets[0].grid;
        let tiles = self.info.sheets.iter().zip(&self.files).flat_map(|(sheet, files)| {
            sheet.tiles.iter().zip(files).map(|(tile, (path, file))| {
                let facts = file.facts();
                TileSummary {
                    path: path.clone(),
                    size: (facts.height, facts.width),
                    block: facts.block,
                    compression: facts.compression.clone(),
                    nodata: facts.nodata,
                    reader: facts.reader.clone(),
                    bounds: sheet.grid.bounds_of(&tile.window),
                }
            })
        });
        RasterSummary {
            crs: self.info.projection.as_ref().map_or("EPSG:4326", |p| p.name()).to_owned(),
            bands: self.info.bands,
            cell_type: self.info.cell_type,
            grids: self.info.sheets.len(),
            cell_size: (grid.size_x(), grid.size_y()),
            tiles: tiles.collect(),
        }
    }

    /// The files, in the order of their names.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<&Path> = self.files.iter().flatten().map(|(path, _)| path.as_path()).collect();
        paths.sort();
        paths
    }
}

impl std::fmt::Debug for RasterLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RasterLayer").field("info", &self.info).finish_non_exhaustive()
    }
}

impl LayerSource for RasterLayer {
    fn info(&self) -> &RasterInfo {
        &self.info
    }

    fn read_block(&self, block: BlockId, bands: &[u32], cols: u32) -> Result<Block, LayerError> {
        let found = (self.info.sheets.get(block.sheet as usize))
            .and_then(|sheet| sheet.tiles.get(block.tile as usize))
            .zip(self.files.get(block.sheet as usize).and_then(|files| files.get(block.tile as usize)));
        let Some((tile, (path, file))) = found else {
            return Err(damaged(
                Path::new(""),
                block,
                format!("the layer has no tile {} of sheet {}", block.tile, block.sheet),
            ));
        };
        let (block_rows, block_cols) = tile.blocks();
        if block.row >= block_rows || block.col >= block_cols {
            let reason = format!("there are {block_rows} rows and {block_cols} columns of blocks");
            return Err(damaged(path, block, reason));
        }
        if let Some(band) = bands.iter().find(|band| **band >= self.info.bands) {
            return Err(damaged(path, block, format!("there is no band {}, only {}", band + 1, self.info.bands)));
        }
        file.read_block(block.row, block.col, bands, cols.max(1)).map_err(|reason| damaged(path, block, reason))
    }

    fn give_back(&self, block: Block) {
        spare_bytes::give_back(block);
    }
}

fn damaged(path: &Path, block: BlockId, reason: String) -> LayerError {
    LayerError::Block { path: path.into(), row: block.row, col: block.col, reason }
}

/// Opens a file with our own reader, or with GDAL if it is of a kind we do not read.
fn open_file(path: &Path) -> Result<Box<dyn RasterFile>, LayerError> {
    let read = |source| LayerError::Read { path: path.into(), source };
    let metadata = std::fs::metadata(path).map_err(read)?;
    if metadata.is_file() {
        std::fs::File::open(path).map_err(read)?;
    }
    let unusable = |reason| LayerError::Unusable { path: path.into(), reason };
    let file: Box<dyn RasterFile> = match GeoTiff::open(path) {
        Ok(file) => Box::new(file),
        Err(Decline::Final(reason)) => return Err(unusable(reason)),
        Err(Decline::Unsupported(reason)) => otherwise(path, reason).map_err(unusable)?,
    };
    Ok(if file.facts().place.south_up { Box::new(SouthUp::new(file)) } else { file })
}

#[cfg(feature = "gdal")]
fn otherwise(path: &Path, reason: String) -> Result<Box<dyn RasterFile>, String> {
    match super::gdal::GdalFile::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(gdal) => Err(format!("{reason}, and through GDAL: {gdal}")),
    }
}

#[cfg(not(feature = "gdal"))]
fn otherwise(_: &Path, reason: String) -> Result<Box<dyn RasterFile>, String> {
    Err(format!("{reason}: this build reads plain GeoTIFF only; build with the feature `gdal`, or convert the file"))
}

fn same_system(
    a: &Path,
    first: Option<&Arc<dyn Projection>>,
    b: &Path,
    other: Option<&Arc<dyn Projection>>,
) -> Result<(), LayerError> {
    let name = |p: Option<&Arc<dyn Projection>>| p.map_or("EPSG:4326", |p| p.name()).to_owned();
    let (first, other) = (name(first), name(other));
    if first == other {
        return Ok(());
    }
    let reason = format!("their coordinate systems are {first} and {other}");
    Err(LayerError::Tiles { a: a.into(), b: b.into(), reason })
}

type System = Option<Arc<dyn Projection>>;

/// Systems already looked up: asking PROJ takes tens of milliseconds, and a layer may have a thousand tiles.
struct Systems<'a> {
    stated: Option<&'a str>,
    known: Vec<(CrsStatement, System)>,
}

impl<'a> Systems<'a> {
    fn new(stated: Option<&'a str>) -> Self {
        Self { stated, known: Vec::new() }
    }

    /// The system of a file: what the catalog states goes before what the file says.
    fn of(&mut self, path: &Path, statement: &CrsStatement) -> Result<System, LayerError> {
        let projection = |reason| LayerError::Projection { path: path.into(), reason };
        let statement = match self.stated {
            Some(text) => CrsStatement::Text(text.to_owned()),
            None if *statement == CrsStatement::Parameters => CrsStatement::Text(text_of(path).map_err(projection)?),
            None => statement.clone(),
        };
        if let Some((_, system)) = self.known.iter().find(|(known, _)| *known == statement) {
            return Ok(system.clone());
        }
        let system = match &statement {
            CrsStatement::Text(text) => crs::parse(text),
            CrsStatement::Epsg(code) => crs::parse(&format!("EPSG:{code}"))
                // Some files have a code of another register there; GDAL knows which.
                .or_else(|reason| text_of(path).and_then(|text| crs::parse(&text)).map_err(|_| reason)),
            CrsStatement::Missing | CrsStatement::Parameters => {
                Err("it does not say its coordinate system: state it in the catalog, such as crs = \"EPSG:32718\""
                    .into())
            }
        };
        let system = system.map_err(projection)?;
        self.known.push((statement, system.clone()));
        Ok(system)
    }
}

#[cfg(feature = "gdal")]
fn text_of(path: &Path) -> Result<String, String> {
    super::gdal::crs_text(path)
}

#[cfg(not(feature = "gdal"))]
fn text_of(_: &Path) -> Result<String, String> {
    let reason =
        "its coordinate system is given by parameters, which only GDAL puts together, and this build is without it";
    Err(format!("{reason}: state it in the catalog, such as crs = \"EPSG:32718\""))
}
