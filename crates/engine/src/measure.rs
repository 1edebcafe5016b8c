//! The indicators of one analysis, measured on every subject.

use crate::{
    EngineError, Progress, ScreenLayer,
    blocks::BlockStore,
    ground::{GroundPlan, grown},
    key_areas::KeyKernel,
    keys::{Homes, KeyMemos},
    patch::PatchLimit,
    readings::{Readings, homes},
    shapes::{Cut, Target, Whole, measures_by_row_area, targets},
    sweep::{Hands, Kit, MakeKit, Rule, Sweep, Swept, total_area},
    whole_cells::WholeLayers,
};
use lindero_grid::{AreaUnits, Grid, Window};
use lindero_indicators::{Analysis, IndicatorPlan, Outcomes, Tally};
use lindero_layers::LayerSource;
use lindero_plots::ShapeStore;

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

/// One analysis of a run, with what its workers learn: it serves any number of lots of subjects.
pub(crate) struct Measurer<'a> {
    outcomes: Outcomes<'a>,
    layers: &'a [ScreenLayer],
    homes: Homes,
    memos: KeyMemos,
}

impl<'a> Measurer<'a> {
    pub(crate) fn new(analysis: &'a Analysis, layers: &'a [ScreenLayer]) -> Self {
        let (outcomes, homes) = (Outcomes::of(analysis), homes(analysis, layers));
        Self { outcomes, layers, homes, memos: KeyMemos::default() }
    }

    /// Measures all subjects: for each subject one entry per indicator of the analysis. `stores` has one for each layer
    /// that it reads.
    ///
    /// # Errors
    ///
    /// If a layer cannot be read, or someone interrupts.
    pub(crate) fn measure(
        &self,
        store: &ShapeStore,
        subjects: &[Subject],
        stores: &[BlockStore<'_>],
        kit: &mut Kit,
        all_hands: Option<&MakeKit<'_>>,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<Measured>>, EngineError> {
        let analysis = self.outcomes.analysis();
        let source = self.layers[analysis.grid_layer].raster();
        let shapes: Vec<u32> = subjects.iter().map(|subject| subject.shape).collect();
        let mut sums: Vec<Sum> = vec![Sum::default(); subjects.len()];
        let rule = rule_of(analysis);

        for target in targets(source) {
            let cut = Cut::of(store, &shapes, source, &target, &kit.transforms);
            if cut.shapes.is_empty() {
                continue;
            }
            let run = |kernel: KeyKernel<'_>, sweep: Sweep<'_>, kit: &mut Kit| {
                sweep.all(&kernel, Hands::of(kit, all_hands), progress)
            };
            let given = Given { store, subjects, stores };
            for swept in self.on_target(&given, &target, &cut, kit, run)? {
                let part = &cut.parts[swept.shape as usize];
                let ground = match rule {
                    Rule::Centre if part.cut => {
                        let shape = cut.shapes.get(swept.shape);
                        let Kit { scratch, coverage, .. } = &mut *kit;
                        total_area(shape, &target.sheet.grid, Rule::Exact, scratch, coverage)
                    }
                    _ => swept.total,
                };
                sums[part.plot as usize].add(swept, part.cut, ground);
            }
        }
        if source.info().sheets.len() > 1 {
            add_ground_between_tiles(source, store, subjects, &mut sums, kit);
        }
        let by_row_area = measures_by_row_area(source);
        Ok(subjects.iter().zip(&sums).map(|(subject, sum)| sum.measured(analysis, by_row_area, subject)).collect())
    }

    /// Hands on what is swept of the parts of subjects on one target, and the kernel that tells their cells apart.
    pub(crate) fn on_target<R>(
        &self,
        given: &Given<'_>,
        target: &Target<'_>,
        cut: &Cut<'_>,
        kit: &mut Kit,
        then: impl FnOnce(KeyKernel<'_>, Sweep<'_>, &mut Kit) -> R,
    ) -> R {
        let Given { store, subjects, stores } = *given;
        let analysis = self.outcomes.analysis();
        let limits = patch_limits(analysis, &target.sheet.grid, &target.extent, &cut.shapes);
        let halo = limits.iter().map(|limit| limit.reach).max().unwrap_or(0);
        let readings = Readings::of(analysis, stores, self.layers, halo);
        let projection = self.layers[analysis.grid_layer].raster().info().projection.clone();
        let plan = GroundPlan::new(target.sheet.grid, projection, target.tile, readings.layers.clone());
        let kernel = KeyKernel {
            outcomes: &self.outcomes,
            homes: &self.homes,
            memos: &self.memos,
            readings: &readings,
            limits,
            wholes: WholeLayers::all(analysis, self.layers, &readings, &self.homes, store, subjects, &kit.transforms),
            parts: &cut.parts,
        };
        let sweep =
            Sweep { plan, sheet: target.sheet, extent: target.extent, shapes: &cut.shapes, rule: rule_of(analysis) };
        then(kernel, sweep, kit)
    }
}

/// How the cells of an analysis count.
fn rule_of(analysis: &Analysis) -> Rule {
    if analysis.by_centre { Rule::Centre } else { Rule::Exact }
}

/// What is measured, and where its cells are read.
pub(crate) struct Given<'g> {
    pub(crate) store: &'g ShapeStore,
    pub(crate) subjects: &'g [Subject],
    /// One for each layer that the analysis reads.
    pub(crate) stores: &'g [BlockStore<'g>],
}

/// The layers that a plan reads, each with the bands that it reads.
pub(crate) fn bands_read(plan: &IndicatorPlan) -> Vec<(usize, Vec<u32>)> {
    let mut bands: Vec<(usize, Vec<u32>)> = Vec::new();
    for slot in plan.analyses.iter().flat_map(Analysis::slots) {
        match bands.iter_mut().find(|(layer, _)| *layer == slot.layer) {
            Some((_, known)) if known.contains(&slot.band) => {}
            Some((_, known)) => known.push(slot.band),
            None => bands.push((slot.layer, vec![slot.band])),
        }
    }
    bands
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
    source: &dyn LayerSource,
    store: &ShapeStore,
    subjects: &[Subject],
    sums: &mut [Sum],
    kit: &mut Kit,
) {
    let Kit { transforms, scratch, coverage, .. } = kit;
    let whole = Whole::on_first_sheet(source, transforms);
    for (subject, sum) in subjects.iter().zip(sums) {
        if sum.sweeps == 1 && !sum.cut {
            continue;
        }
        if let Some(unseen) = whole.unseen(store.get(subject.shape), sum.ground, scratch, coverage) {
            sum.total += unseen;
        }
    }
}
