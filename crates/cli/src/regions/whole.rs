//! Regions measured whole: every cell of each, for every layer of a catalog or every layer named.

use super::args::{Regions, transitions};
use crate::args::{LangArg, Plots};
use crate::failure::Failure;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use crate::run_files::{hash_of, write_json};
use crate::tabulate::open_layers;
use lindero_engine::{Resources, Tabulated, USUAL_MEMORY, tabulate};
use lindero_io::catalog::{Catalog, OpenLayer};
use lindero_io::region_classes::{RegionClassSink, RegionClasses, RegionPlan};
use lindero_io::region_levels::RegionNames;
use lindero_io::region_tables::{EVERY_CELL, MOST_COLUMNS, write_classes, write_transitions};
use lindero_io::run::{FolderKind, RunFolder};
use lindero_io::vector::open_many;
use lindero_plots::{Lang, M2_PER_HA};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &Regions) -> Result<ExitCode, Failure> {
    if args.group.is_some() || !args.preset.is_empty() {
        let message = "--group and --preset are of plots: give the run folder of `lindero screen` that has them";
        return Err(Failure::new(message));
    }
    set_threads(args.waiting.threads)?;
    let file = args.regions.as_deref().expect("required where there is no run");
    let columns = args.levels()?;
    let asked = as_plots(file, columns.last().expect("there is a level")).options();
    let files = open_many(&asked.paths, &asked.vector_options())?;
    let names = RegionNames::new(&files.files()[0], &columns)?;
    let input = PlotInput::of(files, &asked)?;
    let plan = plan(args)?;
    for note in &plan.notes {
        eprintln!("note: {note}");
    }
    let progress = RunProgress::new(&args.waiting);
    let folder = RunFolder::start(&args.out, false, FolderKind::Regions)?;
    let scratch = folder.work().scratch()?;
    let memory = args.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: "" };
    let sink = RegionClassSink::new(&plan, &names);
    let (source, fields) = input.source();
    let told = tabulate(&mut names.of(source), fields, &plan.layers, &resources, &sink)?;
    let found = sink.finish();
    let too_many = write_classes(&folder, &plan, &columns, &found.classes)?;
    if !plan.transitions.is_empty() {
        write_transitions(&folder, &plan, &columns, &found.transitions)?;
    }
    write_json(&folder, "regions.json", &record(args, &columns, &told)?)?;
    let place = folder.complete()?;
    progress.done();
    tell(&told, &too_many);
    print!("{}", outer_table(&found, &columns));
    println!("\nareas are of {EVERY_CELL}");
    println!("written to {}", place.display());
    Ok(ExitCode::SUCCESS)
}

/// The features of the regions' file as what is measured.
fn as_plots(file: &Path, name: &str) -> Plots {
    Plots {
        plots: vec![file.to_owned()],
        id: Some(name.to_owned()),
        area_field: None,
        no_repair: false,
        lang: LangArg::En,
        geometry_field: None,
        lon_field: None,
        lat_field: None,
        crs: None,
    }
}

/// What is to be measured.
fn plan(args: &Regions) -> Result<RegionPlan, Failure> {
    let Some(path) = &args.catalog else {
        if args.layers.is_empty() {
            let message = "whole regions need layers: give --catalog lindero.toml, or --layer [ID=]PATH once per layer; \
                           to add up plots, give a run folder of `lindero screen`";
            return Err(Failure::new(message));
        }
        let layers = open_layers(&args.layers)?.into_iter().map(|(layer, _)| layer).collect();
        let asked = asked_transitions(args, &[])?;
        return Ok(RegionPlan::of_stored(layers, &asked)?);
    };
    let catalog = Catalog::read(path)?;
    let opened = catalog.layers.iter().map(|spec| catalog.open_layer(spec, true)).collect::<Result<Vec<_>, _>>()?;
    for (layer, note) in opened.iter().flat_map(|open| open.notes.iter().map(|note| (&open.screen.spec.id, note))) {
        eprintln!("note: layer {layer}: {note}");
    }
    let stacks: Vec<(String, Vec<i32>)> = opened.iter().filter_map(stack).collect();
    let asked = asked_transitions(args, &stacks)?;
    Ok(RegionPlan::of_catalog(&catalog, &opened, &asked)?)
}

/// A layer's id and years, if it has a band a year.
fn stack(open: &OpenLayer) -> Option<(String, Vec<i32>)> {
    let spec = &open.screen.spec;
    let first = spec.raster()?.first_year?;
    Some((spec.id.clone(), (first..first + open.bands as i32).collect()))
}

fn asked_transitions(
    args: &Regions,
    stacks: &[(String, Vec<i32>)],
) -> Result<Vec<lindero_io::region_classes::Transition>, Failure> {
    let found = args.transition.iter().map(|text| transitions(text, stacks)).collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// What the tables are of, so that they can be made again.
fn record(args: &Regions, columns: &[String], told: &Tabulated) -> Result<serde_json::Value, Failure> {
    Ok(json!({
        "program": format!("lindero {}", env!("CARGO_PKG_VERSION")),
        "basis": EVERY_CELL,
        "parameters": {
            "regions": args.regions,
            "level": columns,
            "catalog": args.catalog,
            "layer": args.layers,
            "transition": args.transition,
        },
        "regions": args.regions.as_deref().map(hash_of).transpose()?,
        "catalog": args.catalog.as_deref().map(hash_of).transpose()?,
        "features": told.plots,
        "unmeasured": told.unusable,
        "repaired": told.repaired,
    }))
}

/// What nobody should have to find out by counting.
fn tell(told: &Tabulated, too_many: &[String]) {
    if let Some((row, name, defects)) = &told.first_unusable {
        let sentences: Vec<String> = defects.iter().map(|defect| defect.sentence(Lang::En)).collect();
        eprintln!(
            "note: {} region(s) cannot be measured and are in no area; the first is in row {row}, {name}: {}",
            told.unusable,
            sentences.join("; ")
        );
    }
    if told.repaired > 0 {
        eprintln!("note: {} region(s) were repaired before they were measured", told.repaired);
    }
    for band in too_many {
        eprintln!("note: {band} has more than {MOST_COLUMNS} classes: they are in regions_long.csv alone");
    }
}

/// Most regions that are shown.
const MOST_SHOWN: usize = 24;

/// The outermost regions with their areas.
fn outer_table(found: &RegionClasses, columns: &[String]) -> String {
    let regions = found.classes.regions();
    let outer: Vec<_> = regions.iter().filter(|region| region.level == 0).collect();
    let mut text = format!("{:<32} {:>9} {:>16}\n", columns[0], "features", "area (ha)");
    for region in outer.iter().take(MOST_SHOWN) {
        let area = region.area_m2().map_or("not measured".to_owned(), |area_m2| format!("{:.1}", area_m2 / M2_PER_HA));
        text += &format!("{:<32} {:>9} {area:>16}\n", region.path[0], region.features);
    }
    if outer.len() > MOST_SHOWN {
        text += &format!("and {} more\n", outer.len() - MOST_SHOWN);
    }
    text
}
