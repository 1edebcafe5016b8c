//! Putting the corners of a boolean operation's result back where they came from.

use super::{Frame, ROUNDING_DEG};
use crate::{Position, ShapeRef};

/// How far, in a frame's units, the operation may have moved a corner: 16 steps of its grid, each 2^-29 of the frame's
/// half. It moves corners again when sides that it moved meet others; more than 8 steps were not seen.
const SNAP: f64 = 1.0 / (1_u64 << 25) as f64;

/// Sides at a smaller angle than this (its sine) do not say where they meet.
const LEAST_SINE: f64 = 1e-6;

/// The corners and sides that went into a boolean operation.
pub(super) struct Origins<'a> {
    frame: &'a Frame,
    /// Local and world positions, by local x; equal ones in the order of the shapes.
    corners: Vec<(Position, Position)>,
    sides: Vec<Side>,
}

/// A side in local coordinates, and which of the shapes has it.
struct Side {
    ends: [Position; 2],
    shape: usize,
}

impl<'a> Origins<'a> {
    pub(super) fn of<'s>(shapes: impl Iterator<Item = ShapeRef<'s>>, frame: &'a Frame) -> Self {
        let (mut corners, mut sides) = (Vec::new(), Vec::new());
        for (shape, view) in shapes.enumerate() {
            for ring in view.rings() {
                corners.extend(ring.iter().map(|&p| (frame.local(p), p)));
                let side = |ends: &[Position]| Side { ends: [frame.local(ends[0]), frame.local(ends[1])], shape };
                sides.extend(ring.windows(2).map(side));
            }
        }
        corners.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
        Self { frame, corners, sides }
    }

    /// The position in longitude and latitude of a corner of the result: that of the nearest corner that went in, or of
    /// the nearest meeting of sides of two shapes; else the nearest on a side, else itself.
    pub(super) fn restore(&self, snapped: Position) -> Position {
        let corner = self.corner(snapped);
        if let Some((0.0, world)) = corner {
            return world;
        }
        let nearby: Vec<&Side> = self.sides.iter().filter(|side| is_near(snapped, &side.ends)).collect();
        match (corner, meeting(snapped, &nearby)) {
            (Some((to_corner, world)), Some(place)) => {
                // A corner that lies on a side but for rounding is where it meets the side: the place is one and not two.
                let met = self.frame.world(place);
                let is_corner = to_corner <= distance(place, snapped) || distance(met, world) <= ROUNDING_DEG;
                if is_corner { world } else { met }
            }
            (Some((_, world)), None) => world,
            (None, Some(place)) => self.frame.world(place),
            // Sides that run along each other meet nowhere in particular.
            (None, None) => self.frame.world(nearby.first().map_or(snapped, |side| foot(snapped, &side.ends))),
        }
    }

    /// The nearest corner within [`SNAP`] and its distance, the first of equals.
    fn corner(&self, snapped: Position) -> Option<(f64, Position)> {
        let from = self.corners.partition_point(|(local, _)| local[0] < snapped[0] - SNAP);
        self.corners[from..]
            .iter()
            .take_while(|(local, _)| local[0] <= snapped[0] + SNAP)
            .map(|&(local, world)| (distance(local, snapped), world))
            .filter(|&(distance, _)| distance <= SNAP)
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }
}

/// The nearest place where sides of two shapes meet.
fn meeting(snapped: Position, nearby: &[&Side]) -> Option<Position> {
    let mut nearest: Option<Position> = None;
    for (i, a) in nearby.iter().enumerate() {
        // A valid shape's sides meet in its corners only.
        for b in nearby[i + 1..].iter().filter(|b| b.shape != a.shape) {
            if sine(&a.ends, &b.ends).abs() <= LEAST_SINE {
                continue;
            }
            let place = meet(&a.ends, &b.ends);
            if in_box(place, &a.ends)
                && in_box(place, &b.ends)
                && nearest.is_none_or(|known| distance(place, snapped) < distance(known, snapped))
            {
                nearest = Some(place);
            }
        }
    }
    nearest
}

/// The greater of the distances along the axes.
fn distance(a: Position, b: Position) -> f64 {
    (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
}

fn along(side: &[Position; 2]) -> Position {
    [side[1][0] - side[0][0], side[1][1] - side[0][1]]
}

fn cross(a: Position, b: Position) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Whether a position lies in the box around a side, or within [`SNAP`] of it.
fn in_box(p: Position, side: &[Position; 2]) -> bool {
    (0..2).all(|axis| {
        let (low, high) = (side[0][axis].min(side[1][axis]), side[0][axis].max(side[1][axis]));
        low - SNAP <= p[axis] && p[axis] <= high + SNAP
    })
}

/// Whether a position lies within [`SNAP`] of a side.
fn is_near(p: Position, side: &[Position; 2]) -> bool {
    if !in_box(p, side) {
        return false;
    }
    let direction = along(side);
    let length = libm::hypot(direction[0], direction[1]);
    cross(direction, [p[0] - side[0][0], p[1] - side[0][1]]).abs() <= SNAP * length
}

/// Sine of the angle from one side to another.
fn sine(a: &[Position; 2], b: &[Position; 2]) -> f64 {
    let (a, b) = (along(a), along(b));
    let lengths = libm::hypot(a[0], a[1]) * libm::hypot(b[0], b[1]);
    if lengths > 0.0 { cross(a, b) / lengths } else { 0.0 }
}

/// Where the lines through two sides meet; they are not parallel.
fn meet(a: &[Position; 2], b: &[Position; 2]) -> Position {
    let (along_a, along_b) = (along(a), along(b));
    let share = cross([b[0][0] - a[0][0], b[0][1] - a[0][1]], along_b) / cross(along_a, along_b);
    [a[0][0] + share * along_a[0], a[0][1] + share * along_a[1]]
}

/// The position on the line through a side that is nearest to `p`; `p` itself for a side without length.
fn foot(p: Position, side: &[Position; 2]) -> Position {
    let direction = along(side);
    let length2 = direction[0] * direction[0] + direction[1] * direction[1];
    if length2 == 0.0 {
        return p;
    }
    let offset = cross(direction, [p[0] - side[0][0], p[1] - side[0][1]]) / length2;
    [p[0] + offset * direction[1], p[1] - offset * direction[0]]
}
