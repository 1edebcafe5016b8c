//! Why a plot file could not be read.

use std::path::PathBuf;

/// Why a plot file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum VectorError {
    /// The operating system would not give the bytes.
    #[error("cannot read {path:?}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// Neither the content nor the name belong to a format read here.
    #[error(
        "{path:?} is of no format that is read here: give GeoJSON (.geojson, .json, .geojsonl), \
         Shapefile (.shp), GeoPackage (.gpkg), FlatGeobuf (.fgb), GeoParquet (.parquet), KML (.kml, .kmz), \
         GPX (.gpx), CSV (.csv, .tsv) or XLSX (.xlsx); one of them zipped (.zip) is read too"
    )]
    Format { path: PathBuf },
    /// A text format breaks off or breaks its own rules.
    #[error("{path:?}, line {line}, column {column}: {reason}")]
    Syntax { path: PathBuf, line: u64, column: u64, reason: String },
    /// A binary format breaks off or breaks its own rules.
    #[error("{path:?} is damaged: {reason}")]
    Damaged { path: PathBuf, reason: String },
    /// The file is sound, but not something plots can be read from.
    #[error("{path:?} cannot be read as plots: {reason}")]
    Unusable { path: PathBuf, reason: String },
    /// The layer asked for is not in the file.
    #[error("{path:?} has no layer {wanted:?}; it has {}", quoted(.layers))]
    NoLayer { path: PathBuf, wanted: String, layers: Vec<String> },
    /// The file has several layers and none was asked for.
    #[error(
        "{path:?} has the layers {}: say which, as in {:?}",
        quoted(.layers), format!("{}|layername={}", .path.display(), .layers[0])
    )]
    ManyLayers { path: PathBuf, layers: Vec<String> },
    /// The coordinate system the file or the user names cannot be used.
    #[error("{path:?}: coordinate system {crs:?} cannot be used: {reason}")]
    Crs { path: PathBuf, crs: String, reason: String },
    /// The file names no coordinate system and its coordinates are not degrees.
    #[error(
        "{path:?} does not say its coordinate system, and its coordinates, such as {x} {y}, are not \
         longitude and latitude: {}", system_to_state(*.x, *.y)
    )]
    NoCrs { path: PathBuf, x: f64, y: f64 },
    /// The program was built without the library this format needs.
    #[error(
        "{path:?} is a GeoPackage and this program was built without GDAL, which reads it: convert it to \
         GeoJSON, FlatGeobuf or GeoParquet, or use a build with the `gdal` feature"
    )]
    NoGdal { path: PathBuf },
}

impl VectorError {
    /// The file that it is about.
    pub(super) fn path_mut(&mut self) -> &mut PathBuf {
        match self {
            Self::Read { path, .. }
            | Self::Format { path }
            | Self::Syntax { path, .. }
            | Self::Damaged { path, .. }
            | Self::Unusable { path, .. }
            | Self::NoLayer { path, .. }
            | Self::ManyLayers { path, .. }
            | Self::Crs { path, .. }
            | Self::NoCrs { path, .. }
            | Self::NoGdal { path } => path,
        }
    }
}

/// What to state for coordinates that are not degrees: metres of UTM look alike in all zones.
fn system_to_state(x: f64, y: f64) -> String {
    // The false easting keeps eastings within these; Peru reaches from 18.4° south to the equator.
    let in_utm = (100_000.0..=900_000.0).contains(&x) && (0.0..=10_000_000.0).contains(&y);
    let in_peru = in_utm && (7_960_000.0..=10_000_000.0).contains(&y);
    match (in_peru, in_utm) {
        (true, _) => {
            "they look like metres of UTM: in Peru state --crs EPSG:32717 west of 78° W (zone 17S), EPSG:32718 \
                      from 78° to 72° W (zone 18S) or EPSG:32719 east of 72° W (zone 19S)"
                .to_owned()
        }
        (_, true) => {
            "they look like metres of UTM: state the zone, as in --crs EPSG:32718 for zone 18 south".to_owned()
        }
        _ => "state the system, such as --crs EPSG:32718".to_owned(),
    }
}

/// Names in quotes, with commas.
fn quoted(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::system_to_state;

    #[test]
    fn metres_are_told_from_nonsense_and_the_zones_of_peru_are_named() {
        let peru = system_to_state(421_345.0, 8_912_345.0);
        assert!(["EPSG:32717", "EPSG:32718", "EPSG:32719"].iter().all(|zone| peru.contains(zone)), "{peru}");
        assert!(system_to_state(421_345.0, 1_200_000.0).contains("state the zone"));
        assert_eq!(system_to_state(-8e6, -1e6), "state the system, such as --crs EPSG:32718");
    }
}
