//! `lindero diff RUN_A RUN_B`

use crate::args::Diff;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use lindero_io::run::{StoredRun, diff, write_diff};
use lindero_report::DiffStory;
use std::process::ExitCode;

pub(crate) fn run(args: &Diff) -> Result<ExitCode, Failure> {
    let (first, second) = (StoredRun::open(&args.first)?, StoredRun::open(&args.second)?);
    let told = diff(&first, &second)?;
    print!("{}", DiffStory { diff: &told }.text());
    if let Some(out) = &args.out {
        if out.is_dir() {
            return Err(Failure::new(format!("cannot write {}: it is a folder", out.display())));
        }
        let file = PartialFile::new(out)?;
        write_diff(&told, file.path())?;
        file.complete()?;
        println!("\nwritten to {}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}
