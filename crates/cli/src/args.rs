//! What can be asked on the command line.

use crate::estimate_args::{Estimate, Sample};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use lindero_io::plot_input::PlotOptions;
use lindero_logic::Day;
use lindero_plots::doubts::Crop;
use lindero_plots::{Datum, Lang};
use lindero_policy::Ask;
use lindero_report::ReportLang;
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
    /// Areas of classes in whole regions and those around them, or what the plots of a run add up to in regions
    Regions(crate::regions::args::Regions),
    /// What is wrong with plots, what was mended, what only people can answer, which claim the same ground
    Check(Check),
    /// Decides again, from the measurements of a run or a table: other policies and thresholds without measuring
    Decide(Decide),
    /// The policies: what ships with the program, what one says, what is wrong with one
    #[command(subcommand)]
    Policy(Policy),
    /// The story of one plot: what was found, by how much, from which maps, and what would change the answer
    Explain(Explain),
    /// The geolocation files of an EU due diligence statement, checked as the EU's system checks them
    Export(Export),
    /// The questions of a run: of whom, about what, and where on the plot; as a list to fill in, for a phone, and on paper
    Queue(Queue),
    /// The report of a run: one HTML file with its map, its tables and its worst plots, for any browser and for paper
    Report(Report),
    /// How much there is of each class of a map, and how right the map is, by reference points, with 95 % intervals
    Estimate(Box<Estimate>),
    /// How many reference points a map needs, and where: a stratified random sample
    Sample(Sample),
    /// A service that screens plots over HTTP as `screen` does, with a map page for any browser
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Writes a lindero.toml for the maps in a folder that are known by name and values
    Init(Init),
    /// What the layers of a catalog really hold
    #[command(subcommand)]
    Layers(Layers),
    /// Whether a run is still what it was, byte for byte, and whether what went into it still is
    Verify(Verify),
    /// Which plots two runs tell apart, and which change of what went in can have made it so
    Diff(Diff),
    /// A run as one file, which verify reads in place
    Pack(Pack),
}

/// Plot files and what their columns mean.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Plots {
    /// Files of plots: GeoJSON, Shapefile, GeoPackage, FlatGeobuf, GeoParquet, KML, KMZ, GPX, CSV or XLSX (with WKT,
    /// GeoJSON, the positions of a geoshape, or longitude and latitude), or one of these zipped. A layer, a sheet or a
    /// file in an archive: FILE|layername=NAME
    #[arg(required = true, value_name = "PLOTS")]
    pub(crate) plots: Vec<PathBuf>,
    /// The column with the plot's id [default: the feature's own id, else the row]
    #[arg(long, value_name = "FIELD")]
    pub(crate) id: Option<String>,
    /// The column with the declared area, in hectares unless its text has another unit (5000 m2): points are measured
    /// on a disc of that area [default: Area, where there is one]
    #[arg(long, value_name = "FIELD")]
    pub(crate) area_field: Option<String>,
    /// Repair no boundary but those that are only open: without this, small and certain faults are repaired, and
    /// repairs.csv of a run says what was done
    #[arg(long)]
    pub(crate) no_repair: bool,
    /// The language of sentences about boundaries: en or es
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: LangArg,
    /// In CSV and XLSX, the column with the geometry [default: the one that holds geometries]
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["lon_field", "lat_field"])]
    pub(crate) geometry_field: Option<String>,
    /// In CSV and XLSX, the column with the longitude or easting [default: lon, longitud, x, este, …]
    #[arg(long, value_name = "FIELD", requires = "lat_field")]
    pub(crate) lon_field: Option<String>,
    /// In CSV and XLSX, the column with the latitude or northing [default: lat, latitud, y, norte, …]
    #[arg(long, value_name = "FIELD", requires = "lon_field")]
    pub(crate) lat_field: Option<String>,
    /// The coordinate system of the plots, whatever the files say, such as EPSG:32718 [default: what each file says]
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) crs: Option<String>,
}

impl Plots {
    /// As the files are opened.
    pub(crate) fn options(&self) -> PlotOptions {
        PlotOptions {
            paths: self.plots.clone(),
            id: self.id.clone(),
            area_field: self.area_field.clone(),
            no_repair: self.no_repair,
            lang: self.lang.into(),
            geometry_field: self.geometry_field.clone(),
            lon_field: self.lon_field.clone(),
            lat_field: self.lat_field.clone(),
            crs: self.crs.clone(),
        }
    }
}

/// A language of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    En,
    Es,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::En => Self::En,
            LangArg::Es => Self::Es,
        }
    }
}

/// What coordinates count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DatumArg {
    Wgs84,
    Psad56,
}

impl From<DatumArg> for Datum {
    fn from(datum: DatumArg) -> Self {
        match datum {
            DatumArg::Wgs84 => Self::Wgs84,
            DatumArg::Psad56 => Self::Psad56,
        }
    }
}

/// How to work, and what to tell of it.
#[derive(Debug, ClapArgs)]
pub(crate) struct Running {
    /// Memory to stay within, in megabytes; what does not fit is kept on disk beside the output [default: 400]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    pub(crate) memory: Option<u64>,
    /// Go on from where a run of the same plots, layers and options was interrupted; if this one is
    /// interrupted, keep what it has measured
    #[arg(long)]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}

/// With how many hands to work, and what to tell whoever waits.
#[derive(Debug, ClapArgs)]
pub(crate) struct Waiting {
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
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
    /// Where the table goes: .csv or .parquet. Its own columns come first, with the text of every cell as it is; in .csv between
    /// commas, and in quotes only where a cell needs them
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
    /// The last day of the harvest: plots with forest in 2020 that the maps have not watched until then ask a question
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) production_end: Option<Day>,
    /// Another value for a threshold of the policy, such as touch_ha=0.05; give it once per threshold
    #[arg(long = "threshold", value_name = "NAME=VALUE", value_parser = threshold)]
    pub(crate) thresholds: Vec<(String, f64)>,
    /// Answers to questions of earlier runs on these plots (`queue --out queue.csv`, filled in): the verdict stays, and `decision`
    /// stands beside it as long as boundary and layers are the same
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) answers: Option<PathBuf>,
    /// Regions to add up over: a file of polygons
    #[arg(long, value_name = "FILE")]
    pub(crate) regions: Option<PathBuf>,
    /// The column with a region's name [default: the last of --level]
    #[arg(long, value_name = "FIELD", requires = "regions")]
    pub(crate) region_name: Option<String>,
    /// The columns with the names of regions and of those around them, from outer to inner: department,province,district
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', requires = "regions")]
    pub(crate) level: Vec<String>,
    /// Adds up by a column of the plots too, in every region
    #[arg(long, value_name = "FIELD", requires = "regions")]
    pub(crate) group: Option<String>,
    /// Also counts trees on farms this way: zomer, shade-cocoa, cusaf, canopy-height, or a file; give it once per preset
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) preset: Vec<String>,
    /// Formats of the plots, besides Parquet: parquet,geojson,csv,csv-wkt (with the boundaries as WKT),kml,gpkg
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "parquet,geojson,csv")]
    pub(crate) format: Vec<String>,
    /// Ends with exit code 1 if any plot has this verdict or a worse one
    #[arg(long, value_name = "VERDICT", value_parser = ["high", "more_info"])]
    pub(crate) fail_on: Option<String>,
    /// Moves every plot many times by this error (5m; from over 0 to 100 m, or by the larger error that a survey gives it),
    /// decides again, and says how often the verdict stays
    #[arg(long, value_name = "METRES", allow_hyphen_values = true)]
    pub(crate) position_error: Option<String>,
    /// How often each plot is moved: an even number from 8 to 256 [default: 32]
    #[arg(long, value_name = "N", requires = "position_error")]
    pub(crate) offsets: Option<usize>,
    /// The country in which all plots are said to lie, in two letters: `outside_country` says of which that is not so (rule D5)
    #[arg(long, value_name = "CODE")]
    pub(crate) country: Option<String>,
    /// Compares all plots with each other: `claimed_pct` is how much of each others claim too (rule D5). Takes 300 MB of memory
    /// a million plots while they are read
    #[arg(long)]
    pub(crate) claims: bool,
    /// The column with who has the plot: ground that a producer has twice is then claimed by nobody else
    #[arg(long, value_name = "FIELD", requires = "claims")]
    pub(crate) producer_field: Option<String>,
    /// Writes the report of the run into its folder too, as report.html, in the language of --lang
    #[arg(long)]
    pub(crate) report: bool,
    /// Signs the run with this Ed25519 private key (PKCS#8 PEM, as openssl genpkey -algorithm ed25519 writes it)
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) sign: Option<PathBuf>,
    /// Says what would be read, which plots the layers do not cover, and about how long it takes
    #[arg(long)]
    pub(crate) dry_run: bool,
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "write year-month-day, such as 2025-09-30".to_owned())
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Decide {
    /// The folder of a run, a CSV file whose columns are what the policy reads (also Whisp's own), or a file of plots with such
    /// columns
    #[arg(value_name = "RUN|TABLE")]
    pub(crate) from: PathBuf,
    /// A shipped policy by name, or a policy file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// Where the table goes: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Answers to questions of this run (`queue --out queue.csv`, filled in): `decision` stands beside the verdict
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) answers: Option<PathBuf>,
    /// The column of a table that declares an attribute of the policy, such as planted_year=anio_siembra; give it once per
    /// attribute. The tables of a run need none
    #[arg(long = "attribute", value_name = "NAME=COLUMN", value_parser = attribute)]
    pub(crate) attributes: Vec<(String, String)>,
    /// Whose names the answers have: lindero (verdict, findings, reasons), or whisp (Ind_01_treecover, …, risk_pcrop)
    #[arg(long, value_name = "NAMES", default_value = "lindero")]
    pub(crate) format: DecideFormat,
    /// Another value for a threshold of the policy, such as ind_01_pct=20; give it once per threshold
    #[arg(long = "threshold", value_name = "NAME=VALUE", value_parser = threshold)]
    pub(crate) thresholds: Vec<(String, f64)>,
}

/// Whose names answers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DecideFormat {
    Lindero,
    Whisp,
}

/// `NAME=COLUMN`
fn attribute(text: &str) -> Result<(String, String), String> {
    let (name, column) = text.split_once('=').ok_or("write NAME=COLUMN, such as planted_year=anio_siembra")?;
    Ok((name.trim().to_owned(), column.trim().to_owned()))
}

/// `NAME=VALUE`
fn threshold(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, such as touch_ha=0.05")?;
    let number =
        value.trim().parse().map_err(|_| format!("{value:?} is no number: write NAME=VALUE, such as touch_ha=0.05"))?;
    Ok((name.trim().to_owned(), number))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// The policies that come with the program
    List,
    /// What a policy answers, its thresholds and rules, and what is measured for it, as a page of Markdown
    Show(PolicyShow),
    /// What is wrong with a policy file
    Check(PolicyCheck),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PolicyShow {
    /// A shipped policy by name, or a policy file
    #[arg(value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// The file itself, to begin one of your own with
    #[arg(long)]
    pub(crate) file: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PolicyCheck {
    /// A policy file, or a shipped policy by name
    #[arg(value_name = "FILE")]
    pub(crate) policy: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) plots: Plots,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// The folder to write: the plots, what is wrong with them, and what they share; an earlier one there is replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the plots with their repaired boundaries, and those that were repaired as they were given beside them
    #[arg(long, requires = "out", conflicts_with = "no_repair")]
    pub(crate) repair: bool,
    /// The country in which all plots are said to lie, in two letters
    #[arg(long, value_name = "CODE")]
    pub(crate) country: Option<String>,
    /// The column with who has the plot: tells a producer's own plots from those of others
    #[arg(long, value_name = "FIELD")]
    pub(crate) producer_field: Option<String>,
    /// What the coordinates count from, where an old map says so: with psad56 the place some 300 m on is proposed
    #[arg(long, value_name = "DATUM", default_value = "wgs84")]
    pub(crate) datum: DatumArg,
    /// What is grown: says from which size on a plot is asked about
    #[arg(long, value_name = "CROP", default_value = "cocoa")]
    pub(crate) crop: CropArg,
    #[command(flatten)]
    pub(crate) departments: DepartmentArgs,
    /// Formats of the plots: parquet,geojson,csv,csv-wkt (with the boundaries as WKT),kml,gpkg
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "parquet,geojson,csv")]
    pub(crate) format: Vec<String>,
    #[command(flatten)]
    pub(crate) split: SplitArgs,
}

/// A crop by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CropArg {
    Cocoa,
    Coffee,
    OilPalm,
    Soy,
    Cattle,
    Wood,
    Rubber,
}

impl From<CropArg> for Crop {
    fn from(crop: CropArg) -> Self {
        match crop {
            CropArg::Cocoa => Self::Cocoa,
            CropArg::Coffee => Self::Coffee,
            CropArg::OilPalm => Self::OilPalm,
            CropArg::Soy => Self::Soy,
            CropArg::Cattle => Self::Cattle,
            CropArg::Wood => Self::Wood,
            CropArg::Rubber => Self::Rubber,
        }
    }
}

/// In which department each plot is declared to be.
#[derive(Debug, ClapArgs)]
pub(crate) struct DepartmentArgs {
    /// The departments as polygons: a plot outside its own that PSAD56, some 300 m on, would bring into it is asked about
    #[arg(long, value_name = "FILE", requires = "department_field", requires = "plot_department_field")]
    pub(crate) departments: Option<PathBuf>,
    /// The column of that file with the name of the department
    #[arg(long, value_name = "FIELD", requires = "departments")]
    pub(crate) department_field: Option<String>,
    /// The column of the plots with the name of their department
    #[arg(long, value_name = "FIELD", requires = "departments")]
    pub(crate) plot_department_field: Option<String>,
}

/// Boundaries without standing forest.
#[derive(Debug, ClapArgs)]
pub(crate) struct SplitArgs {
    /// Propose for each plot with standing forest a boundary without it (split.geojson); nothing is changed
    #[arg(long, requires = "out", requires = "catalog")]
    pub(crate) suggest_split: bool,
    /// The catalog with the maps of forest
    #[arg(long, value_name = "lindero.toml", requires = "suggest_split")]
    pub(crate) catalog: Option<PathBuf>,
    /// The policy that says what standing forest is: a shipped one by name, or a file [default: the catalog's, else eudr-2020]
    #[arg(long, value_name = "NAME|FILE", requires = "suggest_split")]
    pub(crate) policy: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) plots: Plots,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
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
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The folder of a run of `lindero screen`
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The plot's id in that run
    #[arg(value_name = "PLOT_ID")]
    pub(crate) plot: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Queue {
    /// The folder of a run of `lindero screen`
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// Only questions that are answered so
    #[arg(long, value_name = "KIND")]
    pub(crate) ask: Option<AskArg>,
    /// The column of the plots by which questions are grouped, such as the cooperative
    #[arg(long, value_name = "FIELD")]
    pub(crate) by: Option<String>,
    /// What to write: .csv, a list with room for the answers; .kml and .gpx, for a phone; .html, a page a plot in Spanish to
    /// print. May be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Vec<PathBuf>,
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskArg {
    Desk,
    Document,
    Visit,
    Walk,
}

impl From<AskArg> for Ask {
    fn from(ask: AskArg) -> Self {
        match ask {
            AskArg::Desk => Self::Desk,
            AskArg::Document => Self::Document,
            AskArg::Visit => Self::Visit,
            AskArg::Walk => Self::Walk,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Report {
    /// The run folder of `lindero screen`
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The file to write [default: RUN.report.html, beside the run]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The language of the report's own words: en, es or pt
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: ReportLangArg,
    /// How many of the worst plots are shown with a picture
    #[arg(long, value_name = "N", default_value_t = lindero_report::screening::WORST, value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub(crate) worst: u16,
    /// Leaves out the columns of the plot file, such as producers' names, and the folders of files
    #[arg(long)]
    pub(crate) anonymous: bool,
    /// Threads to work with [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// A language of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportLangArg {
    En,
    Es,
    Pt,
}

impl From<ReportLangArg> for ReportLang {
    fn from(lang: ReportLangArg) -> Self {
        match lang {
            ReportLangArg::En => Self::En,
            ReportLangArg::Es => Self::Es,
            ReportLangArg::Pt => Self::Pt,
        }
    }
}

#[cfg(feature = "serve")]
#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// The catalog: which layers there are and what they mean
    #[arg(long, value_name = "lindero.toml")]
    pub(crate) catalog: PathBuf,
    /// Where to listen; where other machines can reach it, a key is needed
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// The folder in which screenings are kept, also over a restart [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// What clients have to send as `Authorization: Bearer KEY` [default: LINDERO_API_KEY, which no list of processes shows]
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<String>,
    /// Leaves the columns of plot files, such as producers' names, out of results
    #[arg(long)]
    pub(crate) anonymous: bool,
    /// A shipped policy by name, or a policy file [default: the catalog's, else eudr-2020]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) policy: Option<String>,
    /// How long results are kept
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(0..=876_000))]
    pub(crate) keep_hours: u64,
    /// Size of an upload at most
    #[arg(long, value_name = "MB", default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub(crate) max_mb: u64,
    /// Features of an upload at most
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) max_features: u64,
    /// Vertices of an upload at most
    #[arg(long, value_name = "N", default_value_t = 50_000_000)]
    pub(crate) max_vertices: u64,
    /// Features up to which an upload is answered at once
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) quick_features: u64,
    /// Screenings that wait at a time at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) max_waiting: usize,
    /// How long a screening may take
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=525_600))]
    pub(crate) max_minutes: u64,
    /// Memory that a screening should stay within, in megabytes [default: 400]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    pub(crate) memory: Option<u64>,
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
    /// Hashes the layers' files, so that runs can name the maps they used; only changed files are read again
    Lock(LayersLock),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LayersLock {
    /// The catalog; its lock is written beside it, under its name with the ending .lock
    #[arg(value_name = "lindero.toml")]
    pub(crate) catalog: PathBuf,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 all that is here is as it was; 1 something is not, or the run done again gives other \
bytes; 2 it cannot be verified: no run, or with --rerun an input is not here."
)]
pub(crate) struct Verify {
    /// A run folder, or a run packed by `lindero pack`
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// Screen again with this program and compare every byte
    #[arg(long)]
    pub(crate) rerun: bool,
    /// The public key (PEM) by which the run must be signed
    #[arg(long, value_name = "PUB.pem")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Diff {
    /// The first run: a run folder, or a packed run
    #[arg(value_name = "RUN_A")]
    pub(crate) first: PathBuf,
    /// The second run
    #[arg(value_name = "RUN_B")]
    pub(crate) second: PathBuf,
    /// A table of all plots that are not the same, as CSV
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Pack {
    /// A run folder
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// The file to write [default: RUN.lindero]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
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
