//! Farm plots: what their geometry is, what is wrong with it, and how much ground it covers.
//!
//! # What it answers
//!
//! - Can this geometry be measured, and if not, why and where? [`take_in`], [`Checker`]
//! - How many square metres does it cover on the WGS 84 ellipsoid? [`area_m2`], [`row_area_m2`]
//! - Which ground stands for a plot that is only a point? [`disc`], [`discs`]
//! - Which ground do two shapes share? [`intersection`], [`difference`], [`union`], [`TiledShape`]
//! - Which plots claim the same ground, and how much is counted twice? [`conflicts`], [`repeated_ids`]
//! - Which part of a plot produces, where its forest is known? [`split()`]
//! - Is this the plot we saw before? [`content_id`]
//! - What about its place and size should somebody be asked? [`doubts::doubts`]
//! - Does a due diligence statement of the EU take it, and in which form? [`eu::EuGate`]
//!
//! # Nouns
//!
//! A [`RawGeometry`] is what a reader found, [`RawGeometries`] are many of them; a [`Shape`] is a valid polygon or multipolygon in flat arrays, a
//! [`ShapeRef`] a view of one, a [`ShapeStore`] many of them. A [`Defect`] is one thing
//! wrong in one place: data, not an error.
//!
//! # Example
//!
//! ```
//! use lindero_plots::{DefectCode, PlotGeometry, RawGeometry, area_m2, content_id, take_in};
//!
//! // A field of about one hectare near Tingo María, drawn clockwise, its last position forgotten.
//! let field = vec![[-76.0, -9.2991], [-75.9991, -9.2991], [-75.9991, -9.3], [-76.0, -9.3]];
//! let intake = take_in(&RawGeometry::Polygons(vec![vec![field]]));
//! assert!(intake.repaired);
//! assert_eq!(intake.defects[0].code(), DefectCode::OpenRing);
//! let PlotGeometry::Area(shape) = &intake.geometry else { panic!("a field has an area") };
//! assert_eq!((area_m2(shape.as_ref()) / 100.0).round(), 98.0);
//! assert_eq!(content_id(intake.geometry.as_ref()).map(|id| id.to_string().len()), Some(32));
//! ```
//!
//! # What it refuses to know
//!
//! Files and their formats, names and attributes of plots, rasters and cells, maps of the world, projections: positions are
//! WGS 84 longitude and latitude; only to guess what wrong numbers mean it reads them as metres. It repairs nothing that needs
//! a guess.

mod area;
mod bounds;
mod clip;
mod conflicts;
mod contains;
mod content_id;
mod datum;
mod defect;
mod disc;
mod disjoint_sets;
pub mod doubts;
mod ellipsoid;
pub mod eu;
mod fault;
mod intake;
mod lang;
mod local_metres;
mod moved;
mod notes;
mod overlay;
mod placement;
mod plain_ring;
mod position_bytes;
mod predicates;
mod raw_geometries;
mod repair;
mod rings;
mod shape;
mod sides;
mod split;
mod transverse_mercator;

pub use area::{M2_PER_HA, area_m2, row_area_m2};
pub use bounds::Bounds;
pub use clip::clip_to_rect;
pub use conflicts::{
    Claimed, Conflict, ConflictGroup, ConflictKind, ConflictRules, Conflicts, CountedTwice, PlotGround, PlotGrounds,
    ProducerCounts, claimed_shares, conflicts, repeated_ids,
};
pub use contains::contains;
pub use content_id::{ContentId, content_id};
pub use datum::Datum;
pub use defect::{Defect, DefectCode, DefectEffect};
pub use disc::{disc, discs};
pub use ellipsoid::metres_per_degree;
pub use fault::{Fault, Nesting};
pub use intake::{Checked, Checker, Intake, PlotGeometry, PlotGeometryRef, RawGeometry, take_in};
pub use lang::Lang;
pub use moved::{degrees_of_metres, moved};
pub use overlay::{TiledShape, difference, intersection, union};
pub use raw_geometries::{OpenGeometry, RawGeometries, RawGeometryRef, RawGeometrySlice, RawPolygons};
pub use repair::{Repair, RepairCode, RepairRules};
pub use shape::{Part, Position, Shape, ShapeRef, ShapeStore};
pub use split::{Split, split};
