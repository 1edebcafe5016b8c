//! `lindero check`

use crate::args::{Check, DepartmentArgs};
use crate::country::country;
use crate::failure::Failure;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress::RunProgress;
use crate::run_files::{formats, write_json};
use crate::suggest_split::ForestMaps;
use lindero_engine::{CheckRules, CheckSink, CheckedAll, DeclaredRegions, check};
use lindero_io::conflict_tables::ConflictTables;
use lindero_io::places::Atlas;
use lindero_io::regions::{RegionsRead, read_regions};
use lindero_io::run::{CheckTables, FolderKind, RunFolder, hash_features};
use lindero_plots::doubts::{Crop, DoubtRules};
use lindero_plots::{ConflictRules, Datum, PlotGrounds};
use lindero_report::{CheckStory, SplitStory};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Departments that nobody knows are named up to so many.
const NAMED_DEPARTMENTS: usize = 5;

pub(crate) fn run(args: &Check) -> Result<ExitCode, Failure> {
    set_threads(args.waiting.threads)?;
    let maps = ForestMaps::open(&args.split)?;
    let formats = formats(&args.format)?;
    let plots = PlotInput::open(&args.plots)?.with_content_ids();
    let lang = args.plots.lang.into();
    check_datum(args, &plots)?;
    let departments = departments(args, &plots)?;
    let crop = Crop::from(args.crop);
    let rules = CheckRules {
        country: args.country.as_deref().map(country).transpose()?,
        producer: args.producer_field.as_deref().map(|name| plots.column("--producer-field", name)).transpose()?,
        datum: args.datum.into(),
        regions: departments.as_ref(),
        places: Atlas::get(),
        doubts: DoubtRules { largest_ha: crop.largest_ha(), ..DoubtRules::default() },
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
    tell_unknown(&checked);
    let story = CheckStory { checked: &checked, lang };
    let (mut written, mut split_table) = (None, String::new());
    if let (Some(folder), Some(tables)) = (folder, tables) {
        tables.finish()?;
        let grounds = PlotGrounds::new(&checked.shapes, &checked.rows);
        let plot_id = |row: u32| checked.ids.value(row as usize);
        ConflictTables { found: &checked.conflicts, grounds: &grounds, plot_id: &plot_id }
            .write_files(&folder.work().made())?;
        let (mut summary, mut manifest) = (story.json(), manifest(args, &plots.notes())?);
        if let Some(maps) = &maps {
            let splits = maps.suggest(&checked, &folder, &progress)?;
            let story = SplitStory { forest: splits.forest, splits: &splits.found, checked: &checked, lang };
            summary["split"] = story.json();
            manifest["split"] = maps.record()?;
            split_table = story.table();
        }
        write_json(&folder, "summary.json", &summary)?;
        write_json(&folder, "manifest.json", &manifest)?;
        written = Some(folder.complete()?);
    }
    progress.done();
    print!("{}{split_table}", story.table());
    if let Some(place) = written {
        println!("\n{} {}", story.written_to(), place.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses to shift a datum twice.
fn check_datum(args: &Check, plots: &PlotInput) -> Result<(), Failure> {
    match (Datum::from(args.datum), plots.datum_shift()) {
        (Datum::Wgs84, _) | (_, None) => Ok(()),
        (asked, Some((path, shift))) => Err(Failure::new(format!(
            "--datum {}: the coordinate system of {} says {} already, and its plots are moved to WGS 84: leave --datum out",
            asked.name(),
            path.display(),
            shift.datum
        ))),
    }
}

/// The departments, and the column of the plots with theirs.
fn departments(args: &Check, plots: &PlotInput) -> Result<Option<DeclaredRegions>, Failure> {
    let DepartmentArgs { departments, department_field, plot_department_field } = &args.departments;
    let (Some(path), Some(field), Some(column)) = (departments, department_field, plot_department_field) else {
        return Ok(None);
    };
    let column = plots.column("--plot-department-field", column)?;
    let RegionsRead { set, notes, .. } = read_regions(path, std::slice::from_ref(field))?;
    for note in notes {
        eprintln!("note: {}: {note}", path.display());
    }
    Ok(Some(DeclaredRegions::new(set, column)))
}

/// Says which departments were declared that the file lacks.
fn tell_unknown(checked: &CheckedAll) {
    let unknown = &checked.unknown_regions;
    if unknown.is_empty() {
        return;
    }
    let plots: u64 = unknown.values().sum();
    let named: Vec<String> = unknown.keys().take(NAMED_DEPARTMENTS).map(|name| format!("{name:?}")).collect();
    let more = if unknown.len() > NAMED_DEPARTMENTS { ", …" } else { "" };
    eprintln!("note: plots that declare a department which --departments lacks: {plots} ({}{more})", named.join(", "));
}

/// What went into the check, so that it can be done again.
fn manifest(args: &Check, notes: &[String]) -> Result<Value, Failure> {
    let (plots, crop) = (hash_features(&args.plots.plots)?, Crop::from(args.crop));
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
            "crop": crop.as_str(),
            "largest_ha": crop.largest_ha(),
            "largest_ha_source": crop.source(),
            "departments": args.departments.departments,
            "department_field": args.departments.department_field,
            "plot_department_field": args.departments.plot_department_field,
            "repair": args.repair,
            "no_repair": args.plots.no_repair,
            "format": args.format,
        },
        "plots": plots,
        "notes": notes,
        "departments": hash_features(args.departments.departments.as_slice())?,
    }))
}
