//! What an estimate is made from: tables of counts and areas, a map, reference points, and the design of a sample.
//!
//! [`read_matrix`] reads counts, [`read_reference_points`] points; a [`ClassMap`] is a map with the names of its classes, of which
//! [`areas_of_map`] and [`areas_of_regions`] say how much there is, and [`classes_at`] what is where; a [`Design`] draws points
//! from one. The statistics are in [`lindero_regions::estimate`] and [`lindero_regions::design`].

mod areas;
mod class_areas;
mod class_map;
mod class_names;
mod design_file;
mod draw;
mod error;
mod frame;
mod matrix;
mod numbers;
mod point_classes;
mod reference_points;

pub use areas::{NamedNumbers, read_areas, read_expected};
pub use class_areas::{ClassAreas, areas_of_map, areas_of_regions};
pub use class_map::{ClassMap, ClassOf, MapFile, MapIdentity};
pub use class_names::ClassNames;
pub use design_file::{Boundaries, Design, DesignPoint, DesignStratum, Wishes};
pub use error::EstimateError;
pub use matrix::{Matrix, read_matrix};
pub use point_classes::classes_at;
pub use reference_points::{PointFields, ReferencePoint, ReferencePoints, read_reference_points};

/// Classes in the order people expect: numbers by size, before names by letter.
#[must_use]
pub fn by_class_name(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
