//! `lindero screen`

use crate::args::Screen;
use crate::dry_run;
use crate::failure::Failure;
use crate::job::Job;
use crate::plot_input::{PlotInput, set_threads};
use crate::policy::warn_of;
use crate::position_error::moves;
use crate::progress::RunProgress;
use crate::regions::args::levels;
use crate::report;
use crate::run_files::{formats, hash_of, hashes_of, program_file, write_file, write_json};
use lindero_engine::{Declared, MovedFields, Moves, ReadPlots, Resources, Screened, Screening, Summary, USUAL_MEMORY};
use lindero_indicators::Preset;
use lindero_io::catalog::Catalog;
use lindero_io::regions::{RegionsRead, read_regions};
use lindero_io::run::{
    CATALOG_COPY, FileHash, FolderKind, GroupSums, LayerRecord, Manifest, POLICY_COPY, PlotSums, PolicyRecord,
    RUN_RECORD, RunFolder, RunKey, RunTables, SUBMITTED, layer_records, write_manifest, write_plot_sums,
};
use lindero_io::screening::{ChosenPolicy, ScreenInput, ScreenPlan};
use lindero_plots::Lang;
use lindero_policy::{Unassessed, Verdict};
use lindero_report::Story;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
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
    let started = (Instant::now(), SystemTime::now());
    let formats = formats(&args.format)?;
    let moves = moves(args)?;
    // All that is small is opened before the plots are read, so that a wrong name is told at once.
    let key = args.sign.as_deref().map(RunKey::read).transpose()?;
    let regions = open_regions(args)?;
    let set = regions.as_ref().map(|regions| &regions.set);
    let plots = PlotInput::open(&args.plots)?.with_content_ids();
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
    for (layer, note) in input.opened.iter().flat_map(|l| l.notes.iter().map(|note| (&l.screen.spec.id, note))) {
        eprintln!("note: layer {layer}: {note}");
    }
    if let Some(note) = &input.policy.note {
        eprintln!("note: {note}");
    }
    // Listens to Ctrl-C before there is anything to be removed.
    let progress = RunProgress::new(&args.running.waiting);
    if args.dry_run {
        dry_run::run(&input, &plots, set, moves.as_ref(), &progress)?;
        progress.done();
        return Ok(None);
    }
    let folder = RunFolder::start(&args.out, args.running.resume, FolderKind::Run)?;
    let scratch = folder.work().scratch()?;
    let job = job(args, &input, moves.as_ref())?;
    let memory = args.running.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: job.text() };
    let (mut source, fields) = plots.source();
    let user = source.schema();
    let of_run = |error| Failure::of_run(error, folder.work().path(), args.running.resume);
    let read = ReadPlots::read(&mut source, fields, input.rasters(), &resources).map_err(of_run)?;
    let plan = input.plan(read.centre())?;
    let (declared, lacking) = input.declared(&user);
    for (attribute, field) in &lacking {
        eprintln!("note: the plots have no column {field:?}: {attribute} is unknown of all of them");
    }
    let dates = input.dates(args.production_end);
    let screening = Screening { moves: moves.as_ref(), ..input.screening(&plan, &declared, &dates, set) };
    let rules = input.policy.policy.rules();
    let (columns, lang) = (screening.columns(), args.plots.lang.into());
    let groups = group.zip(set).map(|(group, set)| {
        let added = columns.iter().filter(|column| column.is_hectares()).map(|column| column.name.clone());
        GroupSums::new(group, set.names().to_vec(), added.collect())
    });
    let mut tables = RunTables::start(&folder, &formats, &columns, &user, set, rules, lang)?.with_groups(groups);
    let screened = screening.run(read, &resources, &mut tables).map_err(of_run)?;
    let groups = tables.finish()?;
    let story = Story {
        screened: &screened,
        policy: &input.policy.policy,
        cutoff: input.catalog.cutoff.to_string(),
        missing_layers: &input.missing_layers,
        agroforestry_refused: plan.tree_cover.refused.as_deref(),
        agroforestry_year: plan.tree_cover.agroforestry_year,
    };
    if let Some(RegionsRead { set, levels, .. }) = &regions {
        let added = screened.roll_up_columns.clone();
        let sums = PlotSums::of_regions(&screened.roll_up, added, set.names(), levels, groups);
        write_plot_sums(&folder, &sums, Some(set))?;
    }
    if !input.presets.is_empty() {
        write_json(&folder, "presets.json", &presets_record(&input, &plan))?;
    }
    let summary = story.json();
    write_json(&folder, "summary.json", &summary)?;
    write_json(&folder, RUN_RECORD, &run_record(started, &screened.summary))?;
    write_file(&folder, POLICY_COPY, &input.policy.text)?;
    write_file(&folder, CATALOG_COPY, &input.catalog.text)?;
    let manifest = manifest(args, &input, &plan, &declared, &screened)?;
    if args.report {
        write_report(&folder, &input, (&serde_json::to_value(&manifest)?, &summary), lang)?;
    }
    write_manifest(&folder, manifest, key.as_ref())?;
    let place = folder.complete()?;
    progress.done();
    let mut table = story.table();
    tell_presets(&input, &plan, &mut table);
    if regions.is_some() {
        let _ = writeln!(table, "\nregions.csv: {SUBMITTED}");
    }
    Ok(Some(Done { table, place, code: exit_code(args.fail_on.as_deref(), &screened.summary) }))
}

/// Writes the report before the manifest: whatever is in the folder by then is part of the run.
fn write_report(folder: &RunFolder, input: &ScreenInput, told: (&Value, &Value), lang: Lang) -> Result<(), Failure> {
    let path = folder.file(report::REPORT);
    let html = report::of_new_run(&folder.work().made(), input, told, lang)?;
    std::fs::write(&path, html).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}

/// What the presets count, and what they cannot tell.
fn tell_presets(input: &ScreenInput, plan: &ScreenPlan, text: &mut String) {
    for preset in &input.presets {
        let _ = writeln!(text, "\npreset {} {}: {}", preset.name, preset.version, preset.counts);
        let _ = writeln!(text, "  source: {}", preset.source);
        let _ = writeln!(text, "  {}_ha: {}", preset.undecided.id, preset.would_tell);
    }
    for note in &plan.preset_notes {
        let _ = writeln!(text, "  {note}");
    }
}

/// The same for machines.
fn presets_record(input: &ScreenInput, plan: &ScreenPlan) -> Value {
    let preset = |preset: &Preset| {
        json!({
            "name": preset.name,
            "version": preset.version,
            "counts": preset.counts,
            "source": preset.source,
            "parts": preset.undecided.parts,
            "undecided": preset.undecided.id,
            "planted": preset.planted.iter().map(|ground| (&ground.id, &ground.before)).collect::<BTreeMap<_, _>>(),
            "would_tell": preset.would_tell,
        })
    };
    json!({ "presets": input.presets.iter().map(preset).collect::<Vec<_>>(), "notes": plan.preset_notes })
}

/// What the run is of, so that only the same run is gone on with.
fn job(args: &Screen, input: &ScreenInput, moves: Option<&Moves>) -> Result<Job, Failure> {
    let files = input.layer_files();
    let mut job = Job::of(&args.plots, files.iter().map(|(id, path)| (id.clone(), path.as_path())))?;
    for path in [Some(&args.catalog), args.regions.as_ref()].into_iter().flatten() {
        job.line("hash", &hash_of(path)?.blake3);
    }
    job.line("policy", &lindero_io::run::hash_text(&input.policy.text));
    job.line("production end", &args.production_end.map_or_else(String::new, |day| day.to_string()));
    for (name, value) in &args.thresholds {
        job.line("threshold", &format!("{name} {value}"));
    }
    job.line("region name", args.region_name.as_deref().unwrap_or_default());
    if let Some(moves) = moves {
        job.line("moves", &format!("{} by {} m", moves.offsets().len(), moves.error_m()));
    }
    job.line("levels", &args.level.join(","));
    job.line("group", args.group.as_deref().unwrap_or_default());
    for preset in &input.presets {
        job.line("preset", &format!("{preset:?}"));
    }
    Ok(job)
}

/// The regions that `--regions` names, and those around them.
fn open_regions(args: &Screen) -> Result<Option<RegionsRead>, Failure> {
    let Some(file) = &args.regions else { return Ok(None) };
    let regions = read_regions(file, &levels(&args.level, args.region_name.as_deref())?)?;
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

fn manifest(
    args: &Screen,
    input: &ScreenInput,
    plan: &ScreenPlan,
    declared: &Declared,
    screened: &Screened,
) -> Result<Manifest, Failure> {
    let mut parameters = Map::new();
    parameters.insert("plots".to_owned(), json!(args.plots.plots));
    parameters.insert("catalog".to_owned(), json!(args.catalog));
    parameters.insert("policy".to_owned(), json!(args.policy));
    parameters.insert("production_end".to_owned(), json!(args.production_end.map(|day| day.to_string())));
    let thresholds = args.thresholds.iter().map(|(name, value)| (name.clone(), json!(value)));
    parameters.insert("thresholds".to_owned(), json!(thresholds.collect::<Map<_, _>>()));
    parameters.insert("report".to_owned(), json!(args.report));
    parameters.insert("regions".to_owned(), json!(args.regions));
    parameters.insert("region_name".to_owned(), json!(args.region_name));
    parameters.insert("level".to_owned(), json!(args.level));
    parameters.insert("group".to_owned(), json!(args.group));
    parameters.insert("preset".to_owned(), json!(args.preset));
    parameters.insert("id".to_owned(), json!(args.plots.id));
    parameters.insert("area_field".to_owned(), json!(args.plots.area_field));
    parameters.insert("no_repair".to_owned(), json!(args.plots.no_repair));
    parameters.insert("lang".to_owned(), json!(Lang::from(args.plots.lang).code()));
    parameters.insert("geometry_field".to_owned(), json!(args.plots.geometry_field));
    parameters.insert("lon_field".to_owned(), json!(args.plots.lon_field));
    parameters.insert("lat_field".to_owned(), json!(args.plots.lat_field));
    parameters.insert("crs".to_owned(), json!(args.plots.crs));
    let declared = declared.columns().iter().map(|column| (column.attribute.clone(), json!(column.field)));
    parameters.insert("declared".to_owned(), declared.collect::<Map<_, _>>().into());
    parameters.insert("format".to_owned(), json!(args.format));
    parameters.insert("cutoff".to_owned(), json!(input.catalog.cutoff.to_string()));
    parameters.insert("position_error".to_owned(), json!(args.position_error));
    parameters.insert("offsets".to_owned(), json!(args.offsets));
    let rules = |rules: Vec<&Unassessed>| -> Map<String, Value> {
        rules.into_iter().map(|rule| (rule.code.clone(), json!(rule.missing))).collect()
    };
    let layers = layer_records(input)?;
    tell_unhashed(&layers, &args.catalog);
    let policy = &input.policy;
    Ok(Manifest {
        program: format!("lindero {}", env!("CARGO_PKG_VERSION")),
        program_file: program_file(),
        signed_by: None,
        parameters,
        plots: hashes_of(&args.plots.plots)?,
        catalog: FileHash {
            path: args.catalog.display().to_string(),
            bytes: input.catalog.text.len() as u64,
            blake3: lindero_io::run::hash_text(&input.catalog.text),
        },
        regions: hashes_of(args.regions.as_slice())?,
        policy: PolicyRecord {
            name: policy.policy.name().to_owned(),
            version: policy.policy.version().to_owned(),
            path: policy.path.as_ref().map(|path| path.display().to_string()),
            bytes: policy.text.len() as u64,
            blake3: lindero_io::run::hash_text(&policy.text),
            not_assessed: rules(screened.bound.not_assessed()),
            assessed_in_part: rules(screened.bound.assessed_in_part()),
        },
        layers,
        missing_layers: input.missing_layers.clone(),
        measures: measures(input, plan),
        files: Vec::new(),
    })
}

/// The layers that each indicator reads.
fn measures(input: &ScreenInput, plan: &ScreenPlan) -> BTreeMap<String, Vec<String>> {
    let id = |layer: usize| input.opened[layer].screen.spec.id.clone();
    let of =
        |(indicator, layers): (&str, BTreeSet<usize>)| (indicator.to_owned(), layers.into_iter().map(id).collect());
    plan.indicators.layers_read().into_iter().map(of).collect()
}

fn tell_unhashed(layers: &[LayerRecord], catalog: &Path) {
    let is_unhashed = |layer: &&LayerRecord| layer.files.iter().any(|file| file.blake3.is_none());
    let unhashed: Vec<&str> = layers.iter().filter(is_unhashed).map(|layer| layer.id.as_str()).collect();
    if !unhashed.is_empty() {
        eprintln!(
            "note: manifest.json has no hash of {}: run `lindero layers lock {}` once, and runs say which maps they used",
            unhashed.join(", "),
            catalog.display()
        );
    }
}

/// What may differ between equal runs.
fn run_record((start, at): (Instant, SystemTime), summary: &Summary) -> Value {
    let seconds = start.elapsed().as_secs_f64();
    json!({
        "started_unix_s": at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        "seconds": seconds,
        "plots_per_second": summary.plots as f64 / seconds.max(1e-9),
        "threads": rayon::current_num_threads(),
        "folder": std::env::current_dir().ok(),
    })
}
