//! The user's columns of a Parquet file in the types all readers share.

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};
use std::sync::Arc;

/// The type a column is read as: whole numbers, decimals, true or false, days, else text.
pub(super) fn read_as(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Boolean => DataType::Boolean,
        DataType::Date32 => DataType::Date32,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => DataType::Float64,
        // Not UInt64: its upper half has no place in Int64, its digits have in text.
        other if other.is_integer() && *other != DataType::UInt64 => DataType::Int64,
        DataType::Dictionary(_, values) => read_as(values),
        _ => DataType::Utf8,
    }
}

/// A column in the type it is read as. Times are text in ISO 8601, bytes hexadecimal, lists and structs
/// as arrow shows them.
pub(super) fn convert(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let target = read_as(column.data_type());
    match column.data_type() {
        same if *same == target => Ok(Arc::clone(column)),
        DataType::LargeUtf8 | DataType::Utf8View => cast(column, &target),
        DataType::Dictionary(_, values) => convert(&cast(column, values)?),
        _ if target != DataType::Utf8 => cast(column, &target),
        _ => {
            let options = FormatOptions::new();
            let cells = ArrayFormatter::try_new(column, &options)?;
            let mut text = StringBuilder::new();
            for row in 0..column.len() {
                if column.is_null(row) {
                    text.append_null();
                } else {
                    text.append_value(cells.value(row).try_to_string()?);
                }
            }
            Ok(Arc::new(text.finish()))
        }
    }
}
