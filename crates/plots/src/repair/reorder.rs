//! Corners that were taken in the wrong order.

use crate::rings::check_polygons;
use crate::sides::{ClashKind, meetings};
use crate::{Part, Position, Shape};

/// What polygons become if the corners between the first two sides that cross are put in the other order: the two sides
/// then no longer cross. `None` if that does not make the polygons valid, or there is no such crossing.
pub(super) fn reordered(polygons: &[Part<'_>]) -> Option<Shape> {
    let mut parts: Vec<Vec<Vec<Position>>> =
        polygons.iter().map(|part| part.rings().filter(|ring| !ring.is_empty()).map(closed).collect()).collect();
    let mut changed = false;
    for ring in parts.iter_mut().flatten().filter(|ring| ring.len() >= 4) {
        let alone = Shape::from_rings(vec![vec![ring.clone()]]);
        if let Err(clash) = meetings(alone.as_ref()) {
            let [a, b] = clash.sides.map(|side| side.vertex);
            if clash.kind != ClashKind::Cross {
                return None;
            }
            ring[a.min(b) + 1..=a.max(b)].reverse();
            changed = true;
        }
    }
    let shape = Shape::from_rings(parts);
    let polygons: Vec<Part<'_>> = shape.as_ref().parts().collect();
    changed.then(|| check_polygons(&polygons, &mut Vec::new())).flatten()
}

/// A ring as found, closed, without repeated positions.
fn closed(found: &[Position]) -> Vec<Position> {
    let mut ring = found.to_vec();
    ring.dedup();
    if ring.first() != ring.last() {
        ring.push(ring[0]);
    }
    ring
}
