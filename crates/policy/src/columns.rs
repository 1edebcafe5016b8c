//! Which columns an indicator can have, and what they hold.

use lindero_indicators::{IndicatorKind, IndicatorSpec};
use lindero_logic::ValueKind;

/// A column that the rows will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, such as `loss_natural_ha`, or that of an attribute.
    pub name: String,
    /// What it holds.
    pub kind: ValueKind,
}

/// The measures of an indicator that have a fixed name.
const MEASURES: [&str; 6] = ["ha", "pct", "observed_pct", "mean", "first_year", "names"];

/// What the column holds, if one of the indicators can have a column of this name.
pub(crate) fn kind_of_column(indicators: &[IndicatorSpec], name: &str) -> Option<ValueKind> {
    indicators.iter().find_map(|spec| {
        let measure = name.strip_prefix(spec.id.as_str())?.strip_prefix('_')?;
        kind_of_measure(spec, measure)
    })
}

/// Every column the indicators can have, but those of single years.
pub(crate) fn columns_of(indicators: &[IndicatorSpec]) -> Vec<String> {
    let of_one = |spec: &IndicatorSpec| {
        let measures = MEASURES.into_iter().filter(|measure| kind_of_measure(spec, measure).is_some());
        measures.map(|measure| format!("{}_{measure}", spec.id)).collect::<Vec<_>>()
    };
    indicators.iter().flat_map(of_one).collect()
}

/// The year of a column such as `loss_2022_ha`, for the indicator `loss`.
pub(crate) fn year_of_column(indicator: &str, name: &str) -> Option<i32> {
    year_of_measure(name.strip_prefix(indicator)?.strip_prefix('_')?)
}

/// What a column of an indicator nobody told us about holds, to judge by its name.
pub(crate) fn kind_by_name(name: &str) -> Option<ValueKind> {
    let ends = |measure: &str| name.strip_suffix(measure).is_some_and(|id| id.len() > 1 && id.ends_with('_'));
    match MEASURES.into_iter().find(|measure| ends(measure))? {
        "names" => Some(ValueKind::Text),
        "first_year" => Some(ValueKind::Year),
        _ => Some(ValueKind::Number),
    }
}

fn kind_of_measure(spec: &IndicatorSpec, measure: &str) -> Option<ValueKind> {
    match (&spec.kind, measure) {
        (IndicatorKind::Overlaps { .. }, "ha" | "pct" | "observed_pct") => Some(ValueKind::Number),
        (IndicatorKind::Overlaps { .. }, "names") => Some(ValueKind::Text),
        (IndicatorKind::Overlaps { .. }, _) => None,
        (IndicatorKind::Cells(_), "observed_pct") => Some(ValueKind::Number),
        (IndicatorKind::Cells(cells), "mean") => cells.mean.as_ref().map(|_| ValueKind::Number),
        (IndicatorKind::Cells(cells), "first_year") => (!cells.by.is_empty()).then_some(ValueKind::Year),
        (IndicatorKind::Cells(cells), "ha" | "pct") => {
            (cells.condition.is_some() || cells.patch.is_some()).then_some(ValueKind::Number)
        }
        (IndicatorKind::Cells(cells), _) => {
            let year = year_of_measure(measure)?;
            let told = cells.years.is_none_or(|(first, last)| (first..=last).contains(&year));
            (!cells.by.is_empty() && told).then_some(ValueKind::Number)
        }
    }
}

fn year_of_measure(measure: &str) -> Option<i32> {
    let digits = measure.strip_suffix("_ha")?;
    let is_year = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if is_year { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_indicators::Definitions;
    use lindero_layers::ConfigFile;

    const INDICATORS: &str = r#"
        [indicator.loss]
        where = "lossyear > 2020"
        by = "lossyear"
        years = [2021, 2024]
        [indicator.cover]
        mean = "treecover"
        [indicator.protected]
        overlaps = "anp"
    "#;

    fn check(name: &str, expected: Option<ValueKind>) {
        let file = ConfigFile::parse("policy.toml", INDICATORS).unwrap();
        let indicators = Definitions::read(&file.root()).unwrap().indicators;
        assert_eq!(kind_of_column(&indicators, name), expected, "{name}");
    }

    #[test]
    fn an_indicator_has_the_columns_of_its_kind_and_no_other() {
        check("loss_ha", Some(ValueKind::Number));
        check("loss_observed_pct", Some(ValueKind::Number));
        check("loss_first_year", Some(ValueKind::Year));
        check("loss_mean", None);
        check("cover_mean", Some(ValueKind::Number));
        check("cover_ha", None);
        check("cover_first_year", None);
        check("protected_pct", Some(ValueKind::Number));
        check("protected_names", Some(ValueKind::Text));
        check("loss_names", None);
        check("lossha", None);
        check("other_ha", None);
    }

    #[test]
    fn only_the_years_that_get_a_column_have_one() {
        check("loss_2021_ha", Some(ValueKind::Number));
        check("loss_2024_ha", Some(ValueKind::Number));
        check("loss_2025_ha", None);
        check("loss_21_ha", None);
        check("cover_2021_ha", None);
        assert_eq!(year_of_column("loss", "loss_2021_ha"), Some(2021));
        assert_eq!(year_of_column("loss", "loss_natural_2021_ha"), None);
    }
}
