//! Other ways to read the numbers of a geometry.

use super::places::within_half_turn;
use super::{Country, Declared};
use crate::ellipsoid::{A_M, RADIANS};
use crate::transverse_mercator::{central_meridian_deg, from_utm};
use crate::{Bounds, Datum, Lang, Position, RawGeometries, RawGeometry, RawGeometryRef};
use std::f64::consts::FRAC_PI_2;

/// A way to read the two numbers of each position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// As latitude and longitude.
    Swapped,
    /// As longitude and latitude whose minus signs were lost.
    Signs {
        /// Whether the latitude is written first.
        swapped: bool,
        /// Whether the longitude's sign is turned.
        lon: bool,
        /// Whether the latitude's sign is turned.
        lat: bool,
    },
    /// As metres of a UTM zone.
    Utm {
        /// 1 to 60.
        zone: u8,
        /// Whether northings count from 10,000,000 m at the equator.
        south: bool,
        /// What the zone's latitudes count from.
        datum: Datum,
        /// Whether the northing is written first.
        swapped: bool,
    },
    /// As metres of Web Mercator (EPSG:3857), as maps in a browser have them.
    WebMercator,
    /// As longitude and latitude of another datum.
    OtherDatum(Datum),
}

/// A geometry as it would be if its numbers were read another way.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// How the numbers are read.
    pub reading: Reading,
    /// The middle of the geometry, longitude and latitude on WGS 84.
    pub place: Position,
    /// The countries there, the smallest first.
    pub countries: Vec<Country>,
    /// The geometry, every position of it read so, otherwise as it was given.
    pub geometry: RawGeometry,
}

impl Reading {
    /// Where a position is when it is read so: longitude and latitude on WGS 84.
    #[must_use]
    pub fn apply(self, [x, y]: Position) -> Position {
        let sign = |negative: bool, value: f64| if negative { -value } else { value };
        match self {
            Self::Swapped => [y, x],
            Self::Signs { swapped, lon, lat } => {
                let [x, y] = if swapped { [y, x] } else { [x, y] };
                [sign(lon, x), sign(lat, y)]
            }
            Self::Utm { zone, south, datum, swapped } => {
                let metres = if swapped { [y, x] } else { [x, y] };
                in_zone(zone, from_utm(metres, south, datum.ellipsoid()), datum)
            }
            Self::WebMercator => {
                let lat = 2.0 * libm::atan(libm::exp(y / A_M)) - FRAC_PI_2;
                [x / A_M / RADIANS, lat / RADIANS]
            }
            Self::OtherDatum(datum) => datum.to_wgs84([x, y]),
        }
    }

    /// How the numbers are read, in words that follow "read as".
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let in_lang = |english: &'static str, spanish: &'static str| match lang {
            Lang::En => english,
            Lang::Es => spanish,
        };
        match self {
            Self::Swapped => in_lang("latitude, longitude", "latitud, longitud").into(),
            Self::Signs { swapped, .. } => {
                let lost = in_lang("degrees whose minus sign was lost", "grados que perdieron el signo menos");
                let first = in_lang(", with the latitude first", ", con la latitud primero");
                format!("{lost}{}", if swapped { first } else { "" })
            }
            Self::Utm { zone, south, datum, swapped } => {
                let half = if south { in_lang("south", "sur") } else { in_lang("north", "norte") };
                let datum = if datum == Datum::Wgs84 { String::new() } else { format!("{} ", datum.name()) };
                let detail = match self.epsg() {
                    Some(code) => format!(" (EPSG:{code})"),
                    None if swapped => in_lang(" (northing first)", " (el norte primero)").into(),
                    None => String::new(),
                };
                format!("{datum}UTM {} {zone} {half}{detail}", in_lang("zone", "zona"))
            }
            Self::WebMercator => {
                in_lang("metres of Web Mercator (EPSG:3857)", "metros de Web Mercator (EPSG:3857)").into()
            }
            Self::OtherDatum(datum) => format!("{} {}", in_lang("degrees of", "grados de"), datum.name()),
        }
    }

    /// The number of the system in the EPSG register, where the numbers are easting and northing in it and not the other way round.
    #[must_use]
    pub fn epsg(self) -> Option<u32> {
        match self {
            Self::Utm { zone, south, datum, swapped: false } => match (datum, south) {
                (Datum::Wgs84, false) => Some(32_600 + u32::from(zone)),
                (Datum::Wgs84, true) => Some(32_700 + u32::from(zone)),
                (Datum::Psad56, false) => (18..=21).contains(&zone).then_some(24_800 + u32::from(zone)),
                (Datum::Psad56, true) => (17..=22).contains(&zone).then_some(24_860 + u32::from(zone)),
            },
            Self::WebMercator => Some(3857),
            _ => None,
        }
    }

    /// The geometry read so.
    pub(super) fn propose(self, raw: RawGeometryRef<'_>, place: Position, countries: Vec<Country>) -> Proposal {
        let mut one = RawGeometries::new();
        one.push_ref(raw);
        one.move_positions(&|positions: &mut [Position]| {
            for position in positions {
                *position = self.apply(*position);
            }
        });
        Proposal { reading: self, place, countries, geometry: one.get(0).to_owned() }
    }
}

/// Longitude and latitude on WGS 84 of what is so many degrees east of a zone's central meridian at a latitude of a datum.
pub(super) fn in_zone(zone: u8, [from_meridian, lat]: Position, datum: Datum) -> Position {
    datum.to_wgs84([within_half_turn(central_meridian_deg(zone) + from_meridian), lat])
}

/// The readings of degrees with other signs or the other way round that stay on the globe, likeliest first.
pub(super) fn of_degrees(bounds: &Bounds, declared: &Declared) -> Vec<Reading> {
    let mut readings = vec![Reading::Swapped];
    // A lost sign leads somewhere in the world nearly always: worth a word only where one place is expected.
    if declared.country.is_some() {
        for swapped in [false, true] {
            for (lon, lat) in [(true, true), (true, false), (false, true)] {
                readings.push(Reading::Signs { swapped, lon, lat });
            }
        }
    }
    let largest = [bounds.min_x.abs().max(bounds.max_x.abs()), bounds.min_y.abs().max(bounds.max_y.abs())];
    readings.retain(|reading| match reading {
        Reading::Signs { swapped: false, .. } => largest[0] <= 180.0 && largest[1] <= 90.0,
        _ => largest[0] <= 90.0 && largest[1] <= 180.0,
    });
    readings
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use crate::{Datum, Lang};
    use proptest::prelude::*;

    fn utm(zone: u8, south: bool, datum: Datum, swapped: bool) -> Reading {
        Reading::Utm { zone, south, datum, swapped }
    }

    #[test]
    fn a_reading_is_named_as_people_name_it() {
        let check = |reading: Reading, english: &str, spanish: &str| {
            assert_eq!(reading.words(Lang::En), english);
            assert_eq!(reading.words(Lang::Es), spanish);
        };
        check(utm(18, true, Datum::Wgs84, false), "UTM zone 18 south (EPSG:32718)", "UTM zona 18 sur (EPSG:32718)");
        check(
            utm(18, true, Datum::Wgs84, true),
            "UTM zone 18 south (northing first)",
            "UTM zona 18 sur (el norte primero)",
        );
        check(
            utm(19, true, Datum::Psad56, false),
            "PSAD56 UTM zone 19 south (EPSG:24879)",
            "PSAD56 UTM zona 19 sur (EPSG:24879)",
        );
        check(Reading::Swapped, "latitude, longitude", "latitud, longitud");
        let signs = Reading::Signs { swapped: true, lon: true, lat: true };
        check(
            signs,
            "degrees whose minus sign was lost, with the latitude first",
            "grados que perdieron el signo menos, con la latitud primero",
        );
    }

    proptest! {
        #[test]
        fn swapping_twice_and_turning_signs_twice_change_nothing(x in -180.0..180.0_f64, y in -90.0..90.0_f64) {
            let twice = |reading: Reading| reading.apply(reading.apply([x, y]));
            prop_assert_eq!(twice(Reading::Swapped), [x, y]);
            prop_assert_eq!(twice(Reading::Signs { swapped: false, lon: true, lat: true }), [x, y]);
        }

        #[test]
        fn zones_are_six_degrees_apart(zone in 1..60_u8, east in 200_000.0..800_000.0_f64, north in 1e6..9.9e6_f64) {
            let [here, next] = [zone, zone + 1]
                .map(|zone| utm(zone, true, Datum::Wgs84, false).apply([east, north]));
            // Across the antimeridian they are 354 degrees apart the other way.
            let apart = (next[0] - here[0]).rem_euclid(360.0);
            prop_assert!((apart - 6.0).abs() < 1e-9 && next[1] == here[1], "{here:?} {next:?}");
        }
    }
}
