//! Regions from a file of polygons.

use crate::region_levels::{lacking, path_of};
use crate::vector::{FeatureFile, VectorError, VectorOptions, open_features};
use lindero_plots::{Checker, PlotGeometryRef, RepairRules, ShapeStore};
use lindero_regions::{Levels, RegionSet, UNNAMED};
use std::path::{Path, PathBuf};

/// Why regions could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegionError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] VectorError),
    /// The column with the names is not there.
    #[error("{path:?} has no column {column:?}; columns: {}", columns.join(", "))]
    Column { path: PathBuf, column: String, columns: Vec<String> },
    /// There is nothing to add up over.
    #[error("{path:?} has no polygon that can be a region")]
    Empty { path: PathBuf },
}

impl RegionError {
    /// A file has no such column.
    pub(crate) fn no_column(file: &FeatureFile, column: &str) -> Self {
        let columns = file.schema().fields().iter().map(|field| field.name().clone()).collect();
        Self::Column { path: file.path().to_owned(), column: column.to_owned(), columns }
    }
}

/// Why columns make no levels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum LevelsError {
    /// There is none, or one has no name.
    #[error("name the column with a region's name: --region-name FIELD or --level OUTER,INNER")]
    None,
    /// The regions' own name stands before another.
    #[error("--region-name {name:?} is the innermost level: name it last in --level")]
    NotInnermost { name: String },
    /// A column stands there twice.
    #[error("--level names {name:?} twice")]
    Twice { name: String },
}

/// The columns of the levels, outermost first; the regions' own name, if it is given, is the innermost.
///
/// # Errors
///
/// [`LevelsError`] if there is no column, or they contradict each other.
pub fn level_columns(level: &[String], region_name: Option<&str>) -> Result<Vec<String>, LevelsError> {
    let mut levels: Vec<String> = level.iter().map(|column| column.trim().to_owned()).collect();
    if let Some(name) = region_name {
        match levels.iter().position(|level| level == name) {
            None => levels.push(name.to_owned()),
            Some(place) if place + 1 == levels.len() => {}
            Some(_) => return Err(LevelsError::NotInnermost { name: name.to_owned() }),
        }
    }
    if let Some(at) = (1..levels.len()).find(|&at| levels[..at].contains(&levels[at])) {
        return Err(LevelsError::Twice { name: levels[at].clone() });
    }
    if levels.is_empty() || levels.iter().any(String::is_empty) {
        return Err(LevelsError::None);
    }
    Ok(levels)
}

/// Regions of a file with those around them.
pub struct RegionsRead {
    /// The innermost regions. Where there are several levels, a region's name is its path.
    pub set: RegionSet,
    /// The levels; a feature of theirs is a region of the set.
    pub levels: Levels,
    /// What the user should know of the file.
    pub notes: Vec<String>,
}

/// What stands between the names of a path.
const WITHIN: &str = " / ";

/// The name of the region with this path.
pub(crate) fn name_of(path: &[String]) -> String {
    path.join(WITHIN)
}

/// Reads the regions of a file by the columns with their names, outermost first.
///
/// # Errors
///
/// [`RegionError`] if the file, a column or every polygon is missing.
pub fn read_regions(path: &Path, columns: &[String]) -> Result<RegionsRead, RegionError> {
    let file = open_features(path, &VectorOptions::default())?;
    if let Some(column) = lacking(&file, columns) {
        return Err(RegionError::no_column(&file, column));
    }
    let mut notes = file.notes().to_vec();
    let (mut paths, mut shapes, mut unusable) = (Vec::new(), ShapeStore::new(), 0u32);
    let mut checker = Checker::new(RepairRules::none());
    for batch in file.batches()? {
        let batch = batch?;
        for (row, raw) in batch.geometries.iter().enumerate() {
            let mut path = path_of(&batch.attributes, columns, row);
            let around = path.len() - 1;
            path[..around].iter_mut().filter(|name| name.trim().is_empty()).for_each(|name| *name = UNNAMED.to_owned());
            match (checker.check(raw).geometry, path.last()) {
                (PlotGeometryRef::Area(shape), Some(name)) if !name.trim().is_empty() => {
                    paths.push(path);
                    shapes.push(shape);
                }
                _ => unusable += 1,
            }
        }
    }
    if shapes.is_empty() {
        return Err(RegionError::Empty { path: path.to_owned() });
    }
    if unusable > 0 {
        notes.push(format!("{unusable} region(s) have no name or no usable polygon and are left out"));
    }
    let names: Vec<String> = paths.iter().map(|path| name_of(path)).collect();
    let set = RegionSet::new(names.clone(), shapes).expect("every shape has a name that is not blank");
    let path_of_region = |name: &String| {
        let feature = names.iter().position(|known| known == name).expect("regions are named by features");
        paths[feature].clone()
    };
    let paths: Vec<Vec<String>> = set.names().iter().map(path_of_region).collect();
    Ok(RegionsRead { set, levels: Levels::new(columns.to_vec(), &paths), notes })
}

#[cfg(test)]
mod tests {
    use super::level_columns;

    #[test]
    fn the_regions_own_name_is_the_innermost_level() {
        let given =
            |level: &[&str], name| level_columns(&level.iter().map(ToString::to_string).collect::<Vec<_>>(), name);
        assert_eq!(given(&["dep", "prov"], Some("dist")).unwrap(), ["dep", "prov", "dist"]);
        assert_eq!(given(&["dep", "dist"], Some("dist")).unwrap(), ["dep", "dist"]);
        assert_eq!(given(&[], Some("dist")).unwrap(), ["dist"]);
        assert!(given(&["dist", "dep"], Some("dist")).is_err());
        assert!(given(&["dep", "dep"], None).is_err());
        assert!(given(&[], None).is_err());
    }
}
