//! Where plots come from.

use crate::EngineError;
use arrow_array::{RecordBatch, RecordBatchOptions, StringArray, UInt32Array, cast::AsArray};
use arrow_schema::ArrowError;
use arrow_select::take::take;
use lindero_plots::RawGeometries;

/// Features in file order: their geometry as found, in WGS 84, and the user's own columns.
#[derive(Clone, Debug)]
pub struct FeatureBatch {
    /// One per feature.
    pub geometries: RawGeometries,
    /// The features' own ids, where the format has them and any feature of the batch has one.
    pub ids: Option<StringArray>,
    /// The user's columns: one row per feature.
    pub attributes: RecordBatch,
}

/// Every so many features of a source: a sample.
pub struct Sampled<S> {
    step: u64,
    source: S,
    /// How many features come before the next one that is taken.
    skip: u64,
}

impl<S: PlotSource> Sampled<S> {
    /// The first feature and each `step`-th after it.
    pub fn every(step: u64, source: S) -> Self {
        Self { step, source, skip: 0 }
    }
}

impl<S: PlotSource> PlotSource for Sampled<S> {
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError> {
        let Some(batch) = self.source.next_batch()? else { return Ok(None) };
        let features = batch.geometries.len() as u64;
        let taken: Vec<u32> = (self.skip..features).step_by(self.step as usize).map(|index| index as u32).collect();
        let end = taken.last().map_or(self.skip, |&last| u64::from(last) + self.step);
        self.skip = end - features;
        let mut geometries = RawGeometries::new();
        taken.iter().for_each(|&index| geometries.push_ref(batch.geometries.get(index as usize)));
        let taken = UInt32Array::from(taken);
        let broken = |error: ArrowError| EngineError::Plots { message: error.to_string() };
        let ids = batch.ids.map(|ids| take(&ids, &taken, None).map(|ids| ids.as_string::<i32>().clone())).transpose();
        let columns = batch.attributes.columns().iter().map(|column| take(column, &taken, None));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        // There may be no columns, and there are as many rows all the same.
        let rows = RecordBatchOptions::new().with_row_count(Some(taken.len()));
        let attributes =
            RecordBatch::try_new_with_options(batch.attributes.schema(), columns, &rows).map_err(broken)?;
        Ok(Some(FeatureBatch { geometries, ids: ids.map_err(broken)?, attributes }))
    }

    fn count(&self) -> Option<u64> {
        self.source.count().map(|count| count.div_ceil(self.step))
    }
}

/// Gives the features of one run's plot files, in order.
pub trait PlotSource {
    /// The next features; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`EngineError::Plots`] saying which file broke and where.
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError>;

    /// How many features there are in all, where the files say so.
    fn count(&self) -> Option<u64>;
}
