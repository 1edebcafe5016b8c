//! The area of every class of some layers of one grid, on one shape.

use crate::{
    EngineError,
    byte_classes::{ByteClasses, BytePart, columns},
    mosaic::Mosaic,
    sweep::{Kernel, Visit},
};
use lindero_grid::AreaUnits;
use lindero_layers::{Cells, Reading};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Adds up by class.
pub(crate) struct ClassKernel<'a> {
    /// For each layer: which of the ground's layers it is, and which band there.
    pub(crate) layers: &'a [(usize, usize)],
}

/// Layers of one grid for which a shape's ends are kept without memory of their own.
const INLINE_LAYERS: usize = 4;

/// Classes of one shape with their area: for each layer where its classes end in the list.
#[derive(Default)]
pub(crate) struct ClassPart {
    pub(crate) classes: Vec<(Reading, AreaUnits)>,
    pub(crate) ends: SmallVec<[u32; INLINE_LAYERS]>,
}

impl ClassPart {
    /// The classes of one layer; none where the shape lies on no chunk.
    pub(crate) fn layer(&self, layer: usize) -> &[(Reading, AreaUnits)] {
        let Some(&end) = self.ends.get(layer) else { return &[] };
        let start = if layer == 0 { 0 } else { self.ends[layer - 1] };
        &self.classes[start as usize..end as usize]
    }
}

/// Buffers of one worker.
pub(crate) struct ClassWorker {
    bytes: ByteClasses,
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
            bytes: ByteClasses::new(),
            shares: FxHashMap::default(),
            areas: FxHashMap::default(),
            readings: Vec::new(),
            found: Vec::new(),
        })
    }

    fn visit(&self, worker: &mut ClassWorker, visit: &Visit<'_>, part: &mut ClassPart) {
        worker.found.clear();
        for &(layer, band) in self.layers {
            match visit.ground.direct(layer) {
                Some(mosaic) if !mosaic.pieces.is_empty() => {
                    worker.bytes(visit, mosaic, in_pieces(visit, mosaic, band))
                }
                Some(mosaic) if mosaic.void.is_none() && !mosaic.bands.is_empty() => match &mosaic.bands[band] {
                    Cells::U8(cells) => {
                        let part = BytePart { on: visit.on, of: mosaic.window, cells };
                        worker.bytes(visit, mosaic, std::iter::once(part));
                    }
                    _ => worker.numbers(visit, mosaic, band),
                },
                _ => worker.gathered(visit, layer, band),
            }
            part.ends.push(worker.found.len() as u32);
        }
        part.classes = worker.found.as_slice().into();
    }

    fn merge(&self, part: &mut ClassPart, other: ClassPart) {
        if add_to_known(part, &other) {
            return;
        }
        let mut merged = ClassPart::default();
        merged.classes.reserve(part.classes.len() + other.classes.len());
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

/// Adds classes to those of a part that has them all in the same order; `false`, and nothing is added, if it has not.
fn add_to_known(part: &mut ClassPart, other: &ClassPart) -> bool {
    let mut places: SmallVec<[usize; 32]> = SmallVec::new();
    let mut from = 0;
    for (layer, &end) in part.ends.iter().enumerate() {
        for (class, _) in other.layer(layer) {
            let Some(next) = part.classes[from..end as usize].iter().position(|known| known.0 == *class) else {
                return false;
            };
            places.push(from + next);
            from += next + 1;
        }
        from = end as usize;
    }
    for (place, &(_, area)) in places.into_iter().zip(&other.classes) {
        part.classes[place].1 += area;
    }
    true
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

/// What a visit touches of each block that was not put together with others.
fn in_pieces<'m>(visit: &Visit<'_>, mosaic: &'m Mosaic, band: usize) -> impl Iterator<Item = BytePart<'m>> {
    mosaic.pieces.iter().filter_map(move |piece| {
        let on = visit.on.intersection(&piece.part);
        let Cells::U8(cells) = piece.cells(band) else { unreachable!("only bytes stay in their blocks") };
        (!on.is_empty()).then_some(BytePart { on, of: piece.of, cells })
    })
}

impl ClassWorker {
    /// Bytes without voids, from one part of the ground after another.
    fn bytes<'c>(&mut self, visit: &Visit<'_>, mosaic: &Mosaic, parts: impl Iterator<Item = BytePart<'c>>) {
        for part in parts {
            self.bytes.add(visit, &part);
        }
        let found = &mut self.found;
        self.bytes.take(|value, area| found.push((mosaic.meaning(f64::from(value)), area)));
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
        for (row, spans) in visit.rows() {
            for span in spans {
                for col in columns(span, &visit.on) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use lindero_grid::FULL;
    use smallvec::smallvec;

    /// Classes of two layers with their areas in cells.
    fn part(layers: [&[(f64, u64)]; 2]) -> ClassPart {
        let class = |&(number, cells): &(f64, u64)| (Reading::of(number), AreaUnits::of(FULL, cells));
        let first = layers[0].len() as u32;
        ClassPart {
            classes: layers.concat().iter().map(class).collect(),
            ends: smallvec![first, first + layers[1].len() as u32],
        }
    }

    #[test]
    fn classes_that_are_there_are_added_to_and_others_come_in() {
        let kernel = ClassKernel { layers: &[(0, 0), (1, 0)] };
        let merged = |other: [&[(f64, u64)]; 2]| {
            let mut sum = part([&[(1.0, 10), (3.0, 30), (4.0, 40)], &[(3.0, 80)]]);
            kernel.merge(&mut sum, part(other));
            sum
        };
        let check = |found: ClassPart, expected: ClassPart| {
            assert_eq!((found.classes, found.ends), (expected.classes, expected.ends));
        };
        check(merged([&[(1.0, 1), (4.0, 4)], &[(3.0, 8)]]), part([&[(1.0, 11), (3.0, 30), (4.0, 44)], &[(3.0, 88)]]));
        check(merged([&[], &[]]), part([&[(1.0, 10), (3.0, 30), (4.0, 40)], &[(3.0, 80)]]));
        // A class that is there of the other layer alone, one that is not there, and another order.
        check(
            merged([&[(3.0, 3)], &[(1.0, 1), (3.0, 8)]]),
            part([&[(1.0, 10), (3.0, 33), (4.0, 40)], &[(1.0, 1), (3.0, 88)]]),
        );
        check(merged([&[(2.0, 2), (3.0, 3)], &[]]), part([&[(1.0, 10), (2.0, 2), (3.0, 33), (4.0, 40)], &[(3.0, 80)]]));
        check(merged([&[(4.0, 4), (1.0, 1)], &[]]), part([&[(1.0, 11), (3.0, 30), (4.0, 44)], &[(3.0, 80)]]));
    }
}
