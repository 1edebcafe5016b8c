//! `lindero explain`

use crate::args::Explain;
use crate::failure::Failure;
use lindero_io::run::ReadRun;
use lindero_report::{PlotLookup, STORY_WIDTH, find_plot};
use std::process::ExitCode;

pub(crate) fn run(args: &Explain) -> Result<ExitCode, Failure> {
    let run = ReadRun::open(&args.run)?;
    match find_plot(&run, &args.plot, STORY_WIDTH)? {
        PlotLookup::Missing { meant } => {
            let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            Err(Failure::new(format!("{} has no plot {:?}{meant}", args.run.display(), args.plot)))
        }
        PlotLookup::Found(plots) => {
            for (told, plot) in plots.iter().enumerate() {
                if told > 0 {
                    println!("\n{}\n", "─".repeat(40));
                }
                print!("{}", plot.story);
            }
            if plots.len() > 1 {
                eprintln!("note: {} plots have the id {:?}", plots.len(), args.plot);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
