//! Tables of a name and a number: areas of strata, accuracies that are expected.

use super::EstimateError;
use super::numbers;
use crate::vector::read_whole_table;
use std::path::Path;

/// Names with a number each, in the order of the file; no name twice.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedNumbers(Vec<(String, f64)>);

impl NamedNumbers {
    /// The number of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// Reads the areas of classes or strata: columns `class` (or `stratum`) and `area`.
///
/// # Errors
///
/// [`EstimateError`] with the row that is wrong: no number, a negative one, a class twice; or if all areas are 0.
pub fn read_areas(path: &Path) -> Result<NamedNumbers, EstimateError> {
    let areas = read(path, "area", numbers::size)?;
    if areas.0.iter().all(|(_, area)| *area == 0.0) {
        return Err(EstimateError::table(path, "no class has an area above 0"));
    }
    Ok(areas)
}

/// Reads the user's accuracies that are expected: columns `class` and `accuracy`, from 0 to 1.
///
/// # Errors
///
/// [`EstimateError`] with the row that is wrong.
pub fn read_expected(path: &Path) -> Result<NamedNumbers, EstimateError> {
    read(path, "accuracy", |text, decimal_comma| match numbers::number(text, decimal_comma)? {
        accuracy if (0.0..=1.0).contains(&accuracy) => Ok(accuracy),
        _ => Err(format!("{text:?} is no accuracy from 0 to 1, such as 0.85")),
    })
}

fn read(
    path: &Path,
    column: &str,
    parse: impl Fn(&str, bool) -> Result<f64, String>,
) -> Result<NamedNumbers, EstimateError> {
    let table = read_whole_table(path)?;
    let wrong = |reason: String| EstimateError::table(path, reason);
    let find = |names: &[&str]| table.columns.iter().position(|it| names.contains(&it.to_lowercase().as_str()));
    let header = || table.columns.join(",");
    let numbers = find(&[column]).ok_or_else(|| {
        wrong(format!("its first row is {:?}; it must be class,{column}, separated by , ; tab or |", header()))
    })?;
    let names = find(&["class", "stratum", "clase", "estrato"]).or_else(|| (0..2).find(|it| *it != numbers));
    let names = names.filter(|it| *it < table.columns.len());
    let names = names.ok_or_else(|| wrong(format!("its first row is {:?}; it must be class,{column}", header())))?;
    let mut read: Vec<(String, f64)> = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let place = format!("row {} ({})", index + 1, row.join(","));
        let name = &row[names];
        if name.is_empty() {
            return Err(wrong(format!("{place} names no class")));
        }
        if read.iter().any(|(known, _)| known == name) {
            return Err(wrong(format!("{place}: class {name:?} is there twice; each needs one row")));
        }
        let number = parse(&row[numbers], table.decimal_comma).map_err(|reason| wrong(format!("{place}: {reason}")))?;
        read.push((name.clone(), number));
    }
    if read.is_empty() {
        return Err(wrong("it has no row but its header".to_owned()));
    }
    Ok(NamedNumbers(read))
}
