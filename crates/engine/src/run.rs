//! What every job over plots has in common: plots are filed in the order of the sweep, measured bucket by bucket, and
//! their results come back in the order of the files.

use crate::{
    EngineError, Progress, Resources,
    blocks::{BlockMemory, BlockStore},
    buckets::{Bucket, BucketLimits, Buckets, reach},
    filing::{Filing, Moving, Run, SortedPlots},
    in_order::in_order,
    lattice::{Pending, Squares, SweepOrder},
    moves::reach_of_moves,
    results::{PageRows, PagedBytes, Results},
    scratch::Reel,
    sweep::Kit,
};
use lindero_plots::ShapeRef;
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Plots that are measured between two lines of the log: what a killed run may have to do again.
const LOG_PLOTS: u64 = 100_000;

/// Takes plots as they are read.
pub(crate) struct Intake {
    order: SweepOrder,
    reel: Arc<dyn Reel>,
    filing: Filing,
    pending: Pending,
}

/// All plots, in the order of the sweep.
pub(crate) struct Filed {
    plots: SortedPlots,
    pending: Pending,
    limits: BucketLimits,
}

/// What an interrupted run had read.
#[derive(Deserialize, Serialize)]
pub(crate) struct Note<T> {
    job: String,
    runs: Vec<(u64, u64)>,
    limits: (usize, usize, usize),
    /// What the job itself wants to know again.
    pub(crate) more: T,
}

impl Intake {
    pub(crate) fn new(order: SweepOrder, resources: &Resources<'_>) -> Result<Self, EngineError> {
        let reel = resources.scratch.reel("plots")?;
        let filing = Filing::new(resources.sorted_positions(), Arc::clone(&reel));
        Ok(Self { order, reel, filing, pending: Pending::default() })
    }

    /// Files one plot that has a shape.
    pub(crate) fn push(
        &mut self,
        row: u32,
        area_m2: f64,
        moving: Moving<'_>,
        shape: ShapeRef<'_>,
        disc: Option<ShapeRef<'_>>,
    ) -> Result<(), EngineError> {
        let reach = reach(shape, disc);
        let place = self.order.place(&reach);
        self.filing.push(row, place, area_m2, moving, shape, disc)?;
        let squares = Squares::read_for(&reach_of_moves(reach, moving.error_m));
        if place.is_large() {
            self.pending.add_large(squares)
        } else {
            self.pending.add(squares)
        }
        Ok(())
    }

    /// All plots are in. `more` is what the job wants to know again where this run is interrupted and gone on with.
    pub(crate) fn finish<T: Serialize>(
        mut self,
        limits: BucketLimits,
        resources: &Resources<'_>,
        more: T,
    ) -> Result<Filed, EngineError> {
        self.pending.settle();
        if !resources.scratch.is_kept() {
            return Ok(Filed { plots: self.filing.into_sorted()?, pending: self.pending, limits });
        }
        let runs = self.filing.settle()?.to_vec();
        let note = Note {
            job: resources.job.to_owned(),
            runs: runs.iter().map(|run| (run.offset, run.bytes)).collect(),
            limits: (limits.plots, limits.positions, limits.squares),
            more,
        };
        resources.scratch.sync()?;
        // A line of its own, so that one which was cut off does not spoil the next.
        let note = serde_json::to_string(&note).map_err(|e| EngineError::Scratch { message: e.to_string() })?;
        resources.scratch.reel("intake")?.append(format!("\n{note}\n").as_bytes())?;
        resources.scratch.sync()?;
        Ok(Filed { plots: SortedPlots::of_runs(&self.reel, &runs)?, pending: self.pending, limits })
    }
}

impl<T: for<'de> Deserialize<'de>> Note<T> {
    /// What an interrupted run has left; `None` if it had not read all plots, or there was none.
    ///
    /// # Errors
    ///
    /// If it was a run of something else.
    pub(crate) fn find(resources: &Resources<'_>) -> Result<Option<Self>, EngineError> {
        let reel = resources.scratch.reel("intake")?;
        let mut bytes = vec![0; reel.len() as usize];
        reel.read(0, &mut bytes)?;
        let mut lines = bytes.split(|&byte| byte == b'\n').rev();
        let Some(note) = lines.find_map(|line| serde_json::from_slice::<Self>(line).ok()) else { return Ok(None) };
        if note.job != resources.job {
            return Err(EngineError::OtherJob);
        }
        Ok(Some(note))
    }

    /// The plots that it had filed; only those of buckets that are not done are to come.
    pub(crate) fn filed(&self, results: &Results, resources: &Resources<'_>) -> Result<Filed, EngineError> {
        let reel = resources.scratch.reel("plots")?;
        let runs: Vec<Run> = self.runs.iter().map(|&(offset, bytes)| Run { offset, bytes }).collect();
        let (plots, positions, squares) = self.limits;
        let limits = BucketLimits { plots, positions, squares };
        let mut pending = Pending::default();
        let mut buckets = Buckets::new(SortedPlots::of_runs(&reel, &runs)?, limits);
        while let Some(bucket) = buckets.next()? {
            if results.is_done(bucket.number) {
                continue;
            }
            for (index, squares) in bucket.squares().enumerate() {
                if index < bucket.usual { pending.add(squares) } else { pending.add_large(squares) }
            }
        }
        pending.settle();
        Ok(Filed { plots: SortedPlots::of_runs(&reel, &runs)?, pending, limits })
    }
}

impl Filed {
    /// Splits what decides how long blocks stay from the plots themselves.
    pub(crate) fn into_parts(self, resources: &Resources<'_>) -> (BlockMemory, Buckets) {
        (BlockMemory::new(self.pending, resources.block_bytes()), Buckets::new(self.plots, self.limits))
    }
}

/// How a bucket's plots are measured.
pub(crate) trait Measure: Sync {
    /// A worker's tools.
    fn kit(&self) -> Result<Kit, EngineError>;

    /// Measures a bucket, alone or with all hands.
    fn bucket(&self, bucket: &Bucket, kit: &mut Kit, together: bool) -> Result<PagedBytes, EngineError>;
}

/// Measures every bucket that is not done: usual ones side by side, each by one worker; then those of large plots one after
/// the other, each by all.
///
/// # Errors
///
/// The error of the first bucket that failed, or [`EngineError::Interrupted`].
pub(crate) fn measure(
    buckets: Buckets,
    results: &Results,
    stores: &[BlockStore<'_>],
    memory: &BlockMemory,
    resources: &Resources<'_>,
    job: &impl Measure,
) -> Result<(), EngineError> {
    let progress = resources.progress;
    let buckets = Mutex::new(buckets);
    // Each worker stops at the first bucket of large plots that it comes upon.
    let large: Mutex<Vec<Bucket>> = Mutex::default();
    let stop = AtomicBool::new(false);
    let failure: Mutex<Option<(u32, EngineError)>> = Mutex::new(None);
    let unlogged = AtomicU64::new(0);
    let keep = |bucket: &Bucket, measured: &PagedBytes| {
        results.keep(bucket.number, measured)?;
        if !bucket.is_large && bucket.settle(&memory.pending) {
            stores.iter().for_each(BlockStore::drop_finished);
        }
        let plots = bucket.plots.len() as u64;
        if unlogged.fetch_add(plots, Ordering::Relaxed) + plots >= LOG_PLOTS {
            unlogged.store(0, Ordering::Relaxed);
            results.write_log(|| resources.scratch.sync())?;
        }
        Ok(())
    };
    let fail = |number: u32, error: EngineError| {
        stop.store(true, Ordering::Relaxed);
        let mut first = failure.lock().expect("no holder panics");
        if first.as_ref().is_none_or(|(known, _)| number < *known) {
            *first = Some((number, error));
        }
    };
    let work = || {
        let mut kit = match job.kit() {
            Ok(kit) => kit,
            Err(error) => return fail(0, error),
        };
        while !stop.load(Ordering::Relaxed) {
            let next = buckets.lock().expect("no holder panics").next();
            let bucket = match next {
                Ok(None) => return,
                Ok(Some(bucket)) if bucket.is_large => {
                    large.lock().expect("no holder panics").push(bucket);
                    return;
                }
                Ok(Some(bucket)) => bucket,
                Err(error) => return fail(u32::MAX, error),
            };
            let plots = bucket.plots.len() as u64;
            if results.is_done(bucket.number) {
                progress.advance(plots);
                continue;
            }
            if progress.interrupted() {
                return fail(bucket.number, EngineError::Interrupted);
            }
            match job.bucket(&bucket, &mut kit, false).and_then(|measured| keep(&bucket, &measured)) {
                Ok(()) => progress.advance(plots),
                Err(error) => return fail(bucket.number, error),
            }
        }
    };
    rayon::scope(|scope| scope.spawn_broadcast(|_, _| work()));
    if let Some((_, error)) = failure.into_inner().expect("no holder panics") {
        // What is done already need not be done again. If that cannot be noted, the run's own error says more.
        let _ = results.write_log(|| resources.scratch.sync());
        return Err(error);
    }
    let mut buckets = buckets.into_inner().expect("no holder panics");
    let mut first = large.into_inner().expect("no holder panics").into_iter();
    let mut kit = job.kit()?;
    while let Some(bucket) = first.next().map_or_else(|| buckets.next(), |bucket| Ok(Some(bucket)))? {
        if results.is_done(bucket.number) {
            progress.advance(bucket.plots.len() as u64);
        } else {
            // Each takes long: none is lost that is done.
            results.write_log(|| resources.scratch.sync())?;
            // All hands announce each use of a block: none needs to stay because a plot is to come.
            bucket.settle(&memory.pending);
            let measured = job.bucket(&bucket, &mut kit, true)?;
            keep(&bucket, &measured)?;
            progress.advance(bucket.plots.len() as u64);
        }
    }
    results.write_log(|| resources.scratch.sync())
}

/// Brings the pages of a table in order: `make` turns pages into what is written, side by side; `write` gets them in order.
///
/// # Errors
///
/// Those of `make` and `write`, or [`EngineError::Interrupted`].
pub(crate) fn write_pages<T>(
    rows: u64,
    pages_of: PageRows,
    progress: &dyn Progress,
    make: impl Fn(usize) -> Result<T, EngineError> + Sync,
    mut write: impl FnMut(T) -> Result<(), EngineError> + Send,
) -> Result<(), EngineError> {
    progress.stage("writing", rows);
    let unless_interrupted = |page| if progress.interrupted() { Err(EngineError::Interrupted) } else { make(page) };
    in_order((rows as usize).div_ceil(pages_of.0), unless_interrupted, |page, made| {
        write(made)?;
        progress.advance((rows - pages_of.first_row(page)).min(pages_of.0 as u64));
        Ok(())
    })
}
