//! Walks the ground of one grid chunk by chunk and measures every shape on it.

use crate::{
    EngineError, Progress,
    chunks::Chunks,
    ground::{Ground, GroundPlan, Transforms, grown},
};
use lindero_grid::{AreaUnits, Coverage, Grid, RowAreas, Scratch, Window, cover_centres, cover_rows};
use lindero_layers::Sheet;
use lindero_plots::{ShapeRef, ShapeStore};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Shapes up to this many cells are covered whole, larger ones only in the rows of a chunk.
const WHOLE_CELLS: i64 = 1 << 16;
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

    /// Brings a shape's parts into the form that is kept.
    fn finish(&self, worker: &mut Self::Worker, part: Self::Part) -> Self::Out;
}

/// One shape on one chunk.
pub(crate) struct Visit<'v> {
    /// Index of the shape in the sweep.
    pub(crate) shape: u32,
    pub(crate) coverage: &'v Coverage,
    /// The cells of this chunk that the shape may touch.
    pub(crate) on: Window,
    pub(crate) ground: &'v Ground<'v>,
    /// Of the chunk's rows and the plan's halo around them.
    pub(crate) areas: &'v RowAreas,
    pub(crate) transforms: &'v Transforms,
}

impl Visit<'_> {
    /// The columns of a row between the first and the last covered cell; `None` where none is.
    pub(crate) fn cols(&self, row: i32) -> Option<Range<i32>> {
        let spans = self.coverage.row(row);
        let cols = spans.first()?.col.max(self.on.col)..spans.last()?.col_end().min(self.on.col_end());
        (cols.start < cols.end).then_some(cols)
    }
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

impl Sweep<'_> {
    /// Measures every shape with every core of the current thread pool.
    ///
    /// One result per shape, in the order of the shapes.
    ///
    /// # Errors
    ///
    /// The error of the first chunk in sweep order that failed, or [`EngineError::Interrupted`].
    pub(crate) fn run<K: Kernel>(
        &self,
        kernel: &K,
        progress: &dyn Progress,
    ) -> Result<Vec<Swept<K::Out>>, EngineError> {
        let Chunks { chunks, chunks_of } = Chunks::cut(&self.plan.grid, self.sheet, self.extent, self.shapes);
        {
            let transforms = Transforms::for_plan(&self.plan)?;
            for chunk in &chunks {
                self.plan.expect(chunk.window, &transforms);
            }
        }
        let shared = Shared {
            next: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            error: Mutex::new(None),
            waiting: Mutex::default(),
            done: Mutex::new(Vec::with_capacity(self.shapes.len())),
        };
        rayon::scope(|scope| {
            scope.spawn_broadcast(|_, _| {
                let mut worker = Worker { sweep: self, kernel, chunks_of: &chunks_of, finished: Vec::new() };
                let swept = worker.work(&chunks, &shared, progress);
                shared.done.lock().expect("no holder panics").append(&mut worker.finished);
                if let Err((at, error)) = swept {
                    shared.failed.store(true, Ordering::Relaxed);
                    let mut first = shared.error.lock().expect("no holder panics");
                    if first.as_ref().is_none_or(|(place, _)| at < *place) {
                        *first = Some((at, error));
                    }
                }
            });
        });
        if let Some((_, error)) = shared.error.into_inner().expect("no holder panics") {
            return Err(error);
        }
        let mut done = shared.done.into_inner().expect("no holder panics");
        let mut worker = kernel.worker()?;
        let mut scratch = Scratch::default();
        let mut coverage = Coverage::default();
        for shape in (0..self.shapes.len() as u32).filter(|&shape| chunks_of[shape as usize] == 0) {
            let total = total_area(self.shapes.get(shape), &self.plan.grid, self.rule, &mut scratch, &mut coverage);
            let found = kernel.finish(&mut worker, K::Part::default());
            done.push(Swept { shape, found, total });
        }
        done.sort_unstable_by_key(|swept| swept.shape);
        Ok(done)
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

struct Shared<P, T> {
    next: AtomicUsize,
    failed: AtomicBool,
    error: Mutex<Option<(usize, EngineError)>>,
    /// Shapes that lie on several chunks: what is measured, and how many chunks are to come.
    waiting: Mutex<FxHashMap<u32, (P, u32)>>,
    done: Mutex<Vec<Swept<T>>>,
}

struct Worker<'s, K: Kernel> {
    sweep: &'s Sweep<'s>,
    kernel: &'s K,
    chunks_of: &'s [u32],
    finished: Vec<Swept<K::Out>>,
}

impl<K: Kernel> Worker<'_, K> {
    fn work(
        &mut self,
        chunks: &[crate::chunks::Chunk],
        shared: &Shared<K::Part, K::Out>,
        progress: &dyn Progress,
    ) -> Result<(), (usize, EngineError)> {
        let plan = &self.sweep.plan;
        let transforms = Transforms::for_plan(plan).map_err(|e| (0, e))?;
        let mut buffers = self.kernel.worker().map_err(|e| (0, e))?;
        let mut scratch = Scratch::default();
        let mut coverage = Coverage::default();
        loop {
            let at = shared.next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return Ok(()) };
            if shared.failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            if progress.interrupted() {
                return Err((at, EngineError::Interrupted));
            }
            let ground = plan.assemble(chunk.window, &transforms).map_err(|e| (at, e))?;
            let areas = RowAreas::of(&plan.grid, &grown(chunk.window, plan.halo()));
            let mut completed = 0;
            for &shape in &chunk.shapes {
                self.cover(shape, chunk.window, &mut scratch, &mut coverage);
                let on = coverage.window().intersection(&chunk.window);
                let visit =
                    Visit { shape, coverage: &coverage, on, ground: &ground, areas: &areas, transforms: &transforms };
                let mut part = K::Part::default();
                self.kernel.visit(&mut buffers, &visit, &mut part);
                let chunks_of = self.chunks_of[shape as usize];
                let whole = if chunks_of == 1 { Some(part) } else { self.join(shape, part, chunks_of, shared) };
                if let Some(part) = whole {
                    // Of a large shape only the rows of this chunk have been covered.
                    let all = plan.grid.window_of(&self.sweep.shapes.get(shape).bounds());
                    let total = if all == Some(on) {
                        covered(&coverage, &areas, &on)
                    } else {
                        total_area(
                            self.sweep.shapes.get(shape),
                            &plan.grid,
                            self.sweep.rule,
                            &mut scratch,
                            &mut coverage,
                        )
                    };
                    let found = self.kernel.finish(&mut buffers, part);
                    self.finished.push(Swept { shape, found, total });
                    completed += 1;
                }
            }
            progress.advance(completed);
        }
    }

    fn cover(&self, shape: u32, chunk: Window, scratch: &mut Scratch, coverage: &mut Coverage) {
        let grid: &Grid = &self.sweep.plan.grid;
        let shape = self.sweep.shapes.get(shape);
        let cells = grid.window_of(&shape.bounds()).map_or(0, |w| i64::from(w.height) * i64::from(w.width));
        let rows = if cells <= WHOLE_CELLS { i32::MIN..i32::MAX } else { chunk.row..chunk.row_end() };
        let covered = match self.sweep.rule {
            Rule::Exact => cover_rows(shape, grid, rows, scratch, coverage),
            Rule::Centre => cover_centres(shape, grid, rows, coverage),
        };
        debug_assert!(covered.is_some(), "only shapes with a window are put on chunks");
    }

    /// Keeps a part until the last chunk of the shape is done, then gives the whole.
    fn join(&self, shape: u32, part: K::Part, chunks_of: u32, shared: &Shared<K::Part, K::Out>) -> Option<K::Part> {
        use std::collections::hash_map::Entry;
        match shared.waiting.lock().expect("no holder panics").entry(shape) {
            Entry::Vacant(entry) => {
                entry.insert((part, chunks_of - 1));
                None
            }
            Entry::Occupied(mut entry) => {
                let (sum, to_come) = entry.get_mut();
                self.kernel.merge(sum, part);
                *to_come -= 1;
                (*to_come == 0).then(|| entry.remove().0)
            }
        }
    }
}
