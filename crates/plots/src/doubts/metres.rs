//! Which projected system the metres of a geometry are of.

use super::places::Ground;
use super::reading::in_zone;
use super::{Declared, Reading};
use crate::transverse_mercator::from_utm;
use crate::{Bounds, Position};

/// Eastings that occur in a UTM zone and a little beside it, in metres.
const EASTINGS_M: [f64; 2] = [100_000.0, 900_000.0];

/// Northings that occur in a UTM zone, in metres.
const NORTHINGS_M: [f64; 2] = [0.0, 10_000_000.0];

/// Half the circumference of the Earth, where Web Mercator ends (metres).
const MERCATOR_END_M: f64 = 20_037_508.342_789_25;

/// Smaller numbers may be degrees with a mistake.
const LEAST_M: f64 = 360.0;

/// With more zones than this to choose from, nothing was found out.
const MOST_READINGS: usize = 4;

/// A zone is half as wide to each side (degrees): what lies beyond that from where plots are expected is of another zone.
const NEAR_DEG: f64 = 3.0;

/// Whether some number is too large to be degrees of any kind.
pub(super) fn look_like_metres(bounds: &Bounds) -> bool {
    let corners = [bounds.min_x, bounds.max_x, bounds.min_y, bounds.max_y];
    corners.iter().any(|value| value.abs() > LEAST_M)
}

/// A way to read metres, and where it puts the middle of the geometry.
type Placed = (Reading, Position);

/// The readings as metres that put the middle of a geometry where it is said to be, or on some country's land if nothing is said,
/// with the place; none if there are too many.
pub(super) fn of_metres(bounds: &Bounds, declared: &Declared, ground: &Ground<'_>) -> Vec<Placed> {
    let country = declared.country;
    for swapped in [false, true] {
        let possible = possible(bounds, declared, swapped);
        let mut found = possible.clone();
        found.retain(|&(_, place)| ground.is_at_home(place, country));
        if found.is_empty() && country.is_some() {
            found = possible;
            found.retain(|&(_, place)| ground.is_near_home(place, country));
        }
        if let Some(near) = declared.near {
            let apart = |place: Position| (place[0] - near[0]).abs().max((place[1] - near[1]).abs());
            found.retain(|&(_, place)| apart(place) <= NEAR_DEG);
        }
        if found.len() > MOST_READINGS {
            return Vec::new();
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The systems in whose range all numbers are.
fn possible(bounds: &Bounds, declared: &Declared, swapped: bool) -> Vec<Placed> {
    let [x, y] = [[bounds.min_x, bounds.max_x], [bounds.min_y, bounds.max_y]];
    let (east, north) = if swapped { (y, x) } else { (x, y) };
    let within = |numbers: [f64; 2], range: [f64; 2]| range[0] <= numbers[0] && numbers[1] <= range[1];
    let middle = bounds.center();
    let mut possible = Vec::new();
    if within(east, EASTINGS_M) && within(north, NORTHINGS_M) {
        let metres = if swapped { [middle[1], middle[0]] } else { middle };
        let datum = declared.datum;
        for south in [true, false] {
            // Zones differ by their meridian alone: what costs is done once for all.
            let from_meridian = from_utm(metres, south, datum.ellipsoid());
            possible.extend(
                (1..=60)
                    .map(|zone| (Reading::Utm { zone, south, datum, swapped }, in_zone(zone, from_meridian, datum))),
            );
        }
    }
    let all = [-MERCATOR_END_M, MERCATOR_END_M];
    if !swapped && within(x, all) && within(y, all) {
        possible.push((Reading::WebMercator, Reading::WebMercator.apply(middle)));
    }
    possible
}
