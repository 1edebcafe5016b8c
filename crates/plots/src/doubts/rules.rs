//! When something is a doubt.

/// The thresholds of the questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubtRules {
    /// Nearer than this to its own country, a plot lies in it: the borders of the data are simplified, more so where nobody lives.
    pub border_tolerance_m: f64,
    /// Nearer than this to land, a plot lies on it: shorelines of the data are drawn for 1 : 10,000,000, and rivers move.
    pub coast_tolerance_m: f64,
    /// Declared and drawn area may differ by this share of the declared one.
    pub area_share: f64,
    /// Declared and drawn area may differ by this much, whatever the share (hectares): a walked boundary is no better.
    pub area_ha: f64,
    /// A point stands for at most this much (hectares): Regulation (EU) 2023/1115, article 2 (28).
    pub point_ha: f64,
    /// A smallholder's plot is no larger (hectares). 50 is for cocoa: of the plots of cooperatives hardly one in a thousand is.
    pub largest_ha: f64,
    /// A position may be off by this much (metres): a field of one hectare is 100 m wide.
    pub position_error_m: f64,
}

impl Default for DoubtRules {
    fn default() -> Self {
        Self {
            border_tolerance_m: 1_000.0,
            coast_tolerance_m: 2_000.0,
            area_share: 0.1,
            area_ha: 0.1,
            point_ha: 4.0,
            largest_ha: 50.0,
            position_error_m: 10.0,
        }
    }
}
