//! The report's own words, once in each language. A language that lacks one does not compile.

mod english;
mod portuguese;
mod spanish;

use lindero_plots::Lang;

/// A language of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportLang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
}

impl From<Lang> for ReportLang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Es => Self::Es,
        }
    }
}

impl ReportLang {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::Pt];

    /// The language's ISO 639 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pt => "pt",
        }
    }
}

/// What stands around the numbers, as each language writes it. `{name}` is replaced with what it names ([`fill`]).
#[cfg_attr(test, derive(Debug))]
pub(super) struct Words {
    /// Between whole and decimals, and after thousands.
    pub(super) decimal: char,
    pub(super) thousands: &'static str,
    pub(super) east: &'static str,
    pub(super) west: &'static str,
    pub(super) north: &'static str,
    pub(super) south: &'static str,

    pub(super) title: &'static str,
    pub(super) skip: &'static str,
    pub(super) contents: &'static str,
    pub(super) disclaimer: &'static str,
    pub(super) plots: &'static str,
    pub(super) plot: &'static str,
    pub(super) area_ha: &'static str,
    pub(super) policy: &'static str,
    pub(super) cutoff: &'static str,
    pub(super) program: &'static str,
    pub(super) plot_files: &'static str,
    pub(super) scrolls: &'static str,

    pub(super) verdicts: &'static str,
    pub(super) verdicts_caption: &'static str,
    pub(super) verdict: &'static str,
    pub(super) high: &'static str,
    pub(super) more_info: &'static str,
    pub(super) low: &'static str,
    pub(super) high_means: &'static str,
    pub(super) more_info_means: &'static str,
    pub(super) low_means: &'static str,
    pub(super) meaning: &'static str,
    pub(super) of_plots: &'static str,
    pub(super) of_area: &'static str,
    pub(super) by_question_caption: &'static str,
    pub(super) question: &'static str,
    pub(super) about_forest: &'static str,
    pub(super) about_data: &'static str,
    pub(super) about_law: &'static str,
    pub(super) unusable: &'static str,
    pub(super) points: &'static str,
    pub(super) repaired: &'static str,

    pub(super) map: &'static str,
    pub(super) map_title: &'static str,
    pub(super) map_description: &'static str,
    pub(super) map_marks: &'static str,
    pub(super) map_outside: &'static str,
    pub(super) map_nothing: &'static str,
    pub(super) legend: &'static str,
    pub(super) forest: &'static str,
    pub(super) open: &'static str,
    pub(super) trees: &'static str,
    pub(super) no_trees: &'static str,
    pub(super) unknown: &'static str,
    pub(super) lost_in: &'static str,
    pub(super) lost_undated: &'static str,
    pub(super) ground_from: &'static str,
    pub(super) near_only: &'static str,
    pub(super) no_ground: &'static str,
    pub(super) no_catalog: &'static str,
    pub(super) other_catalog: &'static str,
    pub(super) other_policy: &'static str,
    pub(super) other_layers: &'static str,
    pub(super) unreadable: &'static str,
    pub(super) too_large: &'static str,
    pub(super) no_terms: &'static str,

    pub(super) findings: &'static str,
    pub(super) findings_caption: &'static str,
    pub(super) code: &'static str,
    pub(super) finding: &'static str,
    pub(super) undecided: &'static str,
    pub(super) leads_to: &'static str,
    pub(super) note: &'static str,
    pub(super) policy_language: &'static str,
    pub(super) not_assessed: &'static str,
    pub(super) assessed_in_part: &'static str,
    pub(super) lacks: &'static str,
    pub(super) no_findings: &'static str,

    pub(super) ground: &'static str,
    pub(super) kinds_caption: &'static str,
    pub(super) kind: &'static str,
    pub(super) natural: &'static str,
    pub(super) mixed: &'static str,
    pub(super) farmed: &'static str,
    pub(super) contested: &'static str,
    pub(super) open_ground: &'static str,
    pub(super) loss_caption: &'static str,
    pub(super) year: &'static str,
    pub(super) cover_caption: &'static str,
    pub(super) cover_of: &'static str,
    pub(super) more_than: &'static str,
    pub(super) at_least: &'static str,
    pub(super) agroforestry_caption: &'static str,
    pub(super) agroforestry: &'static str,
    pub(super) agroforestry_undecided: &'static str,
    pub(super) agroforestry_other: &'static str,
    pub(super) agroforestry_none: &'static str,
    pub(super) all_measured: &'static str,
    pub(super) indicator: &'static str,
    pub(super) not_measured: &'static str,

    pub(super) regions: &'static str,
    pub(super) regions_caption: &'static str,
    pub(super) regions_note: &'static str,
    pub(super) regions_more: &'static str,
    pub(super) region: &'static str,
    pub(super) unmeasured_ha: &'static str,
    pub(super) outside_regions: &'static str,
    pub(super) all_plots_row: &'static str,
    pub(super) regions_columns_caption: &'static str,

    pub(super) worst: &'static str,
    pub(super) worst_order: &'static str,
    pub(super) worst_none: &'static str,
    pub(super) plot_title: &'static str,
    pub(super) plot_description: &'static str,
    pub(super) no_picture: &'static str,
    pub(super) neighbours: &'static str,
    pub(super) row_of_file: &'static str,
    pub(super) boundary: &'static str,
    pub(super) boundary_ok: &'static str,
    pub(super) boundary_repaired: &'static str,
    pub(super) boundary_disc: &'static str,
    pub(super) boundary_unusable: &'static str,
    pub(super) measured_caption: &'static str,
    pub(super) of_plot: &'static str,
    pub(super) observed: &'static str,
    pub(super) own_columns: &'static str,
    pub(super) own_columns_left_out: &'static str,

    pub(super) all_plots: &'static str,
    pub(super) all_plots_caption: &'static str,
    pub(super) list_is_elsewhere: &'static str,

    pub(super) boundaries: &'static str,
    pub(super) boundaries_fine: &'static str,
    pub(super) defects_caption: &'static str,
    pub(super) repairs_caption: &'static str,
    pub(super) overlaps_caption: &'static str,
    pub(super) effect: &'static str,
    pub(super) times: &'static str,
    pub(super) examples: &'static str,
    pub(super) applied: &'static str,
    pub(super) proposed: &'static str,
    pub(super) change_ha: &'static str,
    pub(super) shared_ha: &'static str,
    pub(super) pairs: &'static str,
    pub(super) conflict: &'static str,

    pub(super) layers: &'static str,
    pub(super) layers_caption: &'static str,
    pub(super) layer: &'static str,
    pub(super) files: &'static str,
    pub(super) last_day: &'static str,
    pub(super) credit: &'static str,
    pub(super) not_stated: &'static str,
    pub(super) missing_layers: &'static str,
    pub(super) asked_of_policy: &'static str,
    pub(super) options_caption: &'static str,
    pub(super) option: &'static str,
    pub(super) value: &'static str,

    pub(super) method: &'static str,
    pub(super) method_paragraphs: [&'static str; 6],

    pub(super) inputs: &'static str,
    pub(super) inputs_caption: &'static str,
    pub(super) file: &'static str,
    pub(super) bytes: &'static str,
    pub(super) layer_files_caption: &'static str,

    pub(super) run_files: &'static str,
    pub(super) run_files_where: &'static str,
    pub(super) plots_file: &'static str,
    pub(super) regions_file: &'static str,
    pub(super) defects_file: &'static str,
    pub(super) repairs_file: &'static str,
    pub(super) overlaps_file: &'static str,
    pub(super) manifest_file: &'static str,
}

impl Words {
    pub(super) const fn of(lang: ReportLang) -> &'static Self {
        match lang {
            ReportLang::En => &english::WORDS,
            ReportLang::Es => &spanish::WORDS,
            ReportLang::Pt => &portuguese::WORDS,
        }
    }
}

/// The text with each `{name}` replaced.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = behind.split_once('}') else {
            filled.push('{');
            rest = behind;
            continue;
        };
        let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        filled.push_str(value.unwrap_or_else(|| panic!("no value for {{{name}}} of {text:?}")));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `{name}`s of every word, by the name of the field.
    fn names(lang: ReportLang) -> Vec<(String, Vec<String>)> {
        // Rare characters are shown as \u{…}.
        let told = format!("{:#?}", Words::of(lang)).replace("\\u{", "");
        // A paragraph of the method stands alone on its line.
        let lines = told.lines().map(str::trim).filter(|line| !line.starts_with('"'));
        let fields = lines.filter_map(|line| line.split_once(": "));
        let name = |part: &str| part.split_once('}').map(|(name, _)| name.to_owned());
        let of = |text: &str| -> Vec<String> {
            let mut names: Vec<String> = text.split('{').skip(1).filter_map(name).collect();
            names.sort();
            names
        };
        fields.map(|(field, text)| (field.to_owned(), of(text))).collect()
    }

    #[test]
    fn every_language_fills_the_same_into_the_same_word() {
        let english = names(ReportLang::En);
        assert!(english.len() > 100 && english.iter().filter(|(_, names)| !names.is_empty()).count() > 15);
        for lang in ReportLang::ALL {
            assert_eq!(names(lang), english, "{}", lang.code());
        }
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("plain", &[]), "plain");
    }
}
