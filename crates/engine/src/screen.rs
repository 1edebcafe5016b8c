//! The whole job: measure every plot, decide, roll up.

use crate::{
    Claims, ColumnValues, Declared, EngineError, MeasurementColumn, Moves, ReadPlots, Resources, ScreenSink,
    ScreenedPage, Summary,
    blocks::{BlockMemory, BlockStore},
    buckets::Bucket,
    claims::FoundClaims,
    measure::{Measurer, Subject, bands_read},
    measurements::{ByIndicator, columns_of, overlap_columns},
    planted::PlantedColumns,
    results::{PageRows, PagedBytes, Results},
    run::{Measure, measure, write_pages},
    stability::Stability,
    subject_page::{SubjectPage, to_bytes},
    subjects::Subjects,
    summary::Summing,
    sweep::{Kit, MakeKit},
    transforms::Transforms,
};
use lindero_indicators::{IndicatorPlan, OverlapPlan, Remainder, names, overlap};
use lindero_layers::{LayerSource, LayerSpec, VectorLayer};
use lindero_plots::M2_PER_HA;
use lindero_policy::{Bound, Policy, RunDates};
use lindero_regions::{RegionRow, RegionSet, RollUp};
use std::sync::Arc;

/// A layer of the catalog, opened.
#[derive(Clone)]
pub struct ScreenLayer {
    /// What the catalog says.
    pub spec: LayerSpec,
    /// What its files hold.
    pub data: LayerData,
}

/// What a layer's files hold.
#[derive(Clone)]
pub enum LayerData {
    /// Cells.
    Raster(Arc<dyn LayerSource>),
    /// Features.
    Vector(Arc<VectorLayer>),
}

impl ScreenLayer {
    /// The source of a layer that an analysis reads.
    pub(crate) fn raster(&self) -> &dyn LayerSource {
        match &self.data {
            LayerData::Raster(source) => source.as_ref(),
            LayerData::Vector(_) => unreachable!("plans read cells from rasters only"),
        }
    }
}

/// What is to be done with the plots.
pub struct Screening<'a> {
    /// The catalog's layers, in the order that the plan's indices mean.
    pub layers: &'a [ScreenLayer],
    /// What to measure.
    pub plan: &'a IndicatorPlan,
    /// How to decide.
    pub policy: &'a Policy,
    /// Where the plots declare what the policy's attributes are.
    pub declared: &'a Declared,
    /// What is asked of the plots beside what maps say: the same as when they were read.
    pub claims: Option<&'a Claims<'a>>,
    /// What is known of days.
    pub dates: &'a RunDates,
    /// Where to add up.
    pub regions: Option<&'a RegionSet>,
    /// By what to move every plot, to see whether its verdict depends on where exactly it lies. They must have been read as
    /// plots that are moved: [`Fields::moved`](crate::Fields).
    pub moves: Option<&'a Moves>,
}

/// What came of it, beside the pages.
pub struct Screened {
    /// The policy as it was bound to the columns.
    pub bound: Bound,
    /// The run in a few numbers.
    pub summary: Summary,
    /// Sums per region. Empty without regions.
    pub roll_up: Vec<RegionRow>,
    /// Names of the columns that are added up per region.
    pub roll_up_columns: Vec<String>,
}

impl Screening<'_> {
    /// The columns that rows will have, without values: those that are measured, then what is told of moved copies.
    #[must_use]
    pub fn columns(&self) -> Vec<MeasurementColumn> {
        let mut columns = self.measured_columns();
        // A policy that does not fit the columns is told by the run.
        if let (Some(moves), Ok(bound)) = (self.moves, self.bound(&columns)) {
            columns.extend(Stability::of(moves, &bound, &columns).columns(&columns));
        }
        columns
    }

    fn bound(&self, measured: &[MeasurementColumn]) -> Result<Bound, EngineError> {
        let columns = measured.iter().map(MeasurementColumn::for_policy).chain(self.declared.for_policy());
        self.policy
            .bind_dated(&columns.collect::<Vec<_>>(), self.dates)
            .map_err(|e| EngineError::Policy { message: e.to_string() })
    }

    fn measured_columns(&self) -> Vec<MeasurementColumn> {
        let mut found = ByIndicator::new();
        for analysis in &self.plan.analyses {
            columns_of(analysis, &[], &mut found);
        }
        for plan in &self.plan.overlaps {
            overlap_columns(&plan.id, Vec::new(), &mut found);
        }
        let mut columns = self.in_order(found, &[]);
        columns.extend(self.claims.into_iter().flat_map(Claims::columns));
        columns
    }

    /// Measures, decides and rolls up; hands the rows on in input order.
    ///
    /// # Errors
    ///
    /// If a layer cannot be read, a page cannot be written, someone interrupts, or the policy asks for a column that no
    /// indicator can have.
    pub fn run<S: ScreenSink>(
        &self,
        plots: ReadPlots,
        resources: &Resources<'_>,
        sink: &S,
    ) -> Result<Screened, EngineError> {
        let mut columns = self.measured_columns();
        let bound = self.bound(&columns)?;
        let planted = PlantedColumns::of(self.plan, self.declared, &columns);
        let stability = self.moves.map(|moves| Stability::of(moves, &bound, &columns));
        if let Some(stability) = &stability {
            columns.extend(stability.columns(&columns));
        }
        if self.moves.is_some() || self.claims.is_some() {
            check_distinct(&columns)?;
        }
        let results = Results::open(resources.scratch.reel("results")?, resources.scratch.reel("log")?)?;
        let (rows, measurable) = (plots.len(), plots.measurable());
        let claims = self.claims.map(|_| plots.claims().clone());
        let read = bands_read(self.plan);
        let copies = self.moves.map_or(0, |moves| moves.offsets().len());
        let sources = || read.iter().map(|(layer, bands)| (self.layers[*layer].raster(), bands.len()));
        let (filed, pages) = plots.filed(copies, sources(), &results, resources)?;
        let (memory, buckets) = filed.into_parts(resources);
        let stores: Vec<BlockStore<'_>> =
            read.iter().map(|(layer, bands)| self.store(*layer, bands, &memory)).collect();
        let measurers = self.plan.analyses.iter().map(|analysis| Measurer::new(analysis, self.layers)).collect();
        let stable = stability.as_ref();
        let planted = planted.as_ref();
        let job = Job {
            screening: self,
            bound: &bound,
            planted,
            stability: stable,
            claims: claims.as_ref(),
            stores: &stores,
            measurers,
            resources,
        };
        resources.progress.stage("measuring", measurable);
        measure(buckets, &results, &stores, &memory, resources, &job)?;

        let added: Vec<String> =
            columns.iter().filter(|column| column.is_hectares()).map(|column| column.name.clone()).collect();
        let names = self.regions.map(|regions| regions.names().to_vec()).unwrap_or_default();
        let mut summing = Summing::new(self.policy.rules().len(), self.moves);
        let mut roll_up = self.regions.map(|_| RollUp::new(names, added.clone()));
        let make = |page: usize| {
            let (mut measured, plots) = (SubjectPage::join(&results.page(page)?, &columns)?, pages.page(page)?);
            // Where plots are moved, copies are decided in their bucket, and all was settled there.
            if let (Some(planted), None) = (planted, stable) {
                planted.settle_page(&mut measured, &plots, self.declared);
            }
            let page = ScreenedPage::decide(plots, measured, &bound, self.declared, stable);
            let made = sink.make(&page)?;
            Ok((page, made))
        };
        let write = |(page, made): (ScreenedPage, S::Made)| {
            summing.add(&page);
            if let Some(roll_up) = &mut roll_up {
                page.add_to(roll_up, added.len());
            }
            sink.write(&page, made)
        };
        write_pages(rows, PageRows::SCREENING, resources.progress, make, write)?;
        Ok(Screened {
            bound,
            summary: summing.finish(),
            roll_up_columns: if roll_up.is_some() { added } else { Vec::new() },
            roll_up: roll_up.map(RollUp::finish).unwrap_or_default(),
        })
    }

    fn store<'s>(&'s self, layer: usize, bands: &[u32], memory: &'s BlockMemory) -> BlockStore<'s> {
        let layer = &self.layers[layer];
        BlockStore::new(&layer.spec.id, layer.raster(), bands.to_vec(), memory)
    }

    /// All columns in the order of the definitions.
    fn in_order(&self, mut found: ByIndicator, subjects: &[Subject]) -> Vec<MeasurementColumn> {
        let mut columns: Vec<MeasurementColumn> =
            self.plan.order.iter().filter_map(|id| found.remove(id)).flatten().collect();
        for remainder in &self.plan.remainders {
            add_remainder(&mut columns, remainder, subjects);
        }
        columns
    }

    fn overlaps(&self, plan: &OverlapPlan, subjects: &Subjects<'_>) -> Vec<Option<(f64, f64, String)>> {
        let LayerData::Vector(layer) = &self.layers[plan.layer].data else {
            unreachable!("overlaps are planned with layers of features only");
        };
        let of = |subject: &Subject| {
            // An empty layer says nothing: it is not "no overlap".
            (!layer.is_empty()).then(|| {
                let found = overlap(subjects.shapes.get(subject.shape), subject.area_m2, layer);
                (found.area_m2, found.share, names(layer, &found.features))
            })
        };
        subjects.list.iter().map(of).collect()
    }
}

struct Job<'a> {
    screening: &'a Screening<'a>,
    bound: &'a Bound,
    planted: Option<&'a PlantedColumns>,
    stability: Option<&'a Stability<'a>>,
    claims: Option<&'a FoundClaims>,
    stores: &'a [BlockStore<'a>],
    /// One for each analysis.
    measurers: Vec<Measurer<'a>>,
    resources: &'a Resources<'a>,
}

impl Measure for Job<'_> {
    fn kit(&self) -> Result<Kit, EngineError> {
        let transforms = Transforms::of(self.stores.iter().map(|store| (store.layer(), store.source())))?;
        Ok(Kit { transforms, ..Kit::default() })
    }

    fn bucket(&self, bucket: &Bucket, kit: &mut Kit, together: bool) -> Result<PagedBytes, EngineError> {
        let mut subjects = Subjects::of(bucket, self.screening.regions);
        let copies = self.screening.moves.map(|moves| subjects.add_copies(bucket, moves));
        let mut found = ByIndicator::new();
        let make_kit = || self.kit();
        let all_hands: Option<&MakeKit<'_>> = together.then_some(&make_kit);
        let progress = self.resources.progress;
        for (analysis, measurer) in self.screening.plan.analyses.iter().zip(&self.measurers) {
            let Subjects { shapes, list, .. } = &subjects;
            let measured = measurer.measure(shapes, list, self.stores, kit, all_hands, progress)?;
            columns_of(analysis, &measured, &mut found);
        }
        for plan in &self.screening.plan.overlaps {
            overlap_columns(&plan.id, self.screening.overlaps(plan, &subjects), &mut found);
        }
        let mut columns = self.screening.in_order(found, &subjects.list);
        if let (Some(claims), Some(found)) = (self.screening.claims, self.claims) {
            columns.extend(claims.measured(found, bucket, &subjects, copies.as_deref().unwrap_or_default()));
        }
        if let (Some(stability), Some(copies)) = (self.stability, copies) {
            if let Some(planted) = self.planted {
                planted.settle_bucket(bucket, &subjects, &copies, &mut columns)?;
            }
            columns.extend(stability.measured(bucket, self.bound, &subjects, &copies, &columns)?);
        }
        Ok(to_bytes(bucket, &subjects, &columns))
    }
}

/// An indicator of the catalog may have a name that makes a column of moved copies, or of what is asked of plots.
fn check_distinct(columns: &[MeasurementColumn]) -> Result<(), EngineError> {
    let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) else { return Ok(()) };
    let message = format!(
        "an indicator has the column {}, which tells something else of this run: give the indicator another name",
        twice[0]
    );
    Err(EngineError::Policy { message })
}

/// Adds the column of what is left beside some parts, before that of the last part.
fn add_remainder(columns: &mut Vec<MeasurementColumn>, remainder: &Remainder, subjects: &[Subject]) {
    let position = |id: &String| columns.iter().position(|column| column.name == format!("{id}_ha"));
    let parts: Vec<usize> = remainder.parts.iter().filter_map(position).collect();
    let Some(&last) = parts.last() else { return };
    if remainder.needs_all && parts.len() < remainder.parts.len() {
        return;
    }
    let rest = subjects.iter().enumerate().map(|(index, subject)| {
        let areas_ha: Vec<Option<f64>> = parts.iter().map(|&part| columns[part].number(index)).collect();
        Remainder::of(subject.area_m2 / M2_PER_HA, &areas_ha)
    });
    let values = ColumnValues::Numbers(rest.collect());
    columns.insert(last, MeasurementColumn { name: format!("{}_ha", remainder.id), values });
}
