//! Axis-parallel bounding boxes.

use crate::Position;

/// An axis-parallel rectangle, borders included. In degrees or metres, as its positions are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// West border.
    pub min_x: f64,
    /// South border.
    pub min_y: f64,
    /// East border.
    pub max_x: f64,
    /// North border.
    pub max_y: f64,
}

impl Bounds {
    /// The rectangle between two borders in each direction.
    pub const fn new(min_x: f64, min_y: f64, max_x: f64, max_y: f64) -> Self {
        Self { min_x, min_y, max_x, max_y }
    }

    /// The rectangle that holds nothing: the neutral element of [`Bounds::union`].
    pub const fn empty() -> Self {
        Self::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY)
    }

    /// The smallest rectangle around some positions; empty if there are none.
    pub fn of(positions: &[Position]) -> Self {
        let mut bounds = Self::empty();
        for position in positions {
            bounds.min_x = bounds.min_x.min(position[0]);
            bounds.min_y = bounds.min_y.min(position[1]);
            bounds.max_x = bounds.max_x.max(position[0]);
            bounds.max_y = bounds.max_y.max(position[1]);
        }
        bounds
    }

    /// Whether no position lies inside. A rectangle of one point or one line is not empty.
    pub fn is_empty(&self) -> bool {
        // Written so that a rectangle with a NaN border is empty too.
        !(self.min_x <= self.max_x && self.min_y <= self.max_y)
    }

    /// Whether two rectangles share a point; touching borders do.
    #[inline]
    pub fn intersects(&self, other: &Self) -> bool {
        self.min_x <= other.max_x && other.min_x <= self.max_x && self.min_y <= other.max_y && other.min_y <= self.max_y
    }

    /// Whether `other` lies wholly inside; it may touch the borders.
    #[inline]
    pub fn contains(&self, other: &Self) -> bool {
        self.min_x <= other.min_x && other.max_x <= self.max_x && self.min_y <= other.min_y && other.max_y <= self.max_y
    }

    /// The smallest rectangle around both.
    pub fn union(&self, other: &Self) -> Self {
        Self::new(
            self.min_x.min(other.min_x),
            self.min_y.min(other.min_y),
            self.max_x.max(other.max_x),
            self.max_y.max(other.max_y),
        )
    }

    /// What both have; empty if they share no point.
    pub fn intersection(&self, other: &Self) -> Self {
        Self::new(
            self.min_x.max(other.min_x),
            self.min_y.max(other.min_y),
            self.max_x.min(other.max_x),
            self.max_y.min(other.max_y),
        )
    }

    /// The middle of the rectangle; not a number if it is empty.
    pub fn center(&self) -> Position {
        [f64::midpoint(self.min_x, self.max_x), f64::midpoint(self.min_y, self.max_y)]
    }

    /// South-west, south-east, north-west, north-east.
    pub fn quarters(&self) -> [Self; 4] {
        let [x, y] = self.center();
        let Self { min_x, min_y, max_x, max_y } = *self;
        [
            Self::new(min_x, min_y, x, y),
            Self::new(x, min_y, max_x, y),
            Self::new(min_x, y, x, max_y),
            Self::new(x, y, max_x, max_y),
        ]
    }

    /// West to east.
    pub fn width(&self) -> f64 {
        self.max_x - self.min_x
    }

    /// South to north.
    pub fn height(&self) -> f64 {
        self.max_y - self.min_y
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    fn check(a: [f64; 4], b: [f64; 4], intersects: bool, contains: bool) {
        let bounds = |[x0, y0, x1, y1]: [f64; 4]| Bounds::new(x0, y0, x1, y1);
        let (a, b) = (bounds(a), bounds(b));
        assert_eq!(a.intersects(&b), intersects, "{a:?} intersects {b:?}");
        assert_eq!(b.intersects(&a), intersects, "{b:?} intersects {a:?}");
        assert_eq!(a.contains(&b), contains, "{a:?} contains {b:?}");
    }

    #[test]
    fn rectangles_are_closed() {
        check([0., 0., 2., 2.], [2., 2., 3., 3.], true, false);
        check([0., 0., 2., 2.], [2.5, 0., 3., 2.], false, false);
        check([0., 0., 2., 2.], [0., 1., 2., 2.], true, true);
        check([0., 0., 2., 2.], [1., 3., 1., 4.], false, false);
    }

    #[test]
    fn nothing_is_the_neutral_element_of_union() {
        let box_ = Bounds::new(-3.0, 1.0, 4.0, 5.0);
        assert_eq!(Bounds::empty().union(&box_), box_);
        assert_eq!(Bounds::of(&[]), Bounds::empty());
        assert!(Bounds::empty().is_empty());
        assert!(!Bounds::of(&[[1.0, 2.0]]).is_empty());
        assert!(!Bounds::empty().intersects(&box_));
        assert_eq!(box_.center(), [0.5, 3.0]);
    }
}
