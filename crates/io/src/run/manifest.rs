//! `manifest.json`: what went into a run, so that it can be done again and checked.

use super::hash::FileHash;
use serde::Serialize;
use serde_json::{Map, Value};

/// What went into a run. Holds no time and no place of its own, so that equal runs have equal
/// manifests.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Program and version.
    pub program: String,
    /// The options it was given, by name; paths as given.
    pub parameters: Map<String, Value>,
    /// The plot files.
    pub plots: Vec<FileHash>,
    /// The catalog.
    pub catalog: FileHash,
    /// The regions, if any.
    pub regions: Option<FileHash>,
    /// The policy.
    pub policy: PolicyRecord,
    /// The layers, in the order of the catalog.
    pub layers: Vec<LayerRecord>,
    /// Layers that the policy knows and the catalog lacks.
    pub missing_layers: Vec<String>,
}

/// The policy of a run.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyRecord {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// BLAKE3 of its text.
    pub blake3: String,
    /// Rules that could not be asked at all, with the columns they would need.
    pub not_assessed: Map<String, Value>,
    /// Rules that were asked without some of the layers they would read.
    pub assessed_in_part: Map<String, Value>,
}

/// A layer of a run.
#[derive(Clone, Debug, Serialize)]
pub struct LayerRecord {
    /// Its id.
    pub id: String,
    /// Path or pattern, as written in the catalog.
    pub path: String,
    /// The last day it has seen, where the catalog says.
    pub until: Option<String>,
    /// Its files: names and sizes.
    pub files: Vec<LayerFile>,
    /// Licence or credit, where the catalog says.
    pub licence: Option<String>,
}

/// One file of a layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}
