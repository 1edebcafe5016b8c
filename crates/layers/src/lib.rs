//! What a layer is: where its cells lie, what they hold, and what that means.
//!
//! The nouns: a [`LayerSource`] gives [`Block`]s of [`Cells`]; a [`Reading`] is what one cell holds; a
//! [`Meaning`] turns it into a value for expressions; a [`LayerSpec`] is one `[layer.*]` of a catalog.
//!
//! ```
//! use lindero_layers::{Conditions, ConfigFile, LayerSpec, Reading};
//! use lindero_logic::Value;
//!
//! let text = r#"
//! [layer.lossyear]
//! path = "layers/Hansen_GFC-2024-v1.12_lossyear_*.tif"
//! year = { base = 2000, never = 0 }
//! period = [2001, 2024]
//! "#;
//! let file = ConfigFile::parse("lindero.toml", text)?;
//! let layers = LayerSpec::read_all(&file.root())?;
//! let meaning = &layers[0].raster().unwrap().meaning;
//! assert_eq!(meaning.value(Reading::of(21.0), Conditions::default()), Value::Number(2021.0));
//! assert_eq!(meaning.value(Reading::of(0.0), Conditions::default()), Value::Never);
//! # Ok::<(), lindero_layers::ConfigError>(())
//! ```
//!
//! It opens no file and knows no format: readers implement its traits.

mod config;
mod error;
mod meaning;
pub mod products;
mod raster;
mod reading;
mod spec;
mod vector;

pub use config::{ConfigError, ConfigFile, Entry, Expression, Section};
pub use error::LayerError;
pub use meaning::{Coding, Conditions, Confidence, Meaning, NoData};
pub use raster::{Block, BlockId, Cells, LayerSource, Part, Projection, RasterInfo, Sheet, Tile, Transform};
pub use reading::Reading;
pub use spec::{LayerKind, LayerSpec, RasterSpec, VectorSpec, is_vector_path};
pub use vector::{VectorFeature, VectorLayer};
