//! Regions within regions: districts in provinces, provinces in departments.

use std::collections::BTreeMap;

/// What stands where a feature has no name on an outer level.
pub const UNNAMED: &str = "(none)";

/// The levels of some features, outermost first, and which region each feature belongs to on each of them.
///
/// A region is known by its path: two districts of one name in two provinces are two regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    names: Vec<String>,
    /// For each level its regions, in the order of their paths.
    regions: Vec<Vec<Vec<String>>>,
    /// For each level the region of each feature.
    of_feature: Vec<Vec<u32>>,
}

impl Levels {
    /// The levels with these names, of features with these paths; an empty part of a path is [`UNNAMED`].
    ///
    /// # Panics
    ///
    /// If a path has not one part for each level.
    #[must_use]
    pub fn new(names: Vec<String>, paths: &[Vec<String>]) -> Self {
        let named = |part: &String| if part.trim().is_empty() { UNNAMED.to_owned() } else { part.clone() };
        let paths: Vec<Vec<String>> = paths.iter().map(|path| path.iter().map(named).collect()).collect();
        assert!(paths.iter().all(|path| path.len() == names.len()), "a name for each level");
        let (mut regions, mut of_feature) = (Vec::new(), Vec::new());
        for depth in 1..=names.len() {
            let mut numbers: BTreeMap<&[String], u32> = paths.iter().map(|path| (&path[..depth], 0)).collect();
            for (number, known) in (0..).zip(numbers.values_mut()) {
                *known = number;
            }
            of_feature.push(paths.iter().map(|path| numbers[&path[..depth]]).collect());
            regions.push(numbers.keys().map(|path| path.to_vec()).collect());
        }
        Self { names, regions, of_feature }
    }

    /// The levels' names, outermost first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The paths of a level's regions, sorted; the last part is the region's own name.
    #[must_use]
    pub fn regions(&self, level: usize) -> &[Vec<String>] {
        &self.regions[level]
    }

    /// A feature's region on a level, as an index into [`Self::regions`].
    #[must_use]
    pub fn region_of(&self, feature: usize, level: usize) -> usize {
        self.of_feature[level][feature] as usize
    }

    /// Number of features.
    #[must_use]
    pub fn features(&self) -> usize {
        self.of_feature.first().map_or(0, Vec::len)
    }
}

#[cfg(test)]
mod tests {
    use super::{Levels, UNNAMED};

    #[test]
    fn a_name_that_two_provinces_share_is_two_regions_and_a_blank_one_has_its_own() {
        let path = |department: &str, district: &str| vec![department.to_owned(), district.to_owned()];
        let paths = [path("Ucayali", "Santa Rosa"), path("", "Lamas"), path("Huanuco", "Santa Rosa")];
        let levels = Levels::new(vec!["department".into(), "district".into()], &paths);
        assert_eq!(levels.regions(0), [[UNNAMED], ["Huanuco"], ["Ucayali"]]);
        assert_eq!(levels.regions(1), [path(UNNAMED, "Lamas"), path("Huanuco", "Santa Rosa"), paths[0].clone()]);
        assert_eq!([0, 1, 2].map(|feature| levels.region_of(feature, 1)), [2, 0, 1]);
    }
}
