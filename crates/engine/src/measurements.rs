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
    /// Yes and no.
    Truths(Vec<Option<bool>>),
}

impl ColumnValues {
    /// Makes room for just so many more.
    pub(crate) fn reserve(&mut self, count: usize) {
        match self {
            Self::Numbers(values) => values.reserve_exact(count),
            Self::Years(values) => values.reserve_exact(count),
            Self::Names(values) => values.reserve_exact(count),
            Self::Truths(values) => values.reserve_exact(count),
        }
    }
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
            ColumnValues::Names(_) | ColumnValues::Truths(_) => None,
        }
    }

    /// As a policy sees it.
    pub(crate) fn for_policy(&self) -> Column {
        let kind = match self.values {
            ColumnValues::Numbers(_) => ValueKind::Number,
            ColumnValues::Years(_) => ValueKind::Year,
            ColumnValues::Names(_) => ValueKind::Text,
            ColumnValues::Truths(_) => ValueKind::Bool,
        };
        Column { name: self.name.clone(), kind }
    }

    pub(crate) fn value(&self, subject: usize) -> Value<'_> {
        match &self.values {
            ColumnValues::Numbers(numbers) => numbers[subject].map_or(Value::Unknown, Value::Number),
            ColumnValues::Years(years) => years[subject].map_or(Value::Unknown, |year| Value::Number(year.into())),
            ColumnValues::Names(names) => names[subject].as_deref().map_or(Value::Unknown, Value::Text),
            ColumnValues::Truths(truths) => truths[subject].map_or(Value::Unknown, Value::Bool),
        }
    }
}

/// Columns per indicator.
pub(crate) type ByIndicator = BTreeMap<String, Vec<MeasurementColumn>>;

/// A column of numbers.
pub(crate) fn numbers(name: String, values: impl Iterator<Item = Option<f64>>) -> MeasurementColumn {
    MeasurementColumn { name, values: ColumnValues::Numbers(values.collect()) }
}

/// Subjects whose measurements are written into all columns before the next are looked at: they stay in the cache.
const SUBJECTS_AT_ONCE: usize = 64;

/// What a column takes of a measurement.
#[derive(Clone, Copy)]
enum Measure {
    Hectares,
    Percent,
    ObservedPercent,
    /// By its place among the asked years.
    HectaresOfYear(usize),
    FirstYear,
    Mean,
}

impl Measure {
    fn of(self, measured: &Measured) -> Option<f64> {
        let hectares = |m2: f64| m2 / M2_PER_HA;
        match self {
            Self::Hectares => measured.area_m2.map(hectares),
            Self::Percent => measured.share.map(|share| 100.0 * share),
            Self::ObservedPercent => Some(100.0 * measured.observed),
            Self::HectaresOfYear(position) => measured.by_year_m2[position].map(hectares),
            Self::Mean => measured.mean,
            Self::FirstYear => None,
        }
    }

    /// The columns of one indicator, in order.
    fn all(analysis: &Analysis, indicator: usize, id: &str) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        if analysis.has_condition(indicator) {
            all.push((format!("{id}_ha"), Self::Hectares));
            all.push((format!("{id}_pct"), Self::Percent));
        }
        all.push((format!("{id}_observed_pct"), Self::ObservedPercent));
        if let Some((first, last)) = analysis.years(indicator) {
            let years = (first..=last).enumerate();
            all.extend(years.map(|(position, year)| (format!("{id}_{year}_ha"), Self::HectaresOfYear(position))));
            all.push((format!("{id}_first_year"), Self::FirstYear));
        }
        if analysis.has_mean(indicator) {
            all.push((format!("{id}_mean"), Self::Mean));
        }
        all
    }
}

/// The columns of one analysis' indicators, from what was measured of every subject.
pub(crate) fn columns_of(analysis: &Analysis, measured: &[Vec<Measured>], into: &mut ByIndicator) {
    let columns = analysis.ids().enumerate().flat_map(|(indicator, id)| {
        Measure::all(analysis, indicator, id).into_iter().map(move |(name, measure)| (id, indicator, name, measure))
    });
    let mut columns: Vec<_> = columns
        .map(|(id, indicator, name, measure)| {
            let values = match measure {
                Measure::FirstYear => ColumnValues::Years(Vec::with_capacity(measured.len())),
                _ => ColumnValues::Numbers(Vec::with_capacity(measured.len())),
            };
            (id, indicator, measure, MeasurementColumn { name, values })
        })
        .collect();
    for subjects in measured.chunks(SUBJECTS_AT_ONCE) {
        for (_, indicator, measure, column) in &mut columns {
            let of_indicator = subjects.iter().map(|subject| &subject[*indicator]);
            match &mut column.values {
                ColumnValues::Numbers(numbers) => numbers.extend(of_indicator.map(|measured| measure.of(measured))),
                ColumnValues::Years(years) => years.extend(of_indicator.map(|measured| measured.first_year)),
                ColumnValues::Names(_) | ColumnValues::Truths(_) => unreachable!("cells give numbers"),
            }
        }
    }
    for (id, _, _, column) in columns {
        into.entry(id.to_owned()).or_default().push(column);
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
