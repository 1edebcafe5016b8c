//! `lindero screen`

use crate::args::Screen;
use crate::dry_run;
use crate::failure::Failure;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use crate::run_files::formats;
use lindero_engine::{Resources, Summary, USUAL_MEMORY};
use lindero_io::catalog::Catalog;
use lindero_io::regions::read_regions;
use lindero_io::run::{FolderKind, RunFolder};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_plots::Lang;
use lindero_policy::Verdict;
use lindero_regions::RegionSet;
use lindero_report::ReportLang;
use lindero_report::screening::{RunClock, ScreeningError, ScreeningOptions, ScreeningRun};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Plots with a verdict at or above `--fail-on` were found.
const FOUND: u8 = 1;

pub(crate) fn run(args: &Screen) -> Result<ExitCode, Failure> {
    let (start, since_epoch) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    set_threads(args.running.waiting.threads)?;
    let clock = RunClock { start, since_epoch, threads: rayon::current_num_threads() };
    let formats = formats(&args.format)?;
    // All that is small is opened before the plots are read, so that a wrong name is told at once.
    let regions = open_regions(args)?;
    let plots = PlotInput::open(&args.plots)?.with_content_ids();
    let catalog = Catalog::read(&args.catalog)?;
    let policy = ChosenPolicy::choose(args.policy.as_deref(), &catalog)?;
    let input = ScreenInput::open(catalog, policy)?;
    for (layer, note) in input.opened.iter().flat_map(|l| l.notes.iter().map(|note| (&l.screen.spec.id, note))) {
        eprintln!("note: layer {layer}: {note}");
    }
    if let Some(note) = &input.policy.note {
        eprintln!("note: {note}");
    }
    // Listens to Ctrl-C before there is anything to be removed.
    let progress = RunProgress::new(&args.running.waiting);
    if args.dry_run {
        dry_run::run(&input, &plots, regions.as_ref(), &progress)?;
        progress.done();
        return Ok(ExitCode::SUCCESS);
    }
    let folder = RunFolder::start(&args.out, args.running.resume, FolderKind::Run)?;
    let scratch = folder.work().scratch()?;
    let options = ScreeningOptions {
        plots: args.plots.options(),
        policy: args.policy.clone(),
        production_end: args.production_end,
        regions: args.regions.clone(),
        region_name: args.region_name.clone(),
        formats,
        format: args.format.clone(),
        is_anonymous: false,
        report: args.report.then(|| ReportLang::from(Lang::from(args.plots.lang))),
        plot_names: None,
    };
    let run = ScreeningRun { input: &input, plots: &plots, regions: regions.as_ref(), options: &options };
    let job = run.job()?;
    let memory = args.running.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: job.text() };
    for (attribute, field) in run.lacking() {
        eprintln!("note: the plots have no column {field:?}: {attribute} is unknown of all of them");
    }
    let written = run.write(&folder, &resources, clock).map_err(|error| match error {
        ScreeningError::Engine(error) => Failure::of_run(error, folder.work().path(), args.running.resume),
        other => other.into(),
    })?;
    let place = folder.complete()?;
    progress.done();
    print!("{}", written.table);
    println!("\nwritten to {}", place.display());
    Ok(exit_code(args.fail_on.as_deref(), &written.summary))
}

/// The regions that `--regions` and `--region-name` name.
fn open_regions(args: &Screen) -> Result<Option<RegionSet>, Failure> {
    let (Some(file), Some(name)) = (&args.regions, &args.region_name) else { return Ok(None) };
    let (regions, notes) = read_regions(file, name)?;
    for note in notes {
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
