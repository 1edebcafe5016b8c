//! Brings plots from the order of their files into the order of the sweep, on disk where there are many.

use crate::{EngineError, byte_store::ByteStore, lattice::Place, pod::push, scratch::Reel};
use lindero_plots::{Position, ShapeRef, ShapeStore};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Bytes of a run that are read at a time.
const WINDOW_BYTES: usize = 1 << 18;
/// Bytes that are written at a time.
const PIECE_BYTES: usize = 1 << 20;

/// What is measured of one input feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FiledPlot {
    /// Which feature it is, counted over all files.
    pub(crate) row: u32,
    pub(crate) place: Place,
    /// Ellipsoidal area of its shape.
    pub(crate) area_m2: f64,
    /// Standard deviation of its position in metres, by which it is moved too; 0 where nothing is.
    pub(crate) error_m: f64,
    /// What it declares, in the store of texts beside it: see [`Moving`].
    pub(crate) declared: u32,
    /// Its shape, in the store beside it; of a point the disc of its declared area.
    pub(crate) shape: u32,
    /// Of a point: the disc of 4 ha.
    pub(crate) disc: Option<u32>,
}

/// What must be known of a plot where its moved copies are decided.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moving<'a> {
    /// Standard deviation of its position in metres; 0 where it is not moved.
    pub(crate) error_m: f64,
    /// What it declares, as bytes.
    pub(crate) declared: &'a [u8],
}

/// Takes plots in any order.
pub(crate) struct Filing {
    /// Positions that are held before they are sorted and written.
    most_positions: usize,
    reel: Arc<dyn Reel>,
    plots: Vec<FiledPlot>,
    shapes: ShapeStore,
    declared: ByteStore,
    runs: Vec<Run>,
}

/// Plots in order, on the reel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

impl Filing {
    pub(crate) fn new(most_positions: usize, reel: Arc<dyn Reel>) -> Self {
        Self {
            most_positions,
            reel,
            plots: Vec::new(),
            shapes: ShapeStore::new(),
            declared: ByteStore::default(),
            runs: Vec::new(),
        }
    }

    /// Files one plot at its place in the sweep: its shape, and of a point its disc.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub(crate) fn push(
        &mut self,
        row: u32,
        place: Place,
        area_m2: f64,
        Moving { error_m, declared }: Moving<'_>,
        shape: ShapeRef<'_>,
        disc: Option<ShapeRef<'_>>,
    ) -> Result<(), EngineError> {
        let shape = self.shapes.push(shape);
        let disc = disc.map(|disc| self.shapes.push(disc));
        let declared = self.declared.push(declared);
        self.plots.push(FiledPlot { row, place, area_m2, error_m, declared, shape, disc });
        if self.shapes.positions_len() >= self.most_positions {
            self.write_run()?;
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.plots.par_sort_unstable_by_key(|plot| (plot.place, plot.row));
    }

    fn write_run(&mut self) -> Result<(), EngineError> {
        if self.plots.is_empty() {
            return Ok(());
        }
        self.sort();
        let mut bytes = Vec::with_capacity(PIECE_BYTES + WINDOW_BYTES);
        let mut run = Run { offset: self.reel.len(), bytes: 0 };
        for plot in &self.plots {
            push_plot(&mut bytes, plot, &self.shapes, self.declared.get(plot.declared));
            if bytes.len() >= PIECE_BYTES {
                self.reel.append(&bytes)?;
                run.bytes += bytes.len() as u64;
                bytes.clear();
            }
        }
        self.reel.append(&bytes)?;
        run.bytes += bytes.len() as u64;
        self.runs.push(run);
        self.plots.clear();
        self.shapes.clear();
        self.declared.clear();
        Ok(())
    }

    /// Writes what is still held, so that all plots are in runs on the reel.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub(crate) fn settle(&mut self) -> Result<&[Run], EngineError> {
        self.write_run()?;
        self.shapes = ShapeStore::new();
        self.declared = ByteStore::default();
        self.plots = Vec::new();
        Ok(&self.runs)
    }

    /// All plots in the order of the sweep.
    ///
    /// # Errors
    ///
    /// If the reel cannot be read.
    pub(crate) fn into_sorted(mut self) -> Result<SortedPlots, EngineError> {
        self.sort();
        let held = Held { plots: self.plots, shapes: self.shapes, declared: self.declared, next: 0 };
        SortedPlots::merge(&self.reel, &self.runs, held)
    }
}

/// Plots in the order of the sweep.
pub(crate) struct SortedPlots {
    held: Held,
    runs: Vec<RunReader>,
    /// The next plot of each run that has one, the first on top; `None` is the one in memory.
    heads: BinaryHeap<Reverse<(Place, u32, Option<usize>)>>,
}

/// The last plots, which were never written.
#[derive(Default)]
struct Held {
    plots: Vec<FiledPlot>,
    shapes: ShapeStore,
    declared: ByteStore,
    next: usize,
}

impl SortedPlots {
    /// All plots of some runs on a reel.
    ///
    /// # Errors
    ///
    /// If the reel cannot be read.
    pub(crate) fn of_runs(reel: &Arc<dyn Reel>, runs: &[Run]) -> Result<Self, EngineError> {
        Self::merge(reel, runs, Held::default())
    }

    fn merge(reel: &Arc<dyn Reel>, runs: &[Run], held: Held) -> Result<Self, EngineError> {
        let mut sorted = Self { held, runs: Vec::new(), heads: BinaryHeap::new() };
        for (index, &run) in runs.iter().enumerate() {
            let mut reader = RunReader { reel: Arc::clone(reel), rest: run, window: Vec::new(), at: 0, end: 0 };
            if let Some((place, row)) = reader.peek()? {
                sorted.heads.push(Reverse((place, row, Some(index))));
            }
            sorted.runs.push(reader);
        }
        sorted.push_held();
        Ok(sorted)
    }

    fn push_held(&mut self) {
        if let Some(plot) = self.held.plots.get(self.held.next) {
            self.heads.push(Reverse((plot.place, plot.row, None)));
        }
    }

    /// The place of the next plot.
    pub(crate) fn peek(&self) -> Option<Place> {
        self.heads.peek().map(|head| head.0.0)
    }

    /// Moves the next plot into stores of shapes and of what is declared; `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the reel cannot be read.
    pub(crate) fn next(
        &mut self,
        shapes: &mut ShapeStore,
        declared: &mut ByteStore,
    ) -> Result<Option<FiledPlot>, EngineError> {
        let Some(Reverse((.., run))) = self.heads.pop() else { return Ok(None) };
        let Some(index) = run else {
            let held = &mut self.held;
            let plot = held.plots[held.next];
            held.next += 1;
            let shape = shapes.push(held.shapes.get(plot.shape));
            let disc = plot.disc.map(|disc| shapes.push(held.shapes.get(disc)));
            let declared = declared.push(held.declared.get(plot.declared));
            self.push_held();
            return Ok(Some(FiledPlot { declared, shape, disc, ..plot }));
        };
        let plot = self.runs[index].take(shapes, declared)?;
        if let Some((place, row)) = self.runs[index].peek()? {
            self.heads.push(Reverse((place, row, run)));
        }
        Ok(Some(plot))
    }
}

/// Numbers before a plot's shapes: place, row, area and error in two halves each, whether there is a disc, and how many bytes
/// it declares.
const PLOT_WORDS: usize = 8;
/// Numbers before a shape's arrays: their lengths.
const SHAPE_WORDS: usize = 3;

fn push_plot(bytes: &mut Vec<u8>, plot: &FiledPlot, shapes: &ShapeStore, declared: &[u8]) {
    let [area_low, area_high] = halves(plot.area_m2);
    let [error_low, error_high] = halves(plot.error_m);
    let has_disc = u32::from(plot.disc.is_some());
    let head: [u32; PLOT_WORDS] =
        [plot.place.0, plot.row, area_low, area_high, error_low, error_high, has_disc, declared.len() as u32];
    push(bytes, &head);
    bytes.extend_from_slice(declared);
    for shape in [Some(plot.shape), plot.disc].into_iter().flatten() {
        let shape = shapes.get(shape);
        let lengths: [u32; SHAPE_WORDS] =
            [shape.positions().len() as u32, shape.ring_ends().len() as u32, shape.part_ends().len() as u32];
        push(bytes, &lengths);
        push(bytes, shape.ring_ends());
        push(bytes, shape.part_ends());
        push(bytes, shape.positions());
    }
}

fn halves(number: f64) -> [u32; 2] {
    let bits = number.to_bits();
    [bits as u32, (bits >> 32) as u32]
}

fn whole([low, high]: [u32; 2]) -> f64 {
    f64::from_bits(u64::from(high) << 32 | u64::from(low))
}

/// Reads one run through a window.
struct RunReader {
    reel: Arc<dyn Reel>,
    /// What has not been brought into the window.
    rest: Run,
    window: Vec<u8>,
    /// Where it is read on, and where what was brought into it ends.
    at: usize,
    end: usize,
}

impl RunReader {
    /// Makes sure that so many bytes are in the window from where it is read on; `false` at the end.
    fn ensure(&mut self, bytes: usize) -> Result<bool, EngineError> {
        let there = self.end - self.at;
        if there >= bytes {
            return Ok(true);
        }
        self.window.copy_within(self.at..self.end, 0);
        let wanted = (bytes - there).max(WINDOW_BYTES).min(self.rest.bytes as usize);
        (self.at, self.end) = (0, there + wanted);
        if self.window.len() < self.end {
            self.window.resize(self.end, 0);
        }
        self.reel.read(self.rest.offset, &mut self.window[there..self.end])?;
        self.rest = Run { offset: self.rest.offset + wanted as u64, bytes: self.rest.bytes - wanted as u64 };
        Ok(self.end >= bytes)
    }

    fn words<const N: usize>(&mut self, ahead: usize) -> Result<Option<[u32; N]>, EngineError> {
        if !self.ensure(ahead + 4 * N)? {
            return Ok(None);
        }
        let bytes = &self.window[self.at + ahead..self.at + ahead + 4 * N];
        Ok(Some(bytemuck::pod_read_unaligned(bytes)))
    }

    fn peek(&mut self) -> Result<Option<(Place, u32)>, EngineError> {
        Ok(self.words::<2>(0)?.map(|[place, row]| (Place(place), row)))
    }

    fn take(&mut self, shapes: &mut ShapeStore, declared: &mut ByteStore) -> Result<FiledPlot, EngineError> {
        let cut = || EngineError::Scratch { message: "a run of plots breaks off".into() };
        let [place, row, area_low, area_high, error_low, error_high, has_disc, declared_bytes] =
            self.words::<PLOT_WORDS>(0)?.ok_or_else(cut)?;
        self.at += 4 * PLOT_WORDS;
        let declared_bytes = declared_bytes as usize;
        if !self.ensure(declared_bytes)? {
            return Err(cut());
        }
        let declared = declared.push(&self.window[self.at..self.at + declared_bytes]);
        self.at += declared_bytes;
        let (area_m2, error_m) = (whole([area_low, area_high]), whole([error_low, error_high]));
        let mut shape = || -> Result<u32, EngineError> {
            let lengths = self.words::<SHAPE_WORDS>(0)?.ok_or_else(cut)?.map(|length| length as usize);
            let [positions, rings, parts] = lengths;
            let sizes = [4 * rings, 4 * parts, size_of::<Position>() * positions];
            if !self.ensure(4 * SHAPE_WORDS + sizes.iter().sum::<usize>())? {
                return Err(cut());
            }
            self.at += 4 * SHAPE_WORDS;
            let mut arrays = sizes.map(|size| {
                self.at += size;
                &self.window[self.at - size..self.at]
            });
            let [rings, parts, positions] = &mut arrays;
            Ok(shapes.push_bytes(positions, rings, parts))
        };
        let own = shape()?;
        let disc = if has_disc == 1 { Some(shape()?) } else { None };
        Ok(FiledPlot { row, place: Place(place), area_m2, error_m, declared, shape: own, disc })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buckets::reach;
    use crate::lattice::SweepOrder;
    use crate::scratch::{MemoryScratch, Scratch};
    use lindero_plots::Shape;
    use proptest::prelude::*;

    fn square(x: f64, y: f64, corners: usize) -> Shape {
        let mut ring: Vec<Position> = (0..corners).map(|k| [x + 1e-3 * k as f64 / corners as f64, y]).collect();
        ring.extend([[x, y + 1e-3], [x, y]]);
        Shape::from_rings(vec![vec![ring]])
    }

    /// A plot as it came back: row, shape, disc, area and error, and what it declares.
    type Back = (u32, Shape, Option<Shape>, [f64; 2], Vec<u8>);

    fn read(mut sorted: SortedPlots) -> Vec<Back> {
        let mut found = Vec::new();
        let mut before = Place(0);
        loop {
            let (mut shapes, mut declared) = (ShapeStore::new(), ByteStore::default());
            let place = sorted.peek();
            let Some(plot) = sorted.next(&mut shapes, &mut declared).unwrap() else { return found };
            assert_eq!(place, Some(plot.place));
            assert!(plot.place >= before);
            before = plot.place;
            let shape = |index| shapes.get(index).to_owned();
            found.push((
                plot.row,
                shape(plot.shape),
                plot.disc.map(shape),
                [plot.area_m2, plot.error_m],
                declared.get(plot.declared).to_vec(),
            ));
        }
    }

    proptest! {
        #[test]
        fn every_plot_comes_back_whole_in_one_order_however_little_is_held(
            places in prop::collection::vec((-78.0..-75.0, -9.0..-6.0, 3_usize..900, any::<bool>()), 0..60),
            held in 1_usize..3000,
        ) {
            let filed = |most_positions: usize, settle: bool| {
                let reel = MemoryScratch.reel("plots").unwrap();
                let mut filing = Filing::new(most_positions, Arc::clone(&reel));
                for (row, &(x, y, corners, point)) in places.iter().enumerate() {
                    let (shape, disc) = (square(x, y, corners), square(x, y, 5));
                    let disc = point.then_some(disc.as_ref());
                    let place = SweepOrder::Morton.place(&reach(shape.as_ref(), disc));
                    let moving = Moving { error_m: x - y, declared: &vec![row as u8; corners % 7] };
                    filing.push(row as u32, place, x * y, moving, shape.as_ref(), disc).unwrap();
                }
                if settle {
                    let runs = filing.settle().unwrap().to_vec();
                    return read(SortedPlots::of_runs(&reel, &runs).unwrap());
                }
                read(filing.into_sorted().unwrap())
            };
            let all = filed(usize::MAX, false);
            prop_assert_eq!(all.len(), places.len());
            for (row, shape, disc, numbers, declared) in &all {
                let (x, y, corners, point) = places[*row as usize];
                prop_assert_eq!(shape, &square(x, y, corners));
                prop_assert_eq!(disc.is_some(), point);
                prop_assert_eq!(*numbers, [x * y, x - y]);
                prop_assert_eq!(declared, &vec![*row as u8; corners % 7]);
            }
            prop_assert_eq!(&filed(held, false), &all);
            prop_assert_eq!(&filed(held, true), &all);
        }
    }
}
