//! Where on plots an indicator is true, and where nobody knows: the cells that a screening measures, as ground.

use crate::{
    EngineError, Progress, ScreenLayer, USUAL_MEMORY,
    blocks::{BlockMemory, BlockStore},
    key_areas::{KeyAreas, KeyKernel, KeyWorker},
    lattice::Pending,
    measure::{Given, Measurer, Subject, bands_read},
    shapes::{Cut, Target, targets},
    sweep::{Hands, Kernel, Kit, Sweep, Visit},
    transforms::Transforms,
};
use lindero_grid::{Cell, CellRun, Grid, Window, outlines};
use lindero_indicators::IndicatorPlan;
use lindero_layers::Transform;
use lindero_logic::Truth;
use lindero_plots::{Bounds, Position, Shape, ShapeRef, ShapeStore, union};

/// The cells of one plot, whole ones, joined to polygons along their borders, in longitude and latitude.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrueGround {
    /// Cells on the plot where the indicator is true.
    pub(crate) is_true: Shape,
    /// Cells on the plot of which the maps do not tell.
    pub(crate) unknown: Shape,
}

/// Finds where an indicator of a plan is true on plots: for each shape of the store one entry. Patches are searched on and
/// off the plots and whole cells asked for, as a screening does it: it is the same code.
///
/// `None` if the plan measures no cells under that name.
///
/// # Errors
///
/// If a layer cannot be read, or someone interrupts.
pub(crate) fn true_ground(
    plan: &IndicatorPlan,
    id: &str,
    layers: &[ScreenLayer],
    plots: &ShapeStore,
    areas_m2: &[f64],
    progress: &dyn Progress,
) -> Result<Option<Vec<TrueGround>>, EngineError> {
    let place = |analysis: &lindero_indicators::Analysis| analysis.ids().position(|known| known == id);
    let Some((analysis, indicator)) = plan.analyses.iter().find_map(|of| Some((of, place(of)?))) else {
        return Ok(None);
    };
    let source = layers[analysis.grid_layer].raster();
    // Every block is announced by the sweep and dropped after its last use.
    let memory = BlockMemory::new(Pending::default(), USUAL_MEMORY as usize);
    let read = bands_read(plan);
    let store = |(layer, bands): &(usize, Vec<u32>)| {
        let layer: &ScreenLayer = &layers[*layer];
        BlockStore::new(&layer.spec.id, layer.raster(), bands.clone(), &memory)
    };
    let stores: Vec<BlockStore<'_>> = read.iter().map(store).collect();
    let make_kit = || -> Result<Kit, EngineError> {
        let transforms = Transforms::of(stores.iter().map(|store| (store.layer(), store.source())))?;
        Ok(Kit { transforms, ..Kit::default() })
    };
    let mut kit = make_kit()?;
    let subject = |(shape, &area_m2): (u32, &f64)| Subject { shape, plot_shape: shape, area_m2 };
    let subjects: Vec<Subject> = (0..plots.len() as u32).zip(areas_m2).map(subject).collect();
    let shapes: Vec<u32> = (0..plots.len() as u32).collect();
    let given = Given { store: plots, subjects: &subjects, stores: &stores };
    let measurer = Measurer::new(analysis, layers);
    let mut pieces: Vec<[Vec<Shape>; 2]> = subjects.iter().map(|_| [Vec::new(), Vec::new()]).collect();
    for target in targets(source) {
        let cut = Cut::of(plots, &shapes, source, &target, &kit.transforms);
        if cut.shapes.is_empty() {
            continue;
        }
        let run = |keys: KeyKernel<'_>, sweep: Sweep<'_>, _: &mut Kit| {
            sweep.all(&TruthKernel { keys, indicator }, Hands::All(&make_kit), progress)
        };
        let all_swept = measurer.on_target(&given, &target, &cut, &mut kit, run)?;
        let on_ground = OnGround { target: &target, transform: kit.transforms.to(source) };
        for swept in all_swept {
            let TruthRuns { is_true, unknown } = swept.found;
            let plot = &mut pieces[cut.parts[swept.shape as usize].plot as usize];
            for (pieces, runs) in plot.iter_mut().zip([is_true, unknown]) {
                if !runs.is_empty() {
                    pieces.push(on_ground.shape(&runs));
                }
            }
        }
    }
    let joined =
        |[is_true, unknown]: [Vec<Shape>; 2]| TrueGround { is_true: joined(is_true), unknown: joined(unknown) };
    Ok(Some(pieces.into_iter().map(joined).collect()))
}

/// What several sheets or tiles say of one plot.
fn joined(mut pieces: Vec<Shape>) -> Shape {
    if pieces.len() > 1 {
        let views: Vec<ShapeRef<'_>> = pieces.iter().map(Shape::as_ref).collect();
        return union(&views);
    }
    pieces.pop().unwrap_or_default()
}

/// Notes the cells instead of adding up their areas.
struct TruthKernel<'a> {
    keys: KeyKernel<'a>,
    indicator: usize,
}

/// The cells of a shape on the chunks so far.
#[derive(Default)]
struct TruthRuns {
    is_true: Vec<CellRun>,
    unknown: Vec<CellRun>,
}

/// What the covered cells of a window have in common.
enum Common {
    Nothing,
    All(Truth),
    Differ,
}

impl<'a> Kernel for TruthKernel<'a> {
    type Part = TruthRuns;
    type Out = TruthRuns;
    type Worker = KeyWorker<'a>;

    fn worker(&self) -> Result<KeyWorker<'a>, EngineError> {
        self.keys.worker()
    }

    fn visit(&self, worker: &mut KeyWorker<'a>, visit: &Visit<'_>, part: &mut TruthRuns) {
        // Windows are halved until their cells agree: few are asked one by one.
        let mut to_ask = vec![visit.on];
        while let Some(on) = to_ask.pop() {
            let visit = Visit { on, ..*visit };
            match self.common(worker, &visit) {
                Common::All(truth) if truth.is_true() => add_runs(&visit, &mut part.is_true),
                Common::All(truth) if !truth.is_observed() => add_runs(&visit, &mut part.unknown),
                Common::All(_) | Common::Nothing => {}
                Common::Differ => to_ask.extend(halves(on)),
            }
        }
    }

    fn merge(&self, part: &mut TruthRuns, other: TruthRuns) {
        part.is_true.extend(other.is_true);
        part.unknown.extend(other.unknown);
    }

    fn finish(&self, _: &mut KeyWorker<'a>, part: TruthRuns) -> TruthRuns {
        part
    }
}

impl<'a> TruthKernel<'a> {
    fn common(&self, worker: &mut KeyWorker<'a>, visit: &Visit<'_>) -> Common {
        let mut areas = KeyAreas::default();
        self.keys.visit(worker, visit, &mut areas);
        let mut truths = areas.outcomes().map(|outcomes| outcomes[self.indicator].truth);
        let Some(first) = truths.next() else { return Common::Nothing };
        let agrees = |other: Truth| (first.is_true(), first.is_observed()) == (other.is_true(), other.is_observed());
        if truths.all(agrees) { Common::All(first) } else { Common::Differ }
    }
}

/// Notes the covered cells of a visit.
fn add_runs(visit: &Visit<'_>, runs: &mut Vec<CellRun>) {
    for (row, spans) in visit.rows() {
        let of_span = |span: &lindero_grid::Span| {
            let (col, col_end) = (span.col.max(visit.on.col), span.col_end().min(visit.on.col_end()));
            (col < col_end && span.share > 0).then_some(CellRun { row, col, col_end })
        };
        runs.extend(spans.iter().filter_map(of_span));
    }
}

/// A window of more than one cell, cut in two across its longer side.
fn halves(on: Window) -> [Window; 2] {
    if on.height > on.width {
        let north = Window { height: on.height / 2, ..on };
        [north, Window { row: north.row_end(), height: on.height - north.height, ..on }]
    } else {
        let west = Window { width: on.width / 2, ..on };
        [west, Window { col: west.col_end(), width: on.width - west.width, ..on }]
    }
}

/// Brings cells of a target's grid to longitude and latitude.
struct OnGround<'t> {
    target: &'t Target<'t>,
    transform: Option<&'t dyn Transform>,
}

impl OnGround<'_> {
    fn shape(&self, runs: &[CellRun]) -> Shape {
        let mut shape = Shape::default();
        for rings in outlines(runs) {
            for ring in rings {
                let ring = self.ring(&ring);
                // Cells beyond the target's domain are cut off there, and may be cut to nothing.
                if ring.len() >= 4 {
                    shape.push_ring(&ring);
                }
            }
            shape.end_part();
        }
        shape
    }

    fn ring(&self, corners: &[Cell]) -> Vec<Position> {
        let grid = &self.target.sheet.grid;
        let place = |corner: Cell| within(position(grid, corner), self.target.domain.as_ref());
        let mut ring: Vec<Position> = match self.transform {
            None => corners.iter().map(|&corner| place(corner)).collect(),
            // A straight border of many cells is bent in longitude and latitude: it gets every corner of its cells.
            Some(_) => corners.windows(2).flat_map(|ends| steps(ends[0], ends[1])).map(place).collect(),
        };
        if let Some(transform) = self.transform {
            transform.inverse(&mut ring);
            ring.extend(ring.first().copied());
        }
        ring.dedup();
        ring
    }
}

/// The north-west corner of a cell.
fn position(grid: &Grid, corner: Cell) -> Position {
    [grid.west(corner.col), grid.north(corner.row)]
}

fn within([x, y]: Position, domain: Option<&Bounds>) -> Position {
    domain.map_or([x, y], |domain| [x.clamp(domain.min_x, domain.max_x), y.clamp(domain.min_y, domain.max_y)])
}

/// Every corner of a cell from one corner up to another on the same row or column, without the last.
fn steps(from: Cell, to: Cell) -> impl Iterator<Item = Cell> {
    let (rows, cols) = (to.row - from.row, to.col - from.col);
    (0..rows.abs().max(cols.abs()))
        .map(move |step| Cell { row: from.row + step * rows.signum(), col: from.col + step * cols.signum() })
}
