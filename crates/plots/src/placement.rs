//! Whether rings that do not cross lie where they may: holes inside, parts apart, the inside in one piece.

use crate::disjoint_sets::root;
use crate::predicates::{Place, locate_ring};
use crate::sides::Touch;
use crate::{Bounds, Position, ShapeRef};

/// A ring that lies where it may not. Rings and parts are indices in the shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Misplacement {
    /// A hole outside its outer ring.
    HoleOutside { ring: usize },
    /// A hole inside another hole.
    NestedHoles { inner: usize, outer: usize },
    /// A part inside another part, and not in a hole of it: their outer rings.
    NestedParts { inner: usize, outer: usize },
    /// Rings that touch each other all around a piece of the inside.
    SplitInterior { ring: usize, place: Position },
}

/// All misplaced rings of a shape whose rings touch at `touches` and meet nowhere else.
pub(crate) fn misplacements(shape: ShapeRef<'_>, touches: &[Touch]) -> Vec<Misplacement> {
    let rings: Vec<&[Position]> = shape.rings().collect();
    let bounds: Vec<Bounds> = rings.iter().map(|ring| Bounds::of(ring)).collect();
    let is_inside = |inner: usize, outer: usize| {
        bounds[outer].contains(&bounds[inner]) && locate_ring(rings[inner], rings[outer]) == Place::Inside
    };
    let ring_ranges: Vec<(usize, usize)> = shape
        .part_ends()
        .iter()
        .scan(0, |first, &end| Some((std::mem::replace(first, end as usize), end as usize)))
        .collect();

    let mut found = Vec::new();
    for &(outer, end) in &ring_ranges {
        let outside = (outer + 1..end).filter(|&hole| !is_inside(hole, outer));
        found.extend(outside.map(|ring| Misplacement::HoleOutside { ring }));
        let holes: Vec<usize> = (outer + 1..end).collect();
        let nested = boxes_in_boxes(&holes, &bounds).into_iter();
        found.extend(
            nested
                .filter(|&[inner, outer]| is_inside(inner, outer))
                .map(|[inner, outer]| Misplacement::NestedHoles { inner, outer }),
        );
        found.extend(split_interior(outer, end, touches));
    }
    let outers: Vec<usize> = ring_ranges.iter().map(|range| range.0).collect();
    for [inner, outer] in boxes_in_boxes(&outers, &bounds) {
        let end = ring_ranges[outers.partition_point(|&ring| ring <= outer) - 1].1;
        let in_a_hole = || (outer + 1..end).any(|hole| is_inside(inner, hole));
        if is_inside(inner, outer) && !in_a_hole() {
            found.push(Misplacement::NestedParts { inner, outer });
        }
    }
    found
}

/// Pairs `[inner, outer]` of the given rings where the box of one contains the other's, in order.
fn boxes_in_boxes(rings: &[usize], bounds: &[Bounds]) -> Vec<[usize; 2]> {
    let mut by_west = rings.to_vec();
    by_west.sort_by(|&a, &b| bounds[a].min_x.total_cmp(&bounds[b].min_x).then(a.cmp(&b)));
    let mut pairs = Vec::new();
    for (i, &a) in by_west.iter().enumerate() {
        for &b in by_west[i + 1..].iter().take_while(|&&b| bounds[b].min_x <= bounds[a].max_x) {
            if bounds[a].contains(&bounds[b]) {
                pairs.push([b, a]);
            }
            if bounds[b].contains(&bounds[a]) {
                pairs.push([a, b]);
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The inside of a part is in one piece exactly if the graph of its rings and the places where
/// they touch has no cycle.
fn split_interior(first: usize, end: usize, touches: &[Touch]) -> Option<Misplacement> {
    let of_part = |ring: &usize| (first..end).contains(ring);
    let mut links: Vec<(u64, u64, usize)> = touches
        .iter()
        .filter(|touch| touch.rings.iter().all(of_part))
        .flat_map(|touch| touch.rings.map(|ring| (touch.place[0].to_bits(), touch.place[1].to_bits(), ring)))
        .collect();
    links.sort_unstable();
    links.dedup();

    // Union-find: rings first, then one node for each place.
    let mut parent: Vec<usize> = (0..end - first).collect();
    let mut last_place = None;
    for (x, y, ring) in links {
        if last_place != Some((x, y)) {
            last_place = Some((x, y));
            parent.push(parent.len());
        }
        let place_node = parent.len() - 1;
        let ring_root = root(&mut parent, ring - first);
        let place_root = root(&mut parent, place_node);
        if ring_root == place_root {
            let place = [f64::from_bits(x), f64::from_bits(y)];
            return Some(Misplacement::SplitInterior { ring, place });
        }
        parent[ring_root] = place_root;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Misplacement, misplacements};
    use crate::sides::meetings;
    use crate::{Position, Shape};

    fn square(x: f64, y: f64, size: f64) -> Vec<Position> {
        vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    }

    fn diamond(x: f64, y: f64, radius: f64) -> Vec<Position> {
        vec![[x - radius, y], [x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]]
    }

    fn check(parts: Vec<Vec<Vec<Position>>>, expected: &[Misplacement]) {
        let shape = Shape::from_rings(parts);
        let touches = meetings(shape.as_ref()).expect("rings that only touch");
        assert_eq!(misplacements(shape.as_ref(), &touches), expected);
    }

    #[test]
    fn holes_lie_in_their_outer_ring_and_not_in_each_other() {
        let outer = square(0., 0., 10.);
        check(vec![vec![outer.clone(), square(1., 1., 2.), square(4., 4., 2.)]], &[]);
        check(vec![vec![outer.clone(), square(11., 1., 2.)]], &[Misplacement::HoleOutside { ring: 1 }]);
        check(
            vec![vec![outer, square(2., 2., 2.), square(1., 1., 5.)]],
            &[Misplacement::NestedHoles { inner: 1, outer: 2 }],
        );
    }

    #[test]
    fn a_part_may_lie_in_a_hole_of_another() {
        let ring = vec![square(0., 0., 10.), square(2., 2., 6.)];
        check(vec![ring.clone(), vec![square(3., 3., 1.)]], &[]);
        check(vec![vec![diamond(5., 5., 3.)], ring.clone()], &[]);
        check(vec![ring, vec![square(0.5, 0.5, 1.)]], &[Misplacement::NestedParts { inner: 2, outer: 0 }]);
    }

    #[test]
    fn touching_holes_may_not_fence_off_a_piece() {
        let outer = square(0., 0., 8.);
        let one = diamond(2., 4., 2.);
        check(vec![vec![outer.clone(), one.clone()]], &[]);
        check(
            vec![vec![outer.clone(), one, diamond(6., 4., 2.)]],
            &[Misplacement::SplitInterior { ring: 2, place: [8., 4.] }],
        );
        // Four holes that meet in one point fence off nothing.
        let leaf = |dx: f64, dy: f64| {
            vec![[4., 4.], [4. + dx * 2., 4. + dy], [4. + dx * 2., 4. + dy * 2.], [4. + dx, 4. + dy * 2.], [4., 4.]]
        };
        check(vec![vec![outer, leaf(1., 1.), leaf(-1., 1.), leaf(-1., -1.), leaf(1., -1.)]], &[]);
    }
}
