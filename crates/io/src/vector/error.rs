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
         Shapefile (.shp), GeoPackage (.gpkg), FlatGeobuf (.fgb) or GeoParquet (.parquet)"
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
         longitude and latitude: state the system, such as EPSG:32718"
    )]
    NoCrs { path: PathBuf, x: f64, y: f64 },
    /// The program was built without the library this format needs.
    #[error(
        "{path:?} is a GeoPackage and this program was built without GDAL, which reads it: convert it to \
         GeoJSON, FlatGeobuf or GeoParquet, or use a build with the `gdal` feature"
    )]
    NoGdal { path: PathBuf },
}

/// Names in quotes, with commas.
fn quoted(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
