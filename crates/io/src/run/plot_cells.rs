//! Rows of a table of plots as bytes: values are the same, to the last bit, where their bytes are.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

/// Stands for no value where the length of one would be.
const NONE: u32 = u32::MAX;

/// How the values of a column become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are in memory, or the text itself.
    Plain,
    /// As they would be written.
    Written,
}

impl Form {
    /// By which values of two columns can be compared.
    pub(super) fn of(a: &DataType, b: &DataType) -> Self {
        let is_plain = matches!(a, DataType::Float64 | DataType::Int32 | DataType::Int64 | DataType::Utf8);
        if a == b && is_plain { Self::Plain } else { Self::Written }
    }
}

/// Appends the values of a row, each behind its length.
pub(super) fn push_row(bytes: &mut Vec<u8>, columns: &[ArrayRef], forms: &[Form], row: usize) {
    for (column, form) in columns.iter().zip(forms) {
        let at = bytes.len();
        bytes.extend_from_slice(&NONE.to_le_bytes());
        if column.is_valid(row) && push_value(bytes, column, *form, row).is_some() {
            let length = (bytes.len() - at - size_of::<u32>()) as u32;
            bytes[at..at + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
        }
    }
}

fn push_value(bytes: &mut Vec<u8>, column: &ArrayRef, form: Form, row: usize) -> Option<()> {
    match (form, column.data_type()) {
        (Form::Plain, DataType::Float64) => {
            let number = column.as_primitive::<Float64Type>().value(row);
            bytes.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        (Form::Plain, DataType::Int32) => {
            bytes.extend_from_slice(&column.as_primitive::<Int32Type>().value(row).to_le_bytes());
        }
        (Form::Plain, DataType::Int64) => {
            bytes.extend_from_slice(&column.as_primitive::<Int64Type>().value(row).to_le_bytes());
        }
        (Form::Plain, DataType::Utf8) => bytes.extend_from_slice(column.as_string::<i32>().value(row).as_bytes()),
        _ => bytes.extend_from_slice(arrow_cast::display::array_value_to_string(column, row).ok()?.as_bytes()),
    }
    Some(())
}

/// The values of a row that [`push_row`] wrote.
pub(super) fn cells_of(mut bytes: &[u8]) -> Vec<Option<&[u8]>> {
    let mut cells = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = u32::from_le_bytes(*length);
        let (value, after) = if length == NONE { (None, rest) } else { split(rest, length as usize) };
        cells.push(value);
        bytes = after;
    }
    cells
}

fn split(bytes: &[u8], length: usize) -> (Option<&[u8]>, &[u8]) {
    let (value, rest) = bytes.split_at(length.min(bytes.len()));
    (Some(value), rest)
}

/// A text among the values.
pub(super) fn text_of(cell: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(cell?).ok()
}

/// A number among the values.
pub(super) fn number_of(cell: Option<&[u8]>) -> Option<f64> {
    Some(f64::from_bits(u64::from_le_bytes(cell?.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{BooleanArray, Float64Array, Int32Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn a_row_comes_back_from_its_bytes_and_nothing_is_no_empty_text() {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![Some("ñ"), Some(""), None])),
            Arc::new(Float64Array::from(vec![Some(-0.0), Some(0.0), None])),
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        ];
        let forms = [Form::Plain, Form::Plain, Form::Written];
        let row = |row: usize| {
            let mut bytes = Vec::new();
            push_row(&mut bytes, &columns, &forms, row);
            bytes
        };
        let rows = [0, 1, 2].map(row);
        let cells = rows.each_ref().map(|bytes| cells_of(bytes));
        let texts = cells.each_ref().map(|cells| (text_of(cells[0]), number_of(cells[1]), text_of(cells[2])));
        assert_eq!(texts[0], (Some("ñ"), Some(-0.0), Some("true")));
        assert_eq!(texts[1], (Some(""), Some(0.0), Some("false")));
        assert_eq!(texts[2], (None, None, None));
        // To the last bit.
        assert_ne!(cells[0][1], cells[1][1]);
    }

    #[test]
    fn columns_of_two_types_are_compared_as_they_would_be_written() {
        assert_eq!(Form::of(&DataType::Int32, &DataType::Int32), Form::Plain);
        assert_eq!(Form::of(&DataType::Int32, &DataType::Utf8), Form::Written);
        let written = |column: ArrayRef| {
            let mut bytes = Vec::new();
            push_row(&mut bytes, &[column], &[Form::Written], 0);
            bytes
        };
        assert_eq!(written(Arc::new(Int32Array::from(vec![2014]))), written(Arc::new(StringArray::from(vec!["2014"]))));
    }
}
