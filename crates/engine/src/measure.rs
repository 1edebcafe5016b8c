//! The indicators of one analysis, measured on every subject.

use crate::{
    EngineError, Progress, ScreenLayer,
    ground::{GroundPlan, SweepLayer, grown},
    patch::{PatchGround, PatchLimit, PatchSearch},
    shapes::{Cut, PlotPart, Projector, Whole, measures_by_row_area, targets},
    sweep::{Kernel, Rule, Sweep, Swept, Visit, total_area},
};
use lindero_grid::{AreaUnits, Cell, Coverage, FULL, Grid, Scratch, Window, cover_rows};
use lindero_indicators::{Analysis, Key, Memo, Tally, patch_flags, whole_flag};
use lindero_layers::{LayerSource, Reading};
use lindero_plots::{Shape, ShapeStore};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A shape that is measured: a plot, a disc, or the part of a plot in one region.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    /// The shape, in the store.
    pub(crate) shape: u32,
    /// The whole plot's shape: what `whole(layer)` asks about.
    pub(crate) plot_shape: u32,
    /// Ellipsoidal area of the shape.
    pub(crate) area_m2: f64,
}

/// What one indicator over cells says of one subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    /// Ground where the condition is true; `None` where nothing is known of it.
    pub(crate) area_m2: Option<f64>,
    /// The same as a share of the subject.
    pub(crate) share: Option<f64>,
    /// Share of the subject where the condition is known.
    pub(crate) observed: f64,
    /// The area by year, for the asked years; empty where none are asked.
    pub(crate) by_year_m2: Vec<Option<f64>>,
    pub(crate) mean: Option<f64>,
    pub(crate) first_year: Option<i32>,
}

/// Measures one analysis on all subjects: for each subject one entry per indicator of the analysis.
///
/// # Errors
///
/// If a layer cannot be read, or someone interrupts.
pub(crate) fn measure(
    analysis: &Analysis,
    layers: &[ScreenLayer],
    store: &ShapeStore,
    subjects: &[Subject],
    progress: &dyn Progress,
) -> Result<Vec<Vec<Measured>>, EngineError> {
    let grid_layer = &layers[analysis.grid_layer];
    let source = grid_layer.raster();
    let named = (grid_layer.spec.id.as_str(), source);
    let shapes: Vec<u32> = subjects.iter().map(|subject| subject.shape).collect();
    let mut sums: Vec<Sum> = vec![Sum::default(); subjects.len()];
    let rule = if analysis.by_centre { Rule::Centre } else { Rule::Exact };

    for target in targets(source) {
        let cut = Cut::of(store, &shapes, named, &target)?;
        let limits = patch_limits(analysis, &target.sheet.grid, &target.extent, &cut.shapes);
        let halo = limits.iter().map(|limit| limit.reach).max().unwrap_or(0);
        let readings = Readings::of(analysis, layers, halo);
        let plan =
            GroundPlan::new(target.sheet.grid, source.info().projection.clone(), target.tile, readings.layers.clone());
        let kernel = MeasureKernel {
            analysis,
            readings: &readings,
            limits,
            wholes: WholeLayer::all(analysis, layers, &readings, store, subjects)?,
            parts: &cut.parts,
        };
        let sweep = Sweep { plan, sheet: target.sheet, extent: target.extent, shapes: &cut.shapes, rule };
        let swept = sweep.run(&kernel, progress)?;
        let (mut scratch, mut coverage) = (Scratch::default(), Coverage::default());
        for swept in swept {
            let part = &cut.parts[swept.shape as usize];
            let ground = match rule {
                Rule::Centre if part.cut => {
                    let shape = cut.shapes.get(swept.shape);
                    total_area(shape, &target.sheet.grid, Rule::Exact, &mut scratch, &mut coverage)
                }
                _ => swept.total,
            };
            sums[part.plot as usize].add(swept, part.cut, ground);
        }
    }
    if source.info().sheets.len() > 1 {
        add_ground_between_tiles(named, store, subjects, &mut sums)?;
    }
    let by_row_area = measures_by_row_area(source);
    Ok(subjects.iter().zip(&sums).map(|(subject, sum)| sum.measured(analysis, by_row_area, subject)).collect())
}

/// The limits of all patches, with the reach that they have around these shapes.
fn patch_limits(analysis: &Analysis, grid: &Grid, extent: &Window, shapes: &ShapeStore) -> Vec<PatchLimit> {
    let of = |window: &Window| -> Vec<PatchLimit> {
        analysis.patch_areas_ha().map(|over_ha| PatchLimit::of(over_ha, grid, window)).collect()
    };
    let windows = shapes.iter().filter_map(|shape| grid.window_of(&shape.bounds()));
    let near = windows.map(|window| window.intersection(extent)).fold(Window::default(), |all, one| all.union(&one));
    // A search goes off the shapes, where cells may be smaller: as far again.
    let reach = of(&near).iter().map(|limit| limit.reach).max().unwrap_or(0);
    of(&grown(near, reach).intersection(extent))
}

/// What the sweeps of one subject have added up to.
#[derive(Clone, Default)]
struct Sum {
    tallies: Vec<Tally>,
    total: AreaUnits,
    /// Ground that the sweeps answered for, exactly, whatever the rule by which cells count.
    ground: AreaUnits,
    /// Whether any sweep saw only a part of the subject, or none saw it.
    cut: bool,
    sweeps: u32,
}

impl Sum {
    fn add(&mut self, swept: Swept<Vec<Tally>>, cut: bool, ground: AreaUnits) {
        self.total += swept.total;
        self.ground += ground;
        self.cut |= cut;
        self.sweeps += 1;
        if self.tallies.is_empty() {
            self.tallies = swept.found;
        } else {
            for (mine, theirs) in self.tallies.iter_mut().zip(&swept.found) {
                mine.add(theirs);
            }
        }
    }

    fn measured(&self, analysis: &Analysis, by_row_area: bool, subject: &Subject) -> Vec<Measured> {
        if self.total.is_zero() || self.tallies.is_empty() {
            let unmeasured =
                |indicator| Measured { by_year_m2: vec![None; years_of(analysis, indicator)], ..Measured::default() };
            return (0..analysis.ids().len()).map(unmeasured).collect();
        }
        let m2 = |area: AreaUnits| {
            if by_row_area { area.to_m2() } else { area.share_of(self.total) * subject.area_m2 }
        };
        self.tallies
            .iter()
            .map(|tally| {
                let known = !tally.observed.is_zero();
                Measured {
                    area_m2: known.then(|| m2(tally.area)),
                    share: known.then(|| tally.area.share_of(self.total)),
                    observed: tally.observed.share_of(self.total),
                    by_year_m2: tally.by_year.iter().map(|&area| known.then(|| m2(area))).collect(),
                    mean: tally.mean(),
                    first_year: tally.first_year,
                }
            })
            .collect()
    }
}

fn years_of(analysis: &Analysis, indicator: usize) -> usize {
    analysis.years(indicator).map_or(0, |(first, last)| (last - first + 1) as usize)
}

/// Where a layer's tiles are swept one by one, what a subject has outside all of them is in no sweep:
/// adds it to the whole.
fn add_ground_between_tiles(
    layer: (&str, &dyn LayerSource),
    store: &ShapeStore,
    subjects: &[Subject],
    sums: &mut [Sum],
) -> Result<(), EngineError> {
    let whole = Whole::on_first_sheet(layer)?;
    let (mut scratch, mut coverage) = (Scratch::default(), Coverage::default());
    for (subject, sum) in subjects.iter().zip(sums) {
        if sum.sweeps == 1 && !sum.cut {
            continue;
        }
        if let Some(unseen) = whole.unseen(store.get(subject.shape), sum.ground, &mut scratch, &mut coverage) {
            sum.total += unseen;
        }
    }
    Ok(())
}

/// Which layers and bands a sweep reads for the slots of an analysis.
struct Readings<'a> {
    layers: Vec<SweepLayer<'a>>,
    /// For each slot: index into `layers`, and into that layer's bands.
    places: Vec<(usize, usize)>,
    /// For each patch, the same for the slots that it reads.
    patch_places: Vec<Vec<Option<(usize, usize)>>>,
}

impl<'a> Readings<'a> {
    fn of(analysis: &Analysis, layers: &'a [ScreenLayer], halo: i32) -> Self {
        let mut found: Vec<(usize, SweepLayer<'a>)> = Vec::new();
        let mut places = Vec::new();
        for (index, slot) in analysis.slots().enumerate() {
            let place = found.iter().position(|(layer, _)| *layer == slot.layer).unwrap_or_else(|| {
                let layer = &layers[slot.layer];
                let new = SweepLayer {
                    name: &layer.spec.id,
                    source: layer.raster(),
                    bands: Vec::new(),
                    halo: 0,
                    heeds_tag: slot.heeds_tag,
                };
                found.push((slot.layer, new));
                found.len() - 1
            });
            let layer = &mut found[place].1;
            if analysis.slot_has_halo(index) {
                layer.halo = halo;
            }
            let band = layer.bands.iter().position(|&band| band == slot.band).unwrap_or_else(|| {
                layer.bands.push(slot.band);
                layer.bands.len() - 1
            });
            places.push((place, band));
        }
        let patch_places = (0..analysis.patch_areas_ha().len())
            .map(|patch| {
                let reads = |slot: usize| analysis.patch_reads(patch, slot);
                places.iter().enumerate().map(|(slot, &place)| reads(slot).then_some(place)).collect()
            })
            .collect();
        Self { layers: found.into_iter().map(|(_, layer)| layer).collect(), places, patch_places }
    }
}

/// A layer of which it is asked whether its own cells lie wholly inside the plot.
struct WholeLayer<'a> {
    /// Its index among the layers of the ground.
    place: usize,
    /// The grid of each of its sheets.
    grids: Vec<Grid>,
    /// The plots in its system, one per subject; `None`: the store's own shapes.
    projected: Option<ShapeStore>,
    store: &'a ShapeStore,
    subjects: &'a [Subject],
}

impl<'a> WholeLayer<'a> {
    fn all(
        analysis: &Analysis,
        layers: &[ScreenLayer],
        readings: &Readings<'_>,
        store: &'a ShapeStore,
        subjects: &'a [Subject],
    ) -> Result<Vec<Self>, EngineError> {
        let of = |&layer: &usize| {
            let screen_layer = &layers[layer];
            let source = screen_layer.raster();
            let slot = analysis.slots().position(|slot| slot.layer == layer);
            let slot = slot.expect("a layer in whole() has a slot");
            let projector = Projector::for_layer((&screen_layer.spec.id, source))?;
            let projected = projector.map(|projector| {
                let mut moved = ShapeStore::new();
                for subject in subjects {
                    let shape: Shape = projector.shape(store.get(subject.plot_shape));
                    moved.push(shape.as_ref());
                }
                moved
            });
            Ok(Self {
                place: readings.places[slot].0,
                grids: source.info().sheets.iter().map(|sheet| sheet.grid).collect(),
                projected,
                store,
                subjects,
            })
        };
        analysis.wholes.iter().map(of).collect()
    }

    fn shape(&self, subject: u32) -> lindero_plots::ShapeRef<'_> {
        match &self.projected {
            Some(moved) => moved.get(subject),
            None => self.store.get(self.subjects[subject as usize].plot_shape),
        }
    }
}

struct MeasureKernel<'a> {
    analysis: &'a Analysis,
    readings: &'a Readings<'a>,
    limits: Vec<PatchLimit>,
    wholes: Vec<WholeLayer<'a>>,
    parts: &'a [PlotPart],
}

/// Areas per key, of the chunks so far.
#[derive(Default)]
struct KeyAreas(Vec<(Key, AreaUnits)>);

struct MeasureWorker {
    readings: Vec<Vec<Reading>>,
    flags: Vec<u64>,
    cells: Vec<Option<(usize, Cell)>>,
    searches: Vec<PatchSearch>,
    scratch: Scratch,
    coverage: Coverage,
    /// Keys seen so far, so that equal keys share their memory.
    keys: FxHashMap<Key, u32>,
    key_list: Vec<Key>,
    /// Share of the row under way and area so far, by number of key.
    sums: Vec<(u64, AreaUnits)>,
    /// Numbers of keys with a share in the row, and with an area on the plot.
    in_row: Vec<u32>,
    on_plot: Vec<u32>,
    key: Vec<u64>,
    memo: Memo,
}

/// Keys remembered at most, for layers that have a key per cell.
const MOST_KEYS: usize = 1 << 16;

impl Kernel for MeasureKernel<'_> {
    type Part = KeyAreas;
    type Out = Vec<Tally>;
    type Worker = MeasureWorker;

    fn worker(&self) -> Result<MeasureWorker, EngineError> {
        Ok(MeasureWorker {
            readings: self.readings.places.iter().map(|_| Vec::new()).collect(),
            flags: Vec::new(),
            cells: Vec::new(),
            searches: self.limits.iter().map(|_| PatchSearch::new()).collect(),
            scratch: Scratch::default(),
            coverage: Coverage::default(),
            keys: FxHashMap::default(),
            key_list: Vec::new(),
            sums: Vec::new(),
            in_row: Vec::new(),
            on_plot: Vec::new(),
            key: Vec::new(),
            memo: Memo::default(),
        })
    }

    fn visit(&self, worker: &mut MeasureWorker, visit: &Visit<'_>, part: &mut KeyAreas) {
        for (readings, &(layer, band)) in worker.readings.iter_mut().zip(&self.readings.places) {
            visit.ground.gather(layer, band, visit.on, visit.transforms, readings);
        }
        worker.flags.clear();
        worker.flags.resize(visit.on.height as usize * visit.on.width as usize, 0);
        self.flag_wholes(worker, visit);
        self.flag_patches(worker, visit);
        worker.add_cells(visit);
        part.0 = worker.take_areas();
    }

    fn merge(&self, part: &mut KeyAreas, other: KeyAreas) {
        part.0.extend(other.0);
        part.0.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        part.0.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }

    fn finish(&self, worker: &mut MeasureWorker, mut part: KeyAreas) -> Vec<Tally> {
        self.analysis.tally(&mut part.0, &mut worker.memo)
    }
}

impl MeasureKernel<'_> {
    fn flag_wholes(&self, worker: &mut MeasureWorker, visit: &Visit<'_>) {
        for (index, whole) in self.wholes.iter().enumerate() {
            visit.ground.gather_cells(whole.place, visit.on, visit.transforms, &mut worker.cells);
            let shape = whole.shape(self.parts[visit.shape as usize].plot);
            for (sheet, grid) in whole.grids.iter().enumerate() {
                let rows = worker.cells.iter().flatten().filter(|found| found.0 == sheet).map(|found| found.1.row);
                let (Some(first), Some(last)) = (rows.clone().min(), rows.max()) else { continue };
                let rows = first..last + 1;
                if cover_rows(shape, grid, rows, &mut worker.scratch, &mut worker.coverage).is_none() {
                    continue;
                }
                for (flags, found) in worker.flags.iter_mut().zip(&worker.cells) {
                    if let Some((of_sheet, cell)) = *found
                        && of_sheet == sheet
                        && worker.coverage.share(cell.row, cell.col) == FULL
                    {
                        *flags |= whole_flag(index);
                    }
                }
            }
        }
    }

    fn flag_patches(&self, worker: &mut MeasureWorker, visit: &Visit<'_>) {
        for (patch, &limit) in self.limits.iter().enumerate() {
            let search = &mut worker.searches[patch];
            search.restart(grown(visit.on, limit.reach));
            let ground = PatchGround {
                analysis: self.analysis,
                patch,
                places: &self.readings.patch_places[patch],
                ground: visit.ground,
                transforms: visit.transforms,
                areas: visit.areas,
                limit,
            };
            for row in visit.on.row..visit.on.row_end() {
                for span in visit.coverage.row(row) {
                    for col in span.col.max(visit.on.col)..span.col_end().min(visit.on.col_end()) {
                        let answer = search.answer(visit.ground.answering(Cell { row, col }), &ground);
                        let index =
                            (row - visit.on.row) as usize * visit.on.width as usize + (col - visit.on.col) as usize;
                        worker.flags[index] |= patch_flags(patch, answer);
                    }
                }
            }
        }
    }
}

impl MeasureWorker {
    /// Adds every covered cell's area to its key.
    fn add_cells(&mut self, visit: &Visit<'_>) {
        let width = visit.on.width as usize;
        let words = self.readings.len() + 1;
        let mut last: Option<u32> = None;
        self.key.clear();
        self.key.resize(words, 0);
        let mut next = vec![0; words];
        for row in visit.on.row..visit.on.row_end() {
            for span in visit.coverage.row(row) {
                for col in span.col.max(visit.on.col)..span.col_end().min(visit.on.col_end()) {
                    let index = (row - visit.on.row) as usize * width + (col - visit.on.col) as usize;
                    for (word, readings) in next.iter_mut().zip(&self.readings) {
                        *word = readings[index].bits();
                    }
                    next[words - 1] = self.flags[index];
                    let number = match last {
                        Some(number) if next == self.key => number,
                        _ => {
                            std::mem::swap(&mut self.key, &mut next);
                            self.number_of_key()
                        }
                    };
                    last = Some(number);
                    let sum = &mut self.sums[number as usize];
                    if sum.0 == 0 {
                        self.in_row.push(number);
                    }
                    sum.0 += span.share;
                }
            }
            let units = visit.areas.units(row);
            for number in self.in_row.drain(..) {
                let sum = &mut self.sums[number as usize];
                if sum.1.is_zero() {
                    self.on_plot.push(number);
                }
                sum.1 += AreaUnits::of(std::mem::take(&mut sum.0), units);
            }
        }
    }

    fn number_of_key(&mut self) -> u32 {
        if let Some(&number) = self.keys.get(self.key.as_slice()) {
            return number;
        }
        let number = self.key_list.len() as u32;
        let key: Key = Arc::from(self.key.as_slice());
        self.keys.insert(Key::clone(&key), number);
        self.key_list.push(key);
        self.sums.push((0, AreaUnits::ZERO));
        number
    }

    /// The plot's areas by key; forgets the keys where there have been too many.
    fn take_areas(&mut self) -> Vec<(Key, AreaUnits)> {
        let areas = self
            .on_plot
            .drain(..)
            .map(|number| {
                let area = std::mem::take(&mut self.sums[number as usize].1);
                (Key::clone(&self.key_list[number as usize]), area)
            })
            .collect();
        if self.key_list.len() > MOST_KEYS {
            self.keys.clear();
            self.key_list.clear();
            self.sums.clear();
        }
        areas
    }
}
