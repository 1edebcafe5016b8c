//! A run in a few numbers.

use crate::{Moves, ScreenedPage};
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
    /// How far verdicts depend on where exactly the plots lie; `None` where plots were not moved.
    pub stability: Option<StabilitySummary>,
}

/// How far verdicts depend on where exactly the plots lie.
#[derive(Clone, Debug, PartialEq)]
pub struct StabilitySummary {
    /// The standard deviation along each axis by which plots were moved that state no larger one (metres).
    pub error_m: f64,
    /// How often each was moved.
    pub moves: usize,
    /// Plots by verdict, the worst first.
    pub verdicts: [StabilityCount; 3],
}

/// Plots of one verdict by the share of their moved copies that have the same verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StabilityCount {
    /// The verdict.
    pub verdict: Verdict,
    /// Plots with 95 % or more.
    pub steady: usize,
    /// Plots with 80 % or more, but less than 95 %.
    pub mostly: usize,
    /// Plots with less than 80 %.
    pub unsteady: usize,
}

/// The verdict of so many percent of a plot's moved copies is the plot's own: it counts as steady, or as mostly so.
const STEADY_PCT: f64 = 95.0;
const MOSTLY_PCT: f64 = 80.0;

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

impl StabilitySummary {
    fn add(&mut self, page: &ScreenedPage) {
        for (decision, moved) in page.decisions.iter().zip(&page.moved) {
            let Some(moved) = moved else { continue };
            let of_verdict = self.verdicts.iter_mut().find(|count| count.verdict == decision.verdict);
            let of_verdict = of_verdict.expect("every verdict is counted");
            let same_pct = moved.same_pct();
            *if same_pct >= STEADY_PCT {
                &mut of_verdict.steady
            } else if same_pct >= MOSTLY_PCT {
                &mut of_verdict.mostly
            } else {
                &mut of_verdict.unsteady
            } += 1;
        }
    }
}

/// A plot of which less is observed counts as poorly observed (percent).
const OBSERVED_PCT: f64 = 95.0;

/// A summary in the making: pages are added in the order of their rows.
pub(crate) struct Summing {
    summary: Summary,
}

impl Summing {
    pub(crate) fn new(rules: usize, moves: Option<&Moves>) -> Self {
        let all = [Verdict::High, Verdict::MoreInfo, Verdict::Low];
        let count = |verdict| VerdictCount { verdict, plots: 0, area_ha: 0.0 };
        Self {
            summary: Summary {
                plots: 0,
                area_ha: 0.0,
                verdicts: all.map(count),
                rules: vec![RuleCount::default(); rules],
                unusable: 0,
                points: 0,
                repaired: 0,
                poorly_observed: Vec::new(),
                worst: Vec::new(),
                stability: moves.map(|moves| StabilitySummary {
                    error_m: moves.error_m(),
                    moves: moves.offsets().len(),
                    verdicts: all.map(|verdict| StabilityCount { verdict, steady: 0, mostly: 0, unsteady: 0 }),
                }),
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
        if let Some(stability) = &mut self.summary.stability {
            stability.add(page);
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
