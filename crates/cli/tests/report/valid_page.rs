//! A page that every browser takes as it is meant, that asks nothing of the world, and that nobody needs eyes for.

use crate::page::{Page, VALLEY, words};
use scraper::{ElementRef, Selector};
use std::collections::BTreeSet;

fn page() -> Page {
    Page::of(&VALLEY.own_report())
}

#[test]
fn the_page_parses_without_one_error() {
    let page = page();
    assert!(page.0.errors.is_empty(), "{:?}", page.0.errors);
    assert_eq!(page.one("html").attr("lang"), Some("en"));
}

#[test]
fn the_page_asks_nothing_of_any_network() {
    let (text, page) = (VALLEY.own_report(), page());
    for word in ["http:", "https:", "url(", "@import", "<script", "<link", "<iframe", "<img", " src=", "srcset"] {
        assert!(!text.contains(word), "{word}");
    }
    for element in page.all("[href]") {
        let address = element.attr("href").unwrap();
        let is_file = |name: &str| VALLEY.path.join(name).is_file();
        let is_inside = match address.strip_prefix('#') {
            Some(id) => page.all(&format!("[id=\"{id}\"]")).len() == 1,
            None => address.starts_with("data:image/png;base64,") || is_file(address),
        };
        assert!(is_inside, "{}", &address[..address.len().min(80)]);
    }
}

#[test]
fn every_picture_has_words_for_those_who_cannot_see_it() {
    let page = page();
    let pictures = page.all("svg");
    let told: Vec<&ElementRef<'_>> = pictures.iter().filter(|svg| svg.attr("aria-hidden").is_none()).collect();
    // The map and ten plots; all others are bars and swatches beside their number or word.
    assert_eq!(told.len(), 11);
    for svg in told {
        assert_eq!(svg.attr("role"), Some("img"));
        for id in svg.attr("aria-labelledby").unwrap().split(' ') {
            let text = words(page.one(&format!("[id=\"{id}\"]")));
            assert!(text.len() > 10, "{id}: {text:?}");
        }
    }
    let silent = pictures.iter().filter(|svg| svg.attr("aria-hidden") == Some("true"));
    for svg in silent {
        let beside = svg.parent().and_then(ElementRef::wrap).map(words).unwrap();
        assert!(!beside.is_empty(), "{}", svg.html());
    }
}

#[test]
fn headings_follow_each_other_without_a_gap() {
    let page = page();
    let levels: Vec<u32> =
        page.all("h1, h2, h3, h4, h5, h6").iter().map(|it| it.value().name()[1..].parse().unwrap()).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert!(page.all("section").iter().all(|it| it.attr("aria-labelledby").is_some()));
}

#[test]
fn every_table_says_what_it_is_and_what_its_cells_belong_to() {
    let page = page();
    let tables = page.all("table");
    assert!(tables.len() > 15, "{}", tables.len());
    let (caption, heads) = (Selector::parse("caption").unwrap(), Selector::parse("thead th").unwrap());
    let (rows, names) = (Selector::parse("tbody tr").unwrap(), Selector::parse("th[scope=row]").unwrap());
    let cells = Selector::parse("th, td").unwrap();
    for table in tables {
        let title = table.select(&caption).map(words).collect::<String>();
        assert!(!title.is_empty());
        let columns = table.select(&heads).count();
        assert!(table.select(&heads).all(|head| head.attr("scope") == Some("col") && !words(head).is_empty()));
        for row in table.select(&rows) {
            assert_eq!((row.select(&names).count(), row.select(&cells).count()), (1, columns), "{title}");
        }
    }
}

#[test]
fn ids_are_given_once_and_the_skip_link_comes_first() {
    let page = page();
    let ids: Vec<&str> = page.all("[id]").iter().map(|it| it.attr("id").unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(page.all("a")[0].attr("href"), Some("#content"));
    let wide = page.all(".wide");
    assert!(wide.iter().all(|it| it.attr("tabindex") == Some("0") && it.attr("aria-label").is_some()));
}

#[test]
fn no_verdict_is_told_by_colour_alone() {
    let page = page();
    for (index, (mark, word)) in [("▲", "high"), ("■", "more information"), ("●", "low")].into_iter().enumerate()
    {
        let cell = &page.rows("verdicts")[index][0];
        assert!(cell.contains(mark) && cell.contains(word), "{cell}");
    }
}

/// Contrast of two colours by WCAG 2.2, success criterion 1.4.3.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let part = |index: usize| {
            let wide = if colour.len() == 4 { 1 } else { 2 };
            let digits = &colour[1 + index * wide..1 + (index + 1) * wide];
            let value = f64::from(u8::from_str_radix(&digits.repeat(3 - wide), 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_colour_of_text_can_be_read_on_its_ground() {
    /// What WCAG asks of text of usual size at level AA.
    const AA: f64 = 4.5;
    let text = VALLEY.own_report();
    let style = text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let rules = style.split('}').filter_map(|rule| rule.split_once('{'));
    let mut seen = 0;
    for (name, rule) in rules {
        let declared = |property: &str| {
            let found = rule.split(';').filter_map(|it| it.trim().split_once(':')).find(|(it, _)| *it == property);
            found.map(|(_, value)| value.trim()).filter(|value| value.starts_with('#'))
        };
        if let Some(colour) = declared("color") {
            let ground = declared("background").unwrap_or("#ffffff");
            assert!(contrast(colour, ground) >= AA, "{name}: {colour} on {ground}");
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen}");
    assert!((contrast("#000", "#ffffff") - 21.0).abs() < 1e-9);
}
