//! A condition over the columns of a table, asked row by row: `lot == "A-7" && area_ha > 2`.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use lindero_logic::{
    Compiled, ExprError, Input, InputValue, Program, Scope, Symbol, Truth, Value, ValueKind, compile_condition,
};

/// A compiled condition over columns by their names.
///
/// ```
/// use arrow_array::{RecordBatch, StringArray};
/// use lindero_io::column_condition::ColumnCondition;
/// use lindero_logic::Truth;
/// use std::sync::Arc;
///
/// let lots = StringArray::from(vec![Some("A-7"), Some("B-1"), None]);
/// let table = RecordBatch::try_from_iter([("lot", Arc::new(lots) as _)])?;
/// let condition = ColumnCondition::compile("lot == 'A-7'", &table.schema())?;
/// assert_eq!(condition.ask(&table, 0..3), [Truth::True, Truth::False, Truth::Unknown]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ColumnCondition {
    program: Program,
    /// For each input of the program, the index of its column.
    columns: Vec<usize>,
}

impl ColumnCondition {
    /// Compiles a condition over the columns of a schema. Names that are no identifiers (with spaces or accents) cannot be written.
    ///
    /// # Errors
    ///
    /// [`ExprError`] saying where, and what was probably meant.
    pub fn compile(source: &str, schema: &Schema) -> Result<Self, ExprError> {
        let compiled = compile_condition(source, &Columns(schema))?.compiled;
        let Compiled::Program(program) = compiled else { unreachable!("no column is absent") };
        let columns = program.inputs().iter().map(|input| match input {
            Input::Value { name, year: None } => schema.index_of(name).expect("the scope knows the columns"),
            _ => unreachable!("columns have neither cells nor bands"),
        });
        Ok(Self { columns: columns.collect(), program })
    }

    /// What it says of some rows of a table of that schema. A null is unknown.
    #[must_use]
    pub fn ask(&self, table: &RecordBatch, rows: std::ops::Range<usize>) -> Vec<Truth> {
        let columns: Vec<&dyn Array> = self.columns.iter().map(|&column| table.column(column).as_ref()).collect();
        let mut values = Vec::with_capacity(columns.len());
        rows.map(|row| {
            values.clear();
            values.extend(columns.iter().map(|column| InputValue::Value(value(*column, row))));
            self.program.truth(&values)
        })
        .collect()
    }
}

/// The columns of a table as names of expressions.
struct Columns<'s>(&'s Schema);

impl Scope for Columns<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        let (_, field) = self.0.column_with_name(name)?;
        Some(Symbol::Column {
            kind: match field.data_type() {
                DataType::Boolean => ValueKind::Bool,
                DataType::Int32 | DataType::Int64 | DataType::Float64 => ValueKind::Number,
                DataType::Date32 => ValueKind::Day,
                _ => ValueKind::Text,
            },
        })
    }

    fn names(&self) -> Vec<&str> {
        self.0.fields().iter().map(|field| field.name().as_str()).collect()
    }
}

/// A field as the language has it, in the types that the readers of plot files give.
fn value(column: &dyn Array, row: usize) -> Value<'_> {
    if column.is_null(row) {
        return Value::Unknown;
    }
    match column.data_type() {
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Int64 => Value::Number(column.as_primitive::<Int64Type>().value(row) as f64),
        DataType::Float64 => Value::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => Value::Number(f64::from(column.as_primitive::<Date32Type>().value(row))),
        DataType::Utf8 => Value::Text(column.as_string::<i32>().value(row)),
        _ => Value::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::ColumnCondition;
    use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
    use lindero_logic::Truth::{self, False, True, Unknown};
    use std::sync::Arc;

    fn table() -> RecordBatch {
        let columns: [(&str, ArrayRef); 5] = [
            ("Lote", Arc::new(StringArray::from(vec![Some("Ñandú"), Some("B"), None]))),
            ("bags", Arc::new(Int64Array::from(vec![Some(3), None, Some(5)]))),
            ("ha", Arc::new(Float64Array::from(vec![Some(1.5), Some(4.0), Some(f64::NAN)]))),
            ("organic", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
            ("visited", Arc::new(Date32Array::from(vec![Some(18_628), Some(18_627), None]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn check(source: &str, expected: [Truth; 3]) {
        let table = table();
        let condition = ColumnCondition::compile(source, &table.schema()).unwrap();
        assert_eq!(condition.ask(&table, 0..3), expected, "{source}");
    }

    #[test]
    fn columns_of_every_type_are_asked_and_nulls_are_unknown() {
        check("Lote == 'Ñandú'", [True, False, Unknown]);
        check("Lote == 'Ñandú' || Lote == 'B'", [True, True, Unknown]);
        check("bags >= 4", [False, Unknown, True]);
        check("bags >= 4 && ha > 2", [False, Unknown, Unknown]);
        check("ha * 2 > 4 || organic", [True, True, Unknown]);
        check("!organic", [False, True, Unknown]);
        check("visited >= date('2021-01-01')", [True, False, Unknown]);
        check("known(Lote)", [True, True, False]);
    }

    #[test]
    fn what_is_misspelt_or_does_not_fit_is_told() {
        let error = |source: &str| ColumnCondition::compile(source, &table().schema()).unwrap_err().to_string();
        assert!(error("lote == 'B'").contains("did you mean \"Lote\"?"), "{}", error("lote == 'B'"));
        assert!(error("Lote > 'B'").contains("text"), "{}", error("Lote > 'B'"));
        assert!(error("Lote = 'B'").contains("=="), "{}", error("Lote = 'B'"));
        assert!(error("bags").contains("condition"), "{}", error("bags"));
    }
}
