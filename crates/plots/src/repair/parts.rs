//! Loops put together as the ground that a ring encloses.

use super::RepairCode;
use super::loops::{Loop, Loops, as_parts};
use super::mend::is_sound;
use crate::predicates::{Place, locate_ring};
use crate::{Position, Shape};

/// The ground that a ring encloses, and whether there was only one way to read it.
#[derive(Clone, Debug)]
pub(super) struct Enclosed {
    pub(super) shape: Shape,
    pub(super) is_certain: bool,
}

/// The ground that the loops of one ring enclose, at least one, counter-clockwise whichever way the ring ran. `None` if
/// that cannot be drawn as a valid shape.
pub(super) fn enclosed(loops: &Loops) -> Option<Enclosed> {
    let crosses = loops.cuts.iter().any(|cut| cut.code == RepairCode::SplitAtCrossing);
    if !crosses && let Some(shape) = by_direction(&loops.loops, loops.direction()) {
        return Some(Enclosed { shape, is_certain: true });
    }
    // Loops that cover each other leave more than two readings: none is offered.
    let shape = as_parts(loops.loops.iter());
    is_sound(&shape).then_some(Enclosed { shape, is_certain: false })
}

/// Loops that run like the largest are parts, those that run the other way are holes in them. `None` if that makes
/// no valid shape.
fn by_direction(loops: &[Loop], direction: f64) -> Option<Shape> {
    let ring = |it: &Loop| -> Vec<Position> {
        let mut ring = it.ring.clone();
        if direction < 0.0 {
            ring.reverse();
        }
        ring
    };
    let runs_along = |it: &&Loop| it.signed_m2 * direction > 0.0;
    let mut parts: Vec<(f64, Vec<Vec<Position>>)> =
        loops.iter().filter(runs_along).map(|it| (it.signed_m2.abs(), vec![ring(it)])).collect();
    for hole in loops.iter().filter(|it| !runs_along(it)) {
        let hole = ring(hole);
        let around = parts
            .iter_mut()
            .filter(|(_, rings)| locate_ring(&hole, &rings[0]) == Place::Inside)
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        around.1.push(hole);
    }
    let shape = Shape::from_rings(parts.into_iter().map(|(_, rings)| rings).collect());
    is_sound(&shape).then_some(shape)
}
