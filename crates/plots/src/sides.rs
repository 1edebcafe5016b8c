//! Where the sides of a shape meet: crossings, overlaps and touches.
//!
//! # Method
//!
//! All pairs of sides whose boxes meet are classified by exact predicates. Few sides are compared
//! one with each other; many go through a packed tree of boxes over the sides in Morton order.

use crate::predicates::{Passage, passages_cross, same_direction, turn};
use crate::{Bounds, Position, ShapeRef};

/// A side of a ring, by the index of its first position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Side {
    /// Index of the ring in the shape.
    pub(crate) ring: usize,
    /// Index of the side's first position in the ring.
    pub(crate) vertex: usize,
}

/// How two sides meet that may not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ClashKind {
    /// They cross in one place.
    Cross,
    /// They have a piece in common.
    Overlap,
    /// They touch and belong to one ring.
    SelfTouch,
}

/// Two sides that meet as they may not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clash {
    pub(crate) kind: ClashKind,
    pub(crate) sides: [Side; 2],
    pub(crate) place: Position,
}

/// Two different rings that touch at a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Touch {
    pub(crate) rings: [usize; 2],
    pub(crate) place: Position,
}

/// Finds the touches of rings with each other, or one clash if there is any.
///
/// Rings must be closed, without repeated consecutive positions, of at least three sides.
/// A crossing or an overlap is reported before a ring that touches itself.
pub(crate) fn meetings(shape: ShapeRef<'_>) -> Result<Vec<Touch>, Clash> {
    let mut search = Search::new(shape);
    if search.sides.len() <= FEW {
        search.compare_within(0..search.sides.len())?;
    } else {
        let levels = search.pack(shape.bounds());
        search.descend(&levels, levels.len() - 1, 0, 0)?;
    }
    match search.self_touch {
        Some(clash) => Err(clash),
        None => Ok(search.touches),
    }
}

/// Up to this many sides a plain double loop is faster than building the tree.
const FEW: usize = 96;
/// Sides in a leaf of the tree.
const LEAF: usize = 8;
/// Children of a node of the tree.
const FAN: usize = 4;

/// A side with its box, ready to be compared.
#[derive(Clone, Copy)]
struct BoxedSide {
    bounds: Bounds,
    ring: u32,
    /// Index of the first position in the shape.
    start: u32,
}

struct Search<'a> {
    positions: &'a [Position],
    ring_ends: &'a [u32],
    sides: Vec<BoxedSide>,
    touches: Vec<Touch>,
    self_touch: Option<Clash>,
}

impl<'a> Search<'a> {
    fn new(shape: ShapeRef<'a>) -> Self {
        let mut sides = Vec::with_capacity(shape.positions().len());
        let mut start = 0;
        for (ring, positions) in shape.rings().enumerate() {
            for (i, side) in positions.windows(2).enumerate() {
                let (a, b) = (side[0], side[1]);
                // Comparisons instead of min and max: nothing here is NaN, and this is the hot loop.
                let (min_x, max_x) = if a[0] < b[0] { (a[0], b[0]) } else { (b[0], a[0]) };
                let (min_y, max_y) = if a[1] < b[1] { (a[1], b[1]) } else { (b[1], a[1]) };
                let bounds = Bounds { min_x, min_y, max_x, max_y };
                sides.push(BoxedSide { bounds, ring: ring as u32, start: (start + i) as u32 });
            }
            start += positions.len();
        }
        Self {
            positions: shape.positions(),
            ring_ends: shape.ring_ends(),
            sides,
            touches: Vec::new(),
            self_touch: None,
        }
    }

    fn compare_within(&mut self, range: std::ops::Range<usize>) -> Result<(), Clash> {
        for i in range.clone() {
            let a = self.sides[i];
            for j in i + 1..range.end {
                if a.bounds.intersects(&self.sides[j].bounds) {
                    self.compare(a, self.sides[j])?;
                }
            }
        }
        Ok(())
    }

    /// Sorts the sides along a Morton curve and packs boxes over them: level 0 holds the boxes of
    /// leaves, each next level the boxes of `FAN` nodes of the one below, the last level one node.
    fn pack(&mut self, bounds: Bounds) -> Vec<Vec<Bounds>> {
        let steps = |value: f64, min: f64, extent: f64| {
            if extent > 0.0 { ((value - min) / extent * 65535.0) as u32 } else { 0 }
        };
        self.sides.sort_by_cached_key(|side| {
            let [x, y] = side.bounds.center();
            let column = steps(x, bounds.min_x, bounds.width());
            let row = steps(y, bounds.min_y, bounds.height());
            (spread(column) | spread(row) << 1, side.start)
        });
        let around = |boxes: &[Bounds]| boxes.iter().fold(Bounds::empty(), |a, b| a.union(b));
        let leaves = self
            .sides
            .chunks(LEAF)
            .map(|chunk| chunk.iter().fold(Bounds::empty(), |a, b| a.union(&b.bounds)))
            .collect();
        let mut levels: Vec<Vec<Bounds>> = vec![leaves];
        while levels[levels.len() - 1].len() > 1 {
            levels.push(levels[levels.len() - 1].chunks(FAN).map(around).collect());
        }
        levels
    }

    /// Compares all sides below node `i` with all below node `j` of the same level.
    fn descend(&mut self, levels: &[Vec<Bounds>], level: usize, i: usize, j: usize) -> Result<(), Clash> {
        let below = |node: usize, fan: usize, len: usize| node * fan..((node + 1) * fan).min(len);
        if level == 0 {
            let (ours, theirs) = (below(i, LEAF, self.sides.len()), below(j, LEAF, self.sides.len()));
            if i == j {
                return self.compare_within(ours);
            }
            for a in ours {
                let a = self.sides[a];
                for b in theirs.clone() {
                    if a.bounds.intersects(&self.sides[b].bounds) {
                        self.compare(a, self.sides[b])?;
                    }
                }
            }
            return Ok(());
        }
        let children = &levels[level - 1];
        for a in below(i, FAN, children.len()) {
            for b in below(j, FAN, children.len()) {
                if (i != j || a <= b) && children[a].intersects(&children[b]) {
                    self.descend(levels, level - 1, a, b)?;
                }
            }
        }
        Ok(())
    }

    /// Classifies how two different sides meet.
    fn compare(&mut self, a: BoxedSide, b: BoxedSide) -> Result<(), Clash> {
        let (a, b) = if a.start < b.start { (a, b) } else { (b, a) };
        let [a0, a1] = self.ends(a);
        let [b0, b1] = self.ends(b);
        if a.ring == b.ring {
            if b.start == a.start + 1 {
                return self.compare_neighbours(a, b, [a0, a1, b1]);
            }
            let (first, last) = self.ring_range(a.ring);
            if a.start == first && b.start == last {
                return self.compare_neighbours(b, a, [b0, b1, a1]);
            }
        }
        let (b0_side, b1_side) = (turn(a0, a1, b0), turn(a0, a1, b1));
        if apart(b0_side, b1_side) {
            return Ok(());
        }
        let (a0_side, a1_side) = (turn(b0, b1, a0), turn(b0, b1, a1));
        if apart(a0_side, a1_side) {
            return Ok(());
        }
        let touching = if b0_side == 0.0 && b1_side == 0.0 {
            // On one line: compare along the axis on which the sides have an extent.
            let axis = usize::from(a0[0] == a1[0]);
            let sorted = |p: Position, q: Position| if p[axis] < q[axis] { [p, q] } else { [q, p] };
            let ([a_low, a_high], [b_low, b_high]) = (sorted(a0, a1), sorted(b0, b1));
            let low = if a_low[axis] > b_low[axis] { a_low } else { b_low };
            let high = if a_high[axis] < b_high[axis] { a_high } else { b_high };
            if low[axis] < high[axis] {
                return Err(self.clash(ClashKind::Overlap, a, b, low));
            }
            if low[axis] > high[axis] {
                return Ok(());
            }
            low
        } else if b0_side == 0.0 {
            b0
        } else if b1_side == 0.0 {
            b1
        } else if a0_side == 0.0 {
            a0
        } else if a1_side == 0.0 {
            a1
        } else {
            let share = b0_side / (b0_side - b1_side);
            let place = [b0[0] + (b1[0] - b0[0]) * share, b0[1] + (b1[1] - b0[1]) * share];
            return Err(self.clash(ClashKind::Cross, a, b, place));
        };
        self.touch(a, b, touching)
    }

    /// Neighbours share a corner; they may not run back along each other.
    fn compare_neighbours(
        &self,
        a: BoxedSide,
        b: BoxedSide,
        [before, corner, after]: [Position; 3],
    ) -> Result<(), Clash> {
        if same_direction(corner, before, after) {
            return Err(self.clash(ClashKind::Overlap, a, b, corner));
        }
        Ok(())
    }

    /// Two sides share one position and are no neighbours.
    fn touch(&mut self, a: BoxedSide, b: BoxedSide, place: Position) -> Result<(), Clash> {
        if passages_cross(place, self.passage(a, place), self.passage(b, place)) {
            return Err(self.clash(ClashKind::Cross, a, b, place));
        }
        if a.ring == b.ring {
            if self.self_touch.is_none() {
                self.self_touch = Some(self.clash(ClashKind::SelfTouch, a, b, place));
            }
        } else {
            // A touch at a corner is seen from both sides of the corner: mostly one after the other.
            let touch = Touch { rings: [a.ring as usize, b.ring as usize], place };
            if self.touches.last() != Some(&touch) {
                self.touches.push(touch);
            }
        }
        Ok(())
    }

    /// How a side's ring passes through a position on that side.
    fn passage(&self, side: BoxedSide, at: Position) -> Passage {
        let [before, after] = self.ends(side);
        let (first, last) = self.ring_range(side.ring);
        let start = side.start;
        if at == before {
            let previous = if start == first { last } else { start - 1 };
            Passage { before: self.positions[previous as usize], after }
        } else if at == after {
            let next = if start == last { first } else { start + 1 };
            Passage { before, after: self.positions[next as usize + 1] }
        } else {
            Passage { before, after }
        }
    }

    fn ends(&self, side: BoxedSide) -> [Position; 2] {
        let start = side.start as usize;
        [self.positions[start], self.positions[start + 1]]
    }

    /// The starts of the first and the last side of a ring.
    fn ring_range(&self, ring: u32) -> (u32, u32) {
        let first = if ring == 0 { 0 } else { self.ring_ends[ring as usize - 1] };
        (first, self.ring_ends[ring as usize] - 2)
    }

    fn clash(&self, kind: ClashKind, a: BoxedSide, b: BoxedSide, place: Position) -> Clash {
        let name = |side: BoxedSide| Side {
            ring: side.ring as usize,
            vertex: (side.start - self.ring_range(side.ring).0) as usize,
        };
        Clash { kind, sides: [name(a), name(b)], place }
    }
}

/// Whether two signs say that both ends of a side lie strictly on the same side of the other.
fn apart(one: f64, other: f64) -> bool {
    (one > 0.0 && other > 0.0) || (one < 0.0 && other < 0.0)
}

/// Spreads the lower 16 bits of a number over the even bits of the result.
fn spread(value: u32) -> u32 {
    let value = (value | value << 8) & 0x00FF_00FF;
    let value = (value | value << 4) & 0x0F0F_0F0F;
    let value = (value | value << 2) & 0x3333_3333;
    (value | value << 1) & 0x5555_5555
}

#[cfg(test)]
mod tests {
    use super::{Clash, ClashKind, Side, Touch, meetings};
    use crate::{Position, Shape};

    /// Expects this many places where rings touch, or this clash.
    fn check(rings: &[&[Position]], expected: Result<usize, (ClashKind, Position)>) {
        let rings = rings.iter().map(|ring| ring.to_vec()).collect();
        let shape = Shape::from_rings(vec![rings]);
        let places = |touches: Vec<Touch>| {
            let mut places: Vec<_> = touches.iter().map(|t| t.place.map(f64::to_bits)).collect();
            places.sort_unstable();
            places.dedup();
            places.len()
        };
        let found = meetings(shape.as_ref());
        assert_eq!(found.map(places).map_err(|f| (f.kind, f.place)), expected);
    }

    #[test]
    fn sides_that_cross_say_where() {
        let bow_tie = [[0., 0.], [2., 2.], [2., 0.], [0., 2.], [0., 0.]];
        check(&[&bow_tie], Err((ClashKind::Cross, [1., 1.])));
    }

    #[test]
    fn a_ring_through_one_corner_twice_touches_or_crosses_itself() {
        let eight_apart = [[0., 0.], [2., 2.], [4., 0.], [4., 4.], [2., 2.], [0., 4.], [0., 0.]];
        check(&[&eight_apart], Err((ClashKind::SelfTouch, [2., 2.])));
        let eight_across = [[0., 0.], [2., 2.], [4., 4.], [4., 0.], [2., 2.], [0., 4.], [0., 0.]];
        check(&[&eight_across], Err((ClashKind::Cross, [2., 2.])));
    }

    #[test]
    fn a_spike_is_an_overlap_wherever_the_ring_starts() {
        let spike = [[0., 0.], [2., 0.], [4., 0.], [2., 0.], [1., 3.]];
        for start in 0..spike.len() {
            let mut ring = spike.to_vec();
            ring.rotate_left(start);
            ring.push(ring[0]);
            let shape = Shape::from_rings(vec![vec![ring]]);
            let clash = meetings(shape.as_ref()).expect_err("a spike");
            assert_eq!(clash.kind, ClashKind::Overlap, "start {start}");
        }
    }

    #[test]
    fn rings_may_touch_in_points() {
        let outer = [[0., 0.], [8., 0.], [8., 8.], [0., 8.], [0., 0.]];
        let on_the_side = [[0., 4.], [2., 5.], [2., 3.], [0., 4.]];
        let in_the_corner = [[0., 0.], [2., 1.], [1., 2.], [0., 0.]];
        check(&[&outer, &on_the_side, &in_the_corner], Ok(2));
        let along_the_side = [[0., 3.], [0., 5.], [2., 4.], [0., 3.]];
        check(&[&outer, &along_the_side], Err((ClashKind::Overlap, [0., 3.])));
        let through_the_corner = [[-1., 1.], [1., -1.], [2., 2.], [-1., 1.]];
        assert!(matches!(
            meetings(Shape::from_rings(vec![vec![outer.to_vec(), through_the_corner.to_vec()]]).as_ref()),
            Err(Clash { kind: ClashKind::Cross, .. })
        ));
    }

    /// A long comb: many sides, so that the tree is used.
    fn comb(teeth: usize) -> Vec<Position> {
        let mut ring = vec![[0.0, -1.0]];
        ring.push([teeth as f64, -1.0]);
        for tooth in (0..teeth).rev() {
            let x = tooth as f64;
            ring.extend([[x + 0.75, 0.0], [x + 0.5, 10.0], [x + 0.25, 0.0]]);
        }
        ring.push(ring[0]);
        ring
    }

    #[test]
    fn the_tree_finds_the_one_crossing_among_thirty_thousand_sides() {
        let good = comb(10_000);
        check(&[&good], Ok(0));
        let mut bad = good;
        // This tooth leans over into the next one.
        bad[3 + 3 * 4_000][0] += 1.3;
        let shape = Shape::from_rings(vec![vec![bad]]);
        let clash = meetings(shape.as_ref()).expect_err("a crossing");
        assert_eq!(clash.kind, ClashKind::Cross);
        let near = |side: Side| side.vertex.abs_diff(3 + 3 * 4_000) < 8;
        assert!(clash.sides.into_iter().all(near), "{clash:?}");
    }

    #[test]
    fn the_tree_and_the_double_loop_agree() {
        // Forty teeth go through the tree, thirty through the loop; one hole touches one tooth's tip.
        for teeth in [30, 40] {
            let hole = [[5.5, 10.0], [5.6, 11.0], [5.4, 11.0], [5.5, 10.0]];
            check(&[&comb(teeth), &hole], Ok(1));
        }
    }
}
