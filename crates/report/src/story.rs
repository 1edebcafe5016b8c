//! A finished run with what it ran on.

use lindero_engine::Screened;
use lindero_policy::Policy;

/// A finished run with what it ran on.
pub struct Story<'a> {
    /// What came of the plots.
    pub screened: &'a Screened,
    /// What decided.
    pub policy: &'a Policy,
    /// The cut-off, as an ISO date.
    pub cutoff: String,
    /// Layers that the policy knows and the catalog lacks.
    pub missing_layers: &'a [String],
    /// Why agroforestry is not available; `None` where it is.
    pub agroforestry_refused: Option<&'a str>,
    /// The tree-cover year that agroforestry is measured with.
    pub agroforestry_year: Option<i32>,
}
