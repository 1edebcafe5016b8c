//! The story of one plot: what was found, by how much, and what would change the answer.

use crate::columns::{aligned, left, right, shortened, wrapped};
use lindero_io::run::{RunPolicy, StoredPlot};
use lindero_policy::{About, Ask, Change, Margin, Outcome, Row as _, Rule, Unassessed, Way};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Characters of a line, unless another number is asked.
pub const STORY_WIDTH: usize = 100;
/// A rule that is not true has just missed where the number it turns on has come at least so far.
const NEAR: f64 = 0.5;
/// Ways to another answer that are told of a rule.
const MOST_WAYS: usize = 3;

/// A plot of a run, ready to be told.
pub struct PlotStory<'a> {
    /// The policy, tied to the run's columns.
    pub run: &'a RunPolicy,
    /// The plot.
    pub plot: StoredPlot<'a>,
    /// What went into the run.
    pub manifest: &'a Value,
    /// What is wrong with its boundary, in words, from the run's table of defects.
    pub defects: &'a [String],
    /// Characters of a line.
    pub width: usize,
}

impl PlotStory<'_> {
    /// The story in words, for a screen.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        let margins = self.run.bound.margins(&self.plot);
        self.found(&mut text, &margins);
        self.missed(&mut text, &margins);
        self.silent(&mut text);
        self.numbers(&mut text);
        self.layers(&mut text);
        text.push_str("\nA screening of maps, not the legal conclusion.\n");
        text
    }

    fn said(&self, column: &str) -> String {
        self.plot.text(column).unwrap_or_else(|| "unknown".to_owned())
    }

    fn head(&self, text: &mut String) {
        let _ = writeln!(text, "plot {} · {}", self.said("plot_id"), self.said("verdict"));
        let verdicts =
            About::ALL.map(|about| format!("{} {}", about.as_str(), self.said(&format!("verdict_{}", about.as_str()))));
        let _ = writeln!(text, "  verdict about {}", verdicts.join(" · "));
        let policy = &self.run.policy;
        let _ = writeln!(
            text,
            "  policy {} {} · cut-off {}",
            policy.name(),
            policy.version(),
            parameter(self.manifest, "cutoff")
        );
        let area = self.plot.number("area_ha").map_or_else(|| "no area".to_owned(), |ha| format!("{ha:.2} ha"));
        let region = self.plot.text("region").map_or_else(String::new, |region| format!(" · {region}"));
        let _ =
            writeln!(text, "  {area} · boundary {}{region} · row {}", self.said("geometry_status"), self.said("row"));
        if let Some(until) = self.plot.text("evidence_until") {
            let _ = writeln!(text, "  watched up to {until}");
        }
        for (field, value) in self.plot.declared() {
            let _ = writeln!(text, "  declared: {field} {}", value.unwrap_or_else(|| "not told".to_owned()));
        }
        for defect in self.defects {
            text.push_str(&wrapped("  ", &format!("boundary: {defect}"), self.width));
        }
    }

    /// The rules that are true of the plot or could not be decided, as the run wrote them, with what would turn them.
    fn found(&self, text: &mut String, margins: &[Margin]) {
        let codes = self.plot.text("findings").unwrap_or_default();
        let codes: Vec<&str> = codes.split(';').filter(|code| !code.is_empty()).collect();
        let reasons = self.plot.text("reasons").unwrap_or_default();
        let mut reasons = reasons.split(';');
        text.push_str("\nwhat was found\n");
        for code in &codes {
            let undecided = code.ends_with('?');
            let index = self.run.policy.rules().iter().position(|rule| rule.code == code.trim_end_matches('?'));
            let Some(index) = index else { continue };
            let rule = &self.run.policy.rules()[index];
            let leads = if undecided { "cannot be decided".to_owned() } else { leads_to(rule) };
            let _ = writeln!(text, "  {code} {} → {leads}", rule.name.replace('-', " "));
            text.push_str(&wrapped("     ", reasons.next().unwrap_or_default(), self.width));
            let margin = margins.iter().find(|margin| margin.rule == index && margin.holds && !undecided);
            if let Some(margin) = margin.filter(|_| rule.outcome != Outcome::Note) {
                self.ways_out(text, margin);
            }
            text.push_str(&wrapped("     ", &format!("threshold: {}", rule.source), self.width));
            text.push_str(&wrapped("     ", &format!("cannot see: {}", rule.limits), self.width));
        }
        match reasons.next() {
            Some(low) if !low.trim().is_empty() => text.push_str(&wrapped("  ", low, self.width)),
            _ if codes.is_empty() => text.push_str("  nothing\n"),
            _ => {}
        }
        if self.plot.is_point() {
            let told = "Only a point is known. What was found on the 4 ha disc around it is in the sentences; the numbers below \
                        are those of the disc of its declared area.";
            text.push_str(&wrapped("  ", told, self.width));
        }
    }

    fn ways_out(&self, text: &mut String, margin: &Margin) {
        for way in self.run.bound.ways_out(&self.plot, margin).iter().take(MOST_WAYS) {
            let after = self.run.bound.outcome_after(&self.plot, way);
            let after = after.map_or_else(String::new, |after| format!(": the verdict would be {after}"));
            text.push_str(&wrapped("     ", &format!("would not hold with {way}{after}"), self.width));
        }
    }

    /// Rules that are not true and would be with little more.
    fn missed(&self, text: &mut String, margins: &[Margin]) {
        let near = |margin: &Margin| -> Option<Way> {
            let rule = &self.run.policy.rules()[margin.rule];
            if margin.holds || rule.outcome == Outcome::Note {
                return None;
            }
            // What is all or nothing has not come near.
            let is_part = |change: &Change| {
                let whole = if change.name.ends_with("_pct") { 100.0 } else { f64::INFINITY };
                change.has.is_some_and(|has| has > 0.0 && has < whole)
            };
            let is_near = |way: &&Way| way.changes.iter().all(is_part);
            margin.ways.iter().find(|way| is_near(way) && way.relative_distance() <= 1.0 - NEAR).cloned()
        };
        let near: Vec<(usize, Way)> = margins.iter().filter_map(|m| Some((m.rule, near(m)?))).collect();
        if near.is_empty() {
            return;
        }
        text.push_str("\nwhat just missed\n");
        for (index, way) in near {
            let rule = &self.run.policy.rules()[index];
            let line =
                format!("{} {} → {}: would hold with {way}", rule.code, rule.name.replace('-', " "), leads_to(rule));
            text.push_str(&wrapped("  ", &line, self.width));
        }
    }

    /// Rules that could not be asked at all, or not of all they ask.
    fn silent(&self, text: &mut String) {
        let bound = &self.run.bound;
        self.gaps(text, "what was not assessed, as the catalog lacks a layer", bound.not_assessed());
        self.gaps(text, "what was not asked, as the run was not told of it", bound.untold().iter().collect());
    }

    fn gaps(&self, text: &mut String, head: &str, gaps: Vec<&Unassessed>) {
        if !gaps.is_empty() {
            let _ = writeln!(text, "\n{head}");
        }
        for gap in gaps {
            let rule = &self.run.policy.rules()[gap.rule];
            let line = format!("{} {}: {}", rule.code, rule.name.replace('-', " "), gap.missing.join(", "));
            text.push_str(&wrapped("  ", &line, self.width));
        }
    }

    /// What was measured and is not nothing.
    fn numbers(&self, text: &mut String) {
        let ids: Vec<&str> = self.run.policy.definitions().indicators.iter().map(|spec| spec.id.as_str()).collect();
        let number = |id: &str, measure: &str| self.plot.number(&format!("{id}_{measure}"));
        let printed =
            |value: Option<f64>, digits: usize| value.map_or_else(|| "unknown".to_owned(), |v| format!("{v:.digits$}"));
        let mut rows = vec![vec![left("measured"), right("ha"), right("%"), right("observed %"), left("")]];
        let (mut nothing, mut unmeasured) = (0, 0);
        for id in ids {
            let (ha, observed) = (number(id, "ha"), number(id, "observed_pct"));
            match (ha, observed) {
                (None, None) => unmeasured += 1,
                (Some(0.0), Some(100.0)) => nothing += 1,
                _ => rows.push(vec![
                    left(id),
                    right(printed(ha, 3)),
                    right(printed(number(id, "pct"), 1)),
                    right(printed(observed, 1)),
                    left(self.years(id)),
                ]),
            }
        }
        text.push('\n');
        text.push_str(&aligned("", &rows));
        if nothing > 0 {
            let _ = writeln!(text, "{nothing} more were looked for all over the plot, and there is nothing of them");
        }
        if unmeasured > 0 {
            let _ = writeln!(text, "{unmeasured} more were not measured");
        }
    }

    /// The years of an indicator that is measured by year, and the names of one that is an overlap.
    fn years(&self, id: &str) -> String {
        if let Some(names) = self.plot.text(&format!("{id}_names")) {
            return names;
        }
        let of_year = |year: i32| Some((year, self.plot.number(&format!("{id}_{year}_ha")).filter(|ha| *ha > 0.0)?));
        let years: Vec<String> =
            (1980..=2100).filter_map(of_year).map(|(year, ha)| format!("{year}: {ha:.3} ha")).collect();
        years.join(", ")
    }

    fn layers(&self, text: &mut String) {
        let mut rows = vec![vec![left("layer"), left("seen up to"), left("files")]];
        for layer in self.manifest["layers"].as_array().into_iter().flatten() {
            let files: Vec<&str> = layer["files"].as_array().into_iter().flatten().filter_map(file_name).collect();
            rows.push(vec![
                left(layer["id"].as_str().unwrap_or_default()),
                left(layer["until"].as_str().unwrap_or_default()),
                left(shortened(&files.join(", "), self.width / 2 + self.width / 5)),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned("", &rows));
    }
}

fn leads_to(rule: &Rule) -> String {
    let asked = match rule.ask {
        None => "",
        Some(Ask::Desk) => ", to be answered at a desk",
        Some(Ask::Document) => ", to be answered by a document",
        Some(Ask::Visit) => ", to be answered by a visit",
        Some(Ask::Walk) => ", to be answered by walking the plot",
    };
    format!("{}{asked}", rule.outcome.as_str())
}

fn file_name(file: &Value) -> Option<&str> {
    Path::new(file["path"].as_str()?).file_name()?.to_str()
}

fn parameter(manifest: &Value, name: &str) -> String {
    manifest["parameters"][name].as_str().unwrap_or("unknown").to_owned()
}
