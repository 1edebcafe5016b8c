//! A sample from points by name.

use super::StratifiedSample;
use std::collections::HashMap;

/// Ground from which points were drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct StratumGround {
    /// Its name.
    pub name: String,
    /// How much ground it is.
    pub size: f64,
    /// Its cells, where the share of them that was looked at is to reduce the variance.
    pub cells: Option<u64>,
    /// The map's class, where all of it is of one.
    pub map_class: Option<String>,
}

/// A point by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedPoint<'a> {
    /// The stratum it was drawn in.
    pub stratum: &'a str,
    /// What the map says there, where it is known.
    pub map_class: Option<&'a str>,
    /// What is there in truth.
    pub reference: &'a str,
}

impl StratifiedSample {
    /// Counts points; the classes are those of the strata, of the map and of the points, in the order that `compare` gives.
    ///
    /// # Errors
    ///
    /// The index of the first point whose stratum is none of these.
    pub fn of_points(
        strata: &[StratumGround],
        points: &[NamedPoint<'_>],
        compare: impl Fn(&str, &str) -> std::cmp::Ordering,
    ) -> Result<Self, usize> {
        let of_strata = strata.iter().filter_map(|stratum| stratum.map_class.as_deref());
        let of_points = points.iter().flat_map(|point| point.map_class.into_iter().chain([point.reference]));
        let mut classes: Vec<&str> = of_strata.chain(of_points).collect();
        classes.sort_by(|a, b| compare(a, b).then_with(|| a.cmp(b)));
        classes.dedup();
        let index: HashMap<&str, usize> = classes.iter().enumerate().map(|(index, name)| (*name, index)).collect();
        let mut sample = Self::new(classes.iter().map(|&class| class.to_owned()).collect());
        let mut known: HashMap<&str, usize> = HashMap::new();
        for stratum in strata {
            let map_class = stratum.map_class.as_deref().map(|class| index[class]);
            let added = sample.add_stratum(&stratum.name, stratum.size, map_class);
            if let Some(cells) = stratum.cells {
                sample.set_cells(added, cells);
            }
            known.insert(&stratum.name, added);
        }
        for (nth, point) in points.iter().enumerate() {
            let stratum = *known.get(point.stratum).ok_or(nth)?;
            sample.add_points(stratum, point.map_class.map(|class| index[class]), index[point.reference], 1);
        }
        Ok(sample)
    }
}
