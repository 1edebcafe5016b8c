//! `lindero`: which of these plots overlap forest, which were cleared, and how is that known?

mod args;
mod dry_run;
mod failure;
mod layer_arg;
mod partial_file;
mod plot_input;
mod progress_bar;
mod screen;
mod screen_input;
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
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
