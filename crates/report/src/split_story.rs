//! What is said of boundaries that are proposed without the standing forest: on the screen, and in `summary.json`.

use crate::columns::{grouped, hectares, wrapped};
use lindero_engine::{CheckedAll, LEAST_PART_M2, SuggestedSplit, SuggestedSplits};
use lindero_plots::{Lang, M2_PER_HA};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Characters of a line of sentences.
const LINE_CHARS: usize = 92;
/// Plots that are named: those with most forest.
const NAMED_PLOTS: usize = 5;

/// Splits that were proposed.
pub struct SplitStory<'a> {
    /// What was asked of the maps, as the policy or the catalog calls it.
    pub forest: &'a str,
    /// What came of it.
    pub splits: &'a SuggestedSplits,
    /// The plots.
    pub checked: &'a CheckedAll,
    /// The language of the text.
    pub lang: Lang,
}

/// Sums over all splits (m²).
struct Sums {
    whole: u64,
    plots_m2: f64,
    producing_m2: f64,
    forest_m2: f64,
    forest_in_producing_m2: f64,
    producing_in_forest_m2: f64,
    unknown_m2: f64,
}

impl SplitStory<'_> {
    fn sums(&self) -> Sums {
        let splits = &self.splits.splits;
        let sum = |value: fn(&SuggestedSplit) -> f64| splits.iter().map(value).sum();
        Sums {
            whole: splits.iter().filter(|it| it.split.producing.is_empty()).count() as u64,
            plots_m2: sum(|it| it.area_m2),
            producing_m2: sum(|it| it.split.producing_m2),
            forest_m2: sum(|it| it.split.forest_m2),
            forest_in_producing_m2: sum(|it| it.split.forest_in_producing_m2),
            producing_in_forest_m2: sum(|it| it.split.producing_in_forest_m2),
            unknown_m2: sum(|it| it.unknown_m2),
        }
    }

    /// How many plots would be split and by how much, and those with most forest.
    #[must_use]
    pub fn table(&self) -> String {
        let (sums, plots) = (self.sums(), self.splits.splits.len() as u64);
        let (cut, least_ha) = (plots - sums.whole, LEAST_PART_M2 / M2_PER_HA);
        let ha = |m2: f64| hectares(m2 / M2_PER_HA);
        let mut text = String::from("\n");
        let (heading, mut sentences) = match self.lang {
            Lang::En => (
                "PLOTS WITH STANDING FOREST, proposed without it; nothing was changed",
                vec![
                    format!(
                        "To be split: {}; forest altogether: {}. {} ha of forest ({}) and {} ha that produce, in split.geojson.",
                        grouped(cut),
                        grouped(sums.whole),
                        ha(sums.forest_m2),
                        self.forest,
                        ha(sums.producing_m2)
                    ),
                    format!(
                        "Parts under {least_ha} ha stay with the ground around them: {} ha of forest in the producing parts, {} ha \
                         of other ground in the forest.",
                        ha(sums.forest_in_producing_m2),
                        ha(sums.producing_in_forest_m2)
                    ),
                ],
            ),
            Lang::Es => (
                "PARCELAS CON BOSQUE EN PIE, propuestas sin él; no se cambió nada",
                vec![
                    format!(
                        "Por dividir: {}; todo bosque: {}. {} ha de bosque ({}) y {} ha que producen, en split.geojson.",
                        grouped(cut),
                        grouped(sums.whole),
                        ha(sums.forest_m2),
                        self.forest,
                        ha(sums.producing_m2)
                    ),
                    format!(
                        "Las partes de menos de {least_ha} ha quedan con el suelo que las rodea: {} ha de bosque en las partes que \
                         producen, {} ha de otro suelo en el bosque.",
                        ha(sums.forest_in_producing_m2),
                        ha(sums.producing_in_forest_m2)
                    ),
                ],
            ),
        };
        if sums.unknown_m2 > 0.0 || self.splits.untold > 0 {
            let (unknown, untold) = (ha(sums.unknown_m2), grouped(self.splits.untold));
            sentences.push(match self.lang {
                Lang::En => format!(
                    "The maps do not tell of {unknown} ha of these, nor all of {untold} plots without known forest: that is no \
                     answer that none stands there."
                ),
                Lang::Es => format!(
                    "Los mapas no dicen nada de {unknown} ha de estas, ni de todo el suelo de {untold} parcelas sin bosque \
                     conocido: eso no quiere decir que no haya."
                ),
            });
        }
        if self.splits.points > 0 {
            let points = grouped(self.splits.points);
            sentences.push(match self.lang {
                Lang::En => format!("Points, which have no boundary to split: {points}."),
                Lang::Es => format!("Puntos, que no tienen lindero que dividir: {points}."),
            });
        }
        let _ = writeln!(text, "{heading}");
        for sentence in sentences {
            text.push_str(&wrapped("  ", &sentence, LINE_CHARS));
        }
        for split in self.most_forest() {
            let share = 100.0 * split.split.forest_m2 / split.area_m2;
            let forest = if self.lang == Lang::En { "forest" } else { "bosque" };
            let id = self.checked.ids.value(split.row as usize);
            let _ = writeln!(
                text,
                "    {id}: {} ha, {forest} {} ha ({share:.1} %)",
                ha(split.area_m2),
                ha(split.split.forest_m2)
            );
        }
        text
    }

    fn most_forest(&self) -> Vec<&SuggestedSplit> {
        let mut splits: Vec<&SuggestedSplit> = self.splits.splits.iter().collect();
        splits.sort_by(|a, b| b.split.forest_m2.total_cmp(&a.split.forest_m2).then(a.row.cmp(&b.row)));
        splits.truncate(NAMED_PLOTS);
        splits
    }

    /// What `summary.json` says under `split`.
    #[must_use]
    pub fn json(&self) -> Value {
        let sums = self.sums();
        json!({
            "forest": self.forest,
            "least_part_ha": LEAST_PART_M2 / M2_PER_HA,
            "plots_split": self.splits.splits.len() as u64 - sums.whole,
            "plots_all_forest": sums.whole,
            "plots_untold": self.splits.untold,
            "points": self.splits.points,
            "plots_ha": sums.plots_m2 / M2_PER_HA,
            "producing_ha": sums.producing_m2 / M2_PER_HA,
            "forest_ha": sums.forest_m2 / M2_PER_HA,
            "forest_in_producing_ha": sums.forest_in_producing_m2 / M2_PER_HA,
            "producing_in_forest_ha": sums.producing_in_forest_m2 / M2_PER_HA,
            "unknown_ha": sums.unknown_m2 / M2_PER_HA,
        })
    }
}
