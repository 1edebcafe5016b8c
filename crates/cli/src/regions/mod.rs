//! `lindero regions`

pub(crate) mod args;
mod whole;

use crate::failure::Failure;
use args::Regions;
use std::process::ExitCode;

pub(crate) fn run(args: &Regions) -> Result<ExitCode, Failure> {
    whole::run(args)
}
