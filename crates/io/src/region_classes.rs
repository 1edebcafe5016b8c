//! The classes of whole regions: which layers are measured, and what the areas of their stored numbers mean.

use crate::catalog::{Catalog, OpenLayer};
use crate::region_levels::RegionNames;
use lindero_engine::{ClassSink, CrossedBand, CrossedSource, EngineError, NamedLayer, NamedPage};
use lindero_indicators::{CellClass, CellScope, Crossing, Definitions, LayerFacts};
use lindero_layers::{Conditions, LayerSource, RasterSpec, Reading};
use lindero_logic::Day;
use lindero_regions::{ClassSums, Levels};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

/// A band of a layer, as tables name it: `mb[2013]`, `lossyear`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BandName {
    /// The layer's id.
    pub layer: String,
    /// The year of a stack's band.
    pub year: Option<i32>,
}

impl fmt::Display for BandName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{}[{year}]", self.layer),
            None => f.write_str(&self.layer),
        }
    }
}

/// From what to what classes changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Before.
    pub from: BandName,
    /// After.
    pub to: BandName,
}

/// What is measured of each region.
#[derive(Default)]
pub struct RegionPlan {
    /// What the engine measures.
    pub layers: Vec<NamedLayer>,
    /// What each of those means.
    measured: Vec<(Measured, Decoding)>,
    /// Bands of which the classes are measured, in the order of their indices.
    pub bands: Vec<BandName>,
    /// Transitions, in the order of their indices.
    pub transitions: Vec<Transition>,
    /// Layers that are left out, and why.
    pub notes: Vec<String>,
}

/// What one measured layer tells of.
#[derive(Clone, Copy)]
enum Measured {
    /// Of the band with this index.
    Band(usize),
    /// Of the transition with this index.
    Transition(usize),
}

/// How the stored numbers of a measured layer become classes.
enum Decoding {
    /// As they are.
    Stored,
    /// By what the catalog says of the layer.
    Meaning(Box<RasterSpec>),
    /// By what they stand for together; without a catalog as they are.
    Crossed(Arc<CrossedSource>, Option<Crossing>),
}

/// Why regions cannot be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegionPlanError {
    /// The two sides lie on different cells.
    #[error(
        "a transition from {from} to {to} needs both on the same cells, and theirs differ: bring one onto the other's grid"
    )]
    OtherCells { from: BandName, to: BandName },
    /// A side of a transition is not there.
    #[error("a transition names {name}, which is none of the measured bands: {}", known.join(", "))]
    NoBand { name: BandName, known: Vec<String> },
    /// The catalog's meaning of a layer.
    #[error(transparent)]
    Config(#[from] lindero_layers::ConfigError),
    /// There is nothing to measure.
    #[error("no layer of cells is left to be measured{}", notes.iter().map(|note| format!("; {note}")).collect::<String>())]
    NoLayer { notes: Vec<String> },
}

impl RegionPlan {
    /// Measures stored numbers of these layers, as `tabulate` does.
    ///
    /// # Errors
    ///
    /// [`RegionPlanError`] for the first transition that cannot be measured.
    pub fn of_stored(layers: Vec<NamedLayer>, transitions: &[Transition]) -> Result<Self, RegionPlanError> {
        let mut plan = Self::default();
        let bands: Vec<CrossedBand> = layers
            .iter()
            .map(|layer| CrossedBand { source: Arc::clone(&layer.source), band: layer.band, heeds_tag: true })
            .collect();
        for layer in layers {
            plan.measured.push((Measured::Band(plan.bands.len()), Decoding::Stored));
            plan.bands.push(BandName { layer: layer.name.clone(), year: None });
            plan.layers.push(layer);
        }
        for transition in transitions {
            let of = |name: &BandName| Ok::<_, RegionPlanError>(bands[plan.band(name)?].clone());
            let crossed = crossed(transition, vec![of(&transition.from)?, of(&transition.to)?])?;
            plan.add_transition(transition, crossed, None);
        }
        Ok(plan)
    }

    /// Measures the layers of a catalog by what it says of them: of a stack each year.
    ///
    /// # Errors
    ///
    /// [`RegionPlanError`] for the first condition of a layer or transition that cannot be used.
    pub fn of_catalog(
        catalog: &Catalog,
        opened: &[OpenLayer],
        transitions: &[Transition],
    ) -> Result<Self, RegionPlanError> {
        let facts: Vec<LayerFacts<'_>> = opened.iter().map(|layer| layer.facts([0.0, 0.0])).collect();
        let scope = CatalogScope { catalog, opened, facts: &facts };
        let mut plan = Self::default();
        for layer in 0..opened.len() {
            scope.add_bands(layer, &mut plan)?;
        }
        for transition in transitions {
            let of = |name: &BandName| {
                plan.band(name)?;
                Ok::<_, RegionPlanError>((scope.layer(&name.layer), name.year))
            };
            let bands = [of(&transition.from)?, of(&transition.to)?];
            let (crossing, read) = scope.crossing(&bands)?;
            plan.add_transition(transition, crossed(transition, read)?, Some(crossing));
        }
        if plan.layers.is_empty() {
            return Err(RegionPlanError::NoLayer { notes: plan.notes });
        }
        Ok(plan)
    }

    /// The index of a measured band.
    fn band(&self, name: &BandName) -> Result<usize, RegionPlanError> {
        self.bands.iter().position(|band| band == name).ok_or_else(|| RegionPlanError::NoBand {
            name: name.clone(),
            known: self.bands.iter().map(BandName::to_string).collect(),
        })
    }

    fn add_transition(&mut self, transition: &Transition, crossed: Arc<CrossedSource>, crossing: Option<Crossing>) {
        let name = format!("{} to {}", transition.from, transition.to);
        self.measured
            .push((Measured::Transition(self.transitions.len()), Decoding::Crossed(Arc::clone(&crossed), crossing)));
        self.layers.push(NamedLayer { name, source: crossed, band: 0 });
        self.transitions.push(transition.clone());
    }
}

fn crossed(transition: &Transition, bands: Vec<CrossedBand>) -> Result<Arc<CrossedSource>, RegionPlanError> {
    let Transition { from, to } = transition;
    let crossed = CrossedSource::of(bands).map(Arc::new);
    crossed.ok_or_else(|| RegionPlanError::OtherCells { from: from.clone(), to: to.clone() })
}

/// A catalog with its layers opened.
struct CatalogScope<'a> {
    catalog: &'a Catalog,
    opened: &'a [OpenLayer],
    facts: &'a [LayerFacts<'a>],
}

impl CatalogScope<'_> {
    /// The index of a layer that is there.
    fn layer(&self, id: &str) -> usize {
        self.opened.iter().position(|layer| layer.screen.spec.id == id).expect("bands are of layers")
    }

    /// Adds every band of one layer to the plan, if it has cells.
    fn add_bands(&self, layer: usize, plan: &mut RegionPlan) -> Result<(), RegionPlanError> {
        let open = &self.opened[layer];
        let (spec, Some(raster)) = (&open.screen.spec, &open.raster) else { return Ok(()) };
        let meaning = spec.raster().expect("a layer of cells");
        let years: Vec<Option<i32>> = match meaning.first_year {
            Some(first) => (first..first + open.bands as i32).map(Some).collect(),
            None => vec![None],
        };
        let tagged = raster.info().sheets.iter().flat_map(|sheet| &sheet.tiles).any(|tile| tile.nodata.is_some());
        let is_plain =
            meaning.valid_where.is_none() && meaning.only_where.is_none() && (meaning.meaning.heeds_tag() || !tagged);
        for year in years {
            let name = BandName { layer: spec.id.clone(), year };
            let text = name.to_string();
            let (source, band, decoding): (Arc<dyn LayerSource>, u32, Decoding) = if is_plain {
                let band = year.zip(meaning.first_year).map_or(meaning.band, |(year, first)| (year - first) as u32);
                (Arc::clone(raster) as _, band, Decoding::Meaning(Box::new(meaning.clone())))
            } else {
                let (crossing, read) = self.crossing(&[(layer, year)])?;
                let Some(crossed) = CrossedSource::of(read).map(Arc::new) else {
                    plan.notes.push(format!(
                        "layer {} is left out: layers of other cells say where it speaks; whole regions are measured on one grid",
                        spec.id
                    ));
                    return Ok(());
                };
                (Arc::clone(&crossed) as _, 0, Decoding::Crossed(crossed, Some(crossing)))
            };
            plan.measured.push((Measured::Band(plan.bands.len()), decoding));
            plan.layers.push(NamedLayer { name: text, source, band });
            plan.bands.push(name);
        }
        Ok(())
    }

    /// What has to be read for some bands, with the layers that their conditions stand on.
    fn crossing(&self, bands: &[(usize, Option<i32>)]) -> Result<(Crossing, Vec<CrossedBand>), RegionPlanError> {
        let (definitions, may_lack): (&Definitions, BTreeSet<String>) = (&self.catalog.definitions, BTreeSet::new());
        let cutoff: Day = self.catalog.cutoff;
        let scope = CellScope { layers: self.facts, definitions, cutoff, may_lack: &may_lack };
        let crossing = Crossing::of(&scope, bands, &self.catalog.path.display().to_string())?;
        let read = crossing.slots().map(|slot| CrossedBand {
            source: Arc::clone(self.opened[slot.layer].raster.as_ref().expect("slots are of layers of cells")) as _,
            band: slot.band,
            heeds_tag: slot.heeds_tag,
        });
        let read = read.collect();
        Ok((crossing, read))
    }
}

impl Decoding {
    /// The classes of a stored number; `None` is no data and outside the layer.
    fn classes(&self, stored: Option<f64>) -> Vec<CellClass> {
        match (self, stored) {
            (Self::Stored, Some(number)) => vec![CellClass::Number(number)],
            (Self::Stored, None) => vec![CellClass::Unknown],
            (Self::Meaning(spec), _) => {
                let reading = stored.map_or(Reading::NO_DATA, Reading::of);
                vec![CellClass::of(spec.meaning.value(reading, Conditions::default()), spec)]
            }
            (Self::Crossed(..), None) => vec![CellClass::Unknown; 2],
            (Self::Crossed(source, Some(crossing)), Some(number)) => crossing.classes(&source.readings(number)),
            (Self::Crossed(source, None), Some(number)) => {
                let class =
                    |&bits: &u64| Reading::from_bits(bits).number().map_or(CellClass::Unknown, CellClass::Number);
                source.readings(number).iter().map(class).collect()
            }
        }
    }
}

/// Adds up what is measured of regions, feature after feature.
pub struct RegionClassSink<'p> {
    plan: &'p RegionPlan,
    names: &'p RegionNames,
    /// None before the first page: by then all names are there.
    sums: Mutex<Option<RegionClasses>>,
}

/// What regions add up to.
pub struct RegionClasses {
    /// Areas of classes, of [`RegionPlan::bands`].
    pub classes: ClassSums<CellClass>,
    /// Areas of what became what, of [`RegionPlan::transitions`].
    pub transitions: ClassSums<(CellClass, CellClass)>,
}

impl RegionClasses {
    fn new(levels: Levels) -> Self {
        Self { classes: ClassSums::new(levels.clone()), transitions: ClassSums::new(levels) }
    }
}

impl<'p> RegionClassSink<'p> {
    /// Nothing yet, of the regions whose names are remembered.
    #[must_use]
    pub fn new(plan: &'p RegionPlan, names: &'p RegionNames) -> Self {
        Self { plan, names, sums: Mutex::default() }
    }

    /// The sums of all features that have been written.
    #[must_use]
    pub fn finish(self) -> RegionClasses {
        let sums = self.sums.into_inner().expect("no holder panics");
        sums.unwrap_or_else(|| RegionClasses::new(self.names.levels()))
    }
}

impl ClassSink for RegionClassSink<'_> {
    type Made = NamedPage;

    fn make(&self, page: NamedPage) -> Result<NamedPage, EngineError> {
        Ok(page)
    }

    fn write(&self, NamedPage { classes: page, .. }: NamedPage) -> Result<(), EngineError> {
        let mut sums = self.sums.lock().expect("no holder panics");
        let sums = sums.get_or_insert_with(|| RegionClasses::new(self.names.levels()));
        for (index, &row) in page.rows.iter().enumerate() {
            let (measured, decoding) = &self.plan.measured[page.layers[index] as usize];
            let stored = Some(page.values[index]).filter(|value| !value.is_nan());
            let classes = decoding.classes(stored);
            let area_m2 = page.areas_m2[index];
            match *measured {
                Measured::Band(band) => sums.classes.add(row as usize, band, classes[0], area_m2),
                Measured::Transition(transition) => {
                    sums.transitions.add(row as usize, transition, (classes[0], classes[1]), area_m2);
                }
            }
        }
        Ok(())
    }
}
