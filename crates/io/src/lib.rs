//! Files in and out: the only crate of the project that knows formats.
//!
//! Answers: *what is in this file, and how is this written?* Its nouns: a [`raster::RasterLayer`] is a
//! layer's cells on disk; a coordinate system is found by [`crs::parse`]; the [`places::Atlas`] knows countries and land;
//! a run is read back as a [`run::ReadRun`], and [`ground_maps::GroundMaps`] say what lies under a picture. Files are opened where the
//! caller says and nowhere else; nothing is fetched over a network.
//!
//! ```no_run
//! use lindero_io::raster::{RasterOptions, open_raster};
//!
//! let layer = open_raster("layers/JRC_GFC2020_V4_*.tif", None, &RasterOptions::default())?;
//! for tile in layer.summary().tiles {
//!     println!("{}: {} rows of {} columns", tile.path.display(), tile.size.0, tile.size.1);
//! }
//! # Ok::<(), lindero_layers::LayerError>(())
//! ```
//!
//! Refuses to know: what a cell's value means, what is measured, and what follows from it.
//!
//! The features `gdal` and `proj` (both on by default) need those libraries on the system or a C++
//! compiler. Without them the crate still reads GeoTIFF in longitude and latitude on WGS 84.

pub mod answers;
pub mod catalog;
pub mod class_table;
pub mod column_condition;
pub mod conflict_tables;
pub mod crs;
pub mod decide;
pub mod estimate;
pub mod eu_file;
pub mod ground_maps;
pub mod input_files;
pub mod layer_check;
pub mod layer_lock;
pub mod output;
pub mod places;
pub mod plot_input;
pub mod plots;
mod positioned;
pub mod queue;
pub mod raster;
pub mod recognise;
pub mod region_classes;
pub mod region_levels;
pub mod region_tables;
pub mod regions;
pub mod run;
pub mod scratch;
pub mod screening;
pub mod value_counts;
pub mod vector;
pub mod work_folder;

#[cfg(feature = "gdal")]
mod quiet_gdal;
