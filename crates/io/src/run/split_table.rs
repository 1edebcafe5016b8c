//! `split.geojson`: plots with standing forest in two parts, as a proposal.

use super::boundaries::schema;
use super::folder::RunFolder;
use crate::output::{self, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, SchemaRef};
use lindero_engine::{CheckedAll, SuggestedSplit};
use lindero_plots::{M2_PER_HA, RawGeometries, Shape};
use std::sync::Arc;

/// Plots whose parts are brought into rows at a time.
const PLOTS_AT_ONCE: usize = 4096;

/// One feature.
struct PartRow<'s> {
    of: &'s SuggestedSplit,
    part: &'static str,
    shape: &'s Shape,
    m2: f64,
    /// Ground of the other kind in it.
    other_m2: f64,
}

/// Writes the file: for each plot a feature `producing` and a feature `forest`; only the latter where all of it is forest.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_splits(run: &RunFolder, checked: &CheckedAll, splits: &[SuggestedSplit]) -> Result<(), WriteError> {
    let writer = output::geojson(&run.file("split.geojson"), split_schema())?;
    for some in splits.chunks(PLOTS_AT_ONCE) {
        let rows: Vec<PartRow<'_>> = some.iter().flat_map(parts).collect();
        let mut geometries = RawGeometries::new();
        rows.iter().for_each(|row| geometries.push_shape(row.shape.as_ref()));
        writer.write(&table(&rows, checked), Some(geometries.as_slice()))?;
    }
    writer.finish()
}

fn parts(of: &SuggestedSplit) -> impl Iterator<Item = PartRow<'_>> {
    let split = &of.split;
    let producing = PartRow {
        of,
        part: "producing",
        shape: &split.producing,
        m2: split.producing_m2,
        other_m2: split.forest_in_producing_m2,
    };
    let forest = PartRow {
        of,
        part: "forest",
        shape: &split.forest,
        m2: split.forest_m2,
        other_m2: split.producing_in_forest_m2,
    };
    [producing, forest].into_iter().filter(|row| !row.shape.is_empty())
}

fn table(rows: &[PartRow<'_>], checked: &CheckedAll) -> RecordBatch {
    let number = |value: &dyn Fn(&PartRow<'_>) -> f64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<Float64Array>())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| Some(i64::from(row.of.row))).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| Some(checked.ids.value(row.of.row as usize))).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| Some(row.part)).collect::<StringArray>()),
        number(&|row| row.m2 / M2_PER_HA),
        number(&|row| 100.0 * row.m2 / row.of.area_m2),
        number(&|row| row.of.area_m2 / M2_PER_HA),
        number(&|row| row.other_m2 / M2_PER_HA),
        number(&|row| row.of.unknown_m2 / M2_PER_HA),
    ];
    RecordBatch::try_new(split_schema(), columns).expect("the columns are those of the schema")
}

fn split_schema() -> SchemaRef {
    schema([
        ("row", DataType::Int64),
        ("plot_id", DataType::Utf8),
        ("part", DataType::Utf8),
        ("area_ha", DataType::Float64),
        ("area_pct", DataType::Float64),
        ("plot_ha", DataType::Float64),
        ("other_ha", DataType::Float64),
        ("plot_unknown_ha", DataType::Float64),
    ])
}
