//! What lies where: asked here, answered by whoever has the maps.

use super::Country;
use crate::Position;
use crate::ellipsoid::RADIANS;

/// Answers what country a position is in and whether it is on land.
pub trait Places {
    /// The countries that hold a position on the globe, the smallest first: none on the high sea, two where a territory has a code
    /// of its own (Martinique is `MQ` and `FR`). May include the sea off their coasts.
    fn countries(&self, at: Position) -> Vec<Country>;

    /// Whether a position is on land, lakes and rivers included; `None` where the map does not tell.
    fn is_land(&self, at: Position) -> Option<bool>;
}

/// Metres in a degree of latitude, and of longitude at the equator: good enough for a tolerance.
pub(super) const DEGREE_M: f64 = 111_320.0;

/// In how many directions is looked.
const DIRECTIONS: u8 = 16;

/// The questions that have a tolerance.
#[derive(Clone, Copy)]
pub(super) struct Ground<'p> {
    pub(super) places: &'p dyn Places,
    pub(super) border_tolerance_m: f64,
    pub(super) coast_tolerance_m: f64,
}

impl Ground<'_> {
    /// Whether a position is in a country's farmland as far as the maps go, without any tolerance: in the country that is
    /// declared, or in any if none is.
    pub(super) fn is_at_home(&self, at: Position, country: Option<Country>) -> bool {
        is_on_globe(at) && self.is_in(at, country) && self.places.is_land(at) != Some(false)
    }

    /// The same within the tolerances.
    pub(super) fn is_near_home(&self, at: Position, country: Option<Country>) -> bool {
        self.is_at_home(at, country) || is_on_globe(at) && self.is_near_country(at, country) && !self.is_far_at_sea(at)
    }

    /// Whether a position or one within the tolerance is in a country.
    pub(super) fn is_near_country(&self, at: Position, country: Option<Country>) -> bool {
        self.is_in(at, country) || around(at, self.border_tolerance_m).any(|near| self.is_in(near, country))
    }

    /// Whether neither a position nor one within the tolerance is on land.
    pub(super) fn is_far_at_sea(&self, at: Position) -> bool {
        let is_sea = |at| self.places.is_land(at) == Some(false);
        is_sea(at) && around(at, self.coast_tolerance_m).all(is_sea)
    }

    /// Whether a position is in a country, without any tolerance; in any if none is asked about.
    pub(super) fn is_in(&self, at: Position, country: Option<Country>) -> bool {
        let countries = self.places.countries(at);
        country.map_or(!countries.is_empty(), |country| countries.contains(&country))
    }
}

/// Whether a position is one of longitude and latitude.
pub(super) fn is_on_globe([x, y]: Position) -> bool {
    x.abs() <= 180.0 && y.abs() <= 90.0
}

/// Positions around another, half as far and as far as a radius.
fn around([x, y]: Position, radius_m: f64) -> impl Iterator<Item = Position> {
    // Near a pole a tolerance of many degrees of longitude would be nonsense.
    let degree_m = DEGREE_M * libm::cos(y * RADIANS).max(0.01);
    [0.5 * radius_m, radius_m].into_iter().flat_map(move |radius_m| {
        (0..DIRECTIONS).map(move |direction| {
            let (sin, cos) = libm::sincos(f64::from(direction) * 360.0 / f64::from(DIRECTIONS) * RADIANS);
            [within_half_turn(x + radius_m * cos / degree_m), (y + radius_m * sin / DEGREE_M).clamp(-90.0, 90.0)]
        })
    })
}

/// A longitude as one within -180 and 180 degrees.
pub(super) fn within_half_turn(lon: f64) -> f64 {
    if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    }
}
