//! Geometries as Well-known text.

use super::drawable::{Drawable, closed};
use super::number::push_number;
use lindero_plots::{Part, Position, ShapeRef};

/// A shape as OGC Well-known text: a POLYGON if it has one part, else a MULTIPOLYGON. Numbers read back as themselves.
pub(crate) fn wkt(shape: ShapeRef<'_>) -> String {
    let mut text = String::new();
    push_wkt(&mut text, &Drawable::Polygons(shape.parts().collect()));
    text
}

/// Appends a geometry as OGC Well-known text, as it was drawn; rings are closed.
pub(super) fn push_wkt(out: &mut String, geometry: &Drawable<'_>) {
    match geometry {
        Drawable::Points([point]) => {
            out.push_str("POINT (");
            push_position(out, point);
            out.push(')');
        }
        Drawable::Points(points) => {
            out.push_str("MULTIPOINT ");
            push_list(out, points.iter(), |out, point| {
                out.push('(');
                push_position(out, point);
                out.push(')');
            });
        }
        Drawable::Polygons(parts) => match parts.as_slice() {
            [part] => {
                out.push_str("POLYGON ");
                push_polygon(out, *part);
            }
            parts => {
                out.push_str("MULTIPOLYGON ");
                push_list(out, parts.iter(), |out, part| push_polygon(out, *part));
            }
        },
        Drawable::Collection(members) => {
            out.push_str("GEOMETRYCOLLECTION ");
            push_list(out, members.iter(), push_wkt);
        }
    }
}

fn push_polygon(out: &mut String, part: Part<'_>) {
    push_list(out, part.rings(), |out, ring| push_list(out, closed(ring), push_position));
}

fn push_list<T>(out: &mut String, items: impl Iterator<Item = T>, push: impl Fn(&mut String, T)) {
    out.push('(');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        push(out, item);
    }
    out.push(')');
}

fn push_position(out: &mut String, &[x, y]: &Position) {
    push_number(out, x);
    out.push(' ');
    push_number(out, y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_plots::Shape;

    #[test]
    fn one_part_is_a_polygon_and_more_are_a_multipolygon() {
        let triangle = |x: f64| -> Vec<Position> { vec![[x, 0.0], [x + 1.0, 0.0], [x, 0.5], [x, 0.0]] };
        let one = Shape::from_rings(vec![vec![triangle(0.0), triangle(0.25)]]);
        assert_eq!(wkt(one.as_ref()), "POLYGON ((0 0, 1 0, 0 0.5, 0 0), (0.25 0, 1.25 0, 0.25 0.5, 0.25 0))");
        let two = Shape::from_rings(vec![vec![triangle(0.0)], vec![triangle(5.0)]]);
        assert_eq!(wkt(two.as_ref()), "MULTIPOLYGON (((0 0, 1 0, 0 0.5, 0 0)), ((5 0, 6 0, 5 0.5, 5 0)))");
    }

    #[test]
    fn points_and_collections_have_words_of_their_own() {
        let check = |geometry: &Drawable<'_>, expected: &str| {
            let mut text = String::new();
            push_wkt(&mut text, geometry);
            assert_eq!(text, expected);
        };
        check(&Drawable::Points(&[[-76.5, 1e-9]]), "POINT (-76.5 1e-9)");
        let two = [[1.0, 2.0], [3.0, 4.0]];
        check(&Drawable::Points(&two), "MULTIPOINT ((1 2), (3 4))");
        let both = Drawable::Collection(vec![Drawable::Points(&two[..1]), Drawable::Points(&two)]);
        check(&both, "GEOMETRYCOLLECTION (POINT (1 2), MULTIPOINT ((1 2), (3 4)))");
    }
}
