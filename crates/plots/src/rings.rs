//! Polygons as a reader found them: ring by ring normalised, then checked as a shape.

use crate::intake::{coordinate_fault, counted, without_minus_zero};
use crate::placement::{Misplacement, misplacements};
use crate::predicates::{is_counter_clockwise, turn};
use crate::sides::{Fault, FaultKind, meetings};
use crate::{Bounds, Defect, DefectCode, Part, Position, Shape, ShapeRef, area_m2};

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
    let fatal = |defects: &[Defect]| defects[before..].iter().any(|defect| defect.code != DefectCode::OpenRing);
    if fatal(defects) {
        return None;
    }
    match meetings(shape.as_ref()) {
        Err(fault) => defects.push(raw.meeting_defect(fault)),
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
            let detail =
                format!("{:.0} km2 are too much for a plot, the limit is {:.0} km2", area_m2 / 1e6, TOO_LARGE_M2 / 1e6);
            return Some(Defect::of_geometry(DefectCode::TooLarge, detail));
        }
    }
    if shape_deg2 <= SLIVER * box_deg2 && area_m2(shape) <= 0.0 {
        let detail = "the polygon is so thin that no area can be computed";
        return Some(Defect {
            place: shape.positions().first().copied(),
            ..Defect::of_geometry(DefectCode::ZeroArea, detail)
        });
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
                        let detail = "the outer ring has no positions, but the part has a hole";
                        defects.push(at(DefectCode::TooFewPoints, part, ring, None, detail.into()));
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

    fn meeting_defect(&self, fault: Fault) -> Defect {
        let [a, b] = fault.sides.map(|side| {
            let (part, ring) = self.origin(side.ring);
            (part, ring, self.origin_vertex((part, ring), side.vertex))
        });
        let place = written(fault.place);
        let one_ring = (a.0, a.1) == (b.0, b.1);
        let (ring_a, ring_b) = (ring_name(a.1), ring_name(b.1));
        let detail = match fault.kind {
            FaultKind::Cross if one_ring => {
                format!("sides {} and {} of {ring_a} cross at {place}; a boundary may not cross itself", a.2, b.2)
            }
            FaultKind::Overlap if one_ring => format!(
                "sides {} and {} of {ring_a} run along each other at {place}; a boundary may not go out and back",
                a.2, b.2
            ),
            FaultKind::SelfTouch => format!("{ring_a} touches itself at {place}; it should be drawn as two rings"),
            FaultKind::Cross if a.0 == b.0 => {
                format!("{ring_b} crosses {ring_a} at {place}; rings may touch only in points")
            }
            FaultKind::Overlap if a.0 == b.0 => {
                format!("{ring_b} runs along {ring_a} at {place}; rings may touch only in points")
            }
            FaultKind::Cross => format!(
                "parts {} and {} overlap, their sides cross at {place}; ground may belong to one part only",
                a.0, b.0
            ),
            FaultKind::Overlap => {
                format!("parts {} and {} share a side at {place}; they should be drawn as one part", a.0, b.0)
            }
        };
        let code = match fault.kind {
            FaultKind::SelfTouch => DefectCode::SelfTouchingRing,
            FaultKind::Cross if a.0 != b.0 => DefectCode::OverlappingParts,
            FaultKind::Cross | FaultKind::Overlap => DefectCode::CrossingSides,
        };
        Defect { vertex: Some(a.2 as u32), ..at(code, a.0, a.1, Some(fault.place), detail) }
    }

    fn placement_defect(&self, shape: ShapeRef<'_>, misplacement: Misplacement) -> Defect {
        let first = |index: usize| shape.rings().nth(index).map(|ring| ring[0]);
        let (code, index, place, detail) = match misplacement {
            Misplacement::HoleOutside { ring } => {
                let hole = ring_name(self.origin(ring).1);
                let detail = format!("{hole} lies outside the outer ring of its part");
                (DefectCode::HoleOutside, ring, first(ring), detail)
            }
            Misplacement::NestedHoles { inner, outer } => {
                let [inside, around] = [inner, outer].map(|ring| ring_name(self.origin(ring).1));
                let detail = format!("{inside} lies in {around}; a hole may not have a hole");
                (DefectCode::NestedHoles, inner, first(inner), detail)
            }
            Misplacement::NestedParts { inner, outer } => {
                let [inside, around] = [inner, outer].map(|ring| self.origin(ring).0);
                let detail = format!(
                    "part {inside} lies in part {around} and not in a hole of it; its ground would count twice"
                );
                (DefectCode::NestedParts, inner, first(inner), detail)
            }
            Misplacement::SplitInterior { ring, place } => {
                let detail = format!(
                    "rings that touch at {} cut the part in two; it should be drawn as two parts",
                    written(place)
                );
                (DefectCode::SplitInterior, ring, Some(place), detail)
            }
        };
        let (part, ring) = self.origin(index);
        at(code, part, ring, place, detail)
    }
}

/// The first position of a ring, as found, that is not on the globe.
fn coordinate_defect(part: usize, ring: usize, positions: &[Position]) -> Option<Defect> {
    let (vertex, (code, detail)) =
        positions.iter().enumerate().find_map(|(vertex, &position)| Some((vertex, coordinate_fault(position)?)))?;
    let place = (code == DefectCode::OutOfRange).then_some(positions[vertex]);
    Some(Defect { vertex: Some(vertex as u32), ..at(code, part, ring, place, detail) })
}

/// Closes the ring that is being built in `shape`, and says what is wrong with it.
fn ring_defect(part: usize, ring: usize, found: &[Position], shape: &mut Shape) -> Option<Defect> {
    let name = ring_name(ring);
    let first = shape.open_ring()[0];
    let distinct = distinct_up_to_three(shape.open_ring());
    if distinct < 3 {
        let detail = format!(
            "{name} has {}; a ring needs at least three and its first again",
            counted(distinct, "distinct position")
        );
        return Some(at(DefectCode::TooFewPoints, part, ring, Some(first), detail));
    }
    let last = shape.open_ring()[shape.open_ring().len() - 1];
    let open = first != last;
    if open {
        shape.push_position(first);
    }
    let positions = shape.open_ring();
    if positions.windows(2).any(|side| (side[0][0] - side[1][0]).abs() > 180.0) {
        let detail = format!(
            "{name} has a side over more than 180 degrees; a plot across the antimeridian must be cut there in two parts"
        );
        return Some(at(DefectCode::Antimeridian, part, ring, Some(first), detail));
    }
    let bounds = Bounds::of(positions);
    if planar_deg2(positions).abs() <= SLIVER * bounds.width() * bounds.height()
        && positions.windows(3).all(|corner| turn(corner[0], corner[1], corner[2]) == 0.0)
    {
        let detail = format!("{name} lies on one line and encloses nothing");
        return Some(at(DefectCode::ZeroArea, part, ring, Some(first), detail));
    }
    open.then(|| {
        let detail = format!(
            "{name} was open and was closed: its last position {} differs from its first {}",
            written(last),
            written(first)
        );
        let vertex = Some(found.len() as u32 - 1);
        Defect { vertex, ..at(DefectCode::OpenRing, part, ring, Some(last), detail) }
    })
}

/// How many distinct positions there are, but not more than three.
fn distinct_up_to_three(ring: &[Position]) -> usize {
    let first = ring[0];
    let Some(&second) = ring.iter().find(|&&p| p != first) else { return 1 };
    if ring.iter().any(|&p| p != first && p != second) { 3 } else { 2 }
}

/// A defect of one ring.
fn at(code: DefectCode, part: usize, ring: usize, place: Option<Position>, detail: String) -> Defect {
    let (part, ring) = (Some(part as u32), Some(ring as u32));
    Defect { part, ring, place, ..Defect::of_geometry(code, detail) }
}

fn ring_name(ring: usize) -> String {
    if ring == 0 { "the outer ring".into() } else { format!("hole {ring}") }
}

/// Longitude and latitude in words, to 7 decimals: a centimetre.
fn written([x, y]: Position) -> String {
    let rounded = |value: f64| (value * 1e7).round() / 1e7;
    format!("{}, {}", rounded(x), rounded(y))
}
