//! Indicators that are measured together: one grid, one pass over the cells, one key per cell.

use crate::bound::{BoundProgram, Slot, SlotRef, Source};

/// What is read at each cell, and the indicators that follow from it.
///
/// A cell's readings and flags make one key. What an indicator says depends on the key alone, so it is
/// worked out once per key, not once per cell.
#[derive(Debug)]
pub struct Analysis {
    /// The layer whose grid is the analysis grid, as an index into the catalog's layers.
    pub grid_layer: usize,
    /// Whether whole cells count by their centre instead of by their share.
    pub by_centre: bool,
    pub(crate) slots: Vec<Slot>,
    /// Layers of which it is asked whether their own cell lies wholly inside the plot.
    pub wholes: Vec<usize>,
    pub(crate) patches: Vec<PatchPlan>,
    pub(crate) indicators: Vec<CellsIndicator>,
}

/// A connected area that cells must belong to.
#[derive(Debug)]
pub(crate) struct PatchPlan {
    pub(crate) of: BoundProgram,
    pub(crate) over_ha: f64,
}

/// One indicator of an analysis.
#[derive(Debug)]
pub(crate) struct CellsIndicator {
    pub(crate) id: String,
    pub(crate) condition: Option<BoundProgram>,
    pub(crate) by: Vec<(BoundProgram, Dating)>,
    pub(crate) years: Option<(i32, i32)>,
    pub(crate) mean: Option<BoundProgram>,
}

/// How a formula's number gives a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dating {
    /// It is one.
    Year,
    /// It is the number of a day.
    Day,
}

impl Analysis {
    /// What is read at each cell, in the order of a key.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = SlotRef> + '_ {
        self.slots.iter().map(Slot::reference)
    }

    /// Areas (hectares) that patches must exceed, in the order of the flags.
    pub fn patch_areas_ha(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.patches.iter().map(|patch| patch.over_ha)
    }

    /// Whether a slot is read to find a patch, and so is asked beyond the plot too.
    #[must_use]
    pub fn slot_has_halo(&self, slot: usize) -> bool {
        (0..self.patches.len()).any(|patch| self.patch_reads(patch, slot))
    }

    /// Whether a patch reads a slot, itself or for the sake of another.
    #[must_use]
    pub fn patch_reads(&self, patch: usize, slot: usize) -> bool {
        self.reads(&self.patches[patch].of, slot)
    }

    fn reads(&self, program: &BoundProgram, slot: usize) -> bool {
        program.sources.iter().any(|source| match source {
            Source::Slot(index) => {
                *index == slot || self.slots[*index].conditions().any(|condition| self.reads(condition, slot))
            }
            _ => false,
        })
    }

    /// Ids of the indicators, in the order of their outcomes.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.indicators.iter().map(|indicator| indicator.id.as_str())
    }

    /// The years that get a column, for each indicator.
    #[must_use]
    pub fn years(&self, indicator: usize) -> Option<(i32, i32)> {
        self.indicators[indicator].years
    }

    /// Whether an indicator has a condition, so that an area is measured.
    #[must_use]
    pub fn has_condition(&self, indicator: usize) -> bool {
        self.indicators[indicator].condition.is_some()
    }

    /// Whether an indicator measures a mean.
    #[must_use]
    pub fn has_mean(&self, indicator: usize) -> bool {
        self.indicators[indicator].mean.is_some()
    }
}
