//! When something is a doubt.

use super::Crop;

/// The thresholds of the questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubtRules {
    /// Nearer than this to its own country, a plot lies in it (metres): maps of borders are simplified, more so where nobody lives. Of
    /// the corners of Ucayali's districts on the border to Brazil, nineteen in twenty are within 5 km on OpenStreetMap's, the last at 8 km.
    pub border_tolerance_m: f64,
    /// Nearer than this to land, a plot lies on it (metres): shorelines of maps of 1 : 10,000,000 are off by 1 km.
    pub coast_tolerance_m: f64,
    /// Declared and drawn area may differ by this share of the declared one.
    pub area_share: f64,
    /// Declared and drawn area may differ by this much, whatever the share (hectares): a walked boundary is no better.
    pub area_ha: f64,
    /// A point stands for at most this much (hectares): Regulation (EU) 2023/1115, article 2 (28).
    pub point_ha: f64,
    /// A smallholder's plot is hardly larger (hectares): over it somebody should look. [`Crop::largest_ha`] has it by crop.
    pub largest_ha: f64,
    /// A position may be off by this much (metres): a field of one hectare is 100 m wide.
    pub position_error_m: f64,
}

impl Default for DoubtRules {
    fn default() -> Self {
        Self {
            border_tolerance_m: 5_000.0,
            coast_tolerance_m: 2_000.0,
            area_share: 0.1,
            area_ha: 0.1,
            point_ha: 4.0,
            largest_ha: Crop::default().largest_ha(),
            position_error_m: 10.0,
        }
    }
}
