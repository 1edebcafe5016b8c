//! Repairs: what was changed about a geometry so that it could be measured, or what could be, with the change of its area.
//!
//! # Method
//!
//! A ring that meets itself is cut there into loops until none does. Where it only touches itself or goes out and back, the
//! loops are what was meant, to the square metre. Where it crosses itself, loops that are small are noise of the
//! instrument and are dropped; large ones leave two readings, and the repair is only proposed. Holes are then taken
//! out of their part, and parts united, each only where something is wrong with them. What comes out is
//! checked like any geometry that comes in; what does not pass is not offered.

mod antimeridian;
mod loops;
mod mend;
mod parts;
mod reorder;
mod sentence;

use crate::{Defect, Lang, Position, Shape};
pub(crate) use mend::{Outcome, mend};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which repairs are made without asking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RepairRules {
    /// Whether any are made or proposed beyond closing open rings.
    enabled: bool,
    /// A repair may change the area by no more than this (m²).
    max_change_m2: f64,
    /// And by no more than this share of it.
    max_change_share: f64,
}

impl RepairRules {
    /// The most that is changed without asking: 100 m², a hundredth of a hectare, and 1 % of the plot. A boundary that is
    /// walked with a hand-held receiver is no better known.
    const USUAL: Self = Self { enabled: true, max_change_m2: 100.0, max_change_share: 0.01 };

    /// No repairs: open rings are closed, repeated positions dropped and rings turned, which changes nothing that could be
    /// measured; everything else that is wrong makes the plot unusable.
    pub const fn none() -> Self {
        Self { enabled: false, ..Self::USUAL }
    }

    /// Whether any repairs are made or proposed.
    pub(crate) const fn is_enabled(self) -> bool {
        self.enabled
    }

    /// Whether a plot of this area may be changed by so much without asking.
    fn allow(self, change_m2: f64, area_m2: f64) -> bool {
        change_m2 <= self.max_change_m2 && change_m2 <= self.max_change_share * area_m2
    }
}

/// The safe repairs: a change of at most 100 m² and 1 % of the plot.
impl Default for RepairRules {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The kind of a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum RepairCode {
    /// The first position was added at the end of an open ring.
    ClosedRing,
    /// A hole or a part that encloses nothing was left out.
    DroppedEmptyRing,
    /// A side out and back was left out.
    RemovedSpike,
    /// A small loop that a crossing cuts off was left out.
    DroppedLoop,
    /// A ring that touches itself, or goes out and back, was cut into rings.
    SplitRing,
    /// A ring that crosses itself was cut into rings.
    SplitAtCrossing,
    /// Corners between two crossing sides were put in the other order.
    ReorderedCorners,
    /// A hole that lies outside, or in another hole, was left out.
    DroppedHole,
    /// The ground of a hole that crosses or touches other rings was cut out.
    CutHole,
    /// A part inside another was taken for its hole.
    PartMadeHole,
    /// Parts that share ground or a side were made one.
    UnitedParts,
    /// A plot across the antimeridian was cut there.
    SplitAtAntimeridian,
    /// Lists of coordinates one inside the other too often, or not often enough, were read as what they must mean.
    Renested,
}

impl RepairCode {
    /// Every code, for pages that list them.
    pub const ALL: [Self; 13] = [
        Self::ClosedRing,
        Self::DroppedEmptyRing,
        Self::RemovedSpike,
        Self::DroppedLoop,
        Self::SplitRing,
        Self::SplitAtCrossing,
        Self::ReorderedCorners,
        Self::DroppedHole,
        Self::CutHole,
        Self::PartMadeHole,
        Self::UnitedParts,
        Self::SplitAtAntimeridian,
        Self::Renested,
    ];

    /// The name in files. Never renamed, never used for something else.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClosedRing => "closed_ring",
            Self::DroppedEmptyRing => "dropped_empty_ring",
            Self::RemovedSpike => "removed_spike",
            Self::DroppedLoop => "dropped_loop",
            Self::SplitRing => "split_ring",
            Self::SplitAtCrossing => "split_at_crossing",
            Self::ReorderedCorners => "reordered_corners",
            Self::DroppedHole => "dropped_hole",
            Self::CutHole => "cut_hole",
            Self::PartMadeHole => "part_made_hole",
            Self::UnitedParts => "united_parts",
            Self::SplitAtAntimeridian => "split_at_antimeridian",
            Self::Renested => "renested",
        }
    }
}

impl fmt::Display for RepairCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One repair, made or proposed, and what it does to the area of the plot.
///
/// Repairs that were made follow each other: each starts from the area that the one before it left, the first from the area
/// as drawn, the sum of what the rings enclose with their sense of direction, holes less. A proposal stands alone: it is the
/// way from the plot as drawn to the proposed one.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Repair {
    /// What kind of repair.
    pub code: RepairCode,
    /// Which polygon, counted as in the [`Defect`]s.
    pub part: Option<u32>,
    /// Which ring of it.
    pub ring: Option<u32>,
    /// Which position of that ring.
    pub vertex: Option<u32>,
    /// Where on the ground.
    pub place: Option<Position>,
    /// Area of the plot before, in m².
    pub before_m2: f64,
    /// Area of the plot after, in m².
    pub after_m2: f64,
    /// The whole plot as it would be, where the repair was not made but is proposed.
    pub proposal: Option<Box<Shape>>,
}

impl Repair {
    /// Whether it was made.
    pub const fn applied(&self) -> bool {
        self.proposal.is_none()
    }

    /// By how much the area changes, in m².
    pub fn change_m2(&self) -> f64 {
        self.after_m2 - self.before_m2
    }

    /// By how many percent the area changes; `None` where the plot as drawn has none, as a bow tie may.
    pub fn change_pct(&self) -> Option<f64> {
        (self.before_m2 > 0.0).then(|| self.change_m2() / self.before_m2 * 100.0)
    }

    /// One sentence for people: what was done, or would be.
    pub fn sentence(&self, lang: Lang) -> String {
        sentence::sentence(self, lang)
    }

    /// A repair of what a defect says, where it says.
    pub(crate) fn of(code: RepairCode, defect: &Defect, before_m2: f64, after_m2: f64) -> Self {
        let &Defect { part, ring, vertex, place, .. } = defect;
        Self { code, part, ring, vertex, place, before_m2, after_m2, proposal: None }
    }
}

#[cfg(test)]
mod tests {
    use super::RepairCode;

    #[test]
    fn names_are_snake_case_and_unique() {
        let mut names: Vec<&str> = RepairCode::ALL.iter().map(|code| code.as_str()).collect();
        for (code, name) in RepairCode::ALL.iter().zip(&names) {
            assert_eq!(format!("{code:?}").to_lowercase(), name.replace('_', ""));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RepairCode::ALL.len());
    }
}
