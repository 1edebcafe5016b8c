//! A small place to screen: two maps, two plots, one district.

use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Two layers of ten by ten cells of a hundredth of a degree, and one indicator beside those of the policy.
pub(crate) const CATALOG: &str = "[layer.lossyear]\npath = \"loss.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2024]\n\
[layer.cover]\npath = \"cover.tif\"\n[indicator.wooded]\nwhere = \"cover == 1\"\n";

/// A square with this south-western corner, in hundredths of a degree, one cell wide.
pub(crate) fn plot(id: &str, col: i32, row: i32) -> String {
    let [west, east] = [col, col + 1].map(|it| f64::from(it) / 100.0);
    let [north, south] = [row, row + 1].map(|it| f64::from(-it) / 100.0);
    let ring = format!("[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]");
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{id}\"}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}}}}"
    )
}

pub(crate) fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","))
}

/// A folder with everything, thrown away in the end.
pub(crate) struct Place(TempDir);

impl Place {
    /// With plots a (on cells that were never cleared) and b (cleared in 2022).
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("lindero.toml", CATALOG);
        place.write("plots.geojson", &collection(&[plot("a", 1, 1), plot("b", 5, 5)]));
        let district = plot("d", 0, 0).replace("0.01", "0.1").replace("\"code\"", "\"district\"");
        place.write("districts.geojson", &collection(&[district]));
        place.map("loss.tif", &[((5, 5), 22.0)]);
        place.map("cover.tif", &[((1, 1), 1.0), ((5, 5), 1.0)]);
        place
    }

    /// A copy with all runs in it.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        copy_folder(self.0.path(), copy.0.path());
        // The run says where it was started; what went in is looked for in the copy.
        for entry in fs::read_dir(copy.0.path()).unwrap() {
            let _ = fs::remove_file(entry.unwrap().path().join("run.json"));
        }
        copy
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A map of zeros but for some cells, by column and row.
    pub(crate) fn map(&self, name: &str, cells: &[((usize, usize), f64)]) {
        let mut values = Array2::zeros((10, 10));
        cells.iter().for_each(|((col, row), value)| values[[*row, *col]] = *value);
        GeoTiff::new(Sample::U8, vec![values]).cell(0.01, 0.01).write(&self.path(name)).unwrap();
    }

    /// Runs the program there.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_lindero")).args(args).current_dir(self.0.path()).output().unwrap()
    }

    /// Screens into the folder of this name.
    #[track_caller]
    pub(crate) fn screen(&self, out: &str, more: &[&str]) -> Output {
        let args =
            ["screen", "plots.geojson", "--catalog", "lindero.toml", "--id", "code", "--threads", "1", "--out", out];
        let output = self.run(&[&args, more].concat());
        assert!(output.status.success(), "{}", told(&output));
        output
    }

    /// Runs the program: its exit code, and what it says.
    pub(crate) fn asked(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        (output.status.code().unwrap(), told(&output))
    }

    pub(crate) fn manifest(&self, run: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(&format!("{run}/manifest.json"))).unwrap()
    }
}

pub(crate) fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Turns one byte of a file into another.
pub(crate) fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&place).unwrap();
            copy_folder(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), &place).unwrap();
        }
    }
}
