//! `lindero report`

use crate::args::Report;
use crate::failure::Failure;
use crate::partial_file::PartialFile;
use crate::plot_input::set_threads;
use crate::run_files::check_beside;
use lindero_io::catalog::Catalog;
use lindero_io::ground_maps::GroundMaps;
use lindero_io::input_files::layer_files;
use lindero_io::run::{ReadRun, hash_file, hash_text};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_policy::{Policy, builtin};
use lindero_report::screening::REPORT;
use lindero_report::{NoGround, ReportOptions, RunReport};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) fn run(args: &Report) -> Result<ExitCode, Failure> {
    set_threads(args.threads)?;
    let run = ReadRun::open(&args.run)?;
    let out = args.out.clone().map_or_else(|| beside(&args.run), Ok)?;
    check_beside(&out, &args.run)?;
    if out.is_dir() {
        let message = format!("--out {} is a folder: give the name of a file, such as report.html", out.display());
        return Err(Failure::new(message));
    }
    let options = ReportOptions {
        lang: args.lang.into(),
        worst: usize::from(args.worst),
        is_anonymous: args.anonymous,
        to_run: to_run(&out, &args.run),
    };
    let input = input_of(&run);
    let html = html(&run, input.as_ref().map_err(Clone::clone), options)?;
    let file = PartialFile::new(&out)?;
    let cannot = |error: std::io::Error| Failure::new(format!("cannot write {}: {error}", out.display()));
    std::fs::write(file.path(), html).map_err(cannot)?;
    file.complete()?;
    println!("written to {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The usual place of the report of a finished run: `RUN.report.html`, as its folder has what its manifest names.
fn beside(run: &Path) -> Result<PathBuf, Failure> {
    let cannot = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", run.display()));
    // `.` has no name.
    let named = if run.file_name().is_some() { run.to_owned() } else { run.canonicalize().map_err(cannot)? };
    let mut name = named.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(REPORT);
    Ok(named.with_file_name(name))
}

fn html(run: &ReadRun, input: Result<&ScreenInput, NoGround>, options: ReportOptions) -> Result<String, Failure> {
    let maps = match &input {
        Ok(input) => Some(GroundMaps::of(input)?),
        Err(_) => None,
    };
    let policy = policy_of(run, input.as_ref().ok().copied());
    let ground = match (&maps, input) {
        (Some(maps), _) => Ok(maps),
        (None, Err(why)) => Err(why),
        (None, Ok(_)) => Err(NoGround::NoTerms),
    };
    Ok(RunReport { run, policy: policy.as_ref(), ground, options }.html()?)
}

/// What the run was made of, if it is all where it was and as it was.
pub(crate) fn input_of(run: &ReadRun) -> Result<ScreenInput, NoGround> {
    let manifest = &run.manifest;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path = text(&manifest["catalog"]["path"]);
    let Ok(found) = hash_file(Path::new(&path)) else { return Err(NoGround::NoCatalog { path }) };
    if found.blake3 != text(&manifest["catalog"]["blake3"]) {
        return Err(NoGround::OtherCatalog { path });
    }
    let unreadable = |message: String| NoGround::Unreadable { message };
    let catalog = Catalog::read(Path::new(&path)).map_err(|error| unreadable(error.to_string()))?;
    let policy = ChosenPolicy::choose(manifest["parameters"]["policy"].as_str(), &catalog).ok();
    let policy = policy.filter(|policy| hash_text(&policy.text) == text(&manifest["policy"]["blake3"]));
    let policy = policy.ok_or_else(|| NoGround::OtherPolicy { name: text(&manifest["policy"]["name"]) })?;
    let input = ScreenInput::open(catalog, policy).map_err(|error| unreadable(error.to_string()))?;
    for layer in &input.opened {
        let id = &layer.screen.spec.id;
        if files_now(&layer_files(&input.catalog, layer)) != files_then(manifest, id) {
            return Err(NoGround::OtherLayers { layer: id.clone() });
        }
    }
    Ok(input)
}

/// Names and sizes of a layer's files.
type Files = Vec<(String, u64)>;

fn files_now(paths: &[PathBuf]) -> Files {
    let of = |path: &PathBuf| (name_of(path), std::fs::metadata(path).map_or(0, |metadata| metadata.len()));
    paths.iter().map(of).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn files_then(manifest: &Value, layer: &str) -> Files {
    let layers = manifest["layers"].as_array().into_iter().flatten();
    let files = layers.filter(|it| it["id"] == layer).flat_map(|it| it["files"].as_array().into_iter().flatten());
    files
        .map(|file| {
            (name_of(Path::new(file["path"].as_str().unwrap_or_default())), file["bytes"].as_u64().unwrap_or(0))
        })
        .collect()
}

/// The policy of a run: the one it was opened with, or one of the shipped ones that is still the same.
fn policy_of(run: &ReadRun, input: Option<&ScreenInput>) -> Option<Policy> {
    let recorded = &run.manifest["policy"];
    let shipped = || builtin(recorded["name"].as_str()?).map(|(file, text)| (file.to_owned(), text.to_owned()));
    let opened = input.map(|input| (input.policy.policy.name().to_owned(), input.policy.text.clone()));
    let (file, text) = opened.or_else(shipped)?;
    (recorded["blake3"] == hash_text(&text)).then(|| Policy::parse(&file, &text).ok())?
}

/// What leads from the folder of the report to that of the run, if the run lies in or below it.
fn to_run(out: &Path, run: &Path) -> Option<String> {
    let above = out.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (above, run) = (above.canonicalize().ok()?, run.canonicalize().ok()?);
    let mut way = String::new();
    for step in run.strip_prefix(above).ok()? {
        way.push_str(step.to_str()?);
        way.push('/');
    }
    Some(way)
}
