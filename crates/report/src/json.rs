//! `summary.json`

use crate::Story;
use crate::stability::stability_json;
use lindero_io::run::findings_text;
use serde_json::{Map, Value, json};

impl Story<'_> {
    /// The run in a few numbers, for machines.
    #[must_use]
    pub fn json(&self) -> Value {
        let summary = &self.screened.summary;
        let verdicts: Map<String, Value> = summary
            .verdicts
            .iter()
            .map(|count| {
                let value = json!({ "plots": count.plots, "area_ha": count.area_ha });
                (count.verdict.as_str().to_owned(), value)
            })
            .collect();
        let rules: Vec<Value> = self
            .policy
            .rules()
            .iter()
            .zip(&summary.rules)
            .map(|(rule, count)| {
                json!({ "code": rule.code, "name": rule.name, "fired": count.fired, "undecided": count.undecided })
            })
            .collect();
        let worst: Vec<Value> = summary
            .worst
            .iter()
            .map(|plot| {
                json!({
                    "row": plot.row,
                    "plot_id": plot.plot_id,
                    "verdict": plot.verdict.as_str(),
                    "findings": findings_text(&plot.findings, self.policy.rules()),
                })
            })
            .collect();
        let poorly: Map<String, Value> =
            summary.poorly_observed.iter().map(|(id, plots)| (id.clone(), json!(plots))).collect();
        let not_assessed: Vec<Value> = self
            .screened
            .bound
            .not_assessed()
            .iter()
            .map(|rule| json!({ "code": rule.code, "missing": rule.missing }))
            .collect();
        let mut story = json!({
            "plots": summary.plots,
            "area_ha": summary.area_ha,
            "policy": { "name": self.policy.name(), "version": self.policy.version() },
            "cutoff": self.cutoff,
            "verdicts": verdicts,
            "rules": rules,
            "worst": worst,
            "unusable": summary.unusable,
            "points": summary.points,
            "repaired": summary.repaired,
            "observed_less_than_95_pct": poorly,
            "not_assessed": not_assessed,
            "missing_layers": self.missing_layers,
            "agroforestry": match (self.agroforestry_year, self.agroforestry_refused) {
                (Some(year), _) => json!({ "tree_cover_year": year }),
                (None, refused) => json!({ "not_available": refused }),
            },
        });
        if let Some(stability) = &summary.stability {
            story["stability"] = stability_json(stability);
        }
        story
    }
}
