//! What tests of estimates share: a folder of files, and the program's answers.

use crate::common::run;
use lindero_testkit::{GeoTiff, Sample};
use ndarray::Array2;
use serde_json::Value;
use std::path::PathBuf;

/// A folder of files that is thrown away.
pub(crate) struct Desk(tempfile::TempDir);

/// What the program did.
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    /// All it printed.
    pub(crate) text: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    /// A map of bytes with its north-west corner at 76° W, 9° S, of cells of a thousandth of a degree.
    pub(crate) fn map(&self, name: &str, cells: &Array2<f64>) -> String {
        let file = GeoTiff::new(Sample::U8, vec![cells.clone()]).at(-76.0, -9.0).cell(0.001, 0.001);
        file.write(&self.path(name)).unwrap();
        self.path(name).display().to_string()
    }

    /// Runs the program; `@` before a name stands for the folder.
    pub(crate) fn run(&self, line: &str) -> Answer {
        let folder = format!("{}/", self.0.path().display());
        let args: Vec<String> = line.split_whitespace().map(|word| word.replace('@', &folder)).collect();
        let output = run(&args);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Answer { code: output.status.code(), text }
    }

    /// Runs an estimate that must succeed, and reads its JSON.
    pub(crate) fn estimate(&self, line: &str) -> Value {
        let answer = self.run(&format!("estimate {line} --out @out.json"));
        assert_eq!(answer.code, Some(0), "{}", answer.text);
        self.json("out.json")
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// Checks that the program refuses with code 2 and says all of this.
    pub(crate) fn refuses(&self, line: &str, told: &[&str]) {
        let answer = self.run(line);
        assert_eq!(answer.code, Some(2), "{line}: {}", answer.text);
        for told in told {
            assert!(answer.text.contains(told), "{told:?} is not in {}", answer.text);
        }
    }
}

/// A number of a class: `number(&json, "forest", "area")`.
pub(crate) fn number(json: &Value, class: &str, key: &str) -> f64 {
    of_class(json, class)[key].as_f64().unwrap_or_else(|| panic!("{class} has no {key}: {json:#}"))
}

/// What is told of a class.
pub(crate) fn of_class<'a>(json: &'a Value, class: &str) -> &'a Value {
    let classes = json["classes"].as_array().unwrap();
    classes.iter().find(|it| it["class"] == class).unwrap_or_else(|| panic!("no class {class}: {json:#}"))
}
