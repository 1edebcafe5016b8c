use std::fmt::Write as _;

/// A ring as a list of `[x, y]`; closed when the first position is repeated at the end.
pub type Ring = Vec<[f64; 2]>;

/// Polygons of rings: of each polygon the first ring is the outer one, the others are holes.
pub type Polygons = Vec<Vec<Ring>>;

/// Reads `POLYGON((x y, ...), (...))` or `MULTIPOLYGON(((...)), ((...)))`; a third ordinate is dropped; `EMPTY` has no rings.
///
/// Rings come back as written: not closed, not turned, not checked. Panics on anything else.
///
/// # Examples
/// ```
/// let shape = lindero_testkit::polygon("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((2 0, 3 0, 3 1, 2 0)))");
/// assert_eq!(shape.len(), 2);
/// assert_eq!(shape[1][0][1], [3.0, 0.0]);
/// ```
pub fn polygon(wkt: &str) -> Polygons {
    let text = wkt.trim();
    let upper = text.to_ascii_uppercase();
    let (polygon_depth, name) = if upper.starts_with("MULTIPOLYGON") {
        (2, "MULTIPOLYGON")
    } else if upper.starts_with("POLYGON") {
        (1, "POLYGON")
    } else {
        panic!("expected POLYGON or MULTIPOLYGON, found {text:?}")
    };
    let body = text[name.len()..].trim().trim_start_matches(['Z', 'z']).trim();
    if body.eq_ignore_ascii_case("EMPTY") {
        return Vec::new();
    }
    let mut polygons: Polygons = Vec::new();
    let mut depth = 0;
    let mut numbers = String::new();
    for c in body.chars() {
        match c {
            '(' => {
                depth += 1;
                if depth == polygon_depth {
                    polygons.push(Vec::new());
                }
            }
            ')' => {
                if depth == polygon_depth + 1 {
                    let ring = positions(&numbers);
                    polygons.last_mut().expect("a ring is inside a polygon").push(ring);
                    numbers.clear();
                }
                depth -= 1;
            }
            ',' if depth <= polygon_depth => {}
            _ => numbers.push(c),
        }
    }
    assert_eq!(depth, 0, "unbalanced parentheses in {wkt:?}");
    polygons
}

fn positions(text: &str) -> Ring {
    text.split(',')
        .map(|position| {
            let mut ordinates =
                position.split_whitespace().map(|n| n.parse().unwrap_or_else(|_| panic!("not a number: {n:?}")));
            match (ordinates.next(), ordinates.next()) {
                (Some(x), Some(y)) => [x, y],
                _ => panic!("a position is x and y, found {position:?}"),
            }
        })
        .collect()
}

/// The shape as well-known text, numbers with as many digits as they need; the inverse of [`polygon`].
pub fn to_wkt(polygons: &[Vec<Ring>]) -> String {
    let mut text = String::from("MULTIPOLYGON(");
    if polygons.is_empty() {
        return "MULTIPOLYGON EMPTY".to_owned();
    }
    for (p, rings) in polygons.iter().enumerate() {
        text.push_str(if p == 0 { "(" } else { ", (" });
        for (r, ring) in rings.iter().enumerate() {
            text.push_str(if r == 0 { "(" } else { ", (" });
            for (i, [x, y]) in ring.iter().enumerate() {
                let comma = if i == 0 { "" } else { ", " };
                write!(text, "{comma}{x} {y}").expect("writing to a string cannot fail");
            }
            text.push(')');
        }
        text.push(')');
    }
    text.push(')');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wkt: &str, rings_per_polygon: &[usize]) -> Polygons {
        let shape = polygon(wkt);
        let found: Vec<usize> = shape.iter().map(Vec::len).collect();
        assert_eq!(found, rings_per_polygon, "{wkt}");
        assert_eq!(polygon(&to_wkt(&shape)), shape, "{wkt} does not survive writing and reading");
        shape
    }

    #[test]
    fn polygons_holes_and_parts_are_read_in_order() {
        check("POLYGON((0 0, 4 0, 4 4, 0 0))", &[1]);
        check("POLYGON ((0 0,4 0,4 4,0 0), (1 1,2 1,2 2,1 1))", &[2]);
        let shape =
            check("multipolygon(((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1)),((9 -1.5e-3,10 0,10 1,9 -1.5e-3)))", &[2, 1]);
        assert_eq!(shape[1][0][0], [9.0, -0.0015]);
        check("POLYGON EMPTY", &[]);
    }

    #[test]
    fn a_third_ordinate_is_dropped() {
        assert_eq!(polygon("POLYGON Z((0 0 7, 1 0 7, 1 1 7, 0 0 7))"), polygon("POLYGON((0 0, 1 0, 1 1, 0 0))"));
    }

    #[test]
    #[should_panic(expected = "expected POLYGON")]
    fn a_line_is_refused() {
        polygon("LINESTRING(0 0, 1 1)");
    }
}
