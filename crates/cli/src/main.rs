//! `lindero`: which of these plots overlap forest, which were cleared, and how is that known?

mod args;
mod check;
mod dry_run;
mod explain;
mod export;
mod failure;
mod init;
mod layer_arg;
mod layers_check;
mod partial_file;
mod plot_input;
mod progress;
mod regions;
mod report;
mod run_files;
mod screen;
#[cfg(feature = "serve")]
mod serve;
mod tabulate;

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
        args::Command::Regions(args) => regions::run(&args),
        args::Command::Check(args) => check::run(&args),
        args::Command::Explain(args) => explain::run(&args),
        args::Command::Export(args) => export::run(&args),
        args::Command::Report(args) => report::run(&args),
        #[cfg(feature = "serve")]
        args::Command::Serve(args) => serve::run(&args),
        args::Command::Init(args) => init::run(&args),
        args::Command::Layers(args::Layers::Check(args)) => layers_check::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
