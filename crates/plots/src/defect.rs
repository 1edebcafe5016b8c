//! What can be wrong with a plot's geometry, as data.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{Fault, Lang, Position};

/// What a defect does to its plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum DefectEffect {
    /// The geometry is used as it is; somebody should know.
    Note,
    /// The geometry was changed so that it could be used.
    Repaired,
    /// The geometry cannot be measured; a repair is proposed, and somebody who knows the plot must say yes.
    Proposed,
    /// The geometry cannot be measured.
    Unusable,
}

impl DefectEffect {
    /// The name in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Repaired => "repaired",
            Self::Proposed => "proposed",
            Self::Unusable => "unusable",
        }
    }

    /// Whether the plot can be measured in spite of it.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Note | Self::Repaired)
    }
}

/// The kind of a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum DefectCode {
    /// There is no geometry, or an empty one.
    MissingGeometry,
    /// The geometry is of a kind that is not measured, such as a line.
    UnsupportedGeometry,
    /// The reader could not make sense of the geometry.
    UnreadableGeometry,
    /// A coordinate is infinite or not a number.
    NonFiniteCoordinate,
    /// A longitude beyond 180 or a latitude beyond 90 degrees.
    OutOfRange,
    /// A ring's first and last positions differ; it was closed.
    OpenRing,
    /// A ring has fewer than four positions, or fewer than three distinct ones.
    TooFewPoints,
    /// A ring encloses nothing.
    ZeroArea,
    /// Two sides cross, or run along each other.
    CrossingSides,
    /// A ring touches itself in a point.
    SelfTouchingRing,
    /// A hole lies outside its outer ring.
    HoleOutside,
    /// A hole lies in another hole.
    NestedHoles,
    /// A part lies in another part and not in its hole.
    NestedParts,
    /// Two parts cover the same ground.
    OverlappingParts,
    /// Rings that touch cut the inside of a part in two.
    SplitInterior,
    /// A side spans more than 180 degrees of longitude.
    Antimeridian,
    /// More ground than any country has.
    TooLarge,
    /// A collection holds lines; they were ignored.
    LineInCollection,
    /// A collection holds points and polygons; the points were ignored.
    MixedPointsAndPolygons,
    /// A side goes out and the next one comes back over it, or nearly.
    Spike,
    /// Consecutive positions are the same, or are to six decimals.
    DuplicateVertex,
    /// A strip of less than 2 m.
    Sliver,
    /// The plot has a hole: the EU's system takes outer rings only.
    Hole,
    /// All coordinates have fewer than six decimals.
    FewDecimals,
    /// A circle or a square: drawn by a program, not walked.
    PerfectShape,
    /// Coordinates are nested in lists as those of another type are.
    NestedWrongly,
}

impl DefectCode {
    /// Every code, for pages that list them.
    pub const ALL: [Self; 26] = [
        Self::MissingGeometry,
        Self::UnsupportedGeometry,
        Self::UnreadableGeometry,
        Self::NonFiniteCoordinate,
        Self::OutOfRange,
        Self::OpenRing,
        Self::TooFewPoints,
        Self::ZeroArea,
        Self::CrossingSides,
        Self::SelfTouchingRing,
        Self::HoleOutside,
        Self::NestedHoles,
        Self::NestedParts,
        Self::OverlappingParts,
        Self::SplitInterior,
        Self::Antimeridian,
        Self::TooLarge,
        Self::LineInCollection,
        Self::MixedPointsAndPolygons,
        Self::Spike,
        Self::DuplicateVertex,
        Self::Sliver,
        Self::Hole,
        Self::FewDecimals,
        Self::PerfectShape,
        Self::NestedWrongly,
    ];

    /// The name in files. Never renamed, never used for something else.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingGeometry => "missing_geometry",
            Self::UnsupportedGeometry => "unsupported_geometry",
            Self::UnreadableGeometry => "unreadable_geometry",
            Self::NonFiniteCoordinate => "non_finite_coordinate",
            Self::OutOfRange => "out_of_range",
            Self::OpenRing => "open_ring",
            Self::TooFewPoints => "too_few_points",
            Self::ZeroArea => "zero_area",
            Self::CrossingSides => "crossing_sides",
            Self::SelfTouchingRing => "self_touching_ring",
            Self::HoleOutside => "hole_outside",
            Self::NestedHoles => "nested_holes",
            Self::NestedParts => "nested_parts",
            Self::OverlappingParts => "overlapping_parts",
            Self::SplitInterior => "split_interior",
            Self::Antimeridian => "antimeridian",
            Self::TooLarge => "too_large",
            Self::LineInCollection => "line_in_collection",
            Self::MixedPointsAndPolygons => "mixed_points_and_polygons",
            Self::Spike => "spike",
            Self::DuplicateVertex => "duplicate_vertex",
            Self::Sliver => "sliver",
            Self::Hole => "hole",
            Self::FewDecimals => "few_decimals",
            Self::PerfectShape => "perfect_shape",
            Self::NestedWrongly => "nested_wrongly",
        }
    }

    /// What a defect of this kind does to its plot where nothing but open rings is repaired.
    pub const fn effect(self) -> DefectEffect {
        match self {
            Self::OpenRing => DefectEffect::Repaired,
            Self::LineInCollection
            | Self::MixedPointsAndPolygons
            | Self::DuplicateVertex
            | Self::Sliver
            | Self::Hole
            | Self::FewDecimals
            | Self::PerfectShape => DefectEffect::Note,
            _ => DefectEffect::Unusable,
        }
    }
}

impl fmt::Display for DefectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing wrong with one geometry, and where.
///
/// Part, ring and vertex count from 0 in the geometry as it was read, like the arrays of GeoJSON;
/// the parts of a collection count through its polygons.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Defect {
    /// What is wrong, with its numbers.
    pub fault: Fault,
    /// What it does to the plot.
    pub effect: DefectEffect,
    /// Which polygon.
    pub part: Option<u32>,
    /// Which ring of that polygon; 0 is the outer ring.
    pub ring: Option<u32>,
    /// Which position of that ring, or the first position of the side in question.
    pub vertex: Option<u32>,
    /// Where on the ground, or where it would be if the coordinates were right.
    pub place: Option<Position>,
}

impl Defect {
    /// A defect of the geometry as a whole.
    pub(crate) fn of_geometry(fault: Fault) -> Self {
        // Nearly the way it came is not quite: such a ring is valid.
        let is_harmless = matches!(fault, Fault::NarrowSpike { .. });
        let effect = if is_harmless { DefectEffect::Note } else { fault.code().effect() };
        Self { fault, effect, part: None, ring: None, vertex: None, place: None }
    }

    /// What kind of defect.
    pub const fn code(&self) -> DefectCode {
        self.fault.code()
    }

    /// One sentence for people: what was found, and what would have been right.
    ///
    /// ```
    /// use lindero_plots::{Lang, RawGeometry, take_in};
    ///
    /// let nothing = take_in(&RawGeometry::Missing);
    /// assert_eq!(nothing.defects[0].sentence(Lang::En), "there is no geometry");
    /// assert_eq!(nothing.defects[0].sentence(Lang::Es), "no hay geometría");
    /// ```
    pub fn sentence(&self, lang: Lang) -> String {
        self.fault.sentence(self, lang)
    }

    /// Part, ring and vertex in brackets, as they stand behind the sentence; nothing where it is the geometry as a whole.
    pub(crate) fn location(&self, lang: Lang) -> String {
        let names = match lang {
            Lang::En => ["part", "ring", "vertex"],
            Lang::Es => ["parte", "anillo", "vértice"],
        };
        let indices = names.into_iter().zip([self.part, self.ring, self.vertex]);
        let words: Vec<String> = indices.filter_map(|(name, index)| Some(format!("{name} {}", index?))).collect();
        if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
    }
}

/// The sentence in English, and part, ring and vertex.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.sentence(Lang::En), self.location(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::{Defect, DefectCode};
    use crate::Fault;

    #[test]
    fn names_are_snake_case_and_unique() {
        let mut names: Vec<&str> = DefectCode::ALL.iter().map(|code| code.as_str()).collect();
        for (code, name) in DefectCode::ALL.iter().zip(&names) {
            let snake: String = format!("{code:?}")
                .chars()
                .flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase()))
                .collect();
            assert_eq!(snake.trim_start_matches('_'), *name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DefectCode::ALL.len());
    }

    #[test]
    fn a_defect_says_what_and_where() {
        let mut defect = Defect::of_geometry(Fault::NoArea);
        assert_eq!(defect.to_string(), "the polygon is so thin that no area can be computed");
        (defect.part, defect.ring) = (Some(2), Some(0));
        assert_eq!(defect.to_string(), "the polygon is so thin that no area can be computed (part 2, ring 0)");
    }
}
