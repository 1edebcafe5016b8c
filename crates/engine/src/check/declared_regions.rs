//! In which region each plot is declared to be.

use crate::checked_plots::{column, text_of};
use crate::unaccented;
use arrow_array::RecordBatch;
use lindero_plots::doubts::{Doubt, Places, old_datum_by_region};
use lindero_plots::{Position, RawGeometryRef};
use lindero_regions::RegionSet;
use std::collections::BTreeMap;

/// Regions, and the column in which plots declare theirs.
pub struct DeclaredRegions {
    set: RegionSet,
    column: String,
    /// Regions by their folded names.
    known: BTreeMap<String, u32>,
}

impl DeclaredRegions {
    /// Regions by name; case, accents and blanks around a name do not count.
    #[must_use]
    pub fn new(set: RegionSet, column: String) -> Self {
        let known = (0..).zip(set.names()).map(|(region, name)| (folded(name), region)).collect();
        Self { set, column, known }
    }

    /// The name that a row declares; `None` where it declares none.
    fn name(&self, attributes: &RecordBatch, row: usize) -> Option<String> {
        text_of(column(attributes, &self.column)?, row).filter(|name| !name.is_empty())
    }

    /// Counts the declared names that are no region's.
    pub(super) fn count_unknown(&self, attributes: &RecordBatch, counts: &mut BTreeMap<String, u64>) {
        let names = (0..attributes.num_rows()).filter_map(|row| self.name(attributes, row));
        for name in names.filter(|name| !self.known.contains_key(&folded(name))) {
            *counts.entry(name).or_default() += 1;
        }
    }

    /// The question whether a row's coordinates are of an old datum.
    pub(super) fn old_datum(
        &self,
        attributes: &RecordBatch,
        row: usize,
        raw: RawGeometryRef<'_>,
        places: &dyn Places,
    ) -> Option<Doubt> {
        let region = *self.known.get(&folded(&self.name(attributes, row)?))?;
        let is_in = |at: Position| self.set.at(at).contains(&region);
        old_datum_by_region(raw, &self.set.names()[region as usize], &is_in, places)
    }
}

/// A name in small letters, without the accents of Spanish and Portuguese, with single blanks.
fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase().chars().map(unaccented).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_name_is_the_same_with_and_without_accents() {
        assert_eq!(folded(" HUÁNUCO "), "huanuco");
        assert_eq!(folded("Madre  de Dios"), folded("MADRE DE DIOS"));
        assert_ne!(folded("Junín"), folded("Jauja"));
    }
}
