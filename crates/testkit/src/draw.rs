use ndarray::Array2;

use crate::wkt::Ring;

/// The rows of a drawing: lines, or words on one line; indentation and empty lines do not count.
pub fn rows(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// A raster from a drawing, row 0 on top: `.` is 0, `#` is 1, a digit is itself, `a` is 10 to `z` 35, `?` is no number.
///
/// Panics on any other character and on rows of unequal length.
///
/// # Examples
/// ```
/// let grid = lindero_testkit::grid_from_text("..1
///                                             .2a");
/// assert_eq!(grid.dim(), (2, 3));
/// assert_eq!(grid[(1, 2)], 10.0);
/// ```
pub fn grid_from_text(text: &str) -> Array2<f64> {
    grid_from_text_with(text, |c| match c {
        '.' => 0.0,
        '#' => 1.0,
        '?' => f64::NAN,
        '0'..='9' => f64::from(u32::from(c) - u32::from('0')),
        'a'..='z' => f64::from(u32::from(c) - u32::from('a') + 10),
        _ => panic!("a drawing of a raster uses . # ? 0-9 a-z, found {c:?}"),
    })
}

/// A raster from a drawing with a legend of its own.
///
/// Panics on rows of unequal length.
pub fn grid_from_text_with(text: &str, legend: impl Fn(char) -> f64) -> Array2<f64> {
    let rows = rows(text);
    let width = rows.first().map_or(0, |row| row.chars().count());
    let mut values = Vec::with_capacity(rows.len() * width);
    for row in &rows {
        assert_eq!(row.chars().count(), width, "every row of a drawing is as long as the first, {row:?} is not");
        values.extend(row.chars().map(&legend));
    }
    Array2::from_shape_vec((rows.len(), width), values).expect("rows times width values were drawn")
}

/// A closed ring from a drawing: its vertices are the letters in alphabetical order, each at its column and row.
///
/// A step to the right is one unit of x; the last line is y = 0, the line above it y = 1.
///
/// # Examples
/// ```
/// let ring = lindero_testkit::ring_from_text("d.c
///                                             a.b");
/// assert_eq!(ring, [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0], [0.0, 0.0]]);
/// ```
pub fn ring_from_text(text: &str) -> Ring {
    let rows = rows(text);
    let mut corners: Vec<(char, [f64; 2])> = Vec::new();
    for (above, row) in rows.iter().rev().enumerate() {
        for (col, c) in row.chars().enumerate() {
            if c.is_ascii_alphabetic() {
                corners.push((c, [col as f64, above as f64]));
            }
        }
    }
    corners.sort_by_key(|(letter, _)| *letter);
    for pair in corners.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "every vertex of a drawn ring has a letter of its own");
    }
    let mut ring: Ring = corners.into_iter().map(|(_, position)| position).collect();
    ring.extend(ring.first().copied());
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_words_draw_the_same_raster() {
        let lines = grid_from_text(
            "..1
             .2a",
        );
        assert_eq!(lines, grid_from_text("..1 .2a"));
        assert_eq!(lines, ndarray::arr2(&[[0.0, 0.0, 1.0], [0.0, 2.0, 10.0]]));
    }

    #[test]
    fn a_question_mark_is_no_number() {
        assert!(grid_from_text("?")[(0, 0)].is_nan());
    }

    #[test]
    #[should_panic(expected = "as long as the first")]
    fn a_ragged_drawing_is_refused() {
        grid_from_text("... ..");
    }

    #[test]
    fn letters_give_the_order_of_vertices_not_their_place() {
        assert_eq!(ring_from_text("b.a ..c"), [[2.0, 1.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]);
    }
}
