//! Whether two plots have ground in common, decided without computing it.
//!
//! # Method
//!
//! Valid shapes have ground in common if and only if two of their sides cross, or their ground overlaps next to a
//! position in which their borders touch, or a ring that touches nothing of the other shape lies inside it. All three are
//! decided by exact predicates, so that neighbours with one border never reach an overlay, however they share it.
//! Positions where several rings of one shape meet may say yes without cause; never no.

use crate::predicates::{Passage, Place, lefts_overlap, locate, turn};
use crate::{Bounds, Position, ShapeRef};

/// Room for what is looked at of two shapes, used again for the next.
#[derive(Default)]
pub(super) struct Meeting {
    a: Sides,
    b: Sides,
}

/// The sides of a shape near another, and which rings touch it.
#[derive(Default)]
struct Sides {
    sides: Vec<Side>,
    touching: Vec<bool>,
}

#[derive(Clone, Copy)]
struct Side {
    bounds: Bounds,
    /// The position before the side's first one, then its two.
    positions: [Position; 3],
    ring: u32,
}

impl Meeting {
    /// Whether two shapes may have ground in common: `false` is certain. `common` is where their boxes overlap.
    pub(super) fn may_share(&mut self, a: ShapeRef<'_>, b: ShapeRef<'_>, common: &Bounds) -> bool {
        self.a.take(a, common);
        self.b.take(b, common);
        self.b.sides.sort_unstable_by(|s, t| s.bounds.min_x.total_cmp(&t.bounds.min_x));
        self.borders_cross() || self.a.has_ring_inside(a, b) || self.b.has_ring_inside(b, a)
    }

    /// Whether sides cross or ground overlaps where they touch.
    fn borders_cross(&mut self) -> bool {
        let widest = self.b.sides.iter().map(|side| side.bounds.width()).fold(0.0, f64::max);
        for side in &self.a.sides {
            // A little further west than exact arithmetic would go, which rounding cannot take back.
            let west = (side.bounds.min_x - widest).next_down();
            let from = self.b.sides.partition_point(|other| other.bounds.min_x < west);
            for other in &self.b.sides[from..] {
                if other.bounds.min_x > side.bounds.max_x {
                    break;
                }
                if !side.bounds.intersects(&other.bounds) {
                    continue;
                }
                match compare(side, other) {
                    Contact::None => {}
                    Contact::Overlap => return true,
                    Contact::Touch => {
                        self.a.touching[side.ring as usize] = true;
                        self.b.touching[other.ring as usize] = true;
                    }
                }
            }
        }
        false
    }
}

impl Sides {
    fn take(&mut self, shape: ShapeRef<'_>, common: &Bounds) {
        self.sides.clear();
        self.touching.clear();
        for (ring, positions) in shape.rings().enumerate() {
            self.touching.push(false);
            let mut before = positions[positions.len() - 2];
            for ends in positions.windows(2) {
                let (from, to) = (ends[0], ends[1]);
                let bounds = Bounds::of(ends);
                if bounds.intersects(common) {
                    self.sides.push(Side { bounds, positions: [before, from, to], ring: ring as u32 });
                }
                before = from;
            }
        }
    }

    /// Whether a ring of this shape that touches nothing of the other one lies inside it.
    fn has_ring_inside(&self, own: ShapeRef<'_>, other: ShapeRef<'_>) -> bool {
        let bounds = other.bounds();
        own.rings().zip(&self.touching).any(|(ring, touching)| {
            // No side crosses, so that one position tells where all are.
            !touching && bounds.contains(&Bounds::of(ring)) && lies_in(ring[0], other)
        })
    }
}

fn lies_in(p: Position, shape: ShapeRef<'_>) -> bool {
    shape.parts().any(|part| {
        locate(p, part.outer()) != Place::Outside && part.holes().all(|hole| locate(p, hole) != Place::Inside)
    })
}

enum Contact {
    None,
    /// The borders touch, and the ground lies apart there.
    Touch,
    /// There is ground of both next to where the sides meet.
    Overlap,
}

/// How two sides meet. What happens in the last position of a side is left to the side that begins there.
fn compare(a: &Side, b: &Side) -> Contact {
    let ([_, a0, a1], [_, b0, b1]) = (a.positions, b.positions);
    let (b0_side, b1_side) = (turn(a0, a1, b0), turn(a0, a1, b1));
    if apart(b0_side, b1_side) {
        return Contact::None;
    }
    let (a0_side, a1_side) = (turn(b0, b1, a0), turn(b0, b1, a1));
    if apart(a0_side, a1_side) {
        return Contact::None;
    }
    if b0_side == 0.0 && b1_side == 0.0 {
        // On one line: they meet in the first position of either, or not at all.
        let first = |p: Position, side: &Side| within(p, &side.bounds) && p != side.positions[2];
        let mut contact = Contact::None;
        for place in [first(a0, b).then_some(a0), first(b0, a).then_some(b0)].into_iter().flatten() {
            contact = touch(place, a, b);
            if matches!(contact, Contact::Overlap) {
                break;
            }
        }
        return contact;
    }
    if a1_side == 0.0 || b1_side == 0.0 {
        return Contact::None;
    }
    if a0_side == 0.0 {
        touch(a0, a, b)
    } else if b0_side == 0.0 {
        touch(b0, a, b)
    } else {
        Contact::Overlap
    }
}

/// Whether two positions lie on one side of a line, neither of them on it.
fn apart(one: f64, other: f64) -> bool {
    one > 0.0 && other > 0.0 || one < 0.0 && other < 0.0
}

fn within(p: Position, bounds: &Bounds) -> bool {
    bounds.contains(&Bounds::new(p[0], p[1], p[0], p[1]))
}

/// What there is next to a position of both sides that is the last one of neither.
fn touch(place: Position, a: &Side, b: &Side) -> Contact {
    let passage = |side: &Side| {
        let [before, from, after] = side.positions;
        Passage { before: if place == from { before } else { from }, after }
    };
    if lefts_overlap(place, passage(a), passage(b)) { Contact::Overlap } else { Contact::Touch }
}

#[cfg(test)]
mod tests {
    use super::Meeting;
    use crate::{Position, Shape};

    fn check(a: &[&[Position]], b: &[&[Position]], expected: bool) {
        let shape = |rings: &[&[Position]]| {
            let closed = |ring: &&[Position]| [*ring, &ring[..1]].concat();
            Shape::from_rings(vec![rings.iter().map(closed).collect()])
        };
        let (a, b) = (shape(a), shape(b));
        let (a, b) = (a.as_ref(), b.as_ref());
        let common = a.bounds().intersection(&b.bounds());
        let mut meeting = Meeting::default();
        assert_eq!(meeting.may_share(a, b, &common), expected, "{a:?} {b:?}");
        assert_eq!(meeting.may_share(b, a, &common), expected, "{b:?} {a:?}");
    }

    const SQUARE: [Position; 4] = [[0., 0.], [4., 0.], [4., 4.], [0., 4.]];

    #[test]
    fn shapes_that_touch_share_nothing_however_they_touch() {
        let east = [[4., 0.], [8., 0.], [8., 4.], [4., 4.]];
        check(&[&SQUARE], &[&east], false);
        let with_other_corners = [[4., -1.], [8., 0.], [8., 4.], [4., 5.], [4., 3.], [4., 2.]];
        check(&[&SQUARE], &[&with_other_corners], false);
        let tip = [[4., 2.], [6., 1.], [6., 3.]];
        check(&[&SQUARE], &[&tip], false);
        let corner = [[4., 4.], [5., 4.], [5., 5.], [4., 5.]];
        check(&[&SQUARE], &[&corner], false);
        let in_the_notch = [[0., 4.], [2., 2.], [4., 4.]];
        let notched: [Position; 5] = [[0., 0.], [4., 0.], [4., 4.], [2., 2.], [0., 4.]];
        check(&[&notched], &[&in_the_notch], false);
        let deeper = [[0., 4.], [2., 2.0_f64.next_down()], [4., 4.]];
        check(&[&notched], &[&deeper], true);
    }

    #[test]
    fn shapes_with_the_same_border_share_all() {
        check(&[&SQUARE], &[&SQUARE], true);
        let more_corners = [[0., 0.], [2., 0.], [4., 0.], [4., 4.], [0., 4.], [0., 1.]];
        check(&[&SQUARE], &[&more_corners], true);
        let half = [[0., 0.], [4., 0.], [4., 4.]];
        check(&[&SQUARE], &[&half], true);
        let across = [[2., 0.], [4., 2.], [2., 4.], [0., 2.]];
        check(&[&SQUARE], &[&across], true);
    }

    #[test]
    fn a_shape_in_a_hole_shares_nothing_and_one_in_the_ground_is_shared() {
        let hole = [[1., 1.], [1., 3.], [3., 3.], [3., 1.]];
        let fills_it = [[1., 1.], [3., 1.], [3., 3.], [1., 3.]];
        let inside_it = [[1.5, 1.5], [2., 1.5], [2., 2.]];
        let in_the_ground = [[0.25, 0.25], [0.75, 0.25], [0.5, 0.75]];
        check(&[&SQUARE, &hole], &[&fills_it], false);
        check(&[&SQUARE, &hole], &[&inside_it], false);
        check(&[&SQUARE, &hole], &[&in_the_ground], true);
        check(&[&SQUARE], &[&inside_it], true);
    }

    #[test]
    fn corners_that_pass_into_each_other_share_ground() {
        // Both have a corner in the middle of the square's top, and no sides cross.
        let down = [[2., 4.], [1., 1.], [3., 1.]];
        check(&[&SQUARE], &[&down], true);
        let crossing = [[2., 2.], [6., 1.], [6., 3.]];
        check(&[&SQUARE], &[&crossing], true);
    }
}
