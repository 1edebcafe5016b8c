//! The classes of a bucket's plots, and how they are added up from what sweeps find.

use crate::{
    buckets::Bucket,
    class_kernel::{ClassPart, add_alike},
    classes::Group,
    shapes::{PlotPart, Whole},
    sweep::{Kit, Swept},
};
use lindero_grid::AreaUnits;
use lindero_layers::Reading;

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

/// What was measured in a bucket: for each plot and layer its classes by value, no data last, classes of no area
/// left out.
pub(crate) struct BucketClasses {
    layers: usize,
    classes: Vec<ClassArea>,
    /// For each plot and layer: where its classes begin and end.
    places: Vec<(u32, u32)>,
}

impl BucketClasses {
    /// Of so many plots and layers nothing yet.
    pub(crate) fn none(plots: usize, layers: usize) -> Self {
        Self { layers, classes: Vec::new(), places: vec![(0, 0); plots * layers] }
    }

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

/// The sums of a bucket's plots on the layers of one group, as they come in.
pub(crate) struct Sums<'s> {
    group: &'s Group<'s>,
    bucket: &'s Bucket,
    /// For each plot what it has so far, where several sweeps may see some of it.
    waiting: Vec<PlotSum>,
    found: &'s mut BucketClasses,
    /// Room for the classes of one layer.
    classes: Vec<(Reading, AreaUnits)>,
}

impl<'s> Sums<'s> {
    pub(crate) fn new(group: &'s Group<'s>, bucket: &'s Bucket, found: &'s mut BucketClasses) -> Self {
        let is_one_sweep = group.source().info().sheets.len() == 1;
        let waits = if is_one_sweep { 0 } else { bucket.plots.len() };
        let waiting = std::iter::repeat_with(PlotSum::default).take(waits).collect();
        Self { group, bucket, waiting, found, classes: Vec::new() }
    }

    /// Adds what a sweep found of a plot, or of a part of it.
    pub(crate) fn add(&mut self, part: &PlotPart, swept: Swept<ClassPart>) {
        let plot = part.plot as usize;
        if let Some(sum) = self.waiting.get_mut(plot) {
            sum.add(swept, part.cut);
        } else {
            self.finish(plot, &PlotSum { first: Some(swept.found), total: swept.total, ..PlotSum::default() });
        }
    }

    /// Lists what is left when all sweeps have been.
    pub(crate) fn finish_rest(mut self, kit: &mut Kit) {
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

/// What the sweeps found of one plot.
#[derive(Default)]
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
