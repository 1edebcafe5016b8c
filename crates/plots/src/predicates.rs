//! Exact decisions about positions: which side, which sector, in or out of a ring.
//!
//! Every sign comes from Shewchuk's adaptive predicate, so that the answers never contradict each other.

use robust::{Coord, orient2d};

use crate::Position;

/// Positive if `c` lies left of the line from `a` to `b`, negative if right, zero if on it.
#[inline]
pub(crate) fn turn(a: Position, b: Position, c: Position) -> f64 {
    let coord = |p: Position| Coord { x: p[0], y: p[1] };
    orient2d(coord(a), coord(b), coord(c))
}

/// Whether `a` and `b` lie in the same direction from `from`. Neither may equal `from`.
pub(crate) fn same_direction(from: Position, a: Position, b: Position) -> bool {
    // The comparisons are exact and rule out nearly every pair before the predicate is asked.
    let side = |axis: usize, p: Position| p[axis].partial_cmp(&from[axis]);
    side(0, a) == side(0, b) && side(1, a) == side(1, b) && turn(from, a, b) == 0.0
}

/// Whether direction `d` lies in the sector swept counter-clockwise from `a` to `b` around `at`;
/// `None` on the sector's border.
pub(crate) fn in_sector(at: Position, a: Position, b: Position, d: Position) -> Option<bool> {
    if same_direction(at, a, d) || same_direction(at, b, d) {
        return None;
    }
    let opening = turn(at, a, b);
    let left_of_a = turn(at, a, d) > 0.0;
    let right_of_b = turn(at, b, d) < 0.0;
    Some(if opening > 0.0 {
        left_of_a && right_of_b
    } else if opening < 0.0 {
        left_of_a || right_of_b
    } else {
        left_of_a
    })
}

/// A passage of a ring through a position: where it comes from and where it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    pub(crate) before: Position,
    pub(crate) after: Position,
}

/// Whether two passages through `at` change sides there. Passages that share a direction do not:
/// they run along each other, which is found elsewhere.
pub(crate) fn passages_cross(at: Position, a: Passage, b: Passage) -> bool {
    let sides = [b.before, b.after].map(|d| in_sector(at, a.before, a.after, d));
    matches!(sides, [Some(one), Some(other)] if one != other)
}

/// Whether the ground on the left of two passages through `at` has something in common however near to it.
///
/// Valid shapes have their ground on the left of all their rings.
pub(crate) fn lefts_overlap(at: Position, a: Passage, b: Passage) -> bool {
    // Each side's ground is the sector from where the ring goes round to where it comes from. Two open sectors overlap
    // if they begin alike or one begins inside the other.
    same_direction(at, a.after, b.after)
        || in_sector(at, a.after, a.before, b.after) == Some(true)
        || in_sector(at, b.after, b.before, a.after) == Some(true)
}

/// Where something lies in respect to a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Outside,
    Border,
}

/// Where `p` lies in respect to a closed ring that does not cross itself.
pub(crate) fn locate(p: Position, ring: &[Position]) -> Place {
    let mut inside = false;
    for side in ring.windows(2) {
        let (a, b) = (side[0], side[1]);
        if a == p {
            return Place::Border;
        }
        if (a[1] > p[1]) == (b[1] > p[1]) {
            let level = a[1] == p[1] && b[1] == p[1];
            if level && (a[0] < p[0]) != (b[0] < p[0]) {
                return Place::Border;
            }
        } else if a[0] > p[0] && b[0] > p[0] {
            inside = !inside;
        } else if a[0] >= p[0] || b[0] >= p[0] {
            let side_of_p = turn(a, b, p);
            if side_of_p == 0.0 {
                return Place::Border;
            }
            if (side_of_p > 0.0) == (b[1] > a[1]) {
                inside = !inside;
            }
        }
    }
    if inside { Place::Inside } else { Place::Outside }
}

/// Where ring `inner` lies in respect to ring `ring`; the two may touch but neither cross nor overlap.
pub(crate) fn locate_ring(inner: &[Position], ring: &[Position]) -> Place {
    inner
        .iter()
        .map(|&p| locate(p, ring))
        .find(|&place| place != Place::Border)
        .unwrap_or_else(|| locate_direction(inner[0], inner[1], ring))
}

/// Which way one leaves the ring's border at `p`, going towards `towards`.
fn locate_direction(p: Position, towards: Position, ring: &[Position]) -> Place {
    let counter_clockwise = is_counter_clockwise(ring);
    for i in 0..ring.len() - 1 {
        let (a, b) = (ring[i], ring[i + 1]);
        let passage = if a == p {
            let before = if i == 0 { ring[ring.len() - 2] } else { ring[i - 1] };
            Passage { before, after: b }
        } else if b != p && on_side(p, a, b) {
            Passage { before: a, after: b }
        } else {
            continue;
        };
        // The inside of a counter-clockwise ring lies left of the way, from `after` round to `before`.
        return match in_sector(p, passage.after, passage.before, towards) {
            Some(left) if left == counter_clockwise => Place::Inside,
            Some(_) => Place::Outside,
            None => Place::Border,
        };
    }
    Place::Border
}

/// Whether `p` lies on the side from `a` to `b`.
fn on_side(p: Position, a: Position, b: Position) -> bool {
    let between = |axis: usize| a[axis].min(b[axis]) <= p[axis] && p[axis] <= a[axis].max(b[axis]);
    between(0) && between(1) && turn(a, b, p) == 0.0
}

/// Whether a closed ring that does not cross itself runs counter-clockwise.
pub(crate) fn is_counter_clockwise(ring: &[Position]) -> bool {
    let corners = &ring[..ring.len() - 1];
    // At its lowest leftmost corner a ring turns the way it runs.
    let lowest = (0..corners.len())
        .min_by(|&i, &j| corners[i].partial_cmp(&corners[j]).expect("finite positions"))
        .expect("a ring has corners");
    let before = corners[(lowest + corners.len() - 1) % corners.len()];
    let after = corners[(lowest + 1) % corners.len()];
    turn(before, corners[lowest], after) > 0.0
}

#[cfg(test)]
mod tests {
    use super::{Passage, Place, is_counter_clockwise, locate, locate_ring, passages_cross};
    use crate::Position;

    /// A notched square: the notch goes down from the top to its middle.
    const NOTCHED: [Position; 8] = [[0., 0.], [4., 0.], [4., 4.], [3., 4.], [2., 2.], [1., 4.], [0., 4.], [0., 0.]];

    fn check(p: Position, expected: Place) {
        let mut turned = NOTCHED;
        turned.reverse();
        assert_eq!(locate(p, &NOTCHED), expected, "{p:?}");
        assert_eq!(locate(p, &turned), expected, "{p:?} in the reversed ring");
    }

    #[test]
    fn a_position_is_in_on_or_out() {
        check([2., 1.], Place::Inside);
        check([2., 2.], Place::Border);
        check([2., 3.], Place::Outside);
        check([1.5, 3.], Place::Border);
        check([0.5, 4.], Place::Border);
        check([2., 4.], Place::Outside);
        check([0., 3.], Place::Border);
        check([-1., 0.], Place::Outside);
        check([-1., 4.], Place::Outside);
        check([3.5, 2.], Place::Inside);
    }

    #[test]
    fn a_ring_whose_corners_all_touch_is_placed_by_its_sides() {
        let across = [[2., 0.], [4., 2.], [0., 2.], [2., 0.]];
        assert_eq!(locate_ring(&across, &NOTCHED), Place::Inside);
        let yoke = [[0., 0.], [6., 0.], [6., 4.], [4., 4.], [4., 1.], [2., 1.], [2., 4.], [0., 4.], [0., 0.]];
        let between = [[2., 2.], [3., 1.], [4., 3.], [2., 2.]];
        assert_eq!(locate_ring(&between, &yoke), Place::Outside);
        let mut turned = yoke;
        turned.reverse();
        assert_eq!(locate_ring(&between, &turned), Place::Outside);
    }

    #[test]
    fn passages_cross_if_they_change_sides() {
        let at = [0., 0.];
        let way = |before, after| Passage { before, after };
        let west_east = way([-1., 0.], [1., 0.]);
        let bent = way([-1., 1.], [1., 1.]);
        assert!(passages_cross(at, west_east, way([0., 1.], [0., -1.])));
        assert!(!passages_cross(at, west_east, bent));
        assert!(!passages_cross(at, bent, west_east));
        assert!(passages_cross(at, bent, way([0., 2.], [3., 1.])));
        assert!(!passages_cross(at, west_east, way([2., 0.], [0., -1.])), "along each other");
    }

    #[test]
    fn direction_is_exact_for_slivers() {
        let tip: f64 = 1.0_f64.next_up();
        let sliver = [[0., 0.], [1., 1.], [1., tip], [0., 0.]];
        assert!(is_counter_clockwise(&sliver));
        assert!(!is_counter_clockwise(&[[0., 0.], [1., tip], [1., 1.], [0., 0.]]));
        assert!(is_counter_clockwise(&NOTCHED));
    }
}
