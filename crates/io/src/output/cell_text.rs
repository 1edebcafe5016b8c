//! The cells of a column as text.

use super::number::push_number;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, UInt32Type};
use arrow_array::{Array, ArrayAccessor, Float32Array, Float64Array, StringArray, TypedDictionaryArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};
use std::fmt::Write as _;

/// A column whose cells can be had as text.
pub(super) enum CellText<'a> {
    Float64(&'a Float64Array),
    Float32(&'a Float32Array),
    Text(&'a StringArray),
    Repeated(TypedDictionaryArray<'a, UInt32Type, StringArray>),
    Other { array: &'a dyn Array, format: ArrayFormatter<'a>, bare: bool },
}

/// How numbers, dates and the like are shown: ISO 8601, nulls left out by us.
const FORMAT: FormatOptions<'static> = FormatOptions::new();

impl<'a> CellText<'a> {
    pub(super) fn new(array: &'a dyn Array) -> Result<Self, ArrowError> {
        let dictionary = array.as_dictionary_opt::<UInt32Type>();
        if let Some(repeated) = dictionary.and_then(|dictionary| dictionary.downcast_dict()) {
            return Ok(Self::Repeated(repeated));
        }
        Ok(match array.data_type() {
            DataType::Float64 => Self::Float64(array.as_primitive::<Float64Type>()),
            DataType::Float32 => Self::Float32(array.as_primitive::<Float32Type>()),
            DataType::Utf8 => Self::Text(array.as_string::<i32>()),
            other => {
                let bare = other.is_integer() || *other == DataType::Boolean;
                Self::Other { array, format: ArrayFormatter::try_new(array, &FORMAT)?, bare }
            }
        })
    }

    /// Whether the cells are numbers, true or false, which JSON writes without quotes.
    pub(super) fn is_bare(&self) -> bool {
        match self {
            Self::Float64(_) | Self::Float32(_) => true,
            Self::Text(_) | Self::Repeated(_) => false,
            Self::Other { bare, .. } => *bare,
        }
    }

    /// Appends a cell; false, and nothing appended, if it is null or a number that is not finite.
    pub(super) fn push(&self, row: usize, out: &mut String) -> Result<bool, ArrowError> {
        match self {
            Self::Float64(array) if array.is_valid(row) && array.value(row).is_finite() => {
                push_number(out, array.value(row));
            }
            // Through f32's own shortest text: 0.1_f32 is "0.1", not the digits of its f64.
            Self::Float32(array) if array.is_valid(row) && array.value(row).is_finite() => {
                let shortest: f64 = array.value(row).to_string().parse().expect("a number's text is a number");
                push_number(out, shortest);
            }
            Self::Text(array) if array.is_valid(row) => out.push_str(array.value(row)),
            Self::Repeated(array) if array.is_valid(row) => out.push_str(array.value(row)),
            Self::Other { array, format, .. } if array.is_valid(row) => {
                write!(out, "{}", format.value(row)).map_err(|_| {
                    ArrowError::CastError(format!("row {row} of a {} column has no text", array.data_type()))
                })?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// [`Self::push`] for formats that tell a column's type by its cells: a number of a column of decimals always has a
    /// point (`3.0`, `1.0e-9`).
    pub(super) fn push_typed(&self, row: usize, out: &mut String) -> Result<bool, ArrowError> {
        let start = out.len();
        let is_there = self.push(row, out)?;
        let is_decimal = matches!(self, Self::Float64(_) | Self::Float32(_));
        if is_there && is_decimal && !out[start..].contains('.') {
            let end = out[start..].find('e').map_or(out.len(), |exponent| start + exponent);
            out.insert_str(end, ".0");
        }
        Ok(is_there)
    }
}
