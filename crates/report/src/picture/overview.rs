//! The map of all plots: each coloured by its verdict, the worst on top.

use super::canvas::Canvas;
use super::frame::Frame;
use super::ground::{Drawn, GroundPicture};
use super::svg::{Labels, Svg};
use super::{Colour, verdict_colour};
use lindero_grid::{Coverage, cover_centres};
use lindero_io::ground_maps::GroundCell;
use lindero_plots::{Bounds, PlotGeometryRef, Position, ShapeRef};
use lindero_policy::Verdict;

/// Pixels of the longer side.
const PIXELS: i32 = 1000;
/// Ground around the plots, as a share of their extent on each side.
const MARGIN: f64 = 0.04;
/// A plot is drawn as it is if it is at least so many pixels long; else as a mark.
const SEEN_PIXELS: f64 = 7.0;
/// Plots up to which marks have this radius, in pixels.
const MARKS: [(usize, i32); 4] = [(400, 5), (3_000, 3), (20_000, 2), (usize::MAX, 1)];
/// Ground this near to a plot is drawn where all of it would be too much, in pixels.
const NEAR_PIXELS: usize = 12;
/// Shares of all plots left aside at each end where the middle of them is looked for.
const ASIDE: usize = 50;
/// The narrowest middle, in degrees.
const LEAST_MIDDLE_DEG: f64 = 0.02;
/// How the parts of a plot are drawn; stands in the lower bits of a painted pixel, its verdict in the upper.
const FILL: u8 = 1;
const HATCH: u8 = 2;
const BORDER: u8 = 3;

/// Where plots are, before the map's frame is known.
#[derive(Default)]
pub(crate) struct Placed(Vec<Bounds>);

impl Placed {
    pub(crate) fn add(&mut self, bounds: &Bounds) {
        if !bounds.is_empty() {
            self.0.push(*bounds);
        }
    }

    /// The ground of most plots: some that lie far from all others do not make a map of the world.
    fn ground(&self) -> Option<Bounds> {
        let middle = |axis: usize| {
            let mut along: Vec<f64> = self.0.iter().map(|bounds| bounds.center()[axis]).collect();
            along.sort_unstable_by(f64::total_cmp);
            let aside = if along.len() < 10 { 0 } else { (along.len() / ASIDE).max(1) };
            let (first, last) = (*along.get(aside)?, along[along.len() - 1 - aside]);
            let reach = (last - first).max(LEAST_MIDDLE_DEG);
            Some((first - reach, last + reach))
        };
        let ((west, east), (south, north)) = (middle(0)?, middle(1)?);
        let near = Bounds::new(west, south, east, north);
        let is_near = |bounds: &&Bounds| near.contains(&Bounds::of(&[bounds.center()]));
        Some(self.0.iter().filter(is_near).fold(Bounds::empty(), |ground, bounds| ground.union(bounds)))
    }
}

/// The map while plots are painted on it.
pub(crate) struct Overview {
    pub(crate) frame: Frame,
    painted: Vec<u8>,
    radius: i32,
    coverage: Coverage,
    /// Plots with a place in the map: low, more information, high.
    pub(crate) drawn: [u64; 3],
    /// Plots with a place elsewhere.
    pub(crate) outside: u64,
}

impl Overview {
    /// `None` where no plot has a place.
    pub(crate) fn over(placed: &Placed) -> Option<Self> {
        let frame = Frame::around(&placed.ground()?, MARGIN, false, PIXELS)?;
        let (_, radius) = MARKS.into_iter().find(|(plots, _)| placed.0.len() <= *plots)?;
        let painted = vec![0; frame.pixels()];
        Some(Self { frame, painted, radius, coverage: Coverage::default(), drawn: [0; 3], outside: 0 })
    }

    /// Paints a plot, if it has a place.
    pub(crate) fn add(&mut self, geometry: PlotGeometryRef<'_>, verdict: Verdict) {
        let bounds = match geometry {
            PlotGeometryRef::Area(shape) => shape.bounds(),
            PlotGeometryRef::Points(points) => Bounds::of(points),
            PlotGeometryRef::Unusable => return,
        };
        if !self.frame.bounds().contains(&Bounds::of(&[bounds.center()])) {
            self.outside += 1;
            return;
        }
        self.drawn[verdict as usize] += 1;
        let [west, north] = self.frame.place([bounds.min_x, bounds.max_y]);
        let [east, south] = self.frame.place([bounds.max_x, bounds.min_y]);
        match geometry {
            PlotGeometryRef::Area(shape) if (east - west).max(south - north) >= SEEN_PIXELS => {
                self.shape(shape, verdict);
            }
            PlotGeometryRef::Points(points) => points.iter().for_each(|point| self.mark(*point, verdict)),
            _ => self.mark(bounds.center(), verdict),
        }
    }

    fn shape(&mut self, shape: ShapeRef<'_>, verdict: Verdict) {
        let rows = self.frame.window.row..self.frame.window.row_end();
        let mut coverage = std::mem::take(&mut self.coverage);
        if cover_centres(shape, &self.frame.grid, rows, &mut coverage).is_some() {
            for (row, spans) in coverage.rows() {
                for span in spans {
                    let first = span.col.max(self.frame.window.col);
                    for col in first..span.col_end().min(self.frame.window.col_end()) {
                        let is_hatched = match verdict {
                            Verdict::Low => false,
                            Verdict::MoreInfo => row % 4 == 0,
                            Verdict::High => (row + col) % 5 == 0,
                        };
                        self.paint(row, col, verdict, if is_hatched { HATCH } else { FILL });
                    }
                }
            }
        }
        self.coverage = coverage;
        for ring in shape.rings() {
            for side in ring.windows(2) {
                self.line(side[0], side[1], verdict);
            }
        }
    }

    fn line(&mut self, from: Position, to: Position, verdict: Verdict) {
        let ([x0, y0], [x1, y1]) = (self.frame.place(from), self.frame.place(to));
        // A side that reaches far beyond the picture is drawn in longer steps; nobody sees its end.
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).ceil().clamp(1.0, 8.0 * f64::from(PIXELS)) as u32;
        for step in 0..=steps {
            let t = f64::from(step) / f64::from(steps);
            let at = |a: f64, b: f64| (a + t * (b - a)).floor() as i32;
            let (row, col) = (at(y0, y1), at(x0, x1));
            self.paint(
                row.saturating_add(self.frame.window.row),
                col.saturating_add(self.frame.window.col),
                verdict,
                BORDER,
            );
        }
    }

    /// A disc, a square or a triangle.
    fn mark(&mut self, at: Position, verdict: Verdict) {
        let radius = self.radius;
        let is_in = |row: i32, col: i32| match verdict {
            Verdict::Low => row * row + col * col <= radius * radius,
            Verdict::MoreInfo => row.abs() < radius.max(2) && col.abs() < radius.max(2),
            Verdict::High => row.abs() <= radius && 2 * col.abs() <= row + radius + 1,
        };
        let [x, y] = self.frame.place(at).map(|it| it.floor() as i32);
        for row in -radius..=radius {
            for col in (-radius..=radius).filter(|&col| is_in(row, col)) {
                let is_inner = is_in(row - 1, col) && is_in(row + 1, col) && is_in(row, col - 1) && is_in(row, col + 1);
                let style = if is_inner || radius < 3 { FILL } else { BORDER };
                self.paint(y + row + self.frame.window.row, x + col + self.frame.window.col, verdict, style);
            }
        }
    }

    fn paint(&mut self, row: i32, col: i32, verdict: Verdict, style: u8) {
        let Some(pixel) = self.frame.pixel(row, col) else { return };
        let rank = verdict as u8 + 1;
        let known = &mut self.painted[pixel];
        // A border stays over the inside of a plot of the same verdict.
        if *known >> 2 < rank || (*known >> 2 == rank && *known & 0b11 != BORDER) {
            *known = rank << 2 | style;
        }
    }

    /// Pixels near a plot.
    pub(crate) fn near(&self) -> Vec<bool> {
        let (rows, cols) = (self.frame.window.height as usize, self.frame.window.width as usize);
        let mut near: Vec<bool> = self.painted.iter().map(|&painted| painted > 0).collect();
        for (lines, along, step, stride) in [(rows, cols, 1, cols), (cols, rows, cols, 1)] {
            let before = near.clone();
            for line in 0..lines {
                for place in (0..along).filter(|place| before[line * stride + place * step]) {
                    for close in place.saturating_sub(NEAR_PIXELS)..(place + NEAR_PIXELS + 1).min(along) {
                        near[line * stride + close * step] = true;
                    }
                }
            }
        }
        near
    }

    /// The map over the ground, where there is some.
    pub(crate) fn svg(
        &self,
        ground: Option<&[GroundCell]>,
        picture: &GroundPicture,
        drawn: &mut Drawn,
        labels: &Labels<'_>,
    ) -> String {
        let mut palette = picture.palette();
        let first = palette.len() as u8;
        for verdict in [Verdict::Low, Verdict::MoreInfo, Verdict::High] {
            let colour = verdict_colour(verdict);
            palette.extend([colour, hatch(colour), border(colour)]);
        }
        let mut pixels: Vec<u8> = match ground {
            Some(ground) => ground.iter().map(|cell| picture.index(*cell)).collect(),
            None => vec![GroundPicture::PAPER; self.painted.len()],
        };
        drawn.note(&pixels);
        for (pixel, painted) in pixels.iter_mut().zip(&self.painted).filter(|(_, painted)| **painted > 0) {
            *pixel = first + 3 * ((painted >> 2) - 1) + (painted & 0b11) - FILL;
        }
        let (width, height) = (self.frame.window.width as u32, self.frame.window.height as u32);
        let canvas = Canvas { width, height, pixels, palette };
        let mut svg = Svg::begin(&self.frame, labels, true);
        svg.image(&canvas.data_uri());
        svg.graticule(labels);
        svg.furniture(labels);
        svg.end()
    }
}

fn hatch(colour: Colour) -> Colour {
    colour.map(|part| part - part / 4)
}

fn border(colour: Colour) -> Colour {
    colour.map(|part| part / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_plots::Shape;

    fn square(x: f64, y: f64, side: f64) -> Shape {
        Shape::from_rings(vec![vec![vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]])
    }

    fn map_of(plots: &[(Shape, Verdict)]) -> Overview {
        let mut placed = Placed::default();
        plots.iter().for_each(|(shape, _)| placed.add(&shape.as_ref().bounds()));
        let mut map = Overview::over(&placed).unwrap();
        plots.iter().for_each(|(shape, verdict)| map.add(PlotGeometryRef::Area(shape.as_ref()), *verdict));
        map
    }

    fn rank_at(map: &Overview, place: Position) -> u8 {
        let [x, y] = map.frame.place(place).map(|it| it.floor() as i32);
        map.painted[map.frame.pixel(y + map.frame.window.row, x + map.frame.window.col).unwrap()] >> 2
    }

    #[test]
    fn the_worst_plot_is_on_top_whatever_the_order() {
        let (low, high) = (square(0.0, 0.0, 0.02), square(0.01, 0.01, 0.02));
        for order in [[0, 1], [1, 0]] {
            let plots = [(low.clone(), Verdict::Low), (high.clone(), Verdict::High)];
            let map = map_of(&order.map(|index: usize| plots[index].clone()));
            assert_eq!(rank_at(&map, [0.015, 0.015]), 3);
            assert_eq!(rank_at(&map, [0.005, 0.005]), 1);
            assert_eq!(rank_at(&map, [0.025, 0.005]), 0);
        }
    }

    #[test]
    fn a_plot_too_small_to_be_seen_has_a_mark() {
        let plots = [(square(0.0, 0.0, 1e-5), Verdict::MoreInfo), (square(0.1, 0.1, 1e-5), Verdict::Low)];
        let map = map_of(&plots);
        assert_eq!((rank_at(&map, [0.0, 0.0]), rank_at(&map, [0.1, 0.1])), (2, 1));
        assert!(map.painted.iter().filter(|painted| **painted > 0).count() > 50);
    }

    #[test]
    fn a_plot_on_another_continent_does_not_make_a_map_of_the_world() {
        let mut plots: Vec<(Shape, Verdict)> =
            (0..20).map(|index| (square(-76.0 + 0.01 * f64::from(index), -9.0, 0.001), Verdict::Low)).collect();
        plots.push((square(10.0, 50.0, 0.001), Verdict::High));
        let map = map_of(&plots);
        assert!(map.frame.bounds().width() < 1.0, "{:?}", map.frame.bounds());
        assert_eq!((map.drawn, map.outside), ([20, 0, 0], 1));
    }

    #[test]
    fn ground_near_a_plot_is_as_far_as_it_is_said_to_be() {
        let map = map_of(&[(square(0.0, 0.0, 1e-5), Verdict::Low)]);
        let (painted, near) = (map.painted.iter().filter(|it| **it > 0).count(), map.near());
        let wide = 2 * (map.radius as usize + NEAR_PIXELS) + 1;
        let count = near.iter().filter(|it| **it).count();
        assert!(count > painted && count <= wide * wide, "{count} of {wide} squared");
    }
}
