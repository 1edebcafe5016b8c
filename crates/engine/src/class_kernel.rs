//! The area of every class of some layers of one grid, on one shape.

use crate::{
    EngineError,
    mosaic::Mosaic,
    sweep::{Kernel, Visit},
};
use lindero_grid::{AreaUnits, FULL, Span};
use lindero_layers::{Cells, Reading};
use rustc_hash::FxHashMap;

/// Adds up by class.
pub(crate) struct ClassKernel<'a> {
    /// For each layer: which of the ground's layers it is, and which band there.
    pub(crate) layers: &'a [(usize, usize)],
}

/// Classes of one shape with their area: for each layer where its classes end in the list.
#[derive(Default)]
pub(crate) struct ClassPart {
    pub(crate) classes: Vec<(Reading, AreaUnits)>,
    pub(crate) ends: Vec<u32>,
}

impl ClassPart {
    /// The classes of one layer; none where the shape lies on no chunk.
    pub(crate) fn layer(&self, layer: usize) -> &[(Reading, AreaUnits)] {
        let Some(&end) = self.ends.get(layer) else { return &[] };
        let start = if layer == 0 { 0 } else { self.ends[layer - 1] };
        &self.classes[start as usize..end as usize]
    }
}

/// Whole cells in a row from which on bytes are counted first: fewer are added up at once for less than counts are read.
const LONG_RUN: usize = 96;

/// Buffers of one worker.
pub(crate) struct ClassWorker {
    /// Areas by value of a byte.
    bytes: Box<[AreaUnits; 256]>,
    /// Whole cells of the row under way by value of a byte; none between rows.
    counts: Box<ByteCounts>,
    /// Shares of the row under way, by any value.
    shares: FxHashMap<Reading, u64>,
    /// Areas by any value.
    areas: FxHashMap<Reading, AreaUnits>,
    readings: Vec<Reading>,
    /// Classes of the visit under way.
    found: Vec<(Reading, AreaUnits)>,
}

impl Kernel for ClassKernel<'_> {
    type Part = ClassPart;
    type Out = ClassPart;
    type Worker = ClassWorker;

    fn worker(&self) -> Result<ClassWorker, EngineError> {
        Ok(ClassWorker {
            bytes: Box::new([AreaUnits::ZERO; 256]),
            counts: Box::new(ByteCounts([[0; 256]; 4])),
            shares: FxHashMap::default(),
            areas: FxHashMap::default(),
            readings: Vec::new(),
            found: Vec::new(),
        })
    }

    fn visit(&self, worker: &mut ClassWorker, visit: &Visit<'_>, part: &mut ClassPart) {
        worker.found.clear();
        part.ends.reserve_exact(self.layers.len());
        for &(layer, band) in self.layers {
            match visit.ground.direct(layer) {
                Some(mosaic) if mosaic.void.is_none() && !mosaic.bands.is_empty() => match &mosaic.bands[band] {
                    Cells::U8(cells) => worker.bytes(visit, mosaic, cells),
                    _ => worker.numbers(visit, mosaic, band),
                },
                _ => worker.gathered(visit, layer, band),
            }
            part.ends.push(worker.found.len() as u32);
        }
        part.classes = worker.found.as_slice().into();
    }

    fn merge(&self, part: &mut ClassPart, other: ClassPart) {
        let mut merged = ClassPart::default();
        for layer in 0..part.ends.len() {
            merged.classes.extend_from_slice(part.layer(layer));
            merged.classes.extend_from_slice(other.layer(layer));
            let start = merged.ends.last().map_or(0, |&end| end as usize);
            add_alike(&mut merged.classes, start);
            merged.ends.push(merged.classes.len() as u32);
        }
        *part = merged;
    }

    fn total(&self, part: &ClassPart) -> Option<AreaUnits> {
        // Every cell has a class in every layer.
        Some(part.layer(0).iter().map(|class| class.1).sum())
    }

    fn finish(&self, _: &mut ClassWorker, part: ClassPart) -> ClassPart {
        part
    }
}

/// Sorts the classes from `start` on and makes one of those that are alike.
pub(crate) fn add_alike(classes: &mut Vec<(Reading, AreaUnits)>, start: usize) {
    classes[start..].sort_unstable_by_key(|class| class.0);
    let mut kept = start;
    for at in start..classes.len() {
        if kept > start && classes[kept - 1].0 == classes[at].0 {
            let area = classes[at].1;
            classes[kept - 1].1 += area;
        } else {
            classes[kept] = classes[at];
            kept += 1;
        }
    }
    classes.truncate(kept);
}

/// How often each byte occurs: in four tables by turns, as one that is counted again at once waits for the count before.
struct ByteCounts([[u32; 256]; 4]);

impl ByteCounts {
    fn add(&mut self, values: &[u8]) {
        let (fours, rest) = values.as_chunks::<4>();
        for four in fours {
            for (counts, &value) in self.0.iter_mut().zip(four) {
                counts[usize::from(value)] += 1;
            }
        }
        for &value in rest {
            self.0[0][usize::from(value)] += 1;
        }
    }

    /// Gives every byte that occurs and how often, and forgets them.
    fn take(&mut self, mut give: impl FnMut(u8, u32)) {
        for value in 0..=u8::MAX {
            let cells: u32 = self.0.iter_mut().map(|counts| std::mem::take(&mut counts[usize::from(value)])).sum();
            if cells > 0 {
                give(value, cells);
            }
        }
    }
}

/// The columns of a span inside the visited window.
fn columns(span: &Span, visit: &Visit<'_>) -> std::ops::Range<i32> {
    span.col.max(visit.on.col)..span.col_end().min(visit.on.col_end())
}

impl ClassWorker {
    /// Bytes without voids: one addition a cell, of long runs of whole cells one count.
    fn bytes(&mut self, visit: &Visit<'_>, mosaic: &Mosaic, cells: &ndarray::Array2<u8>) {
        // Which bytes there are, a bit each.
        let mut there = [0u64; 4];
        let mut note = |(value, area): (u8, AreaUnits)| {
            self.bytes[usize::from(value)] += area;
            there[usize::from(value >> 6)] |= 1 << (value & 63);
        };
        // Neighbours are mostly of one class: those are added up before they are noted.
        let mut alike = (0, AreaUnits::ZERO);
        for row in visit.on.row..visit.on.row_end() {
            let line = cells.row((row - mosaic.window.row) as usize);
            let line = line.as_slice().expect("a mosaic's rows lie whole in memory");
            let units = visit.areas.units(row);
            let mut counted = false;
            for span in visit.coverage.row(row) {
                let cols = columns(span, visit);
                if cols.is_empty() {
                    continue;
                }
                let first = (cols.start - mosaic.window.col) as usize;
                let values = &line[first..first + cols.len()];
                if values.len() >= LONG_RUN && span.share == FULL {
                    self.counts.add(values);
                    counted = true;
                    continue;
                }
                let area = AreaUnits::of(span.share, units);
                for &value in values {
                    if value == alike.0 {
                        alike.1 += area;
                    } else {
                        note(alike);
                        alike = (value, area);
                    }
                }
            }
            if counted {
                // A row has at most as many cells as a chunk: 2^11 times 2^48.
                self.counts.take(|value, cells| note((value, AreaUnits::of(u64::from(cells) * FULL, units))));
            }
        }
        note(alike);
        for (word, mut bits) in there.into_iter().enumerate() {
            while bits != 0 {
                let value = 64 * word + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let area = std::mem::take(&mut self.bytes[value]);
                if !area.is_zero() {
                    self.found.push((mosaic.meaning(value as f64), area));
                }
            }
        }
    }

    /// Any other type, without voids.
    fn numbers(&mut self, visit: &Visit<'_>, mosaic: &Mosaic, band: usize) {
        let cells = &mosaic.bands[band];
        self.by_reading(visit, |row, col| {
            let row = (row - mosaic.window.row) as usize;
            mosaic.meaning(cells.number(row, (col - mosaic.window.col) as usize))
        });
    }

    /// Whatever the layer's grid and gaps are.
    fn gathered(&mut self, visit: &Visit<'_>, layer: usize, band: usize) {
        let mut readings = std::mem::take(&mut self.readings);
        visit.ground.gather(layer, band, visit.on, visit.transforms, &mut readings);
        let width = visit.on.width as usize;
        self.by_reading(visit, |row, col| {
            readings[(row - visit.on.row) as usize * width + (col - visit.on.col) as usize]
        });
        self.readings = readings;
    }

    fn by_reading(&mut self, visit: &Visit<'_>, read: impl Fn(i32, i32) -> Reading) {
        for row in visit.on.row..visit.on.row_end() {
            for span in visit.coverage.row(row) {
                for col in columns(span, visit) {
                    *self.shares.entry(read(row, col)).or_default() += span.share;
                }
            }
            let units = visit.areas.units(row);
            for (reading, share) in self.shares.drain() {
                *self.areas.entry(reading).or_default() += AreaUnits::of(share, units);
            }
        }
        let start = self.found.len();
        self.found.extend(self.areas.drain());
        self.found[start..].sort_unstable_by_key(|class| class.0);
    }
}
