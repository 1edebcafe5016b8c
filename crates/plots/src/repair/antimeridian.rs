//! Plots across the antimeridian, cut there in two.

use super::mend::{Outcome, is_sound};
use super::{Repair, RepairCode};
use crate::rings::{at, check_polygons};
use crate::{Defect, DefectEffect, Fault, Part, Position, Shape, area_m2, intersection};

/// Half a turn: what longitudes are moved by, there and back without loss, so that the antimeridian becomes the middle.
const HALF_TURN: f64 = 180.0;

/// Whether a side of a ring, as found, spans more than half the globe: it was meant to go the other way round.
pub(super) fn crosses(ring: &[Position]) -> bool {
    let long = |a: Position, b: Position| (a[0] - b[0]).abs() > HALF_TURN;
    ring.windows(2).any(|side| long(side[0], side[1]))
        || matches!((ring.first(), ring.last()), (Some(&first), Some(&last)) if long(last, first))
}

/// Polygons with such sides, if they are valid where the antimeridian is the middle.
pub(super) fn split(polygons: &[Part<'_>]) -> Outcome {
    let moved = |&[x, y]: &Position| [if x > 0.0 { x - HALF_TURN } else { x + HALF_TURN }, y];
    let parts: Vec<Vec<Vec<Position>>> =
        polygons.iter().map(|part| part.rings().map(|ring| ring.iter().map(moved).collect()).collect()).collect();
    let found = Shape::from_rings(parts);
    let polygons_found: Vec<Part<'_>> = found.as_ref().parts().collect();
    let mut defects = Vec::new();
    let Some(whole) = check_polygons(&polygons_found, &mut defects) else { return Outcome::Nothing };
    let bounds = whole.as_ref().bounds();
    let half = |west: f64, east: f64, turn: f64| {
        let (south, north) = (bounds.min_y - 1.0, bounds.max_y + 1.0);
        let window = vec![[west, south], [east, south], [east, north], [west, north], [west, south]];
        let half = intersection(whole.as_ref(), Shape::from_rings(vec![vec![window]]).as_ref());
        let back = |&[x, y]: &Position| [x + turn, y];
        half.as_ref().parts().map(|part| part.rings().map(|ring| ring.iter().map(back).collect()).collect()).collect()
    };
    let mut halves: Vec<Vec<Vec<Position>>> = half(bounds.min_x - 1.0, 0.0, HALF_TURN);
    halves.extend(half(0.0, bounds.max_x + 1.0, -HALF_TURN));
    let shape = Shape::from_rings(halves);
    if !is_sound(&shape) {
        return Outcome::Nothing;
    }
    let (part, ring, first) = polygons
        .iter()
        .enumerate()
        .flat_map(|(part, polygon)| polygon.rings().enumerate().map(move |(ring, found)| (part, ring, found)))
        .find(|(.., found)| crosses(found))
        .map(|(part, ring, found)| (part, ring, found[0]))
        .expect("a ring that crosses");
    let defect = Defect { effect: DefectEffect::Repaired, ..at(Fault::Antimeridian, part, ring, Some(first)) };
    let (before_m2, after_m2) = (area_m2(whole.as_ref()), area_m2(shape.as_ref()));
    let repair = Repair::of(RepairCode::SplitAtAntimeridian, &defect, before_m2, after_m2);
    // An open ring was closed on the way.
    defects.push(defect);
    Outcome::Repaired { shape, defects, repairs: vec![repair] }
}
