//! `manifest.json`: what went into a run and what came out, so that it can be done again and checked.

use super::hash::FileHash;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What went into a run and what came out. Holds no time and no place of its own, so that equal runs have equal
/// manifests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Program and version.
    pub program: String,
    /// The program's own file.
    pub program_file: Option<Content>,
    /// The Ed25519 public key with which the run was signed, in hex; `None` where it was not. Named here too, so that a signature
    /// cannot be taken away or put in another's place unseen.
    pub signed_by: Option<String>,
    /// The options it was given, by name; paths as given.
    pub parameters: Map<String, Value>,
    /// The plot files, each with the files that are read with it.
    pub plots: Vec<FileHash>,
    /// The catalog.
    pub catalog: FileHash,
    /// The files of regions, if any.
    pub regions: Vec<FileHash>,
    /// What people answered, if any did.
    pub answers: Option<FileHash>,
    /// The policy.
    pub policy: PolicyRecord,
    /// The layers, in the order of the catalog.
    pub layers: Vec<LayerRecord>,
    /// Layers that the policy knows and the catalog lacks.
    pub missing_layers: Vec<String>,
    /// The layers that each indicator reads, by the indicator's name.
    pub measures: BTreeMap<String, Vec<String>>,
    /// What the run wrote, by name: all but `manifest.json`, `manifest.sig` and `run.json`.
    pub files: Vec<OutputFile>,
}

/// Size and hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, in hex.
    pub blake3: String,
}

/// One file of a run folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, in hex.
    pub blake3: String,
}

/// The policy of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it was read from; `None` where the program brings it.
    pub path: Option<String>,
    /// Size of its text.
    pub bytes: u64,
    /// BLAKE3 of its text.
    pub blake3: String,
    /// Rules that could not be asked at all, with the columns they would need.
    pub not_assessed: Map<String, Value>,
    /// Rules that were asked without some of the layers they would read.
    pub assessed_in_part: Map<String, Value>,
}

/// A layer of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// Its id.
    pub id: String,
    /// Path or pattern, as written in the catalog.
    pub path: String,
    /// The last day it has seen, where the catalog says.
    pub until: Option<String>,
    /// Its files, each with the files that are read with it.
    pub files: Vec<LayerFile>,
    /// Licence or credit, where the catalog says.
    pub licence: Option<String>,
}

/// One file of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerFile {
    /// Where it lay.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, in hex; `None` where nobody had hashed it and the layers were too large to do it in passing.
    pub blake3: Option<String>,
}
