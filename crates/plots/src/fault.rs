//! What exactly is wrong with a geometry, with its numbers, and how to say it.

mod english;
mod reader_reasons;
mod spanish;

use serde::{Deserialize, Serialize};

use crate::{Defect, DefectCode, Lang, Position};

/// One thing that was found in a geometry, with its numbers. Part, ring, vertex and place are the [`Defect`]'s.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each sentence names its fields")]
pub enum Fault {
    /// There is no geometry, or an empty one.
    MissingGeometry,
    /// A collection holds neither a polygon nor a point.
    EmptyCollection,
    /// A kind of geometry that is not measured: the type's name.
    UnsupportedGeometry { kind: Box<str> },
    /// The reader could not make sense of the geometry: its reason, in English.
    UnreadableGeometry { reason: Box<str> },
    /// A coordinate is infinite or not a number.
    NonFiniteCoordinate { x: f64, y: f64 },
    /// A position that is not on the globe.
    OutOfRange { x: f64, y: f64 },
    /// First and last position differ.
    OpenRing { first: Position, last: Position },
    /// A part has a hole, but its outer ring has no positions.
    NoOuterRing,
    /// Fewer than three distinct positions.
    TooFewPoints { distinct: u32 },
    /// All corners lie on one line.
    RingOnALine,
    /// Too thin for an area that can be computed.
    NoArea,
    /// Two sides of one ring cross: their first positions.
    CrossingSides { sides: [u32; 2] },
    /// Two sides of one ring run along each other: their first positions.
    SidesAlongEachOther { sides: [u32; 2] },
    /// A side goes out and the next comes back over it: how far.
    Spike { length_m: f64 },
    /// Another ring of the part crosses this one.
    RingsCross { other: u32 },
    /// Another ring of the part runs along this one.
    RingsShareSide { other: u32 },
    /// Sides of another part cross this one's.
    PartsCross { other: u32 },
    /// Another part runs along this one.
    PartsShareSide { other: u32 },
    /// A ring touches itself in a point.
    SelfTouchingRing,
    /// A hole lies outside its outer ring.
    HoleOutside,
    /// A hole lies in another hole of its part.
    NestedHoles { around: u32 },
    /// A part lies in another part and not in its hole.
    NestedParts { around: u32 },
    /// Rings that touch cut the inside of a part in two.
    SplitInterior,
    /// A side spans more than 180 degrees of longitude.
    Antimeridian,
    /// More ground than any country has.
    TooLarge { area_m2: f64, limit_m2: f64 },
    /// A collection holds a kind of line.
    LineInCollection { kind: Box<str> },
    /// A collection holds points beside its polygons: how many.
    MixedPointsAndPolygons { points: u32 },
    /// A side goes out and the next comes back nearly over it: how far.
    NarrowSpike { length_m: f64 },
    /// Consecutive positions are the same: how many exactly, and how many more to six decimals.
    DuplicateVertices { exact: u32, near: u32 },
    /// The plot is a strip, its mean width this.
    Sliver { width_m: f64 },
    /// The plot has holes.
    Holes { count: u32, area_m2: f64 },
    /// All coordinates have only so many decimals, which is so many metres from north to south.
    FewDecimals { decimals: u32, step_m: f64 },
    /// Coordinates are nested in lists as those of another type are.
    NestedWrongly { nesting: Nesting },
    /// A circle of so many corners, or a square along the axes.
    PerfectShape { corners: u32 },
}

impl Fault {
    /// The code in files.
    pub const fn code(&self) -> DefectCode {
        match self {
            Self::MissingGeometry | Self::EmptyCollection => DefectCode::MissingGeometry,
            Self::UnsupportedGeometry { .. } => DefectCode::UnsupportedGeometry,
            Self::UnreadableGeometry { .. } => DefectCode::UnreadableGeometry,
            Self::NonFiniteCoordinate { .. } => DefectCode::NonFiniteCoordinate,
            Self::OutOfRange { .. } => DefectCode::OutOfRange,
            Self::OpenRing { .. } => DefectCode::OpenRing,
            Self::NoOuterRing | Self::TooFewPoints { .. } => DefectCode::TooFewPoints,
            Self::RingOnALine | Self::NoArea => DefectCode::ZeroArea,
            Self::CrossingSides { .. }
            | Self::SidesAlongEachOther { .. }
            | Self::RingsCross { .. }
            | Self::RingsShareSide { .. }
            | Self::PartsShareSide { .. } => DefectCode::CrossingSides,
            Self::Spike { .. } | Self::NarrowSpike { .. } => DefectCode::Spike,
            Self::PartsCross { .. } => DefectCode::OverlappingParts,
            Self::SelfTouchingRing => DefectCode::SelfTouchingRing,
            Self::HoleOutside => DefectCode::HoleOutside,
            Self::NestedHoles { .. } => DefectCode::NestedHoles,
            Self::NestedParts { .. } => DefectCode::NestedParts,
            Self::SplitInterior => DefectCode::SplitInterior,
            Self::Antimeridian => DefectCode::Antimeridian,
            Self::TooLarge { .. } => DefectCode::TooLarge,
            Self::LineInCollection { .. } => DefectCode::LineInCollection,
            Self::MixedPointsAndPolygons { .. } => DefectCode::MixedPointsAndPolygons,
            Self::DuplicateVertices { .. } => DefectCode::DuplicateVertex,
            Self::Sliver { .. } => DefectCode::Sliver,
            Self::Holes { .. } => DefectCode::Hole,
            Self::FewDecimals { .. } => DefectCode::FewDecimals,
            Self::NestedWrongly { .. } => DefectCode::NestedWrongly,
            Self::PerfectShape { .. } => DefectCode::PerfectShape,
        }
    }

    /// One sentence for people, without part, ring and vertex as numbers: what was found, and what would be right.
    pub(crate) fn sentence(&self, at: &Defect, lang: Lang) -> String {
        match lang {
            Lang::En => english::sentence(self, at),
            Lang::Es => spanish::sentence(self, at),
        }
    }
}

/// Lists of coordinates that are nested as those of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Nesting {
    /// A Polygon with the coordinates of a MultiPolygon.
    MultiPolygonInPolygon,
    /// A MultiPolygon with bare rings, as a Polygon has them. Of several the first has the others for holes if they lie so;
    /// else each is a part.
    PolygonInMultiPolygon,
    /// A Polygon with the positions of a ring.
    RingInPolygon,
    /// A MultiPolygon with the positions of a ring.
    RingInMultiPolygon,
}

impl Nesting {
    /// What the type says, and what the coordinates are.
    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::MultiPolygonInPolygon => ["Polygon", "MultiPolygon"],
            Self::PolygonInMultiPolygon => ["MultiPolygon", "Polygon"],
            Self::RingInPolygon => ["Polygon", "LineString"],
            Self::RingInMultiPolygon => ["MultiPolygon", "LineString"],
        }
    }
}

/// What a position off the globe may have been meant as.
enum Guess {
    /// Metres of a projected system.
    Metres,
    /// Latitude before longitude.
    Swapped,
    /// Nothing known.
    Nothing,
}

impl Guess {
    fn of(x: f64, y: f64) -> Self {
        if x.abs() > 360.0 || y.abs() > 360.0 {
            Self::Metres
        } else if x.abs() <= 90.0 && y.abs() <= 180.0 {
            Self::Swapped
        } else {
            Self::Nothing
        }
    }
}

/// Longitude and latitude in words, to 7 decimals: a centimetre.
fn written([x, y]: Position) -> String {
    let rounded = |value: f64| (value * 1e7).round() / 1e7;
    format!("{}, {}", rounded(x), rounded(y))
}

/// The place of a defect in words; of one without a place nothing is asked.
fn place(at: &Defect) -> String {
    at.place.map(written).unwrap_or_default()
}

/// Metres in words: centimetres below 10 m.
fn metres(length_m: f64) -> String {
    if length_m < 10.0 { format!("{length_m:.2} m") } else { format!("{length_m:.0} m") }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Nesting};
    use crate::{Defect, DefectCode, Lang};

    /// One of every kind.
    fn all() -> Vec<Fault> {
        let sides = [3, 7];
        vec![
            Fault::MissingGeometry,
            Fault::EmptyCollection,
            Fault::UnsupportedGeometry { kind: "LineString".into() },
            Fault::UnreadableGeometry { reason: "it breaks off".into() },
            Fault::NonFiniteCoordinate { x: f64::NAN, y: 0.0 },
            Fault::OutOfRange { x: -9.3, y: -102.0 },
            Fault::OpenRing { first: [0.0, 0.0], last: [1.0, 1.0] },
            Fault::NoOuterRing,
            Fault::TooFewPoints { distinct: 2 },
            Fault::RingOnALine,
            Fault::NoArea,
            Fault::CrossingSides { sides },
            Fault::SidesAlongEachOther { sides },
            Fault::Spike { length_m: 12.0 },
            Fault::RingsCross { other: 1 },
            Fault::RingsShareSide { other: 1 },
            Fault::PartsCross { other: 1 },
            Fault::PartsShareSide { other: 1 },
            Fault::SelfTouchingRing,
            Fault::HoleOutside,
            Fault::NestedHoles { around: 2 },
            Fault::NestedParts { around: 1 },
            Fault::SplitInterior,
            Fault::Antimeridian,
            Fault::TooLarge { area_m2: 2e13, limit_m2: 8e12 },
            Fault::LineInCollection { kind: "LineString".into() },
            Fault::MixedPointsAndPolygons { points: 2 },
            Fault::NarrowSpike { length_m: 12.0 },
            Fault::DuplicateVertices { exact: 1, near: 2 },
            Fault::Sliver { width_m: 0.7 },
            Fault::Holes { count: 1, area_m2: 300.0 },
            Fault::FewDecimals { decimals: 4, step_m: 11.1 },
            Fault::NestedWrongly { nesting: Nesting::MultiPolygonInPolygon },
            Fault::NestedWrongly { nesting: Nesting::PolygonInMultiPolygon },
            Fault::NestedWrongly { nesting: Nesting::RingInPolygon },
            Fault::NestedWrongly { nesting: Nesting::RingInMultiPolygon },
            Fault::PerfectShape { corners: 64 },
            Fault::PerfectShape { corners: 4 },
        ]
    }

    #[test]
    fn every_code_has_a_sentence_of_its_own_in_both_languages() {
        let mut sentences = Vec::new();
        for fault in all() {
            let defect = Defect { place: Some([1.0, 2.0]), ring: Some(0), part: Some(0), ..Defect::of_geometry(fault) };
            let both = [Lang::En, Lang::Es].map(|lang| defect.sentence(lang));
            for sentence in &both {
                assert!(!sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
            }
            sentences.extend(both);
        }
        let count = sentences.len();
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), count);
        for code in DefectCode::ALL {
            assert!(all().iter().any(|fault| fault.code() == code), "{code}");
        }
    }
}
