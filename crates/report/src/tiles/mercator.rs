//! Squares of the web's map: which ground the pixels of a tile show.

use lindero_plots::{Bounds, Position};
use std::f64::consts::PI;

/// Pixels of a side of a tile.
pub(super) const SIDE: u32 = 256;
/// The closest zoom there is: a pixel is 4 mm wide.
pub(super) const MOST_ZOOM: u8 = 24;

/// A tile by its place: `x` from the west, `y` from the north, 2^zoom a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileId {
    /// Zoom.
    pub z: u8,
    /// Column.
    pub x: u32,
    /// Row.
    pub y: u32,
}

impl TileId {
    /// Whether there is such a tile.
    #[must_use]
    pub fn exists(self) -> bool {
        self.z <= MOST_ZOOM && u64::from(self.x.max(self.y)) < 1 << self.z
    }

    /// Pixels around the globe at its zoom.
    fn pixels(self) -> f64 {
        f64::from(SIDE) * f64::from(1u32 << self.z)
    }

    /// The centres of its pixels, row by row.
    pub(super) fn centres(self) -> Vec<Position> {
        let longitudes: Vec<f64> = (0..SIDE).map(|col| self.longitude(f64::from(col) + 0.5)).collect();
        (0..SIDE)
            .flat_map(|row| {
                let latitude = self.latitude(f64::from(row) + 0.5);
                longitudes.iter().map(move |&longitude| [longitude, latitude])
            })
            .collect()
    }

    /// The ground it shows.
    pub(super) fn bounds(self) -> Bounds {
        let side = f64::from(SIDE);
        Bounds::new(self.longitude(0.0), self.latitude(side), self.longitude(side), self.latitude(0.0))
    }

    /// Where a position lies, in pixels from the tile's north-west corner.
    pub(super) fn place(self, [x, y]: Position) -> Position {
        let pixels = self.pixels();
        let sine = libm::sin(y.clamp(-89.9, 89.9).to_radians());
        let east = (x + 180.0) / 360.0 * pixels;
        let south = (0.5 - libm::log((1.0 + sine) / (1.0 - sine)) / (4.0 * PI)) * pixels;
        [east - f64::from(self.x) * f64::from(SIDE), south - f64::from(self.y) * f64::from(SIDE)]
    }

    fn longitude(self, col: f64) -> f64 {
        (f64::from(self.x) * f64::from(SIDE) + col) / self.pixels() * 360.0 - 180.0
    }

    fn latitude(self, row: f64) -> f64 {
        let south = (f64::from(self.y) * f64::from(SIDE) + row) / self.pixels();
        libm::atan(libm::sinh(PI * (1.0 - 2.0 * south))).to_degrees()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_one_tile_between_the_latitudes_of_the_square() {
        let bounds = TileId { z: 0, x: 0, y: 0 }.bounds();
        // EPSG:3857 is square: its northern border is at 85.051128779806604°.
        assert!((bounds.max_y - 85.051_128_779_806_6).abs() < 1e-12, "{bounds:?}");
        assert_eq!((bounds.min_x, bounds.max_x, bounds.min_y), (-180.0, 180.0, -bounds.max_y));
    }

    #[test]
    fn a_tile_lies_where_the_formula_of_the_slippy_map_says() {
        // By the formula of the OpenStreetMap wiki ("Slippy map tilenames"), in Python: column 4733.6106667, row 8616.6630337.
        let [east, south] = TileId { z: 14, x: 4733, y: 8616 }.place([-75.99, -9.29]);
        assert!((east - 256.0 * 0.610_666_666_7).abs() < 1e-5, "{east}");
        assert!((south - 256.0 * 0.663_033_698_8).abs() < 1e-5, "{south}");
    }

    #[test]
    fn the_centre_of_a_pixel_lies_in_the_middle_of_it() {
        let tile = TileId { z: 12, x: 1183, y: 2154 };
        for (index, centre) in tile.centres().into_iter().enumerate().step_by(777) {
            let [east, south] = tile.place(centre);
            let (row, col) = (index as u32 / SIDE, index as u32 % SIDE);
            assert!((east - f64::from(col) - 0.5).abs() < 1e-6 && (south - f64::from(row) - 0.5).abs() < 1e-6);
        }
    }

    #[test]
    fn tiles_off_the_globe_do_not_exist() {
        assert!(TileId { z: 3, x: 7, y: 7 }.exists());
        assert!(!TileId { z: 3, x: 8, y: 0 }.exists() && !TileId { z: 99, x: 0, y: 0 }.exists());
    }
}
