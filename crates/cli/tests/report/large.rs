//! A report of very many plots is as long as one of few.

use crate::common;
use crate::page::{Page, Run};
use std::fmt::Write as _;

const PLOTS: usize = 100_000;
/// What a mail still takes.
const MOST_BYTES: usize = 2_000_000;

#[test]
fn a_hundred_thousand_plots_make_a_page_of_less_than_two_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("id,lon,lat\n");
    for plot in 0..PLOTS {
        // Spread without a pattern that a picture could be packed by.
        let (x, y) = ((plot * 7919) % PLOTS, (plot * 104_729) % 99_991);
        let _ = writeln!(table, "p{plot},{:.6},{:.6}", -76.34 + 1.2e-6 * x as f64, -10.03 + 1e-6 * y as f64);
    }
    let plots = folder.path().join("plots.csv");
    std::fs::write(&plots, table).unwrap();
    let catalog = common::fixture("landscape/hansen-only.toml");
    let run = Run::of(&plots, &catalog, &["--id", "id", "--format", "csv", "--report"]);
    let html = run.own_report();
    assert!(html.len() < MOST_BYTES, "{} bytes", html.len());
    let page = Page::of(&html);
    assert!(page.words().contains("The list of all 100,000 plots is in the table of the run."));
    assert!(crate::page::words(page.one("#picture-of-all-description")).starts_with("100,000 plots between"));
}
