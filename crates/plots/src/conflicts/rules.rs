//! What kind of conflict shared ground is.

use super::Conflict;

/// What two plots that share ground are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictKind {
    /// The same plot twice: the same geometry to the centimetre, or the same ground but for cut decimals.
    Duplicate,
    /// The same plot drawn twice: nearly all of the ground of both is shared.
    NearDuplicate,
    /// One lies inside the other.
    Inside,
    /// They share ground that sloppy borders do not explain.
    Overlap,
    /// A strip along the border of neighbours, as wide as a phone's error: no conflict, but a border to be drawn better.
    Sliver,
}

impl ConflictKind {
    /// The name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::NearDuplicate => "near_duplicate",
            Self::Inside => "inside",
            Self::Overlap => "overlap",
            Self::Sliver => "sliver",
        }
    }
}

/// The thresholds that tell conflicts apart. The first rule in the order of the fields that fits decides; what fits none is
/// an overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConflictRules {
    /// Less shared ground, in m², is no conflict. By default 1 m²: what rounding to 7 decimals (a centimetre) leaves along
    /// a border of 100 m. `0.0` reports all there is.
    pub least_m2: f64,
    /// From this share of the ground of both together on it is the same plot. By default 0.995: cutting coordinates to 6
    /// decimals, as the EU's system does, moves a plot by 5 cm, which leaves 0.997 of half a hectare.
    pub duplicate_share: f64,
    /// From this share on it is the same plot drawn twice. By default 0.95: two walks around one hectare, each some 1 m off
    /// on average, agree on that much.
    pub near_duplicate_share: f64,
    /// From this share of the smaller plot on it lies inside the larger one. By default 0.99: a hundredth of a plot is
    /// what its own border is uncertain by at the best.
    pub inside_share: f64,
    /// Shared ground may be this wide on average, in metres, to be a sliver. By default 5 m: phones are within 4.9 m under
    /// open sky (GPS.gov, after van Diggelen and Enge 2015), and a strip between two walks of one border is as wide as
    /// either's error.
    pub sliver_width_m: f64,
    /// A sliver has at most this share of either plot. By default 0.1: 5 m along one side of a quarter of a hectare.
    pub sliver_share: f64,
}

impl Default for ConflictRules {
    fn default() -> Self {
        Self {
            least_m2: 1.0,
            duplicate_share: 0.995,
            near_duplicate_share: 0.95,
            inside_share: 0.99,
            sliver_width_m: 5.0,
            sliver_share: 0.1,
        }
    }
}

/// Plots of the same geometry to the centimetre share at least this much, unless they are smaller than a square metre.
const WORTH_COMPARING: f64 = 0.9;

impl ConflictRules {
    /// What kind of conflict this is by its areas and shares; `None` if it is too small to be one.
    pub(super) fn kind_of(&self, pair: &Conflict, same_geometry: impl Fn() -> bool) -> Option<ConflictKind> {
        let smaller = pair.share_of_a.max(pair.share_of_b);
        if pair.shared_m2 < self.least_m2 {
            return None;
        }
        let same =
            pair.share_of_union >= self.duplicate_share || pair.share_of_union >= WORTH_COMPARING && same_geometry();
        Some(if same {
            ConflictKind::Duplicate
        } else if pair.share_of_union >= self.near_duplicate_share {
            ConflictKind::NearDuplicate
        } else if smaller >= self.inside_share {
            ConflictKind::Inside
        } else if pair.width_m <= self.sliver_width_m && smaller <= self.sliver_share {
            ConflictKind::Sliver
        } else {
            ConflictKind::Overlap
        })
    }
}
