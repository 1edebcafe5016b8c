//! `lindero check --suggest-split`

use crate::args::SplitArgs;
use crate::failure::Failure;
use crate::policy::warn_of;
use crate::progress::RunProgress;
use crate::run_files::hash_of;
use lindero_engine::{CheckedAll, SuggestedSplits, suggest_splits};
use lindero_io::catalog::Catalog;
use lindero_io::run::{RunFolder, hash_text, layer_records, write_splits};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_io::standing_forest::{STANDING_FOREST, StandingForest};
use lindero_plots::Bounds;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The maps that say where forest stands.
pub(crate) struct ForestMaps {
    catalog: PathBuf,
    input: ScreenInput,
}

/// What came of looking at them.
pub(crate) struct FoundSplits {
    /// What was asked, as the policy or the catalog calls it.
    pub(crate) forest: &'static str,
    pub(crate) found: SuggestedSplits,
}

impl ForestMaps {
    /// Opens the maps, if splits are asked for; that nothing says what forest is, is told at once.
    pub(crate) fn open(args: &SplitArgs) -> Result<Option<Self>, Failure> {
        let Some(path) = args.catalog.as_ref().filter(|_| args.suggest_split) else { return Ok(None) };
        let catalog = Catalog::read(path)?;
        let policy = ChosenPolicy::choose(args.policy.as_deref(), &catalog)?;
        warn_of(&policy);
        let input = ScreenInput::open(catalog, policy)?;
        for (layer, note) in input.opened.iter().flat_map(|l| l.notes.iter().map(|note| (&l.screen.spec.id, note))) {
            eprintln!("note: layer {layer}: {note}");
        }
        if let Some(note) = &input.policy.note {
            eprintln!("note: {note}");
        }
        let maps = Self { catalog: path.clone(), input };
        maps.forest([0.0, 0.0])?;
        Ok(Some(maps))
    }

    fn forest(&self, near: lindero_plots::Position) -> Result<StandingForest, Failure> {
        let found = StandingForest::of(&self.input, near)?;
        found.ok_or_else(|| {
            Failure::new(format!(
                "--suggest-split: policy {} and {} measure no standing forest; an indicator or a term of the name {} would say \
                 where it is",
                self.input.policy.policy.name(),
                self.catalog.display(),
                STANDING_FOREST.join(" or ")
            ))
        })
    }

    /// Looks for standing forest on the plots and writes `split.geojson`.
    pub(crate) fn suggest(
        &self,
        checked: &CheckedAll,
        folder: &RunFolder,
        progress: &RunProgress,
    ) -> Result<FoundSplits, Failure> {
        let bounds = checked.shapes.iter().fold(Bounds::empty(), |all, shape| all.union(&shape.bounds()));
        let near = if bounds.is_empty() { [0.0, 0.0] } else { bounds.center() };
        let StandingForest { name, plan } = self.forest(near)?;
        let found = suggest_splits(checked, &plan, name, self.input.layers(), progress)?;
        let found = found.expect("a plan of standing forest measures it");
        write_splits(folder, checked, &found.splits)?;
        Ok(FoundSplits { forest: name, found })
    }

    /// What the manifest says of the maps.
    pub(crate) fn record(&self) -> Result<Value, Failure> {
        let policy = &self.input.policy;
        Ok(json!({
            "catalog": hash_of(&self.catalog)?,
            "policy": { "name": policy.policy.name(), "blake3": hash_text(&policy.text) },
            "layers": layer_records(&self.input)?,
        }))
    }
}
