//! GeoParquet as others write it: types beyond ours, covering boxes, more than one geometry.

mod vector_support;

use arrow_array::builder::{Int32Builder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, DictionaryArray, Float32Array, Float64Array, Int16Array, RecordBatch, StringArray,
    StringViewArray, StructArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use lindero_io::vector::{VectorError, VectorOptions, open_features};
use lindero_plots::RawGeometry;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use vector_support::{Whole, read};

/// WKB of a point, big-endian as some write it.
fn point(x: f64, y: f64) -> Vec<u8> {
    [&[0, 0, 0, 0, 1][..], &x.to_be_bytes(), &y.to_be_bytes()].concat()
}

/// A file of one row with this metadata; a column `geometry` of WKB comes last.
fn file(geo: Option<&Value>, columns: Vec<(&str, ArrayRef)>, geometry: &[u8]) -> (TempDir, PathBuf) {
    let geometry = Arc::new(BinaryArray::from(vec![geometry])) as ArrayRef;
    let table = RecordBatch::try_from_iter(columns.into_iter().chain([("geometry", geometry)])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.parquet");
    let mut writer = ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), table.schema(), None).unwrap();
    writer.write(&table).unwrap();
    if let Some(geo) = geo {
        writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo.to_string()));
    }
    writer.close().unwrap();
    (folder, path)
}

fn geo(column: &Value) -> Value {
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } })
}

fn read_columns(geo: &Value, columns: Vec<(&str, ArrayRef)>) -> Whole {
    let (_folder, path) = file(Some(geo), columns, &point(-76.5, -9.25));
    let whole = read(&path).unwrap();
    assert_eq!(whole.geometries, [RawGeometry::Points(vec![[-76.5, -9.25]])]);
    whole
}

fn check(column: ArrayRef, data_type: &DataType, text: &str) {
    let whole = read_columns(&geo(&json!({ "encoding": "WKB", "geometry_types": [] })), vec![("a", column)]);
    assert_eq!(whole.columns, [("a".to_owned(), data_type.clone())]);
    assert_eq!(whole.column("a"), [Some(text)]);
}

#[test]
fn columns_of_any_type_are_numbers_days_flags_or_text() {
    use DataType::{Float64, Int64, Utf8};
    check(Arc::new(Int16Array::from(vec![-3])), &Int64, "-3");
    check(Arc::new(Float32Array::from(vec![0.5])), &Float64, "0.5");
    check(Arc::new(UInt64Array::from(vec![u64::MAX])), &Utf8, "18446744073709551615");
    check(Arc::new(StringViewArray::from(vec!["ñandú"])), &Utf8, "ñandú");
    check(Arc::new(DictionaryArray::<Int32Type>::from_iter(["a"])), &Utf8, "a");
    check(Arc::new(TimestampMillisecondArray::from(vec![1_609_459_199_000])), &Utf8, "2020-12-31T23:59:59");
    check(Arc::new(BinaryArray::from(vec![&[0, 0xff][..]])), &Utf8, "00ff");
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None]);
    check(Arc::new(list.finish()), &Utf8, "[1, ]");
}

#[test]
fn the_covering_box_and_other_geometries_are_not_the_users_columns() {
    let xmin = Arc::new(Field::new("xmin", DataType::Float64, false));
    let bbox = StructArray::from(vec![(xmin, Arc::new(Float64Array::from(vec![0.0])) as ArrayRef)]);
    let covering = json!({ "bbox": { "xmin": ["bbox", "xmin"] } });
    let mut geo = geo(&json!({ "encoding": "WKB", "covering": covering }));
    geo["columns"]["centre"] = json!({ "encoding": "WKB" });
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("bbox", Arc::new(bbox)),
        ("centre", Arc::new(BinaryArray::from(vec![&point(0.0, 0.0)[..]]))),
        ("id", Arc::new(StringArray::from(vec!["a"]))),
    ];
    let whole = read_columns(&geo, columns);
    assert_eq!(whole.columns, [("id".to_owned(), DataType::Utf8)]);
    assert_eq!(whole.notes, ["the geometry is \"geometry\"; not read: centre"]);
}

#[test]
fn a_file_without_columns_has_rows_all_the_same() {
    let whole = read_columns(&geo(&json!({ "encoding": "WKB" })), vec![]);
    assert_eq!((whole.columns.len(), whole.rows.len()), (0, 1));
}

#[test]
fn an_unknown_system_is_degrees_if_it_can_be() {
    let unknown = geo(&json!({ "encoding": "WKB", "crs": null }));
    assert_eq!(read_columns(&unknown, vec![]).notes.len(), 1);
    let (_folder, path) = file(Some(&unknown), vec![], &point(400_000.0, 9_000_000.0));
    assert!(matches!(read(&path), Err(VectorError::NoCrs { .. })));
}

#[test]
fn metadata_that_does_not_fit_the_file_is_named() {
    let error = |geo: &Value| {
        let (_folder, path) = file(Some(geo), vec![], &[]);
        open_features(&path, &VectorOptions::default()).unwrap_err().to_string()
    };
    for (geo, reason) in [
        (json!({}), "lacks primary_column or columns"),
        (json!({ "primary_column": "a", "columns": {} }), "does not describe the column \"a\""),
        (
            json!({ "primary_column": "a", "columns": { "a": {} } }),
            "names the geometry \"a\", which is no column of it",
        ),
        (geo(&json!({ "encoding": "TWKB" })), "encoded as \"TWKB\", expected WKB or one of the native encodings"),
    ] {
        assert!(error(&geo).ends_with(reason), "{}", error(&geo));
    }
    let polygon = geo(&json!({ "encoding": "polygon" }));
    let (_folder, path) = file(Some(&polygon), vec![], &[]);
    let error = read(&path).unwrap_err().to_string();
    assert!(error.ends_with("its geometry has Binary where a list should be"), "{error}");
}

#[test]
fn wkb_that_breaks_off_spoils_its_row_only() {
    let (_folder, path) = file(Some(&geo(&json!({ "encoding": "WKB" }))), vec![], &point(1.0, 2.0)[..20]);
    let reason = RawGeometry::Unreadable("its WKB is damaged: it breaks off".to_owned());
    assert_eq!(read(&path).unwrap().geometries, [reason]);
}
