//! GeoParquet 1.0 and 1.1: WKB and the native encodings.

mod attributes;
mod native;

use super::batch::{BATCH_ROWS, FeatureBatch};
use super::error::VectorError;
use super::features::{Batches, FileCrs, Opened, Source};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use attributes::{convert, read_as};
use native::Encoding;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value as Json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens a file by its footer.
pub(super) fn open(path: &Path) -> Result<Opened, VectorError> {
    let unusable = |reason: String| VectorError::Unusable { path: path.to_owned(), reason };
    let builder = builder(path)?;
    let metadata = builder.metadata().file_metadata();
    let pairs = metadata.key_value_metadata().into_iter().flatten();
    let geo = pairs
        .filter(|pair| pair.key == "geo")
        .find_map(|pair| pair.value.as_deref())
        .ok_or_else(|| unusable("it is Parquet without the metadata `geo`: write it as GeoParquet".to_owned()))?;
    let geo: Json =
        serde_json::from_str(geo).map_err(|error| unusable(format!("its metadata `geo` is no JSON: {error}")))?;
    let geo = Geo::new(&geo).map_err(unusable)?;
    let mut notes = Vec::new();
    if !geo.others.is_empty() {
        notes.push(format!("the geometry is {:?}; not read: {}", geo.primary, geo.others.join(", ")));
    }
    let columns = builder.schema().fields();
    let geometry = columns.iter().position(|field| *field.name() == geo.primary).ok_or_else(|| {
        unusable(format!("its metadata names the geometry {:?}, which is no column of it", geo.primary))
    })?;
    let is_attribute = |name: &String| *name != geo.primary && !geo.others.contains(name) && geo.covering != Some(name);
    let wanted: Vec<usize> = (0..columns.len()).filter(|&i| is_attribute(columns[i].name())).collect();
    let fields = wanted.iter().map(|&i| Field::new(columns[i].name(), read_as(columns[i].data_type()), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let count = u64::try_from(metadata.num_rows()).ok();
    let source =
        GeoParquet { path: path.to_owned(), schema: Arc::clone(&schema), wanted, geometry, encoding: geo.encoding };
    Ok(Opened { source: Box::new(source), schema, count, crs: geo.crs, layer: None, notes })
}

/// Reads the footer.
fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, VectorError> {
    let file = File::open(path).map_err(|source| VectorError::Read { path: path.to_owned(), source })?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| VectorError::Damaged { path: path.to_owned(), reason: error.to_string() })
}

/// What the metadata `geo` says.
struct Geo<'a> {
    primary: String,
    encoding: Encoding,
    crs: FileCrs,
    /// Other geometry columns.
    others: Vec<String>,
    /// The column of the rows' bounding boxes, which is the geometry's and not the user's.
    covering: Option<&'a String>,
}

impl<'a> Geo<'a> {
    fn new(geo: &'a Json) -> Result<Self, String> {
        let columns = geo.get("columns").and_then(Json::as_object);
        let primary = geo.get("primary_column").and_then(Json::as_str);
        let (Some(columns), Some(primary)) = (columns, primary) else {
            return Err("its metadata `geo` lacks primary_column or columns".to_owned());
        };
        let column = columns.get(primary).and_then(Json::as_object);
        let column = column.ok_or_else(|| format!("its metadata `geo` does not describe the column {primary:?}"))?;
        let encoding = column.get("encoding").and_then(Json::as_str).unwrap_or("WKB");
        let encoding = Encoding::of(encoding).ok_or_else(|| {
            format!("its geometry is encoded as {encoding:?}, expected WKB or one of the native encodings")
        })?;
        let others = columns.keys().filter(|name| *name != primary).cloned().collect();
        let covering = column.get("covering").and_then(|it| it.get("bbox")?.get("xmin")?.get(0));
        let covering = match covering {
            Some(Json::String(name)) => Some(name),
            _ => None,
        };
        Ok(Self { primary: primary.to_owned(), encoding, crs: crs(column), others, covering })
    }
}

/// Absent is OGC:CRS84 by the specification, null is unknown, else it is PROJJSON.
fn crs(column: &Map<String, Json>) -> FileCrs {
    match column.get("crs") {
        None => FileCrs::Wgs84,
        Some(Json::Null) => FileCrs::Unstated,
        Some(Json::String(name)) => FileCrs::Named(name.clone()),
        Some(projjson) => {
            let id = projjson.get("id").and_then(|id| Some((id.get("authority")?.as_str()?, id.get("code")?)));
            FileCrs::Named(match id {
                Some((authority, Json::String(code))) => format!("{authority}:{code}"),
                Some((authority, code)) => format!("{authority}:{code}"),
                None => projjson.to_string(),
            })
        }
    }
}

/// A file whose footer is known.
#[derive(Debug)]
struct GeoParquet {
    path: PathBuf,
    schema: SchemaRef,
    /// Indices of the user's columns in the file.
    wanted: Vec<usize>,
    geometry: usize,
    encoding: Encoding,
}

impl GeoParquet {
    fn damaged(&self, reason: impl ToString) -> VectorError {
        VectorError::Damaged { path: self.path.clone(), reason: reason.to_string() }
    }

    /// A batch as read, with the geometry among the columns.
    fn split(&self, batch: &RecordBatch, name: &str) -> Result<FeatureBatch, VectorError> {
        let geometry = batch.column_by_name(name).ok_or_else(|| self.damaged("its geometry column is gone"))?;
        let geometries = native::read(self.encoding, geometry)
            .map_err(|reason| VectorError::Unusable { path: self.path.clone(), reason })?;
        let schema = batch.schema();
        let index = schema.index_of(name).map_err(|error| self.damaged(error))?;
        let columns = batch.columns().iter().enumerate().filter(|(i, _)| *i != index);
        let columns = columns.map(|(_, column)| convert(column)).collect::<Result<_, _>>();
        let columns = columns.map_err(|error| self.damaged(error))?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let attributes = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|error| self.damaged(error))?;
        Ok(FeatureBatch { ids: None, geometries, attributes })
    }
}

impl Source for GeoParquet {
    fn batches(&self) -> Result<Batches<'_>, VectorError> {
        let builder = builder(&self.path)?;
        let schema = Arc::clone(builder.schema());
        if self.geometry >= schema.fields().len() {
            return Err(self.damaged("it is being changed"));
        }
        let name = schema.field(self.geometry).name().clone();
        let roots = self.wanted.iter().copied().chain([self.geometry]);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let reader =
            builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|error| self.damaged(error))?;
        Ok(Box::new(reader.map(move |batch| match batch {
            Ok(batch) => self.split(&batch, &name),
            Err(error) => Err(self.damaged(error)),
        })))
    }
}
