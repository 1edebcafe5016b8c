//! A plot's features as text, with the four properties that the system reads.

use crate::catalog;
use crate::output::{push_geometry, push_number, push_text};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_cast::display::array_value_to_string;
use arrow_schema::DataType;
use lindero_engine::typed_hectares;
use lindero_plots::eu::{DeclaredArea, EuFeature, EuGeometry};
use lindero_plots::{RawGeometries, RawGeometry};

/// Names of properties, in exact case.
pub(super) const PRODUCER_NAME: &str = "ProducerName";
pub(super) const PRODUCER_COUNTRY: &str = "ProducerCountry";
pub(super) const PRODUCTION_PLACE: &str = "ProductionPlace";
pub(super) const AREA: &str = "Area";

/// Stands between features.
pub(super) const BETWEEN: &str = ",\n";

/// Areas that were measured are written in square metres, of which a hectare has so many.
const UNITS_IN_HA: f64 = 10_000.0;

/// Where the producer's country is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CountryOf {
    /// Nowhere: the property is left out.
    #[default]
    Nowhere,
    /// The same for all plots.
    All(String),
    /// In a column.
    Column(String),
}

/// Which columns of the plots are written as what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EuColumns {
    /// The column with the producer's name. With it the files are of several producers ("Type II").
    pub producer: Option<String>,
    /// The producer's country.
    pub country: CountryOf,
    /// The column with the place of production.
    pub place: Option<String>,
    /// The column with the declared area in hectares.
    pub area: Option<String>,
}

/// What the properties of one plot say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) producer: Option<String>,
    pub(super) country: Option<String>,
    pub(super) place: Option<String>,
}

impl EuColumns {
    /// The properties of a row.
    pub(super) fn properties(&self, table: &RecordBatch, row: usize) -> Properties {
        let text = |name: &Option<String>| name.as_ref().and_then(|name| text_of(table, name, row));
        Properties {
            producer: text(&self.producer),
            country: match &self.country {
                CountryOf::Nowhere => None,
                CountryOf::All(code) => Some(code.clone()),
                CountryOf::Column(name) => text_of(table, name, row),
            },
            place: text(&self.place),
        }
    }

    /// The declared area of a row.
    pub(super) fn declared(&self, table: &RecordBatch, row: usize) -> DeclaredArea {
        let Some(column) = self.area.as_ref().and_then(|name| table.column_by_name(name)) else {
            return DeclaredArea::None;
        };
        if column.is_null(row) {
            return DeclaredArea::None;
        }
        match column.data_type() {
            DataType::Float64 => DeclaredArea::Hectares(column.as_primitive::<Float64Type>().value(row)),
            DataType::Int64 => DeclaredArea::Hectares(column.as_primitive::<Int64Type>().value(row) as f64),
            DataType::Utf8 => {
                let text = column.as_string::<i32>().value(row).trim();
                match typed_hectares(text) {
                    _ if text.is_empty() => DeclaredArea::None,
                    Some(ha) => DeclaredArea::Hectares(ha),
                    None => DeclaredArea::Text(text.to_owned()),
                }
            }
            _ => DeclaredArea::Text(array_value_to_string(column, row).unwrap_or_default()),
        }
    }
}

/// A field as text without blanks around it; `None` if nothing is left.
pub(super) fn text_of(table: &RecordBatch, name: &str, row: usize) -> Option<String> {
    let text = catalog::text_of(table, name, row)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The features as they stand in the file, one a line.
pub(super) fn text(features: &[EuFeature], properties: &Properties) -> String {
    let mut named = String::new();
    let members = [
        (PRODUCER_NAME, &properties.producer),
        (PRODUCER_COUNTRY, &properties.country),
        (PRODUCTION_PLACE, &properties.place),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            push_name(&mut named, name);
            push_text(&mut named, value);
        }
    }
    let mut lines = String::new();
    for (index, feature) in features.iter().enumerate() {
        if index > 0 {
            lines.push_str(BETWEEN);
        }
        lines.push_str("{\"type\":\"Feature\",\"properties\":{");
        let start = lines.len();
        lines.push_str(&named);
        if let Some(ha) = feature.area_ha {
            let separator = if lines.len() > start { "," } else { "" };
            lines.push_str(separator);
            lines.push_str("\"Area\":");
            push_number(&mut lines, written_ha(&feature.geometry, ha));
        }
        lines.push_str("},\"geometry\":");
        let mut geometry = RawGeometries::new();
        geometry.push(raw(&feature.geometry));
        push_geometry(&mut lines, geometry.get(0));
        lines.push('}');
    }
    lines
}

/// Appends a member's name, after a comma where it is not the first.
fn push_name(out: &mut String, name: &str) {
    if !out.is_empty() {
        out.push(',');
    }
    push_text(out, name);
    out.push(':');
}

/// A geometry as readers give it.
pub(super) fn raw(geometry: &EuGeometry) -> RawGeometry {
    match geometry {
        EuGeometry::Point(point) => RawGeometry::Points(vec![*point]),
        EuGeometry::Polygons(rings) => RawGeometry::Polygons(rings.iter().map(|ring| vec![ring.clone()]).collect()),
    }
}

/// What was declared as it is; what was measured to the square metre, and no less than one.
fn written_ha(geometry: &EuGeometry, ha: f64) -> f64 {
    match geometry {
        EuGeometry::Point(_) => ha,
        EuGeometry::Polygons(_) => ((ha * UNITS_IN_HA).round() / UNITS_IN_HA).max(1.0 / UNITS_IN_HA),
    }
}

#[cfg(test)]
mod tests {
    use super::{Properties, text};
    use lindero_plots::eu::{EuFeature, EuGeometry};

    fn point(area_ha: Option<f64>) -> EuFeature {
        EuFeature { geometry: EuGeometry::Point([-76.123_456, -9.0]), area_ha }
    }

    /// Less than a square metre.
    fn triangle() -> EuFeature {
        let rings = vec![vec![[0.0, 0.0], [1e-6, 0.0], [0.0, 1e-6], [0.0, 0.0]]];
        EuFeature { geometry: EuGeometry::Polygons(rings), area_ha: Some(6e-7) }
    }

    #[test]
    fn a_feature_has_the_properties_that_are_known_and_no_other() {
        let properties = Properties {
            producer: Some("José \"Pepe\" Ñahui".to_owned()),
            country: Some("PE".to_owned()),
            place: Some("Tingo María".to_owned()),
        };
        assert_eq!(
            text(&[point(Some(2.500_041))], &properties),
            r#"{"type":"Feature","properties":{"ProducerName":"José \"Pepe\" Ñahui","ProducerCountry":"PE","ProductionPlace":"Tingo María","Area":2.500041},"geometry":{"type":"Point","coordinates":[-76.123456,-9]}}"#
        );
        assert_eq!(
            text(&[point(None), triangle()], &Properties::default()),
            concat!(
                r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-76.123456,-9]}}"#,
                ",\n",
                r#"{"type":"Feature","properties":{"Area":0.0001},"geometry":{"type":"Polygon","coordinates":[[[0,0],[0.000001,0],[0,0.000001],[0,0]]]}}"#
            )
        );
    }
}
