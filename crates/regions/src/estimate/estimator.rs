//! The stratified estimators.
//!
//! # Method
//!
//! Stehman (2014), *International Journal of Remote Sensing* 35(13): 4923–4939: means of indicator variables (equations 3 and
//! 25) and ratios of two of them (27 and 28), for strata of any kind. Where the strata are the map's classes these are, term by
//! term, the estimators of Olofsson et al. (2014), *Remote Sensing of Environment* 148: 42–57, equations 1 to 11.

use super::{Figure, StratifiedSample, Stratum, Undefined};

/// What a sample says.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// How many points it rests on.
    pub points: u64,
    /// The ground of all strata.
    pub size: f64,
    /// One per class, in the order of the sample.
    pub classes: Vec<ClassEstimate>,
    /// Share of the ground on which the map is right.
    pub overall: Figure,
    /// Share of the ground by the map's class (rows) and the reference class (columns).
    pub confusion: Result<Vec<Vec<f64>>, Undefined>,
}

/// What a sample says of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassEstimate {
    /// The ground that the map gives to it; `None` where the strata do not tell.
    pub map_size: Option<f64>,
    /// The ground that it really has.
    pub area: Figure,
    /// Share of the ground mapped as the class that is of it.
    pub users: Figure,
    /// Share of the class's ground that is mapped as it.
    pub producers: Figure,
}

impl StratifiedSample {
    /// Estimates areas and accuracies.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        let classes = 0..self.classes().len();
        Estimate {
            points: self.strata().iter().map(Stratum::points).sum(),
            size: self.size(),
            classes: classes.map(|class| self.class_estimate(class)).collect(),
            overall: self.of_map(|| {
                self.ratio(|map, reference| map == Some(reference), |_, _| true, |_| true, Undefined::NoGround)
            }),
            confusion: self.confusion(),
        }
    }

    fn size(&self) -> f64 {
        total(self.strata().iter().map(|stratum| stratum.size))
    }

    fn class_estimate(&self, class: usize) -> ClassEstimate {
        let right = |map: Option<usize>, reference: usize| map == Some(class) && reference == class;
        // A stratum that the map gives to another class has none of what is mapped as this one, whatever the points say.
        let may_be_mapped = |stratum: &Stratum| stratum.map_class.is_none_or(|mapped| mapped == class);
        ClassEstimate {
            map_size: self.map_size(class),
            area: self.total(|_, reference| reference == class),
            users: self
                .of_map(|| self.ratio(right, |map, _| map == Some(class), may_be_mapped, Undefined::NeverMapped)),
            producers: self
                .of_map(|| self.ratio(right, |_, reference| reference == class, |_| true, Undefined::NeverFound)),
        }
    }

    fn map_size(&self, class: usize) -> Option<f64> {
        let all_known = self.strata().iter().all(|stratum| stratum.map_class.is_some());
        let of_class = self.strata().iter().filter(|stratum| stratum.map_class == Some(class));
        all_known.then(|| total(of_class.map(|stratum| stratum.size)))
    }

    /// What needs the map's class at every point.
    fn of_map(&self, figure: impl FnOnce() -> Figure) -> Figure {
        if self.knows_the_map() { figure() } else { Figure::undefined(Undefined::MapUnknown) }
    }

    fn knows_the_map(&self) -> bool {
        self.strata().iter().flat_map(|stratum| stratum.counts.keys()).all(|(map, _)| map.is_some())
    }

    /// The ground on which something is true.
    fn total(&self, what: impl Fn(Option<usize>, usize) -> bool + Copy) -> Figure {
        if let Some(empty) = self.strata().iter().find(|stratum| stratum.size > 0.0 && stratum.points() == 0) {
            return Figure::undefined(Undefined::NoPoints { stratum: empty.name.clone() });
        }
        let of_size = self.strata().iter().filter(|stratum| stratum.size > 0.0);
        let value = total(of_size.map(|stratum| stratum.size * stratum.share(what)));
        let se = self.standard_error(
            |_| true,
            |stratum| {
                let share = stratum.share(what);
                share - share * share
            },
        );
        Figure { value: Ok(value), se }
    }

    /// The share of the ground of which `of` is true on which `what` is true too; only strata that `may_have` such ground count.
    fn ratio(
        &self,
        what: impl Fn(Option<usize>, usize) -> bool + Copy,
        of: impl Fn(Option<usize>, usize) -> bool + Copy,
        may_have: impl Fn(&Stratum) -> bool + Copy,
        none: Undefined,
    ) -> Figure {
        let counted = || self.strata().iter().filter(|stratum| stratum.size > 0.0 && may_have(stratum));
        if let Some(empty) = counted().find(|stratum| stratum.points() == 0) {
            return Figure::undefined(Undefined::NoPoints { stratum: empty.name.clone() });
        }
        let whole: f64 = counted().map(|stratum| stratum.size * stratum.share(of)).sum();
        if whole <= 0.0 {
            return Figure::undefined(none);
        }
        let part: f64 = counted().map(|stratum| stratum.size * stratum.share(what)).sum();
        let ratio = part / whole;
        let se = self.standard_error(may_have, |stratum| {
            let (y, x) = (stratum.share(what), stratum.share(of));
            let both = stratum.share(|map, reference| what(map, reference) && of(map, reference));
            // Mean squares and products of y - R x about their means: what is true of a point is 0 or 1.
            (y - y * y) + ratio * ratio * (x - x * x) - 2.0 * ratio * (both - y * x)
        });
        Figure { value: Ok(ratio), se: se.map(|se| se / whole) }
    }

    /// The standard error of a total over strata, given the mean square deviation of the points of each.
    fn standard_error(
        &self,
        counts: impl Fn(&Stratum) -> bool,
        mean_square: impl Fn(&Stratum) -> f64,
    ) -> Result<f64, Undefined> {
        let mut variance = 0.0;
        for stratum in self.strata().iter().filter(|stratum| stratum.size > 0.0 && counts(stratum)) {
            let points = stratum.points() as f64;
            // Of a stratum of which every cell was looked at nothing is left to chance.
            let unseen = stratum.cells.map_or(1.0, |cells| (1.0 - points / cells as f64).max(0.0));
            if unseen == 0.0 {
                continue;
            }
            if points < 2.0 {
                return Err(Undefined::OnePoint { stratum: stratum.name.clone() });
            }
            variance += stratum.size * stratum.size * unseen * mean_square(stratum) / (points - 1.0);
        }
        // Where a class takes all of its strata, rounding may leave a little less than nothing.
        Ok(variance.max(0.0).sqrt())
    }

    fn confusion(&self) -> Result<Vec<Vec<f64>>, Undefined> {
        if !self.knows_the_map() {
            return Err(Undefined::MapUnknown);
        }
        let size = self.size();
        if size <= 0.0 {
            return Err(Undefined::NoGround);
        }
        let mut shares = vec![vec![0.0; self.classes().len()]; self.classes().len()];
        for stratum in self.strata().iter().filter(|stratum| stratum.size > 0.0) {
            let points = stratum.points();
            if points == 0 {
                return Err(Undefined::NoPoints { stratum: stratum.name.clone() });
            }
            for (&(map, reference), &count) in &stratum.counts {
                let map = map.ok_or(Undefined::MapUnknown)?;
                shares[map][reference] += stratum.size / size * (count as f64 / points as f64);
            }
        }
        Ok(shares)
    }
}

/// A sum that is 0 where there is nothing; that of the standard library is -0 then, which people would read.
fn total(sizes: impl Iterator<Item = f64>) -> f64 {
    sizes.fold(0.0, |sum, size| sum + size)
}
