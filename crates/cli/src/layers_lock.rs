//! `lindero layers lock CATALOG`

use crate::args::LayersLock;
use crate::failure::Failure;
use crate::progress::RunProgress;
use lindero_engine::Progress;
use lindero_io::catalog::Catalog;
use lindero_io::layer_lock::lock_layers;
use lindero_report::grouped;
use std::process::ExitCode;

pub(crate) fn run(args: &LayersLock) -> Result<ExitCode, Failure> {
    let catalog = Catalog::read(&args.catalog)?;
    let progress = RunProgress::bar();
    let locked = lock_layers(&catalog, &progress);
    progress.done();
    if progress.interrupted() {
        return Err(Failure::new("interrupted"));
    }
    let locked = locked?;
    println!(
        "{} files of {} layers, {} of them read ({} MB)\n\nwritten to {}",
        grouped(locked.files as u64),
        grouped(catalog.layers.len() as u64),
        grouped(locked.read as u64),
        grouped(locked.bytes_read.div_ceil(1_000_000)),
        locked.path.display()
    );
    Ok(ExitCode::SUCCESS)
}
