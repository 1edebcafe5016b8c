//! The area of every class of some layers in every region of every level.

use crate::Levels;
use crate::sum::Sum;
use std::collections::BTreeMap;

/// Adds up areas of classes, measured on features, to the regions of all levels.
///
/// Only features are measured; an outer region is the sum of its features. Features come in one order, so that the same
/// areas give the same sums to the last bit.
#[derive(Clone, Debug)]
pub struct ClassSums<C> {
    levels: Levels,
    /// For each level and region the sum of each class of each layer.
    sums: Vec<Vec<BTreeMap<(usize, C), Sum>>>,
    /// For each feature, whether anything of it was measured.
    measured: Vec<bool>,
}

/// What was measured of one region.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionClasses<'a, C> {
    /// Index of its level.
    pub level: usize,
    /// Its path; the last part is its name.
    pub path: &'a [String],
    /// Features that it is made of.
    pub features: u64,
    /// Those of them that could not be measured: they are in no area.
    pub unmeasured: u64,
    /// Area of each class, square metres: by layer, then by class.
    pub classes: Vec<ClassSum<C>>,
}

/// The area of one class of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassSum<C> {
    /// Index of the layer.
    pub layer: usize,
    /// The class.
    pub class: C,
    /// Its area, square metres.
    pub area_m2: f64,
    /// Its share of all that was measured of the layer in the region, in `0.0..=1.0`.
    pub share: f64,
}

impl<C> RegionClasses<'_, C> {
    /// All ground that was measured of the region, square metres, as its first layer says it; `None` if there is none.
    #[must_use]
    pub fn area_m2(&self) -> Option<f64> {
        let first = self.classes.first()?.layer;
        let mut sum = Sum::default();
        self.classes.iter().take_while(|class| class.layer == first).for_each(|class| sum.add(class.area_m2));
        Some(sum.value())
    }
}

impl<C: Ord + Copy> ClassSums<C> {
    /// Nothing yet, over these levels.
    #[must_use]
    pub fn new(levels: Levels) -> Self {
        let of_level = |level: usize| vec![BTreeMap::new(); levels.regions(level).len()];
        let sums = (0..levels.names().len()).map(of_level).collect();
        let measured = vec![false; levels.features()];
        Self { levels, sums, measured }
    }

    /// Adds the area of a class on a feature.
    ///
    /// # Panics
    ///
    /// If there is no such feature.
    pub fn add(&mut self, feature: usize, layer: usize, class: C, area_m2: f64) {
        self.measured[feature] = true;
        for (level, regions) in self.sums.iter_mut().enumerate() {
            let region = &mut regions[self.levels.region_of(feature, level)];
            region.entry((layer, class)).or_default().add(area_m2);
        }
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.measured.contains(&true)
    }

    /// Every region of every level, outermost first, by path.
    #[must_use]
    pub fn regions(&self) -> Vec<RegionClasses<'_, C>> {
        let mut found = Vec::new();
        for (level, regions) in self.sums.iter().enumerate() {
            let mut counts = vec![(0, 0); regions.len()];
            for (feature, &measured) in self.measured.iter().enumerate() {
                let (features, unmeasured) = &mut counts[self.levels.region_of(feature, level)];
                *features += 1;
                *unmeasured += u64::from(!measured);
            }
            for ((path, sums), (features, unmeasured)) in self.levels.regions(level).iter().zip(regions).zip(counts) {
                found.push(RegionClasses { level, path, features, unmeasured, classes: classes(sums) });
            }
        }
        found
    }
}

/// The sums as areas, each with its share of its layer.
fn classes<C: Ord + Copy>(sums: &BTreeMap<(usize, C), Sum>) -> Vec<ClassSum<C>> {
    let mut totals: BTreeMap<usize, Sum> = BTreeMap::new();
    for (&(layer, _), sum) in sums {
        totals.entry(layer).or_default().add(sum.value());
    }
    let class = |(&(layer, class), sum): (&(usize, C), &Sum)| {
        let (area_m2, total) = (sum.value(), totals[&layer].value());
        ClassSum { layer, class, area_m2, share: if total > 0.0 { (area_m2 / total).clamp(0.0, 1.0) } else { 0.0 } }
    };
    sums.iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::ClassSums;
    use crate::Levels;

    #[test]
    fn an_outer_region_is_the_sum_of_its_features_and_says_how_many_are_missing() {
        let path = |province: &str, district: &str| vec![province.to_owned(), district.to_owned()];
        let paths = [path("A", "one"), path("A", "two"), path("B", "three"), path("A", "unusable")];
        let mut sums = ClassSums::new(Levels::new(vec!["province".into(), "district".into()], &paths));
        assert!(sums.is_empty());
        for (feature, class, area_m2) in [(0, 3, 0.1), (0, 15, 0.7), (1, 3, 0.2), (2, 3, 5.0)] {
            sums.add(feature, 0, class, area_m2);
        }
        let found = sums.regions();
        assert_eq!(
            found.iter().map(|region| region.path.last().unwrap().as_str()).collect::<Vec<_>>(),
            ["A", "B", "one", "two", "unusable", "three"]
        );
        let a = &found[0];
        assert_eq!((a.level, a.features, a.unmeasured), (0, 3, 1));
        let areas: Vec<(i32, f64)> = a.classes.iter().map(|sum| (sum.class, sum.area_m2)).collect();
        // Compensated: 0.1 + 0.2 is the double nearest to what the two doubles add up to.
        assert_eq!(areas, [(3, 0.1 + 0.2), (15, 0.7)]);
        assert!((a.classes[1].share - 0.7).abs() < 1e-15);
        let unusable = &found[4];
        assert_eq!((unusable.unmeasured, unusable.classes.len()), (1, 0));
    }
}
