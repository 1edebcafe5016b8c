//! `cargo xtask bench-conflicts`: how fast conflicts between plots are found, and whether GeoPandas finds the same.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use lindero_plots::{M2_PER_HA, row_area_m2};

use super::{
    machine,
    measured::{self, Usage},
    summary::seconds,
    villages,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/peer_conflicts.py");

/// Less shared ground is left out of both, as the default rules do.
const LEAST_M2: f64 = 1.0;
/// GEOS overlays in degrees, a ten-millionth of a micrometre exact at 80 degrees; a shared ground of some metres keeps
/// this share of its area.
const SAME: f64 = 1e-6;

#[derive(Args)]
pub(crate) struct BenchConflicts {
    /// A Python that has geopandas, shapely and pyarrow
    #[arg(long, default_value = "python3", value_name = "PATH")]
    python: PathBuf,
    /// How many plots
    #[arg(long, default_value_t = 1_000_000)]
    plots: usize,
    /// Where to keep the plots; a temporary folder otherwise
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Shared ground in m², by rows.
type Pairs = BTreeMap<(u32, u32), f64>;

/// Makes the plots, runs both programs and compares what they found.
///
/// # Errors
///
/// A program fails, or they found different pairs or areas.
pub(crate) fn run(arguments: &BenchConflicts) -> Result<(), String> {
    let temporary = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let folder = arguments.data.as_deref().unwrap_or(temporary.path());
    let plots = folder.join(format!("villages-{}.parquet", arguments.plots));
    if !plots.is_file() {
        villages::write(&plots, arguments.plots)?;
    }
    let (ours, theirs) = (temporary.path().join("ours.csv"), temporary.path().join("theirs.csv"));
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let our_usage = measured::run(Command::new(program).arg("find-conflicts").args([&plots, &ours]))?;
    eprintln!("Lindero: {}", told(&our_usage));
    let their_usage = measured::run(Command::new(&arguments.python).arg(SCRIPT).args([&plots, &theirs]))
        .map_err(|error| format!("{error}\nit needs `python -m pip install geopandas shapely pyarrow`"))?;
    eprintln!("GeoPandas: {}", told(&their_usage));
    let (ours, theirs) = (our_pairs(&ours)?, their_pairs(&theirs)?);
    compare(&ours, &theirs)?;
    let ha = |pairs: &Pairs| pairs.values().sum::<f64>() / M2_PER_HA;
    println!("| {} plots | time and memory | pairs over 1 m² | shared |", arguments.plots);
    println!("|---|---|---|---|");
    println!("| Lindero | {} | {} | {:.4} ha |", told(&our_usage), ours.len(), ha(&ours));
    println!("| GeoPandas | {} | {} | {:.4} ha |", told(&their_usage), theirs.len(), ha(&theirs));
    println!(
        "{}: {:.1} times less time, {:.1} times less CPU. Whole processes, one run each: reading, finding, writing the pairs; \
         Lindero on all cores.",
        machine::described(),
        their_usage.wall_s / our_usage.wall_s,
        their_usage.cpu_s / our_usage.cpu_s
    );
    Ok(())
}

fn told(usage: &Usage) -> String {
    format!("{} s, {} s of CPU, {:.0} MB", seconds(usage.wall_s), seconds(usage.cpu_s), usage.peak_mb)
}

/// The same pairs, but for those at the threshold, with the same ground.
fn compare(ours: &Pairs, theirs: &Pairs) -> Result<(), String> {
    let at_threshold = |m2: f64| m2 < LEAST_M2 * (1.0 + SAME);
    for (one, other, who) in [(ours, theirs, "GeoPandas"), (theirs, ours, "Lindero")] {
        let missing = one.iter().find(|(pair, m2)| !other.contains_key(pair) && !at_threshold(**m2));
        if let Some((pair, m2)) = missing {
            return Err(format!("{who} does not know that rows {} and {} share {m2} m²", pair.0, pair.1));
        }
    }
    for (pair, m2) in ours {
        if let Some(expected) = theirs.get(pair)
            && (m2 - expected).abs() > SAME * expected.max(LEAST_M2)
        {
            return Err(format!("rows {} and {} share {m2} m², {expected} m² by GeoPandas", pair.0, pair.1));
        }
    }
    Ok(())
}

fn our_pairs(path: &Path) -> Result<Pairs, String> {
    pairs(path, ["row_a", "row_b", "overlap_ha", "overlap_ha"], |ha, _| ha * M2_PER_HA)
}

fn their_pairs(path: &Path) -> Result<Pairs, String> {
    /// Half the height of the band whose area tells what a square degree is at its middle.
    const HALF_DEG: f64 = 0.0005;
    pairs(path, ["row_a", "row_b", "shared_deg2", "latitude"], |deg2, latitude| {
        deg2 * row_area_m2(latitude - HALF_DEG, latitude + HALF_DEG, 1.0) / (2.0 * HALF_DEG)
    })
}

/// Reads two rows and two numbers of each line; what they make in m² is kept from the threshold on.
fn pairs(path: &Path, columns: [&str; 4], m2: impl Fn(f64, f64) -> f64) -> Result<Pairs, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let index = |name: &&str| head.iter().position(|column| column == name).expect("both tables have these columns");
    let [a, b, first, second] = columns.each_ref().map(index);
    let mut pairs = Pairs::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |index: usize| {
            let cell = cells.get(index).copied().unwrap_or_default();
            cell.parse::<f64>().map_err(|_| format!("{}: {cell:?} is no number", path.display()))
        };
        let shared_m2 = m2(number(first)?, number(second)?);
        if shared_m2 >= LEAST_M2 {
            pairs.insert((number(a)? as u32, number(b)? as u32), shared_m2);
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::{Pairs, compare};

    #[test]
    fn a_pair_that_only_one_found_and_another_area_are_told() {
        let pairs = |pairs: &[(u32, u32, f64)]| -> Pairs { pairs.iter().map(|&(a, b, m2)| ((a, b), m2)).collect() };
        let ours = pairs(&[(1, 2, 50.0), (3, 4, 1.0)]);
        assert_eq!(compare(&ours, &pairs(&[(1, 2, 50.000_001)])), Ok(()));
        let told = compare(&ours, &pairs(&[(3, 4, 1.0)])).expect_err("a pair is missing");
        assert!(told.starts_with("GeoPandas does not know that rows 1 and 2"), "{told}");
        let told = compare(&ours, &pairs(&[(1, 2, 50.1)])).expect_err("an area differs");
        assert!(told.contains("50 m², 50.1 m² by GeoPandas"), "{told}");
    }
}
