//! `lindero`: which of these plots overlap forest, which were cleared, and how is that known?

// First, so that its macros reach all modules.
#[macro_use]
mod console;

mod args;
mod check;
mod country;
mod decide;
mod diff;
mod dry_run;
mod estimate;
mod estimate_args;
mod estimate_points;
mod explain;
mod export;
mod failure;
mod init;
mod layer_arg;
mod layers_check;
mod layers_lock;
mod map_input;
mod pack;
mod partial_file;
mod plot_input;
mod policy;
mod position_error;
mod progress;
mod queue;
mod regions;
mod report;
mod rerun;
mod run_files;
mod sample;
mod screen;
#[cfg(feature = "serve")]
mod serve;
mod suggest_split;
mod tabulate;
mod verify;

use clap::Parser;
use std::process::ExitCode;

/// The largest piece of memory that the C library shall have seen come and go.
const LARGE_PIECE: usize = 8 << 20;

fn main() -> ExitCode {
    keep_freed_memory();
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return failure::usage(&error),
    };
    let done = match args.command {
        args::Command::Tabulate(args) => tabulate::run(&args),
        args::Command::Screen(args) => screen::run(&args),
        args::Command::Regions(args) => regions::run(&args),
        args::Command::Check(args) => check::run(&args),
        args::Command::Decide(args) => decide::run(&args),
        args::Command::Policy(args) => policy::run(&args),
        args::Command::Explain(args) => explain::run(&args),
        args::Command::Export(args) => export::run(&args),
        args::Command::Queue(args) => queue::run(&args),
        args::Command::Report(args) => report::run(&args),
        args::Command::Estimate(args) => estimate::run(&args),
        args::Command::Sample(args) => sample::run(&args),
        #[cfg(feature = "serve")]
        args::Command::Serve(args) => serve::run(&args),
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

/// Has decoded blocks take the memory of those before them. glibc gives freed memory back to the system where it is more than
/// twice the largest piece that has come and gone, which is 128 KiB at first, so that each new block would be pages of zeros that
/// the system makes: an eighth of the time in which whole regions are measured.
fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE_PIECE)));
}
