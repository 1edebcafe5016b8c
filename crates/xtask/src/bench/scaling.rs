//! `cargo xtask bench-scaling`: what a plot and a layer cost as there are more of them.

use std::path::PathBuf;

use clap::Args;

use super::{
    data::{
        DataFolder, FARMS, LAND_COVER, LOSS_YEAR, Layer, Plots, TREE_COVER, TREE_COVER_NOT_PACKED,
        TREE_COVER_SMALL_TILES,
    },
    machine,
    measured::{self, Usage},
    ours::OurProgram,
    summary::{median, median_cpu_s, seconds},
};

#[derive(Args)]
pub(crate) struct BenchScaling {
    /// The folder that make_data.py made
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    ours: OurProgram,
    /// Plot files
    #[arg(long, value_delimiter = ',', default_value = "1k,10k,100k,1m")]
    plots: Vec<String>,
    /// Numbers of layers
    #[arg(long, value_delimiter = ',', default_value = "1,3,10,20")]
    layers: Vec<usize>,
    /// Numbers of threads
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
    /// Runs of each
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// Two grids, three block sizes, packed and not; more layers are these again under other names.
const LAYERS: [Layer; 5] = [TREE_COVER, LOSS_YEAR, LAND_COVER, TREE_COVER_SMALL_TILES, TREE_COVER_NOT_PACKED];

/// Runs every combination and prints the table.
///
/// # Errors
///
/// Something is missing, or the program fails.
pub(crate) fn run(arguments: &BenchScaling) -> Result<(), String> {
    let data = DataFolder::new(&arguments.data);
    let plots = (arguments.plots.iter()).map(|name| named(name)).collect::<Result<Vec<_>, _>>()?;
    let most = arguments.layers.iter().copied().max().unwrap_or(0);
    let layers = (0..most).map(|index| layer(&data, index)).collect::<Result<Vec<_>, _>>()?;
    let version = arguments.ours.version()?;
    println!("| plots | layers | threads | CPU s | µs a plot and layer | wall s | peak MB |");
    println!("|---|---|---|---|---|---|---|");
    for plots in plots {
        let path = data.plots(plots)?;
        for count in &arguments.layers {
            for threads in &arguments.threads {
                let runs = runs(arguments, &path, &layers[..*count], *threads)?;
                println!("{}", line(plots, *count, *threads, &runs));
            }
        }
    }
    println!("\n{}; {version}. Medians of {} run(s); the highest peak.", machine::described(), arguments.runs);
    Ok(())
}

fn named(name: &str) -> Result<Plots, String> {
    let known = FARMS.map(|plots| plots.name).join(", ");
    FARMS.into_iter().find(|plots| plots.name == name).ok_or(format!("there are no plots {name:?}, only {known}"))
}

fn layer(data: &DataFolder, index: usize) -> Result<(String, PathBuf), String> {
    let layer = LAYERS[index % LAYERS.len()];
    let again = index / LAYERS.len();
    let id = if again == 0 { layer.id.to_owned() } else { format!("{}_{}", layer.id, again + 1) };
    Ok((id, data.layer(layer)?))
}

fn runs(
    arguments: &BenchScaling,
    plots: &std::path::Path,
    layers: &[(String, PathBuf)],
    threads: usize,
) -> Result<Vec<Usage>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let out = folder.path().join("classes.parquet");
    (0..arguments.runs)
        .map(|_| measured::run(&mut arguments.ours.tabulate(plots, layers, Some(threads), &out)))
        .collect()
}

fn line(plots: Plots, layers: usize, threads: usize, runs: &[Usage]) -> String {
    let cpu_s = median_cpu_s(runs);
    let each_us = cpu_s * 1e6 / (f64::from(plots.count) * layers as f64);
    let wall_s = median(runs.iter().map(|run| run.wall_s));
    let peak_mb = runs.iter().map(|run| run.peak_mb).fold(0.0, f64::max);
    let (name, cpu_s, wall_s) = (plots.name, seconds(cpu_s), seconds(wall_s));
    format!("| {name} | {layers} | {threads} | {cpu_s} | {each_us:.2} | {wall_s} | {peak_mb:.0} |")
}
