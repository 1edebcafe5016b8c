//! `lindero estimate`

use crate::estimate_args::{Estimate, UnitArg};
use crate::estimate_points::estimate_by_points;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::plot_input::set_threads;
use crate::run_files::hash_of;
use lindero_io::estimate::{Matrix, read_areas, read_matrix};
use lindero_report::EstimateStory;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::ExitCode;

/// An estimate as it is told.
pub(crate) struct Told {
    /// What is kept.
    pub(crate) json: Map<String, Value>,
    /// What is printed.
    pub(crate) text: String,
    /// What the user should know besides.
    pub(crate) notes: Vec<String>,
}

pub(crate) fn run(args: &Estimate) -> Result<ExitCode, Failure> {
    set_threads(args.waiting.threads)?;
    let told = match (&args.matrix, &args.areas, &args.reference) {
        (Some(matrix), Some(areas), _) => by_matrix(args, matrix, areas)?,
        (_, _, Some(reference)) => estimate_by_points(args, reference)?,
        // The parser of the command line lets neither be missing.
        _ => return Err(Failure::new("give --matrix and --areas, or --reference")),
    };
    for note in &told.notes {
        eprintln!("note: {note}");
    }
    print!("{}", told.text);
    if let Some(out) = &args.out {
        write(out, told)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn by_matrix(args: &Estimate, matrix_path: &Path, areas_path: &Path) -> Result<Told, Failure> {
    let areas = read_areas(areas_path)?;
    let Matrix { mut sample, notes } = read_matrix(matrix_path, &areas, areas_path)?;
    if args.finite_population {
        if args.unit != UnitArg::Px {
            return Err(Failure::new(
                "--finite-population needs the number of cells: areas in --unit px, or a --design",
            ));
        }
        for stratum in 0..sample.strata().len() {
            let cells = sample.strata()[stratum].size.round() as u64;
            sample.set_cells(stratum, cells);
        }
    }
    let estimate = sample.estimate();
    let story = EstimateStory { sample: &sample, estimate: &estimate, map_sizes: None, unit: args.unit.name() };
    let mut json = head(args);
    json.insert("inputs".into(), json!({ "matrix": hash_of(matrix_path)?, "areas": hash_of(areas_path)? }));
    json.extend(story.json());
    Ok(Told { json, text: story.table(), notes })
}

/// What every estimate begins with.
pub(crate) fn head(args: &Estimate) -> Map<String, Value> {
    let method =
        "stratified estimators of Stehman 2014; of Olofsson et al. 2014 where the strata are the map's classes";
    let mut head = Map::new();
    head.insert("program".into(), json!(format!("lindero {}", env!("CARGO_PKG_VERSION"))));
    head.insert("method".into(), json!(method));
    head.insert("finite_population_correction".into(), json!(args.finite_population));
    head
}

fn write(out: &Path, told: Told) -> Result<(), Failure> {
    let mut json = told.json;
    json.insert("notes".into(), json!(told.notes));
    let text = format!("{}\n", serde_json::to_string_pretty(&Value::Object(json))?);
    let file = PartialFile::new(out)?;
    std::fs::write(file.path(), text).map_err(|e| Failure::new(format!("cannot write {}: {e}", out.display())))?;
    file.complete()
}
