//! `lindero.toml`: reading it and opening the layers it names.

use crate::raster::{RasterLayer, RasterOptions, open_raster};
use crate::vector::{VectorOptions, open_features};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use lindero_engine::{LayerData, ScreenLayer};
use lindero_indicators::{Definitions, LayerFacts};
use lindero_layers::{
    ConfigError, ConfigFile, Expression, LayerKind, LayerSource, LayerSpec, VectorFeature, VectorLayer, VectorSpec,
};
use lindero_logic::Day;
use lindero_plots::{Checker, PlotGeometryRef, Position, RepairRules, ShapeStore, row_area_m2};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The cut-off of the EU's regulation, where a catalog states none.
const CUTOFF: (i32, u32, u32) = (2020, 12, 31);

/// A catalog as written, checked but not opened.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Where it lies, as given.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The last day on which clearing forest was still lawful.
    pub cutoff: Day,
    /// The policy it asks for, if any.
    pub policy: Option<String>,
    /// Its layers, in the order of the file.
    pub layers: Vec<LayerSpec>,
    /// Its lists, terms and indicators.
    pub definitions: Definitions,
    /// For attributes of a policy, the columns of the plots that declare them.
    pub attributes: BTreeMap<String, Expression>,
}

/// Why a catalog cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum CatalogError {
    /// The file cannot be read.
    #[error("cannot read the catalog {path:?}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// Something in it is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A layer cannot be opened.
    #[error("{catalog}, line {line}: layer {layer}: {reason}")]
    Layer { catalog: String, line: usize, layer: String, reason: String },
}

/// An opened layer of a catalog.
pub struct OpenLayer {
    /// For the engine.
    pub screen: ScreenLayer,
    /// Of a layer of cells: the files behind it.
    pub raster: Option<Arc<RasterLayer>>,
    /// Number of bands; 0 for features.
    pub bands: u32,
    /// Things the user should know of how it was read.
    pub notes: Vec<String>,
}

impl Catalog {
    /// Reads and checks the file.
    ///
    /// # Errors
    ///
    /// [`CatalogError`] with the line of the first thing that is wrong.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
        let name = path.display().to_string();
        let file = ConfigFile::parse(&name, &text)?;
        let root = file.root();
        root.only(&["cutoff", "policy", "layer", "list", "term", "indicator", "attribute"])?;
        let (year, month, day) = CUTOFF;
        let cutoff = match root.get("cutoff") {
            Some(entry) => entry.day()?,
            None => Day::from_ymd(year, month, day).expect("a day of the calendar"),
        };
        let policy = root.get("policy").map(|entry| entry.text().map(str::to_owned)).transpose()?;
        let layers = LayerSpec::read_all(&root)?;
        let definitions = Definitions::read(&root)?;
        let attributes = match root.get("attribute") {
            None => BTreeMap::new(),
            Some(attributes) => attributes
                .section()?
                .entries()
                .map(|(name, entry)| {
                    let section = entry.section()?;
                    section.only(&["field"])?;
                    Ok((name.to_owned(), section.require("field")?.expression()?))
                })
                .collect::<Result<_, ConfigError>>()?,
        };
        drop(file);
        Ok(Self { path: path.to_owned(), text, cutoff, policy, layers, definitions, attributes })
    }

    /// The folder that paths in the catalog are relative to.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Opens one of its layers.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Layer`] with the layer's line.
    pub fn open_layer(&self, spec: &LayerSpec, check_overlaps: bool) -> Result<OpenLayer, CatalogError> {
        let failed = |reason: String| CatalogError::Layer {
            catalog: self.path.display().to_string(),
            line: spec.line,
            layer: spec.id.clone(),
            reason,
        };
        match &spec.kind {
            LayerKind::Raster(_) => {
                let options = RasterOptions { crs: spec.crs.clone(), check_overlaps };
                let raster =
                    open_raster(&spec.path, Some(self.folder()), &options).map_err(|e| failed(e.to_string()))?;
                let bands = raster.info().bands;
                let data = LayerData::Raster(Arc::clone(&raster) as Arc<dyn LayerSource>);
                let screen = ScreenLayer { spec: spec.clone(), data };
                Ok(OpenLayer { screen, raster: Some(raster), bands, notes: Vec::new() })
            }
            LayerKind::Vector(vector) => {
                let path = self.folder().join(&spec.path);
                let (layer, notes) = read_vector(&path, vector, spec.crs.clone()).map_err(failed)?;
                let screen = ScreenLayer { spec: spec.clone(), data: LayerData::Vector(Arc::new(layer)) };
                Ok(OpenLayer { screen, raster: None, bands: 0, notes })
            }
        }
    }
}

impl OpenLayer {
    /// What expressions need to know of it; `near` is where the plots are.
    #[must_use]
    pub fn facts(&self, near: Position) -> LayerFacts<'_> {
        let cell_m2 = self.raster.as_ref().map_or(0.0, |raster| {
            let info = raster.info();
            let grid = info.sheets[0].grid;
            if info.projection.as_ref().is_none_or(|projection| projection.is_geographic()) {
                row_area_m2(near[1], (near[1] + grid.size_y()).min(90.0), grid.size_x())
            } else {
                grid.size_x() * grid.size_y()
            }
        });
        LayerFacts { spec: &self.screen.spec, bands: self.bands, cell_m2, cells_of: None }
    }
}

/// Reads all features of a file; those whose geometry cannot be used are told, not hidden.
fn read_vector(path: &Path, spec: &VectorSpec, crs: Option<String>) -> Result<(VectorLayer, Vec<String>), String> {
    let options = VectorOptions { layer: spec.layer.clone(), crs, ..VectorOptions::default() };
    let file = open_features(path, &options).map_err(|e| e.to_string())?;
    let mut notes: Vec<String> = file.notes().to_vec();
    let schema = file.schema();
    for column in spec.name.iter().chain(&spec.category) {
        if schema.column_with_name(column).is_none() {
            let known: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            return Err(format!("{path:?} has no column {column:?}; columns: {}", known.join(", ")));
        }
    }
    let (mut features, mut shapes) = (Vec::new(), ShapeStore::new());
    let mut unusable = 0u32;
    let mut checker = Checker::new(RepairRules::none());
    for batch in file.batches().map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        for (row, raw) in batch.geometries.iter().enumerate() {
            let PlotGeometryRef::Area(shape) = checker.check(raw).geometry else {
                unusable += 1;
                continue;
            };
            let text = |column: &Option<String>| column.as_ref().and_then(|name| text_of(&batch.attributes, name, row));
            features.push(VectorFeature { name: text(&spec.name), category: text(&spec.category) });
            shapes.push(shape);
        }
    }
    if unusable > 0 {
        notes.push(format!(
            "{unusable} feature(s) are no usable polygons and are left out: what they cover is not seen"
        ));
    }
    Ok((VectorLayer::new(features, shapes), notes))
}

/// A column's value as text.
pub(crate) fn text_of(attributes: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = attributes.column_by_name(column)?;
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => Some(column.as_string::<i32>().value(row).to_owned()),
        _ => arrow_cast::display::array_value_to_string(column, row).ok(),
    }
}
