//! How a service is to be.

use lindero_io::run::Content;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How a service is to be.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where jobs are kept; `None`: in a folder for temporary files, for as long as it runs.
    pub data: Option<PathBuf>,
    /// What clients have to know. Must be there unless it listens to this machine alone.
    pub api_key: Option<String>,
    /// Leaves the users' own columns out of results.
    pub is_anonymous: bool,
    /// Size and hash of the program, for the manifests of runs, where they are known.
    pub program_file: Option<Content>,
    /// The policy as it was asked for.
    pub policy: Option<String>,
    /// How long results are kept.
    pub keep: Duration,
    /// Bytes of memory that a screening should stay within.
    pub memory: u64,
    /// What it refuses.
    pub limits: Limits,
}

/// What a service refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an upload.
    pub body_bytes: u64,
    /// Features of an upload.
    pub features: u64,
    /// Vertices of an upload.
    pub vertices: u64,
    /// Features up to which an upload is answered at once.
    pub quick_features: u64,
    /// Jobs that wait at a time.
    pub waiting: usize,
    /// How long a screening may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 << 20,
            features: 1_000_000,
            vertices: 50_000_000,
            quick_features: 2_000,
            waiting: 100,
            time: Duration::from_secs(3600),
        }
    }
}
