//! `export.csv`: one row per plot, with the file it is in or why it is in none.

use super::EuFileError;
use super::rows::Rows;
use crate::output::push_number;
use lindero_plots::M2_PER_HA;
use std::fs::File;
use std::path::Path;

/// Where a plot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which file, from 0.
    pub(super) file: u32,
    /// Which feature of that file is its first, from 0.
    pub(super) feature: u32,
}

const COLUMNS: [&str; 13] = [
    "row",
    "plot_id",
    "status",
    "file",
    "feature",
    "features",
    "parts",
    "code",
    "why",
    "area_ha",
    "sphere_area_ha",
    "truncation_m2",
    "note",
];

/// Writes the table.
pub(super) fn write(
    path: &Path,
    rows: &Rows,
    places: &[Option<Place>],
    file_names: &[String],
) -> Result<(), EuFileError> {
    let failed = |error: csv::Error| EuFileError::write(path)(std::io::Error::other(error));
    let mut table = csv::Writer::from_writer(File::create(path).map_err(EuFileError::write(path))?);
    table.write_record(COLUMNS).map_err(failed)?;
    for (index, place) in places.iter().enumerate() {
        let row = rows.row(index)?;
        let of_place = |value: &dyn Fn(Place) -> String| place.map_or_else(String::new, value);
        let hectares = |m2: Option<f64>| number(m2.map(|m2| m2 / M2_PER_HA));
        let count = |value: u32| if place.is_some() { value.to_string() } else { String::new() };
        let record = [
            index.to_string(),
            row.plot_id,
            row.status.as_str().to_owned(),
            of_place(&|place| file_names[place.file as usize].clone()),
            of_place(&|place| place.feature.to_string()),
            count(rows.entries()[index].features),
            count(row.parts),
            row.code,
            row.why,
            hectares(row.ellipsoid_m2),
            hectares(row.sphere_m2),
            number(row.truncation_m2),
            row.note,
        ];
        table.write_record(record).map_err(failed)?;
    }
    table.flush().map_err(EuFileError::write(path))
}

fn number(value: Option<f64>) -> String {
    let mut text = String::new();
    if let Some(value) = value {
        push_number(&mut text, value);
    }
    text
}
