//! Walks the ground of one grid chunk by chunk and measures every shape on it.

use crate::{
    EngineError, Progress,
    chunks::{Chunk, Chunks, OnChunks},
    ground::{Ground, GroundPlan, grown},
    large_coverage::{CoveredRows, LargeCoverage},
    transforms::Transforms,
};
use lindero_grid::{
    AreaUnits, Coverage, Grid, RowAreaTable, RowAreas, Scratch, Span, Window, cover_centres, cover_rows, cover_window,
};
use lindero_layers::Sheet;
use lindero_plots::{ShapeRef, ShapeStore};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Rows that are covered at a time where only the sum over a shape is wanted.
const STRIPE_ROWS: i32 = 1024;

/// What is measured of one shape on one chunk; parts of a shape are merged in any order.
pub(crate) trait Kernel: Sync {
    /// What has been measured of a shape so far.
    type Part: Default + Send;
    /// What is kept of a shape that has been measured whole.
    type Out: Send;
    /// Buffers of one worker.
    type Worker;

    fn worker(&self) -> Result<Self::Worker, EngineError>;

    /// Adds the cells of `on` that the coverage touches.
    fn visit(&self, worker: &mut Self::Worker, visit: &Visit<'_>, part: &mut Self::Part);

    /// Adds what another chunk measured of the same shape.
    fn merge(&self, part: &mut Self::Part, other: Self::Part);

    /// The sum over all cells that have been visited, where the kernel has it at hand.
    fn total(&self, _: &Self::Part) -> Option<AreaUnits> {
        None
    }

    /// Brings a shape's parts into the form that is kept.
    fn finish(&self, worker: &mut Self::Worker, part: Self::Part) -> Self::Out;
}

/// One shape on one chunk.
pub(crate) struct Visit<'v> {
    /// Index of the shape in the sweep.
    pub(crate) shape: u32,
    pub(crate) coverage: &'v Coverage,
    /// The cells of this chunk that the shape may touch: at least one.
    pub(crate) on: Window,
    /// Whether it is known to cover all of these wholly.
    pub(crate) is_whole: bool,
    pub(crate) ground: &'v Ground<'v>,
    /// Of the chunk's rows and the plan's halo around them.
    pub(crate) areas: &'v RowAreas,
    pub(crate) transforms: &'v Transforms,
}

impl Visit<'_> {
    /// The rows of the visit, each with its spans.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (i32, &[Span])> {
        (self.on.row..self.on.row_end()).zip(self.coverage.rows_near(&self.on))
    }
}

/// The columns inside a window between the first and the last cell of a row's spans; `None` where there is none.
pub(crate) fn columns_of_row(spans: &[Span], on: &Window) -> Option<Range<i32>> {
    let cols = spans.first()?.col.max(on.col)..spans.last()?.col_end().min(on.col_end());
    (cols.start < cols.end).then_some(cols)
}

/// One walk over the ground of a sheet.
pub(crate) struct Sweep<'a> {
    pub(crate) plan: GroundPlan<'a>,
    pub(crate) sheet: &'a Sheet,
    /// Cells that any tile of this sweep holds; what a shape has beyond is outside.
    pub(crate) extent: Window,
    /// In the coordinates of the plan's grid.
    pub(crate) shapes: &'a ShapeStore,
    /// How a cell counts.
    pub(crate) rule: Rule,
}

/// How a cell counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// By its exact share.
    Exact,
    /// Whole, if its centre lies in the shape.
    Centre,
}

/// What a sweep found of one shape.
pub(crate) struct Swept<T> {
    pub(crate) shape: u32,
    pub(crate) found: T,
    /// All cells of the shape, in the extent or not.
    pub(crate) total: AreaUnits,
}

/// Makes the tools of one more worker.
pub(crate) type MakeKit<'a> = dyn Fn() -> Result<Kit, EngineError> + Sync + 'a;

/// Who measures.
pub(crate) enum Hands<'h> {
    /// The worker that asks, alone.
    One(&'h mut Kit),
    /// Every core of the current thread pool.
    All(&'h MakeKit<'h>),
}

impl<'h> Hands<'h> {
    /// The worker that asks, unless all are to help.
    pub(crate) fn of(kit: &'h mut Kit, all: Option<&'h MakeKit<'h>>) -> Self {
        all.map_or(Self::One(kit), Self::All)
    }
}

/// What a worker keeps from sweep to sweep.
#[derive(Default)]
pub(crate) struct Kit {
    pub(crate) transforms: Transforms,
    pub(crate) scratch: Scratch,
    pub(crate) coverage: Coverage,
    pub(crate) row_areas: RowAreaTable,
}

impl Sweep<'_> {
    /// Measures every shape: one result per shape, in the order of the shapes.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub(crate) fn all<K: Kernel>(
        &self,
        kernel: &K,
        hands: Hands<'_>,
        progress: &dyn Progress,
    ) -> Result<Vec<Swept<K::Out>>, EngineError> {
        let done = Mutex::new(Vec::with_capacity(self.shapes.len()));
        self.run(kernel, hands, progress, &|swept| done.lock().expect("no holder panics").push(swept))?;
        let mut done: Vec<Swept<K::Out>> = done.into_inner().expect("no holder panics");
        debug_assert_eq!(done.len(), self.shapes.len(), "one result a shape");
        // Each shape is there once: put where it belongs, each is moved once or twice, where sorting would move it more often.
        for at in 0..done.len() {
            while done[at].shape as usize != at {
                let place = done[at].shape as usize;
                done.swap(at, place);
            }
        }
        Ok(done)
    }

    /// Measures every shape, and hands on one result per shape as soon as it is there.
    ///
    /// # Errors
    ///
    /// The error of the first chunk in sweep order that failed, or [`EngineError::Interrupted`].
    pub(crate) fn run<K: Kernel, T: Fn(Swept<K::Out>) + Sync>(
        &self,
        kernel: &K,
        hands: Hands<'_>,
        progress: &dyn Progress,
        take: &T,
    ) -> Result<(), EngineError> {
        let Chunks { chunks, of_shapes } = Chunks::cut(&self.plan.grid, self.sheet, self.extent, self.shapes);
        let shared = Shared {
            next: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            error: Mutex::new(None),
            waiting: Mutex::default(),
            large: LargeCoverage::default(),
        };
        let work = |kit: &mut Kit| {
            let mut worker = Worker { sweep: self, kernel, of_shapes: &of_shapes, kit, take };
            if let Err(failure) = worker.work(&chunks, &shared, progress) {
                shared.fail(failure);
            }
        };
        match hands {
            Hands::One(kit) => {
                work(kit);
                self.hand_on_outsiders(kernel, &of_shapes, kit, take)?;
            }
            Hands::All(make_kit) => {
                let mut kit = make_kit()?;
                for chunk in &chunks {
                    self.plan.expect(chunk.window, &kit.transforms);
                }
                rayon::scope(|scope| {
                    scope.spawn_broadcast(|_, _| match make_kit() {
                        Ok(mut kit) => work(&mut kit),
                        Err(error) => shared.fail((0, error)),
                    });
                });
                self.hand_on_outsiders(kernel, &of_shapes, &mut kit, take)?;
            }
        }
        shared.error.into_inner().expect("no holder panics").map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Covers a shape in some rows; `window` is that of its bounds.
    fn cover(&self, index: u32, window: Window, rows: Range<i32>, scratch: &mut Scratch, coverage: &mut Coverage) {
        let (shape, grid) = (self.shapes.get(index), &self.plan.grid);
        match self.rule {
            Rule::Exact => cover_window(shape, grid, window, rows, scratch, coverage),
            Rule::Centre => {
                let covered = cover_centres(shape, grid, rows, coverage);
                debug_assert!(covered.is_some(), "only shapes with a window are put on chunks");
            }
        }
    }

    /// Shapes that lie on no chunk: all that is known of them is how large they are.
    fn hand_on_outsiders<K: Kernel>(
        &self,
        kernel: &K,
        of_shapes: &[OnChunks],
        kit: &mut Kit,
        take: &impl Fn(Swept<K::Out>),
    ) -> Result<(), EngineError> {
        let mut outsiders =
            (0..self.shapes.len() as u32).filter(|&shape| of_shapes[shape as usize].chunks() == 0).peekable();
        if outsiders.peek().is_none() {
            return Ok(());
        }
        let mut worker = kernel.worker()?;
        for shape in outsiders {
            let grid = &self.plan.grid;
            let total = total_area(self.shapes.get(shape), grid, self.rule, &mut kit.scratch, &mut kit.coverage);
            take(Swept { shape, found: kernel.finish(&mut worker, K::Part::default()), total });
        }
        Ok(())
    }
}

/// Area of all cells of a shape, in stripes so that memory stays small.
pub(crate) fn total_area(
    shape: ShapeRef<'_>,
    grid: &Grid,
    rule: Rule,
    scratch: &mut Scratch,
    coverage: &mut Coverage,
) -> AreaUnits {
    let Some(window) = grid.window_of(&shape.bounds()) else { return AreaUnits::ZERO };
    let mut total = AreaUnits::ZERO;
    for row in (window.row..window.row_end()).step_by(STRIPE_ROWS as usize) {
        let rows = row..(row + STRIPE_ROWS).min(window.row_end());
        let stripe = Window { row, height: rows.end - row, ..window };
        let done = match rule {
            Rule::Exact => cover_rows(shape, grid, rows, scratch, coverage),
            Rule::Centre => cover_centres(shape, grid, rows, coverage),
        };
        if done.is_none() {
            return AreaUnits::ZERO;
        }
        total += covered(coverage, &RowAreas::of(grid, &stripe), &window);
    }
    total
}

/// Covered area of the cells in `on`.
pub(crate) fn covered(coverage: &Coverage, areas: &RowAreas, on: &Window) -> AreaUnits {
    let rows = coverage.window().intersection(on);
    let mut total = AreaUnits::ZERO;
    for row in rows.row..rows.row_end() {
        let mut share = 0u64;
        for span in coverage.row(row) {
            let cells = span.col_end().min(on.col_end()) - span.col.max(on.col);
            let mut left = cells.max(0) as u64;
            while left > 0 {
                // Of whole cells this is at most 2^62, and so is what is there before.
                let run = left.min(1 << 14);
                share += span.share * run;
                left -= run;
                if share >= 1 << 62 {
                    total += AreaUnits::of(share, areas.units(row));
                    share = 0;
                }
            }
        }
        total += AreaUnits::of(share, areas.units(row));
    }
    total
}

struct Shared<P> {
    next: AtomicUsize,
    failed: AtomicBool,
    error: Mutex<Option<(usize, EngineError)>>,
    /// Shapes that lie on several chunks: what is measured, and how many chunks are to come.
    waiting: Mutex<FxHashMap<u32, (Option<P>, u32)>>,
    large: LargeCoverage,
}

impl<P> Shared<P> {
    /// Tells the others to stop; of several errors the one first in the order of the sweep stays.
    fn fail(&self, (at, error): (usize, EngineError)) {
        self.failed.store(true, Ordering::Relaxed);
        let mut first = self.error.lock().expect("no holder panics");
        if first.as_ref().is_none_or(|(place, _)| at < *place) {
            *first = Some((at, error));
        }
    }
}

struct Worker<'s, K: Kernel, T> {
    sweep: &'s Sweep<'s>,
    kernel: &'s K,
    of_shapes: &'s [OnChunks],
    kit: &'s mut Kit,
    take: &'s T,
}

/// A large shape on a chunk.
struct LargeOnChunk {
    /// In the chunk's rows.
    covered: Arc<CoveredRows>,
    /// Around the cells that it touches; the rest of the rectangle around the whole shape may be blocks of which nobody
    /// looks at a cell.
    on: Window,
    /// Whether it covers all of these wholly.
    is_whole: bool,
}

impl<K: Kernel, T: Fn(Swept<K::Out>)> Worker<'_, K, T> {
    fn work(
        &mut self,
        chunks: &[Chunk],
        shared: &Shared<K::Part>,
        progress: &dyn Progress,
    ) -> Result<(), (usize, EngineError)> {
        let plan = &self.sweep.plan;
        let mut buffers = self.kernel.worker().map_err(|e| (0, e))?;
        loop {
            let at = shared.next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return Ok(()) };
            if shared.failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            if progress.interrupted() {
                return Err((at, EngineError::Interrupted));
            }
            let large = self.large_on(chunk, shared);
            let window = if large.is_empty() { chunk.window } else { self.reached(chunk, &large) };
            let ground = plan.assemble(window, chunk.window, &self.kit.transforms).map_err(|e| (at, e))?;
            let areas = self.kit.row_areas.of(&plan.grid, &grown(chunk.window, plan.halo()));
            for (index, &shape) in chunk.shapes.iter().enumerate() {
                let large = large.get(index).and_then(Option::as_ref);
                let of_shape = self.of_shapes[shape as usize].window;
                if large.is_none() {
                    let Kit { scratch, coverage, .. } = &mut *self.kit;
                    self.sweep.cover(shape, of_shape, i32::MIN..i32::MAX, scratch, coverage);
                }
                let coverage = large.map_or(&self.kit.coverage, |large| &large.covered.coverage);
                let on = large.map_or_else(|| of_shape.intersection(&window), |large| large.on);
                let is_whole = large.is_some_and(|large| large.is_whole);
                let mut part = None;
                if !on.is_empty() {
                    let transforms = &self.kit.transforms;
                    let visit = Visit { shape, coverage, on, is_whole, ground: &ground, areas: &areas, transforms };
                    self.kernel.visit(&mut buffers, &visit, part.get_or_insert_default());
                }
                let chunks_of = self.of_shapes[shape as usize].chunks();
                if chunks_of > 1 {
                    match self.join(shape, part, chunks_of, shared) {
                        Some(whole) => part = whole,
                        None => continue,
                    }
                }
                let part = part.unwrap_or_default();
                // What lies beyond all tiles is on no chunk.
                let is_inside = of_shape.intersection(&self.sweep.extent) == of_shape;
                let seen = if is_inside { self.kernel.total(&part) } else { None };
                let large = large.map(|large| &large.covered.coverage);
                let total = seen.unwrap_or_else(|| self.total(shape, large, &areas, &chunk.window));
                let found = self.kernel.finish(&mut buffers, part);
                (self.take)(Swept { shape, found, total });
            }
            plan.give_back(ground);
        }
    }

    /// The large ones among the shapes of a chunk, each in its place; nothing at all where none is.
    fn large_on(&mut self, chunk: &Chunk, shared: &Shared<K::Part>) -> Vec<Option<LargeOnChunk>> {
        let Self { sweep, of_shapes, kit, .. } = self;
        if !chunk.shapes.iter().any(|&shape| of_shapes[shape as usize].is_large()) {
            return Vec::new();
        }
        let of_shape = |&shape: &u32| {
            let on_chunks = &of_shapes[shape as usize];
            if !on_chunks.is_large() {
                return None;
            }
            let width = chunk.cols.end - chunk.cols.start;
            let covered = shared.large.take(shape, chunk.rows.start, on_chunks.cols, || {
                let Kit { scratch, coverage, .. } = &mut **kit;
                sweep.cover(shape, on_chunks.window, chunk.rows.clone(), scratch, coverage);
                // From where its first chunk begins, so that windows are chunks; chunks end where the tiles do.
                let Window { row, height, .. } = coverage.window().intersection(&sweep.extent);
                let end = (on_chunks.first_col + on_chunks.cols as i32 * width).min(sweep.extent.col_end());
                let beside = Window { row, height, col: on_chunks.first_col, width: end - on_chunks.first_col };
                CoveredRows { touched: coverage.touched_beside(&beside, width), coverage: std::mem::take(coverage) }
            });
            let touched = covered.touched[((chunk.cols.start - on_chunks.first_col) / width) as usize];
            let on = touched.window.intersection(&chunk.window);
            Some(LargeOnChunk { covered, on, is_whole: touched.is_whole })
        };
        chunk.shapes.iter().map(of_shape).collect()
    }

    /// The cells of a chunk that its shapes may touch.
    fn reached(&self, chunk: &Chunk, large: &[Option<LargeOnChunk>]) -> Window {
        chunk.shapes.iter().zip(large).fold(Window::default(), |reached, (&shape, large)| {
            let small = || self.of_shapes[shape as usize].window.intersection(&chunk.window);
            reached.union(&large.as_ref().map_or_else(small, |large| large.on))
        })
    }

    /// Area of all cells of the shape, of which the coverage in the chunk's rows is at hand: the worker's own, unless it is
    /// large.
    fn total(&mut self, index: u32, large: Option<&Coverage>, areas: &RowAreas, chunk: &Window) -> AreaUnits {
        let window = self.of_shapes[index as usize].window;
        let coverage = large.unwrap_or(&self.kit.coverage);
        let has_all_rows = chunk.row <= window.row && window.row_end() <= chunk.row_end();
        if has_all_rows && coverage.window() == window {
            return covered(coverage, areas, &window);
        }
        let shape = self.sweep.shapes.get(index);
        let Kit { scratch, coverage, .. } = &mut *self.kit;
        total_area(shape, &self.sweep.plan.grid, self.sweep.rule, scratch, coverage)
    }

    /// Keeps a part until the last chunk of the shape is done, then gives the whole; inside, `None` where no chunk had a cell.
    #[expect(clippy::option_option, reason = "no part yet, and no part at all")]
    fn join(
        &self,
        shape: u32,
        part: Option<K::Part>,
        chunks_of: u32,
        shared: &Shared<K::Part>,
    ) -> Option<Option<K::Part>> {
        let mut waiting = shared.waiting.lock().expect("no holder panics");
        let (sum, to_come) = waiting.entry(shape).or_insert((None, chunks_of));
        match (&mut *sum, part) {
            (Some(sum), Some(part)) => self.kernel.merge(sum, part),
            (None, part) => *sum = part,
            (Some(_), None) => {}
        }
        *to_come -= 1;
        (*to_come == 0).then(|| waiting.remove(&shape).and_then(|(sum, _)| sum))
    }
}
