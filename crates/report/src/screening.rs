//! A screening from opened plots to its folder: the same steps, and the same files, for every shell.

mod record;

pub use record::RunClock;

use crate::page::{ReportError, ReportLang, ReportOptions, report_of};
use crate::story::Story;
use lindero_engine::{EngineError, ReadPlots, Resources, Summary};
use lindero_io::output::WriteError;
use lindero_io::plot_input::{PlotInput, PlotOptions};
use lindero_io::run::{
    CATALOG_COPY, Format, Job, POLICY_COPY, ReadRun, ReadRunError, RunError, RunFolder, RunTables, UnreadableFile,
    hash_file, hash_text, write_regions,
};
use lindero_io::screening::{ScreenInput, ScreenInputError};
use lindero_logic::Day;
use lindero_regions::RegionSet;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The report in a run folder.
pub const REPORT: &str = "report.html";
/// How many of the worst plots a report shows, unless another number is asked.
pub const WORST: u16 = 10;

/// What is asked of a screening, as it was given.
#[derive(Clone, Debug)]
pub struct ScreeningOptions {
    /// The plots.
    pub plots: PlotOptions,
    /// The policy.
    pub policy: Option<String>,
    /// The last day of the harvest.
    pub production_end: Option<Day>,
    /// The file of regions.
    pub regions: Option<PathBuf>,
    /// The column with a region's name.
    pub region_name: Option<String>,
    /// The formats of the plots.
    pub formats: Vec<Format>,
    /// Their names as given.
    pub format: Vec<String>,
    /// Leaves the user's own columns out of what is written.
    pub is_anonymous: bool,
    /// Writes the report too, in this language.
    pub report: Option<ReportLang>,
    /// What the manifest calls the plot files, where their paths say nothing to the user.
    pub plot_names: Option<Vec<String>>,
}

/// A screening, with everything it needs opened.
pub struct ScreeningRun<'a> {
    /// Catalog, policy and layers.
    pub input: &'a ScreenInput,
    /// The plots, with content ids.
    pub plots: &'a PlotInput,
    /// The regions, if any.
    pub regions: Option<&'a RegionSet>,
    /// What was asked.
    pub options: &'a ScreeningOptions,
}

/// What came of it, beside the files.
pub struct WrittenRun {
    /// The table that is printed.
    pub table: String,
    /// The run in a few numbers.
    pub summary: Summary,
}

/// Why a screening came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScreeningError {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A definition of the catalog or the policy.
    #[error(transparent)]
    Input(#[from] ScreenInputError),
    /// A table.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Another file of the folder.
    #[error(transparent)]
    Folder(#[from] RunError),
    /// A file that went in.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// A file that went in, while it was hashed.
    #[error("cannot read {}: {source}", path.display())]
    #[expect(missing_docs, reason = "the message names its fields")]
    Hash { path: PathBuf, source: std::io::Error },
    /// The run, while its report was written.
    #[error(transparent)]
    Read(#[from] ReadRunError),
    /// The report.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl ScreeningRun<'_> {
    /// What the run is of, so that only the same run is gone on with.
    ///
    /// # Errors
    ///
    /// [`ScreeningError`] if a file that goes in is gone.
    pub fn job(&self) -> Result<Job, ScreeningError> {
        let (options, files) = (self.options, self.input.layer_files());
        let mut job = Job::of(&options.plots, files.iter().map(|(id, path)| (id.clone(), path.as_path())))?;
        for path in [Some(&self.input.catalog.path), options.regions.as_ref()].into_iter().flatten() {
            job.line("hash", &hash(path)?.blake3);
        }
        job.line("policy", &hash_text(&self.input.policy.text));
        job.line("production end", &options.production_end.map_or_else(String::new, |day| day.to_string()));
        job.line("region name", options.region_name.as_deref().unwrap_or_default());
        Ok(job)
    }

    /// The columns that the catalog says declare something and the plots lack, each with its attribute.
    #[must_use]
    pub fn lacking(&self) -> Vec<(String, String)> {
        self.input.declared(&self.plots.schema()).1
    }

    /// Measures, decides and writes every file of the run's folder, which is still to be moved to its place.
    ///
    /// # Errors
    ///
    /// [`ScreeningError`]: then the folder is not whole.
    pub fn write(
        &self,
        folder: &RunFolder,
        resources: &Resources<'_>,
        clock: RunClock,
    ) -> Result<WrittenRun, ScreeningError> {
        let (input, options) = (self.input, self.options);
        let (mut source, fields) = self.plots.source();
        let user = source.schema();
        let read = ReadPlots::read(&mut source, fields, input.rasters(), resources)?;
        let plan = input.plan(read.centre())?;
        let (declared, _) = input.declared(&user);
        let dates = input.dates(options.production_end);
        let screening = input.screening(&plan, &declared, &dates, self.regions);
        let rules = input.policy.policy.rules();
        let (columns, lang) = (screening.columns(), options.plots.lang);
        let shown = if options.is_anonymous { arrow_schema::Schema::empty() } else { user.as_ref().clone() };
        let mut tables = RunTables::start(folder, &options.formats, &columns, &shown, self.regions, rules, lang)?;
        let screened = screening.run(read, resources, &mut tables)?;
        tables.finish()?;
        let story = Story {
            screened: &screened,
            policy: &input.policy.policy,
            cutoff: input.catalog.cutoff.to_string(),
            missing_layers: &input.missing_layers,
            agroforestry_refused: plan.tree_cover.refused.as_deref(),
            agroforestry_year: plan.tree_cover.agroforestry_year,
        };
        if let Some(regions) = self.regions {
            write_regions(folder, &screened, regions)?;
        }
        folder.write_text(POLICY_COPY, &input.policy.text)?;
        folder.write_text(CATALOG_COPY, &input.catalog.text)?;
        let manifest = self.manifest(&declared, &dates, &screened)?;
        let summary = story.json();
        folder.write_json("summary.json", &summary)?;
        // Before the manifest: whatever is in the folder by then is part of the run.
        if let Some(lang) = options.report {
            folder.write_text(REPORT, &self.report(&folder.work().made(), (&manifest, &summary), lang)?)?;
        }
        folder.write_json("manifest.json", &manifest)?;
        folder.write_json("run.json", &clock.record(&screened.summary))?;
        Ok(WrittenRun { table: story.table(), summary: screened.summary })
    }

    fn report(
        &self,
        folder: &Path,
        (manifest, summary): (&Value, &Value),
        lang: ReportLang,
    ) -> Result<String, ScreeningError> {
        let run = ReadRun::with(folder, manifest.clone(), summary.clone())?;
        let is_anonymous = self.options.is_anonymous;
        let options = ReportOptions { lang, worst: usize::from(WORST), is_anonymous, to_run: Some(String::new()) };
        Ok(report_of(&run, self.input, options)?)
    }
}

fn hash(path: &Path) -> Result<lindero_io::run::FileHash, ScreeningError> {
    hash_file(path).map_err(|source| ScreeningError::Hash { path: path.to_owned(), source })
}
