//! What plots add up to in each region.

use crate::sum::Sum;

/// Name of the row for ground outside every region.
pub const OUTSIDE: &str = "(outside all regions)";

/// Name of the last row.
pub const ALL_PLOTS: &str = "(all plots)";

/// What was measured of one part of one plot. A plot has at most one part in a region.
#[derive(Clone, Copy, Debug)]
pub struct MeasuredPart<'a> {
    /// The plot's row in the input.
    pub row: u64,
    /// Index of the region among the names; `None` outside every region.
    pub region: Option<u32>,
    /// Whether this is the plot's largest part: the plot is counted here.
    pub is_largest: bool,
    /// The part's ground in hectares.
    pub area_ha: f64,
    /// One value for each column, in hectares; `None` (or not a number) where it was not measured.
    pub values: &'a [Option<f64>],
    /// The plot's verdict: `low`, `more_info` or `high`; anything else is counted in none of the three.
    pub verdict: &'a str,
}

/// What the plots of one region add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRow {
    /// The region's name, or [`OUTSIDE`], or [`ALL_PLOTS`].
    pub name: String,
    /// Plots whose largest part lies here.
    pub plots: u64,
    /// Those of them with the verdict `low`.
    pub plots_low: u64,
    /// Those with `more_info`.
    pub plots_more_info: u64,
    /// Those with `high`.
    pub plots_high: u64,
    /// Ground of all parts, in hectares.
    pub area_ha: f64,
    /// Ground of parts of which no column was measured, in hectares.
    pub unmeasured_ha: f64,
    /// For each column the sum over the parts of which it was measured, in hectares; `None` if there is no such part.
    pub sums: Vec<Option<f64>>,
}

/// Adds up parts of plots by region.
///
/// Plots come in the order of their rows, the parts of a plot in any: the result does not depend on that, to the last bit.
#[derive(Clone, Debug)]
pub struct RollUp {
    names: Vec<String>,
    columns: Vec<String>,
    by_region: Vec<Option<Totals>>,
    all: Totals,
    /// The parts of the plot under way.
    parts: Vec<Part>,
    /// Their values, a run of columns for each; not a number where unmeasured.
    values: Vec<f64>,
}

/// A part without its values.
#[derive(Clone, Copy, Debug)]
struct Part {
    row: u64,
    region: Option<u32>,
    is_largest: bool,
    verdict: Option<Verdict>,
    area_ha: f64,
}

#[derive(Clone, Copy, Debug)]
enum Verdict {
    Low,
    MoreInfo,
    High,
}

impl RollUp {
    /// A roll-up over regions with these names, as [`RegionSet::names`](crate::RegionSet::names) has them, and columns in
    /// hectares.
    #[must_use]
    pub fn new(names: Vec<String>, columns: Vec<String>) -> Self {
        let by_region = vec![None; names.len() + 1];
        let all = Totals::new(columns.len());
        Self { names, columns, by_region, all, parts: Vec::new(), values: Vec::new() }
    }

    /// The names of the columns, in the order of [`RegionRow::sums`].
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Adds a part of a plot.
    ///
    /// # Panics
    ///
    /// If it has not one value for each column, if its region has no name, or if its plot comes before one that was added.
    pub fn add(&mut self, part: MeasuredPart<'_>) {
        assert_eq!(part.values.len(), self.columns.len(), "one value for each column");
        assert!(part.region.is_none_or(|region| (region as usize) < self.names.len()), "a region with a name");
        if let Some(last) = self.parts.last().map(|last| last.row).filter(|&last| last != part.row) {
            assert!(last < part.row, "plots come in the order of their rows");
            self.end_plot();
        }
        let verdict = match part.verdict {
            "low" => Some(Verdict::Low),
            "more_info" => Some(Verdict::MoreInfo),
            "high" => Some(Verdict::High),
            _ => None,
        };
        let MeasuredPart { row, region, is_largest, area_ha, .. } = part;
        self.parts.push(Part { row, region, is_largest, verdict, area_ha });
        self.values.extend(part.values.iter().map(|value| value.unwrap_or(f64::NAN)));
    }

    /// Adds the parts of the plot under way, in the order of their regions.
    fn end_plot(&mut self) {
        let columns = self.columns.len();
        let outside = self.names.len();
        let mut order: Vec<usize> = (0..self.parts.len()).collect();
        order.sort_by_key(|&index| self.parts[index].region);
        for index in order {
            let part = &self.parts[index];
            let values = &self.values[index * columns..(index + 1) * columns];
            let region = part.region.map_or(outside, |region| region as usize);
            self.by_region[region].get_or_insert_with(|| Totals::new(columns)).add(part, values);
            self.all.add(part, values);
        }
        self.parts.clear();
        self.values.clear();
    }

    /// A row for each region that has a part, by name, then one for ground outside them all if there is any, then one
    /// for all plots, always.
    #[must_use]
    pub fn finish(mut self) -> Vec<RegionRow> {
        self.end_plot();
        let outside_row = self.by_region.pop().flatten().map(|totals| totals.row(OUTSIDE.to_owned()));
        let mut rows: Vec<RegionRow> =
            self.names.into_iter().zip(self.by_region).filter_map(|(name, totals)| Some(totals?.row(name))).collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows.extend(outside_row);
        rows.push(self.all.row(ALL_PLOTS.to_owned()));
        rows
    }
}

#[derive(Clone, Debug)]
struct Totals {
    plots: u64,
    plots_low: u64,
    plots_more_info: u64,
    plots_high: u64,
    area_ha: Sum,
    unmeasured_ha: Sum,
    columns: Vec<Option<Sum>>,
}

impl Totals {
    fn new(columns: usize) -> Self {
        Self {
            plots: 0,
            plots_low: 0,
            plots_more_info: 0,
            plots_high: 0,
            area_ha: Sum::default(),
            unmeasured_ha: Sum::default(),
            columns: vec![None; columns],
        }
    }

    fn add(&mut self, part: &Part, values: &[f64]) {
        if part.is_largest {
            self.plots += 1;
            match part.verdict {
                Some(Verdict::Low) => self.plots_low += 1,
                Some(Verdict::MoreInfo) => self.plots_more_info += 1,
                Some(Verdict::High) => self.plots_high += 1,
                None => {}
            }
        }
        self.area_ha.add(part.area_ha);
        if values.iter().all(|value| value.is_nan()) {
            self.unmeasured_ha.add(part.area_ha);
        }
        for (sum, value) in self.columns.iter_mut().zip(values).filter(|(_, value)| !value.is_nan()) {
            sum.get_or_insert_default().add(*value);
        }
    }

    fn row(self, name: String) -> RegionRow {
        RegionRow {
            name,
            plots: self.plots,
            plots_low: self.plots_low,
            plots_more_info: self.plots_more_info,
            plots_high: self.plots_high,
            area_ha: self.area_ha.value(),
            unmeasured_ha: self.unmeasured_ha.value(),
            sums: self.columns.into_iter().map(|sum| sum.map(Sum::value)).collect(),
        }
    }
}
