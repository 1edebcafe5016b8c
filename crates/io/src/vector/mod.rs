//! Readers of plot files: features in file order, geometry in WGS 84 longitude and latitude.
//!
//! [`open_features`] looks at a file's content and name and opens it with the reader of its format;
//! [`open_many`] lets several files run on as one. Both hand out [`FeatureBatch`]es: geometries as
//! found ([`RawGeometry`](lindero_plots::RawGeometry)), the ids of features and the user's columns.
//!
//! Tables (CSV, spreadsheets) say where a plot is in a column or two, which are found by what is in them and
//! what they are called, or named in [`VectorOptions`]. An archive is read as the one file of plots in it.
//!
//! Nothing is lost: a geometry a reader makes no sense of is one row that says why. A file that breaks
//! off or breaks its format's rules is an error, never a shorter list of plots.

mod archive;
mod batch;
mod column_type;
mod date;
mod error;
mod features;
mod flatgeobuf;
mod geojson;
mod geoparquet;
#[cfg(feature = "gdal")]
mod gpkg;
mod many;
mod reproject;
mod shapefile;
mod survey_text;
mod table;
mod text_file;
mod typed_text;
mod wkb;
mod wkt;
mod xml;

pub use batch::FeatureBatch;
pub use error::VectorError;
pub use features::{FeatureFile, Format, VectorOptions, feature_files, open_features};
pub use many::{FeatureFiles, open_many};
pub use table::{TextRows, TextTable, WholeTable, read_whole_table};
