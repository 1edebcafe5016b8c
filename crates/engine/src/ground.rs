//! What several layers say on one piece of ground, whatever their grids.

use crate::{
    EngineError,
    blocks::BlockStore,
    index_map::{IndexMap, Link, MapPlan, NOT_HERE},
    lattice::{MARGIN_DEG, Squares},
    mosaic::{Asked, Mosaic, blocks_in},
    transforms::Transforms,
};
use lindero_grid::{Cell, Grid, Window};
use lindero_layers::{BlockId, LayerSource, Projection, Reading, Sheet, Tile};
use lindero_plots::{Bounds, Position};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// A layer as one sweep uses it.
#[derive(Clone)]
pub(crate) struct SweepLayer<'a> {
    /// Where its blocks come from; readings are asked by the index of their band there.
    pub(crate) store: &'a BlockStore<'a>,
    /// How many cells of the analysis grid beyond the shapes are asked too.
    pub(crate) halo: i32,
    /// Whether the value that the files tag as no data is to be heeded.
    pub(crate) heeds_tag: bool,
    /// Whether blocks on the sweep's own cells need not be put together: see [`Mosaic::pieces`].
    pub(crate) in_pieces: bool,
}

/// How the layers of a sweep are found on the cells of the analysis grid.
pub(crate) struct GroundPlan<'a> {
    pub(crate) grid: Grid,
    pub(crate) projection: Option<Arc<dyn Projection>>,
    /// The cells of the tile that is swept, where tiles are swept one by one.
    tile: Option<Window>,
    layers: Vec<PlannedLayer<'a>>,
    maps: Vec<MapPlan>,
}

struct PlannedLayer<'a> {
    store: &'a BlockStore<'a>,
    facets: Vec<FacetPlan>,
    halo: i32,
    heeds_tag: bool,
    in_pieces: bool,
}

/// Part of a layer that one lattice of cells answers for.
struct FacetPlan {
    sheet: usize,
    tiles: Vec<usize>,
    domain: Option<Bounds>,
    link: Link,
    /// Index of its map among the plan's.
    map: usize,
}

fn same_system(a: Option<&Arc<dyn Projection>>, b: Option<&Arc<dyn Projection>>) -> bool {
    a.map(|p| p.name()) == b.map(|p| p.name())
}

impl<'a> GroundPlan<'a> {
    /// Plans the reading of `layers` on the grid of one sheet, or of one tile of it where the tiles
    /// of the analysis layer do not share a grid.
    pub(crate) fn new(
        grid: Grid,
        projection: Option<Arc<dyn Projection>>,
        target: Option<&Tile>,
        layers: Vec<SweepLayer<'a>>,
    ) -> Self {
        let mut maps = Vec::new();
        let layers = layers
            .into_iter()
            .map(|layer| PlannedLayer {
                facets: facets(&grid, projection.as_ref(), target, &layer, &mut maps),
                store: layer.store,
                halo: layer.halo,
                heeds_tag: layer.heeds_tag,
                in_pieces: layer.in_pieces,
            })
            .collect();
        Self { grid, projection, tile: target.map(|tile| tile.window), layers, maps }
    }

    /// How many cells beyond the shapes any layer is asked.
    pub(crate) fn halo(&self) -> i32 {
        self.layers.iter().map(|layer| layer.halo).max().unwrap_or(0)
    }

    /// Whether no cell of a layer that is farther from a plot than [`MARGIN_DEG`] is looked at.
    fn reads_near_plots_only(&self, layer: &PlannedLayer<'_>) -> bool {
        let size = |grid: &Grid| grid.size_x().max(grid.size_y());
        // Border cells of a tile also answer for the gap at its seam.
        let mut sheets = layer.store.source().info().sheets.iter();
        self.projection.is_none()
            && f64::from(layer.halo + 1) * size(&self.grid) <= MARGIN_DEG
            && (sheets.len() == 1 || sheets.all(|sheet| size(&sheet.grid) <= MARGIN_DEG))
    }

    /// Announces every block that [`Self::assemble`] will take for this window.
    pub(crate) fn expect(&self, window: Window, transforms: &Transforms) {
        for (layer, facet, needed) in self.needed(window, transforms) {
            let sheet = &layer.store.source().info().sheets[facet.sheet];
            for (block, _) in blocks_in(facet.sheet, sheet, &facet.tiles, needed) {
                layer.store.expect(block);
            }
        }
    }

    /// Decodes what the window needs, and gives up what more was announced for a window around it.
    ///
    /// # Errors
    ///
    /// If a block cannot be decoded.
    pub(crate) fn assemble(
        &self,
        window: Window,
        announced: Window,
        transforms: &Transforms,
    ) -> Result<Ground<'_>, EngineError> {
        if window != announced {
            self.give_up(announced, window, transforms);
        }
        let mut layers: Vec<LayerOnGround<'_>> =
            self.layers.iter().map(|_| LayerOnGround { facets: Vec::new() }).collect();
        if window.is_empty() {
            return Ok(Ground { plan: self, window, layers });
        }
        let over = |map: &MapPlan| Arc::new(map.over(&self.grid, grown(window, self.halo())));
        let maps: Vec<_> = self.maps.iter().map(over).collect();
        for (index, layer) in self.layers.iter().enumerate() {
            for facet in &layer.facets {
                let asked = grown(window, layer.halo);
                let Some(needed) = self.window_on(layer, facet, asked, transforms) else { continue };
                let ground = |window: &Window| squares(layer.store.source(), facet.sheet, window, transforms);
                let asked = Asked {
                    heeds_tag: layer.heeds_tag,
                    may_skip: self.reads_near_plots_only(layer),
                    in_pieces: layer.in_pieces && matches!(facet.link, Link::SameCell),
                };
                let mosaic = Mosaic::assemble(layer.store, facet.sheet, &facet.tiles, needed, asked, ground)?;
                let sheet = &layer.store.source().info().sheets[facet.sheet];
                layers[index].facets.push(Facet { plan: facet, sheet, map: Arc::clone(&maps[facet.map]), mosaic });
            }
        }
        Ok(Ground { plan: self, window, layers })
    }

    /// Gives the blocks of a ground back, of which nobody will look at a cell any more.
    pub(crate) fn give_back(&self, ground: Ground<'_>) {
        for (layer, on_ground) in self.layers.iter().zip(ground.layers) {
            on_ground.facets.into_iter().for_each(|facet| facet.mosaic.give_back(layer.store));
        }
    }

    /// The blocks that [`Self::assemble`] would have taken for the window `announced` and will not take for `window` in it.
    fn give_up(&self, announced: Window, window: Window, transforms: &Transforms) {
        for (layer, facet, needed) in self.needed(announced, transforms) {
            let sheet = &layer.store.source().info().sheets[facet.sheet];
            let taken = self.window_on(layer, facet, grown(window, layer.halo), transforms);
            let taken: FxHashSet<BlockId> = taken
                .into_iter()
                .flat_map(|taken| blocks_in(facet.sheet, sheet, &facet.tiles, taken))
                .map(|(block, _)| block)
                .collect();
            for (block, _) in blocks_in(facet.sheet, sheet, &facet.tiles, needed) {
                if !taken.contains(&block) {
                    let window = sheet.tiles[block.tile as usize].block_window((block.row, block.col));
                    layer.store.give_up(block, || squares(layer.store.source(), facet.sheet, &window, transforms));
                }
            }
        }
    }

    fn needed<'p>(
        &'p self,
        window: Window,
        transforms: &'p Transforms,
    ) -> impl Iterator<Item = (&'p PlannedLayer<'a>, &'p FacetPlan, Window)> {
        self.layers.iter().flat_map(move |layer| {
            layer.facets.iter().filter_map(move |facet| {
                let asked = grown(window, layer.halo);
                Some((layer, facet, self.window_on(layer, facet, asked, transforms)?))
            })
        })
    }

    /// The layer's cells that the asked cells of the analysis grid may read; `None` if none.
    fn window_on(
        &self,
        layer: &PlannedLayer<'_>,
        facet: &FacetPlan,
        asked: Window,
        transforms: &Transforms,
    ) -> Option<Window> {
        if asked.is_empty() {
            return None;
        }
        let info = layer.store.source().info();
        let sheet = &info.sheets[facet.sheet];
        let extent = extent_of(sheet, &facet.tiles);
        let wanted = match facet.link {
            Link::SameCell => asked,
            Link::AtCentre => sheet.grid.window_of(&self.grid.bounds_of(&asked))?,
            Link::Projected => {
                let mut outline = outline(&self.grid.bounds_of(&asked));
                let (from, to) = (self.projection.as_ref(), info.projection.as_ref());
                transforms.between(from, to, &mut outline);
                outline.retain(|p| p[0].is_finite() && p[1].is_finite());
                let window = sheet.grid.window_of(&Bounds::of(&outline))?;
                // The outline is sampled: between two samples it may bulge.
                grown(window, 2 + window.height.max(window.width) / 50)
            }
        };
        let clamped = match facet.domain {
            // The border cells of a tile also answer for the gap at its seam.
            Some(_) => grown(wanted, 1).intersection(&extent),
            None => wanted.intersection(&extent),
        };
        (!clamped.is_empty()).then_some(clamped)
    }
}

/// The squares of the globe that some cells of a layer lie on.
fn squares(source: &dyn LayerSource, sheet: usize, window: &Window, transforms: &Transforms) -> Squares {
    let bounds = source.info().sheets[sheet].grid.bounds_of(window);
    let Some(projection) = &source.info().projection else { return Squares::touched(&bounds) };
    let mut outline = outline(&bounds);
    transforms.between(Some(projection), None, &mut outline);
    outline.retain(|p| p[0].is_finite() && p[1].is_finite());
    // Nobody can tell where it is: then it may be anywhere.
    let everywhere = Bounds::new(-180.0, -90.0, 180.0, 90.0);
    Squares::touched(&if outline.is_empty() { everywhere } else { Bounds::of(&outline) })
}

/// The window with so many cells more on each side.
pub(crate) fn grown(window: Window, cells: i32) -> Window {
    if window.is_empty() {
        return window;
    }
    Window {
        row: window.row - cells,
        col: window.col - cells,
        height: window.height + 2 * cells,
        width: window.width + 2 * cells,
    }
}

fn extent_of(sheet: &Sheet, tiles: &[usize]) -> Window {
    tiles.iter().fold(Window::default(), |all, &tile| all.union(&sheet.tiles[tile].window))
}

/// Places along the border of the bounds, 32 a side.
fn outline(bounds: &Bounds) -> Vec<Position> {
    const STEPS: u32 = 32;
    (0..=STEPS)
        .flat_map(|step| {
            let t = f64::from(step) / f64::from(STEPS);
            let x = bounds.min_x + t * (bounds.max_x - bounds.min_x);
            let y = bounds.min_y + t * (bounds.max_y - bounds.min_y);
            [[x, bounds.min_y], [x, bounds.max_y], [bounds.min_x, y], [bounds.max_x, y]]
        })
        .collect()
}

fn facets(
    grid: &Grid,
    projection: Option<&Arc<dyn Projection>>,
    target: Option<&Tile>,
    layer: &SweepLayer<'_>,
    maps: &mut Vec<MapPlan>,
) -> Vec<FacetPlan> {
    let info = layer.store.source().info();
    let link = |sheet: &Sheet| {
        if !same_system(projection, info.projection.as_ref()) {
            Link::Projected
        } else if sheet.grid == *grid && info.sheets.len() == 1 {
            Link::SameCell
        } else {
            Link::AtCentre
        }
    };
    let mut planned = |index: usize, tiles: Vec<usize>, domain: Option<Bounds>, link: Link| {
        let sheet = &info.sheets[index];
        let plan = MapPlan { link, grid: sheet.grid, domain: domain.map(|domain| (domain, extent_of(sheet, &tiles))) };
        let map = maps.iter().position(|known| *known == plan).unwrap_or_else(|| {
            maps.push(plan);
            maps.len() - 1
        });
        FacetPlan { sheet: index, tiles, domain, link, map }
    };
    if let [sheet] = info.sheets.as_slice() {
        return vec![planned(0, (0..sheet.tiles.len()).collect(), None, link(sheet))];
    }
    let (mut facets, mut own) = (Vec::new(), None);
    for (sheet_index, sheet) in info.sheets.iter().enumerate() {
        for (tile_index, tile) in sheet.tiles.iter().enumerate() {
            let twin = target.is_some_and(|target| {
                sheet.grid == *grid && target.window == tile.window && target.domain == tile.domain
            });
            let link = if twin { Link::SameCell } else { link(sheet) };
            let plan = planned(sheet_index, vec![tile_index], tile.domain, link);
            if twin {
                own = Some(plan);
            } else {
                facets.push(plan);
            }
        }
    }
    if let Some(own) = own {
        // The sweep is cut along this tile's domain: the others are asked beyond it only.
        if layer.halo == 0 {
            facets.clear();
        }
        // Last, so that it has the last word on every cell of a plot.
        facets.push(own);
    }
    facets
}

/// Whether a domain has a place: its north-western borders belong to it, so that domains do not share any.
fn holds(domain: &Bounds, [x, y]: Position) -> bool {
    x >= domain.min_x && x < domain.max_x && y > domain.min_y && y <= domain.max_y
}

/// Decoded layers over one window of the analysis grid.
pub(crate) struct Ground<'g> {
    plan: &'g GroundPlan<'g>,
    /// Of the analysis grid.
    pub(crate) window: Window,
    pub(crate) layers: Vec<LayerOnGround<'g>>,
}

/// One layer over that window.
pub(crate) struct LayerOnGround<'g> {
    facets: Vec<Facet<'g>>,
}

/// Part of a layer over that window.
pub(crate) struct Facet<'g> {
    plan: &'g FacetPlan,
    sheet: &'g Sheet,
    map: Arc<IndexMap>,
    pub(crate) mosaic: Mosaic,
}

impl Facet<'_> {
    /// The layer's grid, as an index of its sheet.
    pub(crate) fn sheet(&self) -> usize {
        self.plan.sheet
    }

    /// What finds its cells, where no projection does.
    pub(crate) fn map(&self) -> &IndexMap {
        &self.map
    }

    /// Whether rows and columns of the analysis grid are its own.
    pub(crate) fn has_analysis_cells(&self) -> bool {
        self.plan.link == Link::SameCell && self.plan.domain.is_none()
    }
}

/// What answers at the centre of one cell.
pub(crate) enum AtCentre<'g> {
    /// A cell of the layer's.
    Cell(&'g Facet<'g>, Cell),
    /// Nothing.
    Nowhere,
    /// To be found by projection.
    Projected,
}

impl Ground<'_> {
    /// The mosaic of a layer whose cells are the analysis cells themselves and which needs no map.
    pub(crate) fn direct(&self, layer: usize) -> Option<&Mosaic> {
        match self.layers[layer].facets.as_slice() {
            [facet] if facet.has_analysis_cells() => Some(&facet.mosaic),
            _ => None,
        }
    }

    /// Writes what a layer's band says at every cell of `window` (analysis cells, row by row) into
    /// `readings`.
    pub(crate) fn gather(
        &self,
        layer: usize,
        band: usize,
        window: Window,
        transforms: &Transforms,
        readings: &mut Vec<Reading>,
    ) {
        readings.clear();
        readings.resize(window.height as usize * window.width as usize, Reading::OUTSIDE);
        self.each_cell(layer, window, transforms, |index, facet, cell| {
            readings[index] = facet.mosaic.reading(band, cell);
        });
    }

    /// Writes which cell of the layer's own grid answers at every cell of `window`, with the index of
    /// its sheet; `None` where no facet answers.
    pub(crate) fn gather_cells(
        &self,
        layer: usize,
        window: Window,
        transforms: &Transforms,
        cells: &mut Vec<Option<(usize, Cell)>>,
    ) {
        cells.clear();
        cells.resize(window.height as usize * window.width as usize, None);
        self.each_cell(layer, window, transforms, |index, facet, cell| {
            cells[index] = Some((facet.plan.sheet, cell));
        });
    }

    /// The index of the part of a layer that alone answers at every cell of `window`, on plots; `None` where several
    /// do, where some cells have no answer, or where it takes a projection to tell.
    pub(crate) fn covering(&self, layer: usize, window: &Window) -> Option<usize> {
        // The last one to answer has the last word.
        let here = |facet: &Facet<'_>| facet.plan.link == Link::Projected || facet.map.touches(window);
        let facets = &self.layers[layer].facets;
        let last = facets.iter().rposition(here)?;
        (facets[last].plan.link != Link::Projected && facets[last].map.covers(window)).then_some(last)
    }

    /// A part of a layer.
    pub(crate) fn facet(&self, layer: usize, index: usize) -> &Facet<'_> {
        &self.layers[layer].facets[index]
    }

    /// Whether what answers at every cell of `window` on plots is what answers at the centre of each.
    pub(crate) fn covers_centres(&self, layer: usize, window: &Window) -> bool {
        let corners =
            [Cell { row: window.row, col: window.col }, Cell { row: window.row_end() - 1, col: window.col_end() - 1 }];
        let holds_all = |facet: &Facet<'_>| {
            let centre = |corner: &Cell| self.plan.grid.centre(*corner);
            let own = facet.plan.link == Link::SameCell;
            facet.plan.domain.is_none_or(|domain| !own || corners.iter().all(|corner| holds(&domain, centre(corner))))
        };
        let clamped = corners.iter().any(|corner| self.answering(*corner) != *corner);
        !clamped
            && (self.lacks(layer)
                || self.covering(layer, window).is_some_and(|index| holds_all(self.facet(layer, index))))
    }

    /// Whether no part of a layer is near.
    pub(crate) fn lacks(&self, layer: usize) -> bool {
        self.layers[layer].facets.is_empty()
    }

    /// What answers for a layer at the centre of one cell of the analysis grid, on a plot or beyond.
    pub(crate) fn at_centre(&self, layer: usize, cell: Cell) -> AtCentre<'_> {
        for facet in self.layers[layer].facets.iter().rev() {
            if facet.plan.link == Link::Projected {
                return AtCentre::Projected;
            }
            let own = facet.plan.link == Link::SameCell;
            if own && facet.plan.domain.is_some_and(|domain| !holds(&domain, self.plan.grid.centre(cell))) {
                continue;
            }
            if let Some(cell) = facet.map.cell(cell) {
                return AtCentre::Cell(facet, cell);
            }
        }
        AtCentre::Nowhere
    }

    /// What a layer's band says at the centre of one cell of the analysis grid, found by projection.
    pub(crate) fn projected_reading(&self, layer: usize, band: usize, cell: Cell, transforms: &Transforms) -> Reading {
        let mut reading = Vec::with_capacity(1);
        let one = Window { row: cell.row, col: cell.col, height: 1, width: 1 };
        self.gather(layer, band, one, transforms, &mut reading);
        reading[0]
    }

    /// The cell that answers for a plot's cell: where tiles are swept one by one, the border cells of a tile also
    /// answer for the gap at its seam.
    pub(crate) fn answering(&self, cell: Cell) -> Cell {
        self.plan.tile.map_or(cell, |tile| Cell {
            row: cell.row.clamp(tile.row, tile.row_end() - 1),
            col: cell.col.clamp(tile.col, tile.col_end() - 1),
        })
    }

    fn each_cell(
        &self,
        layer: usize,
        window: Window,
        transforms: &Transforms,
        mut found: impl FnMut(usize, &Facet<'_>, Cell),
    ) {
        for facet in &self.layers[layer].facets {
            self.each_cell_of(layer, facet, window, transforms, &mut found);
        }
    }

    fn each_cell_of(
        &self,
        layer: usize,
        facet: &Facet<'_>,
        window: Window,
        transforms: &Transforms,
        found: &mut impl FnMut(usize, &Facet<'_>, Cell),
    ) {
        if facet.plan.link == Link::Projected {
            self.each_projected_cell(layer, facet, window, transforms, found);
            return;
        }
        let part = window.intersection(&facet.map.asked);
        for row in part.row..part.row_end() {
            let layer_row = facet.map.row(row);
            if layer_row == NOT_HERE {
                continue;
            }
            let start = (row - window.row) as usize * window.width as usize;
            for (col, &layer_col) in (part.col..).zip(facet.map.cols_of(&part)) {
                if layer_col != NOT_HERE {
                    let cell = Cell { row: layer_row, col: layer_col };
                    found(start + (col - window.col) as usize, facet, cell);
                }
            }
        }
    }

    fn each_projected_cell(
        &self,
        layer: usize,
        facet: &Facet<'_>,
        window: Window,
        transforms: &Transforms,
        found: &mut impl FnMut(usize, &Facet<'_>, Cell),
    ) {
        let mut centres: Vec<Position> = (window.row..window.row_end())
            .flat_map(|row| (window.col..window.col_end()).map(move |col| Cell { row, col }))
            .map(|cell| self.plan.grid.centre(cell))
            .collect();
        let to = self.plan.layers[layer].store.source().info().projection.as_ref();
        transforms.between(self.plan.projection.as_ref(), to, &mut centres);
        for (index, &[x, y]) in centres.iter().enumerate() {
            let here = facet.plan.domain.is_none_or(|domain| holds(&domain, [x, y]));
            if let (true, Some(cell)) = (here, facet.sheet.grid.cell_at([x, y])) {
                let cell = match facet.plan.domain {
                    None => cell,
                    Some(_) => {
                        let extent = extent_of(facet.sheet, &facet.plan.tiles);
                        Cell {
                            row: cell.row.clamp(extent.row, extent.row_end() - 1),
                            col: cell.col.clamp(extent.col, extent.col_end() - 1),
                        }
                    }
                };
                found(index, facet, cell);
            }
        }
    }
}
