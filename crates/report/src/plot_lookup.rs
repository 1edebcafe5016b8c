//! Plots of a run by their id, each with its story.

use crate::PlotStory;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use lindero_io::run::{ReadRun, ReadRunError, RunPolicy};
use lindero_logic::nearest;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Ids that are kept to say what was probably meant.
const MOST_IDS: usize = 100_000;

/// A plot of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPlot {
    /// Its row in `plots.*`, by column.
    pub columns: Map<String, Value>,
    /// Its story in words.
    pub story: String,
}

/// The plots of an id.
#[derive(Clone, Debug, PartialEq)]
pub enum PlotLookup {
    /// At least one; several where an id is repeated.
    Found(Vec<FoundPlot>),
    /// None, and the id that was probably meant.
    Missing {
        /// The nearest one that there is.
        meant: Option<String>,
    },
}

/// Looks for all plots of an id; stories have lines of `width` characters.
///
/// # Errors
///
/// [`ReadRunError`] if the run cannot be read to its end.
pub fn find_plot(run: &ReadRun, id: &str, width: usize) -> Result<PlotLookup, ReadRunError> {
    let policy = RunPolicy::of(run)?;
    let defects = defects_of(run, id)?;
    let (mut found, mut ids) = (Vec::new(), Vec::new());
    for batch in run.plots()? {
        let batch = batch?.attributes;
        for row in 0..batch.num_rows() {
            let plot = policy.plot(&batch, row);
            let this = plot.text("plot_id").unwrap_or_default();
            if this == id {
                let defects = defects.get(&plot.text("row").unwrap_or_default()).map(Vec::as_slice).unwrap_or_default();
                let story = PlotStory { run: &policy, plot, manifest: &run.manifest, defects, width }.text();
                found.push(FoundPlot { columns: columns_of(&batch, row), story });
            } else if ids.len() < MOST_IDS {
                ids.push(this);
            }
        }
    }
    if found.is_empty() {
        let meant = nearest(id, ids.iter().map(String::as_str)).map(str::to_owned);
        return Ok(PlotLookup::Missing { meant });
    }
    Ok(PlotLookup::Found(found))
}

/// What is wrong with the boundaries of plots of an id, in words, by row.
fn defects_of(run: &ReadRun, id: &str) -> Result<BTreeMap<String, Vec<String>>, ReadRunError> {
    let mut defects: BTreeMap<String, Vec<String>> = BTreeMap::new();
    run.each_row("defects.csv", |row| {
        if row.get("plot_id") == id {
            defects.entry(row.get("row").to_owned()).or_default().push(row.get("detail").to_owned());
        }
    })?;
    Ok(defects)
}

/// One row, by column; what is unknown is null.
fn columns_of(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema_ref();
    schema.fields().iter().zip(batch.columns()).map(|(f, column)| (f.name().clone(), value_of(column, row))).collect()
}

fn value_of(column: &dyn Array, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Float64 => json!(column.as_primitive::<Float64Type>().value(row)),
        DataType::Int64 => json!(column.as_primitive::<Int64Type>().value(row)),
        DataType::Int32 => json!(column.as_primitive::<Int32Type>().value(row)),
        DataType::Boolean => json!(column.as_boolean().value(row)),
        _ => arrow_cast::display::array_value_to_string(column, row).map_or(Value::Null, Value::String),
    }
}
