//! Reference points: a table with a row per point, as surveys and Collect Earth Online write it.

use super::EstimateError;
use crate::vector::{WholeTable, read_whole_table};
use lindero_plots::Position;
use std::path::Path;

/// What the column with the reference class is called.
const REFERENCES: &[&str] =
    &["reference", "reference_class", "ref_class", "refclass", "ref", "referencia", "clase_referencia", "truth"];
/// What the column with the map's class is called.
const MAPS: &[&str] = &["map", "map_class", "mapclass", "mapa", "clase_mapa", "pl_map", "pl_map_class"];
/// What the column with the stratum is called; `pl_` stands before columns that came with the points.
const STRATA: &[&str] = &["stratum", "strata", "estrato", "pl_stratum", "smpl_stratum", "pl_strata"];
/// What the column with a point's id is called. What came with the points is surer than what the survey counted.
const IDS: &[&str] = &["pl_plotid", "plotid", "plot_id", "id"];
/// What columns of coordinates are called, eastward first.
const COORDINATES: &[(&str, &str)] = &[
    ("lon", "lat"),
    ("center_lon", "center_lat"),
    ("longitude", "latitude"),
    ("longitud", "latitud"),
    ("long", "lat"),
    ("lng", "lat"),
    ("x", "y"),
];
/// What a survey of Collect Earth Online writes besides its questions.
const SURVEY: &[&str] = &[
    "plotid",
    "plot_id",
    "sampleid",
    "sample_id",
    "lon",
    "lat",
    "center_lon",
    "center_lat",
    "size_m",
    "shape",
    "email",
    "user_id",
    "flagged",
    "flagged_reason",
    "confidence",
    "confidence_comment",
    "collection_time",
    "analysis_duration",
    "imagery_title",
    "imagery_attributions",
    "imagery_securewatch_date",
    "total_securewatch_dates",
    "common_securewatch_date",
    "sample_geom",
    "sample_points",
    "sample_internal_id",
    "plot_internal_id",
];

/// Which columns say what; `None` is guessed. A blank name says that there is none.
#[derive(Clone, Debug, Default)]
pub struct PointFields {
    /// The reference class.
    pub reference: Option<String>,
    /// The map's class.
    pub map: Option<String>,
    /// The stratum.
    pub stratum: Option<String>,
    /// Longitude.
    pub lon: Option<String>,
    /// Latitude.
    pub lat: Option<String>,
    /// The point's id in the design.
    pub id: Option<String>,
}

/// One reference point.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferencePoint {
    /// Its row in the file, from 1 after the header; blank rows are not counted.
    pub row: usize,
    /// Its id.
    pub id: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
    /// What is there in truth.
    pub reference: String,
    /// What the map says, by the table.
    pub map: Option<String>,
    /// The stratum it was drawn in, by the table.
    pub stratum: Option<String>,
}

/// All points of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferencePoints {
    /// Those with a reference class.
    pub points: Vec<ReferencePoint>,
    /// Rows without one.
    pub unanswered: usize,
    /// Which columns were taken for what.
    pub columns: Vec<(&'static str, String)>,
    /// Whether the table has a column of strata.
    pub has_strata: bool,
    /// Things to know of how the file was read.
    pub notes: Vec<String>,
}

/// Reads a file of reference points.
///
/// # Errors
///
/// [`EstimateError`] naming the column or the row, and what would be right.
pub fn read_reference_points(path: &Path, fields: &PointFields) -> Result<ReferencePoints, EstimateError> {
    let mut table = read_whole_table(path)?;
    let columns = Columns::of(&table, fields).map_err(|reason| EstimateError::table(path, reason))?;
    let mut points = Vec::new();
    let mut unanswered = 0;
    for (index, cells) in table.rows.iter().enumerate() {
        let text = |column: Option<usize>| column.map(|column| cells[column].clone()).filter(|text| !text.is_empty());
        let Some(reference) = text(Some(columns.reference)) else {
            unanswered += 1;
            continue;
        };
        let row = index + 1;
        let wrong = |reason: String| EstimateError::table(path, format!("row {row}: {reason}"));
        let position = match columns.coordinates {
            None => None,
            Some((lon, lat)) => {
                Some([degrees(&cells[lon], 180.0).map_err(wrong)?, degrees(&cells[lat], 90.0).map_err(wrong)?])
            }
        };
        points.push(ReferencePoint {
            row,
            id: text(columns.id),
            position,
            reference,
            map: text(columns.map),
            stratum: text(columns.stratum),
        });
    }
    if points.is_empty() {
        let column = &table.columns[columns.reference];
        return Err(EstimateError::table(path, format!("no row has a class in its column {column:?}")));
    }
    Ok(ReferencePoints {
        points,
        unanswered,
        columns: columns.told(&table),
        has_strata: columns.stratum.is_some(),
        notes: std::mem::take(&mut table.notes),
    })
}

/// A coordinate; a comma is a decimal comma, for degrees have no thousands.
fn degrees(text: &str, most: f64) -> Result<f64, String> {
    let number = text.replace(',', ".").parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
    number.ok_or_else(|| format!("{text:?} is no coordinate in degrees, from -{most} to {most}"))
}

/// Which columns say what, by index.
struct Columns {
    reference: usize,
    map: Option<usize>,
    stratum: Option<usize>,
    coordinates: Option<(usize, usize)>,
    id: Option<usize>,
}

impl Columns {
    fn of(table: &WholeTable, fields: &PointFields) -> Result<Self, String> {
        let known: Vec<String> = table.columns.iter().map(|name| name.to_lowercase()).collect();
        let all = || table.columns.join(", ");
        let find = |name: &str| known.iter().position(|it| it == name);
        let asked = |option: &str, name: &str| {
            let found = table.columns.iter().position(|it| it == name).or_else(|| find(&name.to_lowercase()));
            let meant = lindero_logic::nearest(name, table.columns.iter().map(String::as_str));
            let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            found.ok_or_else(|| format!("it has no column {name:?} for {option}{meant}; columns: {}", all()))
        };
        let chosen = |option: &str, name: &Option<String>, usual: &[&str]| match name.as_deref() {
            Some("") => Ok(None),
            Some(name) => asked(option, name).map(Some),
            None => Ok(usual.iter().find_map(|name| find(name))),
        };
        let coordinates = match (&fields.lon, &fields.lat) {
            (Some(lon), Some(lat)) => Some((asked("--lon-field", lon)?, asked("--lat-field", lat)?)),
            _ => COORDINATES.iter().find_map(|(lon, lat)| find(lon).zip(find(lat))),
        };
        let map = chosen("--map-field", &fields.map, MAPS)?;
        let stratum = chosen("--stratum-field", &fields.stratum, STRATA)?;
        let id = chosen("--id-field", &fields.id, IDS)?;
        let reference = match chosen("--reference-field", &fields.reference, REFERENCES)? {
            Some(column) => column,
            None => {
                let is_question = |column: &usize| {
                    let name = &known[*column];
                    let taken = [map, stratum, id, coordinates.map(|it| it.0), coordinates.map(|it| it.1)];
                    let is_survey =
                        SURVEY.contains(&name.as_str()) || name.starts_with("pl_") || name.starts_with("smpl_");
                    !taken.contains(&Some(*column)) && !is_survey && !name.is_empty()
                };
                let questions: Vec<usize> = (0..known.len()).filter(is_question).collect();
                let [question] = questions[..] else {
                    return Err(format!(
                        "which column has the reference class? Give --reference-field; columns: {}",
                        all()
                    ));
                };
                question
            }
        };
        Ok(Self { reference, map, stratum, coordinates, id })
    }

    fn told(&self, table: &WholeTable) -> Vec<(&'static str, String)> {
        let name = |column: usize| table.columns[column].clone();
        let mut told = vec![("reference", name(self.reference))];
        told.extend(self.map.map(|column| ("map", name(column))));
        told.extend(self.stratum.map(|column| ("stratum", name(column))));
        if let Some((lon, lat)) = self.coordinates {
            told.extend([("lon", name(lon)), ("lat", name(lat))]);
        }
        told.extend(self.id.map(|column| ("id", name(column))));
        told
    }
}
