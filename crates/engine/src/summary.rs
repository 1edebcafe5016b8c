//! A run in a few numbers.

use crate::ScreenedPage;
use lindero_plots::M2_PER_HA;
use lindero_policy::{Finding, State, Verdict};

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
    /// The worst plots: by verdict, then by how many findings, then by area.
    pub worst: Vec<WorstPlot>,
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

/// One of the worst plots.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstPlot {
    /// Its row.
    pub row: u64,
    /// The user's id for it.
    pub plot_id: String,
    /// Its area, if it has a shape.
    pub area_ha: Option<f64>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its findings.
    pub findings: Vec<Finding>,
}

/// A plot of which less is observed counts as poorly observed (percent).
const OBSERVED_PCT: f64 = 95.0;

/// A summary in the making: pages are added in the order of their rows.
pub(crate) struct Summing {
    summary: Summary,
}

impl Summing {
    pub(crate) fn new(rules: usize) -> Self {
        let count = |verdict| VerdictCount { verdict, plots: 0, area_ha: 0.0 };
        Self {
            summary: Summary {
                plots: 0,
                area_ha: 0.0,
                verdicts: [Verdict::High, Verdict::MoreInfo, Verdict::Low].map(count),
                rules: vec![RuleCount::default(); rules],
                unusable: 0,
                points: 0,
                repaired: 0,
                poorly_observed: Vec::new(),
                worst: Vec::new(),
            },
        }
    }

    pub(crate) fn add(&mut self, page: &ScreenedPage) {
        let summary = &mut self.summary;
        for (row, decision) in page.plots.rows.iter().zip(&page.decisions) {
            let area_ha = row.area_m2.unwrap_or(0.0) / M2_PER_HA;
            summary.plots += 1;
            summary.area_ha += area_ha;
            let of_verdict = summary.verdicts.iter_mut().find(|count| count.verdict == decision.verdict);
            let of_verdict = of_verdict.expect("every verdict is counted");
            of_verdict.plots += 1;
            of_verdict.area_ha += area_ha;
            for finding in &decision.findings {
                match finding.state {
                    State::Fired => summary.rules[finding.rule].fired += 1,
                    State::Undecided => summary.rules[finding.rule].undecided += 1,
                }
            }
            summary.unusable += usize::from(row.shape.is_none());
            summary.points += usize::from(row.disc.is_some());
            summary.repaired += usize::from(row.repaired && row.shape.is_some());
        }
        self.count_poorly_observed(page);
        self.keep_worst(page);
    }

    fn count_poorly_observed(&mut self, page: &ScreenedPage) {
        let columns =
            page.columns.iter().filter_map(|column| Some((column.name.strip_suffix("_observed_pct")?, column)));
        for (index, (id, column)) in columns.enumerate() {
            if self.summary.poorly_observed.len() == index {
                self.summary.poorly_observed.push((id.to_owned(), 0));
            }
            let poor = |&row: &usize| {
                page.plots.rows[row].shape.is_some() && column.number(row).is_none_or(|pct| pct < OBSERVED_PCT)
            };
            self.summary.poorly_observed[index].1 += (0..page.plots.rows.len()).filter(poor).count();
        }
    }

    fn keep_worst(&mut self, page: &ScreenedPage) {
        let worst = &mut self.summary.worst;
        for (index, decision) in page.decisions.iter().enumerate() {
            let row = &page.plots.rows[index];
            let area_ha = row.area_m2.map(|m2| m2 / M2_PER_HA);
            let rank = (decision.verdict, decision.findings.len(), area_ha.unwrap_or(0.0));
            // Of equal ones the first stays before those behind it.
            let is_worse = |other: &WorstPlot| {
                let theirs = (other.verdict, other.findings.len());
                (rank.0, rank.1).cmp(&theirs).then(rank.2.total_cmp(&other.area_ha.unwrap_or(0.0))).is_gt()
            };
            let place = worst.iter().position(is_worse).unwrap_or(worst.len());
            if decision.verdict == Verdict::Low || place == WORST {
                continue;
            }
            let plot = WorstPlot {
                row: page.plots.first_row + index as u64,
                plot_id: page.plots.ids.value(index).to_owned(),
                area_ha,
                verdict: decision.verdict,
                findings: decision.findings.clone(),
            };
            worst.insert(place, plot);
            worst.truncate(WORST);
        }
    }

    pub(crate) fn finish(mut self) -> Summary {
        self.summary.poorly_observed.retain(|(_, plots)| *plots > 0);
        self.summary
    }
}
