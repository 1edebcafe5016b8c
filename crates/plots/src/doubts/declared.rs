//! What is said about a plot beside its geometry.

use super::Country;
use crate::{Datum, Position};

/// What the farmer, the office or the file says about a plot; what nobody said is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Declared {
    /// The country in which the plot is said to lie.
    pub country: Option<Country>,
    /// Its area in hectares, as the office has it. What is not a positive number counts as not said.
    pub area_ha: Option<f64>,
    /// By how many metres its positions may be off, as the device that took them says.
    pub position_error_m: Option<f64>,
    /// Where plots of the same file or cooperative lie: tells which of several zones is meant.
    pub near: Option<Position>,
    /// The datum of its coordinates, where somebody says that it is not WGS 84 and no stated system has moved them already.
    ///
    /// Nothing in the numbers tells an old datum: 300 m on are other fields. So it is asked about only where this is said.
    pub datum: Datum,
}
