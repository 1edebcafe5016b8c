//! What a declared planting year says of ground that cannot be told apart from above: it is counted where it belongs.

use crate::{
    ColumnValues, Declared, EngineError, MeasurementColumn, PlotPage,
    buckets::Bucket,
    declared::DeclaredValues,
    subject_page::SubjectPage,
    subjects::{Copies, Subjects},
};
use lindero_indicators::{IndicatorPlan, PLANTED_YEAR, Planted, Remainder};
use lindero_logic::{Day, Value};
use std::ops::Range;

/// The grounds that a planting year settles, by their columns.
pub(crate) struct PlantedColumns {
    cutoff: Day,
    /// Where among what plots declare the year is.
    declared: usize,
    grounds: Vec<Ground>,
}

/// One kind of ground, and where it is counted.
struct Ground {
    own: Part,
    undecided_ha: Option<usize>,
    before: Part,
    after: Option<Part>,
}

/// The columns of an indicator.
#[derive(Clone, Copy)]
struct Part {
    ha: usize,
    pct: usize,
}

impl Part {
    fn of(id: &str, columns: &[MeasurementColumn]) -> Option<Self> {
        Some(Self { ha: position(&format!("{id}_ha"), columns)?, pct: position(&format!("{id}_pct"), columns)? })
    }
}

fn position(name: &str, columns: &[MeasurementColumn]) -> Option<usize> {
    columns.iter().position(|column| column.name == name)
}

impl PlantedColumns {
    /// `None` where nothing is to be settled, or no column declares the year.
    pub(crate) fn of(plan: &IndicatorPlan, declared: &Declared, columns: &[MeasurementColumn]) -> Option<Self> {
        let declared = declared.columns().iter().position(|column| column.attribute == PLANTED_YEAR)?;
        let ground = |ground: &lindero_indicators::PlantedGround| {
            Some(Ground {
                own: Part::of(&ground.id, columns)?,
                undecided_ha: match &ground.undecided {
                    // Without a remainder the parts are not known to be parts.
                    Some(id) => Some(position(&format!("{id}_ha"), columns)?),
                    None => None,
                },
                before: Part::of(&ground.before, columns)?,
                after: ground.after.as_ref().and_then(|id| Part::of(id, columns)),
            })
        };
        let grounds: Vec<Ground> = plan.planted.iter().filter_map(ground).collect();
        (!grounds.is_empty()).then_some(Self { cutoff: plan.cutoff, declared, grounds })
    }

    /// Settles every subject of the plots of a page.
    pub(crate) fn settle_page(&self, measured: &mut SubjectPage, plots: &PlotPage, declared: &Declared) {
        for (&row, of_plot) in measured.rows.iter().zip(&measured.of_plots) {
            let index = (u64::from(row) - plots.first_row) as usize;
            let year = declared.value(self.declared, &plots.attributes, index);
            self.settle(&mut measured.columns, of_plot.first..of_plot.first + of_plot.count(), &year);
        }
    }

    /// Settles every subject of the plots of a bucket and of their moved copies, before these are decided.
    pub(crate) fn settle_bucket(
        &self,
        bucket: &Bucket,
        subjects: &Subjects<'_>,
        copies: &[Copies],
        columns: &mut [MeasurementColumn],
    ) -> Result<(), EngineError> {
        for ((plot, of_plot), copies) in bucket.plots.iter().zip(&subjects.of_plots).zip(copies) {
            let declared = DeclaredValues::of_bytes(bucket.declared.get(plot.declared))?;
            let year = declared.value(self.declared);
            self.settle(columns, of_plot.first..of_plot.first + of_plot.count(), &year);
            self.settle(columns, copies.subjects(), &year);
        }
        Ok(())
    }

    fn settle(&self, columns: &mut [MeasurementColumn], subjects: Range<u32>, year: &Value<'_>) {
        let Value::Number(year) = *year else { return };
        let Some(planted) = Planted::of(year as i32, self.cutoff) else { return };
        for ground in &self.grounds {
            let part = match planted {
                Planted::Before => Some(ground.before),
                Planted::After => ground.after,
            };
            let Some(part) = part else { continue };
            for subject in subjects.clone().map(|subject| subject as usize) {
                ground.count_as(part, subject, columns);
            }
        }
    }
}

impl Ground {
    fn count_as(&self, part: Part, subject: usize, columns: &mut [MeasurementColumn]) {
        let own = |column: usize| columns[column].number(subject).filter(|number| *number > 0.0);
        let (Some(ha), Some(pct)) = (own(self.own.ha), own(self.own.pct)) else { return };
        add(&mut columns[part.ha], subject, ha);
        add(&mut columns[part.pct], subject, pct);
        if let Some(undecided) = self.undecided_ha
            && let Some(rest) = number_mut(&mut columns[undecided], subject)
        {
            let subject_ha = 100.0 * ha / pct;
            *rest = rest.and_then(|rest| Remainder::of(subject_ha, &[Some(subject_ha - rest), Some(ha)]));
        }
    }
}

/// Where nothing was known of the part, the ground is what is known of it now.
fn add(column: &mut MeasurementColumn, subject: usize, more: f64) {
    if let Some(number) = number_mut(column, subject) {
        *number = Some(number.unwrap_or(0.0) + more);
    }
}

fn number_mut(column: &mut MeasurementColumn, subject: usize) -> Option<&mut Option<f64>> {
    match &mut column.values {
        ColumnValues::Numbers(numbers) => numbers.get_mut(subject),
        ColumnValues::Years(_) | ColumnValues::Names(_) | ColumnValues::Truths(_) => None,
    }
}
