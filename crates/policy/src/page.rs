//! The page of a policy, from the file that decides.

use crate::{Policy, Rule, When};
use lindero_indicators::{IndicatorKind, IndicatorSpec};
use std::fmt::Write as _;

impl Policy {
    /// The policy as a page of Markdown: what it answers, its thresholds with their sources, its rules, and what is
    /// measured for them.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = format!(
            "# {}\n\nPolicy `{}`, version {}. Source: {}\n\n{}\n",
            self.title, self.name, self.version, self.source, self.about
        );
        self.write_requirements(&mut page);
        self.write_thresholds(&mut page);
        self.write_rules(&mut page);
        for rule in &self.rules {
            write_rule(&mut page, rule);
        }
        self.write_low(&mut page);
        self.write_definitions(&mut page);
        page
    }

    fn write_requirements(&self, page: &mut String) {
        if self.requirements.is_empty() {
            return;
        }
        page.push_str("\n## What a catalog must have\n\n");
        for requirement in &self.requirements {
            let layers: Vec<String> = requirement.of.iter().map(|id| format!("`{id}`")).collect();
            let line =
                format!("- at least {} of {}: {}\n", requirement.at_least, layers.join(", "), requirement.why.source);
            page.push_str(&line);
        }
    }

    fn write_thresholds(&self, page: &mut String) {
        if !self.thresholds.is_empty() {
            let row = |t: &crate::Threshold| {
                vec![code(&t.name), t.value.to_string(), t.source.clone().unwrap_or_else(|| "not given".to_owned())]
            };
            let rows: Vec<_> = self.thresholds.iter().map(row).collect();
            write_table(page, "Thresholds", ["name", "value", "source"], &rows);
        }
        if !self.conditions.is_empty() {
            let rows: Vec<_> =
                self.conditions.iter().map(|(name, when)| vec![code(name), code(&when.source)]).collect();
            write_table(page, "Conditions", ["name", "when"], &rows);
        }
    }

    fn write_rules(&self, page: &mut String) {
        let row = |rule: &Rule| {
            let ask = rule.ask.map_or("", |ask| ask.as_str());
            let what = [&rule.code, &rule.name].map(ToOwned::to_owned);
            let words = [rule.about.as_str(), rule.outcome.as_str(), ask].map(ToOwned::to_owned);
            what.into_iter().chain(words).chain([asked(rule)]).collect::<Vec<_>>()
        };
        let rows: Vec<_> = self.rules.iter().map(row).collect();
        write_table(page, "Rules", ["code", "name", "about", "verdict", "ask", "when"], &rows);
    }

    fn write_low(&self, page: &mut String) {
        if let Some(low) = &self.low {
            let _ = write!(page, "\n### low\n\n> {}\n", low.source);
        }
        let Some(evidence) = &self.evidence else { return };
        let watched: Vec<String> = evidence
            .watched
            .iter()
            .map(|(layer, column)| format!("{} ({})", code(layer), code(&column.source)))
            .collect();
        let _ = writeln!(
            page,
            "\n`evidence_until`: the last day that any of these layers has seen which watched at least {} % of {}: {}.",
            evidence.least_pct,
            code(&evidence.of.source),
            watched.join(", ")
        );
    }

    fn write_definitions(&self, page: &mut String) {
        let definitions = &self.definitions;
        if !definitions.terms.is_empty() {
            let row = |(name, term): (&String, &lindero_layers::Expression)| vec![code(name), code(&term.source)];
            let rows: Vec<_> = definitions.terms.iter().map(row).collect();
            write_table(page, "Terms, cell by cell", ["name", "means"], &rows);
        }
        if !definitions.lists.is_empty() {
            let row = |(name, list): (&String, &lindero_indicators::List)| {
                vec![code(name), list.numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")]
            };
            let rows: Vec<_> = definitions.lists.iter().map(row).collect();
            write_table(page, "Lists", ["name", "values"], &rows);
        }
        if !definitions.indicators.is_empty() {
            let rows: Vec<_> = definitions.indicators.iter().map(|spec| vec![code(&spec.id), measured(spec)]).collect();
            write_table(page, "Indicators", ["name", "measures"], &rows);
        }
    }
}

fn write_rule(page: &mut String, rule: &Rule) {
    let Rule { code, name, reason, source, limits, .. } = rule;
    let parts = [
        format!("\n### {code} {name}\n\n"),
        format!("> {}\n\n", reason.source),
        format!("- when: {}\n", asked(rule).replace("\\|", "|")),
        format!("- source of the threshold: {source}\n"),
        format!("- what it cannot see: {limits}\n"),
    ];
    parts.iter().for_each(|part| page.push_str(part));
    if rule.alone {
        page.push_str("- if it is true, no other finding is printed\n");
    }
}

fn asked(rule: &Rule) -> String {
    match &rule.when {
        When::True(condition) => code(&condition.source),
        When::PointNotLow => "a plot known only as a point is not low on both its discs".to_owned(),
        When::Unsteady => {
            "a plot that is not low was moved by its position error, and too few of its copies have its verdict \
                           (`stable_pct`)"
                .to_owned()
        }
    }
}

fn measured(spec: &IndicatorSpec) -> String {
    match &spec.kind {
        IndicatorKind::Overlaps { layer } => format!("overlap with {}", code(&layer.source)),
        IndicatorKind::Cells(cells) => {
            let mut text = match (&cells.mean, &cells.condition) {
                (Some(mean), Some(condition)) => {
                    format!("mean of {} where {}", code(&mean.source), code(&condition.source))
                }
                (Some(mean), None) => format!("mean of {}", code(&mean.source)),
                (None, Some(condition)) => code(&condition.source),
                (None, None) => String::new(),
            };
            if let Some(patch) = &cells.patch {
                let _ = write!(text, " in patches of {} over {} ha", code(&patch.of.source), patch.over_ha);
            }
            if !cells.by.is_empty() {
                let layers: Vec<String> = cells.by.iter().map(|layer| code(&layer.source)).collect();
                let _ = write!(text, ", by the year of {}", layers.join(", "));
            }
            text
        }
    }
}

/// Code in a table cell, where a bar would end the cell.
fn code(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", line.join(" ").replace('|', "\\|"))
}

fn write_table<const N: usize>(page: &mut String, title: &str, head: [&str; N], rows: &[Vec<String>]) {
    let _ = write!(page, "\n## {title}\n\n| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
}
