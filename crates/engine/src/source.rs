//! Where plots come from.

use crate::EngineError;
use arrow_array::{RecordBatch, StringArray};
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
