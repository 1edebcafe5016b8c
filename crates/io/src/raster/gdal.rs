//! All other rasters, through the GDAL library.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use gdal::errors::GdalError;
use gdal::raster::{GdalDataType, GdalType, RasterBand};
use gdal::{Dataset, DatasetOptions, Driver, DriverManager, GdalOpenFlags, Metadata};
use lindero_layers::{Block, Cells};
use ndarray::Array2;

use super::CellType;
use super::file::{CrsStatement, Facts, RasterFile};
use super::geokeys;
use crate::quiet_gdal::quiet_gdal;

/// Blocks of more cells than this are read in windows of [`WINDOW`] rows and columns instead.
const MOST_BLOCK_CELLS: u64 = 16 << 20;
const WINDOW: u32 = 2048;
/// GDAL unpacks a whole block whatever the window: more than this is refused.
const MOST_BLOCK_BYTES: u64 = 1 << 30;

/// Drivers that ask a server.
const REMOTE_DRIVERS: [&str; 16] = [
    "API_PROXY",
    "DAAS",
    "EEDA",
    "EEDAI",
    "GeoRaster",
    "HTTP",
    "NGW",
    "OGCAPI",
    "PLMOSAIC",
    "PLSCENES",
    "PostGISRaster",
    "STACIT",
    "STACTA",
    "WCS",
    "WMS",
    "WMTS",
];
/// File systems of GDAL that ask a server.
const REMOTE_FILES: [&str; 10] = [
    "/vsicurl",
    "/vsis3",
    "/vsigs",
    "/vsiaz",
    "/vsiadls",
    "/vsioss",
    "/vsiswift",
    "/vsihdfs",
    "/vsiwebhdfs",
    "<GDAL_WMS",
];
/// A virtual raster is a text: a longer one is not looked through.
const MOST_VRT_BYTES: u64 = 64 << 20;

/// Tells GDAL, once for the whole process, to fetch nothing.
static OFFLINE: LazyLock<()> = LazyLock::new(|| {
    for (key, value) in [
        // No file on a server has such a name, so GDAL opens none.
        ("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{nothing is fetched}"),
        ("GDAL_VRT_ENABLE_PYTHON", "NO"),
    ] {
        gdal::config::set_config_option(key, value).expect("there is no NUL in these texts");
    }
    // Gone altogether, so that a virtual raster cannot reach them either.
    let remote = |driver: &Driver| REMOTE_DRIVERS.iter().any(|r| r.eq_ignore_ascii_case(&driver.short_name()));
    let drivers: Vec<Driver> = DriverManager::all().filter(remote).collect();
    drivers.iter().for_each(DriverManager::deregister_driver);
});

fn open(path: &Path) -> Result<Dataset, String> {
    quiet_gdal();
    LazyLock::force(&OFFLINE);
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("vrt")) {
        refuse_remote_parts(path)?;
    }
    // An absolute path is no connection string, whatever it begins with.
    let path = std::path::absolute(path).map_err(|e| e.to_string())?;
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_READONLY | GdalOpenFlags::GDAL_OF_RASTER,
        ..DatasetOptions::default()
    };
    Dataset::open_ex(path, options).map_err(|e| said(&e))
}

fn refuse_remote_parts(path: &Path) -> Result<(), String> {
    if std::fs::metadata(path).map_err(|e| e.to_string())?.len() > MOST_VRT_BYTES {
        return Err(format!("a virtual raster of over {MOST_VRT_BYTES} bytes is none"));
    }
    let text = std::fs::read(path).map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&text);
    match REMOTE_FILES.iter().find(|remote| text.contains(*remote)) {
        Some(remote) => Err(format!("it refers to {remote}: nothing is fetched over a network")),
        None => Ok(()),
    }
}

/// What GDAL said, without the numbers of its error classes.
fn said(error: &GdalError) -> String {
    match error {
        GdalError::CplError { msg, .. } | GdalError::NullPointer { msg, .. } if !msg.is_empty() => {
            // GDAL ends its sentences; ours go on or stand alone.
            msg.trim_end().trim_end_matches('.').to_owned()
        }
        GdalError::CplError { .. } | GdalError::NullPointer { .. } => "it is not a raster".into(),
        other => other.to_string(),
    }
}

/// The coordinate system of a file as GDAL puts it together: a name of a register, or WKT.
pub(crate) fn crs_text(path: &Path) -> Result<String, String> {
    crs_of(&open(path)?)
}

fn crs_of(dataset: &Dataset) -> Result<String, String> {
    let system = dataset.spatial_ref().map_err(|e| said(&e))?;
    system.authority().or_else(|_| system.to_wkt()).map_err(|e| said(&e))
}

/// A file that GDAL reads.
pub(crate) struct GdalFile {
    path: PathBuf,
    /// Opened files that no worker uses now: one at a time may use each.
    idle: Mutex<Vec<Dataset>>,
    keep: bool,
    facts: Facts,
    /// Bytes stored as unsigned that mean signed: before 3.7 GDAL said so in metadata only.
    signed_bytes: bool,
    has_mask: bool,
}

impl GdalFile {
    /// Opens the file and checks what GDAL says of it.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let dataset = open(path)?;
        let (width, height) = dataset.raster_size();
        let band_count = dataset.raster_count();
        if width == 0 || height == 0 || band_count == 0 {
            return Err(format!("{height} rows of {width} columns in {band_count} bands are no raster"));
        }
        let band = dataset.rasterband(1).map_err(|e| said(&e))?;
        let signed_bytes = band.metadata_item("PIXELTYPE", "IMAGE_STRUCTURE").as_deref() == Some("SIGNEDBYTE");
        let cell_type = cell_type(band.band_type(), signed_bytes)?;
        for index in 2..=band_count {
            let other = dataset.rasterband(index).map_err(|e| said(&e))?.band_type();
            if other != band.band_type() {
                return Err(format!("bands 1 and {index} differ in type"));
            }
        }
        let (block_cols, block_rows) = band.block_size();
        let block_cells = block_cols as u64 * block_rows as u64;
        if block_cells * u64::from(band.band_type().bytes()) > MOST_BLOCK_BYTES {
            return Err(format!(
                "blocks of {block_rows} rows and {block_cols} columns are too big: rewrite the file with smaller ones"
            ));
        }
        let (height, width) = (height as u32, width as u32);
        let block = if block_cells > MOST_BLOCK_CELLS || block_cells == 0 {
            (WINDOW.min(height), WINDOW.min(width))
        } else {
            (block_rows as u32, block_cols as u32)
        };
        let affine = dataset.geo_transform().map_err(|_| "it does not say where its cells lie".to_owned())?;
        let mask = band.mask_flags().map_err(|e| said(&e))?;
        let crs = dataset
            .spatial_ref()
            .ok()
            .map_or(Ok(CrsStatement::Missing), |_| crs_of(&dataset).map(CrsStatement::Text))?;
        let facts = Facts {
            height,
            width,
            block,
            bands: band_count as u32,
            cell_type,
            nodata: band.no_data_value().and_then(|value| cell_type.hold(value)),
            compression: dataset.metadata_item("COMPRESSION", "IMAGE_STRUCTURE").unwrap_or_else(|| "NONE".into()),
            reader: format!("GDAL {}", dataset.driver().short_name()),
            place: geokeys::place(&affine, height, false)?,
            crs,
        };
        let has_mask = mask.is_per_dataset() && !mask.is_alpha();
        Ok(Self { path: path.to_owned(), idle: Mutex::new(vec![dataset]), keep: true, facts, signed_bytes, has_mask })
    }

    fn with_dataset<T>(&self, work: impl FnOnce(&Dataset) -> Result<T, String>) -> Result<T, String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let dataset = match idle {
            Some(dataset) => dataset,
            None => open(&self.path)?,
        };
        let result = work(&dataset);
        if self.keep {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(dataset);
        }
        result
    }
}

fn cell_type(data_type: GdalDataType, signed_bytes: bool) -> Result<CellType, String> {
    Ok(match data_type {
        GdalDataType::UInt8 if signed_bytes => CellType::I8,
        GdalDataType::UInt8 => CellType::U8,
        GdalDataType::UInt16 => CellType::U16,
        GdalDataType::Int16 => CellType::I16,
        GdalDataType::UInt32 => CellType::U32,
        GdalDataType::Int32 => CellType::I32,
        GdalDataType::Float32 => CellType::F32,
        GdalDataType::Float64 => CellType::F64,
        // Newer GDAL has a type of its own for signed bytes, which older bindings lack.
        other if other.name() == "Int8" => CellType::I8,
        other => {
            return Err(format!(
                "cells of type {} are not read: convert them to one of up to 32 bits or to float64",
                other.name()
            ));
        }
    })
}

/// A window of a band, in cells from the file's corner.
#[derive(Clone, Copy)]
struct At {
    row: u32,
    col: u32,
    height: u32,
    width: u32,
}

fn array<T: Copy + GdalType>(band: &RasterBand<'_>, at: At) -> Result<Array2<T>, String> {
    let size = (at.width as usize, at.height as usize);
    let buffer = band.read_as::<T>((at.col as isize, at.row as isize), size, size, None).map_err(|e| said(&e))?;
    let (_, cells) = buffer.into_shape_and_vec();
    Array2::from_shape_vec((size.1, size.0), cells).map_err(|e| e.to_string())
}

impl RasterFile for GdalFile {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn read_block(&self, row: u32, col: u32, bands: &[u32], wanted: u32) -> Result<Block, String> {
        let (rows, cols) = self.facts.block;
        let at = At {
            row: row * rows,
            col: col * cols,
            height: rows.min(self.facts.height - row * rows),
            width: wanted.min(cols).min(self.facts.width - col * cols),
        };
        self.with_dataset(|dataset| {
            let band = |index: u32| dataset.rasterband(index as usize + 1).map_err(|e| said(&e));
            let cells = bands.iter().map(|index| {
                let band = band(*index)?;
                Ok(match self.facts.cell_type {
                    CellType::U8 => Cells::U8(array(&band, at)?),
                    CellType::I8 if self.signed_bytes => Cells::I8(array::<u8>(&band, at)?.mapv(|byte| byte as i8)),
                    CellType::I8 => Cells::I8(array::<i16>(&band, at)?.mapv(|number| number as i8)),
                    CellType::U16 => Cells::U16(array(&band, at)?),
                    CellType::I16 => Cells::I16(array(&band, at)?),
                    CellType::U32 => Cells::U32(array(&band, at)?),
                    CellType::I32 => Cells::I32(array(&band, at)?),
                    CellType::F32 => Cells::F32(array(&band, at)?),
                    CellType::F64 => Cells::F64(array(&band, at)?),
                })
            });
            let bands = cells.collect::<Result<_, String>>()?;
            let mask = if self.has_mask {
                let mask = band(0)?;
                let mask = mask.open_mask_band().map_err(|e| said(&e))?;
                Some(array::<u8>(&mask, at)?.mapv(|byte| byte != 0))
            } else {
                None
            };
            Ok(Block { bands, mask })
        })
    }

    fn release(&mut self) {
        self.keep = false;
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
