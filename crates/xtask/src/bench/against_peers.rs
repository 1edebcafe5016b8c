//! `cargo xtask bench-peers`: our program and its peers by turns on the same work.

use std::{collections::HashMap, path::PathBuf};

use clap::Args;

use super::{
    data::DataFolder,
    machine,
    measured::{self, Usage},
    ours::OurProgram,
    peers::{Peer, PeerPlaces, Peers},
    summary::{median_cpu_s, ratio, sentence},
    workload::Workload,
};

#[derive(Args)]
pub(crate) struct BenchPeers {
    /// The folder that make_data.py made
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    ours: OurProgram,
    #[command(flatten)]
    places: PeerPlaces,
    /// Rounds; in each, every program runs once
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Only these workloads, such as 100k-L3
    #[arg(long, value_delimiter = ',', value_name = "WORKLOAD")]
    only: Vec<String>,
    /// Run our program alone
    #[arg(long)]
    skip_peers: bool,
    /// Threads of our program; all cores otherwise. The peers use one
    #[arg(long)]
    threads: Option<usize>,
}

/// All runs of a workload.
#[derive(Default)]
struct Runs {
    ours: Vec<Usage>,
    peers: HashMap<Peer, Vec<Usage>>,
}

/// Runs the workloads and prints the table.
///
/// # Errors
///
/// Something is missing, or a program fails.
pub(crate) fn run(arguments: &BenchPeers) -> Result<(), String> {
    let workloads = Workload::named(&arguments.only)?;
    let data = DataFolder::new(&arguments.data);
    for workload in &workloads {
        data.plots(workload.plots)?;
        workload.layers.iter().try_for_each(|layer| data.layer(*layer).map(drop))?;
    }
    let version = arguments.ours.version()?;
    let peers = if arguments.skip_peers { None } else { Some(Peers::find(&arguments.places)?) };
    let mut all = Vec::new();
    for workload in workloads {
        let runs = rounds(arguments, &workload, &data, peers.as_ref())?;
        eprintln!("{}: {}", workload.name(), sentence(&runs.ours));
        all.push((workload, runs));
    }
    println!("{}", table(&all));
    println!("{}; {version}{}.", machine::described(), peers.map_or(String::new(), |it| format!("; {}", it.versions)));
    let threads = arguments.threads.map_or("all cores".to_owned(), |threads| format!("{threads} thread(s)"));
    println!(
        "CPU seconds of whole processes with their start, median (least–most) of {} round(s) in which the programs ran by \
         turns, and the highest peak of memory. Lindero on {threads}, the peers on one. Ratio: CPU of the peer with the \
         lowest median to that of Lindero, median of the rounds.",
        arguments.runs
    );
    Ok(())
}

fn rounds(
    arguments: &BenchPeers,
    workload: &Workload,
    data: &DataFolder,
    peers: Option<&Peers>,
) -> Result<Runs, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let layers: Vec<(String, PathBuf)> = (workload.layers.iter())
        .map(|layer| Ok((layer.id.to_owned(), data.layer(*layer)?)))
        .collect::<Result<_, String>>()?;
    let plots = data.plots(workload.plots)?;
    let mut runs = Runs::default();
    for _ in 0..arguments.runs {
        let out = folder.path().join("classes.parquet");
        runs.ours.push(measured::run(&mut arguments.ours.tabulate(&plots, &layers, arguments.threads, &out))?);
        let Some(peers) = peers else { continue };
        for peer in workload.peers.iter().filter(|peer| peer.is_there()) {
            let mut command = peers.command(*peer, workload.plots.name, workload.layers_name, data.path());
            runs.peers.entry(*peer).or_default().push(measured::run(&mut command)?);
        }
    }
    Ok(runs)
}

fn table(all: &[(Workload, Runs)]) -> String {
    let shown: Vec<Peer> =
        Peer::ALL.into_iter().filter(|peer| all.iter().any(|(_, runs)| runs.peers.contains_key(peer))).collect();
    let titles: String = shown.iter().map(|peer| format!(" {} |", peer.title())).collect();
    let mut lines = vec![format!("| workload | Lindero |{titles} ratio |"), "|---".repeat(shown.len() + 3) + "|"];
    for (workload, runs) in all {
        let cell = |peer: &Peer| runs.peers.get(peer).map_or("–".to_owned(), |runs| sentence(runs));
        let cells: String = shown.iter().map(|peer| format!(" {} |", cell(peer))).collect();
        let best = runs.peers.values().min_by(|a, b| median_cpu_s(a).total_cmp(&median_cpu_s(b)));
        let ratio = best.map_or("–".to_owned(), |best| format!("{:.1}", ratio(best, &runs.ours)));
        lines.push(format!("| {} | {} |{cells} {ratio} |", workload.title(), sentence(&runs.ours)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_workload_and_the_ratio_of_the_best_peer() {
        let usage = |cpu_s| vec![Usage { cpu_s, wall_s: cpu_s, peak_mb: 50.0 }];
        let peers = [(Peer::GdalByFeature, usage(6.0)), (Peer::ExactextractPython, usage(30.0))];
        let runs = Runs { ours: usage(0.5), peers: peers.into_iter().collect() };
        let workload = Workload::named(&["100k-L3".to_owned()]).expect("it is known")[0];
        let expected = "\
| workload | Lindero | GDAL zonal-stats, by feature | exactextract Python | ratio |
|---|---|---|---|---|
| 100k × L3 | 0.500 s, 50 MB | 6.00 s, 50 MB | 30.0 s, 50 MB | 12.0 |";
        assert_eq!(table(&[(workload, runs)]), expected);
    }
}
