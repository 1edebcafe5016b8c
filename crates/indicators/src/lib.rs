//! Indicators: what is measured of a plot from its layers.
//!
//! The nouns: [`Definitions`] are the terms and indicators as written; an [`IndicatorPlan`] groups them
//! into [`Analysis`]es, one per grid; what follows from the readings of a cell are [`Outcomes`], which also tell
//! which readings need not be told apart; and a [`Tally`] adds outcomes up to what is known of a plot.
//!
//! It walks over no cell and reads no file: the engine gives it areas.

mod analysis;
mod bound;
mod cell_class;
mod crossing;
mod height;
mod join;
mod outcomes;
mod overlap;
mod plan;
mod preset;
mod reads;
mod remainder;
mod scope;
mod spec;
mod tally;
mod tree_cover;

pub use analysis::Analysis;
pub use bound::{SlotRef, patch_flags, whole_flag};
pub use cell_class::CellClass;
pub use crossing::Crossing;
pub use outcomes::{Outcome, Outcomes, Told};
pub use overlap::{Overlap, names, overlap};
pub use plan::{IndicatorPlan, OverlapPlan};
pub use preset::{FilledPreset, PRESETS, Preset, builtin_preset};
pub use remainder::Remainder;
pub use scope::{CellScope, LayerFacts};
pub use spec::{CellsSpec, Definitions, IndicatorKind, IndicatorSpec, List, Patch};
pub use tally::Tally;
pub use tree_cover::{COVER_CLASSES, FIRST_AGROFORESTRY_YEAR, TreeCover};
