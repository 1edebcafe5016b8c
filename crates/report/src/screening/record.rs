//! `manifest.json` and `run.json`: what went in, and what may differ between equal runs.

use super::{ScreeningError, ScreeningRun, hash};
use lindero_engine::{Declared, Screened, Summary};
use lindero_io::run::{LayerFile, LayerRecord, Manifest, PolicyRecord, hash_text};
use lindero_policy::{RunDates, Unassessed};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// When a run began.
#[derive(Clone, Copy, Debug)]
pub struct RunClock {
    /// For how long it takes.
    pub start: Instant,
    /// Since 1970.
    pub since_epoch: Duration,
    /// How many threads it works with.
    pub threads: usize,
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
        })
    }
}

impl ScreeningRun<'_> {
    /// What went in.
    pub(super) fn manifest(
        &self,
        declared: &Declared,
        dates: &RunDates,
        screened: &Screened,
    ) -> Result<Value, ScreeningError> {
        let (input, options) = (self.input, self.options);
        let plots = &options.plots;
        let mut parameters = Map::new();
        let names = options.plot_names.as_ref();
        parameters.insert("plots".to_owned(), names.map_or_else(|| json!(plots.paths), |names| json!(names)));
        parameters.insert("catalog".to_owned(), json!(input.catalog.path));
        parameters.insert("policy".to_owned(), json!(options.policy));
        parameters.insert("production_end".to_owned(), json!(options.production_end.map(|day| day.to_string())));
        parameters.insert("regions".to_owned(), json!(options.regions));
        parameters.insert("region_name".to_owned(), json!(options.region_name));
        parameters.insert("id".to_owned(), json!(plots.id));
        parameters.insert("area_field".to_owned(), json!(plots.area_field));
        parameters.insert("no_repair".to_owned(), json!(plots.no_repair));
        parameters.insert("lang".to_owned(), json!(plots.lang.code()));
        parameters.insert("geometry_field".to_owned(), json!(plots.geometry_field));
        parameters.insert("lon_field".to_owned(), json!(plots.lon_field));
        parameters.insert("lat_field".to_owned(), json!(plots.lat_field));
        parameters.insert("crs".to_owned(), json!(plots.crs));
        let declared = declared.columns().iter().map(|column| (column.attribute.clone(), json!(column.field)));
        parameters.insert("declared".to_owned(), declared.collect::<Map<_, _>>().into());
        parameters.insert("format".to_owned(), json!(options.format));
        parameters.insert("cutoff".to_owned(), json!(input.catalog.cutoff.to_string()));
        let rules = |rules: Vec<&Unassessed>| -> Map<String, Value> {
            rules.into_iter().map(|rule| (rule.code.clone(), json!(rule.missing))).collect()
        };
        let layers = input.opened.iter().map(|layer| {
            let spec = &layer.screen.spec;
            let paths = input.files_of(layer);
            let files = paths.iter().map(|path| LayerFile {
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                bytes: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
            });
            LayerRecord {
                id: spec.id.clone(),
                path: spec.path.clone(),
                until: dates.until.get(&spec.id).map(ToString::to_string),
                files: files.collect(),
                licence: spec.licence.clone(),
            }
        });
        let mut files = plots.paths.iter().map(|path| hash(path)).collect::<Result<Vec<_>, _>>()?;
        for (file, name) in files.iter_mut().zip(names.into_iter().flatten()) {
            file.path.clone_from(name);
        }
        let manifest = Manifest {
            program: format!("lindero {}", env!("CARGO_PKG_VERSION")),
            parameters,
            plots: files,
            catalog: hash(&input.catalog.path)?,
            regions: options.regions.as_deref().map(hash).transpose()?,
            policy: PolicyRecord {
                name: input.policy.policy.name().to_owned(),
                version: input.policy.policy.version().to_owned(),
                blake3: hash_text(&input.policy.text),
                not_assessed: rules(screened.bound.not_assessed()),
                assessed_in_part: rules(screened.bound.assessed_in_part()),
            },
            layers: layers.collect(),
            missing_layers: input.missing_layers.clone(),
        };
        Ok(serde_json::to_value(manifest).expect("a manifest has only texts as keys"))
    }
}
