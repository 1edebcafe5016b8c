//! Indicators that are measured together: one grid, one pass over the cells, one key per cell.

use crate::bound::{BoundProgram, Slot, SlotRef, Source};
use lindero_layers::Reading;
use lindero_logic::{InputValue, Truth, Value};
use std::sync::Arc;

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

/// The key of a cell: readings, then one word of flags.
pub type Key = Arc<[u64]>;

/// What one indicator says at cells of one key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Whether the cells count.
    pub truth: Truth,
    /// The year they are dated to, if any.
    pub year: Option<i32>,
    /// The value whose mean is asked, where it is known.
    pub value: Option<f64>,
}

impl Analysis {
    /// What is read at each cell, in the order of the key.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = SlotRef> + '_ {
        self.slots.iter().map(Slot::reference)
    }

    /// Number of words in a key.
    #[must_use]
    pub fn key_len(&self) -> usize {
        self.slots.len() + 1
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

    /// Ids of the indicators, in the order of [`Self::outcomes`].
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

    /// Whether the cells of this key have in common what patch `patch` joins.
    #[must_use]
    pub fn patch_of(&self, patch: usize, readings: &[u64]) -> Truth {
        let values = self.values(readings);
        self.patches[patch].of.truth(&values, 0)
    }

    /// What every indicator says at cells of this key.
    #[must_use]
    pub fn outcomes(&self, key: &[u64]) -> Vec<Outcome> {
        let (readings, flags) = key.split_at(self.slots.len());
        let flags = flags[0];
        let values = self.values(readings);
        self.indicators
            .iter()
            .map(|indicator| {
                let value = indicator.mean.as_ref().and_then(|mean| match mean.number(&values, flags) {
                    Value::Number(number) => Some(number),
                    _ => None,
                });
                let truth = match &indicator.condition {
                    Some(condition) => condition.truth(&values, flags),
                    // A mean alone is known where its value is.
                    None if value.is_some() => Truth::True,
                    None => Truth::Unknown,
                };
                Outcome { truth, year: indicator.year(&values, flags), value }
            })
            .collect()
    }

    /// What every slot means, given its reading; conditions of a slot stand on slots before it.
    fn values(&self, readings: &[u64]) -> Vec<InputValue<'static>> {
        let mut values: Vec<InputValue<'static>> = Vec::with_capacity(self.slots.len());
        for (slot, &bits) in self.slots.iter().zip(readings) {
            let value = slot.value(Reading::from_bits(bits), &values);
            values.push(InputValue::Value(value));
        }
        values
    }
}

impl CellsIndicator {
    /// The earliest of the asked years that any dating layer gives.
    fn year(&self, values: &[InputValue<'static>], flags: u64) -> Option<i32> {
        let (first, last) = self.years?;
        let dated = self.by.iter().filter_map(|(program, dating)| match program.number(values, flags) {
            Value::Number(number) => Some(match dating {
                Dating::Year => number as i32,
                Dating::Day => lindero_logic::Day::from_number(number as i32).year(),
            }),
            _ => None,
        });
        dated.filter(|year| (first..=last).contains(year)).min()
    }
}
