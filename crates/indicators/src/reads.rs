//! Which layers each indicator reads.

use crate::IndicatorPlan;
use crate::analysis::Analysis;
use crate::bound::{BoundProgram, Source};
use std::collections::{BTreeMap, BTreeSet};

impl IndicatorPlan {
    /// For each measured indicator the layers whose values it is made of, as indices into the catalog's layers: those of its
    /// expressions, and those that tell where these are valid. A layer that only lends its grid is none of them.
    #[must_use]
    pub fn layers_read(&self) -> BTreeMap<&str, BTreeSet<usize>> {
        let mut read = BTreeMap::new();
        for analysis in &self.analyses {
            for indicator in &analysis.indicators {
                let mut layers = BTreeSet::new();
                let dated = indicator.by.iter().map(|(program, _)| program);
                for program in indicator.condition.iter().chain(&indicator.mean).chain(dated) {
                    analysis.add_layers_of(program, &mut layers);
                }
                read.insert(indicator.id.as_str(), layers);
            }
        }
        read.extend(self.overlaps.iter().map(|overlap| (overlap.id.as_str(), BTreeSet::from([overlap.layer]))));
        read
    }
}

impl Analysis {
    fn add_layers_of(&self, program: &BoundProgram, layers: &mut BTreeSet<usize>) {
        for source in &program.sources {
            match *source {
                Source::Slot(slot) => {
                    layers.insert(self.slots[slot].layer);
                    self.slots[slot].conditions().for_each(|condition| self.add_layers_of(condition, layers));
                }
                Source::Whole(whole) => {
                    layers.insert(self.wholes[whole]);
                }
                Source::Patch(patch) => self.add_layers_of(&self.patches[patch].of, layers),
            }
        }
    }
}
