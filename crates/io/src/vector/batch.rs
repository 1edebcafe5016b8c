//! A batch of features, and how readers build one.

use arrow_array::builder::ArrayBuilder as _;
use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{DataType, SchemaRef};
use lindero_plots::{OpenGeometry, RawGeometries, RawGeometry};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

/// Rows of a full batch.
pub(super) const BATCH_ROWS: usize = 8192;

/// Positions after which a batch is full whatever its rows: 16 MB of coordinates.
const BATCH_POSITIONS: usize = 1 << 20;

/// Some features in file order: one geometry, id and row of attributes each.
#[derive(Clone, Debug)]
pub struct FeatureBatch {
    /// As found, in WGS 84 longitude and latitude.
    pub geometries: RawGeometries,
    /// The GeoJSON feature ids; `None` in other formats and where no feature has one.
    pub ids: Option<StringArray>,
    /// The user's columns. There may be none; there are as many rows as geometries all the same.
    pub attributes: RecordBatch,
}

/// One attribute of one feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Days since 1970-01-01.
    Date(i32),
    Text(Cow<'a, str>),
}

/// Builds batches row by row. Columns not set in a row are null there.
#[derive(Debug)]
pub(super) struct BatchBuilder {
    schema: SchemaRef,
    columns: Vec<Column>,
    geometries: RawGeometries,
    ids: StringBuilder,
}

impl BatchBuilder {
    /// A builder for tables of this schema, made of the types of [`super::column_type::ColumnType`].
    pub(super) fn new(schema: SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| Column::new(field.data_type())).collect();
        Self { schema, columns, geometries: RawGeometries::new(), ids: StringBuilder::new() }
    }

    /// Sets a column of the row that the next [`Self::end_row`] ends. The first value set stays.
    pub(super) fn set(&mut self, column: usize, value: Value<'_>) {
        let row = self.geometries.len();
        self.columns[column].set(row, value);
    }

    /// Names the row that the next [`Self::end_row`] ends.
    pub(super) fn set_id(&mut self, id: &str) {
        for _ in self.ids.len()..self.geometries.len() {
            self.ids.append_null();
        }
        self.ids.append_value(id);
    }

    /// Begins the geometry of the row; closing it ends the row.
    pub(super) fn geometry(&mut self) -> OpenGeometry<'_> {
        self.geometries.open()
    }

    /// Ends the row with a geometry that was read on its own.
    pub(super) fn end_row(&mut self, geometry: RawGeometry) {
        self.geometries.push(geometry);
    }

    /// Whether the batch should be handed out before the next row.
    pub(super) fn is_full(&self) -> bool {
        self.geometries.len() >= BATCH_ROWS || self.geometries.position_count() >= BATCH_POSITIONS
    }

    /// Whether there is no row yet.
    pub(super) fn is_empty(&self) -> bool {
        self.geometries.is_empty()
    }

    /// The batch; the builder starts the next one.
    pub(super) fn finish(&mut self) -> FeatureBatch {
        let rows = self.geometries.len();
        let columns = self.columns.iter_mut().map(|column| column.finish(rows)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let attributes = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .expect("columns are built in the types of the schema and padded to the rows");
        let ids = (!self.ids.is_empty()).then(|| {
            for _ in self.ids.len()..rows {
                self.ids.append_null();
            }
            self.ids.finish()
        });
        FeatureBatch { geometries: std::mem::take(&mut self.geometries), ids, attributes }
    }
}

/// A column in the making.
#[derive(Debug)]
enum Column {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Text(StringBuilder, String),
}

/// The same code on whichever builder there is.
macro_rules! each_builder {
    ($column:expr, $builder:ident => $code:expr) => {
        match $column {
            Column::Bool($builder) => $code,
            Column::Int($builder) => $code,
            Column::Float($builder) => $code,
            Column::Date($builder) => $code,
            Column::Text($builder, _) => $code,
        }
    };
}

impl Column {
    fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Int64 => Self::Int(Int64Builder::new()),
            DataType::Float64 => Self::Float(Float64Builder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            _ => Self::Text(StringBuilder::new(), String::new()),
        }
    }

    fn len(&self) -> usize {
        each_builder!(self, builder => builder.len())
    }

    /// Nulls up to (not including) the row.
    fn pad(&mut self, row: usize) {
        for _ in self.len()..row {
            each_builder!(self, builder => builder.append_null());
        }
    }

    /// A value the column's type cannot hold is null: types are chosen so that none occurs.
    fn set(&mut self, row: usize, value: Value<'_>) {
        if self.len() > row {
            return;
        }
        self.pad(row);
        match (self, value) {
            (Self::Bool(column), Value::Bool(value)) => column.append_value(value),
            (Self::Int(column), Value::Int(value)) => column.append_value(value),
            (Self::Float(column), Value::Float(value)) => column.append_value(value),
            (Self::Float(column), Value::Int(value)) => column.append_value(value as f64),
            (Self::Date(column), Value::Date(value)) => column.append_value(value),
            (Self::Text(column, _), Value::Text(value)) => column.append_value(value),
            (Self::Text(column, text), value) => {
                text.clear();
                let written = match value {
                    Value::Bool(value) => write!(text, "{value}"),
                    Value::Int(value) => write!(text, "{value}"),
                    // Debug keeps the point: 3.0 is not the text "3".
                    Value::Float(value) => write!(text, "{value:?}"),
                    Value::Date(_) | Value::Null | Value::Text(_) => Err(std::fmt::Error),
                };
                column.append_option(written.is_ok().then_some(&*text));
            }
            (column, _) => each_builder!(column, builder => builder.append_null()),
        }
    }

    fn finish(&mut self, rows: usize) -> ArrayRef {
        self.pad(rows);
        each_builder!(self, builder => Arc::new(builder.finish()))
    }
}
