//! One cell of a table.

use super::super::batch::Value;
use super::super::column_type::ColumnType;
use super::super::typed_text::{self, Decimal};
use arrow_schema::DataType;
use lindero_logic::Day;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Text that is nothing but text.
    Text(String),
    /// Text whose format knows no types, so that it may be a number.
    Untyped(String, Decimal),
    /// A formula that failed: what the spreadsheet shows.
    Failed(String),
}

impl Cell {
    /// Whether nothing stands here.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) | Self::Untyped(text, _) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Text as it stands here, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Untyped(text, _) => Some(text),
            _ => None,
        }
    }

    /// The type a column needs to hold this.
    pub(super) fn column_type(&self) -> ColumnType {
        match self {
            Self::Empty | Self::Failed(_) => ColumnType::Empty,
            Self::Bool(_) => ColumnType::Bool,
            Self::Int(value) => ColumnType::of_int(*value),
            Self::Float(_) => ColumnType::Float,
            Self::Date(_) => ColumnType::Date,
            Self::Text(_) => ColumnType::Text,
            Self::Untyped(text, decimal) => typed_text::type_of(text, *decimal),
        }
    }

    /// The cell's value in a column of this type: in one of text, text as it stands.
    pub(super) fn value(&self, column: &DataType) -> Value<'_> {
        match self {
            Self::Empty | Self::Failed(_) => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Date(days) if *column == DataType::Utf8 => Value::Text(Day::from_number(*days).to_string().into()),
            Self::Date(days) => Value::Date(*days),
            Self::Text(text) => Value::Text(text.as_str().into()),
            Self::Untyped(text, _) if text.trim().is_empty() => Value::Null,
            Self::Untyped(text, _) if *column == DataType::Utf8 => Value::Text(text.as_str().into()),
            Self::Untyped(text, decimal) => typed_text::value_of(text, *decimal),
        }
    }

    /// The cell as a coordinate, where a comma is a decimal comma whatever the file: degrees have no thousands.
    ///
    /// # Errors
    ///
    /// What stands here instead.
    pub(super) fn coordinate(&self) -> Result<Option<f64>, String> {
        match self {
            _ if self.is_blank() => Ok(None),
            Self::Int(value) => Ok(Some(*value as f64)),
            Self::Float(value) => Ok(Some(*value)),
            Self::Text(text) | Self::Untyped(text, _) => {
                let number = text.trim().replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite());
                number.map(Some).ok_or_else(|| format!("{text:?}"))
            }
            Self::Failed(shown) => Err(format!("the error {shown}")),
            Self::Bool(_) | Self::Date(_) | Self::Empty => Err("no number".to_owned()),
        }
    }
}
