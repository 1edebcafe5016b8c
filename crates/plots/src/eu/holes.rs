//! A polygon with holes as polygons without: cut along straight lines between its own corners.
//!
//! # Method
//!
//! Positions are ordered by longitude, then latitude. From the first corner of each hole a cut goes to a corner before it,
//! from its last corner to one behind it: across the empty trapezoid beside the corner, which is bounded by the sides above
//! and below it and by the nearest corner between them (the step of de Berg et al. 2008, *Computational Geometry*, section 3.2,
//! that makes polygons monotone, taken for holes only). Such a cut meets nothing but its two ends.
//!
//! Then no hole is left, and no part passes twice through a corner: if some ground hung on one corner only, its own first corner would
//! lie behind that corner, as it is tied to something before itself, and its last corner before it.

use std::collections::HashMap;

use crate::predicates::{in_sector, turn};
use crate::sides::meetings;
use crate::{Part, Position, Shape};

/// The polygon as closed counter-clockwise rings that tile it. All their corners are corners of the polygon.
///
/// The polygon must be valid and oriented. Exact: each new side is a side of two rings, with the same two positions.
pub(super) fn without_holes(part: Part<'_>) -> Vec<Vec<Position>> {
    if part.rings().len() < 2 {
        return vec![part.outer().to_vec()];
    }
    let mut borders = Borders::of(part);
    borders.cut();
    borders.rings()
}

/// A corner by its place in the order; less is before.
type Corner = usize;

/// The sides of a polygon, and the cuts through it.
struct Borders {
    /// Each position once, in order.
    positions: Vec<Position>,
    /// Ring by ring, closed, the outer one first.
    rings: Vec<Vec<Corner>>,
    /// Sides of the rings, the inside to their left.
    sides: Vec<[Corner; 2]>,
    /// Each once, from the corner before to the one behind.
    cuts: Vec<[Corner; 2]>,
}

impl Borders {
    fn of(part: Part<'_>) -> Self {
        let mut positions: Vec<Position> = part.rings().flatten().copied().collect();
        positions.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        positions.dedup();
        let corner = |p: &Position| {
            let found = positions.binary_search_by(|q| q[0].total_cmp(&p[0]).then(q[1].total_cmp(&p[1])));
            found.expect("all positions of the rings are here")
        };
        let mut rings: Vec<Vec<Corner>> = part.rings().map(|ring| ring.iter().map(corner).collect()).collect();
        let touches = touches(part);
        for touch in touches.iter().map(corner) {
            rings.iter_mut().for_each(|ring| split_side(&positions, ring, touch));
        }
        let sides = rings.iter().flat_map(|ring| ring.windows(2).map(|side| [side[0], side[1]])).collect();
        Self { positions, rings, sides, cuts: Vec::new() }
    }

    fn turn(&self, [a, b]: [Corner; 2], c: Corner) -> f64 {
        turn(self.positions[a], self.positions[b], self.positions[c])
    }

    /// Ties the first and the last corner of each hole to what lies before and behind it.
    fn cut(&mut self) {
        let count = self.positions.len();
        // Where another ring goes on from a hole's first corner to the one side, the hole is tied to it there.
        let (mut has_before, mut has_behind) = (vec![false; count], vec![false; count]);
        let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
        for (index, ring) in self.rings.iter().enumerate() {
            let (first, last) = (ring.iter().min().copied(), ring.iter().max().copied());
            for &corner in ring {
                has_before[corner] |= index == 0 || Some(corner) != first;
                has_behind[corner] |= index == 0 || Some(corner) != last;
            }
            if index > 0 {
                firsts.extend(first);
                lasts.extend(last);
            }
        }
        firsts.sort_unstable();
        lasts.sort_unstable();
        for corner in firsts {
            if !has_before[corner]
                && let Some(before) = self.nearest(corner, false)
            {
                self.cuts.push([before, corner]);
                has_before[corner] = true;
                has_behind[before] = true;
            }
        }
        for corner in lasts {
            if !has_behind[corner]
                && let Some(behind) = self.nearest(corner, true)
            {
                self.cuts.push([corner, behind]);
                has_behind[corner] = true;
                has_before[behind] = true;
            }
        }
    }

    /// The nearest corner before or behind `corner` between the sides above and below it.
    fn nearest(&self, corner: Corner, behind: bool) -> Option<Corner> {
        let (mut above, mut below): (Option<[Corner; 2]>, Option<[Corner; 2]>) = (None, None);
        for &[a, b] in self.sides.iter().chain(&self.cuts) {
            let side = [a.min(b), a.max(b)];
            if !(side[0] < corner && corner < side[1]) {
                continue;
            }
            let bound = if self.turn(side, corner) < 0.0 { &mut above } else { &mut below };
            let is_above = self.turn(side, corner) < 0.0;
            let nearer = bound.is_none_or(|known| self.lies_above(side, known) != is_above);
            if nearer {
                *bound = Some(side);
            }
        }
        let (above, below) = (above?, below?);
        let between = |&other: &Corner| self.turn(above, other) <= 0.0 && self.turn(below, other) >= 0.0;
        if behind {
            (corner + 1..=above[1].min(below[1])).find(between)
        } else {
            (above[0].max(below[0])..corner).rev().find(between)
        }
    }

    /// Whether side `a` lies above side `b`; both pass over one corner, and they do not cross.
    fn lies_above(&self, a: [Corner; 2], b: [Corner; 2]) -> bool {
        if a[0] > b[0] {
            self.turn(b, a[0]) > 0.0
        } else if a[0] < b[0] {
            self.turn(a, b[0]) < 0.0
        } else if a[1] < b[1] {
            self.turn(b, a[1]) > 0.0
        } else {
            self.turn(a, b[1]) < 0.0
        }
    }

    /// Walks round each piece with the inside to the left.
    fn rings(&self) -> Vec<Vec<Position>> {
        let both_ways = self.cuts.iter().flat_map(|&[a, b]| [[a, b], [b, a]]);
        let ways: Vec<[Corner; 2]> = self.sides.iter().copied().chain(both_ways).collect();
        let mut from: HashMap<Corner, Vec<usize>> = HashMap::new();
        for (way, [start, _]) in ways.iter().enumerate() {
            from.entry(*start).or_default().push(way);
        }
        let mut walked = vec![false; ways.len()];
        let mut rings = Vec::new();
        for first in 0..ways.len() {
            if walked[first] {
                continue;
            }
            let mut ring = vec![self.positions[ways[first][0]]];
            let mut way = first;
            while !walked[way] {
                walked[way] = true;
                ring.push(self.positions[ways[way][1]]);
                way = self.next(ways[way], &from[&ways[way][1]], &ways);
            }
            rings.push(ring);
        }
        rings
    }

    /// The way on from the end of a way: the first one to the right of going back.
    fn next(&self, [start, at]: [Corner; 2], onward: &[usize], ways: &[[Corner; 2]]) -> usize {
        let place = |corner: Corner| self.positions[corner];
        let mut best: Option<usize> = None;
        for &way in onward.iter().filter(|&&way| ways[way][1] != start) {
            let is_nearer = best.is_none_or(|known| {
                in_sector(place(at), place(ways[known][1]), place(start), place(ways[way][1])) == Some(true)
            });
            if is_nearer {
                best = Some(way);
            }
        }
        best.expect("every corner has a way on")
    }
}

/// Corners at which rings of the polygon touch each other.
fn touches(part: Part<'_>) -> Vec<Position> {
    let alone = Shape::from_rings(vec![part.rings().map(<[_]>::to_vec).collect()]);
    let touches = meetings(alone.as_ref()).expect("the polygon is valid");
    let mut places: Vec<Position> = touches.iter().map(|touch| touch.place).collect();
    places.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    places.dedup();
    places
}

/// Makes a corner that lies on a side of the ring a corner of it.
fn split_side(positions: &[Position], ring: &mut Vec<Corner>, corner: Corner) {
    let on_side = ring.windows(2).position(|side| {
        let (a, b) = (side[0].min(side[1]), side[0].max(side[1]));
        a < corner && corner < b && turn(positions[a], positions[b], positions[corner]) == 0.0
    });
    if let Some(side) = on_side {
        ring.insert(side + 1, corner);
    }
}

#[cfg(test)]
mod tests {
    use super::without_holes;
    use crate::{DefectEffect, PlotGeometry, Position, RawGeometry, Shape, take_in};

    /// Rings drawn as "0 0, 8 0, …".
    fn drawn(rings: &[&str]) -> Shape {
        let number = |word: &str| word.parse::<f64>().unwrap();
        let position = |pair: &str| {
            let (x, y) = pair.trim().split_once(' ').unwrap();
            [number(x), number(y)]
        };
        let rings = rings.iter().map(|ring| ring.split(',').map(position).collect()).collect();
        match take_in(&RawGeometry::Polygons(vec![rings])).geometry {
            PlotGeometry::Area(shape) => shape,
            other => panic!("{other:?}"),
        }
    }

    /// Twice the area, exact on small whole numbers.
    fn twice_area(ring: &[Position]) -> f64 {
        ring.windows(2).map(|side| side[0][0] * side[1][1] - side[1][0] * side[0][1]).sum()
    }

    /// Expects this many valid parts without holes that have the area of the whole and no corner of their own.
    fn check(rings: &[&str], expected: usize) {
        let whole = drawn(rings);
        let part = whole.as_ref().parts().next().unwrap();
        let parts = without_holes(part);
        assert_eq!(parts.len(), expected, "{parts:?}");
        for ring in &parts {
            let taken = take_in(&RawGeometry::Polygons(vec![vec![ring.clone()]]));
            assert!(taken.defects.iter().all(|it| it.effect == DefectEffect::Note), "{ring:?}: {:?}", taken.defects);
            assert!(twice_area(ring) > 0.0);
            assert!(ring.iter().all(|corner| whole.as_ref().positions().contains(corner)), "{ring:?}");
        }
        let sum: f64 = parts.iter().map(|ring| twice_area(ring)).sum();
        assert_eq!(sum, part.rings().map(twice_area).sum::<f64>());
    }

    const FIELD: &str = "0 0, 16 0, 16 16, 0 16, 0 0";

    #[test]
    fn a_field_without_a_hole_stays_as_it_is() {
        check(&[FIELD], 1);
    }

    #[test]
    fn a_hole_is_opened_to_both_sides() {
        check(&[FIELD, "4 4, 4 8, 8 8, 8 4, 4 4"], 2);
        check(&["0 0, 16 0, 0 16, 0 0", "2 2, 3 2, 2 3, 2 2"], 2);
    }

    #[test]
    fn holes_in_a_row_share_their_cuts() {
        check(&[FIELD, "2 6, 2 8, 4 8, 4 6, 2 6", "6 6, 6 8, 8 8, 8 6, 6 6", "10 6, 10 8, 12 8, 12 6, 10 6"], 2);
    }

    #[test]
    fn holes_above_each_other_are_opened_one_by_one() {
        check(&[FIELD, "7 2, 7 4, 9 4, 9 2, 7 2", "7 6, 7 8, 9 8, 9 6, 7 6", "7 10, 7 12, 9 12, 9 10, 7 10"], 4);
    }

    #[test]
    fn a_hole_behind_a_hole_that_wraps_round_it_is_opened_to_that_one() {
        let hook = "2 2, 14 2, 14 14, 2 14, 2 9, 4 9, 4 12, 12 12, 12 4, 4 4, 4 7, 2 7, 2 2";
        check(&[FIELD, hook, "7 7, 7 9, 9 9, 9 7, 7 7"], 3);
    }

    #[test]
    fn a_hole_that_touches_the_boundary_needs_one_cut() {
        check(&[FIELD, "0 8, 4 6, 4 10, 0 8"], 1 + 1 - 1 + 1); // its corner on a side, opened to the east
        check(&[FIELD, "0 0, 6 2, 2 6, 0 0"], 2); // corner on corner
        check(&[FIELD, "8 0, 12 8, 8 12, 4 8, 8 0"], 3); // touching in a middle corner: west and east
        check(&[FIELD, "8 4, 16 8, 8 12, 8 4"], 2);
    }

    #[test]
    fn holes_that_touch_each_other_are_tied_there() {
        check(&[FIELD, "4 8, 6 6, 8 8, 6 10, 4 8", "8 8, 10 6, 12 8, 10 10, 8 8"], 3 - 1);
        check(&[FIELD, "4 8, 6 6, 8 8, 6 10, 4 8", "4 8, 6 12, 3 14, 4 8"], 3);
    }

    #[test]
    fn corners_on_one_line_make_no_flat_parts() {
        // Every corner lies at one of three latitudes and longitudes.
        check(&["0 0, 8 0, 16 0, 16 8, 16 16, 8 16, 0 16, 0 8, 0 0", "4 8, 8 12, 12 8, 8 4, 4 8"], 2);
        check(&[FIELD, "4 4, 4 6, 6 6, 6 4, 4 4", "10 4, 10 6, 12 6, 12 4, 10 4", "4 10, 4 12, 6 12, 6 10, 4 10"], 3);
    }
}
