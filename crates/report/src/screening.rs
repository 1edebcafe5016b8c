//! A screening from opened plots to its folder: the same steps, and the same files, for every shell.

mod presets;
mod record;

pub use record::RunClock;

use crate::page::{ReportError, ReportLang, ReportOptions, report_of};
use crate::story::Story;
use lindero_engine::{Claims, EngineError, Moves, ReadPlots, Resources, Screened, Screening, Summary};
use lindero_io::answers::{Answers, AnswersFor};
use lindero_io::layer_lock::LockError;
use lindero_io::output::WriteError;
use lindero_io::places::Atlas;
use lindero_io::plot_input::{PlotInput, PlotOptions};
use lindero_io::regions::RegionsRead;
use lindero_io::run::{
    CATALOG_COPY, Content, Deciding, Format, GroupSums, Job, LayerRecord, POLICY_COPY, PlotSums, RUN_RECORD, ReadRun,
    ReadRunError, RunError, RunFolder, RunKey, RunTables, SUBMITTED, UnreadableFile, hash_file, hash_text,
    layer_records, layers_id, write_manifest, write_plot_sums,
};
use lindero_io::screening::{ScreenInput, ScreenInputError};
use lindero_logic::Day;
use lindero_plots::doubts::{Country, Places};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
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
    /// Other values of its thresholds, by name.
    pub thresholds: Vec<(String, f64)>,
    /// The last day of the harvest.
    pub production_end: Option<Day>,
    /// The file of people's answers.
    pub answers: Option<PathBuf>,
    /// The file of regions.
    pub regions: Option<PathBuf>,
    /// The column with a region's name.
    pub region_name: Option<String>,
    /// The columns with the names of regions and those around them, outermost first.
    pub level: Vec<String>,
    /// The column of the plots by which they are added up, too.
    pub group: Option<String>,
    /// Presets for trees on farms.
    pub preset: Vec<String>,
    /// The error by which plots are moved.
    pub position_error: Option<String>,
    /// How often.
    pub offsets: Option<usize>,
    /// The country in which all plots are said to lie.
    pub country: Option<Country>,
    /// Whether plots are compared with each other.
    pub claims: bool,
    /// The column with who has the plot.
    pub producer_field: Option<String>,
    /// The formats of the plots.
    pub formats: Vec<Format>,
    /// Their names as given.
    pub format: Vec<String>,
    /// Leaves the user's own columns out of what is written.
    pub is_anonymous: bool,
    /// Writes the report too, in this language.
    pub report: Option<ReportLang>,
    /// What the manifest calls files whose paths say nothing to the user.
    pub called: BTreeMap<PathBuf, String>,
}

/// A screening, with everything it needs opened.
pub struct ScreeningRun<'a> {
    /// Catalog, policy and layers.
    pub input: &'a ScreenInput,
    /// The plots, with content ids, and to be moved by `moves`.
    pub plots: &'a PlotInput,
    /// The regions, if any.
    pub regions: Option<&'a RegionsRead>,
    /// By what plots are moved, if at all.
    pub moves: Option<&'a Moves>,
    /// What people answered, if anything.
    pub answers: Option<&'a Answers>,
    /// The key by which the run is signed, if at all.
    pub key: Option<&'a RunKey>,
    /// Size and hash of the program, where it is known.
    pub program_file: Option<Content>,
    /// What was asked.
    pub options: &'a ScreeningOptions,
}

/// What came of it, beside the files.
pub struct WrittenRun {
    /// The table that is printed.
    pub table: String,
    /// The run in a few numbers.
    pub summary: Summary,
    /// Layers of which the manifest has no hash.
    pub unhashed: Vec<String>,
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
    /// The hashes of the layers.
    #[error(transparent)]
    Lock(#[from] LockError),
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
        let options = self.options;
        let mut job = Job::of(&options.plots, self.input.layer_files())?;
        let others = [Some(&self.input.catalog.path), options.regions.as_ref(), options.answers.as_ref()];
        for path in others.into_iter().flatten() {
            job.line("hash", &hash(path)?.blake3);
        }
        job.line("policy", &hash_text(&self.input.policy.text));
        job.line("production end", &options.production_end.map_or_else(String::new, |day| day.to_string()));
        for (name, value) in &options.thresholds {
            job.line("threshold", &format!("{name} {value}"));
        }
        job.line("region name", options.region_name.as_deref().unwrap_or_default());
        if let Some(moves) = self.moves {
            job.line("moves", &format!("{} by {} m", moves.offsets().len(), moves.error_m()));
        }
        // Only where asked, so that a run of before can be gone on with.
        for (name, value) in record::of_claims(options) {
            job.line(name, &value.to_string());
        }
        job.line("levels", &options.level.join(","));
        job.line("group", options.group.as_deref().unwrap_or_default());
        for preset in &self.input.presets {
            job.line("preset", &format!("{preset:?}"));
        }
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
        clock: &RunClock,
    ) -> Result<WrittenRun, ScreeningError> {
        let (input, options) = (self.input, self.options);
        let (mut source, fields) = self.plots.source();
        let user = source.schema();
        let claims = self.claims();
        let read = ReadPlots::read(&mut source, fields, claims.as_ref(), input.rasters(), resources)?;
        let plan = input.plan(read.centre())?;
        let (declared, _) = input.declared(&user);
        let dates = input.dates(options.production_end);
        let set = self.regions.map(|regions| &regions.set);
        let screening =
            Screening { moves: self.moves, claims: claims.as_ref(), ..input.screening(&plan, &declared, &dates, set) };
        let layers = layer_records(input)?;
        let layers_id = layers_id(&json!(layers));
        let (columns, lang) = (screening.columns(), options.plots.lang);
        let shown = if options.is_anonymous { arrow_schema::Schema::empty() } else { user.as_ref().clone() };
        let groups = options.group.clone().zip(set).map(|(group, set)| {
            let added = columns.iter().filter(|column| column.is_hectares()).map(|column| column.name.clone());
            GroupSums::new(group, set.names().to_vec(), added.collect())
        });
        let policy = &input.policy.policy;
        let answers = self.answers.map(|answers| AnswersFor { answers, policy, layers_id: &layers_id });
        let deciding = Deciding { rules: policy.rules(), answers };
        let tables = RunTables::start(folder, &options.formats, &columns, &shown, set, deciding, lang)?;
        let tables = tables.with_groups(groups);
        let screened = screening.run(read, resources, &tables)?;
        let groups = tables.finish()?;
        self.write_sums(folder, &screened, groups)?;
        if !input.presets.is_empty() {
            folder.write_json("presets.json", &presets::record(input, &plan))?;
        }
        let story = Story {
            screened: &screened,
            policy,
            cutoff: input.catalog.cutoff.to_string(),
            missing_layers: &input.missing_layers,
            agroforestry_refused: plan.tree_cover.refused.as_deref(),
            agroforestry_year: plan.tree_cover.agroforestry_year,
        };
        let (mut table, summary) = (story.table(), story.json());
        folder.write_json("summary.json", &summary)?;
        folder.write_json(RUN_RECORD, &clock.record(&screened.summary))?;
        folder.write_text(POLICY_COPY, &input.policy.text)?;
        folder.write_text(CATALOG_COPY, &input.catalog.text)?;
        let unhashed = unhashed(&layers);
        let manifest = self.manifest(&plan, layers, &declared, &screened)?;
        // Before the manifest is sealed: whatever is in the folder by then is part of the run.
        if let Some(lang) = options.report {
            let html = self.report(&folder.work().made(), (&json!(manifest), &summary), lang)?;
            folder.write_text(REPORT, &html)?;
        }
        write_manifest(folder, manifest, self.key)?;
        presets::tell(input, &plan, &mut table);
        if set.is_some() {
            let _ = writeln!(table, "\nregions.csv: {SUBMITTED}");
        }
        Ok(WrittenRun { table, summary: screened.summary, unhashed })
    }

    /// What is asked of the plots beside what maps say.
    fn claims(&self) -> Option<Claims<'static>> {
        let ScreeningOptions { country, claims, producer_field, .. } = self.options;
        let country = country.map(|country| (country, Atlas::get() as &(dyn Places + Sync)));
        let producer = producer_field.clone();
        (country.is_some() || *claims).then_some(Claims { country, compared: *claims, producer })
    }

    fn write_sums(
        &self,
        folder: &RunFolder,
        screened: &Screened,
        groups: Option<GroupSums>,
    ) -> Result<(), ScreeningError> {
        let Some(RegionsRead { set, levels, .. }) = self.regions else { return Ok(()) };
        let added = screened.roll_up_columns.clone();
        let sums = PlotSums::of_regions(&screened.roll_up, added, set.names(), levels, groups);
        Ok(write_plot_sums(folder, &sums, Some(set))?)
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

/// Layers of which some file has no hash.
fn unhashed(layers: &[LayerRecord]) -> Vec<String> {
    let is_unhashed = |layer: &&LayerRecord| layer.files.iter().any(|file| file.blake3.is_none());
    layers.iter().filter(is_unhashed).map(|layer| layer.id.clone()).collect()
}

fn hash(path: &Path) -> Result<lindero_io::run::FileHash, ScreeningError> {
    hash_file(path).map_err(|source| ScreeningError::Hash { path: path.to_owned(), source })
}
