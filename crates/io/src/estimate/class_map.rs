//! A map of classes: a raster, and what its numbers are called.

use super::EstimateError;
use super::class_names::ClassNames;
use crate::catalog::Catalog;
use crate::raster::{RasterLayer, RasterOptions, open_raster};
use crate::run::hash_file;
use lindero_layers::{Block, BlockId, LayerError, LayerSource, NoData, RasterInfo};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// A map with more different numbers holds measurements, not classes.
pub(super) const MOST_CLASSES: usize = 256;

/// A map of classes.
#[derive(Clone)]
pub struct ClassMap {
    /// What it is called: a path or a layer of a catalog.
    pub name: String,
    /// The files.
    pub layer: Arc<RasterLayer>,
    /// The cells, which tag as no data what counts as no data.
    pub source: Arc<dyn LayerSource>,
    /// The band, from 0.
    pub band: u32,
    /// Numbers that are no data besides those that the files tag.
    no_data: Vec<f64>,
    /// What the numbers are called, if that was said.
    names: Option<ClassNames>,
}

/// What a number of the map is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassOf {
    /// Of a class.
    Class(String),
    /// No data, or a class that is not studied.
    Nothing,
}

/// What identifies a map: its files by content, and which band of them.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct MapIdentity {
    /// As it was named.
    pub map: String,
    /// From 1.
    pub band: u32,
    /// Names and BLAKE3 hashes of the files, by name.
    pub files: Vec<MapFile>,
}

/// One file of a map.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct MapFile {
    /// Its name without folders.
    pub name: String,
    /// BLAKE3, in hex.
    pub blake3: String,
}

impl ClassMap {
    /// Opens a raster by path or pattern. What its files tag as no data is that.
    ///
    /// # Errors
    ///
    /// [`EstimateError`] if it cannot be opened or lacks the band.
    pub fn open(path: &str, band: u32, crs: Option<String>, names: Option<ClassNames>) -> Result<Self, EstimateError> {
        let layer = open_raster(path, None, &RasterOptions { crs, check_overlaps: true })?;
        check_band(path, &layer, band)?;
        let source = Arc::clone(&layer) as Arc<dyn LayerSource>;
        Ok(Self { name: path.to_owned(), layer, source, band, no_data: Vec::new(), names })
    }

    /// Opens a layer of a catalog, which says what is no data. Its `valid_where` and `only_where` are not asked: classes are the
    /// numbers that are stored.
    ///
    /// # Errors
    ///
    /// [`EstimateError`] if there is no such layer of cells or it cannot be opened.
    pub fn of_catalog(catalog: &Path, id: &str, names: Option<ClassNames>) -> Result<Self, EstimateError> {
        let map = |reason: String| EstimateError::Map { reason };
        let catalog = Catalog::read(catalog).map_err(|error| map(error.to_string()))?;
        let known: Vec<&str> =
            catalog.layers.iter().filter(|spec| spec.raster().is_some()).map(|spec| spec.id.as_str()).collect();
        let spec = catalog.layers.iter().find(|spec| spec.id == id);
        let Some((spec, raster)) = spec.and_then(|spec| Some((spec, spec.raster()?))) else {
            let path = catalog.path.display();
            return Err(map(format!(
                "--map {id}: {path} has no layer of cells of this name; it has {}",
                known.join(", ")
            )));
        };
        let opened = catalog.open_layer(spec, true).map_err(|error| map(error.to_string()))?;
        let layer = opened.raster.ok_or_else(|| map(format!("--map {id} is no layer of cells")))?;
        check_band(id, &layer, raster.band)?;
        let (source, no_data): (Arc<dyn LayerSource>, _) = match &raster.meaning.no_data {
            NoData::AsTagged => (Arc::clone(&layer) as _, Vec::new()),
            NoData::None => (Arc::new(Untagged::of(Arc::clone(&layer))), Vec::new()),
            NoData::Values(values) => (Arc::new(Untagged::of(Arc::clone(&layer))), values.clone()),
        };
        Ok(Self { name: id.to_owned(), layer, source, band: raster.band, no_data, names })
    }

    /// What a stored number is, apart from the tags of the files.
    ///
    /// # Errors
    ///
    /// [`EstimateError::Table`] if the names of classes leave it out.
    pub fn class_of(&self, number: f64) -> Result<ClassOf, EstimateError> {
        if number.is_nan() || self.no_data.contains(&number) {
            return Ok(ClassOf::Nothing);
        }
        match &self.names {
            // -0 is 0.
            None => Ok(ClassOf::Class((number + 0.0).to_string())),
            Some(names) => names.class_of(number),
        }
    }

    /// What the user should be told of classes that were named and are not among those that were `found`: perhaps the map tags
    /// as no data what is an answer.
    #[must_use]
    pub fn notes_of_absent(&self, found: &[&str]) -> Vec<String> {
        let tiles = self.source.info().sheets.iter().flat_map(|sheet| &sheet.tiles);
        let tags: Vec<f64> = tiles.filter_map(|tile| tile.nodata).chain(self.no_data.iter().copied()).collect();
        let pairs = self.names.iter().flat_map(ClassNames::pairs);
        let absent = pairs.filter(|(_, name)| !name.is_empty() && !found.contains(&name.as_str()));
        let note = |(value, name): &(f64, String)| {
            let note = format!("no cell is of the class {name:?} (value {value})");
            if tags.contains(value) {
                return format!(
                    "{note}: the map has {value} as no data; if it is an answer, name a layer of a --catalog that says nodata = \"none\""
                );
            }
            note
        };
        absent.map(note).collect()
    }

    /// What the numbers are called, if that was said.
    #[must_use]
    pub fn names(&self) -> Option<&ClassNames> {
        self.names.as_ref()
    }

    /// Hashes all files.
    ///
    /// # Errors
    ///
    /// [`EstimateError::Io`] if one cannot be read.
    pub fn identity(&self) -> Result<MapIdentity, EstimateError> {
        let hashed = |path: &Path| {
            let hash = hash_file(path).map_err(|source| EstimateError::Io { path: path.to_owned(), source })?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(MapFile { name, blake3: hash.blake3 })
        };
        let files = self.layer.paths().into_iter().map(hashed).collect::<Result<_, EstimateError>>()?;
        Ok(MapIdentity { map: self.name.clone(), band: self.band + 1, files })
    }
}

impl MapIdentity {
    /// Whether both are the same cells, wherever they lie and whatever they are called.
    #[must_use]
    pub fn is_same_map(&self, other: &Self) -> bool {
        let hashes =
            |it: &Self| it.files.iter().map(|file| file.blake3.clone()).collect::<std::collections::BTreeSet<_>>();
        self.band == other.band && hashes(self) == hashes(other)
    }
}

fn check_band(name: &str, layer: &RasterLayer, band: u32) -> Result<(), EstimateError> {
    let bands = layer.info().bands;
    if band < bands {
        return Ok(());
    }
    Err(EstimateError::Map { reason: format!("--map {name}: it has {bands} band(s), band={} is none", band + 1) })
}

/// A layer whose tags of no data are not heeded, because its catalog says so.
struct Untagged {
    layer: Arc<RasterLayer>,
    info: RasterInfo,
}

impl Untagged {
    fn of(layer: Arc<RasterLayer>) -> Self {
        let mut info = layer.info().clone();
        info.sheets.iter_mut().flat_map(|sheet| &mut sheet.tiles).for_each(|tile| tile.nodata = None);
        Self { layer, info }
    }
}

impl LayerSource for Untagged {
    fn info(&self) -> &RasterInfo {
        &self.info
    }

    fn read_block(&self, block: BlockId, bands: &[u32], cols: u32) -> Result<Block, LayerError> {
        self.layer.read_block(block, bands, cols)
    }

    fn give_back(&self, block: Block) {
        self.layer.give_back(block);
    }
}
