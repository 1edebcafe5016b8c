//! Reference points of a stratified random sample, counted.

use std::collections::BTreeMap;

/// A stratum with fewer points says little about its ground.
pub const FEW_POINTS: u64 = 30;

/// Points by stratum, the map's class and the reference class. Classes are indices into one list.
#[derive(Clone, Debug, PartialEq)]
pub struct StratifiedSample {
    classes: Vec<String>,
    strata: Vec<Stratum>,
}

/// One stratum: ground within which each place was as likely to be looked at as any other.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// Its name.
    pub name: String,
    /// How much ground it is, in a unit that is the same for all strata.
    pub size: f64,
    /// The map's class, where all of the stratum is of one class.
    pub map_class: Option<usize>,
    /// The number of cells it consists of, where the share of them that was looked at is to reduce the variance.
    pub cells: Option<u64>,
    /// Points by the map's class, where it is known, and the reference class.
    pub counts: BTreeMap<(Option<usize>, usize), u64>,
}

impl StratifiedSample {
    /// No strata yet.
    #[must_use]
    pub fn new(classes: Vec<String>) -> Self {
        Self { classes, strata: Vec::new() }
    }

    /// Adds a stratum and gives its index. `map_class` is the map's class, where all of the stratum is of one.
    ///
    /// # Panics
    ///
    /// If the size is negative or no number.
    pub fn add_stratum(&mut self, name: &str, size: f64, map_class: Option<usize>) -> usize {
        assert!(size >= 0.0 && size.is_finite(), "a stratum of size {size}");
        let counts = BTreeMap::new();
        self.strata.push(Stratum { name: name.to_owned(), size, map_class, cells: None, counts });
        self.strata.len() - 1
    }

    /// Has the share of a stratum's cells that was looked at reduce the variance: the correction for finite populations.
    ///
    /// # Panics
    ///
    /// If there is no such stratum.
    pub fn set_cells(&mut self, stratum: usize, cells: u64) {
        self.strata[stratum].cells = Some(cells);
    }

    /// Adds points of a stratum, the map's class there, if it is known, and their reference class.
    ///
    /// # Panics
    ///
    /// If there is no such stratum or class.
    pub fn add_points(&mut self, stratum: usize, map_class: Option<usize>, reference: usize, points: u64) {
        assert!(reference.max(map_class.unwrap_or(0)) < self.classes.len(), "no class {map_class:?} or {reference}");
        if points > 0 {
            *self.strata[stratum].counts.entry((map_class, reference)).or_insert(0) += points;
        }
    }

    /// The names of the classes.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The strata, as they were added.
    #[must_use]
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }
}

impl Stratum {
    /// How many points it has.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The share of the points at which `what` is true of the map's class and the reference class.
    pub(super) fn share(&self, what: impl Fn(Option<usize>, usize) -> bool) -> f64 {
        let counted = self.counts.iter().filter(|((map, reference), _)| what(*map, *reference));
        counted.map(|(_, points)| *points).sum::<u64>() as f64 / self.points() as f64
    }
}
