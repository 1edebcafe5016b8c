//! The area of every class of every layer per plot, for any number of plots.

use crate::{
    CheckedPlots, EngineError, Fields, PlotSource, Resources,
    blocks::{BlockMemory, BlockStore},
    buckets::Bucket,
    class_page::{ClassPage, NamedPage, to_bytes},
    classes::{ClassMeasurer, StoredLayer},
    filing::Moving,
    id_pages::IdPages,
    resources::order_for,
    results::{PageRows, PagedBytes, Results},
    run::{Filed, Intake, Measure, Note, measure, write_pages},
    sweep::{Kit, MakeKit},
    transforms::Transforms,
};
use lindero_layers::LayerSource;
use lindero_plots::Defect;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A layer with the name it has in the output.
#[derive(Clone)]
pub struct NamedLayer {
    /// Its id.
    pub name: String,
    /// Where its blocks come from. Layers that are bands of one source are decoded together.
    pub source: Arc<dyn LayerSource>,
    /// The band to read, from 0.
    pub band: u32,
}

/// Takes the table of a tabulation, page by page: as [`in_order`](crate::in_order) does it, which says what a sink must not do.
pub trait ClassSink: Sync {
    /// A page in the form that is written.
    type Made: Send;

    /// Brings a page into that form; several workers do so at once.
    ///
    /// # Errors
    ///
    /// [`EngineError::Write`].
    fn make(&self, page: NamedPage) -> Result<Self::Made, EngineError>;

    /// Writes a page after those before it, while others are made: one is written at a time.
    ///
    /// # Errors
    ///
    /// [`EngineError::Write`].
    fn write(&self, made: Self::Made) -> Result<(), EngineError>;
}

/// What was read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Tabulated {
    /// Number of features.
    pub plots: u64,
    /// Number of those without a shape that could be measured: they have no lines.
    pub unusable: u64,
    /// The first of them: its row, its id, and what is wrong with it.
    pub first_unusable: Option<(u64, String, Box<[Defect]>)>,
    /// Number of those whose shape was repaired.
    pub repaired: u64,
}

/// Measures the area of every class of every layer on every plot of a source, and hands the table on in input order: one
/// line for each class of each layer of each plot, by layer in the order given, classes by value, no data last.
///
/// Memory does not grow with the number of plots, and the lines depend on nothing but plots and layers.
///
/// # Errors
///
/// If plots or a layer cannot be read, the table cannot be written, or someone interrupts.
pub fn tabulate<S: ClassSink>(
    source: &mut dyn PlotSource,
    fields: &Fields,
    layers: &[NamedLayer],
    resources: &Resources<'_>,
    sink: &S,
) -> Result<Tabulated, EngineError> {
    let pages_of = PageRows::of_layers(layers.len());
    let reel = |name: &str| resources.scratch.reel(name);
    let results = Results::open(reel("results")?, reel("log")?)?;
    let (filed, told, ids) = match Note::<Read>::find(resources)? {
        Some(note) => {
            let filed = note.filed(&results, resources)?;
            (filed, note.more.told, IdPages::new(reel("ids")?, pages_of, note.more.id_pages))
        }
        None => read(source, fields, layers, resources)?,
    };

    let sources = Sources::of(layers);
    let (memory, buckets) = filed.into_parts(resources);
    let stores = sources.stores(&memory);
    let job =
        Job { measurer: ClassMeasurer::new(&sources.stored(layers, &stores)), sources: &sources, layers, resources };
    resources.progress.stage("measuring", told.plots - told.unusable);
    measure(buckets, &results, &stores, &memory, resources, &job)?;

    let make = |page: usize| {
        let classes = ClassPage::join(&results.page(page)?, layers.len())?;
        sink.make(NamedPage { first_row: pages_of.first_row(page), ids: ids.page(page)?, classes })
    };
    write_pages(told.plots, pages_of, resources.progress, make, |made| sink.write(made))?;
    Ok(told)
}

/// What has been read, for a run that goes on from it.
#[derive(Deserialize, Serialize)]
struct Read {
    told: Tabulated,
    id_pages: Vec<(u64, u64)>,
}

/// Reads and checks all plots, and files them in the order of the sweep.
fn read(
    source: &mut dyn PlotSource,
    fields: &Fields,
    layers: &[NamedLayer],
    resources: &Resources<'_>,
) -> Result<(Filed, Tabulated, IdPages), EngineError> {
    let mut intake = Intake::new(order_for(layers.iter().map(|layer| layer.source.as_ref())), resources)?;
    let mut ids = IdPages::new(resources.scratch.reel("ids")?, PageRows::of_layers(layers.len()), Vec::new());
    let mut told = Tabulated::default();
    CheckedPlots::new(source, fields).each(resources.progress, |batch| {
        for (row, id) in batch.rows.iter().zip(&batch.ids) {
            let id = id.unwrap_or_default();
            ids.push(id)?;
            match (row.shape, row.area_m2) {
                (Some(shape), Some(area_m2)) => {
                    intake.push(told.plots as u32, area_m2, Moving::default(), batch.shapes.get(shape), None)?;
                    told.repaired += u64::from(row.repaired);
                }
                _ => {
                    told.unusable += 1;
                    let first = || (told.plots, id.to_owned(), row.defects.clone());
                    told.first_unusable.get_or_insert_with(first);
                }
            }
            told.plots += 1;
        }
        Ok(())
    })?;
    let id_pages = ids.finish()?;
    let sources = Sources::of(layers);
    let limits =
        resources.bucket_limits(told.plots, layers.len(), 0, sources.0.iter().map(|it| (it.source, it.bands.len())));
    let filed = intake.finish(limits, resources, Read { told: told.clone(), id_pages })?;
    Ok((filed, told, ids))
}

/// Layers by the source that they share.
struct Sources<'l>(Vec<SharedSource<'l>>);

/// One source and the bands of it that are layers.
struct SharedSource<'l> {
    /// Of the first of its layers.
    name: &'l str,
    source: &'l dyn LayerSource,
    bands: Vec<u32>,
}

impl<'l> Sources<'l> {
    fn of(layers: &'l [NamedLayer]) -> Self {
        let mut sources: Vec<SharedSource<'l>> = Vec::new();
        for layer in layers {
            let source = layer.source.as_ref();
            match sources.iter_mut().find(|known| std::ptr::addr_eq(known.source, source)) {
                Some(known) if known.bands.contains(&layer.band) => {}
                Some(known) => known.bands.push(layer.band),
                None => sources.push(SharedSource { name: &layer.name, source, bands: vec![layer.band] }),
            }
        }
        Self(sources)
    }

    /// A store for each source.
    fn stores<'s>(&'s self, memory: &'s BlockMemory) -> Vec<BlockStore<'s>> {
        self.0.iter().map(|it| BlockStore::new(it.name, it.source, it.bands.clone(), memory)).collect()
    }

    /// For each layer: which store it is in, and where there.
    fn stored<'s>(&self, layers: &[NamedLayer], stores: &'s [BlockStore<'s>]) -> Vec<StoredLayer<'s>> {
        let of = |layer: &NamedLayer| {
            let same = |known: &SharedSource<'_>| std::ptr::addr_eq(known.source, layer.source.as_ref());
            let index = self.0.iter().position(same).expect("every layer's source is there");
            let band = self.0[index].bands.iter().position(|&band| band == layer.band);
            StoredLayer { store: &stores[index], band: band.expect("every layer's band is there") }
        };
        layers.iter().map(of).collect()
    }
}

struct Job<'a> {
    measurer: ClassMeasurer<'a>,
    sources: &'a Sources<'a>,
    layers: &'a [NamedLayer],
    resources: &'a Resources<'a>,
}

impl Measure for Job<'_> {
    fn kit(&self) -> Result<Kit, EngineError> {
        let transforms = Transforms::of(self.sources.0.iter().map(|it| (it.name, it.source)))?;
        Ok(Kit { transforms, ..Kit::default() })
    }

    fn bucket(&self, bucket: &Bucket, kit: &mut Kit, together: bool) -> Result<PagedBytes, EngineError> {
        let make_kit = || self.kit();
        let all_hands: Option<&MakeKit<'_>> = together.then_some(&make_kit);
        let classes = self.measurer.measure(bucket, kit, all_hands, self.resources.progress)?;
        Ok(to_bytes(bucket, &classes, self.layers.len(), PageRows::of_layers(self.layers.len())))
    }
}
