//! The run: plots and layers in, one row per plot out.
//!
//! The nouns: a [`PlotSource`] gives features; a [`CheckedBatch`] holds what can be measured of some of them; a
//! sweep walks the ground in chunks and measures every plot on it; [`tabulate`] is the area of every
//! class of every layer per plot.
//!
//! It opens no file, reads no clock and no environment: sources and sinks are traits that others
//! implement.

mod blocks;
mod bucket_classes;
mod buckets;
mod byte_areas;
mod byte_classes;
mod byte_set;
mod byte_store;
mod check;
mod checked_plots;
mod chunks;
mod claims;
mod class_kernel;
mod class_page;
mod classes;
mod codes;
mod crossed;
mod declared;
mod error;
mod filing;
mod ground;
mod id_pages;
mod in_order;
mod index_map;
mod key_areas;
mod keys;
mod large_coverage;
mod lattice;
mod long_runs;
mod measure;
mod measurements;
mod morton;
mod mosaic;
mod moves;
mod normal;
mod patch;
mod planted;
mod pod;
mod producers;
mod progress;
mod reach;
mod read_plots;
mod readings;
mod resources;
mod results;
mod row_codes;
mod row_pages;
mod run;
mod scratch;
mod screen;
mod screened_page;
mod shapes;
mod source;
mod splits;
mod stability;
mod subject_page;
mod subjects;
mod summary;
mod sweep;
mod tabulate;
mod transforms;
mod true_ground;
mod typed_area;
mod unaccented;
mod value_counts;
mod whole_cells;

pub use check::{
    CheckRules, CheckSink, CheckSummary, CheckedAll, CodeCount, DeclaredRegions, DoubtedBatch, Example, Kind,
    RepairCount, check,
};
pub use checked_plots::{CheckedBatch, CheckedPlots, DISC_HA, Fields, MovedFields, PlotRow};
pub use claims::Claims;
pub use class_page::{ClassPage, NamedPage};
pub use crossed::{CrossedBand, CrossedSource};
pub use declared::{Declared, DeclaredColumn, declared_value};
pub use error::EngineError;
pub use in_order::in_order;
pub use measurements::{ColumnValues, MeasurementColumn};
pub use moves::{Moves, MovesError};
pub use progress::{Progress, Quiet};
pub use reach::{Reach, Reaching};
pub use read_plots::ReadPlots;
pub use resources::{Resources, USUAL_MEMORY};
pub use row_pages::PlotPage;
pub use scratch::{MemoryScratch, REEL_FORMAT, Reel, Scratch};
pub use screen::{LayerData, ScreenLayer, Screened, Screening};
pub use screened_page::{ScreenSink, ScreenedPage};
pub use source::{FeatureBatch, PlotSource, Sampled};
pub use splits::{LEAST_PART_M2, SuggestedSplit, SuggestedSplits, suggest_splits};
pub use summary::{RuleCount, StabilityCount, StabilitySummary, Summary, VerdictCount, WorstPlot};
pub use tabulate::{ClassSink, NamedLayer, Tabulated, tabulate};
pub use typed_area::hectares as typed_hectares;
pub use unaccented::unaccented;
