//! `lindero pack RUN`

use crate::args::Pack;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use lindero_io::run::{StoredRun, pack};
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) fn run(args: &Pack) -> Result<ExitCode, Failure> {
    let run = StoredRun::open(&args.run)?;
    if run.is_packed() {
        return Err(Failure::new(format!("{} is packed already", args.run.display())));
    }
    let out = args.out.clone().unwrap_or_else(|| {
        let folder: PathBuf = args.run.components().collect();
        folder.with_added_extension("lindero")
    });
    let file = PartialFile::new(&out)?;
    for name in pack(&run, file.path())? {
        eprintln!("note: {name} is no part of the run and was left out");
    }
    file.complete()?;
    println!("written to {}", out.display());
    Ok(ExitCode::SUCCESS)
}
