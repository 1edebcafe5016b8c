//! `--dry-run`: what a screening would read, and about how long it would take.

use crate::failure::Failure;
use lindero_engine::{LayerData, PlotTable, Quiet, reach};
use lindero_io::screening::ScreenInput;
use lindero_regions::RegionSet;
use std::time::{Duration, Instant};

/// Plots that are measured to learn how long one takes.
const SAMPLE: usize = 500;

/// Prints layers, gaps and the time a run would take; writes nothing.
pub(crate) fn run(input: &ScreenInput, table: &PlotTable, regions: Option<&RegionSet>) -> Result<(), Failure> {
    let usable = table.rows.iter().filter(|row| row.shape.is_some()).count();
    println!("{} plots, {usable} of them with a shape that can be measured", table.rows.len());
    println!("policy {} {}", input.policy.policy.name(), input.policy.policy.version());
    if !input.missing_layers.is_empty() {
        println!("the catalog lacks {}", input.missing_layers.join(", "));
    }
    println!("\nlayers");
    for (layer, opened) in input.layers().iter().zip(&input.opened) {
        match &layer.data {
            LayerData::Vector(features) => println!("  {}: {} features", layer.spec.id, features.len()),
            LayerData::Raster(source) => {
                let files = opened.raster.as_ref().map_or(0, |raster| raster.paths().len());
                let reach = reach(table, &layer.spec.id, source.as_ref())?;
                let gaps = match (reach.partly, reach.outside) {
                    (0, 0) => "covers every plot".to_owned(),
                    (partly, outside) => format!("{partly} plots partly outside, {outside} wholly"),
                };
                println!("  {}: {files} file(s), {gaps}", layer.spec.id);
            }
        }
    }
    let sample = table.every(table.rows.len().div_ceil(SAMPLE).max(1));
    let start = Instant::now();
    input.screening(regions).run(&sample, &Quiet)?;
    let sampled = sample.rows.len().max(1) as f64;
    let whole = start.elapsed().as_secs_f64() * table.rows.len() as f64 / sampled;
    println!("\nabout {} for the measuring, judged by {} plots", told(whole), sample.rows.len());
    Ok(())
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
