//! `lindero export`

use crate::args::Export;
use crate::failure::Failure;
use crate::plot_input::{PlotInput, known_column, set_threads};
use crate::progress::RunProgress;
use crate::run_files::write_json;
use arrow_schema::Schema;
use lindero_io::column_condition::ColumnCondition;
use lindero_io::eu_file::{CountryOf, EuColumns, EuExport, ExportSummary, export};
use lindero_io::run::{FolderKind, PLOTS, ReadRun, RunFolder};
use lindero_plots::doubts::Country;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Plots that were asked for were left out.
const LEFT_OUT: u8 = 1;

const RUN_ID: &str = "plot_id";

pub(crate) fn run(args: &Export) -> Result<ExitCode, Failure> {
    set_threads(args.waiting.threads)?;
    let run = run_plots(&args.plots.plots)?;
    if args.only.is_some() && run.is_none() {
        let message = "--only needs a run folder of `lindero screen`: files of plots have no verdict";
        return Err(Failure::new(message));
    }
    let is_run = run.is_some();
    let lang = args.plots.lang.into();
    let mut from = args.plots.clone();
    if let Some(plots) = run {
        from.plots = vec![plots];
        from.id = from.id.or_else(|| Some(RUN_ID.to_owned()));
    }
    let plots = PlotInput::open(&from)?;
    let schema = plots.schema();
    let (mut source, fields) = plots.source();
    let options = EuExport {
        columns: EuColumns { area: fields.area.clone(), ..columns(args, &schema)? },
        condition: args.condition.as_deref().map(|condition| compiled(condition, &schema)).transpose()?,
        is_run,
        only_low: args.only.is_some(),
        repairs: fields.repairs,
        lang,
    };
    let progress = RunProgress::new(&args.waiting);
    let folder = RunFolder::start(&args.eudr, false, FolderKind::Export)?;
    let summary = export(&mut source, fields, &options, &folder, &progress)?;
    write_summary(&folder, args, &summary)?;
    let place = folder.complete()?;
    progress.done();
    tell(&summary, &place);
    Ok(if summary.left_out > 0 { ExitCode::from(LEFT_OUT) } else { ExitCode::SUCCESS })
}

/// The plots of the run folder, if that is what is given.
fn run_plots(from: &[PathBuf]) -> Result<Option<PathBuf>, Failure> {
    from.iter().try_for_each(|path| ReadRun::check_unpacked(path))?;
    let Some(folder) = from.iter().find(|path| path.is_dir()) else { return Ok(None) };
    let plots = folder.join(PLOTS);
    if !plots.is_file() {
        let message = format!("{} is no run of `lindero screen`: it has no {PLOTS}", folder.display());
        return Err(Failure::new(message));
    }
    if from.len() > 1 {
        return Err(Failure::new(format!("{} is a run folder: give it alone", folder.display())));
    }
    Ok(Some(plots))
}

/// The columns that the options name.
fn columns(args: &Export, schema: &Schema) -> Result<EuColumns, Failure> {
    let column = |option: &str, name: &Option<String>| -> Result<Option<String>, Failure> {
        Ok(name.as_deref().map(|name| known_column(schema, option, name)).transpose()?)
    };
    let country = match (&args.country, column("--country-field", &args.country_field)?) {
        (Some(code), _) if Country::official(code).is_none() => {
            let message = format!("--country {code:?} is no code of ISO 3166: give two capital letters, such as PE");
            return Err(Failure::new(message));
        }
        (Some(code), _) => CountryOf::All(code.clone()),
        (None, Some(name)) => CountryOf::Column(name),
        (None, None) => CountryOf::Nowhere,
    };
    let producer = column("--producer-field", &args.producer_field)?;
    if producer.is_some() && country == CountryOf::Nowhere {
        let message =
            "--producer-field needs --country or --country-field: a file of several producers has the country of each";
        return Err(Failure::new(message));
    }
    Ok(EuColumns { producer, country, place: column("--place-field", &args.place_field)?, area: None })
}

fn compiled(condition: &str, schema: &Schema) -> Result<ColumnCondition, Failure> {
    ColumnCondition::compile(condition, schema).map_err(|error| Failure::new(format!("--where: {error}")))
}

fn write_summary(folder: &RunFolder, args: &Export, summary: &ExportSummary) -> Result<(), Failure> {
    let value = json!({
        "program": format!("lindero {}", env!("CARGO_PKG_VERSION")),
        "parameters": {
            "from": args.plots.plots,
            "where": args.condition,
            "only": args.only,
            "producer_field": args.producer_field,
            "country_field": args.country_field,
            "country": args.country,
            "place_field": args.place_field,
            "area_field": args.plots.area_field,
            "id": args.plots.id,
            "crs": args.plots.crs,
            "no_repair": args.plots.no_repair,
            "lang": lindero_plots::Lang::from(args.plots.lang).code(),
        },
        "summary": summary,
    });
    write_json(folder, "summary.json", &value)
}

fn tell(summary: &ExportSummary, place: &Path) {
    println!("plots written: {} of {}", summary.written, summary.plots);
    if let Some(producers) = summary.producers {
        println!("producers: {producers}");
    }
    println!("features: {}, files: {}", summary.features, summary.files.len());
    for (code, count) in &summary.left_out_by_code {
        println!("left out: {count} ({code})");
    }
    for (count, what) in [
        (summary.not_selected, "not asked for by --where"),
        (summary.with_holes_cut, "with holes, cut into parts without"),
        (summary.near_4_ha, "near 4 ha, told in the column note of export.csv"),
    ] {
        if count > 0 {
            println!("{what}: {count}");
        }
    }
    println!("\nwritten to {}", place.display());
}
