//! The type of a column whose file does not declare one, from the values in it.

use super::batch::Value;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Integers up to this size are `f64` without loss: 2^53.
const EXACT_IN_F64: u64 = 1 << 53;

/// More columns than any table people keep; a file with more uses keys as values.
pub(super) const MAX_COLUMNS: usize = 4096;

/// What the values seen so far have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ColumnType {
    /// Only nulls so far.
    #[default]
    Empty,
    Bool,
    /// Integers that `f64` holds exactly.
    Int,
    /// Integers of which some are too large for `f64`.
    WideInt,
    Float,
    Date,
    Text,
}

impl ColumnType {
    /// The type of a value.
    pub(super) fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::Bool(_) => Self::Bool,
            Value::Int(value) => Self::of_int(*value),
            Value::Float(_) => Self::Float,
            Value::Date(_) => Self::Date,
            Value::Text(_) => Self::Text,
        }
    }

    /// The type of an integer.
    pub(super) fn of_int(value: i64) -> Self {
        if value.unsigned_abs() <= EXACT_IN_F64 { Self::Int } else { Self::WideInt }
    }

    /// The narrowest type that holds both without loss; text holds everything.
    pub(super) fn with(self, other: Self) -> Self {
        use ColumnType::{Empty, Float, Int, Text, WideInt};
        match (self, other) {
            (Empty, one) | (one, Empty) => one,
            (a, b) if a == b => a,
            (Int, WideInt) | (WideInt, Int) => WideInt,
            (Int, Float) | (Float, Int) => Float,
            _ => Text,
        }
    }

    /// The arrow type. A column of nulls is text.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int | Self::WideInt => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Empty | Self::Text => DataType::Utf8,
        }
    }
}

/// Columns in the order they first appear, with what was seen in them.
#[derive(Debug, Default)]
pub(super) struct SeenColumns {
    names: Vec<String>,
    types: Vec<ColumnType>,
    index: FxHashMap<String, usize>,
}

impl SeenColumns {
    /// Takes note of one value.
    ///
    /// # Errors
    ///
    /// A reason, if there are more columns than a table can sensibly have.
    pub(super) fn see(&mut self, name: &str, seen: ColumnType) -> Result<(), String> {
        if let Some(&column) = self.index.get(name) {
            self.types[column] = self.types[column].with(seen);
            return Ok(());
        }
        if self.names.len() == MAX_COLUMNS {
            return Err(format!("property {name:?} would be column {}: up to {MAX_COLUMNS} are read", MAX_COLUMNS + 1));
        }
        self.index.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.types.push(seen);
        Ok(())
    }

    /// The table's schema; every column may hold nulls.
    pub(super) fn schema(&self) -> SchemaRef {
        let fields = self.names.iter().zip(&self.types);
        Arc::new(Schema::new(fields.map(|(name, seen)| Field::new(name, seen.data_type(), true)).collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ColumnType::{Bool, Date, Empty, Float, Int, Text, WideInt};

    fn check(seen: &[ColumnType], expected: DataType) {
        let mut columns = SeenColumns::default();
        for &one in seen {
            columns.see("a", one).unwrap();
        }
        assert_eq!(columns.schema().field(0).data_type(), &expected, "{seen:?}");
        let backwards = seen.iter().rev().fold(Empty, |a, &b| a.with(b));
        assert_eq!(backwards.data_type(), expected, "{seen:?} backwards");
    }

    #[test]
    fn a_column_takes_the_narrowest_type_that_loses_nothing() {
        check(&[Empty, Empty], DataType::Utf8);
        check(&[Int, Empty, Int], DataType::Int64);
        check(&[Int, Float], DataType::Float64);
        check(&[Int, WideInt], DataType::Int64);
        check(&[WideInt, Float], DataType::Utf8);
        check(&[Bool, Bool], DataType::Boolean);
        check(&[Bool, Int], DataType::Utf8);
        check(&[Date, Date], DataType::Date32);
        check(&[Date, Text], DataType::Utf8);
    }

    #[test]
    fn an_integer_is_wide_where_a_float_would_round_it() {
        assert_eq!(ColumnType::of_int(1 << 53), Int);
        assert_eq!(ColumnType::of_int((1 << 53) + 1), WideInt);
        assert_eq!(ColumnType::of_int(i64::MIN), WideInt);
    }

    #[test]
    fn keys_used_as_values_are_refused_not_read_into_a_million_columns() {
        let mut columns = SeenColumns::default();
        for i in 0..MAX_COLUMNS {
            columns.see(&i.to_string(), Int).unwrap();
        }
        assert!(columns.see("one more", Int).is_err());
        assert!(columns.see("7", Int).is_ok());
    }
}
