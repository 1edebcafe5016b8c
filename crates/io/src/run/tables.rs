//! The tables of a run folder.

use super::boundaries::BoundaryTables;
use super::columns::{batch, joined, schema};
use super::folder::RunFolder;
use crate::output::{self, Made, TableWriter, WriteError};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema, SchemaRef};
use lindero_engine::{EngineError, MeasurementColumn, ScreenSink, Screened, ScreenedPage};
use lindero_plots::{Lang, RawGeometries, RawGeometry, RawGeometrySlice};
use lindero_policy::Rule;
use lindero_regions::{RegionRow, RegionSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A format of tables with geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// GeoParquet.
    Parquet,
    /// GeoJSON.
    GeoJson,
    /// CSV, without geometry.
    Csv,
    /// GeoPackage.
    GeoPackage,
}

impl Format {
    /// The format of a name, as given on a command line.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "parquet" => Some(Self::Parquet),
            "geojson" => Some(Self::GeoJson),
            "csv" => Some(Self::Csv),
            "gpkg" => Some(Self::GeoPackage),
            _ => None,
        }
    }

    /// The ending of its files.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
            Self::GeoPackage => "gpkg",
        }
    }

    /// Whether this build can write it.
    #[must_use]
    pub fn is_there(self) -> bool {
        self != Self::GeoPackage || cfg!(feature = "gdal")
    }

    pub(super) fn writer(
        self,
        path: &Path,
        schema: SchemaRef,
        layer: &str,
    ) -> Result<Box<dyn TableWriter>, WriteError> {
        match self {
            Self::Parquet => output::parquet(path, schema, true),
            Self::GeoJson => output::geojson(path, schema),
            Self::Csv => output::csv(path, schema),
            #[cfg(feature = "gdal")]
            Self::GeoPackage => output::gpkg(path, schema, layer),
            #[cfg(not(feature = "gdal"))]
            Self::GeoPackage => unreachable!("{layer}: asked of is_there() before the run"),
        }
    }
}

/// Writes `plots.*` in every format asked for, `defects.csv` and `repairs.csv`, page by page.
pub struct RunTables<'a> {
    plots: Vec<(PathBuf, Box<dyn TableWriter>)>,
    schema: SchemaRef,
    boundaries: BoundaryTables,
    regions: Option<&'a RegionSet>,
    rules: &'a [Rule],
}

impl<'a> RunTables<'a> {
    /// Starts the tables of a run that measures these columns on plots with the user's own; sentences about
    /// boundaries are written in `lang`. An empty `user` leaves the user's own columns out.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn start(
        run: &RunFolder,
        formats: &[Format],
        measured: &[MeasurementColumn],
        user: &Schema,
        regions: Option<&'a RegionSet>,
        rules: &'a [Rule],
        lang: Lang,
    ) -> Result<Self, WriteError> {
        let schema = schema(measured, user);
        let start = |format: &Format| {
            let path = run.file(&format!("plots.{}", format.ending()));
            let writer = format.writer(&path, Arc::clone(&schema), "plots")?;
            Ok((path, writer))
        };
        let plots = formats.iter().map(start).collect::<Result<_, WriteError>>()?;
        Ok(Self { plots, schema, boundaries: BoundaryTables::start(run, lang)?, regions, rules })
    }

    /// Closes the files.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn finish(self) -> Result<(), WriteError> {
        for (_, writer) in self.plots {
            writer.finish()?;
        }
        self.boundaries.finish()
    }

    fn made(&self, page: &ScreenedPage) -> Result<Vec<Made>, WriteError> {
        let made = |(path, writer): &(PathBuf, Box<dyn TableWriter>)| {
            let batch = batch(&self.schema, page, self.regions, self.rules);
            let batch = batch.map_err(|source| WriteError::table(path, &source))?;
            writer.make(&batch, Some(page.plots.geometries.as_slice()))
        };
        self.plots.iter().map(made).collect()
    }

    fn add(&mut self, page: &ScreenedPage, made: Vec<Made>) -> Result<(), WriteError> {
        for ((_, writer), made) in self.plots.iter_mut().zip(made) {
            writer.append(made)?;
        }
        self.boundaries.write(page.plots.first_row, &page.plots.ids, &page.plots.rows)
    }
}

impl ScreenSink for RunTables<'_> {
    type Made = Vec<Made>;

    fn make(&self, page: &ScreenedPage) -> Result<Vec<Made>, EngineError> {
        self.made(page).map_err(|error| EngineError::Write { message: error.to_string() })
    }

    fn write(&mut self, page: &ScreenedPage, made: Vec<Made>) -> Result<(), EngineError> {
        self.add(page, made).map_err(|error| EngineError::Write { message: error.to_string() })
    }
}

/// Writes `regions.csv` and `regions.geojson`.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_regions(run: &RunFolder, screened: &Screened, regions: &RegionSet) -> Result<(), WriteError> {
    let rows = &screened.roll_up;
    let text = |value: fn(&RegionRow) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<StringArray>())
    };
    let count = |value: fn(&RegionRow) -> u64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row) as i64)).collect::<Int64Array>())
    };
    let area = |value: fn(&RegionRow) -> f64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<Float64Array>())
    };
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("region".to_owned(), text(|row| Some(&row.name))),
        ("plots".to_owned(), count(|row| row.plots)),
        ("plots_low".to_owned(), count(|row| row.plots_low)),
        ("plots_more_info".to_owned(), count(|row| row.plots_more_info)),
        ("plots_high".to_owned(), count(|row| row.plots_high)),
        ("area_ha".to_owned(), area(|row| row.area_ha)),
        ("unmeasured_ha".to_owned(), area(|row| row.unmeasured_ha)),
    ];
    for (index, name) in screened.roll_up_columns.iter().enumerate() {
        let sums = rows.iter().map(|row| row.sums[index]).collect::<Float64Array>();
        columns.push((name.clone(), Arc::new(sums)));
    }
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    let arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, column)| column).collect();
    write_whole(&run.file("regions.csv"), Format::Csv, fields.clone(), arrays.clone(), None)?;
    let geometries: RawGeometries = rows.iter().map(|row| geometry_of(row, regions)).collect();
    write_whole(&run.file("regions.geojson"), Format::GeoJson, fields, arrays, Some(geometries.as_slice()))
}

fn geometry_of(row: &RegionRow, regions: &RegionSet) -> RawGeometry {
    let Some(region) = regions.names().iter().position(|name| *name == row.name) else { return RawGeometry::Missing };
    let polygons = regions
        .shapes(region as u32)
        .flat_map(|shape| shape.parts())
        .map(|part| part.rings().map(<[_]>::to_vec).collect())
        .collect();
    RawGeometry::Polygons(polygons)
}

/// Writes a table that is there whole.
pub(crate) fn write_whole(
    path: &Path,
    format: Format,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    geometries: Option<RawGeometrySlice<'_>>,
) -> Result<(), WriteError> {
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| WriteError::table(path, &e))?;
    let mut writer = format.writer(path, schema, "regions")?;
    writer.write(&batch, geometries)?;
    writer.finish()
}

/// Codes of a plot's findings as one text, as in the column `findings`.
#[must_use]
pub fn findings_text(findings: &[lindero_policy::Finding], rules: &[Rule]) -> String {
    joined(findings.iter().map(|finding| super::columns::code(finding, rules))).unwrap_or_default()
}
