//! What an estimate says to people: the table on the screen, and the JSON that is kept.

use crate::columns::{Cell, aligned, decimals, left, right, wrapped};
use lindero_regions::estimate::{Estimate, FEW_POINTS, Figure, StratifiedSample, Undefined, Z_95};
use serde_json::{Map, Value, json};

/// Characters of a line of text.
const LINE_CHARS: usize = 118;

/// An estimate with the sample that it rests on.
pub struct EstimateStory<'a> {
    /// The counted points.
    pub sample: &'a StratifiedSample,
    /// What they say.
    pub estimate: &'a Estimate,
    /// The ground that the map gives to each class, where it was measured; else what the strata tell.
    pub map_sizes: Option<&'a [f64]>,
    /// The unit of areas: `ha`.
    pub unit: &'a str,
}

impl EstimateStory<'_> {
    /// All numbers, unrounded; what is not known is null, with its reason beside it.
    #[must_use]
    pub fn json(&self) -> Map<String, Value> {
        let mut all = Map::new();
        all.insert("unit".into(), json!(self.unit));
        all.insert("z".into(), json!(Z_95));
        all.insert("n".into(), json!(self.estimate.points));
        all.insert("total_area".into(), json!(self.estimate.size));
        insert_figure(&mut all, "overall_accuracy", "overall", &self.estimate.overall);
        let classes = self.sample.classes().iter().enumerate().map(|(class, name)| self.class_json(class, name));
        all.insert("classes".into(), classes.collect());
        all.insert("confusion_classes".into(), json!(self.sample.classes()));
        all.insert("confusion_proportions".into(), json!(self.estimate.confusion.as_ref().ok()));
        all.insert("strata".into(), self.strata_json());
        all
    }

    fn class_json(&self, class: usize, name: &str) -> Value {
        let estimate = &self.estimate.classes[class];
        let mut of_class = Map::new();
        of_class.insert("class".into(), json!(name));
        of_class.insert("map_area".into(), json!(self.map_size(class)));
        insert_figure(&mut of_class, "area", "area", &estimate.area);
        insert_figure(&mut of_class, "users_accuracy", "users", &estimate.users);
        insert_figure(&mut of_class, "producers_accuracy", "producers", &estimate.producers);
        of_class.into()
    }

    fn strata_json(&self) -> Value {
        let stratum = |it: &lindero_regions::estimate::Stratum| {
            let weight = if self.estimate.size > 0.0 { Some(it.size / self.estimate.size) } else { None };
            json!({
                "stratum": it.name,
                "area": it.size,
                "weight": weight,
                "n": it.points(),
                "few_points": it.size > 0.0 && it.points() < FEW_POINTS,
            })
        };
        self.sample.strata().iter().map(stratum).collect()
    }

    fn map_size(&self, class: usize) -> Option<f64> {
        self.map_sizes.map(|sizes| sizes[class]).or(self.estimate.classes[class].map_size)
    }

    /// Areas and accuracies with their 95 % intervals, what is not known, and which strata have few points.
    #[must_use]
    pub fn table(&self) -> String {
        let unit = self.unit;
        let mut rows = vec![vec![
            left("class"),
            right(format!("mapped {unit}")),
            right(format!("estimated {unit}")),
            right("± 95 %"),
            right("user's"),
            right("± 95 %"),
            right("producer's"),
            right("± 95 %"),
        ]];
        for (class, name) in self.sample.classes().iter().enumerate() {
            let estimate = &self.estimate.classes[class];
            let mut row = vec![left(name), right(self.map_size(class).map_or_else(dash, |size| self.area(size)))];
            row.extend(self.cells(&estimate.area, |area| self.area(area)));
            row.extend(self.cells(&estimate.users, accuracy));
            row.extend(self.cells(&estimate.producers, accuracy));
            rows.push(row);
        }
        let mut text = aligned("  ", &rows);
        let overall = &self.estimate.overall;
        let told = |figure: Option<f64>| figure.map_or_else(dash, accuracy);
        text.push_str(&format!(
            "  overall accuracy {} ± {}, {} reference points, {} {unit}\n",
            told(overall.value.clone().ok()),
            told(overall.half_width(Z_95)),
            decimals(self.estimate.points as f64, 0),
            self.area(self.estimate.size),
        ));
        for reason in self.reasons() {
            text.push_str(&wrapped("  ", &format!("not known: {reason}"), LINE_CHARS));
        }
        let few = self.sample.strata().iter().filter(|it| it.size > 0.0 && it.points() < FEW_POINTS);
        let few: Vec<String> = few.map(|it| format!("{} ({})", it.name, it.points())).collect();
        if !few.is_empty() {
            let told = format!("fewer than {FEW_POINTS} points, so that intervals are rough: {}", few.join(", "));
            text.push_str(&wrapped("  ", &told, LINE_CHARS));
        }
        text
    }

    fn cells(&self, figure: &Figure, told: impl Fn(f64) -> String) -> [Cell; 2] {
        let value = figure.value.clone().ok().map_or_else(dash, &told);
        [right(value), right(figure.half_width(Z_95).map_or_else(dash, told))]
    }

    fn area(&self, area: f64) -> String {
        decimals(area, if self.unit == "km2" { 3 } else { 1 })
    }

    /// Why figures are missing, each reason once with what it concerns.
    fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<(&Undefined, Vec<String>)> = Vec::new();
        let mut note = |what: String, figure| {
            let figure: &Figure = figure;
            let Some(reason) = figure.reason() else { return };
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, concerned)) => concerned.push(what),
                None => reasons.push((reason, vec![what])),
            }
        };
        for (name, class) in self.sample.classes().iter().zip(&self.estimate.classes) {
            note(format!("area of {name}"), &class.area);
            note(format!("user's accuracy of {name}"), &class.users);
            note(format!("producer's accuracy of {name}"), &class.producers);
        }
        note("overall accuracy".to_owned(), &self.estimate.overall);
        reasons.into_iter().map(|(reason, concerned)| format!("{reason} ({})", concerned.join(", "))).collect()
    }
}

fn dash() -> String {
    "-".to_owned()
}

fn accuracy(share: f64) -> String {
    format!("{share:.4}")
}

/// A value, its standard error, half its interval, and why one of them is missing.
fn insert_figure(into: &mut Map<String, Value>, value: &str, name: &str, figure: &Figure) {
    into.insert(value.into(), json!(figure.value.as_ref().ok()));
    into.insert(format!("{name}_half_width"), json!(figure.half_width(Z_95)));
    into.insert(format!("{name}_se"), json!(figure.se.as_ref().ok()));
    if let Some(reason) = figure.reason() {
        into.insert(format!("{name}_reason"), json!(reason.to_string()));
    }
}
