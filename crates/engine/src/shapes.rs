//! Plots as shapes in the coordinates of one grid.

use crate::sweep::{Rule, total_area};
use crate::transforms::Transforms;
use lindero_grid::{AreaUnits, Coverage, Grid, Metric, Scratch, Window};
use lindero_layers::{LayerSource, Sheet, Tile, Transform};
use lindero_plots::{Bounds, Position, Shape, ShapeRef, ShapeStore, clip_to_rect};
use std::borrow::Cow;

/// Cells larger than this are measured as shares of the plot (metres).
const LARGEST_CELL_M: f64 = 100.0;
/// One degree of latitude (metres, WGS 84 mean).
const DEGREE_M: f64 = 111_195.0;
/// Shares of a plot below this are no ground between tiles: rows of two grids differ, and within a row area counts by
/// share, which on cells of 30 m makes a difference in the seventh digit.
const SEAM_ROUNDING: f64 = 1e-6;
/// Sides longer than this get more corners before they are projected (metres).
const LONGEST_SIDE_M: f64 = 1_000.0;

/// A sheet of the analysis layer, or one tile of it where the tiles do not share a grid.
pub(crate) struct Target<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) tile: Option<&'a Tile>,
    pub(crate) extent: Window,
    pub(crate) domain: Option<Bounds>,
}

/// All cells of a sheet's tiles.
pub(crate) fn extent(sheet: &Sheet) -> Window {
    sheet.tiles.iter().fold(Window::default(), |all, tile| all.union(&tile.window))
}

/// What a layer must be swept as: one target where all its tiles share a grid, else one per tile.
pub(crate) fn targets(source: &dyn LayerSource) -> Vec<Target<'_>> {
    let info = source.info();
    if let [sheet] = info.sheets.as_slice() {
        return vec![Target { sheet, tile: None, extent: extent(sheet), domain: None }];
    }
    let tiles = info.sheets.iter().flat_map(|sheet| sheet.tiles.iter().map(move |tile| (sheet, tile)));
    tiles
        .map(|(sheet, tile)| Target {
            sheet,
            tile: Some(tile),
            // The border cells also answer for the gap at a seam, at most one cell wide.
            extent: Window {
                row: tile.window.row - 1,
                col: tile.window.col - 1,
                height: tile.window.height + 2,
                width: tile.window.width + 2,
            },
            domain: tile.domain,
        })
        .collect()
}

/// Whether areas on this layer's grid come from the areas of its rows, not from the plot's own.
pub(crate) fn measures_by_row_area(source: &dyn LayerSource) -> bool {
    source
        .info()
        .sheets
        .iter()
        .all(|sheet| sheet.grid.metric() == Metric::Geographic && sheet.grid.size_y() * DEGREE_M <= LARGEST_CELL_M)
}

/// The parts of plots that one target measures.
pub(crate) struct Cut<'s> {
    pub(crate) shapes: Cow<'s, ShapeStore>,
    /// For each shape, whose it is.
    pub(crate) parts: Vec<PlotPart>,
}

/// Whose shape it is.
pub(crate) struct PlotPart {
    /// Which of the given plots.
    pub(crate) plot: u32,
    /// Whether the shape is only a part of it.
    pub(crate) cut: bool,
}

impl<'s> Cut<'s> {
    /// Brings the plots into the layer's system and cuts them at the target's domain.
    pub(crate) fn of(
        store: &'s ShapeStore,
        plots: &[u32],
        source: &dyn LayerSource,
        target: &Target<'_>,
        transforms: &Transforms,
    ) -> Self {
        let projected = Projector::onto(source, transforms);
        let is_all = plots.len() == store.len() && plots.iter().copied().eq(0..plots.len() as u32);
        if projected.is_none() && target.domain.is_none() && is_all {
            let parts = plots.iter().map(|&plot| PlotPart { plot, cut: false }).collect();
            return Self { shapes: Cow::Borrowed(store), parts };
        }
        let mut cut = Self { shapes: Cow::Owned(ShapeStore::new()), parts: Vec::with_capacity(plots.len()) };
        for (index, &plot) in plots.iter().enumerate() {
            let shape = store.get(plot);
            match &projected {
                None => cut.push(index as u32, shape, target.domain.as_ref()),
                Some(projector) => {
                    let moved = projector.shape(shape);
                    cut.push(index as u32, moved.as_ref(), target.domain.as_ref());
                }
            }
        }
        cut
    }

    fn push(&mut self, plot: u32, shape: ShapeRef<'_>, domain: Option<&Bounds>) {
        match domain {
            Some(domain) if !domain.contains(&shape.bounds()) => {
                if domain.intersects(&shape.bounds()) {
                    let part = clip_to_rect(shape, domain);
                    if !part.is_empty() {
                        self.shapes.to_mut().push(part.as_ref());
                        self.parts.push(PlotPart { plot, cut: true });
                    }
                }
            }
            _ => {
                self.shapes.to_mut().push(shape);
                self.parts.push(PlotPart { plot, cut: false });
            }
        }
    }
}

/// Brings shapes from longitude and latitude into another system.
pub(crate) struct Projector<'t> {
    transform: &'t dyn Transform,
}

impl<'t> Projector<'t> {
    /// `None` where nothing has to be moved.
    pub(crate) fn onto(source: &dyn LayerSource, transforms: &'t Transforms) -> Option<Self> {
        transforms.to(source).map(|transform| Self { transform })
    }

    /// The shape in the other system; sides over 1 km get more corners first, since a straight side
    /// in longitude and latitude is bent there.
    pub(crate) fn shape(&self, shape: ShapeRef<'_>) -> Shape {
        let mut moved = Shape::default();
        for part in shape.parts() {
            for ring in part.rings() {
                let mut ring = densified(ring);
                self.transform.forward(&mut ring);
                moved.push_ring(&ring);
            }
            moved.end_part();
        }
        moved
    }
}

/// Whole shapes on the grid of a layer's first sheet.
pub(crate) struct Whole<'t> {
    grid: Grid,
    projector: Option<Projector<'t>>,
}

impl<'t> Whole<'t> {
    pub(crate) fn on_first_sheet(source: &dyn LayerSource, transforms: &'t Transforms) -> Self {
        Self { grid: source.info().sheets[0].grid, projector: Projector::onto(source, transforms) }
    }

    /// What of a shape, given in longitude and latitude, the sweeps that saw `seen` of it did not see; `None` where
    /// that is no more than rounding.
    pub(crate) fn unseen(
        &self,
        shape: ShapeRef<'_>,
        seen: AreaUnits,
        scratch: &mut Scratch,
        coverage: &mut Coverage,
    ) -> Option<AreaUnits> {
        let all = self.area(shape, scratch, coverage);
        let unseen = all - seen;
        (unseen.share_of(all) > SEAM_ROUNDING).then_some(unseen)
    }

    /// Area of all cells of a shape.
    fn area(&self, shape: ShapeRef<'_>, scratch: &mut Scratch, coverage: &mut Coverage) -> AreaUnits {
        match &self.projector {
            None => total_area(shape, &self.grid, Rule::Exact, scratch, coverage),
            Some(projector) => total_area(projector.shape(shape).as_ref(), &self.grid, Rule::Exact, scratch, coverage),
        }
    }
}

fn densified(ring: &[Position]) -> Vec<Position> {
    let mut dense = Vec::with_capacity(ring.len());
    for side in ring.windows(2) {
        let ([x0, y0], [x1, y1]) = (side[0], side[1]);
        let span_m = (x1 - x0).abs().max((y1 - y0).abs()) * DEGREE_M;
        let pieces = (span_m / LONGEST_SIDE_M).ceil().max(1.0);
        for piece in 0..pieces as u32 {
            let t = f64::from(piece) / pieces;
            dense.push([x0 + t * (x1 - x0), y0 + t * (y1 - y0)]);
        }
    }
    dense.extend(ring.last());
    dense
}
