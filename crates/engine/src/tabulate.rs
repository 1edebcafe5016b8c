//! The area of every class of every layer per plot.

use crate::{
    EngineError, PlotTable, Progress,
    ground::{GroundPlan, SweepLayer, Transforms},
    mosaic::Mosaic,
    shapes::{Cut, Whole, measures_by_row_area, targets},
    sweep::{Kernel, Rule, Sweep, Swept, Visit},
};
use lindero_grid::{AreaUnits, Coverage, Scratch, Span};
use lindero_layers::{Cells, LayerSource, Reading};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A layer with the name it has in the output.
#[derive(Clone)]
pub struct NamedLayer {
    /// Its id.
    pub name: String,
    /// Where its blocks come from.
    pub source: Arc<dyn LayerSource>,
    /// The band to read, from 0.
    pub band: u32,
}

/// One class of one layer on one plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassArea {
    /// The class; `None` is no data and outside the layer together.
    pub value: Option<f64>,
    /// Ground area, square metres.
    pub area_m2: f64,
    /// Share of the plot, in `0.0..=1.0`.
    pub share: f64,
}

/// One layer on one plot: classes by value, no data last, classes of no area left out.
pub type LayerClasses = Vec<ClassArea>;

/// One plot: one entry per layer, in the order of the layers; empty where the plot has no shape.
pub type PlotClasses = Vec<LayerClasses>;

/// Measures the area of every class of every layer on every plot.
///
/// One entry per row of the table. Layers that share a grid are swept together, with one coverage.
///
/// # Errors
///
/// If a layer cannot be read, or someone interrupts.
pub fn tabulate(
    table: &PlotTable,
    layers: &[NamedLayer],
    progress: &dyn Progress,
) -> Result<Vec<PlotClasses>, EngineError> {
    let measured: Vec<u32> = (0..table.rows.len() as u32).filter(|&r| table.rows[r as usize].shape.is_some()).collect();
    let shape_of = |row: u32| table.rows[row as usize].shape.expect("filtered above");
    let shapes: Vec<u32> = measured.iter().map(|&row| shape_of(row)).collect();
    let mut classes: Vec<PlotClasses> =
        table.rows.iter().map(|row| vec![Vec::new(); if row.shape.is_some() { layers.len() } else { 0 }]).collect();

    let groups = groups_of_one_grid(layers);
    progress.stage("measuring", (groups.len() * measured.len()) as u64);
    for group in &groups {
        let first = &layers[group[0]];
        let mut sums: Vec<Vec<Tally>> = measured.iter().map(|_| Vec::new()).collect();
        for target in targets(first.source.as_ref()) {
            let cut = Cut::of(&table.shapes, &shapes, (&first.name, first.source.as_ref()), &target)?;
            let plan = GroundPlan::new(
                target.sheet.grid,
                first.source.info().projection.clone(),
                target.tile,
                group
                    .iter()
                    .map(|&index| SweepLayer {
                        name: &layers[index].name,
                        source: layers[index].source.as_ref(),
                        bands: vec![layers[index].band],
                        halo: 0,
                        heeds_tag: true,
                    })
                    .collect(),
            );
            let sweep =
                Sweep { plan, sheet: target.sheet, extent: target.extent, shapes: &cut.shapes, rule: Rule::Exact };
            let kernel = ClassKernel { layers: group.len() };
            for swept in sweep.run(&kernel, progress)? {
                let part = &cut.parts[swept.shape as usize];
                sums[part.plot as usize].push(Tally::of(swept, part.cut));
            }
        }
        if first.source.info().sheets.len() > 1 {
            add_ground_between_tiles(table, &shapes, first, &mut sums)?;
        }
        let by_row_area = measures_by_row_area(first.source.as_ref());
        for (&row, tallies) in measured.iter().zip(&sums) {
            let plot_m2 = table.rows[row as usize].area_m2.expect("a shape has an area");
            for (slot, &layer) in group.iter().enumerate() {
                classes[row as usize][layer] = finish(tallies, slot, by_row_area, plot_m2);
            }
        }
    }
    Ok(classes)
}

/// Indices of layers that lie on the same cells, in order of first appearance.
fn groups_of_one_grid(layers: &[NamedLayer]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let info = layer.source.info();
        let twin = |other: &NamedLayer| {
            let other = other.source.info();
            let [sheet] = info.sheets.as_slice() else { return false };
            let [other_sheet] = other.sheets.as_slice() else { return false };
            sheet.grid == other_sheet.grid
                && info.projection.as_ref().map(|p| p.name()) == other.projection.as_ref().map(|p| p.name())
                && crate::shapes::extent(sheet) == crate::shapes::extent(other_sheet)
        };
        match groups.iter_mut().find(|group| twin(&layers[group[0]])) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// What one sweep found of one plot.
struct Tally {
    layers: Vec<Vec<(Reading, AreaUnits)>>,
    total: AreaUnits,
    /// Whether the sweep saw only a part of the plot.
    cut: bool,
}

impl Tally {
    fn of(swept: Swept<ClassPart>, cut: bool) -> Self {
        Self { layers: swept.found.0, total: swept.total, cut }
    }
}

/// Where a layer's tiles are swept one by one, what a plot has outside all of them is in no sweep:
/// adds it as area that no tile saw.
fn add_ground_between_tiles(
    table: &PlotTable,
    shapes: &[u32],
    layer: &NamedLayer,
    sums: &mut [Vec<Tally>],
) -> Result<(), EngineError> {
    let whole = Whole::on_first_sheet((&layer.name, layer.source.as_ref()))?;
    let (mut scratch, mut coverage) = (Scratch::default(), Coverage::default());
    for (&shape, tallies) in shapes.iter().zip(sums) {
        if tallies.len() == 1 && !tallies[0].cut {
            continue;
        }
        let seen: AreaUnits = tallies.iter().map(|tally| tally.total).sum();
        if let Some(total) = whole.unseen(table.shapes.get(shape), seen, &mut scratch, &mut coverage) {
            tallies.push(Tally { layers: Vec::new(), total, cut: false });
        }
    }
    Ok(())
}

/// Brings the sums of all sweeps of a plot into classes.
fn finish(tallies: &[Tally], slot: usize, by_row_area: bool, plot_m2: f64) -> LayerClasses {
    let total: AreaUnits = tallies.iter().map(|tally| tally.total).sum();
    let mut sums: Vec<(Reading, AreaUnits)> =
        tallies.iter().filter_map(|tally| tally.layers.get(slot)).flatten().copied().collect();
    if total.is_zero() {
        // Nothing of the plot can be brought onto the layer's grid.
        return vec![ClassArea { value: None, area_m2: plot_m2, share: 1.0 }];
    }
    let seen: AreaUnits = sums.iter().map(|sum| sum.1).sum();
    sums.push((Reading::OUTSIDE, total - seen));
    for sum in &mut sums {
        if sum.0.number().is_none() {
            sum.0 = Reading::NO_DATA;
        }
    }
    sums.sort_unstable_by_key(|sum| sum.0);
    sums.chunk_by(|a, b| a.0 == b.0)
        .map(|alike| (alike[0].0, alike.iter().map(|sum| sum.1).sum::<AreaUnits>()))
        .filter(|(_, units)| !units.is_zero())
        .map(|(reading, units)| {
            let share = units.share_of(total);
            let area_m2 = if by_row_area { units.to_m2() } else { share * plot_m2 };
            ClassArea { value: reading.number(), area_m2, share }
        })
        .collect()
}

struct ClassKernel {
    layers: usize,
}

/// Per layer: class and area, sorted by class.
#[derive(Default)]
struct ClassPart(Vec<Vec<(Reading, AreaUnits)>>);

#[derive(Default)]
struct ClassWorker {
    /// Shares of the row under way, by value of a byte.
    bytes: Vec<u64>,
    /// Areas by value of a byte.
    byte_areas: Vec<AreaUnits>,
    /// Shares of the row under way, by any value.
    shares: FxHashMap<Reading, u64>,
    /// Areas by any value.
    areas: FxHashMap<Reading, AreaUnits>,
    readings: Vec<Reading>,
}

impl Kernel for ClassKernel {
    type Part = ClassPart;
    type Out = ClassPart;
    type Worker = ClassWorker;

    fn worker(&self) -> Result<ClassWorker, EngineError> {
        Ok(ClassWorker { bytes: vec![0; 256], byte_areas: vec![AreaUnits::ZERO; 256], ..ClassWorker::default() })
    }

    fn visit(&self, worker: &mut ClassWorker, visit: &Visit<'_>, part: &mut ClassPart) {
        for layer in 0..self.layers {
            let classes = match visit.ground.direct(layer) {
                Some(mosaic) if mosaic.void.is_none() && !mosaic.bands.is_empty() => match &mosaic.bands[0] {
                    Cells::U8(cells) => worker.bytes(visit, mosaic, cells),
                    _ => worker.numbers(visit, mosaic),
                },
                _ => worker.gathered(visit, layer, visit.transforms),
            };
            part.0.push(classes);
        }
    }

    fn merge(&self, part: &mut ClassPart, other: ClassPart) {
        for (mine, theirs) in part.0.iter_mut().zip(other.0) {
            mine.extend(theirs);
            mine.sort_unstable_by_key(|class| class.0);
            mine.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
        }
    }

    fn finish(&self, _: &mut ClassWorker, part: ClassPart) -> ClassPart {
        part
    }
}

/// The columns of a span inside the visited window.
fn columns(span: &Span, visit: &Visit<'_>) -> std::ops::Range<i32> {
    span.col.max(visit.on.col)..span.col_end().min(visit.on.col_end())
}

impl ClassWorker {
    /// Bytes without voids: one addition a cell.
    fn bytes(&mut self, visit: &Visit<'_>, mosaic: &Mosaic, cells: &ndarray::Array2<u8>) -> Vec<(Reading, AreaUnits)> {
        let (mut lowest, mut highest) = (u8::MAX, 0u8);
        for row in visit.on.row..visit.on.row_end() {
            let line = cells.row((row - mosaic.window.row) as usize);
            let line = line.as_slice().expect("a mosaic's rows lie whole in memory");
            let (mut low, mut high) = (u8::MAX, 0u8);
            for span in visit.coverage.row(row) {
                let cols = columns(span, visit);
                if cols.is_empty() {
                    continue;
                }
                let first = (cols.start - mosaic.window.col) as usize;
                for &value in &line[first..first + cols.len()] {
                    self.bytes[usize::from(value)] += span.share;
                    low = low.min(value);
                    high = high.max(value);
                }
            }
            let units = visit.areas.units(row);
            for value in low..=high {
                let share = std::mem::take(&mut self.bytes[usize::from(value)]);
                if share > 0 {
                    self.byte_areas[usize::from(value)] += AreaUnits::of(share, units);
                }
            }
            lowest = lowest.min(low);
            highest = highest.max(high);
        }
        let mut classes = Vec::new();
        for value in lowest..=highest {
            let area = std::mem::take(&mut self.byte_areas[usize::from(value)]);
            if !area.is_zero() {
                classes.push((mosaic.meaning(f64::from(value)), area));
            }
        }
        classes
    }

    /// Any other type, without voids.
    fn numbers(&mut self, visit: &Visit<'_>, mosaic: &Mosaic) -> Vec<(Reading, AreaUnits)> {
        let cells = &mosaic.bands[0];
        self.by_reading(visit, |row, col| {
            let row = (row - mosaic.window.row) as usize;
            mosaic.meaning(cells.number(row, (col - mosaic.window.col) as usize))
        })
    }

    /// Whatever the layer's grid and gaps are.
    fn gathered(&mut self, visit: &Visit<'_>, layer: usize, transforms: &Transforms) -> Vec<(Reading, AreaUnits)> {
        let mut readings = std::mem::take(&mut self.readings);
        visit.ground.gather(layer, 0, visit.on, transforms, &mut readings);
        let width = visit.on.width as usize;
        let classes = self.by_reading(visit, |row, col| {
            readings[(row - visit.on.row) as usize * width + (col - visit.on.col) as usize]
        });
        self.readings = readings;
        classes
    }

    fn by_reading(&mut self, visit: &Visit<'_>, read: impl Fn(i32, i32) -> Reading) -> Vec<(Reading, AreaUnits)> {
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
        let mut classes: Vec<_> = self.areas.drain().collect();
        classes.sort_unstable_by_key(|class| class.0);
        classes
    }
}
