//! Rings of a polygon that touch, each other or themselves.

use super::{ROUNDING_DEG, SLIVER_M2, SQUARE_DEGREE_M2};
use crate::Position;
use crate::predicates::{Place, locate_ring, turn};
use crate::rings::planar_deg2;
use std::cmp::Ordering;

/// The polygons of closed rings, of which the first is around the others and counter-clockwise, and they are clockwise. Where
/// rings touch they have the place in common to the bit, and each polygon's inside is in one piece.
pub(super) fn polygons(mut rings: Vec<Vec<Position>>) -> Vec<Vec<Vec<Position>>> {
    // Minus zero would be another place than zero.
    rings.iter_mut().flatten().flatten().for_each(|value| *value += 0.0);
    share_touches(&mut rings);
    if touch(&rings) { cut(&walks(&rings)) } else { vec![rings] }
}

/// A corner, and where it is: its ring, and its place in it.
type Corner = (Position, [usize; 2]);

/// Gives the sides of rings the corners that lie on them but for the rounding of doubles.
///
/// The place where a hole touches a slanted side has no double of its own: without the corner in both rings one would lie
/// across the other by a step of a double, and who decides exactly would find that they cross.
fn share_touches(rings: &mut [Vec<Position>]) {
    let mut corners: Vec<Corner> = Vec::new();
    for (number, ring) in rings.iter().enumerate() {
        corners.extend((0..ring.len() - 1).map(|place| (ring[place], [number, place])));
    }
    corners.sort_by(|a, b| by_place(&a.0, &b.0).then(a.1.cmp(&b.1)));
    for (number, ring) in rings.iter_mut().enumerate() {
        let count = ring.len() - 1;
        let mut shared = Vec::with_capacity(ring.len());
        for place in 0..count {
            // The sides beside it meet it in its ends.
            let beside = [(place + count - 1) % count, (place + 2) % count].map(|beside| [number, beside]);
            shared.push(ring[place]);
            shared.extend(on_side([ring[place], ring[place + 1]], beside, &corners));
        }
        shared.push(ring[count]);
        if shared.len() > ring.len() {
            *ring = shared;
        }
    }
}

/// The corners on a side, in the order in which it passes them.
fn on_side([a, b]: [Position; 2], beside: [[usize; 2]; 2], corners: &[Corner]) -> Vec<Position> {
    let range = |axis: usize| (a[axis].min(b[axis]) - ROUNDING_DEG)..=(a[axis].max(b[axis]) + ROUNDING_DEG);
    let (xs, ys) = (range(0), range(1));
    let direction = [b[0] - a[0], b[1] - a[1]];
    let length = libm::hypot(direction[0], direction[1]);
    let first = corners.partition_point(|(p, _)| p[0] < *xs.start());
    let near = corners[first..].iter().take_while(|(p, _)| xs.contains(&p[0]));
    let mut found: Vec<(f64, Position)> = near
        .filter(|(p, at)| ys.contains(&p[1]) && *p != a && *p != b && !beside.contains(at))
        .filter_map(|&(p, _)| {
            let from = [p[0] - a[0], p[1] - a[1]];
            let along = (direction[0] * from[0] + direction[1] * from[1]) / length;
            let aside = (direction[0] * from[1] - direction[1] * from[0]).abs() / length;
            (along > 0.0 && along < length && aside <= ROUNDING_DEG).then_some((along, p))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.dedup();
    found.into_iter().map(|(_, p)| p).collect()
}

/// Whether closed rings pass a place twice.
fn touch(rings: &[Vec<Position>]) -> bool {
    let mut places: Vec<Position> = rings.iter().flat_map(|ring| &ring[1..]).copied().collect();
    places.sort_by(by_place);
    places.windows(2).any(|pair| pair[0] == pair[1])
}

fn by_place(a: &Position, b: &Position) -> Ordering {
    a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
}

/// The sides of rings as closed walks along the borders of their ground, which lies to the left. A walk stays with its piece of
/// ground: where several pieces meet in a place it takes the next side clockwise from where it comes.
fn walks(rings: &[Vec<Position>]) -> Vec<Vec<Position>> {
    let mut sides: Vec<[Position; 2]> =
        rings.iter().flat_map(|ring| ring.windows(2)).map(|side| [side[0], side[1]]).collect();
    sides.sort_by(|a, b| by_place(&a[0], &b[0]).then(by_place(&a[1], &b[1])));
    let mut is_left = vec![true; sides.len()];
    let mut found = Vec::new();
    for first in 0..sides.len() {
        if !is_left[first] {
            continue;
        }
        let mut walk = vec![sides[first][0]];
        let mut at = first;
        loop {
            is_left[at] = false;
            let [from, here] = sides[at];
            walk.push(here);
            let start = sides.partition_point(|side| by_place(&side[0], &here).is_lt());
            let onward = (start..sides.len()).take_while(|&side| sides[side][0] == here).filter(|&side| is_left[side]);
            match onward.min_by(|&a, &b| clockwise(here, from, sides[a][1], sides[b][1])) {
                Some(next) => at = next,
                None => break,
            }
        }
        found.push(walk);
    }
    found
}

/// Which of two places one meets first when turning clockwise around `centre`, away from `from`.
fn clockwise(centre: Position, from: Position, a: Position, b: Position) -> Ordering {
    // The first half of the turn, straight on, the second half, and back.
    let quarter = |place: Position| match turn(centre, from, place) {
        turned if turned < 0.0 => 0,
        turned if turned > 0.0 => 2,
        _ if place == from => 3,
        _ => 1,
    };
    quarter(a).cmp(&quarter(b)).then_with(|| turn(centre, b, a).total_cmp(&0.0).reverse())
}

/// Loops that run counter-clockwise are polygons, and those that run the other way holes of the smallest around them.
fn cut(walks: &[Vec<Position>]) -> Vec<Vec<Vec<Position>>> {
    let all = walks.iter().flat_map(|walk| loops(walk)).map(|ring| (planar_deg2(&ring), ring));
    let ground = all.filter(|(deg2, _)| deg2.abs() * SQUARE_DEGREE_M2 >= SLIVER_M2);
    let (outer, holes): (Vec<_>, Vec<_>) = ground.partition(|(deg2, _)| *deg2 > 0.0);
    let mut polygons: Vec<(f64, Vec<Vec<Position>>)> =
        outer.into_iter().map(|(deg2, ring)| (deg2, vec![ring])).collect();
    for (_, hole) in holes {
        let around = polygons.iter_mut().filter(|(_, rings)| locate_ring(&hole, &rings[0]) == Place::Inside);
        if let Some((_, rings)) = around.min_by(|a, b| a.0.total_cmp(&b.0)) {
            rings.push(hole);
        }
    }
    polygons.into_iter().map(|(_, rings)| rings).collect()
}

/// A closed walk as loops that pass no place twice.
fn loops(ring: &[Position]) -> Vec<Vec<Position>> {
    let (mut found, mut path): (_, Vec<Position>) = (Vec::new(), Vec::new());
    for &place in ring {
        if let Some(before) = path.iter().rposition(|&passed| passed == place) {
            let mut whole = path.split_off(before);
            whole.push(place);
            found.push(whole);
        }
        path.push(place);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{planar_deg2, polygons, share_touches};
    use crate::Position;

    fn check(outer: &[Position], hole: &[Position], expected: &[Position]) {
        let mut rings = vec![outer.to_vec(), hole.to_vec()];
        share_touches(&mut rings);
        assert_eq!(rings, [expected, hole]);
    }

    #[test]
    fn a_corner_a_step_of_a_double_off_a_side_is_a_corner_of_both_rings() {
        // Not on the side from 0, 0 to 3, 1 in doubles: a third is not one.
        let touch = [1.0, 1.0 / 3.0];
        let hole = [touch, [1.5, 0.75], [1.0, 0.75], touch];
        let outer = [[0.0, 0.0], [3.0, 1.0], [0.0, 1.0], [0.0, 0.0]];
        check(&outer, &hole, &[[0.0, 0.0], touch, [3.0, 1.0], [0.0, 1.0], [0.0, 0.0]]);
    }

    #[test]
    fn what_lies_apart_or_touches_in_a_corner_stays_as_it_is() {
        let outer = [[0.0, 0.0], [3.0, 1.0], [0.0, 1.0], [0.0, 0.0]];
        check(&outer, &[[1.0, 0.334], [1.5, 0.75], [1.0, 0.75], [1.0, 0.334]], &outer);
        check(&outer, &[[0.0, 0.0], [1.5, 0.75], [1.0, 0.75], [0.0, 0.0]], &outer);
    }

    #[test]
    fn a_ring_that_touches_itself_is_a_ring_and_its_hole_or_two_polygons() {
        let hole = [[2.0, 0.0], [1.0, 1.0], [3.0, 1.0], [2.0, 0.0]];
        let around = [[0.0, 0.0], [2.0, 0.0], [4.0, 0.0], [2.0, 4.0], [0.0, 0.0]];
        let keyhole = [&around[..1], &hole[..], &around[2..]].concat();
        assert_eq!(polygons(vec![keyhole]), [vec![around.to_vec(), hole.to_vec()]]);
        let (left, right) =
            ([[0.0, 0.0], [2.0, 1.0], [0.0, 2.0], [0.0, 0.0]], [[2.0, 1.0], [4.0, 0.0], [4.0, 2.0], [2.0, 1.0]]);
        let bow = [&left[..1], &right[..], &left[2..]].concat();
        assert_eq!(polygons(vec![bow]), [vec![left.to_vec()], vec![right.to_vec()]]);
    }

    #[test]
    fn a_chain_of_holes_from_side_to_side_cuts_a_polygon_in_two() {
        let outer = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
        let hole = |y: f64| vec![[2.0, y], [1.0, y + 1.0], [2.0, y + 2.0], [3.0, y + 1.0], [2.0, y]];
        let halves = polygons(vec![outer, hole(0.0), hole(2.0)]);
        assert_eq!(halves.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        // Each has half of what sixteen squares have without two diamonds of two.
        assert_eq!(halves.iter().map(|rings| planar_deg2(&rings[0])).collect::<Vec<_>>(), [6.0, 6.0]);
    }
}
