//! Ground that shapes share, ground of one without another, ground of several: exact to the rounding of coordinates.
//!
//! The boolean operation itself snaps its input to a grid of some 2^30 steps over the extent it is given. Three
//! steps keep that from being seen: only what lies near the result goes in, moved to the origin and stretched to
//! a square; and what comes out is put back on the corners and sides it came from (`restore`).

mod restore;
mod tiled;
mod touches;

use geo::algorithm::bool_ops::FillRule;
use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon};
use restore::Origins;
pub use tiled::TiledShape;

use crate::area::ring_area_m2;
use crate::rings::planar_deg2;
use crate::{Bounds, Position, Shape, ShapeRef, area_m2, clip_to_rect};

/// Less than this is rounding and no ground: a square of one millimetre.
const SLIVER_M2: f64 = 1e-6;

/// A square degree has less than this, in m².
const SQUARE_DEGREE_M2: f64 = 1.24e10;

/// Places nearer to each other than this, in degrees, are one place: a hundredth of a micrometre, some steps of a double at 180
/// degrees.
const ROUNDING_DEG: f64 = 1e-13;

/// What is cut off lies this share of the window's width and height, or this many degrees, away from the result, so
/// that the cut's own sides never touch it. The least is a tenth of a micrometre, some steps of a double at 180 degrees.
const MARGIN_SHARE: f64 = 1.0 / 64.0;
const LEAST_MARGIN_DEG: f64 = 1e-12;

/// The ground that belongs to both shapes, valid ones in longitude and latitude.
///
/// Rings of the result are closed, outer ones counter-clockwise, holes clockwise. Shapes that only touch share no
/// ground; pieces under 1e-6 m² are left out. A shape that lies well inside the other comes back as it is.
///
/// # Limits
///
/// Corners of the result are corners of the shapes or meetings of their sides, to the rounding of doubles. Where sides
/// run nearly along each other, and where three corners lie nearly on a line, a border may be off by 1e-9 of
/// the extent of the shared ground.
///
/// ```
/// use lindero_plots::{Position, Shape, area_m2, intersection};
///
/// let square = |x: f64| {
///     let ring: Vec<Position> = vec![[x, 0.0], [x + 0.01, 0.0], [x + 0.01, 0.01], [x, 0.01], [x, 0.0]];
///     Shape::from_rings(vec![vec![ring]])
/// };
/// let (a, b) = (square(-76.0), square(-75.9975));
/// let shared = intersection(a.as_ref(), b.as_ref());
/// assert!((area_m2(shared.as_ref()) / area_m2(a.as_ref()) - 0.75).abs() < 1e-9);
/// ```
pub fn intersection(a: ShapeRef<'_>, b: ShapeRef<'_>) -> Shape {
    let common = a.bounds().intersection(&b.bounds());
    if common.is_empty() || common.width() * common.height() * SQUARE_DEGREE_M2 < SLIVER_M2 {
        return Shape::default();
    }
    let window = grown(&common);
    match (ground_in(a, &window), ground_in(b, &window)) {
        (Ground::Nothing, _) | (_, Ground::Nothing) => Shape::default(),
        // What fills a window wider than the common box goes beyond the other's box on all sides.
        (Ground::Everything, _) => b.to_owned(),
        (_, Ground::Everything) => a.to_owned(),
        (Ground::Some(a), Ground::Some(b)) => combine(a.as_ref(), b.as_ref(), &window, |a, b| a.intersection(b)),
    }
}

/// The ground of `a` that does not belong to `b`; else as [`intersection`].
pub fn difference(a: ShapeRef<'_>, b: ShapeRef<'_>) -> Shape {
    if a.is_empty() {
        return Shape::default();
    }
    let window = grown(&a.bounds());
    match ground_in(b, &window) {
        Ground::Nothing => a.to_owned(),
        Ground::Everything => Shape::default(),
        Ground::Some(b) => combine(a, b.as_ref(), &window, |a, b| a.difference(b)),
    }
}

/// The ground of any of the shapes, each square metre once; else as [`intersection`].
///
/// Shapes whose boxes meet no other's come back as they are, so that far neighbours cost no precision.
pub fn union(shapes: &[ShapeRef<'_>]) -> Shape {
    let boxes: Vec<Bounds> = shapes.iter().map(|shape| shape.bounds()).collect();
    let meets_another =
        |i: usize| boxes.iter().enumerate().any(|(j, other)| i != j && !other.is_empty() && boxes[i].intersects(other));
    let (meeting, alone): (Vec<usize>, Vec<usize>) = (0..shapes.len()).partition(|&i| meets_another(i));
    let mut united = Shape::default();
    for &i in &alone {
        push_shape(&mut united, shapes[i]);
    }
    if !meeting.is_empty() {
        let window = meeting.iter().fold(Bounds::empty(), |all, &i| all.union(&boxes[i]));
        let frame = Frame::around(&window);
        let local = local_union(meeting.iter().map(|&i| shapes[i]), &frame);
        let origins = Origins::of(meeting.iter().map(|&i| shapes[i]), &frame);
        push_restored(&mut united, &local, &origins);
    }
    united
}

/// The area of the ground of any of the shapes, in m², each square metre once: that of [`union`] to 1e-9 of the extent of
/// the shapes, in a time that hardly grows faster than their corners and crossings.
pub(crate) fn union_area_m2(shapes: &[ShapeRef<'_>]) -> f64 {
    let window = shapes.iter().fold(Bounds::empty(), |all, shape| all.union(&shape.bounds()));
    if window.is_empty() {
        return 0.0;
    }
    let frame = Frame::around(&window);
    let ring_m2 = |ring: &LineString| {
        let corners: Vec<Position> = ring.0.iter().map(|corner| frame.world([corner.x, corner.y])).collect();
        ring_area_m2(&corners).abs()
    };
    let polygon_m2 =
        |polygon: &Polygon| ring_m2(polygon.exterior()) - polygon.interiors().iter().map(ring_m2).sum::<f64>();
    local_union(shapes.iter().copied(), &frame).iter().map(polygon_m2).sum()
}

/// All ground of the shapes, in the coordinates of a frame.
fn local_union<'s>(shapes: impl Iterator<Item = ShapeRef<'s>>, frame: &Frame) -> MultiPolygon {
    let input = MultiPolygon::new(shapes.flat_map(|shape| frame.to_local(shape).0).collect());
    // Not geo's `unary_union`: it takes the direction of all rings from the first one's lowest corner, which in a
    // result of another operation may be a loop of some nanometres that runs the other way.
    input.union_with_fill_rule(&MultiPolygon::new(Vec::new()), FillRule::Positive)
}

/// Runs a boolean operation around the origin and puts its result back.
fn combine(
    a: ShapeRef<'_>,
    b: ShapeRef<'_>,
    window: &Bounds,
    operation: impl Fn(&MultiPolygon, &MultiPolygon) -> MultiPolygon,
) -> Shape {
    let frame = Frame::around(window);
    let local = operation(&frame.to_local(a), &frame.to_local(b));
    let mut combined = Shape::default();
    if !local.0.is_empty() {
        let origins = Origins::of([a, b].into_iter(), &frame);
        push_restored(&mut combined, &local, &origins);
    }
    combined
}

/// What a shape has inside a window.
enum Ground {
    /// None of it.
    Nothing,
    /// All of it.
    Everything,
    /// Some: a shape that is right inside the window, its rings running along the window's border elsewhere.
    Some(Shape),
}

fn ground_in(shape: ShapeRef<'_>, window: &Bounds) -> Ground {
    let bounds = shape.bounds();
    if !bounds.intersects(window) {
        return Ground::Nothing;
    }
    if window.contains(&bounds) {
        return Ground::Some(shape.to_owned());
    }
    let clipped = clip_to_rect(shape, window);
    match fills(&clipped, window) {
        Some(true) => Ground::Everything,
        Some(false) => Ground::Nothing,
        None => Ground::Some(clipped),
    }
}

/// Whether a shape cut to a window has all of it or nothing; `None` if it has a side inside.
fn fills(clipped: &Shape, window: &Bounds) -> Option<bool> {
    let on_border = |a: Position, b: Position| {
        let both = |axis: usize, at: f64| a[axis] == at && b[axis] == at;
        both(0, window.min_x) || both(0, window.max_x) || both(1, window.min_y) || both(1, window.max_y)
    };
    let view = clipped.as_ref();
    let inside = view.rings().any(|ring| ring.windows(2).any(|side| !on_border(side[0], side[1])));
    // Rings that stay on the border go around the window or come back: their area is all of it or none.
    (!inside).then(|| {
        let area_deg2: f64 = view.rings().map(planar_deg2).sum();
        area_deg2 > 0.5 * window.width() * window.height()
    })
}

fn grown(bounds: &Bounds) -> Bounds {
    let margin_x = (bounds.width() * MARGIN_SHARE).max(LEAST_MARGIN_DEG);
    let margin_y = (bounds.height() * MARGIN_SHARE).max(LEAST_MARGIN_DEG);
    Bounds::new(bounds.min_x - margin_x, bounds.min_y - margin_y, bounds.max_x + margin_x, bounds.max_y + margin_y)
}

/// A window moved to the origin and stretched to about one in each direction, by powers of two so that nothing is lost.
struct Frame {
    centre: Position,
    scale: [f64; 2],
}

impl Frame {
    fn around(window: &Bounds) -> Self {
        let scale = |extent: f64| if extent > 0.0 { libm::exp2(-f64::from(libm::ilogb(0.5 * extent))) } else { 1.0 };
        Self { centre: window.center(), scale: [scale(window.width()), scale(window.height())] }
    }

    fn local(&self, p: Position) -> Position {
        [(p[0] - self.centre[0]) * self.scale[0], (p[1] - self.centre[1]) * self.scale[1]]
    }

    fn world(&self, p: Position) -> Position {
        [p[0] / self.scale[0] + self.centre[0], p[1] / self.scale[1] + self.centre[1]]
    }

    fn to_local(&self, shape: ShapeRef<'_>) -> MultiPolygon {
        let line = |ring: &[Position]| {
            let corner = |&p: &Position| {
                let [x, y] = self.local(p);
                Coord { x, y }
            };
            LineString::new(ring.iter().map(corner).collect())
        };
        let polygon = |part: crate::Part<'_>| Polygon::new(line(part.outer()), part.holes().map(line).collect());
        MultiPolygon::new(shape.parts().map(polygon).collect())
    }
}

/// Adds the polygons of a local result to a shape in longitude and latitude, without slivers.
fn push_restored(shape: &mut Shape, local: &MultiPolygon, origins: &Origins<'_>) {
    for polygon in local {
        let Some(outer) = restored_ring(polygon.exterior(), origins, true) else { continue };
        let holes = polygon.interiors().iter().filter_map(|hole| restored_ring(hole, origins, false));
        for rings in touches::polygons(std::iter::once(outer).chain(holes).collect()) {
            let mut part = Shape::default();
            rings.iter().for_each(|ring| part.push_ring(ring));
            part.end_part();
            if area_m2(part.as_ref()) >= SLIVER_M2 {
                push_shape(shape, part.as_ref());
            }
        }
    }
}

/// A ring in longitude and latitude, closed and turned; `None` for a sliver.
fn restored_ring(local: &LineString, origins: &Origins<'_>, counter_clockwise: bool) -> Option<Vec<Position>> {
    let mut ring: Vec<Position> = local.0.iter().map(|corner| origins.restore([corner.x, corner.y])).collect();
    ring.dedup();
    if ring.len() < 4 {
        return None;
    }
    let signed_deg2 = planar_deg2(&ring);
    if signed_deg2.abs() * SQUARE_DEGREE_M2 < SLIVER_M2 {
        return None;
    }
    if (signed_deg2 > 0.0) != counter_clockwise {
        ring.reverse();
    }
    Some(ring)
}

fn push_shape(shape: &mut Shape, added: ShapeRef<'_>) {
    for part in added.parts() {
        part.rings().for_each(|ring| shape.push_ring(ring));
        shape.end_part();
    }
}
