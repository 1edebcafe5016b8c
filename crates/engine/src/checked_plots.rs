//! Plots as they come from their source, checked: batch by batch, in input order.

use crate::typed_area::hectares;
use crate::{Declared, EngineError, FeatureBatch, PlotSource, Progress};
use arrow_array::builder::StringBuilder;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch, StringArray, cast::AsArray};
use arrow_schema::DataType;
use lindero_plots::{
    Checked, Checker, ContentId, Defect, M2_PER_HA, PlotGeometryRef, RawGeometries, RawGeometryRef, Repair,
    RepairRules, ShapeStore, area_m2, content_id, discs,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The area a bare point stands for at most: the law's ceiling for a point (hectares).
pub const DISC_HA: f64 = 4.0;

/// The column that readers of phone surveys make of the accuracy that the phone stored.
pub(crate) const POSITION_ERROR: &str = "position_error_m";

/// Plots of a run: rows are counted in 32 bits.
const MOST_ROWS: u64 = u32::MAX as u64;

/// Plots that one worker checks at a time.
const CHECKED_AT_ONCE: usize = 512;

/// What of the plots is wanted, and what may be done to them.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The column with the plot's id.
    pub id: Option<String>,
    /// The column with the declared area: hectares, unless its text names another unit.
    pub area: Option<String>,
    /// Whether plots get an id by their geometry.
    pub content_ids: bool,
    /// Which repairs are made.
    pub repairs: RepairRules,
    /// Where plots are moved too: what must be known for it.
    pub moved: Option<MovedFields>,
}

/// What must be known of plots that are moved by their position error.
#[derive(Clone, Debug, Default)]
pub struct MovedFields {
    /// The standard deviation of their positions in metres, of those for which a survey says no larger one.
    pub position_error_m: f64,
    /// Where they declare what the policy's attributes are.
    pub declared: Declared,
}

/// One input feature.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PlotRow {
    /// Hash of the normalised geometry; `None` where there is none or none was wanted.
    pub content_id: Option<ContentId>,
    /// What is wrong with the geometry.
    pub defects: Box<[Defect]>,
    /// What was done about it, or what could be.
    pub repairs: Box<[Repair]>,
    /// Whether the shape differs from what was given.
    pub repaired: bool,
    /// The shape to measure, by index; `None` where nothing can be measured. Of a point it is the
    /// disc of the declared area, else of 4 ha.
    pub shape: Option<u32>,
    /// Of a point: the disc of 4 ha, by index.
    pub disc: Option<u32>,
    /// Ellipsoidal area of the shape under edges straight in longitude and latitude.
    pub area_m2: Option<f64>,
    /// What the user's own column says the area is.
    pub declared_ha: Option<f64>,
}

/// Consecutive features of a source, checked.
#[derive(Clone, Debug)]
pub struct CheckedBatch {
    /// Which feature of the source is the first, from 0.
    pub first_row: u64,
    /// The user's ids: the column asked for, else the feature's own id, else the row.
    pub ids: StringArray,
    /// One per feature.
    pub rows: Vec<PlotRow>,
    /// The shapes that rows point to.
    pub shapes: ShapeStore,
    /// The geometries as given, one per feature.
    pub geometries: RawGeometries,
    /// The user's own columns, one row per feature.
    pub attributes: RecordBatch,
}

/// Reads a source and checks what it gives: while the pool checks one batch and hands the one before it on, the calling
/// thread reads the one behind it. A pool of one worker does one after the other: one thread is then at work.
pub struct CheckedPlots<'s> {
    source: &'s mut dyn PlotSource,
    fields: &'s Fields,
    /// Which row the next batch begins with.
    next_row: u64,
    /// What was read ahead; before the first batch nothing was.
    ahead: Option<Result<Option<FeatureBatch>, EngineError>>,
}

impl<'s> CheckedPlots<'s> {
    /// Starts at the source's next feature.
    pub fn new(source: &'s mut dyn PlotSource, fields: &'s Fields) -> Self {
        Self { source, fields, next_row: 0, ahead: None }
    }

    /// Hands all features on, batch by batch, and tells whoever waits how far it is.
    ///
    /// # Errors
    ///
    /// The source's own, that of `take`, or [`EngineError::Interrupted`].
    pub fn each(
        mut self,
        progress: &dyn Progress,
        mut take: impl FnMut(CheckedBatch) -> Result<(), EngineError> + Send,
    ) -> Result<(), EngineError> {
        progress.stage("reading plots", self.source.count().unwrap_or(0));
        let mut before = None;
        loop {
            let checked = self.step(|| before.take().map_or(Ok(()), |batch| hand_on(batch, progress, &mut take)))?;
            if checked.is_none() {
                return Ok(());
            }
            before = checked;
        }
    }

    /// The same on the calling thread, for takers that cannot be sent to another.
    ///
    /// # Errors
    ///
    /// As [`Self::each`].
    pub fn each_here(
        mut self,
        progress: &dyn Progress,
        mut take: impl FnMut(CheckedBatch) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        progress.stage("reading plots", self.source.count().unwrap_or(0));
        while let Some(batch) = self.next()? {
            hand_on(batch, progress, &mut take)?;
        }
        Ok(())
    }

    /// The next features; `None` at the end.
    ///
    /// # Errors
    ///
    /// The source's own; what it gave before comes first.
    #[expect(
        clippy::should_implement_trait,
        reason = "an error ends it, and `?` reads better than an iterator of results"
    )]
    pub fn next(&mut self) -> Result<Option<CheckedBatch>, EngineError> {
        self.step(|| Ok(()))
    }

    /// The next features, and something else that is to be done before them.
    fn step(
        &mut self,
        meanwhile: impl FnOnce() -> Result<(), EngineError> + Send,
    ) -> Result<Option<CheckedBatch>, EngineError> {
        let batch = match self.ahead.take().unwrap_or_else(|| self.source.next_batch()) {
            Ok(Some(batch)) => batch,
            // What was given before an error comes before it.
            other => return meanwhile().and(other.map(|_| None)),
        };
        let (fields, first_row) = (self.fields, self.next_row);
        self.next_row += batch.geometries.len() as u64;
        if rayon::current_num_threads() == 1 {
            meanwhile()?;
            return Ok(Some(CheckedBatch::of(batch, fields, first_row)));
        }
        let mut checked = None;
        let mut handed_on = Ok(());
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| handed_on = meanwhile());
            scope.spawn(|_| checked = Some(CheckedBatch::of(batch, fields, first_row)));
            self.ahead = Some(self.source.next_batch());
        });
        handed_on.map(|()| checked)
    }
}

/// Gives a batch to whoever takes it, unless there is a reason to stop.
fn hand_on(
    batch: CheckedBatch,
    progress: &dyn Progress,
    take: &mut impl FnMut(CheckedBatch) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    if progress.interrupted() {
        return Err(EngineError::Interrupted);
    }
    let features = batch.rows.len() as u64;
    if batch.first_row + features > MOST_ROWS {
        return Err(EngineError::Plots { message: format!("there are over {MOST_ROWS} plots: run them in parts") });
    }
    take(batch)?;
    progress.advance(features);
    Ok(())
}

/// A few features, checked.
#[derive(Default)]
struct Part {
    rows: Vec<PlotRow>,
    shapes: ShapeStore,
}

/// Checks a batch with all workers.
fn check(batch: &FeatureBatch, fields: &Fields) -> Vec<Part> {
    let areas = fields.area.as_deref().and_then(|name| column(&batch.attributes, name));
    let rows = batch.geometries.len();
    (0..rows.div_ceil(CHECKED_AT_ONCE))
        .into_par_iter()
        .map_init(
            || Checker::new(fields.repairs),
            |checker, number| {
                let first = number * CHECKED_AT_ONCE;
                let of_part = first..(first + CHECKED_AT_ONCE).min(rows);
                let positions = batch.geometries.position_count() * of_part.len() / rows;
                let shapes = ShapeStore::with_capacity(of_part.len(), positions);
                let mut part = Part { rows: Vec::with_capacity(of_part.len()), shapes };
                for row in of_part {
                    let declared_ha = areas.and_then(|column| hectares_of(column, row));
                    part.push(checker, batch.geometries.get(row), declared_ha, fields);
                }
                part
            },
        )
        .collect()
}

impl Part {
    fn push(&mut self, checker: &mut Checker, raw: RawGeometryRef<'_>, declared_ha: Option<f64>, fields: &Fields) {
        let Checked { geometry, repaired, defects, repairs } = checker.check(raw);
        let content_id = if fields.content_ids { content_id(geometry) } else { None };
        let (shape, disc) = match geometry {
            PlotGeometryRef::Area(shape) => (Some(self.shapes.push(shape)), None),
            PlotGeometryRef::Points(points) => {
                let disc = discs(points, DISC_HA * M2_PER_HA);
                let declared = declared_ha.filter(|ha| ha.is_finite() && *ha > 0.0);
                let own = declared.and_then(|ha| discs(points, ha * M2_PER_HA / points.len() as f64));
                let mut push = |shape: &lindero_plots::Shape| self.shapes.push(shape.as_ref());
                (own.as_ref().or(disc.as_ref()).map(&mut push), disc.as_ref().map(&mut push))
            }
            PlotGeometryRef::Unusable => (None, None),
        };
        let area_m2 = shape.map(|shape| area_m2(self.shapes.get(shape)));
        let (defects, repairs) = (defects.into_boxed_slice(), repairs.into_boxed_slice());
        self.rows.push(PlotRow { content_id, defects, repairs, repaired, shape, disc, area_m2, declared_ha });
    }
}

impl CheckedBatch {
    fn of(batch: FeatureBatch, fields: &Fields, first_row: u64) -> Self {
        let parts = check(&batch, fields);
        let ids = plot_ids(&batch, fields, first_row);
        let mut rows = Vec::with_capacity(batch.geometries.len());
        let positions = parts.iter().map(|part| part.shapes.positions_len()).sum();
        let mut shapes = ShapeStore::with_capacity(batch.geometries.len(), positions);
        for part in parts {
            let first = shapes.append(&part.shapes);
            rows.extend(part.rows.into_iter().map(|row| row.shifted(first)));
        }
        Self { first_row, ids, rows, shapes, geometries: batch.geometries, attributes: batch.attributes }
    }
}

impl PlotRow {
    /// The same row where its shapes are behind `first` others.
    pub(crate) fn shifted(self, first: u32) -> Self {
        let shift = |shape: Option<u32>| shape.map(|index| first + index);
        Self { shape: shift(self.shape), disc: shift(self.disc), ..self }
    }
}

/// One id a feature: the user's column, else the feature's own id, else the row.
fn plot_ids(batch: &FeatureBatch, fields: &Fields, first_row: u64) -> StringArray {
    let named = fields.id.as_deref().and_then(|name| column(&batch.attributes, name));
    let own = batch.ids.as_ref();
    if let Some(ids) = named.and_then(|column| column.as_string_opt::<i32>()).or(own)
        && ids.null_count() == 0
        && ids.offsets().windows(2).all(|ends| ends[0] < ends[1])
    {
        return ids.clone();
    }
    let mut ids = StringBuilder::new();
    let mut text = String::new();
    for row in 0..batch.geometries.len() {
        text.clear();
        let written = named.is_some_and(|column| write_id(column, row, &mut text))
            || own.is_some_and(|column| write_id(column, row, &mut text));
        if !written {
            write!(text, "{}", first_row + row as u64).expect("text takes what is written");
        }
        ids.append_value(&text);
    }
    ids.finish()
}

pub(crate) fn column<'b>(attributes: &'b RecordBatch, name: &str) -> Option<&'b dyn Array> {
    attributes.column_by_name(name).map(|column| column.as_ref())
}

/// A number of hectares, or text that says an area.
fn hectares_of(column: &dyn Array, row: usize) -> Option<f64> {
    match column.as_string_opt::<i32>() {
        Some(text) => text.is_valid(row).then(|| hectares(text.value(row))).flatten(),
        None => number_of(column, row),
    }
}

/// A number, or text that is one.
pub(crate) fn number_of(column: &dyn Array, row: usize) -> Option<f64> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(row)),
        DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(row) as f64),
        DataType::Utf8 => column.as_string::<i32>().value(row).trim().parse().ok(),
        _ => None,
    }
}

/// A value as text without blanks around it; `None` where there is none.
pub(crate) fn text_of(column: &dyn Array, row: usize) -> Option<String> {
    let mut text = String::new();
    write_id(column, row, &mut text).then(|| text.trim().to_owned())
}

/// Appends an id, if there is one.
fn write_id(column: &dyn Array, row: usize, out: &mut String) -> bool {
    if column.is_null(row) {
        return false;
    }
    match column.data_type() {
        DataType::Utf8 => out.push_str(column.as_string::<i32>().value(row)),
        DataType::Int64 => {
            write!(out, "{}", column.as_primitive::<Int64Type>().value(row)).expect("text takes what is written");
        }
        DataType::Float64 => {
            write!(out, "{}", column.as_primitive::<Float64Type>().value(row)).expect("text takes what is written");
        }
        _ => {}
    }
    !out.is_empty()
}
