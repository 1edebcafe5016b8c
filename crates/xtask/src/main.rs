//! Chores of the project that are not the program: `cargo xtask fixtures` makes the landscape and the planted cases.

mod fixtures;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

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
        /// How many valleys of 2,000 plots lie side by side; the committed landscape has one
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
        scale: u32,
        /// The folder to write to
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let Chore::Fixtures { scale, out } = Arguments::parse().chore;
    match fixtures::write(&out, scale) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write the fixtures to {}: {error}", out.display());
            ExitCode::from(2)
        }
    }
}
