//! Reads a written file from disk and holds it against the rules.

use super::feature::{AREA, PRODUCER_COUNTRY, PRODUCER_NAME, PRODUCTION_PLACE, raw, text_of};
use super::{EuFileError, MOST_BYTES};
use crate::vector::{VectorOptions, open_features};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use lindero_plots::RepairRules;
use lindero_plots::eu::{DeclaredArea, EuGate, EuRefusal};
use lindero_plots::{Lang, RawGeometries, RawGeometryRef};
use std::path::Path;

/// What the file should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) features: u64,
    /// Whether it is of several producers.
    pub(super) several_producers: bool,
}

/// Checks a file as the system would, from its bytes.
pub(super) fn check(path: &Path, expected: Expected) -> Result<(), EuFileError> {
    let against =
        |feature: u64, reason: String| EuFileError::AgainstTheRules { path: path.to_owned(), feature, reason };
    let bytes = std::fs::metadata(path).map_err(EuFileError::write(path))?.len();
    if bytes > MOST_BYTES {
        return Err(against(0, format!("it has {bytes} bytes, more than {MOST_BYTES}")));
    }
    let file = open_features(path, &VectorOptions::default())?;
    for field in file.schema().fields() {
        let known = match field.name().as_str() {
            PRODUCER_NAME | PRODUCER_COUNTRY | PRODUCTION_PLACE => *field.data_type() == DataType::Utf8,
            AREA => matches!(field.data_type(), DataType::Float64 | DataType::Int64),
            _ => false,
        };
        if !known {
            return Err(against(0, format!("property {:?} of type {}", field.name(), field.data_type())));
        }
    }
    let mut gate = EuGate::new(RepairRules::none());
    let mut feature = 0;
    for batch in file.batches()? {
        let batch = batch?;
        for (row, geometry) in batch.geometries.iter().enumerate() {
            check_feature(&mut gate, geometry, &batch.attributes, row, expected.several_producers)
                .map_err(|reason| against(feature, reason))?;
            feature += 1;
        }
    }
    if feature != expected.features {
        return Err(against(feature, format!("it has {feature} features instead of {}", expected.features)));
    }
    Ok(())
}

/// A feature that passes the gate as it is.
fn check_feature(
    gate: &mut EuGate,
    geometry: RawGeometryRef<'_>,
    properties: &RecordBatch,
    row: usize,
    several_producers: bool,
) -> Result<(), String> {
    let said = |refusal: EuRefusal| format!("{}: {}", refusal.code, refusal.sentence(Lang::En));
    let country = text_of(properties, PRODUCER_COUNTRY, row);
    if several_producers || country.is_some() {
        EuRefusal::unless_country(country.as_deref()).map_err(said)?;
    }
    let area_ha = area(properties, row);
    let declared = area_ha.map_or(DeclaredArea::None, DeclaredArea::Hectares);
    let plot = gate.pass(geometry, &declared).map_err(said)?;
    let mut again = RawGeometries::new();
    plot.features.iter().for_each(|feature| again.push(raw(&feature.geometry)));
    if again.len() != 1 || again.get(0) != geometry {
        return Err("it is not what passes the gate".to_owned());
    }
    Ok(())
}

fn area(properties: &RecordBatch, row: usize) -> Option<f64> {
    let column = properties.column_by_name(AREA)?;
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row),
        _ => column.as_primitive::<Int64Type>().value(row) as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::{Expected, check};

    /// Expects that a file of this one feature breaks the rules, and that this is said.
    #[track_caller]
    fn refused(properties: &str, geometry: &str, said: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eudr-1.geojson");
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
        );
        std::fs::write(&path, text).unwrap();
        let checked = check(&path, Expected { features: 1, several_producers: true });
        match (checked, said) {
            (Ok(()), "") => {}
            (Err(error), said) if !said.is_empty() => assert!(error.to_string().contains(said), "{error}"),
            (checked, said) => panic!("{checked:?}, expected {said:?}"),
        }
    }

    const PE: &str = r#"{"ProducerCountry":"PE","Area":2}"#;
    const POINT: &str = r#"{"type":"Point","coordinates":[-76.5,-9.25]}"#;

    #[test]
    fn each_rule_is_looked_after() {
        refused(PE, POINT, "");
        refused(r#"{"ProducerCountry":"pe","Area":2}"#, POINT, "COUNTRY_CODE_INVALID");
        refused(r#"{"Area":2}"#, POINT, "COUNTRY_CODE_INVALID");
        refused(r#"{"producercountry":"PE"}"#, POINT, "producercountry");
        refused(r#"{"ProducerCountry":"PE","Area":"3"}"#, POINT, "Area");
        refused(r#"{"ProducerCountry":"PE","Area":5}"#, POINT, "AREA_INVALID");
        refused(PE, r#"{"type":"Point","coordinates":[-76.1234567,-9.25]}"#, "not what passes");
        refused(PE, r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#, "INVALID_GEOMETRY");
        refused(PE, "null", "GEO_EMPTY");
        let square = "[0,0],[1,0],[1,1],[0,1]";
        refused(PE, &format!(r#"{{"type":"Polygon","coordinates":[[{square},[0,0]]]}}"#), "");
        refused(PE, &format!(r#"{{"type":"Polygon","coordinates":[[{square}]]}}"#), "not what passes");
        refused(
            PE,
            &format!(
                r#"{{"type":"Polygon","coordinates":[[{square},[0,0]],[[0.2,0.2],[0.2,0.4],[0.4,0.4],[0.2,0.2]]]}}"#
            ),
            "not what passes",
        );
        refused(PE, r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#, "POLYGON_INVALID");
    }
}
