//! What the geolocation file of an EU due diligence statement takes, and how a plot is brought into that form.
//!
//! The rules are those of the European Commission's *EUDR Operator API Reference* (v1.0, 2026-05-29, chapters 9 to 11), applied as the
//! system applies them: after coordinates are cut to six decimals ([`truncated`]). [`EuGate`] lets a plot through as
//! [`EuFeature`]s or says with the official [`EuCode`] why not. Holes, which the system does not process, are cut open between
//! existing corners. Nothing else is changed.

mod code;
mod gate;
mod holes;
mod refusal;
mod sphere;
mod truncate;

pub use code::EuCode;
pub use gate::{DeclaredArea, EuFeature, EuGate, EuGeometry, EuNote, EuPlot};
pub use refusal::{EuRefusal, RefusedBecause};
pub use sphere::sphere_area_m2;
pub use truncate::truncated;
