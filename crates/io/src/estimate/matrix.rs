//! Counts of reference points by the map's class and the reference class, as a table.

use super::areas::NamedNumbers;
use super::{EstimateError, numbers};
use crate::vector::{WholeTable, read_whole_table};
use lindero_regions::estimate::StratifiedSample;
use std::path::Path;

/// What a table of counts is called in its first cell where rows are strata.
const STRATUM: [&str; 3] = ["stratum", "strata", "estrato"];
/// What its second cell is called where a row is a class of the map in a stratum.
const MAP: [&str; 4] = ["map", "map_class", "mapa", "clase_mapa"];
/// What its first cell is called where it is turned.
const REFERENCE: [&str; 5] = ["reference", "reference_class", "ref", "referencia", "truth"];
/// What people call sums in the margins.
const SUMS: [&str; 6] = ["total", "sum", "n", "n_i", "suma", "row_total"];

/// Counts with areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The counted points.
    pub sample: StratifiedSample,
    /// Things to know of how the table was read.
    pub notes: Vec<String>,
}

/// One row of the table.
struct Row {
    stratum: String,
    map: Option<String>,
    counts: Vec<u64>,
}

/// What the names of rows are.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    MapClasses,
    Strata,
    MapClassesInStrata,
}

/// Reads counts (`map`, then a column per reference class; a row per class of the map) to go with areas.
///
/// Rows may be strata that are not the map's classes, and then say nothing of the map; or, with columns `stratum,map`, the map's
/// classes in each stratum. Sums in the margins are left out.
///
/// # Errors
///
/// [`EstimateError`] naming the row, the column, and what would be right.
pub fn read_matrix(path: &Path, areas: &NamedNumbers, areas_path: &Path) -> Result<Matrix, EstimateError> {
    let mut table = read_whole_table(path)?;
    let wrong = |reason: String| EstimateError::table(path, reason);
    if table.columns.len() < 2 {
        let header = &table.columns[0];
        return Err(wrong(format!(
            "its first row, {header:?}, is one cell; it must be map and the reference classes, separated by , ; tab or |"
        )));
    }
    let first = table.columns[0].to_lowercase();
    if REFERENCE.contains(&first.as_str()) {
        return Err(wrong(format!(
            "its rows are reference classes ({:?}): turn the table, so that a row is a class of the map and a column a \
             reference class",
            table.columns[0]
        )));
    }
    let mut notes = std::mem::take(&mut table.notes);
    let in_strata = STRATUM.contains(&first.as_str());
    let has_map = in_strata && MAP.contains(&table.columns[1].to_lowercase().as_str());
    let named = if has_map { 2 } else { 1 };
    let mut classes: Vec<String> = table.columns[named..].to_vec();
    let mut rows = counted(&table, named, path)?;
    drop_sums(&mut classes, &mut rows, &mut notes);
    distinct(&classes, "column").map_err(wrong)?;
    if has_map {
        let keys: Vec<String> = rows.iter().map(|row| format!("{},{}", row.stratum, table_map(row))).collect();
        distinct(&keys, "row").map_err(wrong)?;
    } else {
        distinct(&rows.iter().map(|row| row.stratum.clone()).collect::<Vec<_>>(), "row").map_err(wrong)?;
    }
    let of_map = rows.iter().any(|row| classes.contains(&row.stratum));
    let kind = match (has_map, in_strata) {
        (true, _) => Rows::MapClassesInStrata,
        (_, true) => Rows::Strata,
        _ if of_map => Rows::MapClasses,
        _ => {
            notes.push(
                "no row is named like a column: rows are read as strata that are not the map's classes; their areas can be \
                 estimated, but not how right the map is"
                    .to_owned(),
            );
            Rows::Strata
        }
    };
    check_areas(&rows, &classes, areas, path, areas_path)?;
    Ok(Matrix { sample: sampled(&rows, classes, areas, kind, &mut notes), notes })
}

fn table_map(row: &Row) -> &str {
    row.map.as_deref().unwrap_or_default()
}

/// The rows with their counts.
fn counted(table: &WholeTable, named: usize, path: &Path) -> Result<Vec<Row>, EstimateError> {
    let wrong = |reason: String| EstimateError::table(path, reason);
    let mut rows = Vec::new();
    for (index, cells) in table.rows.iter().enumerate() {
        if cells[..named].iter().any(String::is_empty) {
            return Err(wrong(format!("row {} has no name: its first cell must name it", index + 1)));
        }
        let count = |(cell, column): (&String, &String)| {
            numbers::count(cell, table.decimal_comma)
                .map_err(|reason| wrong(format!("row {:?}, column {column:?}: {reason}", cells[0])))
        };
        let counts = cells[named..].iter().zip(&table.columns[named..]).map(count).collect::<Result<_, _>>()?;
        let map = (named == 2).then(|| cells[1].clone());
        rows.push(Row { stratum: cells[0].clone(), map, counts });
    }
    if rows.is_empty() {
        return Err(wrong("it has no row but its header".to_owned()));
    }
    Ok(rows)
}

/// Leaves out a last column and a last row that are called sums and are.
fn drop_sums(classes: &mut Vec<String>, rows: &mut Vec<Row>, notes: &mut Vec<String>) {
    let is_called_sum = |name: &str| SUMS.contains(&name.to_lowercase().as_str());
    let sums = |row: &Row| row.counts.split_last().is_some_and(|(last, others)| others.iter().sum::<u64>() == *last);
    if classes.len() > 1 && classes.last().is_some_and(|name| is_called_sum(name)) && rows.iter().all(sums) {
        notes.push(format!("column {:?} is the sum of the others and is left out", classes.pop().unwrap_or_default()));
        rows.iter_mut().for_each(|row| row.counts.truncate(classes.len()));
    }
    let Some((last, others)) = rows.split_last() else { return };
    let is_sum = |column: usize| others.iter().map(|row| row.counts[column]).sum::<u64>() == last.counts[column];
    if !others.is_empty() && is_called_sum(&last.stratum) && (0..classes.len()).all(is_sum) {
        notes.push(format!("row {:?} is the sum of the others and is left out", last.stratum));
        rows.pop();
    }
}

fn distinct(names: &[String], what: &str) -> Result<(), String> {
    if let Some(blank) = names.iter().position(String::is_empty) {
        return Err(format!("{what} {} has no name", blank + 1));
    }
    match names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        Some((_, name)) => Err(format!("{name:?} is the name of more than one {what}; each class needs one")),
        None => Ok(()),
    }
}

/// Each row needs an area and each area a row.
fn check_areas(
    rows: &[Row],
    classes: &[String],
    areas: &NamedNumbers,
    path: &Path,
    areas_path: &Path,
) -> Result<(), EstimateError> {
    let missing: Vec<&str> =
        rows.iter().map(|row| row.stratum.as_str()).filter(|name| areas.get(name).is_none()).collect();
    if let Some(name) = missing.first() {
        let known: Vec<&str> = areas.names().collect();
        let turned = missing.len() == rows.len() && classes.iter().all(|class| areas.get(class).is_some());
        let hint = if turned {
            "; its columns have areas: is the table turned? A row is a class of the map, a column a reference class"
                .into()
        } else {
            let meant = lindero_logic::nearest(name, known.iter().copied());
            meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
        };
        let reason =
            format!("row {name:?} has no area in {}, which has {}{hint}", areas_path.display(), known.join(", "));
        return Err(EstimateError::table(path, reason));
    }
    if let Some(name) = areas.names().find(|name| rows.iter().all(|row| row.stratum != *name)) {
        let reason = format!(
            "{name:?} has an area in {} and no row here: without points nothing can be said of it; give its counts, or take \
             it out of the areas if it is not studied",
            areas_path.display()
        );
        return Err(EstimateError::table(path, reason));
    }
    Ok(())
}

fn sampled(
    rows: &[Row],
    mut classes: Vec<String>,
    areas: &NamedNumbers,
    kind: Rows,
    notes: &mut Vec<String>,
) -> StratifiedSample {
    let map_name = |row: &Row| match kind {
        Rows::MapClasses => Some(row.stratum.clone()),
        Rows::Strata => None,
        Rows::MapClassesInStrata => row.map.clone(),
    };
    let references = classes.len();
    for name in rows.iter().filter_map(map_name) {
        if !classes.contains(&name) {
            notes.push(format!("{name:?} is a class of the map and no reference class: no point is of it"));
            classes.push(name);
        }
    }
    if kind == Rows::MapClasses {
        for name in classes[..references].iter().filter(|name| rows.iter().all(|row| row.stratum != **name)) {
            notes.push(format!("{name:?} is a reference class and no class of the map"));
        }
    }
    let index = |name: &str| classes.iter().position(|class| class == name);
    let mut sample = StratifiedSample::new(classes.clone());
    let mut strata: Vec<&str> = Vec::new();
    for row in rows {
        let map = map_name(row).and_then(|name| index(&name));
        let stratum = strata.iter().position(|known| *known == row.stratum).unwrap_or_else(|| {
            strata.push(&row.stratum);
            let pure = if kind == Rows::MapClasses { map } else { None };
            sample.add_stratum(&row.stratum, areas.get(&row.stratum).unwrap_or(0.0), pure)
        });
        for (reference, &points) in row.counts.iter().enumerate() {
            sample.add_points(stratum, map, reference, points);
        }
    }
    sample
}
