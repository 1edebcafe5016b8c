//! `cargo xtask check-peers`: whether the program says what another one says, and the same of every layout of a raster.

use std::{path::PathBuf, process::Command};

use clap::Args;

use super::{
    data::{DataFolder, FARMS, LAND_COVER, LOSS_YEAR, TREE_COVER},
    layouts,
    measured::run as run_command,
    ours::OurProgram,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/peer_shares.py");

#[derive(Args)]
pub(crate) struct CheckPeers {
    /// The folder that make_data.py made
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    ours: OurProgram,
    /// A Python that has exactextract, geopandas and rasterio
    #[arg(long, default_value = "python3", value_name = "PATH")]
    python: PathBuf,
}

/// Compares the classes of 10,000 plots on three layers with those of exactextract, then the layouts of one raster.
///
/// # Errors
///
/// Something is missing, a class differs, or a layout gives other bytes.
pub(crate) fn run(arguments: &CheckPeers) -> Result<(), String> {
    let data = DataFolder::new(&arguments.data);
    arguments.ours.version()?;
    against_exactextract(arguments, &data)?;
    layouts::check(&arguments.ours, &data)
}

fn against_exactextract(arguments: &CheckPeers, data: &DataFolder) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let (plots, table) = (data.plots(FARMS[1])?, folder.path().join("classes.csv"));
    let layers: Vec<(String, PathBuf)> = [TREE_COVER, LOSS_YEAR, LAND_COVER]
        .into_iter()
        .map(|layer| Ok((layer.id.to_owned(), data.layer(layer)?)))
        .collect::<Result<_, String>>()?;
    run_command(&mut arguments.ours.tabulate(&plots, &layers, None, &table))?;
    let python = arguments.python.display();
    let compared = Command::new(&arguments.python)
        .arg(SCRIPT)
        .args([&plots, &table])
        .args(layers.iter().map(|(id, path)| format!("{id}={}", path.display())))
        .status()
        .map_err(|error| format!("cannot run {python}: {error}"))?;
    if compared.success() {
        return Ok(());
    }
    Err(format!(
        "the comparison failed; it needs `{python} -m pip install exactextract geopandas rasterio shapely pandas`"
    ))
}
