//! Moves geometries from a file's coordinate system to WGS 84 longitude and latitude.

use lindero_layers::Transform;
use lindero_plots::{Position, RawGeometry};

/// Longest edge that is moved by its ends alone. A straight edge of a projected system is curved in
/// longitude and latitude; over 1 km the two differ by millimetres.
const MAX_EDGE_M: f64 = 1000.0;

/// Most positions a geometry may grow to; a circle of latitude in pieces of 1 km has 40,000.
const MAX_POSITIONS: f64 = 4e6;

/// Moves geometries of one file.
pub(super) struct Reprojector {
    transform: Box<dyn Transform>,
    /// Whether edges are cut before they are moved: yes in metres, no in degrees of another datum.
    densify: bool,
}

impl Reprojector {
    pub(super) fn new(transform: Box<dyn Transform>, densify: bool) -> Self {
        Self { transform, densify }
    }

    /// Moves a geometry. A position that cannot be moved becomes not-a-number, which is a defect later.
    pub(super) fn apply(&self, geometry: &mut RawGeometry) {
        match geometry {
            RawGeometry::Points(points) => self.transform.inverse(points),
            RawGeometry::Polygons(parts) => {
                if self.densify {
                    let grown: f64 = parts.iter().flatten().map(|ring| densified_len(ring)).sum();
                    if grown > MAX_POSITIONS {
                        *geometry = RawGeometry::Unreadable(format!(
                            "its sides add up to over {:.0} km in the file's coordinate system",
                            MAX_POSITIONS * MAX_EDGE_M / 1000.0
                        ));
                        return;
                    }
                }
                for ring in parts.iter_mut().flatten() {
                    if self.densify {
                        densify(ring);
                    }
                    self.transform.inverse(ring);
                }
            }
            RawGeometry::Mixed(members) => members.iter_mut().for_each(|member| self.apply(member)),
            RawGeometry::Missing | RawGeometry::Unsupported(_) | RawGeometry::Unreadable(_) => {}
        }
    }
}

/// Pieces an edge is cut into: one unless it is too long. An edge that is not finite stays whole.
fn pieces([[ax, ay], [bx, by]]: [Position; 2]) -> f64 {
    let length = libm::hypot(bx - ax, by - ay);
    if length > MAX_EDGE_M && length.is_finite() { (length / MAX_EDGE_M).ceil() } else { 1.0 }
}

/// Edges of a ring, closing edge only if the ring has it.
fn edges(ring: &[Position]) -> impl Iterator<Item = [Position; 2]> {
    ring.windows(2).map(|edge| [edge[0], edge[1]])
}

fn densified_len(ring: &[Position]) -> f64 {
    edges(ring).map(pieces).sum()
}

/// Cuts long edges into equal pieces. Both directions of an edge get the same vertices, to the bit, so
/// that neighbours still meet.
fn densify(ring: &mut Vec<Position>) {
    if edges(ring).all(|edge| pieces(edge) == 1.0) {
        return;
    }
    let mut out = Vec::with_capacity(densified_len(ring) as usize + 1);
    for [a, b] in edges(ring) {
        out.push(a);
        let count = pieces([a, b]) as u32;
        let backwards = a > b;
        let [from, to] = if backwards { [b, a] } else { [a, b] };
        for i in 1..count {
            let step = if backwards { count - i } else { i };
            let t = f64::from(step) / f64::from(count);
            out.push([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]);
        }
    }
    out.extend(ring.last());
    *ring = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system whose metres are a hundred thousandth of a degree.
    struct Scale;

    impl Transform for Scale {
        fn forward(&self, positions: &mut [Position]) {
            positions.iter_mut().flatten().for_each(|value| *value *= 1e5);
        }

        fn inverse(&self, positions: &mut [Position]) {
            positions.iter_mut().flatten().for_each(|value| *value /= 1e5);
        }
    }

    fn check(densify: bool, ring: &[Position], expected: &[Position]) {
        let mut geometry = RawGeometry::Polygons(vec![vec![ring.to_vec()]]);
        Reprojector::new(Box::new(Scale), densify).apply(&mut geometry);
        assert_eq!(geometry, RawGeometry::Polygons(vec![vec![expected.to_vec()]]));
    }

    #[test]
    fn edges_over_a_kilometre_are_cut_into_equal_pieces_before_they_move() {
        check(
            true,
            &[[0.0, 0.0], [2000.0, 0.0], [2000.0, 1000.0], [0.0, 0.0]],
            &[
                [0.0, 0.0],
                [0.01, 0.0],
                [0.02, 0.0],
                [0.02, 0.01],
                [2000.0 * (2.0 / 3.0) / 1e5, 1000.0 * (2.0 / 3.0) / 1e5],
                [2000.0 * (1.0 / 3.0) / 1e5, 1000.0 * (1.0 / 3.0) / 1e5],
                [0.0, 0.0],
            ],
        );
    }

    #[test]
    fn degrees_of_another_datum_are_moved_vertex_by_vertex() {
        let ring = [[0.0, 0.0], [2000.0, 0.0], [0.0, 2000.0], [0.0, 0.0]];
        check(false, &ring, &[[0.0, 0.0], [0.02, 0.0], [0.0, 0.02], [0.0, 0.0]]);
    }

    #[test]
    fn neighbours_get_the_same_vertices_on_the_side_they_share() {
        let (a, b) = ([3.7, 11.1], [7911.3, 2345.6]);
        let (mut there, mut back) = (vec![a, b], vec![b, a]);
        densify(&mut there);
        densify(&mut back);
        back.reverse();
        assert_eq!(there, back);
        assert_eq!(there.len(), 10);
    }

    #[test]
    fn a_side_as_long_as_the_solar_system_is_not_cut_into_kilometres() {
        let mut geometry = RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [1e13, 0.0], [0.0, 1.0], [0.0, 0.0]]]]);
        Reprojector::new(Box::new(Scale), true).apply(&mut geometry);
        assert!(matches!(geometry, RawGeometry::Unreadable(_)), "{geometry:?}");
        check(true, &[[0.0, 0.0], [f64::INFINITY, 0.0]], &[[0.0, 0.0], [f64::INFINITY, 0.0]]);
    }
}
