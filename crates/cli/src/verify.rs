//! `lindero verify RUN`

use crate::args::Verify;
use crate::failure::Failure;
use crate::progress::RunProgress;
use crate::rerun;
use lindero_engine::Progress;
use lindero_io::run::{PublicKey, StoredRun, folder_of, verify};
use lindero_report::VerifyStory;
use std::process::ExitCode;

/// Something is not as it was.
const CHANGED: u8 = 1;

pub(crate) fn run(args: &Verify) -> Result<ExitCode, Failure> {
    let key = args.key.as_deref().map(PublicKey::read).transpose()?;
    // Absolute: a run is done again from the folder in which it was started.
    let run = StoredRun::open(&std::path::absolute(&args.run)?)?;
    let progress = RunProgress::bar();
    let base = folder_of(&run);
    let told = verify(&run, &base, key.as_ref(), &progress);
    progress.done();
    if progress.interrupted() {
        return Err(Failure::new("interrupted"));
    }
    let told = told?;
    print!("{}", VerifyStory { place: &args.run, told: &told }.text());
    if !args.rerun {
        return Ok(if told.is_intact() { ExitCode::SUCCESS } else { ExitCode::from(CHANGED) });
    }
    if !told.is_intact() {
        println!("\nnot done again: it would not be the same run");
        return Ok(ExitCode::from(CHANGED));
    }
    if !told.is_complete() {
        return Err(Failure::new("--rerun needs all that went in, and some of it is not here: see above"));
    }
    let differences = rerun::differences(&run, &base, &told)?;
    if differences.is_empty() {
        println!("\ndone again by lindero {}: the same bytes", env!("CARGO_PKG_VERSION"));
        return Ok(ExitCode::SUCCESS);
    }
    println!("\ndone again by lindero {}: other bytes", env!("CARGO_PKG_VERSION"));
    differences.iter().for_each(|line| println!("  {line}"));
    Ok(ExitCode::from(CHANGED))
}
