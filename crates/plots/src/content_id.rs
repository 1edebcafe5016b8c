//! An id made of the geometry alone, so that the same plot is known again under another name.

use crate::{PlotGeometryRef, Position, ShapeRef};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A vertex in units of 1e-7 degrees: a centimetre.
type Vertex = [i64; 2];

/// The first 128 bits of a hash of the normalised geometry. Displayed as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct ContentId(pub [u8; 16]);

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The id of a geometry by its BLAKE3 hash; `None` if it is unusable.
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
pub fn content_id(geometry: PlotGeometryRef<'_>) -> Option<ContentId> {
    let bytes = match geometry {
        PlotGeometryRef::Area(shape) => shape_bytes(shape),
        PlotGeometryRef::Points(points) => {
            let mut vertices: Vec<Vertex> = points.iter().map(|&point| rounded(point)).collect();
            vertices.sort_unstable();
            vertices.dedup();
            let mut bytes = vec![2];
            push_vertices(&vertices, &mut bytes);
            bytes
        }
        PlotGeometryRef::Unusable => return None,
    };
    let hash = blake3::hash(&bytes);
    Some(ContentId(*hash.as_bytes().first_chunk().expect("a hash of 32 bytes")))
}

fn shape_bytes(shape: ShapeRef<'_>) -> Vec<u8> {
    let mut vertices: Vec<Vertex> = Vec::with_capacity(shape.positions().len());
    // Where each ring's vertices are; rings of one part are neighbours.
    let mut rings = Vec::with_capacity(shape.ring_ends().len());
    for part in shape.parts() {
        for (i, ring) in part.rings().enumerate() {
            let start = vertices.len();
            push_normalised(ring, i == 0, &mut vertices);
            rings.push(start..vertices.len());
        }
    }
    let list = |ring: &Range<usize>| &vertices[ring.clone()];
    let mut parts: Vec<&[Range<usize>]> = Vec::with_capacity(shape.part_ends().len());
    let mut rest = rings.as_mut_slice();
    for part in shape.parts() {
        let (of_part, after) = rest.split_at_mut(part.rings().len());
        of_part[1..].sort_unstable_by(|a, b| list(a).cmp(list(b)));
        parts.push(of_part);
        rest = after;
    }
    parts.sort_unstable_by(|a, b| a.iter().map(list).cmp(b.iter().map(list)));
    let mut bytes = Vec::with_capacity(1 + 4 * (1 + parts.len() + shape.ring_ends().len()) + 16 * vertices.len());
    bytes.push(1);
    push_count(parts.len(), &mut bytes);
    for rings in parts {
        push_count(rings.len(), &mut bytes);
        rings.iter().for_each(|ring| push_vertices(list(ring), &mut bytes));
    }
    bytes
}

fn push_count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(count as u32).to_le_bytes());
}

fn push_vertices(vertices: &[Vertex], bytes: &mut Vec<u8>) {
    push_count(vertices.len(), bytes);
    vertices.iter().flatten().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
}

fn rounded(position: Position) -> Vertex {
    position.map(|degrees| (degrees * 1e7).round() as i64)
}

/// Adds the vertices of a closed ring without its closing one, oriented, the least rotation.
fn push_normalised(ring: &[Position], counter_clockwise: bool, out: &mut Vec<Vertex>) {
    let start = out.len();
    for &position in ring {
        let vertex = rounded(position);
        if out[start..].last() != Some(&vertex) {
            out.push(vertex);
        }
    }
    if out.len() - start > 1 && out.get(start) == out.last() {
        out.pop();
    }
    let vertices = &mut out[start..];
    let doubled = doubled_area(vertices);
    if doubled == 0 {
        // Rounding left no inside that could say which way the ring runs.
        let mut back = vertices.to_vec();
        back.reverse();
        rotate_to_least(vertices);
        rotate_to_least(&mut back);
        if back.as_slice() < &*vertices {
            vertices.copy_from_slice(&back);
        }
        return;
    }
    if (doubled > 0) != counter_clockwise {
        vertices.reverse();
    }
    rotate_to_least(vertices);
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

/// Rotates to start with the smallest vertex; where there are several, to the smallest list.
fn rotate_to_least(vertices: &mut [Vertex]) {
    let Some(smallest) = vertices.iter().min().copied() else { return };
    let from = |start: usize| vertices[start..].iter().chain(&vertices[..start]);
    let starts = (0..vertices.len()).filter(|&i| vertices[i] == smallest);
    let best = starts.min_by(|&i, &j| from(i).cmp(from(j))).unwrap_or(0);
    vertices.rotate_left(best);
}

#[cfg(test)]
mod tests {
    use super::content_id;
    use crate::{PlotGeometryRef, Position, Shape};

    fn id(parts: &[&[&[Position]]]) -> String {
        let owned = |rings: &&[&[Position]]| rings.iter().map(|ring| ring.to_vec()).collect();
        let shape = Shape::from_rings(parts.iter().map(owned).collect());
        content_id(PlotGeometryRef::Area(shape.as_ref())).expect("polygons have an id").to_string()
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
        let points = |points: &[Position]| content_id(PlotGeometryRef::Points(points));
        assert_eq!(points(&[[1., 2.], [3., 4.]]), points(&[[3., 4.], [1., 2.], [1., 2.]]));
        assert_ne!(points(&[[1., 2.]]), points(&[[2., 1.]]));
        assert_ne!(points(&TRIANGLE).map(|id| id.to_string()), Some(id(&[&[&TRIANGLE]])));
        assert_eq!(content_id(PlotGeometryRef::Unusable), None);
    }

    #[test]
    fn a_ring_that_rounding_flattens_still_has_one_id() {
        let flat = [[0., 0.], [1e-7, 0.], [2e-7, 1e-9], [0., 0.]];
        let mut turned = flat;
        turned.reverse();
        assert_eq!(id(&[&[&flat]]), id(&[&[&turned]]));
    }
}
