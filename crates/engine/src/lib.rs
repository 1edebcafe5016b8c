//! The run: plots and layers in, one row per plot out.
//!
//! The nouns: a [`PlotSource`] gives features; [`PlotTable`] holds what can be measured of them; a
//! sweep walks the ground in chunks and measures every plot on it; [`tabulate`] is the area of every
//! class of every layer per plot.
//!
//! It opens no file, reads no clock and no environment: sources and sinks are traits that others
//! implement.

mod blocks;
mod checked_plots;
mod chunks;
mod codes;
mod error;
mod ground;
mod index_map;
mod key_areas;
mod keys;
mod measure;
mod measurements;
mod mosaic;
mod patch;
mod plot_table;
mod progress;
mod reach;
mod readings;
mod row_codes;
mod screen;
mod shapes;
mod source;
mod summary;
mod sweep;
mod tabulate;
mod whole_cells;

pub use checked_plots::{CheckedBatch, CheckedPlots, DISC_HA, Fields, PlotRow};
pub use error::EngineError;
pub use measurements::{ColumnValues, MeasurementColumn};
pub use plot_table::{PlotIds, PlotTable};
pub use progress::{Progress, Quiet};
pub use reach::{Reach, reach};
pub use screen::{LayerData, ScreenLayer, Screened, Screening};
pub use source::{FeatureBatch, PlotSource};
pub use summary::{RuleCount, Summary, VerdictCount};
pub use tabulate::{ClassArea, LayerClasses, NamedLayer, PlotClasses, tabulate};
