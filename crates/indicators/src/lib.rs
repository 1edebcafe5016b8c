//! Indicators: what is measured of a plot from its layers.
//!
//! The nouns: [`Definitions`] are the terms and indicators as written; an [`IndicatorPlan`] groups them
//! into [`Analysis`]es, one per grid; a cell's readings make a [`Key`], what follows from a key is an
//! [`Outcome`], and a [`Tally`] adds outcomes up to what is known of a plot.
//!
//! It walks over no cell and reads no file: the engine gives it areas per key.

mod analysis;
mod bound;
mod overlap;
mod plan;
mod scope;
mod spec;
mod tally;
mod tree_cover;

pub use analysis::{Analysis, Key, Outcome};
pub use bound::{SlotRef, patch_flags, whole_flag};
pub use overlap::{Overlap, names, overlap};
pub use plan::{IndicatorPlan, OverlapPlan};
pub use scope::{CellScope, LayerFacts};
pub use spec::{CellsSpec, Definitions, IndicatorKind, IndicatorSpec, List, Patch};
pub use tally::{Memo, Tally};
pub use tree_cover::{COVER_CLASSES, FIRST_AGROFORESTRY_YEAR, TreeCover, agroforestry_id, other_land_id, undecided_id};
