//! Several plot files read as one.

use super::batch::FeatureBatch;
use super::error::VectorError;
use super::features::{FeatureFile, VectorOptions, open_features};
use arrow_array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Plot files whose rows run on from one to the next.
#[derive(Debug)]
pub struct FeatureFiles {
    files: Vec<FeatureFile>,
    schema: SchemaRef,
}

/// Opens several files, in the order given.
///
/// Their columns are united: columns of one name are one column. Where the types differ, integers and
/// decimals become decimals and everything else text. A file without the column has nulls in it.
///
/// # Errors
///
/// The [`VectorError`] of the first file that cannot be opened.
pub fn open_many(paths: &[PathBuf], options: &VectorOptions) -> Result<FeatureFiles, VectorError> {
    let files = paths.iter().map(|path| open_features(path, options)).collect::<Result<Vec<_>, _>>()?;
    let schema = united(&files.iter().map(FeatureFile::schema).collect::<Vec<_>>());
    Ok(FeatureFiles { files, schema })
}

impl FeatureFiles {
    /// The files, in the order given.
    #[must_use]
    pub fn files(&self) -> &[FeatureFile] {
        &self.files
    }

    /// The united columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The number of features in all files, if all know theirs.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.files.iter().map(FeatureFile::count).sum()
    }

    /// The features of all files, each batch with the index of its file.
    ///
    /// # Errors
    ///
    /// As items: the [`VectorError`] of a file that cannot be read on. The files after it still follow,
    /// so a caller who needs all of them stops at the first error.
    pub fn batches(&self) -> impl Iterator<Item = Result<(usize, FeatureBatch), VectorError>> + '_ {
        self.files.iter().enumerate().flat_map(move |(index, file)| {
            let (batches, error) = match file.batches() {
                Ok(batches) => (Some(batches), None),
                Err(error) => (None, Some(Err(error))),
            };
            let batches = batches.into_iter().flatten().map(move |batch| {
                let batch = batch?;
                let attributes = widened(&batch.attributes, &self.schema);
                Ok((index, FeatureBatch { attributes, ..batch }))
            });
            error.into_iter().chain(batches)
        })
    }
}

/// Columns of all tables, in the order they first appear.
fn united(schemas: &[SchemaRef]) -> SchemaRef {
    let mut columns: Vec<(String, DataType)> = Vec::new();
    let mut index: FxHashMap<String, usize> = FxHashMap::default();
    for field in schemas.iter().flat_map(|schema| schema.fields()) {
        match index.get(field.name()) {
            Some(&column) => {
                let united = &mut columns[column].1;
                *united = united_type(united, field.data_type());
            }
            None => {
                index.insert(field.name().clone(), columns.len());
                columns.push((field.name().clone(), field.data_type().clone()));
            }
        }
    }
    let fields = columns.into_iter().map(|(name, data_type)| Field::new(name, data_type, true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn united_type(a: &DataType, b: &DataType) -> DataType {
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (DataType::Int64, DataType::Float64) | (DataType::Float64, DataType::Int64) => DataType::Float64,
        _ => DataType::Utf8,
    }
}

/// One file's table with the columns of all.
fn widened(table: &RecordBatch, schema: &SchemaRef) -> RecordBatch {
    let columns = schema.fields().iter().map(|field| match table.column_by_name(field.name()) {
        None => new_null_array(field.data_type(), table.num_rows()),
        Some(column) if column.data_type() == field.data_type() => Arc::clone(column),
        Some(column) => cast(column, field.data_type()).expect("readers' types all cast to text, integers to floats"),
    });
    let options = RecordBatchOptions::new().with_row_count(Some(table.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns.collect(), &options)
        .expect("every column has the type of its field and the rows of the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tables: &[&[(&str, DataType)]], expected: &[(&str, DataType)]) {
        let schema = |columns: &[(&str, DataType)]| -> SchemaRef {
            Arc::new(Schema::new(
                columns.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect::<Vec<_>>(),
            ))
        };
        let tables: Vec<_> = tables.iter().map(|table| schema(table)).collect();
        assert_eq!(united(&tables), schema(expected));
    }

    #[test]
    fn columns_of_one_name_and_type_are_one_in_order_of_appearance() {
        use DataType::{Int64, Utf8};
        check(&[&[("b", Utf8), ("a", Int64)], &[("c", Utf8), ("a", Int64)]], &[("b", Utf8), ("a", Int64), ("c", Utf8)]);
        check(&[], &[]);
    }

    #[test]
    fn a_clash_of_types_is_text_but_whole_and_broken_numbers_are_numbers() {
        use DataType::{Boolean, Date32, Float64, Int64, Utf8};
        check(&[&[("a", Int64)], &[("a", Float64)]], &[("a", Float64)]);
        check(&[&[("a", Int64)], &[("a", Utf8)], &[("a", Int64)]], &[("a", Utf8)]);
        check(&[&[("a", Boolean), ("b", Date32)], &[("b", Float64), ("a", Int64)]], &[("a", Utf8), ("b", Utf8)]);
    }
}
