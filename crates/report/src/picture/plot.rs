//! The picture of one plot: its boundary over the ground around it, and the plots beside it.

use super::canvas::Canvas;
use super::frame::Frame;
use super::ground::{Drawn, GroundPicture};
use super::svg::{Labels, Svg};
use lindero_io::ground_maps::GroundCell;
use lindero_plots::{Bounds, M2_PER_HA, PlotGeometry, PlotGeometryRef, disc};

/// Pixels of a side.
const PIXELS: i32 = 360;
/// Ground around the plot, as a share of its extent on each side.
const MARGIN: f64 = 0.4;
/// Neighbours that are drawn at most; all are counted.
const MOST_NEIGHBOURS: usize = 300;
/// Radius of a plot that is only a point, in pixels.
const POINT: f64 = 4.0;

/// The picture of one plot while its neighbours are looked for.
#[derive(Debug)]
pub(crate) struct PlotPicture {
    pub(crate) frame: Frame,
    row: u64,
    geometry: PlotGeometry,
    neighbours: Vec<PlotGeometry>,
    /// How many other plots touch the picture.
    pub(crate) neighbour_count: usize,
}

impl PlotPicture {
    /// `None` where the plot has no place. Of a point, the disc of `area_ha` is drawn.
    pub(crate) fn of(row: u64, geometry: PlotGeometryRef<'_>, area_ha: Option<f64>) -> Option<Self> {
        let mut geometry = geometry.to_owned();
        let mut bounds = bounds(geometry.as_ref())?;
        if let (PlotGeometry::Points(points), Some(area_ha)) = (&mut geometry, area_ha)
            && let [point] = points[..]
            && let Some(disc) = disc(point, area_ha * M2_PER_HA)
        {
            bounds = disc.as_ref().bounds();
            geometry = PlotGeometry::Area(disc);
        }
        let frame = Frame::around(&bounds, MARGIN, true, PIXELS)?;
        Some(Self { frame, row, geometry, neighbours: Vec::new(), neighbour_count: 0 })
    }

    /// Another plot of the run, which may be far away.
    pub(crate) fn offer(&mut self, row: u64, geometry: PlotGeometryRef<'_>) {
        let Some(bounds) = bounds(geometry) else { return };
        if row == self.row || !bounds.intersects(&self.frame.bounds()) {
            return;
        }
        self.neighbour_count += 1;
        if self.neighbours.len() < MOST_NEIGHBOURS {
            self.neighbours.push(geometry.to_owned());
        }
    }

    /// The picture over the ground, where there is some.
    pub(crate) fn svg(
        &self,
        ground: Option<&[GroundCell]>,
        picture: &GroundPicture,
        drawn: &mut Drawn,
        labels: &Labels<'_>,
    ) -> String {
        let mut svg = Svg::begin(&self.frame, labels, false);
        if let Some(ground) = ground {
            let pixels: Vec<u8> = ground.iter().map(|cell| picture.index(*cell)).collect();
            drawn.note(&pixels);
            let (width, height) = (self.frame.window.width as u32, self.frame.window.height as u32);
            svg.image(&Canvas { width, height, pixels, palette: picture.palette() }.data_uri());
        }
        for neighbour in &self.neighbours {
            draw(&mut svg, neighbour, &["halo thin", "neighbour"]);
        }
        draw(&mut svg, &self.geometry, &["halo", "plot"]);
        svg.furniture(labels);
        svg.end()
    }
}

fn draw(svg: &mut Svg<'_>, geometry: &PlotGeometry, classes: &[&str]) {
    match geometry {
        PlotGeometry::Area(shape) => svg.outline(classes, shape.as_ref()),
        PlotGeometry::Points(points) => points.iter().for_each(|point| svg.dot("point", *point, POINT)),
        PlotGeometry::Unusable => {}
    }
}

fn bounds(geometry: PlotGeometryRef<'_>) -> Option<Bounds> {
    match geometry {
        PlotGeometryRef::Area(shape) => Some(shape.bounds()),
        PlotGeometryRef::Points(points) => Some(Bounds::of(points)),
        PlotGeometryRef::Unusable => None,
    }
}
