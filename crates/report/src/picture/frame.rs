//! The ground that a picture shows: pixels that are as wide as they are high, on the ground.

use lindero_grid::{Cell, Grid, Metric, Window};
use lindero_plots::{Bounds, Position, metres_per_degree};

/// A picture shows at least so much ground.
const LEAST_M: f64 = 300.0;
/// Nearer to a pole a degree of longitude is too short to draw with.
const MAX_LATITUDE_DEG: f64 = 80.0;
/// A picture is at most so many times as long as it is wide.
const LONGEST: f64 = 2.0;
/// Lengths that scale bars have, in metres.
const BARS_M: [f64; 18] =
    [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6];
/// Distances of the lines of a graticule: how many steps make a degree, and decimals of their labels.
const STEPS: [(f64, usize); 14] = [
    (10_000.0, 4),
    (5_000.0, 4),
    (2_000.0, 4),
    (1_000.0, 3),
    (500.0, 3),
    (200.0, 3),
    (100.0, 2),
    (50.0, 2),
    (20.0, 2),
    (10.0, 1),
    (5.0, 1),
    (2.0, 1),
    (1.0, 0),
    (0.1, 0),
];
/// Lines of a graticule in each direction at most.
const MOST_LINES: f64 = 5.0;

/// The ground that a picture shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Pixels as cells.
    pub(crate) grid: Grid,
    /// Those of the picture.
    pub(crate) window: Window,
    metres_per_pixel: f64,
}

impl Frame {
    /// A frame around some ground; its longer side has `pixels` pixels. `None` where there is no ground or it lies off the
    /// globe.
    pub(crate) fn around(ground: &Bounds, margin: f64, is_square: bool, pixels: i32) -> Option<Self> {
        if ground.is_empty() {
            return None;
        }
        let [x, y] = ground.center();
        let [east_m, north_m] = metres_per_degree(y.clamp(-MAX_LATITUDE_DEG, MAX_LATITUDE_DEG));
        let wide_m = (ground.width() * east_m * (1.0 + 2.0 * margin)).max(LEAST_M);
        let high_m = (ground.height() * north_m * (1.0 + 2.0 * margin)).max(LEAST_M);
        let long_m = wide_m.max(high_m);
        let least_m = if is_square { long_m } else { long_m / LONGEST };
        let metres_per_pixel = long_m / f64::from(pixels);
        let count = |metres: f64| ((metres.max(least_m) / metres_per_pixel).round() as i32).clamp(1, pixels);
        let (width, height) = (count(wide_m), count(high_m));
        let (size_x, size_y) = (metres_per_pixel / east_m, metres_per_pixel / north_m);
        let west = x - f64::from(width) / 2.0 * size_x;
        let north = y + f64::from(height) / 2.0 * size_y;
        let (grid, Cell { row, col }) = Grid::through(west, north, size_x, size_y, Metric::Geographic).ok()?;
        Some(Self { grid, window: Window { row, col, height, width }, metres_per_pixel })
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.grid.bounds_of(&self.window)
    }

    /// Where a position lies, in pixels from the north-west corner.
    pub(crate) fn place(&self, [x, y]: Position) -> [f64; 2] {
        let (west, north) = (self.grid.west(self.window.col), self.grid.north(self.window.row));
        [(x - west) / self.grid.size_x(), (north - y) / self.grid.size_y()]
    }

    /// Index of a pixel among all, row by row.
    pub(crate) fn pixel(&self, row: i32, col: i32) -> Option<usize> {
        let is_inside = self.window.contains(Cell { row, col });
        is_inside.then(|| ((row - self.window.row) * self.window.width + (col - self.window.col)) as usize)
    }

    pub(crate) fn pixels(&self) -> usize {
        (self.window.height * self.window.width) as usize
    }

    /// A round length of at most a third of the picture's width: metres, and pixels.
    pub(crate) fn scale_bar(&self) -> (f64, f64) {
        let most_m = self.metres_per_pixel * f64::from(self.window.width) / 3.0;
        let metres = BARS_M.into_iter().rev().find(|&bar| bar <= most_m).unwrap_or(BARS_M[0]);
        (metres, metres / self.metres_per_pixel)
    }

    /// Round longitudes and latitudes in the picture, and the decimals they are written with.
    pub(crate) fn graticule(&self) -> Graticule {
        let bounds = self.bounds();
        let long_deg = bounds.width().max(bounds.height());
        let fits = |&(steps, _): &(f64, usize)| long_deg * steps <= MOST_LINES;
        let (steps, decimals) = STEPS.into_iter().find(fits).unwrap_or(STEPS[STEPS.len() - 1]);
        let lines = |from: f64, to: f64| -> Vec<f64> {
            let (first, last) = ((from * steps).ceil() as i64, (to * steps).floor() as i64);
            (first..=last).map(|line| line as f64 / steps).collect()
        };
        Graticule {
            longitudes: lines(bounds.min_x, bounds.max_x),
            latitudes: lines(bounds.min_y, bounds.max_y),
            decimals,
        }
    }
}

/// Lines of round degrees.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Graticule {
    pub(crate) longitudes: Vec<f64>,
    pub(crate) latitudes: Vec<f64>,
    pub(crate) decimals: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_square_on_the_ground_and_the_ground_is_in_the_middle() {
        let ground = Bounds::new(-76.4, 50.0, -76.2, 50.05);
        let frame = Frame::around(&ground, 0.1, false, 1000).unwrap();
        assert!(frame.bounds().contains(&ground));
        assert_eq!((frame.window.width, frame.window.height), (1000, 500));
        let [east_m, north_m] = metres_per_degree(50.025);
        let (wide, high) = (frame.grid.size_x() * east_m, frame.grid.size_y() * north_m);
        assert!((wide / high - 1.0).abs() < 1e-9, "{wide} by {high}");
        let [x, y] = frame.place(ground.center());
        assert!((x - 500.0).abs() < 1e-6 && (y - 250.0).abs() < 1e-6, "{x}, {y}");
    }

    #[test]
    fn a_point_has_a_picture_and_nothing_has_none() {
        let frame = Frame::around(&Bounds::of(&[[-76.0, -9.0]]), 0.3, true, 300).unwrap();
        assert_eq!((frame.window.width, frame.window.height), (300, 300));
        assert_eq!(frame.scale_bar(), (100.0, 100.0));
        assert!(Frame::around(&Bounds::empty(), 0.3, true, 300).is_none());
    }

    #[test]
    fn a_graticule_has_few_round_lines() {
        let frame = Frame::around(&Bounds::new(-76.40, -10.05, -76.28, -9.93), 0.0, true, 1000).unwrap();
        let lines = frame.graticule();
        assert_eq!(lines.longitudes, [-76.4, -76.35, -76.3]);
        assert_eq!((lines.latitudes, lines.decimals), (vec![-10.05, -10.0, -9.95], 2));
    }
}
