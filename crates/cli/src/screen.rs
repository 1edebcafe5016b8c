//! `lindero screen`

use crate::args::Screen;
use crate::country::country;
use crate::dry_run;
use crate::failure::Failure;
use crate::plot_input::{PlotInput, set_threads};
use crate::policy::warn_of;
use crate::position_error::moves;
use crate::progress::RunProgress;
use crate::run_files::{formats, program_file};
use lindero_engine::{MovedFields, Resources, Summary, USUAL_MEMORY};
use lindero_io::answers::Answers;
use lindero_io::catalog::Catalog;
use lindero_io::regions::{RegionsRead, level_columns, read_regions};
use lindero_io::run::{FolderKind, RunFolder, RunKey};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_plots::Lang;
use lindero_policy::Verdict;
use lindero_report::ReportLang;
use lindero_report::screening::{RunClock, ScreeningError, ScreeningOptions, ScreeningRun};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Plots with a verdict at or above `--fail-on` were found.
const FOUND: u8 = 1;

pub(crate) fn run(args: &Screen) -> Result<ExitCode, Failure> {
    set_threads(args.running.waiting.threads)?;
    let Some(done) = screened(args, None)? else { return Ok(ExitCode::SUCCESS) };
    print!("{}", done.table);
    println!("\nwritten to {}", done.place.display());
    Ok(done.code)
}

/// A run that was written, and what is said of it.
pub(crate) struct Done {
    table: String,
    place: PathBuf,
    code: ExitCode,
}

/// Screens; `None` where nothing was to be written. With `policy`, that one decides, whatever the options say.
pub(crate) fn screened(args: &Screen, policy: Option<ChosenPolicy>) -> Result<Option<Done>, Failure> {
    let clock = RunClock {
        start: Instant::now(),
        since_epoch: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        threads: rayon::current_num_threads(),
        folder: std::env::current_dir().ok(),
    };
    let formats = formats(&args.format)?;
    // All that is small is opened before the plots are read, so that a wrong name is told at once.
    let moves = moves(args)?;
    let key = args.sign.as_deref().map(RunKey::read).transpose()?;
    let regions = open_regions(args)?;
    let plots = PlotInput::open(&args.plots)?.with_content_ids();
    let producer_field =
        args.producer_field.as_deref().map(|name| plots.column("--producer-field", name)).transpose()?;
    let country = args.country.as_deref().map(country).transpose()?;
    let group = args.group.as_deref().map(|name| plots.column("--group", name)).transpose()?;
    let catalog = Catalog::read(&args.catalog)?;
    let policy = match policy {
        Some(policy) => policy,
        None => ChosenPolicy::choose(args.policy.as_deref(), &catalog)?,
    };
    let policy = policy.with_thresholds(&args.thresholds)?;
    warn_of(&policy);
    let input = ScreenInput::open(catalog, policy)?.with_presets(&args.preset)?;
    let moved = moves.as_ref().map(|moves| {
        let (declared, _) = input.declared(&plots.schema());
        MovedFields { position_error_m: moves.error_m(), declared }
    });
    let plots = plots.with_moves(moved);
    let answers = args.answers.as_deref().map(|path| Answers::read(path, &input.policy.policy)).transpose()?;
    tell_notes(&input, answers.as_ref());
    // Listens to Ctrl-C before there is anything to be removed.
    let progress = RunProgress::new(&args.running.waiting);
    if args.dry_run {
        dry_run::run(&input, &plots, regions.as_ref().map(|regions| &regions.set), moves.as_ref(), &progress)?;
        progress.done();
        return Ok(None);
    }
    let folder = RunFolder::start(&args.out, args.running.resume, FolderKind::Run)?;
    let scratch = folder.work().scratch()?;
    let options = ScreeningOptions { country, producer_field, ..options(args, formats, group) };
    let run = ScreeningRun {
        input: &input,
        plots: &plots,
        regions: regions.as_ref(),
        moves: moves.as_ref(),
        answers: answers.as_ref(),
        key: key.as_ref(),
        program_file: program_file(),
        options: &options,
    };
    let job = run.job()?;
    let memory = args.running.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: job.text() };
    for (attribute, field) in run.lacking() {
        eprintln!("note: the plots have no column {field:?}: {attribute} is unknown of all of them");
    }
    let written = run.write(&folder, &resources, &clock).map_err(|error| match error {
        ScreeningError::Engine(error) => Failure::of_run(error, folder.work().path(), args.running.resume),
        other => other.into(),
    })?;
    let place = folder.complete()?;
    progress.done();
    if !written.unhashed.is_empty() {
        eprintln!(
            "note: manifest.json has no hash of {}: run `lindero layers lock {}` once, and runs say which maps they used",
            written.unhashed.join(", "),
            args.catalog.display()
        );
    }
    Ok(Some(Done { table: written.table, place, code: exit_code(args.fail_on.as_deref(), &written.summary) }))
}

fn options(args: &Screen, formats: Vec<lindero_io::run::Format>, group: Option<String>) -> ScreeningOptions {
    ScreeningOptions {
        plots: args.plots.options(),
        policy: args.policy.clone(),
        thresholds: args.thresholds.clone(),
        production_end: args.production_end,
        answers: args.answers.clone(),
        regions: args.regions.clone(),
        region_name: args.region_name.clone(),
        level: args.level.clone(),
        group,
        preset: args.preset.clone(),
        position_error: args.position_error.clone(),
        offsets: args.offsets,
        country: None,
        claims: args.claims,
        producer_field: None,
        formats,
        format: args.format.clone(),
        is_anonymous: false,
        report: args.report.then(|| ReportLang::from(Lang::from(args.plots.lang))),
        called: BTreeMap::new(),
    }
}

fn tell_notes(input: &ScreenInput, answers: Option<&Answers>) {
    for (layer, note) in input.opened.iter().flat_map(|l| l.notes.iter().map(|note| (&l.screen.spec.id, note))) {
        eprintln!("note: layer {layer}: {note}");
    }
    if let Some(note) = &input.policy.note {
        eprintln!("note: {note}");
    }
    for note in answers.iter().flat_map(|answers| &answers.notes) {
        eprintln!("note: answers: {note}");
    }
}

/// The regions that `--regions` names, and those around them.
fn open_regions(args: &Screen) -> Result<Option<RegionsRead>, Failure> {
    let Some(file) = &args.regions else { return Ok(None) };
    let regions = read_regions(file, &level_columns(&args.level, args.region_name.as_deref())?)?;
    for note in &regions.notes {
        eprintln!("note: {}: {note}", file.display());
    }
    Ok(Some(regions))
}

fn exit_code(fail_on: Option<&str>, summary: &Summary) -> ExitCode {
    let limit = match fail_on {
        Some("high") => Verdict::High,
        Some(_) => Verdict::MoreInfo,
        None => return ExitCode::SUCCESS,
    };
    let found = summary.verdicts.iter().any(|count| count.verdict >= limit && count.plots > 0);
    if found { ExitCode::from(FOUND) } else { ExitCode::SUCCESS }
}
