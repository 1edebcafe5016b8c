//! A run of the invented valley, and a report as a browser sees it.

use crate::common;
use scraper::{ElementRef, Html, Selector};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The valley screened with its report, once for all tests.
pub(crate) static VALLEY: LazyLock<Run> = LazyLock::new(|| {
    let regions = common::fixture("landscape/regions.geojson").display().to_string();
    Run::of_valley(&["--id", "codigo", "--regions", &regions, "--region-name", "distrito", "--report"])
});

/// A run folder that is thrown away with this.
pub(crate) struct Run {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Run {
    pub(crate) fn of_valley(more: &[&str]) -> Self {
        let fixture = |file: &str| common::fixture("landscape").join(file);
        Self::of(&fixture("plots.geojson"), &fixture("lindero.toml"), more)
    }

    /// Screens plots; it must go well.
    #[track_caller]
    pub(crate) fn of(plots: &Path, catalog: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let args = ["screen", text(plots), "--catalog", text(catalog), "--out", text(&path), "--quiet"];
        well(&common::run(args.iter().chain(more)));
        Self { folder, path }
    }

    /// The report that the run wrote itself.
    pub(crate) fn own_report(&self) -> String {
        std::fs::read_to_string(self.path.join("report.html")).unwrap()
    }

    /// `lindero report` of it, with these options.
    #[track_caller]
    pub(crate) fn report(&self, more: &[&str]) -> String {
        let out = self.folder.path().join("report.html");
        let args = ["report", text(&self.path), "--out", text(&out)];
        well(&common::run(args.iter().chain(more)));
        std::fs::read_to_string(&out).unwrap()
    }
}

#[track_caller]
pub(crate) fn well(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A page as a browser takes it in.
pub(crate) struct Page(pub(crate) Html);

impl Page {
    pub(crate) fn of(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn one(&self, selector: &str) -> ElementRef<'_> {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector}");
        all[0]
    }

    /// Every text on the page but that of the style sheet.
    pub(crate) fn words(&self) -> String {
        words(self.one("body"))
    }

    /// The cells of the rows of the tables in a section, as text.
    pub(crate) fn rows(&self, section: &str) -> Vec<Vec<String>> {
        let cells = Selector::parse("th, td").unwrap();
        let rows = self.all(&format!("#{section} tbody tr"));
        rows.iter().map(|row| row.select(&cells).map(words).collect()).collect()
    }
}

/// The text of an element.
pub(crate) fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}
