//! What the tests of plot files share: reading a file whole, and the folder of real data.

#![allow(dead_code, reason = "each test binary uses some of it")]

pub(crate) mod archives;

use arrow_array::Array;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use lindero_io::vector::{FeatureFile, VectorError, VectorOptions, open_features};
use lindero_plots::{RawGeometry, RawGeometryRef};
use std::path::{Path, PathBuf};

/// A file read to its end, cells as text.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Whole {
    pub(crate) columns: Vec<(String, DataType)>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
    pub(crate) ids: Vec<Option<String>>,
    pub(crate) geometries: Vec<RawGeometry>,
    pub(crate) notes: Vec<String>,
}

impl Whole {
    /// The cells of one column.
    pub(crate) fn column(&self, name: &str) -> Vec<Option<&str>> {
        let index = self.columns.iter().position(|(column, _)| column == name);
        let index = index.unwrap_or_else(|| panic!("no column {name:?} in {:?}", self.columns));
        self.rows.iter().map(|row| row[index].as_deref()).collect()
    }
}

pub(crate) fn read(path: &Path) -> Result<Whole, VectorError> {
    read_opened(&open_features(path, &VectorOptions::default())?)
}

pub(crate) fn read_opened(file: &FeatureFile) -> Result<Whole, VectorError> {
    let schema = file.schema();
    let mut whole = Whole {
        columns: schema.fields().iter().map(|it| (it.name().clone(), it.data_type().clone())).collect(),
        notes: file.notes().to_vec(),
        ..Whole::default()
    };
    for batch in file.batches()? {
        let batch = batch?;
        assert_eq!(batch.geometries.len(), batch.attributes.num_rows());
        assert!(batch.ids.as_ref().is_none_or(|ids| ids.len() == batch.geometries.len()));
        assert_eq!(batch.attributes.schema(), schema);
        let options = FormatOptions::new();
        let cells: Vec<_> =
            batch.attributes.columns().iter().map(|it| ArrayFormatter::try_new(it, &options).unwrap()).collect();
        for row in 0..batch.attributes.num_rows() {
            let text = |(column, cell): (&_, &ArrayFormatter<'_>)| {
                let column: &std::sync::Arc<dyn Array> = column;
                column.is_valid(row).then(|| cell.value(row).to_string())
            };
            whole.rows.push(batch.attributes.columns().iter().zip(&cells).map(text).collect());
        }
        whole.geometries.extend(batch.geometries.iter().map(RawGeometryRef::to_owned));
        match batch.ids {
            Some(ids) => whole.ids.extend(ids.iter().map(|id| id.map(str::to_owned))),
            None => whole.ids.extend(std::iter::repeat_n(None, batch.geometries.len())),
        }
    }
    if let Some(count) = file.count() {
        assert_eq!(count, whole.geometries.len() as u64, "{} counts itself wrongly", file.path().display());
    }
    Ok(whole)
}

/// The folder of real data, or `None` with a loud line where it is absent.
pub(crate) fn shared_data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {folder} of the shared data is not here");
    None
}

/// Writes a file of this name into a folder of its own and reads it.
pub(crate) fn read_bytes(name: &str, bytes: &[u8], options: &VectorOptions) -> Result<Whole, VectorError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_opened(&open_features(&path, options)?)
}

/// All files below a folder, in order of their names.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// A closed square ring, counter-clockwise.
pub(crate) fn square(x: f64, y: f64, size: f64) -> Vec<[f64; 2]> {
    vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
}

/// Writes a file's first layer in another format with GDAL.
#[cfg(feature = "gdal")]
pub(crate) fn translated(from: &Path, driver: &str, to: &Path) {
    // Without an index the features stay in order.
    let options: &[&str] = match driver {
        "FlatGeobuf" => &["SPATIAL_INDEX=NO"],
        "CSV" => &["GEOMETRY=AS_WKT"],
        _ => &[],
    };
    use gdal::vector::LayerAccess;
    let source = gdal::Dataset::open(from).unwrap();
    let mut layer = source.layer(0).unwrap();
    let mut target = gdal::DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(to).unwrap();
    let fields: Vec<_> = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
    let copy = target
        .create_layer(gdal::vector::LayerOptions {
            name: "plots",
            srs: layer.spatial_ref().as_ref(),
            options: (!options.is_empty()).then_some(options),
            ..gdal::vector::LayerOptions::default()
        })
        .unwrap();
    for (name, kind) in &fields {
        gdal::vector::FieldDefn::new(name, *kind).unwrap().add_to_layer(&copy).unwrap();
    }
    for feature in layer.features() {
        let mut row = gdal::vector::Feature::new(copy.defn()).unwrap();
        for i in 0..fields.len() {
            match feature.field(i).unwrap() {
                Some(value) => row.set_field(i, &value).unwrap(),
                None => row.set_field_null(i).unwrap(),
            }
        }
        if let Some(geometry) = feature.geometry().filter(|it| it.geometry_name() != "") {
            row.set_geometry(geometry.clone()).unwrap();
        }
        row.create(&copy).unwrap();
    }
    target.close().unwrap();
}

/// The vertices of all parts of a geometry, by GDAL.
#[cfg(feature = "gdal")]
pub(crate) fn vertices(geometry: &gdal::vector::Geometry) -> usize {
    match geometry.geometry_count() {
        0 => geometry.point_count(),
        parts => (0..parts).map(|part| vertices(&geometry.get_geometry(part))).sum(),
    }
}
