//! What the plots of a run add up to: by columns of theirs as they were measured, or measured again over regions.

use super::args::Regions;
use crate::args::{Running, Screen, Waiting};
use crate::failure::Failure;
use crate::plot_input::{known_column, set_threads};
use crate::rerun::arguments;
use crate::run_files::{hash_of, write_json};
use crate::screen;
use lindero_io::run::{FolderKind, MANIFEST, PLOTS, PlotSums, ReadRun, RunFolder, SUBMITTED, write_plot_sums};
use lindero_io::vector::{VectorOptions, open_features};
use lindero_regions::LevelRow;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &Regions, run: &Path) -> Result<ExitCode, Failure> {
    ReadRun::check_unpacked(run)?;
    if !run.join(PLOTS).is_file() || !run.join(MANIFEST).is_file() {
        let message = format!("{} is no run of `lindero screen`: it needs {PLOTS} and {MANIFEST}", run.display());
        return Err(Failure::new(message));
    }
    if args.regions.is_none() && args.preset.is_empty() {
        return by_columns(args, run);
    }
    if args.regions.is_none() && (!args.level.is_empty() || args.region_name.is_some()) {
        let message = "--level goes with --regions where plots are measured again: give both, or leave --preset out";
        return Err(Failure::new(message));
    }
    screen::run(&measured_again(args, run)?)
}

/// Adds up what the run has measured, by columns of its plots.
fn by_columns(args: &Regions, run: &Path) -> Result<ExitCode, Failure> {
    if args.catalog.is_some() {
        return Err(Failure::new("--catalog goes with --regions or --preset: without them nothing is measured again"));
    }
    set_threads(args.waiting.threads)?;
    let plots = open_features(&run.join(PLOTS), &VectorOptions::default())?;
    let schema = plots.schema();
    let levels = if args.level.is_empty() && args.region_name.is_none() {
        if args.group.is_none() {
            let message = "say what to add the run up by: --group FIELD or --level OUTER,INNER (columns of its plots), \
                           or --regions FILE --region-name FIELD";
            return Err(Failure::new(message));
        }
        Vec::new()
    } else {
        args.levels()?
    };
    for level in &levels {
        known_column(&schema, "--level", level)?;
    }
    let group = args.group.as_deref().map(|group| known_column(&schema, "--group", group)).transpose()?;
    let sums = PlotSums::of_run(&plots, &levels, group.as_deref())?;
    let folder = RunFolder::start(&args.out, false, FolderKind::Regions)?;
    write_plot_sums(&folder, &sums, None)?;
    let record = json!({
        "program": format!("lindero {}", env!("CARGO_PKG_VERSION")),
        "basis": SUBMITTED,
        "parameters": { "run": run, "level": levels, "group": group },
        "manifest": hash_of(&run.join(MANIFEST))?,
    });
    write_json(&folder, "regions.json", &record)?;
    let place = folder.complete()?;
    print!("{}", table(&sums));
    println!("\n{SUBMITTED}");
    println!("written to {}", place.display());
    Ok(ExitCode::SUCCESS)
}

/// Most rows that are shown.
const MOST_SHOWN: usize = 24;

/// The sums of the outermost regions and groups.
fn table(sums: &PlotSums) -> String {
    let rows: Vec<(&str, &LevelRow)> = sums
        .rows
        .iter()
        .flat_map(|(group, rows)| rows.iter().map(move |row| (group.as_str(), row)))
        .filter(|(_, row)| row.level.is_none_or(|level| level == 0))
        .collect();
    let mut text = format!(
        "{:<28} {:<20} {:>7} {:>7} {:>10} {:>7} {:>14}\n",
        "region",
        sums.group.as_deref().unwrap_or_default(),
        "plots",
        "low",
        "more_info",
        "high",
        "area (ha)"
    );
    for (group, LevelRow { row, .. }) in rows.iter().take(MOST_SHOWN) {
        let group = if sums.group.is_some() { group } else { "" };
        text += &format!(
            "{:<28} {group:<20} {:>7} {:>7} {:>10} {:>7} {:>14.1}\n",
            row.name, row.plots, row.plots_low, row.plots_more_info, row.plots_high, row.area_ha
        );
    }
    if rows.len() > MOST_SHOWN {
        text += &format!("and {} more\n", rows.len() - MOST_SHOWN);
    }
    text
}

/// The screening of the run's plots by the run's catalog and policy, over the regions that are asked now.
fn measured_again(args: &Regions, run: &Path) -> Result<Screen, Failure> {
    let ReadRun { manifest, .. } = ReadRun::open(run)?;
    for plots in manifest["plots"].as_array().into_iter().flatten() {
        same_file(Path::new(plots["path"].as_str().unwrap_or_default()), &plots["blake3"])?;
    }
    let parameters = manifest["parameters"].as_object().cloned().unwrap_or_default();
    let then = arguments(&parameters, &args.out)?;
    let catalog = match &args.catalog {
        Some(catalog) => catalog.clone(),
        None => {
            same_file(&then.catalog, &manifest["catalog"]["blake3"])?;
            then.catalog.clone()
        }
    };
    let (regions, region_name, level) = match &args.regions {
        Some(regions) => (Some(regions.clone()), args.region_name.clone(), args.level.clone()),
        None => (then.regions.clone(), then.region_name.clone(), then.level.clone()),
    };
    let Waiting { threads, quiet, progress } = args.waiting;
    Ok(Screen {
        running: Running { memory: args.memory, resume: false, waiting: Waiting { threads, quiet, progress } },
        catalog,
        regions,
        region_name,
        level,
        group: args.group.clone().or(then.group.clone()),
        preset: if args.preset.is_empty() { then.preset.clone() } else { args.preset.clone() },
        ..then
    })
}

/// Makes sure that a file is the one that the run read.
fn same_file(path: &Path, recorded: &Value) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    // `file|layername=NAME` names a layer of a file.
    let file = if path.exists() { path } else { Path::new(text.split_once('|').map_or(&*text, |(file, _)| file)) };
    if !file.exists() {
        let message =
            format!("{} is not where the run found it: start from the same folder, or put it back", path.display());
        return Err(Failure::new(message));
    }
    let now = hash_of(file)?.blake3;
    if recorded.as_str().is_some_and(|recorded| recorded != now) {
        let message = format!("{} is not what the run read (its BLAKE3 differs): screen it anew", path.display());
        return Err(Failure::new(message));
    }
    Ok(())
}
