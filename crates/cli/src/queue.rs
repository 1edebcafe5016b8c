//! `lindero queue`

use crate::args::Queue as Args;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::plot_input::set_threads;
use crate::report::input_of;
use crate::run_files::check_beside;
use lindero_io::queue::{Queue, QueueFilter, gpx, kml, list};
use lindero_io::run::ReadRun;
use lindero_report::{QueueStory, question_pages};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    set_threads(args.threads)?;
    let forms = args.out.iter().map(|path| Form::of(path)).collect::<Result<Vec<_>, _>>()?;
    let run = ReadRun::open(&args.run)?;
    args.out.iter().try_for_each(|out| check_beside(out, &args.run))?;
    // Where the cells in doubt lie is only asked where it is drawn.
    let wants_cells = !forms.is_empty();
    let input = match wants_cells.then(|| input_of(&run)) {
        Some(Ok(input)) => Some(input),
        Some(Err(why)) => {
            eprintln!("note: the cells in doubt are not shown: {why}");
            None
        }
        None => None,
    };
    let filter = QueueFilter { ask: args.ask.map(Into::into), by: args.by.clone(), plot: None };
    let queue = Queue::read(&run, input.as_ref(), &filter)?;
    for (path, form) in args.out.iter().zip(&forms) {
        let bytes = match form {
            Form::List => list(&queue)?,
            Form::Kml => kml(&queue).into_bytes(),
            Form::Gpx => gpx(&queue).into_bytes(),
            Form::Pages => question_pages(&queue).into_bytes(),
        };
        let file = PartialFile::new(path)?;
        std::fs::write(file.path(), bytes)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        file.complete()?;
    }
    print!("{}", QueueStory { queue: &queue }.table());
    for path in &args.out {
        println!("written to {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// What is written, by the ending of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    List,
    Kml,
    Gpx,
    Pages,
}

impl Form {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref() {
            Some("csv") => Ok(Self::List),
            Some("kml") => Ok(Self::Kml),
            Some("gpx") => Ok(Self::Gpx),
            Some("html") => Ok(Self::Pages),
            _ => Err(Failure::new(format!(
                "--out {}: give a name that ends in .csv (a list to fill in), .kml or .gpx (for a phone) or .html (pages to print)",
                path.display()
            ))),
        }
    }
}
