//! `lindero init`, through the built program.

mod common;

use common::run;
use std::path::{Path, PathBuf};
use std::process::Output;

fn layers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/landscape/layers")
}

/// A folder with copies of some of the landscape's layers.
fn folder_with(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        std::fs::copy(layers().join(name), folder.path().join(name)).unwrap();
    }
    folder
}

fn check(output: &Output, code: i32, told: &[&str]) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    for told in told {
        assert!(text.contains(told), "{told:?} is not in\n{text}");
    }
}

#[test]
fn a_catalog_is_written_that_layers_check_finds_nothing_wrong_with() {
    let names: Vec<String> =
        std::fs::read_dir(layers()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let folder = folder_with(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let init = run([Path::new("init"), folder.path()]);
    let strange = "concesiones.geojson: no known columns (GeoJSON: contrato, titular, tipo)";
    check(&init, 0, &["lossyear       Hansen Global Forest Change, year of loss         2      Hansen_GFC", strange]);
    let catalog = folder.path().join("lindero.toml");
    check(&run([Path::new("layers"), Path::new("check"), &catalog]), 0, &["16 layers, nothing is wrong"]);
}

#[test]
fn a_catalog_that_is_there_is_not_touched() {
    let folder = folder_with(&["JRC_GFC2020_V4_N0_W80.tif"]);
    let catalog = folder.path().join("lindero.toml");
    std::fs::write(&catalog, "mine").unwrap();
    check(&run([Path::new("init"), folder.path()]), 2, &["is there already"]);
    assert_eq!(std::fs::read_to_string(catalog).unwrap(), "mine");
}

#[test]
fn without_the_mask_the_years_of_loss_come_with_a_warning() {
    let folder = folder_with(&["Hansen_GFC-2024-v1.12_lossyear_00N_080W.tif"]);
    check(&run([Path::new("init"), folder.path()]), 0, &["lossyear: there is no datamask"]);
}

#[test]
fn a_folder_without_known_maps_gets_no_catalog() {
    let folder = folder_with(&["concesiones.geojson"]);
    let told = ["not recognised:\n  concesiones.geojson", "no map of a known product"];
    check(&run([Path::new("init"), folder.path()]), 2, &told);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    check(&run([Path::new("init"), &folder.path().join("nowhere")]), 2, &["cannot look through"]);
}
