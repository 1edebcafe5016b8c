//! The invented landscape and the planted cases: everything below `fixtures/` that is made and not measured.

mod broken_plots;
mod case_rasters;
mod cases;
mod catalogs;
mod features;
mod field;
mod many_valleys;
pub(crate) mod noise;
mod observers;
mod plots;
mod products;
mod terrain;
mod territories;
mod truths;
mod valley;

use std::{fs, io, path::Path};

use many_valleys::ManyValleys;
use serde_json::json;

/// How many valleys there are, and how many plots in each.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct Size {
    /// So many times so many valleys make the landscape; the committed one has one
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=40))]
    pub(crate) scale: u32,
    /// About so many plots lie in every valley but the first, which has 2,000
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub(crate) plots_per_valley: u32,
}

/// Writes `landscape/` and `cases/` below a folder.
///
/// # Errors
///
/// What the file system says.
pub(crate) fn write(out: &Path, size: Size) -> io::Result<()> {
    write_landscape(&out.join("landscape"), size)?;
    write_cases(&out.join("cases").join("planted"))
}

fn write_landscape(folder: &Path, size: Size) -> io::Result<()> {
    let truths = truths::truths();
    let valley = valley::Valley::new(truths::stamps(&truths));
    let many = ManyValleys { valley: &valley, scale: size.scale };
    let (one, bounds) = (valley.bounds(), many.bounds());
    products::write(&products::landscape(), bounds, &many, &folder.join("layers"))?;
    features::write(&folder.join("layers/anp.geojson"), &many.again(&territories::protected_areas(one), 1))?;
    features::write(&folder.join("layers/concesiones.geojson"), &many.again(&territories::concessions(one), 1))?;
    features::write(&folder.join("regions.geojson"), &territories::districts(bounds))?;
    let made = plots::plots(&valley, &truths);
    let plots = many.again(&made.features, ManyValleys::each(size.plots_per_valley));
    features::write(&folder.join("plots.geojson"), &plots)?;
    let known = json!({ "cells": truths::expected(&truths), "odd_plots": made.odd });
    features::write_json(&folder.join("truths.json"), &known)?;
    fs::write(folder.join("lindero.toml"), catalogs::landscape())?;
    fs::write(folder.join("hansen-only.toml"), catalogs::hansen_only())
}

fn write_cases(folder: &Path) -> io::Result<()> {
    let cases = cases::cases();
    let maps = case_rasters::CaseMaps::new(&cases);
    products::write(&products::planted(), maps.bounds(), &maps, &folder.join("layers"))?;
    features::write(&folder.join("layers/anp.geojson"), &cases::protected_areas())?;
    features::write(&folder.join("layers/concesiones.geojson"), &cases::concessions())?;
    features::write(&folder.join("plots.geojson"), &cases::features(&cases))?;
    features::write_json(&folder.join("expected.json"), &cases::expected(&cases))?;
    features::write_json(&folder.join("expected-without-mapbiomas.json"), &cases::expected_without_mapbiomas(&cases))?;
    fs::write(folder.join("lindero.toml"), catalogs::planted())?;
    fs::write(folder.join("without-mapbiomas.toml"), catalogs::planted_without_mapbiomas())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::PathBuf};

    use super::*;

    fn committed() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
    }

    /// Path below the folder → bytes, of all files there.
    fn files(folder: &Path, below: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder.join(below)).expect("a folder of fixtures") {
            let entry = entry.expect("an entry of a folder");
            let path = below.join(entry.file_name());
            if entry.file_type().expect("a file type").is_dir() {
                files(folder, &path, found);
            } else {
                found.insert(path.clone(), fs::read(folder.join(&path)).expect("a fixture"));
            }
        }
    }

    #[test]
    fn making_the_fixtures_again_changes_no_byte() {
        let again = tempfile::tempdir().expect("a temporary folder");
        write(again.path(), Size { scale: 1, plots_per_valley: 2000 }).expect("the fixtures are written");
        for part in ["landscape", "cases/planted"] {
            let mut made = BTreeMap::new();
            files(again.path(), Path::new(part), &mut made);
            let mut kept = BTreeMap::new();
            files(&committed(), Path::new(part), &mut kept);
            kept.retain(|path, _| path.extension().is_none_or(|extension| extension != "md"));
            assert_eq!(
                made.keys().collect::<Vec<_>>(),
                kept.keys().collect::<Vec<_>>(),
                "other files in {part}: run `cargo xtask fixtures`"
            );
            for (path, bytes) in &made {
                assert!(kept[path] == *bytes, "{} is not what `cargo xtask fixtures` makes", path.display());
            }
        }
    }

    #[test]
    fn the_committed_fixtures_stay_small() {
        let mut kept = BTreeMap::new();
        files(&committed(), Path::new("landscape"), &mut kept);
        files(&committed(), Path::new("cases"), &mut kept);
        let total: usize = kept.values().map(Vec::len).sum();
        assert!(total < 3_000_000, "{total} bytes of fixtures, at most 3,000,000 are committed");
    }
}
