//! What a run may use, and how much of it.

use crate::{Progress, Scratch, buckets::BucketLimits, lattice::SweepOrder};
use lindero_layers::LayerSource;
use lindero_plots::Position;

/// What a run may use.
#[derive(Clone, Copy)]
pub struct Resources<'r> {
    /// Where it keeps what would not fit in memory.
    pub scratch: &'r dyn Scratch,
    /// Bytes of memory it should stay within. No less than some 100 MB is of use.
    pub memory: u64,
    /// Who waits.
    pub progress: &'r dyn Progress,
    /// What the run is of: plots, layers, parameters. A scratch that was left by a run of something else is an error.
    pub job: &'r str,
}

/// Memory that a run uses unless it is told otherwise.
pub const USUAL_MEMORY: u64 = 400 << 20;
/// Bytes of decoded blocks for each worker, however much memory there is.
const MOST_BLOCK_BYTES: u64 = 64 << 20;
/// Shares of the memory, as divisors: for decoded blocks, and for plots that are being sorted.
const BLOCKS_SHARE: u64 = 3;
const SORTING_SHARE: u64 = 16;
/// Plots of a bucket at most, over up to three layers; over more, as many fewer.
const BUCKET_PLOTS: usize = 8192;
/// Plots of a bucket at least.
const FEWEST_PLOTS: usize = 64;
/// Positions of a bucket at most: 4 MB.
const BUCKET_POSITIONS: usize = 1 << 18;
/// Buckets for each worker at least, so that none waits long for the others at the end.
const BUCKETS_PER_WORKER: usize = 16;
/// Files whose blocks are wider are swept row by row.
const STRIP_CELLS: u32 = 4096;

impl Resources<'_> {
    /// Bytes of decoded blocks that stay.
    pub(crate) fn block_bytes(&self) -> usize {
        let workers = rayon::current_num_threads() as u64;
        (self.memory / BLOCKS_SHARE).min(MOST_BLOCK_BYTES * workers) as usize
    }

    /// Positions that are held before they are written to the scratch.
    pub(crate) fn sorted_positions(&self) -> usize {
        (self.memory / SORTING_SHARE) as usize / size_of::<Position>()
    }

    /// What a bucket of so many plots holds, of each of which so many layers are `measured`, on so many moved copies too, over
    /// these layers with so many bands each.
    pub(crate) fn bucket_limits<'l>(
        &self,
        rows: u64,
        measured: usize,
        copies: usize,
        layers: impl Iterator<Item = (&'l dyn LayerSource, usize)>,
    ) -> BucketLimits {
        let workers = rayon::current_num_threads();
        let bytes_per_square: f64 = layers.map(|(source, bands)| bytes_of_square(source) * bands as f64).sum();
        // A bucket is measured in one sweep with all copies, so that its blocks are decoded once: with copies it has fewer plots.
        let subjects = 1 + copies;
        let most_plots = (3 * BUCKET_PLOTS / measured.max(3)).max(FEWEST_PLOTS).div_ceil(subjects);
        // Half of it is for blocks that reach over a bucket's border, and for those of the bucket before.
        let squares = self.block_bytes() as f64 / 2.0 / workers as f64 / f64::max(bytes_per_square, 1.0);
        BucketLimits {
            plots: (rows as usize / (workers * BUCKETS_PER_WORKER)).clamp(FEWEST_PLOTS.min(most_plots), most_plots),
            positions: BUCKET_POSITIONS / subjects,
            squares: (squares as usize).max(1),
        }
    }
}

/// Bytes of the cells of one band on one square of the lattice, about.
fn bytes_of_square(source: &dyn LayerSource) -> f64 {
    const DEGREE_M: f64 = 111_195.0;
    let info = source.info();
    let grid = &info.sheets[0].grid;
    let projected = info.projection.as_ref().is_some_and(|projection| !projection.is_geographic());
    let degree = if projected { DEGREE_M } else { 1.0 };
    let cells = (degree / grid.size_x()) * (degree / grid.size_y()) / 256.0;
    let bytes = match info.cell_type {
        "uint8" | "int8" => 1.0,
        "uint16" | "int16" => 2.0,
        "float64" => 8.0,
        _ => 4.0,
    };
    cells * bytes
}

/// In which order layers are best swept.
pub(crate) fn order_for<'l>(layers: impl IntoIterator<Item = &'l dyn LayerSource>) -> SweepOrder {
    let strips = |source: &dyn LayerSource| {
        source.info().sheets.iter().flat_map(|sheet| &sheet.tiles).any(|tile| tile.block.1 > STRIP_CELLS)
    };
    if layers.into_iter().any(strips) { SweepOrder::Rows } else { SweepOrder::Morton }
}
