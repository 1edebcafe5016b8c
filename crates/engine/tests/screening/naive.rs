//! What a screening should find, the slow and obvious way: cell by cell, by clipping, with its own logic.

use lindero_plots::row_area_m2;
use lindero_testkit::{Polygons, SplitMix64, area_in_box};
use ndarray::Array2;
use std::collections::BTreeMap;

/// A layer: its cells, and whether they are years since 2000.
pub(crate) struct NaiveLayer {
    pub(crate) corner: [f64; 2],
    pub(crate) cell: f64,
    pub(crate) values: Array2<f64>,
    pub(crate) nodata: f64,
    pub(crate) is_year: bool,
}

/// What is known at a place.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Never,
    Unknown,
}

impl NaiveLayer {
    fn cell_at(&self, [x, y]: [f64; 2]) -> (f64, f64) {
        (((self.corner[1] - y) / self.cell).floor(), ((x - self.corner[0]) / self.cell).floor())
    }

    pub(crate) fn value(&self, place: [f64; 2]) -> Value {
        let (row, col) = self.cell_at(place);
        let inside = row >= 0.0 && col >= 0.0;
        match inside.then(|| self.values.get((row as usize, col as usize))).flatten() {
            None => Value::Unknown,
            Some(stored) if *stored == self.nodata => Value::Unknown,
            Some(stored) if self.is_year && *stored == 0.0 => Value::Never,
            Some(stored) if self.is_year => Value::Number(2000.0 + stored),
            Some(stored) => Value::Number(*stored),
        }
    }

    /// `[west, south, east, north]` of a cell.
    fn bounds(&self, row: f64, col: f64) -> [f64; 4] {
        let (west, north) = (self.corner[0] + col * self.cell, self.corner[1] - row * self.cell);
        [west, north - self.cell, west + self.cell, north]
    }

    fn centre(&self, row: usize, col: usize) -> [f64; 2] {
        [self.corner[0] + (col as f64 + 0.5) * self.cell, self.corner[1] - (row as f64 + 0.5) * self.cell]
    }

    fn cell_m2(&self, row: usize) -> f64 {
        let [_, south, _, north] = self.bounds(row as f64, 0.0);
        row_area_m2(south, north, self.cell)
    }
}

/// True, false, or not known.
pub(crate) type Truth = Option<bool>;

/// A condition of a cell.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Equal(&'static str, f64),
    Differs(&'static str, f64),
    Among(&'static str, Vec<f64>),
    After(&'static str, f64),
    UpTo(&'static str, f64),
    Whole(&'static str),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    AtLeast(usize, Vec<Condition>),
}

impl Condition {
    /// A random condition over classes of `a` and `b`, years of `c`, and whole cells.
    pub(crate) fn random(rng: &mut SplitMix64, depth: usize, whole: bool) -> Self {
        let deeper = |rng: &mut SplitMix64| Box::new(Self::random(rng, depth - 1, whole));
        let class = |rng: &mut SplitMix64| rng.below(4) as f64;
        let year = |rng: &mut SplitMix64| (2001 + rng.below(20)) as f64;
        let layer = |rng: &mut SplitMix64| ["a", "b"][rng.below(2)];
        if depth == 0 || rng.chance(0.25) {
            return match rng.below(if whole { 6 } else { 5 }) {
                0 => Self::Equal(layer(rng), class(rng)),
                1 => Self::Among(layer(rng), vec![class(rng), class(rng)]),
                2 => Self::After("c", year(rng)),
                3 => Self::UpTo("c", year(rng)),
                4 => Self::Differs(layer(rng), class(rng)),
                _ => Self::Whole(["a", "b", "c"][rng.below(3)]),
            };
        }
        match rng.below(4) {
            0 => Self::Not(deeper(rng)),
            1 => Self::And(deeper(rng), deeper(rng)),
            2 => Self::Or(deeper(rng), deeper(rng)),
            _ => {
                let items: Vec<Self> = (0..1 + rng.below(3)).map(|_| *deeper(rng)).collect();
                Self::AtLeast(1 + rng.below(items.len()), items)
            }
        }
    }

    /// As it is written in a catalog.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Equal(layer, value) => format!("{layer} == {value}"),
            Self::Differs(layer, value) => format!("{layer} != {value}"),
            Self::Among(layer, values) => format!("{layer} in {values:?}"),
            Self::After(layer, year) => format!("{layer} > {year}"),
            Self::UpTo(layer, year) => format!("{layer} <= {year}"),
            Self::Whole(layer) => format!("whole({layer})"),
            Self::Not(condition) => format!("!({})", condition.text()),
            Self::And(a, b) => format!("({} && {})", a.text(), b.text()),
            Self::Or(a, b) => format!("({} || {})", a.text(), b.text()),
            Self::AtLeast(least, items) => {
                let items: Vec<String> = items.iter().map(Self::text).collect();
                format!("at_least({least}, [{}])", items.join(", "))
            }
        }
    }

    pub(crate) fn truth(&self, ground: &NaiveGround, plot: &Polygons, place: [f64; 2]) -> Truth {
        let compare = |layer: &str, holds: &dyn Fn(f64) -> bool, never: bool| match ground.layers[layer].value(place) {
            Value::Number(number) => Some(holds(number)),
            Value::Never => Some(never),
            Value::Unknown => None,
        };
        let ask = |condition: &Self| condition.truth(ground, plot, place);
        match self {
            Self::Equal(layer, value) => compare(layer, &|number| number == *value, false),
            Self::Differs(layer, value) => compare(layer, &|number| number != *value, true),
            Self::Among(layer, values) => compare(layer, &|number| values.contains(&number), false),
            Self::After(layer, year) => compare(layer, &|number| number > *year, false),
            Self::UpTo(layer, year) => compare(layer, &|number| number <= *year, false),
            Self::Whole(layer) => {
                let layer = &ground.layers[layer];
                let (row, col) = layer.cell_at(place);
                let covered = area_in_box(plot, layer.bounds(row, col));
                Some(covered >= (1.0 - 1e-9) * layer.cell * layer.cell)
            }
            Self::Not(condition) => ask(condition).map(|truth| !truth),
            Self::And(a, b) => match (ask(a), ask(b)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (ask(a), ask(b)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::AtLeast(least, items) => {
                let truths: Vec<Truth> = items.iter().map(ask).collect();
                let yes = truths.iter().filter(|truth| **truth == Some(true)).count();
                let perhaps = truths.iter().filter(|truth| **truth != Some(false)).count();
                if yes >= *least {
                    Some(true)
                } else if perhaps < *least {
                    Some(false)
                } else {
                    None
                }
            }
        }
    }
}

/// All layers, and the one whose cells are counted.
pub(crate) struct NaiveGround {
    pub(crate) layers: BTreeMap<&'static str, NaiveLayer>,
    pub(crate) grid: &'static str,
}

/// What is asked of a plot.
pub(crate) struct NaiveIndicator {
    pub(crate) condition: Condition,
    pub(crate) patch: Option<(Condition, f64)>,
}

/// What of a plot an indicator is true for.
#[derive(Debug, Default)]
pub(crate) struct NaiveMeasured {
    pub(crate) plot_m2: f64,
    pub(crate) area_m2: f64,
    pub(crate) observed_m2: f64,
    /// By year of layer `c`.
    pub(crate) by_year_m2: BTreeMap<i32, f64>,
    /// Mean of layer `b`, if known anywhere.
    pub(crate) mean: Option<f64>,
}

impl NaiveGround {
    pub(crate) fn measure(&self, plot: &Polygons, indicator: &NaiveIndicator) -> NaiveMeasured {
        let grid = &self.layers[self.grid];
        let patches = indicator.patch.as_ref().map(|(of, over_ha)| self.patches(of, *over_ha));
        let mut found = NaiveMeasured::default();
        let (mut mean_m2, mut mean_sum) = (0.0, 0.0);
        for ((row, col), _) in grid.values.indexed_iter() {
            let share = area_in_box(plot, grid.bounds(row as f64, col as f64)) / (grid.cell * grid.cell);
            if share <= 1e-13 {
                continue;
            }
            let m2 = share * grid.cell_m2(row);
            found.plot_m2 += m2;
            let place = grid.centre(row, col);
            let in_patch = patches.as_ref().map_or(Some(true), |patches| patches[(row, col)]);
            let truth = match (indicator.condition.truth(self, plot, place), in_patch) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            found.observed_m2 += if truth.is_some() { m2 } else { 0.0 };
            if truth != Some(true) {
                continue;
            }
            found.area_m2 += m2;
            if let Value::Number(year) = self.layers["c"].value(place) {
                *found.by_year_m2.entry(year as i32).or_default() += m2;
            }
            if let Value::Number(number) = self.layers["b"].value(place) {
                mean_m2 += m2;
                mean_sum += number * m2;
            }
        }
        found.mean = (mean_m2 > 0.0).then(|| mean_sum / mean_m2);
        found
    }

    /// For every cell of the grid, whether it lies in a connected area of over so many hectares: of cells for which
    /// `of` is true; perhaps, if cells for which it is not known could make it so.
    fn patches(&self, of: &Condition, over_ha: f64) -> Array2<Truth> {
        let grid = &self.layers[self.grid];
        let nowhere = Polygons::new();
        let truths =
            Array2::from_shape_fn(grid.values.dim(), |(row, col)| of.truth(self, &nowhere, grid.centre(row, col)));
        let certain = self.in_large_area(&truths.mapv(|truth| truth == Some(true)), over_ha);
        let possible = self.in_large_area(&truths.mapv(|truth| truth != Some(false)), over_ha);
        Array2::from_shape_fn(truths.dim(), |at| match (certain[at], possible[at]) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        })
    }

    fn in_large_area(&self, cells: &Array2<bool>, over_ha: f64) -> Array2<bool> {
        let grid = &self.layers[self.grid];
        let (height, width) = cells.dim();
        let mut seen = Array2::from_elem(cells.dim(), false);
        let mut large = seen.clone();
        for (start, _) in cells.indexed_iter().filter(|(_, joins)| **joins) {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let (mut area, mut next) = (vec![start], 0);
            while let Some(&(row, col)) = area.get(next) {
                next += 1;
                for row in row.saturating_sub(1)..(row + 2).min(height) {
                    for col in col.saturating_sub(1)..(col + 2).min(width) {
                        if cells[(row, col)] && !seen[(row, col)] {
                            seen[(row, col)] = true;
                            area.push((row, col));
                        }
                    }
                }
            }
            let ha = area.iter().map(|&(row, _)| grid.cell_m2(row)).sum::<f64>() / 10_000.0;
            area.into_iter().for_each(|cell| large[cell] = ha > over_ha);
        }
        large
    }
}
