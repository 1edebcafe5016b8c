//! Areas and what follows from them into measurements.

use crate::{Analysis, Outcome};
use lindero_grid::AreaUnits;

/// What one indicator has added up to; the tallies of parts of a plot add.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Ground where the condition is true.
    pub area: AreaUnits,
    /// Ground where it is known.
    pub observed: AreaUnits,
    /// Ground where it is true, by the asked years.
    pub by_year: Vec<AreaUnits>,
    /// Ground where it is true and the value whose mean is asked is known.
    pub mean_area: AreaUnits,
    /// Sum of that value, weighted with square metres (or cells, on planar grids).
    pub mean_sum: f64,
    /// The earliest asked year of any ground where it is true.
    pub first_year: Option<i32>,
}

impl Tally {
    /// Adds another part of the same plot.
    pub fn add(&mut self, other: &Self) {
        self.area += other.area;
        self.observed += other.observed;
        self.mean_area += other.mean_area;
        self.mean_sum += other.mean_sum;
        for (mine, theirs) in self.by_year.iter_mut().zip(&other.by_year) {
            *mine += *theirs;
        }
        self.first_year = match (self.first_year, other.first_year) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// The mean of the value over the ground where the condition is true; `None` where none is known.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (!self.mean_area.is_zero()).then(|| self.mean_sum / self.mean_area.to_m2())
    }
}

impl Analysis {
    /// Adds up one plot's areas, each with what the indicators say there; one tally per indicator.
    ///
    /// Where a mean is asked, the caller gives them in one order: sums of floating point numbers depend on it.
    pub fn tally<'o>(&self, areas: impl Iterator<Item = (&'o [Outcome], AreaUnits)>) -> Vec<Tally> {
        let mut tallies: Vec<Tally> = self
            .indicators
            .iter()
            .map(|indicator| {
                let years = indicator.years.map_or(0, |(first, last)| (last - first + 1) as usize);
                Tally { by_year: vec![AreaUnits::ZERO; years], ..Tally::default() }
            })
            .collect();
        for (outcomes, area) in areas {
            for ((tally, outcome), indicator) in tallies.iter_mut().zip(outcomes).zip(&self.indicators) {
                if outcome.truth.is_observed() {
                    tally.observed += area;
                }
                if !outcome.truth.is_true() {
                    continue;
                }
                tally.area += area;
                if let Some(value) = outcome.value {
                    tally.mean_area += area;
                    tally.mean_sum += value * area.to_m2();
                }
                if let (Some(year), Some((first, _))) = (outcome.year, indicator.years) {
                    tally.by_year[(year - first) as usize] += area;
                    tally.first_year = Some(tally.first_year.map_or(year, |known| known.min(year)));
                }
            }
        }
        tallies
    }
}
