//! One page of a screening, measured and decided.

use crate::{
    ColumnValues, Declared, EngineError, MeasurementColumn, PlotPage, PlotRow, stability::Stability,
    subject_page::SubjectPage, subjects::PlotSubjects,
};
use lindero_logic::Value;
use lindero_plots::M2_PER_HA;
use lindero_policy::{Bound, Decision, Moved, Row};
use lindero_regions::{MeasuredPart, RollUp};

/// Rows of one page with all that came of them.
#[derive(Debug)]
pub struct ScreenedPage {
    /// The features.
    pub plots: PlotPage,
    /// Measurements, one value per feature.
    pub columns: Vec<MeasurementColumn>,
    /// One per feature.
    pub decisions: Vec<Decision>,
    /// What came of the moved copies of each feature; `None` for one that was not moved.
    pub moved: Vec<Option<Moved>>,
    /// For each feature the regions it lies in with its share of each, the largest first; empty without regions and for a
    /// feature without a shape.
    pub regions: Vec<Vec<(Option<u32>, f64)>>,
    /// For a feature with regions: what was measured of its part in each, as a run of values of the added columns.
    part_values: Vec<Vec<Option<f64>>>,
}

impl ScreenedPage {
    /// Decides every feature of a page. `stability` where plots were moved.
    pub(crate) fn decide(
        plots: PlotPage,
        measured: SubjectPage,
        bound: &Bound,
        declared: &Declared,
        stability: Option<&Stability<'_>>,
    ) -> Self {
        let SubjectPage { rows, of_plots, columns } = measured;
        let mut of_rows: Vec<Option<&PlotSubjects>> = vec![None; plots.rows.len()];
        for (row, of_plot) in rows.iter().zip(&of_plots) {
            of_rows[(u64::from(*row) - plots.first_row) as usize] = Some(of_plot);
        }
        let moved = of_rows.iter().map(|of| stability?.moved(&columns, (*of)?.first));
        let moved: Vec<Option<Moved>> = moved.collect();
        // Rules read what was measured where the plots lie.
        let unmoved = &columns[..stability.map_or(columns.len(), Stability::first)];
        let of_row = |(index, of): (usize, &Option<&PlotSubjects>)| {
            let decision = decide(bound, unmoved, (&plots, declared, index), *of);
            match &moved[index] {
                Some(moved) => bound.told_if_unsteady(decision, moved),
                None => decision,
            }
        };
        let decisions = of_rows.iter().enumerate().map(of_row).collect();
        let added: Vec<&MeasurementColumn> = columns.iter().filter(|column| column.is_hectares()).collect();
        let regions = of_rows.iter().map(|of| {
            let parts = of.map(|of| of.parts.as_slice()).unwrap_or_default();
            parts.iter().map(|part| (part.region, part.share)).collect()
        });
        let part_values = of_rows.iter().map(|of| {
            let subjects = of.map(|of| of.of_parts()).unwrap_or_default();
            subjects.iter().flat_map(|&subject| added.iter().map(move |column| column.number(subject))).collect()
        });
        let (regions, part_values) = (regions.collect(), part_values.collect());
        let columns = columns.iter().map(|column| column.of_plots(&of_rows)).collect();
        Self { plots, columns, decisions, moved, regions, part_values }
    }

    /// Adds what each region has of the page's plots; `columns` of them are added up.
    pub(crate) fn add_to(&self, roll_up: &mut RollUp, columns: usize) {
        (0..self.plots.rows.len()).for_each(|index| self.add_plot_to(index, roll_up, columns));
    }

    /// Adds what each region has of one of the page's plots; `columns` of it, those in hectares, are added up.
    ///
    /// # Panics
    ///
    /// If the page has no such plot.
    pub fn add_plot_to(&self, index: usize, roll_up: &mut RollUp, columns: usize) {
        let row = &self.plots.rows[index];
        let nothing = vec![None; columns];
        let part = MeasuredPart {
            row: self.plots.first_row + index as u64,
            region: None,
            is_largest: true,
            area_ha: 0.0,
            values: &nothing,
            verdict: self.decisions[index].verdict.as_str(),
        };
        if self.regions[index].is_empty() {
            roll_up.add(part);
        }
        for (nth, &(region, share)) in self.regions[index].iter().enumerate() {
            let values = &self.part_values[index][nth * columns..(nth + 1) * columns];
            let area_ha = share * row.area_m2.unwrap_or(0.0) / M2_PER_HA;
            roll_up.add(MeasuredPart { region, is_largest: nth == 0, area_ha, values, ..part });
        }
    }
}

impl PlotSubjects {
    /// For each part: its subject.
    fn of_parts(&self) -> Vec<usize> {
        let mut next = self.first + 1 + u32::from(self.has_disc);
        let subject = |is_piece: bool| {
            if !is_piece {
                return self.first as usize;
            }
            next += 1;
            next as usize - 1
        };
        self.parts.iter().map(|part| part.is_piece).map(subject).collect()
    }
}

impl MeasurementColumn {
    /// The values of plots alone, in their order.
    fn of_plots(&self, of_rows: &[Option<&PlotSubjects>]) -> Self {
        fn pick<T: Clone>(values: &[Option<T>], of_rows: &[Option<&PlotSubjects>]) -> Vec<Option<T>> {
            of_rows.iter().map(|of| of.and_then(|of| values[of.first as usize].clone())).collect()
        }
        let values = match &self.values {
            ColumnValues::Numbers(numbers) => ColumnValues::Numbers(pick(numbers, of_rows)),
            ColumnValues::Years(years) => ColumnValues::Years(pick(years, of_rows)),
            ColumnValues::Names(names) => ColumnValues::Names(pick(names, of_rows)),
            ColumnValues::Truths(truths) => ColumnValues::Truths(pick(truths, of_rows)),
        };
        Self { name: self.name.clone(), values }
    }
}

/// One subject as a policy sees it.
struct SubjectRow<'a> {
    columns: &'a [MeasurementColumn],
    page: &'a PlotPage,
    declared: &'a Declared,
    index: usize,
    subject: Option<u32>,
}

impl SubjectRow<'_> {
    fn row(&self) -> &PlotRow {
        &self.page.rows[self.index]
    }
}

impl Row for SubjectRow<'_> {
    fn value(&self, column: usize) -> Value<'_> {
        // What is declared stands behind what is measured.
        match self.columns.get(column) {
            Some(column) => self.subject.map_or(Value::Unknown, |subject| column.value(subject as usize)),
            None => self.declared.value(column - self.columns.len(), &self.page.attributes, self.index),
        }
    }

    fn geometry_usable(&self) -> bool {
        self.subject.is_some()
    }

    fn is_point(&self) -> bool {
        self.row().disc.is_some()
    }

    fn defects(&self) -> String {
        let defects: Vec<String> = self.row().defects.iter().map(ToString::to_string).collect();
        defects.join("; ")
    }
}

fn decide(
    bound: &Bound,
    columns: &[MeasurementColumn],
    (page, declared, index): (&PlotPage, &Declared, usize),
    of: Option<&PlotSubjects>,
) -> Decision {
    let decided = |subject| bound.decide(&SubjectRow { columns, page, declared, index, subject });
    match of {
        Some(of) => decide_subjects(bound, of.first, of.has_disc, |subject| decided(Some(subject))),
        None => decided(None),
    }
}

/// The decision on a plot whose first subject this is, from those on it and, of a point, on its 4 ha disc behind it.
pub(crate) fn decide_subjects(
    bound: &Bound,
    first: u32,
    has_disc: bool,
    decided: impl Fn(u32) -> Decision,
) -> Decision {
    if has_disc { bound.decide_point(decided(first), decided(first + 1)) } else { decided(first) }
}

/// Takes what a screening writes, page by page: as [`in_order`](crate::in_order) does it, which says what a sink must not do.
pub trait ScreenSink: Sync {
    /// A page in the form that is written.
    type Made: Send;

    /// Brings a page into that form; several workers do so at once.
    ///
    /// # Errors
    ///
    /// [`EngineError::Write`].
    fn make(&self, page: &ScreenedPage) -> Result<Self::Made, EngineError>;

    /// Writes a page after those before it, while others are made: one is written at a time.
    ///
    /// # Errors
    ///
    /// [`EngineError::Write`].
    fn write(&self, page: &ScreenedPage, made: Self::Made) -> Result<(), EngineError>;
}
