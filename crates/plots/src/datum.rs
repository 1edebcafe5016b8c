//! Datums: what longitudes and latitudes of a map count from.

use crate::Position;
use crate::ellipsoid::{Ellipsoid, INTERNATIONAL_1924, RADIANS, WGS_84};

/// What the coordinates of a map count from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Datum {
    /// WGS 84, and all that is the same to a metre (SIRGAS 2000, ITRF).
    #[default]
    Wgs84,
    /// The Provisional South American Datum of 1956, as Peru's old sheets of 1 : 100,000 have it.
    Psad56,
}

/// From the centre of PSAD56's ellipsoid to that of WGS 84 in Peru, in metres, give or take some 10 m (EPSG:1208, from DMA TR 8350.2).
const PSAD56_PERU_M: [f64; 3] = [-279.0, 175.0, -379.0];

impl Datum {
    /// The ellipsoid on which its latitudes are.
    pub(crate) const fn ellipsoid(self) -> &'static Ellipsoid {
        match self {
            Self::Wgs84 => &WGS_84,
            Self::Psad56 => &INTERNATIONAL_1924,
        }
    }

    /// Longitude and latitude of this datum as longitude and latitude on WGS 84.
    ///
    /// # Limits
    ///
    /// For PSAD56 the shift is Peru's, right to some 10 m there; elsewhere it is off by tens of metres more.
    #[must_use]
    pub fn to_wgs84(self, position: Position) -> Position {
        match self {
            Self::Wgs84 => position,
            Self::Psad56 => shifted(position, &INTERNATIONAL_1924, PSAD56_PERU_M),
        }
    }

    /// The name, the same in all languages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS 84",
            Self::Psad56 => "PSAD56",
        }
    }
}

/// A place on an ellipsoid as a place on WGS 84's, `shift_m` being the way from the one's centre to the other's.
fn shifted([lon, lat]: Position, from: &Ellipsoid, shift_m: [f64; 3]) -> Position {
    let (sin, cos) = libm::sincos(lat * RADIANS);
    let (sin_lon, cos_lon) = libm::sincos(lon * RADIANS);
    let normal_m = from.a_m / (1.0 - from.e2() * sin * sin).sqrt();
    let x_m = normal_m * cos * cos_lon + shift_m[0];
    let y_m = normal_m * cos * sin_lon + shift_m[1];
    let z_m = normal_m * (1.0 - from.e2()) * sin + shift_m[2];
    let from_axis_m = libm::hypot(x_m, y_m);
    // Bowring 1976: from the reduced latitude one step is exact to a micrometre near the ground.
    let e2 = WGS_84.e2();
    let flat = (1.0 - e2).sqrt();
    let (sin, cos) = libm::sincos(libm::atan2(z_m, from_axis_m * flat));
    let up = z_m + e2 / flat * WGS_84.a_m * sin * sin * sin;
    let out = from_axis_m - e2 * WGS_84.a_m * cos * cos * cos;
    [libm::atan2(y_m, x_m) / RADIANS, libm::atan2(up, out) / RADIANS]
}

#[cfg(test)]
mod tests {
    use super::{Datum, shifted};
    use crate::ellipsoid::WGS_84;
    use proptest::prelude::*;

    #[test]
    fn an_old_sheet_of_peru_lies_some_three_hundred_metres_off() {
        let [lon, lat] = Datum::Psad56.to_wgs84([-75.0, -9.0]);
        let (east_m, north_m) = ((lon + 75.0) * 110_000.0, (lat + 9.0) * 110_600.0);
        // To the south-west, as anybody knows who walked with such a sheet and a receiver.
        assert!((-270.0..-180.0).contains(&east_m) && (-400.0..-300.0).contains(&north_m), "{east_m} {north_m}");
    }

    proptest! {
        #[test]
        fn without_a_shift_every_place_stays(lon in -180.0..180.0_f64, lat in -89.9..89.9_f64) {
            let [x, y] = shifted([lon, lat], &WGS_84, [0.0; 3]);
            // A hundredth of a millimetre.
            prop_assert!((x - lon).abs() < 1e-10 && (y - lat).abs() < 1e-10, "{x} {y}");
        }
    }
}
