//! What the plots' own columns declare for the rules of a policy: a planting year, a membership.

use crate::EngineError;
use crate::checked_plots::{number_of, text_of};
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use lindero_logic::{Day, Value, ValueKind};
use lindero_policy::{Column, Policy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Years that a declaration may name; any other number is no year.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Where each attribute of a policy is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    columns: Vec<DeclaredColumn>,
}

/// One attribute, and the column of the plots that declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// The attribute.
    pub attribute: String,
    /// What it holds.
    pub kind: ValueKind,
    /// The column's name.
    pub field: String,
    index: usize,
}

impl Declared {
    /// Looks up where the policy's attributes are declared: in the column that `fields` names for one, else in a column of the
    /// attribute's own name. An attribute that no column declares is unknown of every plot.
    #[must_use]
    pub fn of(policy: &Policy, fields: &BTreeMap<String, String>, plots: &Schema) -> Self {
        let column = |attribute: &lindero_policy::Attribute| {
            let field = fields.get(&attribute.name).unwrap_or(&attribute.name);
            let index = plots.index_of(field).ok()?;
            Some(DeclaredColumn {
                attribute: attribute.name.clone(),
                kind: attribute.kind,
                field: field.clone(),
                index,
            })
        };
        Self { columns: policy.attributes().iter().filter_map(column).collect() }
    }

    /// Which attributes are declared, and where.
    #[must_use]
    pub fn columns(&self) -> &[DeclaredColumn] {
        &self.columns
    }

    /// As a policy sees them.
    pub(crate) fn for_policy(&self) -> impl Iterator<Item = Column> {
        self.columns.iter().map(|column| Column { name: column.attribute.clone(), kind: column.kind })
    }

    /// All that one plot declares, as bytes for [`DeclaredValues`].
    pub(crate) fn to_bytes(&self, plots: &RecordBatch, row: usize) -> Vec<u8> {
        let kept = |nth| match self.value(nth, plots, row) {
            Value::Number(number) => Kept::Number(number),
            Value::Bool(truth) => Kept::Bool(truth),
            Value::Text(text) => Kept::Text(text.to_owned()),
            Value::Never | Value::Silent | Value::Unknown => Kept::Unknown,
        };
        let kept: Vec<Kept> = (0..self.columns.len()).map(kept).collect();
        postcard::to_allocvec(&kept).expect("numbers and texts can be written")
    }

    /// What one plot declares.
    pub(crate) fn value<'t>(&self, nth: usize, plots: &'t RecordBatch, row: usize) -> Value<'t> {
        let column = &self.columns[nth];
        declared_value(plots.column(column.index).as_ref(), row, column.kind)
    }
}

/// What one plot declares, apart from the table that it stands in.
#[derive(Debug)]
pub(crate) struct DeclaredValues(Vec<Kept>);

#[derive(Debug, Deserialize, Serialize)]
enum Kept {
    Unknown,
    Number(f64),
    Bool(bool),
    Text(String),
}

impl DeclaredValues {
    /// From what [`Declared::to_bytes`] gave.
    ///
    /// # Errors
    ///
    /// [`EngineError::Scratch`] if the bytes are others.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Result<Self, EngineError> {
        let broken = |e| EngineError::Scratch { message: format!("what a plot declares cannot be read again: {e}") };
        postcard::from_bytes(bytes).map(Self).map_err(broken)
    }

    pub(crate) fn value(&self, nth: usize) -> Value<'_> {
        match &self.0[nth] {
            Kept::Unknown => Value::Unknown,
            Kept::Number(number) => Value::Number(*number),
            Kept::Bool(truth) => Value::Bool(*truth),
            Kept::Text(text) => Value::Text(text),
        }
    }
}

/// What a field says, read as a kind of value; unknown if it is empty or no such value. Numbers and days may be written as
/// text, a year as a day in it, yes and no in English, Spanish and Portuguese, or as 1 and 0.
#[must_use]
pub fn declared_value(column: &dyn Array, row: usize, kind: ValueKind) -> Value<'_> {
    if column.is_null(row) {
        return Value::Unknown;
    }
    match kind {
        ValueKind::Text => match column.data_type() {
            DataType::Utf8 => Some(column.as_string::<i32>().value(row).trim())
                .filter(|t| !t.is_empty())
                .map_or(Value::Unknown, Value::Text),
            _ => Value::Unknown,
        },
        ValueKind::Bool => match column.data_type() {
            DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
            _ => text_of(column, row).and_then(|text| yes_or_no(&text)).map_or(Value::Unknown, Value::Bool),
        },
        ValueKind::Number => finite(column, row).map_or(Value::Unknown, Value::Number),
        ValueKind::Day => day(column, row).map_or(Value::Unknown, |day| Value::Number(f64::from(day.number()))),
        ValueKind::Year => {
            let written = finite(column, row).filter(|year| year.fract() == 0.0).map(|year| year as i32);
            let year = written.or_else(|| day(column, row).map(Day::year));
            year.filter(|year| YEARS.contains(year)).map_or(Value::Unknown, |year| Value::Number(f64::from(year)))
        }
    }
}

fn finite(column: &dyn Array, row: usize) -> Option<f64> {
    number_of(column, row).filter(|number| number.is_finite())
}

fn day(column: &dyn Array, row: usize) -> Option<Day> {
    match column.data_type() {
        DataType::Date32 => Some(Day::from_number(column.as_primitive::<Date32Type>().value(row))),
        DataType::Utf8 => column.as_string::<i32>().value(row).trim().parse().ok(),
        _ => None,
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "sí" | "si" | "s" | "sim" => Some(true),
        "no" | "n" | "false" | "0" | "não" | "nao" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn what_a_plot_declares_comes_back_from_bytes() {
        let columns: [(&str, ValueKind, ArrayRef); 4] = [
            ("planted_year", ValueKind::Year, Arc::new(Int64Array::from(vec![None, Some(2014)]))),
            ("member", ValueKind::Bool, Arc::new(BooleanArray::from(vec![true, false]))),
            ("title", ValueKind::Text, texts(&["título 7", ""])),
            ("kg", ValueKind::Number, Arc::new(Float64Array::from(vec![0.1, f64::NAN]))),
        ];
        let declared = |(index, (name, kind, _)): (usize, &(&str, ValueKind, ArrayRef))| DeclaredColumn {
            attribute: (*name).to_owned(),
            kind: *kind,
            field: (*name).to_owned(),
            index,
        };
        let declared = Declared { columns: columns.iter().enumerate().map(declared).collect() };
        let plots = RecordBatch::try_from_iter(columns.map(|(name, _, column)| (name, column))).unwrap();
        for row in 0..2 {
            let kept = DeclaredValues::of_bytes(&declared.to_bytes(&plots, row)).unwrap();
            for nth in 0..declared.columns.len() {
                assert_eq!(kept.value(nth), declared.value(nth, &plots, row), "column {nth} of row {row}");
            }
        }
        assert!(DeclaredValues::of_bytes(&[9, 9]).is_err());
    }

    fn check(column: ArrayRef, kind: ValueKind, expected: &[Value<'_>]) {
        let values: Vec<Value<'_>> = (0..column.len()).map(|row| declared_value(column.as_ref(), row, kind)).collect();
        assert_eq!(values, expected, "{kind:?} from {:?}", column.data_type());
    }

    fn texts(texts: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(texts.to_vec()))
    }

    #[test]
    fn a_year_is_a_whole_number_or_a_day_of_our_times_and_anything_else_is_unknown() {
        let year = |year: i32| Value::Number(f64::from(year));
        check(
            Arc::new(Int64Array::from(vec![Some(2014), None, Some(14)])),
            ValueKind::Year,
            &[year(2014), Value::Unknown, Value::Unknown],
        );
        check(
            Arc::new(Float64Array::from(vec![2014.0, 2014.5, f64::NAN])),
            ValueKind::Year,
            &[year(2014), Value::Unknown, Value::Unknown],
        );
        check(
            texts(&[" 2014 ", "2014-05-01", "hace años", ""]),
            ValueKind::Year,
            &[year(2014), year(2014), Value::Unknown, Value::Unknown],
        );
        check(Arc::new(Date32Array::from(vec![18_627])), ValueKind::Year, &[year(2020)]);
    }

    #[test]
    fn yes_and_no_are_read_in_three_languages() {
        let (yes, no) = (Value::Bool(true), Value::Bool(false));
        check(texts(&["Sí", "SI", "yes", "sim", "1"]), ValueKind::Bool, &[yes; 5]);
        check(texts(&["No", "não", "0", "quizás", ""]), ValueKind::Bool, &[no, no, no, Value::Unknown, Value::Unknown]);
        check(Arc::new(BooleanArray::from(vec![Some(true), None])), ValueKind::Bool, &[yes, Value::Unknown]);
        check(Arc::new(Int64Array::from(vec![1, 0, 7])), ValueKind::Bool, &[yes, no, Value::Unknown]);
    }

    #[test]
    fn text_is_trimmed_and_empty_text_declares_nothing() {
        check(texts(&[" A-7 ", "  "]), ValueKind::Text, &[Value::Text("A-7"), Value::Unknown]);
    }
}
