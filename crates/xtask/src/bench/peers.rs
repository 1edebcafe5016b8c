//! Other programs that do the same work, run by a script that is not ours.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

/// Where the peers are.
#[derive(Args)]
pub(crate) struct PeerPlaces {
    /// The script that runs one peer on one workload: `peers.py`
    #[arg(long, value_name = "PATH")]
    peers_script: Option<PathBuf>,
    /// A Python that has the peers
    #[arg(long, default_value = "python3", value_name = "PATH")]
    pub(super) python: PathBuf,
}

/// Set to upstream's program by whoever has built it.
const CLI_VARIABLE: &str = "EXACTEXTRACT_CLI";
const PACKAGES: &str = "exactextract rasterio rasterstats geopandas pyogrio shapely pyarrow";

/// A program that ours is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Peer {
    GdalByFeature,
    GdalByRaster,
    ExactextractCpp,
    ExactextractPython,
    Rasterstats,
}

impl Peer {
    pub(super) const ALL: [Self; 5] =
        [Self::GdalByFeature, Self::GdalByRaster, Self::ExactextractCpp, Self::ExactextractPython, Self::Rasterstats];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::GdalByFeature => "GDAL zonal-stats, by feature",
            Self::GdalByRaster => "GDAL zonal-stats, by raster",
            Self::ExactextractCpp => "exactextract C++",
            Self::ExactextractPython => "exactextract Python",
            Self::Rasterstats => "rasterstats",
        }
    }

    /// The script's name of it.
    fn name(self) -> &'static str {
        match self {
            Self::GdalByFeature => "gdal_feat",
            Self::GdalByRaster => "gdal_rast",
            Self::ExactextractCpp => "ee_cli_feat",
            Self::ExactextractPython => "ee_py_feat",
            Self::Rasterstats => "rasterstats",
        }
    }

    /// Whether it can be run here: upstream's program comes in no package.
    pub(super) fn is_there(self) -> bool {
        self != Self::ExactextractCpp || std::env::var_os(CLI_VARIABLE).is_some()
    }
}

/// The script and the Python that runs it, both found.
pub(super) struct Peers {
    script: PathBuf,
    python: PathBuf,
    /// Names and versions of the peers.
    pub(super) versions: String,
}

impl Peers {
    /// # Errors
    ///
    /// What is missing, and how to get it.
    pub(super) fn find(places: &PeerPlaces) -> Result<Self, String> {
        let script = places.peers_script.clone().ok_or(
            "the peers are run by a script that is not part of the project: give --peers-script peers.py, or --skip-peers",
        )?;
        if !script.is_file() {
            return Err(format!("there is no script {}", script.display()));
        }
        let versions = versions(&places.python)?;
        Ok(Self { script, python: places.python.clone(), versions })
    }

    /// One run of one peer.
    pub(super) fn command(&self, peer: Peer, plots: &str, layers: &str, data: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(&self.script).args(["run", peer.name(), plots, layers]).env("BENCH_DATA", data);
        command
    }
}

fn versions(python: &Path) -> Result<String, String> {
    const ASK: &str = "\
import sys, importlib.metadata as m, pyogrio
names = ['exactextract', 'rasterio', 'rasterstats', 'pyogrio']
print('Python', sys.version.split()[0] + ',', 'GDAL', '.'.join(map(str, pyogrio.__gdal_version__)) + ',',
      ', '.join(f'{n} {m.version(n)}' for n in names))";
    let name = python.display();
    let said = Command::new(python).args(["-c", ASK]).output().map_err(|e| format!("cannot run {name}: {e}"))?;
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned());
    }
    let why = String::from_utf8_lossy(&said.stderr);
    let why = why.trim_end().lines().last().unwrap_or_default().to_owned();
    Err(format!("{name} lacks a peer ({why}): `{name} -m pip install {PACKAGES}` in an environment of its own"))
}
