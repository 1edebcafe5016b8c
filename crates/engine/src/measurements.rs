//! The measurements of all subjects as columns with names.

use crate::measure::Measured;
use lindero_indicators::Analysis;
use lindero_logic::{Value, ValueKind};
use lindero_plots::M2_PER_HA;
use lindero_policy::Column;
use std::collections::BTreeMap;

/// One column of measurements: a value per subject, `None` where it was not measured.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasurementColumn {
    /// `<indicator>_<measure>`.
    pub name: String,
    /// The values.
    pub values: ColumnValues,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValues {
    /// Hectares, percent, or the unit of a mean.
    Numbers(Vec<Option<f64>>),
    /// Calendar years.
    Years(Vec<Option<i32>>),
    /// Names joined by `;`.
    Names(Vec<Option<String>>),
}

impl MeasurementColumn {
    /// Whether it is an area in hectares, which adds up over plots.
    #[must_use]
    pub fn is_hectares(&self) -> bool {
        self.name.ends_with("_ha")
    }

    /// A number of the column.
    #[must_use]
    pub fn number(&self, subject: usize) -> Option<f64> {
        match &self.values {
            ColumnValues::Numbers(numbers) => numbers[subject],
            ColumnValues::Years(years) => years[subject].map(f64::from),
            ColumnValues::Names(_) => None,
        }
    }

    /// As a policy sees it.
    pub(crate) fn for_policy(&self) -> Column {
        let kind = match self.values {
            ColumnValues::Numbers(_) => ValueKind::Number,
            ColumnValues::Years(_) => ValueKind::Year,
            ColumnValues::Names(_) => ValueKind::Text,
        };
        Column { name: self.name.clone(), kind }
    }

    pub(crate) fn value(&self, subject: usize) -> Value<'_> {
        match &self.values {
            ColumnValues::Numbers(numbers) => numbers[subject].map_or(Value::Unknown, Value::Number),
            ColumnValues::Years(years) => years[subject].map_or(Value::Unknown, |year| Value::Number(year.into())),
            ColumnValues::Names(names) => names[subject].as_deref().map_or(Value::Unknown, Value::Text),
        }
    }
}

/// Columns per indicator.
pub(crate) type ByIndicator = BTreeMap<String, Vec<MeasurementColumn>>;

fn numbers(name: String, values: impl Iterator<Item = Option<f64>>) -> MeasurementColumn {
    MeasurementColumn { name, values: ColumnValues::Numbers(values.collect()) }
}

/// The columns of one analysis' indicators, from what was measured of every subject.
pub(crate) fn columns_of(analysis: &Analysis, measured: &[Vec<Measured>], into: &mut ByIndicator) {
    for (index, id) in analysis.ids().enumerate() {
        let of = |value: fn(&Measured) -> Option<f64>| measured.iter().map(move |subject| value(&subject[index]));
        let mut columns = Vec::new();
        if analysis.has_condition(index) {
            columns.push(numbers(format!("{id}_ha"), of(|m| m.area_m2.map(|m2| m2 / M2_PER_HA))));
            columns.push(numbers(format!("{id}_pct"), of(|m| m.share.map(|share| 100.0 * share))));
        }
        columns.push(numbers(format!("{id}_observed_pct"), of(|m| Some(100.0 * m.observed))));
        if let Some((first, last)) = analysis.years(index) {
            for (position, year) in (first..=last).enumerate() {
                let area = measured.iter().map(|subject| subject[index].by_year_m2[position].map(|m2| m2 / M2_PER_HA));
                columns.push(numbers(format!("{id}_{year}_ha"), area));
            }
            let years = measured.iter().map(|subject| subject[index].first_year).collect();
            columns.push(MeasurementColumn { name: format!("{id}_first_year"), values: ColumnValues::Years(years) });
        }
        if analysis.has_mean(index) {
            columns.push(numbers(format!("{id}_mean"), of(|m| m.mean)));
        }
        into.insert(id.to_owned(), columns);
    }
}

/// The columns of an indicator over features.
pub(crate) fn overlap_columns(id: &str, overlaps: Vec<Option<(f64, f64, String)>>, into: &mut ByIndicator) {
    let observed = overlaps.iter().map(|found| Some(if found.is_some() { 100.0 } else { 0.0 }));
    let columns = vec![
        numbers(format!("{id}_ha"), overlaps.iter().map(|found| found.as_ref().map(|o| o.0 / M2_PER_HA))),
        numbers(format!("{id}_pct"), overlaps.iter().map(|found| found.as_ref().map(|o| 100.0 * o.1))),
        numbers(format!("{id}_observed_pct"), observed),
        MeasurementColumn {
            name: format!("{id}_names"),
            values: ColumnValues::Names(overlaps.iter().map(|found| found.as_ref().map(|o| o.2.clone())).collect()),
        },
    ];
    into.insert(id.to_owned(), columns);
}
