//! What a screening works with: catalog, layers, policy, plan, regions.

use crate::failure::Failure;
use lindero_engine::{PlotTable, ScreenLayer};
use lindero_indicators::{CellScope, Definitions, IndicatorPlan, TreeCover};
use lindero_io::catalog::{Catalog, OpenLayer};
use lindero_io::regions::read_regions;
use lindero_plots::Position;
use lindero_policy::{BUILTIN, Policy, builtin};
use lindero_regions::RegionSet;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The policy where nobody asks for another.
const DEFAULT_POLICY: &str = "eudr-2020";
/// The policy for catalogs that cannot carry the default one.
const PLAIN_POLICY: &str = "tree-loss";

/// A policy with the text it was read from.
pub(crate) struct ChosenPolicy {
    pub(crate) policy: Policy,
    pub(crate) text: String,
    /// Why it is not the one that would have been the default.
    pub(crate) note: Option<String>,
}

/// Everything but the plots.
pub(crate) struct ScreenInput {
    pub(crate) catalog: Catalog,
    pub(crate) policy: ChosenPolicy,
    pub(crate) opened: Vec<OpenLayer>,
    pub(crate) plan: IndicatorPlan,
    pub(crate) tree_cover: TreeCover,
    /// Layers that the policy knows and the catalog lacks.
    pub(crate) missing_layers: Vec<String>,
}

impl ScreenInput {
    /// Reads the catalog, chooses the policy, opens the layers and plans the indicators.
    pub(crate) fn open(catalog: &Path, policy: Option<&str>, near: Position) -> Result<Self, Failure> {
        let catalog = Catalog::read(catalog)?;
        let ids: Vec<&str> = catalog.layers.iter().map(|layer| layer.id.as_str()).collect();
        let policy = choose_policy(policy.or(catalog.policy.as_deref()), &ids)?;
        let missing_layers: Vec<String> =
            policy.policy.layers().iter().filter(|layer| !ids.contains(&layer.as_str())).cloned().collect();
        let may_lack: BTreeSet<String> = policy.policy.layers().iter().cloned().collect();

        let mut definitions = policy.policy.definitions().clone().overridden_by(catalog.definitions.clone());
        let opened = catalog.layers.iter().map(|spec| catalog.open_layer(spec, true)).collect::<Result<Vec<_>, _>>()?;
        let facts: Vec<_> = opened.iter().map(|layer| layer.facts(near)).collect();
        let tree_cover = TreeCover::of(&facts, &definitions);
        let extra = Definitions { indicators: tree_cover.indicators.clone(), ..Definitions::default() };
        definitions = extra.overridden_by(definitions.clone()).ordered_like(&definitions);
        let scope =
            CellScope { layers: &facts, definitions: &definitions, cutoff: catalog.cutoff, may_lack: &may_lack };
        let plan = IndicatorPlan::of(&scope)?;
        drop(facts);
        Ok(Self { catalog, policy, opened, plan, tree_cover, missing_layers })
    }

    /// The layers for the engine, and what is left of the input.
    pub(crate) fn layers(&self) -> Vec<ScreenLayer> {
        self.opened.iter().map(|layer| layer.screen.clone()).collect()
    }
}

/// The regions that `--regions` and `--region-name` name.
pub(crate) fn open_regions(file: Option<&PathBuf>, name: Option<&String>) -> Result<Option<RegionSet>, Failure> {
    let (Some(file), Some(name)) = (file, name) else { return Ok(None) };
    let (regions, notes) = read_regions(file, name)?;
    for note in notes {
        eprintln!("note: {}: {note}", file.display());
    }
    Ok(Some(regions))
}

/// Somewhere among the plots: where cells of several grids are compared by size.
pub(crate) fn centre_of(table: &PlotTable) -> Position {
    let bounds = table.shapes.iter().map(|shape| shape.bounds()).reduce(|all, bounds| all.union(&bounds));
    bounds.map_or([0.0, 0.0], |bounds| bounds.center())
}

fn choose_policy(asked: Option<&str>, layers: &[&str]) -> Result<ChosenPolicy, Failure> {
    match asked {
        Some(asked) => {
            let chosen = read_policy(asked)?;
            chosen.policy.check_layers(layers)?;
            Ok(chosen)
        }
        None => {
            let chosen = read_policy(DEFAULT_POLICY)?;
            let Err(reason) = chosen.policy.check_layers(layers) else { return Ok(chosen) };
            let mut plain = read_policy(PLAIN_POLICY)?;
            if plain.policy.check_layers(layers).is_err() {
                return Err(reason.into());
            }
            plain.note = Some(format!("policy {PLAIN_POLICY} instead of {DEFAULT_POLICY}: {}", reason.message));
            Ok(plain)
        }
    }
}

fn read_policy(asked: &str) -> Result<ChosenPolicy, Failure> {
    if let Some((file, text)) = builtin(asked) {
        return Ok(ChosenPolicy { policy: Policy::parse(file, text)?, text: text.to_owned(), note: None });
    }
    let path = Path::new(asked);
    if !path.exists() {
        let message =
            format!("--policy {asked:?} is neither a file nor one of the shipped policies: {}", BUILTIN.join(", "));
        return Err(Failure::new(message));
    }
    let text =
        std::fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read the policy {asked}: {e}")))?;
    Ok(ChosenPolicy { policy: Policy::parse(asked, &text)?, text, note: None })
}
