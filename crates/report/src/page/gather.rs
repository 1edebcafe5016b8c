//! Reads a run's plots twice: once for the facts, once for the pictures.

use super::ReportError;
use super::facts::{ByVerdict, Facts, Measured, PlotLine, Sum, Worst, WorstPlot};
use crate::picture::{Overview, Placed, PlotPicture};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Schema};
use lindero_io::output::push_number;
use lindero_io::run::ReadRun;
use lindero_plots::{Bounds, Checker, PlotGeometryRef, RepairRules};
use lindero_policy::{About, Verdict};

/// A run of at most so many plots lists them all.
const LISTED: usize = 200;
/// The last column before the user's own.
const LAST_OF_OURS: &str = "region_shares";
/// Measurements of trees and agroforestry are told of the whole run, not of a plot.
const NOT_OF_A_PLOT: [&str; 2] = ["treecover_", "agroforestry_"];

/// What the rows tell, and where their plots are.
pub(super) struct Gathered {
    pub(super) facts: Facts,
    placed: Placed,
}

impl Gathered {
    /// Reads all rows.
    pub(super) fn of(run: &ReadRun, most_worst: usize) -> Result<Self, ReportError> {
        let schema = run.schema();
        let columns = Columns::of(&schema);
        let mut facts = Facts {
            by_question: columns.questions.iter().map(|(about, _)| (*about, ByVerdict::default())).collect(),
            sums: columns.hectares.iter().map(|(_, column)| Sum { column: column.clone(), ha: None }).collect(),
            dated: columns.dated.clone(),
            worst: Worst::of(most_worst),
            list: Some(Vec::new()),
            own_columns: columns.own.iter().map(|(_, name)| name.clone()).collect(),
            ..Facts::default()
        };
        let mut placed = Placed::default();
        each_plot(run, |row, geometry| {
            placed.add(&bounds(geometry));
            let line = add(&mut facts, &columns, row, geometry);
            match &mut facts.list {
                Some(list) if list.len() < LISTED => list.push(line),
                list => *list = None,
            }
        })?;
        Ok(Self { facts, placed })
    }

    /// Reads the rows again and draws their plots: on the map, which there is if any plot has a place, and beside the
    /// worst plots, which lie before and behind them in the run.
    pub(super) fn draw(&mut self, run: &ReadRun) -> Result<Option<Overview>, ReportError> {
        let mut overview = Overview::over(&self.placed);
        each_plot(run, |row, geometry| {
            if let Some(overview) = &mut overview {
                overview.add(geometry, row.verdict("verdict"));
            }
            for picture in self.facts.worst.plots.iter_mut().filter_map(|plot| plot.picture.as_mut()) {
                picture.offer(row.of_run, geometry);
            }
        })?;
        Ok(overview)
    }
}

/// Tells every plot of a run with its geometry as it was measured.
fn each_plot(run: &ReadRun, mut tell: impl FnMut(&Row<'_>, PlotGeometryRef<'_>)) -> Result<(), ReportError> {
    let is_unrepaired = run.manifest["parameters"]["no_repair"].as_bool() == Some(true);
    let mut checker = Checker::new(if is_unrepaired { RepairRules::none() } else { RepairRules::default() });
    let mut of_run = 0;
    for batch in run.plots()? {
        let batch = batch?;
        for (row, raw) in batch.geometries.iter().enumerate() {
            tell(&Row { batch: &batch.attributes, row, of_run }, checker.check(raw).geometry);
            of_run += 1;
        }
    }
    Ok(())
}

fn bounds(geometry: PlotGeometryRef<'_>) -> Bounds {
    match geometry {
        PlotGeometryRef::Area(shape) => shape.bounds(),
        PlotGeometryRef::Points(points) => Bounds::of(points),
        PlotGeometryRef::Unusable => Bounds::empty(),
    }
}

/// Which columns of the run's plots hold what.
struct Columns {
    /// Areas that were measured: index and name.
    hectares: Vec<(usize, String)>,
    /// Indicators that are dated by year.
    dated: Vec<String>,
    /// Questions with a verdict of their own, and its column.
    questions: Vec<(&'static str, String)>,
    own: Vec<(usize, String)>,
}

impl Columns {
    fn of(schema: &Schema) -> Self {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let ours = names.iter().position(|name| *name == LAST_OF_OURS).map_or(names.len(), |last| last + 1);
        let named = |index: usize| (index, names[index].to_owned());
        let is_area = |&index: &usize| {
            let is_number = *schema.field(index).data_type() == DataType::Float64;
            is_number && names[index].ends_with("_ha") && names[index] != "area_ha"
        };
        let questions = About::ALL.into_iter().map(|about| (about.as_str(), format!("verdict_{}", about.as_str())));
        Self {
            hectares: (0..ours).filter(is_area).map(named).collect(),
            dated: names[..ours]
                .iter()
                .filter_map(|name| name.strip_suffix("_first_year"))
                .map(str::to_owned)
                .collect(),
            questions: questions.filter(|(_, column)| names[..ours].contains(&column.as_str())).collect(),
            own: (ours..names.len()).map(named).collect(),
        }
    }
}

/// A row of the run's plots.
struct Row<'b> {
    batch: &'b RecordBatch,
    row: usize,
    /// Its number in the run, from 0.
    of_run: u64,
}

impl<'b> Row<'b> {
    fn text(&self, column: &str) -> Option<&'b str> {
        let values = self.batch.column_by_name(column)?.as_string_opt::<i32>()?;
        values.is_valid(self.row).then(|| values.value(self.row))
    }

    fn number(&self, column: &str) -> Option<f64> {
        number(self.batch.column_by_name(column)?, self.row)
    }

    /// A verdict that is none of the known is a question.
    fn verdict(&self, column: &str) -> Verdict {
        match self.text(column) {
            Some("high") => Verdict::High,
            Some("low") => Verdict::Low,
            _ => Verdict::MoreInfo,
        }
    }

    /// A value of the user's, of any type; `None` where there is none.
    fn own(&self, index: usize) -> Option<String> {
        let column = self.batch.column(index);
        if column.is_null(self.row) {
            return None;
        }
        if let Some(number) = column.as_primitive_opt::<Float64Type>() {
            let mut text = String::new();
            push_number(&mut text, number.value(self.row));
            return Some(text);
        }
        let format = FormatOptions::new();
        let values = ArrayFormatter::try_new(column.as_ref(), &format).ok()?;
        values.value(self.row).try_to_string().ok()
    }
}

fn number(column: &dyn Array, row: usize) -> Option<f64> {
    if column.is_null(row) {
        return None;
    }
    let whole = || column.as_primitive_opt::<Int64Type>().map(|values| values.value(row) as f64);
    column.as_primitive_opt::<Float64Type>().map(|values| values.value(row)).or_else(whole)
}

/// Adds a row to the facts; its line of the list.
fn add(facts: &mut Facts, columns: &Columns, row: &Row<'_>, geometry: PlotGeometryRef<'_>) -> PlotLine {
    let (verdict, area_ha) = (row.verdict("verdict"), row.number("area_ha"));
    facts.verdicts.add(verdict, area_ha);
    for ((_, column), (_, counted)) in columns.questions.iter().zip(&mut facts.by_question) {
        counted.add(row.verdict(column), area_ha);
    }
    let boundary = row.text("geometry_status").unwrap_or_default();
    match facts.boundaries.get_mut(boundary) {
        Some(plots) => *plots += 1,
        None => drop(facts.boundaries.insert(boundary.to_owned(), 1)),
    }
    for ((index, _), sum) in columns.hectares.iter().zip(&mut facts.sums) {
        if let Some(ha) = number(row.batch.column(*index), row.row) {
            *sum.ha.get_or_insert(0.0) += ha;
        }
    }
    let findings = row.text("findings").unwrap_or_default();
    let line = PlotLine {
        plot_id: row.text("plot_id").unwrap_or_default().to_owned(),
        verdict,
        area_ha,
        findings: findings.to_owned(),
        region: row.text("region").map(str::to_owned),
    };
    let codes: Vec<&str> = findings.split(';').filter(|code| !code.is_empty()).collect();
    if facts.worst.wants(verdict, codes.len(), area_ha) {
        // A `;` inside a sentence was written as a comma, so both lists have as many items.
        let mut sentences = row.text("reasons").unwrap_or_default().split(';');
        facts.worst.add(WorstPlot {
            row: row.of_run,
            picture: PlotPicture::of(row.of_run, geometry, area_ha),
            line: line.clone(),
            boundary: boundary.to_owned(),
            findings: codes
                .into_iter()
                .map(|code| (code.to_owned(), sentences.next().unwrap_or_default().to_owned()))
                .collect(),
            measured: measured(&facts.dated, columns, row),
            own: columns.own.iter().filter_map(|(index, name)| Some((name.clone(), row.own(*index)?))).collect(),
        });
    }
    line
}

/// What was measured of a plot and is there.
fn measured(dated: &[String], columns: &Columns, row: &Row<'_>) -> Vec<Measured> {
    let names = Facts { dated: dated.to_vec(), ..Facts::default() };
    let of_column = |(index, column): &(usize, String)| {
        let indicator = column.strip_suffix("_ha")?;
        let is_told = names.is_whole(column) && !NOT_OF_A_PLOT.iter().any(|start| column.starts_with(start));
        let ha = number(row.batch.column(*index), row.row).filter(|ha| is_told && *ha > 0.0)?;
        Some(Measured {
            indicator: indicator.to_owned(),
            ha,
            pct: row.number(&format!("{indicator}_pct")),
            observed_pct: row.number(&format!("{indicator}_observed_pct")),
        })
    };
    columns.hectares.iter().filter_map(of_column).collect()
}
