//! A run in a few numbers.

use crate::{PlotTable, Screened};
use lindero_plots::M2_PER_HA;
use lindero_policy::{State, Verdict};

/// Plots listed as the worst.
const WORST: usize = 10;

/// A run in a few numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Number of input features.
    pub plots: usize,
    /// Ellipsoidal area of those that have a shape, each counted as it is.
    pub area_ha: f64,
    /// Plots and area by verdict, the worst first.
    pub verdicts: [VerdictCount; 3],
    /// For each rule of the policy: on how many plots it fired, and on how many it was undecided.
    pub rules: Vec<RuleCount>,
    /// Plots without a shape that could be measured.
    pub unusable: usize,
    /// Plots that were measured on a disc around a point.
    pub points: usize,
    /// Plots whose shape was repaired.
    pub repaired: usize,
    /// For each indicator: plots with a shape of which less than 95 % was observed.
    pub poorly_observed: Vec<(String, usize)>,
    /// Rows of the worst plots: by verdict, then by how many findings, then by area.
    pub worst: Vec<usize>,
}

/// Plots of one verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VerdictCount {
    /// The verdict.
    pub verdict: Verdict,
    /// Number of plots.
    pub plots: usize,
    /// Their area.
    pub area_ha: f64,
}

/// What one rule found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Plots on which it fired.
    pub fired: usize,
    /// Plots on which it could not be decided.
    pub undecided: usize,
}

/// A plot of which less is observed counts as poorly observed (percent).
const OBSERVED_PCT: f64 = 95.0;

impl Summary {
    /// Counts what a run found.
    #[must_use]
    pub fn of(table: &PlotTable, screened: &Screened, rules: usize) -> Self {
        let area_ha = |row: usize| table.rows[row].area_m2.unwrap_or(0.0) / M2_PER_HA;
        let rows = 0..table.rows.len();
        let count = |verdict: Verdict| {
            let of_verdict = rows.clone().filter(|&row| screened.decisions[row].verdict == verdict);
            let (mut plots, mut sum) = (0, 0.0);
            of_verdict.for_each(|row| {
                plots += 1;
                sum += area_ha(row);
            });
            VerdictCount { verdict, plots, area_ha: sum }
        };
        let mut by_rule = vec![RuleCount::default(); rules];
        for finding in screened.decisions.iter().flat_map(|decision| &decision.findings) {
            match finding.state {
                State::Fired => by_rule[finding.rule].fired += 1,
                State::Undecided => by_rule[finding.rule].undecided += 1,
            }
        }
        let poorly_observed = screened
            .columns
            .iter()
            .filter_map(|column| Some((column.name.strip_suffix("_observed_pct")?, column)))
            .map(|(id, column)| {
                let poor = |&row: &usize| {
                    table.rows[row].shape.is_some() && column.number(row).is_none_or(|pct| pct < OBSERVED_PCT)
                };
                (id.to_owned(), rows.clone().filter(poor).count())
            })
            .filter(|(_, plots)| *plots > 0)
            .collect();
        let mut worst: Vec<usize> =
            rows.clone().filter(|&row| screened.decisions[row].verdict > Verdict::Low).collect();
        worst.sort_by(|&a, &b| {
            let rank = |row: usize| (screened.decisions[row].verdict, screened.decisions[row].findings.len());
            rank(b).cmp(&rank(a)).then(area_ha(b).total_cmp(&area_ha(a))).then(a.cmp(&b))
        });
        worst.truncate(WORST);
        Self {
            plots: table.rows.len(),
            area_ha: rows.clone().map(area_ha).sum(),
            verdicts: [Verdict::High, Verdict::MoreInfo, Verdict::Low].map(count),
            rules: by_rule,
            unusable: table.rows.iter().filter(|row| row.shape.is_none()).count(),
            points: table.rows.iter().filter(|row| row.disc.is_some()).count(),
            repaired: table.rows.iter().filter(|row| row.repaired && row.shape.is_some()).count(),
            poorly_observed,
            worst,
        }
    }
}
