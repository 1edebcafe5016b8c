//! Sums over plots by region, and of the regions around those.

use crate::sum::Sum;
use crate::{Levels, RegionRow};

/// What the plots of one region of one level add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelRow {
    /// Index of the level; `None` for ground outside every region, and for all plots.
    pub level: Option<usize>,
    /// The names of the regions around it and its own; empty where there is no level.
    pub path: Vec<String>,
    /// The sums; a plot is counted where its largest part lies on the innermost level.
    pub row: RegionRow,
}

/// The rows of a roll-up over the innermost regions with those of every level around them, outermost first, then ground
/// outside every region and all plots.
///
/// The features of `levels` are the regions with these `names`. An outer region is the sum of its inner ones, so that a plot
/// is counted once on every level.
#[must_use]
pub fn level_rows(rows: &[RegionRow], names: &[String], levels: &Levels) -> Vec<LevelRow> {
    let region = |row: &RegionRow| names.iter().position(|name| *name == row.name);
    let known: Vec<(usize, &RegionRow)> = rows.iter().filter_map(|row| Some((region(row)?, row))).collect();
    let mut found = Vec::new();
    for level in 0..levels.names().len() {
        for (index, path) in levels.regions(level).iter().enumerate() {
            let inner: Vec<&RegionRow> = known
                .iter()
                .filter(|(feature, _)| levels.region_of(*feature, level) == index)
                .map(|(_, row)| *row)
                .collect();
            let Some(own) = path.last().filter(|_| !inner.is_empty()) else { continue };
            found.push(LevelRow { level: Some(level), path: path.clone(), row: sum_of(own, &inner) });
        }
    }
    let others = rows.iter().filter(|row| region(row).is_none());
    found.extend(others.map(|row| LevelRow { level: None, path: Vec::new(), row: row.clone() }));
    found
}

/// The sum of some rows, at least one.
fn sum_of(name: &str, rows: &[&RegionRow]) -> RegionRow {
    let number = |value: fn(&RegionRow) -> f64| {
        let mut sum = Sum::default();
        rows.iter().for_each(|row| sum.add(value(row)));
        sum.value()
    };
    let count = |value: fn(&RegionRow) -> u64| rows.iter().map(|row| value(row)).sum();
    let column = |index: usize| {
        let mut sum: Option<Sum> = None;
        for value in rows.iter().filter_map(|row| row.sums[index]) {
            sum.get_or_insert_default().add(value);
        }
        sum.map(Sum::value)
    };
    RegionRow {
        name: name.to_owned(),
        plots: count(|row| row.plots),
        plots_low: count(|row| row.plots_low),
        plots_more_info: count(|row| row.plots_more_info),
        plots_high: count(|row| row.plots_high),
        area_ha: number(|row| row.area_ha),
        unmeasured_ha: number(|row| row.unmeasured_ha),
        sums: (0..rows[0].sums.len()).map(column).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::level_rows;
    use crate::{ALL_PLOTS, Levels, MeasuredPart, OUTSIDE, RollUp};

    #[test]
    fn an_outer_region_is_the_sum_of_its_inner_ones_and_what_nobody_measured_stays_unknown() {
        let path = |outer: &str, inner: &str| vec![outer.to_owned(), inner.to_owned()];
        let paths = [path("A", "one"), path("A", "two"), path("B", "three"), path("C", "empty")];
        let names: Vec<String> = paths.iter().map(|path| path.join(" / ")).collect();
        let levels = Levels::new(vec!["outer".into(), "inner".into()], &paths);
        let mut roll_up = RollUp::new(names.clone(), vec!["loss_ha".into()]);
        let parts = [(0, Some(0), Some(0.1)), (1, Some(1), Some(0.2)), (2, Some(2), None), (3, None, Some(4.0))];
        for (row, region, value) in parts {
            let values = &[value];
            roll_up.add(MeasuredPart { row, region, is_largest: true, area_ha: 1.0, values, verdict: "low" });
        }
        let rows = level_rows(&roll_up.finish(), &names, &levels);
        let told: Vec<(Option<usize>, &str, u64, Option<f64>)> =
            rows.iter().map(|at| (at.level, at.row.name.as_str(), at.row.plots, at.row.sums[0])).collect();
        assert_eq!(
            told,
            [
                (Some(0), "A", 2, Some(0.1 + 0.2)),
                (Some(0), "B", 1, None),
                (Some(1), "one", 1, Some(0.1)),
                (Some(1), "two", 1, Some(0.2)),
                (Some(1), "three", 1, None),
                (None, OUTSIDE, 1, Some(4.0)),
                (None, ALL_PLOTS, 4, Some(4.0 + (0.1 + 0.2))),
            ]
        );
    }
}
