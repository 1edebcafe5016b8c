//! `cargo xtask bench-regions`: how fast whole regions are measured, beside decoding the same blocks alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use lindero_plots::Bounds;

use super::{
    decode_blocks::shapes,
    machine,
    measured::{self, Usage},
    ours::OurProgram,
    summary::{median, median_cpu_s, ratio, sentence},
    wide_grid::WideGrid,
};

#[derive(Args)]
pub(crate) struct BenchRegions {
    /// The regions, such as the districts of a department
    #[arg(long, value_name = "FILE")]
    regions: PathBuf,
    /// The columns with their names, from outer to inner
    #[arg(long, value_name = "FIELDS")]
    level: String,
    /// Where the map is kept, and made if it is not there: a tenth of a byte a cell or so
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Cells in a degree: 12000 are of 10 m, 4000 of 30 m
    #[arg(long, default_value_t = 12_000.0)]
    cells_per_degree: f64,
    /// Threads of both
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Rounds; in each, both run once
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A Python that has rasterio, to let GDAL decode the blocks too
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    #[command(flatten)]
    ours: OurProgram,
}

/// Makes the map, runs both and prints the table.
///
/// # Errors
///
/// Something is missing, or a program fails.
pub(crate) fn run(arguments: &BenchRegions) -> Result<(), String> {
    let version = arguments.ours.version()?;
    let grid = WideGrid::around(&bounds(&arguments.regions)?, arguments.cells_per_degree);
    let (rows, cols) = grid.size;
    let map = arguments.data.join(format!("classes-{}-{rows}x{cols}.tif", arguments.cells_per_degree));
    if !map.is_file() {
        eprintln!("making {} ({rows} x {cols} cells)", map.display());
        let unfinished = map.with_extension("partial");
        let made = grid.write(&unfinished).and_then(|()| fs::rename(&unfinished, &map));
        made.map_err(|error| format!("cannot write {}: {error}", map.display()))?;
    }
    let temporary = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let (out, count) = (temporary.path().join("regions"), temporary.path().join("cells"));
    let list = temporary.path().join("blocks");
    let (mut measured, mut decoded, mut by_gdal) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        measured.push(measured::run(&mut measuring(arguments, &map, &out))?);
        decoded.push(measured::run(decoding(arguments, &map, &count)?.arg("--list").arg(&list))?);
        if let Some(python) = &arguments.python {
            by_gdal.push(decoding_by_gdal(python, &map, &list)?);
        }
    }
    let cells = fs::read_to_string(&count).map_err(|error| format!("cannot read the count: {error}"))?;
    let cells: f64 = cells.parse().map_err(|_| format!("{cells:?} is no count of cells"))?;
    println!(
        "| {rows} x {cols} cells, {:.0} million decoded | CPU and memory | wall s | cells per CPU second |",
        cells / 1e6
    );
    println!("|---|---|---|---|");
    println!("{}\n{}", line("lindero regions", cells, &measured), line("decoding alone", cells, &decoded));
    if !by_gdal.is_empty() {
        println!("{}", line("decoding alone by GDAL, without its start", cells, &by_gdal));
    }
    println!(
        "{}; {version}; {} thread(s). Measuring runs at {:.0} % of the rate of decoding the same blocks alone, median of {} \
         round(s); whole processes with their start.",
        machine::described(),
        arguments.threads,
        100.0 * ratio(&decoded, &measured),
        arguments.runs
    );
    Ok(())
}

fn bounds(regions: &Path) -> Result<Bounds, String> {
    let shapes = shapes(regions)?;
    let all = (0..shapes.len() as u32).map(|shape| shapes.get(shape).bounds());
    all.reduce(|a, b| a.union(&b)).ok_or_else(|| format!("{} has no regions", regions.display()))
}

fn measuring(arguments: &BenchRegions, map: &Path, out: &Path) -> Command {
    let mut command = Command::new(&arguments.ours.binary);
    command.arg("regions").arg("--regions").arg(&arguments.regions).args(["--level", &arguments.level, "--quiet"]);
    command.arg("--layer").arg(format!("map={}", map.display()));
    command.args(["--threads", &arguments.threads.to_string()]).arg("--out").arg(out);
    command
}

fn decoding(arguments: &BenchRegions, map: &Path, count: &Path) -> Result<Command, String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let mut command = Command::new(program);
    command.arg("decode-blocks").args([map, &arguments.regions, count]);
    command.args(["--threads", &arguments.threads.to_string()]);
    Ok(command)
}

/// What GDAL takes to decode the same blocks, less what Python takes to start and to open the map.
fn decoding_by_gdal(python: &Path, map: &Path, list: &Path) -> Result<Usage, String> {
    let run = |list: &Path| {
        let mut command = Command::new(python);
        measured::run(command.arg("-c").arg(include_str!("decode_blocks.py")).args([map, list]))
    };
    let (start, whole) = (run(Path::new("/dev/null"))?, run(list)?);
    Ok(Usage { cpu_s: whole.cpu_s - start.cpu_s, wall_s: whole.wall_s - start.wall_s, ..whole })
}

fn line(name: &str, cells: f64, runs: &[Usage]) -> String {
    let wall_s = median(runs.iter().map(|run| run.wall_s));
    format!("| {name} | {} | {wall_s:.1} | {:.0} million |", sentence(runs), cells / median_cpu_s(runs) / 1e6)
}
