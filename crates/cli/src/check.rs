//! `lindero check`

use crate::args::Check;
use crate::failure::Failure;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use crate::run_files::{formats, hashes_of, write_json};
use lindero_engine::{CheckRules, CheckSink, check};
use lindero_io::conflict_tables::ConflictTables;
use lindero_io::places::Atlas;
use lindero_io::run::{CheckTables, FolderKind, RunFolder};
use lindero_plots::doubts::{Country, DoubtRules};
use lindero_plots::{ConflictRules, Datum, PlotGrounds};
use lindero_report::CheckStory;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) fn run(args: &Check) -> Result<ExitCode, Failure> {
    set_threads(args.waiting.threads)?;
    let formats = formats(&args.format)?;
    let plots = PlotInput::open(&args.plots)?.with_content_ids();
    let lang = args.plots.lang.into();
    let rules = CheckRules {
        country: args.country.as_deref().map(country).transpose()?,
        producer: args.producer_field.as_deref().map(|name| plots.column("--producer-field", name)).transpose()?,
        datum: args.datum.into(),
        places: Atlas::get(),
        doubts: DoubtRules::default(),
        conflicts: ConflictRules::default(),
        lang,
    };
    if !Atlas::get().knows_the_sea() {
        eprintln!("note: this program was built without the map of the land: nothing is said to lie in the sea");
    }
    let progress = RunProgress::new(&args.waiting);
    let (mut source, fields) = plots.source();
    let folder = args.out.as_deref().map(|place| RunFolder::start(place, false, FolderKind::Check)).transpose()?;
    let user = source.schema();
    let mut tables = match &folder {
        Some(folder) => Some(CheckTables::start(folder, &formats, &user, args.repair, lang)?),
        None => None,
    };
    let mut nobody = ();
    let sink: &mut dyn CheckSink = match &mut tables {
        Some(tables) => tables,
        None => &mut nobody,
    };
    let checked = check(&mut source, fields, &rules, &progress, sink)?;
    let story = CheckStory { checked: &checked, lang };
    let mut written = None;
    if let (Some(folder), Some(tables)) = (folder, tables) {
        tables.finish()?;
        let grounds = PlotGrounds::new(&checked.shapes, &checked.rows);
        let plot_id = |row: u32| checked.ids.value(row as usize);
        ConflictTables { found: &checked.conflicts, grounds: &grounds, plot_id: &plot_id }
            .write_files(&folder.work().made())?;
        write_json(&folder, "summary.json", &story.json())?;
        write_json(&folder, "manifest.json", &manifest(args)?)?;
        written = Some(folder.complete()?);
    }
    progress.done();
    print!("{}", story.table());
    if let Some(place) = written {
        println!("\n{} {}", story.written_to(), place.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn country(code: &str) -> Result<Country, Failure> {
    Country::new(code)
        .filter(Country::is_known)
        .ok_or_else(|| Failure::new(format!("--country {code:?} is no country; give its two letters, such as PE")))
}

/// What went into the check, so that it can be done again.
fn manifest(args: &Check) -> Result<Value, Failure> {
    let plots = hashes_of(&args.plots.plots)?;
    Ok(json!({
        "program": format!("lindero {}", env!("CARGO_PKG_VERSION")),
        "parameters": {
            "plots": args.plots.plots,
            "id": args.plots.id,
            "area_field": args.plots.area_field,
            "geometry_field": args.plots.geometry_field,
            "lon_field": args.plots.lon_field,
            "lat_field": args.plots.lat_field,
            "crs": args.plots.crs,
            "producer_field": args.producer_field,
            "country": args.country,
            "datum": Datum::from(args.datum).name(),
            "repair": args.repair,
            "no_repair": args.plots.no_repair,
            "format": args.format,
        },
        "plots": plots,
    }))
}
