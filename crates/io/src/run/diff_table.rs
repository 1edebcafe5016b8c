//! The plots that two runs tell apart, as CSV.

use super::boundaries::schema;
use super::columns::joined;
use super::diff::{PlotChange, RunDiff};
use crate::output::{self, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use std::path::Path;
use std::sync::Arc;

/// Writes a row for each changed plot.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_diff(diff: &RunDiff, path: &Path) -> Result<(), WriteError> {
    let rows = &diff.changed;
    let text = |value: &dyn Fn(&PlotChange) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<StringArray>())
    };
    let row = |value: fn(&PlotChange) -> Option<usize>| -> ArrayRef {
        Arc::new(rows.iter().map(|plot| value(plot).map(|row| row as i64)).collect::<Int64Array>())
    };
    let area = |value: fn(&PlotChange) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<Float64Array>())
    };
    let schema = schema([
        ("plot_id", DataType::Utf8),
        ("row_a", DataType::Int64),
        ("row_b", DataType::Int64),
        ("changed", DataType::Utf8),
        ("verdict_a", DataType::Utf8),
        ("verdict_b", DataType::Utf8),
        ("area_ha_a", DataType::Float64),
        ("area_ha_b", DataType::Float64),
        ("findings_a", DataType::Utf8),
        ("findings_b", DataType::Utf8),
        ("moved", DataType::Utf8),
        ("causes", DataType::Utf8),
    ]);
    let columns = vec![
        text(&|plot| Some(plot.plot_id.clone())),
        row(|plot| plot.rows.0),
        row(|plot| plot.rows.1),
        text(&|plot| joined(plot.changes.iter().map(|change| change.as_str().to_owned()))),
        text(&|plot| plot.verdicts.0.clone()),
        text(&|plot| plot.verdicts.1.clone()),
        area(|plot| plot.areas_ha.0),
        area(|plot| plot.areas_ha.1),
        text(&|plot| plot.findings.0.clone()),
        text(&|plot| plot.findings.1.clone()),
        text(&|plot| joined(plot.moved.iter().map(|&column| diff.measured[column].clone()))),
        text(&|plot| joined(plot.causes.iter().map(ToString::to_string))),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("the columns are those of the schema");
    let mut writer = output::csv(path, schema)?;
    writer.write(&batch, None)?;
    writer.finish()
}
