//! `lindero diff RUN_A RUN_B`

use crate::args::Diff;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::run_files::check_beside;
use lindero_io::run::{DiffTable, StoredRun, diff};
use lindero_report::DiffStory;
use std::process::ExitCode;

pub(crate) fn run(args: &Diff) -> Result<ExitCode, Failure> {
    let (first, second) = (StoredRun::open(&args.first)?, StoredRun::open(&args.second)?);
    let Some(out) = &args.out else {
        print!("{}", DiffStory { diff: &diff(&first, &second, |_| Ok(()))? }.text());
        return Ok(ExitCode::SUCCESS);
    };
    check_beside(out, &args.first)?;
    check_beside(out, &args.second)?;
    let file = PartialFile::new(out)?;
    let mut table = DiffTable::start(file.path())?;
    let told = diff(&first, &second, |plot| table.add(plot))?;
    table.finish()?;
    file.complete()?;
    print!("{}", DiffStory { diff: &told }.text());
    println!("\nwritten to {}", out.display());
    Ok(ExitCode::SUCCESS)
}
