//! `lindero layers lock`, and what of the layers a manifest names.

use crate::common::gdal_tool;
use crate::place::Place;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::time::{Duration, UNIX_EPOCH};

fn layer(place: &Place, run: &str, id: &str) -> Vec<(String, Option<String>)> {
    let manifest = place.manifest(run);
    let layers = manifest["layers"].as_array().unwrap();
    let layer = layers.iter().find(|layer| layer["id"] == id).unwrap();
    let file = |file: &serde_json::Value| {
        (file["path"].as_str().unwrap().to_owned(), file["blake3"].as_str().map(str::to_owned))
    };
    layer["files"].as_array().unwrap().iter().map(file).collect()
}

#[test]
fn only_changed_files_are_read_again() {
    let place = Place::new();
    let lock = |said: &str| {
        let (code, told) = place.asked(&["layers", "lock", "lindero.toml"]);
        assert!(code == 0 && told.contains(said), "{said:?} is not in {told}");
        place.text("lindero.lock")
    };
    let first = lock("2 files of 2 layers, 2 of them read");
    assert!(first.contains("path = \"loss.tif\"") && first.contains("layers = [\"lossyear\"]"), "{first}");
    assert_eq!(lock("0 of them read"), first);
    place.map("loss.tif", &[((1, 1), 23.0)]);
    let file = OpenOptions::new().write(true).open(place.path("loss.tif")).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1)).unwrap();
    assert_ne!(lock("1 of them read"), first);
}

#[test]
fn a_run_believes_the_lock_while_its_files_look_the_same_and_verify_reads_them() {
    let place = Place::new();
    assert_eq!(place.asked(&["layers", "lock", "lindero.toml"]).0, 0);
    place.screen("plain", &[]);
    let hash = layer(&place, "plain", "lossyear")[0].1.clone().unwrap();
    // A lock that lies shows whether it was asked.
    let other: String = hash.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
    place.write("lindero.lock", &place.text("lindero.lock").replace(&hash, &other));
    place.screen("locked", &[]);
    assert_eq!(layer(&place, "locked", "lossyear")[0].1.as_ref(), Some(&other));
    let (code, told) = place.asked(&["verify", "locked"]);
    assert!(code == 1 && told.contains("loss.tif: was changed"), "{told}");
    let file = OpenOptions::new().write(true).open(place.path("loss.tif")).unwrap();
    file.set_modified(UNIX_EPOCH).unwrap();
    place.screen("changed", &[]);
    assert_eq!(layer(&place, "changed", "lossyear")[0].1.as_ref(), Some(&hash));
    place.write("lindero.lock", "file = 7\n");
    let (code, told) = place.asked(&["layers", "lock", "lindero.toml"]);
    assert!(code == 2 && told.contains("lindero.lock") && told.contains("cannot be made out"), "{told}");
}

#[test]
fn large_layers_that_nobody_locked_have_no_hash_and_a_note_says_what_to_do() {
    let place = Place::new();
    // Nothing reads what follows a GeoTIFF, and a file of holes takes no room.
    OpenOptions::new().append(true).open(place.path("cover.tif")).unwrap().set_len(300 << 20).unwrap();
    let output = place.screen("run", &[]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("no hash of lossyear, cover") && errors.contains("layers lock lindero.toml"), "{errors}");
    assert_eq!(layer(&place, "run", "cover")[0].1, None);
    let (code, told) = place.asked(&["verify", "run"]);
    assert!(code == 0 && told.contains("cover.tif: has the size it had"), "{told}");
    fs::remove_file(place.path("cover.tif")).unwrap();
    place.map("cover.tif", &[]);
    let (code, told) = place.asked(&["verify", "run"]);
    assert!(code == 1 && told.contains("cover.tif: has"), "{told}");
}

#[test]
fn files_that_are_read_with_others_are_named_and_hashed_too() {
    let place = Place::new();
    let (from, to) = (place.path("plots.geojson"), place.path("plots.shp"));
    if !gdal_tool("ogr2ogr", &[OsStr::new("-f"), OsStr::new("ESRI Shapefile"), to.as_os_str(), from.as_os_str()]) {
        return;
    }
    let vrt = place.path("loss.vrt");
    if !gdal_tool("gdalbuildvrt", &[vrt.as_os_str(), place.path("loss.tif").as_os_str()]) {
        return;
    }
    place.write("lindero.toml", &place.text("lindero.toml").replace("loss.tif", "loss.vrt"));
    let args = ["screen", "plots.shp", "--catalog", "lindero.toml", "--id", "code", "--out", "run"];
    let (code, told) = place.asked(&args);
    assert_eq!(code, 0, "{told}");
    let manifest = place.manifest("run");
    let plots: Vec<&str> =
        manifest["plots"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert!(plots.starts_with(&["plots.shp", "plots.shx", "plots.dbf", "plots.prj"]), "{plots:?}");
    let layers = layer(&place, "run", "lossyear");
    let names: Vec<&str> = layers.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["loss.tif", "loss.vrt"]);
    for name in ["plots.dbf", "loss.tif"] {
        let bytes = fs::read(place.path(name)).unwrap();
        crate::place::flip(&place.path(name), bytes.len() - 2);
        let (code, told) = place.asked(&["verify", "run"]);
        assert!(code == 1 && told.contains(&format!("{name}: was changed")), "{told}");
        fs::write(place.path(name), bytes).unwrap();
    }
}
