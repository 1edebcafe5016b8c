//! A shape of many corners cut into tiles, so that a plot meets only those near it.

use super::fills;
use crate::{Bounds, Position, Shape, ShapeRef, clip_to_rect};

/// A tile with more positions is cut into four.
const MOST_POSITIONS: usize = 128;

/// How often tiles are cut at most: 4096 tiles a side. Deeper there are only places where many sides meet.
const MOST_CUTS: u32 = 12;

/// A shape cut into tiles of at most some 128 positions, for shapes that are asked about again and again.
///
/// ```
/// use lindero_plots::{Bounds, Position, Shape, TiledShape};
///
/// let ring: Vec<Position> = vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [0.0, 0.0]];
/// let tiled = TiledShape::new(Shape::from_rings(vec![vec![ring]]).as_ref());
/// assert!(!tiled.near(&Bounds::new(1.0, 1.0, 1.1, 1.1)).is_empty());
/// assert!(tiled.near(&Bounds::new(5.0, 1.0, 5.1, 1.1)).is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct TiledShape {
    bounds: Bounds,
    root: Tile,
}

#[derive(Clone, Debug)]
enum Tile {
    /// The shape has nothing of it.
    Empty,
    /// The shape has all of it.
    Full,
    /// What the shape has of it.
    Some(Shape),
    /// South-west, south-east, north-west, north-east.
    Quarters(Box<[Tile; 4]>),
}

impl TiledShape {
    /// Cuts a shape into tiles.
    #[must_use]
    pub fn new(shape: ShapeRef<'_>) -> Self {
        let bounds = shape.bounds();
        let root = if bounds.is_empty() { Tile::Empty } else { Tile::cut(shape.to_owned(), &bounds, MOST_CUTS) };
        Self { bounds, root }
    }

    /// A shape that is the whole one inside `bounds` and may be anything less outside; empty if there is nothing near.
    ///
    /// It has a part for each tile, and neighbouring parts share sides: it may go into [`intersection`](crate::intersection),
    /// [`difference`](crate::difference) and [`area_m2`](crate::area_m2), for which such sides cancel.
    #[must_use]
    pub fn near(&self, bounds: &Bounds) -> Shape {
        let mut found = Shape::default();
        self.root.collect(&self.bounds, bounds, &mut found);
        found
    }
}

impl Tile {
    fn cut(shape: Shape, bounds: &Bounds, cuts: u32) -> Self {
        match fills(&shape, bounds) {
            Some(true) => return Self::Full,
            Some(false) => return Self::Empty,
            None => {}
        }
        if cuts == 0 || shape.as_ref().positions().len() <= MOST_POSITIONS {
            return Self::Some(shape);
        }
        let quarter = |bounds: Bounds| Self::cut(clip_to_rect(shape.as_ref(), &bounds), &bounds, cuts - 1);
        Self::Quarters(Box::new(bounds.quarters().map(quarter)))
    }

    fn collect(&self, own: &Bounds, asked: &Bounds, found: &mut Shape) {
        if !own.intersects(asked) {
            return;
        }
        match self {
            Self::Empty => {}
            Self::Full => {
                found.push_ring(&rectangle(own));
                found.end_part();
            }
            Self::Some(shape) => super::push_shape(found, shape.as_ref()),
            Self::Quarters(tiles) => {
                for (tile, own) in tiles.iter().zip(own.quarters()) {
                    tile.collect(&own, asked, found);
                }
            }
        }
    }
}

fn rectangle(b: &Bounds) -> [Position; 5] {
    [[b.min_x, b.min_y], [b.max_x, b.min_y], [b.max_x, b.max_y], [b.min_x, b.max_y], [b.min_x, b.min_y]]
}
