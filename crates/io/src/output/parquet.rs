//! Parquet, with geometry as GeoParquet 1.1.

use super::drawable::Drawable;
use super::error::{WriteError, check_batch};
use super::wkb::push_wkb;
use super::{Made, MadeRows, TableWriter};
use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_plots::{Bounds, RawGeometrySlice};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Fast; higher levels take twice as long for a tenth less.
const ZSTD_LEVEL: i32 = 1;
/// Columns of text that is hardly ever the same twice.
const UNIQUE: [&str; 2] = ["plot_id", "content_id"];

/// Columns of few values, of which every row group has nearly all.
const EVERYWHERE: [&str; 2] = ["layer", "value"];

/// Columns of numbers all of whose digits are measured: nothing makes them smaller.
const NOISE: [&str; 2] = ["area_m2", "share"];

/// Starts a Parquet file, text compressed with zstd, most numbers with Snappy, boundaries as they are. With `geometry` it is GeoParquet 1.1: a last column
/// `geometry` of WKB in longitude and latitude (OGC:CRS84); if the table has a column of that name
/// already, it is `geometry_2`, and the metadata says so.
///
/// # Errors
///
/// [`WriteError::Io`] if the file cannot be made, [`WriteError::Format`] if a column's type has no place
/// in Parquet.
pub fn parquet(path: &Path, schema: SchemaRef, geometry: bool) -> Result<Box<dyn TableWriter>, WriteError> {
    let file = File::create(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    let geometry = geometry.then(|| GeometryColumn::new(&schema));
    let written = geometry.as_ref().map_or_else(|| Arc::clone(&schema), |column| Arc::clone(&column.schema));
    let written = plain(&written);
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("it is a level of zstd");
    let properties = WriterProperties::builder()
        // Not the version of a library: equal rows give equal bytes after it is upgraded, if it writes alike.
        .set_created_by("lindero".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(None);
    let properties = written.fields().iter().fold(properties, |properties, field| {
        let column = ColumnPath::from(field.name().as_str());
        // Tables of distinct values and least and greatest ones are kept where a column has few values or is asked for in
        // ranges; elsewhere they cost more than all the rest.
        let bare = |properties: WriterPropertiesBuilder, column: ColumnPath| {
            properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_statistics_enabled(column, EnabledStatistics::None)
        };
        let is_one_of = |names: &[&str]| names.contains(&field.name().as_str());
        match field.data_type() {
            _ if is_one_of(&EVERYWHERE) => properties.set_column_statistics_enabled(column, EnabledStatistics::None),
            DataType::Int64 => properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED),
            // Their last digits hardly repeat: what compresses best gains little and takes longest.
            DataType::Float64 => {
                let compression = if is_one_of(&NOISE) { Compression::UNCOMPRESSED } else { Compression::SNAPPY };
                bare(properties, column.clone()).set_column_compression(column, compression)
            }
            // Geometries would lose a fifth, in a fifth of the time that all writing takes.
            DataType::Binary => {
                bare(properties, column.clone()).set_column_compression(column, Compression::UNCOMPRESSED)
            }
            _ if is_one_of(&UNIQUE) => bare(properties, column),
            _ => properties,
        }
    });
    let properties = properties.build();
    let error = |error| parquet_error(path, error);
    let writer = ArrowWriter::try_new(BufWriter::new(file), Arc::clone(&written), Some(properties)).map_err(error)?;
    let (writer, row_groups) = writer.into_serialized_writer().map_err(error)?;
    let file = Mutex::new(Written { writer, drawn: Drawn::nothing() });
    Ok(Box::new(Parquet { path: path.to_owned(), schema, written, file, row_groups, geometry }))
}

/// The schema with the values of dictionaries in their place: whether a program keeps repeated text once is not for its
/// readers to know.
fn plain(schema: &Schema) -> SchemaRef {
    let plain = |field: &Arc<Field>| match field.data_type() {
        DataType::Dictionary(_, value) => Arc::new(field.as_ref().clone().with_data_type(value.as_ref().clone())),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(plain).collect::<Vec<_>>()))
}

/// Each batch is a row group: it bounds the memory of writing, and of others' reading.
struct Parquet {
    path: PathBuf,
    /// Of the batches that come in, without geometry.
    schema: SchemaRef,
    /// Of the file.
    written: SchemaRef,
    file: Mutex<Written>,
    row_groups: ArrowRowGroupWriterFactory,
    geometry: Option<GeometryColumn>,
}

/// The file as far as it is written, and what its metadata will say.
struct Written {
    writer: SerializedFileWriter<BufWriter<File>>,
    drawn: Drawn,
}

/// A row group as it will stand in the file, and what the file's metadata will say of its geometries.
pub(super) struct RowGroup {
    rows: usize,
    columns: Vec<ArrowColumnChunk>,
    drawn: Drawn,
}

fn parquet_error(path: &Path, error: ParquetError) -> WriteError {
    WriteError::Format { path: path.to_owned(), reason: error.to_string() }
}

impl Parquet {
    fn row_group(&self, batch: &RecordBatch, drawn: Drawn) -> Result<RowGroup, ParquetError> {
        // The number of a row group counts in encrypted files alone.
        let mut writers = self.row_groups.create_column_writers(0)?.into_iter();
        let mut columns = Vec::new();
        for (field, column) in self.written.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, column)? {
                let mut writer = writers.next().expect("a writer for each leaf");
                writer.write(&leaf)?;
                columns.push(writer.close()?);
            }
        }
        Ok(RowGroup { rows: batch.num_rows(), columns, drawn })
    }
}

impl Written {
    fn add(&mut self, RowGroup { rows, columns, drawn }: RowGroup) -> Result<(), ParquetError> {
        self.drawn.add(drawn);
        if rows == 0 {
            return Ok(());
        }
        let mut row_group = self.writer.next_row_group()?;
        for column in columns {
            column.append_to_row_group(&mut row_group)?;
        }
        row_group.close().map(drop)
    }
}

impl TableWriter for Parquet {
    fn make(&self, batch: &RecordBatch, geometries: Option<RawGeometrySlice<'_>>) -> Result<Made, WriteError> {
        check_batch(&self.path, &self.schema, batch, geometries)?;
        let made = match &self.geometry {
            None => self.row_group(batch, Drawn::nothing()),
            Some(column) => column.append(batch, geometries).and_then(|(batch, drawn)| self.row_group(&batch, drawn)),
        };
        made.map(|made| Made(MadeRows::RowGroup(made))).map_err(|error| parquet_error(&self.path, error))
    }

    fn append(&self, made: Made) -> Result<(), WriteError> {
        let MadeRows::RowGroup(made) = made.0 else { unreachable!("it appends what it has made") };
        let added = self.file.lock().expect("no holder panics").add(made);
        added.map_err(|error| parquet_error(&self.path, error))
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        let Self { path, file, geometry, .. } = *self;
        let Written { mut writer, drawn } = file.into_inner().expect("no holder panics");
        if let Some(column) = &geometry {
            writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), column.metadata(&drawn)));
        }
        // The file is flushed here: a full disk must not hide in a drop.
        let file = writer.into_inner().map_err(|error| parquet_error(&path, error))?;
        let flushed = file.into_inner().map_err(|error| error.into_error());
        flushed.map(drop).map_err(|source| WriteError::Io { path, source })
    }
}

/// What has been drawn: types of geometries, and around all of them.
struct Drawn {
    types: BTreeSet<&'static str>,
    bounds: Bounds,
}

impl Drawn {
    fn nothing() -> Self {
        Self { types: BTreeSet::new(), bounds: Bounds::empty() }
    }

    fn add(&mut self, other: Self) {
        self.types.extend(other.types);
        self.bounds = self.bounds.union(&other.bounds);
    }
}

/// The column of WKB, and what the metadata says of it.
struct GeometryColumn {
    name: String,
    schema: SchemaRef,
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
        Self { name, schema }
    }

    /// The batch with its geometries as last column, and what they are.
    fn append(
        &self,
        batch: &RecordBatch,
        geometries: Option<RawGeometrySlice<'_>>,
    ) -> Result<(RecordBatch, Drawn), ParquetError> {
        let mut drawn = Drawn::nothing();
        let mut column = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for row in 0..batch.num_rows() {
            let Some(drawable) = geometries.and_then(|all| Drawable::new(all.get(row))) else {
                column.append_null();
                continue;
            };
            drawn.types.insert(drawable.type_name());
            drawable.each_position(&mut |&[x, y]| {
                drawn.bounds = drawn.bounds.union(&Bounds { min_x: x, min_y: y, max_x: x, max_y: y });
            });
            bytes.clear();
            push_wkb(&mut bytes, &drawable);
            column.append_value(&bytes);
        }
        let columns: Vec<ArrayRef> =
            batch.columns().iter().cloned().chain([Arc::new(column.finish()) as ArrayRef]).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok((RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?, drawn))
    }

    /// The value of the file's `geo` key. Without `crs`, the specification's default is OGC:CRS84.
    fn metadata(&self, drawn: &Drawn) -> String {
        let mut column = json!({ "encoding": "WKB", "geometry_types": drawn.types });
        if !drawn.bounds.is_empty() {
            let Bounds { min_x, min_y, max_x, max_y } = drawn.bounds;
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
