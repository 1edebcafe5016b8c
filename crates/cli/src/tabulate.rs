//! `lindero tabulate`

use crate::args::Tabulate;
use crate::failure::Failure;
use crate::layer_arg::LayerArg;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use arrow_schema::SchemaRef;
use lindero_engine::{NamedLayer, Resources, Tabulated, USUAL_MEMORY, tabulate};
use lindero_io::class_table::ClassTable;
use lindero_io::input_files::raster_files;
use lindero_io::output::{self, TableWriter};
use lindero_io::raster::{RasterLayer, RasterOptions, open_raster};
use lindero_io::run::Job;
use lindero_io::work_folder::WorkFolder;
use lindero_layers::LayerSource;
use lindero_plots::Lang;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

pub(crate) fn run(args: &Tabulate) -> Result<ExitCode, Failure> {
    let kind = TableKind::of(&args.out)?;
    set_threads(args.running.waiting.threads)?;
    let layers = open_layers(&args.layers)?;
    let plots = PlotInput::open(&args.plots)?;
    let progress = RunProgress::new(&args.running.waiting);
    if args.out.is_dir() {
        return Err(Failure::new(format!("cannot write {}: it is a folder", args.out.display())));
    }
    let work = WorkFolder::start(&args.out, args.running.resume)?;
    let scratch = work.scratch()?;
    let memory = args.running.memory.map_or(USUAL_MEMORY, |megabytes| megabytes << 20);
    let files = layers.iter().flat_map(|(layer, raster)| {
        let crs = raster.info().projection.as_ref().map_or("EPSG:4326", |projection| projection.name());
        let read_as = format!("{} band {} in {crs}", layer.name, layer.band);
        raster_files(raster).into_iter().map(move |path| (read_as.clone(), path))
    });
    let job = Job::of(&args.plots.options(), files)?;
    let resources = Resources { scratch: &scratch, memory, progress: &progress, job: job.text() };
    let writer = kind.writer(&work.made(), ClassTable::schema())?;
    let layers: Vec<NamedLayer> = layers.into_iter().map(|(layer, _)| layer).collect();
    let table = ClassTable::new(writer, layers.iter().map(|layer| layer.name.clone()).collect());
    let (mut source, fields) = plots.source();
    let told = tabulate(&mut source, fields, &layers, &resources, &table)
        .map_err(|error| Failure::of_run(error, work.path(), args.running.resume))?;
    progress.done();
    tell_boundaries(&told, args.plots.lang.into());
    table.finish()?;
    work.complete(&args.out)?;
    Ok(ExitCode::SUCCESS)
}

/// Plots without a shape have no rows in the table, and others were repaired: nobody should have to find that out by counting.
fn tell_boundaries(told: &Tabulated, lang: Lang) {
    if let Some((row, plot_id, defects)) = &told.first_unusable {
        let sentences: Vec<String> = defects.iter().map(|defect| defect.sentence(lang)).collect();
        let first = format!("row {row}, plot {plot_id}: {}", sentences.join("; "));
        match told.unusable {
            1 => eprintln!("note: one plot cannot be measured and has no rows: {first}"),
            plots => eprintln!("note: {plots} plots cannot be measured and have no rows; the first is {first}"),
        }
    }
    match told.repaired {
        0 => {}
        1 => eprintln!(
            "note: one boundary was repaired before it was measured (--no-repair: only closed where it is open)"
        ),
        plots => eprintln!(
            "note: {plots} boundaries were repaired before they were measured (--no-repair: only closed where they are open)"
        ),
    }
}

/// A layer and the files it is read from.
type OpenedLayer = (NamedLayer, Arc<RasterLayer>);

/// Opens the layers that `--layer` names.
pub(crate) fn open_layers(arguments: &[String]) -> Result<Vec<OpenedLayer>, Failure> {
    let mut layers: Vec<OpenedLayer> = Vec::new();
    // Bands of the same files are one source, so that a block with several is decoded once.
    let mut opened: Vec<(String, Option<String>, Arc<RasterLayer>)> = Vec::new();
    for argument in arguments {
        let LayerArg { id, path, band, crs } = LayerArg::parse(argument)?;
        if layers.iter().any(|(layer, _)| layer.name == id) {
            return Err(Failure::new(format!("two layers are called {id:?}; name one of them: --layer OTHER={path}")));
        }
        let known = opened.iter().find(|(known, known_crs, _)| *known == path && *known_crs == crs);
        let source = match known {
            Some((.., source)) => Arc::clone(source),
            None => {
                let options = RasterOptions { crs: crs.clone(), check_overlaps: true };
                let source = open_raster(&path, None, &options)?;
                opened.push((path.clone(), crs, Arc::clone(&source)));
                source
            }
        };
        let bands = source.info().bands;
        if band >= bands {
            return Err(Failure::new(format!(
                "--layer {argument}: {path} has {bands} band(s), band={} is none",
                band + 1
            )));
        }
        layers.push((NamedLayer { name: id, source: Arc::clone(&source) as _, band }, source));
    }
    Ok(layers)
}

/// What the table is written as.
enum TableKind {
    Csv,
    Parquet,
}

impl TableKind {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(Failure::new(format!("--out {}: the table is written as .csv or .parquet", path.display()))),
        }
    }

    fn writer(&self, path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, Failure> {
        Ok(match self {
            Self::Csv => output::csv(path, schema)?,
            Self::Parquet => output::parquet(path, schema, false)?,
        })
    }
}
