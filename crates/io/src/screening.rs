//! What a screening works with: catalog, policy, opened layers, and the plan that follows from them.

use crate::catalog::{Catalog, CatalogError, OpenLayer};
use crate::input_files::layer_files;
use arrow_schema::Schema;
use lindero_engine::{Declared, LayerData, ScreenLayer, Screening};
use lindero_indicators::{
    CellScope, Definitions, IndicatorPlan, LayerFacts, PRESETS, Preset, TreeCover, builtin_preset,
};
use lindero_layers::{ConfigError, LayerSource};
use lindero_logic::{Day, nearest};
use lindero_plots::Position;
use lindero_policy::{BUILTIN, Policy, RunDates, ThresholdError, builtin};
use lindero_regions::RegionSet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The policy where nobody asks for another.
const DEFAULT_POLICY: &str = "eudr-2020";
/// The policy for catalogs that cannot carry the default one.
const PLAIN_POLICY: &str = "tree-loss";

/// A policy with the text it was read from.
pub struct ChosenPolicy {
    /// The policy.
    pub policy: Policy,
    /// Its text.
    pub text: String,
    /// Where it was read from; `None` where the program brings it.
    pub path: Option<PathBuf>,
    /// Why it is not the one that would have been the default.
    pub note: Option<String>,
}

/// Everything but the plots.
pub struct ScreenInput {
    /// The catalog as written.
    pub catalog: Catalog,
    /// How to decide.
    pub policy: ChosenPolicy,
    /// The catalog's layers, in its order.
    pub opened: Vec<OpenLayer>,
    /// Layers that the policy knows and the catalog lacks.
    pub missing_layers: Vec<String>,
    /// Ways to count trees on farms that were asked for.
    pub presets: Vec<Preset>,
    layers: Vec<ScreenLayer>,
}

/// What is measured where the plots are.
pub struct ScreenPlan {
    /// What to measure.
    pub indicators: IndicatorPlan,
    /// What the layers of tree cover allow.
    pub tree_cover: TreeCover,
    /// What of the presets cannot be measured, and which layer would tell.
    pub preset_notes: Vec<String>,
}

/// Why a screening cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ScreenInputError {
    /// The catalog or one of its layers.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A policy, a term or an indicator.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A threshold that is to have another value.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// Nobody knows the policy.
    #[error("policy {asked:?} is neither a file nor one of the shipped policies: {}", BUILTIN.join(", "))]
    NoPolicy { asked: String },
    /// The policy file cannot be read.
    #[error("cannot read the policy {path:?}: {source}")]
    Policy { path: PathBuf, source: std::io::Error },
    /// Nobody knows the preset.
    #[error("preset {asked:?} is neither a file nor one of the shipped presets: {}", PRESETS.join(", "))]
    NoPreset { asked: String },
    /// The preset file cannot be read.
    #[error("cannot read the preset {path:?}: {source}")]
    Preset { path: PathBuf, source: std::io::Error },
}

impl ScreenInput {
    /// Opens the catalog's layers.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] for the first thing that is wrong, with its file and line: also in the definitions of the
    /// policy and the catalog, so that a mistake is told before any plot is read.
    pub fn open(catalog: Catalog, policy: ChosenPolicy) -> Result<Self, ScreenInputError> {
        let ids: Vec<&str> = catalog.layers.iter().map(|layer| layer.id.as_str()).collect();
        let may_lack: &BTreeSet<String> = policy.policy.layers();
        let missing_layers = may_lack.iter().filter(|layer| !ids.contains(&layer.as_str())).cloned().collect();
        let opened = catalog.layers.iter().map(|spec| catalog.open_layer(spec, true)).collect::<Result<Vec<_>, _>>()?;
        let layers = opened.iter().map(|layer| layer.screen.clone()).collect();
        check_attributes(&catalog, &policy.policy)?;
        let input = Self { catalog, policy, opened, missing_layers, presets: Vec::new(), layers };
        input.plan([0.0, 0.0])?;
        Ok(input)
    }

    /// Measures these presets, too: shipped ones by name, others by their file.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if one cannot be read, is wrong, or stands on terms that nobody defines.
    pub fn with_presets(mut self, asked: &[String]) -> Result<Self, ScreenInputError> {
        self.presets = asked.iter().map(|asked| read_preset(asked)).collect::<Result<_, _>>()?;
        self.plan([0.0, 0.0])?;
        Ok(self)
    }

    /// Plans the policy's indicators and the catalog's own. `near` is where the plots are: there it is compared which
    /// layer has the smaller cells.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] for the first definition that is wrong.
    pub fn plan(&self, near: Position) -> Result<ScreenPlan, ScreenInputError> {
        let facts = self.facts(near);
        let mut definitions = self.definitions()?;
        let tree_cover = TreeCover::of(&facts, &definitions);
        let extra = Definitions { indicators: tree_cover.indicators.clone(), ..Definitions::default() };
        definitions = definitions.joined(extra)?;
        let mut preset_notes = Vec::new();
        for preset in &self.presets {
            let filled = preset.filled(&facts, &tree_cover, &definitions)?;
            preset_notes.extend(filled.notes);
            definitions = definitions.joined(filled.definitions)?;
        }
        let mut indicators = self.plan_of(&definitions, &facts)?;
        indicators.remainders = tree_cover.remainders.clone();
        indicators.planted = tree_cover.planted.clone();
        for preset in &self.presets {
            let lacking = preset.undecided.parts.iter().filter_map(|part| indicators.lacking.get(part)).flatten();
            let lacking: BTreeSet<&str> = lacking.map(String::as_str).collect();
            if !lacking.is_empty() {
                let layers = lacking.into_iter().collect::<Vec<_>>().join(", ");
                preset_notes
                    .push(format!("more of preset {} is undecided than need be: {layers} would tell", preset.name));
            }
            indicators.remainders.push(preset.undecided.clone());
            indicators.planted.extend_from_slice(&preset.planted);
        }
        Ok(ScreenPlan { indicators, tree_cover, preset_notes })
    }

    /// The terms and indicators of the policy, then the catalog's own.
    pub(crate) fn definitions(&self) -> Result<Definitions, ConfigError> {
        self.policy.policy.definitions().clone().joined(self.catalog.definitions.clone())
    }

    /// What expressions need to know of the layers; `near` is where the plots are.
    pub(crate) fn facts(&self, near: Position) -> Vec<LayerFacts<'_>> {
        let mut facts: Vec<_> = self.opened.iter().map(|layer| layer.facts(near)).collect();
        let infos: Vec<_> = self.opened.iter().map(|layer| layer.raster.as_ref().map(|raster| raster.info())).collect();
        LayerFacts::compare_cells(&mut facts, &infos);
        facts
    }

    /// Plans the indicators of these definitions.
    pub(crate) fn plan_of(
        &self,
        definitions: &Definitions,
        facts: &[LayerFacts<'_>],
    ) -> Result<IndicatorPlan, ConfigError> {
        let may_lack = self.policy.policy.layers();
        IndicatorPlan::of(&CellScope { layers: facts, definitions, cutoff: self.catalog.cutoff, may_lack })
    }

    /// The opened layers, as the engine sees them.
    #[must_use]
    pub fn layers(&self) -> &[ScreenLayer] {
        &self.layers
    }

    /// The job for the engine, without moving plots or asking more of them than what maps say.
    #[must_use]
    pub fn screening<'a>(
        &'a self,
        plan: &'a ScreenPlan,
        declared: &'a Declared,
        dates: &'a RunDates,
        regions: Option<&'a RegionSet>,
    ) -> Screening<'a> {
        let policy = &self.policy.policy;
        let (layers, plan) = (self.layers.as_slice(), &plan.indicators);
        Screening { layers, plan, policy, declared, claims: None, dates, regions, moves: None }
    }

    /// Where plots with such columns declare what the policy's attributes are. The columns that the catalog names and the
    /// plots lack come second, each with its attribute.
    #[must_use]
    pub fn declared(&self, plots: &Schema) -> (Declared, Vec<(String, String)>) {
        let fields = self.catalog.attributes.iter().map(|(name, field)| (name.clone(), field.source.clone()));
        let fields: BTreeMap<String, String> = fields.collect();
        let declared = Declared::of(&self.policy.policy, &fields, plots);
        let is_read = |name: &String| self.policy.policy.attributes().iter().any(|attribute| attribute.name == *name);
        let fields = fields.into_iter().filter(|(name, _)| is_read(name));
        let lacking = fields.filter(|(_, field)| plots.column_with_name(field).is_none()).collect();
        (declared, lacking)
    }

    /// The last day that each layer has seen, and the last day of the harvest where somebody says.
    #[must_use]
    pub fn dates(&self, production_end: Option<Day>) -> RunDates {
        let until = |layer: &OpenLayer| {
            let meaning = &layer.screen.spec.raster()?.meaning;
            let end_of = |(_, last): (i32, i32)| Day::from_ymd(last, 12, 31);
            Some((layer.screen.spec.id.clone(), meaning.until.or_else(|| meaning.period.and_then(end_of))?))
        };
        RunDates { until: self.opened.iter().filter_map(until).collect(), production_end }
    }

    /// The files of all layers, each with its layer's id.
    #[must_use]
    pub fn layer_files(&self) -> Vec<(String, PathBuf)> {
        let of = |layer: &OpenLayer| {
            let id = layer.screen.spec.id.clone();
            layer_files(&self.catalog, layer).into_iter().map(move |path| (id.clone(), path)).collect::<Vec<_>>()
        };
        self.opened.iter().flat_map(of).collect()
    }

    /// The layers of cells.
    pub fn rasters(&self) -> impl Iterator<Item = &dyn LayerSource> {
        self.layers.iter().filter_map(|layer| match &layer.data {
            LayerData::Raster(source) => Some(source.as_ref() as &dyn LayerSource),
            LayerData::Vector(_) => None,
        })
    }
}

impl ChosenPolicy {
    /// The policy for a catalog: `asked` is a shipped policy or a file; `None` is the catalog's, else the
    /// default one, else the plain one where the catalog cannot carry the default.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if it cannot be read, is wrong, or needs layers that the catalog lacks.
    pub fn choose(asked: Option<&str>, catalog: &Catalog) -> Result<Self, ScreenInputError> {
        let layers: Vec<&str> = catalog.layers.iter().map(|layer| layer.id.as_str()).collect();
        if let Some(asked) = asked.or(catalog.policy.as_deref()) {
            let chosen = Self::read(asked)?;
            chosen.policy.check_layers(&layers)?;
            return Ok(chosen);
        }
        let chosen = Self::read(DEFAULT_POLICY)?;
        let Err(reason) = chosen.policy.check_layers(&layers) else { return Ok(chosen) };
        let mut plain = Self::read(PLAIN_POLICY)?;
        if plain.policy.check_layers(&layers).is_err() {
            return Err(reason.into());
        }
        plain.note = Some(format!("policy {PLAIN_POLICY} instead of {DEFAULT_POLICY}: {}", reason.message));
        Ok(plain)
    }

    /// A shipped policy by its name, or the policy of a file.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if it cannot be read or is wrong.
    pub fn read(asked: &str) -> Result<Self, ScreenInputError> {
        if let Some((file, text)) = builtin(asked) {
            return Ok(Self { policy: Policy::parse(file, text)?, text: text.to_owned(), path: None, note: None });
        }
        let path = Path::new(asked);
        if !path.exists() {
            return Err(ScreenInputError::NoPolicy { asked: asked.to_owned() });
        }
        let text = std::fs::read_to_string(path)
            .map_err(|source| ScreenInputError::Policy { path: path.to_owned(), source })?;
        Ok(Self { policy: Policy::parse(asked, &text)?, text, path: Some(path.to_owned()), note: None })
    }

    /// The same with other values of some thresholds, each by its name, in order.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError::Threshold`] for the first that cannot be set.
    pub fn with_thresholds(mut self, thresholds: &[(String, f64)]) -> Result<Self, ScreenInputError> {
        for (name, value) in thresholds {
            self.policy = self.policy.with_threshold(name, *value)?;
        }
        Ok(self)
    }
}

/// Checks that the policy has the attributes that the catalog says where to find, or that a shipped one has them: a catalog is not
/// of one policy alone.
fn check_attributes(catalog: &Catalog, policy: &Policy) -> Result<(), ConfigError> {
    let known = || policy.attributes().iter().map(|attribute| attribute.name.as_str());
    let is_unknown = |name: &str| known().all(|known| known != name) && !is_of_a_shipped_policy(name);
    let Some((name, field)) = catalog.attributes.iter().find(|(name, _)| is_unknown(name)) else { return Ok(()) };
    let hint = match (nearest(name, known()), known().next()) {
        (Some(near), _) => format!("; did you mean {near:?}?"),
        (None, Some(_)) => format!("; it has: {}", known().collect::<Vec<_>>().join(", ")),
        (None, None) => ", nor any other".to_owned(),
    };
    Err(field.error_text(&format!("policy {} has no attribute {name:?}{hint}", policy.name())))
}

fn is_of_a_shipped_policy(attribute: &str) -> bool {
    let shipped =
        BUILTIN.iter().filter_map(|name| builtin(name)).filter_map(|(file, text)| Policy::parse(file, text).ok());
    shipped.flat_map(|policy| policy.attributes().to_vec()).any(|known| known.name == attribute)
}

fn read_preset(asked: &str) -> Result<Preset, ScreenInputError> {
    if let Some((file, text)) = builtin_preset(asked) {
        return Ok(Preset::parse(file, text)?);
    }
    let path = Path::new(asked);
    if !path.exists() {
        return Err(ScreenInputError::NoPreset { asked: asked.to_owned() });
    }
    let text =
        std::fs::read_to_string(path).map_err(|source| ScreenInputError::Preset { path: path.to_owned(), source })?;
    Ok(Preset::parse(asked, &text)?)
}
