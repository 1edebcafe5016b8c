//! A run done again from what its manifest says, and compared with what it was.

use crate::args::{Args, Command, Screen};
use crate::failure::Failure;
use crate::screen;
use clap::Parser;
use lindero_io::run::{MANIFEST, Manifest, POLICY_COPY, StoredRun, Verification, open_manifest};
use lindero_io::screening::ChosenPolicy;
use lindero_policy::Policy;
use serde_json::{Map, Value};
use std::io::{BufReader, Read};
use std::path::Path;

/// Entries of a manifest that tell who made the run, not what it is.
const OF_THE_MAKER: [&str; 3] = ["program", "program_file", "signed_by"];
/// Parameters that are read from the catalog and are no options.
const OF_THE_CATALOG: [&str; 2] = ["cutoff", "declared"];

/// Screens again into a folder that is thrown away. What differs is told in words, nothing where all is the same.
pub(crate) fn differences(run: &StoredRun, base: &Path, told: &Verification) -> Result<Vec<String>, Failure> {
    let scratch = tempfile::tempdir()?;
    let out = scratch.path().join("run");
    let args = arguments(&told.manifest.parameters, &out)?;
    let policy = policy_of(run, &told.manifest)?;
    if !base.as_os_str().is_empty() {
        // Paths are written as they were given, and begin where the run was started.
        std::env::set_current_dir(base)?;
    }
    screen::screened(&args, Some(policy))?;
    let again = StoredRun::open(&out)?;
    let made = open_manifest(&again.read(MANIFEST)?)?;
    let mut lines = Vec::new();
    let program = format!("lindero {}", env!("CARGO_PKG_VERSION"));
    if told.manifest.program != program {
        lines.push(format!("the run was made by {}, this is {program}", told.manifest.program));
    }
    let before = lines.len();
    for file in &told.manifest.files {
        match made.manifest.files.iter().find(|again| again.name == file.name) {
            None => lines.push(format!("{} was not made again", file.name)),
            Some(again) if again.blake3 == file.blake3 => {}
            Some(_) => lines.push(first_difference(run, &again, &file.name)?),
        }
    }
    for file in made.manifest.files.iter().filter(|file| !told.manifest.files.iter().any(|it| it.name == file.name)) {
        lines.push(format!("{} is new", file.name));
    }
    if lines.len() == before {
        lines.extend(differing_entries(told, &made.entries, &made.manifest));
    }
    // Another version that gives the same bytes is no difference.
    if lines.len() == before { Ok(Vec::new()) } else { Ok(lines) }
}

/// Entries of the manifests that differ although all files are the same.
fn differing_entries(told: &Verification, entries: &Map<String, Value>, made: &Manifest) -> Vec<String> {
    let differs = |name: &&String| match name.as_str() {
        name if OF_THE_MAKER.contains(&name) => false,
        "layers" => !same_layers(&told.manifest, made),
        name => told.entries.get(name) != entries.get(name),
    };
    let names = entries.keys().filter(differs);
    names.map(|name| format!("{MANIFEST}: the entry {name:?} is another")).collect()
}

/// Layers that nobody had hashed then may have been since.
fn same_layers(told: &Manifest, made: &Manifest) -> bool {
    let mut made = made.layers.clone();
    for (then, now) in told.layers.iter().zip(&mut made) {
        for (then, now) in then.files.iter().zip(&mut now.files) {
            if then.blake3.is_none() || now.blake3.is_none() {
                now.blake3.clone_from(&then.blake3);
            }
        }
    }
    told.layers == made
}

fn first_difference(run: &StoredRun, again: &StoredRun, name: &str) -> Result<String, Failure> {
    let open = |run: &StoredRun| Ok::<_, Failure>(BufReader::new(run.file(name)?.open()?.reader(0)));
    let (mut then, mut now) = (open(run)?.bytes(), open(again)?.bytes());
    let mut at = 0u64;
    loop {
        match (then.next().transpose()?, now.next().transpose()?) {
            (a, b) if a != b => return Ok(format!("{name} differs from byte {at} on")),
            (None, None) => return Ok(format!("{name} is the same now")),
            _ => at += 1,
        }
    }
}

/// The policy of the run, also where this program ships another of the same name.
fn policy_of(run: &StoredRun, manifest: &Manifest) -> Result<ChosenPolicy, Failure> {
    let text = String::from_utf8(run.read(POLICY_COPY)?)?;
    let path = manifest.policy.path.as_ref().map(Into::into);
    Ok(ChosenPolicy { policy: Policy::parse(POLICY_COPY, &text)?, text, path, note: None })
}

/// The options of a run as its manifest has them: what is null was not given, what is true is a flag.
pub(crate) fn arguments(parameters: &Map<String, Value>, out: &Path) -> Result<Screen, Failure> {
    let mut line = vec!["lindero".to_owned(), "screen".to_owned(), "--quiet".to_owned()];
    line.push(format!("--out={}", out.display()));
    let mut plots = Vec::new();
    for (name, value) in parameters.iter().filter(|(name, _)| !OF_THE_CATALOG.contains(&name.as_str())) {
        let option = format!("--{}", name.replace('_', "-"));
        let texts = match value {
            Value::Null | Value::Bool(false) => continue,
            Value::Bool(true) => {
                line.push(option);
                continue;
            }
            Value::Object(thresholds) => {
                let given = |(name, value): (&String, &Value)| format!("--threshold={name}={}", text_of(value));
                line.extend(thresholds.iter().map(given));
                continue;
            }
            Value::Array(items) => items.iter().map(text_of).collect(),
            plain => vec![text_of(plain)],
        };
        if name == "plots" {
            plots = texts;
        } else {
            line.extend(texts.into_iter().map(|text| format!("{option}={text}")));
        }
    }
    line.push("--".to_owned());
    line.extend(plots);
    let unknown = |error: clap::Error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Failure::new(format!("the run's parameters are not options of this program: {first}"))
    };
    match Args::try_parse_from(line).map_err(unknown)?.command {
        Command::Screen(screen) => Ok(screen),
        _ => unreachable!("the second word is screen"),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
