//! The whole job: measure every plot, decide, roll up.

use crate::measure::{Measurer, Subject};
use crate::measurements::{ByIndicator, ColumnValues, MeasurementColumn, columns_of, overlap_columns};
use crate::{EngineError, PlotRow, PlotTable, Progress};
use lindero_indicators::{
    COVER_CLASSES, IndicatorPlan, OverlapPlan, agroforestry_id, names, other_land_id, overlap, undecided_id,
};
use lindero_layers::{LayerSource, LayerSpec, VectorLayer};
use lindero_logic::Value;
use lindero_plots::{M2_PER_HA, ShapeStore, area_m2};
use lindero_policy::{Bound, Decision, Policy, Row};
use lindero_regions::{Assignment, MeasuredPart, RegionRow, RegionSet, RollUp};
use rayon::prelude::*;
use std::sync::Arc;

/// A layer of the catalog, opened.
#[derive(Clone)]
pub struct ScreenLayer {
    /// What the catalog says.
    pub spec: LayerSpec,
    /// What its files hold.
    pub data: LayerData,
}

/// What a layer's files hold.
#[derive(Clone)]
pub enum LayerData {
    /// Cells.
    Raster(Arc<dyn LayerSource>),
    /// Features.
    Vector(Arc<VectorLayer>),
}

impl ScreenLayer {
    /// The source of a layer that an analysis reads.
    pub(crate) fn raster(&self) -> &dyn LayerSource {
        match &self.data {
            LayerData::Raster(source) => source.as_ref(),
            LayerData::Vector(_) => unreachable!("plans read cells from rasters only"),
        }
    }
}

/// What is to be done with the plots.
pub struct Screening<'a> {
    /// The catalog's layers, in the order that the plan's indices mean.
    pub layers: &'a [ScreenLayer],
    /// What to measure.
    pub plan: &'a IndicatorPlan,
    /// How to decide.
    pub policy: &'a Policy,
    /// Where to add up.
    pub regions: Option<&'a RegionSet>,
}

/// What came of it.
pub struct Screened {
    /// Measurements, one value per plot.
    pub columns: Vec<MeasurementColumn>,
    /// One per plot.
    pub decisions: Vec<Decision>,
    /// The policy as it was bound to the columns.
    pub bound: Bound,
    /// The regions each plot lies in; `None` for a plot without a shape. Empty without regions.
    pub assignments: Vec<Option<Assignment>>,
    /// Sums per region. Empty without regions.
    pub roll_up: Vec<RegionRow>,
    /// Names of the columns that are added up per region.
    pub roll_up_columns: Vec<String>,
}

impl Screening<'_> {
    /// Measures, decides and rolls up.
    ///
    /// # Errors
    ///
    /// If a layer cannot be read, someone interrupts, or the policy asks for a column that no indicator
    /// can have.
    pub fn run(&self, table: &PlotTable, progress: &dyn Progress) -> Result<Screened, EngineError> {
        let subjects = Subjects::of(table, self.regions);
        let steps = self.plan.analyses.len() * subjects.list.len();
        progress.stage("measuring", steps as u64);
        let mut found = ByIndicator::new();
        for analysis in &self.plan.analyses {
            let measured = Measurer::new(analysis, self.layers).measure(&subjects.shapes, &subjects.list, progress)?;
            columns_of(analysis, &measured, &mut found);
        }
        for plan in &self.plan.overlaps {
            overlap_columns(&plan.id, self.overlaps(plan, &subjects), &mut found);
        }
        let mut columns: Vec<MeasurementColumn> =
            self.plan.order.iter().filter_map(|id| found.remove(id)).flatten().collect();
        add_undecided(&mut columns, &subjects.list);

        let bound = self
            .policy
            .bind(&columns.iter().map(MeasurementColumn::for_policy).collect::<Vec<_>>())
            .map_err(|e| EngineError::Policy { message: e.to_string() })?;
        progress.stage("deciding", table.rows.len() as u64);
        let decisions = (0..table.rows.len())
            .into_par_iter()
            .map(|row| decide(&bound, &columns, &table.rows[row], &subjects.of_row[row]))
            .collect::<Vec<_>>();
        progress.advance(table.rows.len() as u64);

        let (roll_up, roll_up_columns) = self.roll_up(table, &subjects, &columns, &decisions);
        let assignments = subjects.assignments;
        let of_row = &subjects.of_row;
        let columns = columns.into_iter().map(|column| column.of_plots(of_row)).collect();
        Ok(Screened { columns, decisions, bound, assignments, roll_up, roll_up_columns })
    }

    fn overlaps(&self, plan: &OverlapPlan, subjects: &Subjects) -> Vec<Option<(f64, f64, String)>> {
        let LayerData::Vector(layer) = &self.layers[plan.layer].data else {
            unreachable!("overlaps are planned with layers of features only");
        };
        let of = |subject: &Subject| {
            // An empty layer says nothing: it is not "no overlap".
            (!layer.is_empty()).then(|| {
                let found = overlap(subjects.shapes.get(subject.shape), subject.area_m2, layer);
                (found.area_m2, found.share, names(layer, &found.features))
            })
        };
        subjects.list.par_iter().map(of).collect()
    }

    fn roll_up(
        &self,
        table: &PlotTable,
        subjects: &Subjects,
        columns: &[MeasurementColumn],
        decisions: &[Decision],
    ) -> (Vec<RegionRow>, Vec<String>) {
        let Some(regions) = self.regions else { return (Vec::new(), Vec::new()) };
        let added: Vec<&MeasurementColumn> = columns.iter().filter(|column| column.is_hectares()).collect();
        let names: Vec<String> = added.iter().map(|column| column.name.clone()).collect();
        let mut roll_up = RollUp::new(regions.names().to_vec(), names.clone());
        for (row, of_row) in subjects.of_row.iter().enumerate() {
            let verdict = decisions[row].verdict.as_str();
            let Some(assignment) = &subjects.assignments[row] else {
                let values = vec![None; added.len()];
                let nowhere = MeasuredPart {
                    row: row as u64,
                    region: None,
                    is_largest: true,
                    area_ha: 0.0,
                    values: &values,
                    verdict,
                };
                roll_up.add(nowhere);
                continue;
            };
            for (index, (part, &subject)) in assignment.parts.iter().zip(&of_row.parts).enumerate() {
                let values: Vec<Option<f64>> = added.iter().map(|c| c.number(subject as usize)).collect();
                let area_ha = part.share * table.rows[row].area_m2.unwrap_or(0.0) / M2_PER_HA;
                roll_up.add(MeasuredPart {
                    row: row as u64,
                    region: part.region,
                    is_largest: index == 0,
                    area_ha,
                    values: &values,
                    verdict,
                });
            }
        }
        (roll_up.finish(), names)
    }
}

/// Every shape that is measured, and whose it is.
struct Subjects {
    shapes: ShapeStore,
    list: Vec<Subject>,
    of_row: Vec<RowSubjects>,
    assignments: Vec<Option<Assignment>>,
}

/// The subjects of one plot, as indices.
#[derive(Clone, Debug, Default)]
struct RowSubjects {
    /// The plot itself, or the disc of its declared area.
    own: Option<u32>,
    /// The 4 ha disc of a point.
    disc: Option<u32>,
    /// Its parts by region, in the order of its assignment.
    parts: Vec<u32>,
}

impl Subjects {
    fn of(table: &PlotTable, regions: Option<&RegionSet>) -> Self {
        let assignments: Vec<Option<Assignment>> = match regions {
            None => Vec::new(),
            Some(regions) => table
                .rows
                .par_iter()
                .map(|row| Some(regions.assign(table.shapes.get(row.shape?), row.area_m2?)))
                .collect(),
        };
        let mut subjects = Self { shapes: table.shapes.clone(), list: Vec::new(), of_row: Vec::new(), assignments };
        for (index, row) in table.rows.iter().enumerate() {
            let mut of_row = RowSubjects::default();
            if let (Some(shape), Some(area_m2)) = (row.shape, row.area_m2) {
                let own = subjects.push(shape, shape, area_m2);
                of_row.own = Some(own);
                of_row.disc = row.disc.map(|disc| {
                    let disc_m2 = area_m2_of(&subjects.shapes, disc);
                    subjects.push(disc, disc, disc_m2)
                });
                let parts = subjects.assignments.get_mut(index).and_then(Option::as_mut);
                let pieces: Vec<_> = parts
                    .map(|assignment| assignment.parts.iter_mut().map(|part| part.shape.take()).collect())
                    .unwrap_or_default();
                for piece in pieces {
                    let part = match piece {
                        None => own,
                        Some(piece) => {
                            let piece = subjects.shapes.push(piece.as_ref());
                            let piece_m2 = area_m2_of(&subjects.shapes, piece);
                            subjects.push(piece, shape, piece_m2)
                        }
                    };
                    of_row.parts.push(part);
                }
            }
            subjects.of_row.push(of_row);
        }
        subjects
    }

    fn push(&mut self, shape: u32, plot_shape: u32, area_m2: f64) -> u32 {
        self.list.push(Subject { shape, plot_shape, area_m2 });
        self.list.len() as u32 - 1
    }
}

fn area_m2_of(shapes: &ShapeStore, shape: u32) -> f64 {
    area_m2(shapes.get(shape))
}

impl MeasurementColumn {
    /// The values of plots alone, in their order.
    fn of_plots(self, of_row: &[RowSubjects]) -> Self {
        fn pick<T: Clone>(values: &[Option<T>], of_row: &[RowSubjects]) -> Vec<Option<T>> {
            of_row.iter().map(|row| row.own.and_then(|own| values[own as usize].clone())).collect()
        }
        let values = match &self.values {
            ColumnValues::Numbers(numbers) => ColumnValues::Numbers(pick(numbers, of_row)),
            ColumnValues::Years(years) => ColumnValues::Years(pick(years, of_row)),
            ColumnValues::Names(names) => ColumnValues::Names(pick(names, of_row)),
        };
        Self { name: self.name, values }
    }
}

/// Agroforestry, other land and what nobody can tell add up to the plot.
fn add_undecided(columns: &mut Vec<MeasurementColumn>, subjects: &[Subject]) {
    for percent in COVER_CLASSES {
        let position = |id: String, columns: &[MeasurementColumn]| {
            columns.iter().position(|column| column.name == format!("{id}_ha"))
        };
        let (Some(yes), Some(other)) =
            (position(agroforestry_id(percent), columns), position(other_land_id(percent), columns))
        else {
            continue;
        };
        let rest = subjects.iter().enumerate().map(|(index, subject)| {
            // Of one of them nothing may be known where the other is known: then all that is left is undecided.
            let known = match (columns[yes].number(index), columns[other].number(index)) {
                (None, None) => return None,
                (yes, other) => yes.unwrap_or(0.0) + other.unwrap_or(0.0),
            };
            let rest = subject.area_m2 / M2_PER_HA - known;
            // The areas of cells and of the plot differ in the eighth digit.
            Some(if rest * M2_PER_HA < 1e-6 * subject.area_m2 { 0.0 } else { rest })
        });
        let values = ColumnValues::Numbers(rest.collect());
        let name = format!("{}_ha", undecided_id(percent));
        columns.insert(other, MeasurementColumn { name, values });
    }
}

/// One subject as a policy sees it.
struct SubjectRow<'a> {
    columns: &'a [MeasurementColumn],
    row: &'a PlotRow,
    subject: Option<u32>,
}

impl Row for SubjectRow<'_> {
    fn value(&self, column: usize) -> Value<'_> {
        self.subject.map_or(Value::Unknown, |subject| self.columns[column].value(subject as usize))
    }

    fn geometry_usable(&self) -> bool {
        self.subject.is_some()
    }

    fn is_point(&self) -> bool {
        self.row.disc.is_some()
    }

    fn defects(&self) -> String {
        let defects: Vec<String> = self.row.defects.iter().map(ToString::to_string).collect();
        defects.join("; ")
    }
}

fn decide(bound: &Bound, columns: &[MeasurementColumn], row: &PlotRow, of_row: &RowSubjects) -> Decision {
    let of = |subject| bound.decide(&SubjectRow { columns, row, subject });
    match of_row.disc {
        Some(disc) => bound.decide_point(of(of_row.own), of(Some(disc))),
        None => of(of_row.own),
    }
}
