//! Parquet, with geometry as GeoParquet 1.1.

use super::TableWriter;
use super::drawable::Drawable;
use super::error::{WriteError, check_batch};
use super::wkb::push_wkb;
use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_plots::{Bounds, RawGeometrySlice};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows a row group holds; bounds the memory of writing, and of others' reading.
const ROW_GROUP_ROWS: usize = 100_000;

/// Starts a Parquet file, compressed with zstd. With `geometry` it is GeoParquet 1.1: a last column
/// `geometry` of WKB in longitude and latitude (OGC:CRS84); if the table has a column of that name
/// already, it is `geometry_2`, and the metadata says so.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made, [`WriteError::Format`] if a column's type has no place
/// in Parquet.
pub fn parquet(path: &Path, schema: SchemaRef, geometry: bool) -> Result<Box<dyn TableWriter>, WriteError> {
    let file = File::create(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    let level = ZstdLevel::try_new(3).expect("3 is a level of zstd");
    let properties = WriterProperties::builder()
        // Not the version of a library: equal rows give equal bytes after it is upgraded, if it writes alike.
        .set_created_by("lindero".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .build();
    let geometry = geometry.then(|| GeometryColumn::new(&schema));
    let written = geometry.as_ref().map_or_else(|| Arc::clone(&schema), |column| Arc::clone(&column.schema));
    let writer = ArrowWriter::try_new(BufWriter::new(file), written, Some(properties))
        .map_err(|error| parquet_error(path, error))?;
    Ok(Box::new(Parquet { path: path.to_owned(), schema, writer, geometry }))
}

struct Parquet {
    path: PathBuf,
    /// Of the batches that come in, without geometry.
    schema: SchemaRef,
    writer: ArrowWriter<BufWriter<File>>,
    geometry: Option<GeometryColumn>,
}

fn parquet_error(path: &Path, error: ParquetError) -> WriteError {
    WriteError::Format { path: path.to_owned(), reason: error.to_string() }
}

impl TableWriter for Parquet {
    fn write(&mut self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<(), WriteError> {
        check_batch(&self.path, &self.schema, batch, geometries)?;
        let written = match &mut self.geometry {
            None => self.writer.write(batch),
            Some(column) => column.append(batch, geometries).and_then(|batch| self.writer.write(&batch)),
        };
        written.map_err(|error| parquet_error(&self.path, error))
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        let Self { path, mut writer, geometry, .. } = *self;
        if let Some(column) = &geometry {
            writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), column.metadata()));
        }
        // The file is flushed here: a full disk must not hide in a drop.
        let file = writer.into_inner().map_err(|error| parquet_error(&path, error))?;
        let flushed = file.into_inner().map_err(|error| error.into_error());
        flushed.map(drop).map_err(|source| WriteError::Io { path, source })
    }
}

/// The column of WKB, and what the metadata says of it.
struct GeometryColumn {
    name: String,
    schema: SchemaRef,
    types: BTreeSet<&'static str>,
    bounds: Bounds,
}

impl GeometryColumn {
    fn new(schema: &SchemaRef) -> Self {
        let mut name = "geometry".to_owned();
        let mut number = 1;
        while schema.column_with_name(&name).is_some() {
            number += 1;
            name = format!("geometry_{number}");
        }
        let column = Arc::new(Field::new(&name, DataType::Binary, true));
        let fields: Vec<_> = schema.fields().iter().cloned().chain([column]).collect();
        let schema = Arc::new(Schema::new(fields));
        Self { name, schema, types: BTreeSet::new(), bounds: Bounds::empty() }
    }

    /// The batch with its geometries as last column.
    fn append(
        &mut self,
        batch: &RecordBatch,
        geometries: Option<RawGeometrySlice<'_>>,
    ) -> Result<RecordBatch, ParquetError> {
        let mut column = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for row in 0..batch.num_rows() {
            let Some(drawable) = geometries.and_then(|all| Drawable::new(all.get(row))) else {
                column.append_null();
                continue;
            };
            self.types.insert(drawable.type_name());
            drawable.each_position(&mut |&[x, y]| {
                self.bounds = self.bounds.union(&Bounds { min_x: x, min_y: y, max_x: x, max_y: y });
            });
            bytes.clear();
            push_wkb(&mut bytes, &drawable);
            column.append_value(&bytes);
        }
        let columns: Vec<ArrayRef> =
            batch.columns().iter().cloned().chain([Arc::new(column.finish()) as ArrayRef]).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    /// The value of the file's `geo` key. Without `crs`, the specification's default is OGC:CRS84.
    fn metadata(&self) -> String {
        let mut column = json!({ "encoding": "WKB", "geometry_types": self.types });
        if !self.bounds.is_empty() {
            let Bounds { min_x, min_y, max_x, max_y } = self.bounds;
            column["bbox"] = json!([min_x, min_y, max_x, max_y]);
        }
        json!({
            "version": "1.1.0",
            "primary_column": self.name,
            "columns": { self.name.as_str(): column },
        })
        .to_string()
    }
}
