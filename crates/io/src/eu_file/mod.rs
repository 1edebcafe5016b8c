//! The geolocation files of an EU due diligence statement: GeoJSON as the Commission's system takes it.
//!
//! [`export`] sends plots through the gate of [`lindero_plots::eu`], writes those that pass into files of at most 25 MB and 1,000
//! producers, reads the files back from disk through the same gate, and says of every plot where it went or why it was left out.
//! Source: European Commission, *EUDR Operator API Reference* (v1.0, 2026-05-29), chapters 9 to 11.

mod error;
mod export;
mod feature;
mod pack;
mod read_back;
mod rows;
mod table;

pub use error::EuFileError;
pub use export::{EuExport, ExportSummary, WrittenFile, export};
pub use feature::{CountryOf, EuColumns};

/// Bytes a file may have: 25 MB of geolocation are what a statement takes; the smaller of the two meanings of MB.
const MOST_BYTES: u64 = 25_000_000;

/// Producers a file may have: what a commodity of a statement takes.
const MOST_PRODUCERS: usize = 1_000;
