//! Our own program, as people run it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

/// Which program of ours is run, and how.
#[derive(Args)]
pub(crate) struct OurProgram {
    /// The program, built for speed
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/lindero"))]
    pub(super) binary: PathBuf,
}

impl OurProgram {
    /// # Errors
    ///
    /// It was not built.
    pub(super) fn version(&self) -> Result<String, String> {
        let binary = self.binary.display();
        let said = Command::new(&self.binary).arg("--version").output().map_err(|error| {
            format!("cannot run {binary}: {error}; build it with `cargo build --release -p lindero-cli`")
        })?;
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    }

    /// Every class of every layer on every plot, into a table.
    pub(super) fn tabulate(
        &self,
        plots: &Path,
        layers: &[(String, PathBuf)],
        threads: Option<usize>,
        out: &Path,
    ) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("tabulate").arg(plots).args(["--id", "id"]);
        for (id, path) in layers {
            command.arg("--layer").arg(format!("{id}={}", path.display()));
        }
        if let Some(threads) = threads {
            command.arg("--threads").arg(threads.to_string());
        }
        command.arg("--out").arg(out);
        command
    }
}
