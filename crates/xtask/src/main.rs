//! Chores of the project that are not the program: `cargo xtask fixtures` makes the landscape and the planted cases,
//! `cargo xtask picture` draws the README's picture, `cargo xtask laws` tests every law on new random cases,
//! `cargo xtask bench-peers`, `bench-scaling`, `bench-conflicts` and `bench-serve` measure speed, `check-peers` compares answers,
//! `check-boundaries` what is said of boundaries, and what they are repaired to, with GEOS;
//! `coverage-of-intervals` counts how often 95 % intervals of estimates hold a truth that is known.

mod bench;
mod boundaries;
mod coverage_of_intervals;
mod fixtures;
mod picture;

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use clap::{Parser, Subcommand};

use bench::{
    against_peers::{self, BenchPeers},
    conflicts::{self, BenchConflicts},
    find_conflicts::{self, FindConflicts},
    same_answers::{self, CheckPeers},
    scaling::{self, BenchScaling},
    serve::{self, BenchServe},
};
use boundaries::CheckBoundaries;
use coverage_of_intervals::CoverageOfIntervals;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the project")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Make the invented landscape and the planted cases, byte for byte the same every time
    Fixtures {
        #[command(flatten)]
        size: fixtures::Size,
        /// The folder to write to
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))]
        out: PathBuf,
    },
    /// Run the program and its peers by turns on the same work, and print the table of CPU and memory
    BenchPeers(BenchPeers),
    /// Run the program on ever more plots and layers, and print what each costs
    BenchScaling(BenchScaling),
    /// Start the service and send it single plots from many clients: screenings a second, and how long they wait
    BenchServe(BenchServe),
    /// Find the conflicts between plots of villages, with GeoPandas beside it, and compare pairs, areas, time and memory
    BenchConflicts(BenchConflicts),
    /// Find the conflicts between the plots of a file: what `bench-conflicts` measures
    #[command(hide = true)]
    FindConflicts(FindConflicts),
    /// Compare class areas with exactextract's, and those of one raster in every layout with each other
    CheckPeers(CheckPeers),
    /// Ask GEOS which of many random boundaries are valid, and whether what they are repaired to is
    CheckBoundaries(CheckBoundaries),
    /// Draw many samples of a landscape whose truth is known, and count how often 95 % intervals hold it
    CoverageOfIntervals(CoverageOfIntervals),
    /// Run the tests with many new random cases in every law
    Laws {
        /// Random cases per law
        #[arg(long, default_value_t = 5000)]
        cases: u32,
    },
    /// Draw the README's picture of the landscape from a run over it
    Picture {
        /// The run folder, such as the demo's
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo-run"))]
        run: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Fixtures { size, out } => fixtures::write(&out, size)
            .map_err(|error| format!("cannot write the fixtures to {}: {error}", out.display())),
        Chore::BenchPeers(arguments) => against_peers::run(&arguments),
        Chore::BenchScaling(arguments) => scaling::run(&arguments),
        Chore::BenchServe(arguments) => serve::run(&arguments),
        Chore::BenchConflicts(arguments) => conflicts::run(&arguments),
        Chore::FindConflicts(arguments) => find_conflicts::run(&arguments),
        Chore::CheckPeers(arguments) => same_answers::run(&arguments),
        Chore::CheckBoundaries(arguments) => boundaries::run(&arguments),
        Chore::CoverageOfIntervals(arguments) => coverage_of_intervals::run(&arguments),
        Chore::Laws { cases } => laws(cases),
        Chore::Picture { run } => {
            let fixtures = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"));
            picture::draw(&fixtures.join("landscape"), &run, &fixtures.join("valley.png"))
                .map_err(|error| format!("cannot draw {}: {error}", run.display()))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn laws(cases: u32) -> Result<(), String> {
    let tests = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("PROPTEST_CASES", cases.to_string())
        .env_remove("PROPTEST_RNG_SEED")
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if tests.success() { Ok(()) } else { Err("some test failed: see above".to_owned()) }
}
