//! `lindero verify --rerun`, and the root as somebody else works it out.

use crate::place::Place;
use serde_json::{Map, Value};
use std::fs;

/// The canonical text of the manual, written once more: `serde_json` of a sorted map, without blanks.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let members =
                names.iter().map(|name| format!("{}:{}", Value::from(name.as_str()), canonical(&members[*name])));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

fn hash(text: &str) -> Value {
    blake3::hash(text.as_bytes()).to_hex().to_string().into()
}

/// A manifest with its hashes made to fit.
fn sealed(mut manifest: Map<String, Value>) -> Map<String, Value> {
    let members = manifest.iter().filter(|(name, _)| !["root", "entries"].contains(&name.as_str()));
    let entries: Map<String, Value> = members.map(|(name, value)| (name.clone(), hash(&canonical(value)))).collect();
    manifest.insert("entries".to_owned(), Value::Object(entries));
    let mut content = manifest.clone();
    content.remove("root");
    manifest.insert("root".to_owned(), hash(&canonical(&Value::Object(content))));
    manifest
}

#[test]
fn the_root_is_what_the_manual_says() {
    let place = Place::new();
    place.screen("run", &[]);
    let Value::Object(manifest) = place.manifest("run") else { panic!("no object") };
    assert_eq!(sealed(manifest.clone()), manifest);
    for file in manifest["files"].as_array().unwrap() {
        let bytes = fs::read(place.path("run").join(file["name"].as_str().unwrap())).unwrap();
        assert_eq!(file["blake3"], blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(file["bytes"], bytes.len());
    }
    assert_eq!(place.text("run/catalog.toml"), place.text("lindero.toml"));
    let measures = &manifest["measures"];
    assert_eq!(measures["wooded"], serde_json::json!(["cover"]));
    assert_eq!(measures["loss"], serde_json::json!(["lossyear"]));
}

#[test]
fn a_run_done_again_is_the_same_bytes_wherever_it_is_asked_for() {
    let place = Place::new();
    place.screen("run", &["--format", "csv", "--lang", "es", "--policy", "tree-loss"]);
    assert_eq!(place.asked(&["pack", "run"]).0, 0);
    for run in ["run", "run.lindero"] {
        let (code, told) = place.asked(&["verify", run, "--rerun"]);
        assert!(code == 0 && told.contains("the same bytes"), "{told}");
        // From elsewhere: the run knows where it was started.
        let run = place.path(run).display().to_string();
        let output = crate::common::run(["verify", &run, "--rerun"]);
        assert!(output.status.success(), "{}", crate::place::told(&output));
    }
    fs::remove_file(place.path("loss.tif")).unwrap();
    let (code, told) = place.asked(&["verify", "run", "--rerun"]);
    assert!(code == 2 && told.contains("some of it is not here"), "{told}");
    place.map("loss.tif", &[]);
    let (code, told) = place.asked(&["verify", "run", "--rerun"]);
    assert!(code == 1 && told.contains("not done again"), "{told}");
}

#[test]
fn whoever_makes_all_hashes_fit_is_found_out_by_a_rerun() {
    let place = Place::new();
    place.screen("run", &[]);
    let plots = place.text("run/plots.csv").replace("more_info", "low");
    place.write("run/plots.csv", &plots);
    let Value::Object(mut manifest) = place.manifest("run") else { panic!("no object") };
    let files = manifest["files"].as_array_mut().unwrap();
    let file = files.iter_mut().find(|file| file["name"] == "plots.csv").unwrap();
    file["bytes"] = plots.len().into();
    file["blake3"] = hash(&plots);
    manifest["program"] = "lindero 0.0.9".into();
    let text = serde_json::to_string_pretty(&sealed(manifest)).unwrap();
    place.write("run/manifest.json", &format!("{text}\n"));
    assert_eq!(place.asked(&["verify", "run"]).0, 0, "without a signature nobody can tell");
    let (code, told) = place.asked(&["verify", "run", "--rerun"]);
    assert!(code == 1 && told.contains("plots.csv differs from byte"), "{told}");
    assert!(told.contains("the run was made by lindero 0.0.9"), "{told}");
}

#[test]
fn the_program_alone_is_no_difference() {
    let place = Place::new();
    place.screen("run", &[]);
    let Value::Object(mut manifest) = place.manifest("run") else { panic!("no object") };
    manifest["program_file"]["blake3"] = "0".repeat(64).into();
    manifest["program"] = "lindero 0.0.9".into();
    let text = serde_json::to_string_pretty(&sealed(manifest)).unwrap();
    place.write("run/manifest.json", &format!("{text}\n"));
    let (code, told) = place.asked(&["verify", "run", "--rerun"]);
    assert!(code == 0 && told.contains("the same bytes"), "{told}");
}
