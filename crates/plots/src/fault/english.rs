//! The sentences in English.

use super::{Fault, Guess, metres, place, written};
use crate::Defect;

pub(super) fn sentence(fault: &Fault, at: &Defect) -> String {
    let ring = ring_name(at.ring.unwrap_or(0));
    let part = at.part.unwrap_or(0);
    match fault {
        Fault::MissingGeometry => "there is no geometry".to_owned(),
        Fault::EmptyCollection => "the collection holds neither a polygon nor a point".to_owned(),
        Fault::UnsupportedGeometry { kind } => {
            format!("a {kind} cannot be measured; a plot is a polygon, a multipolygon or a point")
        }
        Fault::UnreadableGeometry { reason } => format!("the geometry cannot be read: {reason}"),
        Fault::NonFiniteCoordinate { x, y } => format!("the position {x}, {y} is not a pair of finite numbers"),
        Fault::OutOfRange { x, y } => {
            let guess = match Guess::of(*x, *y) {
                Guess::Metres => "; these look like metres of a projected system, not degrees",
                Guess::Swapped => "; latitude and longitude look swapped",
                Guess::Nothing => "",
            };
            format!(
                "the position {x}, {y} is off the globe: longitude must lie within -180 and 180, latitude within -90 and 90{guess}"
            )
        }
        Fault::OpenRing { first, last } => format!(
            "{ring} was open and was closed: its last position {} differs from its first {}",
            written(*last),
            written(*first)
        ),
        Fault::NoOuterRing => format!("{ring} has no positions, but the part has a hole"),
        Fault::TooFewPoints { distinct } => {
            let positions = if *distinct == 1 { "distinct position" } else { "distinct positions" };
            format!("{ring} has {distinct} {positions}; a ring needs at least three and its first again")
        }
        Fault::RingOnALine => format!("{ring} lies on one line and encloses nothing"),
        Fault::NoArea => "the polygon is so thin that no area can be computed".to_owned(),
        Fault::CrossingSides { sides: [a, b] } => {
            format!("sides {a} and {b} of {ring} cross at {}; a boundary may not cross itself", place(at))
        }
        Fault::SidesAlongEachOther { sides: [a, b] } => format!(
            "sides {a} and {b} of {ring} run along each other at {}; a boundary may not go out and back",
            place(at)
        ),
        Fault::Spike { length_m } => {
            format!("{ring} goes out to {} and back over {}: a spike without area", place(at), metres(*length_m))
        }
        Fault::RingsCross { other } => {
            format!("{} crosses {ring} at {}; rings may touch only in points", ring_name(*other), place(at))
        }
        Fault::RingsShareSide { other } => {
            format!("{} runs along {ring} at {}; rings may touch only in points", ring_name(*other), place(at))
        }
        Fault::PartsCross { other } => format!(
            "parts {part} and {other} overlap, their sides cross at {}; ground may belong to one part only",
            place(at)
        ),
        Fault::PartsShareSide { other } => {
            format!("parts {part} and {other} share a side at {}; they should be drawn as one part", place(at))
        }
        Fault::SelfTouchingRing => {
            format!("{ring} touches itself at {}; it should be drawn as two rings", place(at))
        }
        Fault::HoleOutside => format!("{ring} lies outside the outer ring of its part"),
        Fault::NestedHoles { around } => {
            format!("{ring} lies in {}; a hole may not have a hole", ring_name(*around))
        }
        Fault::NestedParts { around } => {
            format!("part {part} lies in part {around} and not in a hole of it; its ground would count twice")
        }
        Fault::SplitInterior => {
            format!("rings that touch at {} cut the part in two; it should be drawn as two parts", place(at))
        }
        Fault::Antimeridian => format!(
            "{ring} has a side over more than 180 degrees; a plot across the antimeridian must be cut there in two parts"
        ),
        Fault::TooLarge { area_m2, limit_m2 } => {
            format!("{:.0} km2 are too much for a plot, the limit is {:.0} km2", area_m2 / 1e6, limit_m2 / 1e6)
        }
        Fault::LineInCollection { kind } => {
            format!("the collection holds a {kind}, which was ignored: a line has no area")
        }
        Fault::MixedPointsAndPolygons { points } => {
            let points = if *points == 1 { "1 point".to_owned() } else { format!("{points} points") };
            format!("the collection holds {points} beside its polygons, which were ignored")
        }
        Fault::NarrowSpike { length_m } => {
            format!("{ring} goes out to {} and nearly the same way back over {}", place(at), metres(*length_m))
        }
        Fault::DuplicateVertices { exact, near } => {
            let exact = match exact {
                0 => String::new(),
                1 => "1 position equals the one before it and was left out".to_owned(),
                _ => format!("{exact} positions equal the one before them and were left out"),
            };
            let near = match near {
                0 => String::new(),
                1 => "1 position is the one before it where six decimals are kept".to_owned(),
                _ => format!("{near} positions are the one before them where six decimals are kept"),
            };
            let and = if exact.is_empty() || near.is_empty() { "" } else { "; " };
            format!("{ring}: {exact}{and}{near}")
        }
        Fault::Sliver { width_m } => format!("the plot is a strip of {} on average", metres(*width_m)),
        Fault::Holes { count, area_m2 } => {
            let holes = if *count == 1 { "1 hole".to_owned() } else { format!("{count} holes") };
            format!(
                "the plot has {holes} of {area_m2:.0} m2 in all: the EU's system takes only outer rings and ignores holes"
            )
        }
        Fault::FewDecimals { decimals, step_m } => {
            format!("coordinates have {decimals} decimals, steps of {}; the EU asks for at least 6", metres(*step_m))
        }
        Fault::NestedWrongly { nesting } => {
            let [says, is] = nesting.names();
            format!("the geometry says {says}, but its coordinates are nested like those of a {is}")
        }
        Fault::PerfectShape { corners: 4 } => {
            "the plot is a perfect square along the axes: drawn by a program, not walked".to_owned()
        }
        Fault::PerfectShape { corners } => {
            format!("the plot is a perfect circle of {corners} corners: drawn by a program, not walked")
        }
    }
}

fn ring_name(ring: u32) -> String {
    if ring == 0 { "the outer ring".to_owned() } else { format!("hole {ring}") }
}
