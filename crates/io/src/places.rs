//! Countries and land, from maps that the program carries: nothing is read from disk or fetched.
//!
//! Which country: OpenStreetMap's borders as the crate `country-boundaries` has them, simplified, © OpenStreetMap contributors under
//! the Open Database License. They take the sea off a coast for the country's, so what is land comes from Natural Earth's land
//! of 1 : 10,000,000, in the public domain, where it was fetched before the program was built (`maps/SOURCES.md`).

mod atlas;
mod land;
mod topology;

pub use atlas::{Atlas, border_lines, land_shape};
