//! What can be asked on the command line.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Screens farm plots for deforestation risk and measures agroforestry: offline, exact, with reasons.
#[derive(Debug, Parser)]
#[command(name = "lindero", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The area of every class of every layer per plot, as a long table
    Tabulate(Tabulate),
    /// Which plots overlap forest, which were cleared after the cut-off, how many trees stand on them
    Screen(Screen),
    /// The geolocation files of an EU due diligence statement, checked as the EU's system checks them
    Export(Export),
    /// Writes a lindero.toml for the maps in a folder that are known by name and values
    Init(Init),
    /// What the layers of a catalog really hold
    #[command(subcommand)]
    Layers(Layers),
}

/// Plot files and what their columns mean.
#[derive(Debug, ClapArgs)]
pub(crate) struct Plots {
    /// Files of plots: GeoJSON, Shapefile, GeoPackage, FlatGeobuf, GeoParquet
    #[arg(required = true, value_name = "PLOTS")]
    pub(crate) plots: Vec<PathBuf>,
    /// The column with the plot's id [default: the feature's own id, else the row]
    #[arg(long, value_name = "FIELD")]
    pub(crate) id: Option<String>,
    /// The column with the declared area in hectares: points are measured on a disc of that area
    /// [default: Area, where there is one]
    #[arg(long, value_name = "FIELD")]
    pub(crate) area_field: Option<String>,
}

/// How to work, and what to tell of it.
#[derive(Debug, ClapArgs)]
pub(crate) struct Running {
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Memory to stay within, in megabytes; what does not fit is kept on disk beside the output [default: 400]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    pub(crate) memory: Option<u64>,
    /// Go on from where a run of the same plots, layers and options was interrupted; if this one is
    /// interrupted, keep what it has measured
    #[arg(long)]
    pub(crate) resume: bool,
    /// Say nothing but errors, warnings and the result
    #[arg(long)]
    pub(crate) quiet: bool,
    /// How to show on standard error how far the run is: a bar, or lines of JSON for machines
    #[arg(long, value_name = "KIND", default_value = "bar")]
    pub(crate) progress: ProgressKind,
}

/// How far a run has come, for people or for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressKind {
    Bar,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Tabulate {
    #[command(flatten)]
    pub(crate) plots: Plots,
    #[command(flatten)]
    pub(crate) running: Running,
    /// A raster, or a pattern that fits its tiles; give it once per layer. ID defaults to the name of
    /// the file; options after commas: band=N (from 1), crs=EPSG:N
    #[arg(long = "layer", required = true, value_name = "[ID=]PATH[,band=N]")]
    pub(crate) layers: Vec<String>,
    /// Where the table goes: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Screen {
    #[command(flatten)]
    pub(crate) plots: Plots,
    #[command(flatten)]
    pub(crate) running: Running,
    /// The catalog: which layers there are and what they mean
    #[arg(long, value_name = "lindero.toml")]
    pub(crate) catalog: PathBuf,
    /// The run folder to write; an earlier run there is replaced
    #[arg(long, value_name = "RUN")]
    pub(crate) out: PathBuf,
    /// A shipped policy by name, or a policy file [default: the catalog's, else eudr-2020]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) policy: Option<String>,
    /// Regions to add up over: a file of polygons
    #[arg(long, value_name = "FILE", requires = "region_name")]
    pub(crate) regions: Option<PathBuf>,
    /// The column with a region's name
    #[arg(long, value_name = "FIELD", requires = "regions")]
    pub(crate) region_name: Option<String>,
    /// Formats of the plots, besides Parquet: parquet,geojson,csv,gpkg
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "parquet,geojson,csv")]
    pub(crate) format: Vec<String>,
    /// Ends with exit code 1 if any plot has this verdict or a worse one
    #[arg(long, value_name = "VERDICT", value_parser = ["high", "more_info"])]
    pub(crate) fail_on: Option<String>,
    /// Says what would be read, which plots the layers do not cover, and about how long it takes
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    /// A run folder of `lindero screen`, or files of plots: GeoJSON, Shapefile, GeoPackage, FlatGeobuf, GeoParquet
    #[arg(required = true, value_name = "RUN|PLOTS")]
    pub(crate) from: Vec<PathBuf>,
    /// The folder to write: eudr-1.geojson and so on, export.csv, summary.json; an earlier export there is replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) eudr: PathBuf,
    /// Only plots of which this is true, such as "lot == 'A-7' && area_ha > 2"
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) condition: Option<String>,
    /// Only plots whose verdict in the run is this
    #[arg(long, value_name = "VERDICT", value_parser = ["low"])]
    pub(crate) only: Option<String>,
    /// The column with the producer's name: the files are then of several producers, and need their country
    #[arg(long, value_name = "FIELD")]
    pub(crate) producer_field: Option<String>,
    /// The column with the code of the producer's country (ISO 3166, two letters)
    #[arg(long, value_name = "FIELD", conflicts_with = "country")]
    pub(crate) country_field: Option<String>,
    /// The code of the country of all producers, such as PE
    #[arg(long, value_name = "CODE")]
    pub(crate) country: Option<String>,
    /// The column with the place of production
    #[arg(long, value_name = "FIELD")]
    pub(crate) place_field: Option<String>,
    /// The column with the declared area in hectares, for plots that are points [default: Area, where there is one]
    #[arg(long, value_name = "FIELD")]
    pub(crate) area_field: Option<String>,
    /// The column with the plot's id [default: that of the run, else the feature's own id, else the row]
    #[arg(long, value_name = "FIELD")]
    pub(crate) id: Option<String>,
    /// The language of sentences in export.csv
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = ["en", "es"])]
    pub(crate) lang: String,
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// Where the maps are; lindero.toml is written there
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Layers {
    /// Opens every layer, reads all of it, and says what is wrong with it or with the catalog
    Check(LayersCheck),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LayersCheck {
    /// The catalog
    #[arg(value_name = "lindero.toml")]
    pub(crate) catalog: PathBuf,
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}
