//! Cutting a shape to a rectangle.

use crate::{Bounds, Position, Shape, ShapeRef};

/// The part of a shape inside a rectangle, for measuring its area and nothing else.
///
/// Where a ring leaves and enters the rectangle it runs along the border, maybe out and back, so that
/// the result need not be valid; its signed areas are exact. Corners on the border have exactly the border's
/// coordinate. Rings outside are dropped.
///
/// # Method
///
/// Sutherland and Hodgman 1974, *Reentrant polygon clipping*, ring by ring.
pub fn clip_to_rect(shape: ShapeRef<'_>, rect: &Bounds) -> Shape {
    let mut clipped = Shape::default();
    let (mut ring, mut spare) = (Vec::new(), Vec::new());
    for part in shape.parts() {
        for positions in part.rings() {
            let bounds = Bounds::of(positions);
            if rect.contains(&bounds) {
                clipped.push_ring(positions);
            } else if rect.intersects(&bounds) {
                ring.clear();
                ring.extend_from_slice(positions);
                for border in borders(rect) {
                    border.cut(&ring, &mut spare);
                    std::mem::swap(&mut ring, &mut spare);
                }
                if ring.len() >= 4 {
                    clipped.push_ring(&ring);
                }
            }
        }
        clipped.end_part();
    }
    clipped
}

/// A line parallel to an axis, and the side of it to keep.
struct Border {
    axis: usize,
    at: f64,
    keep_above: bool,
}

fn borders(rect: &Bounds) -> [Border; 4] {
    [
        Border { axis: 0, at: rect.min_x, keep_above: true },
        Border { axis: 0, at: rect.max_x, keep_above: false },
        Border { axis: 1, at: rect.min_y, keep_above: true },
        Border { axis: 1, at: rect.max_y, keep_above: false },
    ]
}

impl Border {
    fn keeps(&self, p: Position) -> bool {
        if self.keep_above { p[self.axis] >= self.at } else { p[self.axis] <= self.at }
    }

    /// Where the side from `a` to `b` meets the line; the same for the side from `b` to `a`.
    fn meet(&self, a: Position, b: Position) -> Position {
        let (low, high) = if a[self.axis] < b[self.axis] { (a, b) } else { (b, a) };
        let share = (self.at - low[self.axis]) / (high[self.axis] - low[self.axis]);
        let other = 1 - self.axis;
        let mut position = [self.at; 2];
        position[other] = low[other] + (high[other] - low[other]) * share;
        position
    }

    /// Writes to `kept` what of a closed ring lies on the side to keep, closed again.
    fn cut(&self, ring: &[Position], kept: &mut Vec<Position>) {
        kept.clear();
        let mut push = |p: Position| {
            if kept.last() != Some(&p) {
                kept.push(p);
            }
        };
        for side in ring.windows(2) {
            let (a, b) = (side[0], side[1]);
            if self.keeps(a) {
                push(a);
            }
            if self.keeps(a) != self.keeps(b) {
                push(self.meet(a, b));
            }
        }
        if let Some(&first) = kept.first()
            && kept.last() != Some(&first)
        {
            kept.push(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::clip_to_rect;
    use crate::{Bounds, Position, Shape};

    fn check(rings: &[&[Position]], rect: [f64; 4], expected: &[&[Position]]) {
        let shape = |rings: &[&[Position]]| Shape::from_rings(vec![rings.iter().map(|ring| ring.to_vec()).collect()]);
        let rect = Bounds::new(rect[0], rect[1], rect[2], rect[3]);
        assert_eq!(clip_to_rect(shape(rings).as_ref(), &rect), shape(expected));
    }

    const SQUARE: [Position; 5] = [[0., 0.], [4., 0.], [4., 4.], [0., 4.], [0., 0.]];
    const HOLE: [Position; 5] = [[1., 1.], [1., 3.], [3., 3.], [3., 1.], [1., 1.]];

    #[test]
    fn a_ring_inside_stays_and_one_outside_goes() {
        check(&[&SQUARE, &HOLE], [-1., -1., 5., 5.], &[&SQUARE, &HOLE]);
        check(&[&SQUARE, &HOLE], [5., 0., 6., 4.], &[]);
        check(&[&SQUARE], [4., 0., 6., 4.], &[]);
    }

    #[test]
    fn holes_are_cut_too() {
        check(
            &[&SQUARE, &HOLE],
            [-1., -1., 2., 5.],
            &[&[[0., 0.], [2., 0.], [2., 4.], [0., 4.], [0., 0.]], &[[1., 1.], [1., 3.], [2., 3.], [2., 1.], [1., 1.]]],
        );
        check(&[&SQUARE, &HOLE], [-1., -1., 0.5, 5.], &[&[[0., 0.], [0.5, 0.], [0.5, 4.], [0., 4.], [0., 0.]]]);
    }

    #[test]
    fn a_corner_on_the_border_has_its_coordinate() {
        let rect = Bounds::new(0.1, -1.0, 0.7, 0.3);
        let ring = vec![[0., 0.], [1., 0.1], [0.3, 0.9], [0., 0.]];
        let clipped = clip_to_rect(Shape::from_rings(vec![vec![ring]]).as_ref(), &rect);
        assert_eq!(clipped.as_ref().bounds().min_x, 0.1);
        assert_eq!(clipped.as_ref().bounds().max_x, 0.7);
        assert_eq!(clipped.as_ref().bounds().max_y, 0.3);
    }
}
