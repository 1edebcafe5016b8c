//! What the numbers of a map are called.

use super::class_map::ClassOf;
use super::{EstimateError, numbers};
use crate::vector::read_whole_table;
use std::path::{Path, PathBuf};

/// Names of a map's numbers; several numbers may be one class, and some no class that is studied.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassNames {
    path: PathBuf,
    /// A blank name is no class that is studied.
    names: Vec<(f64, String)>,
}

impl ClassNames {
    /// Reads a table of columns `value` and `class`.
    ///
    /// # Errors
    ///
    /// [`EstimateError`] with the row that is wrong.
    pub fn read(path: &Path) -> Result<Self, EstimateError> {
        let table = read_whole_table(path)?;
        let wrong = |reason: String| EstimateError::table(path, reason);
        let column = |name: &str| table.columns.iter().position(|it| it.eq_ignore_ascii_case(name));
        let (Some(values), Some(classes)) = (column("value"), column("class")) else {
            let header = table.columns.join(",");
            return Err(wrong(format!(
                "its first row is {header:?}; it must be value,class, separated by , ; tab or |"
            )));
        };
        let mut names: Vec<(f64, String)> = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let value = numbers::number(&row[values], table.decimal_comma)
                .map_err(|reason| wrong(format!("row {}: {reason}", index + 1)))?;
            if names.iter().any(|(known, _)| *known == value) {
                return Err(wrong(format!("row {}: value {value} is there twice", index + 1)));
            }
            names.push((value, row[classes].clone()));
        }
        if names.iter().all(|(_, name)| name.is_empty()) {
            return Err(wrong("it names no class".to_owned()));
        }
        Ok(Self { path: path.to_owned(), names })
    }

    /// Names that were read before, from the file at `path`.
    #[must_use]
    pub fn of(path: &Path, names: Vec<(f64, String)>) -> Self {
        Self { path: path.to_owned(), names }
    }

    /// Each number with its name.
    #[must_use]
    pub fn pairs(&self) -> &[(f64, String)] {
        &self.names
    }

    pub(super) fn class_of(&self, number: f64) -> Result<ClassOf, EstimateError> {
        match self.names.iter().find(|(value, _)| *value == number) {
            Some((_, name)) if name.is_empty() => Ok(ClassOf::Nothing),
            Some((_, name)) => Ok(ClassOf::Class(name.clone())),
            None => Err(EstimateError::table(
                &self.path,
                format!(
                    "the map holds {number}, which has no row here; give it a class, or a blank one if it is not studied"
                ),
            )),
        }
    }
}
