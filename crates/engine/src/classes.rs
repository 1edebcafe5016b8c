//! The area of every class of every layer on the plots of one bucket.

use crate::{
    EngineError, Progress,
    blocks::BlockStore,
    bucket_classes::{BucketClasses, Sums},
    buckets::Bucket,
    class_kernel::{ClassKernel, ClassPart},
    ground::{GroundPlan, SweepLayer},
    shapes::{Cut, measures_by_row_area, targets},
    sweep::{Hands, Kit, MakeKit, Rule, Sweep, Swept},
};
use lindero_layers::LayerSource;
use std::sync::Mutex;

/// A layer as its classes are counted: which store has its blocks, and which of the store's bands it is.
#[derive(Clone, Copy)]
pub(crate) struct StoredLayer<'a> {
    pub(crate) store: &'a BlockStore<'a>,
    pub(crate) band: usize,
}

/// Layers that lie on the same cells.
pub(crate) struct Group<'a> {
    /// Which of all layers they are.
    pub(crate) layers: Vec<usize>,
    /// Where their blocks come from, each store once.
    stores: Vec<&'a BlockStore<'a>>,
    /// For each layer: which of the stores, and which of its bands.
    bands: Vec<(usize, usize)>,
    /// Whether areas come from the areas of the rows of cells.
    pub(crate) by_row_area: bool,
}

/// Measures bucket after bucket.
pub(crate) struct ClassMeasurer<'a> {
    layers: usize,
    groups: Vec<Group<'a>>,
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
        let mut found = BucketClasses::none(shapes.len(), self.layers);
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

impl<'a> Group<'a> {
    /// One of the layers, for what all have alike.
    pub(crate) fn source(&self) -> &'a dyn LayerSource {
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
