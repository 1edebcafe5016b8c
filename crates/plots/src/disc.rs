//! Discs around points: the ground that a plot given as a point may be on.

use std::f64::consts::PI;

use geo::{Coord, LineString, MultiPolygon, Polygon, unary_union};

use crate::ellipsoid::metres_per_degree;
use crate::rings::{orient, planar_deg2};
use crate::{Bounds, Position, Shape, area_m2};

/// Corners of a disc: its circle and its polygon differ by 0.16 % in area at equal radius.
const CORNERS: usize = 64;

/// Nearer to a pole, longitude says too little about where a corner is.
const MAX_LATITUDE_DEG: f64 = 89.9;

/// A disc reaches at most this far, so that the local metric of its centre holds: it is a plot.
const MAX_RADIUS_M: f64 = 10_000.0;

/// How near the area of a disc comes to the area asked for, as a share of it, where doubles are fine enough.
const AREA_TOLERANCE: f64 = 1e-13;

/// A regular polygon of 64 corners around a centre that has exactly this area on the WGS 84 ellipsoid.
///
/// It is round on the ground. Its area, as [`area_m2`] measures it, is right to 1e-12.
/// `None` for an area that is not positive or has a radius over 10 km, and for a centre off the globe or
/// beyond 89.9 degrees of latitude.
///
/// # Limits
///
/// Near the antimeridian its corners go beyond 180 degrees of longitude. Below some 100 m² the doubles
/// themselves are too coarse for 1e-12.
///
/// ```
/// use lindero_plots::{area_m2, disc};
///
/// let four_hectares = disc([-76.0, -9.0], 40_000.0).expect("a disc");
/// assert!((area_m2(four_hectares.as_ref()) / 40_000.0 - 1.0).abs() < 1e-12);
/// ```
pub fn disc(centre: Position, area_m2: f64) -> Option<Shape> {
    let sector = 2.0 * PI / CORNERS as f64;
    let radius_m = (2.0 * area_m2 / (CORNERS as f64 * libm::sin(sector))).sqrt();
    let on_globe = centre[0].abs() <= 180.0 && centre[1].abs() <= MAX_LATITUDE_DEG;
    if !(on_globe && radius_m > 0.0 && radius_m <= MAX_RADIUS_M) {
        return None;
    }
    let circle = Circle::around(centre);
    let mut ring = circle.ring(radius_m);
    let mut error = ring_area(&ring) / area_m2 - 1.0;
    let mut scaled_m = radius_m;
    // The first step corrects for the ellipsoid, the second for what the first left; the rest is rounding.
    for _ in 0..2 {
        scaled_m /= (1.0 + error).sqrt();
        ring = circle.ring(scaled_m);
        error = ring_area(&ring) / area_m2 - 1.0;
    }
    settle(&mut ring, error);
    Some(Shape::from_rings(vec![vec![ring]]))
}

/// The union of the discs around several points, each of this area: overlapping discs become one part, so that no
/// ground counts twice. `None` if there is no point, or no disc around one of them.
pub fn discs(centres: &[Position], area_m2_each: f64) -> Option<Shape> {
    let mut distinct = centres.to_vec();
    distinct.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    distinct.dedup();
    let rings = distinct
        .iter()
        .map(|&centre| Some(disc(centre, area_m2_each)?.as_ref().positions().to_vec()))
        .collect::<Option<Vec<_>>>()?;
    let mut united = Shape::default();
    for cluster in clusters(&rings) {
        match cluster[..] {
            [alone] => {
                united.push_ring(&rings[alone]);
                united.end_part();
            }
            _ => push_union(cluster.iter().map(|&i| &rings[i]), &mut united),
        }
    }
    orient(&mut united);
    (!united.is_empty()).then_some(united)
}

/// The directions of a disc's corners, in degrees for each metre of radius.
struct Circle {
    centre: Position,
    corners: [Position; CORNERS],
}

impl Circle {
    fn around(centre: Position) -> Self {
        let [east_m, north_m] = metres_per_degree(centre[1]);
        let mut corners = [[0.0; 2]; CORNERS];
        for (i, corner) in corners.iter_mut().enumerate() {
            let (north, east) = libm::sincos(2.0 * PI * i as f64 / CORNERS as f64);
            *corner = [east / east_m, north / north_m];
        }
        Self { centre, corners }
    }

    /// The closed ring of this radius, counter-clockwise from the east.
    fn ring(&self, radius_m: f64) -> Vec<Position> {
        let [x, y] = self.centre;
        let mut ring = Vec::with_capacity(CORNERS + 1);
        ring.extend(self.corners.iter().map(|[dx, dy]| [x + radius_m * dx, y + radius_m * dy]));
        ring.push(ring[0]);
        ring
    }
}

/// Removes the rest of the error, which comes from the rounding of coordinates, by moving corners east or west by some
/// nanometres: the eastern one first, then others towards the pole, which count less and so can be set finer.
fn settle(ring: &mut [Position], mut error: f64) {
    let share_of_square_degree = 1.0 / planar_deg2(ring);
    for corner in 0..CORNERS / 4 {
        if error.abs() <= AREA_TOLERANCE {
            return;
        }
        let [before, after] = [corner + CORNERS - 1, corner + 1].map(|i| ring[i % CORNERS][1]);
        // The corner and its neighbours make a triangle; planar is exact enough for so small a change.
        let share_of_degree = 0.5 * (after - before) * share_of_square_degree;
        let x = ring[corner][0];
        let moved = x - error / share_of_degree;
        error += (moved - x) * share_of_degree;
        set_x(ring, corner, moved);
    }
}

/// Moves a corner of a closed ring; the first is also the last.
fn set_x(ring: &mut [Position], corner: usize, x: f64) {
    ring[corner][0] = x;
    if corner == 0 {
        ring[CORNERS][0] = x;
    }
}

fn ring_area(ring: &[Position]) -> f64 {
    let (ring_ends, part_ends) = ([ring.len() as u32], [1]);
    area_m2(crate::ShapeRef::new(ring, &ring_ends, &part_ends))
}

/// Groups rings whose boxes overlap, directly or through others; groups and their members in order.
fn clusters(rings: &[Vec<Position>]) -> Vec<Vec<usize>> {
    let bounds: Vec<Bounds> = rings.iter().map(|ring| Bounds::of(ring)).collect();
    let mut by_west: Vec<usize> = (0..rings.len()).collect();
    by_west.sort_by(|&a, &b| bounds[a].min_x.total_cmp(&bounds[b].min_x).then(a.cmp(&b)));
    // Each ring leads to a ring of a smaller index in its group; the smallest leads to itself.
    let mut leader: Vec<usize> = (0..rings.len()).collect();
    let find = |leader: &[usize], mut ring: usize| {
        while leader[ring] != ring {
            ring = leader[ring];
        }
        ring
    };
    for (i, &a) in by_west.iter().enumerate() {
        for &b in by_west[i + 1..].iter().take_while(|&&b| bounds[b].min_x <= bounds[a].max_x) {
            if bounds[a].intersects(&bounds[b]) {
                let (a, b) = (find(&leader, a), find(&leader, b));
                leader[a.max(b)] = a.min(b);
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); rings.len()];
    for ring in 0..rings.len() {
        groups[find(&leader, ring)].push(ring);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Adds the union of some rings to a shape.
fn push_union<'a>(rings: impl Iterator<Item = &'a Vec<Position>> + Clone, united: &mut Shape) {
    // The union works on a grid over the extent of its input, so it is given coordinates around zero.
    let bounds = rings.clone().fold(Bounds::empty(), |all, ring| all.union(&Bounds::of(ring)));
    let [x0, y0] = bounds.center();
    let polygons: Vec<Polygon> = rings
        .map(|ring| {
            let corners = ring.iter().map(|p| Coord { x: p[0] - x0, y: p[1] - y0 });
            Polygon::new(LineString::new(corners.collect()), Vec::new())
        })
        .collect();
    let union: MultiPolygon = unary_union(&polygons);
    for polygon in &union {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let positions: Vec<Position> = ring.0.iter().map(|c| [c.x + x0, c.y + y0]).collect();
            united.push_ring(&positions);
        }
        united.end_part();
    }
}
