//! The area of every class of every layer on the plots of one bucket.

use crate::{
    EngineError, Progress,
    blocks::BlockStore,
    buckets::Bucket,
    class_kernel::{ClassKernel, ClassPart, add_alike},
    ground::{GroundPlan, SweepLayer},
    shapes::{Cut, PlotPart, Whole, measures_by_row_area, targets},
    sweep::{Hands, Kit, MakeKit, Rule, Sweep, Swept},
};
use lindero_grid::AreaUnits;
use lindero_layers::{LayerSource, Reading};
use std::sync::Mutex;

/// One class of one layer on one plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClassArea {
    /// The class; `None` is no data and outside the layer together.
    pub(crate) value: Option<f64>,
    /// Ground area, square metres.
    pub(crate) area_m2: f64,
    /// Share of the plot, in `0.0..=1.0`.
    pub(crate) share: f64,
}

/// A layer as its classes are counted: which store has its blocks, and which of the store's bands it is.
#[derive(Clone, Copy)]
pub(crate) struct StoredLayer<'a> {
    pub(crate) store: &'a BlockStore<'a>,
    pub(crate) band: usize,
}

/// Layers that lie on the same cells.
struct Group<'a> {
    /// Which of all layers they are.
    layers: Vec<usize>,
    /// Where their blocks come from, each store once.
    stores: Vec<&'a BlockStore<'a>>,
    /// For each layer: which of the stores, and which of its bands.
    bands: Vec<(usize, usize)>,
    by_row_area: bool,
}

/// Measures bucket after bucket.
pub(crate) struct ClassMeasurer<'a> {
    layers: usize,
    groups: Vec<Group<'a>>,
}

/// What was measured in a bucket: for each plot and layer its classes by value, no data last, classes of no area
/// left out.
pub(crate) struct BucketClasses {
    layers: usize,
    classes: Vec<ClassArea>,
    /// For each plot and layer: where its classes begin and end.
    places: Vec<(u32, u32)>,
}

impl BucketClasses {
    /// How many classes there are in all.
    pub(crate) fn lines(&self) -> usize {
        self.classes.len()
    }

    /// Whether the classes of the layer on the plot are there: a plot has at least one.
    fn has(&self, plot: usize, layer: usize) -> bool {
        !self.of(plot, layer).is_empty()
    }

    pub(crate) fn of(&self, plot: usize, layer: usize) -> &[ClassArea] {
        let (start, end) = self.places[plot * self.layers + layer];
        &self.classes[start as usize..end as usize]
    }
}

impl<'a> ClassMeasurer<'a> {
    pub(crate) fn new(layers: &[StoredLayer<'a>]) -> Self {
        Self { layers: layers.len(), groups: groups_of_one_grid(layers) }
    }

    /// Measures the plots of one bucket with the caller's tools alone, or with all hands.
    ///
    /// # Errors
    ///
    /// If a layer cannot be read, or someone interrupts.
    pub(crate) fn measure(
        &self,
        bucket: &Bucket,
        kit: &mut Kit,
        all_hands: Option<&MakeKit<'_>>,
        progress: &dyn Progress,
    ) -> Result<BucketClasses, EngineError> {
        let shapes: Vec<u32> = bucket.plots.iter().map(|plot| plot.shape).collect();
        let mut found = BucketClasses {
            layers: self.layers,
            classes: Vec::new(),
            places: vec![(0, 0); shapes.len() * self.layers],
        };
        for group in &self.groups {
            let source = group.source();
            let sums = Mutex::new(Sums::new(group, bucket, &mut found));
            for target in targets(source) {
                let cut = Cut::of(&bucket.shapes, &shapes, source, &target, &kit.transforms);
                if cut.shapes.is_empty() {
                    continue;
                }
                let plan = GroundPlan::new(
                    target.sheet.grid,
                    source.info().projection.clone(),
                    target.tile,
                    group
                        .stores
                        .iter()
                        .map(|store| SweepLayer { store, halo: 0, heeds_tag: true, in_pieces: true })
                        .collect(),
                );
                let sweep =
                    Sweep { plan, sheet: target.sheet, extent: target.extent, shapes: &cut.shapes, rule: Rule::Exact };
                let take = |swept: Swept<ClassPart>| {
                    let part = &cut.parts[swept.shape as usize];
                    sums.lock().expect("no holder panics").add(part, swept);
                };
                sweep.run(&ClassKernel { layers: &group.bands }, Hands::of(kit, all_hands), progress, &take)?;
            }
            sums.into_inner().expect("no holder panics").finish_rest(kit);
        }
        Ok(found)
    }
}

/// The sums of a bucket's plots on the layers of one group, as they come in.
struct Sums<'s> {
    group: &'s Group<'s>,
    bucket: &'s Bucket,
    /// For each plot what it has so far, where several sweeps may see some of it.
    waiting: Vec<PlotSum>,
    found: &'s mut BucketClasses,
    /// Room for the classes of one layer.
    classes: Vec<(Reading, AreaUnits)>,
}

impl<'s> Sums<'s> {
    fn new(group: &'s Group<'s>, bucket: &'s Bucket, found: &'s mut BucketClasses) -> Self {
        let is_one_sweep = group.source().info().sheets.len() == 1;
        let waiting = if is_one_sweep { Vec::new() } else { vec![PlotSum::default(); bucket.plots.len()] };
        Self { group, bucket, waiting, found, classes: Vec::new() }
    }

    fn add(&mut self, part: &PlotPart, swept: Swept<ClassPart>) {
        let plot = part.plot as usize;
        if let Some(sum) = self.waiting.get_mut(plot) {
            sum.add(swept, part.cut);
        } else {
            self.finish(plot, &PlotSum { first: Some(swept.found), total: swept.total, ..PlotSum::default() });
        }
    }

    /// All sweeps have been.
    fn finish_rest(mut self, kit: &mut Kit) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.add_ground_between_tiles(&mut waiting, kit);
        let nothing = PlotSum::default();
        for plot in 0..self.bucket.plots.len() {
            if !self.found.has(plot, self.group.layers[0]) {
                self.finish(plot, waiting.get(plot).unwrap_or(&nothing));
            }
        }
    }

    /// Where a layer's tiles are swept one by one, what a plot has outside all of them is in no sweep:
    /// adds it as area that no tile saw.
    fn add_ground_between_tiles(&self, sums: &mut [PlotSum], kit: &mut Kit) {
        let Kit { transforms, scratch, coverage, .. } = kit;
        let whole = Whole::on_first_sheet(self.group.source(), transforms);
        for (plot, sum) in self.bucket.plots.iter().zip(sums) {
            if sum.first.is_some() && sum.others.is_empty() && !sum.is_cut {
                continue;
            }
            let unseen = whole.unseen(self.bucket.shapes.get(plot.shape), sum.total, scratch, coverage);
            sum.total += unseen.unwrap_or(AreaUnits::ZERO);
        }
    }

    /// Lists the classes of a plot of which nothing more will come.
    fn finish(&mut self, plot: usize, sum: &PlotSum) {
        let Self { group, bucket, found, classes, .. } = self;
        for (slot, &layer) in group.layers.iter().enumerate() {
            let start = found.classes.len() as u32;
            sum.list(slot, group.by_row_area, bucket.plots[plot].area_m2, classes, &mut found.classes);
            found.places[plot * found.layers + layer] = (start, found.classes.len() as u32);
        }
    }
}

impl<'a> Group<'a> {
    /// One of the layers, for what all have alike.
    fn source(&self) -> &'a dyn LayerSource {
        self.stores[0].source()
    }

    fn add(&mut self, index: usize, layer: &StoredLayer<'a>) {
        let known = self.stores.iter().position(|store| std::ptr::eq(*store, layer.store));
        let store = known.unwrap_or_else(|| {
            self.stores.push(layer.store);
            self.stores.len() - 1
        });
        self.layers.push(index);
        self.bands.push((store, layer.band));
    }
}

/// Layers that lie on the same cells, in order of first appearance.
fn groups_of_one_grid<'a>(layers: &[StoredLayer<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let source = layer.store.source();
        let found = groups.iter().position(|group| on_the_same_cells(group.source(), source));
        let group = found.unwrap_or_else(|| {
            let by_row_area = measures_by_row_area(source);
            groups.push(Group { layers: Vec::new(), stores: Vec::new(), bands: Vec::new(), by_row_area });
            groups.len() - 1
        });
        groups[group].add(index, layer);
    }
    groups
}

fn on_the_same_cells(a: &dyn LayerSource, b: &dyn LayerSource) -> bool {
    if std::ptr::addr_eq(a, b) {
        return true;
    }
    let (a, b) = (a.info(), b.info());
    let ([sheet], [other]) = (a.sheets.as_slice(), b.sheets.as_slice()) else { return false };
    sheet.grid == other.grid
        && a.projection.as_ref().map(|p| p.name()) == b.projection.as_ref().map(|p| p.name())
        && crate::shapes::extent(sheet) == crate::shapes::extent(other)
}

/// What the sweeps found of one plot.
#[derive(Clone, Default)]
struct PlotSum {
    /// One for each sweep that saw any of it; mostly there is one.
    first: Option<ClassPart>,
    others: Vec<ClassPart>,
    /// All cells of the plot, whatever any tile has there.
    total: AreaUnits,
    /// Whether a sweep saw only a part of the plot.
    is_cut: bool,
}

impl PlotSum {
    fn add(&mut self, swept: Swept<ClassPart>, is_cut: bool) {
        match self.first {
            None => self.first = Some(swept.found),
            Some(_) => self.others.push(swept.found),
        }
        self.total += swept.total;
        self.is_cut |= is_cut;
    }

    /// Adds one layer's classes to a list; `classes` is room for them.
    fn list(
        &self,
        slot: usize,
        by_row_area: bool,
        plot_m2: f64,
        classes: &mut Vec<(Reading, AreaUnits)>,
        list: &mut Vec<ClassArea>,
    ) {
        if self.total.is_zero() {
            // Nothing of the plot can be brought onto the layer's grid.
            list.push(ClassArea { value: None, area_m2: plot_m2, share: 1.0 });
            return;
        }
        let whole = self.total.to_number();
        let listed = |&(reading, units): &(Reading, AreaUnits)| {
            let units = units.to_number();
            let share = units / whole;
            let area_m2 = if by_row_area { AreaUnits::m2_of(units) } else { share * plot_m2 };
            ClassArea { value: reading.number(), area_m2, share }
        };
        let mut parts = self.first.iter().chain(&self.others).map(|part| part.layer(slot));
        let seen: AreaUnits = parts.clone().flatten().map(|class| class.1).sum();
        if let (Some(only), None) = (parts.next(), parts.next())
            && seen == self.total
            && is_listed_as_it_is(only)
        {
            list.extend(only.iter().map(listed));
            return;
        }
        let number_or_none = |&(reading, units): &(Reading, AreaUnits)| match reading.number() {
            Some(_) => (reading, units),
            None => (Reading::NO_DATA, units),
        };
        classes.clear();
        classes.extend(self.first.iter().chain(&self.others).flat_map(|part| part.layer(slot)).map(number_or_none));
        classes.push((Reading::NO_DATA, self.total - seen));
        add_alike(classes, 0);
        list.extend(classes.iter().filter(|(_, units)| !units.is_zero()).map(listed));
    }
}

/// Whether each class is there once, in order, with an area, and none is no data.
fn is_listed_as_it_is(classes: &[(Reading, AreaUnits)]) -> bool {
    classes.is_sorted_by(|a, b| a.0 < b.0)
        && classes.iter().all(|class| class.0.number().is_some() && !class.1.is_zero())
}
