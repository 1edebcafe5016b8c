//! Whether what is said of a plot depends on where exactly it lies: measurements and verdicts of its moved copies, in a few
//! columns.

use crate::{
    EngineError, MeasurementColumn, Moves,
    buckets::Bucket,
    declared::DeclaredValues,
    measurements::numbers,
    screened_page::decide_subjects,
    subjects::{Copies, Subjects},
};
use lindero_logic::Value;
use lindero_policy::{Bound, CLAIMED_PCT, MOVED_COLUMNS, Moved, Row, Verdict};

/// What is told of moved copies, in which columns.
pub(crate) struct Stability<'a> {
    moves: &'a Moves,
    /// How many columns come before.
    first: usize,
    /// The columns of which the smallest and the largest value are told.
    ranged: Vec<usize>,
}

/// What came of the copies of one plot.
struct PlotTally {
    moved: Moved,
    /// For each ranged column; `None` where it was measured on no copy.
    ranges: Vec<Option<[f64; 2]>>,
}

impl<'a> Stability<'a> {
    /// Ranges are told of the areas and shares among the `measured` columns that decide verdicts.
    pub(crate) fn of(moves: &'a Moves, bound: &Bound, measured: &[MeasurementColumn]) -> Self {
        // What plots declare stands behind what is measured.
        let has_range = |column: &usize| {
            let name = measured.get(*column).map(|column| column.name.as_str());
            // What others claim is asked of the plot where it lies.
            let is_of_maps = |name: &str| name != CLAIMED_PCT && (name.ends_with("_ha") || name.ends_with("_pct"));
            name.is_some_and(is_of_maps)
        };
        Self { moves, first: measured.len(), ranged: bound.deciding_columns().into_iter().filter(has_range).collect() }
    }

    /// How many columns come before its own.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// Its columns behind those that are measured, without values: [`MOVED_COLUMNS`], and two for each column of which the range
    /// is told.
    pub(crate) fn columns(&self, measured: &[MeasurementColumn]) -> Vec<MeasurementColumn> {
        let values = vec![Vec::new(); MOVED_COLUMNS.len() + 2 * self.ranged.len()];
        self.named(measured, values)
    }

    fn named(&self, measured: &[MeasurementColumn], values: Vec<Vec<Option<f64>>>) -> Vec<MeasurementColumn> {
        let range = |&column: &usize| ["min", "max"].map(|end| format!("{}_{end}", measured[column].name));
        let names = MOVED_COLUMNS.iter().map(ToString::to_string).chain(self.ranged.iter().flat_map(range));
        names.zip(values).map(|(name, values)| numbers(name, values.into_iter())).collect()
    }

    /// The columns of a bucket: a value for the first subject of each plot, and none for its others.
    pub(crate) fn measured(
        &self,
        bucket: &Bucket,
        bound: &Bound,
        subjects: &Subjects<'_>,
        copies: &[Copies],
        measured: &[MeasurementColumn],
    ) -> Result<Vec<MeasurementColumn>, EngineError> {
        let own = subjects.of_plots.last().map_or(0, |of_plot| of_plot.first + of_plot.count());
        let nothing = vec![None; own as usize];
        let mut values = vec![nothing; MOVED_COLUMNS.len() + 2 * self.ranged.len()];
        for ((plot, of_plot), copies) in bucket.plots.iter().zip(&subjects.of_plots).zip(copies) {
            let declared = DeclaredValues::of_bytes(bucket.declared.get(plot.declared))?;
            let verdict = |first: u32| {
                let decided = |subject| {
                    bound.decide(&CopyRow {
                        columns: measured,
                        declared: &declared,
                        subject,
                        is_point: of_plot.has_disc,
                    })
                };
                decide_subjects(bound, first, of_plot.has_disc, decided).verdict
            };
            let tally = self.tally(plot.error_m, verdict(of_plot.first), copies, verdict, measured);
            let cases = f64::from(tally.moved.cases());
            let share = |count: u32| Some(100.0 * f64::from(count) / cases);
            let Moved { error_m, same, low, more_info, high } = tally.moved;
            let told = [Some(error_m), share(same), share(low), share(more_info), share(high)];
            let ranges = tally.ranges.iter().flat_map(|range| [0, 1].map(|end| range.map(|range| range[end])));
            for (values, value) in values.iter_mut().zip(told.into_iter().chain(ranges)) {
                values[of_plot.first as usize] = value;
            }
        }
        Ok(self.named(measured, values))
    }

    fn tally(
        &self,
        error_m: f64,
        unmoved: Verdict,
        copies: &Copies,
        verdict: impl Fn(u32) -> Verdict,
        measured: &[MeasurementColumn],
    ) -> PlotTally {
        let mut moved = Moved { error_m, same: 0, low: 0, more_info: 0, high: 0 };
        let mut ranges: Vec<Option<[f64; 2]>> = vec![None; self.ranged.len()];
        for first in copies.firsts() {
            let verdict = verdict(first);
            moved.same += u32::from(verdict == unmoved);
            *match verdict {
                Verdict::Low => &mut moved.low,
                Verdict::MoreInfo => &mut moved.more_info,
                Verdict::High => &mut moved.high,
            } += 1;
            for (range, &column) in ranges.iter_mut().zip(&self.ranged) {
                if let Some(number) = measured[column].number(first as usize) {
                    let [least, most] = range.unwrap_or([number; 2]);
                    *range = Some([least.min(number), most.max(number)]);
                }
            }
        }
        PlotTally { moved, ranges }
    }

    /// What the columns say of a plot's copies, by its first subject.
    pub(crate) fn moved(&self, columns: &[MeasurementColumn], first: u32) -> Option<Moved> {
        let mut numbers = [0.0; MOVED_COLUMNS.len()];
        for (column, number) in numbers.iter_mut().enumerate() {
            *number = columns[self.first + column].number(first as usize)?;
        }
        Some(Moved::of_numbers(numbers, self.moves.offsets().len() as u32))
    }
}

/// One subject as a policy sees it where only the verdict is wanted.
struct CopyRow<'a> {
    columns: &'a [MeasurementColumn],
    declared: &'a DeclaredValues,
    subject: u32,
    is_point: bool,
}

impl Row for CopyRow<'_> {
    fn value(&self, column: usize) -> Value<'_> {
        match self.columns.get(column) {
            Some(column) => column.value(self.subject as usize),
            None => self.declared.value(column - self.columns.len()),
        }
    }

    fn geometry_usable(&self) -> bool {
        true
    }

    fn is_point(&self) -> bool {
        self.is_point
    }

    fn defects(&self) -> String {
        String::new()
    }
}
