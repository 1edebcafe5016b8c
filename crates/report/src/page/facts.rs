//! What a report tells, gathered from the rows of a run.

use crate::picture::PlotPicture;
use lindero_policy::Verdict;
use std::collections::BTreeMap;

/// The verdicts in the order in which they are told.
pub(super) const WORST_FIRST: [Verdict; 3] = [Verdict::High, Verdict::MoreInfo, Verdict::Low];

/// Plots and their area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counted {
    pub(super) plots: u64,
    pub(super) area_ha: f64,
}

/// Plots by verdict: low, more information, high.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ByVerdict([Counted; 3]);

impl ByVerdict {
    pub(super) fn of(&self, verdict: Verdict) -> Counted {
        self.0[verdict as usize]
    }

    pub(super) fn add(&mut self, verdict: Verdict, area_ha: Option<f64>) {
        let counted = &mut self.0[verdict as usize];
        counted.plots += 1;
        counted.area_ha += area_ha.unwrap_or(0.0);
    }

    pub(super) fn all(&self) -> Counted {
        self.0.iter().fold(Counted::default(), |sum, it| Counted {
            plots: sum.plots + it.plots,
            area_ha: sum.area_ha + it.area_ha,
        })
    }
}

/// A column of hectares added up over all plots; `None` where no plot was measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    pub(super) column: String,
    pub(super) ha: Option<f64>,
}

/// A line of the list of all plots.
#[derive(Clone, Debug)]
pub(super) struct PlotLine {
    pub(super) plot_id: String,
    pub(super) verdict: Verdict,
    pub(super) area_ha: Option<f64>,
    pub(super) findings: String,
    pub(super) region: Option<String>,
}

/// One measurement of one plot.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) indicator: String,
    pub(super) ha: f64,
    pub(super) pct: Option<f64>,
    pub(super) observed_pct: Option<f64>,
}

/// One of the worst plots.
#[derive(Debug)]
pub(super) struct WorstPlot {
    pub(super) row: u64,
    pub(super) line: PlotLine,
    pub(super) boundary: String,
    /// Codes of findings with their sentences.
    pub(super) findings: Vec<(String, String)>,
    pub(super) measured: Vec<Measured>,
    /// The user's own columns, by name.
    pub(super) own: Vec<(String, String)>,
    /// `None` where the plot has no place.
    pub(super) picture: Option<PlotPicture>,
}

impl WorstPlot {
    /// What the worst are sorted by: verdict, findings, area.
    fn rank(&self) -> (Verdict, usize, f64) {
        (self.line.verdict, self.findings.len(), self.line.area_ha.unwrap_or(0.0))
    }
}

/// The worst plots of those met so far.
#[derive(Debug, Default)]
pub(super) struct Worst {
    pub(super) plots: Vec<WorstPlot>,
    most: usize,
}

impl Worst {
    pub(super) fn of(most: usize) -> Self {
        Self { plots: Vec::new(), most }
    }

    /// Whether a plot with this verdict, so many findings and this area is to be offered.
    pub(super) fn wants(&self, verdict: Verdict, findings: usize, area_ha: Option<f64>) -> bool {
        verdict != Verdict::Low && self.place((verdict, findings, area_ha.unwrap_or(0.0))) < self.most
    }

    /// Of equal ones the first stays before those behind it.
    fn place(&self, rank: (Verdict, usize, f64)) -> usize {
        let is_worse = |other: &WorstPlot| {
            let theirs = other.rank();
            (rank.0, rank.1).cmp(&(theirs.0, theirs.1)).then(rank.2.total_cmp(&theirs.2)).is_gt()
        };
        self.plots.iter().position(is_worse).unwrap_or(self.plots.len())
    }

    pub(super) fn add(&mut self, plot: WorstPlot) {
        let place = self.place(plot.rank());
        self.plots.insert(place, plot);
        self.plots.truncate(self.most);
    }
}

/// Everything that the rows of the plots tell.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) verdicts: ByVerdict,
    /// By each question that the run answers apart: forest, data, law.
    pub(super) by_question: Vec<(&'static str, ByVerdict)>,
    /// Plots by how their boundary came to be.
    pub(super) boundaries: BTreeMap<String, u64>,
    /// In the order of the run's columns.
    pub(super) sums: Vec<Sum>,
    /// Indicators that are dated by year.
    pub(super) dated: Vec<String>,
    pub(super) worst: Worst,
    /// All plots, where they are few.
    pub(super) list: Option<Vec<PlotLine>>,
    /// Names of the user's own columns.
    pub(super) own_columns: Vec<String>,
}

impl Facts {
    pub(super) fn with_boundary(&self, status: &str) -> u64 {
        self.boundaries.get(status).copied().unwrap_or(0)
    }

    /// The hectares of a column.
    pub(super) fn sum(&self, column: &str) -> Option<&Sum> {
        self.sums.iter().find(|sum| sum.column == column)
    }

    /// The years of a dated indicator, each with its hectares.
    pub(super) fn years(&self, indicator: &str) -> Vec<(i32, Option<f64>)> {
        let of_year = |sum: &Sum| {
            let year = sum.column.strip_prefix(indicator)?.strip_prefix('_')?.strip_suffix("_ha")?;
            Some((year.parse().ok()?, sum.ha))
        };
        self.sums.iter().filter_map(of_year).collect()
    }

    /// Whether a column is an indicator's own area, and not that of one of its years.
    pub(super) fn is_whole(&self, column: &str) -> bool {
        !self.dated.iter().any(|indicator| {
            let rest = column.strip_prefix(indicator.as_str()).and_then(|rest| rest.strip_prefix('_'));
            rest.and_then(|rest| rest.strip_suffix("_ha")).is_some_and(|year| year.parse::<i32>().is_ok())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(column: &str, ha: f64) -> Sum {
        Sum { column: column.to_owned(), ha: Some(ha) }
    }

    #[test]
    fn a_year_in_an_indicators_name_is_no_year_of_another() {
        let facts = Facts {
            sums: vec![
                sum("loss_2021_ha", 1.0),
                sum("hint_ha", 5.0),
                sum("hint_2021_ha", 2.0),
                sum("hint_2022_ha", 3.0),
            ],
            dated: vec!["hint".to_owned()],
            ..Facts::default()
        };
        assert_eq!(facts.years("hint"), [(2021, Some(2.0)), (2022, Some(3.0))]);
        assert!(facts.is_whole("loss_2021_ha") && facts.is_whole("hint_ha") && !facts.is_whole("hint_2022_ha"));
    }

    fn plot(row: u64, verdict: Verdict, findings: usize, area_ha: f64) -> WorstPlot {
        WorstPlot {
            row,
            line: PlotLine {
                plot_id: row.to_string(),
                verdict,
                area_ha: Some(area_ha),
                findings: String::new(),
                region: None,
            },
            boundary: "ok".to_owned(),
            findings: vec![(String::new(), String::new()); findings],
            measured: Vec::new(),
            own: Vec::new(),
            picture: None,
        }
    }

    #[test]
    fn the_worst_come_by_verdict_then_findings_then_area_and_the_first_of_equals() {
        let mut worst = Worst::of(3);
        let all = [
            plot(0, Verdict::MoreInfo, 9, 9.0),
            plot(1, Verdict::High, 1, 1.0),
            plot(2, Verdict::High, 2, 0.5),
            plot(3, Verdict::High, 1, 1.0),
            plot(4, Verdict::Low, 9, 9.0),
        ];
        for plot in all {
            if worst.wants(plot.line.verdict, plot.findings.len(), plot.line.area_ha) {
                worst.add(plot);
            }
        }
        let rows: Vec<u64> = worst.plots.iter().map(|plot| plot.row).collect();
        assert_eq!(rows, [2, 1, 3]);
    }
}
