//! Questions about place and size that only the farmer or the office can answer.
//!
//! A [`Doubt`] never makes a plot unusable and nothing is ever moved on its own: where the numbers make sense when they
//! are read another way, the doubt carries that geometry as a [`Proposal`], for somebody to confirm.
//!
//! ```
//! use lindero_plots::doubts::{Country, Declared, DoubtCode, DoubtRules, Places, doubts};
//! use lindero_plots::{Lang, Position, RawGeometries, RawGeometry};
//!
//! /// A world of one country.
//! struct Peru;
//! impl Places for Peru {
//!     fn countries(&self, [x, y]: Position) -> Vec<Country> {
//!         let inside = (-81.0..-69.0).contains(&x) && (-18.0..0.0).contains(&y);
//!         if inside { vec![Country::new("PE").expect("a code")] } else { vec![] }
//!     }
//!     fn is_land(&self, _: Position) -> Option<bool> {
//!         Some(true)
//!     }
//! }
//!
//! // Latitude was written first.
//! let plot: RawGeometries = [RawGeometry::Points(vec![[-8.38, -74.55]])].into_iter().collect();
//! let declared = Declared { country: Country::new("PE"), ..Declared::default() };
//! let found = doubts(plot.get(0), None, &declared, &Peru, &DoubtRules::default());
//! assert_eq!(found[0].code(), DoubtCode::SwappedAxes);
//! assert_eq!(found[0].proposals[0].geometry, RawGeometry::Points(vec![[-74.55, -8.38]]));
//! assert!(found[0].sentence(Lang::Es).contains("en Perú (PE)"));
//! ```

mod ask;
mod by_region;
mod code;
mod country;
mod country_names;
mod crop;
mod declared;
mod metres;
mod outside;
mod places;
mod reading;
mod repeated;
mod rules;
mod sentence;

pub use ask::doubts;
pub use by_region::old_datum_by_region;
pub use code::{Doubt, DoubtCode, Question};
pub use country::Country;
pub use crop::Crop;
pub use declared::Declared;
pub use outside::lies_outside;
pub use places::Places;
pub use reading::{Proposal, Reading};
pub use repeated::RepeatedPoints;
pub use rules::DoubtRules;
