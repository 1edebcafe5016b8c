//! What went into a run, and what may differ between equal runs.

use super::{ScreeningError, ScreeningOptions, ScreeningRun, hash};
use lindero_engine::{Declared, Screened, Summary};
use lindero_io::run::{FileHash, LayerRecord, Manifest, PolicyRecord, hash_features, hash_text};
use lindero_io::screening::{ScreenInput, ScreenPlan};
use lindero_io::vector::feature_files;
use lindero_policy::Unassessed;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// When and where a run began.
#[derive(Clone, Debug)]
pub struct RunClock {
    /// For how long it takes.
    pub start: Instant,
    /// Since 1970.
    pub since_epoch: Duration,
    /// How many threads it works with.
    pub threads: usize,
    /// The folder from which its paths are read.
    pub folder: Option<PathBuf>,
}

impl RunClock {
    /// What may differ between equal runs.
    pub(super) fn record(&self, summary: &Summary) -> Value {
        let seconds = self.start.elapsed().as_secs_f64();
        json!({
            "started_unix_s": self.since_epoch.as_secs(),
            "seconds": seconds,
            "plots_per_second": summary.plots as f64 / seconds.max(1e-9),
            "threads": self.threads,
            "folder": self.folder,
        })
    }
}

impl ScreeningRun<'_> {
    /// What went in.
    pub(super) fn manifest(
        &self,
        plan: &ScreenPlan,
        layers: Vec<LayerRecord>,
        declared: &Declared,
        screened: &Screened,
    ) -> Result<Manifest, ScreeningError> {
        let (input, options) = (self.input, self.options);
        let rules = |rules: Vec<&Unassessed>| -> Map<String, Value> {
            rules.into_iter().map(|rule| (rule.code.clone(), json!(rule.missing))).collect()
        };
        let policy = &input.policy;
        Ok(Manifest {
            program: format!("lindero {}", env!("CARGO_PKG_VERSION")),
            program_file: self.program_file.clone(),
            signed_by: None,
            parameters: self.parameters(declared),
            plots: self.feature_hashes(&options.plots.paths)?,
            catalog: FileHash {
                path: input.catalog.path.display().to_string(),
                bytes: input.catalog.text.len() as u64,
                blake3: hash_text(&input.catalog.text),
            },
            regions: self.feature_hashes(options.regions.as_slice())?,
            answers: options.answers.as_deref().map(|path| self.hash_told(path)).transpose()?,
            policy: PolicyRecord {
                name: policy.policy.name().to_owned(),
                version: policy.policy.version().to_owned(),
                path: policy.path.as_ref().map(|path| path.display().to_string()),
                bytes: policy.text.len() as u64,
                blake3: hash_text(&policy.text),
                not_assessed: rules(screened.bound.not_assessed()),
                assessed_in_part: rules(screened.bound.assessed_in_part()),
            },
            layers,
            missing_layers: input.missing_layers.clone(),
            measures: measures(input, plan),
            files: Vec::new(),
        })
    }

    /// The options, by their names on the command line.
    fn parameters(&self, declared: &Declared) -> Map<String, Value> {
        let options = self.options;
        let plots = &options.plots;
        let thresholds = options.thresholds.iter().map(|(name, value)| (name.clone(), json!(value)));
        let declared = declared.columns().iter().map(|column| (column.attribute.clone(), json!(column.field)));
        let parameters = [
            ("plots", json!(plots.paths.iter().map(|path| self.told(path)).collect::<Vec<_>>())),
            ("catalog", json!(self.input.catalog.path)),
            ("policy", json!(options.policy)),
            ("production_end", json!(options.production_end.map(|day| day.to_string()))),
            ("thresholds", thresholds.collect::<Map<_, _>>().into()),
            ("answers", json!(options.answers.as_deref().map(|path| self.told(path)))),
            ("report", json!(options.report.is_some())),
            ("regions", json!(options.regions.as_deref().map(|path| self.told(path)))),
            ("region_name", json!(options.region_name)),
            ("level", json!(options.level)),
            ("group", json!(options.group)),
            ("preset", json!(options.preset)),
            ("id", json!(plots.id)),
            ("area_field", json!(plots.area_field)),
            ("no_repair", json!(plots.no_repair)),
            ("lang", json!(plots.lang.code())),
            ("geometry_field", json!(plots.geometry_field)),
            ("lon_field", json!(plots.lon_field)),
            ("lat_field", json!(plots.lat_field)),
            ("crs", json!(plots.crs)),
            ("declared", declared.collect::<Map<_, _>>().into()),
            ("format", json!(options.format)),
            ("cutoff", json!(self.input.catalog.cutoff.to_string())),
            ("position_error", json!(options.position_error)),
            ("offsets", json!(options.offsets)),
        ];
        parameters.into_iter().chain(of_claims(options)).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What its user calls a file.
    fn told(&self, path: &Path) -> String {
        self.options.called.get(path).cloned().unwrap_or_else(|| path.display().to_string())
    }

    fn hash_told(&self, path: &Path) -> Result<FileHash, ScreeningError> {
        Ok(FileHash { path: self.told(path), ..hash(path)? })
    }

    /// The hashes of files of features, each with the files that are read with it.
    fn feature_hashes(&self, paths: &[PathBuf]) -> Result<Vec<FileHash>, ScreeningError> {
        let mut hashes = Vec::new();
        for path in paths {
            if !self.options.called.contains_key(path) {
                hashes.extend(hash_features(&[path])?);
                continue;
            }
            for file in feature_files(path) {
                let own = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let told = if file == *path { self.told(path) } else { own };
                hashes.push(FileHash { path: told, ..hash(&file)? });
            }
        }
        Ok(hashes)
    }
}

/// The options of what is asked beside what maps say: those that were given.
pub(super) fn of_claims(options: &ScreeningOptions) -> impl Iterator<Item = (&'static str, Value)> {
    let given = [
        ("country", options.country.map(|country| json!(country.code()))),
        ("claims", options.claims.then_some(json!(true))),
        ("producer_field", options.producer_field.as_ref().map(|field| json!(field))),
    ];
    given.into_iter().filter_map(|(name, value)| Some((name, value?)))
}

/// The layers that each indicator reads.
fn measures(input: &ScreenInput, plan: &ScreenPlan) -> BTreeMap<String, Vec<String>> {
    let id = |layer: usize| input.opened[layer].screen.spec.id.clone();
    let of =
        |(indicator, layers): (&str, BTreeSet<usize>)| (indicator.to_owned(), layers.into_iter().map(id).collect());
    plan.indicators.layers_read().into_iter().map(of).collect()
}
