//! Whether a position lies in a shape.

use crate::predicates::turn;
use crate::{Position, ShapeRef};

/// Whether the position lies in the shape. Exact: no rounding decides.
///
/// Exactly on a border it lies in the ground to its east, and on a level one in that to its south, so that of shapes that share
/// a border one has it.
#[must_use]
pub fn contains(shape: ShapeRef<'_>, position: Position) -> bool {
    let reaches = |corner: Position| corner[1] >= position[1];
    let lies_east = |side: &[Position]| match (reaches(side[0]), reaches(side[1])) {
        (false, true) => turn(side[0], side[1], position) > 0.0,
        (true, false) => turn(side[0], side[1], position) < 0.0,
        _ => false,
    };
    let east = shape.rings().flat_map(|ring| ring.windows(2)).filter(|side| lies_east(side)).count();
    // Going east from inside, one leaves the shape once more than one enters it.
    east % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shape;

    fn square(low: [f64; 2], high: [f64; 2]) -> Vec<Position> {
        vec![low, [high[0], low[1]], high, [low[0], high[1]], low]
    }

    #[test]
    fn holes_are_outside() {
        let mut hole = square([1.0, 1.0], [3.0, 3.0]);
        hole.reverse();
        let parts = vec![vec![square([0.0, 0.0], [4.0, 4.0]), hole], vec![square([5.0, 5.0], [6.0, 6.0])]];
        let shape = Shape::from_rings(parts);
        for (position, expected) in
            [([0.5, 0.5], true), ([2.0, 2.0], false), ([3.5, 1.0], true), ([5.5, 5.5], true), ([4.5, 4.5], false)]
        {
            assert_eq!(contains(shape.as_ref(), position), expected, "{position:?}");
        }
    }

    #[test]
    fn of_shapes_that_share_borders_one_has_each_position() {
        // Four squares and a triangle each way, around one corner.
        let diagonal = [
            vec![[2.0, 0.0], [4.0, 0.0], [4.0, 2.0], [2.0, 0.0]],
            vec![[2.0, 0.0], [4.0, 2.0], [2.0, 2.0], [2.0, 0.0]],
        ];
        let squares = [([0.0, 0.0], [2.0, 2.0]), ([0.0, 2.0], [2.0, 4.0]), ([2.0, 2.0], [4.0, 4.0])];
        let rings = squares.into_iter().map(|(low, high)| square(low, high)).chain(diagonal);
        let shapes: Vec<Shape> = rings.map(|ring| Shape::from_rings(vec![vec![ring]])).collect();
        for step in 0..400u32 {
            let position = [f64::from(step % 20) / 5.0, f64::from(step / 20) / 5.0 + 0.2];
            let holding = shapes.iter().filter(|shape| contains(shape.as_ref(), position)).count();
            assert_eq!(holding, 1, "{position:?}");
        }
    }
}
