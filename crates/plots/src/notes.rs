//! What is odd about a boundary that can be used: how it was drawn, and what others will make of it.
//!
//! # Method
//!
//! A plot in a million has something odd. [`is_odd`] looks over a ring in one pass of cheap comparisons that miss nothing; only
//! what it points at is looked at closely by [`notes`].

use crate::area::ring_area_m2;
use crate::local_metres::LocalMetres;
use crate::rings::{at, planar_deg2};
use crate::{Bounds, Defect, Fault, Part, Position, ShapeRef, area_m2};

/// Positions nearer than this along both axes are one where six decimals are kept (degrees): 11 cm.
const SIXTH_DECIMAL_DEG: f64 = 1e-6;

/// A corner whose sides part at less than this angle is a spike: its tangent, of 1 degree.
const SPIKE_TANGENT: f64 = 0.017_455;

/// A polygon is a sliver if twice its area over its perimeter, its mean width, is less (metres).
const SLIVER_WIDTH_M: f64 = 2.0;

/// Metres in a degree of longitude at 60 degrees, less than anywhere nearer to the equator.
const LEAST_DEGREE_M: f64 = 55_000.0;

/// Polygons of at least so many corners at one distance from their centre are circles.
const CIRCLE_CORNERS: usize = 16;

/// Corners of a circle differ from its radius by less than this share of it.
const CIRCLE_SHARE: f64 = 1e-3;

/// Sides of a square differ by less than this share.
const SQUARE_SHARE: f64 = 1e-3;

/// Five decimals are too few for what the EU asks for: six.
const FEW_DECIMALS: u32 = 5;

/// A coordinate times ten to the number of its decimals is a whole number but for this much.
const WHOLE: f64 = 0.01;

/// Whether there may be anything to note about a valid ring: never `false` where [`notes`] would find something.
pub(crate) fn is_odd(ring: &[Position], ring_deg2: f64, bounds: &Bounds) -> bool {
    let sides = ring.len() - 1;
    let (last, first) = (ring[sides - 1], ring[0]);
    let mut before = [first[0] - last[0], first[1] - last[1]];
    let (mut length_deg, mut odd) = (0.0, false);
    for side in ring.windows(2) {
        let along = [side[1][0] - side[0][0], side[1][1] - side[0][1]];
        let near = (along[0].abs() < SIXTH_DECIMAL_DEG) & (along[1].abs() < SIXTH_DECIMAL_DEG);
        odd |= near | goes_back(before, along);
        length_deg += along[0].abs() + along[1].abs();
        before = along;
    }
    // The way along the axes is no shorter than the sides, so that the width comes out no larger than it is.
    let may_be_thin = 2.0 * ring_deg2.abs() * LEAST_DEGREE_M < SLIVER_WIDTH_M * length_deg;
    let is_polar = bounds.min_y < -60.0 || bounds.max_y > 60.0;
    odd | may_be_thin | is_polar || has_few_decimals(ring) || may_be_a_circle(ring, bounds) || is_upright(ring)
}

/// Whether one side after another comes back nearly over it.
fn goes_back(before: [f64; 2], along: [f64; 2]) -> bool {
    let ahead = before[0] * along[0] + before[1] * along[1];
    let aside = before[0] * along[1] - before[1] * along[0];
    aside.abs() < -ahead * SPIKE_TANGENT
}

/// Everything odd about polygons that were found to be valid, or made so: `polygons` as found.
pub(crate) fn notes(polygons: &[Part<'_>], shape: ShapeRef<'_>) -> Vec<Defect> {
    let mut notes = Vec::new();
    for (part, polygon) in polygons.iter().enumerate() {
        for (ring, found) in polygon.rings().enumerate().filter(|(_, found)| !found.is_empty()) {
            notes.extend(repeated(part, ring, found));
            notes.extend(narrow_spikes(part, ring, found));
        }
        notes.extend(perfect(part, polygon.outer()));
    }
    let holes = || shape.parts().flat_map(|part| part.holes());
    let count = holes().count();
    if count > 0 {
        let area_m2 = holes().map(|hole| ring_area_m2(hole).abs()).sum();
        notes.push(Defect::of_geometry(Fault::Holes { count: count as u32, area_m2 }));
    }
    notes.extend(sliver(shape));
    let positions: Vec<Position> = polygons.iter().flat_map(|part| part.rings()).flatten().copied().collect();
    notes.extend(few_decimals(&positions));
    notes
}

/// Positions that equal the one before them, or do so to six decimals.
fn repeated(part: usize, ring: usize, found: &[Position]) -> Option<Defect> {
    let near = |pair: &[Position]| (0..2).all(|axis| (pair[0][axis] - pair[1][axis]).abs() < SIXTH_DECIMAL_DEG);
    let mut pairs = found.windows(2).enumerate().filter(|(_, pair)| near(pair));
    let (vertex, _) = pairs.next()?;
    let all = || found.windows(2).filter(|pair| near(pair));
    let exact = all().filter(|pair| pair[0] == pair[1]).count() as u32;
    let near = all().count() as u32 - exact;
    let fault = Fault::DuplicateVertices { exact, near };
    Some(Defect { vertex: Some(vertex as u32 + 1), ..at(fault, part, ring, Some(found[vertex + 1])) })
}

/// Corners at which a ring goes nearly back over itself.
fn narrow_spikes(part: usize, ring: usize, found: &[Position]) -> Vec<Defect> {
    let mut corners: Vec<(Position, usize)> = found.iter().copied().zip(0..).collect();
    corners.dedup_by(|next, last| next.0 == last.0);
    if corners.len() > 1 && corners[0].0 == corners[corners.len() - 1].0 {
        corners.pop();
    }
    let count = corners.len();
    let spike = |at_corner: usize| {
        let [before, (tip, vertex), after] = [count - 1, 0, 1].map(|step| corners[(at_corner + step) % count]);
        let (to, from) = ([tip[0] - before.0[0], tip[1] - before.0[1]], [after.0[0] - tip[0], after.0[1] - tip[1]]);
        let aside = to[0] * from[1] - to[1] * from[0];
        // Sides that come back over each other to the last digit make a ring invalid, and are told as that.
        if aside == 0.0 || !goes_back(to, from) {
            return None;
        }
        let metres = LocalMetres::at(tip[1]);
        let length_m = metres.distance(before.0, tip).min(metres.distance(tip, after.0));
        let fault = Fault::NarrowSpike { length_m };
        Some(Defect { vertex: Some(vertex as u32), ..at(fault, part, ring, Some(tip)) })
    };
    (0..count).filter_map(spike).collect()
}

/// A polygon whose mean width is small.
fn sliver(shape: ShapeRef<'_>) -> Option<Defect> {
    let metres = LocalMetres::at(shape.bounds().center()[1]);
    let length = |ring: &[Position]| ring.windows(2).map(|side| metres.distance(side[0], side[1])).sum::<f64>();
    let perimeter_m: f64 = shape.rings().map(length).sum();
    let width_m = 2.0 * area_m2(shape) / perimeter_m;
    let place = shape.positions().first().copied();
    (width_m < SLIVER_WIDTH_M).then(|| Defect { place, ..Defect::of_geometry(Fault::Sliver { width_m }) })
}

/// Whether a coordinate has no more than so many decimals.
fn is_within(value: f64, decimals: u32) -> bool {
    let scaled = value * 10.0_f64.powi(decimals as i32);
    (scaled - scaled.round()).abs() < WHOLE
}

fn has_few_decimals(positions: &[Position]) -> bool {
    positions.iter().flatten().all(|&value| is_within(value, FEW_DECIMALS))
}

/// Coordinates that all have fewer than six decimals.
pub(crate) fn few_decimals(positions: &[Position]) -> Option<Defect> {
    if positions.is_empty() || !has_few_decimals(positions) {
        return None;
    }
    let fits = |decimals: &u32| positions.iter().flatten().all(|&value| is_within(value, *decimals));
    let decimals = (0..FEW_DECIMALS).find(fits).unwrap_or(FEW_DECIMALS);
    let step_m = LocalMetres::at(positions[0][1]).north / 10.0_f64.powi(decimals as i32);
    Some(Defect { place: positions.first().copied(), ..Defect::of_geometry(Fault::FewDecimals { decimals, step_m }) })
}

/// Whether opposite corners have the centre in their middle, as those of a circle have: only circles of an even number of
/// corners are told, as programs make them.
fn may_be_a_circle(ring: &[Position], bounds: &Bounds) -> bool {
    let corners = ring.len() - 1;
    if corners < CIRCLE_CORNERS || corners % 2 == 1 {
        return false;
    }
    let half = corners / 2;
    let off = |axis: usize| (ring[0][axis] + ring[half][axis] - ring[1][axis] - ring[1 + half][axis]).abs();
    let extent = bounds.width() + bounds.height();
    off(0) + off(1) < 8.0 * CIRCLE_SHARE * extent
}

/// Four sides along the axes.
fn is_upright(ring: &[Position]) -> bool {
    let [a, b, c, d, _] = ring else { return false };
    let along = |axis: usize| a[axis] == b[axis] && c[axis] == d[axis] && b[1 - axis] == c[1 - axis];
    (along(0) && a[1] == d[1]) || (along(1) && a[0] == d[0])
}

/// A circle or a square that nobody walked.
fn perfect(part: usize, found: &[Position]) -> Option<Defect> {
    let mut ring = found.to_vec();
    ring.dedup();
    if ring.first() != ring.last() {
        ring.push(ring[0]);
    }
    if ring.len() < 5 {
        return None;
    }
    let bounds = Bounds::of(&ring);
    let metres = LocalMetres::at(bounds.center()[1]);
    let corners = ring.len() - 1;
    // Programs draw in degrees, in metres on a sphere, or in metres on the ellipsoid.
    let sphere = LocalMetres { east: 111_195.0 * libm::cos(bounds.center()[1].to_radians()), north: 111_195.0 };
    let planes = [metres, sphere, LocalMetres { east: 1.0, north: 1.0 }];
    let is_perfect = if corners == 4 {
        let is_square = |plane: &LocalMetres| {
            let (width, height) = (bounds.width() * plane.east, bounds.height() * plane.north);
            (width - height).abs() <= SQUARE_SHARE * width.max(height)
        };
        is_upright(&ring) && planes.iter().any(is_square)
    } else {
        may_be_a_circle(&ring, &bounds) && planes.iter().any(|&plane| is_circle(&ring, plane))
    };
    let fault = Fault::PerfectShape { corners: corners as u32 };
    (is_perfect && planar_deg2(&ring) != 0.0).then(|| at(fault, part, 0, Some(bounds.center())))
}

/// Whether all corners are equally far from their mean.
fn is_circle(ring: &[Position], plane: LocalMetres) -> bool {
    let corners = &ring[..ring.len() - 1];
    let mean = |axis: usize| {
        let first = corners[0][axis];
        first + corners.iter().map(|corner| corner[axis] - first).sum::<f64>() / corners.len() as f64
    };
    let centre = [mean(0), mean(1)];
    let distances = || corners.iter().map(|&corner| plane.distance(centre, corner));
    let radius = distances().sum::<f64>() / corners.len() as f64;
    distances().all(|distance| (distance - radius).abs() <= CIRCLE_SHARE * radius)
}
