//! What can be measured of every input feature: one row each, in input order.

use crate::{CheckedBatch, CheckedPlots, EngineError, Fields, PlotRow, PlotSource, Progress};
use arrow_array::{RecordBatch, StringArray};
use lindero_plots::{Position, RawGeometries, ShapeStore};

/// Every input feature and the shapes to measure, in longitude and latitude.
#[derive(Debug, Default)]
pub struct PlotTable {
    /// The user's ids: the column asked for, else the feature's own id, else the row.
    pub ids: PlotIds,
    /// One per feature, in input order.
    pub rows: Vec<PlotRow>,
    /// The shapes that rows point to.
    pub shapes: ShapeStore,
    /// The geometries as given, one per feature.
    pub geometries: RawGeometries,
    /// The user's own columns, in batches that add up to the rows.
    pub attributes: Vec<RecordBatch>,
}

impl PlotTable {
    /// Reads every feature and checks it.
    ///
    /// # Errors
    ///
    /// The source's own, or [`EngineError::Interrupted`].
    pub fn read(source: &mut dyn PlotSource, fields: &Fields, progress: &dyn Progress) -> Result<Self, EngineError> {
        progress.stage("reading plots", source.count().unwrap_or(0));
        let mut table = Self::default();
        let mut plots = CheckedPlots::new(source, fields);
        while let Some(batch) = plots.next()? {
            if progress.interrupted() {
                return Err(EngineError::Interrupted);
            }
            let rows = batch.rows.len() as u64;
            table.add(batch);
            progress.advance(rows);
        }
        Ok(table)
    }

    /// Somewhere among the plots: where cells of several grids are compared by size.
    #[must_use]
    pub fn centre(&self) -> Position {
        let bounds = self.shapes.iter().map(|shape| shape.bounds()).reduce(|all, bounds| all.union(&bounds));
        bounds.map_or([0.0, 0.0], |bounds| bounds.center())
    }

    /// Every `step`-th feature, without the user's columns: a sample.
    #[must_use]
    pub fn every(&self, step: usize) -> Self {
        let mut sample = Self::default();
        for index in (0..self.rows.len()).step_by(step) {
            let row = &self.rows[index];
            let mut copy = |shape: Option<u32>| shape.map(|index| sample.shapes.push(self.shapes.get(index)));
            let (shape, disc) = (copy(row.shape), copy(row.disc));
            sample.rows.push(PlotRow { shape, disc, ..row.clone() });
            sample.ids.push(self.ids.get(index));
            sample.geometries.push_ref(self.geometries.get(index));
        }
        sample
    }

    fn add(&mut self, batch: CheckedBatch) {
        let first = self.shapes.append(&batch.shapes);
        self.ids.append(&batch.ids);
        self.rows.extend(batch.rows.into_iter().map(|row| row.shifted(first)));
        self.geometries.append(batch.geometries);
        self.attributes.push(batch.attributes);
    }
}

/// One id a plot, in one text.
#[derive(Clone, Debug, Default)]
pub struct PlotIds {
    text: String,
    /// Where each id ends.
    ends: Vec<usize>,
}

impl PlotIds {
    /// The id of a plot, by row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    fn append(&mut self, ids: &StringArray) {
        ids.iter().for_each(|id| self.push(id.unwrap_or_default()));
    }
}
