//! Shapes as Well-known text.

use super::number::push_number;
use lindero_plots::{Position, ShapeRef};

/// A shape as OGC Well-known text: a POLYGON if it has one part, else a MULTIPOLYGON. Numbers read back as themselves.
pub(crate) fn wkt(shape: ShapeRef<'_>) -> String {
    let mut text = String::from(if shape.parts().len() == 1 { "POLYGON " } else { "MULTIPOLYGON (" });
    for (part, polygon) in shape.parts().enumerate() {
        text.push_str(if part == 0 { "(" } else { ", (" });
        for (ring, positions) in polygon.rings().enumerate() {
            text.push_str(if ring == 0 { "(" } else { ", (" });
            push_positions(positions, &mut text);
            text.push(')');
        }
        text.push(')');
    }
    if shape.parts().len() != 1 {
        text.push(')');
    }
    text
}

fn push_positions(positions: &[Position], text: &mut String) {
    for (index, &[x, y]) in positions.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        push_number(text, x);
        text.push(' ');
        push_number(text, y);
    }
}

#[cfg(test)]
mod tests {
    use super::wkt;
    use lindero_plots::{Position, Shape};

    #[test]
    fn one_part_is_a_polygon_and_more_are_a_multipolygon() {
        let triangle = |x: f64| -> Vec<Position> { vec![[x, 0.0], [x + 1.0, 0.0], [x, 0.5], [x, 0.0]] };
        let one = Shape::from_rings(vec![vec![triangle(0.0), triangle(0.25)]]);
        assert_eq!(wkt(one.as_ref()), "POLYGON ((0 0, 1 0, 0 0.5, 0 0), (0.25 0, 1.25 0, 0.25 0.5, 0.25 0))");
        let two = Shape::from_rings(vec![vec![triangle(0.0)], vec![triangle(5.0)]]);
        assert_eq!(wkt(two.as_ref()), "MULTIPOLYGON (((0 0, 1 0, 0 0.5, 0 0)), ((5 0, 6 0, 5 0.5, 5 0)))");
    }
}
