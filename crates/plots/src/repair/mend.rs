//! Polygons that are not valid, ring by ring and part by part made so.

use super::loops::{Cut, Loops, Small, TracedRing};
use super::parts::{Enclosed, enclosed};
use super::reorder::reordered;
use super::{Repair, RepairCode, RepairRules, antimeridian};
use crate::intake::coordinate_fault;
use crate::placement::{Misplacement, misplacements};
use crate::rings::{at, check_polygons, clash_fault, distinct_up_to_three, is_on_a_line, orient};
use crate::sides::meetings;
use crate::{Bounds, Defect, DefectEffect, Fault, Part, Position, Shape, ShapeRef, area_m2, difference, union};

/// What the steps say the area is and what it is may differ by this much (m², and share of it): overlays round.
const ROUNDING_M2: f64 = 0.01;
const ROUNDING_SHARE: f64 = 1e-6;

/// Corners nearer than this to each other and not the same (degrees: a tenth of a millimetre) are one to an overlay or
/// two, as it happens: nothing is laid over each other then.
const FOOTING_DEG: f64 = 1e-9;

/// Misplaced holes or parts after which a plot is given up: each costs another look at all of them.
const MOST_MISPLACED: usize = 64;

/// Polygons narrower than this are no plots, and overlays lose their footing on them: 1 cm, in degrees.
const LEAST_EXTENT_DEG: f64 = 1e-7;

/// What can be done for polygons that are not valid.
pub(crate) enum Outcome {
    /// They were repaired.
    Repaired { shape: Shape, defects: Vec<Defect>, repairs: Vec<Repair> },
    /// They could be, one way or the other.
    Proposed(Vec<Repair>),
    /// Nothing.
    Nothing,
}

/// Repairs polygons that are not valid.
pub(crate) fn mend(polygons: &[Part<'_>], rules: RepairRules) -> Outcome {
    let bounds =
        polygons.iter().flat_map(|part| part.rings()).fold(Bounds::empty(), |all, ring| all.union(&Bounds::of(ring)));
    if bounds.width().max(bounds.height()) < LEAST_EXTENT_DEG {
        return Outcome::Nothing;
    }
    if polygons.iter().flat_map(|part| part.rings()).any(antimeridian::crosses) {
        return antimeridian::split(polygons);
    }
    let mut mender = Mender { rules, steps: Vec::new(), drawn_m2: 0.0 };
    let mended = mender.mend(polygons).filter(|shape| mender.is_right(shape));
    let Some(shape) = mended else { return Outcome::Nothing };
    mender.outcome(shape, polygons)
}

/// Whether a shape passes the examination that every geometry passes.
pub(super) fn is_sound(shape: &Shape) -> bool {
    let polygons: Vec<Part<'_>> = shape.as_ref().parts().collect();
    let mut defects = Vec::new();
    check_polygons(&polygons, &mut defects).is_some() && defects.is_empty()
}

/// How sure a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    /// The ground is the same, however often the drawing counts it.
    SameGround,
    /// Only as much as it changes the area by little.
    SmallChange,
    /// The drawing may mean something else.
    OneReading,
}

/// One step of the repair.
struct Step {
    defect: Defect,
    code: RepairCode,
    /// By how much the area as drawn changes.
    change_m2: f64,
    certainty: Certainty,
}

/// A part that is valid by itself.
struct MendedPart {
    /// As found.
    index: usize,
    /// Whether its outer ring was drawn counter-clockwise.
    counter_clockwise: bool,
    shape: Shape,
}

struct Mender {
    rules: RepairRules,
    steps: Vec<Step>,
    drawn_m2: f64,
}

impl Mender {
    fn step(&mut self, fault: Fault, place: Option<Position>, at_ring: [usize; 3], done: (RepairCode, f64, Certainty)) {
        let [part, ring, vertex] = at_ring;
        let defect = Defect { vertex: Some(vertex as u32), ..at(fault, part, ring, place) };
        let (code, change_m2, certainty) = done;
        self.steps.push(Step { defect, code, change_m2, certainty });
    }

    fn mend(&mut self, polygons: &[Part<'_>]) -> Option<Shape> {
        let mut parts = Vec::new();
        for (index, part) in polygons.iter().enumerate() {
            if part.rings().flatten().any(|&position| coordinate_fault(position).is_some()) {
                return None;
            }
            if part.rings().any(|ring| !ring.is_empty()) {
                parts.extend(self.part(index, *part)?);
            }
        }
        self.together(parts)
    }

    /// One part; outer `None` if it cannot be repaired, inner `None` if it encloses nothing.
    fn part(&mut self, index: usize, part: Part<'_>) -> Option<Option<MendedPart>> {
        let (outer, direction) = match self.ring(index, 0, part.outer(), 1.0)? {
            Some(outer) => outer,
            // Holes of nothing are nothing, but why would anybody draw them?
            None => return part.holes().all(<[_]>::is_empty).then_some(None),
        };
        let mut holes = Vec::new();
        for (ring, found) in part.rings().enumerate().skip(1).filter(|(_, found)| !found.is_empty()) {
            if let Some((hole, _)) = self.ring(index, ring, found, -1.0)? {
                holes.push((ring, hole.shape));
            }
        }
        let shape = self.with_holes(index, outer.shape, holes)?;
        Some(Some(MendedPart { index, counter_clockwise: direction > 0.0, shape }))
    }

    /// The ground that one ring encloses and which way the ring runs; outer `None` if it cannot be repaired, inner `None`
    /// if it encloses nothing. What a hole encloses counts less.
    fn ring(&mut self, part: usize, ring: usize, found: &[Position], sign: f64) -> Option<Option<(Enclosed, f64)>> {
        let &first = found.first()?;
        let last = found[found.len() - 1];
        let traced = TracedRing::of(found);
        let closed = traced.positions();
        let empty = match distinct_up_to_three(&closed) {
            distinct @ ..3 => Some(Fault::TooFewPoints { distinct: distinct as u32 }),
            _ => is_on_a_line(&closed).then_some(Fault::RingOnALine),
        };
        if let Some(fault) = empty {
            let dropped = (RepairCode::DroppedEmptyRing, 0.0, Certainty::SmallChange);
            self.step(fault, Some(first), [part, ring, 0], dropped);
            return Some(None);
        }
        if first != last {
            let done = (RepairCode::ClosedRing, 0.0, Certainty::SmallChange);
            self.step(Fault::OpenRing { first, last }, Some(last), [part, ring, found.len() - 1], done);
        }
        let small = Small { m2: self.rules.max_change_m2, share: self.rules.max_change_share };
        let loops = Loops::of(traced, small)?;
        let direction = loops.direction();
        for spike in &loops.spikes {
            let fault = Fault::Spike { length_m: spike.length_m };
            let done = (RepairCode::RemovedSpike, 0.0, Certainty::SmallChange);
            self.step(fault, Some(spike.tip), [part, ring, spike.vertex as usize], done);
        }
        self.drawn_m2 += sign * direction * loops.drawn_m2();
        if loops.loops.is_empty() {
            let dropped = (RepairCode::DroppedEmptyRing, 0.0, Certainty::SmallChange);
            self.step(Fault::NoArea, Some(first), [part, ring, 0], dropped);
            return Some(None);
        }
        let enclosed = enclosed(&loops)?;
        let enclosed_m2 = area_m2(enclosed.shape.as_ref());
        let kept_m2: f64 = direction * loops.loops.iter().map(|it| it.signed_m2).sum::<f64>();
        let last_uncertain = loops.cuts.iter().rposition(|cut| cut.code != RepairCode::DroppedLoop);
        for (number, cut) in loops.cuts.iter().enumerate() {
            let dropped_m2 = -direction * cut.dropped_m2;
            // What the reading of all cuts together changes is told with the last of them.
            let read_m2 = if last_uncertain == Some(number) { enclosed_m2 - kept_m2 } else { 0.0 };
            let certainty = match cut.code {
                RepairCode::DroppedLoop => Certainty::SmallChange,
                _ if enclosed.is_certain => Certainty::SmallChange,
                _ => Certainty::OneReading,
            };
            let done = (cut.code, sign * (dropped_m2 + read_m2), certainty);
            self.step(cut_fault(cut, part, ring), Some(cut.place), [part, ring, cut.vertices[0] as usize], done);
        }
        Some(Some((enclosed, direction)))
    }

    /// The ground of an outer ring without that of the holes, each with its number.
    fn with_holes(&mut self, part: usize, outer: Shape, mut holes: Vec<(usize, Shape)>) -> Option<Shape> {
        if holes.is_empty() {
            return Some(outer);
        }
        if outer.as_ref().ring_ends().len() > 1 || holes.iter().any(|(_, hole)| hole.as_ref().ring_ends().len() > 1) {
            // Rings that had to be cut: what is amiss with them was told.
            let (shape, change_m2) = carved(&outer, &holes)?;
            return (change_m2.abs() <= rounding_m2(area_m2(shape.as_ref()))).then_some(shape);
        }
        for _ in 0..MOST_MISPLACED {
            let mut rings = vec![outer.as_ref().positions().to_vec()];
            rings.extend(holes.iter().map(|(_, hole)| hole.as_ref().positions().to_vec()));
            let mut shape = Shape::from_rings(vec![rings]);
            let number = |index: usize| if index == 0 { 0 } else { holes[index - 1].0 };
            let (fault, place, ring) = match meetings(shape.as_ref()) {
                Err(clash) => {
                    let [a, b] = clash.sides.map(|side| (part, number(side.ring), side.vertex));
                    (clash_fault(clash.kind, a, b), clash.place, a.1)
                }
                Ok(touches) => match misplacements(shape.as_ref(), &touches).first() {
                    None => {
                        orient(&mut shape);
                        return Some(shape);
                    }
                    Some(&Misplacement::HoleOutside { ring: hole }) => {
                        self.drop_hole(part, Fault::HoleOutside, &mut holes, hole);
                        continue;
                    }
                    Some(&Misplacement::NestedHoles { inner, outer }) => {
                        let around = number(outer) as u32;
                        self.drop_hole(part, Fault::NestedHoles { around }, &mut holes, inner);
                        continue;
                    }
                    Some(&Misplacement::SplitInterior { ring, place }) => (Fault::SplitInterior, place, number(ring)),
                    Some(Misplacement::NestedParts { .. }) => return None,
                },
            };
            let (shape, change_m2) = carved(&outer, &holes)?;
            let done = (RepairCode::CutHole, change_m2, Certainty::SmallChange);
            self.step(fault, Some(place), [part, ring, 0], done);
            return Some(shape);
        }
        None
    }

    /// Leaves out the hole that is ring `index` of its part.
    fn drop_hole(&mut self, part: usize, fault: Fault, holes: &mut Vec<(usize, Shape)>, index: usize) {
        let (ring, hole) = holes.remove(index - 1);
        let done = (RepairCode::DroppedHole, area_m2(hole.as_ref()), Certainty::SmallChange);
        self.step(fault, hole.as_ref().positions().first().copied(), [part, ring, 0], done);
    }

    /// Parts side by side, or made one where they share ground.
    fn together(&mut self, mut parts: Vec<MendedPart>) -> Option<Shape> {
        for _ in 0..MOST_MISPLACED {
            let mut whole = Shape::default();
            let mut ring_parts = Vec::new();
            for (number, part) in parts.iter().enumerate() {
                for polygon in part.shape.as_ref().parts() {
                    for ring in polygon.rings() {
                        whole.push_ring(ring);
                        ring_parts.push(number);
                    }
                    whole.end_part();
                }
            }
            if parts.len() < 2 {
                return (!whole.is_empty()).then_some(whole);
            }
            let all: Vec<ShapeRef<'_>> = parts.iter().map(|part| part.shape.as_ref()).collect();
            match meetings(whole.as_ref()) {
                Err(clash) => {
                    let [a, b] = clash.sides.map(|side| parts[ring_parts[side.ring]].index);
                    if a == b {
                        return None;
                    }
                    let fault = clash_fault(clash.kind, (a, 0, 0), (b, 0, 0));
                    return self.united(fault, Some(clash.place), a, &all);
                }
                Ok(touches) => match misplacements(whole.as_ref(), &touches).first() {
                    None => return Some(whole),
                    Some(&Misplacement::NestedParts { inner, outer }) => {
                        let (inner, outer) = (ring_parts[inner], ring_parts[outer]);
                        let fault = Fault::NestedParts { around: parts[outer].index as u32 };
                        let (part, place) = (parts[inner].index, all[inner].positions().first().copied());
                        if parts[inner].counter_clockwise == parts[outer].counter_clockwise {
                            return self.united(fault, place, part, &all);
                        }
                        // Drawn the other way round, as holes are.
                        if nearly_meet(all.iter().copied()) {
                            return None;
                        }
                        let without = difference(all[outer], all[inner]);
                        let change_m2 = area_m2(without.as_ref()) - area_m2(all[outer]) - area_m2(all[inner]);
                        let done = (RepairCode::PartMadeHole, change_m2, Certainty::OneReading);
                        self.step(fault, place, [part, 0, 0], done);
                        parts[outer].shape = without;
                        parts.remove(inner);
                    }
                    Some(_) => return None,
                },
            }
        }
        None
    }

    /// Parts made one. `None` if an overlay could not tell corners apart.
    fn united(&mut self, fault: Fault, place: Option<Position>, part: usize, all: &[ShapeRef<'_>]) -> Option<Shape> {
        if nearly_meet(all.iter().copied()) {
            return None;
        }
        let united = union(all);
        let change_m2 = area_m2(united.as_ref()) - all.iter().map(|&shape| area_m2(shape)).sum::<f64>();
        self.step(fault, place, [part, 0, 0], (RepairCode::UnitedParts, change_m2, Certainty::SameGround));
        Some(united)
    }

    /// Whether what came out is valid, and as large as the steps say.
    fn is_right(&self, shape: &Shape) -> bool {
        let area_m2 = area_m2(shape.as_ref());
        let told_m2 = self.drawn_m2 + self.steps.iter().map(|step| step.change_m2).sum::<f64>();
        !self.steps.is_empty() && (told_m2 - area_m2).abs() <= rounding_m2(area_m2) && is_sound(shape)
    }

    fn outcome(self, mut shape: Shape, polygons: &[Part<'_>]) -> Outcome {
        orient(&mut shape);
        let area_m2 = area_m2(shape.as_ref());
        let changed_m2: f64 = self
            .steps
            .iter()
            .filter(|step| step.certainty == Certainty::SmallChange)
            .map(|step| step.change_m2.abs())
            .sum();
        let is_certain = self.steps.iter().all(|step| step.certainty != Certainty::OneReading);
        if is_certain && self.rules.allow(changed_m2, area_m2) {
            let mut repairs = Vec::with_capacity(self.steps.len());
            let (mut before_m2, last) = (self.drawn_m2, self.steps.len() - 1);
            for (number, step) in self.steps.iter().enumerate() {
                // The last one leaves what is measured, to the digit.
                let after_m2 = if number == last { area_m2 } else { before_m2 + step.change_m2 };
                repairs.push(Repair::of(step.code, &step.defect, before_m2, after_m2));
                before_m2 = after_m2;
            }
            let repaired = |step: Step| Defect { effect: DefectEffect::Repaired, ..step.defect };
            return Outcome::Repaired { shape, defects: self.steps.into_iter().map(repaired).collect(), repairs };
        }
        let decisive = self.steps.iter().max_by(|a, b| {
            let weight = |step: &Step| (step.certainty == Certainty::OneReading, step.change_m2.abs());
            let ((a_reads, a_m2), (b_reads, b_m2)) = (weight(a), weight(b));
            a_reads.cmp(&b_reads).then(a_m2.total_cmp(&b_m2))
        });
        let Some(Step { defect, code, .. }) = decisive else { return Outcome::Nothing };
        let propose = |code: RepairCode, shape: Shape| Repair {
            proposal: Some(Box::new(shape.clone())),
            ..Repair::of(code, defect, self.drawn_m2, crate::area_m2(shape.as_ref()))
        };
        let mut repairs = Vec::new();
        // Corners in the wrong order are told first: a surveyor's mistake, where cutting is a computer's.
        if *code == RepairCode::SplitAtCrossing {
            repairs.extend(reordered(polygons).map(|shape| propose(RepairCode::ReorderedCorners, shape)));
        }
        repairs.push(propose(*code, shape));
        Outcome::Proposed(repairs)
    }
}

/// What a cut is for whoever reads of it.
fn cut_fault(cut: &Cut, part: usize, ring: usize) -> Fault {
    let [a, b] = cut.vertices.map(|vertex| (part, ring, vertex as usize));
    clash_fault(cut.kind, a, b)
}

/// A shape without the ground of holes, and by how much its area differs from what is drawn: that of the shape less
/// those of the holes. `None` if an overlay could not tell corners apart.
fn carved(outer: &Shape, holes: &[(usize, Shape)]) -> Option<(Shape, f64)> {
    let holes: Vec<ShapeRef<'_>> = holes.iter().map(|(_, hole)| hole.as_ref()).collect();
    if nearly_meet(holes.iter().copied().chain([outer.as_ref()])) {
        return None;
    }
    let drawn_m2 = area_m2(outer.as_ref()) - holes.iter().map(|&hole| area_m2(hole)).sum::<f64>();
    let shape = difference(outer.as_ref(), union(&holes).as_ref());
    let change_m2 = area_m2(shape.as_ref()) - drawn_m2;
    Some((shape, change_m2))
}

/// Whether there are corners that are nearly the same.
fn nearly_meet<'s>(shapes: impl Iterator<Item = ShapeRef<'s>>) -> bool {
    let mut corners: Vec<Position> = shapes.flat_map(|shape| shape.positions()).copied().collect();
    corners.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    corners.dedup();
    (0..corners.len()).any(|i| {
        let [x, y] = corners[i];
        let mut beside = corners[i + 1..].iter().take_while(|other| other[0] - x < FOOTING_DEG);
        beside.any(|other| (other[1] - y).abs() < FOOTING_DEG)
    })
}

fn rounding_m2(area_m2: f64) -> f64 {
    ROUNDING_M2 + ROUNDING_SHARE * area_m2
}
