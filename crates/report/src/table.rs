//! The table on the screen.

use crate::Story;
use crate::columns::{aligned, grouped, hectares, left, right, shortened};
use lindero_policy::{Outcome, Verdict, When};
use std::fmt::Write as _;

/// Characters of a plot's first reason that are printed.
const REASON_CHARS: usize = 88;

impl Story<'_> {
    /// Plots by verdict, what was found, the worst ten, and what could not be measured.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let summary = &self.screened.summary;
        let _ = writeln!(
            text,
            "{} plots, {} ha · policy {} {} · cut-off {}\n",
            grouped(summary.plots as u64),
            hectares(summary.area_ha),
            self.policy.name(),
            self.policy.version(),
            self.cutoff
        );
        self.verdicts(&mut text);
        self.stability(&mut text);
        self.findings(&mut text);
        self.worst(&mut text);
        self.regions(&mut text);
        self.gaps(&mut text);
        text.push_str("\nA screening of maps, not the legal conclusion.\n");
        text
    }

    fn verdicts(&self, text: &mut String) {
        let mut rows = vec![vec![left("verdict"), right("plots"), right("area ha")]];
        for count in &self.screened.summary.verdicts {
            rows.push(vec![
                left(count.verdict.as_str()),
                right(grouped(count.plots as u64)),
                right(hectares(count.area_ha)),
            ]);
        }
        text.push_str(&aligned("  ", &rows));
    }

    fn findings(&self, text: &mut String) {
        let mut rows = vec![vec![left("finding"), left(""), right("plots"), right("undecided"), left("leads to")]];
        for (rule, count) in self.policy.rules().iter().zip(&self.screened.summary.rules) {
            if count.fired + count.undecided == 0 {
                continue;
            }
            let outcome = match rule.outcome {
                Outcome::High => Verdict::High.as_str(),
                Outcome::MoreInfo => Verdict::MoreInfo.as_str(),
                Outcome::Note => "note",
            };
            let asked = rule.ask.map_or(String::new(), |ask| format!(": {}", ask.as_str()));
            rows.push(vec![
                left(&rule.code),
                left(rule.name.replace('-', " ")),
                right(grouped(count.fired as u64)),
                right(if count.undecided == 0 { String::new() } else { grouped(count.undecided as u64) }),
                left(format!("{outcome}{asked}")),
            ]);
        }
        if rows.len() > 1 {
            text.push('\n');
            text.push_str(&aligned("  ", &rows));
        }
    }

    fn worst(&self, text: &mut String) {
        if self.screened.summary.worst.is_empty() {
            return;
        }
        let mut rows = vec![vec![left("worst plots"), left("verdict"), right("area ha"), left("findings"), left("")]];
        for plot in &self.screened.summary.worst {
            rows.push(vec![
                left(&plot.plot_id),
                left(plot.verdict.as_str()),
                right(plot.area_ha.map_or_else(String::new, |ha| format!("{ha:.2}"))),
                left(lindero_io::run::findings_text(&plot.findings, self.policy.rules()).replace(';', " ")),
                left(plot.findings.first().map_or_else(String::new, |f| shortened(&f.sentence, REASON_CHARS))),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
    }

    fn regions(&self, text: &mut String) {
        if self.screened.roll_up.is_empty() {
            return;
        }
        let head = ["region", "plots", "area ha", "high", "more_info", "low"];
        let mut rows = vec![head.iter().enumerate().map(|(i, h)| if i == 0 { left(*h) } else { right(*h) }).collect()];
        for region in &self.screened.roll_up {
            rows.push(vec![
                left(&region.name),
                right(grouped(region.plots)),
                right(hectares(region.area_ha)),
                right(grouped(region.plots_high)),
                right(grouped(region.plots_more_info)),
                right(grouped(region.plots_low)),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
        text.push_str("  Sums over submitted plots, not an estimate for the region.\n");
    }

    /// Whether a rule of the policy reads how much of a plot an indicator observed.
    fn asks_whether_observed(&self, id: &str) -> bool {
        let column = format!("{id}_observed_pct");
        self.policy.rules().iter().any(|rule| match &rule.when {
            When::True(condition) => condition.source.contains(&column),
            When::PointNotLow | When::Unsteady => false,
        })
    }

    fn gaps(&self, text: &mut String) {
        let summary = &self.screened.summary;
        let mut lines = Vec::new();
        let mut tell = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => lines.push(format!("1 {one}")),
            _ => lines.push(format!("{} {many}", grouped(count as u64))),
        };
        tell(
            summary.unusable,
            "plot has no boundary that can be used: see defects.csv",
            "plots have no boundary that can be used: see defects.csv",
        );
        tell(summary.repaired, "boundary was repaired: see repairs.csv", "boundaries were repaired: see repairs.csv");
        tell(summary.points, "plot is only a point, measured on discs", "plots are only points, measured on discs");
        for (id, plots) in summary.poorly_observed.iter().filter(|(id, _)| self.asks_whether_observed(id)) {
            lines.push(format!("{} plots are observed less than 95 % for {id}", grouped(*plots as u64)));
        }
        for unassessed in self.screened.bound.not_assessed() {
            lines.push(format!("{} is not assessed: {}", unassessed.code, unassessed.missing.join(", ")));
        }
        if !self.missing_layers.is_empty() {
            lines.push(format!("the catalog lacks {}", self.missing_layers.join(", ")));
        }
        match (self.agroforestry_year, self.agroforestry_refused) {
            (_, Some(refused)) => lines.push(format!("agroforestry: not available, {refused}")),
            (Some(year), None) => lines.push(format!("agroforestry: by tree cover of {year}")),
            (None, None) => {}
        }
        if !lines.is_empty() {
            text.push_str("\nto know\n");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        }
    }
}
