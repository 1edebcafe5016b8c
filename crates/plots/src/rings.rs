//! Polygons as a reader found them: ring by ring normalised, then checked as a shape.

use crate::intake::{coordinate_fault, without_minus_zero};
use crate::local_metres::distance_m;
use crate::placement::{Misplacement, misplacements};
use crate::predicates::{is_counter_clockwise, turn};
use crate::sides::{Clash, ClashKind, meetings};
use crate::{Bounds, Defect, DefectCode, Fault, Part, Position, Shape, ShapeRef, area_m2};

/// More than any plot, farm, parish or department: Russia has 1.7e13 m², Brazil 8.5e12 m².
const TOO_LARGE_M2: f64 = 8e12;

/// A box of this many square degrees has less than [`TOO_LARGE_M2`]: a square degree has at most 1.24e10 m².
pub(crate) const SURELY_SMALL_DEG2: f64 = 600.0;

/// Below this share of its box an area may be nothing but rounding, and is looked at exactly.
pub(crate) const SLIVER: f64 = 1e-9;

/// Makes a valid, oriented shape of the given polygons, or adds the defects that prevent it.
pub(crate) fn check_polygons(polygons: &[Part<'_>], defects: &mut Vec<Defect>) -> Option<Shape> {
    let raw = RawRings { polygons };
    let before = defects.len();
    let mut shape = raw.normalise(defects);
    let fatal = |defects: &[Defect]| defects[before..].iter().any(|defect| defect.code() != DefectCode::OpenRing);
    if fatal(defects) {
        return None;
    }
    match meetings(shape.as_ref()) {
        Err(clash) => defects.push(raw.clash_defect(shape.as_ref(), clash)),
        Ok(_) if shape.as_ref().ring_ends().len() == 1 => {}
        Ok(touches) => {
            for misplacement in misplacements(shape.as_ref(), &touches) {
                defects.push(raw.placement_defect(shape.as_ref(), misplacement));
            }
        }
    }
    if fatal(defects) {
        return None;
    }
    orient(&mut shape);
    defects.extend(size_defect(shape.as_ref()));
    (!fatal(defects)).then_some(shape)
}

/// Turns outer rings counter-clockwise and holes clockwise.
pub(crate) fn orient(shape: &mut Shape) {
    let mut outer = true;
    let mut next_part = 0;
    for ring in 0..shape.as_ref().ring_ends().len() {
        let view = shape.as_ref();
        let end = view.ring_ends()[ring] as usize;
        let start = if ring == 0 { 0 } else { view.ring_ends()[ring - 1] as usize };
        let turn_around = is_counter_clockwise(&view.positions()[start..end]) != outer;
        outer = view.part_ends()[next_part] as usize == ring + 1;
        next_part += usize::from(outer);
        if turn_around {
            shape.reverse_ring(ring);
        }
    }
}

/// Too large for a plot, or so thin that its area is lost in rounding.
fn size_defect(shape: ShapeRef<'_>) -> Option<Defect> {
    let bounds = shape.bounds();
    let box_deg2 = bounds.width() * bounds.height();
    let shape_deg2: f64 = shape.rings().map(planar_deg2).sum();
    if box_deg2 > SURELY_SMALL_DEG2 {
        let area_m2 = area_m2(shape);
        if area_m2 > TOO_LARGE_M2 {
            return Some(Defect::of_geometry(Fault::TooLarge { area_m2, limit_m2: TOO_LARGE_M2 }));
        }
    }
    if shape_deg2 <= SLIVER * box_deg2 && area_m2(shape) <= 0.0 {
        return Some(Defect { place: shape.positions().first().copied(), ..Defect::of_geometry(Fault::NoArea) });
    }
    None
}

/// Signed area of a closed ring in square degrees, good enough to tell slivers.
pub(crate) fn planar_deg2(ring: &[Position]) -> f64 {
    let [x0, y0] = ring[0];
    let cross = |side: &[Position]| (side[0][0] - x0) * (side[1][1] - y0) - (side[1][0] - x0) * (side[0][1] - y0);
    0.5 * ring.windows(2).map(cross).sum::<f64>()
}

/// The polygons as they were found, to name their rings and vertices as the user knows them.
struct RawRings<'a> {
    polygons: &'a [Part<'a>],
}

impl RawRings<'_> {
    /// Copies all rings that are not empty, without consecutive duplicates and closed.
    fn normalise(&self, defects: &mut Vec<Defect>) -> Shape {
        let rings = || self.polygons.iter().flat_map(|part| part.rings());
        let positions = rings().map(|ring| ring.len() + 1).sum();
        let mut shape = Shape::with_capacity(positions, rings().count(), self.polygons.len());
        for (part, polygon) in self.polygons.iter().enumerate() {
            for (ring, positions) in polygon.rings().enumerate() {
                if positions.is_empty() {
                    if ring == 0 && polygon.rings().any(|hole| !hole.is_empty()) {
                        defects.push(at(Fault::NoOuterRing, part, ring, None));
                    }
                    continue;
                }
                for &position in positions {
                    let position = without_minus_zero(position);
                    if shape.open_ring().last() != Some(&position) {
                        shape.push_position(position);
                    }
                }
                if let Some(defect) = coordinate_defect(part, ring, positions) {
                    defects.push(defect);
                } else if let Some(defect) = ring_defect(part, ring, positions, &mut shape) {
                    defects.push(defect);
                }
                shape.end_ring();
            }
            shape.end_part();
        }
        shape
    }

    /// Which part and ring, as found, became ring `index` of the shape: empty ones were left out.
    fn origin(&self, index: usize) -> (usize, usize) {
        self.polygons
            .iter()
            .enumerate()
            .flat_map(|(part, polygon)| polygon.rings().enumerate().map(move |(ring, found)| (part, ring, found)))
            .filter(|(_, _, found)| !found.is_empty())
            .map(|(part, ring, _)| (part, ring))
            .nth(index)
            .expect("every ring of the shape was copied from a ring as found")
    }

    /// Which position, as found, became position `vertex` of its ring: repeated ones were left out.
    fn origin_vertex(&self, (part, ring): (usize, usize), vertex: usize) -> usize {
        let found = self.polygons[part].rings().nth(ring).expect("a ring as found");
        let distinct = (0..found.len()).filter(|&i| i == 0 || found[i] != found[i - 1]);
        distinct.take(vertex + 1).last().unwrap_or(0)
    }

    fn clash_defect(&self, shape: ShapeRef<'_>, clash: Clash) -> Defect {
        let [a, b] = clash.sides.map(|side| {
            let (part, ring) = self.origin(side.ring);
            (part, ring, self.origin_vertex((part, ring), side.vertex))
        });
        let ring = shape.rings().nth(clash.sides[0].ring).expect("a ring of the shape");
        let (fault, place) = match spike(ring, &clash) {
            Some((length_m, tip)) => (Fault::Spike { length_m }, tip),
            None => (clash_fault(clash.kind, a, b), clash.place),
        };
        Defect { vertex: Some(a.2 as u32), ..at(fault, a.0, a.1, Some(place)) }
    }

    fn placement_defect(&self, shape: ShapeRef<'_>, misplacement: Misplacement) -> Defect {
        let first = |index: usize| shape.rings().nth(index).map(|ring| ring[0]);
        let (fault, index, place) = match misplacement {
            Misplacement::HoleOutside { ring } => (Fault::HoleOutside, ring, first(ring)),
            Misplacement::NestedHoles { inner, outer } => {
                (Fault::NestedHoles { around: self.origin(outer).1 as u32 }, inner, first(inner))
            }
            Misplacement::NestedParts { inner, outer } => {
                (Fault::NestedParts { around: self.origin(outer).0 as u32 }, inner, first(inner))
            }
            Misplacement::SplitInterior { ring, place } => (Fault::SplitInterior, ring, Some(place)),
        };
        let (part, ring) = self.origin(index);
        at(fault, part, ring, place)
    }
}

/// A clash of sides in the words of a defect; of each side the part, the ring and the vertex as found.
pub(crate) fn clash_fault(kind: ClashKind, a: (usize, usize, usize), b: (usize, usize, usize)) -> Fault {
    let sides = [a.2 as u32, b.2 as u32];
    let (one_ring, other_ring, other_part) = ((a.0, a.1) == (b.0, b.1), b.1 as u32, b.0 as u32);
    match kind {
        ClashKind::SelfTouch => Fault::SelfTouchingRing,
        ClashKind::Cross if one_ring => Fault::CrossingSides { sides },
        ClashKind::Overlap if one_ring => Fault::SidesAlongEachOther { sides },
        ClashKind::Cross if a.0 == b.0 => Fault::RingsCross { other: other_ring },
        ClashKind::Overlap if a.0 == b.0 => Fault::RingsShareSide { other: other_ring },
        ClashKind::Cross => Fault::PartsCross { other: other_part },
        ClashKind::Overlap => Fault::PartsShareSide { other: other_part },
    }
}

/// Whether the sides that run along each other are neighbours: then how far they go out (metres) and to where.
fn spike(ring: &[Position], clash: &Clash) -> Option<(f64, Position)> {
    let [a, b] = clash.sides;
    let sides = ring.len() - 1;
    let first = if (a.vertex + 1) % sides == b.vertex {
        a.vertex
    } else if (b.vertex + 1) % sides == a.vertex {
        b.vertex
    } else {
        return None;
    };
    if clash.kind != ClashKind::Overlap || a.ring != b.ring {
        return None;
    }
    let (before, tip, after) = (ring[first], ring[first + 1], ring[(first + 1) % sides + 1]);
    Some((distance_m(before, tip).min(distance_m(tip, after)), tip))
}

/// The first position of a ring, as found, that is not on the globe.
fn coordinate_defect(part: usize, ring: usize, positions: &[Position]) -> Option<Defect> {
    let (vertex, fault) =
        positions.iter().enumerate().find_map(|(vertex, &position)| Some((vertex, coordinate_fault(position)?)))?;
    let place = (fault.code() == DefectCode::OutOfRange).then_some(positions[vertex]);
    Some(Defect { vertex: Some(vertex as u32), ..at(fault, part, ring, place) })
}

/// Closes the ring that is being built in `shape`, and says what is wrong with it.
fn ring_defect(part: usize, ring: usize, found: &[Position], shape: &mut Shape) -> Option<Defect> {
    let first = shape.open_ring()[0];
    let distinct = distinct_up_to_three(shape.open_ring());
    if distinct < 3 {
        return Some(at(Fault::TooFewPoints { distinct: distinct as u32 }, part, ring, Some(first)));
    }
    let last = shape.open_ring()[shape.open_ring().len() - 1];
    let open = first != last;
    if open {
        shape.push_position(first);
    }
    let positions = shape.open_ring();
    if positions.windows(2).any(|side| (side[0][0] - side[1][0]).abs() > 180.0) {
        return Some(at(Fault::Antimeridian, part, ring, Some(first)));
    }
    if is_on_a_line(positions) {
        return Some(at(Fault::RingOnALine, part, ring, Some(first)));
    }
    open.then(|| {
        let vertex = Some(found.len() as u32 - 1);
        Defect { vertex, ..at(Fault::OpenRing { first, last }, part, ring, Some(last)) }
    })
}

/// Whether all corners of a closed ring lie on one line.
pub(crate) fn is_on_a_line(ring: &[Position]) -> bool {
    let bounds = Bounds::of(ring);
    planar_deg2(ring).abs() <= SLIVER * bounds.width() * bounds.height()
        && ring.windows(3).all(|corner| turn(corner[0], corner[1], corner[2]) == 0.0)
}

/// How many distinct positions there are, but not more than three.
pub(crate) fn distinct_up_to_three(ring: &[Position]) -> usize {
    let first = ring[0];
    let Some(&second) = ring.iter().find(|&&p| p != first) else { return 1 };
    if ring.iter().any(|&p| p != first && p != second) { 3 } else { 2 }
}

/// A defect of one ring.
pub(crate) fn at(fault: Fault, part: usize, ring: usize, place: Option<Position>) -> Defect {
    let (part, ring) = (Some(part as u32), Some(ring as u32));
    Defect { part, ring, place, ..Defect::of_geometry(fault) }
}
