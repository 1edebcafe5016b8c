//! `lindero screen`

use crate::args::Screen;
use crate::dry_run;
use crate::failure::Failure;
use crate::job::Job;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use crate::report;
use crate::run_files::{formats, hash_of, write_json};
use lindero_engine::{ReadPlots, Resources, Screened, Summary, USUAL_MEMORY};
use lindero_io::catalog::Catalog;
use lindero_io::regions::read_regions;
use lindero_io::run::{
    FolderKind, LayerFile, LayerRecord, Manifest, PolicyRecord, RunFolder, RunTables, write_regions,
};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_plots::Lang;
use lindero_policy::{Unassessed, Verdict};
use lindero_regions::RegionSet;
use lindero_report::Story;
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Plots with a verdict at or above `--fail-on` were found.
const FOUND: u8 = 1;

pub(crate) fn run(args: &Screen) -> Result<ExitCode, Failure> {
    let started = (Instant::now(), SystemTime::now());
    set_threads(args.running.waiting.threads)?;
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
    let job = job(args, &input)?;
    let memory = args.running.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: job.text() };
    let (mut source, fields) = plots.source();
    let user = source.schema();
    let of_run = |error| Failure::of_run(error, folder.work().path(), args.running.resume);
    let read = ReadPlots::read(&mut source, fields, input.rasters(), &resources).map_err(of_run)?;
    let plan = input.plan(read.centre())?;
    let screening = input.screening(&plan, regions.as_ref());
    let rules = input.policy.policy.rules();
    let (columns, lang) = (screening.columns(), args.plots.lang.into());
    let mut tables = RunTables::start(&folder, &formats, &columns, &user, regions.as_ref(), rules, lang)?;
    let screened = screening.run(read, &resources, &mut tables).map_err(of_run)?;
    tables.finish()?;
    let story = Story {
        screened: &screened,
        policy: &input.policy.policy,
        cutoff: input.catalog.cutoff.to_string(),
        missing_layers: &input.missing_layers,
        agroforestry_refused: plan.tree_cover.refused.as_deref(),
        agroforestry_year: plan.tree_cover.agroforestry_year,
    };
    if let Some(regions) = &regions {
        write_regions(&folder, &screened, regions)?;
    }
    let (manifest, summary) = (serde_json::to_value(manifest(args, &input, &screened)?)?, story.json());
    write_json(&folder, "summary.json", &summary)?;
    if args.report {
        write_report(&folder, &input, (&manifest, &summary), lang)?;
    }
    write_json(&folder, "manifest.json", &manifest)?;
    write_json(&folder, "run.json", &run_record(started, &screened.summary))?;
    let place = folder.complete()?;
    progress.done();
    print!("{}", story.table());
    println!("\nwritten to {}", place.display());
    Ok(exit_code(args.fail_on.as_deref(), &screened.summary))
}

/// Writes the report before the manifest: whatever is in the folder by then is part of the run.
fn write_report(folder: &RunFolder, input: &ScreenInput, told: (&Value, &Value), lang: Lang) -> Result<(), Failure> {
    let path = folder.file(report::REPORT);
    let html = report::of_new_run(&folder.work().made(), input, told, lang)?;
    std::fs::write(&path, html).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}

/// What the run is of, so that only the same run is gone on with.
fn job(args: &Screen, input: &ScreenInput) -> Result<Job, Failure> {
    let files = input.layer_files();
    let mut job = Job::of(&args.plots, files.iter().map(|(id, path)| (id.clone(), path.as_path())))?;
    for path in [Some(&args.catalog), args.regions.as_ref()].into_iter().flatten() {
        job.line("hash", &hash_of(path)?.blake3);
    }
    job.line("policy", &lindero_io::run::hash_text(&input.policy.text));
    job.line("region name", args.region_name.as_deref().unwrap_or_default());
    Ok(job)
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

fn manifest(args: &Screen, input: &ScreenInput, screened: &Screened) -> Result<Manifest, Failure> {
    let mut parameters = Map::new();
    parameters.insert("plots".to_owned(), json!(args.plots.plots));
    parameters.insert("catalog".to_owned(), json!(args.catalog));
    parameters.insert("policy".to_owned(), json!(args.policy));
    parameters.insert("regions".to_owned(), json!(args.regions));
    parameters.insert("region_name".to_owned(), json!(args.region_name));
    parameters.insert("id".to_owned(), json!(args.plots.id));
    parameters.insert("area_field".to_owned(), json!(args.plots.area_field));
    parameters.insert("no_repair".to_owned(), json!(args.plots.no_repair));
    parameters.insert("lang".to_owned(), json!(Lang::from(args.plots.lang).code()));
    parameters.insert("geometry_field".to_owned(), json!(args.plots.geometry_field));
    parameters.insert("lon_field".to_owned(), json!(args.plots.lon_field));
    parameters.insert("lat_field".to_owned(), json!(args.plots.lat_field));
    parameters.insert("crs".to_owned(), json!(args.plots.crs));
    parameters.insert("format".to_owned(), json!(args.format));
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
            until: spec.raster().and_then(|raster| raster.meaning.until).map(|day| day.to_string()),
            files: files.collect(),
            licence: spec.licence.clone(),
        }
    });
    Ok(Manifest {
        program: format!("lindero {}", env!("CARGO_PKG_VERSION")),
        parameters,
        plots: args.plots.plots.iter().map(|path| hash_of(path)).collect::<Result<_, _>>()?,
        catalog: hash_of(&args.catalog)?,
        regions: args.regions.as_deref().map(hash_of).transpose()?,
        policy: PolicyRecord {
            name: input.policy.policy.name().to_owned(),
            version: input.policy.policy.version().to_owned(),
            blake3: lindero_io::run::hash_text(&input.policy.text),
            not_assessed: rules(screened.bound.not_assessed()),
            assessed_in_part: rules(screened.bound.assessed_in_part()),
        },
        layers: layers.collect(),
        missing_layers: input.missing_layers.clone(),
    })
}

/// What may differ between equal runs.
fn run_record((start, at): (Instant, SystemTime), summary: &Summary) -> Value {
    let seconds = start.elapsed().as_secs_f64();
    json!({
        "started_unix_s": at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        "seconds": seconds,
        "plots_per_second": summary.plots as f64 / seconds.max(1e-9),
        "threads": rayon::current_num_threads(),
    })
}
