//! The tables of a run folder.

use super::boundaries::BoundaryTables;
use super::columns::{Deciding, batch, joined, schema};
use super::folder::RunFolder;
use super::plot_sums::GroupSums;
use crate::output::{self, Made, TableWriter, WriteError};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use lindero_engine::{EngineError, MeasurementColumn, ScreenSink, ScreenedPage};
use lindero_plots::{Lang, RawGeometrySlice};
use lindero_policy::Rule;
use lindero_regions::RegionSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

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
    /// KML.
    Kml,
    /// CSV, with the geometry as Well-known text in its last column.
    CsvWkt,
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
            "kml" => Some(Self::Kml),
            "csv-wkt" => Some(Self::CsvWkt),
            _ => None,
        }
    }

    /// The ending of its files. What ends in `.wkt.csv` has geometry, any other `.csv` has none.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
            Self::GeoPackage => "gpkg",
            Self::Kml => "kml",
            Self::CsvWkt => "wkt.csv",
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
            Self::Kml => output::kml(path, schema, layer),
            Self::CsvWkt => output::csv_wkt(path, schema),
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
    deciding: Deciding<'a>,
    groups: Mutex<Option<GroupSums>>,
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
        deciding: Deciding<'a>,
        lang: Lang,
    ) -> Result<Self, WriteError> {
        let schema = schema(measured, user, deciding.answers.is_some());
        let start = |format: &Format| {
            let path = run.file(&format!("plots.{}", format.ending()));
            let writer = format.writer(&path, Arc::clone(&schema), "plots")?;
            Ok((path, writer))
        };
        let plots = formats.iter().map(start).collect::<Result<_, WriteError>>()?;
        Ok(Self {
            plots,
            schema,
            boundaries: BoundaryTables::start(run, lang)?,
            regions,
            deciding,
            groups: Mutex::default(),
        })
    }

    /// Adds the plots up by group, too.
    #[must_use]
    pub fn with_groups(self, groups: Option<GroupSums>) -> Self {
        Self { groups: Mutex::new(groups), ..self }
    }

    /// Closes the files, and gives what the groups add up to if that was asked for.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn finish(self) -> Result<Option<GroupSums>, WriteError> {
        for (_, writer) in self.plots {
            writer.finish()?;
        }
        self.boundaries.finish()?;
        Ok(self.groups.into_inner().expect("no holder panics"))
    }

    fn made(&self, page: &ScreenedPage) -> Result<Vec<Made>, WriteError> {
        let made = |(path, writer): &(PathBuf, Box<dyn TableWriter>)| {
            let batch = batch(&self.schema, page, self.regions, self.deciding);
            let batch = batch.map_err(|source| WriteError::table(path, &source))?;
            writer.make(&batch, Some(page.plots.geometries.as_slice()))
        };
        self.plots.iter().map(made).collect()
    }

    fn add(&self, page: &ScreenedPage, made: Vec<Made>) -> Result<(), WriteError> {
        if let Some(groups) = &mut *self.groups.lock().expect("no holder panics") {
            groups.add_page(page);
        }
        for ((_, writer), made) in self.plots.iter().zip(made) {
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

    fn write(&self, page: &ScreenedPage, made: Vec<Made>) -> Result<(), EngineError> {
        self.add(page, made).map_err(|error| EngineError::Write { message: error.to_string() })
    }
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
    let writer = format.writer(path, schema, "regions")?;
    writer.write(&batch, geometries)?;
    writer.finish()
}

/// Codes of a plot's findings as one text, as in the column `findings`.
#[must_use]
pub fn findings_text(findings: &[lindero_policy::Finding], rules: &[Rule]) -> String {
    joined(findings.iter().map(|finding| super::columns::code(finding, rules))).unwrap_or_default().into_owned()
}
