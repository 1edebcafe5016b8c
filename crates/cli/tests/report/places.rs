//! A report where the maps are no longer what they were, and what cannot be reported on.

use crate::common;
use crate::page::{Page, Run, text, well};
use std::fs;
use std::path::{Path, PathBuf};

/// The planted cases with their maps in a folder of their own, and a run of them.
struct Moved {
    run: Run,
    maps: PathBuf,
}

impl Moved {
    fn new() -> Self {
        let from = common::fixture("cases/planted");
        let maps = tempfile::tempdir().unwrap().keep();
        fs::create_dir(maps.join("layers")).unwrap();
        for file in common::files_below(&from) {
            fs::copy(&file, maps.join(file.strip_prefix(&from).unwrap())).unwrap();
        }
        let run = Run::of(&maps.join("plots.geojson"), &maps.join("lindero.toml"), &[]);
        Self { run, maps }
    }

    /// The map is there, and it says why nothing is under the plots.
    #[track_caller]
    fn check(&self, why: &str) {
        let page = Page::of(&self.run.report(&[]));
        let words = page.words();
        assert!(words.contains(&format!("The plots are drawn without the ground under them: {why}")), "{words}");
        assert_eq!((page.all(".map > svg").len(), page.all(".map .legend li").len()), (1, 3));
        assert!(page.all("#worst .card figure svg").iter().all(|svg| !svg.html().contains("<image")));
    }
}

impl Drop for Moved {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.maps).unwrap();
    }
}

#[test]
fn without_the_catalog_plots_are_drawn_alone_and_the_report_says_so() {
    let moved = Moved::new();
    let page = Page::of(&moved.run.report(&[]));
    assert!(page.words().contains("The ground is drawn from the layers"));
    fs::remove_file(moved.maps.join("lindero.toml")).unwrap();
    moved.check(&format!("the catalog {} is not to be found.", moved.maps.join("lindero.toml").display()));
}

#[test]
fn a_catalog_that_has_changed_is_not_drawn_from() {
    let moved = Moved::new();
    let catalog = moved.maps.join("lindero.toml");
    fs::write(&catalog, fs::read_to_string(&catalog).unwrap() + "\n# changed\n").unwrap();
    moved.check("the catalog ");
}

#[test]
fn a_layer_that_has_changed_or_is_damaged_is_not_drawn_from() {
    let moved = Moved::new();
    let layers = common::files_below(&moved.maps.join("layers"));
    let layer = layers.iter().find(|file| text(file).contains("lossyear")).unwrap();
    let bytes = fs::read(layer).unwrap();
    fs::write(layer, [bytes.as_slice(), &[0]].concat()).unwrap();
    moved.check("the files of the layer lossyear are not those of the run.");
    fs::write(layer, vec![0; bytes.len()]).unwrap();
    moved.check("a layer cannot be read (");
}

#[track_caller]
fn refused(args: &[&str], said: &str) {
    let output = common::run(args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.starts_with("error: ") && error.lines().count() == 1 && error.contains(said), "{error}");
}

#[test]
fn what_is_no_run_is_refused_with_one_line_that_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    refused(&["report", text(&path("nothing"))], "give the folder of a run of `lindero screen`");
    refused(&["report", text(folder.path())], "is no run of `lindero screen`: it has no manifest.json");
    fs::write(path("manifest.json"), "{}").unwrap();
    refused(&["report", text(folder.path())], "it has no summary.json");
    fs::write(path("summary.json"), "not json").unwrap();
    fs::write(path("plots.parquet"), "not parquet").unwrap();
    refused(&["report", text(folder.path())], "summary.json\" is damaged: no JSON");
    fs::write(path("summary.json"), "{}").unwrap();
    refused(&["report", text(folder.path())], "plots.parquet");
    assert!(!path("report.html").exists());
}

#[test]
fn a_report_cannot_be_written_over_a_folder() {
    let plots = common::fixture("cases/planted/plots.geojson");
    let run = Run::of(&plots, &common::fixture("cases/planted/lindero.toml"), &[]);
    refused(&["report", text(&run.path), "--out", text(run.folder.path())], "is a folder: give the name of a file");
    let nowhere = run.folder.path().join("no/folder/report.html");
    refused(&["report", text(&run.path), "--out", text(&nowhere)], "cannot write");
}

#[test]
fn the_usual_place_of_a_report_is_beside_its_run_which_stays_as_it_was() {
    let plots = common::fixture("cases/planted/plots.geojson");
    let run = Run::of(&plots, &common::fixture("cases/planted/lindero.toml"), &[]);
    let output = common::run(["report", text(&run.path)]);
    well(&output);
    let out: &Path = &run.folder.path().join("run.report.html");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("written to {}\n", out.display()));
    let links = Page::of(&fs::read_to_string(out).unwrap());
    assert!(links.all("#files a").iter().any(|it| it.attr("href") == Some("run/plots.csv")));
    assert!(!common::files_below(run.folder.path()).iter().any(|file| text(file).ends_with(".partial")));
    well(&common::run(["verify", text(&run.path)]));
    let inside = run.path.join("report.html");
    let message = "lies in the run, of which `lindero verify` would no longer say that it is as it was";
    refused(&["report", text(&run.path), "--out", text(&inside)], message);
    refused(&["queue", text(&run.path), "--out", text(&run.path.join("q.csv"))], message);
    let decided = run.path.join("d.csv");
    refused(&["decide", text(&run.path), "--policy", "eudr-2020", "--out", text(&decided)], message);
    well(&common::run(["verify", text(&run.path)]));
}
