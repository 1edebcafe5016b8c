//! Whatever plots are called, the page stays ours.

use crate::common;
use crate::page::{Page, Run, words};
use scraper::ElementRef;
use serde_json::json;

const NAMES: [&str; 6] = [
    "<script>alert('x')</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style></title></svg><h1>other",
    "&lt;b&gt; &amp; {worst} {id}",
    "سند ١٢ \u{202e}txt.exe",
    "null\u{0}, escape\u{1b}[31m, ]]>, <!--",
];

/// Small squares side by side, on ground where trees were lost.
fn run() -> Run {
    let folder = tempfile::tempdir().unwrap();
    let feature = |(index, name): (usize, &&str)| {
        let (x, y) = (-76.33 + 0.004 * index as f64, -9.96);
        let ring = [[x, y], [x + 0.003, y], [x + 0.003, y + 0.003], [x, y + 0.003], [x, y]];
        json!({
            "type": "Feature",
            "properties": { "id": name, "</td><script>": name, "sector": name },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let features: Vec<_> = NAMES.iter().enumerate().map(feature).collect();
    let plots = folder.path().join("<b>plots&.geojson");
    std::fs::write(&plots, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    let regions = plots.display().to_string();
    let catalog = common::fixture("landscape/lindero.toml");
    Run::of(&plots, &catalog, &["--id", "id", "--regions", &regions, "--region-name", "sector", "--report"])
}

#[test]
fn names_of_plots_columns_regions_and_files_are_text_and_nothing_else() {
    let (run, plain) = (run(), Page::of(&crate::page::VALLEY.own_report()));
    let html = run.own_report();
    let page = Page::of(&html);
    assert!(page.0.errors.is_empty(), "{:?}", page.0.errors);
    let kinds = |page: &Page| {
        page.all("*").iter().map(|it| it.value().name().to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    let new: Vec<String> = kinds(&page).difference(&kinds(&plain)).cloned().collect();
    assert!(new.is_empty(), "{new:?}");
    let handlers = |it: &ElementRef<'_>| it.value().attrs().any(|(name, _)| name.starts_with("on"));
    assert!(!page.all("*").iter().any(handlers));
    assert_eq!(page.all("h1").len(), 1);
    let listed: Vec<String> = page.rows("plots").iter().map(|row| row[0].clone()).collect();
    let expected: Vec<String> = NAMES.iter().map(|name| name.replace(['\u{0}', '\u{1b}'], "\u{fffd}")).collect();
    assert_eq!(listed, expected);
    assert!(page.all("h3").iter().all(|it| it.inner_html().contains("<bdi>")));
    assert!(words(page.one("header")).contains("<b>plots&.geojson"));
    assert!(page.rows("regions").iter().any(|row| row[0] == NAMES[1]));
}
