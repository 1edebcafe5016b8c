//! `defects.csv` and `repairs.csv`: what is wrong with boundaries, and what was done about it.

use super::folder::RunFolder;
use crate::output::{self, TableWriter, WriteError, wkt};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::PlotRow;
use lindero_plots::{Defect, Lang, M2_PER_HA, Position, Repair, Shape};
use std::sync::Arc;

/// The two tables while they are written.
pub(super) struct BoundaryTables {
    defects: Box<dyn TableWriter>,
    repairs: Box<dyn TableWriter>,
    lang: Lang,
}

impl BoundaryTables {
    pub(super) fn start(run: &RunFolder, lang: Lang) -> Result<Self, WriteError> {
        Ok(Self {
            defects: output::csv(&run.file("defects.csv"), defects_schema())?,
            repairs: output::csv(&run.file("repairs.csv"), repairs_schema())?,
            lang,
        })
    }

    /// Adds what is known of consecutive plots.
    pub(super) fn write(&self, first_row: u64, ids: &StringArray, plots: &[PlotRow]) -> Result<(), WriteError> {
        let defects = Found::of(first_row, ids, plots, |plot| &plot.defects);
        if !defects.0.is_empty() {
            self.defects.write(&defects_batch(&defects, self.lang), None)?;
        }
        let repairs = Found::of(first_row, ids, plots, |plot| &plot.repairs);
        if !repairs.0.is_empty() {
            self.repairs.write(&repairs_batch(&repairs, self.lang), None)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), WriteError> {
        self.defects.finish()?;
        self.repairs.finish()
    }
}

/// Things found in plots, each with the row and the id of its plot.
struct Found<'p, T>(Vec<(u64, Option<&'p str>, &'p T)>);

impl<'p, T> Found<'p, T> {
    fn of(first_row: u64, ids: &'p StringArray, plots: &'p [PlotRow], of_plot: fn(&PlotRow) -> &[T]) -> Self {
        let found = (first_row..).zip(plots.iter().zip(ids)).flat_map(|(row, (plot, id))| {
            let of_row = move |it: &'p T| (row, id, it);
            of_plot(plot).iter().map(of_row)
        });
        Self(found.collect())
    }

    fn rows(&self) -> ArrayRef {
        Arc::new(self.0.iter().map(|(row, ..)| Some(*row as i64)).collect::<Int64Array>())
    }

    fn ids(&self) -> ArrayRef {
        Arc::new(self.0.iter().map(|&(_, id, _)| id).collect::<StringArray>())
    }

    fn text(&self, value: impl Fn(&T) -> String) -> ArrayRef {
        Arc::new(self.0.iter().map(|(.., it)| Some(value(it))).collect::<StringArray>())
    }

    fn index(&self, value: impl Fn(&T) -> Option<u32>) -> ArrayRef {
        Arc::new(self.0.iter().map(|(.., it)| value(it).map(i64::from)).collect::<Int64Array>())
    }

    fn number(&self, value: impl Fn(&T) -> Option<f64>) -> ArrayRef {
        Arc::new(self.0.iter().map(|(.., it)| value(it)).collect::<Float64Array>())
    }

    fn yes_or_no(&self, value: impl Fn(&T) -> bool) -> ArrayRef {
        Arc::new(self.0.iter().map(|(.., it)| Some(value(it))).collect::<BooleanArray>())
    }

    /// One of the two numbers of a place.
    fn place(&self, value: impl Fn(&T) -> Option<Position>, axis: usize) -> ArrayRef {
        self.number(|it| value(it).map(|place| place[axis]))
    }
}

pub(super) fn schema<const N: usize>(columns: [(&str, DataType); N]) -> SchemaRef {
    let field = |(name, kind): (&str, DataType)| Field::new(name, kind, true);
    Arc::new(Schema::new(columns.map(field).to_vec()))
}

fn defects_schema() -> SchemaRef {
    schema([
        ("row", DataType::Int64),
        ("plot_id", DataType::Utf8),
        ("code", DataType::Utf8),
        ("effect", DataType::Utf8),
        ("part", DataType::Int64),
        ("ring", DataType::Int64),
        ("vertex", DataType::Int64),
        ("lon", DataType::Float64),
        ("lat", DataType::Float64),
        ("detail", DataType::Utf8),
    ])
}

fn defects_batch(found: &Found<'_, Defect>, lang: Lang) -> RecordBatch {
    let columns = vec![
        found.rows(),
        found.ids(),
        found.text(|defect| defect.code().as_str().to_owned()),
        found.text(|defect| defect.effect.as_str().to_owned()),
        found.index(|defect| defect.part),
        found.index(|defect| defect.ring),
        found.index(|defect| defect.vertex),
        found.place(|defect| defect.place, 0),
        found.place(|defect| defect.place, 1),
        found.text(|defect| defect.sentence(lang)),
    ];
    RecordBatch::try_new(defects_schema(), columns).expect("the columns are those of the schema")
}

fn repairs_schema() -> SchemaRef {
    schema([
        ("row", DataType::Int64),
        ("plot_id", DataType::Utf8),
        ("code", DataType::Utf8),
        ("applied", DataType::Boolean),
        ("part", DataType::Int64),
        ("ring", DataType::Int64),
        ("vertex", DataType::Int64),
        ("lon", DataType::Float64),
        ("lat", DataType::Float64),
        ("area_before_ha", DataType::Float64),
        ("area_after_ha", DataType::Float64),
        ("change_m2", DataType::Float64),
        ("change_pct", DataType::Float64),
        ("detail", DataType::Utf8),
        ("proposed_wkt", DataType::Utf8),
    ])
}

fn repairs_batch(found: &Found<'_, Repair>, lang: Lang) -> RecordBatch {
    let proposals = found.0.iter().map(|(.., repair)| repair.proposal.as_ref().map(|shape| wkt(Shape::as_ref(shape))));
    let columns = vec![
        found.rows(),
        found.ids(),
        found.text(|repair| repair.code.as_str().to_owned()),
        found.yes_or_no(Repair::applied),
        found.index(|repair| repair.part),
        found.index(|repair| repair.ring),
        found.index(|repair| repair.vertex),
        found.place(|repair| repair.place, 0),
        found.place(|repair| repair.place, 1),
        found.number(|repair| Some(repair.before_m2 / M2_PER_HA)),
        found.number(|repair| Some(repair.after_m2 / M2_PER_HA)),
        found.number(|repair| Some(repair.change_m2())),
        found.number(Repair::change_pct),
        found.text(|repair| repair.sentence(lang)),
        Arc::new(proposals.collect::<StringArray>()),
    ];
    RecordBatch::try_new(repairs_schema(), columns).expect("the columns are those of the schema")
}
