//! Which rings of a Shapefile's polygon are holes of which.

use lindero_plots::{Bounds, Position};

/// Groups the flat rings of one record into polygons, outer ring first.
///
/// # Method
///
/// As the format has it, outer rings run clockwise and holes counter-clockwise; a hole belongs to the
/// smallest outer ring around it. Where no ring runs clockwise the writer ignored directions: then a
/// ring is a hole if an odd number of others is around it. A hole with nothing around it becomes a
/// polygon of its own, as GDAL has it.
pub(super) fn group(rings: Vec<Vec<Position>>) -> Vec<Vec<Vec<Position>>> {
    if rings.len() < 2 {
        return if rings.is_empty() { Vec::new() } else { vec![rings] };
    }
    let areas: Vec<f64> = rings.iter().map(|ring| signed_area(ring)).collect();
    let bounds: Vec<Bounds> = rings.iter().map(|ring| Bounds::of(ring)).collect();
    let around = |outer: usize, inner: usize| {
        outer != inner
            && areas[outer].abs() >= areas[inner].abs()
            && bounds[outer].contains(&bounds[inner])
            && is_inside(&rings[inner], &rings[outer])
    };
    let all = 0..rings.len();
    let is_hole: Vec<bool> = if areas.iter().any(|&area| area < 0.0) {
        areas.iter().map(|&area| area > 0.0).collect()
    } else {
        all.clone().map(|ring| all.clone().filter(|&other| around(other, ring)).count() % 2 == 1).collect()
    };
    let mut part_of: Vec<Option<usize>> = vec![None; rings.len()];
    let mut parts = 0;
    for ring in all.clone().filter(|&ring| !is_hole[ring]) {
        part_of[ring] = Some(parts);
        parts += 1;
    }
    for hole in all.clone().filter(|&ring| is_hole[ring]) {
        let outer = all
            .clone()
            .filter(|&outer| !is_hole[outer] && around(outer, hole))
            .min_by(|&a, &b| areas[a].abs().total_cmp(&areas[b].abs()));
        part_of[hole] = Some(outer.and_then(|outer| part_of[outer]).unwrap_or_else(|| {
            parts += 1;
            parts - 1
        }));
    }
    let mut grouped = vec![Vec::new(); parts];
    let (holes, shells): (Vec<_>, Vec<_>) =
        rings.into_iter().zip(part_of).zip(is_hole).partition(|(_, is_hole)| *is_hole);
    for ((ring, part), _) in shells.into_iter().chain(holes) {
        grouped[part.expect("every ring was given a part")].push(ring);
    }
    grouped
}

/// Positive if the ring runs counter-clockwise. Taken from its first corner: coordinates of projected
/// systems are large, plots are small.
fn signed_area(ring: &[Position]) -> f64 {
    let Some(&[x, y]) = ring.first() else { return 0.0 };
    let cross = |edge: &[Position]| (edge[0][0] - x) * (edge[1][1] - y) - (edge[1][0] - x) * (edge[0][1] - y);
    ring.windows(2).map(cross).sum::<f64>() / 2.0
}

/// Whether a ring lies in another, told by its first corner (or else middle of a side) that is not on
/// the other's border. A ring with the same border counts as inside.
fn is_inside(inner: &[Position], outer: &[Position]) -> bool {
    let middles = inner.windows(2).map(|side| {
        let ([ax, ay], [bx, by]) = (side[0], side[1]);
        [f64::midpoint(ax, bx), f64::midpoint(ay, by)]
    });
    inner.iter().copied().chain(middles).find_map(|position| side_of(position, outer)).unwrap_or(true)
}

/// Whether a position is inside a ring; `None` on its border.
fn side_of([x, y]: Position, ring: &[Position]) -> Option<bool> {
    let mut inside = false;
    for edge in ring.windows(2) {
        let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
        let cross = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        let between = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
        if cross == 0.0 && between {
            return None;
        }
        if (ay > y) != (by > y) && (cross > 0.0) == (by > ay) {
            inside = !inside;
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square ring with its corner at `(at, at)`.
    fn square(at: f64, size: f64, clockwise: bool) -> Vec<Position> {
        let mut ring = vec![[at, at], [at + size, at], [at + size, at + size], [at, at + size], [at, at]];
        if clockwise {
            ring.reverse();
        }
        ring
    }

    /// Rings as `(corner, size, clockwise)`; expected parts as indices of rings.
    fn check(rings: &[(f64, f64, bool)], expected: &[&[usize]]) {
        let rings: Vec<_> = rings.iter().map(|&(at, size, clockwise)| square(at, size, clockwise)).collect();
        let expected: Vec<Vec<_>> =
            expected.iter().map(|part| part.iter().map(|&ring| rings[ring].clone()).collect()).collect();
        assert_eq!(group(rings), expected);
    }

    const OUTER: bool = true;
    const HOLE: bool = false;

    #[test]
    fn a_hole_belongs_to_the_smallest_outer_ring_around_it() {
        check(&[(0.0, 10.0, OUTER), (2.0, 2.0, HOLE)], &[&[0, 1]]);
        check(&[(2.0, 2.0, HOLE), (0.0, 10.0, OUTER)], &[&[1, 0]]);
        check(&[(0.0, 10.0, OUTER), (20.0, 10.0, OUTER), (22.0, 2.0, HOLE)], &[&[0], &[1, 2]]);
        // An island with a pond, in a lake of the land.
        check(&[(0.0, 10.0, OUTER), (1.0, 8.0, HOLE), (2.0, 6.0, OUTER), (3.0, 1.0, HOLE)], &[&[0, 1], &[2, 3]]);
    }

    #[test]
    fn a_hole_may_touch_its_outer_ring() {
        check(&[(0.0, 10.0, OUTER), (0.0, 5.0, HOLE)], &[&[0, 1]]);
    }

    #[test]
    fn overlapping_outer_rings_stay_two_parts_for_the_check_to_find() {
        check(&[(0.0, 10.0, OUTER), (2.0, 2.0, OUTER)], &[&[0], &[1]]);
    }

    #[test]
    fn where_directions_are_ignored_nesting_tells() {
        check(&[(0.0, 10.0, HOLE), (2.0, 2.0, HOLE), (20.0, 1.0, HOLE)], &[&[0, 1], &[2]]);
        check(&[(0.0, 10.0, HOLE)], &[&[0]]);
    }

    #[test]
    fn a_hole_without_land_around_it_is_land() {
        check(&[(0.0, 10.0, OUTER), (20.0, 2.0, HOLE)], &[&[0], &[1]]);
    }
}
