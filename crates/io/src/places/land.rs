//! The land of the world, cut into squares that are quick to look into.

use lindero_plots::{Bounds, Position, ShapeRef, ShapeStore, clip_to_rect};

/// A square is not cut further when its land has so few corners.
const MOST_CORNERS: usize = 24;

/// A square is not cut more often: a border that goes to and fro does not get simpler for ever.
const MOST_CUTS: u8 = 14;

/// Which positions are on land.
#[derive(Debug)]
pub(super) struct Land {
    squares: Vec<Square>,
    /// What land the smallest squares have.
    shapes: ShapeStore,
}

/// A square of a tree whose every square is cut into four or not at all.
#[derive(Clone, Copy, Debug)]
enum Square {
    /// The first of its four: south-west, south-east, north-west, north-east.
    Cut(u32),
    /// Its land, by index.
    Whole(u32),
}

/// All of the globe: twice as wide as high, and so are all its squares.
const GLOBE: Bounds = Bounds::new(-180.0, -90.0, 180.0, 90.0);

impl Land {
    /// Cuts polygons on the globe into squares.
    pub(super) fn of(polygons: ShapeRef<'_>) -> Self {
        let mut land = Self { squares: vec![Square::Whole(0)], shapes: ShapeStore::new() };
        land.fill(0, polygons, &GLOBE, MOST_CUTS);
        land
    }

    /// Whether a position is on land.
    pub(super) fn contains(&self, at: Position) -> bool {
        if !GLOBE.contains(&Bounds::of(&[at])) {
            return false;
        }
        let (mut square, mut bounds) = (0, GLOBE);
        loop {
            match self.squares[square] {
                Square::Whole(shape) => return is_inside(self.shapes.get(shape), at),
                Square::Cut(first) => {
                    let middle = bounds.center();
                    let (east, north) = (at[0] >= middle[0], at[1] >= middle[1]);
                    let quarter = usize::from(east) + 2 * usize::from(north);
                    (square, bounds) = (first as usize + quarter, bounds.quarters()[quarter]);
                }
            }
        }
    }

    /// Files the land of one square.
    fn fill(&mut self, square: usize, land: ShapeRef<'_>, bounds: &Bounds, cuts_left: u8) {
        if land.positions().len() <= MOST_CORNERS || cuts_left == 0 {
            self.squares[square] = Square::Whole(self.shapes.push(land));
            return;
        }
        let first = self.squares.len();
        self.squares.extend([Square::Whole(0); 4]);
        self.squares[square] = Square::Cut(u32::try_from(first).expect("fewer than 2^32 squares"));
        for (quarter, bounds) in bounds.quarters().iter().enumerate() {
            self.fill(first + quarter, clip_to_rect(land, bounds).as_ref(), bounds, cuts_left - 1);
        }
    }
}

/// Whether a position is in any part of a shape: an odd number of sides lies east of it.
fn is_inside(shape: ShapeRef<'_>, [x, y]: Position) -> bool {
    shape.parts().any(|part| {
        let crossings = part.rings().flat_map(|ring| ring.windows(2)).filter(|side| {
            let ([ax, ay], [bx, by]) = (side[0], side[1]);
            // A corner belongs to the side above it, so that a line through it counts once.
            (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
        });
        crossings.count() % 2 == 1
    })
}

#[cfg(test)]
mod tests {
    use super::{Land, Square, is_inside};
    use lindero_plots::{Bounds, Position, Shape};
    use proptest::prelude::*;

    #[test]
    fn the_east_of_the_globe_has_its_own_squares() {
        let square =
            |west: f64| vec![vec![[west, 10.0], [west + 10.0, 10.0], [west + 10.0, 20.0], [west, 20.0], [west, 10.0]]];
        let shape = Shape::from_rings((0..6).map(|i| square(f64::from(i) * 30.0)).collect());
        let land = Land::of(shape.as_ref());
        assert!(matches!(land.squares[0], Square::Cut(_)));
        for (at, expected) in [
            ([5.0, 15.0], true),
            ([15.0, 15.0], false),
            ([155.0, 15.0], true),
            ([-5.0, 15.0], false),
            ([500.0, 15.0], false),
        ] {
            assert_eq!(land.contains(at), expected, "{at:?}");
        }
    }

    proptest! {
        #[test]
        fn cutting_into_squares_changes_no_answer(
            islands in prop::collection::vec((-170.0..160.0_f64, -80.0..70.0_f64, 3..40_usize, 1.0..9.0_f64), 1..12),
            at in prop::collection::vec((-180.0..180.0_f64, -90.0..90.0_f64), 50),
        ) {
            // Stars of long and short rays around a centre.
            let rings = islands.iter().map(|&(x, y, corners, size)| {
                let mut ring: Vec<Position> = (0..corners)
                    .map(|i| {
                        let (sin, cos) = (i as f64 * std::f64::consts::TAU / corners as f64).sin_cos();
                        let ray = if i % 2 == 0 { size } else { 0.3 * size };
                        [x + ray * cos, y + ray * sin]
                    })
                    .collect();
                ring.push(ring[0]);
                vec![ring]
            });
            let shape = Shape::from_rings(rings.collect());
            let land = Land::of(shape.as_ref());
            // Near the islands too, where something is to be told.
            let near = islands.iter().flat_map(|&(x, y, _, size)| [[x, y], [x + 0.5 * size, y], [x - 0.2, y + 0.7 * size]]);
            for at in at.iter().map(|&(x, y)| [x, y]).chain(near) {
                prop_assert_eq!(land.contains(at), is_inside(shape.as_ref(), at), "{:?}", at);
            }
            prop_assert!(Bounds::of(shape.as_ref().positions()).max_x <= 180.0);
        }
    }
}
