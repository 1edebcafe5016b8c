//! How far verdicts depend on where exactly the plots lie: on the screen and for machines.

use crate::Story;
use crate::columns::{aligned, grouped, left, right};
use lindero_engine::StabilitySummary;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

impl Story<'_> {
    /// For each verdict, how many plots keep it when they are moved. Nothing where plots were not moved.
    pub(crate) fn stability(&self, text: &mut String) {
        let Some(stability) = &self.screened.summary.stability else { return };
        let head = ["verdict stays in", "95 % or more", "80 to 95 %", "under 80 %"];
        let mut rows = vec![head.iter().enumerate().map(|(i, h)| if i == 0 { left(*h) } else { right(*h) }).collect()];
        for count in &stability.verdicts {
            let counts = [count.steady, count.mostly, count.unsteady].map(|plots| right(grouped(plots as u64)));
            rows.push(std::iter::once(left(count.verdict.as_str())).chain(counts).collect());
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
        let _ = writeln!(
            text,
            "  Plots, each moved {} times by an error of {} m or a larger one of its own.",
            stability.moves, stability.error_m
        );
    }
}

/// The same for machines.
pub(crate) fn stability_json(stability: &StabilitySummary) -> Value {
    let verdicts: Map<String, Value> = stability
        .verdicts
        .iter()
        .map(|count| {
            let counts = json!({
                "same_in_95_pct_or_more": count.steady,
                "same_in_80_to_95_pct": count.mostly,
                "same_in_less_than_80_pct": count.unsteady,
            });
            (count.verdict.as_str().to_owned(), counts)
        })
        .collect();
    json!({ "position_error_m": stability.error_m, "offsets": stability.moves, "plots": verdicts })
}
