//! `lindero`: which of these plots overlap forest, which were cleared, and how is that known?

mod args;
mod check;
mod diff;
mod dry_run;
mod export;
mod failure;
mod init;
mod job;
mod layer_arg;
mod layers_check;
mod layers_lock;
mod pack;
mod partial_file;
mod plot_input;
mod progress;
mod rerun;
mod run_files;
mod screen;
mod tabulate;
mod verify;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return failure::usage(&error),
    };
    let done = match args.command {
        args::Command::Tabulate(args) => tabulate::run(&args),
        args::Command::Screen(args) => screen::run(&args),
        args::Command::Check(args) => check::run(&args),
        args::Command::Export(args) => export::run(&args),
        args::Command::Init(args) => init::run(&args),
        args::Command::Layers(args::Layers::Check(args)) => layers_check::run(&args),
        args::Command::Layers(args::Layers::Lock(args)) => layers_lock::run(&args),
        args::Command::Verify(args) => verify::run(&args),
        args::Command::Diff(args) => diff::run(&args),
        args::Command::Pack(args) => pack::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
