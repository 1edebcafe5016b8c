//! What the report says is what the run says.

use crate::common;
use crate::page::{Page, Run, VALLEY, text, words};
use serde_json::Value;
use std::collections::BTreeSet;

fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(VALLEY.path.join(name)).unwrap()).unwrap()
}

/// A number as the English page writes it.
fn number(cell: &str) -> f64 {
    cell.replace(',', "").parse().unwrap_or_else(|_| panic!("{cell:?} is no number"))
}

#[test]
fn plots_and_areas_by_verdict_are_those_of_the_run() {
    let (page, summary) = (Page::of(&VALLEY.own_report()), json("summary.json"));
    for (row, verdict) in page.rows("verdicts").iter().zip(["high", "more_info", "low"]) {
        let of = &summary["verdicts"][verdict];
        assert_eq!(number(&row[1]), of["plots"].as_f64().unwrap());
        assert!((number(&row[3]) - of["area_ha"].as_f64().unwrap()).abs() <= 0.005 + 1e-9, "{row:?}");
    }
}

#[test]
fn the_worst_plots_are_those_that_the_screen_shows_with_their_sentences() {
    let (page, summary) = (Page::of(&VALLEY.own_report()), json("summary.json"));
    let worst = summary["worst"].as_array().unwrap();
    let cards = page.all("#worst h3");
    assert_eq!(cards.len(), worst.len());
    let codes = page.all("#worst .reasons");
    for ((card, codes), plot) in cards.iter().zip(&codes).zip(worst) {
        assert_eq!(words(*card), format!("Plot {}", plot["plot_id"].as_str().unwrap()));
        let all: Vec<&str> = plot["findings"].as_str().unwrap().split(';').collect();
        let told: Vec<String> = codes.text().collect::<String>().lines().map(str::to_owned).collect();
        let told: Vec<&str> = told.iter().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(told, all);
    }
    let more = Page::of(&VALLEY.report(&["--worst", "25"]));
    let ids = |page: &Page| page.all("#worst h3").iter().map(|it| words(*it)).collect::<Vec<_>>();
    assert_eq!((ids(&more).len(), &ids(&more)[..10]), (25, ids(&page).as_slice()));
}

#[test]
fn sums_are_those_of_the_table_of_plots() {
    let page = Page::of(&VALLEY.own_report());
    let mut reader = csv::Reader::from_path(VALLEY.path.join("plots.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let sum = |column: &str| -> f64 {
        let index = headers.iter().position(|name| name == column).unwrap();
        records.iter().filter_map(|record| record[index].parse::<f64>().ok()).sum()
    };
    let mut checked = 0;
    for row in page.rows("ground").iter().filter(|row| headers.iter().any(|it| it == format!("{}_ha", row[0]))) {
        assert!((number(&row[1]) - sum(&format!("{}_ha", row[0]))).abs() <= 0.005 + 1e-6, "{row:?}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
    let losses = page.rows("ground").into_iter().find(|row| row[0] == "2022").unwrap();
    assert!((number(&losses[1]) - sum("loss_natural_2022_ha")).abs() <= 0.005 + 1e-6, "{losses:?}");
}

#[test]
fn the_run_writes_the_report_that_is_written_of_it_later_byte_for_byte() {
    let own = VALLEY.own_report();
    for threads in ["1", "2"] {
        let out = VALLEY.path.join("again.html");
        crate::page::well(&common::run(["report", text(&VALLEY.path), "--out", text(&out), "--threads", threads]));
        let again = std::fs::read_to_string(&out).unwrap();
        std::fs::remove_file(out).unwrap();
        assert!(again == own, "with {threads} threads");
    }
}

#[test]
fn the_three_languages_say_the_same_in_their_own_words() {
    let pages = ["en", "es", "pt"].map(|lang| Page::of(&VALLEY.report(&["--lang", lang])));
    for (page, lang) in pages.iter().zip(["en", "es", "pt"]) {
        assert_eq!(page.one("html").attr("lang"), Some(lang));
        assert!(page.0.errors.is_empty(), "{lang}: {:?}", page.0.errors);
    }
    let elements = |page: &Page| page.all("*").iter().map(|it| it.value().name().to_owned()).collect::<Vec<_>>();
    assert_eq!(elements(&pages[0]), elements(&pages[1]));
    assert_eq!(elements(&pages[0]), elements(&pages[2]));
    let told = |page: &Page| {
        let all = page.all("h1, h2, caption, dt, #method p, .disclaimer, desc");
        all.iter().map(|it| words(*it)).collect::<BTreeSet<String>>()
    };
    // Two languages may share a word such as "Plot", and never a sentence.
    let [en, es, pt] = [&pages[0], &pages[1], &pages[2]].map(told);
    for (a, b) in [(&en, &es), (&en, &pt), (&es, &pt)] {
        let shared: Vec<&String> = a.intersection(b).filter(|text| text.split(' ').count() > 3).collect();
        assert!(shared.is_empty(), "{shared:?}");
    }
    assert!(
        en.is_disjoint(&es) && en.is_disjoint(&pt),
        "{:?}",
        en.intersection(&es).chain(en.intersection(&pt)).collect::<Vec<_>>()
    );
    assert_eq!(pages[1].rows("verdicts")[1][1], "1\u{202f}348");
    assert_eq!(pages[2].rows("verdicts")[1][1], "1.348");
}

#[test]
fn an_anonymous_report_names_no_producer_and_no_folder_and_says_so() {
    let (open, anonymous) = (Page::of(&VALLEY.own_report()), VALLEY.report(&["--anonymous"]));
    let page = Page::of(&anonymous);
    let plots: Value =
        serde_json::from_slice(&std::fs::read(common::fixture("landscape/plots.geojson")).unwrap()).unwrap();
    let names: BTreeSet<&str> = plots["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|feature| feature["properties"]["productor"].as_str())
        .collect();
    assert!(names.iter().filter(|name| open.words().contains(*name)).count() >= 5);
    for name in names {
        assert!(!anonymous.contains(name), "{name}");
    }
    let folder = common::fixture("landscape");
    assert!(open.words().contains(text(&folder)) && !anonymous.contains(text(&folder)));
    assert!(
        page.words().contains("Left out on request: the columns of the plot file (codigo, productor, cooperativa,")
    );
}

#[test]
fn few_plots_are_all_listed_and_many_are_not() {
    let many = Page::of(&VALLEY.own_report());
    assert!(many.rows("plots").is_empty() && many.words().contains("The list of all 2,000 plots is in the table"));
    let few =
        Run::of(&common::fixture("cases/planted/plots.geojson"), &common::fixture("cases/planted/lindero.toml"), &[]);
    let page = Page::of(&few.report(&[]));
    let listed: Vec<String> = page.rows("plots").iter().map(|row| row[0].clone()).collect();
    let mut table = csv::Reader::from_path(few.path.join("plots.csv")).unwrap();
    let ids: Vec<String> = table.records().map(|record| record.unwrap()[1].to_owned()).collect();
    assert_eq!(listed, ids);
    // Beside the run, its files are linked through its folder.
    let links: Vec<&str> = page.all("#files a").iter().map(|it| it.attr("href").unwrap()).collect();
    assert!(links.contains(&"run/plots.csv"), "{links:?}");
}
