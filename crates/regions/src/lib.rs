//! Regions: in which a plot lies and with how much of its ground, and what plots add up to in each.
//!
//! # What it answers
//!
//! - Which regions does a plot lie in, and with what share of its ground? [`RegionSet::assign`]
//! - What do the plots of each region add up to? [`RollUp`]; and of the regions around them? [`level_rows`]
//! - How much is there of each class, and how right is a map, by a sample of reference points? [`estimate`]
//! - How many reference points does a map need? [`design`]
//! - How much of each class is there in whole regions, and in the regions around them? [`ClassSums`], over [`Levels`]
//!
//! # Nouns
//!
//! A [`RegionSet`] has named regions; an [`Assignment`] is a plot's [`RegionPart`]s, one for each region it has ground in
//! and one for ground outside them all; a [`RollUp`] takes what was measured of those parts and gives [`RegionRow`]s.
//! Shares of a plot sum to one, so that ground counts once however regions overlap.
//!
//! # Example
//!
//! ```
//! use lindero_plots::{Position, Shape, ShapeStore, area_m2};
//! use lindero_regions::{MeasuredPart, RegionSet, RollUp};
//!
//! let rectangle = |x0: f64, x1: f64| {
//!     let ring: Vec<Position> = vec![[x0, 0.0], [x1, 0.0], [x1, 0.01], [x0, 0.01], [x0, 0.0]];
//!     Shape::from_rings(vec![vec![ring]])
//! };
//! let mut shapes = ShapeStore::new();
//! shapes.push(rectangle(-76.0, -75.0).as_ref());
//! shapes.push(rectangle(-75.0, -74.0).as_ref());
//! let regions = RegionSet::new(vec!["Padre Abad".into(), "Coronel Portillo".into()], shapes)?;
//!
//! let plot = rectangle(-75.0073, -74.9973);
//! let assignment = regions.assign(plot.as_ref(), area_m2(plot.as_ref()));
//! assert_eq!(regions.shares_text(&assignment.shares()), "Padre Abad:0.73;Coronel Portillo:0.27");
//!
//! let mut roll_up = RollUp::new(regions.names().to_vec(), vec!["deforestation_ha".into()]);
//! for (nth, part) in assignment.parts.iter().enumerate() {
//!     roll_up.add(MeasuredPart {
//!         row: 0,
//!         region: part.region,
//!         is_largest: nth == 0,
//!         area_ha: 100.0 * part.share,
//!         values: &[Some(10.0 * part.share)],
//!         verdict: "low",
//!     });
//! }
//! let rows = roll_up.finish();
//! assert_eq!(rows[0].name, "Coronel Portillo");
//! assert_eq!((rows[1].plots, rows[1].plots_low), (1, 1));
//! assert!((rows[1].sums[0].unwrap() - 7.3).abs() < 1e-6);
//! # Ok::<(), lindero_regions::RegionError>(())
//! ```
//!
//! # What it refuses to know
//!
//! Files, rasters, and what the columns mean that it adds up. Plots that were handed in are no random sample of a region:
//! sums over them estimate nothing about the region's other ground. Only [`estimate`] does, and only from a probability sample.

mod assignment;
mod class_sums;
pub mod design;
mod error;
pub mod estimate;
mod level_rows;
mod levels;
mod region_set;
mod roll_up;
mod sum;

pub use assignment::{Assignment, RegionPart, RegionShare};
pub use class_sums::{ClassSum, ClassSums, RegionClasses};
pub use error::RegionError;
pub use level_rows::{LevelRow, level_rows};
pub use levels::{Levels, UNNAMED};
pub use region_set::RegionSet;
pub use roll_up::{ALL_PLOTS, MeasuredPart, OUTSIDE, RegionRow, RollUp};
