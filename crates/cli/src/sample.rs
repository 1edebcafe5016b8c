//! `lindero sample`

use crate::estimate_args::Sample;
use crate::failure::Failure;
use crate::plot_input::set_threads;
use crate::progress::RunProgress;
use lindero_io::estimate::{Boundaries, Design, NamedNumbers, Wishes, read_expected};
use lindero_io::regions::{RegionsRead, read_regions};
use lindero_io::run::{FolderKind, RunFolder};
use lindero_plots::M2_PER_HA;
use lindero_report::{grouped, lined_up};
use std::process::ExitCode;

/// The user's accuracy that is expected where nobody says another.
const USUAL_ACCURACY: f64 = 0.9;

pub(crate) fn run(args: &Sample) -> Result<ExitCode, Failure> {
    set_threads(args.waiting.threads)?;
    if !(args.target_se > 0.0 && args.target_se < 1.0) {
        let message = format!("--target-se {}: give a standard error between 0 and 1, such as 0.01", args.target_se);
        return Err(Failure::new(message));
    }
    let Some(map) = args.map.open(None)? else {
        return Err(Failure::new("sample needs the --map to draw points from"));
    };
    let expected = args.expected.as_deref().map(read_expected).transpose()?;
    let regions = match (&args.regions, &args.region_name) {
        (Some(path), Some(column)) => {
            let RegionsRead { set: regions, notes, .. } = read_regions(path, std::slice::from_ref(column))?;
            notes.iter().for_each(|note| eprintln!("note: {note}"));
            Some((regions, Boundaries::of(path, column)?))
        }
        _ => None,
    };
    let progress = RunProgress::new(&args.waiting);
    let folder = RunFolder::start(&args.out, false, FolderKind::Design)?;
    let accuracy = |class: &str| expected.as_ref().and_then(|it| it.get(class)).unwrap_or(USUAL_ACCURACY);
    let wishes = Wishes {
        target_se: args.target_se,
        expected: &accuracy,
        min_per_stratum: args.min_per_stratum,
        seed: args.seed,
    };
    let program = format!("lindero {}", env!("CARGO_PKG_VERSION"));
    let within = regions.as_ref().map(|(regions, boundaries)| (regions, boundaries.clone()));
    let design = Design::draw(&map, within, &wishes, &program, &progress)?;
    if let Some(expected) = &expected {
        check_expected(expected, &design)?;
    }
    design.write(&folder)?;
    let place = folder.complete()?;
    progress.done();
    tell(&design, expected.is_some());
    println!("\nwritten to {}", place.display());
    Ok(ExitCode::SUCCESS)
}

/// A class that the map lacks is a slip of the finger.
fn check_expected(expected: &NamedNumbers, design: &Design) -> Result<(), Failure> {
    let known: Vec<&str> = design.strata.iter().map(|stratum| stratum.stratum.as_str()).collect();
    let Some(unknown) = expected.names().find(|name| !known.contains(name)) else { return Ok(()) };
    Err(Failure::new(format!("--expected: {unknown:?} is no class of the map, which has {}", known.join(", "))))
}

fn tell(design: &Design, is_expected: bool) {
    let heading = ["stratum", "ha", "share", "cells", "expected user's", "points"].map(str::to_owned);
    let row = |it: &lindero_io::estimate::DesignStratum| {
        [
            it.stratum.clone(),
            format!("{:.1}", it.area_m2 / M2_PER_HA),
            format!("{:.4}", it.weight),
            grouped(it.cells),
            format!("{:.2}", it.expected_users_accuracy),
            grouped(it.points),
        ]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(design.strata.iter().map(row)).collect();
    print!("{}", lined_up("  ", &rows));
    println!(
        "  {} points; by the formula {} for a standard error of {}; with these {:.4} can be expected",
        grouped(design.points.len() as u64),
        grouped(design.sample_size),
        design.target_se,
        design.expected_se
    );
    if !is_expected {
        println!("  a user's accuracy of {USUAL_ACCURACY} is expected of every class: --expected says others");
    }
    let few = design.strata.iter().filter(|it| it.points < design.min_per_stratum);
    for stratum in few {
        println!("  {} has {} cells only: each is drawn", stratum.stratum, grouped(stratum.cells));
    }
}
