//! Analyses on the same cells become one: each plot is laid over these cells once, and no block is decoded twice.

use crate::analysis::{Analysis, PatchPlan};
use crate::bound::{BoundProgram, MOST_PATCHES, MOST_WHOLES, Source};
use crate::{CellScope, IndicatorPlan};

impl IndicatorPlan {
    /// Joins the analyses whose grids are the cells of two layers that have the same.
    ///
    /// One with a mean stays alone: numbers are added up by key, and its keys would have more parts.
    pub(crate) fn join(&mut self, scope: &CellScope<'_>) {
        let cells = |analysis: &Analysis| scope.layers[analysis.grid_layer].cells_of.unwrap_or(analysis.grid_layer);
        for analysis in std::mem::take(&mut self.analyses) {
            let twin = self.analyses.iter_mut().find(|known| {
                cells(known) == cells(&analysis) && known.by_centre == analysis.by_centre && known.can_join(&analysis)
            });
            match twin {
                Some(known) => known.add(analysis),
                None => self.analyses.push(analysis),
            }
        }
    }
}

/// For each slot, layer of whole cells and patch of an analysis, which it is in another.
#[derive(Default)]
struct Places {
    slots: Vec<usize>,
    wholes: Vec<usize>,
    patches: Vec<usize>,
}

impl Places {
    fn of(&self, bound: BoundProgram) -> BoundProgram {
        let source = |source: &Source| match *source {
            Source::Slot(slot) => Source::Slot(self.slots[slot]),
            Source::Whole(whole) => Source::Whole(self.wholes[whole]),
            Source::Patch(patch) => Source::Patch(self.patches[patch]),
        };
        BoundProgram { sources: bound.sources.iter().map(source).collect(), program: bound.program }
    }
}

impl Analysis {
    fn can_join(&self, other: &Self) -> bool {
        let has_mean = |analysis: &Self| analysis.indicators.iter().any(|indicator| indicator.mean.is_some());
        !has_mean(self)
            && !has_mean(other)
            && self.wholes.len() + other.wholes.len() <= MOST_WHOLES
            && self.patches.len() + other.patches.len() <= MOST_PATCHES
    }

    fn add(&mut self, other: Self) {
        let mut places = Places::default();
        for mut slot in other.slots {
            // Conditions stand on slots before their own, which have their places.
            slot.valid = slot.valid.map(|condition| places.of(condition));
            slot.counts = slot.counts.map(|condition| places.of(condition));
            let known = self.slots.iter().position(|mine| mine.layer == slot.layer && mine.band == slot.band);
            places.slots.push(known.unwrap_or_else(|| {
                self.slots.push(slot);
                self.slots.len() - 1
            }));
        }
        for whole in other.wholes {
            places.wholes.push(place_of(&mut self.wholes, whole, |a, b| a == b));
        }
        for patch in other.patches {
            let patch = PatchPlan { of: places.of(patch.of), over_ha: patch.over_ha };
            let same = |a: &PatchPlan, b: &PatchPlan| a.of == b.of && a.over_ha == b.over_ha;
            places.patches.push(place_of(&mut self.patches, patch, same));
        }
        self.indicators.extend(other.indicators.into_iter().map(|mut indicator| {
            indicator.condition = indicator.condition.map(|condition| places.of(condition));
            indicator.by = indicator.by.into_iter().map(|(by, dating)| (places.of(by), dating)).collect();
            indicator
        }));
    }
}

/// The index of an item, new or known.
fn place_of<T>(items: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool) -> usize {
    items.iter().position(|known| same(known, &item)).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}
