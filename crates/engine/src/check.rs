//! `check`: what is wrong with plots, what was mended, what only people can answer, and which plots claim the same
//! ground.

mod counts;
mod declared_regions;

pub use counts::{CheckSummary, CodeCount, Example, Kind, RepairCount};
pub use declared_regions::DeclaredRegions;

use crate::checked_plots::{POSITION_ERROR, column, number_of};
use crate::producers::Producers;
use crate::{CheckedBatch, CheckedPlots, EngineError, Fields, PlotSource, Progress};
use arrow_array::{StringArray, builder::StringBuilder};
use counts::Counting;
use lindero_plots::doubts::{Country, Declared, Doubt, DoubtCode, DoubtRules, Places, RepeatedPoints, doubts};
use lindero_plots::{
    ConflictRules, Conflicts, Datum, Lang, PlotGround, PlotGrounds, Position, RawGeometryRef, ShapeStore, conflicts,
    repeated_ids,
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What plots are held against.
pub struct CheckRules<'a> {
    /// The country in which all of them are said to lie.
    pub country: Option<Country>,
    /// What all coordinates are said to count from.
    pub datum: Datum,
    /// The column with who has the plot.
    pub producer: Option<String>,
    /// In which regions plots are declared to be.
    pub regions: Option<&'a DeclaredRegions>,
    /// What lies where.
    pub places: &'a (dyn Places + Sync),
    /// When something is asked.
    pub doubts: DoubtRules,
    /// When two plots are in conflict.
    pub conflicts: ConflictRules,
    /// The language of the examples.
    pub lang: Lang,
}

/// Some plots with what is asked about them.
pub struct DoubtedBatch {
    /// The plots.
    pub batch: CheckedBatch,
    /// One list a plot.
    pub doubts: Vec<Vec<Doubt>>,
}

/// Takes the plots as they are checked, in input order.
pub trait CheckSink: Send {
    /// Takes some plots.
    ///
    /// # Errors
    ///
    /// [`EngineError::Write`].
    fn write(&mut self, plots: &DoubtedBatch) -> Result<(), EngineError>;
}

/// Nobody wants the plots.
impl CheckSink for () {
    fn write(&mut self, _: &DoubtedBatch) -> Result<(), EngineError> {
        Ok(())
    }
}

/// What came of a check.
pub struct CheckedAll {
    /// How many plots are in which state, and what was found.
    pub summary: CheckSummary,
    /// The ids, one a row.
    pub ids: StringArray,
    /// Rows that share an id, by the first of them.
    pub repeated_ids: Vec<Vec<u32>>,
    /// The producers by number, each as first written.
    pub producers: Vec<String>,
    /// What each row claims of the ground.
    pub rows: Vec<PlotGround>,
    /// The shapes that rows point to.
    pub shapes: ShapeStore,
    /// Which of them claim the same.
    pub conflicts: Conflicts,
    /// Names of declared regions that are none, with the number of plots that declare them; in the order of the names.
    pub unknown_regions: BTreeMap<String, u64>,
}

/// Reads and checks all plots of a source, hands them on, and then compares them with each other.
///
/// All shapes are held until the end: 300 MB a million plots of 17 corners.
///
/// # Errors
///
/// If plots cannot be read, `sink` cannot take them, or someone interrupts.
pub fn check(
    source: &mut dyn PlotSource,
    fields: &Fields,
    rules: &CheckRules<'_>,
    progress: &dyn Progress,
    sink: &mut dyn CheckSink,
) -> Result<CheckedAll, EngineError> {
    let mut counting = Counting::new(rules.lang);
    let mut producers = Producers::default();
    let mut repeated_points = RepeatedPoints::default();
    let (mut near, mut unknown_regions) = (None, BTreeMap::new());
    let (mut rows, mut shapes, mut ids) = (Vec::new(), ShapeStore::new(), StringBuilder::new());
    CheckedPlots::new(source, fields).each(progress, |batch| {
        // Where one plot of the files lies, another may: that tells zones of a projection apart.
        near = near.or_else(|| first_place(&batch));
        let mut asked = questions(&batch, rules, near);
        for (row, doubts) in asked.iter_mut().enumerate() {
            if let RawGeometryRef::Points(points) = batch.geometries.get(row) {
                doubts.extend(repeated_points.take(batch.first_row + row as u64, points));
            }
        }
        if let Some(regions) = rules.regions {
            regions.count_unknown(&batch.attributes, &mut unknown_regions);
        }
        let producer = rules.producer.as_deref().and_then(|name| column(&batch.attributes, name));
        let first = shapes.append(&batch.shapes);
        for (row, plot) in batch.rows.iter().enumerate() {
            ids.append_value(batch.ids.value(row));
            // Of a point nobody knows which ground is meant.
            let shape = plot.shape.filter(|_| plot.disc.is_none()).map(|shape| first + shape);
            let producer = producer.and_then(|column| producers.number(column, row));
            rows.push(PlotGround { shape, area_m2: plot.area_m2.unwrap_or(0.0), producer });
        }
        let plots = DoubtedBatch { batch, doubts: asked };
        counting.take(&plots);
        sink.write(&plots)
    })?;
    progress.stage("comparing plots", 0);
    if progress.interrupted() {
        return Err(EngineError::Interrupted);
    }
    let ids = ids.finish();
    let conflicts = conflicts(&PlotGrounds::new(&shapes, &rows), &rules.conflicts);
    Ok(CheckedAll {
        summary: counting.finish(),
        repeated_ids: repeated_ids(ids.iter().map(Option::unwrap_or_default)),
        ids,
        producers: producers.into_names(),
        rows,
        shapes,
        conflicts,
        unknown_regions,
    })
}

/// What is asked about each plot by itself.
fn questions(batch: &CheckedBatch, rules: &CheckRules<'_>, near: Option<Position>) -> Vec<Vec<Doubt>> {
    let errors = column(&batch.attributes, POSITION_ERROR);
    let of_row = |row: usize| {
        let plot = &batch.rows[row];
        let declared = Declared {
            country: rules.country,
            area_ha: plot.declared_ha,
            position_error_m: errors.and_then(|column| number_of(column, row)),
            near,
            datum: rules.datum,
        };
        let drawn_m2 = plot.area_m2.filter(|_| plot.disc.is_none());
        let raw = batch.geometries.get(row);
        let mut found = doubts(raw, drawn_m2, &declared, rules.places, &rules.doubts);
        // Where the numbers are to be read another way already, or the plot is far away, no 300 m explain it.
        if let Some(regions) = rules.regions
            && !found.iter().any(|doubt| doubt.code() <= DoubtCode::OtherCountry)
        {
            found.splice(0..0, regions.old_datum(&batch.attributes, row, raw, rules.places));
        }
        found
    };
    (0..batch.rows.len()).into_par_iter().map(of_row).collect()
}

/// The first corner of the first plot that can be measured.
fn first_place(batch: &CheckedBatch) -> Option<Position> {
    let shape = batch.rows.iter().find_map(|plot| plot.shape)?;
    batch.shapes.get(shape).positions().first().copied()
}
