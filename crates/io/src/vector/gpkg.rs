//! GeoPackage, through GDAL.

use super::batch::{BatchBuilder, FeatureBatch, Value};
use super::column_type::ColumnType;
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source, until_error};
use super::{date, wkb};
use arrow_schema::{Field, Schema, SchemaRef};
use gdal::errors::GdalError;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{
    Feature, LayerAccess, OGRFieldType, OGRwkbGeometryType, OwnedFeatureIterator, geometry_type_flatten,
};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use lindero_plots::OpenGeometry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens one layer of a file.
pub(super) fn open(path: &Path, layer: Option<&str>) -> Result<Opened, VectorError> {
    let dataset = open_dataset(path)?;
    let mut notes = Vec::new();
    let index = choose_layer(path, &dataset, layer, &mut notes)?;
    let layer = dataset.layer(index).map_err(|error| damaged(path, &error))?;
    let columns: Vec<(String, u32)> = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
    let fields = columns.iter().map(|(name, kind)| Field::new(name, column_type(*kind).data_type(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let source = GeoPackage {
        path: path.to_owned(),
        layer: index,
        schema: Arc::clone(&schema),
        kinds: columns.into_iter().map(|(_, kind)| kind).collect(),
    };
    Ok(Opened {
        source: Box::new(source),
        schema,
        count: Some(layer.feature_count()),
        crs: layer.spatial_ref().map_or(FileCrs::Unstated, |system| crs(&system)),
        layer: Some(layer.name()),
        notes,
    })
}

fn damaged(path: &Path, error: &GdalError) -> VectorError {
    VectorError::Damaged { path: path.to_owned(), reason: error.to_string() }
}

/// Opens a file for reading, by the one driver that should.
fn open_dataset(path: &Path) -> Result<Dataset, VectorError> {
    crate::quiet_gdal::quiet_gdal();
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&["GPKG"]),
        ..DatasetOptions::default()
    };
    Dataset::open_ex(path, options).map_err(|error| damaged(path, &error))
}

/// The layer asked for, or the only one with geometry, or the only one of polygons.
fn choose_layer(
    path: &Path,
    dataset: &Dataset,
    wanted: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<usize, VectorError> {
    struct Candidate {
        index: usize,
        name: String,
        is_polygonal: bool,
    }
    let mut candidates = Vec::new();
    let mut others = Vec::new();
    for (index, layer) in dataset.layers().enumerate() {
        use OGRwkbGeometryType::{wkbCurvePolygon, wkbMultiPolygon, wkbMultiSurface, wkbPolygon, wkbUnknown};
        let name = layer.name();
        match layer.defn().geom_fields().next() {
            None => others.push(name),
            Some(field) => {
                let kind = geometry_type_flatten(field.field_type());
                let is_polygonal =
                    [wkbPolygon, wkbMultiPolygon, wkbCurvePolygon, wkbMultiSurface, wkbUnknown].contains(&kind);
                candidates.push(Candidate { index, name, is_polygonal });
            }
        }
    }
    let names = || candidates.iter().map(|candidate| candidate.name.clone()).collect::<Vec<_>>();
    if let Some(wanted) = wanted {
        return candidates
            .iter()
            .find(|candidate| candidate.name == wanted)
            .map(|it| it.index)
            .ok_or_else(|| VectorError::NoLayer { path: path.to_owned(), wanted: wanted.to_owned(), layers: names() });
    }
    let mut polygonal = candidates.iter().filter(|candidate| candidate.is_polygonal);
    match (candidates.as_slice(), polygonal.next(), polygonal.next()) {
        ([], ..) => Err(VectorError::Unusable {
            path: path.to_owned(),
            reason: format!("none of its {} tables has geometry", others.len()),
        }),
        ([only], ..) => Ok(only.index),
        (_, Some(only), None) => {
            notes.push(format!("of the layers {} only {:?} has polygons, and is read", names().join(", "), only.name));
            Ok(only.index)
        }
        _ => Err(VectorError::ManyLayers { path: path.to_owned(), layers: names() }),
    }
}

/// A register's code where there is one, else the WKT. GeoPackage has two entries for "not known".
fn crs(system: &SpatialRef) -> FileCrs {
    if system.name().is_some_and(|name| name.to_ascii_lowercase().contains("undefined")) {
        return FileCrs::Unstated;
    }
    match (system.auth_name().as_deref(), system.auth_code()) {
        (Some("EPSG"), Ok(code)) => FileCrs::Named(format!("EPSG:{code}")),
        _ => system.to_wkt().map_or(FileCrs::Unstated, FileCrs::Named),
    }
}

fn column_type(kind: u32) -> ColumnType {
    match kind {
        OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => ColumnType::Int,
        OGRFieldType::OFTReal => ColumnType::Float,
        OGRFieldType::OFTDate => ColumnType::Date,
        _ => ColumnType::Text,
    }
}

/// A layer of a file.
#[derive(Debug)]
struct GeoPackage {
    path: PathBuf,
    layer: usize,
    schema: SchemaRef,
    kinds: Vec<u32>,
}

impl Source for GeoPackage {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let layer = open_dataset(&self.path)?.into_layer(self.layer).map_err(|error| damaged(&self.path, &error))?;
        let count = layer.feature_count();
        let builder = BatchBuilder::new(Arc::clone(&self.schema));
        let mut batches =
            GeoPackageBatches { file: self, features: layer.owned_features(), builder, read: 0, count, done: false };
        Ok(until_error(move || batches.fill()))
    }
}

struct GeoPackageBatches<'a> {
    file: &'a GeoPackage,
    features: OwnedFeatureIterator,
    builder: BatchBuilder,
    read: u64,
    count: u64,
    done: bool,
}

impl GeoPackageBatches<'_> {
    fn fill(&mut self) -> Result<Option<FeatureBatch>, VectorError> {
        if self.done {
            return Ok(None);
        }
        while !self.builder.is_full() {
            let Some(feature) = (&mut self.features).next() else {
                self.done = true;
                // GDAL ends in the same way at the end and at a damaged page.
                if self.read != self.count {
                    let reason = format!("of its {} features {} could be read", self.count, self.read);
                    return Err(VectorError::Damaged { path: self.file.path.clone(), reason });
                }
                break;
            };
            self.read += 1;
            for (column, &kind) in self.file.kinds.iter().enumerate() {
                let value = value(&feature, column, kind).map_err(|error| damaged(&self.file.path, &error))?;
                self.builder.set(column, value);
            }
            read_geometry(&feature, self.builder.geometry());
        }
        Ok((!self.builder.is_empty()).then(|| self.builder.finish()))
    }
}

fn read_geometry(feature: &Feature<'_>, into: OpenGeometry<'_>) {
    // Without a geometry there is nothing to export, and the export fails.
    match feature.geometry().map(|geometry| geometry.iso_wkb()) {
        Some(Ok(bytes)) => wkb::read(&bytes, into),
        None | Some(Err(_)) => into.close_as_missing(),
    }
}

fn value(feature: &Feature<'_>, column: usize, kind: u32) -> Result<Value<'static>, GdalError> {
    Ok(match kind {
        OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => {
            feature.field_as_integer64(column)?.map_or(Value::Null, Value::Int)
        }
        OGRFieldType::OFTReal => feature.field_as_double(column)?.map_or(Value::Null, Value::Float),
        OGRFieldType::OFTDate => {
            let text = feature.field_as_string(column)?;
            text.and_then(|text| day(&text)).map_or(Value::Null, Value::Date)
        }
        OGRFieldType::OFTDateTime => match feature.field_as_datetime(column) {
            Ok(time) => time.map_or(Value::Null, |time| Value::Text(time.to_rfc3339().into())),
            // A time beyond the calendar is shown as GDAL has it.
            Err(_) => text(feature.field_as_string(column)?),
        },
        _ => text(feature.field_as_string(column)?),
    })
}

fn text(text: Option<String>) -> Value<'static> {
    text.map_or(Value::Null, |text| Value::Text(text.into()))
}

/// Days since 1970-01-01 of GDAL's `2020/12/31`.
fn day(text: &str) -> Option<i32> {
    let mut numbers = text.split('/').map(|number| number.parse().ok());
    date::days(numbers.next()??, numbers.next()??, numbers.next()??)
}
