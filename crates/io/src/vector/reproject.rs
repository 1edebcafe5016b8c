//! Moves geometries from a file's coordinate system to WGS 84 longitude and latitude.

use lindero_layers::Transform;
use lindero_plots::{OpenGeometry, Position, RawGeometries, RawGeometryRef};

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

    /// Moves geometries. A position that cannot be moved becomes not-a-number, which is a defect later.
    pub(super) fn apply(&self, geometries: &mut RawGeometries) {
        if self.densify && has_long_edges(geometries) {
            *geometries = densified(geometries);
        }
        geometries.move_positions(&|positions| self.transform.inverse(positions));
    }
}

/// Whether any ring has an edge that must be cut.
fn has_long_edges(geometries: &RawGeometries) -> bool {
    geometries.iter().any(|geometry| match geometry {
        RawGeometryRef::Polygons(polygons) => polygons.rings().any(is_long),
        RawGeometryRef::Mixed(members) => has_long_edges(members),
        _ => false,
    })
}

/// The same geometries, their long edges cut.
fn densified(geometries: &RawGeometries) -> RawGeometries {
    let mut out = RawGeometries::new();
    for geometry in geometries.iter() {
        match geometry {
            RawGeometryRef::Polygons(polygons) => {
                let mut open = out.open();
                if polygons.rings().map(densified_len).sum::<f64>() > MAX_POSITIONS {
                    open.close_as_unreadable(format!(
                        "its sides add up to over {:.0} km in the file's coordinate system",
                        MAX_POSITIONS * MAX_EDGE_M / 1000.0
                    ));
                    continue;
                }
                for part in polygons.parts() {
                    for ring in part.rings() {
                        densify(ring, &mut open);
                        open.end_ring();
                    }
                    open.end_part();
                }
                match polygons.nesting() {
                    None => open.close_as_polygons(),
                    Some(nesting) => open.close_as_misnested(nesting),
                }
            }
            RawGeometryRef::Mixed(members) => out.open().close_as_mixed(densified(members)),
            geometry => out.push_ref(geometry),
        }
    }
    out
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

fn is_long(ring: &[Position]) -> bool {
    edges(ring).any(|edge| pieces(edge) > 1.0)
}

fn densified_len(ring: &[Position]) -> f64 {
    edges(ring).map(pieces).sum()
}

/// Copies a ring, its long edges cut into equal pieces. Both directions of an edge get the same vertices, to the bit,
/// so that neighbours still meet.
fn densify(ring: &[Position], out: &mut OpenGeometry<'_>) {
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
    out.extend(ring.last().copied());
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_plots::RawGeometry;

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
        // In a collection too, and whatever else is in the batch.
        let all = |ring: &[Position]| -> RawGeometries {
            let polygon = RawGeometry::Polygons(vec![vec![ring.to_vec()]]);
            [polygon.clone(), RawGeometry::Missing, RawGeometry::Mixed(vec![polygon])].into_iter().collect()
        };
        let mut geometries = all(ring);
        Reprojector::new(Box::new(Scale), densify).apply(&mut geometries);
        assert_eq!(geometries, all(expected));
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
        let cut = |edge: &[Position]| {
            let mut all = RawGeometries::new();
            let mut open = all.open();
            densify(edge, &mut open);
            open.close_as_points();
            let RawGeometryRef::Points(points) = all.get(0) else { unreachable!("closed as points") };
            points.to_vec()
        };
        let (there, mut back) = (cut(&[a, b]), cut(&[b, a]));
        back.reverse();
        assert_eq!(there, back);
        assert_eq!(there.len(), 10);
    }

    #[test]
    fn a_side_as_long_as_the_solar_system_is_not_cut_into_kilometres() {
        let mut geometries = RawGeometries::new();
        geometries.push(RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [1e13, 0.0], [0.0, 1.0], [0.0, 0.0]]]]));
        Reprojector::new(Box::new(Scale), true).apply(&mut geometries);
        assert!(matches!(geometries.get(0), RawGeometryRef::Unreadable(_)), "{geometries:?}");
        check(true, &[[0.0, 0.0], [f64::INFINITY, 0.0]], &[[0.0, 0.0], [f64::INFINITY, 0.0]]);
    }
}
