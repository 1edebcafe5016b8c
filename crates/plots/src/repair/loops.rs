//! One ring that meets itself, cut into loops that do not.

use super::RepairCode;
use crate::area::ring_area_m2;
use crate::local_metres::distance_m;
use crate::predicates::same_direction;
use crate::sides::{Clash, ClashKind, meetings};
use crate::{Position, Shape, ShapeRef};

/// Cuts of one ring after which it is given up: not the noise of an instrument.
const MOST_CUTS: usize = 64;

/// Spikes of one ring after which it is given up.
const MOST_SPIKES: usize = 256;

/// A closed ring whose corners know which position, as found, they come from.
#[derive(Clone, Debug)]
pub(super) struct TracedRing {
    /// Without the closing one.
    corners: Vec<(Position, u32)>,
}

/// A side that goes out and back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spike {
    pub(super) vertex: u32,
    pub(super) tip: Position,
    pub(super) length_m: f64,
}

impl TracedRing {
    /// A ring as found, closed, without repeated positions.
    pub(super) fn of(found: &[Position]) -> Self {
        let mut corners: Vec<(Position, u32)> = Vec::with_capacity(found.len());
        for (vertex, &[x, y]) in (0..).zip(found) {
            // Minus zero becomes zero.
            let position = [x + 0.0, y + 0.0];
            if corners.last().is_none_or(|last| last.0 != position) {
                corners.push((position, vertex));
            }
        }
        if corners.len() > 1 && corners[0].0 == corners[corners.len() - 1].0 {
            corners.pop();
        }
        Self { corners }
    }

    /// The ring, closed.
    pub(super) fn positions(&self) -> Vec<Position> {
        let mut ring: Vec<Position> = self.corners.iter().map(|corner| corner.0).collect();
        ring.extend(ring.first().copied());
        ring
    }

    /// Leaves out corners from which the ring goes back the way it came. `None` if there are too many.
    fn pull_spikes(&mut self) -> Option<Vec<Spike>> {
        let corners = &mut self.corners;
        let mut spikes = Vec::new();
        let (mut at, mut passed) = (0, 0);
        while corners.len() >= 3 && passed < corners.len() {
            let count = corners.len();
            at %= count;
            let (before, tip, after) = (corners[(at + count - 1) % count], corners[at], corners[(at + 1) % count]);
            if tip.0 == after.0 {
                corners.remove((at + 1) % count);
            } else if before.0 == after.0 || same_direction(tip.0, before.0, after.0) {
                let length_m = distance_m(before.0, tip.0).min(distance_m(tip.0, after.0));
                spikes.push(Spike { vertex: tip.1, tip: tip.0, length_m });
                if spikes.len() > MOST_SPIKES {
                    return None;
                }
                corners.remove(at);
                // The corner before may be one now.
                at = (at + corners.len() - 1) % corners.len();
            } else {
                (at, passed) = (at + 1, passed + 1);
                continue;
            }
            passed = 0;
        }
        Some(spikes)
    }

    fn encloses_nothing(&self) -> bool {
        self.corners.len() < 3
    }

    /// The two loops into which a clash cuts the ring.
    fn cut(&self, clash: &Clash) -> [Self; 2] {
        let [first, second] = clash.sides.map(|side| side.vertex);
        let (first, second) = (first.min(second), first.max(second));
        let at = |vertex: usize| (clash.place, self.corners[vertex].1);
        let closed = |mut corners: Vec<(Position, u32)>| {
            corners.dedup_by(|next, last| next.0 == last.0);
            if corners.len() > 1 && corners[0].0 == corners[corners.len() - 1].0 {
                corners.pop();
            }
            Self { corners }
        };
        let inner = [&[at(first)], &self.corners[first + 1..=second]].concat();
        let outer = [&[at(second)], &self.corners[second + 1..], &self.corners[..=first]].concat();
        [closed(outer), closed(inner)]
    }
}

/// A loop that does not meet itself.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    /// Closed.
    pub(super) ring: Vec<Position>,
    pub(super) signed_m2: f64,
}

/// A place where a ring was cut.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) kind: ClashKind,
    /// Where the two sides begin, as found.
    pub(super) vertices: [u32; 2],
    pub(super) place: Position,
    /// [`RepairCode::SplitRing`], [`RepairCode::SplitAtCrossing`] or [`RepairCode::DroppedLoop`].
    pub(super) code: RepairCode,
    /// Signed area of what was dropped.
    pub(super) dropped_m2: f64,
}

/// What became of a ring.
#[derive(Clone, Debug, Default)]
pub(super) struct Loops {
    pub(super) spikes: Vec<Spike>,
    pub(super) cuts: Vec<Cut>,
    /// None if the ring encloses nothing.
    pub(super) loops: Vec<Loop>,
}

/// What is small enough to be dropped: m², and as a share of what is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Small {
    pub(super) m2: f64,
    pub(super) share: f64,
}

impl Loops {
    /// Cuts a ring wherever it meets itself. `None` if there are too many places.
    pub(super) fn of(mut ring: TracedRing, small: Small) -> Option<Self> {
        let spikes = ring.pull_spikes()?;
        let mut cuts = Vec::new();
        let loops = cut_up(ring, small, &mut cuts)?;
        Some(Self { spikes, cuts, loops })
    }

    /// Signed area as drawn: spikes have none, and loops add up.
    pub(super) fn drawn_m2(&self) -> f64 {
        let kept: f64 = self.loops.iter().map(|it| it.signed_m2).sum();
        kept + self.cuts.iter().map(|cut| cut.dropped_m2).sum::<f64>()
    }

    /// 1 or -1: which way the largest loop runs.
    pub(super) fn direction(&self) -> f64 {
        let largest = self.loops.iter().max_by(|a, b| a.signed_m2.abs().total_cmp(&b.signed_m2.abs()));
        largest.map_or(1.0, |it| 1.0_f64.copysign(it.signed_m2))
    }
}

fn cut_up(mut ring: TracedRing, small: Small, cuts: &mut Vec<Cut>) -> Option<Vec<Loop>> {
    ring.pull_spikes()?;
    if ring.encloses_nothing() {
        return Some(Vec::new());
    }
    let positions = ring.positions();
    let clash = match meetings(ShapeRef::new(&positions, &[positions.len() as u32], &[1])) {
        Err(clash) => clash,
        Ok(_) => return Some(vec![Loop { signed_m2: ring_area_m2(&positions), ring: positions }]),
    };
    if cuts.len() == MOST_CUTS {
        return None;
    }
    let index = cuts.len();
    let vertices = clash.sides.map(|side| ring.corners[side.vertex].1);
    let crosses = clash.kind == ClashKind::Cross;
    let code = if crosses { RepairCode::SplitAtCrossing } else { RepairCode::SplitRing };
    cuts.push(Cut { kind: clash.kind, vertices, place: clash.place, code, dropped_m2: 0.0 });
    let [outer, inner] = ring.cut(&clash);
    let (mut outer, mut inner) = (cut_up(outer, small, cuts)?, cut_up(inner, small, cuts)?);
    if crosses {
        // All loops of a side count without their sign: a figure of eight is not small because its areas cancel out.
        let gross_m2 = |loops: &[Loop]| loops.iter().map(|it| it.signed_m2.abs()).sum::<f64>();
        let (outer_m2, inner_m2) = (gross_m2(&outer), gross_m2(&inner));
        let dropped = if inner_m2 <= outer_m2 { &mut inner } else { &mut outer };
        if inner_m2.min(outer_m2) <= small.m2 && inner_m2.min(outer_m2) <= small.share * inner_m2.max(outer_m2) {
            cuts[index].code = RepairCode::DroppedLoop;
            cuts[index].dropped_m2 = dropped.drain(..).map(|it| it.signed_m2).sum();
        }
    }
    outer.append(&mut inner);
    Some(outer)
}

/// The loops as one shape, each counter-clockwise and a part.
pub(super) fn as_parts<'l>(loops: impl Iterator<Item = &'l Loop>) -> Shape {
    let mut shape = Shape::default();
    for it in loops {
        let mut ring = it.ring.clone();
        if it.signed_m2 < 0.0 {
            ring.reverse();
        }
        shape.push_ring(&ring);
        shape.end_part();
    }
    shape
}
