//! The questions of a run.

use super::Question;
use crate::ground_maps::DoubtfulCells;
use crate::run::{ReadRun, ReadRunError, RunPolicy, StoredPlot};
use crate::screening::{ScreenInput, ScreenInputError};
use crate::vector::VectorError;
use lindero_layers::LayerError;
use lindero_logic::nearest;
use lindero_plots::{Checker, M2_PER_HA, PlotGeometry, PlotGeometryRef, RawGeometryRef, RepairRules, Shape, disc};
use lindero_policy::{Ask, Margin};
use rayon::prelude::*;

/// The area of the disc around a point of which no area is declared.
const DISC_HA: f64 = 4.0;
/// What would answer a question is told in so many ways.
const MOST_WAYS: usize = 3;

/// Which questions are wanted.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Only those that can be answered so.
    pub ask: Option<Ask>,
    /// The column of the plots by which they are grouped.
    pub by: Option<String>,
    /// Only those about plots with this id.
    pub plot: Option<String>,
}

/// The questions of a run, by how they can be answered, then by group, then in the order of the plots.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The questions.
    pub questions: Vec<Question>,
    /// What the layers of the run were: an answer holds as long as it is the same.
    pub layers_id: String,
}

/// Why there is no queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum QueueError {
    /// The run.
    #[error(transparent)]
    Run(#[from] ReadRunError),
    /// Its plots.
    #[error(transparent)]
    Plots(#[from] VectorError),
    /// Its catalog.
    #[error(transparent)]
    Input(#[from] ScreenInputError),
    /// A layer.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// There is no such column.
    #[error("--by {column:?} is no column of the plots{hint}")]
    NoColumn { column: String, hint: String },
}

impl Queue {
    /// Reads the questions of a run. With `input`, what the run was made of, the cells in doubt are looked up too.
    ///
    /// # Errors
    ///
    /// [`QueueError`].
    pub fn read(run: &ReadRun, input: Option<&ScreenInput>, filter: &QueueFilter) -> Result<Self, QueueError> {
        let policy = RunPolicy::of(run)?;
        let schema = run.schema();
        if let Some(column) = filter.by.as_ref().filter(|column| schema.column_with_name(column).is_none()) {
            let names = schema.fields().iter().map(|field| field.name().as_str());
            let hint = nearest(column, names).map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            return Err(QueueError::NoColumn { column: column.clone(), hint });
        }
        let mut cells: Option<DoubtfulCells<'_>> = None;
        let mut questions = Vec::new();
        for batch in run.plots()? {
            let batch = batch?;
            let mut found = Vec::new();
            for row in 0..batch.attributes.num_rows() {
                let plot = policy.plot(&batch.attributes, row);
                found.extend(of_plot(&policy, &plot, batch.geometries.get(row), filter));
            }
            if let (Some(input), None) = (input, &cells) {
                let near = found.iter().find_map(|(_, question)| question.place());
                cells = near.map(|near| DoubtfulCells::of(input, &policy.bound, near)).transpose()?;
            }
            if let Some(cells) = &cells {
                found.par_iter_mut().try_for_each(|(rule, question)| {
                    if let Some(shape) = &question.boundary {
                        question.cells = cells.of_plot(*rule, question.code.ends_with('?'), shape.as_ref())?;
                    }
                    Ok::<(), LayerError>(())
                })?;
            }
            questions.extend(found.into_iter().map(|(_, question)| question));
        }
        questions.sort_by(|a: &Question, b: &Question| (a.ask, &a.group, a.row).cmp(&(b.ask, &b.group, b.row)));
        Ok(Self { questions, layers_id: run.layers_id() })
    }
}

/// The questions of one plot, each with its rule.
fn of_plot(
    policy: &RunPolicy,
    plot: &StoredPlot<'_>,
    geometry: RawGeometryRef<'_>,
    filter: &QueueFilter,
) -> Vec<(usize, Question)> {
    if filter.plot.as_ref().is_some_and(|only| plot.text("plot_id").as_ref() != Some(only)) {
        return Vec::new();
    }
    let codes = plot.text("findings").unwrap_or_default();
    let reasons = plot.text("reasons").unwrap_or_default();
    let rules = policy.policy.rules();
    let asked = codes.split(';').zip(reasons.split(';')).filter_map(|(code, reason)| {
        let rule = rules.iter().position(|rule| rule.code == code.trim_end_matches('?'))?;
        let ask = rules[rule].ask.filter(|ask| filter.ask.is_none_or(|only| only == *ask))?;
        Some((rule, ask, code, reason))
    });
    let asked: Vec<(usize, Ask, &str, &str)> = asked.collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let margins = policy.bound.margins(plot);
    let text = |column: &str| plot.text(column).unwrap_or_default();
    let boundary = boundary(geometry, plot.number("area_ha"));
    let tells_moves = |rule: usize| codes.split(';').any(|code| code == rules[rule].code);
    let is_unsteady = policy.bound.rule_of_moves().is_some_and(tells_moves);
    let unsteady = plot.moved().filter(|_| is_unsteady).and_then(|moved| policy.bound.spanish_of_moved(&moved));
    let question = |(rule, ask, code, reason): (usize, Ask, &str, &str)| {
        let margin = margins.iter().find(|margin: &&Margin| margin.rule == rule && margin.holds);
        let ways = margin.map(|margin| policy.bound.ways_out(plot, margin)).unwrap_or_default();
        let question = Question {
            ask,
            group: filter.by.as_ref().map(|column| text(column)).unwrap_or_default(),
            row: plot.number("row").map_or(0, |row| row as u64),
            plot_id: text("plot_id"),
            content_id: text("content_id"),
            code: code.to_owned(),
            rule: rules[rule].name.replace('-', " "),
            found: reason.to_owned(),
            spanish: if code.ends_with('?') { None } else { policy.bound.spanish(rule, plot) },
            unsteady: unsteady.clone(),
            answered_by: ways.iter().take(MOST_WAYS).map(ToString::to_string).collect(),
            area_ha: plot.number("area_ha"),
            boundary: boundary.clone(),
            cells: Vec::new(),
        };
        (rule, question)
    };
    asked.into_iter().map(question).collect()
}

/// The boundary as it was measured; of a point the disc of its area.
fn boundary(geometry: RawGeometryRef<'_>, area_ha: Option<f64>) -> Option<Shape> {
    let mut checker = Checker::new(RepairRules::default());
    match checker.check(geometry).geometry {
        PlotGeometryRef::Points([point, ..]) => disc(*point, area_ha.unwrap_or(DISC_HA) * M2_PER_HA),
        other => match other.to_owned() {
            PlotGeometry::Area(shape) => Some(shape),
            PlotGeometry::Points(_) | PlotGeometry::Unusable => None,
        },
    }
}
