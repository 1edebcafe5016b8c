//! Putting the corners of a boolean operation's result back where they came from.

use super::Frame;
use crate::{Position, ShapeRef};

/// How far, in a frame's units, the operation may have moved a corner: four steps of its grid, 2^-29 of the frame's half.
const SNAP: f64 = 1.0 / (1_u64 << 27) as f64;

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

    /// The position in longitude and latitude of a corner of the result: that of the corner it was, else that where
    /// sides of two shapes meet, else the nearest on a side, else itself.
    pub(super) fn restore(&self, snapped: Position) -> Position {
        self.corner(snapped).unwrap_or_else(|| self.frame.world(self.on_sides(snapped).unwrap_or(snapped)))
    }

    /// The nearest corner within [`SNAP`], the first of equals.
    fn corner(&self, snapped: Position) -> Option<Position> {
        let from = self.corners.partition_point(|(local, _)| local[0] < snapped[0] - SNAP);
        let distance = |p: Position| (p[0] - snapped[0]).abs().max((p[1] - snapped[1]).abs());
        self.corners[from..]
            .iter()
            .take_while(|(local, _)| local[0] <= snapped[0] + SNAP)
            .filter(|(local, _)| distance(*local) <= SNAP)
            .min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)))
            .map(|&(_, world)| world)
    }

    /// Where two sides nearby meet, those that do so at the widest angle; where none do, because they run along each
    /// other, the nearest position on the first.
    fn on_sides(&self, snapped: Position) -> Option<Position> {
        let nearby: Vec<&Side> = self.sides.iter().filter(|side| is_near(snapped, &side.ends)).collect();
        let mut widest: Option<(f64, Position)> = None;
        for (i, a) in nearby.iter().enumerate() {
            // A valid shape's sides meet in its corners only.
            for b in nearby[i + 1..].iter().filter(|b| b.shape != a.shape) {
                let sine = sine(&a.ends, &b.ends).abs();
                if sine > widest.map_or(LEAST_SINE, |(sine, _)| sine) {
                    let place = meet(&a.ends, &b.ends);
                    if in_box(place, &a.ends) && in_box(place, &b.ends) {
                        widest = Some((sine, place));
                    }
                }
            }
        }
        widest.map(|(_, place)| place).or_else(|| nearby.first().map(|side| foot(snapped, &side.ends)))
    }
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
