//! An id made of the geometry alone, so that the same plot is known again under another name.

use crate::{PlotGeometry, Position, ShapeRef};

/// A vertex in units of 1e-7 degrees: a centimetre.
type Vertex = [i64; 2];

/// The first 128 bits of the BLAKE3 hash of a geometry, as 32 hexadecimal digits; `None` if it is unusable.
///
/// Where a ring starts, which way it runs and the order of holes, parts and points do not change the id,
/// nor does anything beyond the seventh decimal of a degree.
///
/// # Method
///
/// Coordinates are rounded to 7 decimals, repeated consecutive vertices dropped, outer rings turned counter-clockwise and
/// holes clockwise, each ring rotated to the least of its rotations; then holes, parts and points are sorted.
/// Hashed are a byte for the type (1 polygons, 2 points), counts as `u32` and coordinates as
/// `i64` in 1e-7 degrees, all little-endian.
pub fn content_id(geometry: &PlotGeometry) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    match geometry {
        PlotGeometry::Area(shape) => {
            hasher.update(&[1]);
            hash_shape(shape.as_ref(), &mut hasher);
        }
        PlotGeometry::Points(points) => {
            hasher.update(&[2]);
            let mut vertices: Vec<Vertex> = points.iter().map(|&point| rounded(point)).collect();
            vertices.sort_unstable();
            vertices.dedup();
            hash_vertices(&vertices, &mut hasher);
        }
        PlotGeometry::Unusable => return None,
    }
    Some(hasher.finalize().to_hex()[..32].to_owned())
}

fn hash_shape(shape: ShapeRef<'_>, hasher: &mut blake3::Hasher) {
    let mut parts: Vec<Vec<Vec<Vertex>>> = shape
        .parts()
        .map(|part| {
            let mut rings: Vec<_> = part.rings().enumerate().map(|(i, ring)| normalised(ring, i == 0)).collect();
            if let Some(holes) = rings.get_mut(1..) {
                holes.sort_unstable();
            }
            rings
        })
        .collect();
    parts.sort_unstable();
    hash_count(parts.len(), hasher);
    for rings in &parts {
        hash_count(rings.len(), hasher);
        for ring in rings {
            hash_vertices(ring, hasher);
        }
    }
}

fn hash_count(count: usize, hasher: &mut blake3::Hasher) {
    hasher.update(&(count as u32).to_le_bytes());
}

fn hash_vertices(vertices: &[Vertex], hasher: &mut blake3::Hasher) {
    hash_count(vertices.len(), hasher);
    for vertex in vertices {
        hasher.update(&vertex[0].to_le_bytes());
        hasher.update(&vertex[1].to_le_bytes());
    }
}

fn rounded(position: Position) -> Vertex {
    position.map(|degrees| (degrees * 1e7).round() as i64)
}

/// The vertices of a closed ring without its closing one, oriented, the least rotation.
fn normalised(ring: &[Position], counter_clockwise: bool) -> Vec<Vertex> {
    let mut vertices: Vec<Vertex> = ring.iter().map(|&position| rounded(position)).collect();
    vertices.dedup();
    if vertices.len() > 1 && vertices.first() == vertices.last() {
        vertices.pop();
    }
    let doubled = doubled_area(&vertices);
    if doubled == 0 {
        // Rounding left no inside that could say which way the ring runs.
        let forth = least_rotation(vertices.clone());
        vertices.reverse();
        return forth.min(least_rotation(vertices));
    }
    if (doubled > 0) != counter_clockwise {
        vertices.reverse();
    }
    least_rotation(vertices)
}

/// Twice the signed area, exact.
fn doubled_area(vertices: &[Vertex]) -> i128 {
    let next = vertices.iter().cycle().skip(1);
    vertices
        .iter()
        .zip(next)
        .map(|(a, b)| i128::from(a[0]) * i128::from(b[1]) - i128::from(b[0]) * i128::from(a[1]))
        .sum()
}

/// The rotation that starts with the smallest vertex; of several such, the smallest as a list.
fn least_rotation(mut vertices: Vec<Vertex>) -> Vec<Vertex> {
    let Some(smallest) = vertices.iter().min().copied() else { return vertices };
    let from = |start: usize| vertices[start..].iter().chain(&vertices[..start]);
    let starts = (0..vertices.len()).filter(|&i| vertices[i] == smallest);
    let best = starts.min_by(|&i, &j| from(i).cmp(from(j))).unwrap_or(0);
    vertices.rotate_left(best);
    vertices
}

#[cfg(test)]
mod tests {
    use super::content_id;
    use crate::{PlotGeometry, Position, Shape};

    fn id(parts: &[&[&[Position]]]) -> String {
        let owned = |rings: &&[&[Position]]| rings.iter().map(|ring| ring.to_vec()).collect();
        let shape = Shape::from_rings(parts.iter().map(owned).collect());
        content_id(&PlotGeometry::Area(shape)).expect("polygons have an id")
    }

    const TRIANGLE: [Position; 4] = [[-76., -9.], [-75.9, -9.], [-76., -8.9], [-76., -9.]];
    const TURNED: [Position; 4] = [[-76., -8.9], [-75.9, -9.], [-76., -9.], [-76., -8.9]];

    const TRIANGLE_ID: &str = "05ebf0ce4a87309cf6b03ccdfe90b4dc";

    #[test]
    fn the_id_of_a_triangle_is_fixed() {
        // Printed by the first version; it must never change, users keep it in their files.
        assert_eq!(id(&[&[&TRIANGLE]]), TRIANGLE_ID);
        assert_eq!(id(&[&[&TURNED]]), TRIANGLE_ID);
    }

    #[test]
    fn a_centimetre_counts_and_a_millimetre_does_not() {
        let moved = |by: f64| {
            let mut ring = TRIANGLE;
            ring[1][0] += by;
            ring
        };
        assert_eq!(id(&[&[&moved(1e-8)]]), id(&[&[&TRIANGLE]]));
        assert_ne!(id(&[&[&moved(1e-7)]]), id(&[&[&TRIANGLE]]));
    }

    #[test]
    fn the_order_of_points_does_not_count_but_their_kind_does() {
        let points = |points: &[Position]| content_id(&PlotGeometry::Points(points.to_vec()));
        assert_eq!(points(&[[1., 2.], [3., 4.]]), points(&[[3., 4.], [1., 2.], [1., 2.]]));
        assert_ne!(points(&[[1., 2.]]), points(&[[2., 1.]]));
        assert_ne!(points(&TRIANGLE), Some(id(&[&[&TRIANGLE]])));
        assert_eq!(content_id(&PlotGeometry::Unusable), None);
    }

    #[test]
    fn a_ring_that_rounding_flattens_still_has_one_id() {
        let flat = [[0., 0.], [1e-7, 0.], [2e-7, 1e-9], [0., 0.]];
        let mut turned = flat;
        turned.reverse();
        assert_eq!(id(&[&[&flat]]), id(&[&[&turned]]));
    }
}
