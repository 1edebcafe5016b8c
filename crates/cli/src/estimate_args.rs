//! What can be asked of `estimate` and `sample` on the command line.

use clap::{ArgGroup, Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

use crate::args::Waiting;

/// A unit of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitArg {
    Ha,
    M2,
    Km2,
    Px,
}

impl UnitArg {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ha => "ha",
            Self::M2 => "m2",
            Self::Km2 => "km2",
            Self::Px => "px",
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("points").required(true).args(["matrix", "reference"])))]
pub(crate) struct Estimate {
    /// Counts of reference points: a row per class of the map, a column per reference class (header: map,CLASS,…). Rows may
    /// be strata that are not the map's classes (stratum,CLASS,…), or the map's classes in each (stratum,map,CLASS,…)
    #[arg(long, value_name = "FILE.csv", requires = "areas", conflicts_with = "map")]
    pub(crate) matrix: Option<PathBuf>,
    /// The areas that go with the rows of --matrix or with the strata of --reference (header: class,area)
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) areas: Option<PathBuf>,
    /// Reference points, a row each: their class, and their longitude and latitude, or their id in the design
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) reference: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) map: MapArgs,
    /// Estimates per region too: a file of polygons
    #[arg(long, value_name = "FILE", requires_all = ["region_name", "map"])]
    pub(crate) regions: Option<PathBuf>,
    /// The column with a region's name
    #[arg(long, value_name = "FIELD", requires = "regions")]
    pub(crate) region_name: Option<String>,
    /// The folder that `lindero sample` wrote: its strata and areas hold, and the map must be the one it was drawn from
    #[arg(long, value_name = "DIR", requires_all = ["reference", "map"], conflicts_with = "areas")]
    pub(crate) design: Option<PathBuf>,
    /// The unit of areas: that of the file of areas, or the one to tell areas of a map in
    #[arg(long, value_name = "UNIT", default_value = "ha")]
    pub(crate) unit: UnitArg,
    /// Has the share of cells that was looked at reduce the errors; needs a design or --unit px
    #[arg(long)]
    pub(crate) finite_population: bool,
    /// Where all numbers go, unrounded: a JSON file
    #[arg(long, value_name = "FILE.json")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) columns: PointColumns,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}

/// A map of classes.
#[derive(Debug, ClapArgs)]
pub(crate) struct MapArgs {
    /// A raster of classes or a pattern that fits its tiles, with options after commas (band=N, crs=EPSG:N); with --catalog,
    /// one of its layers
    #[arg(long, value_name = "LAYER")]
    pub(crate) map: Option<String>,
    /// The catalog that --map names a layer of
    #[arg(long, value_name = "lindero.toml", requires = "map")]
    pub(crate) catalog: Option<PathBuf>,
    /// What the map's values are called (header: value,class); several values may be one class, and those without a class are
    /// not studied [default: each value is a class]
    #[arg(long, value_name = "FILE.csv", requires = "map")]
    pub(crate) classes: Option<PathBuf>,
}

/// Which columns of the reference points say what.
#[derive(Debug, ClapArgs)]
pub(crate) struct PointColumns {
    /// The column with the reference class [default: reference, ref_class, …, or the only question of a survey]
    #[arg(long, value_name = "FIELD", requires = "reference")]
    pub(crate) reference_field: Option<String>,
    /// The column with the map's class, where it is not read from the map [default: map, map_class, …]
    #[arg(long, value_name = "FIELD", requires = "reference")]
    pub(crate) map_field: Option<String>,
    /// The column with the stratum a point was drawn in [default: stratum, pl_stratum, …; else the map's classes are strata]
    #[arg(long, value_name = "FIELD", requires = "reference")]
    pub(crate) stratum_field: Option<String>,
    /// The column with the longitude [default: lon, center_lon, longitude, …]
    #[arg(long, value_name = "FIELD", requires = "lat_field")]
    pub(crate) lon_field: Option<String>,
    /// The column with the latitude [default: lat, center_lat, latitude, …]
    #[arg(long, value_name = "FIELD", requires = "lon_field")]
    pub(crate) lat_field: Option<String>,
    /// The column with the point's id in the design [default: pl_plotid, plotid, …]
    #[arg(long, value_name = "FIELD", requires = "design")]
    pub(crate) id_field: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sample {
    #[command(flatten)]
    pub(crate) map: MapArgs,
    /// Draws points in these regions only: a file of polygons
    #[arg(long, value_name = "FILE", requires = "region_name")]
    pub(crate) regions: Option<PathBuf>,
    /// The column with a region's name
    #[arg(long, value_name = "FIELD", requires = "regions")]
    pub(crate) region_name: Option<String>,
    /// The standard error that the overall accuracy is to have
    #[arg(long, value_name = "SE", default_value_t = 0.01)]
    pub(crate) target_se: f64,
    /// The user's accuracies that are expected (header: class,accuracy) [default: 0.9 for each class]
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) expected: Option<PathBuf>,
    /// Points in each stratum at least
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) min_per_stratum: u64,
    /// What the drawing starts from: the same number draws the same points
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The folder to write: design.json, points.csv, points.geojson; an earlier design there is replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}
