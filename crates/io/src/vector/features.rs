//! Opens a plot file with the reader of its format.

use super::batch::FeatureBatch;
use super::error::VectorError;
use super::reproject::Reprojector;
use super::{archive, flatgeobuf, geojson, geoparquet, shapefile, table, xml};
use crate::crs::{self, DatumShift};
use arrow_schema::SchemaRef;
use lindero_layers::Projection;
use lindero_plots::{Position, RawGeometryRef};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the user says about a file that the file does not say, or says wrongly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VectorOptions {
    /// The layer to read, where a file may have several. `path|layername=NAME` says the same.
    pub layer: Option<String>,
    /// The coordinate system, such as `EPSG:32718`, in place of whatever the file states.
    pub crs: Option<String>,
    /// In a table, the column with the geometry as text.
    pub geometry_field: Option<String>,
    /// In a table, the column with the longitude, or the easting in `crs`. Goes with `lat_field`.
    pub lon_field: Option<String>,
    /// In a table, the column with the latitude, or the northing in `crs`. Goes with `lon_field`.
    pub lat_field: Option<String>,
}

/// A format plots are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the format it names")]
pub enum Format {
    GeoJson,
    Shapefile,
    GeoPackage,
    FlatGeobuf,
    GeoParquet,
    Kml,
    Gpx,
    Csv,
    Xlsx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GeoJson => "GeoJSON",
            Self::Shapefile => "Shapefile",
            Self::GeoPackage => "GeoPackage",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoParquet => "GeoParquet",
            Self::Kml => "KML",
            Self::Gpx => "GPX",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
        })
    }
}

/// Batches of one file, in file order.
pub(super) type Batches<'a> = Box<dyn Iterator<Item = Result<FeatureBatch, VectorError>> + 'a>;

/// Batches as `fill` gives them, up to the first error.
pub(super) fn until_error<'a>(mut fill: impl FnMut() -> Result<Option<FeatureBatch>, VectorError> + 'a) -> Batches<'a> {
    let mut failed = false;
    Box::new(std::iter::from_fn(move || {
        if failed {
            return None;
        }
        let filled = fill();
        failed = filled.is_err();
        filled.transpose()
    }))
}

/// What a format's reader implements: batches in the file's own coordinates, as often as asked.
pub(super) trait Source: Send + Sync + fmt::Debug {
    fn batches(&self) -> Result<Batches<'_>, VectorError>;
}

/// What a file says about its coordinates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileCrs {
    /// Longitude and latitude by the format's own rule.
    Wgs84,
    /// A name or definition.
    Named(String),
    /// Nothing, where the format has no rule for it.
    Unstated,
}

/// What a format's reader finds.
pub(super) struct Opened {
    pub(super) source: Box<dyn Source>,
    pub(super) schema: SchemaRef,
    pub(super) count: Option<u64>,
    pub(super) crs: FileCrs,
    pub(super) layer: Option<String>,
    pub(super) notes: Vec<String>,
}

/// An opened plot file. Its features can be read more than once.
#[derive(Debug)]
pub struct FeatureFile {
    path: PathBuf,
    format: Format,
    layer: Option<String>,
    crs: String,
    schema: SchemaRef,
    count: Option<u64>,
    notes: Vec<String>,
    projection: Option<Arc<dyn Projection>>,
    datum_shift: Option<DatumShift>,
    source: Box<dyn Source>,
}

/// Opens a plot file of any format read here.
///
/// The path may name a layer the way QGIS does: `plots.gpkg|layername=farms`. Of a spreadsheet that is a sheet, of an archive
/// a file in it.
///
/// # Errors
///
/// [`VectorError`] if the file cannot be read, is of no format known here, breaks its format's rules,
/// has several layers and none is asked for, or is in a coordinate system that is unknown or unstated.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("plots.geojson");
/// # std::fs::write(&path, r#"{"type": "Feature", "id": 7, "properties": {"farmer": "Rosa"},
/// #   "geometry": {"type": "Point", "coordinates": [-76.5, -9.25]}}"#).unwrap();
/// use lindero_io::vector::{VectorOptions, open_features};
/// use lindero_plots::RawGeometryRef;
///
/// let file = open_features(&path, &VectorOptions::default())?;
/// assert_eq!(file.count(), Some(1));
/// for batch in file.batches()? {
///     let batch = batch?;
///     assert_eq!(batch.ids, Some(vec!["7"].into()));
///     assert_eq!(batch.geometries.get(0), RawGeometryRef::Points(&[[-76.5, -9.25]]));
/// }
/// # Ok::<(), lindero_io::vector::VectorError>(())
/// ```
pub fn open_features(path: &Path, options: &VectorOptions) -> Result<FeatureFile, VectorError> {
    let (path, layer_in_path) = split_layer(path);
    let layer = options.layer.clone().or(layer_in_path);
    let (format, opened) = open_format(&path, layer.as_deref(), options)?;
    if let (Some(wanted), None) = (&layer, &opened.layer) {
        return Err(VectorError::NoLayer { path, wanted: wanted.clone(), layers: Vec::new() });
    }
    let mut notes = opened.notes;
    let names_columns = options.geometry_field.is_some() || options.lon_field.is_some() || options.lat_field.is_some();
    if names_columns && !matches!(format, Format::Csv | Format::Xlsx) {
        notes.push(format!("{format} knows where its geometry is: the columns named for it are for tables"));
    }
    let definition = match (&options.crs, &opened.crs) {
        (Some(stated), _) => Some(stated.as_str()),
        (None, FileCrs::Named(name)) => Some(name.as_str()),
        (None, FileCrs::Wgs84) => None,
        (None, FileCrs::Unstated) => {
            // Not-a-number is a defect of the plot, whatever the system.
            let is_off_the_globe = |[x, y]: &Position| x.abs() > 180.0 || y.abs() > 90.0;
            if let Some([x, y]) = first_position(opened.source.as_ref(), is_off_the_globe)? {
                return Err(VectorError::NoCrs { path, x, y });
            }
            notes.push(
                "the file does not say its coordinate system; its coordinates are read as WGS 84 longitude \
                 and latitude, which they could be"
                    .to_owned(),
            );
            None
        }
    };
    let (mut projection, mut datum_shift) = (None, None);
    if let Some(definition) = definition {
        let unusable = |reason| VectorError::Crs { path: path.clone(), crs: shortened(definition), reason };
        projection = crs::parse(definition).map_err(unusable)?;
        if projection.is_some()
            && let Some(first) = first_position(opened.source.as_ref(), |place| place.iter().all(|it| it.is_finite()))?
        {
            datum_shift = crs::datum_shift(definition, first).map_err(unusable)?;
        }
    }
    notes.extend(datum_shift.as_ref().map(told));
    let crs = projection.as_ref().map_or_else(|| "EPSG:4326".to_owned(), |it| it.name().to_owned());
    Ok(FeatureFile {
        path,
        format,
        layer: opened.layer,
        crs,
        schema: opened.schema,
        count: opened.count,
        notes,
        projection,
        datum_shift,
        source: opened.source,
    })
}

/// Opens a file, or the file in an archive, with the reader of its format.
pub(super) fn open_format(
    path: &Path,
    layer: Option<&str>,
    options: &VectorOptions,
) -> Result<(Format, Opened), VectorError> {
    let Some(format) = recognise(path)? else { return archive::open(path, layer, options) };
    let opened = match format {
        Format::GeoJson => geojson::open(path)?,
        Format::Shapefile => shapefile::open(path)?,
        Format::FlatGeobuf => flatgeobuf::open(path)?,
        Format::GeoParquet => geoparquet::open(path)?,
        #[cfg(feature = "gdal")]
        Format::GeoPackage => super::gpkg::open(path, layer)?,
        #[cfg(not(feature = "gdal"))]
        Format::GeoPackage => return Err(VectorError::NoGdal { path: path.to_owned() }),
        Format::Kml => xml::open_kml(path)?,
        Format::Gpx => xml::open_gpx(path)?,
        Format::Csv => table::open_csv(path, options)?,
        Format::Xlsx => table::open_xlsx(path, layer, options)?,
    };
    Ok((format, opened))
}

impl FeatureFile {
    /// The file's path, without the name of a layer.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The layer that is read, in formats that have layers.
    #[must_use]
    pub fn layer(&self) -> Option<&str> {
        self.layer.as_deref()
    }

    /// The coordinate system the file is read in, as stated by the user or else the file.
    #[must_use]
    pub fn crs(&self) -> &str {
        &self.crs
    }

    /// How the coordinates were moved to WGS 84 where their system counts from another datum, at the first of them.
    #[must_use]
    pub fn datum_shift(&self) -> Option<&DatumShift> {
        self.datum_shift.as_ref()
    }

    /// The user's columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The number of features, where the file says it or had to be read to the end to be opened.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// What the user should be told about how the file was read, in sentences without a full stop.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The features from the first on, in file order. Not for sending to other threads: the libraries
    /// behind some formats and coordinate systems cannot be.
    ///
    /// # Errors
    ///
    /// [`VectorError`] if the file can no longer be opened; as an item where reading fails midway, which
    /// ends the batches.
    pub fn batches(&self) -> Result<Box<dyn Iterator<Item = Result<FeatureBatch, VectorError>> + '_>, VectorError> {
        let batches = self.source.batches()?;
        let Some(projection) = &self.projection else { return Ok(batches) };
        let transform = projection.transform().map_err(|error| VectorError::Crs {
            path: self.path.clone(),
            crs: self.crs.clone(),
            reason: error.to_string(),
        })?;
        let reprojector = Reprojector::new(transform, !projection.is_geographic());
        Ok(Box::new(batches.map(move |batch| {
            batch.map(|mut batch| {
                reprojector.apply(&mut batch.geometries);
                batch
            })
        })))
    }
}

/// The files that are read where a path names plots or features: the file without the layer in its name, and with a
/// Shapefile the parts that lie beside it.
#[must_use]
pub fn feature_files(path: &Path) -> Vec<PathBuf> {
    let (file, _) = split_layer(path);
    let mut files = vec![file.clone()];
    if matches!(recognise(&file), Ok(Some(Format::Shapefile))) {
        files.extend(shapefile::parts_beside(&file));
    }
    files
}

/// Splits `path|layername=NAME`; other parts QGIS may add (`|geometrytype=…`) are dropped.
fn split_layer(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    match text.split_once('|') {
        Some((file, parts)) if !path.exists() => {
            let layer = parts.split('|').find_map(|part| part.strip_prefix("layername="));
            (PathBuf::from(file), layer.map(str::to_owned))
        }
        _ => (path.to_owned(), None),
    }
}

/// The format, by the first bytes where they tell, else by the name's extension; `None` is an archive.
fn recognise(path: &Path) -> Result<Option<Format>, VectorError> {
    let read = |source| VectorError::Read { path: path.to_owned(), source };
    let mut start = Vec::new();
    File::open(path).map_err(read)?.take(4096).read_to_end(&mut start).map_err(read)?;
    let extension = path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    let extension = extension.as_deref().unwrap_or("");
    if matches!(extension, "shx" | "dbf" | "prj" | "cpg" | "sbn" | "sbx") {
        let reason = "it is a part of a Shapefile: give the file that ends in .shp".to_owned();
        return Err(VectorError::Unusable { path: path.to_owned(), reason });
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(archive::is_xlsx(path)?.then_some(Format::Xlsx));
    }
    if start.starts_with(b"SQLite format 3\0") {
        return Ok(Some(Format::GeoPackage));
    }
    if start.starts_with(b"PAR1") {
        return Ok(Some(Format::GeoParquet));
    }
    if start.starts_with(b"fgb\x03") {
        return Ok(Some(Format::FlatGeobuf));
    }
    if start.starts_with(&[0, 0, 0x27, 0x0a]) || extension == "shp" {
        return Ok(Some(Format::Shapefile));
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'<') {
        match xml::root_name(text).as_deref() {
            Some("kml") => return Ok(Some(Format::Kml)),
            Some("gpx") => return Ok(Some(Format::Gpx)),
            _ => {}
        }
    }
    match extension {
        "gpkg" => Ok(Some(Format::GeoPackage)),
        "parquet" | "geoparquet" => Ok(Some(Format::GeoParquet)),
        "fgb" => Ok(Some(Format::FlatGeobuf)),
        "geojson" | "json" | "geojsonl" | "geojsons" | "geojsonseq" | "ndjson" | "jsonl" => Ok(Some(Format::GeoJson)),
        _ if matches!(first, Some(b'{' | 0x1e)) => Ok(Some(Format::GeoJson)),
        "kml" => Ok(Some(Format::Kml)),
        "gpx" => Ok(Some(Format::Gpx)),
        "csv" | "tsv" | "tab" | "txt" if first != Some(&b'<') => Ok(Some(Format::Csv)),
        _ => Err(VectorError::Format { path: path.to_owned() }),
    }
}

/// The first position of which this is so, if there is one.
fn first_position(
    source: &dyn Source,
    wanted: impl Fn(&Position) -> bool + Copy,
) -> Result<Option<Position>, VectorError> {
    fn find(geometry: RawGeometryRef<'_>, wanted: impl Fn(&Position) -> bool + Copy) -> Option<Position> {
        match geometry {
            RawGeometryRef::Points(points) => points.iter().copied().find(wanted),
            RawGeometryRef::Polygons(polygons) => polygons.positions().iter().copied().find(wanted),
            RawGeometryRef::Mixed(members) => members.iter().find_map(|member| find(member, wanted)),
            RawGeometryRef::Missing | RawGeometryRef::Unsupported(_) | RawGeometryRef::Unreadable(_) => None,
        }
    }
    for batch in source.batches()? {
        if let Some(position) = batch?.geometries.iter().find_map(|geometry| find(geometry, wanted)) {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// What is said of a datum that is not WGS 84.
fn told(DatumShift { datum, metres, accuracy_m }: &DatumShift) -> String {
    let accuracy = match accuracy_m {
        Some(accuracy_m) => format!("which is right to some {accuracy_m:.0} m"),
        None => "and nobody says how exact that is".to_owned(),
    };
    format!(
        "its coordinates count from {datum}: they are moved to WGS 84, the first of them by {metres:.0} m, {accuracy}"
    )
}

/// A definition short enough for a message.
fn shortened(crs: &str) -> String {
    const SHOWN: usize = 120;
    let line = crs.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}
