//! `lindero regions`

pub(crate) mod args;
mod of_run;
mod whole;

use crate::failure::Failure;
use args::Regions;
use std::process::ExitCode;

pub(crate) fn run(args: &Regions) -> Result<ExitCode, Failure> {
    match &args.run {
        Some(run) => of_run::run(args, run),
        None => whole::run(args),
    }
}
