//! `lindero explain`

use crate::args::Explain;
use crate::failure::Failure;
use lindero_io::run::{ReadRun, RunPolicy};
use lindero_logic::nearest;
use lindero_report::PlotStory;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Ids that are kept to say what was probably meant.
const MOST_IDS: usize = 100_000;

pub(crate) fn run(args: &Explain) -> Result<ExitCode, Failure> {
    let run = ReadRun::open(&args.run)?;
    let policy = RunPolicy::of(&run)?;
    let defects = defects_of(&run, &args.plot)?;
    let (mut told, mut ids) = (0, Vec::new());
    for batch in run.plots()? {
        let batch = batch?.attributes;
        for row in 0..batch.num_rows() {
            let plot = policy.plot(&batch, row);
            let id = plot.text("plot_id").unwrap_or_default();
            if id == args.plot {
                let defects = defects.get(&plot.text("row").unwrap_or_default()).map(Vec::as_slice).unwrap_or_default();
                if told > 0 {
                    println!("\n{}\n", "─".repeat(40));
                }
                print!("{}", PlotStory { run: &policy, plot, manifest: &run.manifest, defects }.text());
                told += 1;
            } else if ids.len() < MOST_IDS {
                ids.push(id);
            }
        }
    }
    if told == 0 {
        let meant = nearest(&args.plot, ids.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
        return Err(Failure::new(format!("{} has no plot {:?}{meant}", args.run.display(), args.plot)));
    }
    if told > 1 {
        eprintln!("note: {told} plots have the id {:?}", args.plot);
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with the boundaries of plots of an id, in words, by row.
fn defects_of(run: &ReadRun, id: &str) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut defects: BTreeMap<String, Vec<String>> = BTreeMap::new();
    run.each_row("defects.csv", |row| {
        if row.get("plot_id") == id {
            defects.entry(row.get("row").to_owned()).or_default().push(row.get("detail").to_owned());
        }
    })?;
    Ok(defects)
}
