//! The plots of a run as its policy saw them.

use super::POLICY_COPY;
use super::declared_columns::declared_columns;
use super::read::{ReadRun, ReadRunError};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use lindero_engine::{Moves, declared_value};
use lindero_logic::{Day, Value, ValueKind};
use lindero_policy::{Bound, Column, MOVED_COLUMNS, Moved, Policy, Row, RunDates};
use serde_json::Value as Json;

/// The column after which the measurements stand, and the one before which they end.
const MEASURED: [&str; 2] = ["area_ha", "verdict"];

/// The policy of a run, tied to the columns of its plots.
pub struct RunPolicy {
    /// The policy, as the run was decided by.
    pub policy: Policy,
    /// Tied to the columns.
    pub bound: Bound,
    /// For each column that the policy sees: its place in the table, and what it holds.
    columns: Vec<(usize, ValueKind)>,
    /// How many of them are measured; the others are declared.
    measured: usize,
    /// How often each plot was moved, if it was.
    cases: Option<u32>,
    status: Option<usize>,
}

/// One plot of a run.
pub struct StoredPlot<'b> {
    run: &'b RunPolicy,
    batch: &'b RecordBatch,
    row: usize,
}

impl RunPolicy {
    /// Reads the policy that a run keeps, and ties it to the columns of its plots.
    ///
    /// # Errors
    ///
    /// [`ReadRunError`] if the run keeps none, or one that does not fit its plots.
    pub fn of(run: &ReadRun) -> Result<Self, ReadRunError> {
        let path = run.folder().join(POLICY_COPY);
        let text =
            std::fs::read_to_string(&path).map_err(|source| ReadRunError::Read { path: path.clone(), source })?;
        let damaged = |reason: String| ReadRunError::Damaged { path: path.clone(), reason };
        let mut policy = Policy::parse(POLICY_COPY, &text).map_err(|error| damaged(error.to_string()))?;
        for (name, value) in run.manifest["parameters"]["thresholds"].as_object().into_iter().flatten() {
            let value = value.as_f64().unwrap_or(f64::NAN);
            policy = policy.with_threshold(name, value).map_err(|error| damaged(error.to_string()))?;
        }
        let schema = run.schema();
        let place = |name: &str| schema.index_of(name).map_err(|_| damaged(format!("plots.parquet has no {name}")));
        let (first, end) = (place(MEASURED[0])? + 1, place(MEASURED[1])?);
        let measured = (first..end).map(|index| (index, kind_of(&schema, index)));
        let mut columns: Vec<(usize, ValueKind)> = measured.collect();
        let measured = columns.len();
        let mut names: Vec<Column> = columns
            .iter()
            .map(|(index, kind)| Column { name: schema.field(*index).name().clone(), kind: *kind })
            .collect();
        let all: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let declared = declared_columns(&run.manifest, &all);
        for attribute in policy.attributes() {
            let Some(&index) = declared.get(&attribute.name) else { continue };
            columns.push((index, attribute.kind));
            names.push(Column { name: attribute.name.clone(), kind: attribute.kind });
        }
        let bound = policy.bind_dated(&names, &dates_of(&run.manifest)).map_err(|error| damaged(error.to_string()))?;
        let status = schema.index_of("geometry_status").ok();
        Ok(Self { policy, bound, columns, measured, cases: cases_of(&run.manifest), status })
    }

    /// One plot of a batch of the run's plots.
    #[must_use]
    pub fn plot<'b>(&'b self, batch: &'b RecordBatch, row: usize) -> StoredPlot<'b> {
        StoredPlot { run: self, batch, row }
    }
}

fn kind_of(schema: &Schema, index: usize) -> ValueKind {
    match schema.field(index).data_type() {
        DataType::Utf8 => ValueKind::Text,
        DataType::Boolean => ValueKind::Bool,
        _ if schema.field(index).name().ends_with("_first_year") => ValueKind::Year,
        _ => ValueKind::Number,
    }
}

/// How often a run has moved each of its plots, if it has.
pub(crate) fn cases_of(manifest: &Json) -> Option<u32> {
    let parameters = &manifest["parameters"];
    parameters["position_error"].as_str()?;
    Some(parameters["offsets"].as_u64().map_or(Moves::USUAL as u32, |offsets| offsets as u32))
}

/// What the run knew of days.
pub(crate) fn dates_of(manifest: &Json) -> RunDates {
    let day = |value: &Json| -> Option<Day> { value.as_str()?.parse().ok() };
    let layers = manifest["layers"].as_array().into_iter().flatten();
    RunDates {
        until: layers.filter_map(|layer| Some((layer["id"].as_str()?.to_owned(), day(&layer["until"])?))).collect(),
        production_end: day(&manifest["parameters"]["production_end"]),
    }
}

impl<'b> StoredPlot<'b> {
    /// A field of the table as text; `None` where it is empty or there is no such column.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<String> {
        let column = self.batch.column_by_name(column)?;
        (!column.is_null(self.row)).then(|| arrow_cast::display::array_value_to_string(column, self.row).ok()).flatten()
    }

    /// A number of the table; `None` where it is unknown or there is no such column.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        match measured(self.batch.column_by_name(column)?.as_ref(), self.row) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// What came of its moved copies, where the run has moved its plots.
    #[must_use]
    pub fn moved(&self) -> Option<Moved> {
        let mut numbers = [0.0; MOVED_COLUMNS.len()];
        for (told, column) in numbers.iter_mut().zip(MOVED_COLUMNS) {
            *told = self.number(column)?;
        }
        Some(Moved::of_numbers(numbers, self.run.cases?))
    }

    /// What is declared of it for the policy: attribute and value in words.
    pub fn declared(&self) -> impl Iterator<Item = (&'b str, Option<String>)> + '_ {
        let columns = self.run.columns[self.run.measured..].iter();
        columns.map(|(index, _)| {
            let name = self.batch.schema_ref().field(*index).name().as_str();
            (name, self.text(name))
        })
    }
}

impl Row for StoredPlot<'_> {
    fn value(&self, column: usize) -> Value<'_> {
        let (index, kind) = self.run.columns[column];
        let array = self.batch.column(index).as_ref();
        if column < self.run.measured { measured(array, self.row) } else { declared_value(array, self.row, kind) }
    }

    fn geometry_usable(&self) -> bool {
        self.status() != "unusable"
    }

    fn is_point(&self) -> bool {
        self.status() == "disc"
    }

    fn defects(&self) -> String {
        self.text("defects").unwrap_or_default()
    }
}

impl StoredPlot<'_> {
    fn status(&self) -> &str {
        self.run.status.map_or("", |index| self.batch.column(index).as_string::<i32>().value(self.row))
    }
}

fn measured(array: &dyn Array, row: usize) -> Value<'_> {
    if array.is_null(row) {
        return Value::Unknown;
    }
    match array.data_type() {
        DataType::Float64 => Value::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Int32 => Value::Number(f64::from(array.as_primitive::<Int32Type>().value(row))),
        DataType::Int64 => Value::Number(array.as_primitive::<arrow_array::types::Int64Type>().value(row) as f64),
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row)),
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        _ => Value::Unknown,
    }
}
