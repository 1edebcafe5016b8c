//! `lindero init FOLDER`

use crate::args::Init;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::progress::RunProgress;
use lindero_io::recognise::{Recognition, recognise};
use lindero_report::lined_up;
use std::process::ExitCode;

/// The catalog's name in its folder.
const CATALOG: &str = "lindero.toml";
/// Files named that were not recognised; a folder of something else may hold thousands.
const MOST_NAMED: usize = 40;

pub(crate) fn run(args: &Init) -> Result<ExitCode, Failure> {
    let place = args.folder.join(CATALOG);
    // Not `exists`: a link to a file that is gone is in the way too.
    if place.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("{} is there already: rename or remove it first", place.display())));
    }
    let progress = RunProgress::bar();
    let found = recognise(&args.folder, &progress);
    progress.done();
    let found = found?;
    if found.layers.is_empty() {
        print_left_out(&found);
        let message = format!("no map of a known product in {}: nothing written", args.folder.display());
        return Err(Failure::new(message));
    }

    let file = PartialFile::new(&place)?;
    std::fs::write(file.path(), found.catalog())
        .map_err(|e| Failure::new(format!("cannot write {}: {e}", place.display())))?;
    file.complete()?;

    println!("{}\n", place.display());
    let heading = ["layer", "product", "files", "path"].map(str::to_owned);
    let row = |layer: &lindero_io::recognise::RecognisedLayer| {
        [layer.id.clone(), layer.product.to_owned(), layer.files.to_string(), layer.path.clone()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(found.layers.iter().map(row)).collect();
    print!("{}", lined_up("", &rows));
    let warnings = found.layers.iter().flat_map(|layer| layer.warnings.iter().map(move |text| (&layer.id, text)));
    let warnings: Vec<_> = warnings.collect();
    if !warnings.is_empty() {
        println!("\nworth a look:");
        warnings.iter().for_each(|(id, text)| println!("  {id}: {text}"));
    }
    print_left_out(&found);
    println!("\nnext: lindero layers check {}", place.display());
    Ok(ExitCode::SUCCESS)
}

fn print_left_out(found: &Recognition) {
    if !found.left_out.is_empty() {
        println!("\nnot recognised:");
        for left in found.left_out.iter().take(MOST_NAMED) {
            println!("  {}: {}", left.path, left.reason);
        }
        if found.left_out.len() > MOST_NAMED {
            println!("  and {} more", found.left_out.len() - MOST_NAMED);
        }
    }
    for note in &found.notes {
        println!("  {note}");
    }
    match found.other_files {
        0 => {}
        1 => println!("\n1 other file is neither a map nor features"),
        many => println!("\n{many} other files are neither maps nor features"),
    }
}
