//! `--dry-run`: what a screening would read, and about how long it would take.

use crate::failure::Failure;
use crate::plot_input::PlotInput;
use lindero_engine::{
    CheckedPlots, EngineError, LayerData, MemoryScratch, Moves, Progress, Reaching, ReadPlots, Resources, Sampled,
    ScreenSink, ScreenedPage, Screening, USUAL_MEMORY,
};
use lindero_io::screening::ScreenInput;
use lindero_regions::RegionSet;
use std::time::{Duration, Instant};

/// Plots that are measured to learn how long one takes.
const SAMPLE: u64 = 500;

/// Prints layers, gaps and the time a run would take; writes nothing.
pub(crate) fn run(
    input: &ScreenInput,
    plots: &PlotInput,
    regions: Option<&RegionSet>,
    moves: Option<&Moves>,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let mut reaching = Vec::new();
    for layer in input.layers() {
        reaching.push(match &layer.data {
            LayerData::Raster(source) => Some(Reaching::of(&layer.spec.id, source.as_ref())?),
            LayerData::Vector(_) => None,
        });
    }
    let (mut all, mut usable) = (0u64, 0);
    let (mut source, fields) = plots.source();
    CheckedPlots::new(&mut source, fields).each_here(progress, |batch| {
        all += batch.rows.len() as u64;
        usable += batch.rows.iter().filter(|row| row.shape.is_some()).count();
        reaching.iter_mut().flatten().for_each(|layer| layer.add(&batch));
        Ok(())
    })?;
    println!("{all} plots, {usable} of them with a shape that can be measured");
    println!("policy {} {}", input.policy.policy.name(), input.policy.policy.version());
    if !input.missing_layers.is_empty() {
        println!("the catalog lacks {}", input.missing_layers.join(", "));
    }
    println!("\nlayers");
    for ((layer, opened), reaching) in input.layers().iter().zip(&input.opened).zip(&reaching) {
        if let LayerData::Vector(features) = &layer.data {
            println!("  {}: {} features", layer.spec.id, features.len());
        }
        if let Some(reaching) = reaching {
            let files = opened.raster.as_ref().map_or(0, |raster| raster.paths().len());
            let gaps = match (reaching.reach.partly, reaching.reach.outside) {
                (0, 0) => "covers every plot".to_owned(),
                (partly, outside) => format!("{partly} plots partly outside, {outside} wholly"),
            };
            println!("  {}: {files} file(s), {gaps}", layer.spec.id);
        }
    }
    let (source, fields) = plots.source();
    let mut sample = Sampled::every(all.div_ceil(SAMPLE).max(1), source);
    let resources = Resources { scratch: &MemoryScratch, memory: USUAL_MEMORY, progress, job: "" };
    let sample = ReadPlots::read(&mut sample, fields, None, input.rasters(), &resources)?;
    let plan = input.plan(sample.centre())?;
    let sampled = sample.len();
    let start = Instant::now();
    let (declared, _) = input.declared(&plots.schema());
    let dates = input.dates(None);
    let screening = Screening { moves, ..input.screening(&plan, &declared, &dates, regions) };
    screening.run(sample, &resources, &Nowhere)?;
    let whole = start.elapsed().as_secs_f64() * all as f64 / sampled.max(1) as f64;
    println!("\nabout {} for the measuring, judged by {sampled} plots", told(whole));
    Ok(())
}

/// Takes pages and writes none.
struct Nowhere;

impl ScreenSink for Nowhere {
    type Made = ();

    fn make(&self, _: &ScreenedPage) -> Result<(), EngineError> {
        Ok(())
    }

    fn write(&self, _: &ScreenedPage, (): ()) -> Result<(), EngineError> {
        Ok(())
    }
}

fn told(seconds: f64) -> String {
    let duration = Duration::from_secs_f64(seconds.clamp(0.0, 1e9));
    match duration.as_secs() {
        0 => "a second".to_owned(),
        seconds @ 1..=119 => format!("{seconds} seconds"),
        seconds @ 120..=7199 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3600),
    }
}
