//! Whether a run is still what it was, and whether what went in still is.

use super::evidence::{MANIFEST, RUN_RECORD, SIGNATURE, is_apart};
use super::hash::{HASH_STEP, hash_reader};
use super::manifest::Manifest;
use super::pack::check_layout;
use super::seal::{self, ManifestError};
use super::signature::{self, PublicKey};
use super::stored_run::{StoredRun, StoredRunError};
use lindero_engine::Progress;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// What was found of one file or one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub state: State,
    /// The file.
    pub what: String,
    /// What of it.
    pub message: String,
}

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is not what it was when the run was made.
    Changed,
    /// It went in and cannot be looked at from here: nothing is known of it.
    NotHere,
    /// It is as it was, and there is something to know.
    Note,
}

/// How many files of a kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// That the manifest names.
    pub named: usize,
    /// That could be looked at.
    pub here: usize,
    /// That are as they were.
    pub same: usize,
    /// Bytes that were read.
    pub bytes: u64,
}

/// What is known of a run.
#[derive(Clone, Debug)]
pub struct Verification {
    /// What the run says of itself.
    pub manifest: Manifest,
    /// Its root.
    pub root: String,
    /// The hash of each entry of its manifest.
    pub entries: serde_json::Map<String, Value>,
    /// The run's own files.
    pub outputs: Counted,
    /// Plot files, catalog, policy and regions.
    pub inputs: Counted,
    /// Files of layers.
    pub layers: Counted,
    /// The public key of whoever signed it, in hex, where the signature holds.
    pub signed_by: Option<String>,
    /// All there is to say, in the order of the run's parts.
    pub findings: Vec<Finding>,
}

/// Why a run cannot be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum VerifyError {
    /// It is no run.
    #[error(transparent)]
    Run(#[from] StoredRunError),
    /// Its manifest cannot be made out.
    #[error("{place:?}: {source}")]
    Manifest { place: PathBuf, source: ManifestError },
    /// The user has had enough.
    #[error("interrupted")]
    Interrupted,
}

impl Verification {
    /// Whether all that is here is as it was.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.findings.iter().all(|finding| finding.state != State::Changed)
    }

    /// Whether all that went in is here.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.findings.iter().all(|finding| finding.state != State::NotHere)
    }
}

/// What has been found so far.
struct Findings(Vec<Finding>);

impl Findings {
    fn tell(&mut self, state: State, what: &str, message: impl Into<String>) {
        self.0.push(Finding { state, what: what.to_owned(), message: message.into() });
    }
}

/// The folder from which a run was started: relative paths of its manifest begin there. Else the working directory.
#[must_use]
pub fn folder_of(run: &StoredRun) -> PathBuf {
    let record = run.read(RUN_RECORD).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let folder = record.as_ref().and_then(|record| record.get("folder")).and_then(Value::as_str);
    folder.map(PathBuf::from).filter(|folder| folder.is_dir()).unwrap_or_default()
}

/// Reads every file of the run and all that went into it, as far as it is still at its place; relative paths begin at `base`. With
/// `key` the run must be signed by it.
///
/// # Errors
///
/// [`VerifyError`] if the run cannot be made out at all; whatever else is wrong is a finding.
pub fn verify(
    run: &StoredRun,
    base: &Path,
    key: Option<&PublicKey>,
    progress: &dyn Progress,
) -> Result<Verification, VerifyError> {
    let text = run.read(MANIFEST)?;
    let opened = seal::open(&text).map_err(|source| VerifyError::Manifest { place: run.place().to_owned(), source })?;
    let manifest = opened.manifest;
    let mut told = Findings(Vec::new());
    for fault in opened.faults {
        told.tell(State::Changed, MANIFEST, fault);
    }
    let signed_by = check_signature(run, &manifest, &opened.root, key, &mut told);
    if run.is_packed() {
        match check_layout(run) {
            Ok(None) => {}
            Ok(Some(fault)) => told.tell(State::Changed, &run.place().display().to_string(), fault),
            Err(error) => told.tell(State::Changed, &run.place().display().to_string(), error.to_string()),
        }
    }
    let (outputs, inputs, layers) = (outputs(&manifest), inputs(&manifest), layers(&manifest));
    let named = outputs.iter().chain(&inputs).chain(&layers);
    progress.stage("reading files", named.map(|file| file.bytes.div_ceil(HASH_STEP as u64)).sum());
    let read_output = |name: &str| match run.get(name) {
        None => Found::Missing,
        Some(file) => Found::of(file.open().map(|part| part.reader(0)), progress),
    };
    let read_input = |name: &str| match File::open(base.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Missing,
        file => Found::of(file, progress),
    };
    let counted_outputs = compare(&outputs, read_output, State::Changed, &mut told);
    for name in unknown_files(run, &outputs) {
        told.tell(State::Changed, &name, "is no part of the run: the manifest does not name it");
    }
    let counted_inputs = compare(&inputs, read_input, State::NotHere, &mut told);
    let counted_layers = compare(&layers, read_input, State::NotHere, &mut told);
    if progress.interrupted() {
        return Err(VerifyError::Interrupted);
    }
    Ok(Verification {
        outputs: counted_outputs,
        inputs: counted_inputs,
        layers: counted_layers,
        manifest,
        root: opened.root,
        entries: opened.entries,
        signed_by,
        findings: told.0,
    })
}

/// Whose signature holds, if any.
fn check_signature(
    run: &StoredRun,
    manifest: &Manifest,
    root: &str,
    key: Option<&PublicKey>,
    told: &mut Findings,
) -> Option<String> {
    let stated = manifest.signed_by.as_ref();
    let Some(file) = run.get(SIGNATURE) else {
        if let Some(stated) = stated {
            told.tell(State::Changed, SIGNATURE, format!("is gone: the run was signed by {stated}"));
        } else if key.is_some() {
            told.tell(State::Changed, SIGNATURE, "is not there: nobody signed this run");
        }
        return None;
    };
    if file.bytes() > HASH_STEP as u64 {
        told.tell(State::Changed, SIGNATURE, "is far too long to be a signature");
        return None;
    }
    let checked = run.read(SIGNATURE).map_err(|e| e.to_string()).and_then(|bytes| signature::check(&bytes, root));
    match (checked, key.map(PublicKey::hex)) {
        (Err(fault), _) => told.tell(State::Changed, SIGNATURE, fault),
        (Ok(signer), _) if Some(&signer) != stated => {
            let stated = stated.map_or("nobody", String::as_str);
            told.tell(
                State::Changed,
                SIGNATURE,
                format!("is by {signer}; the manifest says the run was signed by {stated}"),
            );
        }
        (Ok(signer), Some(demanded)) if signer != demanded => {
            told.tell(
                State::Changed,
                SIGNATURE,
                format!("is by {signer}, not by the key that was asked for, {demanded}"),
            );
        }
        (Ok(signer), demanded) => {
            if demanded.is_none() {
                let message = "holds; whose key it is, only --key with the public key of the signer tells";
                told.tell(State::Note, SIGNATURE, message);
            }
            return Some(signer);
        }
    }
    None
}

/// A file that the manifest names.
struct Named<'m> {
    name: &'m str,
    bytes: u64,
    blake3: Option<&'m str>,
}

fn outputs(manifest: &Manifest) -> Vec<Named<'_>> {
    let files = manifest.files.iter();
    files.map(|file| Named { name: &file.name, bytes: file.bytes, blake3: Some(&file.blake3) }).collect()
}

fn inputs(manifest: &Manifest) -> Vec<Named<'_>> {
    let files = manifest.plots.iter().chain([&manifest.catalog]).chain(&manifest.regions).chain(&manifest.answers);
    let mut inputs: Vec<Named<'_>> =
        files.map(|file| Named { name: &file.path, bytes: file.bytes, blake3: Some(&file.blake3) }).collect();
    let policy = &manifest.policy;
    inputs.extend(policy.path.as_ref().map(|path| Named {
        name: path,
        bytes: policy.bytes,
        blake3: Some(&policy.blake3),
    }));
    inputs
}

/// Several layers may be read from one file.
fn layers(manifest: &Manifest) -> Vec<Named<'_>> {
    let files = manifest.layers.iter().flat_map(|layer| &layer.files);
    let unique: BTreeMap<&str, Named<'_>> = files
        .map(|file| (file.path.as_str(), Named { name: &file.path, bytes: file.bytes, blake3: file.blake3.as_deref() }))
        .collect();
    unique.into_values().collect()
}

enum Found {
    Missing,
    Unreadable(String),
    Content(u64, String),
}

impl Found {
    fn of(reader: io::Result<impl io::Read>, progress: &dyn Progress) -> Self {
        match reader.and_then(|reader| hash_reader(reader, progress)) {
            Ok((bytes, blake3)) => Self::Content(bytes, blake3),
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }
}

/// Compares files with what the manifest says of them; `absent` is what a missing one means.
fn compare(named: &[Named<'_>], read: impl Fn(&str) -> Found + Sync, absent: State, told: &mut Findings) -> Counted {
    let found: Vec<Found> = named.par_iter().map(|file| read(file.name)).collect();
    let mut counted = Counted { named: named.len(), ..Counted::default() };
    for (file, found) in named.iter().zip(found) {
        let what = file.name;
        let (bytes, blake3) = match found {
            Found::Missing => {
                told.tell(absent, what, "is not here");
                continue;
            }
            Found::Unreadable(reason) => {
                told.tell(absent, what, format!("cannot be read: {reason}"));
                continue;
            }
            Found::Content(bytes, blake3) => (bytes, blake3),
        };
        counted.here += 1;
        counted.bytes += bytes;
        let (state, message) = if bytes != file.bytes {
            (State::Changed, format!("has {bytes} bytes, and had {}", file.bytes))
        } else {
            match file.blake3 {
                Some(expected) if expected == blake3 => {
                    counted.same += 1;
                    continue;
                }
                Some(expected) => (State::Changed, format!("was changed: its hash is {blake3}, and was {expected}")),
                None => {
                    counted.same += 1;
                    let message = "has the size it had; its content was not hashed then (`lindero layers lock`)";
                    (State::Note, message.to_owned())
                }
            }
        };
        told.tell(state, what, message);
    }
    counted
}

fn unknown_files(run: &StoredRun, outputs: &[Named<'_>]) -> Vec<String> {
    let is_known = |name: &str| is_apart(name) || outputs.iter().any(|file| file.name == name);
    let files = run.files().map(|(name, _)| name).filter(|name| !is_known(name)).map(str::to_owned);
    files.chain(run.folders().iter().map(|name| format!("{name}/"))).collect()
}
