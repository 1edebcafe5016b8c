//! GeoPackage, through GDAL.

use super::cell_text::CellText;
use super::drawable::Drawable;
use super::error::{WriteError, check_batch};
use super::wkb::push_wkb;
use super::{Made, MadeRows, TableWriter};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, SchemaRef};
use gdal::errors::GdalError;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{Feature, FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};
use gdal::{Dataset, DriverManager};
use lindero_plots::RawGeometrySlice;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The time GeoPackage notes as that of the last change: not the clock's, so that equal rows give equal
/// bytes.
const LAST_CHANGE: &str = "1970-01-01T00:00:00.000Z";

/// Starts a GeoPackage of one layer in EPSG:4326, with geometry of any type.
///
/// SQLite takes columns that differ in case for one, so the second of two such is written with `_2`.
///
/// # Errors
///
/// [`WriteError`] if the file or the layer cannot be made.
pub fn gpkg(path: &Path, schema: SchemaRef, layer_name: &str) -> Result<Box<dyn TableWriter>, WriteError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(WriteError::Io { path: path.to_owned(), source: error });
        }
        _ => {}
    }
    let dataset = create(path, &schema, layer_name).map_err(|error| gdal_error(path, &error))?;
    Ok(Box::new(GeoPackage { path: path.to_owned(), schema, dataset: Mutex::new(dataset) }))
}

fn gdal_error(path: &Path, error: &GdalError) -> WriteError {
    WriteError::Format { path: path.to_owned(), reason: error.to_string() }
}

fn create(path: &Path, schema: &SchemaRef, layer_name: &str) -> Result<Dataset, GdalError> {
    crate::quiet_gdal::quiet_gdal();
    gdal::config::set_config_option("OGR_CURRENT_DATE", LAST_CHANGE)?;
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
    let mut system = SpatialRef::from_epsg(4326)?;
    system.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let mut names = UniqueNames::default();
    let columns: Vec<String> = schema.fields().iter().map(|field| names.add(field.name())).collect();
    let (id, geometry) = (format!("FID={}", names.add("fid")), format!("GEOMETRY_NAME={}", names.add("geom")));
    let layer = dataset.create_layer(LayerOptions {
        name: layer_name,
        srs: Some(&system),
        ty: OGRwkbGeometryType::wkbUnknown,
        options: Some(&[&id, &geometry]),
    })?;
    for (name, field) in columns.iter().zip(schema.fields()) {
        FieldDefn::new(name, field_type(field.data_type()))?.add_to_layer(&layer)?;
    }
    Ok(dataset)
}

/// Names that differ in more than case.
#[derive(Default)]
struct UniqueNames {
    taken: Vec<String>,
}

impl UniqueNames {
    fn add(&mut self, name: &str) -> String {
        let name = name.replace('\0', "\u{fffd}");
        let mut unique = name.clone();
        let mut number = 1;
        while self.taken.contains(&unique.to_lowercase()) {
            number += 1;
            unique = format!("{name}_{number}");
        }
        self.taken.push(unique.to_lowercase());
        unique
    }
}

fn field_type(data_type: &DataType) -> OGRFieldType::Type {
    match data_type {
        DataType::Boolean => OGRFieldType::OFTInteger,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => OGRFieldType::OFTReal,
        DataType::Date32 => OGRFieldType::OFTDate,
        // SQLite's integers end where those of arrow's UInt64 go on.
        other if other.is_integer() && *other != DataType::UInt64 => OGRFieldType::OFTInteger64,
        _ => OGRFieldType::OFTString,
    }
}

struct GeoPackage {
    path: PathBuf,
    schema: SchemaRef,
    /// A dataset may be handed from thread to thread, but not be used by two.
    dataset: Mutex<Dataset>,
}

impl GeoPackage {
    fn add(&self, batch: &RecordBatch, geometries: &[Option<Vec<u8>>]) -> Result<(), AddError> {
        let mut dataset = self.dataset.lock().expect("no holder panics");
        let transaction = dataset.start_transaction()?;
        let layer = transaction.layer(0)?;
        let reals = batch
            .columns()
            .iter()
            .map(|column| match field_type(column.data_type()) {
                OGRFieldType::OFTReal => Ok(Some(cast(column, &DataType::Float64)?)),
                _ => Ok(None),
            })
            .collect::<Result<Vec<_>, arrow_schema::ArrowError>>()?;
        let texts = batch.columns().iter().map(|column| CellText::new(column)).collect::<Result<Vec<_>, _>>()?;
        let mut cell = String::new();
        for (row, geometry) in geometries.iter().enumerate() {
            let mut feature = Feature::new(layer.defn())?;
            for (index, column) in batch.columns().iter().enumerate() {
                if column.is_null(row) {
                    feature.set_field_null(index)?;
                    continue;
                }
                if let Some(real) = &reals[index] {
                    feature.set_field_double(index, real.as_primitive::<Float64Type>().value(row))?;
                    continue;
                }
                if let Some(flag) = column.as_boolean_opt() {
                    feature.set_field_integer(index, flag.value(row).into())?;
                    continue;
                }
                cell.clear();
                texts[index].push(row, &mut cell)?;
                match (field_type(column.data_type()), cell.parse()) {
                    (OGRFieldType::OFTInteger64, Ok(number)) => feature.set_field_integer64(index, number)?,
                    // GDAL's text ends at a zero byte.
                    _ => feature.set_field_string(index, &cell.replace('\0', "\u{fffd}"))?,
                }
            }
            if let Some(wkb) = geometry {
                feature.set_geometry(Geometry::from_wkb(wkb)?)?;
            }
            feature.create(&layer)?;
        }
        Ok(transaction.commit()?)
    }
}

/// What may go wrong with a row.
enum AddError {
    Gdal(GdalError),
    Arrow(arrow_schema::ArrowError),
}

impl From<GdalError> for AddError {
    fn from(error: GdalError) -> Self {
        Self::Gdal(error)
    }
}

impl From<arrow_schema::ArrowError> for AddError {
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl TableWriter for GeoPackage {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(&self.path, &self.schema, batch, geometries)?;
        let wkb = |row: usize| {
            let drawable = geometries.and_then(|all| Drawable::new(all.get(row)))?;
            let mut bytes = Vec::new();
            push_wkb(&mut bytes, &drawable);
            Some(bytes)
        };
        Ok(Made(MadeRows::Rows(batch.clone(), (0..batch.num_rows()).map(wkb).collect())))
    }

    fn append(&self, made: Made) -> Result<(), WriteError> {
        let MadeRows::Rows(batch, geometries) = made.0 else { unreachable!("it appends what it has made") };
        self.add(&batch, &geometries).map_err(|error| match error {
            AddError::Gdal(error) => gdal_error(&self.path, &error),
            AddError::Arrow(error) => WriteError::Format { path: self.path.clone(), reason: error.to_string() },
        })
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        let dataset = self.dataset.into_inner().expect("nobody has locked it");
        dataset.close().map_err(|error| gdal_error(&self.path, &error))
    }
}
