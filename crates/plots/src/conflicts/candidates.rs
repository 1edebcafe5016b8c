//! The pairs of plots that share ground, and how much.

use super::PlotGrounds;
use super::meeting::Meeting;
use crate::ellipsoid::metres_per_degree;
use crate::{Bounds, ShapeRef, area_m2, intersection};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Ground of two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SharedPair {
    /// The smaller row.
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) shared_m2: f64,
    /// Area by half the length of the border.
    pub(super) width_m: f64,
}

/// Plots that one worker compares with their neighbours at a time.
const AT_ONCE: usize = 1024;

/// Less ground of shapes in tiles may be the overlay's rounding where they only touch.
const DOUBTFUL_M2: f64 = 1.0;

/// All pairs with any ground in common, by `a` and then `b`.
pub(super) fn shared_pairs(grounds: &PlotGrounds<'_>) -> Vec<SharedPair> {
    let boxes = grounds.boxes();
    let tree = boxes_of(grounds);
    // In the order of the tree neighbours are asked about together, while what they need is at hand.
    let rows: Vec<u32> = tree.iter().map(|plot| plot.data).collect();
    let of_chunk = |rows: &[u32]| {
        let (mut meeting, mut found) = (Meeting::default(), Vec::new());
        for &a in rows {
            for other in tree.locate_in_envelope_intersecting(envelope(&boxes[a as usize])) {
                if a < other.data {
                    found.extend(compared(grounds, &mut meeting, a, other.data));
                }
            }
        }
        found
    };
    let mut pairs: Vec<SharedPair> = rows.par_chunks(AT_ONCE).flat_map_iter(of_chunk).collect();
    pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// The boxes of all rows that take part, each with its row.
pub(super) fn boxes_of(grounds: &PlotGrounds<'_>) -> RTree<GeomWithData<Rectangle<[f64; 2]>, u32>> {
    let boxed = |(row, bounds): (usize, &Bounds)| {
        (!bounds.is_empty()).then(|| GeomWithData::new(Rectangle::from_aabb(envelope(bounds)), row as u32))
    };
    RTree::bulk_load(grounds.boxes().iter().enumerate().filter_map(boxed).collect())
}

fn envelope(bounds: &Bounds) -> AABB<[f64; 2]> {
    AABB::from_corners([bounds.min_x, bounds.min_y], [bounds.max_x, bounds.max_y])
}

fn compared(grounds: &PlotGrounds<'_>, meeting: &mut Meeting, a: u32, b: u32) -> Option<SharedPair> {
    let (of_a, of_b) = (grounds.boxes()[a as usize], grounds.boxes()[b as usize]);
    let common = of_a.intersection(&of_b);
    if common.width() <= 0.0 || common.height() <= 0.0 {
        return None;
    }
    let (near_b, near_a) = (grounds.near(a, b), grounds.near(b, a));
    let tiled = near_b.is_tiles() || near_a.is_tiles();
    if !tiled && !meeting.may_share(near_b.view(), near_a.view(), &common) {
        return None;
    }
    let shared = intersection(near_b.view(), near_a.view());
    let shared_m2 = area_m2(shared.as_ref());
    // Seams between tiles would look like borders that touch, so tiles are overlaid first and doubts settled after.
    if tiled && shared_m2 < DOUBTFUL_M2 && !meeting.may_share(grounds.shape(a), grounds.shape(b), &common) {
        return None;
    }
    (shared_m2 > 0.0).then(|| SharedPair { a, b, shared_m2, width_m: 2.0 * shared_m2 / border_m(shared.as_ref()) })
}

/// Length of all borders of a shape as small as a plot, in metres.
fn border_m(shape: ShapeRef<'_>) -> f64 {
    let [east_m, north_m] = metres_per_degree(shape.bounds().center()[1]);
    let side_m = |side: &[crate::Position]| {
        let (x, y) = ((side[1][0] - side[0][0]) * east_m, (side[1][1] - side[0][1]) * north_m);
        (x * x + y * y).sqrt()
    };
    shape.rings().flat_map(|ring| ring.windows(2)).map(side_m).sum()
}
